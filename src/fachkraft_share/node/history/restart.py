"""What every start does: replay the journal, and notice that the state or the journal is older.

1. The journal knows who was served, what was granted and closed, and who is a member; it is never
   rolled back with the state. Replaying it is idempotent.
2. A state that lacks what the journal tells was restored: a new epoch begins, every reader
   resynchronises. A journal that lacks what the state had seen of it: quarantine besides.
3. A grant that is the journal's last line may never have been committed, if the node died just
   then: nobody was served on it, and the person was told of no success. The same holds for one that
   the state lacks although it has later ones: the process that wrote it died, another went on.
4. Other processes may be at work. What their open transactions have written into the journal is
   judged, and counted as had, only when these have ended.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.history import membership_journal
from fachkraft_share.node.history.quarantine import begin_epoch, enter
from fachkraft_share.node.history.regrants import recover
from fachkraft_share.node.neighbours import Neighbours
from fachkraft_share.node.records import Kept
from fachkraft_share.ports.journal import encode_line, journal_head
from fachkraft_share.protocol.erasure import held_of
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import Message, open_message
from fachkraft_share.protocol.records import FeedRow, Held, Referral, Token, Tombstone
from fachkraft_share.wire.encoding import sha256

MARK = "journal"  # `Kept`: up to which line the state surely has it all
HEAD_EVERY = 10 * limits.MINUTE


class Restart:
    """Brings a started node to where its journal says it was."""

    def __init__(self, exchange: Exchange, neighbours: Neighbours) -> None:
        self._exchange = exchange
        self._neighbours = neighbours
        self._marked: tuple[int, str] | None = None
        self._headed = (0, 0)  # feed number of the last head line, and when it was written

    def replay(self) -> None:
        """Replay the journal after what the state is known to have."""
        skipped, behind = self._skippable()
        end = self._exchange.journal.head()
        lines = self._exchange.journal.lines()
        new: list[Mapping[str, Any]] = list(islice(lines, skipped, end[0]))
        self._neighbours.settle()
        missing = self._membership(new) + self._ledger(new)
        missing += self._grants(self._after_known(new)[:-1]) + self._closures(new)
        restored = missing > 0 or not self._fits(new)
        if restored or behind:
            self._begin(behind=behind)
        if not behind:
            self._note(end)

    def mark(self) -> None:
        """Note how far the journal is surely in the state; called by every turn of the worker."""
        at, store = self._exchange.now(), self._exchange.store
        end = self._exchange.journal.head()
        if end != self._marked:
            self._neighbours.settle()
            self._note(end)
        with store.begin(write=False) as transaction:
            number, head = transaction.head()
        if number > self._headed[0] and at - self._headed[1] >= HEAD_EVERY:
            self._exchange.journal.append([{"head": number, "hash": head, "at": at}])
            self._headed = (number, at)

    def _note(self, head: tuple[int, str]) -> None:
        with self._exchange.store.begin() as transaction:
            transaction.put(Kept(MARK, f"{head[0]} {head[1]}"))
        self._marked = head

    def distrust(self) -> None:
        """Start a new epoch and hear every member: the newest journal is not there."""
        self._begin(behind=True)

    def _skippable(self) -> tuple[int, bool]:
        """Return how many lines need no replay, and whether the journal is older than the state."""
        with self._exchange.store.begin(write=False) as transaction:
            kept = transaction.get(Kept, MARK)
        if kept is None:
            return 0, False
        text, _, head = kept.value.partition(" ")
        number, found = int(text), ""
        for count, line in enumerate(self._exchange.journal.lines(), 1):
            if count > number:
                break
            found = journal_head(found, encode_line(line))
        behind = self._exchange.journal.head()[0] < number or found != head
        return (0 if behind else number), behind

    def _membership(self, lines: list[Mapping[str, Any]]) -> int:
        with self._exchange.store.begin() as transaction:
            missing = membership_journal.replay(lines, transaction=transaction)
        self._exchange.members.look()
        return missing

    def _ledger(self, lines: list[Mapping[str, Any]]) -> int:
        missing = 0
        with self._exchange.store.begin() as transaction:
            for line in lines:
                if "served" not in line or self._old(line):
                    continue
                # Its number counts in a history that is over; custody is declared anew.
                held = attrs.evolve(held_of(line), number=limits.INTEGER_MAX)
                if transaction.get(Held, *held.key) is None:
                    transaction.put(held)
                    missing += 1
        return missing

    def _after_known(self, lines: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the lines behind the last grant or closure that the state has.

        Both are replayed in this order, so that a replay that broke off is taken up where it did.
        """
        for number in range(len(lines) - 1, -1, -1):
            token = lines[number].get("closed") or lines[number].get("granted")
            if token is not None and self._known(token):
                return lines[number + 1 :]
        return lines

    def _grants(self, lines: list[Mapping[str, Any]]) -> int:
        missing = 0
        for line in lines:
            if "granted" in line and not self._old(line) and not self._known(line["granted"]):
                missing += self._grant(line)
        return missing

    def _grant(self, line: Mapping[str, Any]) -> int:
        message = self._opened(line["granted"], line["with"])
        if message is None or message.referral is None:
            return 0
        here, at = self._exchange.party().here, self._exchange.now()
        with self._exchange.store.begin() as transaction:
            transaction.lock([message.referral])
            if transaction.get(Tombstone, message.referral, ALL) is not None:
                return 0
            if transaction.get(Referral, message.referral) is None:
                recover(message, line["not_after"], transaction=transaction, here=here, at=at)
                return 1
        self._exchange.apply([message])
        return 1

    def _closures(self, lines: list[Mapping[str, Any]]) -> int:
        missing = 0
        for line in lines:
            if "closed" in line and not self._old(line) and not self._known(line["closed"]):
                missing += self._close(line)
        return missing

    def _known(self, token: str) -> bool:
        with self._exchange.store.begin(write=False) as transaction:
            return transaction.get(Token, sha256(token.encode("ascii"))) is not None

    def _close(self, line: Mapping[str, Any]) -> int:
        message = self._opened(line["closed"], line["with"])
        if message is None:
            return 0
        self._exchange.apply([message])
        return 1

    def _opened(self, token: str, along: list[str]) -> Message | None:
        """Return the message, or None if its signature does not hold.

        It was taken once: as evidence it holds even if its signer was compromised since.
        """
        reader = attrs.evolve(self._exchange.reader(), evidence=True)
        try:
            return open_message(token, reader=reader, attached=along)
        except FachkraftShareError:
            return None

    def _old(self, line: Mapping[str, Any]) -> bool:
        """Tell whether the evidence this line belongs to has gone by its stated period."""
        return int(line["at"]) <= self._exchange.now() - limits.EVIDENCE_DAYS * limits.DAY

    def _fits(self, lines: list[Mapping[str, Any]]) -> bool:
        """Tell whether the feed has the last head that the journal names."""
        heads = [line for line in lines if "head" in line]
        if not heads:
            return True
        with self._exchange.store.begin(write=False) as transaction:
            row = transaction.get(FeedRow, heads[-1]["head"])
        return row is not None and row.head == heads[-1]["hash"]

    def _begin(self, *, behind: bool) -> None:
        with self._exchange.store.begin() as transaction:
            begin_epoch(transaction, self._exchange.fresh_id())
            if behind:
                enter(transaction, since=self._exchange.now())
                transaction.drop(Kept, MARK)
