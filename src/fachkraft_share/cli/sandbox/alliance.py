"""An alliance to throw away: a node and two members as real folders, in this process, no network.

Everything in it is real but the way: what is signed is signed, what is refused is refused.
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, Member
from fachkraft_share.errors import BusyError, SetupError, StateError, UnreachableError
from fachkraft_share.node.folder import init, open_node
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings_file import Founding
from fachkraft_share.ports.file_lock import attempted
from fachkraft_share.ports.machine import SystemClock, SystemIds
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.testing.person import Person
from fachkraft_share.wire.suite import Standard

NODE: Final = "https://node.sandbox.example"
ORIGIN, RECIPIENT = "origin", "recipient"
_MARK: Final = "sandbox.txt"
_ROUNDS: Final = 12  # of synchronising, until all news has gone round
_OCCUPATION: Final = "43414"


@attrs.frozen
class _Direct:
    """Calls the node in this process."""

    node: Node

    def call(self, node: str, request: Request) -> Response:
        """Answer the request."""
        if node != NODE:
            raise UnreachableError("a sandbox reaches its own node only")
        return self.node.handle(request)


class Sandbox:
    """The alliance; `new_case` begins with another invented person each time."""

    def __init__(self, node: Node, members: dict[str, Member]) -> None:
        self._node = node
        self._members = members
        self.referral = ""
        self._person: Person | None = None

    @property
    def origin(self) -> Member:
        """The company that recommends."""
        return self._members[ORIGIN]

    @property
    def recipient(self) -> Member:
        """The company that looks for somebody."""
        return self._members[RECIPIENT]

    def member(self, name: str) -> Member:
        """Return one of them."""
        return self._members[name]

    @property
    def the_person(self) -> Person:
        """Who holds the link of the newest case."""
        if self._person is None:
            raise StateError("nobody was recommended yet")
        return self._person

    def new_case(self) -> Person:
        """Let the origin recommend an invented person; return who holds the link."""
        number = secrets.token_hex(4)
        candidate = Candidate(
            given=f"Probe{number}",
            family="Sandkasten",
            email=f"{number}@mail.example",
            postcode="38640",
            title="Softwareentwicklerin",
            occupation=_OCCUPATION,
            skills=("Python", "SQL"),
            documents=(
                Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 sandbox %%EOF"),
            ),
        )
        today = dt.datetime.now(tz=dt.UTC).date()
        asked = self.origin.recommend(
            candidate,
            Endorsement(rank="second"),
            application=f"sandbox-{number}",
            rejected_on=today - dt.timedelta(days=3),
        )
        if asked.link is None:
            raise SetupError("the sandbox's node mailed the link; make the sandbox anew")
        self._person = Person(
            desk=lambda: self._node.desk,
            suite=Standard(),
            root=self._node.exchange.root,
            now=SystemClock().now,
            secret=asked.link.rpartition("/")[2],
        )
        self.settle()
        self.referral = asked.referral
        return self._person

    def settle(self) -> None:
        """Let everybody synchronise until there is no news any more."""
        for _ in range(_ROUNDS):
            reports = [member.sync() for member in self._members.values()]
            self._node.tick()
            if not any(one.received or one.sent or one.tasks for one in reports):
                return


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """Open the sandbox in a folder, or make it in a new or empty one.

    Raises:
        SetupError: something else is in the folder.
    """
    new = not (folder / _MARK).exists()
    if new and folder.exists() and any(folder.iterdir()):
        raise SetupError(f"{folder} is not empty and no sandbox; name another: --sandbox FOLDER")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with attempted(folder / "lock") as alone:
        if not alone:
            raise BusyError("another process plays in this sandbox")
        node = _node(folder)
        runtime = Runtime(SystemClock(), SystemIds(), Standard(), _Direct(node))
        members = {name: _member(folder, name, node, runtime) for name in (ORIGIN, RECIPIENT)}
        if new:
            members[RECIPIENT].add_search(occupation=_OCCUPATION, near="38640", within_km=50)
            (folder / _MARK).write_text("A sandbox of fachkraft-share: throw it away.\n", "utf-8")
        try:
            yield Sandbox(node, members)
        finally:
            for member in members.values():
                member.close_files()
            node.exchange.store.close()  # type: ignore[attr-defined]


def _node(folder: Path) -> Node:
    runtime = Runtime(SystemClock(), SystemIds(), Standard(), _Nowhere())
    if (folder / "node" / "node.toml").exists():
        return open_node(folder / "node", runtime=runtime)
    founding = Founding(NODE, "https://sandbox.example", authority_name="Sandbox")
    return init(folder / "node", founding, root=folder / "root.json", runtime=runtime)


class _Nowhere:
    """The way from the sandbox's node to others: there are none."""

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Reach nobody."""
        raise UnreachableError("a sandbox has no partners")


def _member(folder: Path, name: str, node: Node, runtime: Runtime) -> Member:
    place = folder / name
    if (place / "config.toml").exists():
        return Member.open(place, runtime=runtime)
    id = f"https://{name}.example"
    code = node.enrolment.invite(name.title(), ["employer"])
    notice = f"{id}/notice"
    return Member.join(place, code, id=id, name=name.title(), notice=notice, runtime=runtime)
