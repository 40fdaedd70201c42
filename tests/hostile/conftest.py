"""A played alliance whose every signed document is laid before an attacker just before it arrives.

1. The attacker has the bytes, and keys of its own; whatever it makes of them is handed to the very
   service that is about to hear the original, in the state in which the original is accepted.
2. After each mutant the hearer's records and journal are as before.
3. Then the original arrives and is accepted: what refused the mutants was not the situation.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any, TypeVar

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind
from fachkraft_share.errors import RefusedError, WireError
from fachkraft_share.member import polling
from fachkraft_share.member.identity import new_identity
from fachkraft_share.member.joining import Newcomer, application_of
from fachkraft_share.member.records import Custody, Parked, Trouble
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.records import Kept
from fachkraft_share.ports.client import Event
from fachkraft_share.ports.runtime import Request, Response, Transport
from fachkraft_share.protocol.lists import Federation, read_federation
from fachkraft_share.protocol.payloads import OutcomeKind, Right, urn
from fachkraft_share.protocol.records import Record, Token
from fachkraft_share.testing.mutants import Mutant, Original, mutants
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import AUTHORITY, NODE, Memory, World, address
from fachkraft_share.wire import jws, keys
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, sha256, unb64

DAY = 24 * 60 * 60
FOREIGN = "https://fremd.example"
ELSEWHERE = "https://node.fremd.example"
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)
CANDIDATE = Candidate(
    given="Aylin",
    family="Xylophonia",
    email="aylin@xylophonia.example",
    phone="+49 5321 123456",
    postcode="38640",
    city="Goslar",
    occupation="43414",
    title="Softwareentwicklerin",
    skills=("Java", "SQL"),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 cv %%EOF"),),
)
SIGNED_CALLS = ("POST /poll", "POST /invitations", "PUT /blobs", "GET /blobs", "GET /tombstones")
# What a member notes of a row it could not use: to try again, to complain, to tell the node.
COUNTED = ("strange",)  # how many ends of unknown referrals came within the hour
NOTES = (Parked, Trouble, Custody)
R = TypeVar("R", bound=Record)


@attrs.frozen
class Remembered:
    """All a party keeps: what the services may change, compared and put back."""

    memory: Memory

    def snapshot(self) -> tuple[Any, Any]:
        """Return it as it is."""
        return self.memory.store.snapshot(), self.memory.journal.snapshot()

    def restore(self, kept: tuple[Any, Any]) -> None:
        """Put it back."""
        self.memory.store.restore(kept[0])
        self.memory.journal.restore(kept[1])

    def without(self, *kinds: type[Record]) -> Any:
        """Return it without these kinds of records and without tables nothing stands in."""
        rows = self.memory.store.snapshot()
        rows[Kept] = {key: one for key, one in rows.get(Kept, {}).items() if key != COUNTED}
        told = {kind: found for kind, found in rows.items() if found and kind not in kinds}
        return told, self.memory.journal.head()


@attrs.frozen
class Ambush:
    """A right document, who is about to hear it, and what else would be wrong to say."""

    kind: str
    original: Original
    deliver: Callable[[str], str]  # hands it over; tells what became of it
    memory: "Remembered"
    state: Callable[[], Any]
    wrong: dict[str, dict[str, Any]]


@attrs.define
class Tally:
    """What was tried and what came through."""

    tried: Counter[str] = attrs.field(factory=Counter)
    ways: Counter[str] = attrs.field(factory=Counter)
    through: list[str] = attrs.field(factory=list)
    originals: Counter[str] = attrs.field(factory=Counter)

    def attack(self, ambush: Ambush, made: tuple[Mutant, ...]) -> None:
        """Hand every mutant over and note which had any effect; each finds the same state."""
        before, kept = ambush.state(), ambush.memory.snapshot()
        for mutant in made:
            said = ambush.deliver(mutant.token)
            self.tried[ambush.kind] += 1
            self.ways[mutant.how.partition(":")[0]] += 1
            if said not in _meant(mutant, ambush):
                self.through.append(f"{ambush.kind}: {mutant.how}: {said}")
            if ambush.state() != before:
                self.through.append(f"{ambush.kind}: {mutant.how}: left a trace")
                ambush.memory.restore(kept)
        ambush.memory.restore(kept)


def _meant(mutant: Mutant, ambush: Ambush) -> tuple[str, ...]:
    """Return what may become of it; what is rightly signed may be about nothing known here."""
    resaid = mutant.how.removeprefix("resaid: ") in ambush.wrong
    return ("refused", "later", "ended") if resaid else ("refused",)


class Ambushed(World):
    """A world in which the attacker sits on every wire."""

    def __init__(self, tally: Tally, *, seed: int = 1) -> None:
        self.tally = tally
        self.dice = Random(seed)  # noqa: S311
        self.met: set[str] = set()
        self.persons_keys: list[keys.PrivateKey] = []
        super().__init__(seed=seed)
        self.strangers = tuple(self._stranger(number) for number in range(2))

    def _stranger(self, number: int) -> keys.PrivateKey:
        window: Any = {"not_before": 0, "not_after": self.clock.at + 999 * DAY}
        seed = bytes([number + 1]) * 32
        return keys.signing_key(seed, **window, suite=self.suite)

    def transport(self, name: str) -> Transport:
        """Return a wire with the attacker on it."""
        return Tapped(self, name)

    def others(self, mine: keys.PrivateKey) -> list[keys.PrivateKey]:
        """Return a stranger's keys and those of every member but the signer."""
        at = self.clock.at
        known = [one.identity.signing(at=at) for one in self.members.values()]
        return [one for one in (*self.strangers, *known) if one.kid != mine.kid][:4]

    def lay(self, ambush: Ambush) -> None:
        """Attack a document once for each kind of document and hearer."""
        if ambush.kind in self.met:
            return
        self.met.add(ambush.kind)
        others = self.others(ambush.original.key)
        made = mutants(ambush.original, others=others, random=self.dice, resaid=ambush.wrong)
        self.tally.attack(ambush, made)

    # The node as hearer -------------------------------------------------------------------------

    def kept_by_node(self) -> Any:
        """Return all the node keeps."""
        return self.memory.without()

    @property
    def memory(self) -> Remembered:
        """What the node keeps."""
        return Remembered(self.node.memory)

    def post(self, token: str, *, along: list[str], parts: list[str]) -> str:
        """Post one event to the node."""
        body = json.dumps({"events": [{"token": token, "with": along, "parts": parts}]})
        answer = self.node.service.handle(Request("POST /events", body=body.encode()))
        assert answer.status < 500, answer.body
        if answer.status != 200:
            return "refused"
        return str(json.loads(answer.body)["answers"][0]["status"])

    def call(self, request: Request) -> str:
        """Make a call of which only the status matters."""
        answer = self.node.service.handle(request)
        assert answer.status < 500, answer.body
        return "refused" if answer.status >= 400 else "accepted"

    def lay_document(self, type: jws.Type, act: Callable[[], object], *along: str) -> str:
        """Let the desk sign a document, take that back, and attack it at the node's open door.

        Then the original comes by that door and is accepted, which is taken back as well: the desk
        signs its own afterwards.
        """
        kept = self.memory.snapshot()
        before = {one.sha256 for one in self.rows(Token)}
        act()
        fresh = [one for one in self.rows(Token) if one.sha256 not in before]
        [token] = [str(one.body) for one in fresh if one.type == type.removesuffix("+jwt")]
        self.memory.restore(kept)
        kid = jws.parse(token, types=(type,)).kid
        original = self.original(token, next(key for key in self.persons_keys if key.kid == kid))
        kind = f"{_kind(token)} at the node"

        def hand_in(text: str) -> str:
            if type is not jws.Type.WITHDRAWAL:
                return self.post(text, along=list(along), parts=[])
            body = json.dumps({"withdrawal": text, "with": list(along)}).encode()
            return self.call(Request("POST /withdrawals", body=body))

        wrong = wrong_documents(original, at=self.clock.at)
        self.lay(Ambush(kind, original, hand_in, self.memory, self.kept_by_node, wrong))
        assert hand_in(token) == "accepted", kind
        self.tally.originals[kind] += 1
        self.memory.restore(kept)
        return token

    def lay_application(self, name: str) -> None:
        """Attack the application of a newcomer whose keys are known here, then let it in."""
        runtime = self.runtime(name)
        identity = new_identity(address(name), runtime=runtime)
        newcomer = Newcomer(address(name), f"{name.title()} GmbH")
        application = application_of(newcomer, identity=identity, runtime=runtime)
        code = self.node.service.enrolment.invite(newcomer.name, ["employer"])
        original = self.original(application, identity.signing(at=self.clock.at))

        def apply(text: str) -> str:
            body = json.dumps({"code": code, "application": text}).encode()
            return self.call(Request("POST /members", body=body))

        kind = "application of a member"
        wrong = self._wrong_applications(original)
        self.lay(Ambush(kind, original, apply, self.memory, self.kept_by_node, wrong))
        assert apply(application) == "accepted", self.tally.through
        self.tally.originals[kind] += 1

    def _wrong_applications(self, original: Original) -> dict[str, dict[str, Any]]:
        claims = original.claims
        told, at = claims["organisation"], int(claims["iat"])
        another = next(iter(self.members.values())).identity.keys
        stolen = [unstructure(key.public(self.suite)) for key in another]
        wrong: dict[str, dict[str, Any]] = {
            "of last week": {"iat": at - 7 * DAY},
            "of next week": {"iat": at + 7 * DAY},
            "with another's keys": {"organisation": told | {"keys": stolen}},
            "with another's key beside": {"organisation": told | {"keys": told["keys"] + stolen}},
            "without keys": {"organisation": told | {"keys": []}},
        }
        for name in (NODE, AUTHORITY, next(iter(self.members.values())).settings.id):
            wrong[f"as {name}"] = {"iss": name, "organisation": told | {"id": name}}
            wrong[f"signed as {name}"] = {"iss": name}
        return wrong

    def rows(self, kind: type[R]) -> tuple[R, ...]:
        """Return all records of a kind the node keeps."""
        with self.node.memory.store.begin(write=False) as transaction:
            return transaction.every(kind)

    def met_by(self, link: str) -> Person:
        """Return the person with this link, whose keys the attacker's judge knows."""
        person = self.person(link)
        self.know(person.secret)
        return person

    def know(self, secret: str) -> None:
        """Remember the keys a link makes."""
        for purpose in (keys.CONSENT_KEY, keys.MANAGE_KEY):
            self.persons_keys.append(
                candidate_key(unb64(secret), purpose=purpose, suite=self.suite)
            )

    def settle(self) -> None:
        """Let everybody synchronise until the news has gone round."""
        for _ in range(8):
            reports = [one.member.sync() for one in self.members.values()]
            self.node.service.tick()
            if not any(one.received or one.sent or one.tasks for one in reports):
                return

    # Who signs ----------------------------------------------------------------------------------

    def key_of(self, issuer: str) -> keys.PrivateKey:
        """Return an organisation's private key."""
        if issuer == NODE:
            return self.node.secrets.node
        found = next(one for one in self.members.values() if one.settings.id == issuer)
        return found.identity.signing(at=self.clock.at)

    def original(self, token: str, key: keys.PrivateKey) -> Original:
        """Return the document with its signer."""
        assert jws.parse(token, types=tuple(jws.Type)).kid == key.kid
        return Original(token, key, self.suite)

    def said_wrongly(self, original: Original) -> dict[str, dict[str, Any]]:
        """Return what the signer itself may not say in an event."""
        claims, now = original.claims, self.clock.at
        member = next(one for one in _members(self) if one != claims["iss"])
        [(uri, payload)] = claims["events"].items()
        wrong: dict[str, dict[str, Any]] = {
            "dated ahead": {"iat": now + 2 * DAY},
            "in another's name": {"iss": address("fremd")},
            "in a member's name": {"iss": member},
            "a malformed id": {"jti": "x"},
            "an id of another length": {"jti": b64(bytes(12))},
            "no event": {"events": {}},
            "two events": {"events": {uri: payload, urn("outcome.reported"): payload}},
            "an unknown event": {"events": {urn("salary.reported"): payload}},
            "another version": {"events": {uri[:-1] + "2": payload}},
            "an empty body": {"events": {uri: {}}},
            "a body of another shape": {"events": {uri: [payload]}},
            "before its key was valid": {"iat": now - 3000 * DAY},
            "for a stranger": {"aud": FOREIGN},
            "for another node": {"aud": ELSEWHERE},
            "for another node's members": {"aud": f"{ELSEWHERE}/members"},
        }
        if uri == urn("referral.closed"):  # an end holds whoever hears of it (protocol § 8)
            wrong = {how: said for how, said in wrong.items() if not how.startswith("for a")}
        if claims.get("txn") and uri != urn("person.requested"):  # nobody need hold what is asked
            wrong["of another referral"] = {"txn": b64(b"another referral"[:16])}
            wrong["of a malformed referral"] = {"txn": "x"}
        return wrong


