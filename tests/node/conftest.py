"""A node in memory or in a file, members with real keys, and a person at the desk."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.consent import Withdrawal
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.model.profile import Endorsement, Level, Profile, Rank, Years
from fachkraft_share.node.alliance.founding import found, root_key
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.keys import make_keys
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings import Settings
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.protocol.erasure import write_receipt
from fachkraft_share.protocol.lists import sign_statement
from fachkraft_share.protocol.message import sign_document, sign_event
from fachkraft_share.protocol.parts import part_profile
from fachkraft_share.protocol.payloads import (
    PAYLOADS,
    CategoryErased,
    ContactDisclosed,
    ContactPresented,
    ContactRequested,
    ErasureState,
    ReceiptItem,
    ReferralPublished,
)
from fachkraft_share.protocol.records import Contact, Tombstone
from fachkraft_share.testing.memory import MemoryJournal, MemoryStore
from fachkraft_share.wire import keys as wire_keys
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire.encoding import b64, sha256, unb64
from fachkraft_share.wire.ids import referral_id
from fachkraft_share.wire.suite import Standard

NOW = 1_795_305_600
NODE = "https://node.harz.example"
AUTHORITY = "https://harz.example"
PROFILE = Profile(
    occupation="434",
    level=Level.SPECIALIST,
    years=Years.UP_TO_9,
    region="de",
    skills=("java",),
    endorsement=Endorsement(Rank.SECOND, ("careful",), would_have_hired=True),
)


def seed(name: str) -> bytes:
    """Return 32 bytes that follow from a name."""
    return hashlib.sha256(f"fachkraft-share node tests: {name}".encode()).digest()


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> int:
        """Return the time."""
        return self.time


class Ids:
    """Bytes that follow from a counter."""

    def __init__(self, name: str = "ids") -> None:
        self.count = 0
        self.name = name

    def random(self, size: int) -> bytes:
        """Return the next bytes."""
        self.count += 1
        return seed(f"{self.name} {self.count}")[:size]


class Offline:
    """The node calls nobody."""

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Refuse."""
        raise AssertionError("the node must not call out")


@attrs.define
class World:
    """A node that can be thrown away and opened again on the same store and journal."""

    runtime: Runtime
    store: Any
    journal: MemoryJournal
    settings: Settings
    keys: Any
    node: Node = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.open()
        found(self.node, root=self.root, authority_name="Allianz Harz")

    @property
    def root(self) -> wire_keys.PrivateKey:
        """The alliance's root key."""
        return root_key(seed("root"), at=NOW, suite=self.runtime.sealer)

    def open(self) -> Node:
        """Start the node, again."""
        self.node = Node(self.runtime, self.store, self.journal, self.settings, self.keys)
        return self.node

    @property
    def clock(self) -> Clock:
        """The clock, to be set."""
        return self.runtime.clock  # type: ignore[return-value]

    def wait(self, seconds: int) -> None:
        """Let time pass and let the worker have its turn."""
        self.clock.time += seconds
        self.node.tick()

    def join(self, name: str, *, role: Role = Role.EMPLOYER, **details: Any) -> "Party":
        """Let a member join by a one-time code."""
        party = Party(self, f"https://{name}.example")
        code = self.node.enrolment.invite(name.title(), [role], **details)
        assert party.apply(code).status == 201
        return party

    def every(self, record: Any, /, **equal: Any) -> tuple[Any, ...]:
        """Return all records with these values."""
        with self.store.begin(write=False) as transaction:
            return transaction.every(record, **equal)  # type: ignore[no-any-return]

    def number(self) -> int:
        """Return the number of the newest list."""
        newest = self.node.exchange.directory().newest
        assert newest is not None
        return newest.name.number


