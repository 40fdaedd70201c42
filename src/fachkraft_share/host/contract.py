"""The processor contract between a firm and its host (Art. 28 GDPR): text, version, acceptance.

1. It is written from the settings and the member's roles, which decide whose data there are; its
   version is the SHA-256 of its German text, which binds.
2. Whatever changes in it is a new version, and wants a new acceptance before the pages go on.
3. Every version that was accepted is kept as it was, and shown ever after.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.host.records import ContractRow, FirmRow
from fachkraft_share.host.settings import Settings
from fachkraft_share.member.recommending import PRESENTING
from fachkraft_share.model.organisation import Role
from fachkraft_share.ports.store import Store
from fachkraft_share.rules.consent import EEA
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.visit import Person
from fachkraft_share.wire.encoding import sha256

BINDING = "de"
MAY_ACCEPT = "administrator"

Roles = frozenset[Role]


@attrs.frozen
class Contract:
    """The text in one language; `sha256` names the version, whatever the language."""

    title: str
    sections: tuple[tuple[str, str], ...]
    sha256: str


def contract(
    settings: Settings, firm: FirmRow, *, roles: Roles, language: str = BINDING
) -> Contract:
    """Return the contract a firm is asked for now."""
    title, sections = _written(settings, firm, roles, language)
    return Contract(title, sections, version(settings, firm, roles=roles))


def version(settings: Settings, firm: FirmRow, *, roles: Roles) -> str:
    """Return the hash of the text that binds."""
    return sha256(plain(*_written(settings, firm, roles, BINDING)).encode("utf-8"))


def plain(title: str, sections: Iterable[tuple[str, str]]) -> str:
    """Return the whole contract as plain text."""
    return "\n\n".join([title, *(f"{head}\n{text}" for head, text in sections)]) + "\n"


def _written(
    settings: Settings, firm: FirmRow, roles: Roles, language: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    texts = catalogue(language)
    named = "; ".join(settings.subprocessors)
    others = f"{named}." if named else texts.text("host.contract.no_others")
    values = {
        "firm": firm.name,
        "firm_id": firm.id,
        "service": settings.legal.name,
        "operator": settings.legal.operator,
        "contact": settings.legal.contact,
        "officer": settings.legal.officer or texts.text("host.contract.no_officer"),
        "location": texts.country(settings.legal.location),
        "measures": settings.measures,
        "others": others,
    }
    values |= {
        name: " ".join(texts.text(one, firm=firm.name) for one in _parts(name, roles))
        for name in ("work", "people")
    }
    sections = tuple(
        (title.format_map(values), text.format_map(values))
        for title, text in texts.sections("host.contract.sections")
    )
    return texts.text("host.contract.title", firm=firm.name), sections


def _parts(name: str, roles: Roles) -> tuple[str, ...]:
    """Return the texts of what is done, or of whose data there are, for a member of these roles.

    Every member may recommend who applied there; only education and advice invite (R2, R21).
    """
    if not roles & PRESENTING:
        found: tuple[str, ...] = ("employer",)
    elif Role.EMPLOYER in roles:
        found = ("employer", "presenting")
    else:
        found = ("presenting", "besides")
    return tuple(f"host.contract.{name}.{one}" for one in found)


def ready(settings: Settings) -> tuple[str, ...]:
    """Return which settings are missing, or mean nothing here, without which there is no contract.

    It says that nothing leaves the EEA (R26), so the country must be in it.
    """
    told = settings.legal
    needed = {
        "legal.operator": told.operator,
        "legal.contact": told.contact,
        "legal.location": told.location in EEA,
        "measures": settings.measures,
    }
    return tuple(name for name, value in needed.items() if not value)


def accepted(store: Store) -> tuple[ContractRow, ...]:
    """Return the versions a firm has accepted, the newest first."""
    with store.begin(write=False) as transaction:
        rows = transaction.every(ContractRow)
    return tuple(sorted(rows, key=lambda row: (row.at, row.sha256), reverse=True))


def stands(store: Store, settings: Settings, firm: FirmRow, *, roles: Roles) -> bool:
    """Tell whether the firm has accepted the version that is asked for now."""
    wanted = version(settings, firm, roles=roles)
    return any(one.sha256 == wanted for one in accepted(store))


def accept(
    store: Store,
    settings: Settings,
    firm: FirmRow,
    *,
    roles: Roles,
    shown: str,
    who: Person,
    at: int,
) -> None:
    """Record that a firm's administrator accepts the version that was shown.

    Raises:
        RefusedError: `contract-role`, `contract-missing`, `contract-changed`.
    """
    if not who.has(MAY_ACCEPT):
        raise RefusedError("contract-role", "an administrator of the firm accepts it")
    if ready(settings):
        raise RefusedError("contract-missing", "the host has not said yet who is processor")
    if shown != version(settings, firm, roles=roles):
        raise RefusedError("contract-changed", "read the newest version")
    text = plain(*_written(settings, firm, roles, BINDING))
    with store.begin() as transaction:
        if transaction.get(ContractRow, shown) is None:
            transaction.put(ContractRow(shown, text, who.id, who.name, at))
