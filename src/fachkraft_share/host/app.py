"""The host over HTTP: its own pages, and below `/f/<firm>/` each firm's, apart from all others.

1. A firm's pages know one firm: its store has its accounts, and its engine its candidates.
2. Before the processor contract is accepted there are sign-in, one's own account, the contract
   and the way out; nothing of the inbox, and no accounts of others.
3. A suspended firm has no pages.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from threading import Lock, Thread
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, RefusedError
from fachkraft_share.host.beside import beside_of
from fachkraft_share.host.doors import address, login_of
from fachkraft_share.host.opened import Firm, Opened
from fachkraft_share.host.pages import (
    FIRM,
    LINKS,
    WHERE,
    ContractPages,
    frame_of,
    host_frame,
    host_site,
    person_frame_of,
)
from fachkraft_share.host.presenting.person_pages import PersonPages
from fachkraft_share.host.presenting.staff_pages import LINK, StaffPages
from fachkraft_share.host.records import FirmState
from fachkraft_share.member.displaying import heard_at
from fachkraft_share.member.inbox.site import inbox_site
from fachkraft_share.member.recommending import may_present
from fachkraft_share.ports.health import HealthCheck
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.asgi import Receive, Scope, Send, SiteApp
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.legal import legal_routes
from fachkraft_share.web.look import Look, see_other
from fachkraft_share.web.site import STATUS, Gate, Route, Site
from fachkraft_share.web.visit import Call, Visit, query_of

PREFIX = "/f/"
_log = logging.getLogger("fachkraft_share.host")


class FirmSite(Site):
    """One firm's pages: before the contract is accepted those of `first`, then all of them."""

    def __init__(
        self,
        routes: Sequence[Route],
        *,
        look: Look,
        gate: Gate,
        first: Site,
        inbox: Site,
        people: Site,
        agreed: Callable[[], bool],
        active: Callable[[], bool],
        contact: str,
    ) -> None:
        super().__init__(routes, look=look, gate=gate)
        self._frame, self._enter, self._first, self._inbox = look, gate, first, inbox
        self._people = people
        self._agreed, self._active, self._contact = agreed, active, contact

    def limit(self, path: str) -> int:
        """Return how many bytes a form sent to this path may have."""
        if self._people.knows(path):
            return self._people.limit(path)
        return super().limit(path) if self.knows(path) else self._inbox.limit(path)

    def respond(self, call: Call) -> Response:
        """Answer a call of somebody of this firm."""
        visit = Visit(call, query=query_of(call.query))
        try:
            if call.path.startswith("/static/"):
                return super().respond(call)
            if not self._active():
                return self._suspended(visit)
            if self._people.knows(call.path):
                return self._people.respond(call)
            if not self._agreed():
                return self._before(visit)
            return self._any(call)
        except RefusedError as error:
            return self._frame.refused(visit, error.code, status=STATUS.get(error.code, 409))
        except FachkraftShareError:
            return self._frame.refused(visit, "busy", status=503)

    def _before(self, visit: Visit) -> Response:
        if self._first.knows(visit.call.path):
            return self._first.respond(visit.call)
        if self._enter(visit) is not None:
            return see_other(visit.url("/contract"))
        return self._any(visit.call)  # which asks to sign in

    def _any(self, call: Call) -> Response:
        return super().respond(call) if self.knows(call.path) else self._inbox.respond(call)

    def _suspended(self, visit: Visit) -> Response:
        return self._frame.page("suspended.html", visit, status=403, contact=self._contact)


class ClosedSite(Site):
    """What stands where a firm's site cannot be made: the host's checks say why."""

    def __init__(self, look: Look) -> None:
        super().__init__((), look=look)

    def respond(self, call: Call) -> Response:
        """Say that it does not go on now."""
        return self.refuse(call, "busy")


