"""The questions before a consent, one page each; what was answered travels along in the form."""

from collections.abc import Iterable
from typing import Final

from fachkraft_share.node.desk.choice import Fault

FIELDS: Final = {
    "what": ("categories",),
    "use": ("purposes",),
    "who": ("reach", "members", "partners", "list_number"),
    "not": ("employer", "no_employer", "excluded", "excluded_names"),
    "time": ("months", "adult"),
}
STEPS: Final = tuple(FIELDS)


def beyond(step: str) -> str | None:
    """Return the question after this one, or None after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def before(step: str) -> str:
    """Return the question before this one; before the first comes the first."""
    return STEPS[max(0, STEPS.index(step) - 1)]


def within(step: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return what is to be mended on this page."""
    return tuple(one for one in faults if one.field in FIELDS[step])


def first_of(faults: Iterable[Fault]) -> str:
    """Return the first question with something to mend."""
    named = {one.field for one in faults}
    return next((step for step in STEPS if named & set(FIELDS[step])), STEPS[0])
