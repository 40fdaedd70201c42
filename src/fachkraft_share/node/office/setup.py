"""`/settings`: every setting with where its value comes from; secrets are never shown."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from fachkraft_share.node.folder import SETTINGS
from fachkraft_share.node.office.access import ADMINISTERS, office_route
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.settings import SECTIONS, Origin, Settings, origins
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

HIDDEN: Final = "••••••"
_SECRET: Final = frozenset({"mail.password", "login.secret"})
_ADDRESSES: Final = frozenset({"database", "proxy"})  # may hold a password


@attrs.frozen
class Shown:
    """One setting as the page tells it."""

    name: str
    value: str
    source: str  # default | file | environment | start
    waits: bool = False  # was changed since the node was started

    @property
    def section(self) -> str:
        """The table of `node.toml` it stands in."""
        return self.name.partition(".")[0] if "." in self.name else ""


def settings_routes(office: Office) -> tuple[Route, ...]:
    """Return the page of the settings."""

    def settings(visit: Visit) -> Response:
        found = shown_settings(office)
        sections = {"": "node"} | {name: name for name in SECTIONS}
        return office.page("settings.html", visit, settings_shown=found, sections=sections)

    return (office_route("/settings", settings, reads=ADMINISTERS),)


def shown_settings(office: Office) -> tuple[Shown, ...]:
    """Return what counts since the start, and whether the file says otherwise by now."""
    running = _flat(office.exchange.settings)
    if office.folder is None:
        return tuple(Shown(name, masked(name, value), "start") for name, value in running.items())
    return tuple(_shown(one, running) for one in origins(office.folder / SETTINGS))


def masked(name: str, value: Any) -> str:
    """Return a value as it may be shown: no password, wherever it stands."""
    if value is None:
        return ""
    text = _plain(value)
    if name in _SECRET:
        return HIDDEN if text else ""
    return _without_password(text) if name in _ADDRESSES else text


def _plain(value: Any) -> str:
    """Return a value much as `node.toml` writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _without_password(text: str) -> str:
    try:
        parts = urlsplit(text)
        password, query = parts.password, parts.query
    except ValueError:
        return HIDDEN
    if password is not None:
        user, _, host = parts.netloc.rpartition("@")
        parts = parts._replace(netloc=f"{user.partition(':')[0]}:{HIDDEN}@{host}")
    return parts._replace(query=HIDDEN if "password" in query.lower() else query).geturl()


def _shown(found: Origin, running: Mapping[str, Any]) -> Shown:
    value = running[found.name]
    return Shown(found.name, masked(found.name, value), found.source, waits=value != found.value)


def _flat(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in attrs.fields(Settings):
        value = getattr(settings, field.name)
        if field.name not in SECTIONS:
            found[field.name] = value
        else:
            inner = attrs.asdict(value, recurse=False)
            found |= {f"{field.name}.{name}": one for name, one in inner.items()}
    return found
