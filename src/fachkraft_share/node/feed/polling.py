"""`POST /poll`: closures first, then what the gate lets through; the ledger before the answer.

1. What leaves was committed as served, in the ledger and in the journal, before it leaves.
2. A cursor that comes back says custody of all rows up to it, or up to the first one held back.
3. A cursor of another history is refused: the reader resynchronises, and declares what it holds.
4. A row is passed over only by the newest list: if another process signed one meanwhile, the answer
   is undone and made anew.
"""

from collections.abc import Iterable, Iterator, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    BusyError,
    FachkraftShareError,
    MalformedError,
    QuarantineError,
    RefusedError,
    WireError,
)
from fachkraft_share.node.alliance.members import newest_number
from fachkraft_share.node.callers import Caller, identify
from fachkraft_share.node.calls import demand_whole, plain_answer, read_json
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed.cursors import Cursors, epoch_of
from fachkraft_share.node.feed.holding_back import stretch
from fachkraft_share.node.feed.ledger import (
    custody_due,
    note_never_taken,
    take_custody,
    write_served,
)
from fachkraft_share.node.feed.streams import (
    Look,
    Page,
    behind,
    closures_after,
    events_after,
    new_rows_for,
)
from fachkraft_share.node.history.quarantine import quarantined
from fachkraft_share.node.history.redeclaring import declare
from fachkraft_share.node.records import ReaderState, Spent
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES, EVENTS
from fachkraft_share.protocol.decision import Here, Need, every, one
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.records import Due
from fachkraft_share.wire.ids import check_id


@attrs.frozen
class Ask:
    """The body of a poll."""

    closures: str | None = None
    events: str | None = None
    max: int = limits.POLL_MAX
    wait: int = 0
    held: tuple[str, ...] | None = None
    resync: bool = False

    @property
    def rows(self) -> int:
        """How many rows one answer may hold."""
        return max(1, min(self.max, limits.POLL_MAX))

    @property
    def seconds(self) -> int:
        """How long the reader is willing to wait."""
        return max(0, min(self.wait, limits.POLL_WAIT))


@attrs.frozen
class News:
    """A poll for which there is something: `about` names the referrals it must lock."""

    caller: Caller
    ask: Ask
    about: frozenset[str] = frozenset()


@attrs.frozen
class Polled:
    """An answer; an empty one may be asked for again while the reader waits."""

    response: Response
    empty: bool
    caller: Caller
    ask: Ask