def _members(world: Ambushed) -> list[str]:
    return [one.settings.id for one in world.members.values()]


@attrs.frozen
class Tapped:
    """One party's wire: what it carries is attacked first, then arrives."""

    world: Ambushed
    name: str

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Carry a call to the node and its answer back."""
        self._on_the_way(request)
        answer = self.world.node.service.handle(request)
        if answer.status < 300:
            self._arrived(request)
            self._on_the_way_back(request, answer)
        return answer

    def _on_the_way(self, request: Request) -> None:
        if request.operation in SIGNED_CALLS:
            self._request_token(request)
        if request.operation == "POST /events":
            for one in json.loads(request.body)["events"]:
                self._event(one)

    def _arrived(self, request: Request) -> None:
        if request.operation == "POST /events":
            for one in json.loads(request.body)["events"]:
                self.world.tally.originals[f"{_kind(one['token'])} at the node"] += 1
        if request.authorization:
            self.world.tally.originals[f"request token of {request.operation}"] += 1

    def _event(self, posted: dict[str, Any]) -> None:
        world, token = self.world, posted["token"]
        issuer = str(jws.parse(token, types=(jws.Type.EVENT,)).claims["iss"])
        original = world.original(token, world.key_of(issuer))
        along, parts = posted["with"], posted["parts"]
        wrong = world.said_wrongly(original)
        world.lay(
            Ambush(
                f"{_kind(token)} at the node",
                original,
                lambda text: world.post(text, along=along, parts=parts),
                world.memory,
                world.kept_by_node,
                wrong,
            )
        )

    def _request_token(self, request: Request) -> None:
        world = self.world
        token = request.authorization.removeprefix("FKS ")
        issuer = str(jws.parse(token, types=(jws.Type.REQUEST,)).claims["iss"])
        now = world.clock.at
        world.lay(
            Ambush(
                f"request token of {request.operation}",
                world.original(token, world.key_of(issuer)),
                lambda text: world.call(attrs.evolve(request, authorization=f"FKS {text}")),
                world.memory,
                world.kept_by_node,
                {
                    "for another node": {"aud": ELSEWHERE},
                    "for another operation": {"op": "POST /withdrawals"},
                    "for another resource": {"op": f"{request.op}/other"},
                    "for another body": {"bh": b64(bytes(32))},
                    "for a malformed body": {"bh": "x"},
                    "of an hour ago": {"iat": now - 3600},
                    "of an hour ahead": {"iat": now + 3600},
                    "in another's name": {"iss": address("fremd")},
                    "in no name": {"iss": "muster"},
                    "with a malformed id": {"jti": "x"},
                    "with a claim too many": {"more": 1},
                },
            )
        )

    # The member as hearer -----------------------------------------------------------------------

    def _on_the_way_back(self, request: Request, answer: Response) -> None:
        if request.operation == "POST /poll":
            told = json.loads(answer.body)
            for stream in polling.STREAMS:
                for one in told[stream]:
                    self._row(stream, one)
        if request.operation == "GET /federation" and self._knows_a_list():
            self._lists(answer)

    def _knows_a_list(self) -> bool:
        found = self.world.members.get(self.name)
        return found is not None and found.member.engine.directories.now().newest is not None

    def _row(self, stream: str, row: dict[str, Any]) -> None:
        world, token = self.world, row["token"]
        engine = world.members[self.name].member.engine
        memory = Remembered(world.members[self.name].memory)
        along, parts = tuple(row.get("with", ())), tuple(row.get("parts", ()))
        key = self._signer(token)
        if key in engine.identity.keys:
            return  # of its own it keeps the hash of anything else under that id, as evidence
        original = world.original(token, key)
        if jws.parse(token, types=tuple(jws.Type)).type is jws.Type.EVENT:
            wrong = world.said_wrongly(original)
        else:
            wrong = wrong_documents(original, at=world.clock.at)

        def hear(text: str) -> str:
            event = Event(text, along, parts)
            outcomes = polling.settle(
                engine, polling.open_all(engine, [(stream, event)], learn=False)
            )
            return outcomes[0].status if outcomes else "refused"

        def kept() -> Any:
            return memory.without(*NOTES)

        kind = f"{_kind(token)} at a member"
        world.lay(Ambush(kind, original, hear, memory, kept, wrong))
        world.tally.originals[kind] += self._takes(hear, token, memory)

    def _takes(self, hear: Callable[[str], str], token: str, memory: Remembered) -> bool:
        """Tell whether the original is taken in the state the mutants met; that is taken back."""
        kept = memory.snapshot()
        taken = hear(token) in ("accepted", "known")
        memory.restore(kept)
        return taken

    def _signer(self, token: str) -> keys.PrivateKey:
        parsed = jws.parse(token, types=tuple(jws.Type))
        if parsed.type is jws.Type.EVENT:
            return self.world.key_of(str(parsed.claims["iss"]))
        return next(key for key in self.world.persons_keys if key.kid == parsed.kid)

    def _lists(self, answer: Response) -> None:
        world = self.world
        engine = world.members[self.name].member.engine
        told = json.loads(answer.body)
        found = structure(told, Federation)

        def read(changed: Federation) -> str:
            try:
                read_federation(
                    changed, known=engine.directories.now(), suite=world.suite, at=world.clock.at
                )
            except (WireError, RefusedError):
                return "refused"
            return "accepted"

        memory = Remembered(world.members[self.name].memory)
        online, now = world.node.secrets.online, world.clock.at
        places: list[tuple[str, str, keys.PrivateKey, Callable[[str], Federation], Any]] = [
            (
                "the authority's statement",
                found.authority,
                world.node.root,
                lambda text: attrs.evolve(found, authority=text),
                {"expired": {"exp": now - 1}, "of another authority": {"iss": FOREIGN}},
            ),
            (
                "a page of the list",
                found.pages[0],
                online,
                lambda text: attrs.evolve(found, pages=[text, *found.pages[1:]]),
                {
                    "rolled back": {"number": 0},
                    "of another authority": {"iss": FOREIGN},
                    "expired": {"exp": now - 1},
                    "valid too long": {"exp": now + 900 * DAY},
                },
            ),
            (
                "a member's statement on the list",
                found.statements[-1],
                online,
                lambda text: attrs.evolve(found, statements=[*found.statements[:-1], text]),
                {"of another": {"iss": FOREIGN}},
            ),
        ]
        for kind, token, key, changed, wrong in places:
            original = world.original(token, key)
            assert read(changed(token)) == "accepted"
            world.lay(
                Ambush(
                    kind,
                    original,
                    lambda text, put=changed: read(put(text)),
                    memory,
                    memory.without,
                    wrong,
                )
            )
            world.tally.originals[kind] += 1


def wrong_documents(original: Original, *, at: int) -> dict[str, dict[str, Any]]:
    """Return what the person's own key may not say: whatever its referral id is not made of."""
    claims = original.claims
    wrong: dict[str, dict[str, Any]] = {
        "dated ahead": {"iat": at + 2 * DAY},
        "of another referral": {"referral": b64(b"another referral"[:16])},
    }
    for name, value in (
        ("origin", FOREIGN),
        ("node", ELSEWHERE),
        ("key", b64(bytes(31) + b"\x02")),
        ("nonce", b64(b"another nonce---")),
        ("draft", sha256(b"another draft")),
        ("manage", b64(b"\x01" + bytes(31))),
        ("consent", sha256(b"another consent")),
        ("requester", FOREIGN),
        ("request", b64(b"another request-")),
        ("renews", sha256(b"another")),
        ("record_id", "x"),
    ):
        if name in claims:
            wrong[f"another {name}"] = {name: value}
    if "exp" in claims:
        wrong["expired"] = {"exp": at - 1}
    return wrong


