"""Property: whatever is done to a store, it answers as the store in memory does."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol.decision import One, every
from fachkraft_share.protocol.delivery import FeedHead
from fachkraft_share.protocol.records import FeedRow
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.store_harness import (
    SAMPLES,
    Colour,
    Mark,
    OpenStore,
    Sample,
    SqlHarness,
    SqliteHarness,
    Tally,
)

_KINDS = (*SAMPLES, FeedRow, FeedHead)


@attrs.frozen
class Step:
    """A call of a transaction's method."""

    method: str
    positional: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()


@attrs.frozen
class Block:
    """Steps under a savepoint, or of a whole transaction; a failing one is undone."""

    fails: bool
    steps: tuple[Any, ...]


class FailError(Exception):
    """What a failing block raises."""


groups = st.sampled_from(["a", "b", "ä"])
names = st.sampled_from(["x", "y", "", "é"])
numbers = st.integers(-2, 2) | st.sampled_from([-(2**53) + 1, 2**53 - 1])
dues = st.none() | st.integers(0, 3)
notes = st.none() | st.sampled_from(["", "n", "%s ? :x '\""])
samples = st.builds(
    Sample,
    groups,
    names,
    numbers,
    st.booleans(),
    st.sampled_from(Colour),
    st.binary(max_size=3),
    dues,
    notes,
    st.none() | st.booleans(),
)
marks = st.builds(Mark, groups, names)
tallies = st.builds(Tally, st.integers(0, 2), numbers)


def _one_or_several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(values.filter(lambda one: one is not None), max_size=10)
    return values | several.map(tuple)


equal = st.fixed_dictionaries(
    {},
    optional={
        "group": _one_or_several(groups),
        "name": _one_or_several(names),
        "number": _one_or_several(numbers),
        "flag": _one_or_several(st.booleans()),
        "colour": _one_or_several(st.sampled_from(Colour)),
        "due": _one_or_several(dues),
        "note": _one_or_several(notes),
        "maybe": st.none() | st.booleans(),
    },
)
bounds = st.one_of(
    st.tuples(st.just("number"), numbers),
    st.tuples(st.just("due"), st.integers(0, 3)),
    st.tuples(st.just("name"), names),
)
searches = st.builds(
    lambda fields, window: fields | window,
    equal,
    st.fixed_dictionaries(
        {}, optional={"after": bounds, "until": bounds, "limit": st.integers(0, 3)}
    ),
)
rows = st.fixed_dictionaries(
    {
        "stream": st.sampled_from(["closures", "events"]),
        "to": groups,
        "token": names,
        "at": st.integers(0, 3),
        "referral": st.none() | names,
    }
)


needs = st.one_of(
    st.builds(lambda one: One(type(one), one.key), samples | marks | tallies),
    st.builds(lambda where: every(Sample, **where), equal),
    st.builds(lambda group: every(Sample, group=group), groups),
    st.builds(lambda one: every(Sample, name=one.name, colour=one.colour), samples),
    st.builds(lambda kind: every(Mark, kind=kind), groups),
)


def _named(values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(values.items())


steps = st.one_of(
    st.builds(lambda one: Step("put", (one,)), samples | marks | tallies),
    st.builds(lambda one: Step("get", (Sample, *one.key)), samples),
    st.builds(lambda one: Step("drop", (type(one), *one.key)), samples | marks | tallies),
    st.builds(lambda where: Step("drop_every", (Sample,), _named(where)), equal),
    st.builds(lambda search: Step("every", (Sample,), _named(search)), searches),
    st.builds(lambda kind: Step("every", (kind,)), st.sampled_from((Mark, Tally, FeedRow))),
    st.builds(lambda row: Step("append", (), _named(row)), rows),
    st.just(Step("head")),
    st.builds(lambda many: Step("read_ahead", (many,)), st.lists(needs, max_size=30)),
)
inner = st.recursive(
    steps,
    lambda within: st.builds(Block, st.booleans(), st.lists(within, max_size=4).map(tuple)),
    max_leaves=8,
)
transactions = st.builds(Block, st.booleans(), st.lists(inner, max_size=8).map(tuple))
programs = st.lists(transactions, min_size=1, max_size=4)


def _run(store: Store, program: list[Block]) -> list[Any]:
    """Return every answer, and what is there in the end."""
    answers: list[Any] = []
    for block in program:
        with suppress(FailError), store.begin() as transaction:
            _steps(transaction, block, answers)
    with store.begin(write=False) as transaction:
        return [*answers, *(transaction.every(kind) for kind in _KINDS)]


def _steps(transaction: Transaction, block: Block, answers: list[Any]) -> None:
    for step in block.steps:
        if isinstance(step, Block):
            with suppress(FailError), transaction.savepoint():
                _steps(transaction, step, answers)
        else:
            call = getattr(transaction, step.method)
            answers.append(call(*step.positional, **dict(step.named)))
    if block.fails:
        raise FailError


@pytest.fixture(scope="module", params=["sqlite", "sql", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[OpenStore]:
    """Open each store once; the property empties it."""
    folder: Path = tmp_path_factory.mktemp("likeness")
    if request.param == "sqlite":
        opened: OpenStore = SqliteHarness(folder).open()
    elif request.param == "sql":
        opened = SqlHarness(f"sqlite:///{folder / 'node.db'}", folder).open()
    else:
        opened = SqlHarness(request.getfixturevalue("postgres")).open()
    yield opened
    opened.close()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(program=programs)
def test_every_store_answers_as_the_one_in_memory(store: Store, program: list[Block]) -> None:
    """Puts, drops, searches, feed rows and savepoints in any order, undone or kept."""
    with store.begin() as transaction:
        for kind in _KINDS:
            transaction.drop_every(kind)
    assert _run(store, program) == _run(MemoryStore(), program)
