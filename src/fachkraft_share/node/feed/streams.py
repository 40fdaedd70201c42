"""Looking at the feed from where a reader stands: its page of closures, its page of events."""

from collections.abc import Mapping, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.node.callers import Caller
from fachkraft_share.node.feed import serving
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
    limit, to = look.rows * _SCANNED, (look.caller.id, LIST)
    rows = _rows(cursor, to, limit + 1, transaction=look.transaction)
    loaded = serving.load(look.transaction, rows, reader=look.caller.id, at=look.caller.at)
    given, done, held_back = _choose(rows[:limit], loaded, look=look)
    complete = done == len(rows)
    kept = {one.row.number for one in given}
    passed = {row.number: row.referral for row in rows[:done] if row.referral}
    return Page(
        tuple(given),
        behind(cursor, rows[:done], end=look.end if complete else None),
        not (complete or held_back),
        {number: about for number, about in passed.items() if number not in kept},
    )


def rows_for(
    reader: str, cursor: Cursor, rows: int, *, transaction: Transaction
) -> tuple[FeedRow, ...]:
    """Return the rows that a look for so many would scan."""
    if cursor.stream == EVENTS:
        return _rows(cursor, (reader, LIST), rows * _SCANNED, transaction=transaction)
    return _rows(cursor, (reader,), rows, transaction=transaction)


def new_rows_for(
    reader: str, cursor: Cursor, rows: int, *, end: tuple[int, str], transaction: Transaction
) -> tuple[FeedRow, ...]:
    """Return the same, without a search where the reader stands at the feed's end."""
    if cursor.number >= end[0]:
        return ()
    return rows_for(reader, cursor, rows, transaction=transaction)


def behind(cursor: Cursor, rows: Sequence[FeedRow], *, end: tuple[int, str] | None) -> Cursor:
    """Return where the reader stands: behind the last row done with, or at the feed's end."""
    last = (rows[-1].number, rows[-1].head) if rows else (cursor.number, cursor.head)
    return Cursor(cursor.stream, *max(last, end or last))


def _choose(
    rows: Sequence[FeedRow], loaded: serving.Loaded, *, look: Look
) -> tuple[list[Given], int, bool]:
    """Return what is given, how many rows are done with, and whether the rest is held back."""
    given: list[Given] = []
    room = limits.POLL_BYTES
    for done, row in enumerate(rows):
        if row.referral is not None and row.referral not in look.locked:
            return given, done, False  # it came after the locks were taken
        found = serving.event(row, loaded, reader=look.caller.id, here=look.here, at=look.caller.at)
        if isinstance(found, str):
            return given, done, True
        if found is None:
            continue
        room -= found.size
        if len(given) == look.rows or (given and room < 0):
            return given, done, False
        given.append(found)
    return given, len(rows), False


def _rows(
    cursor: Cursor, to: tuple[str, ...], limit: int, *, transaction: Transaction
) -> tuple[FeedRow, ...]:
    after = ("number", cursor.number)
    return transaction.every(FeedRow, after=after, limit=limit, stream=cursor.stream, to=to)
