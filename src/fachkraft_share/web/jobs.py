"""Long work behind a page: begun by a form, watched without a script, ended where its result is.

1. The shell that serves says how work is started; this room owns no thread.
2. A page asks again by itself (`Refresh`), also without JavaScript, until the work has ended.
3. Whoever began it may watch it, nobody else.
"""

from collections.abc import Callable, Sequence
from typing import Final

import attrs

from fachkraft_share.errors import FachkraftShareError, RefusedError
from fachkraft_share.ports.progress import Progress, Tell
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.look import Look, see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

Start = Callable[[Callable[[], None]], object]
_SECONDS: Final = "1"  # between two looks
_KEPT: Final = 50  # jobs that are remembered; whoever comes later is led to the result's page


@attrs.define
class _Job:
    """One piece of work; `to` is where its result is shown, `failed` where its failure is."""

    title: str
    owner: str
    to: str
    failed: str
    progress: Progress | None = None
    done: bool = False
    broken: bool = False


class Jobs:
    """The work that goes on behind the pages of one room."""

    def __init__(self, look: Look, *, start: Start, new_id: Callable[[], str]) -> None:
        self._look = look
        self._start = start
        self._new_id = new_id
        self._jobs: dict[str, _Job] = {}

    def routes(self) -> Sequence[Route]:
        """Return the route of the page that watches."""
        return (Route("/job/{id}", get=self._watch),)

    def begin(
        self, visit: Visit, work: Callable[[Tell], None], *, title: str, to: str, failed: str
    ) -> Response:
        """Begin the work and lead to the page that watches it; `title` is a text's id.

        What the work raises belongs to it: keep it where the page `failed` finds it.
        """
        id, job = self._new_id(), _Job(title, _owner(visit), to, failed)
        for old in list(self._jobs)[: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[old]
        self._jobs[id] = job
        self._start(lambda: _run(job, work))
        return see_other(visit.url(f"/job/{id}"))

    def _watch(self, visit: Visit) -> Response:
        job = self._jobs.get(visit.params["id"])
        if job is None or job.owner != _owner(visit):
            raise RefusedError("not-found")
        if job.done:
            return see_other(visit.url(job.failed if job.broken else job.to))
        return self._look.page(
            "job.html",
            visit,
            headers={"Refresh": _SECONDS},
            title=job.title,
            progress=job.progress,
        )


def _run(job: _Job, work: Callable[[Tell], None]) -> None:
    def tell(told: Progress) -> None:
        job.progress = told

    try:
        work(tell)
    except FachkraftShareError:
        job.broken = True
    except BaseException:
        job.broken = True
        raise
    finally:
        job.done = True


def _owner(visit: Visit) -> str:
    return visit.who.id if visit.who is not None else ""
