"""How long a withdrawal takes to be signed for by whoever can be reached (P10).

For an hour everybody comes round as in life: members wait at the node (`sync --watch`) and hear at
once, a node's worker takes its turn every few seconds. The steps grow, so that no time is measured
shorter than it is.
"""

from typing import TYPE_CHECKING, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import Held, Receipt
from fachkraft_share.testing.simulator.watch import Story, rows

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.life import Life
    from fachkraft_share.testing.simulator.region import Region

TURNS: Final = (*[limits.TICK] * 12, *[60] * 9, *[300] * 10)  # seconds: an hour
TOO_LATE: Final = limits.HOUR + limits.MINUTE  # what counts for who has not signed by then


@attrs.define
class Promptness:
    """What was measured: seconds for each holder that could be reached."""

    seconds: list[int] = attrs.field(factory=list)
    unreachable: int = 0


def follow(life: "Life", story: Story, scope: str) -> None:
    """Live through the hour after a withdrawal, and note when each holder's receipt is here."""
    region, began = life.region, life.region.clock.at
    region.struck.clear()
    waiting = _holders(region, story, scope)
    signed = dict[str, int]()
    for pause in (0, *TURNS):
        region.pass_time(pause)
        _turn(life)
        for holder in waiting - signed.keys():
            if _settled(region, story, holder, scope=scope):
                signed[holder] = region.clock.at - began
        if waiting <= signed.keys():
            break
    for holder in sorted(waiting):
        if _reachable(region, story, holder):
            region.promptness.seconds.append(signed.get(holder, TOO_LATE))
            if holder not in signed:
                region.watch.say("a reachable holder signs within an hour", f"{holder} did not")
        else:
            region.promptness.unreachable += 1


def _turn(life: "Life") -> None:
    region = life.region
    for town in region.towns:
        town.node.service.tick()
    for name in region.members:
        life.attempt(f"follow {name}", lambda name=name: life.sync(name))  # type: ignore[misc]
    region.watch.note_closures()


def _holders(region: "Region", story: Story, scope: str) -> set[str]:
    home = region.town_at(story.home).node.memory.store
    lines = rows(home, Held, referral=story.referral)
    return {line.holder for line in lines if scope in (ALL, line.holder, line.via)}


def _settled(region: "Region", story: Story, holder: str, *, scope: str) -> bool:
    """Tell whether the home node has the holder's receipt for this end or a wider one."""
    home = region.town_at(story.home).node.memory.store
    signed = rows(home, Receipt, referral=story.referral, holder=holder)
    return any(receipt.settled and receipt.scope in (scope, ALL) for receipt in signed)


def _reachable(region: "Region", story: Story, holder: str) -> bool:
    """Tell whether nobody on the way was away or lied, no fault struck it, and clocks agree."""
    name, home = region.name_of(holder), region.town_at(story.home)
    if name is None:
        return False
    town = region.town_of(name)
    on_way = {name, home.node_name, town.node_name}
    ways = {(name, town.node_name)}
    if town is not home:
        ways |= {(town.node_name, home.node_name), (home.node_name, town.node_name)}
    skews = [region.skews.get(one, 0) for one in on_way]
    apart = max(skews) - min(skews) > limits.CLOCK_SKEW
    silent = region.away | region.absent | {region.liar}
    return not (on_way & silent or ways & region.struck or apart)
