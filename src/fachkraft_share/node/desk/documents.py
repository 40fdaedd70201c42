"""What the person signs at the desk: consent, answer, withdrawal, as plain values."""

import uuid

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import (
    Answer,
    Assurance,
    Audience,
    Category,
    Consent,
    ContactAnswer,
    Purpose,
    Withdrawal,
)
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.choice import Choice, Reach
from fachkraft_share.node.desk.views import View
from fachkraft_share.protocol.records import Contact
from fachkraft_share.wire.encoding import b64, sha256


def first_consent(
    case: Case, choice: Choice, view: View, *, node: str, manage: str, random: bytes, at: int
) -> Consent:
    """Return the consent that releases the draft; `view` is as the choice would make it."""
    referral, invitation = case.referral, case.link.invitation
    return Consent(
        referral=referral.id,
        origin=referral.origin,
        node=node,
        key=referral.key_x,
        nonce=referral.nonce,
        manage=manage,
        draft=referral.envelope,
        audience=attrs.evolve(_audience(choice, view.list), partners=_partners(view)),
        purposes=purposes_of(choice, view),
        categories=tuple(sorted(set(choice.categories))),
        iat=at,
        exp=_end(choice, view),
        notice=view.notice.sha256 if view.notice else "",
        language=view.language.replace("_", "-"),
        assurance=Assurance(invitation.assurance),
        record_id=record_id(random),
    )


def renewed_consent(case: Case, choice: Choice, view: View, *, random: bytes, at: int) -> Consent:
    """Return the consent that replaces the one in force."""
    before = case.consent
    if before is None:
        raise RefusedError("not-open", "there is no consent to renew")
    same = choice.reach is Reach.SAME
    return attrs.evolve(
        before,
        audience=before.audience
        if same
        else attrs.evolve(_audience(choice, view.list), partners=before.audience.partners),
        iat=max(at, before.iat + 1),  # the chain is read in the order of its times
        exp=_end(choice, view),
        notice=view.notice.sha256 if view.notice else "",
        language=view.language.replace("_", "-"),
        record_id=record_id(random),
        renews=sha256(case.chain[-1].encode()),
    )


def answer_to(
    case: Case, contact: Contact, *, categories: tuple[Category, ...], jti: bytes, at: int
) -> ContactAnswer:
    """Return the person's answer; categories name what is handed over, none means no."""
    return ContactAnswer(
        referral=case.referral.id,
        request=contact.request,
        requester=contact.requester,
        answer=Answer.ACCEPTED if categories else Answer.DECLINED,
        categories=categories,
        consent=sha256(case.chain[-1].encode()),
        seq=contact.answer_seq + 1,
        iat=at,
        jti=b64(jti),
    )


def withdrawal_of(case: Case, *, scope: str, reason: str, jti: bytes, at: int) -> Withdrawal:
    """Return what takes the consent back, or declines the draft."""
    referral = case.referral
    return Withdrawal(
        referral=referral.id,
        origin=referral.origin,
        key=referral.key_x,
        nonce=referral.nonce,
        scope=scope,
        reason=reason,
        not_after=referral.not_after,
        iat=at,
        jti=b64(jti),
    )


def record_id(random: bytes) -> str:
    """Return 16 random bytes as UUIDv4 (ISO/IEC TS 27560 `record_id`)."""
    return str(uuid.UUID(bytes=random, version=4))


def _audience(choice: Choice, newest: ListName | None) -> Audience:
    if choice.reach is Reach.NAMED:
        return Audience(members=tuple(sorted(set(choice.members))))
    return Audience(list=newest)


def _partners(view: View) -> tuple[str, ...]:
    return tuple(sorted(one.node for one in view.partners))


def purposes_of(choice: Choice, view: View) -> tuple[Purpose, ...]:
    """Return what was allowed; who ticks a partner alliance allows other regions by that (R3)."""
    return tuple(sorted({*choice.purposes, *([Purpose.OTHER_REGIONS] if view.partners else [])}))


def _end(choice: Choice, view: View) -> int:
    return next(term.end for term in view.terms if term.months == choice.months)
