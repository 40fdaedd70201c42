"""The one JSON reader and writer: whatever two readers could understand differently is refused.

1. Length and depth are checked on the bytes, before anything is built from them.
2. Integers only, within ±(2^53-1); no floats, no NaN (RFC 7493, narrowed).
3. No duplicate members; strings are NFC, without lone surrogates and U+0000, names too.
4. UTF-8 without BOM; nothing after the value.
5. Only `MalformedError` leaves this module, and no message quotes what was read.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Never, TypeAlias

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | bool | None"

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_WITHOUT_ESCAPES = re.compile(rb'"[^"]*+"')
_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_NO_FRAME = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_INTEGER_DIGITS = len(str(-limits.INTEGER_MAX))
_SMALL_DIGITS = len(str(limits.INTEGER_MAX))  # whatever is shorter is within the bounds


def read(data: bytes, *, limit: int = limits.MESSAGE_BYTES) -> JSON:
    """Read one JSON value.

    Raises:
        MalformedError: anything the invariants above refuse.
    """
    if len(data) > limit:
        raise MalformedError(f"longer than {limit} bytes")
    _check_depth(data)
    try:
        text = data.decode("utf-8")
        value = _decoded(text)
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise MalformedError(f"not JSON at character {error.pos}") from None
    # Without escapes no string can be worse than the text around it: spare the walk.
    if b"\\" in data or not _is_nfc(text):
        _check_strings(value)
    return value


def _decoded(text: str) -> JSON:
    """Do what `JSONDecoder.decode` does, without searching for blanks where there are none."""
    try:
        value: JSON
        start = 0 if text[:1] not in _BLANKS else len(text) - len(text.lstrip(_BLANKS))
        value, end = _SCAN(text, start)
    except StopIteration as error:
        raise json.JSONDecodeError("no value", text, error.value) from None
    if end != len(text) and text[end:].strip(_BLANKS):
        raise json.JSONDecodeError("more after the value", text, end)
    return value


def write(value: JSON) -> bytes:
    """Write a JSON value compactly in UTF-8; reading it again gives the same value.

    Raises:
        MalformedError: what `read` would refuse, its length aside.
    """
    try:
        written = _ENCODER.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise MalformedError("not a value of strict JSON") from None
    if read(written, limit=len(written)) != value:  # a tuple, or a name that is no string
        raise MalformedError("not a value of strict JSON")
    return written


def _check_depth(data: bytes) -> None:
    frame = data.translate(None, _NO_FRAME)
    if frame.count(b"[") + frame.count(b"{") <= limits.JSON_DEPTH:
        return
    # Without escapes every quotation mark is one: what is between them need not be looked at.
    bare = _STRINGS.sub(b"", data) if b"\\" in data else _WITHOUT_ESCAPES.sub(b"", frame)
    brackets = bare.translate(_ALIKE, _NO_BRACKETS)
    for _ in range(limits.JSON_DEPTH):  # each turn takes the innermost level away
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise MalformedError(f"nested deeper than {limits.JSON_DEPTH}, or not closed")


def _check_strings(value: JSON) -> None:
    for text in _strings(value):
        if "\0" in text:
            raise MalformedError("a string holds U+0000")  # no database column keeps it
        if not _is_nfc(text):
            raise MalformedError("a string is not in Unicode NFC")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise MalformedError("a string holds a lone surrogate") from None


def _strings(value: JSON) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.keys()
            waiting += one.values()


def _is_nfc(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _integer(digits: str) -> int:
    if len(digits) < _SMALL_DIGITS:
        return int(digits)
    # The length first: converting long numbers is quadratic.
    if len(digits) > _INTEGER_DIGITS or abs(int(digits)) > limits.INTEGER_MAX:
        raise MalformedError("an integer beyond ±(2^53-1)")
    return int(digits)


def _no_float(_: str) -> Never:
    raise MalformedError("a number that is not an integer")


def _members(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedError("a member appears twice in one object")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=_no_float,
    parse_constant=_no_float,
)
_SCAN = _DECODER.scan_once  # type: ignore[attr-defined]
_BLANKS = " \t\n\r"  # RFC 8259 § 2
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
