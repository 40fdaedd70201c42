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
    with opened(place) as member, _synchronising(member):
        serve_locally(
            _site(member, role),
            open_browser=browser,
            started=lambda link: place.out.stream({"link": link}, f"{_OPEN}{link}"),
            port=port,
        )


def _site(member: "Member", role: str) -> "Site":
    try:
        from fachkraft_share.member.inbox.site import inbox_site
    except ModuleNotFoundError as error:
        raise SetupError('pages are not installed: pip install "fachkraft-share[web]"') from error
    from fachkraft_share.web.visit import Person

    # Whoever may read the folder may do everything anyway; a role only shows less.
    person = Person("local", member.engine.settings.name, frozenset({role}))
    return inbox_site(lambda: member, gate=lambda _: person, login="")


@contextmanager
def _synchronising(member: "Member") -> Iterator[None]:
    """Synchronise in a thread while the pages are open."""
    stop = Event()
    thread = Thread(target=_rounds, args=(member, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=_WAIT + _PAUSE)


def _rounds(member: "Member", stop: Event) -> None:
    while not stop.is_set():
        try:
            online = member.sync(wait=_WAIT).online
        except BusyError as error:  # `sync --watch` runs beside us: then it does the work
            stop.wait(min(error.retry_after, limits.LEASE_SECONDS))
            continue
        except FachkraftShareError:  # the page "Checks" says what is wrong
            online = False
        if not online:
            stop.wait(_PAUSE)
