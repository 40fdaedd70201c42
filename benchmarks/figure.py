"""What is measured: figures with their budgets, and benches that yield a value of each a round."""

import statistics
from collections.abc import Callable, Sequence
from enum import StrEnum

import attrs


class In(StrEnum):
    """What a figure is told in."""

    V = "v"  # CPU seconds, divided by those of one verification at the same moment
    TIMES = "x"
    MIB = "MiB"
    PERCENT = "%"


@attrs.frozen
class Figure:
    """One figure; without a budget it is told for comparison only."""

    name: str
    budget: float | None
    unit: In
    includes: str
    least: bool = False  # the budget is the least, not the most

    def met(self, value: float) -> bool | None:
        """Tell whether a value keeps the budget."""
        if self.budget is None:
            return None
        return value >= self.budget if self.least else value <= self.budget


@attrs.frozen
class Bench:
    """Figures that one piece of work yields together; `turn` does it once and returns them."""

    figures: tuple[Figure, ...]
    turn: Callable[[], Sequence[float]]
    turns: int | None = None  # fewer turns than the others where one is enough


@attrs.frozen
class Result:
    """All values of one figure."""

    figure: Figure
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value, which counts."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept."""
        return self.figure.met(self.median)

    def plain(self) -> dict[str, object]:
        """Return it for the JSON file."""
        figure = self.figure
        return {
            "name": figure.name,
            "includes": figure.includes,
            "unit": str(figure.unit),
            "budget": figure.budget,
            "least": figure.least,
            "median": round(self.median, 4),
            "min": round(min(self.values), 4),
            "max": round(max(self.values), 4),
            "turns": len(self.values),
            "met": self.met,
        }
