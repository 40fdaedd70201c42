"""The parties of a place: in one process without HTTP, or one of them in a process of its own."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from crashlab.ats import NAME, ForgetfulAdapter
from crashlab.place import MEMBERS, Place, ShiftedClock, runtime

from fachkraft_share import limits
from fachkraft_share.member.facade import Member
from fachkraft_share.node.folder import open_node
from fachkraft_share.node.service import Node
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.machine import NoTransport
from fachkraft_share.ports.runtime import Request, Response, Transport

Say = Callable[..., None]
ROUNDS = 6  # of synchronising after a fault; an hour passes between two
PAUSE = limits.RETRY_LAST // 4


def silent(what: str, **told: Any) -> None:
    """Say nothing."""


def tell(say: Say, request: Request) -> None:
    """Say what is about to leave."""
    asked = request.body.decode() if request.operation == "POST /poll" else ""
    say("calls", operation=request.operation, asked=asked)


@attrs.frozen
class Telling:
    """A transport that tells what leaves, before it leaves; `node` is where it really goes."""

    inner: Transport
    node: str
    say: Say

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Tell and pass on."""
        tell(self.say, request)
        return self.inner.call(self.node, request)


@attrs.define(eq=False)
class Alone:
    """What one process works with: the one party it opens, and the way to the others."""

    place: Place
    say: Say
    url: str = ""
    ats: str = ""
    clock: ShiftedClock = attrs.field(factory=ShiftedClock)

    def node(self) -> Node:
        """Open the node."""
        return open_node(self.place.node, runtime=runtime(self.clock, NoTransport()))

    def member(self, name: str) -> Member:
        """Open a member that reaches the node over HTTP."""
        transport = Telling(HttpTransport(), self.url, self.say)
        return Member.open(
            self.place.member(name),
            runtime=runtime(self.clock, transport),
            adapters=adapters(name, self.ats, say=self.say),
        )


@attrs.frozen
class Straight:
    """A transport to the node in this process."""

    parties: "Together"

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Tell what leaves, and carry the call to the node."""
        tell(self.parties.say, request)
        return self.parties.node().handle(request)


@attrs.define(eq=False)
class Together:
    """All parties in this process, each on its own folder; calls go straight to the node."""

    place: Place
    ats: str = ""
    say: Say = silent
    clock: ShiftedClock = attrs.field(factory=ShiftedClock)
    _node: Node | None = None
    _members: dict[str, Member] = attrs.field(factory=dict)

    def node(self) -> Node:
        """Return the node."""
        if self._node is None:
            self._node = open_node(self.place.node, runtime=runtime(self.clock, NoTransport()))
        return self._node

    def member(self, name: str) -> Member:
        """Return a member."""
        if name not in self._members:
            self._members[name] = Member.open(
                self.place.member(name),
                runtime=runtime(self.clock, self.transport),
                adapters=adapters(name, self.ats, say=self.say),
            )
        return self._members[name]

    @property
    def transport(self) -> Transport:
        """The way to the node."""
        return Straight(self)

    def settle(self, rounds: int = ROUNDS) -> None:
        """Let time pass and everybody work until the news has gone round."""
        for _ in range(rounds):
            self.clock.shift += PAUSE
            self.node().tick()
            for name in MEMBERS:
                self.member(name).sync()

    def close(self) -> None:
        """Close all files."""
        for member in self._members.values():
            member.close_files()
        self._members.clear()
        if self._node is not None:
            self._node.exchange.store.close()  # type: ignore[attr-defined]
            self._node = None


def adapters(name: str, ats: str, *, say: Say = silent) -> Mapping[str, AtsAdapter]:
    """Return the systems a member is connected to."""
    return {NAME: ForgetfulAdapter(ats, say)} if ats and name == "beispiel" else {}
