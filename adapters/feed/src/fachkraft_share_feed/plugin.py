"""What this package adds to fachkraft-share."""

from fachkraft_share.plugins import hookimpl
from fachkraft_share_feed.adapter import FeedAdapter


@hookimpl
def adapters() -> list[type[FeedAdapter]]:
    """Add the folder of static files."""
    return [FeedAdapter]
