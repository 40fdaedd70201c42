"""The time after all faults: within a day everything must have come to its end (P5).

Members and nodes come round far oftener in life; that it is enough so is the harder demand.
"""

from functools import partial
from typing import TYPE_CHECKING, Final

from fachkraft_share import limits
from fachkraft_share.member.records import Outgoing
from fachkraft_share.protocol.records import Task
from fachkraft_share.testing.simulator.faults import calm
from fachkraft_share.testing.simulator.settled import owing
from fachkraft_share.testing.simulator.watch import rows

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.life import Life

ROUNDS: Final = (0, 60, 390, 420, 780, 840, 1200, 1320, 1440)  # minutes after healing
LEAST: Final = 4  # rounds: who was silent is called again within six hours; then news goes round


def heal(life: "Life") -> int:
    """End all faults, let everybody meet until nothing is left to do; return the minutes it took.

    When a day is over it ends, whatever is left to do: the checkers of liveness say what that is.
    """
    region, began = life.region, life.region.clock.at
    region.faults, region.away, region.intruder = calm(), set(), None
    region.skews.clear()
    region.delayed.clear()
    for number, minutes in enumerate(ROUNDS, 1):
        region.pass_time(began + minutes * limits.MINUTE - region.clock.at)
        before = _ends(life)
        meet(life)
        if number >= LEAST and _ends(life) == before and _quiet(life):
            return minutes
    return ROUNDS[-1]


def meet(life: "Life") -> None:
    """Let everybody have a turn."""
    region = life.region
    for name in region.members:
        life.attempt(f"heal {name}", partial(life.sync, name))
    for town in region.towns:
        town.node.service.tick()
    region.watch.note_closures()


def _ends(life: "Life") -> list[tuple[int, str]]:
    """Return where each node's feed ends: while one grows there is news to be heard."""
    found = []
    for town in life.region.towns:
        with town.node.memory.store.begin(write=False) as transaction:
            found.append(transaction.head())
    return found


def _quiet(life: "Life") -> bool:
    """Tell whether nobody owes, sends or does anything more within a day."""
    region = life.region
    soon = ("next_at", region.clock.at + limits.DAY)
    return not owing(region) and not any(
        rows(party.memory.store, Outgoing) or rows(party.memory.store, Task, until=soon)
        for party in region.members.values()
    )
