"""The smallest event there is: a firm tells what came of a contact; nothing travels along."""

import secrets

from town import SUITE, Drafted, Town

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.protocol.message import sign_event
from fachkraft_share.protocol.payloads import OutcomeKind, OutcomeReported
from fachkraft_share.protocol.records import Contact, Referral, ReferralState
from fachkraft_share.wire.encoding import b64


def outcomes(served: Town, origin: Engine, requester: Engine, *, count: int) -> list[Drafted]:
    """Prepare outcomes of contacts that were answered, as the node's store has them."""
    at, made = origin.now(), []
    with served.inside.exchange.store.begin() as transaction:
        for _ in range(count):
            id, request = (b64(secrets.token_bytes(limits.ID_BYTES)) for _ in range(2))
            end = at + 300 * limits.DAY
            state = ReferralState.PUBLISHED
            transaction.put(Referral(id, origin.id, "key", "nonce", state, "envelope", end, at))
            asked = Contact(id, requester.id, request, requested="token", answer="accepted")
            transaction.put(asked)
            made.append(_outcome(asked, to=origin.id, by=requester))
    return made


def _outcome(contact: Contact, *, to: str, by: Engine) -> Drafted:
    token = sign_event(
        "outcome.reported",
        OutcomeReported(contact.request, 1, OutcomeKind.HIRED),
        iss=by.id,
        aud=to,
        referral=contact.referral,
        jti=by.voice.new_id(),
        at=by.now(),
        key=by.signing_key(),
        suite=SUITE,
    )
    return Drafted(token, (), "")
