"""`referral.published`: the origin's draft at its node, then what was released, elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, MalformedError, RefusedError
from fachkraft_share.model.consent import Category, Consent
from fachkraft_share.protocol.closing import EVENTS, token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    NOTHING_NEW,
    Append,
    Decision,
    Effect,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.events.common import certify, demand, ended, gate, subject
from fachkraft_share.protocol.events.consent_renewed import no_longer_allowed
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import ReferralPublished
from fachkraft_share.protocol.records import (
    Invitation,
    Part,
    Referral,
    ReferralState,
    Task,
    Tombstone,
)
from fachkraft_share.rules.consent import Action


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a publication is decided on."""
    referral = subject(message)
    loaded = (one(Referral, referral), every(Tombstone, referral=referral))
    if here.is_node:
        return (*loaded, every(Part, referral=referral), one(Invitation, message.body.key))
    return (*loaded, every(Part, referral=referral))


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Hold the draft back (home node), or keep what the person released (partner node, member)."""
    body: ReferralPublished = message.body
    home = message.consent.node if message.consent else here.node
    demand(
        message.aud == f"{home}/members", "audience", "a referral is addressed to <node>/members"
    )
    demand(here.node_of(message.iss) == home, "foreign", "the origin is no member at that node")
    certify(message, origin=message.iss, key=body.key, nonce=body.nonce)
    shown = message.shown
    _check_times(message, at=at)
    if ended(message, known, actor=here.id, here=here):
        return ENDED
    if here.id == home:
        return _draft(message, shown, known, at=at)
    return _keep(message, shown, known, here=here, at=at)


def _check_times(message: Message, *, at: int) -> None:
    life = message.body.not_after - message.iat
    if not 0 < life <= limits.REFERRAL_DAYS * limits.DAY:
        raise RefusedError("not-after", "a referral lives at most 400 days from its iat")
    if at > message.body.not_after + limits.TOMBSTONE_SKEW:
        raise RefusedError("too-late", "the referral's time is over")


def _draft(message: Message, shown: Mapping[str, Any], known: Known, *, at: int) -> Decision:
    referral = subject(message)
    before = known.one(Referral, referral)
    if before is not None:
        if before.envelope != message.sha256:
            raise ConflictError("referral-exists", "another envelope carries this referral id")
        return NOTHING_NEW
    invited = known.one(Invitation, message.body.key)
    again = message.consent
    demand(
        (invited is not None and invited.member == message.iss and invited.referral is None)
        or (again is not None and again.draft == message.sha256),
        "no-invitation",
        "ask for an invitation first, or send the person's consent along",
    )
    demand(Category.OCCUPATION in shown, "no-profile", "parts need an occupation")
    demand(shown.keys() == message.body.parts.keys(), "no-profile", "signed parts are missing")
    _ = message.profile  # refuses what makes none
    effects: list[Effect] = [Put(_record(message, ReferralState.DRAFT, consent=None, at=at))]
    effects.append(Put(token_of(message, at=at, personal=True)))
    effects += _parts(message, shown)
    if invited is not None:
        effects.append(Put(_used(invited, referral=referral)))
    return Decision(tuple(effects))


def _parts(message: Message, shown: Mapping[str, Any]) -> Iterable[Effect]:
    """Keep the parts as they came; `shown` has them in the same order, each name once."""
    about = subject(message)
    return (Put(Part(about, name, text)) for name, text in zip(shown, message.parts, strict=True))


def _used(invitation: Invitation, *, referral: str) -> Invitation:
    return attrs.evolve(invitation, referral=referral)


def _record(
    message: Message, state: ReferralState, *, consent: Message | None, at: int
) -> Referral:
    return Referral(
        subject(message),
        message.iss,
        message.body.key,
        message.body.nonce,
        state,
        message.sha256,
        message.body.not_after,
        at,
        consent.sha256 if consent else None,
        consent.body.exp if consent else None,
    )


def _keep(
    message: Message, shown: Mapping[str, Any], known: Known, *, here: Here, at: int
) -> Decision:
    if message.iss == here.id or not message.consents:
        raise RefusedError("not-addressed", "only others' released referrals are kept")
    released = message.consents[-1]
    consent: Consent = released.body
    demand(consent.draft == message.sha256, "draft", "the consent was given for another envelope")
    demand(consent.exp <= message.body.not_after, "not-after", "longer than the referral")
    gate(consent, Action.RELAY if here.is_node else Action.HOLD, here.id, here=here, at=at)
    before = known.one(Referral, subject(message))
    if before is not None and not _brings_more(released, before, known):
        return NOTHING_NEW
    if not shown.keys() <= {str(category) for category in consent.categories}:
        raise MalformedError("parts: a category travels that the person did not allow")
    _ = message.profile  # refuses what makes none
    effects: list[Effect] = [
        Put(_kept(message, released, here=here, at=at)),
        Put(token_of(message, at=at, personal=True)),
        *(Put(token_of(each, at=at)) for each in message.consents),
        *no_longer_allowed(consent, known),
        *_parts(message, shown),
    ]
    then = _pass_on(message, here=here) if here.is_node else _match(message, at=at)
    return Decision((*effects, then))


def _brings_more(released: Message, before: Referral, known: Known) -> bool:
    """Tell whether the consent is newer, or the profile was erased before it was heard of."""
    if released.sha256 == before.consent:
        return not known.every(Part, referral=before.id)
    return released.rests_on(before.consent or "")


def _kept(message: Message, released: Message, *, here: Here, at: int) -> Referral:
    record = _record(message, ReferralState.PUBLISHED, consent=released, at=at)
    home = released.body.node
    return record if home == here.node else attrs.evolve(record, home=home)


def _match(message: Message, *, at: int) -> Put:
    return Put(Task("match", subject(message), next_at=at))


def _pass_on(message: Message, *, here: Here) -> Append:
    """Offer it to the members on the newest list: who joins later gets nothing (R5)."""
    newest = here.directory.newest
    number = newest.name.number if newest is not None else None
    chain = tuple(one.sha256 for one in message.consents)
    about = subject(message)
    return Append(message.sha256, "list", EVENTS, about, list_number=number, attached=chain)
