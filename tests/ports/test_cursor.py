"""Where a reading stands: nothing lost, nothing twice, whatever is broken off."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import PermanentAdapterError, StateError
from fachkraft_share.model.candidate import Stage
from fachkraft_share.ports.capabilities import Capabilities, Changes, Covers, Granularity
from fachkraft_share.ports.cursor import Cursor, Window, read_cursor, window
from fachkraft_share.ports.reading import Change, Checkpoint, Problem, StageMap
from fachkraft_share.testing.adapter_harness import invented, read_once, reading
from fachkraft_share.testing.memory_ats import STAGES, MemoryAdapter
from fachkraft_share.testing.memory_harness import MemoryHarness
from fachkraft_share.testing.system_harness import START

ALL = frozenset({Covers.STATUS, Covers.RECORD, Covers.DOCUMENTS})
FILTERED = Capabilities(changes=Changes.UPDATED, covers=ALL)


@pytest.mark.parametrize(
    ("able", "difference", "since"),
    [
        (FILTERED, 0, 99_999),
        (attrs.evolve(FILTERED, strict=True), 0, 99_998),
        (FILTERED, 30, 99_969),
        (FILTERED, -30, 99_969),
        (attrs.evolve(FILTERED, naive=True), 0, 96_399),
        (attrs.evolve(FILTERED, granularity=Granularity.MINUTE), 0, 99_900),
        (attrs.evolve(FILTERED, granularity=Granularity.DAY), 0, 0),
    ],
)
def test_asked_is_from_one_granule_before(able, difference, since):
    """The overlap holds the granule, the clocks' difference and the hour that comes twice."""
    asked = window(Cursor(since=100_000), able, clock_difference=difference, at=0)
    assert asked == Window(since=since)


@pytest.mark.parametrize("changes", [Changes.NONE, Changes.CREATED_ONLY])
def test_systems_without_a_useful_filter_are_read_whole(changes):
    """CREATED_ONLY never shows a later rejection, so it is run like NONE."""
    able = attrs.evolve(FILTERED, changes=changes)
    assert window(Cursor(since=5), able, clock_difference=0, at=9) == Window()


def test_what_the_filter_does_not_cover_is_found_by_a_daily_scan():
    """Where a new document does not move the filter, everything is read once a day."""
    able = attrs.evolve(FILTERED, covers=frozenset({Covers.STATUS}))
    cursor = Cursor(since=500_000, scanned_at=500_000)
    soon = window(cursor, able, clock_difference=0, at=500_000 + limits.FULL_SCAN - 1)
    late = window(cursor, able, clock_difference=0, at=500_000 + limits.FULL_SCAN)
    assert (soon.since is None, late) == (False, Window())


def test_a_vendors_token_is_handed_back():
    """With TOKEN the vendor says where to go on."""
    able = Capabilities(changes=Changes.TOKEN)
    assert window(Cursor(token="t7"), able, clock_difference=0, at=0) == Window(token="t7")
    assert window(Cursor(), able, clock_difference=0, at=0) == Window()


@given(
    st.builds(
        Cursor,
        since=st.none() | st.integers(0, 2**40),
        token=st.text(max_size=5),
        scanned_at=st.none() | st.integers(0, 2**40),
        mapping=st.text(max_size=5),
        seen=st.dictionaries(st.text(max_size=5), st.tuples(st.text(max_size=5), st.integers())),
    )
)
@settings(max_examples=100)
def test_a_stored_cursor_is_read_back(cursor):
    """Text and back is the same."""
    assert read_cursor(cursor.text) == cursor


@pytest.mark.parametrize("text", ["x", "{}", "[]", "[1,2]", "[99,null,'',null,'',{}]", "7", "null"])
def test_a_foreign_cursor_is_refused(text):
    """It says to begin again instead of skipping something."""
    with pytest.raises(StateError):
        read_cursor(text)


