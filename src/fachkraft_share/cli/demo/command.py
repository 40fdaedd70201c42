"""`demo`: play the story of one alliance and check every claim."""

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common


@click.command()
@click.option("--once", is_flag=True, help="Play it without waiting, then end.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same story.")
@click.option("--speed", default=1.0, show_default=True, help="2 is twice as fast, 0 at once.")
@click.option("--keep", is_flag=True, help="Keep the temporary folder.")
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", show_default=True)
@common
def demo(place: Place, *, once: bool, seed: int, speed: float, keep: bool, lang: str) -> int:
    """Two chambers' nodes and seven companies, each a process and folder of its own here.

    Tells the story as it happens, checks every claim it makes and prints the pages to open; goes on
    until Ctrl-C unless --once is given. Ends with 1 when a claim does not hold.

    FKS_POSTGRES_URL may name a PostgreSQL database whose role may make others: then the second
    alliance's node has one of its own there, which is dropped at the end.
    """
    from fachkraft_share.cli.demo.play import Wish, play

    pause = 0.0 if once or not speed else 0.8 / speed
    claims = play(Wish(seed=seed, pause=pause, keep=keep, language=lang, once=once), place.out)
    return exits.REFUSED if claims.failed else exits.OK
