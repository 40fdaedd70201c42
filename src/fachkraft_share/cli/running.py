"""Run the group of commands; every error becomes one sentence and an exit code."""

import os
import sys
from collections.abc import Sequence

import click

from fachkraft_share.cli import exits, output
from fachkraft_share.cli.group import group
from fachkraft_share.cli.options import wants_json


def run_group(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    as_json = wants_json(list(arguments))
    _speak_utf8()
    try:
        left = group.main(list(arguments), prog_name="fachkraft-share", standalone_mode=False)
    except click.exceptions.Exit as left_early:
        return left_early.exit_code
    except click.ClickException as wrong:
        return _wrong_use(wrong, as_json=as_json)
    except click.Abort:
        return exits.INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return exits.OK
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("FKS_DEBUG"):
            raise
        code = exits.code_of(error)
        if code != exits.INTERRUPTED:
            output.error(exits.sentence(error), code=code, as_json=as_json)
        return code
    return left if isinstance(left, int) else exits.OK


def _wrong_use(wrong: click.ClickException, *, as_json: bool) -> int:
    context = getattr(wrong, "ctx", None)
    hint = f" (try: {context.command_path} --help)" if context is not None else ""
    output.error(wrong.format_message() + hint, code=exits.USAGE, as_json=as_json)
    return exits.USAGE


def _speak_utf8() -> None:
    """Names have umlauts; a pipe's own encoding may not."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty() and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _close_quietly() -> None:
    """The reader has gone: keep the interpreter from complaining when it leaves."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
