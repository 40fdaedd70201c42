"""What staff reads about who was invited: state, line in the list, what was entered."""

from collections.abc import Callable, Mapping
from typing import Any

from fachkraft_share.host.presenting.entry import Entered
from fachkraft_share.host.presenting.keeping import Presentations
from fachkraft_share.host.records import Presentation


def state_of(row: Presentation) -> str:
    """Return how far a presentation is, as a code of the catalogue."""
    if row.referral is not None:
        return "handed_over"
    if not row.entered_at:
        return "invited"
    if row.minor and not row.parent_at:
        return "parent"
    return "wish" if row.wish and not row.confirmed_at else "entered"


def line_of(kept: Presentations, row: Presentation, *, named: bool) -> Mapping[str, Any]:
    """Return what the list says of one; the name only for who may act."""
    entered = kept.read(row) if named else None
    one = entered.candidate if entered else None
    return {
        "row": row,
        "state": state_of(row),
        "name": f"{one.given} {one.family}" if one else "",
        "title": one.title if one else "",
    }


def facts_of(
    entered: Entered | None, text: Callable[[str], str], spoken: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Return what a person entered, field by field, as far as there is something."""
    if entered is None:
        return []
    one = entered.candidate
    pairs = [
        ("name", f"{one.given} {one.family}"),
        ("email", one.email),
        ("phone", one.phone),
        ("place", f"{one.postcode} {one.city}".strip()),
        ("title", one.title),
        ("worked", ", ".join(f"{job.start}–{job.end or ''}" for job in one.experience)),
        (
            "degree",
            "; ".join(
                ", ".join(filter(None, (e.title, e.institution, e.end))) for e in one.education
            ),
        ),
        ("skills", ", ".join(one.skills)),
        ("languages", ", ".join(f"{spoken(s.language)} {s.level}" for s in one.languages)),
    ]
    return [(text(f"host.present.field.{name}"), value) for name, value in pairs if value]
