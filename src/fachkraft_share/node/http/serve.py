"""Serving a node: the socket first, then the worker beside uvicorn, and an orderly end of all."""

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

import attrs
import uvicorn

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.node.folder import open_node
from fachkraft_share.node.http.app import OFFICE, create_app
from fachkraft_share.node.http.connections import TimedProtocol
from fachkraft_share.node.http.front import Front
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.node.login import office_login, office_with_login
from fachkraft_share.node.service import Node
from fachkraft_share.ports.health import HealthCheck
from fachkraft_share.web.login.service import Login
from fachkraft_share.web.site import Site

HOST = "127.0.0.1"  # behind a proxy that speaks TLS
PORT = 8765
Started = Callable[[str], None]
Machine = Callable[[Node, Path], Sequence[HealthCheck]]
_log = logging.getLogger("fachkraft_share.node.http")


def serve(
    folder: Path,
    *,
    host: str = HOST,
    port: int = PORT,
    worker: bool = True,
    started: Started | None = None,
    first: Started | None = None,
    machine: Machine | None = None,
) -> None:
    """Serve a node's folder until SIGTERM or SIGINT; `started` is told the real address.

    While nobody has an account in the office, `first` is told a one-time link that makes an
    administrator. `machine` gives the checks that the office shows beside the node's own.

    Raises:
        SetupError: the port is taken, or the folder is no node's.
        StoreError: the database or the journal cannot be used.
    """
    with listen(host, port) as listening:
        sys.setswitchinterval(limits.SWITCH_SECONDS)
        node = open_node(folder)
        try:
            checks = machine(node, folder) if machine is not None else ()
            office = office_with_login(node, folder=folder, checks=checks)
            telling = _telling(started, first=first, login=office_login(node))
            server = make_server(node, folder=folder, started=telling, office=office)
            with working(node) if worker else nullcontext():
                server.run(sockets=[listening])
        finally:
            _close(node)


def _telling(started: Started | None, *, first: Started | None, login: Login) -> Started:
    """Return what is told the address, and then the link for whoever comes first."""

    def told(url: str) -> None:
        if started is not None:
            started(url)
        if first is not None and login.empty():
            first(login.console_link())

    return told


@contextmanager
def serving(
    node: Node,
    *,
    host: str = HOST,
    port: int = 0,
    worker: bool = False,
    office: Site | None = None,
) -> Iterator[str]:
    """Serve a node in a thread while the block runs; gives the address."""
    told: list[str] = []
    ready = threading.Event()

    def started(url: str) -> None:
        told.append(url)
        ready.set()

    with listen(host, port) as listening:
        server = make_server(node, started=started, office=office)
        thread = threading.Thread(target=server.run, args=([listening],), name="fks-serve")
        thread.start()
        try:
            if not ready.wait(limits.STOP_SECONDS):
                raise SetupError("the node did not start")
            with working(node) if worker else nullcontext():
                yield told[0]
        finally:
            server.should_exit = True
            thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 stands for any free one.

    Raises:
        SetupError: the address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=limits.WAITING_POLLS)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SetupError(f"cannot listen on {host} port {port}: {reason}") from error


def make_server(
    node: Node,
    *,
    folder: Path | None = None,
    started: Started | None = None,
    office: Site | None = None,
) -> "NodeServer":
    """Return the server of a node, with its desk, and with its office if there is one."""
    desk = desk_site(node.desk, office=OFFICE if office is not None else "")
    app = create_app(node, desk=desk, folder=folder, office=office)
    config = uvicorn.Config(
        Front(app, node.exchange),
        http=TimedProtocol,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # addresses of the desk are keys
        proxy_headers=False,  # who is local is seen from the connection
        server_header=False,
        timeout_keep_alive=limits.IDLE_SECONDS,
        timeout_graceful_shutdown=limits.STOP_SECONDS,
    )
    _allow_connections()
    return NodeServer(config, app.state.shell, started=started)


class NodeServer(uvicorn.Server):
    """uvicorn, which says when it is ready and sends waiting polls home before it stops."""

    def __init__(self, config: uvicorn.Config, shell: Shell, *, started: Started | None) -> None:
        super().__init__(config)
        self._shell = shell
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell the real address."""
        await super().startup(sockets)
        if self.started and self._tell is not None and sockets:
            host, port = sockets[0].getsockname()[:2]
            self._tell(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer who waits, then stop."""
        self._shell.waiting.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal and end like any other program; a second one hurries."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self._stop) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(number, frame)


@contextmanager
def working(node: Node) -> Iterator[None]:
    """Let the node's worker take its turns in a thread while the block runs.

    Every partner is visited in a thread of its own: one that hangs keeps nobody waiting.
    """
    worker = _WorkerThread(node)
    before, node.partners.run = node.partners.run, _beside
    worker.thread.start()
    try:
        yield
    finally:
        node.partners.run = before
        worker.stop.set()
        worker.thread.join()
        node.partners.rest(limits.STOP_SECONDS)


def _beside(work: Callable[[], None]) -> None:
    """Do the work in a thread that does not keep the process from ending."""
    threading.Thread(target=work, name="fks-partner", daemon=True).start()


@attrs.frozen(eq=False)
class _WorkerThread:
    node: Node
    stop: threading.Event = attrs.field(factory=threading.Event)
    thread: threading.Thread = attrs.field(init=False)

    @thread.default
    def _make_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, name="fks-worker", daemon=True)

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                self.node.tick()
            except Exception as error:
                # A dead worker would let deadlines pass in silence: the next turn may succeed.
                _log.error("worker: %s", type(error).__name__)
            self.stop.wait(limits.TICK)


def _allow_connections() -> None:
    """Raise this process's limit of open files to what the system allows, where there is one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * limits.WAITING_POLLS
    best = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < best:
        resource.setrlimit(resource.RLIMIT_NOFILE, (best, hard))


def _close(node: Node) -> None:
    for one in (node.exchange.store, node.exchange.journal):
        close = getattr(one, "close", None)
        if close is not None:
            close()
