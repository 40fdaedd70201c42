"""A real node on a real socket, and members that speak the protocol by hand."""

import base64
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.consent import Withdrawal
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.model.profile import Endorsement, Level, Profile, Rank, Years
from fachkraft_share.node import security_log
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.lists import sign_statement
from fachkraft_share.protocol.message import sign_document, sign_event
from fachkraft_share.protocol.parts import part_profile
from fachkraft_share.wire import keys as wire_keys
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire.encoding import b64, sha256, unb64
from fachkraft_share.wire.ids import referral_id
from fachkraft_share.wire.suite import Standard

NODE = "https://node.harz.example"
PROFILE = Profile(
    occupation="434",
    level=Level.SPECIALIST,
    years=Years.UP_TO_9,
    region="de",
    skills=("java",),
    endorsement=Endorsement(Rank.SECOND, ("careful",), would_have_hired=True),
)
SUITE = Standard()


def fresh() -> str:
    """Return a fresh id."""
    return b64(secrets.token_bytes(limits.ID_BYTES))


@attrs.define
class Alliance:
    """A served node and whoever joined it."""

    node: Node
    url: str
    urls: list[str] = attrs.field(factory=list)  # of all processes, where there are several

    def now(self) -> int:
        """Return the node's time."""
        return self.node.exchange.now()

    def join(self, name: str) -> "Party":
        """Let a member join by a one-time code."""
        party = self.party(name)
        body = {"code": self.code(name), "application": party.application()}
        answer = requests.post(f"{self.url}/members", json=body, timeout=10)
        assert answer.status_code == 201, answer.text
        return party

    def party(self, name: str) -> "Party":
        """Return somebody who has not joined."""
        return Party(self, f"https://{name}-{secrets.token_hex(4)}.example")

    def code(self, name: str = "neu") -> str:
        """Return a one-time code."""
        return self.node.enrolment.invite(name.title(), [Role.EMPLOYER])


class Party:
    """A member over HTTP."""

    def __init__(self, alliance: Alliance, id: str) -> None:
        at = alliance.now()
        window: Any = {"not_before": at - limits.DAY, "not_after": at + 700 * limits.DAY}
        self.alliance, self.id, self.url = alliance, id, alliance.url
        self.sign = wire_keys.signing_key(secrets.token_bytes(32), **window, suite=SUITE)
        self.seal = wire_keys.sealing_key(secrets.token_bytes(32), **window, suite=SUITE)
        self.cursors: dict[str, str | None] = {"closures": None, "events": None}

    def application(self) -> str:
        """Sign what this member says of itself."""
        at, keys = self.alliance.now(), (self.sign.public(SUITE), self.seal.public(SUITE))
        stated = Organisation(self.id, "?", (Role.EMPLOYER,), keys)
        said = MemberStatement(self.id, at, at + 90 * limits.DAY, stated)
        return sign_statement(said, key=self.sign, suite=SUITE)

    def authorization(self, request: Request, *, skew: int = 0, aud: str = NODE) -> str:
        """Sign a request."""
        return tokens.make(
            iss=self.id,
            aud=aud,
            op=request.op,
            body=request.body,
            at=self.alliance.now() + skew,
            jti=fresh(),
            key=self.sign,
            suite=SUITE,
        )

    def call(
        self, operation: str, body: Any = None, *, resource: str = "", query: str = "", **more: Any
    ) -> requests.Response:
        """Make an authenticated call."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        request = Request(operation, resource, query, raw)
        method, _, path = request.op.partition(" ")
        headers = {
            "Authorization": self.authorization(request, skew=more.get("skew", 0)),
            "Content-Type": more.get("content_type", "application/json"),
        }
        session = more.get("session", requests)
        return session.request(
            method, f"{self.url}{path}", data=raw, headers=headers, timeout=more.get("timeout", 30)
        )

    def poll(self, **more: Any) -> dict[str, Any]:
        """Poll from the own cursors and keep the next ones."""
        answer = self.call("POST /poll", {**self.cursors, **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.cursors = dict(found["next"])
        return found

    def event(self, payload: Any, *, aud: str, referral: str | None) -> str:
        """Sign an event."""
        name = next(name for name, kind in payloads.PAYLOADS.items() if isinstance(payload, kind))
        return sign_event(
            name,
            payload,
            iss=self.id,
            aud=aud,
            referral=referral,
            jti=fresh(),
            at=self.alliance.now(),
            key=self.sign,
            suite=SUITE,
        )

    def answers(self) -> dict[str, str]:
        """Return the hashes of persons' answers that came since the last poll, by request."""
        found: dict[str, str] = {}
        more = True
        while more:
            polled = self.poll()
            more = polled["status"]["more"]
            for body in (read_event(one["token"]) for one in polled["events"]):
                if "answer" in body:
                    found[str(body["request"])] = str(body["answer"])
        return found

    def post(self, *events: Any) -> list[dict[str, str]]:
        """Post events, each a token or a dictionary with what travels along."""
        listed = [{"token": one} if isinstance(one, str) else one for one in events]
        answer = requests.post(f"{self.url}/events", json={"events": listed}, timeout=30)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, str]] = answer.json()["answers"]
        return found

    def draft(self, **invited: Any) -> "Recommended":
        """Invite a candidate and make the draft, not yet posted."""
        answer = self.call("POST /invitations", {"ref": fresh(), **invited})
        assert answer.status_code == 201, answer.text
        told = answer.json()
        nonce = secrets.token_bytes(limits.ID_BYTES)
        id = referral_id(self.id, unb64(told["key"]), nonce)
        parted = part_profile(PROFILE, salts=(secrets.token_bytes(16) for _ in range(20)))
        end = self.alliance.now() + 300 * limits.DAY
        body = payloads.ReferralPublished(0, end, told["key"], b64(nonce), dict(parted.hashes))
        token = self.event(body, aud=f"{NODE}/members", referral=id)
        posted = {"token": token, "parts": list(parted.texts)}
        return Recommended(self, id, posted, told["key"], b64(nonce), told["link"] or "")

    def recommend(self, **invited: Any) -> "Recommended":
        """Invite a candidate and post the draft."""
        made = self.draft(**invited)
        [said] = self.post(made.posted)
        assert said["status"] == "accepted", said
        return made


