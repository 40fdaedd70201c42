"""The group of commands; each module imports what it needs inside its commands."""

import click

from fachkraft_share.cli.exits import MEANINGS
from fachkraft_share.cli.simulating import simulate
from fachkraft_share.cli.verifying import verify

_CODES = "\n".join(f"{code:>4}  {meaning}" for code, meaning in MEANINGS)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nExit codes:\n{_CODES}",
)
@click.version_option(package_name="fachkraft-share")
def group() -> None:
    """Pass excellent applicants on to the next employer, with their consent."""


for command in (verify, simulate):
    group.add_command(command)
