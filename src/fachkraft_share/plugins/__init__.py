"""Plugins: what they may add, and loading and calling each of them by itself."""

from fachkraft_share.plugins.given import COORDINATOR, Fact, News, Occasion, Staff
from fachkraft_share.plugins.hooks import hookimpl

__all__ = ["COORDINATOR", "Fact", "News", "Occasion", "Staff", "hookimpl"]
