"""What a stranger wrote from `docs/protocol.md` alone, the package takes, start to end."""

import importlib
import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from fachkraft_share.ports import loop
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.lists import Federation, read_federation
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.message import Message, Reader, open_message
from fachkraft_share.protocol.payloads import ContactDetails
from fachkraft_share.protocol.records import (
    Blob,
    Contact,
    Due,
    Held,
    Invitation,
    Manifest,
    Part,
    Receipt,
    Record,
    Referral,
)
from fachkraft_share.testing.memory import MemoryJournal, MemoryStore
from fachkraft_share.wire import blobs, jws, request, strict
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.suite import Standard

SUITE = Standard()
VECTORS = Path(__file__).parents[1] / "vectors"
VECTOR: dict[str, Any] = json.loads((VECTORS / "journey.json").read_text("utf-8"))
NOW, NODE, ORIGIN, REQUESTER = (VECTOR[name] for name in ("now", "node", "origin", "requester"))


@cache
def directory() -> Directory:
    """Return who is a member, from the pinned root down."""
    federation = structure(VECTOR["federation"], Federation)
    known = Directory(VECTOR["authority"], VECTOR["root"])
    grown, _ = read_federation(federation, known=known, suite=SUITE, at=NOW)
    return grown


def opened(token: str, *along: str, parts: tuple[str, ...] = ()) -> Message:
    """Open a document as every party does."""
    return open_message(token, reader=Reader(directory(), SUITE, NOW), attached=along, parts=parts)


class Side:
    """A party with a memory; what it says itself is not looked at here."""

    def __init__(self, id: str) -> None:
        here = Here(id, is_node=id == NODE, node=NODE, directory=directory())
        self.store = MemoryStore()
        self.party = loop.Party(here, self.store, MemoryJournal(), self)

    def say(self, emitted: Any, **_: Any) -> None:
        """Say nothing."""

    def put(self, *records: Record) -> None:
        """Store what its service would have stored."""
        with self.store.begin() as transaction:
            for record in records:
                transaction.put(record)

    def hear(self, message: Message) -> str:
        """Apply a message and return its status, with the code of a refusal."""
        [outcome] = loop.apply(self.party, [message], at=NOW)
        return f"{outcome.status} {outcome.code}".strip()

    def count(self, kind: type[Record]) -> int:
        """Return how many records of a kind there are."""
        with self.store.begin(write=False) as transaction:
            return len(transaction.every(kind))


def published(*, allowed: bool) -> Message:
    """Return the referral as it travels: to the node whole, to members as the person allowed."""
    draft, consent = VECTOR["draft"], VECTOR["consent"]["token"]
    if not allowed:
        return opened(draft["token"], parts=tuple(draft["parts"]))
    shown = [one for one in draft["parts"] if strict.read(unb64(one))[1] != "rank"]  # type: ignore[index]
    return opened(draft["token"], consent, parts=tuple(shown))


def node_until_granted() -> Side:
    """Return a node that invited, holds the draft and heard the consent."""
    node, draft = Side(NODE), published(allowed=False)
    node.put(Invitation(draft.body.key, ORIGIN, b64(bytes(16)), "attested", "de", NOW))
    assert node.hear(draft) == "accepted"
    assert node.hear(opened(VECTOR["consent"]["token"])) == "accepted"
    node.put(Held(VECTOR["referral"], REQUESTER, 1, NOW, NOW))
    return node


def test_a_strangers_member_list_is_verified_from_the_root() -> None:
    """Authority, node, origin and requester stand on it, with the keys they applied with."""
    newest = directory().newest
    assert newest is not None
    assert {one.id for one in newest.members} == {VECTOR["authority"], NODE, ORIGIN, REQUESTER}


def test_a_strangers_request_token_is_believed() -> None:
    """Operation, body, audience and time are what the token says."""
    asked = VECTOR["request"]
    unverified, token = request.read_header(asked["authorization"])
    key = directory().signing_key(token.iss, unverified.kid, at=NOW)
    jws.verify(unverified, unb64(key.x, size=32), suite=SUITE)
    request.check(token, aud=NODE, op=asked["op"], body=asked["body"].encode(), at=NOW)


