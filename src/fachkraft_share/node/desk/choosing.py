"""Between the form's fields and a choice; what is unknown is left out and so missing."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from fachkraft_share.model.consent import Category, Purpose
from fachkraft_share.node.desk.choice import Choice, Reach
from fachkraft_share.web.forms import Form

FIELDS = (
    "categories",
    "purposes",
    "reach",
    "members",
    "partners",
    "employer",
    "no_employer",
    "excluded",
    "excluded_names",
    "months",
    "adult",
    "list_number",
)
E = TypeVar("E", bound=StrEnum)


def choice_of(form: Form) -> Choice:
    """Return what the person chose."""
    reach = _known(Reach, form.all("reach"))
    return Choice(
        purposes=_known(Purpose, form.all("purposes")),
        categories=_known(Category, form.all("categories")),
        reach=reach[0] if len(reach) == 1 else None,
        members=tuple(dict.fromkeys(form.all("members"))),
        partners=tuple(dict.fromkeys(form.all("partners"))),
        excluded=tuple(dict.fromkeys(form.all("excluded"))),
        excluded_names=form.lines("excluded_names"),
        employer=form.one("employer").strip(),
        no_employer=form.has("no_employer", "yes"),
        months=_number(form.one("months")) or 0,
        adult=form.has("adult", "yes"),
        parent=form.has("adult", "parent"),
        list_number=_number(form.one("list_number")),
    )


def pairs_of(form: Form, *, but: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """Return the fields again, to be carried to the next page; `but` stand on that page."""
    there = frozenset(but)
    return tuple((name, value) for name in FIELDS if name not in there for value in form.all(name))


def _known(kind: type[E], values: Iterable[str]) -> tuple[E, ...]:
    return tuple(kind(value) for value in dict.fromkeys(values) if value in set(kind))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
