"""Task `refresh`: fetch the newest member list, then judge anew what waited for it."""

from fachkraft_share.member import polling
from fachkraft_share.member.engine import Engine
from fachkraft_share.protocol.records import Task


def run(engine: Engine, task: Task) -> None:  # noqa: ARG001
    """Fetch, verify and keep the list.

    Raises:
        TemporaryError: the node cannot be reached.
        WireError: the list is not signed by whom it must be.
        RefusedError: it is older than the one known, or incomplete.
    """
    engine.refresh_lists()
    polling.retry_parked(engine, everything=True)
