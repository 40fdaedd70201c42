"""What a hostile node signed to its partners, and whether they noticed when it belied itself.

What counts is what arrived: a node that keeps up its old history towards a partner, or falls
silent, has shown nothing to be found out by.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import WireError
from fachkraft_share.node.records import HeadDispute, PartnerHead
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.testing.simulator.watch import one, rows
from fachkraft_share.wire import jws, strict

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region

SIGNED = "urn:fks:event:feed.signed:1"


@attrs.define
class Testimony:
    """Contradictions that were shown to a partner: by reader and number, and since when."""

    region: "Region"
    shown: Counter[str] = attrs.field(factory=Counter)  # by kind: a head, a list
    found: Counter[str] = attrs.field(factory=Counter)
    waited: list[int] = attrs.field(factory=list)  # seconds from showing to finding
    _heads: dict[tuple[str, int], int] = attrs.field(factory=dict)
    _lists: dict[str, int] = attrs.field(factory=dict)  # the number each reader knew

    def hear(self, reader: str, request: Request, answer: Response) -> None:
        """Look at an answer of the hostile node as it arrives at a partner's."""
        if request.operation == "GET /heads":
            self._head(reader, request, answer)
        if request.operation == "GET /federation" and answer.status == 200:
            self._list(reader, request, answer)

    def forget(self, reader: str) -> None:
        """Ask nothing of a partner that died, or came back from a backup, before it could note."""
        gone = [key for key in self._heads if key[0] == reader]
        for key in gone:
            del self._heads[key]
        self.shown["head"] -= len(gone)
        self.shown["list"] -= self._lists.pop(reader, None) is not None

    def look(self) -> None:
        """See what was noticed since; a day is the longest that it may take."""
        now = self.region.clock.at
        for (reader, number), since in tuple(self._heads.items()):
            store = self.region.nodes[reader].node.memory.store
            if rows(store, HeadDispute, number=number):
                del self._heads[reader, number]
                self.found["head"] += 1
                self.waited.append(now - since)
            elif now - since > limits.DAY:
                self.region.watch.say("a belied head is seen", f"{reader} noticed nothing")
        for reader, known in tuple(self._lists.items()):
            del self._lists[reader]
            if (self._known(reader) or 0) < known:
                self.region.watch.say("no list goes back", f"{reader} took an older list")
            self.found["list"] += 1

    def _head(self, reader: str, request: Request, answer: Response) -> None:
        store = self.region.nodes[reader].node.memory.store
        kept = one(store, PartnerHead, self._liar)
        if kept is None:
            return
        asked = request.query.partition("number=")[2]
        if answer.status == 404 and asked == str(kept.number):
            self._show(reader, kept.number)
            return
        said = _signed(answer, to=self.region.id_of(reader))
        if said is None:
            return
        number, head = said
        belied = number == kept.number and head != kept.head
        if belied or (not asked and number < kept.number):
            self._show(reader, kept.number)

    def _show(self, reader: str, number: int) -> None:
        if (reader, number) not in self._heads:
            self._heads[reader, number] = self.region.clock.at
            self.shown["head"] += 1

    def _list(self, reader: str, request: Request, answer: Response) -> None:
        known = self._known(reader)
        body: Any = strict.read(answer.body, limit=len(answer.body))
        number = jws.parse(body["pages"][0], types=tuple(jws.Type)).claims["number"]
        if not request.query and known is not None and number < known:
            self._lists.setdefault(reader, known)
            self.shown["list"] += 1

    def _known(self, reader: str) -> int | None:
        directory = self.region.nodes[reader].node.service.exchange.directory()
        partner = directory.partners.get(self._liar)
        newest = partner.directory.newest if partner is not None else None
        return newest.name.number if newest is not None else None

    @property
    def _liar(self) -> str:
        return self.region.id_of(self.region.liar or "")


def _signed(answer: Response, *, to: str) -> tuple[int, str] | None:
    """Return the head that was signed for this reader; another's proves nothing."""
    if answer.status != 200:
        return None
    try:
        body: Any = strict.read(answer.body, limit=len(answer.body))
        claims = jws.parse(body["head"], types=tuple(jws.Type)).claims
        said = claims["events"][SIGNED]
    except (WireError, KeyError):
        return None
    if claims.get("aud") != to:
        return None
    return said["number"], said["head"]
