"""What this package adds to fachkraft-share."""

from fachkraft_share.plugins import hookimpl
from fachkraft_share_plone.adapter import PloneAdapter


@hookimpl
def adapters() -> list[type[PloneAdapter]]:
    """Add Plone."""
    return [PloneAdapter]
