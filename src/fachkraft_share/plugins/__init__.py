"""Plugins: what they may add, and loading and calling each of them by itself."""

from fachkraft_share.plugins.hooks import hookimpl

__all__ = ["hookimpl"]
