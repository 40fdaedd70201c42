"""Many seeds: which were violated, how long they took, and how to play one of them again."""

import time
from collections.abc import Callable, Iterable
from random import Random

import attrs

from fachkraft_share.testing.simulator.faults import Faults, draw
from fachkraft_share.testing.simulator.figures import Figures, Measured
from fachkraft_share.testing.simulator.life import Life, Played
from fachkraft_share.testing.simulator.region import Region
from fachkraft_share.testing.simulator.safeguards import SAFEGUARDS

REAL_EVERY = 20  # one seed of so many runs with real cryptography
LONG_EVERY = 8  # one of so many lives on beyond a referral's life
WATCHED_EVERY = 5  # in one of so many the hour after each withdrawal is lived as in life
ABSENT_EVERY = 12  # in one of so many a member is away for ninety days
SKEWED_EVERY = 9  # in one of so many clocks are wrong by up to a day
BORDERS_EVERY = 11  # one of so many has two or three alliances
REVEALING = {  # the fault under which going without the safeguard shows
    "tombstones": {"delay": 0.0, "duplicate": 0.2, "lose_answer": 0.2},
    "journal": {"restore": 0.3},
    "ledger-first": {},
    "gate": {},
    "dedupe-key": {"duplicate": 0.4},
    "not-after": {"crash": 0.0},
    "locks": {"overlap": 0.6},
    "agreement": {"restore": 0.0},
    "reported": {"offline": 0.0},
    "exclusions": {"restore": 0.0},
    "passed-on": {"offline": 0.0, "restore": 0.0},
    "heads": {"malice": 0.3, "restore": 0.0},
    "closures-first": {"crash": 0.0},
    "away": {"drop": 0.4, "crash": 0.0},
}
ACROSS = frozenset({"agreement", "reported", "heads"})  # show only where there are borders


@attrs.frozen
class Report:
    """What many seeds showed."""

    seeds: int
    violated: tuple[Played, ...]
    seconds: float  # CPU
    figures: Figures
    without: str | None = None
    alliances: int | None = None

    @property
    def ok(self) -> bool:
        """Tell whether no promise was broken."""
        return not self.violated

    @property
    def milliseconds(self) -> float:
        """CPU per seed."""
        return 1000 * self.seconds / max(self.seeds, 1)


def simulate(
    seeds: int | Iterable[int],
    *,
    without: str | None = None,
    alliances: int | None = None,
    stop_at: int | None = None,
    progress: Callable[[Played], None] = lambda _: None,
) -> Report:
    """Play the seeds (a count, or which ones); `without` leaves one safeguard out.

    `alliances` says how many there are in every seed; else one in eleven has two or three.
    Stops after `stop_at` violated seeds. Raises ValueError for an unknown safeguard.
    """
    if without is not None and without not in SAFEGUARDS:
        raise ValueError(f"no such safeguard; one of {', '.join(SAFEGUARDS)}")
    chosen = range(seeds) if isinstance(seeds, int) else seeds
    began, violated, figures = time.process_time(), list[Played](), Figures()
    for seed in chosen:
        played = play(seed, without=without, alliances=alliances)
        figures.add(played.measured)
        progress(played)
        if played.found:
            violated.append(played)
        if stop_at is not None and len(violated) >= stop_at:
            break
    spent = time.process_time() - began
    return Report(figures.seeds, tuple(violated), spent, figures, without, alliances)


def play(seed: int, *, without: str | None = None, alliances: int | None = None) -> Played:
    """Play one seed, with so many alliances or as the seed has it; it always plays the same."""
    faults = draw(Random(seed))
    if without is not None:
        faults = attrs.evolve(faults, **REVEALING[without])
    skewed = seed % SKEWED_EVERY == 4
    if skewed:
        faults = attrs.evolve(faults, skew=faults.skew or 0.08)
    long = seed % LONG_EVERY == 0 or without == "not-after"
    region = Region(
        seed,
        faults,
        without=without,
        real=seed % REAL_EVERY == 0,
        alliances=alliances or _alliances(seed, without),
    )
    life = Life(
        region,
        long=long,
        watched=seed % WATCHED_EVERY == 2,
        skewed=skewed,
        absent=seed % ABSENT_EVERY == 7 or without in ("closures-first", "away"),
    )
    life.note(_kinds(faults))
    life.play()
    found, trace = tuple(region.watch.found), life.trace.hexdigest()
    return Played(seed, found, trace, tuple(life.log), _measured(life))


def _measured(life: Life) -> Measured:
    region, testimony = life.region, life.region.testimony
    return Measured(
        crossed=sum(times for (_, to), times in region.watch.served.items() if to in region.nodes),
        healed=life.healed,
        erased=tuple(region.promptness.seconds),
        unreachable=region.promptness.unreachable,
        lies=region.lies,
        shown=testimony.shown.total(),
        found=testimony.found.total(),
        waited=tuple(testimony.waited),
        absent=life.absent,
    )


def _alliances(seed: int, without: str | None) -> int:
    """Return how many there are in this seed; each safeguard is left out where it matters."""
    if without in ACROSS:
        return 2 + seed % 2
    if without is not None or seed % BORDERS_EVERY:
        return 1
    return 2 + seed // BORDERS_EVERY % 2


def _kinds(faults: Faults) -> str:
    return " ".join(f"{name}={rate}" for name, rate in attrs.asdict(faults).items() if rate)
