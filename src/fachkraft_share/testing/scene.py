"""Named parties with real keys for tests of the core: they sign anything and hear anything.

For tests in which single messages are the matter: forged, changed, repeated, in any order. Messages
go straight into `ports.loop`; there are no services. Where those are the matter, use `world`. Keys,
ids and nonces follow from names, so that two runs write the same bytes.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs

from fachkraft_share import limits
from fachkraft_share.model.alliance import ListName, MemberList
from fachkraft_share.model.consent import (
    Category,
)
from fachkraft_share.model.organisation import Organisation, Role, Status
from fachkraft_share.model.profile import Endorsement, Level, Profile, Rank, Years
from fachkraft_share.ports import loop
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol import events, payloads
from fachkraft_share.protocol.decision import Decision, Emit, Here
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.message import (
    Message,
    Reader,
    open_message,
    sign_event,
)
from fachkraft_share.protocol.records import Record
from fachkraft_share.testing.memory import MemoryJournal, MemoryStore
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import b64, sha256
from fachkraft_share.wire.suite import Standard, Suite

NOW: Final = 1_795_305_600
DAY: Final = limits.DAY
AUTHORITY: Final = "https://harz.example"
NODE: Final = "https://node.harz.example"
ORIGIN: Final = "https://muster.example"  # recommends
REQUESTER: Final = "https://beispiel.example"  # asks for contact
READER: Final = "https://dritte.example"  # only reads
NEWCOMER: Final = "https://spaet.example"  # joins after the list the consent names
STRANGER: Final = "https://fremd.example"  # on no list
MEMBERS: Final = (NODE, ORIGIN, REQUESTER, READER)
PROFILE: Final = Profile(
    occupation="434",
    level=Level.SPECIALIST,
    years=Years.UP_TO_9,
    region="de",
    skills=("java",),
    endorsement=Endorsement(Rank.SECOND, ("careful",), would_have_hired=True),
)
SHOWN: Final = (
    Category.OCCUPATION,
    Category.EXPERIENCE,
    Category.SKILLS,
    Category.REGION,
    Category.ENDORSEMENT,
)
R = TypeVar("R", bound=Record)


def seed(name: str) -> bytes:
    """Return 32 bytes that follow from a name, so that nobody mistakes them for a key."""
    return hashlib.sha256(f"fachkraft-share scene: {name}".encode()).digest()


def name_id(name: str) -> str:
    """Return the message or request id of that name."""
    return b64(seed(name)[: limits.ID_BYTES])


@attrs.frozen
class Member:
    """An organisation with its private keys."""

    organisation: Organisation
    sign: keys.PrivateKey
    seal: keys.PrivateKey

    @property
    def id(self) -> str:
        """The organisation's id."""
        return self.organisation.id


def member(id: str, *, suite: Suite, role: Role = Role.EMPLOYER, **more: Any) -> Member:
    """Return an organisation whose keys follow from its id and are valid for ten years."""
    window = {"not_before": NOW - 1000 * DAY, "not_after": NOW + 2650 * DAY, "suite": suite}
    sign = keys.signing_key(seed(f"{id} sign"), **window)  # type: ignore[arg-type]
    seal = keys.sealing_key(seed(f"{id} seal"), **window)  # type: ignore[arg-type]
    stated = Organisation(
        id,
        more.pop("name", id.removeprefix("https://")),
        (role,),
        (sign.public(suite), seal.public(suite)),
        **more,
    )
    return Member(stated, sign, seal)


@attrs.frozen
class Sent:
    """A token with what travels along."""

    token: str = attrs.field(repr=False)
    attached: tuple[str, ...] = attrs.field(default=(), repr=False)
    parts: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def sha256(self) -> str:
        """The hash by which others name it."""
        return sha256(self.token.encode())


