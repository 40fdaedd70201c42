"""`withdraw`: what the page behind a person's link does, for who prefers a terminal."""

import sys

import click

from fachkraft_share.cli.options import Place, common, dry_run


@click.command()
@click.argument("link")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run
@common
def withdraw(place: Place, *, link: str, yes: bool, dry_run: bool) -> None:
    """Take back the consent behind a person's LINK, from everybody. This cannot be undone.

    `-` reads the link from the standard input, so that it appears in no list of commands.
    """
    from fachkraft_share.cli.browser import Browser
    from fachkraft_share.errors import RefusedError

    told = sys.stdin.readline().strip() if link == "-" else link
    base, _, rest = told.partition("/d/")
    if not rest or not base.startswith(("https://", "http://")):
        raise click.UsageError("LINK is the whole address from the letter or the page")
    secret = rest.partition("?")[0].partition("/")[0]
    browser = Browser("en")
    try:
        page = browser.get(f"{base}/d/{secret}/withdraw?lang=en")
        if page.status >= 400:
            raise RefusedError("not-open", "the link is unknown, over, or withdrawn already")
        form = page.form("scope")
        if dry_run:
            to = "the node, and everybody who was given the data"
            place.show(
                {"dry_run": True, "to": to},
                "Would withdraw from everybody. They must erase and sign for it.",
            )
            return
        if not yes:
            click.confirm("Withdraw from everybody? This cannot be undone.", abort=True)
        done = browser.send(page, form, {})
    finally:
        browser.close()
    if done.status >= 400:
        raise RefusedError("not-open", "the node did not take it; open the link in a browser")
    place.show(
        {"withdrawn": True},
        "Withdrawn. Everybody who was given the data must erase and sign for it; the page behind "
        "the link shows who has.",
    )
