"""The suite every store passes unchanged; what survives a process stands in `store_durability`.

A store's tests say, and nothing else:

    class TestMine(StoreSuite, DurableStoreSuite):
        @pytest.fixture
        def harness(self, tmp_path): return MyHarness(tmp_path)

The only way round a rule is `xfail(strict=True, reason="...")`.
"""
# ruff: noqa: PT012, S106 - transactions end by an exception; tokens are no secrets here

import threading
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.ports.store import Store
from fachkraft_share.protocol.decision import Need, every, one
from fachkraft_share.protocol.delivery import head_after
from fachkraft_share.protocol.records import FeedRow, Referral, ReferralState
from fachkraft_share.testing.store_harness import (
    Colour,
    Mark,
    OpenStore,
    Sample,
    StoreHarness,
    Tally,
    count_up,
)

_FULL = Sample("g", "full", -5, True, Colour.GREEN, b"\x00\xff", 7, "Käse 😀 \\ '\"", False)  # noqa: FBT003
_FORESEEN: tuple[Need, ...] = (
    *(one(Tally, number) for number in range(10)),
    *(every(Sample, group=group) for group in "abcdefgh"),
    *(every(Sample, number=number) for number in range(10)),
)
_THREADS = 4
_TIMES = 15


class StopError(Exception):
    """Raised by tests to end a transaction."""


