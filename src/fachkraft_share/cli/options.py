"""Options every command shares: the folder, JSON or text, a dry run."""

import functools
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs
import click

from fachkraft_share.cli.output import Output, output

_Command = TypeVar("_Command", bound=Callable[..., Any])
HOME = "~/.fachkraft-share"
_DASHED: Final = re.compile(r"-[A-Za-z0-9_-]{21}")


class TakesId(click.Command):
    """A command for an id: one in sixty-four begins with a dash and is still no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse with a blank before such ids, and take it away again."""
        options = {name for one in self.params for name in (*one.opts, *one.secondary_opts)}
        left = super().parse_args(ctx, [_shielded(one, options) for one in args])
        for name, value in ctx.params.items():
            if isinstance(value, str) and value.startswith(" -"):
                ctx.params[name] = value[1:]
        return left


class ListByDefault(click.Group):
    """A group that lists when nothing else is asked of it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command `list` where none is named."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def _shielded(word: str, options: set[str]) -> str:
    return f" {word}" if _DASHED.fullmatch(word) and word not in options else word


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
