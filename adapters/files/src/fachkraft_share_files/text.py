"""Read a JSON file people made: any honest encoding, and a clear word about every other."""

import json
import re
from typing import Any

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share_files.sources import Source, content_of

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAVED_TWICE = re.compile("Ã[\u0080-\u00bf\u0178\u201e\u2013\u0153]")  # "Ã¼" was once "ü"


def read_json(source: Source) -> Any:
    """Return what the file holds.

    Raises:
        InvalidRecordError: another encoding, no JSON, too large; names the place, never content.
        TemporaryAdapterError: it is still being written.
    """
    return parse(decoded(content_of(source)))


def decoded(content: bytes) -> str:
    """Return the text; which encoding it is must be certain, or umlauts would come out wrong."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    if encoding.startswith("utf-8") and b"\x00" in content:
        raise InvalidRecordError("byte 0: looks like UTF-16 without its mark")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if not encoding.startswith("utf-8") or error.reason == "unexpected end of data":
            raise TemporaryAdapterError("it ends in the middle of a letter") from None
        raise InvalidRecordError(
            f"byte {error.start}: not UTF-8, probably Windows-1252 (Excel, old exports)"
        ) from None
    if _SAVED_TWICE.search(text):
        raise InvalidRecordError("umlauts: they were encoded twice and cannot be trusted")
    return text


def parse(text: str) -> Any:
    """Return the value, without accepting what JSON does not know."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise TemporaryAdapterError("it ends in the middle") from None
        where = f"line {error.lineno} column {error.colno}"
        raise InvalidRecordError(f"{where}: not JSON, {error.msg}") from None
    except (RecursionError, ValueError):
        raise InvalidRecordError("file: not JSON that can be read") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidRecordError("file: a field stands there twice")
    return found


def _no_constant(_: str) -> None:
    raise InvalidRecordError("file: NaN and Infinity are no JSON")
