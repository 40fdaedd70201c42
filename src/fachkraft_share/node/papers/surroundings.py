"""What the papers are written from: settings, agreements, lists and counts, as they are now."""

import attrs

from fachkraft_share.model.agreement import Cooperation
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.alliance.official import official_lists
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import OfficialList
from fachkraft_share.node.settings import Settings
from fachkraft_share.protocol.agreements import cooperation_of
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.records import Referral, ReferralState
from fachkraft_share.rules.consent import EEA


@attrs.frozen
class Surroundings:
    """Facts about one node and its alliance; nothing about any person."""

    name: str
    settings: Settings
    at: int
    cooperation: Cooperation | None  # None as well if it is over
    partners: tuple[Partner, ...]
    members: tuple[Organisation, ...]
    lists: tuple[OfficialList, ...]
    live: int  # referrals that are published now

    @property
    def abroad(self) -> tuple[Organisation, ...]:
        """Members that store outside the EEA; the gate gives them nothing."""
        return tuple(one for one in self.members if one.location not in EEA)

    @property
    def encrypted(self) -> bool:
        """Whether pages and operations are reached by https."""
        return (self.settings.url or self.settings.id).startswith("https://")

    @property
    def employment(self) -> OfficialList | None:
        """The employment table the k gate measures by, if one was loaded."""
        return next((one for one in self.lists if one.name == "employment"), None)


def surroundings(exchange: Exchange) -> Surroundings:
    """Return what is known now."""
    at, directory = exchange.now(), exchange.directory()
    cooperation = cooperation_of(exchange.members.agreed)
    if cooperation is not None and not cooperation.terms.valid(at=at):
        cooperation = None
    newest = directory.newest
    with exchange.store.begin(write=False) as transaction:
        lists = official_lists(transaction)
        live = len(transaction.every(Referral, state=ReferralState.PUBLISHED))
    given = [one for one in directory.partners.values() if one.terms.valid(at=at)]
    return Surroundings(
        exchange.name,
        exchange.settings,
        at,
        cooperation,
        tuple(sorted(given, key=lambda one: one.node)),
        tuple(one for one in newest.members if one.reads) if newest is not None else (),
        lists,
        live,
    )
