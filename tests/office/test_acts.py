"""The office's record: what was done is written down first, and nothing can be left out."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.acts import (
    broken_at,
    first_broken,
    newest_acts,
    write_act,
)
from fachkraft_share.node.records import OfficeAct
from fachkraft_share.node.sweeping import sweep
from fachkraft_share.testing.small_alliance import Alliance


@pytest.fixture
def exchange(town: Alliance) -> Exchange:
    """A node whose office has done three things."""
    found = town.world.node.service.exchange
    for about in ("a", "b", "a"):
        write_act(found, "account", "member.suspend", about=about, outcome="begun")
    return found


def test_the_newest_stands_first(exchange: Exchange) -> None:
    """Page by page."""
    assert [one.number for one in newest_acts(exchange)] == [3, 2, 1]
    assert [one.number for one in newest_acts(exchange, count=1)] == [3]
    assert [one.number for one in newest_acts(exchange, until=2, count=1)] == [2]


@pytest.mark.parametrize(
    ("changed", "broken"),
    [({"account": "other"}, 2), ({"about": "c"}, 2), ({"at": 0}, 2), ({"outcome": "refused"}, 2)],
)
def test_a_line_that_was_altered_is_noticed(exchange: Exchange, changed: Any, broken: int) -> None:
    """Whatever of it."""
    assert broken_at(exchange) is None
    with exchange.store.begin() as transaction:
        found = transaction.get(OfficeAct, 2)
        assert found is not None
        transaction.put(attrs.evolve(found, **changed))
    assert broken_at(exchange) == broken


@pytest.mark.parametrize(("gone", "noticed"), [(1, None), (2, 3), (3, 3)])
def test_a_line_that_was_left_out_is_noticed(
    exchange: Exchange, gone: int, noticed: int | None
) -> None:
    """The oldest may go: it does after its time."""
    with exchange.store.begin() as transaction:
        transaction.drop(OfficeAct, gone)
    assert broken_at(exchange) == noticed


def test_an_empty_record_is_whole() -> None:
    """Nothing was done yet."""
    assert first_broken(()) is None


def test_old_lines_go_by_themselves(town: Alliance, exchange: Exchange) -> None:
    """After the time evidence is kept; what comes later follows all the same."""
    town.world.clock.pass_time(limits.EVIDENCE_DAYS * limits.DAY)
    sweep(exchange)
    assert newest_acts(exchange) == ()
    assert broken_at(exchange) is None
    write_act(exchange, "account", "member.resume", about="a", outcome="begun")
    assert [one.number for one in newest_acts(exchange)] == [4]
    assert broken_at(exchange) is None
