"""What organisations are called in the office: this node, partner alliances, members."""

from collections.abc import Callable

from fachkraft_share.node.exchange import Exchange

Naming = Callable[[str], str]


def naming(exchange: Exchange, *, here: str) -> Naming:
    """Return what tells the name of an id; `here` is what this node is called."""
    directory, own = exchange.directory(), {exchange.id, exchange.settings.authority}

    def name_of(id: str) -> str:
        if id in own:
            return here
        if id in directory.partners:
            return directory.partners[id].alliance.name
        found = directory.organisation(id)
        return found.name if found is not None else id

    return name_of