class Party:
    """A member that speaks the protocol by hand."""

    def __init__(self, world: World, id: str, *, version: str = "1") -> None:
        suite = world.runtime.sealer
        window = {"not_before": NOW - limits.DAY, "not_after": NOW + 3000 * limits.DAY}
        self.world, self.id = world, id
        self.sign = wire_keys.signing_key(seed(f"{id} sign {version}"), **window, suite=suite)
        self.seal = wire_keys.sealing_key(seed(f"{id} seal {version}"), **window, suite=suite)
        self.cursors: dict[str, str | None] = {"closures": None, "events": None}
        self.ids = Ids(f"{id} {version}")

    def fresh(self) -> str:
        """Return a fresh id."""
        return b64(self.ids.random(limits.ID_BYTES))

    def application(self, *, by: wire_keys.PrivateKey | None = None, **changed: Any) -> str:
        """Sign what this member says of itself."""
        at, suite = self.world.clock.now(), self.world.runtime.sealer
        stated = Organisation(
            self.id, "?", (Role.EMPLOYER,), (self.sign.public(suite), self.seal.public(suite))
        )
        said = MemberStatement(self.id, at, at + 90 * limits.DAY, attrs.evolve(stated, **changed))
        return sign_statement(said, key=by or self.sign, suite=suite)

    def apply(self, code: str | None, *, application: str | None = None) -> Response:
        """Post an application."""
        body = {"code": code, "application": application or self.application()}
        return self.world.node.handle(Request("POST /members", body=json.dumps(body).encode()))

    def call(
        self, operation: str, body: Any = None, *, resource: str = "", query: str = "", **more: Any
    ) -> Response:
        """Make an authenticated call."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        request = Request(operation, resource, query, raw)
        token = tokens.make(
            iss=self.id,
            aud=more.get("aud", NODE),
            op=request.op,
            body=raw,
            at=self.world.clock.now() + more.get("skew", 0),
            jti=more.get("jti") or self.fresh(),
            key=self.sign,
            suite=self.world.runtime.sealer,
        )
        return self.world.node.handle(attrs.evolve(request, authorization=token))

    def poll(self, **more: Any) -> dict[str, Any]:
        """Poll from the own cursors and keep the next ones."""
        answer = self.call("POST /poll", {**self.cursors, **more})
        assert answer.status == 200, answer.body
        found: dict[str, Any] = json.loads(answer.body)
        self.cursors = dict(found["next"])
        return found

    def event(self, payload: Any, *, aud: str, referral: str | None, **more: Any) -> str:
        """Sign an event."""
        name = next(name for name, kind in PAYLOADS.items() if isinstance(payload, kind))
        return sign_event(
            name,
            payload,
            iss=more.get("iss", self.id),
            aud=aud,
            referral=referral,
            jti=more.get("jti") or self.fresh(),
            at=self.world.clock.now(),
            key=self.sign,
            suite=self.world.runtime.sealer,
        )

    def post(self, *events: Any) -> list[dict[str, str]]:
        """Post events, each a token or a dictionary with what travels along."""
        listed = [{"token": one} if isinstance(one, str) else one for one in events]
        body = json.dumps({"events": listed}).encode()
        answer = self.world.node.handle(Request("POST /events", body=body))
        assert answer.status == 200, answer.body
        found: list[dict[str, str]] = json.loads(answer.body)["answers"]
        return found

    def receipt(
        self, referral: str, *, state: ErasureState = ErasureState.ERASED
    ) -> dict[str, str]:
        """Sign a receipt for the closure of a referral."""
        [tombstone] = self.world.every(Tombstone, referral=referral)
        item = ReceiptItem(
            referral,
            tombstone.closure,
            tombstone.scope,
            self.world.clock.now(),
            tuple(CategoryErased(one, ErasureState(state)) for one in ("profile", "dossier")),
            ("store",),
            second_look=True,
        )
        said, parts = write_receipt([item], salts=[self.ids.random(16)])
        token = self.event(said, aud=NODE, referral=None)
        return self.post({"token": token, "parts": list(parts)})[0]

    def recommend(self, **invited: Any) -> "Recommended":
        """Invite a candidate and post the draft."""
        asked = self.call("POST /invitations", {"ref": self.fresh(), **invited})
        assert asked.status == 201, asked.body
        told = json.loads(asked.body)
        nonce = self.ids.random(limits.ID_BYTES)
        id = referral_id(self.id, unb64(told["key"]), nonce)
        parted = part_profile(PROFILE, salts=(self.ids.random(16) for _ in range(20)))
        end = self.world.clock.now() + 300 * limits.DAY
        body = ReferralPublished(0, end, told["key"], b64(nonce), dict(parted.hashes))
        draft = self.event(body, aud=f"{NODE}/members", referral=id)
        posted = {"token": draft, "parts": list(parted.texts)}
        [said] = self.post(posted)
        assert said["status"] == "accepted", said
        return Recommended(self.world, id, posted, told["key"], b64(nonce), told["link"], self)


@attrs.define
class Recommended:
    """A draft and the person it is about, who acts at the desk."""

    world: World
    id: str
    posted: dict[str, Any]
    key: str
    nonce: str
    link: str | None
    origin: Party
    manage: str = ""

    @property
    def secret(self) -> str:
        """The secret of the invitation's link."""
        assert self.link is not None
        return self.link.rpartition("/")[2]

    def grant(self, *, excluded: tuple[str, ...] = ()) -> "Recommended":
        """Give consent for everything asked."""
        desk = self.world.node.desk
        choice = attrs.evolve(everything(desk.open(self.secret)), excluded=excluded)
        self.manage = desk.grant(self.secret, choice)
        return self

    def ask(self, requester: Party, *, request: str = "") -> str:
        """Let a member ask for contact; return the request's id."""
        id = request or requester.fresh()
        said = ContactRequested(id, 1, self.origin.seal.kid, b64(b"sealed wish"))
        token = requester.event(said, aud=self.origin.id, referral=self.id)
        [answer] = requester.post(token)
        assert answer["status"] == "accepted", answer
        return id

    def present(self, requester: Party, request: str) -> None:
        """Let the origin show the request at the desk."""
        said = ContactPresented(
            request, requester.id, 2, "Backend", "Guten Tag", "https://n.example"
        )
        [answer] = self.origin.post(self.origin.event(said, aud=NODE, referral=self.id))
        assert answer["status"] == "accepted", answer

    def agree(self, requester: Party) -> str:
        """Ask, present and let the person accept; return the request's id."""
        request = self.ask(requester)
        self.present(requester, request)
        self.world.node.desk.answer(self.manage, request, accept=True)
        return request

    def answered(self) -> str:
        """Return the hash of the answer the person gave."""
        [contact] = self.world.every(Contact, referral=self.id)
        assert contact.answered is not None
        return str(contact.answered)

    def put_blob(self, requester: Party, *, content: bytes = b"") -> Response:
        """Let the origin deposit a sealed dossier."""
        raw = content or bytes(limits.BLOB_CLASSES[0])
        query = urlencode({"to": requester.id, "referral": self.id})
        name = sha256(raw)
        return self.origin.call("PUT /blobs", raw, resource=name, query=query)

    def disclose(self, requester: Party, request: str, *, content: bytes = b"") -> dict[str, str]:
        """Let the origin say that the dossier lies there."""
        raw = content or bytes(limits.BLOB_CLASSES[0])
        said = ContactDisclosed(
            request, 3, sha256(raw), len(raw), requester.seal.kid, self.answered()
        )
        return self.origin.post(self.origin.event(said, aud=requester.id, referral=self.id))[0]

    def withdrawal(self, **changed: Any) -> dict[str, Any]:
        """Return the body of a withdrawal signed with the invitation's key."""
        suite = self.world.runtime.sealer
        end = self.world.clock.now() + 300 * limits.DAY
        body = Withdrawal(
            self.id,
            self.origin.id,
            self.key,
            self.nonce,
            "all",
            "withdrawn",
            end,
            self.world.clock.now(),
            self.origin.fresh(),
        )
        raw = wire_keys.derive(unb64(self.secret), purpose=wire_keys.CONSENT_KEY)
        key = wire_keys.signing_key(raw, not_before=0, not_after=2 * NOW, suite=suite)
        token = sign_document(attrs.evolve(body, **changed), key=key, suite=suite)
        return {"withdrawal": token, "with": []}

    def withdraw(self, **changed: Any) -> Response:
        """Hand in a withdrawal as anybody may."""
        body = json.dumps(self.withdrawal(**changed)).encode()
        return self.world.node.handle(Request("POST /withdrawals", body=body))

    @property
    def sha256(self) -> str:
        """The draft's hash."""
        return sha256(self.posted["token"].encode())


@pytest.fixture
def make_world() -> Callable[[Any], World]:
    """Return what founds an alliance on a store."""

    def make(store: Any) -> World:
        runtime = Runtime(Clock(), Ids(), Standard(), Offline())
        keys = make_keys(runtime)
        root = root_key(seed("root"), at=NOW, suite=runtime.sealer).public(runtime.sealer).x
        return World(runtime, store, MemoryJournal(), Settings(NODE, AUTHORITY, root), keys)

    return make


@pytest.fixture
def world(make_world: Callable[[Any], World]) -> World:
    """Return a fresh alliance in memory."""
    return make_world(MemoryStore())


@pytest.fixture(params=["memory", "sqlite"])
def any_world(
    request: pytest.FixtureRequest, make_world: Callable[[Any], World], tmp_path: Path
) -> Iterator[World]:
    """Return a fresh alliance on either kind of store."""
    if request.param == "memory":
        yield make_world(MemoryStore())
        return
    store = SqlStore(f"sqlite:///{tmp_path / 'node.db'}", more=RECORDS)
    yield make_world(store)
    store.close()
