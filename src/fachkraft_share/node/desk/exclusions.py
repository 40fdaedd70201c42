"""Whom the person shuts out: by tick, by name as typed, with the whole group (R4).

Shutting out too many is harmless, too few is not: a typed name also matches members whose name is
alike (legal form and order of words aside), and every match takes its group along.
"""

import re
from collections.abc import Iterable

from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.choice import Choice
from fachkraft_share.protocol.facts import excluded, folded
from fachkraft_share.protocol.records import Exclusion

_FORMS = frozenset(
    "gmbh mbh ag kg kgaa ohg gbr ug se ev eg ek co und and the der die das holding group gruppe "
    "gemeinnützige ggmbh inc ltd haftungsbeschränkt".split()
)
_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_NUMBER = re.compile(r"[0-9]{8}")


def exclusions_of(
    choice: Choice, *, referral: str, members: Iterable[Organisation], before: Iterable[Exclusion]
) -> tuple[Exclusion, ...]:
    """Return everything to store: what was typed, whom it matches, and their groups."""
    everybody = tuple(members)
    typed = [one for one in (choice.employer, *choice.excluded_names) if one.strip()]
    kept = [one for one in before if one.kind in ("name", "domain")]
    names = [*typed, *(one.value for one in kept)]
    hit = [one for one in everybody if one.id in choice.excluded or _matches(names, one)]
    found = {(one.kind, one.value) for one in before}
    found |= {_typed(one) for one in typed}
    found |= {("id", id) for id in choice.excluded}
    found |= {("id", one.id) for one in hit}
    found |= {("group", folded(one.group)) for one in hit if one.group}
    return tuple(Exclusion(referral, kind, value) for kind, value in sorted(found))


def shut_out(
    exclusions: Iterable[Exclusion], members: Iterable[Organisation]
) -> tuple[Organisation, ...]:
    """Return the members that these exclusions match."""
    all_of_them = tuple(exclusions)
    return tuple(one for one in members if excluded(all_of_them, one))


def typed_names(exclusions: Iterable[Exclusion]) -> tuple[str, ...]:
    """Return what the person typed, as it is stored."""
    return tuple(one.value for one in exclusions if one.kind in ("name", "domain"))


def _typed(text: str) -> tuple[str, str]:
    value = folded(text)
    if _NUMBER.fullmatch(value):
        return ("betriebsnummer", value)
    address = _address(value)
    return ("domain", address) if address else ("name", value)


def _address(value: str) -> str:
    """Return the domain of a web or mail address, or "" if it is none."""
    host = value.rpartition("://")[2].partition("/")[0].rpartition("@")[2].removeprefix("www.")
    return host if _DOMAIN.fullmatch(host) else ""


def _matches(names: Iterable[str], organisation: Organisation) -> bool:
    stated = _words(organisation.name)
    domains = {folded(one).removeprefix("www.") for one in organisation.domains}
    for name in names:
        value = folded(name)
        said = _words(value)
        if said and stated and (said <= stated or stated <= said):
            return True
        address = _address(value)
        if address and any(_same_site(address, domain) for domain in domains):
            return True
        if value == organisation.betriebsnummer:
            return True
    return False


def _words(text: str) -> frozenset[str]:
    """Return the words that tell one company from another."""
    return frozenset(_WORD.findall(folded(text))) - _FORMS


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
