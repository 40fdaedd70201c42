"""`/-/health` and `/-/health.json`: each check with its id; strangers see only how it ended.

The status is 503 when a check fails, so that a monitor needs to read nothing.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.http.operator import coordinates, has_token, is_local
from fachkraft_share.node.http.pages import page
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.ports.health import Health, HealthCheck, Level

_OK: Final = Health(Level.OK)
_ORDER: Final = (Level.OK, Level.WARN, Level.FAIL)


@attrs.frozen
class Checked:
    """A check and how it ended."""

    id: str
    title: str
    health: Health

    def plain(self, *, details: bool) -> dict[str, str]:
        """Return it for JSON; cause and remedy are for the operator."""
        found = {"id": self.id, "title": self.title, "level": str(self.health.level)}
        if details and self.health.level is not Level.OK:
            found |= {"cause": self.health.cause, "fix": self.health.fix}
        return found


def health_routes(shell: Shell, *, folder: Path | None) -> list[Route]:
    """Return the routes of both forms of the same page."""
    exchange = shell.node.exchange
    checks = (*surroundings(exchange, folder=folder), *shell.node.health.checks())

    async def as_json(request: Request) -> Response:
        found = await shell.run(check, checks)
        details = await _details(request, shell)
        told = [one.plain(details=details) for one in found]
        worst = worst_of(found)
        return JSONResponse({"status": str(worst), "checks": told}, _status(worst))

    async def as_page(request: Request) -> Response:
        found = await shell.run(check, checks)
        details = await _details(request, shell)
        told = [one.plain(details=details) for one in found]
        worst = worst_of(found)
        return page(
            "health.html",
            request,
            exchange,
            status=_status(worst),
            checks=told,
            worst=str(worst),
            details=details,
        )

    return [Route("/-/health", as_page), Route("/-/health.json", as_json)]


def surroundings(exchange: Exchange, *, folder: Path | None) -> tuple[HealthCheck, ...]:
    """Return the checks of what the node stands on: database, clock and disk."""

    def database() -> Health:
        with exchange.store.begin() as transaction:
            transaction.head()
        return _OK

    def clock() -> Health:
        newest = exchange.directory().newest
        if newest is None or newest.iat <= exchange.now() + limits.CLOCK_SKEW:
            return _OK
        return Health(Level.FAIL, "it is earlier than the newest list", "set the clock (NTP)")

    def disk() -> Health:
        free = shutil.disk_usage(folder).free if folder is not None else limits.DISK_FREE
        if free >= limits.DISK_FREE:
            return _OK
        return Health(Level.FAIL, f"{free // 2**20} MB are left", "make room on the disk")

    return (
        HealthCheck("FKS-121", "the database can be written", database),
        HealthCheck("FKS-122", "the clock is right", clock),
        HealthCheck("FKS-123", "there is room on the disk", disk),
    )


def check(checks: tuple[HealthCheck, ...]) -> list[Checked]:
    """Run every check by itself."""
    return [Checked(one.id, one.title, _run(one.run)) for one in checks]


def worst_of(found: list[Checked]) -> Level:
    """Return the worst level."""
    return max((one.health.level for one in found), key=_ORDER.index, default=Level.OK)


def _run(work: Callable[[], Health]) -> Health:
    try:
        return work()
    except (FachkraftShareError, OSError) as error:
        cause = f"the check could not be made ({type(error).__name__})"
        return Health(Level.FAIL, cause, "see whether the database and the folder can be reached")


def _status(worst: Level) -> int:
    return 503 if worst is Level.FAIL else 200


async def _details(request: Request, shell: Shell) -> bool:
    if is_local(request) or has_token(request, shell.node.exchange.keys.operator):
        return True
    return await coordinates(request, shell)
