"""Options every command shares: the folder, JSON or text, a dry run."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import attrs
import click

from fachkraft_share.cli.output import Output, output

_Command = TypeVar("_Command", bound=Callable[..., Any])
HOME = "~/.fachkraft-share"


@attrs.frozen
class Place:
    """Where a command works and where it speaks to."""

    folder: Path
    out: Output

    def show(self, value: Any, *lines: str) -> None:
        """Print the whole result."""
        self.out.show(value, *lines)


def common(command: _Command) -> Callable[..., Any]:
    """Give a command `--folder`, `--json` and `--text`, and hand it a `Place` first."""

    @click.option(
        "--folder",
        envvar="FKS_FOLDER",
        show_envvar=True,
        default=HOME,
        show_default=True,
        type=click.Path(path_type=Path),
        help="The folder of this member or node.",
    )
    @click.option(
        "--json/--text", "as_json", default=None, help="Default: text on a terminal, else JSON."
    )
    @functools.wraps(command)
    def with_place(*args: Any, folder: Path, as_json: bool | None, **options: Any) -> Any:
        return command(Place(folder.expanduser(), output(as_json=as_json)), *args, **options)

    return with_place


def wants_json(arguments: list[str]) -> bool:
    """Tell how errors are written, before the command itself has read its options."""
    if "--text" in arguments:
        return False
    return "--json" in arguments or not sys.stdout.isatty()


dry_run = click.option(
    "--dry-run", is_flag=True, help="Change and send nothing; say which fields would go to whom."
)