@attrs.define
class Recommended:
    """A draft and the person it is about, who acts at the desk."""

    origin: Party
    id: str
    posted: dict[str, Any] = attrs.field(repr=False)
    key: str
    nonce: str
    link: str
    manage: str = ""

    @property
    def secret(self) -> str:
        """The secret of the invitation's link."""
        return self.link.rpartition("/")[2]

    def grant(self) -> "Recommended":
        """Give consent for everything asked."""
        desk = self.origin.alliance.node.desk
        self.manage = desk.grant(self.secret, everything(desk.open(self.secret)))
        return self

    def withdraw(self) -> None:
        """Take consent back."""
        self.origin.alliance.node.desk.withdraw(self.manage)

    def withdrawal(self) -> str:
        """Sign a withdrawal with the link's key."""
        at = self.origin.alliance.now()
        key = candidate_key(unb64(self.secret), purpose=wire_keys.CONSENT_KEY, suite=SUITE)
        end = at + 300 * limits.DAY
        said = Withdrawal(
            self.id, self.origin.id, self.key, self.nonce, "all", "withdrawn", end, at, fresh()
        )
        return sign_document(said, key=key, suite=SUITE)

    def asked(self, requester: Party) -> str:
        """Let a member ask for contact and the person agree; return the request's id."""
        id = fresh()
        wish = payloads.ContactRequested(id, 0, self.origin.seal.kid, b64(b"sealed"))
        token = requester.event(wish, aud=self.origin.id, referral=self.id)
        notice = f"{requester.id}/notice"
        shown = payloads.ContactPresented(id, requester.id, 0, "Backend", "Hallo", notice)
        told = self.origin.event(shown, aud=NODE, referral=self.id)
        for by, one in ((requester, token), (self.origin, told)):
            [said] = by.post(one)
            assert said["status"] == "accepted", said
        self.origin.alliance.node.desk.answer(self.manage, id, True, requester=requester.id)
        return id

    def answer_of(self, request: str) -> str:
        """Return the hash of the person's answer, as the origin learns it."""
        return self.origin.answers()[request]

    def put(self, requester: Party, blob: bytes) -> requests.Response:
        """Put a sealed dossier."""
        query = f"to={requester.id}&referral={self.id}"
        return self.origin.call("PUT /blobs", blob, resource=sha256(blob), query=query)

    def disclosure(self, requester: Party, request: str, *, answer: str, blob: bytes) -> str:
        """Sign the disclosure of a dossier."""
        kid = requester.seal.kid
        said = payloads.ContactDisclosed(request, 0, sha256(blob), len(blob), kid, answer)
        return self.origin.event(said, aud=requester.id, referral=self.id)


