"""`/health`: every check in a coordinator's words, and the technical cause for the chamber's IT."""

from collections.abc import Iterable

import attrs

from fachkraft_share.node.http.health import Checked, check, surroundings, worst_of
from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.health import HealthCheck, Level
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

_ORDER = (Level.FAIL, Level.WARN, Level.OK)


@attrs.frozen
class Condition:
    """All checks as they ended just now, the worst first."""

    checks: tuple[Checked, ...]

    @property
    def worst(self) -> Level:
        """The worst of all."""
        return worst_of(list(self.checks))

    def of(self, level: Level) -> tuple[Checked, ...]:
        """Return the checks that ended so."""
        return tuple(one for one in self.checks if one.health.level is level)


def condition(office: Office, *, more: Iterable[HealthCheck] = ()) -> Condition:
    """Run every check of the node, and those."""
    own = surroundings(office.exchange, folder=office.folder)
    found = check((*own, *office.node.health.checks(), *more))
    return Condition(tuple(sorted(found, key=lambda one: (_ORDER.index(one.health.level), one.id))))


def health_routes(office: Office) -> tuple[Route, ...]:
    """Return the page of the checks."""

    def health(visit: Visit) -> Response:
        found = condition(office, more=office.machine)
        return office.page("health.html", visit, condition=found, levels=_ORDER)

    return (office_route("/health", health),)
