"""`init`: leads a chamber or a firm through set-up, in the terminal and in the browser."""