class Sites:
    """The sites of one host, each firm's made when it is first asked for."""

    def __init__(
        self,
        opened: Opened,
        *,
        checks: Callable[[], Sequence[HealthCheck]],
    ) -> None:
        self._opened = opened
        self.own = host_site(opened.host.settings, checks)
        self._closed = ClosedSite(host_frame(opened.host.settings))
        self._lock = Lock()
        self._made: dict[str, FirmSite] = {}

    def find(self, path: str) -> tuple[str, Site]:
        """Return where the site of a path is mounted, and the site."""
        slug = path.removeprefix(PREFIX).partition("/")[0] if path.startswith(PREFIX) else ""
        if not slug:
            return "", self.own
        try:
            return f"{PREFIX}{slug}", self._firm(slug)
        except RefusedError:
            return "", self.own  # which answers that there is no such page
        except FachkraftShareError as error:
            _log.error("firm %s cannot be opened: %s", slug, type(error).__name__)
            return f"{PREFIX}{slug}", self._closed

    def _firm(self, slug: str) -> FirmSite:
        self._opened.host.firm(slug)
        with self._lock:
            if slug not in self._made:
                self._made[slug] = self._make(slug)
            return self._made[slug]

    def _make(self, slug: str) -> FirmSite:
        host, settings = self._opened.host, self._opened.host.settings

        def firm() -> Firm:
            return self._opened.firm(slug)

        more = (LINK,) if may_present(firm().member.engine) else ()
        look = frame_of(host, slug, *more)
        login = login_of(host, firm(), look)
        plain = attrs.evolve(look, links=LINKS)  # leads to nothing that would not open
        entry = login_of(host, firm(), plain, people=False)
        contract = ContractPages(settings, firm, host.now, look)
        staff = StaffPages(host, firm, look, address(host, slug))
        inbox = inbox_site(
            lambda: firm().member,
            gate=login.gate,
            settings=look.settings,
            routes=staff.routes(),
            links=(*more, *FIRM),
            start=_beside,
            beside=lambda: beside_of(firm(), people=len(login.accounts.all())),
            next_round=lambda: heard_at(firm().member.engine) + limits.HOST_SYNC,
        )
        alone = person_frame_of(host, slug, contact=lambda: firm().member.engine.settings.contact)
        person = PersonPages(firm, alone, address(host, slug))
        always = (*contract.routes(), *asset_routes())
        early = (*entry.routes(), *legal_routes(plain, where=WHERE), *always)
        return FirmSite(
            (*login.routes(), *legal_routes(look, where=WHERE), *always),
            look=look,
            gate=login.gate,
            first=Site(early, look=plain, gate=login.gate),
            inbox=inbox,
            people=Site(person.routes(), look=alone),
            agreed=contract.stands,
            active=lambda: host.firm(slug).state is FirmState.ACTIVE,
            contact=settings.legal.contact,
        )


def _beside(work: Callable[[], None]) -> None:
    Thread(target=work, daemon=True).start()


class HostApp:
    """An ASGI application over the sites of a host."""

    def __init__(self, sites: Sites, *, https: bool) -> None:
        self._sites = sites
        self._https = https
        self._calls = asyncio.Semaphore(limits.CALLS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            return
        async with self._calls:
            root, site = await asyncio.to_thread(self._sites.find, str(scope["path"]))
            await SiteApp(site)(self._seen(scope, root=root), receive, send)

    def _seen(self, scope: Scope, *, root: str) -> dict[str, Any]:
        """Return the call as it was before the proxy: over TLS where ours is, from its address."""
        seen = {**scope, "root_path": root}
        if self._https:
            seen["scheme"] = "https"
        client = scope.get("client")
        if client and is_loopback(str(client[0])):
            told = [value for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
            if told:  # the last address is the one our own proxy saw
                address = told[-1].decode("latin-1").rpartition(",")[2].strip()
                seen["client"] = (address[: limits.SHORT_TEXT], 0)
        return seen
