"""A firm's own plugin: every hook once, each in a small way that does something."""
