"""What the operator agrees for the alliance: first what would be said, then the authority signs it.

1. A plan is a version that nobody has signed; `sign` is the only way by which one comes into force.
2. One recognition a partner and one agreement of our own are in force at a time: who agrees again
   makes a supplement, and after the end a new agreement.
3. Ending is a supplement that is over when it is signed.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, StateError
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance, PartyTo
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.alliance.authority import Authority
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.protocol.agreement_terms import check_partner
from fachkraft_share.protocol.agreements import History, parse_agreement, sign_agreement
from fachkraft_share.protocol.partner_cards import write_card

_OWN: Final = (Purpose.REFERRAL,)
_CROSSING: Final = (Purpose.OTHER_REGIONS,)


@attrs.frozen
class Terms:
    """What the operator says of an agreement; what is left out stays as it was."""

    until: int
    legal: str = ""
    purposes: tuple[Purpose, ...] = ()
    region: str = ""
    name: str = ""  # of our alliance from now on


class Agreeing:
    """Plans and signs agreements and their supplements."""

    def __init__(self, exchange: Exchange, authority: Authority) -> None:
        self._exchange = exchange
        self._authority = authority

    @property
    def alliance(self) -> PartnerAlliance:
        """Our own alliance, as a partner sees it."""
        settings = self._exchange.settings
        return PartnerAlliance(
            settings.authority,
            self._exchange.root,
            settings.id,
            settings.url or settings.id,
            self._exchange.name,
        )

    def card(self) -> str:
        """Return our alliance's card, for the partner's operator."""
        return write_card(self.alliance)

    def recognise(
        self, partner: PartnerAlliance, terms: Terms, *, gives: bool, takes: bool
    ) -> Agreement:
        """Plan the recognition of a partner, or a supplement to the one in force.

        Raises:
            SetupError: a name of the partner is ours or a member's.
            WireError, RefusedError: the card cannot be relied on.
        """
        check_partner(partner)
        self._demand_foreign(partner)
        partner = self._as_pinned(partner)
        found = self._in_force(node=partner.node)
        crossing = {"gives": gives, "takes": takes, "partner": partner}
        return self._planned(AgreementKind.RECOGNITION, found, terms, _CROSSING, **crossing)

    def cooperate(
        self, terms: Terms, *, join: Sequence[str] = (), leave: Sequence[str] = ()
    ) -> Agreement:
        """Plan our own agreement, or a supplement to the one in force.

        A first agreement without names is one of all members.

        Raises:
            SetupError: somebody who joins is no member, or they are too many for one document.
        """
        found = self._in_force(node=None)
        joined = self._parties(join) if join or found else self._everybody()
        parties = {"joined": joined, "left": tuple(leave)}
        return self._planned(AgreementKind.COOPERATION, found, terms, _OWN, **parties)

    def end(self, named: str) -> Agreement:
        """Plan the end of an agreement named by its id, or by the partner's authority or node.

        Raises:
            StateError: there is no such agreement in force.
        """
        at = self._exchange.now()
        for one in self._histories():
            partner = one.newest.partner
            names = {one.id} | ({partner.authority, partner.node} if partner else set())
            if named in names and at < one.newest.not_after:
                return _next(one, at=at, not_after=at)
        raise StateError("no such agreement is in force; see `fachkraft-share node agreements`")

    def sign(self, plan: Agreement) -> int:
        """Sign a plan and the list that names it; return the list's number.

        Raises:
            MalformedError: a value has not its form.
            RefusedError: `agreement-terms`, `agreement-fork`, `agreement-partner`.
        """
        key, suite = self._exchange.keys.online, self._exchange.runtime.sealer
        return self._authority.agree(sign_agreement(plan, key=key, suite=suite))

    def renew(self) -> None:
        """Sign anew what is in force and bears a former online key: newcomers know only today's."""
        at, kid = self._exchange.now(), self._exchange.keys.online.kid
        for one in self._histories():
            old = parse_agreement(one.tokens[-1])[0].kid != kid
            if old and at < one.newest.not_after:
                self.sign(_next(one, at=at))

    def _planned(
        self,
        kind: AgreementKind,
        before: History | None,
        terms: Terms,
        purposes: tuple[Purpose, ...],
        **more: Any,
    ) -> Agreement:
        at = self._exchange.now()
        if before is not None:
            said = {
                "legal": terms.legal or before.newest.legal,
                "purposes": terms.purposes or before.newest.purposes,
                "region": terms.region or before.newest.region,
                "name": terms.name or self._exchange.name,
            }
            return _next(before, at=at, not_before=at, not_after=terms.until, **said, **more)
        settings = self._exchange.settings
        return Agreement(
            settings.authority,
            self._exchange.fresh_id(),
            0,
            kind,
            terms.name or self._exchange.name,
            terms.region or settings.region,
            terms.legal,
            terms.purposes or purposes,
            at,
            not_before=at,
            not_after=terms.until,
            **more,
        )

    def _histories(self) -> tuple[History, ...]:
        self._exchange.members.look()
        return self._exchange.members.agreed

    def _in_force(self, *, node: str | None) -> History | None:
        """Return what is in force with that partner, or among ourselves; None if nothing is."""
        at = self._exchange.now()
        for one in self._histories():
            partner = one.newest.partner
            if (partner.node if partner else None) == node and at < one.newest.not_after:
                return one
        return None

    def _as_pinned(self, partner: PartnerAlliance) -> PartnerAlliance:
        """Name the root pinned before, if its hand-overs lead to the one on the card."""
        held = self._exchange.directory().partners.get(partner.node)
        if held is None or held.alliance.authority != partner.authority:
            return partner
        known = partner.root in held.directory.roots
        return attrs.evolve(partner, root=held.alliance.root) if known else partner

    def _demand_foreign(self, partner: PartnerAlliance) -> None:
        known = self._exchange.directory().known
        if {partner.authority, partner.node} & {self._exchange.settings.authority, *known}:
            raise SetupError("this card names our own alliance or one of its members")

    def _parties(self, ids: Iterable[str]) -> tuple[PartyTo, ...]:
        directory = self._exchange.directory()
        stated = [directory.known.get(id) if directory.active(id) else None for id in ids]
        if not all(stated):
            raise SetupError("who joins an agreement is an active member of the alliance")
        return tuple(_party(one) for one in stated if one is not None)

    def _everybody(self) -> tuple[PartyTo, ...]:
        newest = self._exchange.directory().newest
        members = [one for one in (newest.members if newest else ()) if one.reads]
        if len(members) > limits.AGREEMENT_PARTIES:
            raise SetupError(f"name up to {limits.AGREEMENT_PARTIES} members, then supplements")
        return tuple(_party(one) for one in members)


def _party(organisation: Organisation) -> PartyTo:
    return PartyTo(organisation.id, organisation.name, organisation.roles)


def _next(before: History, *, at: int, **changes: Any) -> Agreement:
    """Return the plan of a supplement; it repeats everything but who joined and left."""
    fresh: dict[str, Any] = {"joined": (), "left": (), **changes}
    newest = before.newest
    return attrs.evolve(newest, version=newest.version + 1, iat=at, before=before.sha256, **fresh)
