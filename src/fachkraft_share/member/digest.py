"""A digest for the staff: how many of what is new, once a day or week, without anybody's name.

1. At most one a period, however often it is synchronised and whoever does it.
2. None while nothing is new, and none without a plugin that tells it (hook `notify`).
"""

import datetime as dt
from typing import Final

import attrs

from fachkraft_share.errors import QuarantineError, StateError
from fachkraft_share.member import reading
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import NOTIFY
from fachkraft_share.member.records import DossierRow, MatchRow, ProposalRow, Standing
from fachkraft_share.plugins.given import Occasion
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Contact, PersonRequest, Task

NAME: Final = "digest"  # of the `Standing` that says for which period it was told


@attrs.frozen
class Counts:
    """How many of what waits."""

    profiles: int
    contacts: int
    rights: int
    proposals: int


def owe(engine: Engine) -> bool:
    """Owe a digest where one is due; tell whether one is owed now."""
    every, at = engine.settings.digest, engine.now()
    if not every or not engine.plugins.implementing(NOTIFY):
        return False
    period = period_of(every, at=at)
    with engine.store.begin() as transaction:
        before = transaction.get(Standing, NAME)
        if before is not None and before.value == period:
            return False
        if not _news(transaction, since=before.at if before else -1):
            return False
        transaction.put(Standing(NAME, period, at))
        transaction.put(Task(NOTIFY, NAME, next_at=at, note=str(Occasion.DIGEST)))
    return True


def period_of(every: str, *, at: int) -> str:
    """Return the day or the week of a moment (UTC)."""
    day = dt.datetime.fromtimestamp(at, dt.UTC).date()
    if every == "daily":
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def counts(engine: Engine) -> Counts | None:
    """Return how many of what waits now; None while that may not be said."""
    try:
        matches, received = reading.inbox(engine), reading.received(engine)
    except (QuarantineError, StateError):
        return None
    with engine.store.begin(write=False) as transaction:
        mine = transaction.every(Contact, requester=engine.id)
        proposals = len(transaction.every(ProposalRow))
    told = {one.referral for one in mine if one.outcome}
    return Counts(
        sum(one.status == "new" for one in matches),
        sum(one.referral not in told for one in received),
        len(reading.person_requests(engine)),
        proposals,
    )


def _news(transaction: Transaction, *, since: int) -> bool:
    """Tell whether anything came that somebody of the staff would want to see."""
    came = (
        *(one.at for one in transaction.every(MatchRow)),
        *(one.at for one in transaction.every(DossierRow) if one.request),
        *(one.at for one in transaction.every(ProposalRow)),
        *(one.at for one in transaction.every(PersonRequest)),
    )
    return any(at > since for at in came)
