"""Tools to try things out: an alliance to throw away, and its events told on."""
