"""What a page of referrals asks of a member's store, in statements, never in seconds."""

import sqlite3
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.member.records import RECORDS
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.ports import loop
from fachkraft_share.protocol.records import Part, Referral
from fachkraft_share.testing.memory import MemoryJournal
from fachkraft_share.testing.scene import NOW, READER, Scene, Side
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.story import Story


class Renamed(Story):
    """A story whose message ids no other story uses."""

    def event(self, payload: Any, *, by: str, aud: str, jti: str = "", **more: Any) -> str:
        """Sign an event about this referral."""
        jti = f"{self.referral} {jti or type(payload).__name__}"
        return super().event(payload, by=by, aud=aud, jti=jti, **more)


def kept(folder: Path, batch: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Take in so many referrals with one commit; return what SQLite was asked for."""
    asked: Counter[str] = Counter()

    class Counted(sqlite3.Connection):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.set_trace_callback(lambda text: asked.update([text.split()[0]]))

    folder.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Counted))
        store = SqliteStore(folder / "state.db", more=RECORDS)
    scene = Scene(suite=StandIn())
    side = Side(scene, READER)
    released = [Renamed(scene, f"person {number}").released for number in range(batch)]
    messages = [scene.open(one, directory=side.here.directory) for one in released]
    asked.clear()
    outcomes = loop.apply(loop.Party(side.here, store, MemoryJournal(), side), messages, at=NOW)
    statements = Counter(asked)
    assert {one.status for one in outcomes} == {"accepted"}
    with store.begin(write=False) as transaction:
        assert len(transaction.every(Referral)) == batch
        assert len(transaction.every(Part)) == sum(len(one.parts) for one in messages)
    store.close()
    return statements


def test_a_page_is_read_and_written_with_the_statements_of_one_kind_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten referrals or fifty: as many questions, and only rows are more."""
    few, many = (kept(tmp_path / str(batch), batch, monkeypatch) for batch in (10, 50))
    assert few["SELECT"] == many["SELECT"] <= 4  # seen before, referral, tombstones, parts
    assert few["SAVEPOINT"] == many["SAVEPOINT"] == 0
    assert many["INSERT"] == 5 * few["INSERT"] > 0  # SQLite tells of each row by itself
