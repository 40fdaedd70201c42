"""The person's consent: at the node the signed consent itself, at the origin the news of it."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.model.consent import Consent
from fachkraft_share.protocol.closing import EVENTS, token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    NOTHING_NEW,
    Append,
    Decision,
    Drop,
    Effect,
    Emit,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.events.common import demand, gate, subject
from fachkraft_share.protocol.facts import ALL, closed_for, shut_out
from fachkraft_share.protocol.message import CONSENT, Message
from fachkraft_share.protocol.payloads import ConsentGranted, ConsentRenewed
from fachkraft_share.protocol.records import (
    Due,
    Exclusion,
    Held,
    Invitation,
    Part,
    Referral,
    ReferralState,
    Tombstone,
)
from fachkraft_share.protocol.states import Move, may
from fachkraft_share.rules.consent import Action


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a consent is decided on."""
    referral = subject(message)
    common = (one(Referral, referral), every(Tombstone, referral=referral))
    if not here.is_node:
        return common
    if message.type != CONSENT:
        return common
    return (
        *common,
        one(Invitation, message.body.key),
        every(Part, referral=referral),
        every(Held, referral=referral),
        every(Exclusion, referral=referral),
        every(Due, holder=message.body.origin),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Release the draft (node), or note that it was released (origin)."""
    if message.type == CONSENT:
        demand(here.is_node, "not-addressed", "a consent is given at the node")
        return _grant(message, known, here=here, at=at)
    return _heard(message, known, here=here, at=at)


def _grant(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    consent: Consent = message.body
    if closed_for(known.every(Tombstone, referral=consent.referral), ALL, node=None):
        return ENDED
    referral = known.one(Referral, consent.referral)
    if referral is None:
        raise StateError("no draft with this referral id is here")
    if referral.consent == message.sha256:
        return NOTHING_NEW
    demand(consent.node == here.id, "audience", "the consent was given for another node")
    demand(consent.draft == referral.envelope, "draft", "the consent names another envelope")
    demand(consent.iat < consent.exp <= referral.not_after, "not-after", "longer than the referral")
    demand(len(consent.audience.members) <= limits.AUDIENCE_IDS, "audience", "too many names")
    demand(len(message.consents) <= limits.RENEWALS, "renewals", "too many renewals")
    demand(_attested(consent, known), "assurance", "the invitation was not sent like that")
    gate(consent, Action.PUBLISH, consent.origin, here=here, at=at, known=known)
    if referral.consent is None:  # a chain of renewals may come at once, after a restore
        demand(may(referral.state, Move.GRANT), "already-granted", "this is no draft")
    else:
        demand(message.rests_on(referral.consent), "stale", "another consent is in force")
    return Decision(tuple(_release(message, referral, known, here=here, at=at)))


def _attested(consent: Consent, known: Known) -> bool:
    """Tell whether the consent claims what this node knows of the link's way to the person."""
    invited = known.one(Invitation, consent.key)
    return invited is None or invited.assurance == consent.assurance


def _release(
    message: Message, referral: Referral, known: Known, *, here: Here, at: int
) -> list[Effect]:
    consent: Consent = message.body
    chain = tuple(one.sha256 for one in (message, *message.attached) if one.type == CONSENT)
    released = attrs.evolve(
        referral,
        state=ReferralState.PUBLISHED,
        consent=message.sha256,
        consent_exp=consent.exp,
    )
    effects: list[Effect] = [Put(released), Put(token_of(message, at=at))]
    effects += [
        Drop(Part, part.key)
        for part in known.every(Part, referral=referral.id)
        if part.category not in consent.categories
    ]
    effects += _rows(consent, referral, chain)
    effects += _across(consent, referral, chain, known=known, here=here)
    effects += _news(message, referral, known, chain, here=here)
    return effects


def _rows(consent: Consent, referral: Referral, chain: tuple[str, ...]) -> list[Effect]:
    audience, rows = consent.audience, list[Effect]()
    row = {"stream": EVENTS, "referral": referral.id, "attached": chain}
    if audience.list is not None:
        number = audience.list.number
        rows.append(Append(referral.envelope, "list", list_number=number, **row))  # type: ignore[arg-type]
    rows += [Append(referral.envelope, reader, **row) for reader in sorted(set(audience.members))]  # type: ignore[arg-type]
    return rows


def _across(
    consent: Consent, referral: Referral, chain: tuple[str, ...], *, known: Known, here: Here
) -> list[Effect]:
    """Write a row for each partner node named, unless it would reach somebody shut out (R4)."""
    shut = known.every(Exclusion, referral=referral.id)
    about = referral.id
    return [
        Append(referral.envelope, node, EVENTS, about, attached=chain)
        for node in sorted(set(consent.audience.partners) & here.directory.partners.keys())
        if not shut_out(shut, node, here=here)
    ]


def _news(
    message: Message, referral: Referral, known: Known, chain: tuple[str, ...], *, here: Here
) -> list[Effect]:
    consent: Consent = message.body
    granted = ConsentGranted(message.sha256)
    told: list[Effect] = [
        Emit(
            "consent.granted",
            referral.origin,
            referral.id,
            granted,
            (referral.origin,),
            attached=chain,
        )
    ]
    lines = known.every(Held, referral=referral.id)
    holders = tuple(sorted({here.hop(line.holder) for line in lines}))
    if consent.renews is not None and holders:
        renewed = ConsentRenewed(message.sha256, consent.renews)
        audience = f"{consent.node}/holders"
        told.append(
            Emit("consent.renewed", audience, referral.id, renewed, holders, attached=chain)
        )
    return told


def _heard(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    given = next((m for m in message.attached if m.sha256 == message.body.consent), None)
    if given is None or given.type != CONSENT or given.referral != message.referral:
        raise RefusedError("no-consent", "the consent does not travel along")
    demand(message.iss == given.body.node, "not-entitled", "another node passed it on")
    demand(message.aud == here.id == given.body.origin, "not-addressed", "for another member")
    if closed_for(known.every(Tombstone, referral=subject(message)), ALL, node=None):
        return ENDED
    referral = known.one(Referral, subject(message))
    if referral is None:
        raise StateError("this member knows no such referral")
    demand(given.body.draft == referral.envelope, "draft", "the consent names another envelope")
    if referral.consent is not None and not given.rests_on(referral.consent):
        return NOTHING_NEW
    kept = [Put(token_of(m, at=at)) for m in message.attached if m.type == CONSENT]
    granted = attrs.evolve(
        referral,
        state=ReferralState.PUBLISHED,
        consent=given.sha256,
        consent_exp=given.body.exp,
    )
    return Decision((Put(granted), *kept))
