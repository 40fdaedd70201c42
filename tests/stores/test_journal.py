"""The erasure journal as a file: durable lines, torn tails, and what does not fit."""

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import StoreError
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.ports.vault import Journal
from fachkraft_share.testing.memory import MemoryJournal

_LINES: list[dict[str, Any]] = [{"served": "r", "to": "ä", "number": 1}, {"closed": "t"}]


@pytest.fixture(params=["file", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    """Give an empty journal of each kind."""
    return FileJournal(tmp_path / "journal") if request.param == "file" else MemoryJournal()


def test_lines_come_back_in_order(journal: Journal) -> None:
    """Across appends, with whatever JSON holds."""
    journal.append([*_LINES])
    journal.append([])
    journal.append([{"more": [1, None, {"a": "\n"}]}])
    assert list(journal.lines()) == [*_LINES, {"more": [1, None, {"a": "\n"}]}]


def test_the_head_covers_every_line(journal: Journal) -> None:
    """Number and hash move with each line; an empty journal has neither."""
    assert journal.head() == (0, "")
    heads = []
    for line in (_LINES[0], _LINES[0]):
        journal.append([line])
        heads.append(journal.head())
    assert [number for number, _ in heads] == [1, 2]
    assert heads[0][1] != heads[1][1]


def test_both_journals_have_the_same_head(tmp_path: Path) -> None:
    """The simulator's journal is the file's, without the file."""
    file, memory = FileJournal(tmp_path / "journal"), MemoryJournal()
    for one in (file, memory):
        one.append([*_LINES])
    assert file.head() == memory.head()


def test_a_line_beyond_the_limit_is_refused_whole(journal: Journal) -> None:
    """Nothing of the batch is written."""
    with pytest.raises(StoreError):
        journal.append([_LINES[0], {"closed": "x" * limits.JOURNAL_LINE}])
    assert list(journal.lines()) == []


def test_a_new_process_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    """Also while the other one still has the file open."""
    first = FileJournal(tmp_path / "journal")
    first.append([_LINES[0]])
    second = FileJournal(tmp_path / "journal")
    second.append([_LINES[1]])
    first.append([_LINES[0]])
    assert second.head() == first.head()
    assert list(second.lines()) == [_LINES[0], _LINES[1], _LINES[0]]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 400), zeros=st.booleans())
def test_a_torn_last_line_is_left_out_and_written_over(
    tmp_path: Path, cut: int, *, zeros: bool
) -> None:
    """Wherever the power failed: whole lines stay, the journal goes on."""
    path = tmp_path / "journal"
    path.unlink(missing_ok=True)
    FileJournal(path).append([*_LINES])
    whole = path.read_bytes()
    kept = whole[: min(cut, len(whole))]
    torn = kept + (b"\0" * 50 if zeros else b"")
    path.write_bytes(torn)
    journal = FileJournal(path)
    before = _LINES[: kept.count(b"\n")]
    assert list(journal.lines()) == before
    journal.append([{"after": 1}])
    assert list(FileJournal(path).lines()) == [*before, {"after": 1}]


_SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "a changed letter": lambda whole: whole.replace(b"served", b"servee"),
    "a missing line": lambda whole: whole[whole.index(b"\n") + 1 :],
    "a doubled line": lambda whole: whole[: whole.index(b"\n") + 1] + whole,
    "two lines swapped": lambda whole: b"".join(reversed(whole.splitlines(keepends=True))),
    "a foreign line": lambda whole: whole + b"hello\n",
    "bytes that are no text": lambda whole: whole + b"\xff\xfe\n",
}


@pytest.mark.parametrize("spoil", _SPOILED.values(), ids=_SPOILED.keys())
def test_a_line_that_does_not_fit_is_an_error(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """Reading, asking for the head and appending all refuse; nothing is skipped."""
    path = tmp_path / "journal"
    FileJournal(path).append([*_LINES])
    path.write_bytes(spoil(path.read_bytes()))
    spoiled = path.read_bytes()
    journal = FileJournal(path)
    for use in (lambda: list(journal.lines()), journal.head, lambda: journal.append([_LINES[0]])):
        with pytest.raises(StoreError):
            use()
    assert path.read_bytes() == spoiled


def test_a_journal_that_shrank_is_read_anew(tmp_path: Path) -> None:
    """An older copy put in its place is what it is; whoever compares heads will see."""
    path = tmp_path / "journal"
    journal = FileJournal(path)
    journal.append([_LINES[0]])
    older, head = path.read_bytes(), journal.head()
    journal.append([_LINES[1]])
    path.write_bytes(older)
    assert journal.head() == head


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """It is not made silently: a journal in a wrong place would protect nothing."""
    with pytest.raises(StoreError):
        FileJournal(tmp_path / "missing" / "journal").append([_LINES[0]])


def test_threads_append_whole_batches(tmp_path: Path) -> None:
    """Lines of one batch stay together, none is lost."""
    journal = FileJournal(tmp_path / "journal")

    def work(name: int) -> None:
        for number in range(10):
            journal.append([{"by": name, "n": number, "part": part} for part in (0, 1)])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = list(journal.lines())
    assert len(lines) == 80
    pairs = zip(lines[::2], lines[1::2], strict=True)
    assert all((a["by"], a["n"]) == (b["by"], b["n"]) for a, b in pairs)


@pytest.mark.skipif(os.name != "posix", reason="this system has no such rights")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """It names referrals and who was served."""
    FileJournal(tmp_path / "journal").append([_LINES[0]])
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o600


def test_every_line_is_readable_by_other_programs(tmp_path: Path) -> None:
    """A hash, a blank, JSON: an auditor needs no software of ours."""
    FileJournal(tmp_path / "journal").append([*_LINES])
    texts = (tmp_path / "journal").read_text(encoding="ascii").splitlines()
    assert [json.loads(text.partition(" ")[2]) for text in texts] == _LINES


def test_a_restored_memory_journal_forgets() -> None:
    """Only for runs without this safeguard; a file is never rolled back."""
    journal = MemoryJournal()
    journal.append([_LINES[0]])
    before, head = journal.snapshot(), journal.head()
    journal.append([_LINES[1]])
    journal.restore(before)
    assert (list(journal.lines()), journal.head()) == ([_LINES[0]], head)
