"""Partner alliances at the desk: which may be offered, and which the person's exclusions forbid."""

from collections.abc import Iterable

from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.views import PartnerView
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import shut_out
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.records import Exclusion


def offered(here: Here, *, at: int) -> tuple[PartnerView, ...]:
    """Return the partners to which data may go now: an agreement gives, and its list is fresh."""
    partners = (
        one
        for one in here.directory.partners.values()
        if here.directory.gives(one.node, at=at) and one.directory.fresh(at=at)
    )
    return tuple(sorted(map(_view, partners), key=lambda one: (one.name.casefold(), one.node)))


def named(nodes: Iterable[str], *, here: Here) -> tuple[PartnerView, ...]:
    """Return the partners a consent names, as far as they are known still."""
    known = here.directory.partners
    return tuple(_view(known[node]) for node in nodes if node in known)


def reached(
    partners: Iterable[PartnerView], exclusions: Iterable[Exclusion], *, here: Here
) -> tuple[PartnerView, ...]:
    """Return those behind which nobody is whom the person shut out (R4)."""
    shut = tuple(exclusions)
    return tuple(one for one in partners if not shut_out(shut, one.node, here=here))


def neighbours(here: Here) -> tuple[Organisation, ...]:
    """Return the members of all partners, whom an exclusion may mean as well."""
    return tuple(
        one for partner in here.directory.partners.values() for one in partner.members if one.reads
    )


def _view(partner: Partner) -> PartnerView:
    members = tuple(sorted(one.name for one in partner.members if one.reads))
    return PartnerView(partner.node, partner.alliance.name, members, partner.terms.not_after)
