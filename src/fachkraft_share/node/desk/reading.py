"""From what the node knows about a link to what its page shows; reading changes nothing."""

import attrs

from fachkraft_share import limits
from fachkraft_share.model.consent import Category
from fachkraft_share.node.desk import abroad
from fachkraft_share.node.desk.audience import imagined, members, newest_list, readers
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.exclusions import shut_out, typed_names
from fachkraft_share.node.desk.holders import holders, stated
from fachkraft_share.node.desk.notices import notice
from fachkraft_share.node.desk.profile import Wording, shown
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.desk.terms import answer_due, proposed, terms
from fachkraft_share.node.desk.views import UNKNOWN, ContactView, Ending, Stage, View, Wish
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import ALL, closed_for
from fachkraft_share.protocol.records import Contact, ReferralState
from fachkraft_share.rules.retention import days_left, draft_end


@attrs.frozen
class Reading:
    """What a page is read with: the node's view of the world, its settings, words and the time."""

    here: Here
    settings: DeskSettings
    wording: Wording
    at: int


def view_of(case: Case | None, reading: Reading) -> View:
    """Return what to show for a case; None, a run-out draft and an unknown link look alike."""
    stage = stage_of(case, at=reading.at)
    if case is None or stage is Stage.UNKNOWN:
        return attrs.evolve(UNKNOWN, language=reading.wording.texts.language)
    base = View(
        stage,
        language=reading.wording.texts.language,
        limited=case.link.outdated,
        referral=case.referral.id,
        origin=stated(case.referral.origin, here=reading.here),
    )
    if stage is Stage.FOREIGN:
        return _foreign(base, case, reading)
    if stage is Stage.OLD_LINK:
        return base
    if stage in (Stage.CLOSED, Stage.DECLINED):
        return _ended(base, case, reading)
    return _asked(base, case, reading) if stage is Stage.ASKED else _open(base, case, reading)


def stage_of(case: Case | None, *, at: int) -> Stage:
    """Tell where the person stands with this link."""
    if case is None:
        return Stage.UNKNOWN
    if case.referral.home is not None:
        return Stage.FOREIGN
    if case.end is not None:
        return _end_stage(case)
    if case.referral.state is ReferralState.DRAFT:
        return Stage.ASKED if at < _open_until(case) else Stage.UNKNOWN
    if case.referral.state is ReferralState.PUBLISHED:
        return Stage.OLD_LINK if case.link.outdated else Stage.OPEN
    return Stage.UNKNOWN


def _open_until(case: Case) -> int:
    return draft_end(case.referral.at, not_after=case.referral.not_after)


def _end_stage(case: Case) -> Stage:
    if case.consents:
        return Stage.CLOSED
    reason = case.end.reason if case.end else ""
    if reason == "expired":
        return Stage.UNKNOWN
    return Stage.DECLINED if reason == "declined" else Stage.CLOSED


def _asked(base: View, case: Case, reading: Reading) -> View:
    here, at = reading.here, reading.at
    origin = stated(case.referral.origin, here=here)
    offered = terms(at=at, not_after=case.referral.not_after)
    told = attrs.evolve(base, profile=shown(case.parts, wording=reading.wording))
    return attrs.evolve(
        told,
        assurance=case.link.invitation.assurance,
        list=newest_list(here),
        fresh=here.directory.fresh(at=at),
        readers=readers(case, imagined(case, here=here, at=at), here=here, at=at),
        partners=abroad.offered(here, at=at),
        open_until=_open_until(case),
        later=case.link.invitation.later,
        terms=offered,
        proposed=proposed(offered, days=here.policy.consent_days),
        notice=notice(
            origin,
            presented=told.presented,
            settings=reading.settings,
            node=here.id,
            language=base.language,
        ),
    )


