"""The entry of the command line: needs no extra to start, ends in one sentence and an exit code."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from fachkraft_share.cli import exits

_MISSING = (
    "fachkraft-share: the command line needs an extra; install it with: "
    'pip install "fachkraft-share[cli]" (a node: "fachkraft-share[node]")'
)


def main() -> NoReturn:
    """Run the command named on the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; nothing but SystemExit's cousins passes through."""
    try:
        import click  # noqa: F401
    except ModuleNotFoundError:
        print(_MISSING, file=sys.stderr)
        return exits.USAGE
    from fachkraft_share.cli.running import run_group

    return run_group(arguments)


if __name__ == "__main__":
    main()
