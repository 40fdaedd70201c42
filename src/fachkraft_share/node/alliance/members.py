"""The directory as this node's own signed lists make it, kept in memory and read anew when newer.

What stands in the node's store was signed by its authority's key before it was stored, so that
reading needs no verification.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import attrs

from fachkraft_share.model.alliance import ListName, MemberList, MemberListPage, MemberStatement
from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.node.alliance.agreed import (
    agreements,
    named_versions,
    partner_directory,
    partner_federation,
    partners_stamp,
    relying,
    root_changes,
)
from fachkraft_share.node.records import Kept, Listed, Statement
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol.agreements import History, cooperation_of, with_partners
from fachkraft_share.protocol.lists import Federation, list_hash, parse_page, parse_statement
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.roots import until
from fachkraft_share.wire import jws
from fachkraft_share.wire.encoding import sha256

NEWEST = "list"  # names of `Kept` values
AUTHORITY = "authority"


def read_statement(token: str) -> MemberStatement:
    """Return what a statement of our own store says."""
    return parse_statement(token)


def read_page(token: str) -> MemberListPage:
    """Return what a list page of our own store says."""
    return parse_page(token)


def newest_number(transaction: Transaction) -> int:
    """Return the number of the newest list, 0 before there is one."""
    kept = transaction.get(Kept, NEWEST)
    return int(kept.value) if kept is not None else 0


@attrs.frozen
class _Seen:
    """What was read last, as one value: several threads look, and the last one wins whole."""

    directory: Directory
    agreed: tuple[History, ...] = ()
    stamp: str = ""

    @property
    def number(self) -> int:
        """The newest list's number."""
        newest = self.directory.newest
        return newest.name.number if newest is not None else 0


class Members:
    """Reads the stored lists; `directory` is a value that decisions can rely on."""

    def __init__(self, store: Store, *, authority: str, root: str) -> None:
        self._store = store
        self._seen = _Seen(Directory(authority, root))
        self._looked_at: int | None = None

    def directory(self, *, at: int) -> Directory:
        """Return the directory with the newest list; another process's list within a second."""
        if self._looked_at != at:
            self.look()
            self._looked_at = at
        return self._seen.directory

    @property
    def agreed(self) -> tuple[History, ...]:
        """The alliance's agreements, as looked at last."""
        return self._seen.agreed

    @property
    def name(self) -> str | None:
        """What the alliance calls itself since its newest supplement; None without agreement."""
        cooperation = cooperation_of(self._seen.agreed)
        return cooperation.terms.name if cooperation is not None else None

    def look(self) -> bool:
        """Take over lists that were stored since, and tell whether there were any.

        This process calls it after its own changes, and before it refuses what another process's
        list may allow.
        """
        seen = self._seen
        with self._store.begin(write=False) as transaction:
            stamp, number = partners_stamp(transaction), newest_number(transaction)
            if number <= seen.number and stamp == seen.stamp:
                return False
            directory, agreed = _grown(seen, transaction), agreements(transaction)
            directory = _recognised(directory, agreed, transaction=transaction)
            self._seen = _Seen(directory, agreed, stamp)
        return True

    def federation(self, number: int | None) -> Federation | None:
        """Return the newest list, or the last one up to a number, as they were signed."""
        with self._store.begin(write=False) as transaction:
            newest = newest_number(transaction)
            wanted = newest if number is None else number
            pages = _pages_up_to(wanted, transaction) if wanted <= newest else ()
            authority = authority_of(pages[0].token, transaction) if pages else None
            if authority is None:
                return None
            entries = [entry for page in pages for entry in read_page(page.token).entries]
            found = _statements(transaction, [entry.sha256 for entry in entries])
            agreed = named_versions(read_page(pages[0].token).agreements, transaction=transaction)
            changes = root_changes(self._seen.directory.authority, transaction=transaction)
        tokens = tuple(found[entry.sha256] for entry in entries if entry.sha256 in found)
        listed, roots = tuple(page.token for page in pages), until(changes, authority)
        return Federation(authority, listed, tokens, agreed or None, roots)

    def federation_of(self, authority: str, number: int | None) -> Federation | None:
        """Return a partner's newest list known here, or the last one up to that number."""
        with self._store.begin(write=False) as transaction:
            return partner_federation(authority, transaction=transaction, until=number)


