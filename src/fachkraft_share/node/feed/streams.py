"""Looking at the feed from where a reader stands: its page of closures, its page of events."""

from collections.abc import Mapping, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.node.callers import Caller
from fachkraft_share.node.feed import serving
from fachkraft_share.node.feed.holding_back import (
    UNSETTLED,
    Stretch,
    read_past,
    returned,
    stretch,
)
from fachkraft_share.node.feed.serving import Given
from fachkraft_share.node.voice import LIST
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import EVENTS
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.delivery import Cursor
from fachkraft_share.protocol.records import FeedRow

_SCANNED = 5  # rows looked at for one that is asked for: many may be passed over
_NOTHING: Mapping[int, str] = {}


@attrs.frozen
class Page:
    """What one look at a stream gave: rows to hand out, the next cursor, whether more waits."""

    given: tuple[Given, ...]
    next: Cursor
    more: bool
    passed: Mapping[int, str] = _NOTHING  # rows passed over, and the referrals they are about


@attrs.frozen
class Look:
    """One look: for whom, how many rows, what was locked, where the feed ended just before."""

    transaction: Transaction
    caller: Caller
    rows: int
    here: Here
    locked: frozenset[str]
    end: tuple[int, str]


def closures_after(cursor: Cursor, *, look: Look) -> Page:
    """Return the next ends the reader is to hear of; they are never held back."""
    found = _rows(cursor, (look.caller.id,), look.rows + 1, transaction=look.transaction)
    more, rows = len(found) > look.rows, found[: look.rows]
    loaded = serving.load(look.transaction, rows, reader=look.caller.id, at=look.caller.at)
    closures = [serving.closure(row, loaded) for row in rows]
    given = tuple(one for one in closures if one is not None)
    return Page(given, behind(cursor, rows, end=None if more else look.end), more)


def events_after(cursor: Cursor, *, look: Look) -> Page:
    """Return the next events the gate lets through to the reader."""
    reader, at, transaction = look.caller.id, look.caller.at, look.transaction
    where, limit = stretch(cursor, reader, at=at, transaction=transaction), look.rows * _SCANNED
    rows = _rows(cursor, (reader, LIST), limit + 1, transaction=transaction, where=where)
    loaded = serving.load(transaction, rows, reader=reader, at=at)
    chosen = _choose(rows[:limit], loaded, look=look, back=where.back)
    done, complete = rows[: chosen.done], chosen.done == len(rows)
    out = {one.row.number for one in chosen.given} | {*chosen.withheld}
    passed = {row.number: row.referral for row in done if row.referral and row.number not in out}
    if where.back:
        last = done[-1].number if done else 0
        place, more = returned(cursor, last=last, complete=complete), not chosen.stopped
    else:
        place = behind(cursor, done, end=look.end if complete else None)
        place, more = read_past(place, chosen.withheld), not (complete or chosen.stopped)
    return Page(tuple(chosen.given), place, more, passed)


def rows_for(
    reader: str,
    cursor: Cursor,
    rows: int,
    *,
    transaction: Transaction,
    where: Stretch | None = None,
) -> tuple[FeedRow, ...]:
    """Return the rows that a look for so many would scan."""
    if cursor.stream == EVENTS:
        to, limit = (reader, LIST), rows * _SCANNED
        return _rows(cursor, to, limit, transaction=transaction, where=where)
    return _rows(cursor, (reader,), rows, transaction=transaction)


def new_rows_for(
    reader: str,
    cursor: Cursor,
    rows: int,
    *,
    end: tuple[int, str],
    transaction: Transaction,
    where: Stretch | None = None,
) -> tuple[FeedRow, ...]:
    """Return the same, without a search where the reader stands at the feed's end."""
    back = where is not None and where.back
    if cursor.number >= end[0] and not back:
        return ()
    return rows_for(reader, cursor, rows, transaction=transaction, where=where)


def behind(cursor: Cursor, rows: Sequence[FeedRow], *, end: tuple[int, str] | None) -> Cursor:
    """Return where the reader stands: behind the last row done with, or at the feed's end."""
    last = (rows[-1].number, rows[-1].head) if rows else (cursor.number, cursor.head)
    number, head = max(last, end or last)
    return Cursor(cursor.stream, number, head, cursor.held)


@attrs.define
class _Chosen:
    """What is given of some rows, how many are done with, and why not more."""

    given: list[Given] = attrs.field(factory=list)
    done: int = 0
    stopped: bool = False  # the reader must mend something before it may go on
    withheld: tuple[int, ...] = ()  # rows read past


def _choose(rows: Sequence[FeedRow], loaded: serving.Loaded, *, look: Look, back: bool) -> _Chosen:
    """Give what the gate lets through; of rows that were read past, only what was held back."""
    chosen, room = _Chosen(), limits.POLL_BYTES
    for row in rows:
        if row.referral is not None and row.referral not in look.locked:
            return chosen  # it came after the locks were taken
        found = _judged(row, loaded, look=look, back=back)
        if isinstance(found, Given):
            room -= found.size
            if len(chosen.given) == look.rows or (chosen.given and room < 0):
                return chosen
            chosen.given.append(found)
        elif found == UNSETTLED and not back:
            chosen.withheld += (row.number,)
        elif found is not None:
            chosen.stopped = True
            return chosen
        chosen.done += 1
    return chosen


def _judged(row: FeedRow, loaded: serving.Loaded, *, look: Look, back: bool) -> Given | str | None:
    if back and not serving.may_be_withheld(row, loaded):
        return None  # it was given when it was read past
    return serving.event(row, loaded, reader=look.caller.id, here=look.here, at=look.caller.at)


def _rows(
    cursor: Cursor,
    to: tuple[str, ...],
    limit: int,
    *,
    transaction: Transaction,
    where: Stretch | None = None,
) -> tuple[FeedRow, ...]:
    where = where or Stretch(cursor.number)
    after = ("number", where.after)
    until = ("number", where.until) if where.until is not None else None
    stream = cursor.stream
    return transaction.every(FeedRow, after=after, until=until, limit=limit, stream=stream, to=to)
