"""What an answer must look like; each returns the code of what is wrong, or ""."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, MalformedError
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.protocol.profile_forms import REGION
from fachkraft_share.web.laender import LAENDER, NO_PUBLIC_BODY
from fachkraft_share.wire.ids import check_organisation_id, check_web_address

_MAIL: Final = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?")


def name(text: str) -> str:
    """Judge a name people read."""
    return "too-long" if len(text) > limits.SHORT_TEXT else ""


def address(text: str) -> str:
    """Judge where this node is reached: https, or this machine for trying out."""
    if "://" not in text:
        return "no-scheme"
    parts = urlsplit(text)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return "not-https"
    return organisation(text)


def organisation(text: str) -> str:
    """Judge a name that is an address."""
    if "://" not in text:
        return "no-scheme"
    try:
        check_organisation_id(text)
    except MalformedError:
        return "address"
    return ""


def page(text: str) -> str:
    """Judge the address of a page."""
    if "://" not in text:
        return "no-scheme"
    try:
        check_web_address(text)
    except MalformedError:
        return "not-https" if text.startswith("http://") else "address"
    return ""


def region(text: str) -> str:
    """Judge a region."""
    return "" if REGION.fullmatch(text) else "region"


def country(text: str) -> str:
    """Judge a country's code."""
    return "" if re.fullmatch(r"[A-Z]{2}", text) else "country"


def land(text: str) -> str:
    """Judge the Land of a public body."""
    return "" if text == NO_PUBLIC_BODY or text in LAENDER else "land"


def port(text: str) -> str:
    """Judge a port."""
    return "" if text.isdecimal() and 0 < int(text) < 65536 else "port"


def host(text: str) -> str:
    """Judge a machine's name."""
    return "" if _HOST.fullmatch(text) else "host"


def mail(text: str) -> str:
    """Judge a mail address."""
    return "" if _MAIL.fullmatch(text) else "mail"


def file(text: str) -> str:
    """Judge a path that begins at the top, so that it means the same from everywhere."""
    return "" if Path(text).expanduser().is_absolute() else "path"


def database(text: str) -> str:
    """Judge a database's address."""
    return "" if text.startswith("postgresql+psycopg://") else "database"


def code(text: str) -> str:
    """Judge a one-time code."""
    from fachkraft_share.member.joining import read_code

    try:
        read_code(text)
    except FachkraftShareError:
        return "code"
    return ""
