"""What a person chose on the form, and what is missing or wrong about it."""

from enum import StrEnum

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.model.consent import Category, Purpose
from fachkraft_share.node.desk.views import Stage, View

OFFERED_PURPOSES = (Purpose.REFERRAL, Purpose.OWN_POOL, Purpose.PUBLIC)


_ORDER = (  # of the fields on the form
    "categories purposes reach members partners employer excluded_names months adult".split()
)


class Reach(StrEnum):
    """Who shall see the profile."""

    EVERYONE = "everyone"  # all members on the list that was shown
    NAMED = "named"  # only those ticked
    SAME = "same"  # as before (renewal only)


@attrs.frozen
class Choice:
    """Everything the person decides; nothing has a default that allows anything (Art. 4(11))."""

    purposes: tuple[Purpose, ...] = ()
    categories: tuple[Category, ...] = ()
    reach: Reach | None = None
    members: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()  # node ids of partner alliances ticked
    excluded: tuple[str, ...] = attrs.field(default=(), repr=False)  # ids ticked
    excluded_names: tuple[str, ...] = attrs.field(default=(), repr=False)  # as typed
    employer: str = attrs.field(default="", repr=False)  # the current one; excluded (R4)
    no_employer: bool = False
    months: int = 0
    adult: bool = False
    parent: bool = False  # not of age, and a parent has agreed at the origin (R21)
    list_number: int | None = None  # the list that was shown; None: whichever is newest


@attrs.frozen
class Fault:
    """One thing to mend, beside the field it stands at."""

    field: str
    code: str


class ChoiceError(RefusedError):
    """The choice is incomplete or not possible; `faults` says where."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("choice", ", ".join(f"{one.field}: {one.code}" for one in faults))
        self.faults = faults


def everything(view: View) -> Choice:
    """Return the choice of somebody who allows all that can be asked and has no employer now."""
    return Choice(
        purposes=view.consent.purposes if view.consent else OFFERED_PURPOSES,
        categories=tuple(shown.category for shown in view.profile),
        reach=Reach.EVERYONE,
        partners=() if view.consent else tuple(one.node for one in view.partners),
        no_employer=True,
        months=view.proposed.months if view.proposed else 0,
        adult=True,
        list_number=view.list.number if view.list else None,
    )


def check_choice(choice: Choice, view: View) -> None:
    """Refuse what is incomplete, contradictory or no longer as it was shown.

    Raises:
        ChoiceError: names every field to mend.
    """
    if faults := faults_of(choice, view):
        raise ChoiceError(faults)


def faults_of(choice: Choice, view: View) -> tuple[Fault, ...]:
    """Return everything to mend, in the order of the fields on the form."""
    renewing = view.stage is Stage.OPEN
    faults = [*_reach(choice, view, renewing=renewing), *_exclusions(choice), *_time(choice, view)]
    faults += _renewed(choice, view) if renewing else _first(choice, view)
    return tuple(sorted(faults, key=lambda one: _ORDER.index(one.field)))


def _first(choice: Choice, view: View) -> list[Fault]:
    shown = {one.category for one in view.profile}
    checks = (
        ("purposes", "referral-needed", Purpose.REFERRAL in choice.purposes),
        ("purposes", "not-offered", set(choice.purposes) <= set(OFFERED_PURPOSES)),
        ("categories", "occupation-needed", Category.OCCUPATION in choice.categories),
        ("categories", "not-offered", set(choice.categories) <= shown),
        ("partners", "not-offered", set(choice.partners) <= {one.node for one in view.partners}),
        ("adult", "adult-needed", choice.adult or (choice.parent and view.for_minors)),  # R21
    )
    return [Fault(field, code) for field, code, holds in checks if not holds]


def _renewed(choice: Choice, view: View) -> list[Fault]:
    """A renewal lengthens and may name the newest list; purposes and categories stay."""
    before = view.consent
    kept = before is not None and (
        set(choice.purposes) <= set(before.purposes)
        and set(choice.categories) <= set(before.categories)
    )
    return [] if kept else [Fault("purposes", "not-offered")]


def _reach(choice: Choice, view: View, *, renewing: bool) -> list[Fault]:
    possible = (Reach.SAME, Reach.EVERYONE) if renewing else (Reach.EVERYONE, Reach.NAMED)
    if choice.reach not in possible:
        return [Fault("reach", "reach-needed")]
    if not view.fresh or view.list is None:
        return [Fault("reach", "list-expired")]
    if choice.list_number not in (None, view.list.number):
        return [Fault("reach", "list-changed")]
    if choice.reach is Reach.EVERYONE and choice.members:
        return [Fault("reach", "not-both")]
    if choice.reach is Reach.NAMED:
        return _named(choice, view)
    return []


def _named(choice: Choice, view: View) -> list[Fault]:
    offered = {one.id for one in view.readers}
    if not choice.members:
        return [Fault("members", "members-needed")]
    if not set(choice.members) <= offered or len(choice.members) > limits.AUDIENCE_IDS:
        return [Fault("members", "list-changed")]
    return []


def _exclusions(choice: Choice) -> list[Fault]:
    typed = (choice.employer, *choice.excluded_names)
    faults = []
    if bool(choice.employer.strip()) == choice.no_employer:
        faults.append(Fault("employer", "employer-needed"))
    if any(len(one) > limits.SHORT_TEXT for one in typed):
        faults.append(Fault("excluded_names", "too-long"))
    if len(typed) + len(choice.excluded) > limits.EXCLUSIONS:
        faults.append(Fault("excluded_names", "too-many"))
    return faults


def _time(choice: Choice, view: View) -> list[Fault]:
    offered = {term.months for term in view.terms}
    return [] if choice.months in offered else [Fault("months", "months-needed")]
