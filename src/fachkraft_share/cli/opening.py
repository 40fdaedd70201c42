"""Open the member of a folder for the time of one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fachkraft_share.cli.options import Place

if TYPE_CHECKING:
    from fachkraft_share import Member


@contextmanager
def opened(place: Place) -> "Iterator[Member]":
    """Open the member and close its files at the end.

    Raises:
        SetupError: the folder is no member's.
    """
    from fachkraft_share import Member

    with Member.open(place.folder) as member:
        yield member
