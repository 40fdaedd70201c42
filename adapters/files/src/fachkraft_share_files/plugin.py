"""What this package adds to fachkraft-share."""

from fachkraft_share.plugins import hookimpl
from fachkraft_share_files.adapter import FilesAdapter


@hookimpl
def adapters() -> list[type[FilesAdapter]]:
    """Add the folder."""
    return [FilesAdapter]
