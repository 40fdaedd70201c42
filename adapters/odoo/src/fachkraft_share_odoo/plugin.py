"""What this package adds to fachkraft-share."""

from fachkraft_share.plugins import hookimpl
from fachkraft_share_odoo.adapter import OdooAdapter


@hookimpl
def adapters() -> list[type[OdooAdapter]]:
    """Add Odoo."""
    return [OdooAdapter]
