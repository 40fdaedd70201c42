"""What happens between alliances: agreements come and go, members leave, people withdraw abroad."""

import attrs

from fachkraft_share import limits
from fachkraft_share.model.consent import Withdrawal
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.desk.views import View
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import sign_document
from fachkraft_share.protocol.records import Referral
from fachkraft_share.testing.simulator.region import Region
from fachkraft_share.testing.simulator.watch import Story, one
from fachkraft_share.testing.two_alliances import recognise
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import CONSENT_KEY

TERMS = (  # days, gives, takes; most are good ones, so that something crosses
    (365, True, True),
    (365, True, True),
    (30, True, True),
    (1, True, True),
    (365, True, False),
    (365, False, True),
    (365, False, False),
)


def origins(region: Region) -> tuple[str, ...]:
    """Return who recommends: two of a single alliance, else everybody who has not left."""
    names = tuple(region.members)
    return tuple(one for one in names if one not in region.gone) if region.several else names[:2]


def askers(region: Region, name: str) -> tuple[str, ...]:
    """Return who may ask for a contact, this one first; where there are borders, from afar."""
    return (name, *reversed(region.members)) if region.several else (name,)


def choose(region: Region, story: Story, view: View, shut_out: set[str]) -> tuple[str, ...]:
    """Draw the partners a person allows, and whom of them she shuts out."""
    if not region.several:
        return ()
    strangers = set(region.members) - set(region.town_of(story.origin).members)
    shut_out |= {name for name in sorted(strangers) if region.random.random() < 0.08}
    return tuple(shown.node for shown in view.partners if region.random.random() < 0.8)


def scopes(region: Region, story: Story) -> tuple[str, ...]:
    """Return single holders for whom a person may withdraw."""
    return (*(region.id_of(name) for name in region.members), *sorted(story.partners))


def agree(region: Region) -> None:
    """Let one alliance say anew what it gives to and takes from another."""
    town, other = region.random.sample(region.towns, 2)
    days, gives, takes = region.random.choice(TERMS)
    region.moved.add(frozenset({town.place.node, other.place.node}))
    recognise(town, other, days=days, gives=gives, takes=takes)


def leave(region: Region) -> None:
    """Let a member leave its alliance."""
    names = [name for name in region.members if name not in region.gone]
    name = region.random.choice(names)
    region.gone.add(name)
    region.town_of(name).node.service.authority.change(region.id_of(name), Status.LEFT)


def withdraw(region: Region, story: Story) -> None:
    """Let the person use her link at another alliance's desk."""
    town = region.random.choice([town for town in region.towns if town.place.node != story.home])
    desk = town.node.service
    attrs.evolve(region.people[story.referral], desk=lambda: desk.desk).withdraw()
    region.watch.shut(story, ALL, town)


def hand_in(region: Region, story: Story) -> None:
    """Hand a signed withdrawal in at any node, as a person with her own copy may."""
    home, town = region.town_at(story.home), region.some_town()
    known = one(home.node.memory.store, Referral, story.referral)
    if known is None:
        return
    key = candidate_key(unb64(story.secret), purpose=CONSENT_KEY, suite=region.suite)
    now, jti = town.now(), b64(region.random.randbytes(limits.ID_BYTES))
    said = Withdrawal(
        story.referral,
        known.origin,
        known.key_x,
        known.nonce,
        ALL,
        "withdrawn",
        known.not_after,
        now,
        jti,
    )
    token = sign_document(said, key=key, suite=region.suite)
    body = strict.write({"withdrawal": token, "with": []})
    town.node.service.handle(Request("POST /withdrawals", body=body))
