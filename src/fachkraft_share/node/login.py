"""How the office's staff signs in at this node: its accounts, its mail, and a plugin's word."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import ADMINISTRATOR, COORDINATOR, READER
from fachkraft_share.node.office.acts import BEGUN, append_act
from fachkraft_share.node.office.people import REALM
from fachkraft_share.node.office.site import office_look, office_site
from fachkraft_share.node.records import Letter, OfficeAct
from fachkraft_share.node.service import Node
from fachkraft_share.ports.health import HealthCheck
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login.mail import Mail
from fachkraft_share.web.login.records import LoginAct
from fachkraft_share.web.login.service import Login
from fachkraft_share.web.login.sessions import READING, from_own_page
from fachkraft_share.web.login.settings import LoginSettings
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Person, Visit

PATH: Final = "/office"
ROLES: Final = (ADMINISTRATOR, COORDINATOR, READER)
LINKS: Final = (Link("/accounts", "login.nav", {ADMINISTRATOR}),)


@attrs.frozen
class OfficeMailer:
    """Posts into the node's outbox; until a mail server is set, the operator reads it out."""

    node: Node

    @property
    def works(self) -> bool:
        """Whether letters leave by themselves."""
        return self.node.outbox.sends

    def post(self, transaction: Transaction, mail: Mail, *, at: int) -> None:
        """Keep a letter for sending."""
        id = self.node.exchange.fresh_id()
        letter = Letter(id, mail.to, mail.subject, mail.text, at, next_at=at, signs_in=True)
        transaction.put(letter)


def office_login(node: Node, *, look: Look | None = None) -> Login:
    """Return the login of a node's office."""
    exchange = node.exchange
    return Login(
        exchange.store,
        exchange.runtime,
        realm=REALM,
        roles=ROLES,
        mailer=OfficeMailer(node),
        settings=login_settings(exchange),
        look=look or office_look(node, links=LINKS),
        noted=_into_the_trail,
    )


def _into_the_trail(transaction: Transaction, act: LoginAct) -> None:
    """Write an act about accounts among the office's own, which are chained."""
    about = f"{act.about} {act.roles}".strip()
    append_act(transaction, OfficeAct(0, act.at, act.by, f"login.{act.act}", about, BEGUN, ""))


def login_settings(exchange: Exchange) -> LoginSettings:
    """Return where the office stands, by the node's settings."""
    address = (exchange.settings.url or exchange.id).rstrip("/")
    return LoginSettings(f"{address}{PATH}", exchange.name, exchange.settings.login)


def office_with_login(
    node: Node, *, folder: Path | None = None, checks: Sequence[HealthCheck] = ()
) -> Site:
    """Return the office's site, into which its staff signs in."""
    login = office_login(node)
    return office_site(
        node,
        gate=OfficeGate(node, login),
        folder=folder,
        routes=login.routes(),
        links=LINKS,
        checks=checks,
    )


@attrs.frozen
class OfficeGate:
    """Who is signed in: by a session of ours, or by a login in front that a plugin believes."""

    node: Node
    login: Login

    def __call__(self, visit: Visit) -> Person | None:
        """Return who it is; a plugin's word counts for a change only from our own page."""
        person = self.login.gate(visit)
        if person is not None:
            return person
        plugged = self.node.exchange.plugged
        if not plugged.plugins.implementing("authenticate"):
            return None
        if visit.call.method not in READING and not from_own_page(visit.call.headers):
            return None
        return self._believed(visit)

    def _believed(self, visit: Visit) -> Person | None:
        for plugin, staff in self.node.exchange.plugged.staff(visit.call.headers):
            roles = frozenset(staff.roles).intersection(ROLES)
            if roles:
                return Person(f"{plugin}:{staff.id}", staff.name, roles)
        return None
