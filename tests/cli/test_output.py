"""What a command prints is text for people or JSON for programs, and never steers a terminal."""

import json
from enum import Enum
from pathlib import Path

import attrs
import pytest

from fachkraft_share.cli import output


class _Colour(Enum):
    RED = "red"


@attrs.frozen
class _Thing:
    name: str
    parts: tuple[int, ...]
    colour: _Colour
    raw: bytes


THING = _Thing("Jürgen", (1, 2), _Colour.RED, b"abc")


def test_a_hostile_name_cannot_steer_a_terminal() -> None:
    """Escape sequences, bells and turned reading directions are taken out; umlauts stay."""
    assert output.inert("\x1b[2JJürgen\x07\u202etxt.exe\r") == "[2JJürgentxt.exe"


def test_a_pipe_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A frozen value becomes an object; of bytes only the length is told."""
    output.output(as_json=None).show(THING, "a line")
    said = json.loads(capsys.readouterr().out)
    assert said == {"name": "Jürgen", "parts": [1, 2], "colour": "red", "raw": {"bytes": 3}}


def test_a_person_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for text, the lines come as they are."""
    output.output(as_json=False).show(THING, "one", "two")
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_stream_is_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """So a program can read it while it goes on."""
    speaker = output.output(as_json=True)
    speaker.stream({"a": Path("x")}, "")
    speaker.stream({"a": 2}, "")
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"a": "x"},
        {"a": 2},
    ]


def test_an_error_says_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Errors go to the error stream, in the form of the output."""
    output.error("something", code=3, as_json=True)
    output.error("something", code=3, as_json=False)
    first, second = capsys.readouterr().err.splitlines()
    assert json.loads(first) == {"error": {"exit": 3, "message": "something"}}
    assert second == "fachkraft-share: something"


def test_columns_are_aligned() -> None:
    """A table is read by its columns."""
    assert output.table([("a", 1), ("bcd", 22)]) == ["a    1", "bcd  22"]
    assert output.table([]) == []
