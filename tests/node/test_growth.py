"""What grows with the alliance and what does not, in statements and rows, never in seconds."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import event

from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.schedule import scheduling
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports import loop
from fachkraft_share.protocol import events
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.records import Due, FeedRow, Held
from fachkraft_share.testing.memory import MemoryJournal
from fachkraft_share.testing.scene import NODE, NOW, Scene, Sent, Side
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.story import Story

SIZES = (10, 1_000, 100_000)


class Counting(SqlStore):
    """A store on disk that counts what its database is asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'node.db'}", more=RECORDS)
        self.asked: Counter[str] = Counter()

    @contextmanager
    def counted(self) -> Iterator[Counter[str]]:
        """Count statements by their first word while the block runs."""
        self.asked = Counter()

        def listen(connection: sqlite3.Connection, *_: object) -> None:
            connection.set_trace_callback(lambda text: self.asked.update([text.split()[0]]))

        event.listen(self._engine, "checkout", listen)
        try:
            yield self.asked
        finally:
            event.remove(self._engine, "checkout", listen)


def peopled(directory: Directory, count: int) -> Directory:
    """Return the directory with so many members on its newest list."""
    assert directory.newest is not None
    more = tuple(
        Organisation(f"https://firma-{number}.example", f"Firma {number}", (Role.EMPLOYER,), ())
        for number in range(count - len(directory.known))
    )
    newest = attrs.evolve(directory.newest, members=(*directory.newest.members, *more))
    sha256, readers = directory.stood[newest.name.number]
    return attrs.evolve(
        directory,
        newest=newest,
        known={**directory.known, **{one.id: one for one in more}},
        stood={newest.name.number: (sha256, readers | {one.id for one in more})},
    )


def node_of(store: SqlStore, scene: Scene, story: Story, members: int) -> Side:
    """Return a node on this store in an alliance of so many members, which invited the person."""
    side = Side(scene, NODE, directory=peopled(scene.directory, members))
    side.store = store  # type: ignore[assignment]
    return side.put(story.before(NODE)[0])


def hear(side: Side, sent: Sent) -> None:
    """Apply one message as the node does."""
    message = side.scene.open(sent, directory=side.here.directory)
    party = loop.Party(
        side.here, side.store, MemoryJournal(), side, decide=scheduling(events.decide)
    )
    [outcome] = loop.apply(party, [message], at=NOW)
    assert outcome.status == "accepted", outcome


def published(folder: Path, members: int) -> tuple[Counter[str], int]:
    """Publish one referral in an alliance of so many; return statements and rows of the feed."""
    folder.mkdir()
    store, scene = Counting(folder), Scene(suite=StandIn())
    story = Story(scene)
    side = node_of(store, scene, story, members)
    with store.counted() as asked:
        for sent in (story.draft, story.consent):
            hear(side, sent)
    with store.begin(write=False) as transaction:
        rows = len(transaction.every(FeedRow))
    store.close()
    return asked, rows


def test_publishing_asks_the_same_of_the_database_whatever_the_number_of_members(
    tmp_path: Path,
) -> None:
    """With 10, 1,000 and 100,000 members: the same statements, and one row on the feed."""
    found = [published(tmp_path / str(members), members) for members in SIZES]
    assert found[0] == found[1] == found[2]
    asked, rows = found[0]
    assert asked["INSERT"] > 0  # something was counted
    assert rows == 1  # one row for everybody on the list; the origin is told by an event


def drafted(folder: Path, batch: int) -> Counter[str]:
    """Take in so many drafts with one commit; return statements."""
    folder.mkdir()
    store, scene = Counting(folder), Scene(suite=StandIn())
    stories = [Renamed(scene, f"person {number}") for number in range(batch)]
    sides = [node_of(store, scene, story, 10) for story in stories]
    messages = [scene.open(one.draft, directory=sides[0].here.directory) for one in stories]
    party = loop.Party(sides[0].here, store, MemoryJournal(), sides[0])
    with store.counted() as asked:
        outcomes = loop.apply(party, messages, at=NOW)
    assert {one.status for one in outcomes} == {"accepted"}
    store.close()
    return asked


class Renamed(Story):
    """A story whose message ids no other story uses."""

    def event(self, payload: Any, *, by: str, aud: str, jti: str = "", **more: Any) -> str:
        """Sign an event about this referral."""
        jti = f"{self.referral} {jti or type(payload).__name__}"
        return super().event(payload, by=by, aud=aud, jti=jti, **more)


def test_a_batch_is_read_and_written_with_the_statements_of_one_kind_each(tmp_path: Path) -> None:
    """Ten messages or fifty: as many questions, and only rows are more."""
    few, many = (drafted(tmp_path / str(batch), batch) for batch in (10, 50))
    assert few["SELECT"] == many["SELECT"] <= 5  # seen before, referral, tombstones, parts, link
    assert {word: n for word, n in few.items() if word != "INSERT"} == {
        word: n for word, n in many.items() if word != "INSERT"
    }
    assert many["INSERT"] == 5 * few["INSERT"]  # SQLite tells of each row by itself


def closed(folder: Path, holders: int) -> tuple[Counter[str], int, int]:
    """Close a referral that so many hold; return statements, rows of the feed and debts."""
    folder.mkdir()
    store, scene = Counting(folder), Scene(suite=StandIn())
    story = Story(scene)
    side = node_of(store, scene, story, 10)
    for sent in (story.draft, story.consent):
        hear(side, sent)
    names = [f"https://firma-{number}.example" for number in range(holders)]
    side.put(*(Held(story.referral, one, 1, NOW, NOW) for one in names))
    with store.begin(write=False) as transaction:
        before = len(transaction.every(FeedRow))
    with store.counted() as asked:
        hear(side, story.withdrawal)
    with store.begin(write=False) as transaction:
        rows, owed = len(transaction.every(FeedRow)) - before, len(transaction.every(Due))
    store.close()
    return asked, rows, owed


def test_a_closure_costs_one_row_and_one_debt_for_each_holder(tmp_path: Path) -> None:
    """Statements other than these rows' are the same with 10 holders and with 500."""
    few, many = (closed(tmp_path / str(count), count) for count in (10, 500))
    assert (many[1] - few[1], many[2] - few[2]) == (490, 490)
    assert {word: n for word, n in few[0].items() if word != "INSERT"} == {
        word: n for word, n in many[0].items() if word != "INSERT"
    }
    assert many[0]["INSERT"] - few[0]["INSERT"] == 2 * 490  # SQLite tells of each row by itself


@pytest.mark.parametrize("members", SIZES[:2])
def test_reading_the_feed_asks_nothing_for_the_number_of_members(
    tmp_path: Path, members: int
) -> None:
    """A poll's look at both streams is a fixed number of statements; other readers do not count."""
    from fachkraft_share.node.feed.streams import rows_for
    from fachkraft_share.protocol.delivery import Cursor
    from fachkraft_share.testing.scene import READER

    store, scene = Counting(tmp_path), Scene(suite=StandIn())
    story = Story(scene)
    side = node_of(store, scene, story, members)
    for sent in (story.draft, story.consent):
        hear(side, sent)
    with store.counted() as asked, store.begin(write=False) as transaction:
        found: Any = [
            rows_for(READER, Cursor(stream), 100, transaction=transaction)
            for stream in ("events", "closures")
        ]
    assert [len(one) for one in found] == [1, 0]
    assert asked["SELECT"] == 2
    store.close()
