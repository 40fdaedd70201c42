"""All texts of the pages by id, German and English, from `texts/<language>.toml`."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import attrs

LANGUAGES = ("de", "en")
DEFAULT = "de"


@attrs.frozen
class Catalogue:
    """The texts of one language; an unknown id is a mistake and raises KeyError."""

    language: str
    texts: Mapping[str, Any] = attrs.field(repr=False)

    def text(self, name: str, /, **values: object) -> str:
        """Return the text with this id and its values filled in."""
        found: str = self.texts[name]
        return found.format_map(values) if values else found

    def has(self, name: str) -> bool:
        """Tell whether there is a text with this id."""
        return name in self.texts

    def count(self, name: str, number: int) -> str:
        """Return the singular or plural of a text that counts something."""
        return self.text(f"{name}.{'one' if number == 1 else 'other'}", n=number)

    def sections(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return titled paragraphs."""
        return tuple((one["title"], one["text"]) for one in self.texts[name])

    def day(self, value: dt.date) -> str:
        """Return a date as people write it."""
        month = self.text(f"month.{value.month}")
        return self.text("date", day=value.day, month=month, year=value.year)

    def moment(self, at: int) -> str:
        """Return the day of a moment (UTC)."""
        return self.day(dt.datetime.fromtimestamp(at, dt.UTC).date())


@cache
def catalogue(language: str) -> Catalogue:
    """Return the texts of a language, read once; German for one we do not have."""
    name = language if language in LANGUAGES else DEFAULT
    file = resources.files("fachkraft_share.web") / "texts" / f"{name}.toml"
    return Catalogue(name, dict(_flat(tomllib.loads(file.read_text("utf-8")))))


def _flat(tree: Mapping[str, Any], *, prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            found += _flat(value, prefix=f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value))
    return found
