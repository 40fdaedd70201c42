"""Rights that others must answer: noted here, told to the origin and to who has the dossier."""

from fachkraft_share import limits
from fachkraft_share.model.consent import Category
from fachkraft_share.node.desk.case import Case
from fachkraft_share.ports.loop import Party
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.payloads import PersonRequested, Right
from fachkraft_share.protocol.records import PersonRequest


def asked_lately(case: Case, right: Right, wrong: tuple[Category, ...], *, at: int) -> bool:
    """Tell whether the same was asked within a day: it is one wish."""
    named = " ".join(wrong)
    same = [one for one in case.rights if (one.kind, one.categories) == (right, named)]
    return any(one.at > at - limits.RIGHT_AGAIN for one in same)


def pass_on(
    case: Case, right: Right, wrong: tuple[Category, ...], *, party: Party, jti: str, at: int
) -> None:
    """Note the wish and tell whoever must answer it."""
    id = case.referral.id
    given = {one.requester for one in case.contacts if one.disclosed is not None}
    told = tuple(sorted({case.referral.origin, *given}))
    body = PersonRequested(right, list(wrong))
    said = Emit("person.requested", party.here.holders, id, body, told, jti=jti)
    with party.store.begin() as transaction:
        transaction.lock([id])
        transaction.put(PersonRequest(id, str(right), jti, at, categories=" ".join(wrong)))
        party.voice.say(said, transaction=transaction, at=at)
