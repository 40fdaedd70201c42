"""The desk as a room: its look below a person's link, and what every page of it begins with."""

import importlib.util
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs

from fachkraft_share.node import security_log
from fachkraft_share.node.desk.demanding import demand_stage
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.node.desk.views import Stage, View
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.look import Look, see_other
from fachkraft_share.web.qr import Svg, qr
from fachkraft_share.web.visit import Visit

PDF: Final = importlib.util.find_spec("typst") is not None  # where it is missing none is offered
DONE: Final = frozenset({"declined", "answered", "renewed", "withdrawn", "asked"})
_LATER: Final = {503: {"Retry-After": "2"}}
_STATUS: Final = {"unknown-request": 404, "malformed": 409}  # the rest is as in other rooms


def secret_of(visit: Visit) -> str:
    """Return the secret of the link somebody came with; it never leaves the address."""
    return visit.params.get("secret", "")


def below(visit: Visit, path: str = "/", /, **query: str) -> str:
    """Return an address below the person's link, in the language chosen."""
    secret = secret_of(visit)
    link = f"/d/{secret}" if secret else ""
    return visit.url(f"{link}{path}".rstrip("/") or "/", **query)


@attrs.frozen
class DeskLook(Look):
    """The shared look, with addresses below the link and in the language of the view."""

    def page(
        self,
        template: str,
        visit: Visit,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        view: View | None = None,
        **values: Any,
    ) -> Response:
        """Return a page; who asks for no language gets that of the invitation."""
        look = attrs.evolve(self, default=view.language) if view is not None else self
        own = {"view": view, "url": partial(below, visit), "switch": _switch(visit), "pdf": PDF}
        shown = own | values
        return super(DeskLook, look).page(template, visit, status=status, headers=headers, **shown)

    def refused(self, visit: Visit, code: str, *, status: int) -> Response:
        """Say why something was not done; every link that leads nowhere is the same page."""
        if code == "unknown-link" or (code == "not-found" and visit.call.path.startswith("/d/")):
            security_log.refused("desk", "unknown-link")
            return self.page("unknown.html", visit, status=404)
        security_log.refused("desk", code)
        found = super().refused(visit, code, status=_STATUS.get(code, status))
        return attrs.evolve(found, headers={**found.headers, **_LATER.get(status, {})})


def _switch(visit: Visit) -> Callable[[str], str]:
    """Return how to see this page in another language; a sent form is not shown again."""
    if visit.call.method == "POST":
        path = below(visit).partition("?")[0].removeprefix(visit.call.root)
        visit = attrs.evolve(visit, call=attrs.evolve(visit.call, path=path))
    return visit.switch()


@attrs.frozen
class Room:
    """What the desk's pages are made with."""

    desk: Desk
    look: DeskLook

    def open(self, visit: Visit) -> View:
        """Return what the link shows now."""
        return self.desk.open(secret_of(visit), language=visit.language)

    def demand(self, visit: Visit, *stages: Stage) -> View:
        """Return what the link shows now.

        Raises:
            RefusedError: the person stands at none of these stages.
        """
        view = self.open(visit)
        demand_stage(view, *stages)
        return view

    def show(self, visit: Visit) -> Response:
        """Show where the person stands."""
        view = self.open(visit)
        if view.stage is Stage.UNKNOWN:
            return self.look.refused(visit, "unknown-link", status=404)
        done, home = visit.query.get("done", ""), f"{view.home}/d/{secret_of(visit)}"
        told = done if done in DONE else ""
        return self.page(f"{view.stage}.html", visit, view, done=told, home=home)

    def page(self, name: str, visit: Visit, view: View | None = None, **values: Any) -> Response:
        """Return a page."""
        return self.look.page(name, visit, view=view, **values)

    def back(self, visit: Visit, done: str) -> Response:
        """Lead to where the person stands now; `done` says there what was done."""
        return see_other(below(visit, done=done))

    def code(self, link: str, view: View) -> Svg:
        """Return the QR code of a link."""
        return qr(link, self.desk.texts(view.language).text("key.alt"))
