"""One alliance on disk: a node served in a process of its own, and members that speak to it.

What a figure needs before it can be measured, invitations and consents of thousands of people, is
written through the node's own services in this process, over the same database.
"""

import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.folder import create
from fachkraft_share.member.joining import Newcomer
from fachkraft_share.model.organisation import Role
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    Endorsement,
    LanguageSkill,
    Level,
    Profile,
    Rank,
    WorkModel,
    Years,
)
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.service import Node
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.machine import SystemClock, SystemIds
from fachkraft_share.ports.runtime import Request, Runtime
from fachkraft_share.protocol.message import sign_event
from fachkraft_share.protocol.parts import part_profile
from fachkraft_share.protocol.payloads import ReferralPublished
from fachkraft_share.protocol.records import Invitation
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.ids import referral_id
from fachkraft_share.wire.keys import CONSENT_KEY
from fachkraft_share.wire.suite import Standard

SUITE = Standard()
PROFILE = Profile(
    occupation="43414",
    level=Level.SPECIALIST,
    years=Years.UP_TO_9,
    region="plz:38",
    skills=("java", "python", "sql"),
    languages=(LanguageSkill("de", Cefr.C2), LanguageSkill("en", Cefr.B2)),
    availability=Availability.NOW,
    work_model=WorkModel.HYBRID,
    endorsement=Endorsement(Rank.SECOND, ("careful",), would_have_hired=True),
)
_STARTED = re.compile(r"http://[0-9.:]+")


@attrs.frozen
class Drafted:
    """One referral ready to be posted; the person's link opens with the secret."""

    token: str = attrs.field(repr=False)
    parts: tuple[str, ...] = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)

    def plain(self) -> dict[str, Any]:
        """Return it as it is posted."""
        return {"token": self.token, "with": [], "parts": list(self.parts)}


def posting(drafts: Sequence[Drafted]) -> bytes:
    """Return the body of one posting of them all."""
    return strict.write({"events": [one.plain() for one in drafts]})


@attrs.define(eq=False)
class Town:
    """A served node; `inside` is the same node opened in this process."""

    folder: Path
    url: str
    pid: int
    inside: Node
    database: str = attrs.field(default="", repr=False)

    @property
    def id(self) -> str:
        """The node's id."""
        return self.inside.id

    @property
    def members(self) -> str:
        """The audience of what all members read."""
        return f"{self.id}/members"

    def servers(self) -> tuple[int, ...]:
        """Return all processes that serve: the node's and the database's."""
        return (self.pid, *(_backends(self.database) if self.database else ()))

    def join(self, name: str) -> Engine:
        """Let a member join; it has a folder of its own and speaks HTTP."""
        code = self.inside.enrolment.invite(name.title(), [Role.EMPLOYER])
        runtime = Runtime(SystemClock(), SystemIds(), SUITE, HttpTransport())
        newcomer = Newcomer(f"https://{name}.example", f"{name.title()} GmbH")
        notice = f"{newcomer.id}/datenschutz"
        return create(self.folder / name, code, newcomer, notice=notice, runtime=runtime)

    def draft(self, origin: Engine, count: int) -> list[Drafted]:
        """Prepare referrals of a member, each with its invitation in the node's store."""
        made, invitations = [], []
        for _ in range(count):
            secret = secrets.token_bytes(limits.SECRET_BYTES)
            one, invitation = _drafted(origin, secret, to=self.members)
            made.append(one)
            invitations.append(invitation)
        with self.inside.exchange.store.begin() as transaction:
            for invitation in invitations:
                transaction.put(invitation)
        return made

    def grant(self, drafts: list[Drafted]) -> None:
        """Let every person consent to everything, at the desk's façade."""
        self.inside.exchange.members.look()  # the served process signs lists, too
        for one in drafts:
            desk = self.inside.desk
            desk.grant(one.secret, everything(desk.open(one.secret)))

    def authorization(self, member: Engine, operation: str, body: bytes) -> str:
        """Sign one request of a member."""
        request = Request(operation, "", "", body)
        return tokens.make(
            iss=member.id,
            aud=self.id,
            op=request.op,
            body=body,
            at=member.now(),
            jti=member.voice.new_id(),
            key=member.signing_key(),
            suite=SUITE,
        )


def _drafted(origin: Engine, secret: bytes, *, to: str) -> tuple[Drafted, Invitation]:
    at, nonce = origin.now(), secrets.token_bytes(limits.ID_BYTES)
    key = SUITE.public(candidate_key(secret, purpose=CONSENT_KEY, suite=SUITE).seed)
    referral = referral_id(origin.id, key, nonce)
    parted = part_profile(PROFILE, salts=(secrets.token_bytes(16) for _ in range(20)))
    end = at + 300 * limits.DAY
    token = sign_event(
        "referral.published",
        ReferralPublished(0, end, b64(key), b64(nonce), dict(parted.hashes)),
        iss=origin.id,
        aud=to,
        referral=referral,
        jti=origin.voice.new_id(),
        at=at,
        key=origin.signing_key(),
        suite=SUITE,
    )
    invitation = Invitation(b64(key), origin.id, origin.voice.new_id(), "attested", "de", at)
    return Drafted(token, parted.texts, b64(secret)), invitation


@contextmanager
def town(folder: Path, *, name: str = "goslar", database: str = "") -> Iterator[Town]:
    """Found an alliance in the folder and serve its node while the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    founding = Founding(
        f"https://node.{name}.example",
        f"https://{name}.example",
        name=f"Knoten {name.title()}",
        region="plz:38",
        url=f"http://127.0.0.1:{port}",
        database=database,
    )
    inside = init(folder / "node", founding, root=folder / "root.json")
    command = [sys.executable, "-m", "fachkraft_share.cli", "node", "serve"]
    command += ["--folder", str(folder / "node"), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield Town(folder, _address(process), process.pid, inside, database)
        finally:
            process.terminate()


def _backends(database: str) -> Iterator[int]:
    """Yield the processes of a database server on this machine."""
    import psycopg

    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        backend: int = connection.info.backend_pid
    server = _parent(backend)
    yield server
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and _parent(int(entry.name)) == server:
            yield int(entry.name)


def _parent(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _address(process: "subprocess.Popen[str]") -> str:
    if process.stdout is None:
        raise OSError("the node says nothing")
    for line in process.stdout:
        if found := _STARTED.search(line):
            return found.group()
    raise OSError("the node did not start")
