"""Shows on the terminal how far long work has come: a bar for people, lines or JSON for logs.

All of it goes to the error stream: a command's result stays alone on the other. Work that is done
within a second says nothing.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import attrs
import click

from fachkraft_share.cli.options import Place
from fachkraft_share.cli.output import inert
from fachkraft_share.ports.progress import Progress, Tell

_PAUSE = 1.0  # seconds before the first sign, and between two


@contextmanager
def progressing(
    place: Place,
    label: str,
    *,
    stream: TextIO | None = None,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Tell]:
    """Give whom to tell; what is shown depends on who looks."""
    to = stream or sys.stderr
    if to.isatty() and not place.out.json:
        bar = _Bar(label, to)
        try:
            yield bar.tell
        finally:
            bar.end()
        return
    yield _Lines(label, to, as_json=place.out.json, now=now, last=now()).tell


@attrs.define
class _Bar:
    """A bar; without a known end, a number that grows."""

    label: str
    to: TextIO
    _shown: Any = None
    _counted: bool = False

    def tell(self, told: Progress) -> None:
        """Show a step."""
        if told.total is None:
            self._counted = True
            click.echo(f"\r{self.label}: {told.what} {told.done}", file=self.to, nl=False)
            return
        if self._shown is None:
            self._shown = click.progressbar(
                length=told.total,
                label=self.label,
                file=self.to,
                show_eta=False,
                item_show_func=lambda what: inert(what) if what else None,
            )
            self._shown.__enter__()
        self._shown.update(told.done - self._shown.pos, told.what)

    def end(self) -> None:
        """Leave the line."""
        if self._shown is not None:
            self._shown.__exit__(None, None, None)
        elif self._counted:
            click.echo(file=self.to)


@attrs.define
class _Lines:
    """One line a second at most."""

    label: str
    to: TextIO
    as_json: bool
    now: Callable[[], float]
    last: float

    def tell(self, told: Progress) -> None:
        """Say a step."""
        if self.now() - self.last < _PAUSE:
            return
        self.last = self.now()
        if self.as_json:
            value = {"progress": {"of": self.label, **attrs.asdict(told)}}
            print(json.dumps(value, ensure_ascii=False), file=self.to, flush=True)
            return
        of = f" of {told.total}" if told.total is not None else ""
        print(inert(f"{self.label}: {told.what} {told.done}{of}"), file=self.to, flush=True)
