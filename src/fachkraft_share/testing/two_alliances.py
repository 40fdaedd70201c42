"""Two alliances in one process that may recognise each other: everything real but HTTP and disk.

`harz` and `goslar` are worlds of their own under one clock. `cut` takes a node off the net.
"""

from fachkraft_share import limits
from fachkraft_share.member.facade import Member
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance
from fachkraft_share.model.consent import Purpose
from fachkraft_share.protocol.agreements import recognitions, sign_agreement
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import Place, VirtualClock, World
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.suite import Suite

GOSLAR = Place("https://node.goslar.example", "https://goslar.example", "Fachkräfteallianz Goslar")
ILSEDE = Place("https://node.ilsede.example", "https://ilsede.example", "Allianz Ilsede")
ROUNDS = 12  # of everybody's turns, until all news has gone round on both sides
PURPOSES = (Purpose.REFERRAL, Purpose.OTHER_REGIONS)


class TwoAlliances:
    """Harz and Goslar, each with its node and members; they know nothing of each other at first."""

    def __init__(self, *, seed: int = 1, suite: Suite | None = None) -> None:
        self.clock = VirtualClock()
        self.harz = World(seed=seed, suite=suite, clock=self.clock)
        self.goslar = World(seed=seed + 1, suite=suite, place=GOSLAR, clock=self.clock)
        for one, other in self.pairs:
            one.reachable[other.place.node] = other.handle

    @property
    def worlds(self) -> tuple[World, World]:
        """Both."""
        return self.harz, self.goslar

    @property
    def pairs(self) -> tuple[tuple[World, World], tuple[World, World]]:
        """Each with the other."""
        return (self.harz, self.goslar), (self.goslar, self.harz)

    def recognise(self, *, days: int = 365, gives: bool = True, takes: bool = True) -> None:
        """Let both authorities recognise the other's, in both directions unless said otherwise.

        `gives` and `takes` are seen from Harz.
        """
        recognise(self.harz, self.goslar, days=days, gives=gives, takes=takes)
        recognise(self.goslar, self.harz, days=days, gives=takes, takes=gives)
        self.settle()
        self.pass_time(2 * limits.MINUTE)  # whoever called first was unknown to the other yet

    def cut(self, world: World) -> None:
        """Let nobody reach this world's node but its own members."""
        for one in self.worlds:
            if one is not world:
                one.reachable.pop(world.place.node, None)

    def mend(self) -> None:
        """Let everybody reach both nodes again."""
        for one, other in self.pairs:
            one.reachable[other.place.node] = other.handle

    def settle(self) -> None:
        """Let everybody take turns until there is no news any more."""
        for _ in range(ROUNDS):
            before = self._heads()
            moved = [_moved(member) for world in self.worlds for member in _members(world)]
            for world in self.worlds:
                world.node.service.tick()
            if not any(moved) and self._heads() == before:
                return

    def pass_time(self, seconds: int) -> None:
        """Move the clock and let everybody take turns."""
        self.clock.pass_time(seconds)
        self.settle()

    def pass_days(self, days: int) -> None:
        """Move the clock, a day at a time."""
        for _ in range(days):
            self.pass_time(limits.DAY)

    def _heads(self) -> tuple[tuple[int, str], ...]:
        return tuple(_head(world) for world in self.worlds)


def recognise(
    world: World,
    other: World,
    *,
    days: int = 365,
    gives: bool = True,
    takes: bool = True,
    purposes: tuple[Purpose, ...] = PURPOSES,
) -> None:
    """Let one authority recognise another, or say its recognition anew with other terms."""
    exchange = world.node.service.exchange
    found = recognitions(exchange.members.agreed)
    before = found.get(other.place.node)
    at = world.clock.now()
    said = Agreement(
        iss=world.place.authority,
        id=before.id if before else b64(world.random.randbytes(limits.ID_BYTES)),
        version=before.newest.version + 1 if before else 0,
        kind=AgreementKind.RECOGNITION,
        name=world.place.name,
        region="de",
        legal="Vereinbarung 2026/1",
        purposes=purposes,
        iat=at,
        not_before=before.newest.not_before if before else at,
        not_after=at + days * limits.DAY,
        before=before.sha256 if before else None,
        partner=PartnerAlliance(
            other.place.authority,
            other.node.settings.root,
            other.place.node,
            other.place.node,
            other.place.name,
        ),
        gives=gives,
        takes=takes,
    )
    token = sign_agreement(said, key=exchange.keys.online, suite=exchange.runtime.sealer)
    world.node.service.authority.agree(token)


def _members(world: World) -> tuple[Member, ...]:
    return tuple(party.member for party in world.members.values())


def _moved(member: Member) -> bool:
    report = member.sync()
    return bool(report.received or report.sent or report.tasks)


def _head(world: World) -> tuple[int, str]:
    with world.node.service.exchange.store.begin(write=False) as transaction:
        return transaction.head()


def grant_across(world: World, link: str | None, *, partners: tuple[str, ...]) -> Person:
    """Let the person allow everything asked, for these partner nodes and no other."""
    person = world.person(link or "")
    person.grant(partners=partners)
    return person
