"""`alliance(...)`: for the README's example and your tests; real services, nothing to set up."""

from collections.abc import Iterator
from contextlib import contextmanager

from fachkraft_share import limits
from fachkraft_share.member.facade import Member
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import World

ROUNDS = 8  # of synchronising, until all news has gone round


class Alliance:
    """A running alliance in this process; time stands still unless `pass_days` moves it."""

    def __init__(self, *names: str, seed: int = 1) -> None:
        self.world = World(seed=seed)
        for name in names:
            self.world.join(name)
        self.settle()

    @property
    def members(self) -> tuple[Member, ...]:
        """The members, in the order they were named."""
        return tuple(party.member for party in self.world.members.values())

    def person(self, link: str | None) -> Person:
        """Return the candidate who holds this link, as in a browser."""
        if link is None:
            raise ValueError("the node mailed this link; give the one from the mail")
        return self.world.person(link)

    def settle(self) -> None:
        """Let everybody synchronise until there is no news any more."""
        for _ in range(ROUNDS):
            reports = [member.sync() for member in self.members]
            self.world.node.service.tick()
            if not any(report.received or report.sent or report.tasks for report in reports):
                return

    def pass_days(self, days: int) -> None:
        """Move the clock, a day at a time, with everybody synchronising."""
        for _ in range(days):
            self.world.clock.pass_time(limits.DAY)
            self.world.node.service.tick()
            self.settle()


@contextmanager
def alliance(*names: str, seed: int = 1) -> Iterator[Alliance]:
    """Run an alliance of a node and members with these short names."""
    yield Alliance(*names, seed=seed)