def _open(base: View, case: Case, reading: Reading) -> View:
    here, at = reading.here, reading.at
    consent = case.consent
    if consent is None:
        return attrs.evolve(UNKNOWN, language=base.language)
    now = readers(case, consent, here=here, at=at)
    after = readers(case, imagined(case, here=here, at=at), here=here, at=at)
    return attrs.evolve(
        _asked(base, case, reading),
        readers=now,
        partners=abroad.named(consent.audience.partners, here=here),
        newcomers=tuple(one for one in after if one not in now),
        excluded=shut_out(case.exclusions, members(here)),
        exclusions=typed_names(case.exclusions),
        consent=consent,
        days_left=days_left(consent.exp, at=at),
        renewable=len(case.consents) <= limits.RENEWALS,
        contacts=_contacts(case, here=here),
        holders=holders(case, here=here, at=at),
        rights=_wishes(case),
        bundle=bool(case.manifests),
    )


def _wishes(case: Case) -> tuple[Wish, ...]:
    return tuple(
        Wish(one.kind, one.at, answer_due(one.at), tuple(one.categories.split()))
        for one in sorted(case.rights, key=lambda one: (one.at, one.kind))
    )


def _ended(base: View, case: Case, reading: Reading) -> View:
    end = case.end
    ending = Ending(end.reason, end.closed_at, durable=_durable(case, reading)) if end else None
    found = attrs.evolve(base, ending=ending)
    if base.limited:
        return found
    return attrs.evolve(
        found,
        consent=case.consent,
        holders=holders(case, here=reading.here, at=reading.at),
        rights=_wishes(case),
        bundle=bool(case.manifests),
    )


def _foreign(base: View, case: Case, reading: Reading) -> View:
    """Return what is shown of a referral of a partner alliance: who has it on this side.

    Whoever has the older link alone sees no names, as at home.
    """
    here, home = reading.here, case.referral.home or ""
    partner = here.directory.partners.get(home)
    ended = [one for one in case.tombstones if one.scope in (ALL, here.id)]
    end = min(ended, key=lambda one: one.closed_at, default=None)
    ending = Ending(end.reason, end.closed_at, durable=_durable(case, reading)) if end else None
    seen = () if base.limited else holders(case, here=here, at=reading.at)
    withdrawable = (attrs.evolve(one, withdrawable=False) for one in seen)  # one by one at home
    return attrs.evolve(
        base,
        consent=None if base.limited else case.consent,
        holders=tuple(withdrawable),
        ending=ending,
        home=partner.alliance.url or partner.node if partner is not None else home,
    )


def _durable(case: Case, reading: Reading) -> bool:
    """Tell whether a second party holds the closure: it took custody, or signed that it erased."""
    signed = any(one.holder != reading.here.id for one in case.receipts)
    return signed or bool(case.fetched)


def _contacts(case: Case, *, here: Here) -> tuple[ContactView, ...]:
    """Return the requests the origin has presented; newest last."""
    presented = [one for one in case.contacts if one.presented_seq >= 0]
    ordered = sorted(presented, key=lambda one: (one.requested_at, one.request))
    shown = tuple(_contact(one, case, here=here) for one in ordered)
    return tuple(attrs.evolve(one, earlier=_others(one, shown)) for one in shown)


def _others(contact: ContactView, shown: tuple[ContactView, ...]) -> tuple[ContactView, ...]:
    by_same = (one for one in shown if one.requester.id == contact.requester.id)
    return tuple(one for one in by_same if one.request != contact.request)


def _contact(contact: Contact, case: Case, *, here: Here) -> ContactView:
    ended = closed_for(case.tombstones, contact.requester, node=here.node_of(contact.requester))
    return ContactView(
        contact.request,
        stated(contact.requester, here=here),
        asked_at=contact.requested_at,
        job=contact.job or "",
        message=contact.message or "",
        notice=contact.notice or "",
        answer=contact.answer,
        disclosed=contact.disclosed is not None,
        outcome=contact.outcome,
        answerable=contact.disclosed is None and not ended,
        since=case.since.get(contact.requester),
        served_at=next(
            (one.served_at for one in case.held if one.holder == contact.requester), None
        ),
    )


DISCLOSED = (Category.CONTACT, Category.DOCUMENTS)
