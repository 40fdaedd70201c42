"""`simulate`: alliances in virtual time, with every fault a seed draws, and what was violated."""

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common


@click.command()
@click.option("--seeds", default=200, show_default=True, help="How many alliances to simulate.")
@click.option("--without", metavar="SAFEGUARD", help="Leave out one safeguard: it must be noticed.")
@common
def simulate(place: Place, seeds: int, without: str | None) -> int:
    """Simulate alliances with lost, doubled and late messages, crashes and restored backups.

    Ends with 1 when a promise was broken; the seed that broke it replays exactly.
    """
    from fachkraft_share.testing.simulator import simulate as run

    report = run(seeds, without=without)
    place.show(report, str(report))
    return exits.REFUSED if report.violations else exits.OK
