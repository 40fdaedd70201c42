"""`inbox --open`: the inbox's pages for whoever sits at this machine, synchronised meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from fachkraft_share import limits
from fachkraft_share.cli.local_site import serve_locally
from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place
from fachkraft_share.errors import BusyError, FachkraftShareError, SetupError

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.web.site import Site

_WAIT: Final = 10  # seconds one poll waits for news; whoever presses Ctrl-C waits for it
_OPEN: Final = "Open (once, in one browser of this machine; Ctrl-C ends it): "
_PAUSE: Final = 5  # seconds between two rounds when the node cannot be reached


def open_inbox(place: Place, *, role: str, port: int = 0, browser: bool = True) -> None:
    """Serve the inbox until Ctrl-C.

    Raises:
        SetupError: the folder is no member's, or what makes pages is not installed.
    """
    with opened(place) as member, _synchronising(member) as rounds:
        serve_locally(
            _site(member, role, rounds),
            open_browser=browser,
            started=lambda link: place.out.stream({"link": link}, f"{_OPEN}{link}"),
            port=port,
        )


def _site(member: "Member", role: str, rounds: "_Rounds") -> "Site":
    try:
        from fachkraft_share.member.inbox.site import inbox_site
    except ModuleNotFoundError as error:
        raise SetupError('pages are not installed: pip install "fachkraft-share[web]"') from error
    from fachkraft_share.web.visit import Person

    # Whoever may read the folder may do everything anyway; a role only shows less.
    person = Person("local", member.engine.settings.name, frozenset({role}))
    return inbox_site(
        lambda: member,
        gate=lambda _: person,
        login="",
        start=lambda work: Thread(target=work, daemon=True).start(),
        next_round=lambda: rounds.next_at,
    )


@contextmanager
def _synchronising(member: "Member") -> Iterator["_Rounds"]:
    """Synchronise in a thread while the pages are open."""
    rounds = _Rounds(member)
    thread = Thread(target=rounds.run, daemon=True)
    thread.start()
    try:
        yield rounds
    finally:
        rounds.stop.set()
        thread.join(timeout=_WAIT + _PAUSE)


class _Rounds:
    """Synchronises round after round; `next_at` is when the next one begins, at the latest."""

    def __init__(self, member: "Member") -> None:
        self.stop = Event()
        self.next_at = member.engine.now()
        self._member = member

    def run(self) -> None:
        """Go on until `stop` is set."""
        while not self.stop.is_set():
            self._pause(_WAIT)
            self.stop.wait(self._pause(self._round()))

    def _round(self) -> int:
        """Wait for news and take them; return how many seconds to rest then."""
        try:
            return 0 if self._member.sync(wait=_WAIT).online else _PAUSE
        except BusyError as error:  # `sync --watch` runs beside us: then it does the work
            return min(error.retry_after, limits.LEASE_SECONDS)
        except FachkraftShareError:  # the page "Checks" says what is wrong
            return _PAUSE

    def _pause(self, seconds: int) -> int:
        self.next_at = self._member.engine.now() + seconds
        return seconds
