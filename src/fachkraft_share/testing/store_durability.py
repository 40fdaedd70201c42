"""What a store with files or a server must do beyond the life of a process."""
# ruff: noqa: PT012, S106 - transactions end by an exception; tokens are no secrets here

import multiprocessing
import os
import stat
import subprocess
import sys
from collections.abc import Iterator

import pytest

from fachkraft_share.errors import BusyError
from fachkraft_share.ports.store import Store
from fachkraft_share.protocol.records import Token
from fachkraft_share.testing.store_harness import (
    Mark,
    OpenStore,
    Sample,
    StoreHarness,
    Tally,
    count_up,
    die_while_writing,
)

_MARKER = "qzxmarker"
_FIND = """
import pathlib, sys
print(*[f for f in sys.argv[2:] if sys.argv[1].encode() in pathlib.Path(f).read_bytes()])
"""
_TIMES = 25
_SPAWN = multiprocessing.get_context("spawn")


class DurableStoreSuite:
    """D1 to D6: other processes, restarts, crashes, forks."""

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

    def test_d1_what_was_committed_is_there_after_reopening(self, harness: StoreHarness) -> None:
        """Records, feed and its running hash; opening again changes nothing."""
        store = harness.open()
        with store.begin() as transaction:
            transaction.put(Sample("g", "a", 1, note="x"))
            row = transaction.append(stream="events", to="list", token="t", at=1)
        store.close()
        for _ in range(2):
            store = harness.open()
            with store.begin(write=False) as transaction:
                assert transaction.get(Sample, "g", "a") == Sample("g", "a", 1, note="x")
                assert transaction.head() == (1, row.head)
            store.close()

    def test_d1_a_closed_store_opens_again(self, store: OpenStore) -> None:
        """Closing gives connections back; it does not end the store."""
        store.close()
        with store.begin() as transaction:
            transaction.put(Mark("a", "b"))

    def test_d2_processes_lose_no_update(self, harness: StoreHarness) -> None:
        """Two processes and this one count the same counter."""
        harness.open().close()
        others = [_SPAWN.Process(target=count_up, args=(harness, _TIMES)) for _ in range(2)]
        for other in others:
            other.start()
        count_up(harness, _TIMES)
        for other in others:
            other.join()
        assert [other.exitcode for other in others] == [0, 0]
        store = harness.open()
        with store.begin() as transaction:
            assert transaction.get(Tally, 1) == Tally(1, 3 * _TIMES)
        store.close()

    def test_d3_a_process_that_dies_leaves_only_what_it_committed(
        self, harness: StoreHarness
    ) -> None:
        """And its lock is free."""
        other = _SPAWN.Process(target=die_while_writing, args=(harness,))
        other.start()
        other.join()
        assert other.exitcode == 1
        store = harness.open()
        with store.begin() as transaction:
            assert transaction.every(Mark) == (Mark("crash", "committed"),)
            transaction.put(Mark("crash", "after"))
        store.close()

    def test_d4_a_name_held_by_another_process_is_busy(self, harness: StoreHarness) -> None:
        """The wait has an end, and the error says that trying again helps."""
        mine, other = harness.open(), harness.open(wait=0.05)
        with mine.begin() as transaction:
            transaction.lock(["r"])
            with pytest.raises(BusyError), other.begin() as second:
                second.lock(["r"])
        with other.begin() as second:
            second.lock(["r"])
        mine.close()
        other.close()

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
    @pytest.mark.skipif(sys.version_info >= (3, 12), reason="warns where threads were started")
    def test_d5_a_forked_child_opens_its_own_connection(self, store: Store) -> None:
        """Parent and child write in turn without harming each other."""
        with store.begin() as transaction:
            transaction.put(Mark("who", "parent"))
        child = os.fork()
        if child == 0:
            try:
                with store.begin() as transaction:
                    transaction.put(Mark("who", "child"))
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        with store.begin() as transaction:
            transaction.put(Mark("who", "parent again"))
            assert len(transaction.every(Mark)) == 3


class FileStoreSuite(DurableStoreSuite):
    """D7 to D9: files that hold nothing of what was erased, and are nobody else's to read."""

    def test_d7_erased_content_leaves_no_byte(self, harness: StoreHarness, store: Store) -> None:
        """Dropped, replaced and undone rows of every size, in tables and indexes."""
        with store.begin() as transaction:
            for number in range(200):
                text = f"{_MARKER}{number}" * (1 + number % 40)
                transaction.put(Sample("g", text[:90], number, note=text, content=text.encode()))
                transaction.put(Token(f"{number}", "t", "i", "r", True, text, 1))  # noqa: FBT003
            transaction.put(Sample("keep", "big", content=_MARKER.encode() * 100_000))
        with pytest.raises(ZeroDivisionError), store.begin() as transaction:
            transaction.put(Mark("undone", _MARKER))
            assert transaction.every(Mark)
            raise ZeroDivisionError
        assert _bytes_with_marker(harness)
        with store.begin() as transaction:
            for number in range(0, 200, 2):
                transaction.put(Token(f"{number}", "t", "i", "r", True, None, 1))  # noqa: FBT003
                transaction.put(Token(f"{number + 1}", "t", "i", "r", True, "short", 1))  # noqa: FBT003
        with store.begin() as transaction:
            transaction.drop_every(Sample, group="g")
            transaction.put(Sample("keep", "big"))
        store.scrub()
        assert _bytes_with_marker(harness) == []

    def test_d8_a_reader_delays_scrubbing_but_does_not_break_it(
        self, harness: StoreHarness
    ) -> None:
        """It says busy as long as old pages are read, and succeeds afterwards."""
        store, reader = harness.open(wait=0.05), harness.open()
        with store.begin() as transaction:
            transaction.put(Mark("a", _MARKER))
        with reader.begin(write=False) as reading:
            assert reading.every(Mark)
            with store.begin() as transaction:
                transaction.drop_every(Mark, kind="a")
            with pytest.raises(BusyError):
                store.scrub()
        store.scrub()
        assert _bytes_with_marker(harness) == []
        store.close()
        reader.close()

    @pytest.mark.skipif(os.name != "posix", reason="this system has no such rights")
    def test_d9_only_its_owner_may_read_the_files(
        self, harness: StoreHarness, store: Store
    ) -> None:
        """The logs beside the file as well."""
        with store.begin() as transaction:
            transaction.put(Mark("a", "b"))
        modes = [stat.S_IMODE(one.stat().st_mode) for one in harness.files()]
        assert modes
        assert all(mode == 0o600 for mode in modes)


def _bytes_with_marker(harness: StoreHarness) -> list[str]:
    """Search the files in another process: closing them here would release this one's locks."""
    files = [str(one) for one in harness.files()]
    found = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", _FIND, _MARKER, *files], check=True, capture_output=True, text=True
    )
    return found.stdout.split()
