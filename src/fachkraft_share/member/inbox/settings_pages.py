"""The settings with their origin, and the form that changes those that are safe to change."""

from typing import Any, Final

import attrs

from fachkraft_share.errors import RefusedError, SetupError
from fachkraft_share.member import changing
from fachkraft_share.member.folder import CONFIG
from fachkraft_share.member.inbox.room import MANAGE, Room
from fachkraft_share.member.inbox.settings_form import (
    FOR_LAW,
    OWN,
    Field,
    known,
    legal_of,
    read_changes,
)
from fachkraft_share.member.settings import Settings, named_in
from fachkraft_share.member.settings_file import ByHandError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

# Of these the names alone: values may be credentials.
NAMED: Final = ("adapters", "tables", "legal")


@attrs.frozen
class Row:
    """One setting: its value in words, and where it comes from."""

    name: str
    value: str
    origin: str  # file | default | program


@attrs.frozen
class SettingsPages:
    """What an administrator sees and changes."""

    room: Room

    def show(self, visit: Visit) -> Response:
        """Show every setting and where its value comes from."""
        there = self.room.member().folder is not None
        return self.room.page("settings.html", visit, rows=self._rows(), changeable=there)

    def edit(self, visit: Visit, **more: Any) -> Response:
        """Show the form."""
        if self.room.member().folder is None:
            raise RefusedError("from-program")
        return self.room.page(
            "settings_change.html",
            visit,
            own=OWN,
            law=self._law(),
            before=self._known(),
            **more,
        )

    def change(self, visit: Visit) -> Response:
        """Write what was changed; what cannot be written by us is said at its field."""
        member = self.room.member()
        if member.folder is None:
            raise RefusedError("from-program")
        fields = (*OWN, *self._law())
        changes, faults = read_changes(visit.form, fields, before=self._known())
        if changes and not faults:
            try:
                changing.change(member.engine, member.folder, changes)
            except SetupError as error:  # nothing was changed: of which setting, it may say
                stuck = {error.name} if isinstance(error, ByHandError) else changes.keys()
                faults = {one.id: "by-hand" for one in fields if one.name in stuck}
        if faults:
            return self.edit(visit, faults=faults, status=422)
        return self.room.back(visit, "/settings", "settings-changed" if changes else "")

    def _law(self) -> tuple[Field, ...]:
        return FOR_LAW if self.room.own_legal else ()

    def _known(self) -> dict[str, str]:
        settings = self.room.member().engine.settings
        return known(settings, legal_of(settings))

    def _rows(self) -> list[Row]:
        member = self.room.member()
        named = None
        if member.folder is not None:
            named = named_in((member.folder / CONFIG).read_text("utf-8"))
        return [
            Row(field.name, _worded(member.engine.settings, field.name), _origin(field.name, named))
            for field in attrs.fields(Settings)
        ]


def _origin(name: str, named: frozenset[str] | None) -> str:
    if named is None:
        return "program"
    return "file" if name in named else "default"


def _worded(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name in NAMED or isinstance(value, tuple):
        return ", ".join(sorted(value))
    return "" if value is None else str(value)


def settings_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the settings."""
    pages = SettingsPages(room)
    return (
        Route("/settings", get=pages.show, roles=MANAGE),
        Route("/settings/change", get=pages.edit, post=pages.change, roles=MANAGE),
    )
