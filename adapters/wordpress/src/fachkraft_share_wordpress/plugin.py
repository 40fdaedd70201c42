"""What this package adds to fachkraft-share."""

from fachkraft_share.plugins import hookimpl
from fachkraft_share_wordpress.adapter import WordPressAdapter


@hookimpl
def adapters() -> list[type[WordPressAdapter]]:
    """Add WordPress."""
    return [WordPressAdapter]
