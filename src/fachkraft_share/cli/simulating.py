"""`simulate`: alliances in virtual time, with every fault a seed draws, and what was violated."""

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator import Report

_SHOWN = 20  # events of a violated seed that are printed


@click.command()
@click.option("--seeds", default=200, show_default=True, help="How many alliances to simulate.")
@click.option("--seed", type=int, help="Replay this one, with its events.")
@click.option(
    "--alliances",
    type=click.IntRange(1, 3),
    help="How many there are in every seed; without it one seed in eleven has two or three.",
)
@click.option("--without", metavar="SAFEGUARD", help="Leave out one safeguard; it must be noticed.")
@common
def simulate(
    place: Place, *, seeds: int, seed: int | None, alliances: int | None, without: str | None
) -> int:
    """Simulate alliances with lost, doubled and late messages, crashes and restored backups.

    Ends with 1 when a promise was broken; the seed that broke it replays exactly.
    """
    from fachkraft_share.testing.simulator import SAFEGUARDS
    from fachkraft_share.testing.simulator import simulate as run

    if without is not None and without not in SAFEGUARDS:
        raise click.BadParameter(f"one of {', '.join(SAFEGUARDS)}", param_hint="--without")
    logging.getLogger("fachkraft_share").setLevel(logging.CRITICAL)  # faults are the point here
    report = run(seeds if seed is None else [seed], without=without, alliances=alliances)
    value = {
        "ok": report.ok,
        "seeds": report.seeds,
        "without": without,
        "alliances": alliances,
        "violated": [{"seed": one.seed, "found": one.found} for one in report.violated],
        "cpu_seconds": round(report.seconds, 1),
        "milliseconds_a_seed": round(report.milliseconds, 1),
        **report.figures.plain(),
    }
    place.show(value, *_lines(report, events=seed is not None))
    return exits.OK if report.ok else exits.REFUSED


def _measured(found: Mapping[str, float | int | None]) -> Iterator[str]:
    yield f"all was well {found['healing_hours_max']} virtual hours after the faults, at the latest"
    if found["erasure_holders"]:
        most, usual = found["erasure_minutes_max"], found["erasure_minutes_p95"]
        signed = f"{found['erasure_holders']} reachable holders signed"
        yield f"{signed} within {usual} virtual minutes (95 %), {most} at most"
    if found["contradictions"]:
        missed = found["contradictions_missed"]
        yield f"{found['contradictions']} contradictions of hostile nodes, {missed} missed"


def _lines(report: "Report", *, events: bool) -> Iterator[str]:
    options = f" --without {report.without}" if report.without else ""
    options += f" --alliances {report.alliances}" if report.alliances else ""
    for one in report.violated[:_SHOWN]:
        yield f"seed {one.seed}: {'; '.join(one.found)}"
        if events:
            yield from (f"  {line}" for line in one.log)
        else:
            yield f"  replay: fachkraft-share simulate --seed {one.seed}{options}"
    yield from _measured(report.figures.plain())
    without = f" without {report.without}" if report.without else ""
    yield (
        f"{report.seeds} seeds{without}: {len(report.violated)} violated, "
        f"{report.seconds:.1f} s CPU ({report.milliseconds:.0f} ms a seed)"
    )
