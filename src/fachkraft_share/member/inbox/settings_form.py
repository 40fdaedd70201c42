"""Which settings an administrator may change on a page, and what they must look like.

Never among them: who this member is, its node and keys, how systems are connected, and whatever may
be a secret. What is changed passes the same reading as the file itself.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.member.settings import DIGESTS, Settings
from fachkraft_share.web.addresses import is_mail_address
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.web.forms import Form
from fachkraft_share.web.laender import NO_PUBLIC_BODY
from fachkraft_share.web.legal import STATES, LegalSettings
from fachkraft_share.wire.ids import check_web_address

LEGAL: Final = "legal."
_LINES: Final = 2000  # characters of a text of several lines


def _any(_: str) -> str:
    return ""


def _page(text: str) -> str:
    try:
        check_web_address(text)
    except MalformedError:
        return "no-page"
    return ""


def _link(text: str) -> str:
    parts = urlsplit(text)
    return "" if parts.scheme in ("http", "https") and parts.hostname else "no-page"


def _mail(text: str) -> str:
    return "" if is_mail_address(text) else "no-mail"


def _day(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return "no-day"
    return ""


@attrs.frozen
class Field:
    """One setting as a form shows it: a line, several, a day, or one of some values."""

    name: str  # as `config.toml` has it: `notice`, `legal.phone`
    id: str  # of the field
    kind: str = "text"  # text | url | email | tel | area | date | select
    check: Callable[[str], str] = _any  # the code of what is wrong with it, or ""
    options: tuple[str, ...] = ()
    needed: bool = False


OWN: Final = (
    Field("notice", "set_notice", "url", _page),
    Field("contact", "set_contact"),
    Field("digest", "set_digest", "select", options=DIGESTS),
    Field("pages", "set_pages", "url", _link),
    Field("language", "set_language", "select", options=LANGUAGES[:2], needed=True),
)
FOR_LAW: Final = (
    Field("legal.operator", "legal_operator"),
    Field("legal.address", "legal_address", "area"),
    Field("legal.represented_by", "legal_represented_by"),
    Field("legal.email", "legal_email", "email", _mail),
    Field("legal.phone", "legal_phone", "tel"),
    Field("legal.register", "legal_register"),
    Field("legal.vat", "legal_vat"),
    Field("legal.supervision", "legal_supervision"),
    Field("legal.officer", "legal_officer", "area"),
    Field("legal.authority", "legal_authority", "area"),
    Field("legal.imprint", "legal_imprint", "url", _page),
    Field("legal.privacy", "legal_privacy", "url", _page),
    Field(
        "legal.accessibility_state", "legal_accessibility_state", "select", options=("", *STATES)
    ),
    Field("legal.accessibility_date", "legal_accessibility_date", "date", _day),
    Field("legal.accessibility_method", "legal_accessibility_method", "area"),
)


def legal_of(settings: Settings) -> LegalSettings:
    """Return what the pages name: the member, its contact, and what `[legal]` says over it."""
    told = {
        "operator": settings.name,
        "contact": settings.contact,
        "privacy": settings.notice,
        "land": NO_PUBLIC_BODY,
    }
    names = {one.name for one in attrs.fields(LegalSettings)}
    said = {name: text for name, text in settings.legal.items() if name in names}
    return LegalSettings(**{**told, **said, "name": settings.name})


def known(settings: Settings, legal: LegalSettings) -> dict[str, str]:
    """Return what counts now, by the name of its setting."""
    return {
        field.name: getattr(legal, field.name.removeprefix(LEGAL))
        if field.name.startswith(LEGAL)
        else str(getattr(settings, field.name))
        for field in (*OWN, *FOR_LAW)
    }


def read_changes(
    form: Form, fields: tuple[Field, ...], *, before: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what is to be changed by setting, and what is wrong by field."""
    changes, faults = {}, {}
    for field in fields:
        said = "\n".join(form.one(field.id).strip().splitlines())
        if field.id not in form.fields or said == before[field.name]:
            continue
        changes[field.name] = said
        if code := _wrong(field, said):
            faults[field.id] = code
    return changes, faults


def _wrong(field: Field, said: str) -> str:
    if len(said) > (_LINES if field.kind == "area" else limits.CV_TEXT):
        return "too-long"
    if field.options:
        return "" if said in field.options else "entry"
    if not said:
        return "needed" if field.needed else ""
    return field.check(said)
