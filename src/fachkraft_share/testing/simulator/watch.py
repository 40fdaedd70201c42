"""The checkers: what must hold after every step, and what must have come about after healing.

They look at what is durable and at what left the node, never at what a service believes.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share.member.records import DossierRow, Filed, Outgoing
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import (
    BlobContent,
    Due,
    FeedRow,
    Held,
    Part,
    Receipt,
    Record,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.world import address
from fachkraft_share.wire import jws, strict

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.town import Town

COPIES = 20  # of served referrals, kept for replays


@attrs.define
class Story:
    """What is true of one referral, as the person and the town know it."""

    referral: str
    origin: str
    listed: frozenset[str] = frozenset()  # whom the consent names
    excluded: frozenset[str] = frozenset()
    granted: bool = False
    exp: int = 0
    not_after: int = 0
    accepted: set[str] = attrs.field(factory=set)
    shut: set[str] = attrs.field(factory=set)  # scopes the node said it had closed


@attrs.define
class Watch:
    """Collects violations as short sentences; each names the promise that was broken."""

    town: "Town"
    stories: dict[str, Story] = attrs.field(factory=dict)
    served: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    copies: list[bytes] = attrs.field(factory=list)  # what readers could play to the node again
    ended: set[str] = attrs.field(factory=set)  # closed at the node once, for good
    found: list[str] = attrs.field(factory=list)

    def say(self, promise: str, detail: str) -> None:
        """Note a violation once."""
        sentence = f"{promise}: {detail}"
        if sentence not in self.found:
            self.found.append(sentence)

    def answered(self, reader: str, request: Request, answer: Response) -> None:
        """Look at an answer as it leaves the node."""
        if answer.status >= 500 and answer.status != 503:
            self.say("no internal error", f"{request.operation} {answer.status}")
        if request.operation != "POST /poll" or answer.status != 200:
            return
        body: Any = strict.read(answer.body, limit=len(answer.body))
        for item in body["events"]:
            token = jws.parse(item["token"], types=tuple(jws.Type))
            if "urn:fks:event:referral.published:1" in token.claims.get("events", {}):
                self._given(token.claims["txn"], reader)
                if len(self.copies) < COPIES:
                    self.copies.append(strict.write({"events": [item]}))
        for item in body["closures"]:
            token = jws.parse(item["token"], types=tuple(jws.Type))
            self._told(token.claims.get("txn") or token.claims["referral"], reader)

    def _given(self, referral: str, reader: str) -> None:
        self.served[referral, reader] += 1
        id, store = address(reader), self.town.node.memory.store
        if not rows(store, Held, referral=referral, holder=id):
            self.say("ledger first", f"{reader} was served and the ledger does not know")
        story = self.stories.get(referral)
        if story is None or not story.granted:
            self.say("no transfer without consent", f"{reader} got a referral nobody granted")
            return
        if reader not in story.listed or reader == story.origin:
            self.say("only whom the consent names", f"{reader} is not named")
        if reader in story.excluded:
            self.say("exclusions hold", f"{reader} was excluded and got the referral")
        if {ALL, id} & story.shut:
            self.say("nothing after a closure", f"{reader} was served a closed referral")
        if self.town.node_time() >= story.exp:
            self.say("nothing past its consent", f"{reader} was served after the consent's end")

    def _told(self, referral: str, reader: str) -> None:
        story = self.stories.get(referral)
        if story is None or reader == story.origin:
            return
        known = rows(self.town.node.memory.store, Held, referral=referral, holder=address(reader))
        if not known:
            self.say("closures reach holders only", f"{reader} heard of a referral it never got")

    def step(self) -> None:
        """Check what must hold after every step."""
        self._node()
        for name in self.town.members:
            self._member(name)

    def _node(self) -> None:
        store = self.town.node.memory.store
        for story in self.stories.values():
            closed = rows(store, Tombstone, referral=story.referral, scope=ALL)
            referral = one(store, Referral, story.referral)
            if referral is not None and referral.state is ReferralState.CLOSED:
                self.ended.add(story.referral)
            elif referral is not None and story.referral in self.ended and not self.town.rolled:
                self.say("closed is final", "the node reopened a referral")
            if closed or (referral is not None and referral.state is ReferralState.CLOSED):
                self._nothing_left(store, story.referral, "the node")
        doubled = Counter(
            (row.token, row.to, row.attached)
            for row in rows(store, FeedRow)
            if row.stream == "events" and row.to != "list"
        )
        if any(count > 1 for count in doubled.values()):
            self.say("a repetition has no effect", "one message stands twice on the feed")

    def _member(self, name: str) -> None:
        party = self.town.members[name]
        store, id = party.memory.store, address(name)
        for story in self.stories.values():
            scopes = (ALL, id)
            closed = [
                t for s in scopes for t in rows(store, Tombstone, referral=story.referral, scope=s)
            ]
            if closed:
                self._nothing_left(store, story.referral, name)
            dossiers = rows(store, DossierRow, referral=story.referral)
            if name != story.origin and dossiers and name not in story.accepted:
                self.say("contact data only after a yes", f"{name} holds a dossier")
            if name in story.excluded and rows(store, Part, referral=story.referral):
                self.say("exclusions hold", f"{name} was excluded and holds the profile")
        system = self.town.systems[name]
        external = Counter(person.get("external") for person in system.people.values())
        if any(count > 1 for count in external.values()):
            self.say("one person in the ATS", f"{name} filed somebody twice")

    def _nothing_left(self, store: MemoryStore, referral: str, who: str) -> None:
        if rows(store, Part, referral=referral):
            self.say("a closure erases", f"{who} keeps the profile")
        if any(token.body for token in rows(store, Token, referral=referral, personal=True)):
            self.say("a closure erases", f"{who} keeps an envelope's body")

    def finally_(self) -> None:
        """Check what must have come about once all faults have healed."""
        for name, party in self.town.members.items():
            waiting = rows(party.memory.store, Outgoing)
            if waiting and name != self.town.liar:
                kinds = sorted({f"{one.type}/{one.code}" for one in waiting})
                self.say("everything arrives", f"{name} still has {', '.join(kinds)}")
        for story in self.stories.values():
            self._settled(story)
            self._spread(story)

    def _settled(self, story: Story) -> None:
        store = self.town.node.memory.store
        for scope in story.shut:
            for name, party in self.town.members.items():
                if scope in (ALL, address(name)):
                    self._erased(story, name, party.memory.store)
            for line in rows(store, Held, referral=story.referral):
                if scope in (ALL, line.holder):
                    self._signed(story, line.holder, scope)

    def _erased(self, story: Story, name: str, store: MemoryStore) -> None:
        left = [
            kind.__name__
            for kind in (Part, DossierRow)
            if rows(store, kind, referral=story.referral)
        ]
        if self.town.members[name].memory.keys.get(story.referral) is not None:
            left.append("key")
        system = self.town.systems[name]
        if any(person.get("external") == story.referral for person in system.people.values()):
            left.append("the person in the ATS")
        if left:
            self.say("every holder erases", f"{name} keeps {', '.join(left)}")

    def _signed(self, story: Story, holder: str, scope: str) -> None:
        if holder == address(self.town.liar or ""):
            return
        store = self.town.node.memory.store
        signed = rows(store, Receipt, referral=story.referral, holder=holder)
        if not any(receipt.settled for receipt in signed):
            states = [receipt.alarm for receipt in signed]
            self.say("every holder signs", f"{holder} has not settled {scope} ({states})")

    def _spread(self, story: Story) -> None:
        """An open referral reached everybody whom the consent names, unless it was restored."""
        store = self.town.node.memory.store
        open_ = story.granted and not story.shut and self.town.node_time() < story.exp
        referral = one(store, Referral, story.referral)
        if not open_ or self.town.rolled or referral is None:
            return
        for name in sorted(story.listed - story.excluded - {story.origin}):
            party = self.town.members.get(name)
            open_ = address(name) not in story.shut and referral.state is ReferralState.PUBLISHED
            if party is None or not open_:
                continue
            if not rows(party.memory.store, Part, referral=story.referral):
                self.say("all members are told", f"{name} never got an open referral")

    def buried(self) -> None:
        """Check that nothing of an ended referral has come back after its tombstone went."""
        store = self.town.node.memory.store
        for story in self.stories.values():
            if rows(store, Part, referral=story.referral):
                self.say("publications end", "the node took an old referral again")

    def blobs(self) -> Iterator[Record]:
        """Yield what is still sealed at the node."""
        yield from rows(self.town.node.memory.store, BlobContent)

    def owing(self) -> tuple[Due, ...]:
        """Return who still owes a receipt."""
        return tuple(rows(self.town.node.memory.store, Due))

    def filed(self, name: str) -> tuple[Filed, ...]:
        """Return what a member filed."""
        return tuple(rows(self.town.members[name].memory.store, Filed))


def rows(store: MemoryStore, kind: type[Any], **equal: Any) -> tuple[Any, ...]:
    """Return durable records."""
    with store.begin(write=False) as transaction:
        return transaction.every(kind, **equal)


def one(store: MemoryStore, kind: type[Any], *key: Any) -> Any:
    """Return one durable record, or None."""
    with store.begin(write=False) as transaction:
        return transaction.get(kind, *key)
