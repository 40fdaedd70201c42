"""The newest list as it can be changed, and which roles may stand on it."""

from collections.abc import Iterable

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.model.alliance import Removal
from fachkraft_share.model.organisation import Role
from fachkraft_share.node.alliance.members import newest_number, read_page
from fachkraft_share.node.records import Listed
from fachkraft_share.ports.store import Transaction


@attrs.frozen
class Roll:
    """The newest list as it can be changed: entries by member, and who was removed."""

    entries: dict[str, str]  # id -> SHA-256 of its statement
    removed: dict[str, Removal]


def read_roll(transaction: Transaction) -> Roll:
    """Return who is on the newest list."""
    rows = transaction.every(Listed, number=newest_number(transaction))
    pages = [read_page(row.token) for row in rows]
    entries = {entry.sub: entry.sha256 for page in pages for entry in page.entries}
    return Roll(entries, {gone.sub: gone for page in pages for gone in page.removed})


def demand_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Return the roles a member may be given.

    Raises:
        SetupError: none, an unknown one, or one that nodes and authorities have.
    """
    reserved = {Role.NODE, Role.AUTHORITY}
    try:
        found = tuple(dict.fromkeys(Role(name) for name in names))
    except ValueError as error:
        raise SetupError("roles: employer, education, advice or coordinator") from error
    if not found or reserved & set(found):
        raise SetupError("roles: employer, education, advice or coordinator")
    return found
