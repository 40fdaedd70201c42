"""A folder of static files any web server can serve, for sites that fetch."""

from fachkraft_share_feed.adapter import FeedAdapter
from fachkraft_share_feed.component import integrity

__all__ = ["FeedAdapter", "integrity"]
