"""All texts of the pages by id, from `texts/<language>/<room>.toml`.

German and English are complete. Leichte Sprache (`de_simple`) is complete where candidates read,
and says the rest as German does.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import attrs

from fachkraft_share.web.local_time import local

SIMPLE = "de_simple"
LANGUAGES = ("de", "en", SIMPLE)
DEFAULT = "de"


@attrs.frozen
class Catalogue:
    """The texts of one language; an unknown id is a mistake and raises KeyError."""

    language: str
    texts: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def tag(self) -> str:
        """The language as HTML names it (BCP 47; `simple` is a registered variant)."""
        return self.language.replace("_", "-")

    @property
    def base(self) -> str:
        """The language of words that have no simple form, such as those of official lists."""
        return self.language.partition("_")[0]

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
        """Return the day of a moment, as calendars here show it."""
        return self.day(local(at).date())

    def country(self, code: str) -> str:
        """Return a country of the EEA in words; any other as its code (ISO 3166-1)."""
        return self.text(f"country.{code}") if self.has(f"country.{code}") else code


@cache
def catalogue(language: str) -> Catalogue:
    """Return the texts of a language, read once; German for one we do not have."""
    name = language if language in LANGUAGES else DEFAULT
    texts = own_texts(name)
    return Catalogue(name, own_texts(DEFAULT) | texts if name == SIMPLE else texts)


def own_texts(language: str) -> dict[str, Any]:
    """Return what the files of one language say themselves, by id.

    Raises:
        ValueError: two files say the same thing.
    """
    found: dict[str, Any] = {}
    folder = resources.files("fachkraft_share.web") / "texts" / language
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        said = dict(_flat(tomllib.loads(file.read_text("utf-8"))))
        if twice := found.keys() & said.keys():
            raise ValueError(f"{language}/{file.name}: said twice: {', '.join(sorted(twice))}")
        found |= said
    return found


def _flat(tree: Mapping[str, Any], *, prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            found += _flat(value, prefix=f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value))
    return found
