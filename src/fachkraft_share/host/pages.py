"""The host's own pages: home and health, and before a firm's inbox the processor contract."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from fachkraft_share.errors import RefusedError, SetupError
from fachkraft_share.host import contract as contracts
from fachkraft_share.host.contract_paper import PDF, contract_paper
from fachkraft_share.host.folder import Host
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.settings import Settings
from fachkraft_share.member.inbox.site import DAILY, SETTINGS
from fachkraft_share.member.recommending import may_present, roles_of
from fachkraft_share.ports.health import HealthCheck, Level
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.catalogue import LANGUAGES, catalogue
from fachkraft_share.web.legal import LegalSettings, legal_routes
from fachkraft_share.web.look import Link, Look, attachment, see_other
from fachkraft_share.web.site import Route, Site
from fachkraft_share.web.visit import Visit

PACKAGE = "fachkraft_share.host"
WHERE = "host.toml, [legal]"
PAPER = "auftragsverarbeitung.pdf"
ROLES = frozenset({"administrator", "hr", "reader"})
_LEVELS = (Level.OK, Level.WARN, Level.FAIL)
LINKS = (Link("/contract", "host.nav_contract", ROLES),)
PEOPLE = Link("/accounts", "login.nav", {"administrator"})
_OPENED = attrs.evolve(SETTINGS, text="host.nav_settings")
FIRM = (
    attrs.evolve(SETTINGS, parts=(_OPENED, *LINKS, PEOPLE)),
    Link("/contract", "host.nav_contract", {"hr", "reader"}),
)


def named(settings: Settings, firm: str = "") -> LegalSettings:
    """Return what a page's frame and the legal pages say; a firm's pages bear its name."""
    told = settings.legal
    return attrs.evolve(told, name=f"{firm} – {told.name}") if firm else told


def frame_of(host: Host, slug: str, *more: Link) -> Look:
    """Return how a firm's pages look: they bear its name, and lead to inbox and contract."""

    def settings() -> LegalSettings:
        return named(host.settings, host.firm(slug).name)

    return Look(PACKAGE, settings, links=(*DAILY, *more, *FIRM))


@attrs.frozen
class PersonLook(Look):
    """How the pages of people look; every link that leads nowhere is the same page."""

    contact: Callable[[], str] = str  # whom to ask, as the firm says it

    def refused(self, visit: Visit, code: str, *, status: int) -> Response:
        """Say why something was not done; nobody here has a sign-in page to be led to."""
        if code != "not-found":
            return super().refused(visit, code, status=status)
        return self.page("presenting/unknown.html", visit, status=404, contact=self.contact())


def person_frame_of(host: Host, slug: str, *, contact: Callable[[], str] = str) -> PersonLook:
    """Return how the pages of people who present themselves look: no account, and simple words."""

    def settings() -> LegalSettings:
        return attrs.evolve(host.settings.legal, name=host.firm(slug).name)

    return PersonLook(PACKAGE, settings, languages=LANGUAGES, login="", contact=contact)


# The host itself ------------------------------------------------------------------------------


def host_frame(settings: Settings) -> Look:
    """Return how the host's own pages look."""
    return Look(PACKAGE, lambda: named(settings))


def host_site(settings: Settings, checks: Callable[[], Sequence[HealthCheck]]) -> Site:
    """Return the pages at the host's root; they name no firm."""
    look = host_frame(settings)

    def home(visit: Visit) -> Response:
        url = settings.url.rstrip("/")
        return look.page("home.html", visit, host=settings.legal, address=url)

    def health(visit: Visit) -> Response:
        found = [_checked(one, visit) for one in checks()]
        worst = _worst(found)
        status = 503 if worst == Level.FAIL else 200
        levels = [str(one) for one in reversed(_LEVELS)]  # what must be done comes first
        return look.page(
            "health.html", visit, status=status, checks=found, worst=worst, levels=levels
        )

    def health_json(visit: Visit) -> Response:
        found = [_checked(one, visit) for one in checks()]
        worst = _worst(found)
        body = json.dumps({"status": worst, "checks": found}, ensure_ascii=False).encode()
        return Response(503 if worst == Level.FAIL else 200, body, "application/json", {})

    routes = (
        Route("/", get=home),
        Route("/-/health", get=health),
        Route("/-/health.json", get=health_json),
        *legal_routes(look, where=WHERE),
        *asset_routes(),
    )
    return Site(routes, look=look)


