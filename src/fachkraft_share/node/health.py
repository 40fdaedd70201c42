"""What the node can say about its own health: counts and dates, nothing about persons."""

from collections.abc import Callable

from fachkraft_share import limits
from fachkraft_share.node.alliance.health import ending_checks
from fachkraft_share.node.alliance.vocabulary import list_checks
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.history.quarantine import missing, quarantined
from fachkraft_share.node.outbox import Outbox
from fachkraft_share.node.partners.health import partner_checks
from fachkraft_share.node.records import Kept
from fachkraft_share.node.worker import HEARTBEAT
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.protocol.records import Contact, Due, Receipt
from fachkraft_share.web.legal import wanting

_OK = Health(Level.OK)
_NAMED = 5  # organisations named in one cause


class NodeHealth:
    """The node's checks, each with its own id."""

    def __init__(self, exchange: Exchange, outbox: Outbox) -> None:
        self._exchange = exchange
        self._outbox = outbox

    def checks(self) -> tuple[HealthCheck, ...]:
        """Return every check."""
        found: tuple[tuple[str, str, Callable[[], Health]], ...] = (
            ("FKS-101", "the worker runs", self._worker),
            ("FKS-102", "the member list is fresh", self._list),
            ("FKS-104", "nothing was restored without its journal", self._quarantine),
            ("FKS-105", "erasure receipts come in time", self._overdue),
            ("FKS-106", "erasure receipts raise no alarm", self._alarms),
            ("FKS-107", "mail leaves", self._mail),
            ("FKS-111", "nobody collects contacts", self._harvest),
            ("FKS-133", "the pages the law wants are filled in", self._legal),
        )
        own = tuple(HealthCheck(*one) for one in found)
        found_elsewhere = (
            *ending_checks(self._exchange),
            *list_checks(self._exchange),
            *partner_checks(self._exchange),
        )
        ours = (*own, *found_elsewhere, *self._exchange.plugged.checks())
        return tuple(sorted(ours, key=lambda check: check.id))

    def _worker(self) -> Health:
        kept = self._kept(HEARTBEAT)
        if kept is None:
            return Health(Level.WARN, "it has not run yet", "run `fachkraft-share node serve`")
        late = self._exchange.now() - int(kept)
        if late < limits.WORKER_LATE:
            return _OK
        return Health(Level.FAIL, f"no sign of it for {late} seconds", "restart the node")

    def _list(self) -> Health:
        newest, at = self._exchange.directory().newest, self._exchange.now()
        if newest is None:
            return Health(Level.FAIL, "there is none", "run `fachkraft-share node init`")
        if not newest.fresh(at=at):
            return Health(Level.FAIL, "it has expired", "see why the worker cannot renew it")
        if newest.exp - at < limits.DAY:
            return Health(Level.WARN, "it expires within a day", "see why it is not renewed")
        return _OK

    def _quarantine(self) -> Health:
        with self._exchange.store.begin(write=False) as transaction:
            if not quarantined(transaction):
                return _OK
            here, at = self._exchange.id, self._exchange.now()
            waits = missing(transaction, self._exchange.directory(), node=here, at=at)
        cause = f"quarantine: {len(waits)} members or partners were not heard yet"
        return Health(Level.FAIL, cause, "restore the newest journal, or wait for the members")

    def _overdue(self) -> Health:
        with self._exchange.store.begin(write=False) as transaction:
            late = len(transaction.every(Due, until=("due", self._exchange.now())))
        if not late:
            return _OK
        return Health(Level.WARN, f"{late} are overdue", "call the members that owe them")

    def _alarms(self) -> Health:
        with self._exchange.store.begin(write=False) as transaction:
            unsettled = transaction.every(Receipt, settled=False)
        alarms = sum(1 for receipt in unsettled if receipt.alarm)
        if not alarms:
            return _OK
        return Health(Level.WARN, f"{alarms} need attention", "ask the member what happened")

    def _mail(self) -> Health:
        waiting, usable = self._outbox.waiting(), self._exchange.settings.mail.usable
        if usable or not waiting:
            return _OK
        wait = "1 letter waits" if waiting == 1 else f"{waiting} letters wait"
        cause = f"no mail server is set and {wait}"
        return Health(Level.WARN, cause, "set [mail] in node.toml, or read them at /-/mail")

    def _harvest(self) -> Health:
        """Name members that asked for as many contacts within a day as they may (P17)."""
        since, most = self._exchange.now() - limits.DAY, limits.CONTACT_REQUESTS_PER_DAY
        newest = self._exchange.directory().newest
        found: list[str] = []
        with self._exchange.store.begin(write=False) as transaction:
            for member in newest.members if newest else ():
                asked = transaction.every(
                    Contact, requester=member.id, after=("requested_at", since), limit=most
                )
                found += [member.id] * (len(asked) >= most)
        if not found:
            return _OK
        cause = f"{most} contact requests within a day: {', '.join(found[:_NAMED])}"
        return Health(Level.WARN, cause, "ask the member what it needs so many for; suspend it")

    def _legal(self) -> Health:
        missing = wanting(self._exchange.settings.desk)
        if not missing:
            return _OK
        cause = f"missing or unusable: {', '.join(missing)}"
        return Health(Level.WARN, cause, "set them in node.toml, [desk]; see docs/settings.md")

    def _kept(self, name: str) -> str | None:
        with self._exchange.store.begin(write=False) as transaction:
            kept = transaction.get(Kept, name)
        return kept.value if kept is not None else None
