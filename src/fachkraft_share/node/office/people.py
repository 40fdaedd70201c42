"""Who an account is, for pages only: what is kept names accounts by their ids.

1. A name is looked up when a page is made, and never written where it would outlast its account.
2. An account that is gone has no name any more; its id still tells it from others that are gone.
"""

from collections.abc import Callable
from typing import Final

import attrs

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.login.realm import CONSOLE, PROVIDER
from fachkraft_share.web.login.records import StaffAccount

REALM: Final = "office"
_OTHERS: Final = {"": "nobody", CONSOLE: "console", PROVIDER: "provider"}


@attrs.frozen
class Actor:
    """Whoever acted: the name, what they may do, and the id where a name does not tell enough."""

    name: str = attrs.field(repr=False)
    role: str = ""
    id: str = ""


Naming = Callable[[str], Actor]


def people(exchange: Exchange, texts: Catalogue) -> Naming:
    """Return what tells who an account's id is."""
    with exchange.store.begin(write=False) as transaction:
        accounts = {one.id: one for one in transaction.every(StaffAccount, realm=REALM)}

    def who(id: str) -> Actor:
        if id in accounts:
            return Actor(accounts[id].name, said_roles(accounts[id].roles, texts))
        if id in _OTHERS:
            return Actor(texts.text(f"office.who.{_OTHERS[id]}"))
        plugin, _, own = id.partition(":")
        if own:
            return Actor(texts.text("office.who.plugin", name=plugin), id=own)
        return Actor(texts.text("office.who.gone"), id=id)

    return who


def said_roles(roles: str, texts: Catalogue) -> str:
    """Return what roles are called, of a list with spaces between them."""
    return ", ".join(texts.text(f"login.role.{one}") for one in roles.split())