class Scene:
    """An alliance of a node and three members, and who reads what with which lists."""

    def __init__(self, *, suite: Suite | None = None) -> None:
        self.suite: Suite = suite or Standard()
        roles = {AUTHORITY: Role.AUTHORITY, NODE: Role.NODE}
        names = (AUTHORITY, *MEMBERS, NEWCOMER, STRANGER)
        self.members: Mapping[str, Member] = {
            id: member(id, suite=self.suite, role=roles.get(id, Role.EMPLOYER)) for id in names
        }
        self.root = keys.signing_key(
            seed("root"), not_before=0, not_after=NOW + 9000 * DAY, suite=self.suite
        )
        empty = Directory(AUTHORITY, self.root.public(self.suite).x)
        self.first = self.members_list(7, (AUTHORITY, *MEMBERS))
        self.directory = empty.with_list(self.first)
        self._known: dict[tuple[Sent, int], Message] = {}

    def members_list(
        self,
        number: int,
        ids: tuple[str, ...],
        *,
        at: int = NOW - DAY,
        status: Mapping[str, Status] | None = None,
    ) -> MemberList:
        """Return a verified list of these members; `status` tells who is not active."""
        told = status or {}
        stated = tuple(
            attrs.evolve(self.members[id].organisation, status=told.get(id, Status.ACTIVE))
            for id in ids
        )
        name = ListName(number, sha256(f"list {number}".encode()))
        return MemberList(name, AUTHORITY, at, at + limits.LIST_DAYS * DAY, stated)

    def here(self, id: str, **more: Any) -> Here:
        """Return who decides."""
        told = {"directory": self.directory, **more}
        return Here(id, is_node=id == NODE, node=NODE, **told)

    def reader(self, *, at: int = NOW, directory: Directory | None = None) -> Reader:
        """Return what opening needs."""
        return Reader(directory or self.directory, self.suite, at)

    def open(self, sent: Sent, *, at: int = NOW, directory: Directory | None = None) -> Message:
        """Open what somebody sent, as everybody does; the same again is not verified again."""
        if directory is not None and directory is not self.directory:
            return self._opened(sent, self.reader(at=at, directory=directory))
        if (sent, at) not in self._known:
            self._known[sent, at] = self._opened(sent, self.reader(at=at))
        return self._known[sent, at]

    def _opened(self, sent: Sent, reader: Reader) -> Message:
        return open_message(sent.token, reader=reader, attached=sent.attached, parts=sent.parts)

    def event(
        self,
        payload: Any,
        *,
        by: str,
        aud: str,
        referral: str | None,
        jti: str = "",
        at: int = NOW,
        key: keys.PrivateKey | None = None,
    ) -> str:
        """Sign an event; its name follows from the payload's class."""
        kind = next(name for name, cls in payloads.PAYLOADS.items() if isinstance(payload, cls))
        return sign_event(
            kind,
            payload,
            iss=by,
            aud=aud,
            referral=referral,
            jti=name_id(jti or f"{kind} {by} {aud}"),
            at=at,
            key=key or self.members[by].sign,
            suite=self.suite,
        )


def record_name(text: str) -> str:
    """Return a UUIDv4 that follows from the text."""
    return str(UUID(bytes=seed(f"record {text}")[:16], version=4))


class Side:
    """One party with its memory; hears messages and keeps what it says itself."""

    def __init__(self, scene: Scene, id: str, **more: Any) -> None:
        self.scene = scene
        self.here = scene.here(id, **more)
        self.store, self.journal = MemoryStore(), MemoryJournal()
        self.said: list[Emit] = []

    def hear(self, *sent: Sent, at: int = NOW) -> loop.Outcome:
        """Open and apply the messages in one batch; return what became of the last."""
        directory = self.here.directory
        batch = [self.scene.open(one, at=at, directory=directory) for one in sent]
        return loop.apply(self.party, batch, at=at)[-1]

    def foresee(self, sent: Sent, *, opened: int = NOW, at: int = NOW) -> Decision:
        """Return what would be decided, without the loop's memory of message ids."""
        message = self.scene.open(sent, at=opened, directory=self.here.directory)
        with self.store.begin(write=False) as transaction:
            known = loop.load(transaction, events.needs(message, self.here))
        return events.decide(message, known, here=self.here, at=at)

    @property
    def party(self) -> loop.Party:
        """What the loop needs to know of this side."""
        return loop.Party(self.here, self.store, self.journal, self)

    def say(self, emitted: Emit, *, transaction: Transaction, at: int) -> None:  # noqa: ARG002
        """Keep what this side says."""
        self.said.append(emitted)

    def put(self, *records: Record) -> "Side":
        """Store records as a service would."""
        with self.store.begin() as transaction:
            for record in records:
                transaction.put(record)
        return self

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return one record."""
        with self.store.begin(write=False) as transaction:
            return transaction.get(kind, *key)

    def every(self, kind: type[R], **equal: Any) -> tuple[R, ...]:
        """Return all records with these values."""
        with self.store.begin(write=False) as transaction:
            return transaction.every(kind, **equal)
