"""The node's own work, one turn at a time; a shell calls it every few seconds.

Of several processes over one database one takes the turn: nothing is done twice at once.

One duty that fails does not keep the others from their turn; it is tried again at the next.
"""

import logging
from collections.abc import Callable
from functools import partial

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.node.alliance.agreeing import Agreeing
from fachkraft_share.node.alliance.authority import Authority
from fachkraft_share.node.erasing import erase
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.expiring import expire
from fachkraft_share.node.history.quarantine import missing, quarantined, release
from fachkraft_share.node.history.restart import Restart
from fachkraft_share.node.neighbours import Neighbours
from fachkraft_share.node.outbox import Outbox
from fachkraft_share.node.partners.ending import end_crossed
from fachkraft_share.node.partners.visiting import Partners
from fachkraft_share.node.records import Kept
from fachkraft_share.node.schedule import ERASE, EXPIRE
from fachkraft_share.node.sweeping import sweep
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.records import Task

HEARTBEAT = "worker"  # name of the `Kept` value
_TASKS: dict[str, Callable[[Task, Exchange], None]] = {ERASE: erase, EXPIRE: expire}
_log = logging.getLogger("fachkraft_share.node")


class Worker:
    """Does what is due."""

    def __init__(
        self,
        exchange: Exchange,
        neighbours: Neighbours,
        *,
        agreeing: Agreeing,
        authority: Authority,
        outbox: Outbox,
        partners: Partners,
        restart: Restart,
    ) -> None:
        self._exchange = exchange
        self._neighbours = neighbours
        self._beat: int | None = None
        self._duties: dict[str, Callable[[], object]] = {
            "room": exchange.cramped,
            "tasks": self._tasks,
            "list": authority.renew,
            "terms": agreeing.renew,
            "agreements": partial(end_crossed, exchange),
            "partners": partners.work,
            "mail": outbox.work,
            "sweep": self._sweep,
            "quarantine": self._quarantine,
            "journal": restart.mark,
            "heartbeat": self._heartbeat,
        }

    def tick(self) -> None:
        """Do everything that is due now, once, unless another process is at it."""
        with self._neighbours.turn() as mine:
            if not mine:
                return
            for name, duty in self._duties.items():
                self._attempt(name, duty)

    def _attempt(self, name: str, duty: Callable[[], object]) -> bool:
        try:
            duty()
        except FachkraftShareError as error:
            _log.warning("worker: %s failed (%s)", name, problems.code_of(error))
            return False
        return True

    def _tasks(self) -> None:
        """Do what is due; nobody signs that data are erased while a file may still hold them."""
        at, store = self._exchange.now(), self._exchange.store
        with store.begin(write=False) as transaction:
            due = transaction.every(Task, until=("next_at", at), limit=limits.HOUSEKEEPING)
        erasing = any(task.kind == ERASE for task in due)
        scrubbed = erasing and self._attempt("scrub", store.scrub)
        for task in due:
            if task.kind != ERASE or scrubbed:
                self._attempt(task.kind, partial(_TASKS[task.kind], task, self._exchange))

    def _sweep(self) -> None:
        sweep(self._exchange)

    def _quarantine(self) -> None:
        """End the quarantine once every active member and partner was heard."""
        directory, node = self._exchange.directory(), self._exchange.id
        with self._exchange.store.begin(write=False) as transaction:
            if not quarantined(transaction):
                return
            if missing(transaction, directory, node=node, at=self._exchange.now()):
                return
        with self._exchange.store.begin() as transaction:
            release(transaction)

    def _heartbeat(self) -> None:
        at = self._exchange.now()
        if self._beat is not None and 0 <= at - self._beat < limits.HEARTBEAT:
            return
        with self._exchange.store.begin() as transaction:
            transaction.put(Kept(HEARTBEAT, str(at)))
        self._beat = at
