"""What a breach demands, by how far it was dealt with."""

import pytest

from fachkraft_share import limits
from fachkraft_share.rules.breach import Dealing, Duty, Risk, deadline, hours_left, late, owed

AT = 1_800_000_000
HOUR = limits.HOUR


def test_the_authority_must_know_within_three_days() -> None:
    """Counted in hours from knowing, weekends included."""
    assert deadline(AT) - AT == 72 * HOUR
    assert [hours_left(AT, at=AT + n) for n in (0, 1, HOUR, 72 * HOUR, 72 * HOUR + 1)] == [
        *(72, 71, 71, 0, -1),
    ]


@pytest.mark.parametrize(
    ("told", "now", "is_late"),
    [(None, 72, False), (None, 73, True), (72, 99, False), (73, 99, True)],
)
def test_late_is_who_tells_or_would_tell_after_it(
    told: int | None, now: int, is_late: bool
) -> None:
    """What was told in time stays in time."""
    dealing = Dealing(AT, authority_at=None if told is None else AT + told * HOUR)
    assert late(dealing, at=AT + now * HOUR) is is_late


@pytest.mark.parametrize(
    ("risk", "duties"),
    [
        (None, [Duty.RECALL, Duty.WEIGH, Duty.AUTHORITY, Duty.PERSON]),
        (Risk.UNLIKELY, [Duty.RECALL]),
        (Risk.RISK, [Duty.RECALL, Duty.AUTHORITY]),
        (Risk.HIGH, [Duty.RECALL, Duty.AUTHORITY, Duty.PERSON]),
    ],
)
def test_the_risk_says_who_must_be_told(risk: Risk | None, duties: list[Duty]) -> None:
    """Nobody if there is none, the authority, or the person as well; before weighing, all."""
    assert list(owed(Dealing(AT, risk=risk))) == duties
    done = Dealing(AT, AT, risk, AT, AT)
    assert owed(done) == (() if risk else (Duty.WEIGH,))
