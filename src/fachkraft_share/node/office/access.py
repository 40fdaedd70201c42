"""Who may do what in the office, written once: officials read, coordinators act, one administers.

Whoever may read a page gets its GET; its POST asks for a role that acts, whatever page it is.
"""

from collections.abc import Collection
from typing import Final

from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route, Work
from fachkraft_share.web.visit import Visit

ADMINISTRATOR: Final = "administrator"
COORDINATOR: Final = "coordinator"
READER: Final = "reader"
READS: Final = frozenset({ADMINISTRATOR, COORDINATOR, READER})
ACTS: Final = frozenset({ADMINISTRATOR, COORDINATOR})
ADMINISTERS: Final = frozenset({ADMINISTRATOR})


def office_route(
    path: str,
    get: Work | None = None,
    post: Work | None = None,
    *,
    reads: Collection[str] = READS,
    acts: Collection[str] = ACTS,
) -> Route:
    """Return a route of the office; `acts` are the roles its form asks for."""
    guarded = None if post is None else acting(post, acts=acts)
    return Route(path, get=get, post=guarded, roles=reads)


def acting(work: Work, *, acts: Collection[str] = ACTS) -> Work:
    """Return work that is refused to whoever may only read."""

    def guarded(visit: Visit) -> Response:
        if not may_act(visit, acts=acts):
            raise RefusedError("forbidden")
        return work(visit)

    return guarded


def may_act(visit: Visit, *, acts: Collection[str] = ACTS) -> bool:
    """Tell whether the visitor has one of these roles."""
    return visit.who is not None and visit.who.has(*acts)
