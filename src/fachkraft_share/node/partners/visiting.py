"""This node's partners: visited in turn, each by itself, and called only where the agreement says.

1. A partner that fails is called again with growing pauses, of ten minutes at most: a withdrawal
   may wait for it, and it answers again when nobody knows. No other partner waits for it.
2. Also a partner whose agreement has ended is visited: closures and receipts are owed for long.
3. A partner's list is taken over after the ends it tells: a fresh list says that they were heard.
4. Nothing is called but the address of the recognition; redirects are not followed.
"""

import logging
from collections.abc import Callable
from threading import Condition

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, RefusedError, TemporaryError
from fachkraft_share.model.agreement import Agreement
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed.cursors import epoch_of
from fachkraft_share.node.partners.heads import compare_heads
from fachkraft_share.node.partners.lists import take_federation
from fachkraft_share.node.partners.pausing import paused_until
from fachkraft_share.node.partners.pulling import (
    OvertakenError,
    Visit,
    place_of,
    retry_parked,
    take,
)
from fachkraft_share.node.partners.reporting import report
from fachkraft_share.node.partners.resynchronising import resynchronise
from fachkraft_share.node.records import PartnerCalls
from fachkraft_share.ports.backoff import next_try
from fachkraft_share.ports.client import Client, NodeBusyError
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.membership import Partner

RESYNC = frozenset({"history", "quarantine"})
_log = logging.getLogger("fachkraft_share.node")


@attrs.frozen
class Address:
    """Who calls whom, and where."""

    id: str
    node: str
    url: str


def at_once(work: Callable[[], None]) -> None:
    """Do the work here and now."""
    work()