def test_a_stranger_goes_the_whole_way_at_the_node() -> None:
    """Draft, consent, request, answer, disclosure, withdrawal, manifest and receipt are taken."""
    node, contact = node_until_granted(), VECTOR["contact"]
    consent, answer = VECTOR["consent"]["token"], VECTOR["answer"]["token"]
    assert node.count(Part) == 4  # the rank was not allowed
    assert node.hear(opened(contact["token"], consent)) == "accepted"
    assert node.hear(opened(contact["presented"])) == "accepted"
    assert node.hear(opened(answer, consent)) == "accepted"
    disclosed = opened(VECTOR["disclosed"]["token"], answer, consent)
    size, name = disclosed.body.length, disclosed.body.blob
    node.put(Blob(name, ORIGIN, REQUESTER, VECTOR["referral"], size, NOW))
    assert node.hear(disclosed) == "accepted"
    assert node.hear(opened(VECTOR["withdrawal"]["token"])) == "accepted"
    assert node.hear(opened(VECTOR["manifest"])) == "accepted"
    receipt = VECTOR["receipt"]
    assert node.hear(opened(receipt["token"], parts=(receipt["part"],))) == "accepted"
    assert (node.count(Manifest), node.count(Receipt), node.count(Blob)) == (1, 1, 0)
    assert node.count(Due) == 1  # the origin's receipt is still owed


def test_a_stranger_goes_the_whole_way_at_the_requester() -> None:
    """The referral is kept, the dossier expected, and the withdrawal ends both."""
    member = Side(REQUESTER)
    consent, answer = VECTOR["consent"]["token"], VECTOR["answer"]["token"]
    assert member.hear(published(allowed=True)) == "accepted"
    assert member.hear(opened(VECTOR["disclosed"]["token"], answer, consent)) == "accepted"
    assert (member.count(Referral), member.count(Contact)) == (1, 1)
    assert member.hear(opened(VECTOR["withdrawal"]["token"])) == "accepted"
    assert member.count(Part) == 0


def test_what_a_stranger_seals_can_be_opened() -> None:
    """The contact's details by the origin, the padded dossier by the requester."""
    asked = opened(VECTOR["contact"]["token"])
    info = blobs.contact_info(**context(asked, recipient=ORIGIN))
    plain = SUITE.open(unb64(VECTOR["sealing"][ORIGIN]), unb64(asked.body.sealed), info=info)
    assert structure(strict.read(plain), ContactDetails).job == "Backend"
    given = VECTOR["disclosed"]
    message = opened(given["token"], VECTOR["answer"]["token"], VECTOR["consent"]["token"])
    info = blobs.dossier_info(**context(message, recipient=REQUESTER))
    sealed = blobs.Sealed(message.body.blob, message.body.length, ciphertext())
    private = unb64(VECTOR["sealing"][REQUESTER])
    dossier = blobs.open_dossier(sealed, private=private, info=info, suite=SUITE)
    assert strict.read(dossier) == given["dossier"]


def context(message: Message, *, recipient: str) -> dict[str, str]:
    """Return what a sealed text is bound to."""
    return {
        "sender": message.iss,
        "recipient": recipient,
        "referral": message.referral or "",
        "message": message.jti,
        "consent": VECTOR["consent"]["sha256"],
    }


@cache
def maker() -> ModuleType:
    """Load the script that writes the vectors; it lets the modules beside it be imported."""
    spec = importlib.util.spec_from_file_location("vectors_make", VECTORS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ciphertext() -> bytes:
    """Return the stranger's blob, which is too long for the file, made again."""
    assert maker()
    journey = importlib.import_module("vector_journey")
    blob: bytes = journey.blob(journey.link(), VECTOR["consent"]["token"])
    return blob


def test_the_file_is_what_the_stranger_writes() -> None:
    """Else run `python tests/vectors/make.py` and look at what changed."""
    assert (VECTORS / "journey.json").read_text("utf-8") == maker().text_of("journey.json")
