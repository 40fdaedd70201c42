"""Impressum, Datenschutz, Erklärung zur Barrierefreiheit, Leichte Sprache: filled from settings.

1. A value the operator has not given is never invented: the page says what is missing and where.
2. `wanting` names what is missing; `doctor` warns of it.
"""

import datetime as dt
import re
from typing import Final

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import SIMPLE
from fachkraft_share.web.laender import LAENDER, NO_PUBLIC_BODY, Land
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

STATES: Final = ("full", "partial", "none")  # conformance, as § 7 BITV 2.0 wants it declared
_POSTCODE: Final = re.compile(r"\b\d{5}\b")


@attrs.frozen
class LegalSettings:
    """Names and addresses that the operator sets; they appear on pages and in notices."""

    name: str = "fachkraft-share"  # the service, as people know it
    operator: str = ""  # who runs it (Art. 13(1)(a) GDPR, § 5 DDG)
    address: str = ""  # postal address; lines
    represented_by: str = ""  # who may sign for the operator
    contact: str = ""  # mail address or telephone for questions
    email: str = ""  # mail address, where `contact` is none
    phone: str = ""
    register: str = ""  # register and number, if there is one
    vat: str = ""  # VAT number, if there is one
    supervision: str = ""  # who supervises the operator, if anybody
    officer: str = ""  # data protection officer (Art. 13(1)(b))
    authority: str = ""  # supervisory authority for data protection (Art. 13(2)(d))
    land: str = ""  # of the public body: NI, BY …; `none` for a company
    enforcement: str = ""  # who enforces accessibility; goes before our table
    accessibility_state: str = ""  # full | partial | none
    accessibility_date: str = ""  # of the last test, YYYY-MM-DD
    accessibility_method: str = ""  # by whom and how it was tested
    accessibility_exceptions: str = ""  # a line each: what | why | what instead
    sign_language: str = ""  # address of the video in German Sign Language
    imprint: str = ""  # address of an imprint of the operator's own, instead of ours
    privacy: str = ""  # address of a privacy page of the operator's own
    accessibility: str = ""  # address of a declaration of the operator's own
    documentation: str = ""  # address of the documentation
    location: str = "DE"  # where the service stores (R26)


@attrs.frozen
class Exempt:
    """Something that is not accessible: what, why, and what there is instead."""

    what: str
    why: str
    instead: str


def wanting(told: LegalSettings) -> tuple[str, ...]:
    """Return the settings that are missing or mean nothing, in the order of the pages."""
    checks: tuple[tuple[str, bool], ...] = (
        ("operator", bool(told.operator or told.imprint)),
        ("address", bool(told.address or _POSTCODE.search(told.operator) or told.imprint)),
        ("represented_by", bool(told.represented_by or told.imprint)),
        ("email", "@" in told.email + told.contact or bool(told.imprint)),
        ("authority", bool(told.authority or told.privacy)),
        ("land", bool(land_of(told) or told.land == NO_PUBLIC_BODY or told.accessibility)),
        ("enforcement", bool(enforcement_of(told) or not land_of(told) or told.accessibility)),
        ("accessibility_state", told.accessibility_state in STATES or bool(told.accessibility)),
        ("accessibility_date", bool(day_tested(told) or told.accessibility)),
        ("accessibility_method", bool(told.accessibility_method or told.accessibility)),
    )
    return tuple(name for name, there in checks if not there)


def land_of(told: LegalSettings) -> Land | None:
    """Return the Land whose act binds the operator."""
    return LAENDER.get(told.land.upper())


def enforcement_of(told: LegalSettings) -> str:
    """Return who enforces accessibility, or ""."""
    land = land_of(told)
    return told.enforcement or (land.enforcement if land else "")


def reached(told: LegalSettings) -> str:
    """Return how the operator is reached: what is set for questions, else telephone and mail."""
    return told.contact or ", ".join(filter(None, (told.phone, told.email)))


def day_tested(told: LegalSettings) -> dt.date | None:
    """Return the day of the last test."""
    try:
        return dt.date.fromisoformat(told.accessibility_date)
    except ValueError:
        return None


def exempt(told: LegalSettings) -> tuple[Exempt, ...]:
    """Return what is not accessible, from lines `what | why | instead`."""
    found = []
    for line in told.accessibility_exceptions.splitlines():
        what, why, instead = ([part.strip() for part in line.split("|")] + ["", "", ""])[:3]
        if what:
            found.append(Exempt(what, why, instead))
    return tuple(found)


def legal_routes(look: Look, *, where: str = "node.toml, [desk]") -> tuple[Route, ...]:
    """Return the four pages; `look.settings` gives LegalSettings, `where` is where they stand."""

    def shown(template: str) -> Route:
        def page(visit: Visit) -> Response:
            told: LegalSettings = look.settings()
            return look.page(
                f"legal/{template}.html",
                visit,
                where=where,
                wanting=wanting(told),
                land=land_of(told),
                enforcement=enforcement_of(told),
                day_tested=day_tested(told),
                exempt=exempt(told),
                simple=look.texts(SIMPLE),
                company=told.land == NO_PUBLIC_BODY,
            )

        return Route(f"/{template}", get=page)

    return tuple(map(shown, ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache")))
