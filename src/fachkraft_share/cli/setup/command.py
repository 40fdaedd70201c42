"""`init`: set up a chamber's node or a firm's folder, by questions, in the browser or by a file."""

import os
import sys
from pathlib import Path

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common


@click.command()
@click.option("--web", is_flag=True, help="In the browser, served to this machine alone.")
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answers as TOML instead of questions; `accept` lists steps whose trials may fail.",
)
@click.option("--lang", type=click.Choice(["de", "en"]), help="Default: the system's language.")
@click.option("--browser/--no-browser", default=True, help="With --web: open one, or only tell.")
@click.option("--dry-run", is_flag=True, help="Ask and try everything; write nothing.")
@common
def init(
    place: Place,
    *,
    web: bool,
    answers: Path | None,
    lang: str | None,
    browser: bool,
    dry_run: bool,
) -> int:
    """Set up a chamber's node or a firm's membership: a question at a time, tried before saving.

    Answers are kept: whoever stops goes on from there. Lost? Begin with this command.
    """
    from fachkraft_share.cli.setup.leading import lead, lead_by_file, lead_in_browser
    from fachkraft_share.cli.setup.words import Words
    from fachkraft_share.web.catalogue import catalogue

    words = Words(catalogue(lang or _language()))
    if answers is not None:
        return lead_by_file(place, answers, words=words, dry=dry_run)
    if web:
        return lead_in_browser(place, words=words, open_browser=browser, dry=dry_run)
    if not _is_terminal():
        raise click.UsageError(
            "questions need a terminal; write the answers into a file (--answers FILE), "
            "or use the browser (--web)"
        )
    lead(place, words=words, dry=dry_run)
    return exits.OK


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _language() -> str:
    """Return the language the system speaks: English if it says so, else German."""
    said = next(
        (os.environ[one] for one in ("LC_ALL", "LC_MESSAGES", "LANG") if one in os.environ), ""
    )
    return "en" if said.startswith("en") else "de"
