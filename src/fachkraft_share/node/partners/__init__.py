"""Partner nodes: visited in turn, read, told, and ended with the recognition."""
