"""Who this member is and how it takes part: settings as frozen values, from and to TOML."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.tables import TABLES

DIGESTS = ("", "daily", "weekly")


@attrs.frozen
class Settings:
    """What the engine must be told; `node` is the node's id, `url` where it is reached.

    `notice` is the address of this member's own privacy notice: without one no first contact
    (Art. 14, R9). `adapters` maps an adapter's name to its settings, `tables` the name of an
    official list (`ports.tables.TABLES`) to its file; a relative path starts at the data directory.
    `plugins` names those that are loaded, in the order they are asked; None: all installed ones.
    `legal` fills the inbox's pages that the law wants (`web.legal`). `digest` is how often staff
    is told what is new, `pages` where they find the inbox.
    """

    id: str
    name: str
    node: str
    url: str
    authority: str
    root: str
    notice: str = ""
    contact: str = ""
    language: str = "de"
    k: int = limits.K_ANONYMITY
    region: str = "de"
    adapters: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict, repr=False)
    tables: Mapping[str, str] = attrs.field(factory=dict)
    legal: Mapping[str, str] = attrs.field(factory=dict)
    plugins: tuple[str, ...] | None = None
    digest: str = ""
    pages: str = ""


def read_settings(text: str) -> Settings:
    """Read the settings of `config.toml`.

    Raises:
        SetupError: not TOML, a setting is missing, unknown or of the wrong type.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SetupError("config.toml: not TOML; compare it with the documentation") from error
    fields = {field.name: field for field in attrs.fields(Settings)}
    for name, value in table.items():
        if name not in fields or type(value) is not _kind(fields[name].type):
            raise SetupError(f"config.toml: {name}: unknown, or not of its type")
    adapters, tables = _adapters(table.get("adapters", {})), _tables(table.get("tables", {}))
    legal = _legal(table.get("legal", {}))
    plugins = _plugins(table.get("plugins"))
    if table.get("digest", "") not in DIGESTS:
        raise SetupError("config.toml: digest: daily, weekly, or empty for none")
    missing = [
        name for name, one in fields.items() if one.default is attrs.NOTHING and name not in table
    ]
    if missing:
        raise SetupError(f"config.toml: please set {', '.join(missing)}")
    made = {"adapters": adapters, "tables": tables, "legal": legal, "plugins": plugins}
    return Settings(**{**table, **made})


def _kind(hint: Any) -> type:
    if hint == tuple[str, ...] | None:
        return list  # as TOML has it
    return hint if hint in (str, int) else dict


def _plugins(names: list[Any] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    if not all(isinstance(one, str) for one in names):
        raise SetupError("config.toml: plugins: a list of names")
    return tuple(names)


def _adapters(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    if not all(isinstance(one, dict) for one in table.values()):
        raise SetupError("config.toml: adapters: each adapter is a table of its own")
    return {
        name: {key: str(value) for key, value in settings.items()}
        for name, settings in table.items()
    }


def _tables(table: Mapping[str, Any]) -> dict[str, str]:
    for name, path in table.items():
        if name not in TABLES or not isinstance(path, str):
            known = ", ".join(TABLES)
            raise SetupError(f"config.toml: tables: {name}: paths of {known} can be set")
    return dict(table)


def _legal(table: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in table.values()):
        raise SetupError("config.toml: legal: each value is a text")
    return dict(table)


def named_in(text: str) -> frozenset[str]:
    """Return which settings a `config.toml` names itself; the rest are defaults.

    Raises:
        SetupError: not TOML.
    """
    try:
        return frozenset(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SetupError("config.toml: not TOML; compare it with the documentation") from error


def write_settings(settings: Settings) -> str:
    """Write the settings as TOML; reading it again gives the same value."""
    plain = attrs.asdict(settings, recurse=False)
    adapters, tables, legal = plain.pop("adapters"), plain.pop("tables"), plain.pop("legal")
    plugins = plain.pop("plugins")
    lines = [f"{name} = {toml_value(value)}" for name, value in plain.items()]
    if plugins is not None:
        lines.append(f"plugins = [{', '.join(map(toml_value, plugins))}]")
    sections = {name: one for name, one in (("tables", tables), ("legal", legal)) if one}
    sections |= {f"adapters.{toml_value(name)}": table for name, table in adapters.items()}
    for name, table in sections.items():
        lines += ["", f"[{name}]"]
        lines += [f"{toml_value(key)} = {toml_value(value)}" for key, value in table.items()]
    return "\n".join(lines) + "\n"


def toml_value(value: str | int) -> str:
    """Return a text or number as TOML."""
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
