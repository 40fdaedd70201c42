"""The checkers of safety: what must hold after every step, on either side of every border.

They look at what is durable and at what left a node, never at what a service believes.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share.member.records import DossierRow
from fachkraft_share.node.records import PartnerCalls
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import (
    FeedRow,
    Held,
    Part,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.world import address
from fachkraft_share.wire import jws, strict

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region
    from fachkraft_share.testing.simulator.town import Town

COPIES = 20  # of served referrals, kept for replays


@attrs.define
class Story:
    """What is true of one referral, as the person and the region know it."""

    referral: str
    origin: str
    home: str  # the id of the node it is told at
    secret: str = attrs.field(repr=False)  # of the link the person was first sent
    listed: frozenset[str] = frozenset()  # members of the own alliance whom the consent names
    partners: frozenset[str] = frozenset()  # partner nodes that the consent names
    excluded: frozenset[str] = frozenset()
    granted: bool = False
    exp: int = 0
    accepted: set[str] = attrs.field(factory=set)
    shut: set[str] = attrs.field(factory=set)  # scopes that some node said it had closed
    closed: set[tuple[str, str]] = attrs.field(factory=set)  # which node closed which scope


@attrs.define
class Watch:
    """Collects violations as short sentences; each names the promise that was broken."""

    region: "Region"
    stories: dict[str, Story] = attrs.field(factory=dict)
    served: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    copies: list[bytes] = attrs.field(factory=list)  # what readers could play to a node again
    ended: set[tuple[str, str]] = attrs.field(factory=set)  # closed at a node once, for good
    taking: set[tuple[str, str]] = attrs.field(factory=set)  # who took whose data, a step ago
    holding: set[tuple[str, str]] = attrs.field(factory=set)  # which node had which referral then
    found: list[str] = attrs.field(factory=list)

    def say(self, promise: str, detail: str) -> None:
        """Note a violation once."""
        sentence = f"{promise}: {detail}"
        if sentence not in self.found:
            self.found.append(sentence)

    def shut(self, story: Story, scope: str, town: "Town") -> None:
        """Note that a node said it had closed this."""
        story.shut.add(scope)
        story.closed.add((town.place.node, scope))

    def note_closures(self) -> None:
        """Remember what the nodes have closed durably: from then on it is closed for good."""
        for town in self.region.towns:
            store = town.node.memory.store
            for story in self.stories.values():
                for ended in rows(store, Tombstone, referral=story.referral):
                    self.shut(story, ended.scope, town)
                    self._closer(story, ended, town)

    def _closer(self, story: Story, ended: Tombstone, town: "Town") -> None:
        """See that nobody behind a border closed more than what crossed it."""
        token = one(town.node.memory.store, Token, ended.closure)
        if token is None or token.type != "referral.closed":
            return
        other = self._alliance(token.iss)
        if other is not None and other.place.node != story.home:
            behind = {other.place.node, *map(address, other.members)}
            if ended.scope not in behind:
                self.say("a forged closure closes nothing", f"{token.iss} closed {ended.scope}")

    def _alliance(self, id: str) -> "Town | None":
        """Return the town whose node or authority has this id."""
        places = (
            town for town in self.region.towns if id in (town.place.node, town.place.authority)
        )
        return next(places, None)

    def answered(self, reader: str, request: Request, answer: Response, *, town: "Town") -> None:
        """Look at an answer as it leaves a node."""
        if answer.status >= 500 and answer.status != 503:
            self.say("no internal error", f"{request.operation} {answer.status}")
        if request.operation != "POST /poll" or answer.status != 200:
            return
        body: Any = strict.read(answer.body, limit=len(answer.body))
        for item in body["events"]:
            token = jws.parse(item["token"], types=tuple(jws.Type))
            if "urn:fks:event:referral.published:1" in token.claims.get("events", {}):
                self._given(token.claims["txn"], reader, town)
                if len(self.copies) < COPIES:
                    self.copies.append(strict.write({"events": [item]}))
        for item in body["closures"]:
            token = jws.parse(item["token"], types=tuple(jws.Type))
            about = token.claims.get("txn") or token.claims.get("referral")
            if about is not None:
                self._told(about, reader, town)

    def _given(self, referral: str, reader: str, town: "Town") -> None:
        self.served[referral, reader] += 1
        id, store = self.region.id_of(reader), town.node.memory.store
        if not rows(store, Held, referral=referral, holder=id):
            self.say("ledger first", f"{reader} was served and the ledger does not know")
        story = self.stories.get(referral)
        if story is None or not story.granted:
            self.say("no transfer without consent", f"{reader} got a referral nobody granted")
            return
        if not self.named(story, reader):
            self.say("only whom the consent names", f"{reader} is not named")
        if self.shut_out(story, reader):
            self.say("exclusions hold", f"{reader} was excluded and got the referral")
        here = town.place.node
        if any((here, scope) in story.closed for scope in (ALL, id, *self._behind(story, reader))):
            self.say("nothing after a closure", f"{reader} was served a closed referral")
        if town.now() >= story.exp:
            self.say("nothing past its consent", f"{reader} was served after the consent's end")
        self._crossed(story, reader, town)

    def _crossed(self, story: Story, reader: str, town: "Town") -> None:
        """See that an agreement covers what crosses, and that it crosses one border only."""
        home = self.region.town_at(story.home)
        if reader in self.region.nodes:
            if town is not home:
                self.say("one border", f"{reader} got from {town.node_name} what is not its own")
            elif not self.region.gives(home, self.region.nodes[reader]):
                self.say("no agreement, no crossing", f"{reader} was given what crosses no more")
        elif town is not home and not self.region.takes(town, home):
            self.say("no agreement, no crossing", f"{reader} was served what crosses no more")

    def named(self, story: Story, name: str) -> bool:
        """Tell whether the consent names this reader, or the partner node before it."""
        node = self.region.town_of(name).place.node
        if node != story.home:
            return node in story.partners
        return name in story.listed and name != story.origin

    def shut_out(self, story: Story, name: str) -> bool:
        """Tell whether the person shut this reader out, or anybody behind the same border."""
        town = self.region.town_of(name)
        if town.place.node == story.home:
            return name in story.excluded
        return bool(story.excluded & set(town.members) - self.region.gone)

    def _behind(self, story: Story, name: str) -> tuple[str, ...]:
        """Return the partner node behind which this reader lives, as a scope."""
        node = self.region.town_of(name).place.node
        return () if node == story.home else (node,)

    def _told(self, referral: str, reader: str, town: "Town") -> None:
        story = self.stories.get(referral)
        if story is None or reader == story.origin:
            return
        id = self.region.id_of(reader)
        known = rows(town.node.memory.store, Held, referral=referral, holder=id)
        if not known and id != story.home and not self._handed(referral, reader):
            self.say("closures reach holders only", f"{reader} heard of a referral it never got")

    def _handed(self, referral: str, reader: str) -> bool:
        """Tell whether this reader was ever handed the referral, whoever remembers it."""
        return self.region.several and (referral, reader) in self.served

    def step(self) -> None:
        """Check what must hold after every step."""
        for town in self.region.towns:
            self._node(town)
            self._visits(town)
            for name in town.members:
                self._member(name, town)
        self.region.testimony.look()
        if self.region.several:
            self._taken_over()

    def _node(self, town: "Town") -> None:
        store, node = town.node.memory.store, town.place.node
        for story in self.stories.values():
            closed = any(
                rows(store, Tombstone, referral=story.referral, scope=scope)
                for scope in (ALL, node)
            )
            key, referral = (node, story.referral), one(store, Referral, story.referral)
            ended = referral is not None and referral.state is ReferralState.CLOSED
            if ended:
                self.ended.add(key)
            elif referral is not None and key in self.ended and not self._rolled(town):
                self.say("closed is final", f"{town.node_name} reopened a referral")
            if closed or ended:
                self._nothing_left(store, story.referral, town.node_name)
        doubled = Counter(
            (row.token, row.to, row.attached)
            for row in rows(store, FeedRow)
            if row.stream == "events" and row.to != "list"
        )
        if any(count > 1 for count in doubled.values()):
            self.say("a repetition has no effect", "one message stands twice on the feed")

    def _rolled(self, town: "Town") -> bool:
        return town.node_name in self.region.rolled

    def _visits(self, town: "Town") -> None:
        """See that nothing a partner sends is an internal error, and whom it may name as reader."""
        store = town.node.memory.store
        if any(call.code == "internal" for call in rows(store, PartnerCalls)):
            self.say("no internal error", f"{town.node_name} visiting a partner")
        for line in rows(store, Held) if self.region.several else ():
            name = None if line.via is None else self.region.name_of(line.holder)
            if line.via is not None and (
                name is None or self.region.town_of(name).place.node != line.via
            ):
                self.say("a node reports its own readers only", f"{line.via}: {line.holder}")

    def _taken_over(self) -> None:
        """See that what crossed a border did so by consent, agreement and the home's ledger."""
        now, taking = set[tuple[str, str]](), set[tuple[str, str]]()
        for town in self.region.towns:
            for story in self.stories.values():
                home = self.region.town_at(story.home)
                if town is home:
                    continue
                way = (town.place.node, story.home)
                if self.region.takes(town, home):
                    taking.add(way)
                if rows(town.node.memory.store, Part, referral=story.referral):
                    now.add((town.place.node, story.referral))
                    self._crosses(story, town, taken=bool({way} & (taking | self.taking)))
        self.taking, self.holding = taking, now

    def _crosses(self, story: Story, town: "Town", *, taken: bool) -> None:
        node, store = town.place.node, self.region.town_at(story.home).node.memory.store
        if node not in story.partners:
            self.say("a consent that names no partner never crosses", f"{node} holds a profile")
        if not rows(store, Held, referral=story.referral, holder=node):
            self.say("ledger first", f"{node} holds what the home node's ledger does not know")
        if not taken and (node, story.referral) not in self.holding and not self._rolled(town):
            self.say("no agreement, no crossing", f"{node} took what it does not take")

    def _member(self, name: str, town: "Town") -> None:
        party = town.members[name]
        store, id = party.memory.store, address(name)
        for story in self.stories.values():
            scopes = (ALL, id, *self._behind(story, name))
            closed = [
                t for s in scopes for t in rows(store, Tombstone, referral=story.referral, scope=s)
            ]
            if closed:
                self._nothing_left(store, story.referral, name)
            dossiers = rows(store, DossierRow, referral=story.referral)
            if name != story.origin and dossiers and name not in story.accepted:
                self.say("contact data only after a yes", f"{name} holds a dossier")
            if name != story.origin and rows(store, Part, referral=story.referral):
                self._holds(story, name)
        system = self.region.systems[name]
        external = Counter(person.get("external") for person in system.people.values())
        if any(count > 1 for count in external.values()):
            self.say("one person in the ATS", f"{name} filed somebody twice")

    def _holds(self, story: Story, name: str) -> None:
        if name in story.excluded:
            self.say("exclusions hold", f"{name} was excluded and holds the profile")
        if not self.named(story, name):
            self.say("only whom the consent names", f"{name} holds the profile")

    def _nothing_left(self, store: MemoryStore, referral: str, who: str) -> None:
        if rows(store, Part, referral=referral):
            self.say("a closure erases", f"{who} keeps the profile")
        if any(token.body for token in rows(store, Token, referral=referral, personal=True)):
            self.say("a closure erases", f"{who} keeps an envelope's body")

    def buried(self) -> None:
        """Check that nothing of an ended referral has come back after its tombstone went."""
        for town in self.region.towns:
            for story in self.stories.values():
                if rows(town.node.memory.store, Part, referral=story.referral):
                    self.say("publications end", f"{town.node_name} took an old referral again")


def rows(store: MemoryStore, kind: type[Any], **equal: Any) -> tuple[Any, ...]:
    """Return durable records."""
    with store.begin(write=False) as transaction:
        return transaction.every(kind, **equal)


def one(store: MemoryStore, kind: type[Any], *key: Any) -> Any:
    """Return one durable record, or None."""
    with store.begin(write=False) as transaction:
        return transaction.get(kind, *key)
