"""What the gate needs to know about an actor, gathered from what a party has loaded."""

from collections.abc import Callable, Iterable

import attrs

from fachkraft_share.model.consent import Consent, ContactAnswer, Purpose
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.records import Exclusion, Tombstone
from fachkraft_share.rules.consent import Facts

ALL = "all"


def closures_for(
    tombstones: Iterable[Tombstone], actor: str, *, node: str | None
) -> tuple[Tombstone, ...]:
    """Return the closures whose scope holds the actor.

    `node` is the node of the actor's alliance: what is closed for it is closed for all behind it.
    """
    return tuple(one for one in tombstones if one.scope in (ALL, actor, node))


def closed_for(tombstones: Iterable[Tombstone], actor: str, *, node: str | None) -> bool:
    """Tell whether one of `closures_for` stands."""
    return bool(closures_for(tombstones, actor, node=node))


def around(scope: str, *, node_of: Callable[[str], str]) -> tuple[str, ...]:
    """Return every scope that holds this one, itself first; whoever settled one settled this."""
    return (scope,) if scope == ALL else (scope, node_of(scope), ALL)


def folded(value: str) -> str:
    """Return a name or domain as it is compared: case and outer blanks do not count."""
    return " ".join(value.casefold().split())


def names_of(organisation: Organisation) -> set[tuple[str, str]]:
    """Return every (kind, value) by which a person may exclude this organisation (R4)."""
    found = {("id", organisation.id), ("name", folded(organisation.name))}
    found |= {("domain", folded(domain)) for domain in organisation.domains}
    if organisation.group:
        found.add(("group", folded(organisation.group)))
    if organisation.betriebsnummer:
        found.add(("betriebsnummer", organisation.betriebsnummer))
    return found


def excluded(exclusions: Iterable[Exclusion], organisation: Organisation | None) -> bool:
    """Tell whether any exclusion matches; a party nobody states is shut out with everybody."""
    if organisation is None:
        return True
    names = names_of(organisation)
    return any((one.kind, one.value) in names for one in exclusions)


def shut_out(exclusions: Iterable[Exclusion], actor: str, *, here: Here) -> bool:
    """Tell whether the person shut the actor out, or anybody behind a partner node (R4)."""
    named = tuple(exclusions)
    partner = here.directory.partners.get(actor)
    behind = partner.members if partner is not None else ()
    return any(excluded(named, one) for one in (here.directory.organisation(actor), *behind))


def facts(
    consent: Consent | None,
    actor: str,
    *,
    here: Here,
    at: int,
    tombstones: Iterable[Tombstone] = (),
    exclusions: Iterable[Exclusion] = (),
    answer: ContactAnswer | None = None,
    settled: bool = True,
) -> Facts:
    """Return what the gate asks about this actor, from the directory and the loaded records."""
    directory = here.directory
    stated = directory.organisation(actor)
    way = _way(consent, actor, here=here)
    return Facts(
        listed=consent is not None and _listed(consent, actor, way, here=here),
        active=directory.active(actor),
        fresh=directory.fresh(at=at) and _partner_fresh(way, here=here, at=at),
        excluded=shut_out(exclusions, actor, here=here),
        closed=closed_for(tombstones, actor, node=here.node_of(actor)),
        settled=settled,
        location=stated.location if stated else "",
        answer=answer,
        policy=here.policy,
        foreign=way is not None,
        agreement=way is not None and way.agreed(here=here, at=at),
        public=way is not None and way.public(here=here),
    )


@attrs.frozen
class _Way:
    """The border between the consent's node and the actor's: the alliances on both sides."""

    home: str  # the node the consent was given at
    actors: str  # the node of the alliance that states the actor

    def agreed(self, *, here: Here, at: int) -> bool:
        """Tell whether our alliance lets data cross; a third one has no say."""
        if here.node == self.home:
            return here.directory.gives(self.actors, at=at)
        return here.node == self.actors and here.directory.takes(self.home, at=at)

    def public(self, *, here: Here) -> bool:
        """Tell whether our recognition of the other side names public pages as a purpose."""
        other = self.other(here=here)
        return other is not None and Purpose.PUBLIC in other.terms.purposes

    def other(self, *, here: Here) -> Partner | None:
        """Return the partner alliance across the border, as our own knows it."""
        return here.directory.partners.get(self.actors if here.node == self.home else self.home)


def _way(consent: Consent | None, actor: str, *, here: Here) -> _Way | None:
    """Return the border the data would cross to reach the actor; None within one alliance."""
    if consent is None:
        return None
    node = here.node_of(actor)
    return None if node == consent.node else _Way(consent.node, node)


def _partner_fresh(way: _Way | None, *, here: Here, at: int) -> bool:
    if way is None:
        return True
    other = way.other(here=here)
    return other is not None and other.directory.fresh(at=at)


def _listed(consent: Consent, actor: str, way: _Way | None, *, here: Here) -> bool:
    """Tell whether the consent names the actor, or the partner alliance it belongs to (R5)."""
    audience = consent.audience
    if way is not None:
        return way.actors in audience.partners
    if actor in audience.members:
        return True
    return audience.list is not None and here.directory.listed(audience.list, actor)
