"""Which faults a seed draws and how hard; everything follows from one `random.Random`."""

from random import Random

import attrs

FAULTS = (
    "drop",
    "lose_answer",
    "duplicate",
    "delay",
    "corrupt",
    "crash",
    "skew",
    "offline",
    "restore",
    "overlap",
    "malice",
)


@attrs.frozen
class Faults:
    """Rates between 0 and 1 per occasion; 0 means that this seed goes without the fault."""

    drop: float = 0.0  # the request never arrives
    lose_answer: float = 0.0  # it arrives, the answer does not
    duplicate: float = 0.0  # it arrives twice
    delay: float = 0.0  # it arrives hours or days later, after others
    corrupt: float = 0.0  # one byte of request or answer is another
    crash: float = 0.0  # the process dies between two effects
    skew: float = 0.0  # a clock is wrong by seconds, in some seeds by up to a day
    offline: float = 0.0  # a party is away for days
    restore: float = 0.0  # a party comes back from an old backup
    overlap: float = 0.0  # another call runs between a transaction's reads and its commit
    malice: float = 0.0  # a member with real keys lies


def draw(random: Random) -> Faults:
    """Draw three to seven kinds of fault, each with a rate of its own."""
    chosen = random.sample(FAULTS, random.randint(3, 7))
    return Faults(**{name: random.choice((0.03, 0.08, 0.2)) for name in chosen})


def calm() -> Faults:
    """Return no faults: the time after healing."""
    return Faults()
