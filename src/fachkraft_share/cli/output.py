"""What a command prints: text for people on a terminal, JSON for programs in a pipe."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs

_KEPT: Final = "\n\t"
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def inert(text: str) -> str:
    """Return the text without what could steer a terminal or turn its reading direction."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _HIDDEN)


def plain(value: Any) -> Any:
    """Return a value of frozen classes as what JSON knows; bytes become their length."""
    if attrs.has(type(value)):
        return {
            field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return str(value)


@attrs.frozen
class Output:
    """Where a command speaks to; `json` is decided once, when the command starts."""

    json: bool

    def show(self, value: Any, *lines: str) -> None:
        """Print the whole result: the value as JSON, or the lines as text."""
        if self.json:
            print(json.dumps(plain(value), ensure_ascii=False, indent=2), flush=True)
            return
        for line in lines:
            print(inert(line), flush=True)

    def stream(self, value: Any, line: str) -> None:
        """Print one of many results: one line of JSON each, or one line of text."""
        if self.json:
            print(json.dumps(plain(value), ensure_ascii=False), flush=True)
        else:
            print(inert(line), flush=True)


def output(*, as_json: bool | None) -> Output:
    """Return where to speak to; undecided, a terminal gets text and a pipe JSON."""
    if as_json is None:
        as_json = not sys.stdout.isatty()
    return Output(json=as_json)


def error(sentence: str, *, code: int, as_json: bool) -> None:
    """Print one sentence to the error stream, as JSON where the output is JSON."""
    if as_json:
        said = {"error": {"exit": code, "message": inert(sentence)}}
        print(json.dumps(said, ensure_ascii=False), file=sys.stderr, flush=True)
    else:
        print(f"fachkraft-share: {inert(sentence)}", file=sys.stderr, flush=True)


def table(rows: Iterable[Iterable[object]]) -> list[str]:
    """Return rows as lines with aligned columns."""
    cells = [[inert(str(cell)) for cell in row] for row in rows]
    if not cells:
        return []
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells
    ]
