"""What the operator sets: names, addresses, policy and mail; read from `node.toml`."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.model.consent import Assurance
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.rules.consent import Policy
from fachkraft_share.web.login.settings import WaySettings
from fachkraft_share.wire.convert import structure

PREFIX = "FKS_NODE_"


@attrs.frozen
class MailSettings:
    """How mail leaves; without a host it waits for the operator at `/-/mail`."""

    host: str = ""
    port: int = 587
    sender: str = ""
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    tls: str = "starttls"  # starttls | tls | none (on this machine only)

    @property
    def usable(self) -> bool:
        """Tell whether mail can be sent."""
        return bool(self.host and self.sender)


@attrs.frozen
class PolicySettings:
    """What the alliance demands."""

    least_assurance: Assurance = Assurance.ATTESTED
    consent_days: int = limits.CONSENT_DAYS
    erasure_days: int = limits.ERASURE_DEADLINE // limits.DAY
    k: int = limits.K_ANONYMITY

    def policy(self) -> Policy:
        """Return it as the gate reads it."""
        deadline = self.erasure_days * limits.DAY
        return Policy(self.least_assurance, self.consent_days, self.k, deadline)


@attrs.frozen
class Settings:
    """Everything a node is told; `id` and `authority` are names, `url` is where links lead."""

    id: str
    authority: str
    root: str  # base64url of the alliance's first root key, also after it has handed over
    name: str = "fachkraft-share"
    location: str = "DE"
    region: str = "de"  # the alliance's own, `plz:38` or `ags:03153`: the coarsest a profile names
    url: str = ""  # without: the id
    database: str = ""  # without: a SQLite file in the folder
    journal: str = ""  # without: a file in the folder; better on another disk
    ca_file: str = ""  # certificates that partners' nodes may show; without: those of certifi
    proxy: str = ""  # by which partners' nodes are reached; without: directly
    plugins: tuple[str, ...] | None = None  # which are loaded, in this order; None: all installed
    policy: PolicySettings = attrs.field(factory=PolicySettings)
    mail: MailSettings = attrs.field(factory=MailSettings)
    desk: DeskSettings = attrs.field(factory=DeskSettings)
    login: WaySettings = attrs.field(factory=WaySettings)

    def link(self, secret: str) -> str:
        """Return the address of a candidate's page."""
        return f"{self.url or self.id}/d/{secret}"


SECTIONS: Final[Mapping[str, Any]] = {
    "policy": PolicySettings,
    "mail": MailSettings,
    "desk": DeskSettings,
    "login": WaySettings,
}


def read_table(path: Path, *, made_by: str) -> dict[str, Any]:
    """Read a file of settings.

    Raises:
        SetupError: missing (the message names the command that makes it), or not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SetupError(f"{path.name}: missing; run `fachkraft-share {made_by}`") from error
    except (OSError, ValueError) as error:
        raise SetupError(f"{path.name}: cannot be read as TOML in UTF-8") from error


def read_settings(path: Path, *, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read `node.toml`; `FKS_NODE_URL`, `FKS_NODE_MAIL_HOST` … in the environment win.

    Raises:
        SetupError: missing, not TOML, or a value of the wrong kind; the message names it.
    """
    table = read_table(path, made_by="node init")
    _override(table, environment)
    try:
        return structure(table, Settings, closed=True)
    except MalformedError as error:
        raise SetupError(f"{path.name}: {error}") from error


@attrs.frozen
class Origin:
    """One setting as it counts: its name, its value, and where that comes from."""

    name: str
    value: Any = attrs.field(repr=False)
    source: str  # default | file | environment


def origins(path: Path, *, environment: Mapping[str, str] = os.environ) -> tuple[Origin, ...]:
    """Return every setting with its origin, as the file and the environment say it now.

    Raises:
        SetupError: as `read_settings`.
    """
    settings = read_settings(path, environment=environment)
    table = read_table(path, made_by="node init")
    found: list[Origin] = []
    for field in attrs.fields(Settings):
        value = getattr(settings, field.name)
        if field.name not in SECTIONS:
            found.append(_origin(field.name, value, table, environment))
            continue
        for inner in attrs.fields(SECTIONS[field.name]):
            name = f"{field.name}.{inner.name}"
            within = table.get(field.name, {})
            found.append(_origin(name, getattr(value, inner.name), within, environment))
    return tuple(found)


def _origin(
    name: str, value: Any, table: Mapping[str, Any], environment: Mapping[str, str]
) -> Origin:
    if PREFIX + name.replace(".", "_").upper() in environment:
        return Origin(name, value, "environment")
    return Origin(name, value, "file" if name.rpartition(".")[2] in table else "default")


def _override(table: dict[str, Any], environment: Mapping[str, str]) -> None:
    for field in attrs.fields(Settings):
        if field.name not in SECTIONS:
            _take(table, field, environment, prefix=PREFIX)
    for name, kind in SECTIONS.items():
        inner = table.setdefault(name, {})
        for field in attrs.fields(kind):
            if isinstance(inner, dict):
                _take(inner, field, environment, prefix=f"{PREFIX}{name.upper()}_")


def _take(
    table: dict[str, Any], field: Any, environment: Mapping[str, str], *, prefix: str
) -> None:
    value = environment.get(prefix + field.name.upper())
    if value is None:
        return
    if field.type is bool:
        table[field.name] = {"true": True, "false": False}.get(value, value)
    elif field.type == tuple[str, ...] | None:
        table[field.name] = [one.strip() for one in value.split(",") if one.strip()]
    else:
        table[field.name] = int(value) if field.type is int and value.isdecimal() else value
