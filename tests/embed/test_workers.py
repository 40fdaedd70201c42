"""Several processes and threads over one folder: one synchronises, each has its own connections."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import fachkraft_share
from fachkraft_share import Member

from .conftest import BEARER, EXAMPLES, PATIENCE, get, process

requests = pytest.importorskip("requests")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def tool(environ: Any, start_response: Any) -> list[bytes]:
    """A host."""
    start_response("200 OK", [])
    return [b""]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return what notes each SQLite connection with the process that made it."""
    made: list[tuple[int, int]] = []
    real = sqlite3.connect

    def noting(*args: Any, **more: Any) -> sqlite3.Connection:
        connection = real(*args, **more)
        made.append((os.getpid(), id(connection)))
        return connection

    monkeypatch.setattr(sqlite3, "connect", noting)
    return made


def test_a_child_opens_connections_of_its_own(
    beispiel: Path, opened: list[tuple[int, int]], in_a_child: Any
) -> None:
    """The parent served already; its child reads and writes through files it opened itself."""
    embedded = fachkraft_share.init(tool, folder=beispiel)
    parents = embedded.member
    parents.inbox()

    def work() -> str:
        before = len(opened)
        embedded.member.add_search(occupation="43414")
        mine = [pid for pid, _ in opened[before:]]
        return f"{embedded.member is parents} {bool(mine)} {set(mine) == {os.getpid()}}"

    assert in_a_child(work) == "False True True"
    assert len(embedded.member.searches()) == 1


def test_a_child_is_not_held_up_by_what_a_thread_of_its_parent_was_doing(
    beispiel: Path, in_a_child: Any
) -> None:
    """A lock that was held in the moment of the fork is never opened in the child."""
    embedded = fachkraft_share.init(tool, folder=beispiel)
    with embedded._opening:
        assert in_a_child(lambda: str(len(embedded.member.inbox()))) == "0"


def test_of_two_workers_one_synchronises(beispiel: Path) -> None:
    """Two processes serve one socket after a fork; while one waits for news, the other is told."""
    command = ("app.py", "0", "2")
    with Member.open(beispiel) as member:
        while member.sync().received:
            pass  # afterwards there is no news, so whoever synchronises waits for some
    with process(*command, folder=beispiel, cwd=EXAMPLES / "wsgi_app") as url:

        def synchronise(_: int) -> tuple[int, str]:
            page = f"{url}/synchronise?4"
            answer = requests.post(page, headers=BEARER, timeout=PATIENCE)
            return answer.status_code, answer.text

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(synchronise, range(2)))
        assert [status for status, _ in answers] == [200, 409], answers
        assert "online True" in answers[0][1]
        assert len({text.partition(":")[0] for _, text in answers}) == 2
        assert synchronise(0)[0] == 200
        assert get(f"{url}/fachkraft-share/inbox", headers=BEARER).json() == {"matches": []}
        assert get(f"{url}/fachkraft-share/inbox").status_code == 403
        assert get(f"{url}/elsewhere").text == "no such page\n"
