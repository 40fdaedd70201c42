"""The one loop: begin, lock, load, decide, apply, commit. Node, member and simulator call it.

Message in and effects out are one transaction; the journal's lines are durable before it commits,
answers follow it. A batch is one commit, each message under its own savepoint.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import attrs

from fachkraft_share.errors import RefusedError, StateError, WireError
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.ports.vault import Journal
from fachkraft_share.protocol import events
from fachkraft_share.protocol.decision import (
    Append,
    Blank,
    Decision,
    Drop,
    DropEvery,
    Effect,
    Emit,
    Every,
    Here,
    Known,
    Need,
    Note,
    One,
    Put,
)
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.records import Seen, Token


class Voice(Protocol):
    """How this party says something: a node signs and appends, a member signs and enqueues."""

    def say(self, emitted: Emit, *, transaction: Transaction, at: int) -> None:
        """Sign the event and put it where it will be delivered from."""
        ...


@attrs.frozen
class Outcome:
    """What became of one message: a status, or the problem it was refused with.

    status: accepted | known (nothing new) | ended (its referral is closed) | refused | later
    """

    status: str
    code: str = ""
    detail: str = ""

    @property
    def done(self) -> bool:
        """Tell whether sending it again is pointless."""
        return self.status != "later"


Also = Callable[[Transaction, list[Outcome]], None]


@attrs.frozen
class Party:
    """Everything the loop needs to know of the party it runs for."""

    here: Here
    store: Store
    journal: Journal
    voice: Voice
    decide: Callable[..., Decision] = events.decide
    needs: Callable[[Message, Here], tuple[Need, ...]] = events.needs


def apply(
    party: Party,
    batch: Sequence[Message],
    *,
    at: int,
    also: Also | None = None,
    held: Iterable[str] = (),
) -> list[Outcome]:
    """Decide the messages in turn and apply what follows, as one transaction.

    `also` adds to that transaction what depends on the outcomes, such as the reader's new cursor;
    `held` names what it must hold besides the referrals.

    Raises:
        StoreError: nothing was applied.
    """
    notes: list[Any] = []
    with party.store.begin() as transaction:
        names = {name for message in batch for name in locks(message)}
        transaction.lock(sorted(names | set(held)))
        foreseen = [_Foreseen(message, _needs(party, message)) for message in batch]
        transaction.read_ahead(need for one in foreseen for need in one.asked)
        outcomes = [
            _one(party, one, transaction=transaction, notes=notes, at=at) for one in foreseen
        ]
        if also is not None:
            also(transaction, outcomes)
        if notes:
            party.journal.append(notes)
    return outcomes


def locks(message: Message) -> set[str]:
    """Return the names that must be held while this message is decided."""
    if message.type == "erasure.receipt":
        try:
            return {item.referral for item in events.erasure_receipt.items(message)}
        except WireError:  # it will be refused by itself; the rest of the batch goes on
            return set()
    names = {message.referral} if message.referral else set()
    if message.type == "contact.requested":  # the day's requests of one member are counted
        names.add(f"requests of {message.iss}")
    return names


@attrs.frozen
class _Foreseen:
    """A message of the batch and what deciding it needs; None: it will be refused by itself."""

    message: Message
    needs: tuple[Need, ...] | None

    @property
    def asked(self) -> tuple[Need, ...]:
        """Everything the store will be asked for it."""
        return (One(Seen, (self.message.iss, self.message.jti)), *(self.needs or ()))


def _needs(party: Party, message: Message) -> tuple[Need, ...] | None:
    try:
        return party.needs(message, party.here)
    except (RefusedError, WireError):
        return None


def _one(
    party: Party, foreseen: _Foreseen, *, transaction: Transaction, notes: list[Any], at: int
) -> Outcome:
    mine: list[Any] = []
    try:
        with transaction.savepoint():
            outcome = _decide(party, foreseen, transaction=transaction, notes=mine, at=at)
    except RefusedError as error:
        return Outcome("refused", error.code, error.detail)
    except WireError as error:
        return Outcome("refused", "malformed", str(error))
    except StateError as error:
        return Outcome("later", "not-now", str(error))
    notes += mine
    return outcome


def _decide(
    party: Party, foreseen: _Foreseen, *, transaction: Transaction, notes: list[Any], at: int
) -> Outcome:
    message, needs = foreseen.message, foreseen.needs
    seen = transaction.get(Seen, message.iss, message.jti)
    if seen is not None and (seen.sha256 != message.sha256 or not _repeatable(message)):
        return _repeated(message, seen, transaction=transaction)
    known = load(transaction, party.needs(message, party.here) if needs is None else needs)
    decision = party.decide(message, known, here=party.here, at=at)
    transaction.put(Seen(message.iss, message.jti, message.sha256, at))
    perform(decision.effects, party=party, transaction=transaction, notes=notes, at=at)
    return Outcome(decision.status)


def _repeatable(message: Message) -> bool:
    """Tell whether hearing it again must have an effect: the same closure asks for a receipt."""
    return message.type in ("referral.closed", "fks-withdrawal", "referral.published")


def _repeated(message: Message, seen: Seen, *, transaction: Transaction) -> Outcome:
    """Same bytes again: same answer. Other bytes under the same id: keep both hashes, refuse."""
    if seen.sha256 == message.sha256:
        return Outcome("known")
    transaction.put(attrs.evolve(seen, other=message.sha256))
    return Outcome("refused", "equivocation", "this message id was used for other bytes")


def load(transaction: Transaction, needs: Iterable[Need]) -> Known:
    """Read everything a decision declared."""
    values: dict[Need, Any] = {}
    for need in needs:
        match need:
            case One(kind, key):
                values[need] = transaction.get(kind, *key)
            case Every(kind, where):
                values[need] = transaction.every(kind, **dict(where))
    return Known(values)


def perform(
    effects: Iterable[Effect],
    *,
    party: Party,
    transaction: Transaction,
    notes: list[Any],
    at: int,
) -> None:
    """Apply effects in their order; journal lines are collected for just before the commit."""
    for effect in effects:
        match effect:
            case Put(record):
                transaction.put(record)
            case Drop(kind, key):
                transaction.drop(kind, *key)
            case DropEvery(kind, where):
                transaction.drop_every(kind, **dict(where))
            case Emit():
                party.voice.say(effect, transaction=transaction, at=at)
            case Append():
                _append(effect, transaction=transaction, at=at)
            case Blank(referral):
                _blank(referral, transaction=transaction)
            case Note(line):
                notes.append(line)


def _append(effect: Append, *, transaction: Transaction, at: int) -> None:
    transaction.append(
        stream=effect.stream,
        to=effect.to,
        token=effect.token,
        at=at,
        list_number=effect.list_number,
        referral=effect.referral,
        attached=" ".join(effect.attached),
    )


def _blank(referral: str, *, transaction: Transaction) -> None:
    for token in transaction.every(Token, referral=referral, personal=True):
        transaction.put(attrs.evolve(token, body=None))
