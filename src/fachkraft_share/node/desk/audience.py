"""Who would see the profile now: the gate is asked for every member on the newest list."""

from collections.abc import Iterable

import attrs

from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Assurance, Audience, Category, Consent, Purpose
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.case import Case
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import facts
from fachkraft_share.protocol.records import Exclusion
from fachkraft_share.rules.consent import Action, Permit


def members(here: Here) -> tuple[Organisation, ...]:
    """Return who is on the newest list, by name; node and authority are no members."""
    newest = here.directory.newest
    listed = newest.members if newest is not None else ()
    found = [one for one in listed if one.reads]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def newest_list(here: Here) -> ListName | None:
    """Return the name of the newest list."""
    return here.directory.newest.name if here.directory.newest is not None else None


def readers(
    case: Case,
    consent: Consent,
    *,
    here: Here,
    at: int,
    exclusions: Iterable[Exclusion] | None = None,
) -> tuple[Organisation, ...]:
    """Return the members to whom the node would serve the profile under this consent."""
    shut = tuple(case.exclusions if exclusions is None else exclusions)
    return tuple(
        one
        for one in members(here)
        if _may_read(one.id, case, consent, here=here, at=at, exclusions=shut)
    )


def _may_read(
    actor: str,
    case: Case,
    consent: Consent,
    *,
    here: Here,
    at: int,
    exclusions: tuple[Exclusion, ...],
) -> bool:
    known = facts(
        consent,
        actor,
        here=here,
        at=at,
        tombstones=case.tombstones,
        exclusions=exclusions,
        settled=actor not in case.overdue,
    )
    return isinstance(here.gate(consent, Action.SERVE, actor=actor, known=known, at=at), Permit)


def imagined(case: Case, *, here: Here, at: int) -> Consent:
    """Return the consent that would name everybody on the newest list, for asking the gate."""
    referral = case.referral
    before = case.consent
    if before is not None:
        return attrs.evolve(before, audience=Audience(list=newest_list(here)))
    return Consent(
        referral=referral.id,
        origin=referral.origin,
        node=here.id,
        key=referral.key_x,
        nonce=referral.nonce,
        manage="",
        draft=referral.envelope,
        audience=Audience(list=newest_list(here)),
        purposes=(Purpose.REFERRAL,),
        categories=(Category.OCCUPATION,),
        iat=at,
        exp=referral.not_after,
        notice="",
        language="",
        assurance=Assurance(case.link.invitation.assurance),
        record_id="",
    )
