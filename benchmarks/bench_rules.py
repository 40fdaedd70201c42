"""One profile against 100,000 searches: the index beside the plain loop over the same searches."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from figure import Bench, Figure, In
from town import PROFILE

from fachkraft_share.rules.matching import Search, compare, offer, want
from fachkraft_share.rules.matching_index import Index
from fachkraft_share.rules.tables.skills import SKILLS
from fachkraft_share.rules.vocabulary import shipped

COUNT, AGAIN = 100_000, 10
_CODES = ("43414", "43412", "4341", "43", "26303", "25112", "81302", "71402", "62102", "51311")


def searches(count: int = COUNT) -> list[Search]:
    """Return searches as firms have them: an occupation, one to three skills, some a place."""
    chosen, skills = random.Random(7), [one[0] for one in SKILLS]  # noqa: S311 - the same ones every time
    return [
        Search(
            f"s{number}",
            occupation=chosen.choice(_CODES),
            skills=chosen.sample(skills, chosen.randint(1, 3)),
            near="38640" if number % 2 else None,
            within_km=50 if number % 2 else None,
        )
        for number in range(count)
    ]


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:  # noqa: ARG001
    """Yield the bench."""
    vocabulary, saved = shipped(), searches()
    index = Index(vocabulary, saved)
    wanted = [want(one, places=vocabulary.places) for one in saved]
    figures = (
        Figure(
            f"one profile against {COUNT:,} searches, index against plain loop",
            20.0,
            In.TIMES,
            "CPU of the loop over ready-made searches divided by that of the index; both compare "
            "fully and give reasons, no optional library",
            least=True,
        ),
        Figure(f"one profile against {COUNT:,} searches, index", None, In.V, "the same, alone"),
    )

    def turn() -> Sequence[float]:
        begun = time.process_time()
        offered = offer(PROFILE, places=vocabulary.places)
        plain = sum(compare(offered, one) is not None for one in wanted)
        between = time.process_time()
        for _ in range(AGAIN):
            matches = index.searches_for(PROFILE)
        found = (time.process_time() - between) / AGAIN
        if len(matches) != plain:
            raise ValueError("index and loop disagree")
        return [(between - begun) / found, found]

    yield Bench(figures, turn)
