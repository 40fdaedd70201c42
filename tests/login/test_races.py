"""Several at once: of those who use the same link or the last place, one succeeds."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.store import SqlStore
from fachkraft_share.testing.databases import fresh_database, server_url

AT_ONCE = 6


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A store that several processes may share."""
    if request.param == "sqlite":
        made = SqlStore(f"sqlite:///{tmp_path / 'node.db'}", more=RECORDS)
        yield made
        made.close()
        return
    server = server_url()
    if server is None:
        pytest.skip("FKS_POSTGRES_URL names no server")
    with fresh_database(server) as url:
        made = SqlStore(url, more=RECORDS)
        yield made
        made.close()


def together(work: Callable[[int], int]) -> list[int]:
    """Do the same several times at once; return the statuses."""
    found: list[int] = []
    gate = threading.Barrier(AT_ONCE)

    def run(number: int) -> None:
        gate.wait()
        found.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(found)


def test_a_link_that_is_used_at_once_works_once(house: Any) -> None:
    """Whoever comes second finds it used."""
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    link = house.link()
    statuses = together(lambda _: int(house.browser().post(link).status))
    assert statuses == [303] + [410] * (AT_ONCE - 1)


def test_a_console_link_makes_one_administrator(house: Any) -> None:
    """Not one for each who opened it."""
    link = house.login.console_link()

    def come(number: int) -> int:
        form = {"name": "Ada", "mail": f"ada{number}@kammer.example"}
        return int(house.browser().post(link, form).status)

    assert together(come) == [303] + [410] * (AT_ONCE - 1)
    assert len(house.login.accounts.all()) == 1


def test_no_try_is_lost_in_counting(house: Any) -> None:
    """The limit holds though all ask at the same moment."""
    house.administrator()
    form = {"mail": "ada@kammer.example"}
    for _ in range(limits.MAILS_PER_ACCOUNT - 1):
        house.browser().post("/login", form)
    statuses = together(lambda _: int(house.browser().post("/login", form).status))
    assert statuses == [303] + [429] * (AT_ONCE - 1)


def test_two_administrators_cannot_remove_each_other(house: Any) -> None:
    """One of them stays, whoever is quicker."""
    house.invited(house.administrator(), "bea@kammer.example", "administrator")
    ids = [one.id for one in house.login.accounts.all()]

    def remove(number: int) -> int:
        try:
            house.login.accounts.remove(ids[number % 2], by="console")
        except RefusedError:
            return 409
        return 303

    assert together(remove) == [303] + [409] * (AT_ONCE - 1)
    assert len(house.login.accounts.all()) == 1
