"""Reading the feed: cursors, pages, the gate for each row, and the ends of all."""
