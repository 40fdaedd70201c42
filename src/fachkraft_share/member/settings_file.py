"""Change single settings within a `config.toml` and leave every other line as it is.

1. Only the line, or lines, that set what is changed are written anew; where there is none, one is
   added. Comments, order and what nobody here knows stay.
2. What came of it is read again: it must say exactly what was said before, with the changes. If it
   does not (a value written in an unusual way), nothing is changed and the error says so.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from fachkraft_share.errors import SetupError
from fachkraft_share.member.settings import toml_value

_HEAD: Final = re.compile(r"\s*\[.*\]\s*(#.*)?$")
_ENDS: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^"'#\[{]*?)(?P<rest>\s*#.*)?$""")


class ByHandError(SetupError):
    """A setting, `name`, is written so that only a person can change it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"config.toml: {name}: change it there by hand")
        self.name = name


def with_changes(text: str, changes: Mapping[str, str]) -> str:
    """Return the text of a `config.toml` with texts set: `notice`, `legal.phone`.

    Raises:
        ByHandError: a value is written so that it must be changed by hand.
        SetupError: not TOML.
    """
    for name, value in changes.items():
        wanted = _set(_read(text), name, value)
        text = next((one for one in _tries(text, name, value) if _says(one, wanted)), "")
        if not text:
            raise ByHandError(name)
    return text


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SetupError("config.toml: not TOML; compare it with the documentation") from error


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _set(table: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    section, _, key = name.rpartition(".")
    if not section:
        return {**table, key: value}
    return {**table, section: {**table.get(section, {}), key: value}}


def _tries(text: str, name: str, value: str) -> list[str]:
    """Return texts that may be it: a line written anew, alone or with those it goes on in."""
    section, _, key = name.rpartition(".")
    lines = text.splitlines(keepends=True)
    begin, end = _part(lines, section)
    new = f"{key} = {toml_value(value)}"
    sets = re.compile(rf"\s*{re.escape(key)}\s*=(?P<said>.*)$")
    found = [(n, said) for n in range(begin, end) if (said := sets.match(lines[n].rstrip("\r\n")))]
    made = []
    for n, said in found:
        kept = _ENDS.fullmatch(said["said"].strip())
        rest = (kept["rest"] or "") if kept else ""
        made += [
            "".join([*lines[:n], new + rest + "\n", *lines[m:]]) for m in range(n + 1, end + 1)
        ]
    return made or [_added(lines, new, section=section, begin=begin, end=end)]


def _added(lines: list[str], new: str, *, section: str, begin: int, end: int) -> str:
    if section and begin == end == len(lines) and not _headed(lines, section):
        before = "".join(lines)
        return f"{before.rstrip()}\n\n[{section}]\n{new}\n"
    while end > begin and not lines[end - 1].strip():
        end -= 1  # the blank lines before the next table stay before it
    last = [f"{lines[end - 1].rstrip()}\n"] if end else []
    return "".join([*lines[: max(end - 1, 0)], *last, f"{new}\n", *lines[end:]])


def _part(lines: list[str], section: str) -> tuple[int, int]:
    """Return where the lines of a table begin and end; without a name those before every table."""
    heads = [n for n, line in enumerate(lines) if _HEAD.match(line.rstrip("\r\n"))]
    if not section:
        return 0, next(iter(heads), len(lines))
    for place, n in enumerate(heads):
        if _headed([lines[n]], section):
            return n + 1, heads[place + 1] if place + 1 < len(heads) else len(lines)
    return len(lines), len(lines)


def _headed(lines: list[str], section: str) -> bool:
    head = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]\s*(#.*)?$")
    return any(head.match(line.rstrip("\r\n")) for line in lines)
