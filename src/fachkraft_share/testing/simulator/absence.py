"""A member that is away for ninety days, and how it catches up (P7).

While it is away, and until it has caught up, nothing that was withdrawn or is past its consent can
be read at it; when it comes back it stores no profile before the ends it has missed.
"""

from typing import TYPE_CHECKING, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import Held, Part, Tombstone
from fachkraft_share.testing.simulator.watch import Story, rows
from fachkraft_share.testing.world import address

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.life import Life
    from fachkraft_share.testing.simulator.region import Region

HOPS: Final = 15
DAYS: Final = 6  # lists live a week: nodes and the others go on as they do
TRIES: Final = 6  # of catching up while faults go on; healing sees to the rest


@attrs.define
class Return:
    """A member that comes back: the profiles it had, and the ends that wait for it."""

    region: "Region"
    name: str
    had: set[str]
    missed: set[tuple[str, str]]  # referral, scope

    def look(self) -> None:
        """See that no profile is new while an end is unheard; asked after each of its commits."""
        store = self.region.members[self.name].memory.store
        heard = {(one.referral, one.scope) for one in rows(store, Tombstone)}
        new = {part.referral for part in rows(store, Part)} - self.had
        if new and any(not _stands(one, heard) for one in self.missed):
            self.region.watch.say("closures first", f"{self.name} took a profile before an end")


def _stands(end: tuple[str, str], heard: set[tuple[str, str]]) -> bool:
    """Tell whether the end was heard, or a wider one."""
    return end in heard or (end[0], ALL) in heard


def leave(life: "Life") -> None:
    """Let a member go away, best one that holds a profile of somebody else's."""
    region = life.region
    holding = [name for name in region.members if _held(region, name)]
    region.absent = {life.random.choice(holding or list(region.members))}
    life.note(f"{next(iter(region.absent))} is away for months")


def come_back(life: "Life") -> None:
    """Let ninety days pass, people withdraw and consents end; then let the member catch up."""
    region = life.region
    [name] = region.absent
    for hop in range(HOPS):
        region.pass_time(DAYS * limits.DAY)
        if hop == HOPS // 3:
            _withdraw_some(life, name)
        life.turn_of_others()
        region.watch.step()
        if (hop + 1) * DAYS > limits.LIST_DAYS:
            _unreadable(region, name)
    region.absent, region.away = set(), region.away - {name}
    had = {part.referral for part in rows(region.members[name].memory.store, Part)}
    region.returning = Return(region, name, had, _missed(region, name))
    for _ in range(TRIES):
        life.attempt(f"catch up {name}", lambda: life.sync(name))
        _unreadable(region, name)
        region.watch.step()
        if all(_stands(one, _heard(region, name)) for one in region.returning.missed):
            break
        region.pass_time(limits.RETRY_FIRST)
    region.returning = None


def _withdraw_some(life: "Life", name: str) -> None:
    """Let about every second person whose profile it holds withdraw meanwhile."""
    for referral in sorted(_held(life.region, name)):
        story = life.region.watch.stories.get(referral)
        if story is not None and not story.shut and life.random.random() < 0.5:
            life.attempt("withdraw", lambda story=story: life.withdraw(story))  # type: ignore[misc]


def _held(region: "Region", name: str) -> set[str]:
    stories, store = region.watch.stories, region.members[name].memory.store
    found = {part.referral for part in rows(store, Part)}
    return {one for one in found if one in stories and stories[one].origin != name}


def _heard(region: "Region", name: str) -> set[tuple[str, str]]:
    store = region.members[name].memory.store
    return {(one.referral, one.scope) for one in rows(store, Tombstone)}


def _missed(region: "Region", name: str) -> set[tuple[str, str]]:
    """Return the ends of what it was given that its node tells it of and it has not heard."""
    town, heard = region.town_of(name), _heard(region, name)
    store, scopes = town.node.memory.store, (ALL, address(name), town.place.node)
    given = {line.referral for line in rows(store, Held, holder=address(name))}
    ends = {(one.referral, one.scope) for one in rows(store, Tombstone) if one.referral in given}
    return {one for one in ends if one[1] in scopes and not _stands(one, heard)}


def _unreadable(region: "Region", name: str) -> None:
    """See that nobody at the member can read what has ended."""
    member, now = region.members[name].member, region.clock.at
    try:
        seen = {one.referral for one in member.inbox()}
        seen |= {one.referral for one in member.received()}
    except FachkraftShareError:
        return
    for referral in sorted(seen & region.watch.stories.keys()):
        story = region.watch.stories[referral]
        if now >= story.exp + limits.DAY or _ended(story, name, region):
            region.watch.say("nothing that ended is readable", f"{name} shows it after months")


def _ended(story: Story, name: str, region: "Region") -> bool:
    return bool(story.shut & {ALL, address(name), region.town_of(name).place.node})