class _Base:
    @pytest.fixture
    def harness(self) -> StoreHarness:
        """Return the harness; a store's own tests say which."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, harness: StoreHarness) -> Iterator[OpenStore]:
        """Open the store under test."""
        store = harness.open()
        yield store
        store.close()


class RecordRules(_Base):
    """S1 to S9: what is put is found, as it was."""

    def test_s1_a_record_comes_back_as_it_was(self, store: Store) -> None:
        """Enumerations, yes and no, bytes and None keep their types, also after the commit."""
        with store.begin() as transaction:
            transaction.put(_FULL)
            transaction.put(Sample("g", "empty"))
            assert transaction.get(Sample, "g", "full") == _FULL
        with store.begin(write=False) as transaction:
            full, empty = (
                transaction.get(Sample, "g", "full"),
                transaction.get(Sample, "g", "empty"),
            )
        assert full == _FULL
        assert full is not None
        assert full.colour is Colour.GREEN
        assert full.flag is True
        assert full.maybe is False
        assert empty == Sample("g", "empty")

    def test_s1_a_protocol_record_comes_back(self, store: Store) -> None:
        """The protocol's own records need no declaration."""
        referral = Referral("r", "o", "k", "n", ReferralState.DRAFT, "e", 2**53 - 1, 6)
        with store.begin() as transaction:
            transaction.put(referral)
            assert transaction.get(Referral, "r") == referral

    def test_s2_what_was_never_put_is_none(self, store: Store) -> None:
        """Neither key nor table content is invented."""
        with store.begin(write=False) as transaction:
            assert transaction.get(Sample, "g", "nobody") is None
            assert transaction.every(Sample) == ()
            assert transaction.get(Mark, "a", "b") is None

    def test_s3_a_record_replaces_the_one_with_its_key(self, store: Store) -> None:
        """Putting twice leaves one, the later; a record that is all key may be put again."""
        with store.begin() as transaction:
            transaction.put(Sample("g", "a", 1))
            transaction.put(Mark("m", "x"))
        with store.begin() as transaction:
            transaction.put(Sample("g", "a", 2, note="new"))
            transaction.put(Mark("m", "x"))
        with store.begin() as transaction:
            assert transaction.every(Sample) == (Sample("g", "a", 2, note="new"),)
            assert transaction.every(Mark) == (Mark("m", "x"),)

    def test_s4_a_dropped_record_is_gone(self, store: Store) -> None:
        """Also within the transaction that dropped it; dropping nothing is harmless."""
        with store.begin() as transaction:
            transaction.put(Tally(1, 1))
            transaction.put(Tally(2, 2))
        with store.begin() as transaction:
            transaction.drop(Tally, 1)
            transaction.drop(Tally, 3)
            assert transaction.get(Tally, 1) is None
            assert transaction.every(Tally) == (Tally(2, 2),)
        with store.begin() as transaction:
            assert transaction.get(Tally, 1) is None
            transaction.put(Tally(1, 9))
            assert transaction.get(Tally, 1) == Tally(1, 9)

    def test_s5_dropping_every_tells_how_many(self, store: Store) -> None:
        """Records put just before count, others stay."""
        with store.begin() as transaction:
            transaction.put(Sample("g", "a", note="x"))
        with store.begin() as transaction:
            transaction.put(Sample("g", "b", note="x"))
            transaction.put(Sample("h", "c", note="x"))
            assert transaction.drop_every(Sample, group="g", note="x") == 2
            assert transaction.drop_every(Sample, group="g") == 0
            assert [one.name for one in transaction.every(Sample)] == ["c"]

    def test_s6_fields_search_exactly(self, store: Store) -> None:
        """None means none, a tuple means one of these, an empty one means nothing."""
        records = (
            Sample("g", "a", 1, note=None, colour=Colour.GREEN),
            Sample("g", "b", 2, note="", flag=True),
            Sample("G", "c", 3, note="x"),
        )
        with store.begin() as transaction:
            for record in records:
                transaction.put(record)

            def names(**equal: Any) -> list[str]:
                return [one.name for one in transaction.every(Sample, **equal)]

            assert names(note=None) == ["a"]
            assert names(note="") == ["b"]
            assert names(flag=True) == ["b"]
            assert names(colour=Colour.GREEN) == ["a"]
            assert names(colour="red", group="g") == ["b"]
            assert names(group=("g", "G")) == ["c", "a", "b"]
            assert names(number=(1, 3, 3)) == ["c", "a"]
            assert names(group=()) == []
            assert names(flag=(True, False), group="g") == ["a", "b"]

    def test_s6_many_values_are_searched_at_once(self, store: Store) -> None:
        """A thousand ids, as a member that resynchronises names them."""
        many = tuple(f"n{number}" for number in range(1000))
        with store.begin() as transaction:
            for name in ("n1", "n999", "n1000"):
                transaction.put(Sample("g", name, len(name)))
            found = transaction.every(Sample, name=many, number=tuple(range(100)), limit=5)
            assert [one.name for one in found] == ["n1", "n999"]
            assert transaction.drop_every(Sample, name=many) == 2

    def test_s7_bounds_are_open_below_and_closed_above(self, store: Store) -> None:
        """`after` leaves its value out, `until` takes it in, None lies within neither."""
        with store.begin() as transaction:
            for number, due in enumerate((30, None, 10, 20, 20)):
                transaction.put(Sample("g", f"{4 - number}", number, due=due))

            def found(**search: Any) -> list[tuple[str, int | None]]:
                return [(one.name, one.due) for one in transaction.every(Sample, **search)]

            assert found(until=("due", 20)) == [("2", 10), ("0", 20), ("1", 20)]
            assert found(after=("due", 10)) == [("0", 20), ("1", 20), ("4", 30)]
            assert found(after=("due", 10), until=("due", 20), limit=1) == [("0", 20)]
            assert found(after=("number", 1), until=("due", 20)) == [
                ("2", 10),
                ("1", 20),
                ("0", 20),
            ]
            assert found(limit=0) == []
            assert found(after=("name", "2"), group="g") == [("3", None), ("4", 30)]

    def test_s8_text_sorts_by_code_point(self, store: Store) -> None:
        """In every store and every locale alike: capitals, then small letters, then umlauts."""
        names = ("b", "Z", "ä", "a", "_", "é", "😀", "\uffff", "1", "10", "2")
        with store.begin() as transaction:
            for name in names:
                transaction.put(Mark("m", name))
            assert [one.value for one in transaction.every(Mark)] == sorted(names)
            late = transaction.every(Mark, after=("value", "b"))
            assert [one.value for one in late] == sorted(name for name in names if name > "b")

    def test_s9_a_search_nobody_can_answer_is_refused(self, store: Store) -> None:
        """Unknown fields, bounds without an index, None among several."""
        with store.begin() as transaction:
            for search in (
                {"unknown": 1},
                {"after": ("note", "x")},
                {"until": ("content", b"")},
                {"note": ("x", None)},
            ):
                with pytest.raises(ValueError, match="sample"):
                    transaction.every(Sample, **search)


