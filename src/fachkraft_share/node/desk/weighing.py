"""What a choice means: who would see the profile, whom it shuts out, what is stored with it."""

import attrs

from fachkraft_share.node.desk import abroad
from fachkraft_share.node.desk.audience import imagined, members, readers
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.choice import Choice, Reach
from fachkraft_share.node.desk.exclusions import exclusions_of, shut_out, typed_names
from fachkraft_share.node.desk.views import View
from fachkraft_share.node.records import NoticeText
from fachkraft_share.protocol.decision import DropEvery, Effect, Here, Put
from fachkraft_share.protocol.records import Exclusion


def with_choice(case: Case, choice: Choice, view: View, *, here: Here, at: int) -> View:
    """Return the view with readers and exclusions as the choice would make them."""
    listed = members(here)
    shut = _exclusions(case, choice, here=here)
    same = case.consent if choice.reach is Reach.SAME else None
    named = same or imagined(case, here=here, at=at)
    seen = readers(case, named, here=here, at=at, exclusions=shut)
    if choice.reach is Reach.NAMED:
        seen = tuple(one for one in seen if one.id in choice.members)
    wanted = view.partners
    if choice.reach is not Reach.SAME and case.consent is None:
        wanted = tuple(one for one in wanted if one.node in choice.partners)
    reached = abroad.reached(wanted, shut, here=here)
    return attrs.evolve(
        view,
        readers=seen,
        partners=reached,
        barred=tuple(one for one in wanted if one not in reached),
        excluded=shut_out(shut, listed),
        exclusions=typed_names(shut),
    )


def stored_with(case: Case, choice: Choice, view: View, *, here: Here, at: int) -> list[Effect]:
    """Return what stands before the consent: exclusions, and the notice as it was shown.

    A hash alone proves no text, so the notice is kept word for word (Art. 7(1) GDPR).
    """
    effects: list[Effect] = [DropEvery(Exclusion, (("referral", case.referral.id),))]
    effects += [Put(one) for one in _exclusions(case, choice, here=here)]
    if view.notice is not None:
        told = view.notice
        effects.append(Put(NoticeText(told.sha256, told.language, told.plain, at)))
    return effects


def _exclusions(case: Case, choice: Choice, *, here: Here) -> tuple[Exclusion, ...]:
    everybody = (*members(here), *abroad.neighbours(here))
    return exclusions_of(
        choice, referral=case.referral.id, members=everybody, before=case.exclusions
    )
