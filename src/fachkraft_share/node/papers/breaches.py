"""Something reached a wrong recipient: a case with a clock, the recall, and what was done.

1. A case refers to referrals and organisations; it has no place for a person's name or any text.
2. The authority's key signs the recall: for one recipient, or for everybody. What is recalled is
   erased by every holder in its scope, and comes never back.
3. Every act is a step with its time and the account that did it, in the transaction that does it.
"""

from collections.abc import Iterable
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node import security_log
from fachkraft_share.node.alliance.departing import close_for
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import BreachCase, BreachStep
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import ALL, closed_for
from fachkraft_share.protocol.records import Held, Referral, Tombstone
from fachkraft_share.rules.breach import Dealing, Duty, Risk, owed

REASON: Final = "recalled"
OPENED, RECALLED, AUTHORITY, PERSON, CLOSED = "opened", "recalled", "authority", "person", "closed"
NOTED: Final = (*(str(one) for one in Risk), AUTHORITY, PERSON, CLOSED)


@attrs.frozen
class Wrong:
    """What somebody reports; without a recipient it left the alliance."""

    referral: str | None = None
    recipient: str | None = None
    everybody: bool = False  # recall from all who have it
    hours_ago: int = 0  # since when it is known


class Breaches:
    """The cases of a node; every method is a transaction of its own."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def open(self, wrong: Wrong, *, by: str) -> BreachCase:
        """Begin a case and its clock; nothing is recalled yet.

        Raises:
            RefusedError: `breach-referral`, `breach-recipient`, `breach-scope`, `breach-hours`.
        """
        at = self._exchange.now()
        if not 0 <= wrong.hours_ago <= limits.BREACH_AGO:
            raise RefusedError("breach-hours", f"0 to {limits.BREACH_AGO} hours")
        with self._exchange.store.begin() as transaction:
            self._check(wrong, transaction)
            known = at - wrong.hours_ago * limits.HOUR
            scope = ALL if wrong.everybody or wrong.recipient is None else wrong.recipient
            made = BreachCase(
                self._exchange.fresh_id(), at, known, wrong.referral, wrong.recipient, scope
            )
            transaction.put(made)
            _step(transaction, made.id, OPENED, by=by, at=at)
        security_log.breach(made.id, what=OPENED)
        return made

    def recall(self, id: str, *, by: str) -> int:
        """Recall it in the authority's name; return how many referrals. Again is harmless.

        Raises:
            RefusedError: `not-found`, `breach-closed`; or the closure itself was refused.
        """
        here = self._exchange.party().here
        with self._exchange.store.begin(write=False) as transaction:
            case = self._case(id, transaction)
            self._open(case)
            found = tuple(_to_recall(case, transaction, here=here))
        for start in range(0, len(found), limits.APPLY_BATCH):
            self._apply(found[start : start + limits.APPLY_BATCH], case.scope)
        self._done(id, RECALLED, by=by)
        return len(found)

    def note(self, id: str, what: str, *, by: str) -> None:
        """Note that something was done, or how the risk was weighed.

        Raises:
            RefusedError: `not-found`, `breach-closed`, `breach-owed` while something is to be done.
        """
        if what not in NOTED:
            raise RefusedError("malformed", "no such step")
        self._done(id, what, by=by)

    def cases(self) -> tuple[BreachCase, ...]:
        """Return every case, the newest first."""
        with self._exchange.store.begin(write=False) as transaction:
            found = transaction.every(BreachCase)
        return tuple(sorted(found, key=lambda one: (-one.opened_at, one.id)))

    def case(self, id: str) -> BreachCase:
        """Return a case; raise RefusedError `not-found` if there is none."""
        with self._exchange.store.begin(write=False) as transaction:
            return self._case(id, transaction)

    def _check(self, wrong: Wrong, transaction: Transaction) -> None:
        if wrong.referral is None:
            holds = wrong.recipient and transaction.every(Held, holder=wrong.recipient, limit=1)
            if not holds:
                raise RefusedError("breach-recipient", "it was given nothing")
            if wrong.everybody:
                raise RefusedError("breach-scope", "name the referral to recall it from everybody")
            return
        referral = transaction.get(Referral, wrong.referral)
        if referral is None:
            raise RefusedError("breach-referral", "no such referral is known here")
        held = {one.holder for one in transaction.every(Held, referral=wrong.referral)}
        if wrong.recipient is not None and wrong.recipient not in held:
            raise RefusedError("breach-recipient", "it was not given this referral")
        if wrong.everybody or wrong.recipient is None:
            self._check_own(referral)

    def _check_own(self, referral: Referral) -> None:
        """Only its own alliance ends a referral for all; each ends it for its own members."""
        if referral.home is not None:
            raise RefusedError("breach-scope", "its own alliance recalls it from everybody")

    def _case(self, id: str, transaction: Transaction) -> BreachCase:
        found = transaction.get(BreachCase, id)
        if found is None:
            raise RefusedError("not-found", "no such case")
        return found

    def _open(self, case: BreachCase) -> None:
        if case.closed_at is not None:
            raise RefusedError("breach-closed", "the case is closed")

    def _apply(self, referrals: tuple[Referral, ...], scope: str) -> None:
        exchange = self._exchange
        batch = [close_for(one, scope, REASON, exchange=exchange) for one in referrals]
        for outcome in exchange.apply(batch):
            if outcome.status in ("refused", "later"):
                raise RefusedError(outcome.code or "unknown", "the recall was refused")

    def _done(self, id: str, what: str, *, by: str) -> None:
        at = self._exchange.now()
        with self._exchange.store.begin() as transaction:
            transaction.lock([f"breach {id}"])
            case = self._case(id, transaction)
            self._open(case)
            if what == CLOSED and owed(dealing(case)):
                raise RefusedError("breach-owed", "something is still to be done")
            transaction.put(_after(case, what, at=at))
            _step(transaction, id, what, by=by, at=at)
        security_log.breach(id, what=what)


def dealing(case: BreachCase) -> Dealing:
    """Return how far the case was dealt with, as the rule reads it."""
    return Dealing(
        case.known_at,
        case.recalled_at,
        Risk(case.risk) if case.risk else None,
        case.authority_at,
        case.person_at,
    )


def affected(case: BreachCase, transaction: Transaction) -> tuple[str, ...]:
    """Return the referrals concerned: the one named, or all the recipient was given till then."""
    if case.referral is not None:
        return (case.referral,)
    held = transaction.every(Held, holder=case.recipient)
    return tuple(one.referral for one in held if one.served_at <= case.opened_at)


def _to_recall(case: BreachCase, transaction: Transaction, *, here: Here) -> Iterable[Referral]:
    """Return the referrals concerned that have not ended for whom it is recalled from."""
    node = None if case.scope == ALL else here.node_of(case.scope)
    for id in affected(case, transaction):
        referral = transaction.get(Referral, id)
        tombstones = transaction.every(Tombstone, referral=id)
        if referral is not None and not closed_for(tombstones, case.scope, node=node):
            yield referral


def duties(case: BreachCase) -> tuple[Duty, ...]:
    """Return what is still to be done."""
    return owed(dealing(case))


def _after(case: BreachCase, what: str, *, at: int) -> BreachCase:
    """The first time something was done counts; a risk may be weighed anew."""
    if what in tuple(Risk):
        return attrs.evolve(case, risk=what)
    field = f"{what}_at"
    first: dict[str, Any] = {field: getattr(case, field) or at}
    return attrs.evolve(case, **first)


def _step(transaction: Transaction, case: str, what: str, *, by: str, at: int) -> None:
    number = len(transaction.every(BreachStep, case=case)) + 1
    transaction.put(BreachStep(case, number, at, by, what))