def read_event(token: str) -> dict[str, Any]:
    """Return what an event says, without looking at its signature."""
    return dict(read_claims(token)["body"])


def read_claims(token: str) -> dict[str, Any]:
    """Return an event's claims, with its `event` and `body`; the signature is not looked at."""
    part = token.split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    [(event, body)] = found.pop("events").items()
    return {**found, "event": event.removeprefix("urn:fks:event:").rpartition(":")[0], "body": body}


@contextmanager
def served(folder: Path) -> Iterator[Alliance]:
    """Serve a fresh node on SQLite."""
    founding = Founding(NODE, "https://harz.example", name="Knoten Harz")
    node = init(folder / "node", founding, root=folder / "root.json")
    with serving(node) as url:
        yield Alliance(node, url)
    node.exchange.store.close()  # type: ignore[attr-defined]


@contextmanager
def process(folder: Path) -> Iterator[str]:
    """Serve a node's folder by a process of its own; give its address."""
    command = [sys.executable, "-m", "fachkraft_share.cli", "node", "serve", "--json"]
    command += ["--folder", str(folder), "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as running:
        try:
            assert running.stdout is not None
            yield str(json.loads(running.stdout.readline())["serving"])
        finally:
            running.terminate()
            _, errors = running.communicate(timeout=60)
    surprises = [one for one in errors.splitlines() if f"logger={security_log.NAME} " not in one]
    assert (running.returncode, surprises) == (0, [])


@contextmanager
def several(folder: Path, database: str, *, count: int = 2) -> Iterator[Alliance]:
    """Serve a fresh node by several processes; this one is another, for the candidates' pages."""
    founding = Founding(NODE, "https://harz.example", name="Knoten Harz", database=database)
    node = init(folder / "node", founding, root=folder / "root.json")
    with ExitStack() as stack:
        urls = [stack.enter_context(process(folder / "node")) for _ in range(count)]
        yield Alliance(node, urls[0], urls)
    node.exchange.store.close()  # type: ignore[attr-defined]


@pytest.fixture(params=["sqlite", "postgres"])
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Alliance]:
    """Return a node served by two processes over one database."""
    if request.param == "sqlite":
        with several(tmp_path, "") as found:
            yield found
        return
    from fachkraft_share.testing.databases import URL, fresh_database, server_url

    server = server_url()
    if server is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    with fresh_database(server) as url, several(tmp_path, url) as found:
        yield found


@pytest.fixture
def claims() -> Any:
    """Return what reads an event's claims."""
    return read_claims


@pytest.fixture
def another() -> Any:
    """Return what serves a folder by one more process."""
    return process


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alliance]:
    """Return a served node; the tests of a file share it, each with members of its own."""
    with served(tmp_path_factory.mktemp("alliance")) as found:
        yield found


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alliance]:
    """Return a node with so little patience that tests need not wait."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("BODY_SECONDS", "BLOB_SECONDS", "HEADER_SECONDS", "DRAIN_SECONDS"):
            patch.setattr(limits, name, 1)
        with served(tmp_path_factory.mktemp("hasty")) as found:
            yield found


@pytest.fixture
def make_blob() -> Any:
    """Return what makes a sealed dossier of the smallest size."""
    return lambda: secrets.token_bytes(limits.BLOB_CLASSES[0])


@pytest.fixture
def join() -> Any:
    """Return what lets a member join a served node."""
    return lambda node, url: Alliance(node, url).join("muster")
