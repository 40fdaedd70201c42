"""`node vocabulary` and `GET /vocabulary/<sha256>`: official lists, added once, fetched by members.

1. A file is read whole before anything is stored; it is stored and named in one transaction.
2. The signed member list names each by its hash: a member believes what its authority signed, and
   it learns of a new one as it learns of a new member.
3. Only members fetch them: their licences bind whoever hands them on to everybody.
"""

import attrs

from fachkraft_share.errors import MalformedError, RefusedError, SetupError, StateError
from fachkraft_share.node.alliance.authority import Authority
from fachkraft_share.node.alliance.official import (
    content_of,
    contents,
    forget_list,
    keep_list,
    official_lists,
)
from fachkraft_share.node.callers import identify
from fachkraft_share.node.calls import read_query, whole
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import OfficialList
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Referral
from fachkraft_share.rules.csv_rows import Fate
from fachkraft_share.rules.official_lists import Recognised, recognise, vocabulary_of
from fachkraft_share.rules.vocabulary import Vocabulary, shipped
from fachkraft_share.wire.encoding import check_sha256, sha256

CSV = "text/csv"
SHOWN = ("kldb", "places", "districts")  # what people at the desk are shown in words
_FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}  # its name is its hash


@attrs.frozen
class Examined:
    """A file that is an official list, as it would stand among the others."""

    row: OfficialList
    found: Recognised
    content: bytes = attrs.field(repr=False)


def list_checks(exchange: Exchange) -> tuple[HealthCheck, ...]:
    """Return the checks that members find what the list names, and that profiles can say more."""
    title = "the official lists that are named are here"
    return (
        HealthCheck("FKS-116", title, lambda: _missing(exchange)),
        HealthCheck("FKS-143", "an employment table is loaded", lambda: _coarse(exchange)),
    )


def _coarse(exchange: Exchange) -> Health:
    """Warn once somebody is recommended: without the table each profile is as coarse as can be."""
    with exchange.store.begin(write=False) as transaction:
        loaded = any(one.name == "employment" for one in official_lists(transaction))
        if loaded or not transaction.every(Referral, home=None, limit=1):
            return Health(Level.OK)
    fix = "fachkraft-share node vocabulary add FILE --kind employment; see docs/vocabularies.md"
    return Health(Level.WARN, "profiles name a main group and the whole region at most", fix)


def _missing(exchange: Exchange) -> Health:
    newest = exchange.directory().newest
    listed = newest.vocabulary if newest is not None else ()
    with exchange.store.begin(write=False) as transaction:
        here = {one.sha256 for one in official_lists(transaction)}
    gone = sorted(one.name for one in listed if one.sha256 not in here)
    if not gone:
        return Health(Level.OK)
    fix = "add the file again: fachkraft-share node vocabulary add FILE"
    return Health(Level.WARN, f"not here: {', '.join(gone)}", fix)


class VocabularyLists:
    """Keeps the alliance's official lists, and reads those the desk shows."""

    def __init__(self, exchange: Exchange, authority: Authority) -> None:
        self._exchange = exchange
        self._authority = authority
        self._read: tuple[tuple[str, ...], Vocabulary] = ((), shipped())

    def examine(self, content: bytes, *, file: str, name: str | None = None) -> Examined:
        """Read a file as an official list; nothing is stored.

        Raises:
            SetupError: it is none, another than `name`, or broken; the message says where.
        """
        try:
            found = recognise(content, name=name)
        except MalformedError as error:
            raise SetupError(f"{file}: {error}; nothing was added") from error
        fates = [note.fate for note in found.notes]
        row = OfficialList(
            found.official.name,
            sha256(content),
            len(content),
            file,
            found.stamp,
            found.rows,
            fates.count(Fate.REPAIRED),
            fates.count(Fate.DROPPED),
            self._exchange.now(),
        )
        return Examined(row, found, content)

    def add(self, examined: Examined) -> int | None:
        """Store the list and sign a member list that names it; None if it is there already."""
        row = examined.row
        if any((one.name, one.sha256) == (row.name, row.sha256) for one in self.listing()):
            return None

        def keep(transaction: Transaction) -> None:
            keep_list(row, examined.content, transaction=transaction)

        return self._authority.name_lists(keep)

    def remove(self, name: str) -> int:
        """Take a list away and sign a member list without it; return that one's number.

        Raises:
            StateError: there is none of that name.
        """
        if name not in {one.name for one in self.listing()}:
            raise StateError(f"there is no list {name}; see: fachkraft-share node vocabulary list")

        def forget(transaction: Transaction) -> None:
            forget_list(name, transaction=transaction)

        return self._authority.name_lists(forget)

    def listing(self) -> tuple[OfficialList, ...]:
        """Return the lists there are."""
        with self._exchange.store.begin(write=False) as transaction:
            return official_lists(transaction)

    def vocabulary(self) -> Vocabulary:
        """Return what the desk shows in words, read anew when another list was added."""
        newest = self._exchange.directory().newest
        listed = newest.vocabulary if newest is not None else ()
        names = tuple(one.sha256 for one in listed if one.name in SHOWN)
        seen, vocabulary = self._read
        if seen != names:
            vocabulary = self._load()
            self._read = names, vocabulary
        return vocabulary

    def _load(self) -> Vocabulary:
        """Read the lists; a newer version of this library may be stricter than when they came."""
        with self._exchange.store.begin(write=False) as transaction:
            found = contents(SHOWN, transaction=transaction)
        try:
            return vocabulary_of(found)
        except MalformedError:
            return shipped()

    def get(self, request: Request) -> Response:
        """Answer `GET /vocabulary/<sha256>`."""
        caller = identify(request, self._exchange)
        read_query(request)
        name = check_sha256(request.resource)
        with self._exchange.store.begin() as transaction:
            transaction.lock([caller.lock])
            caller.spend(transaction)
            found = content_of(name, transaction=transaction) if caller.active else None
        if found is None:
            raise RefusedError("not-found")
        return whole(Response(200, found, CSV, _FOR_GOOD))
