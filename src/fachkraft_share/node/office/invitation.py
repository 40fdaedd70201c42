"""What somebody is invited as, read from a form; and the command with which they join."""

import re
import shlex
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.node.office.members import ROLES
from fachkraft_share.rules.folding import fold
from fachkraft_share.web.forms import Form

PLACEHOLDER: Final = "https://www.ihre-organisation.example"
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_NUMBER = re.compile(r"[0-9]{8}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@attrs.frozen
class Wanted:
    """What was typed, and which fields of it are wrong."""

    name: str = ""
    roles: tuple[str, ...] = ("employer",)
    domains: tuple[str, ...] = ()
    group: str = ""
    number: str = ""  # Betriebsnummer
    hosted: bool = False  # whether the chamber runs its inbox
    faults: frozenset[str] = frozenset()


def read_wanted(form: Form) -> Wanted:
    """Read the form of an invitation."""
    found = Wanted(
        form.one("name").strip(),
        tuple(one for one in form.all("role") if one in ROLES),
        tuple(part.lower() for line in form.lines("domains") for part in line.split()),
        form.one("group").strip(),
        form.one("number").strip(),
        hosted=form.one("way") == "hosted",
    )
    return attrs.evolve(found, faults=frozenset(_faults(found)))


def join_command(code: str, wanted: Wanted) -> str:
    """Return the line to type: long, and right whatever the name is."""
    name, folder = shlex.quote(wanted.name), folder_of(wanted.name)
    address = f"https://{wanted.domains[0]}" if wanted.domains else PLACEHOLDER
    if wanted.hosted:
        return f"fachkraft-share host add-firm {code} --id {address} --name {name}"
    return f"fachkraft-share join {code} --id {address} --name {name} --folder {folder}"


def folder_of(name: str) -> str:
    """Return a folder's name from the first word that has plain letters."""
    words = re.findall(r"[a-z]{3,20}", fold(name))
    return words[0] if words else "mitglied"


def _faults(found: Wanted) -> list[str]:
    checks = {
        "name": _short(found.name) and bool(found.name),
        "role": bool(found.roles),
        "domains": len(found.domains) <= limits.DOMAINS
        and all(_DOMAIN.fullmatch(one) for one in found.domains),
        "group": _short(found.group),
        "number": not found.number or bool(_NUMBER.fullmatch(found.number)),
    }
    return [name for name, right in checks.items() if not right]


def _short(text: str) -> bool:
    return len(text) <= limits.SHORT_TEXT and not _CONTROL.search(text)
