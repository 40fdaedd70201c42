"""What many seeds measured, summed up: how soon things healed, were signed for and found out."""

import math
from collections.abc import Mapping, Sequence

import attrs

from fachkraft_share import limits


@attrs.frozen
class Measured:
    """What one seed measured; times are virtual."""

    crossed: int = 0  # how often a referral was given to a partner node
    healed: int = 0  # minutes from the end of all faults until nothing was left to do
    erased: tuple[int, ...] = ()  # seconds from a withdrawal to each reachable holder's receipt
    unreachable: int = 0  # holders that were away, or on whose way a fault struck
    lies: int = 0  # of whoever lies in this seed
    shown: int = 0  # times a hostile node belied itself to a partner
    found: int = 0  # of these
    waited: tuple[int, ...] = ()  # seconds until each of these was found
    absent: bool = False  # a member was away for ninety days


@attrs.define
class Figures:
    """The sum over many seeds."""

    seeds: int = 0
    malicious: int = 0
    contradicted: int = 0  # seeds in which a hostile node belied itself
    absent: int = 0
    unreachable: int = 0
    shown: int = 0
    found: int = 0
    healed: list[int] = attrs.field(factory=list)
    erased: list[int] = attrs.field(factory=list)
    waited: list[int] = attrs.field(factory=list)

    def add(self, one: Measured) -> None:
        """Count a seed in."""
        self.seeds += 1
        self.malicious += one.lies > 0
        self.contradicted += one.shown > 0
        self.absent += one.absent
        self.unreachable += one.unreachable
        self.shown += one.shown
        self.found += one.found
        self.healed.append(one.healed)
        self.erased += one.erased
        self.waited += one.waited

    def plain(self) -> Mapping[str, float | int | None]:
        """Return the figures as they are told; None where nothing was measured."""
        return {
            "healing_hours_max": _most(self.healed, 60),
            "erasure_holders": len(self.erased),
            "erasure_holders_unreachable": self.unreachable,
            "erasure_minutes_p95": _of(quantile(self.erased, 0.95), limits.MINUTE),
            "erasure_minutes_max": _most(self.erased, limits.MINUTE),
            "malice_seeds": self.malicious,
            "contradiction_seeds": self.contradicted,
            "contradictions": self.shown,
            "contradictions_missed": self.shown - self.found,
            "contradiction_hours_max": _most(self.waited, limits.HOUR),
            "absent_seeds": self.absent,
        }


def quantile(values: Sequence[int], part: float) -> int | None:
    """Return the least value that at least this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else None


def _most(values: Sequence[int], unit: int) -> float | None:
    return _of(max(values, default=None), unit)


def _of(value: int | None, unit: int) -> float | None:
    return None if value is None else round(value / unit, 2)
