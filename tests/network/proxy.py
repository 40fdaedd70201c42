"""A bad network between real processes: a TCP proxy whose every fault follows from a seed.

A connection is refused, or one direction of it is delayed, slowed, cut into slices, silenced,
closed after some bytes, reset (`SO_LINGER` 0), or changed in a bit; or all goes well.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from random import Random

import attrs

BLOCK = 16 * 1024
_AT_ONCE = struct.pack("ii", 1, 0)  # linger, for no time: closing sends a reset
_LIMITS = (1, 60, 700, 5_000, 70_000)  # bytes after which a connection is struck


class Fault(StrEnum):
    """What may happen to a connection."""

    NONE = "none"
    REFUSE = "refuse"
    DELAY = "delay"
    SLOW = "slow"
    SLICES = "slices"
    SILENCE = "silence"
    CLOSE = "close"
    RESET = "reset"
    CORRUPT = "corrupt"


FAULTS = tuple(Fault)


class _BrokenError(Exception):
    """This connection ends here, on both sides."""


@attrs.define(eq=False)
class Proxy:
    """Listens on a port of its own and passes on; `faults` are drawn from for each connection."""

    target: tuple[str, int]
    random: Random
    faults: tuple[Fault, ...] = FAULTS
    port: int = 0
    drawn: dict[Fault, int] = attrs.field(factory=dict)
    _meetings: set["asyncio.Task[None]"] = attrs.field(factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def heal(self) -> None:
        """Pass everything on from now on."""
        self.faults = (Fault.NONE,)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Meet a connection in a task that ends with the proxy."""
        task = asyncio.get_running_loop().create_task(self._meet(reader, writer))
        self._meetings.add(task)
        task.add_done_callback(self._meetings.discard)

    async def run(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Serve until told to stop."""
        server = await asyncio.start_server(self.accept, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        meetings = tuple(self._meetings)
        for one in meetings:
            one.cancel()
        await asyncio.gather(*meetings, return_exceptions=True)

    def _draw(self) -> Fault:
        """Draw a fault; the first connection meets one, so that no run is without."""
        bad = [one for one in self.faults if one is not Fault.NONE]
        return self.random.choice(self.faults if self.drawn or not bad else bad)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._draw()
        self.drawn[fault] = self.drawn.get(fault, 0) + 1
        if fault is Fault.REFUSE:
            _reset(writer)
            return
        try:
            far = await asyncio.open_connection(*self.target)
        except OSError:
            _reset(writer)
            return
        try:
            await self._pump(fault, (reader, far[1]), (far[0], writer))
        finally:
            for one in (writer, far[1]):
                one.close()

    async def _pump(
        self,
        fault: Fault,
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        back: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        struck = self.random.choice((there, back))
        pumps = [self._one(way, fault if way is struck else Fault.NONE) for way in (there, back)]
        running = [asyncio.ensure_future(pump.run()) for pump in pumps]
        try:
            await asyncio.gather(*running)
        except (OSError, _BrokenError):
            if fault is not Fault.CLOSE:
                _reset(there[1])
                _reset(back[1])
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _one(self, way: tuple[asyncio.StreamReader, asyncio.StreamWriter], fault: Fault) -> "Pump":
        return Pump(*way, fault, Random(self.random.random()))  # noqa: S311 - no secret


@attrs.define(eq=False)
class Pump:
    """One direction of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    fault: Fault
    random: Random
    passed: int = 0

    async def run(self) -> None:
        """Pass on until the end, or until the fault has its way."""
        limit = self.random.choice(_LIMITS)
        ends = self.fault in (Fault.CLOSE, Fault.RESET)
        while block := await self.reader.read(BLOCK):
            if ends or self.fault is Fault.SILENCE:
                block = block[: max(0, limit - self.passed)]
            await self._pass(block)
            self.passed += len(block)
            if ends and self.passed >= limit:
                raise _BrokenError
        with suppress(OSError):
            self.writer.write_eof()

    async def _pass(self, block: bytes) -> None:
        if self.fault is Fault.DELAY:
            await asyncio.sleep(self.random.uniform(0.0, 0.4))
        if self.fault is Fault.CORRUPT and block and self.random.random() < 0.5:
            at = self.random.randrange(len(block))
            block = block[:at] + bytes([block[at] ^ 0x20]) + block[at + 1 :]
        start = 0
        while start < len(block):
            size = self._size(len(block))
            self.writer.write(block[start : start + size])
            await self.writer.drain()
            start += size
            if self.fault is Fault.SLOW:
                await asyncio.sleep(0.02)

    def _size(self, length: int) -> int:
        if self.fault is Fault.SLOW:
            return 512
        if self.fault is Fault.SLICES:
            return self.random.randint(1, 40)
        return length


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    with suppress(OSError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    """Run the proxy in a thread."""
    ready = threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        stop = asyncio.Event()
        loops.append((asyncio.get_running_loop(), stop))
        await proxy.run(ready, stop)

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    ready.wait()
    try:
        yield proxy
    finally:
        [(loop, stop)] = loops
        loop.call_soon_threadsafe(stop.set)
        thread.join()
