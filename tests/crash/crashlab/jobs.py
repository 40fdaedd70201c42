"""What a forked process may be asked to do."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crashlab.parties import Alone, Together
from crashlab.place import Place
from crashlab.scenarios import SCENARIOS

from fachkraft_share import limits
from fachkraft_share.cli import syncing
from fachkraft_share.cli.main import run
from fachkraft_share.node.desk.service import Desk  # loaded before the fork, not after it
from fachkraft_share.node.http.serve import serve
from fachkraft_share.plugins.loading import load_plugins

Job = Callable[..., None]
__all__ = ["JOBS", "Desk"]


def scenario(say: Any, *, name: str, root: str, url: str, ats: str) -> None:
    """Do one scenario's work on a place."""
    SCENARIOS[name].work(Alone(Place(Path(root)), say, url, ats))


def together(say: Any, *, name: str, root: str, ats: str) -> None:
    """Do one scenario's work with everybody in this process."""
    SCENARIOS[name].work(Together(Place(Path(root)), ats, say))


def serve_node(say: Any, *, root: str, port: int = 0, worker: bool = False) -> None:
    """Serve the node of a place."""
    logging.disable()
    serve(
        Place(Path(root)).node,
        port=port,
        worker=worker,
        started=lambda url: say("serves", url=url),
    )


def hasty(**changed: Any) -> None:
    """Wait for nothing longer than a moment: the same code with less patience."""
    for name, value in changed.items():
        setattr(limits, name, tuple(value) if isinstance(value, list) else value)
    syncing._PAUSE = 0


def command(
    say: Any, *, arguments: list[str], patience: Mapping[str, Any], log: str = os.devnull
) -> None:
    """Run a command of the command line, as its program does."""
    hasty(**patience)
    with Path(log).open("a") as out:
        sys.stdout, sys.stderr = out, out
        say("runs")
        code = run(arguments)
        out.flush()
    say("ran", code=code)


JOBS: Mapping[str, Job] = {
    "scenario": scenario,
    "together": together,
    "serve": serve_node,
    "command": command,
}
load_plugins()
