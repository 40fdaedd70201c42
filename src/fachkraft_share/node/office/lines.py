"""The record's lines as a page reads them: accounts, members and partners by their names."""

from collections.abc import Callable, Iterable

import attrs

from fachkraft_share.node.office.acts import REFUSED
from fachkraft_share.node.office.people import Naming, said_roles
from fachkraft_share.node.records import OfficeAct
from fachkraft_share.web.catalogue import Catalogue


@attrs.frozen
class Line:
    """One line of the record: what was done to whom, with the ids that are kept."""

    number: int
    at: int
    deed: str
    refused: bool
    account: str
    about: str = attrs.field(repr=False)  # in words, or empty
    ids: tuple[str, ...] = ()


@attrs.frozen
class Reading:
    """What tells names of ids when a page is made."""

    texts: Catalogue
    who: Naming
    name_of: Callable[[str], str]  # of members and partners

    def lines(self, acts: Iterable[OfficeAct]) -> tuple[Line, ...]:
        """Return these lines."""
        return tuple(map(self._line, acts))

    def _line(self, act: OfficeAct) -> Line:
        about, ids = self._about(act)
        key = f"office.deed.{act.action}"
        deed = self.texts.text(key) if self.texts.has(key) else act.action
        return Line(act.number, act.at, deed, act.outcome == REFUSED, act.account, about, ids)

    def _about(self, act: OfficeAct) -> tuple[str, tuple[str, ...]]:
        kind, (id, _, more) = act.action.partition(".")[0], act.about.partition(" ")
        if kind == "login":
            return (self._account(id, more), ()) if id else ("", ())
        name = self.name_of(id)
        ids = (id, more) if name == id or kind != "erasure" else (more,)
        return ("" if name == id else name), tuple(filter(None, ids))

    def _account(self, id: str, roles: str) -> str:
        found = self.who(id)
        named = f"{found.name} {found.id}".strip()
        return f"{named}: {said_roles(roles, self.texts)}" if roles else named
