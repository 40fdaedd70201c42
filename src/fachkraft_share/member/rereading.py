"""Task `read`: an outside system said that something changed, so it is read, or a site compared.

One note for each system, however often it calls: no value of a call is kept. Which record it
named is not needed, for reading for changes finds it; a forged call costs one reading.
"""

from fachkraft_share.errors import SetupError
from fachkraft_share.member import proposals, showing
from fachkraft_share.member.engine import Engine
from fachkraft_share.protocol.records import Task

READ = "read"
RECORD = "record"  # kind of the trouble that a record cannot be read


def note(engine: Engine, adapter: str) -> None:
    """Note durably that the system is to be read with the next synchronisation."""
    with engine.store.begin() as transaction:
        transaction.put(Task(READ, adapter, next_at=engine.now()))


def run(engine: Engine, task: Task) -> None:
    """Read the system; what it proposes waits for a person's decision.

    Raises:
        SetupError: this process does not know the system; another one may.
        AdapterError: it does not answer or refuses us.
    """
    if task.about in engine.sites:
        showing.look_soon(engine, task.about)
        return
    adapter = engine.adapters.get(task.about)
    if adapter is None:
        raise SetupError(f"no system is connected as {task.about!r}")
    if not adapter.capabilities.reads:
        return
    if proposals.pull(engine, adapter).problems:
        engine.complain(RECORD, task.about, "unreadable")
    else:
        engine.appease(RECORD, task.about)
