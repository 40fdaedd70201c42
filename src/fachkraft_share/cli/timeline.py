"""Why a referral did or did not go out: the gate's answers, and everything that happened here."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share.errors import ConsentError, FachkraftShareError

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.ports.store import Transaction
    from fachkraft_share.protocol.message import Reader
    from fachkraft_share.protocol.records import Referral

_RECIPIENT = ("hold", "request", "import")  # what a recipient's gate is asked


@attrs.frozen
class Moment:
    """One thing that happened, or is still to happen."""

    at: int
    what: str


def referral_timeline(member: "Member", referral: str) -> dict[str, Any] | None:
    """Return what this member knows of a referral; None when nothing."""
    from fachkraft_share.protocol.records import Referral, Tombstone

    reader = member.engine.reader()
    with member.engine.store.begin(write=False) as transaction:
        found = transaction.get(Referral, referral)
        ended = transaction.every(Tombstone, referral=referral)
        if found is None and not ended:
            return None
        moments = sorted(_moments(transaction, referral), key=lambda one: one.at)
        waiting = list(_waiting(transaction, referral))
        gate = dict(_gate(member, transaction, found, reader=reader))
    state = str(found.state) if found is not None else "closed"
    return {
        "referral": referral,
        "role": "origin" if found is not None and found.origin == member.id else "recipient",
        "state": state,
        "gate": [f"{action}: {said}" for action, said in gate.items()],
        "happened": [attrs.asdict(one) for one in moments],
        "still_to_do": waiting or ["nothing"],
    }


def _moments(transaction: "Transaction", referral: str) -> Iterator[Moment]:
    from fachkraft_share.member.records import Account
    from fachkraft_share.protocol.records import Contact, Token, Tombstone

    for token in transaction.every(Token, referral=referral):
        yield Moment(token.at, f"{token.type} from {token.iss}")
    for contact in transaction.every(Contact, referral=referral):
        if contact.requested_at:
            yield Moment(contact.requested_at, f"contact asked by {contact.requester}")
    for stone in transaction.every(Tombstone, referral=referral):
        yield Moment(stone.closed_at, f"closed for {stone.scope}: {stone.reason}")
    for account in transaction.every(Account, referral=referral):
        if account.said:
            yield Moment(account.at, "erased here, and signed for it")


def _waiting(transaction: "Transaction", referral: str) -> Iterator[str]:
    from fachkraft_share.member.records import Outgoing, Parked, Trouble
    from fachkraft_share.protocol.records import Task

    for one in transaction.every(Outgoing, referral=referral):
        why = f", last refused: {one.code}" if one.code else ""
        yield f"send {one.type} ({one.tries} tries{why})"
    for parked in transaction.every(Parked, referral=referral):
        yield f"judge a parked message ({parked.code})"
    for task in transaction.every(Task):
        if task.about.startswith(referral):
            yield f"{task.kind} ({task.tries} tries)"
    for trouble in transaction.every(Trouble):
        if trouble.about.startswith(referral):
            yield f"needs a person: {trouble.kind}: {trouble.code}"


def _gate(
    member: "Member", transaction: "Transaction", found: "Referral | None", *, reader: "Reader"
) -> Iterator[tuple[str, str]]:
    """Ask the gate again, as this member itself would be asked."""
    from fachkraft_share.member.engine import consent_in_force
    from fachkraft_share.rules.consent import Action

    engine = member.engine
    try:
        consent = consent_in_force(transaction, found, reader=reader) if found else None
    except FachkraftShareError as error:
        yield "consent", f"cannot be read ({type(error).__name__})"
        return
    body = consent.body if consent else None
    actions = (Action.PUBLISH,) if found and found.origin == engine.id else _RECIPIENT
    for action in actions:
        try:
            engine.ask_gate(transaction, body, Action(action), actor=engine.id)
            yield str(action), "allowed"
        except ConsentError as error:
            yield str(action), f"refused ({error.code})"
