"""How far long work has come: one callable, told by whoever works, shown by whoever is looked at.

Whoever works never waits for it, and does the same whether anybody listens or not.
"""

from collections.abc import Callable, Iterator, Sequence

import attrs


@attrs.frozen
class Progress:
    """One step of long work; `what` is a short word, `total` is None where nobody can know it."""

    what: str
    done: int
    total: int | None = None


Tell = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tell nobody."""


def stages(tell: Tell, names: Sequence[str]) -> Iterator[None]:
    """Give a turn for each stage, and tell it before it begins; the last turn tells the end."""
    for done, name in enumerate(names):
        tell(Progress(name, done, len(names)))
        yield
    tell(Progress(names[-1], len(names), len(names)))
    yield
