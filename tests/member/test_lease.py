"""One synchroniser at a time, among processes, processes that were forked, and threads."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.errors import BusyError
from fachkraft_share.member.lease import LeaseHolder
from fachkraft_share.member.records import RECORDS, Lease
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.ports.machine import SystemClock

PATIENCE = 60
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture
def lease(tmp_path: Path) -> LeaseHolder:
    """Return a holder over a store on the disk."""
    store = SqliteStore(tmp_path / "state.db", more=RECORDS)
    return LeaseHolder(store, SystemClock(), "first")


@forks
def test_a_forked_process_is_another_holder(lease: LeaseHolder, in_a_child: Any) -> None:
    """It inherits everything, not the right to synchronise: parent and child are two."""

    def work() -> str:
        with lease.held():
            return "both synchronise"

    with lease.held():
        assert in_a_child(work).startswith("BusyError: another process")
    assert in_a_child(work) == "both synchronise"
    with lease.store.begin(write=False) as transaction:
        assert not transaction.every(Lease)


@forks
def test_a_fork_amidst_a_synchronisation_does_not_lock_the_child_out(
    lease: LeaseHolder, in_a_child: Any
) -> None:
    """Once the parent is done, its child may synchronise."""
    forked, tell_forked = os.pipe()
    over, tell_over = os.pipe()

    def work() -> str:
        os.write(tell_forked, b"x")
        os.read(over, 1)
        with lease.held():
            return "done"

    with ThreadPoolExecutor(1) as pool:
        with lease.held():
            child = pool.submit(in_a_child, work)
            os.read(forked, 1)
        os.write(tell_over, b"x")
        assert child.result(PATIENCE) == "done"


def test_two_threads_of_one_process_do_not_synchronise_at_once(lease: LeaseHolder) -> None:
    """They share the holder's name; a lock keeps them apart."""

    def work() -> str:
        with lease.held():
            return "done"

    with ThreadPoolExecutor(1) as pool:
        with lease.held():
            assert isinstance(pool.submit(work).exception(PATIENCE), BusyError)
        assert pool.submit(work).result(PATIENCE) == "done"