def _kind(token: str) -> str:
    parsed = jws.parse(token, types=tuple(jws.Type))
    if parsed.type is not jws.Type.EVENT:
        return str(parsed.type).removesuffix("+jwt")
    [uri] = dict(parsed.claims["events"])  # type: ignore[call-overload]
    return str(uri).removeprefix("urn:fks:event:").removesuffix(":1")


def play(world: Ambushed) -> None:
    """Play two referrals from the application to the receipts, every kind of document once."""
    for name in ("muster", "beispiel", "dritte"):
        world.join(name)
    world.lay_application("vierte")
    world.settle()
    muster = world.members["muster"].member
    person, referral = recommend(world, "1")
    copy = attrs.evolve(person)
    first = world.lay_document(jws.Type.CONSENT, copy.grant)
    person.grant()
    world.know(person.secret)
    world.settle()
    world.members["beispiel"].member.request_contact(referral, job="Backend", message="Hallo")
    world.settle()
    consent = _consent(world, referral)
    assert consent != first
    world.lay_document(jws.Type.ANSWER, attrs.evolve(person).agree, consent)
    person.agree()
    world.settle()
    world.members["beispiel"].member.report(referral, OutcomeKind.HIRED)
    world.settle()
    world.clock.pass_time(DAY)
    person.renew()
    person.exercise(Right.ACCESS)
    world.settle()
    world.lay_document(jws.Type.WITHDRAWAL, attrs.evolve(person).withdraw, consent)
    person.withdraw()
    world.settle()
    world.join("letzte")  # a newer list: news for everybody
    world.settle()
    another, second = recommend(world, "2")
    another.grant()
    world.know(another.secret)
    world.settle()
    muster.close(second, reason="filled")
    world.settle()
    muster.engine.client.tombstones(None)


def recommend(world: Ambushed, number: str) -> tuple[Person, str]:
    """Recommend the candidate; return the person with the link, and the referral's id."""
    asked = world.members["muster"].member.recommend(
        attrs.evolve(CANDIDATE, given=f"Aylin {number}", email=f"a{number}@xylophonia.example"),
        ENDORSED,
        application=f"ATS-{number}",
        rejected_on=date(2026, 11, 19),
    )
    assert asked.link is not None
    world.settle()
    return world.met_by(asked.link), asked.referral


def _consent(world: Ambushed, referral: str) -> str:
    [found] = [
        str(one.body)
        for one in world.rows(Token)
        if one.type == "fks-consent" and one.referral == referral
    ]
    return found


@pytest.fixture(scope="session")
def ambushed() -> Tally:
    """Return what became of all attacks on a played alliance."""
    tally = Tally()
    play(Ambushed(tally))
    return tally