class TransactionRules(_Base):
    """T1 to T10: all or nothing, in turn."""

    def test_t1_an_exception_undoes_everything(self, store: Store) -> None:
        """Puts, replacements, drops and feed rows, and the exception passes on."""
        with store.begin() as transaction:
            transaction.put(Tally(1, 1))
            transaction.put(Tally(2, 2))
        with pytest.raises(StopError), store.begin() as transaction:
            transaction.put(Tally(1, 9))
            transaction.drop(Tally, 2)
            transaction.every(Tally)
            transaction.put(Tally(3, 3))
            transaction.append(stream="events", to="list", token="t", at=1)
            raise StopError
        with store.begin() as transaction:
            assert transaction.every(Tally) == (Tally(1, 1), Tally(2, 2))
            assert transaction.head() == (0, "")

    def test_t2_a_savepoint_undoes_only_its_own(self, store: Store) -> None:
        """What stood before and what follows stay."""
        with store.begin() as transaction:
            transaction.put(Tally(1, 1))
            with pytest.raises(StopError), transaction.savepoint():
                transaction.put(Tally(1, 2))
                transaction.put(Tally(2, 2))
                assert transaction.get(Tally, 1) == Tally(1, 2)
                raise StopError
            assert transaction.every(Tally) == (Tally(1, 1),)
            with transaction.savepoint():
                transaction.drop(Tally, 1)
                transaction.put(Tally(3, 3))
            transaction.put(Tally(4, 4))
        with store.begin() as transaction:
            assert transaction.every(Tally) == (Tally(3, 3), Tally(4, 4))

    def test_t2_savepoints_lie_within_each_other(self, store: Store) -> None:
        """The outer one takes the inner one along, however much was written in between."""
        with store.begin() as transaction:
            transaction.put(Tally(1, 1))
            with pytest.raises(StopError), transaction.savepoint():
                transaction.put(Mark("outer", "m"))
                with transaction.savepoint():
                    transaction.put(Tally(1, 2))
                    assert transaction.drop_every(Mark, kind="outer") == 1
                    assert transaction.every(Tally) == (Tally(1, 2),)
                with pytest.raises(StopError), transaction.savepoint():
                    transaction.put(Tally(1, 3))
                    assert transaction.every(Tally, value=3)
                    raise StopError
                assert transaction.get(Tally, 1) == Tally(1, 2)
                raise StopError
            assert transaction.get(Tally, 1) == Tally(1, 1)
            assert transaction.every(Mark) == ()
        with store.begin() as transaction:
            assert transaction.every(Tally) == (Tally(1, 1),)

    def test_t3_a_reading_transaction_changes_nothing(self, store: Store) -> None:
        """Every way of changing is refused before it happens."""
        changes: tuple[Callable[..., object], ...] = (
            lambda one: one.put(Tally(1)),
            lambda one: one.drop(Tally, 1),
            lambda one: one.drop_every(Tally),
            lambda one: one.append(stream="events", to="list", token="t", at=1),
            lambda one: one.lock(["name"]),
        )
        for change in changes:
            with store.begin(write=False) as transaction, pytest.raises(StateError):
                change(transaction)
        with store.begin() as transaction:
            assert transaction.every(Tally) == ()

    def test_t4_no_transaction_inside_another(self, store: Store) -> None:
        """It would wait for itself; so it is refused at once, and the outer one goes on."""
        with store.begin() as transaction:
            with pytest.raises(StateError), store.begin(write=False):
                pass
            transaction.put(Tally(1))
        with store.begin() as transaction:
            assert transaction.get(Tally, 1)

    def test_t5_threads_lose_no_update(self, harness: StoreHarness, store: Store) -> None:
        """Reading, adding one and writing under a lock counts every time."""
        _together(lambda: count_up(harness, _TIMES))
        with store.begin() as transaction:
            assert transaction.get(Tally, 1) == Tally(1, _THREADS * _TIMES)

    def test_t6_locks_in_any_order_never_block_each_other(self, store: Store) -> None:
        """Names are taken in the store's order, whatever the order they are given in."""
        turn = iter(range(_THREADS))

        def work() -> None:
            names = [f"n{number}" for number in range(20)]
            if next(turn) % 2:
                names.reverse()
            for _ in range(_TIMES):
                with store.begin() as transaction:
                    transaction.lock(names)
                    before = transaction.get(Tally, 2) or Tally(2)
                    transaction.put(attrs.evolve(before, value=before.value + 1))

        _together(work)
        with store.begin() as transaction:
            assert transaction.get(Tally, 2) == Tally(2, _THREADS * _TIMES)

    def test_t6_many_names_are_locked_at_once(self, store: Store) -> None:
        """A batch of batched receipts; more names than a server has locks."""
        with store.begin() as transaction:
            transaction.lock(
                f"n{number}" for number in range(limits.APPLY_BATCH * limits.RECEIPT_ITEMS)
            )
            transaction.lock([])
            transaction.put(Tally(1))

    def test_t7_a_reader_sees_one_moment(self, store: Store) -> None:
        """What others commit meanwhile is seen by the next transaction only."""
        with store.begin() as transaction:
            transaction.put(Tally(1, 1))
        writer = threading.Thread(target=_put, args=(store, Tally(1, 2)))
        with store.begin(write=False) as transaction:
            assert transaction.get(Tally, 1) == Tally(1, 1)
            writer.start()
            writer.join(0.1)
            assert transaction.get(Tally, 1) == Tally(1, 1)
        writer.join()
        with store.begin(write=False) as transaction:
            assert transaction.get(Tally, 1) == Tally(1, 2)

    def test_t10_reading_ahead_changes_no_answer(self, store: Store) -> None:
        """Whatever is put or dropped afterwards is seen as if nothing had been read."""
        with store.begin() as transaction:
            for number in range(5):
                transaction.put(Tally(number))
                transaction.put(Sample("g", f"{number}", number))
            transaction.read_ahead(_FORESEEN)
            assert [one.number for one in transaction.every(Sample, group="g")] == [*range(5)]
            assert transaction.every(Sample, group="h") == ()
            transaction.drop(Tally, 1)
            transaction.put(Tally(2, 9))
            transaction.put(Sample("h", "new", 7))
            transaction.put(Sample("g", "0", 8))
            assert len(transaction.every(Tally)) == 4  # now the database knows, too
            found = [transaction.get(Tally, number) for number in range(6)]
            assert found == [Tally(0), None, Tally(2, 9), Tally(3), Tally(4), None]
            assert transaction.every(Sample, group="h") == (Sample("h", "new", 7),)
            assert transaction.every(Sample, number=8) == (Sample("g", "0", 8),)
            assert transaction.every(Sample, number=0) == ()

    def test_t10_reading_ahead_knows_what_is_undone(self, store: Store) -> None:
        """What was read within a savepoint counts no more once that is undone."""
        with store.begin() as transaction:
            transaction.put(Tally(1))
            transaction.put(Sample("g", "a"))
            transaction.read_ahead(_FORESEEN)
            with pytest.raises(StopError), transaction.savepoint():
                transaction.drop(Tally, 1)
                assert transaction.drop_every(Sample, group="g") == 1
                assert not transaction.every(Sample, group="g")
                assert not transaction.every(Tally)
                transaction.read_ahead(_FORESEEN)
                assert transaction.get(Tally, 1) is None
                assert transaction.every(Sample, group="g") == ()
                raise StopError
            assert transaction.get(Tally, 1) == Tally(1)
            assert transaction.every(Sample, group="g") == (Sample("g", "a"),)


