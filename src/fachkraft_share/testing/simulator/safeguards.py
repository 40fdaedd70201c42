"""The safeguards, and how a run goes without one: by other parts, for production has no switch.

Without each of them the checkers must find something; a simulator that finds nothing is broken.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import attrs

from fachkraft_share.errors import StateError
from fachkraft_share.member.engine import AWAY
from fachkraft_share.member.records import Standing
from fachkraft_share.model.consent import Consent
from fachkraft_share.node.records import HeadDispute, Unreported
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol import events
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.decision import Decision, Here, Known
from fachkraft_share.protocol.message import WITHDRAWAL, Message
from fachkraft_share.protocol.records import (
    Exclusion,
    FeedRow,
    Held,
    Record,
    Seen,
    Tombstone,
)
from fachkraft_share.rules.consent import Action, Deny, Facts, Permit, permits

SAFEGUARDS: Final[Mapping[str, str]] = {
    "tombstones": "a closed referral leaves a tombstone, so that late copies stay out",
    "journal": "closures and ledger lie outside the state that is restored",
    "ledger-first": "who is served is written down before the answer leaves",
    "gate": "`permits` is asked at every hop",
    "dedupe-key": "a message id is remembered, so that a repetition has no effect",
    "not-after": "publications are refused after their time, when no tombstone is left",
    "locks": "whoever decides about a referral holds its lock until the commit",
    "agreement": "data cross a border only while an agreement lets them",
    "reported": "a partner node tells the home node whom it served",
    "exclusions": "whom a person shut out is remembered at the node, and passed over",
    "passed-on": "whoever hears of an end passes it on along its own ledger",
    "heads": "what a partner node signed is kept, and compared with what it signs later",
    "closures-first": "what has ended is applied before anything new is taken",
    "away": "who was long away shows nothing before it has heard what ended meanwhile",
}


def open_gate(
    consent: Consent | None,
    action: Action,
    *,
    actor: str,
    known: Facts,  # noqa: ARG001 - a gate's signature
    at: int,
) -> Permit | Deny:
    """Permit everything: a run without the gate."""
    referral = consent.referral if consent is not None else ""
    return Permit(action, actor, referral, at)


def borderless_gate(
    consent: Consent | None, action: Action, *, actor: str, known: Facts, at: int
) -> Permit | Deny:
    """Ask the gate as if every agreement were in force: a run without agreements."""
    agreed = attrs.evolve(known, agreement=True)
    return permits(consent, action, actor=actor, known=agreed, at=at)


def timeless(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Decide as if a publication were never too late: a run without the `not_after` bound."""
    if message.type == "referral.published":
        at = min(at, message.body.not_after)
    return events.decide(message, known, here=here, at=at)


@attrs.define
class Putting:
    """Decide as if ends could wait until the next turn: a run without closures first."""

    heard: set[str] = attrs.field(factory=set)

    def __call__(self, message: Message, known: Known, *, here: Here, at: int) -> Decision:
        """Put every closure off once."""
        if message.type in (WITHDRAWAL, "referral.closed") and message.sha256 not in self.heard:
            self.heard.add(message.sha256)
            raise StateError("later")
        return events.decide(message, known, here=here, at=at)


class _Through:
    """A transaction that passes everything on; subclasses leave one thing out."""

    def __init__(self, inner: Transaction) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class _NoTombstones(_Through):
    def put(self, record: Record) -> None:
        """Store everything but tombstones."""
        if not isinstance(record, Tombstone):
            self.inner.put(record)


class _NoMemory(_Through):
    def put(self, record: Record) -> None:
        """Store everything but what was seen."""
        if not isinstance(record, Seen) or record.iss.startswith("request:"):
            self.inner.put(record)


class _NoReports(_Through):
    def put(self, record: Record) -> None:
        """Store everything but what a partner is still to be told."""
        if not isinstance(record, Unreported):
            self.inner.put(record)


class _NoExclusions(_Through):
    def put(self, record: Record) -> None:
        """Store everything but whom a person shut out."""
        if not isinstance(record, Exclusion):
            self.inner.put(record)


class _NotPassedOn(_Through):
    def append(self, *, stream: str, to: str, **row: Any) -> FeedRow:
        """Address closures to nobody."""
        reader = "https://nobody.example" if stream == CLOSURES else to
        return self.inner.append(stream=stream, to=reader, **row)


class _NoDisputes(_Through):
    def put(self, record: Record) -> None:
        """Store everything but that a partner belied itself."""
        if not isinstance(record, HeadDispute):
            self.inner.put(record)


class _NeverAway(_Through):
    def put(self, record: Record) -> None:
        """Store everything but that a member was long away."""
        if not isinstance(record, Standing) or record.name != AWAY:
            self.inner.put(record)


class _LateLedger(_Through):
    def __init__(self, inner: Transaction, late: list[Record]) -> None:
        super().__init__(inner)
        self.late = late
        self.mine: list[Record] = []

    def put(self, record: Record) -> None:
        """Keep a fresh ledger line back until the next transaction."""
        fresh = isinstance(record, Held) and self.inner.get(Held, *record.key) is None
        (self.mine.append if fresh else self.inner.put)(record)


@attrs.define
class Without:
    """A store that leaves one safeguard out."""

    inner: Store
    safeguard: str
    late: list[Record] = attrs.field(factory=list)

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Transaction]:
        """See `Store`."""
        with self.inner.begin(write=write) as transaction:
            if self.safeguard == "ledger-first" and write:
                with self._late(transaction) as changed:
                    yield changed
            else:
                yield _CHANGED.get(self.safeguard, _Through)(transaction)

    def scrub(self) -> None:
        """See `Store`."""
        self.inner.scrub()

    @contextmanager
    def _late(self, transaction: Transaction) -> Iterator[Transaction]:
        for record in self.late:
            transaction.put(record)
        self.late.clear()
        changed: Any = _LateLedger(transaction, self.late)
        yield changed
        self.late += changed.mine


_CHANGED: Final[Mapping[str, Callable[[Transaction], Any]]] = {
    "tombstones": _NoTombstones,
    "dedupe-key": _NoMemory,
    "reported": _NoReports,
    "exclusions": _NoExclusions,
    "passed-on": _NotPassedOn,
    "heads": _NoDisputes,
    "away": _NeverAway,
}
LEFT_OUT: Final = frozenset({*_CHANGED, "ledger-first"})  # those a store goes without
AT_MEMBERS: Final = frozenset({"tombstones", "dedupe-key", "away"})  # those a member's does, too


@attrs.define
class ForgetfulJournal:
    """A journal that keeps nothing beside the state: a run without it."""

    def append(self, lines: list[Mapping[str, Any]]) -> None:
        """Forget the lines."""

    def lines(self) -> Iterable[dict[str, Any]]:
        """Return nothing."""
        return iter(())

    def head(self) -> tuple[int, str]:
        """Return the head of an empty journal."""
        return 0, ""
