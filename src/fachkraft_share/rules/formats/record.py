"""Read one object of a foreign document: every value checked, every complaint with its path."""

import re
import unicodedata
from collections.abc import Mapping

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError

_MONTH = re.compile(r"(?P<year>[12]\d{3})(-(?P<month>0[1-9]|1[0-2])(-[0-3]\d([T ].*)?)?)?")


@attrs.frozen
class Record:
    """One object of a foreign document and the path that leads to it.

    Only what is asked for is ever touched: a field nobody reads cannot leak (R13, R24).
    Absent, null and empty are the same; another type than expected is refused.
    """

    value: Mapping[str, object] = attrs.field(repr=False)
    path: str = ""

    def where(self, key: str) -> str:
        """Return the path of a member of this object."""
        return f"{self.path}.{key}" if self.path else key

    def text(self, key: str) -> str:
        """Return a text, cleaned, or "" when it is absent.

        Raises:
            MalformedError: not text, not Unicode, or too long.
        """
        value = self.value.get(key)
        return "" if value is None else clean(value, where=self.where(key))

    def blob(self, key: str, *, limit: int) -> str:
        """Return a long text untouched, for decoding, or "" when it is absent.

        Raises:
            MalformedError: not text, or too long.
        """
        value = self.value.get(key, "")
        if not isinstance(value, str):
            raise MalformedError(f"{self.where(key)}: not text")
        if len(value) > limit:
            raise MalformedError(f"{self.where(key)}: longer than {limit} characters")
        return value

    def flag(self, key: str) -> bool | None:
        """Return a truth value, or None when it is absent."""
        value = self.value.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise MalformedError(f"{self.where(key)}: neither true nor false")

    def number(self, key: str) -> float | None:
        """Return a number, or None when it is absent."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        raise MalformedError(f"{self.where(key)}: not a number")

    def month(self, key: str) -> str:
        """Return a date as YYYY-MM, as YYYY where no more is said, or "" when it is absent."""
        text = self.text(key)
        if not text:
            return ""
        found = _MONTH.fullmatch(text)
        if not found:
            raise MalformedError(f"{self.where(key)}: not a date such as 2026-11")
        return "-".join(part for part in (found["year"], found["month"]) if part)

    def record(self, key: str) -> "Record":
        """Return an object, empty when it is absent."""
        return record(self.value.get(key), path=self.where(key))

    def records(self, key: str) -> tuple["Record", ...]:
        """Return a list of objects, empty when it is absent."""
        return tuple(record(item, path=path) for item, path in self._items(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts without the empty ones."""
        found = (clean(item, where=path) for item, path in self._items(key) if item is not None)
        return tuple(text for text in found if text)

    def _items(self, key: str) -> list[tuple[object, str]]:
        value = self.value.get(key)
        path = self.where(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise MalformedError(f"{path}: not a list")
        if len(value) > limits.CV_ENTRIES:
            raise MalformedError(f"{path}: more than {limits.CV_ENTRIES} entries")
        return [(item, f"{path}[{place}]") for place, item in enumerate(value)]


def read_postcode(address: Record) -> str:
    """Return the postcode, led by the country if it is a foreign one: `US-06511`.

    Otherwise 06511 in New Haven would be taken for a place near Halle.
    """
    code, country = address.text("postalCode"), address.text("countryCode").upper()
    return f"{country}-{code}" if code and country not in ("", "DE", "DEU") else code


def write_postcode(postcode: str) -> dict[str, str]:
    """Return the postcode's two fields as `read_postcode` reads them."""
    country, dash, code = postcode.partition("-")
    if dash and country.isascii() and country.isalpha() and country.isupper():
        return {"countryCode": country, "postalCode": code}
    return {"postalCode": postcode}


def record(value: object, *, path: str = "") -> Record:
    """Return the value as a record; None is an empty one.

    Raises:
        MalformedError: it is not an object.
    """
    if value is None:
        return Record({}, path)
    if not isinstance(value, Mapping):
        raise MalformedError(f"{path or 'document'}: not an object")
    return Record(value, path)


def clean(value: object, *, where: str) -> str:
    """Return text in NFC on one line, without control characters and outer blanks.

    Raises:
        MalformedError: not text, not Unicode, or too long for a field.
    """
    if not isinstance(value, str):
        raise MalformedError(f"{where}: not text")
    if len(value) > limits.CV_TEXT:
        raise MalformedError(f"{where}: longer than {limits.CV_TEXT} characters")
    kinds = [
        (letter, unicodedata.category(letter)) for letter in unicodedata.normalize("NFC", value)
    ]
    if any(kind == "Cs" for _, kind in kinds):
        raise MalformedError(f"{where}: not Unicode text")
    line = "".join(" " if kind in ("Cc", "Zl", "Zp") else letter for letter, kind in kinds)
    return " ".join(part for part in line.split(" ") if part)


def filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value}
