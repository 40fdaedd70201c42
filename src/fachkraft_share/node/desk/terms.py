"""How long: calendar months from today, to the end of the day, never beyond the referral (R7)."""

import calendar
import datetime as dt

import attrs

from fachkraft_share import limits


@attrs.frozen
class Term:
    """A duration that can be chosen; `end` is the first second no longer covered."""

    months: int
    end: int


def terms(*, at: int, not_after: int) -> tuple[Term, ...]:
    """Return the durations a person may choose now; the last may be cut by the referral's end."""
    found: list[Term] = []
    for months in range(1, limits.CONSENT_MONTHS + 1):
        end = term_end(months, at=at)
        if end >= not_after:
            return (*found, Term(months, not_after)) if not_after > at else tuple(found)
        found.append(Term(months, end))
    return tuple(found)


def proposed(offered: tuple[Term, ...], *, days: int) -> Term | None:
    """Return the offered term nearest to what the alliance proposes, or None."""
    wanted = max(1, round(days * 12 / 365))
    return min(offered, key=lambda term: abs(term.months - wanted), default=None)


def answer_due(asked: int) -> int:
    """Return until when a holder must answer a right: one month (Art. 12(3) GDPR)."""
    return term_end(1, at=asked)


def term_end(months: int, *, at: int) -> int:
    """Return the end (UTC) of the day that many calendar months after today."""
    today = dt.datetime.fromtimestamp(at, dt.UTC).date()
    index = today.year * 12 + today.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    day = dt.datetime(year, month + 1, min(today.day, last), tzinfo=dt.UTC)
    return int((day + dt.timedelta(days=1)).timestamp())
