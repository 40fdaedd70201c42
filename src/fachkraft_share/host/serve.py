"""Serving a host: the socket first, then the worker beside uvicorn, and an orderly end of all."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.host.app import HostApp, Sites
from fachkraft_share.host.checking import Health
from fachkraft_share.host.folder import Host, open_host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.working import Worker
from fachkraft_share.node.http.connections import TimedProtocol

HOST = "127.0.0.1"  # behind a proxy that speaks TLS
PORT = 8767
Started = Callable[[str], None]


def serve(
    folder: Path, *, host: str = HOST, port: int = PORT, started: Started | None = None
) -> None:
    """Serve a host's folder until SIGTERM or SIGINT; `started` is told the real address.

    Raises:
        SetupError: the port is taken, or the folder is no host's.
        StoreError: the store cannot be used.
    """
    with _listen(host, port) as listening:
        opened = Opened(open_host(folder))
        worker = Worker(opened)
        try:
            server = _server(make_app(opened, worker), started=started)
            with worker.running():
                server.run(sockets=[listening])
        finally:
            opened.close()
            opened.host.close()


@contextmanager
def serving(host: Host) -> Iterator[tuple[str, Worker]]:
    """Serve a host in a thread while the block runs; gives address and worker, which rests."""
    told: list[str] = []
    ready = threading.Event()

    def started(url: str) -> None:
        told.append(url)
        ready.set()

    opened = Opened(host)
    worker = Worker(opened)
    with _listen(HOST, 0) as listening:
        server = _server(make_app(opened, worker), started=started)
        thread = threading.Thread(target=server.run, args=([listening],), name="fks-host")
        thread.start()
        try:
            if not ready.wait(limits.STOP_SECONDS):
                raise SetupError("the host did not start")
            yield told[0], worker
        finally:
            server.should_exit = True
            thread.join()
            opened.close()


def make_app(opened: Opened, worker: Worker) -> HostApp:
    """Return the application of a host."""
    sites = Sites(opened, checks=Health(opened, worker).checks)
    return HostApp(sites, https=opened.host.settings.url.startswith("https://"))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SetupError(f"cannot listen on {host} port {port}: {reason}") from error


def _server(app: HostApp, *, started: Started | None) -> "_Server":
    config = uvicorn.Config(
        app,
        http=TimedProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # some addresses are keys
        proxy_headers=False,  # whom to believe is decided in `app`
        server_header=False,
        timeout_keep_alive=limits.IDLE_SECONDS,
        timeout_graceful_shutdown=limits.STOP_SECONDS,
    )
    return _Server(config, started=started)


class _Server(uvicorn.Server):
    """uvicorn, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, *, started: Started | None) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell the real address."""
        await super().startup(sockets)
        if self.started and self._tell is not None and sockets:
            host, port = sockets[0].getsockname()[:2]
            self._tell(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
