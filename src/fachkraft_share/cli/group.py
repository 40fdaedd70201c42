"""The group of commands; each module imports what it needs inside its commands."""

import click

from fachkraft_share.cli.adapters.commands import adapters
from fachkraft_share.cli.agreement_commands import agree, agreements, card
from fachkraft_share.cli.announcing import announce
from fachkraft_share.cli.contacting import close, inbox, outcome, received, request, search
from fachkraft_share.cli.demo.command import demo
from fachkraft_share.cli.doctoring import doctor
from fachkraft_share.cli.exits import MEANINGS
from fachkraft_share.cli.explaining import explain
from fachkraft_share.cli.host_commands import host
from fachkraft_share.cli.joining import connect, join
from fachkraft_share.cli.keeping import backup, export, restore
from fachkraft_share.cli.key_commands import (
    replace_online,
    replace_root,
    rotate_keys,
    rotate_node_keys,
)
from fachkraft_share.cli.node_commands import node
from fachkraft_share.cli.paper_commands import breach, papers, report
from fachkraft_share.cli.recommending import recommend
from fachkraft_share.cli.sandbox.commands import events, listen, trigger
from fachkraft_share.cli.setup.command import init
from fachkraft_share.cli.simulating import simulate
from fachkraft_share.cli.syncing import sync
from fachkraft_share.cli.verifying import verify
from fachkraft_share.cli.vocabulary_commands import vocabulary
from fachkraft_share.cli.withdrawing import withdraw

_CODES = "\n".join(f"{code:>4}  {meaning}" for code, meaning in MEANINGS)
_NODE_COMMANDS: tuple[click.Command, ...] = (
    rotate_node_keys,
    replace_online,
    replace_root,
    card,
    agree,
    agreements,
    vocabulary,
    report,
    papers,
    breach,
)
_COMMANDS: tuple[click.Command, ...] = (
    init,
    demo,
    node,
    host,
    join,
    connect,
    adapters,
    recommend,
    sync,
    search,
    inbox,
    request,
    received,
    outcome,
    close,
    announce,
    withdraw,
    verify,
    doctor,
    explain,
    export,
    backup,
    restore,
    rotate_keys,
    events,
    listen,
    trigger,
    simulate,
)


class _InOrder(click.Group):
    """Lists commands in the order in which people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names as they were added."""
        return list(self.commands)


@click.group(
    cls=_InOrder,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nExit codes:\n{_CODES}",
)
@click.version_option(package_name="fachkraft-share")
def group() -> None:
    """Pass excellent applicants on to the next employer, with their consent."""


for command in _NODE_COMMANDS:
    node.add_command(command)
for command in _COMMANDS:
    group.add_command(command)
