"""What the operator of a host sets, read from `host.toml`: who is processor, where, and how."""

import json
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.node.settings import MailSettings, read_table
from fachkraft_share.web.legal import LegalSettings
from fachkraft_share.wire.convert import structure


@attrs.frozen
class Settings:
    """Everything a host is told; the processor contract is written from it (Art. 28 GDPR)."""

    url: str = ""  # where its pages are reached, https://…
    measures: str = ""  # where the technical and organisational measures are described
    subprocessors: tuple[str, ...] = ()  # name, place, what for
    node_folder: str = ""  # of a node on this machine: another user's, or the host says so
    legal: LegalSettings = attrs.field(factory=LegalSettings)  # the processor, and who answers
    mail: MailSettings = attrs.field(factory=MailSettings)


def read_settings(path: Path) -> Settings:
    """Read `host.toml`.

    Raises:
        SetupError: missing, not TOML, or a value of the wrong kind; the message names it.
    """
    table = read_table(path, made_by="host init")
    try:
        return structure(table, Settings, closed=True)
    except MalformedError as error:
        raise SetupError(f"{path.name}: {error}") from error


def write_settings(settings: Settings) -> str:
    """Write the settings as TOML; reading it again gives the same value."""
    plain = attrs.asdict(settings)
    sections = {name: plain.pop(name) for name in ("legal", "mail")}
    lines = [f"{name} = {_value(value)}" for name, value in plain.items()]
    for name, section in sections.items():
        lines += ["", f"[{name}]", *(f"{key} = {_value(one)}" for key, one in section.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
