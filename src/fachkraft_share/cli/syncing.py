"""`sync`: send, receive, match, disclose, file, erase; once, or for as long as it runs."""

import time
from typing import TYPE_CHECKING

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place, common, dry_run
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.member.syncing import SyncReport

_PAUSE = 5  # seconds between two rounds of --watch when the node cannot be reached


@click.command()
@click.option("--watch", is_flag=True, help="Go on until interrupted.")
@dry_run
@common
def sync(place: Place, *, watch: bool, dry_run: bool) -> int:
    """Synchronise with the node: closures first, then everything else."""
    with opened(place) as member:
        if dry_run:
            _preview(place, member)
            return exits.OK
        if watch:
            return _watch(place, member)
        report = _first(place, member)
        place.show(report, line(report))
        return exits.OK if report.online else exits.TEMPORARY


def line(report: "SyncReport") -> str:
    """Return what a synchronisation did as one sentence."""
    said = (
        f"received {report.received}, sent {report.sent}, did {report.tasks} tasks; "
        f"{report.waiting} wait to be sent, {report.parked} parked; list {report.list_number}"
    )
    said += f"; {report.shown} items sent to or taken from websites" if report.shown else ""
    said += "" if report.online else "; THE NODE DOES NOT ANSWER, nothing is lost"
    return said + (f"; problems: {', '.join(report.problems)}" if report.problems else "")


def _watch(place: Place, member: "Member") -> int:
    from fachkraft_share import limits
    from fachkraft_share.errors import BusyError

    before = None
    try:
        while True:
            try:
                report = _first(place, member) if before is None else _next(member)
            except BusyError as error:
                time.sleep(min(error.retry_after, limits.LEASE_SECONDS))
                continue
            if _news(report) or report.online is not before:
                place.out.stream(report, line(report))
            before = report.online
            if not report.online:
                time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return exits.OK


def _first(place: Place, member: "Member") -> "SyncReport":
    """Fetch what has gathered, which may take long and shows how far it is."""
    from fachkraft_share.cli.progressing import progressing

    with progressing(place, "sync") as tell:
        return member.sync(tell=tell)


def _next(member: "Member") -> "SyncReport":
    from fachkraft_share import limits

    return member.sync(wait=limits.POLL_WAIT)


def _news(report: "SyncReport") -> bool:
    return bool(report.received or report.sent or report.tasks or report.shown)


def _preview(place: Place, member: "Member") -> None:
    """Tell what a synchronisation would begin with; what it receives is not known before."""
    from fachkraft_share.member.records import Outgoing
    from fachkraft_share.protocol.records import Task

    with member.engine.store.begin(write=False) as transaction:
        leaving = transaction.every(Outgoing)
        tasks = transaction.every(Task)
    node = member.engine.settings.url
    value = {
        "dry_run": True,
        "would_send": [
            {"event": one.type, "referral": one.referral, "to": node} for one in leaving
        ],
        "would_do": [{"task": one.kind, "about": one.about} for one in tasks],
    }
    rows = [("send", one.type, one.referral or "") for one in leaving]
    rows += [("do", one.kind, one.about) for one in tasks]
    place.show(value, *(table(rows) or ["Nothing waits; what is new at the node is not known."]))
