"""Why a referral did or did not go out: the gate's answers, and everything that happened here."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fachkraft_share.errors import ConsentError, FachkraftShareError

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.member.timeline import Moment, Owed
    from fachkraft_share.ports.store import Transaction
    from fachkraft_share.protocol.message import Reader
    from fachkraft_share.protocol.records import Referral

_RECIPIENT = ("hold", "request", "import")  # what a recipient's gate is asked


def referral_timeline(member: "Member", referral: str) -> dict[str, Any] | None:
    """Return what this member knows of a referral; None when nothing."""
    from fachkraft_share.member.timeline import happened, owed
    from fachkraft_share.protocol.records import Referral, Tombstone

    reader = member.engine.reader()
    with member.engine.store.begin(write=False) as transaction:
        found = transaction.get(Referral, referral)
        ended = transaction.every(Tombstone, referral=referral)
        if found is None and not ended:
            return None
        moments = [_happened(one) for one in happened(transaction, referral)]
        waiting = [_to_do(one) for one in owed(transaction, referral)]
        gate = dict(_gate(member, transaction, found, reader=reader))
    state = str(found.state) if found is not None else "closed"
    return {
        "referral": referral,
        "role": "origin" if found is not None and found.origin == member.id else "recipient",
        "state": state,
        "gate": [f"{action}: {said}" for action, said in gate.items()],
        "happened": moments,
        "still_to_do": waiting or ["nothing"],
    }


def _happened(one: "Moment") -> dict[str, Any]:
    told = {
        "said": f"{one.about} from {one.who}",
        "asked": f"contact asked by {one.who}",
        "closed": f"closed for {one.who}: {one.about}",
        "erased": "erased here, and signed for it",
    }
    return {"at": one.at, "what": told[one.what]}


def _to_do(one: "Owed") -> str:
    refused = f", last refused: {one.code}" if one.code else ""
    told = {
        "send": f"send {one.about} ({one.tries} tries{refused})",
        "judge": f"judge a parked message ({one.about})",
        "task": f"{one.about} ({one.tries} tries)",
        "person": f"needs a person: {one.about}: {one.code}",
    }
    return told[one.what]


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