class FeedRules(_Base):
    """F1 to F5: numbers without gaps, in commit order, under one running hash."""

    def test_f1_rows_are_numbered_and_chained(self, store: Store) -> None:
        """Every head follows from the one before, across transactions."""
        with store.begin() as transaction:
            assert transaction.head() == (0, "")
            first = transaction.append(stream="events", to="list", token="a", at=5, list_number=3)
            second = transaction.append(
                stream="closures", to="m", token="b", at=6, referral="r", attached="x y"
            )
        with store.begin() as transaction:
            third = transaction.append(stream="events", to="m", token="a", at=7)
            assert transaction.head() == (3, third.head)
        assert [first.number, second.number, third.number] == [1, 2, 3]
        assert first.head == head_after("", first)
        assert second.head == head_after(first.head, second)
        assert third.head == head_after(second.head, third)
        with store.begin(write=False) as transaction:
            assert transaction.every(FeedRow) == (first, second, third)

    def test_f2_a_savepoint_gives_numbers_back(self, store: Store) -> None:
        """A refused message leaves no gap and no trace in the hash."""
        with store.begin() as transaction:
            first = transaction.append(stream="events", to="list", token="a", at=1)
            with pytest.raises(StopError), transaction.savepoint():
                transaction.append(stream="events", to="list", token="b", at=1)
                raise StopError
            assert transaction.head() == (1, first.head)
            second = transaction.append(stream="events", to="list", token="c", at=1)
            assert second.number == 2
            assert second.head == head_after(first.head, second)

    def test_f3_a_number_is_never_given_twice(self, store: Store) -> None:
        """Also when the last rows were dropped after their time."""
        with store.begin() as transaction:
            last = transaction.append(stream="events", to="list", token="a", at=1)
            transaction.drop(FeedRow, last.number)
        with store.begin() as transaction:
            assert transaction.head() == (1, last.head)
            assert transaction.append(stream="events", to="list", token="b", at=2).number == 2

    def test_f4_a_reader_misses_no_row(self, store: Store) -> None:
        """Several writers, one reader with a cursor: it meets every number in order."""
        seen: list[int] = []
        total = _THREADS * _TIMES

        def read() -> None:
            while len(seen) < total:
                with store.begin(write=False) as transaction:
                    after = ("number", seen[-1] if seen else 0)
                    rows = transaction.every(FeedRow, after=after, limit=5)
                seen.extend(row.number for row in rows)

        def write() -> None:
            for _ in range(_TIMES):
                with store.begin() as transaction:
                    transaction.append(stream="events", to="list", token="t", at=1)

        reader = threading.Thread(target=read)
        reader.start()
        _together(write)
        reader.join(limits.STORE_BUSY)
        assert seen == list(range(1, total + 1))

    def test_f5_a_page_of_the_feed(self, store: Store) -> None:
        """Rows of one stream addressed to the list or to this reader, after a number."""
        with store.begin() as transaction:
            for to in ("list", "me", "other", "list", "me"):
                transaction.append(stream="events", to=to, token="t", at=1)
                transaction.append(stream="closures", to=to, token="t", at=1)
        with store.begin(write=False) as transaction:
            page = transaction.every(
                FeedRow, stream="events", to=("list", "me"), after=("number", 1), limit=2
            )
        assert [row.number for row in page] == [3, 7]


class StoreSuite(RecordRules, TransactionRules, FeedRules):
    """Everything a store must do while its process lives."""


def _put(store: Store, record: Tally) -> None:
    with store.begin() as transaction:
        transaction.put(record)


def _together(work: Callable[[], None]) -> None:
    """Run the work in several threads and let what failed fail here."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
