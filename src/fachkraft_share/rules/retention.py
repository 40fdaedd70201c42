"""Until when something may or must be kept; two clocks per person (R7).

The consent's clock ends the referral everywhere; the hold under the AGG keeps the origin's own
application file, restricted, for disputes only (§ 15(4) AGG, § 61b ArbGG, Art. 17(3)(e) GDPR).
Everything is in seconds, `until` is the first moment at which the thing no longer holds.
"""

import datetime as dt

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError


def renewal_ask_at(ends_at: int, *, granted_at: int) -> int:
    """Return when to ask the person whether to renew: well before the end, after the middle."""
    middle = granted_at + (ends_at - granted_at) // 2
    return max(middle, ends_at - limits.RENEWAL_ASK_DAYS * limits.DAY)


def draft_end(received_at: int, *, not_after: int = limits.INTEGER_MAX) -> int:
    """Return when an unanswered draft goes, never later than the referral itself."""
    return min(received_at + limits.DRAFT_DAYS * limits.DAY, not_after)


def agg_hold_until(rejected_on: str) -> int:
    """Return until when the origin may keep its own application file after a withdrawal.

    Raises:
        MalformedError: the date is not of the form 2026-11-19.
    """
    received = start_of(rejected_on) + limits.DAY  # the period begins the day after (§ 187 BGB)
    return received + limits.AGG_HOLD_DAYS * limits.DAY


def tombstone_until(not_after: int) -> int:
    """Return how long a closure is remembered, so that no late copy outlives it."""
    return not_after + limits.TOMBSTONE_SKEW


def unknown_tombstone_until(closed_at: int) -> int:
    """Return how long a closure of a referral never seen is remembered."""
    # Its envelope may have been dated a day ahead, and still have its whole life before it.
    latest = closed_at + limits.MESSAGE_SKEW + limits.REFERRAL_DAYS * limits.DAY
    return tombstone_until(latest)


def suppression_until(erased_at: int) -> int:
    """Return how long an erased application is not imported again (R8)."""
    return erased_at + limits.SUPPRESSION_DAYS * limits.DAY


def evidence_until(closed_at: int) -> int:
    """Return how long hashes, consent, closure and receipts are kept (§ 298 SGB III)."""
    return closed_at + limits.EVIDENCE_DAYS * limits.DAY


def days_left(until: int, *, at: int) -> int:
    """Return how many days remain, today not counted: the same for each who reads of it."""
    return max(0, (until - 1) // limits.DAY - at // limits.DAY)


def start_of(day: str) -> int:
    """Return the first second of a day given as 2026-11-19 (UTC).

    Raises:
        MalformedError: it is not a day.
    """
    try:
        midnight = dt.datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise MalformedError("a date is not of the form 2026-11-19") from error
    return int(midnight.timestamp())


def day_of(at: int) -> str:
    """Return the day of a moment as 2026-11-19 (UTC)."""
    return dt.datetime.fromtimestamp(at, tz=dt.UTC).date().isoformat()
