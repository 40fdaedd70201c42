"""Long work says how far it has come: to people as a bar, to logs as lines, to programs as JSON."""

import io
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import Member
from fachkraft_share.cli.options import Place
from fachkraft_share.cli.output import Output
from fachkraft_share.cli.progressing import progressing
from fachkraft_share.node.history import backups
from fachkraft_share.ports.progress import Progress, silent, stages

from .conftest import Chamber


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        return True


def place(*, as_json: bool) -> Place:
    return Place(Path(), Output(json=as_json))


def ticking() -> Iterator[float]:
    """A clock that goes on by 0.4 seconds at each look."""
    now = 0.0
    while True:
        now += 0.4
        yield now


def shown(stream: io.StringIO, *, as_json: bool = False, total: int | None = 9) -> str:
    """Show nine steps."""
    clock = ticking()
    told = progressing(place(as_json=as_json), "backup", stream=stream, now=lambda: next(clock))
    with told as tell:
        for done in range(1, 10):
            tell(Progress("keys", done, total))
    return stream.getvalue()


def test_a_person_sees_a_bar() -> None:
    """Up to its end; without a known end a number grows."""
    assert "100%" in shown(Terminal())
    counted = shown(Terminal(), total=None)
    assert counted.startswith("\rbackup: keys 1\r")
    assert counted.endswith("9\n")


def test_a_log_gets_a_line_a_second_at_most() -> None:
    """And none for work that was done at once."""
    lines = shown(io.StringIO()).splitlines()
    assert lines[0] == "backup: keys 3 of 9"
    assert 1 < len(lines) < 9
    assert "of" not in shown(io.StringIO(), total=None).splitlines()[0]
    quick = io.StringIO()
    with progressing(place(as_json=False), "backup", stream=quick, now=lambda: 1.0) as tell:
        tell(Progress("keys", 1, 2))
    assert quick.getvalue() == ""


def test_a_program_gets_json() -> None:
    """Also where somebody looks at the stream."""
    for stream in (io.StringIO(), Terminal()):
        told = json.loads(shown(stream, as_json=True).splitlines()[0])
        assert told == {"progress": {"of": "backup", "what": "keys", "done": 3, "total": 9}}


def test_stages_are_told_before_they_begin_and_at_the_end() -> None:
    """So that what takes long is what stands there."""
    told: list[Progress] = []
    stage = stages(told.append, ("one", "two"))
    for _ in range(3):
        next(stage)
    assert [(one.what, one.done) for one in told] == [("one", 0), ("two", 1), ("two", 2)]
    silent(told[0])


def test_backup_and_restore_of_a_node_tell_their_parts(chamber: Chamber, tmp_path: Path) -> None:
    """Each to its end."""
    told: list[Progress] = []
    backups.backup(tmp_path / "chamber", tmp_path / "copy", tell=told.append)
    assert [one.done for one in told] == [0, 1, 2, 3, 4]
    told.clear()
    backups.restore(tmp_path / "again", tmp_path / "copy", tell=told.append)
    assert told[-1].done == told[-1].total


@pytest.fixture
def member(chamber: Chamber, tmp_path: Path) -> Iterator[Any]:
    """A member."""
    code, id = chamber.code(), "https://muster.example"
    with Member.join(tmp_path / "firm", code, id=id, name="Muster") as joined:
        yield joined


@pytest.mark.skipif(os.name != "posix", reason="a pseudo terminal")
def test_who_watches_sees_how_far_the_first_synchronisation_is(member: Any, tmp_path: Path) -> None:
    """What gathered may be much; afterwards only news is told."""
    import pty

    master, slave = pty.openpty()
    command = [sys.executable, "-m", "fachkraft_share.cli", "sync", "--watch", "--text"]
    process = subprocess.Popen(
        [*command, f"--folder={member.folder}"], stdout=subprocess.PIPE, stderr=slave
    )
    try:
        assert process.stdout is not None
        assert b"received" in process.stdout.readline()  # told once the first one has ended
        assert select.select([master], [], [], 0)[0]  # it stands there already
        assert b"sync" in os.read(master, 65536)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        os.close(slave)
        os.close(master)


def test_a_members_long_work_tells_how_far_it_is(member: Any, tmp_path: Path) -> None:
    """Backup and restore their parts, a synchronisation what it has moved."""
    told: list[Progress] = []
    member.backup(tmp_path / "copy", tell=told.append)
    assert told[-1].done == told[-1].total == 4
    told.clear()
    member.sync(tell=told.append)
    assert told
    assert told[-1].total is None
    told.clear()
    with Member.restore(tmp_path / "copy", tmp_path / "again", tell=told.append):
        assert told[-1].done == told[-1].total
