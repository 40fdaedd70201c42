"""Group commit: many callers, few transactions, every answer to its own caller."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, StoreError
from fachkraft_share.node.http.batcher import GroupCommit
from fachkraft_share.ports.loop import Outcome


class Slow:
    """An `apply` whose first transaction takes as long as the test wants."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, batch: Sequence[Any]) -> list[Outcome]:
        """Commit."""
        self.batches.append(len(batch))
        self.begun.set()
        assert self.go.wait(10)
        if "broken" in batch:
            raise StoreError("the database broke off")
        return [Outcome("accepted", str(one)) for one in batch]


def gathered(apply: Slow, *batches: Sequence[Any]) -> list[Any]:
    """Submit everything while the first transaction runs; return outcomes or errors."""
    commits = GroupCommit(apply)
    commits.start()

    def submit(batch: Sequence[Any]) -> Any:
        try:
            return commits.commit(batch)
        except StoreError as error:
            return error

    with ThreadPoolExecutor(len(batches)) as threads:
        first = threads.submit(submit, batches[0])
        assert apply.begun.wait(10)
        rest = [threads.submit(submit, one) for one in batches[1:]]
        while commits._waiting.qsize() < len(rest):
            pass
        apply.go.set()
        found = [one.result() for one in (first, *rest)]
    commits.stop()
    return found


def test_what_waits_goes_into_one_commit() -> None:
    """Twenty callers behind a running commit share the next one, each with its own answers."""
    apply = Slow()
    told = gathered(apply, ["a"], *([f"{n} one", f"{n} two"] for n in range(20)))
    assert apply.batches == [1, 40]
    assert [[one.code for one in mine] for mine in told[1:]] == [
        [f"{n} one", f"{n} two"] for n in range(20)
    ]


def test_a_batch_has_a_maximum() -> None:
    """Nobody waits for more than a batch and a submission."""
    apply = Slow()
    gathered(apply, ["a"], *([n] * 60 for n in range(4)))
    assert max(apply.batches) < limits.APPLY_BATCH + 60
    assert sum(apply.batches) == 241


def test_one_broken_submission_hurts_no_other() -> None:
    """What breaks a common transaction is tried again each by itself."""
    told = gathered(Slow(), ["a"], ["b"], ["broken"], ["c"])
    assert [type(one).__name__ for one in told] == ["list", "list", "StoreError", "list"]


def test_a_stopped_committer_says_so() -> None:
    """Nobody waits for ever."""
    commits = GroupCommit(Slow())
    commits.start()
    commits.stop()
    with pytest.raises(BusyError):
        commits.commit([])


def test_posts_at_the_same_time_share_commits(alliance: Any) -> None:
    """Over HTTP, too: forty posts need fewer transactions than forty."""
    origin = alliance.join("muster")
    drafts = [origin.draft() for _ in range(40)]
    exchange, counted = alliance.node.exchange, []
    apply = exchange.apply
    commits = alliance.node.ingest.commit.__self__
    commits._apply = lambda batch: counted.append(len(batch)) or apply(batch)
    kept = {"Content-Type": "application/json"}

    def post(made: Any) -> str:
        url = f"{alliance.url}/events"
        answer = requests.post(url, json={"events": [made.posted]}, headers=kept, timeout=30)
        return str(answer.json()["answers"][0]["status"])

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(post, drafts)) == {"accepted"}
    assert sum(counted) == len(drafts)
    assert len(counted) <= len(drafts)
