"""Who synchronises when: every firm in turn, in few threads; one that hangs keeps nobody waiting.

1. A firm is worked on by one thread at a time, and again a while after that turn has ended.
2. Firms that were slow share half of the threads: however many hang, the others go on.
3. Suspended firms are worked on as well: withdrawals must reach them, too.
4. A firm that has never accepted the processor contract fetches nothing (Art. 28 GDPR).
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError
from fachkraft_share.host.contract import accepted
from fachkraft_share.host.mailing import send_due
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.presenting.keeping import Presentations

_log = logging.getLogger("fachkraft_share.host")


@attrs.frozen
class Turn:
    """When a firm was worked on, and how that went."""

    slug: str
    next_at: int = 0
    since: int | None = None  # it is being worked on since then
    slow: bool = False  # the last turn, or this one, lasts long
    failures: int = 0
    code: str = ""  # of the last failure
    done_at: int = 0  # the last turn that succeeded


def chosen(turns: Iterable[Turn], *, at: int, threads: int) -> tuple[str, ...]:
    """Return whose turn it is: who has waited longest first, as far as there are threads."""
    known = tuple(turns)
    free = threads - sum(one.since is not None for one in known)
    free_for_slow = threads // 2 - sum(one.since is not None and one.slow for one in known)
    found: list[str] = []
    waiting = (one for one in known if one.since is None and one.next_at <= at)
    for one in sorted(waiting, key=lambda turn: (turn.next_at, turn.slug)):
        if len(found) >= free:
            break
        if one.slow and free_for_slow <= 0:
            continue
        free_for_slow -= one.slow
        found.append(one.slug)
    return tuple(found)


def ended(turn: Turn, *, at: int, code: str = "", wait: int = 0) -> Turn:
    """Return the turn after its work; what failed is tried again later and later."""
    failures = turn.failures + 1 if code else 0
    pause = wait or min(limits.HOST_SYNC * 2**failures, limits.HOST_RETRY_LAST)
    slow = turn.since is not None and at - turn.since >= limits.HOST_SLOW
    done = turn.done_at if code else at
    return attrs.evolve(
        turn,
        next_at=at + pause,
        since=None,
        slow=slow,
        failures=failures,
        code=code,
        done_at=done,
    )


class Worker:
    """Gives the firms their turns."""

    def __init__(self, opened: Opened, *, threads: int = limits.HOST_THREADS) -> None:
        self._opened = opened
        self._threads = threads
        self._lock = threading.Lock()
        self._turns: dict[str, Turn] = {}
        self.beat_at = 0

    def turns(self) -> Mapping[str, Turn]:
        """Return how each firm stands."""
        with self._lock:
            return dict(self._turns)

    def tick(self) -> tuple[threading.Thread, ...]:
        """Begin every turn that is due; return the threads, which nobody has to wait for."""
        at = self._opened.host.now()
        self.beat_at = at
        names = {firm.slug for firm in self._opened.host.firms()}
        with self._lock:
            self._turns = {one: self._turns.get(one, Turn(one)) for one in sorted(names)}
            self._turns = {one: _watched(turn, at=at) for one, turn in self._turns.items()}
            begun = chosen(self._turns.values(), at=at, threads=self._threads)
            for slug in begun:
                self._turns[slug] = attrs.evolve(self._turns[slug], since=at, slow=False)
        made = tuple(_thread(self._work, slug) for slug in begun)
        for one in made:
            one.start()
        return made

    def _work(self, slug: str) -> None:
        code, wait = "", 0
        try:
            code = self._serve(slug)
        except BusyError as error:
            wait = error.retry_after or limits.HOST_SYNC
        except FachkraftShareError as error:
            code = type(error).__name__
        except Exception as error:
            # A plugin or a broken file of one firm must not end the thread in silence.
            code = type(error).__name__
            _log.error("firm %s: %s", slug, code)
        with self._lock:
            turn = self._turns.get(slug)
            if turn is not None:
                at = self._opened.host.now()
                self._turns[slug] = ended(turn, at=at, code=code, wait=wait)

    def _serve(self, slug: str) -> str:
        """Send the firm's letters and synchronise it; return what failed."""
        firm, host = self._opened.firm(slug), self._opened.host
        send_due(firm.beside, host.settings.mail, at=host.now())
        Presentations(firm).sweep()
        if not accepted(firm.beside):
            return ""  # nobody is its processor yet; it holds nothing that could be withdrawn
        report = firm.member.sync()
        return "" if report.online else next(iter(report.problems), "unreachable")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Tick in a thread while the block runs."""
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                try:
                    self.tick()
                except Exception as error:
                    # A dead worker would let deadlines pass in silence: the next may succeed.
                    _log.error("worker: %s", type(error).__name__)
                stop.wait(limits.TICK)

        thread = threading.Thread(target=run, name="fks-host-worker", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _watched(turn: Turn, *, at: int) -> Turn:
    """Return the turn, marked slow once it lasts long: it gives its place to others."""
    lasting = turn.since is not None and at - turn.since >= limits.HOST_SLOW
    return attrs.evolve(turn, slow=True) if lasting else turn


def _thread(work: object, slug: str) -> threading.Thread:
    # Daemons: a firm that hangs does not keep the process from ending; its store is safe at a kill.
    return threading.Thread(target=work, args=(slug,), name=f"fks-{slug}", daemon=True)  # type: ignore[arg-type]