class Polling:
    """Answers polls; owns no thread: whoever waits calls `again`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def poll(self, request: Request) -> Polled:
        """Answer a poll at once.

        Raises:
            RefusedError: not a member's call, or `history`.
            QuarantineError: this node was restored and has not heard this reader yet.
        """
        [found] = self.glance([request])
        if isinstance(found, FachkraftShareError):
            raise found
        return self.serve(found) if isinstance(found, News) else found

    def glance(self, requests: Sequence[Request]) -> list[Polled | News | FachkraftShareError]:
        """Answer those polls for which there is nothing; most are such.

        One look for all, and one small write, which uses their tokens up: what leaves then is as
        durable as if each had come alone.

        Raises:
            StoreError: none of them was answered.
        """
        asked = [self._asked(one) for one in requests]
        with self._exchange.store.begin(write=False) as transaction:
            transaction.read_ahead(_foreseen(one for one in asked if isinstance(one, News)))
            found = [self._glanced(one, transaction=transaction) for one in asked]
        used = self._spend([one.caller for one in found if isinstance(one, Polled)])
        return [used.get(id(one.caller), one) if isinstance(one, Polled) else one for one in found]

    def serve(self, news: News) -> Polled:
        """Answer a poll for which there is something.

        Raises:
            RefusedError: `replay`, or `history`.
            QuarantineError: this node was restored and has not heard this reader yet.
        """
        return self._answer(news.caller, news.ask, fresh=True, about=news.about)

    def again(self, polled: Polled) -> Polled:
        """Answer the same poll once more, after something was committed."""
        caller = attrs.evolve(
            polled.caller, at=self._exchange.now(), directory=self._exchange.directory()
        )
        return self._answer(caller, attrs.evolve(polled.ask, held=None, resync=False), fresh=False)

    def _asked(self, request: Request) -> News | FachkraftShareError:
        try:
            demand_whole(request, limit=limits.REQUEST_BYTES)
            caller = identify(request, self._exchange)
            return News(caller, _checked(read_json(request, Ask)))
        except (RefusedError, WireError) as error:
            return error

    def _glanced(
        self, asked: News | FachkraftShareError, *, transaction: Transaction
    ) -> Polled | News | FachkraftShareError:
        if isinstance(asked, FachkraftShareError):
            return asked
        try:
            return self._peek(asked.caller, asked.ask, transaction=transaction)
        except (RefusedError, WireError) as error:
            return error

    def _answer(
        self, caller: Caller, ask: Ask, *, fresh: bool, about: frozenset[str] | None = None
    ) -> Polled:
        try:
            return self._answered(caller, ask, fresh=fresh, about=about)
        except _OutdatedError:
            self._exchange.members.look()
            caller = attrs.evolve(caller, directory=self._exchange.directory())
            return self._answered(caller, ask, fresh=fresh, about=about)

    def _answered(
        self, caller: Caller, ask: Ask, *, fresh: bool, about: frozenset[str] | None
    ) -> Polled:
        if about is None:
            with self._exchange.store.begin(write=False) as transaction:
                found = self._peek(caller, ask, transaction=transaction)
            if isinstance(found, Polled):  # only of a poll that waits: its token is used up
                return found
            about = found.about
        here = self._exchange.party().here
        lines: list[dict[str, object]] = []
        with self._exchange.store.begin() as transaction:
            transaction.lock(sorted({caller.lock, *about, *(ask.held or ())}))
            if fresh:
                caller.spend(transaction)
            cursors = Cursors(self._exchange, caller.id, transaction)
            at_closures = cursors.read(ask.closures, stream=CLOSURES)
            at_events = cursors.read(ask.events, stream=EVENTS)
            shut = _resynchronised(caller, ask, here=here, transaction=transaction, lines=lines)
            take_custody(caller, at_events, transaction=transaction)
            end = transaction.head()  # before the rows: whatever comes after it is not passed over
            look = Look(transaction, caller, ask.rows, here, about, end)
            closures = closures_after(at_closures, look=look)
            events = Page((), at_events, more=closures.more)
            fresh_list = here.directory.fresh(at=caller.at)  # expired: wait, pass nothing over
            if not (closures.more or shut) and caller.active and fresh_list:
                events = events_after(at_events, look=look)
                _demand_newest(here.directory, transaction=transaction)
            write_served(events.given, caller, transaction=transaction, lines=lines)
            note_never_taken(events, caller, transaction=transaction)
            if lines:
                self._exchange.journal.append(list(lines))
            response = self._page(closures, events, caller=caller, cursors=cursors)
        empty = not (closures.given or events.given or closures.more or events.more)
        return Polled(response, empty, caller, ask)

    def _peek(self, caller: Caller, ask: Ask, *, transaction: Transaction) -> Polled | News:
        """Look without locks: return the answer if there is nothing new, or what to lock if not."""
        cursors = Cursors(self._exchange, caller.id, transaction)
        at_closures = cursors.read(ask.closures, stream=CLOSURES)
        at_events = cursors.read(ask.events, stream=EVENTS)
        end = transaction.head()
        where = stretch(at_events, caller.id, at=caller.at, transaction=transaction)
        rows = new_rows_for(
            caller.id, at_events, ask.rows, end=end, transaction=transaction, where=where
        )
        about = frozenset(row.referral for row in rows if row.referral is not None)
        ahead = where.back or rows
        news = ahead or new_rows_for(caller.id, at_closures, 1, end=end, transaction=transaction)
        if news or ask.resync or custody_due(caller, at_events, transaction=transaction):
            return News(caller, ask, about)
        if quarantined(transaction):
            return News(caller, ask, about)
        closures = Page((), behind(at_closures, (), end=end), more=False)
        events = Page((), behind(at_events, (), end=end), more=False)
        response = self._page(closures, events, caller=caller, cursors=cursors)
        return Polled(response, empty=True, caller=caller, ask=ask)

    def _spend(self, callers: Sequence[Caller]) -> dict[int, FachkraftShareError]:
        """Use up these callers' tokens in one commit; return the refusals, by the caller."""
        refused: dict[int, FachkraftShareError] = {}
        if not callers:
            return refused
        with self._exchange.store.begin() as transaction:
            transaction.lock(sorted({caller.lock for caller in callers}))
            transaction.read_ahead(one(Spent, *caller.token) for caller in callers)
            for caller in callers:
                try:
                    caller.spend(transaction)
                except RefusedError as error:
                    refused[id(caller)] = error
        return refused

    def _page(self, closures: Page, events: Page, *, caller: Caller, cursors: Cursors) -> Response:
        newest = caller.directory.newest
        status = {
            "list": newest.name.number if newest is not None else 0,
            "now": caller.at,
            "more": closures.more or events.more,
            "owes": len(cursors.transaction.every(Due, holder=caller.id)),
            **_partners(caller.directory),
        }
        body = {
            "closures": [one.plain() for one in closures.given],
            "events": [one.plain() for one in events.given],
            "next": {
                CLOSURES: cursors.write(closures.next),
                EVENTS: cursors.write(events.next),
            },
            "status": status,
        }
        return plain_answer(body)


def _foreseen(asked: Iterable[News]) -> Iterator[Need]:
    """Yield what looking at these readers' places will ask the store for."""
    for news in asked:
        yield one(ReaderState, news.caller.id)
        yield every(Due, holder=news.caller.id)


def _partners(directory: Directory) -> dict[str, object]:
    """Return by node which list of each partner is known here, for who must fetch it."""
    lists = {node: one.directory.newest for node, one in sorted(directory.partners.items())}
    numbers = {node: one.name.number for node, one in lists.items() if one is not None}
    return {"partners": numbers} if numbers else {}


def _resynchronised(
    caller: Caller,
    ask: Ask,
    *,
    here: Here,
    transaction: Transaction,
    lines: list[dict[str, object]],
) -> bool:
    """Note what a reader declares after a restore; tell whether only closures may go out."""
    epoch = epoch_of(transaction)
    state = transaction.get(ReaderState, caller.id) or ReaderState(caller.id)
    if ask.resync:
        transaction.put(attrs.evolve(state, epoch=epoch, custody=0))
        lines += declare(ask.held or (), caller, here=here, transaction=transaction)
    shut = quarantined(transaction)
    if shut and not ask.resync and state.epoch != epoch:
        raise QuarantineError("resynchronise first: closures, then what is held")
    return shut


def _checked(ask: Ask) -> Ask:
    """Refuse what is declared as held before anything is locked by its name.

    Raises:
        MalformedError: no referral ids, or too many.
    """
    held = ask.held or ()
    if len(held) > limits.HELD_DECLARED:
        raise MalformedError(f"held: at most {limits.HELD_DECLARED} ids at once")
    for id in held:
        check_id(id)
    return ask


class _OutdatedError(BusyError):
    """Another process signed a newer list than the one rows were judged by."""


def _demand_newest(directory: Directory, *, transaction: Transaction) -> None:
    newest = directory.newest
    if newest is not None and newest.name.number < newest_number(transaction):
        raise _OutdatedError("a new member list was signed just now")
