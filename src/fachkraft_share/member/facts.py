"""Facts for the hook `committed`: written in the transaction that makes them facts.

Each plugin has a row of its own, so that one that fails keeps nothing from another.
"""

from fachkraft_share.member.records import FactRow
from fachkraft_share.plugins.asking import Plugins
from fachkraft_share.plugins.given import Fact
from fachkraft_share.ports.store import Transaction

HOOK = "committed"


def remember(plugins: Plugins, fact: Fact, *, transaction: Transaction) -> None:
    """Put the fact before every plugin that wants to hear of it."""
    for plugin in plugins.implementing(HOOK):
        row = FactRow(plugin, fact.id, fact.type, fact.referral, fact.said, fact.at, fact.at)
        transaction.put(row)