class Partners:
    """Visits partner nodes; a shell may put a thread for each visit in the place of `run`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.run: Callable[[Callable[[], None]], None] = at_once
        self._visited: set[str] = set()  # being visited now, by this process
        self._guard = Condition()
        self._listed: dict[str, int] = {}  # when a partner's list was last asked for

    def work(self) -> None:
        """Visit every partner that is due."""
        for node in self._due():
            self.run(lambda node=node: self.visit(node))  # type: ignore[misc]

    def client(self, partner: Partner) -> Client:
        """Return how this node calls a partner."""
        exchange, alliance = self._exchange, partner.alliance
        address = Address(exchange.id, alliance.node, alliance.url or alliance.node)
        return Client(exchange.runtime, address, lambda: exchange.keys.node)

    def visit(self, node: str) -> None:
        """Visit one partner unless a visit is under way; every failure is noted, none passed on."""
        with self._guard:
            if node in self._visited:
                return
            self._visited.add(node)
        try:
            self._note(node, self._visit(node))
        except FachkraftShareError as error:  # the store: nothing can be noted
            _log.warning("partner: not visited (%s)", problems.code_of(error))
        finally:
            with self._guard:
                self._visited.discard(node)
                self._guard.notify_all()

    def rest(self, seconds: float) -> bool:
        """Wait until no visit is under way in this process; tell whether that was so in time."""
        with self._guard:
            return self._guard.wait_for(lambda: not self._visited, seconds)

    def _due(self) -> tuple[str, ...]:
        at = self._exchange.now()
        found = self._exchange.directory().partners
        with self._exchange.store.begin(write=False) as transaction:
            calls = {one.node: one for one in transaction.every(PartnerCalls)}
        first = {node: calls.get(node, PartnerCalls(node)) for node in found}
        due = [
            node
            for node, partner in found.items()
            if not _waits(first[node], pause=_pause(partner.terms, at=at), at=at)
            and paused_until(node, self._exchange) is None
        ]
        return tuple(sorted(due, key=lambda node: (first[node].tries, node)))

    def _visit(self, node: str) -> str:
        """Do everything there is to do with the partner; return the code of what failed first."""
        partner = self._exchange.directory().partners.get(node)
        if partner is None:
            return ""
        client = self.client(partner)
        visit = Visit(self._exchange, client, node, lambda: self._learn(node, client))
        failed = ""
        for step in (self._refresh, _report, self._pull, _compare):
            try:
                step(visit)
            except TemporaryError as error:
                return failed or problems.code_of(error)
            except FachkraftShareError as error:
                failed = failed or problems.code_of(error)
            except Exception as error:  # a partner must not stop the others, whatever it sends
                _log.error("partner: %s", type(error).__name__)
                failed = failed or "internal"
        return failed

    def _note(self, node: str, code: str) -> None:
        at = self._exchange.now()
        with self._exchange.store.begin() as transaction:
            before = transaction.get(PartnerCalls, node) or PartnerCalls(node)
            if not code:
                transaction.put(PartnerCalls(node, at))
                return
            later = next_try(before.tries, at=at, ids=self._exchange.runtime.ids)
            again = min(later, at + limits.PARTNER_RETRY_LAST)
            since = before.since if before.since is not None else at
            transaction.put(PartnerCalls(node, before.at, since, before.tries + 1, again, code))
        _log.warning("partner %s: a visit failed (%s)", node, code)

    def _refresh(self, visit: Visit) -> None:
        """Fetch the list of a partner of whom nothing was read yet; `_pull` fetches all others."""
        partner = self._exchange.directory().partners[visit.node]
        newest, at = partner.directory.newest, self._exchange.now()
        with self._exchange.store.begin(write=False) as transaction:
            unread = place_of(visit.node, transaction=transaction) is None
        half_over = newest is None or at >= newest.iat + (newest.exp - newest.iat) // 2
        if newest is None or (unread and half_over):
            self._learn(visit.node, visit.client)

    def _learn(self, node: str, client: Client) -> bool:
        """Fetch the partner's newest list, at most once a minute; tell whether it was newer."""
        at = self._exchange.now()
        if at < self._listed.get(node, 0) + limits.MINUTE:
            return False
        self._listed[node] = at
        before = _number(self._exchange.directory().partners[node])
        take_federation(self._exchange, node, client.federation(), fetch=client.federation)
        return _number(self._exchange.directory().partners[node]) > before

    def _pull(self, visit: Visit) -> None:
        newer = False
        for _ in range(limits.PARTNER_PAGES):
            more, listed = self._read(visit)
            if listed > _number(self._exchange.directory().partners[visit.node]):
                newer = self._learn(visit.node, visit.client) or newer
            if not more:
                break
        retry_parked(visit, everything=newer)

    def _read(self, visit: Visit) -> tuple[bool, int]:
        """Read one page; return whether there is more, and the number of the list to know now.

        That is 0 as long as ends may be left to hear: our members show what came from there while
        the list is fresh. Whom another process has overtaken has nothing to do, and the partner is
        not to blame.
        """
        try:
            return self._page(visit)
        except OvertakenError:
            return False, 0

    def _page(self, visit: Visit) -> tuple[bool, int]:
        with self._exchange.store.begin(write=False) as transaction:
            place, epoch = place_of(visit.node, transaction=transaction), epoch_of(transaction)
        try:
            if place is None or place.epoch != epoch:
                resynchronise(visit, epoch=epoch)
                return True, 0
            page = visit.client.poll({"closures": place.closures, "events": place.events})
            take(visit, page, place=place, epoch=epoch)
        except (RefusedError, NodeBusyError) as error:
            if error.code not in RESYNC:
                raise
            resynchronise(visit, epoch=epoch)
            return True, 0
        ends_heard = bool(page.events) or not page.status.more
        return page.status.more, page.status.list if ends_heard else 0


def _waits(call: PartnerCalls, *, pause: int, at: int) -> bool:
    """Tell whether the next call is still ahead.

    Further ahead than any pause it is no time of this clock: that was wrong, and was put right.
    """
    return at < max(call.next_at, call.at + pause) <= at + limits.PARTNER_SLOW


def _pause(terms: Agreement, *, at: int) -> int:
    """Return how long to wait between two visits: not at all while much may be owed."""
    return limits.PARTNER_SLOW if at >= terms.not_after + 2 * limits.ERASURE_DEADLINE else 0


def _number(partner: Partner) -> int:
    newest = partner.directory.newest
    return newest.name.number if newest is not None else 0


def _report(visit: Visit) -> None:
    report(visit.node, visit.exchange)


def _compare(visit: Visit) -> None:
    compare_heads(visit.client, node=visit.node, exchange=visit.exchange)