def test_only_so_much_is_remembered():
    """The oldest go first; they would be handed out again, which is harmless."""
    seen = {str(n): ("h", n) for n in range(limits.SEEN_RECORDS + 3)}
    kept = read_cursor(Cursor(seen=seen).text).seen
    assert len(kept) == limits.SEEN_RECORDS
    assert "0" not in kept


def test_a_changed_stage_map_reads_everything_anew():
    """A stage that is mapped now may mean people who were passed over before."""
    harness = MemoryHarness()
    harness.seed(invented(1), stage=Stage.UNMAPPED, changed_at=START - 100 * limits.DAY)
    harness.seed(invented(2))
    _, cursor = read_once(harness.fresh(), at=START)
    adapter = harness.fresh()
    adapter.stage_map = StageMap(
        {**STAGES.stages, "s-nobody-knows": Stage.REJECTED}, frozenset({"s-nobody-knows"})
    )
    assert len(read_once(adapter, cursor, at=START + 1)[0]) == 1


class HalfWritten(MemoryAdapter):
    """One record is not there whole yet."""

    def _changes(self, asked, *, at):
        for record in super()._changes(asked, at=at):
            if self.system.applications[record.id].get("half"):
                yield Problem(record.id, "", "half", "wait", temporary=True)
            else:
                yield record


def test_the_moment_does_not_advance_past_what_is_still_being_written():
    """A record that was half written long ago is read once it is whole."""
    harness = MemoryHarness(HalfWritten)
    half = harness.seed(invented(1), changed_at=START - 50 * limits.DAY)
    harness.system.applications[half]["half"] = True
    harness.seed(invented(2))
    _, cursor = read_once(harness.fresh(), at=START)
    del harness.system.applications[half]["half"]
    assert read_once(harness.fresh(), cursor, at=START + 5)[0] == [half]


class Endless(MemoryAdapter):
    """Its paging never ends."""

    def _changes(self, asked, *, at):
        record = next(super()._changes(asked, at=at))
        while True:
            yield record


def test_a_list_that_never_ends_is_broken_off(monkeypatch):
    """A vendor that repeats its last page for ever does not hold us."""
    monkeypatch.setattr(limits, "READING_RECORDS", 50)
    harness = MemoryHarness(Endless)
    harness.seed(invented(1))
    with pytest.raises(PermanentAdapterError):
        list(reading(harness.fresh(), at=START))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["seed", "alter", "reject", "read", "break off"]),
        st.integers(0, 4),
        st.integers(0, 90),
    ),
    max_size=20,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_however_readings_are_broken_off_the_last_word_of_each_arrives(steps):
    """Seeded, changed, rejected, read in part: in the end each runner-up's last state came."""
    harness = MemoryHarness()
    now, cursor, known = START, "", {}
    applications: list[str] = []
    for number, (step, which, wait) in enumerate(steps):
        now += wait
        if step == "seed":
            stage = Stage.OPEN if which == 0 else Stage.REJECTED
            applications.append(harness.seed(invented(number), stage=stage, changed_at=now))
        elif step in ("alter", "reject") and applications:
            target = applications[which % len(applications)]
            if step == "alter":
                harness.alter(target, invented(1000 + number), at=now)
            else:
                harness.restage(target, Stage.REJECTED, at=now)
        elif step in ("read", "break off"):
            cursor = _take(harness, cursor, known, now, which if step == "break off" else None)
    cursor = _take(harness, cursor, known, now + 1, None)
    expected = {
        key: one["person"].email
        for key, one in harness.system.applications.items()
        if one["stage"] == "s-second"
    }
    assert known == expected
    assert read_once(harness.fresh(), cursor, at=now + 2)[0] == []


def _take(harness, cursor, known, now, stop):
    for count, item in enumerate(reading(harness.fresh(), cursor, at=now)):
        if stop is not None and count >= stop:
            break
        if isinstance(item, Change):
            known[item.application.id] = item.candidate.email
        cursor = item.cursor
        if isinstance(item, Checkpoint):
            break
    return cursor
