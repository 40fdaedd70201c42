"""Tell plugins what was committed: at least once, and nothing waits for them."""

import attrs

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.facts import HOOK
from fachkraft_share.member.plugged import note
from fachkraft_share.member.records import FactRow
from fachkraft_share.plugins.given import Fact
from fachkraft_share.ports.backoff import next_try


def run(engine: Engine) -> None:
    """Tell what is due, the oldest first; forget what nobody took for too long."""
    at = engine.now()
    with engine.store.begin(write=False) as transaction:
        due = transaction.every(FactRow, until=("next_at", at), limit=limits.FACTS_BATCH)
    for row in sorted(due, key=lambda one: (one.at, one.id)):
        _tell(engine, row, at=at)


def _tell(engine: Engine, row: FactRow, *, at: int) -> None:
    taken = False
    if row.plugin in engine.plugins.implementing(HOOK):
        fact = Fact(row.id, row.type, row.referral, row.said, row.at)
        failure = engine.plugins.tell(row.plugin, fact)
        taken = failure is None
        if failure is not None:
            note(engine, failure)
    again = next_try(row.tries, at=at, ids=engine.runtime.ids)
    with engine.store.begin() as transaction:
        if taken or row.at <= at - limits.FACT_DAYS * limits.DAY:
            transaction.drop(FactRow, *row.key)
        else:
            transaction.put(attrs.evolve(row, next_at=again, tries=row.tries + 1))