def _checked(check: HealthCheck, visit: Visit) -> dict[str, str]:
    """Return a check's answer; cause and remedy are for this machine only: they may name firms."""
    health = check.run()
    found = {"id": check.id, "title": check.title, "level": str(health.level)}
    if health.level is not Level.OK and is_loopback(visit.call.client):
        found |= {"cause": health.cause, "fix": health.fix}
    return found


def _worst(found: Sequence[dict[str, str]]) -> str:
    order = [str(one) for one in _LEVELS]
    return max((one["level"] for one in found), key=order.index, default=order[0])


# One firm -------------------------------------------------------------------------------------


@attrs.frozen
class ContractPages:
    """Shows the contract, and takes a firm's word for it."""

    settings: Settings
    firm: Callable[[], Firm]
    now: Callable[[], int]
    look: Look

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        paper = Route("/contract.pdf", get=self.paper, roles=ROLES)
        return (Route("/contract", get=self.show, post=self.accept, roles=ROLES), paper)

    def stands(self) -> bool:
        """Tell whether the firm has accepted the version that is asked for now."""
        firm = self.firm()
        return contracts.stands(firm.beside, self.settings, firm.row, roles=_roles(firm))

    def show(self, visit: Visit) -> Response:
        """Show the version asked for now, and every version that was accepted."""
        return self._page(visit)

    def paper(self, visit: Visit) -> Response:
        """Hand out the version asked for now, to print or to send on."""
        language, firm = visit.language(self.look.default), self.firm()
        text = contracts.contract(self.settings, firm.row, roles=_roles(firm), language=language)
        texts = self.look.texts(language)
        try:
            content = contract_paper(text, texts, binding=texts.base == contracts.BINDING)
        except SetupError as error:
            raise RefusedError("not-found") from error
        return attachment(PAPER, content, "application/pdf")

    def accept(self, visit: Visit) -> Response:
        """Record the acceptance, if the box was ticked."""
        if visit.who is None or not visit.form.has("accept", "yes"):
            return self._page(visit, status=422, faults={"accept": "host.fault.accept"})
        firm, shown = self.firm(), visit.form.one("version")
        try:
            contracts.accept(
                firm.beside,
                self.settings,
                firm.row,
                roles=_roles(firm),
                shown=shown,
                who=visit.who,
                at=self.now(),
            )
        except RefusedError as error:
            return self._page(visit, status=409, faults={"accept": f"host.fault.{error.code}"})
        return see_other(visit.url("/contract", done="yes"))

    def _page(self, visit: Visit, *, status: int = 200, **values: Any) -> Response:
        firm = self.firm()
        language = visit.language(self.look.default)
        text = contracts.contract(self.settings, firm.row, roles=_roles(firm), language=language)
        past = contracts.accepted(firm.beside)
        look = self.look if self.stands() else attrs.evolve(self.look, links=LINKS)
        return look.page(
            "contract.html",
            visit,
            status=status,
            firm=firm.row.name,
            service=self.settings.legal.name,
            contract=text,
            missing=contracts.ready(self.settings),
            accepted=next((one for one in past if one.sha256 == text.sha256), None),
            earlier=[one for one in past if one.sha256 != text.sha256],
            may=visit.who is not None and visit.who.has(contracts.MAY_ACCEPT),
            done=visit.query.get("done") == "yes",
            presents=may_present(firm.member.engine),
            pdf=PDF,
            binding=catalogue(language).base == contracts.BINDING,
            **values,
        )


def _roles(firm: Firm) -> contracts.Roles:
    return roles_of(firm.member.engine)
