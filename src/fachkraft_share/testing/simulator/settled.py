"""The checkers of liveness: what must have come about once all faults have healed."""

from typing import TYPE_CHECKING

from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.member.records import DossierRow, Outgoing
from fachkraft_share.node.records import HeadDispute, PartnerHead
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import Due, Held, Part, Receipt, Referral, ReferralState
from fachkraft_share.testing.simulator.watch import Story, one, rows
from fachkraft_share.testing.world import address

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region
    from fachkraft_share.testing.simulator.town import Town


def finally_(region: "Region") -> None:
    """Check everything that must have come about."""
    for name, party in region.members.items():
        waiting = rows(party.memory.store, Outgoing)
        if waiting and name != region.liar and not _both_lost(region):
            kinds = sorted({f"{one.type}/{one.code}" for one in waiting})
            region.watch.say("everything arrives", f"{name} still has {', '.join(kinds)}")
    for story in region.watch.stories.values():
        _settled(story, region)
        _spread(story, region)
        if region.several:
            _listed(story, region)
            _proved(story, region)
    if region.several:
        _histories(region)


def _both_lost(region: "Region") -> bool:
    """Tell whether two nodes came back from backups: what one had of the other may be lost.

    A reader then keeps what it may ask about, and asks in vain, until the consent ends.
    """
    return len(region.rolled & region.nodes.keys()) > 1


def owing(region: "Region") -> tuple[Due, ...]:
    """Return who still owes a receipt."""
    return tuple(due for town in region.towns for due in rows(town.node.memory.store, Due))


def _settled(story: Story, region: "Region") -> None:
    home = region.town_at(story.home)
    for scope in sorted(story.shut):
        for town in region.towns:
            behind = town is not home and scope == town.place.node
            if scope == ALL or behind:
                _forgotten(story, town)
            for name in town.members:
                if behind or scope in (ALL, address(name)):
                    _erased(story, name, region)
        for line in rows(home.node.memory.store, Held, referral=story.referral):
            if scope in (ALL, line.holder, line.via):
                _signed(story, line, scope=scope, region=region)


def _forgotten(story: Story, town: "Town") -> None:
    if rows(town.node.memory.store, Part, referral=story.referral):
        town.region.watch.say("every holder erases", f"{town.node_name} keeps the profile")


def _erased(story: Story, name: str, region: "Region") -> None:
    party = region.members[name]
    left = [
        kind.__name__
        for kind in (Part, DossierRow)
        if rows(party.memory.store, kind, referral=story.referral)
    ]
    if party.memory.keys.get(story.referral) is not None:
        left.append("key")
    system = region.systems[name]
    if any(person.get("external") == story.referral for person in system.people.values()):
        left.append("the person in the ATS")
    if left:
        region.watch.say("every holder erases", f"{name} keeps {', '.join(left)}")


def _signed(story: Story, line: Held, *, scope: str, region: "Region") -> None:
    liar = region.id_of(region.liar) if region.liar else ""
    if liar in (line.holder, line.via):
        return
    store = region.town_at(story.home).node.memory.store
    signed = rows(store, Receipt, referral=story.referral, holder=line.holder)
    if not any(receipt.settled for receipt in signed):
        states = [receipt.alarm for receipt in signed]
        region.watch.say("every holder signs", f"{line.holder} has not settled {scope} ({states})")


def _spread(story: Story, region: "Region") -> None:
    """An open referral reached everybody whom the consent names, unless a node was restored."""
    home = region.town_at(story.home)
    referral = one(home.node.memory.store, Referral, story.referral)
    open_ = story.granted and not story.shut and home.now() < story.exp
    if not open_ or referral is None or referral.state is not ReferralState.PUBLISHED:
        return
    for town in region.towns:
        if _reaches(story, town, region):
            for name in sorted(set(town.members) - {story.origin} - region.gone):
                _reached(story, name, region)


def _reaches(story: Story, town: "Town", region: "Region") -> bool:
    """Tell whether the referral must have come to this town."""
    home = region.town_at(story.home)
    restored = {home.node_name, town.node_name} & region.rolled
    if restored or town is home:
        return not restored
    lied = region.liar in region.nodes
    changed = frozenset({home.place.node, town.place.node}) in region.moved
    excluded = story.excluded & set(town.members)
    return town.place.node in story.partners and not (changed or excluded or lied)


def _reached(story: Story, name: str, region: "Region") -> None:
    named = region.watch.named(story, name) and name not in story.excluded
    if named and not rows(region.members[name].memory.store, Part, referral=story.referral):
        region.watch.say("all members are told", f"{name} never got an open referral")


def _listed(story: Story, region: "Region") -> None:
    """The home node's ledger names everybody whom a partner node served."""
    home = region.town_at(story.home)
    known = {line.holder for line in rows(home.node.memory.store, Held, referral=story.referral)}
    for town in region.towns:
        if town is home or region.liar == town.node_name:
            continue
        for line in rows(town.node.memory.store, Held, referral=story.referral, via=None):
            if line.holder not in known and line.holder != story.home:
                region.watch.say("the home ledger names all", f"{line.holder} is missing")


def _proved(story: Story, region: "Region") -> None:
    """What the person downloads proves that everybody has erased."""
    home, person = region.town_at(story.home), region.people[story.referral]
    if not story.granted or ALL not in story.shut or region.liar or home.node_name in region.rolled:
        return
    if person.secret == story.secret:
        return  # the node died before it could hand out the second link; the first only withdraws
    try:
        verdict = person.bundle().check()
    except FachkraftShareError as error:
        region.watch.say("the person can prove it", f"{type(error).__name__}: {error}")
        return
    if not verdict.complete:
        kinds = sorted({f"{one.kind} {one.code}" for one in verdict.findings})
        region.watch.say("the person can prove it", ", ".join(kinds))


def _histories(region: "Region") -> None:
    """A history that was signed and changed is noticed; an honest one is not accused."""
    for town in region.towns:
        disputes = rows(town.node.memory.store, HeadDispute)
        for other in region.towns:
            honest = other.node_name not in (region.liar, *region.rolled)
            found = [one for one in disputes if one.node == other.place.node]
            if found and honest:
                region.watch.say("no false accusation", f"{town.node_name}: {other.node_name}")
    for name, number in region.hostile.rewritten.items():
        store = region.nodes[name].node.memory.store
        kept = one(store, PartnerHead, region.id_of(region.liar or ""))
        # Towards whom it kept up the old history until another head was signed, it showed nothing.
        stands = kept is not None and kept.number == number
        noticed = rows(store, HeadDispute, number=number)
        if stands and not noticed and not {name, region.liar} & region.rolled:
            region.watch.say("a rewritten history is seen", f"{name} noticed nothing")
