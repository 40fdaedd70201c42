"""Publishing for 10, 1,000 and 100,000 members: the same rows, so the same cost.

`tests/node/test_growth.py` counts rows and statements; this measures the time. The member list is
made in memory, since signing 100,000 statements would measure something else.
"""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import attrs
from bench_erasing import Desk
from figure import Bench, Figure, In

from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.schedule import scheduling
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports import loop
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.protocol import events
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.testing.scene import NODE, Scene, Side

SIZES = (10, 1_000, 100_000)
PUBLICATIONS = 15


def peopled(directory: Directory, count: int) -> Directory:
    """Return the directory with so many members on its newest list."""
    if directory.newest is None:
        raise ValueError("no list to put them on")
    more = tuple(
        Organisation(f"https://firma-{number}.example", f"Firma {number}", (Role.EMPLOYER,), ())
        for number in range(count - len(directory.known))
    )
    newest = attrs.evolve(directory.newest, members=(*directory.newest.members, *more))
    sha256, readers = directory.stood[newest.name.number]
    ids = frozenset(one.id for one in more)
    return attrs.evolve(
        directory,
        newest=newest,
        known={**directory.known, **{one.id: one for one in more}},
        stood={newest.name.number: (sha256, readers | ids)},
    )


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:
    """Yield the bench."""
    folder.mkdir()
    scene, desks = Scene(), []
    for size in SIZES:
        store = SqlStore(f"sqlite:///{folder / f'{size}.db'}", more=RECORDS)
        stack.callback(store.close)
        side = Side(scene, NODE, directory=peopled(scene.directory, size))
        journal = FileJournal(folder / f"{size}.jsonl")
        party = loop.Party(side.here, store, journal, side, decide=scheduling(events.decide))
        desks.append(Desk(scene, party))
    figures = (
        Figure(
            f"publishing with {SIZES[-1]:,} members instead of {SIZES[0]}, growth",
            10.0,
            In.PERCENT,
            "CPU of taking draft and consent in, verified and durable, one commit each; medians "
            f"of {PUBLICATIONS} publications that take turns",
        ),
        *(
            Figure(f"publishing with {size:,} members", None, In.V, "draft and consent")
            for size in SIZES
        ),
    )

    def turn() -> Sequence[float]:
        costs: list[list[float]] = [[] for _ in desks]
        for _ in range(PUBLICATIONS):
            for desk, found in zip(desks, costs, strict=True):
                found.append(_published(desk))
        medians = [statistics.median(one) for one in costs]
        return [(medians[-1] / medians[0] - 1) * 100, *medians]

    yield Bench(figures, turn)


def _published(desk: Desk) -> float:
    story = desk.prepared()
    return desk.hear(story.draft, story.consent)
