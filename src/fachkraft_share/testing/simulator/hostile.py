"""A partner node with real keys that lies: what it says is signed, and must not be believed.

It forges rows on its own feed, posts what it has, answers with what it answered before, adds
others' referrals to its answers, and writes its history anew.
"""

from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share import limits
from fachkraft_share.node.partners.reporting import REPORTED
from fachkraft_share.node.records import PartnerHead
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.delivery import FeedHead, head_after
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.parts import part_hash, write_part
from fachkraft_share.protocol.payloads import (
    Delivered,
    DeliveryReported,
    ReferralClosed,
    ReferralPublished,
)
from fachkraft_share.protocol.records import FeedRow, Referral, Token
from fachkraft_share.testing.simulator.watch import one, rows
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import sha256

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region
    from fachkraft_share.testing.simulator.town import Town

KEPT = 12  # answers kept for replays
REPLAYED = frozenset({"POST /poll", "GET /federation", "GET /heads"})


@attrs.define
class HostileNode:
    """The lies of one node; its service stays as it is."""

    region: "Region"
    town: "Town"
    answers: dict[str, list[Response]] = attrs.field(factory=dict)
    rewritten: dict[str, int] = attrs.field(factory=dict)  # who keeps a head it has not any more

    def lie(self) -> None:
        """Tell one lie."""
        lies = (self._report, self._close, self._publish, self._copy, self._rewrite)
        self.region.random.choice(lies)()

    def answer(self, request: Request, answer: Response) -> Response:
        """Answer another node as before, or with something of a third, or honestly."""
        region, operation = self.region, request.operation
        if operation not in REPLAYED or answer.status != 200:
            return answer
        kept = self.answers.setdefault(operation, [])
        kept.append(answer)
        del kept[:-KEPT]
        if not region.chance(region.faults.malice):
            return answer
        if operation == "POST /poll" and region.watch.copies and region.random.random() < 0.5:
            return self._with_more(answer)
        return region.random.choice(kept)

    def _with_more(self, answer: Response) -> Response:
        """Add a referral that was served by some node to somebody."""
        body: Any = strict.read(answer.body, limit=len(answer.body))
        copy = self.region.random.choice(self.region.watch.copies)
        more: Any = strict.read(copy, limit=len(copy))
        return attrs.evolve(
            answer, body=strict.write({**body, "events": [*body["events"], *more["events"]]})
        )

    def _others(self) -> "list[Town]":
        return [town for town in self.region.towns if town is not self.town]

    def _foreign(self) -> Referral | None:
        known = [one for one in rows(self.town.node.memory.store, Referral) if one.home]
        return self.region.random.choice(known) if known else None

    def _say(self, to: str, said: Emit, *, stream: str = "") -> None:
        exchange = self.town.node.service.exchange
        with exchange.store.begin() as transaction:
            if not stream:
                exchange.voice.say(
                    attrs.evolve(said, to=(to,)), transaction=transaction, at=exchange.now()
                )
                return
            token = exchange.voice.sign(said, at=exchange.now())
            name, at = sha256(token.encode()), exchange.now()
            kept = Token(name, said.type, exchange.id, said.referral, said.personal, token, at)
            transaction.put(kept)
            transaction.append(stream=stream, to=to, token=name, at=at, referral=said.referral)

    def _report(self) -> None:
        """Report as readers: members of others, and nobody at all."""
        known = self._foreign()
        if known is None:
            return
        at, ids = self.town.now(), [self.region.id_of(name) for name in self.region.members]
        entries = [Delivered(id, at) for id in (*ids, "https://nobody.example")]
        said = Emit(REPORTED, known.home or "", known.id, DeliveryReported(entries))
        self._say(known.home or "", said)

    def _close(self) -> None:
        """Close somebody else's referral as if it were its own."""
        known = self._foreign()
        if known is None:
            return
        reason = self.region.random.choice(("expired", "withdrawn", "agreement_ended"))
        body = ReferralClosed(known.origin, known.key_x, known.nonce, ALL, reason, known.not_after)
        home = known.home or ""
        said = Emit("referral.closed", f"{home}/holders", known.id, body)
        self._say(home, said, stream=CLOSURES)

    def _publish(self) -> None:
        """Post a referral as its own, under the same key and nonce."""
        known = self._foreign()
        if known is None:
            return
        part = write_part("occupation", {"occupation": "43"}, salt=bytes(limits.ID_BYTES))
        hashes = {"occupation": part_hash(part)}
        body = ReferralPublished(1, known.not_after, known.key_x, known.nonce, hashes)
        exchange = self.town.node.service.exchange
        for town in self._others():
            said = Emit("referral.published", f"{town.place.node}/members", known.id, body)
            token = exchange.voice.sign(said, at=exchange.now())
            event: Any = {"token": token, "with": [], "parts": [part]}
            self.region.post(strict.write({"events": [event]}), town)

    def _copy(self) -> None:
        """Post to others what it was served, as a member would."""
        if self.region.watch.copies:
            body = self.region.random.choice(self.region.watch.copies)
            self.region.post(body, self.region.random.choice(self._others()))

    def _rewrite(self) -> None:
        """Write its feed anew, from the row on whose head a partner keeps."""
        town = self.region.random.choice(self._others())
        kept = one(town.node.memory.store, PartnerHead, self.town.place.node)
        store = self.town.node.memory.store
        row = one(store, FeedRow, kept.number) if kept is not None else None
        if row is None or row.head != kept.head:
            return
        head = sha256(row.head.encode())
        with store.begin() as transaction:
            transaction.put(attrs.evolve(row, head=head))
            later = transaction.every(FeedRow, after=("number", kept.number))
            for following in sorted(later, key=lambda row: row.number):
                head = head_after(head, following)
                transaction.put(attrs.evolve(following, head=head))
            for end in transaction.every(FeedHead):
                transaction.put(attrs.evolve(end, head=head))
        self.rewritten[town.node_name] = kept.number