def _pages_up_to(number: int, transaction: Transaction) -> tuple[Listed, ...]:
    """Return the pages of the list with that number; where numbers were left out, of the last."""
    pages = transaction.every(Listed, number=number)
    if pages:
        return pages
    earlier = transaction.every(Listed, until=("number", number))
    last = max((row.number for row in earlier), default=0)
    return tuple(row for row in earlier if row.number == last)


def _grown(seen: _Seen, transaction: Transaction) -> Directory:
    directory = seen.directory
    rows = transaction.every(Listed, after=("number", seen.number))
    for _, pages in groupby(rows, key=lambda row: row.number):
        tokens = [row.token for row in pages]
        authority = authority_of(tokens[0], transaction)
        if authority is not None:
            said = read_statement(authority)
            directory = directory.with_list(_list_of(tokens, said, transaction=transaction))
    return relying(directory, transaction=transaction)


def _recognised(
    directory: Directory, agreed: Iterable[History], *, transaction: Transaction
) -> Directory:
    """Make partners of the agreements; their lists grow, they are never read from the start."""
    known = {one.alliance.authority: one.directory for one in directory.partners.values()}
    partners = (one.newest.partner for one in agreed)
    lists = {
        one.authority: partner_directory(
            known.get(one.authority) or Directory(one.authority, one.root),
            transaction=transaction,
        )
        for one in partners
        if one is not None
    }
    return with_partners(directory, agreed, lists=lists)


def authority_of(page: str, transaction: Transaction) -> str | None:
    """Return the root's statement of the authority as it stood when the page was signed.

    An earlier list is signed by the online key of its time, which may have changed since.
    """
    kept = transaction.get(Kept, AUTHORITY)
    if kept is None:
        return None
    kid, at = jws.parse(page, types=(jws.Type.MEMBERS,)).kid, read_page(page).iat
    told = read_statement(kept.value).organisation.id
    for one in sorted(transaction.every(Statement, sub=told), key=lambda one: -one.iat):
        key = read_statement(one.token).organisation.key(kid, KeyUse.SIGN)
        if one.iat <= at < one.exp and key is not None and one.iat < key.not_after:
            return one.token
    return kept.value


def _list_of(
    tokens: Sequence[str], authority: MemberStatement, *, transaction: Transaction
) -> MemberList:
    pages = [read_page(token) for token in tokens]
    names = [entry.sha256 for page in pages for entry in page.entries]
    found = _statements(transaction, names)
    members = [read_statement(found[name]).organisation for name in names if name in found]
    removed = tuple(gone for page in pages for gone in page.removed)
    name = ListName(pages[0].number, list_hash(tokens))
    first, stated = pages[0], authority.organisation
    return MemberList(
        name,
        stated.id,
        first.iat,
        first.exp,
        (stated, *members),
        removed,
        first.agreements or (),
        stated=authority.iat,
        vocabulary=first.vocabulary or (),
    )


def _statements(transaction: Transaction, names: Sequence[str]) -> Mapping[str, str]:
    rows = transaction.every(Statement, sha256=tuple(names)) if names else ()
    return {row.sha256: row.token for row in rows}


@attrs.frozen
class SignedList:
    """A list ready to be stored."""

    number: int
    pages: tuple[str, ...]
    exp: int


def store_list(signed: SignedList, *, transaction: Transaction) -> None:
    """Store a signed list as the newest one."""
    for page, token in enumerate(signed.pages, 1):
        transaction.put(Listed(signed.number, page, token, signed.exp))
    transaction.put(Kept(NEWEST, str(signed.number)))


def store_statement(token: str, *, transaction: Transaction) -> MemberStatement:
    """Store a signed statement and return what it says."""
    said = read_statement(token)
    name = sha256(token.encode("ascii"))
    transaction.put(Statement(name, said.organisation.id, token, said.iat, said.exp))
    return said
