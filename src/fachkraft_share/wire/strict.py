"""The one JSON reader and writer: whatever two readers could understand differently is refused.

1. Length and depth are checked on the bytes, before anything is built from them.
2. Integers only, within ±(2^53-1); no floats, no NaN (RFC 7493, narrowed).
3. No duplicate members; strings are NFC and hold no lone surrogates, names of members too.
4. UTF-8 without BOM; nothing after the value.
5. Only `MalformedError` leaves this module, and no message quotes what was read.
"""

import json
import re
import unicodedata
from typing import Any, Never, TypeAlias

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | bool | None"

# A string as one token, so that brackets inside it do not count; or one bracket.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_DEPTH_CHANGE = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_INTEGER_DIGITS = len(str(limits.INTEGER_MAX)) + 1  # with a sign


def read(data: bytes, *, limit: int = limits.MESSAGE_BYTES) -> JSON:
    """Read one JSON value.

    Raises:
        MalformedError: anything the invariants above refuse.
    """
    if len(data) > limit:
        raise MalformedError(f"longer than {limit} bytes")
    _check_depth_of(data)
    try:
        value: JSON = _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise MalformedError(f"not JSON at character {error.pos}") from error
    if not data.isascii() or b"\\u" in data:  # else every string is ASCII, hence NFC
        _check(value, limits.JSON_DEPTH)
    return value


def write(value: JSON) -> bytes:
    """Write a JSON value compactly in UTF-8.

    Raises:
        MalformedError: what `read` would refuse, its length aside.
    """
    _check(value, limits.JSON_DEPTH)
    return _ENCODER.encode(value).encode("utf-8")


def _check_depth_of(data: bytes) -> None:
    if data.count(b"[") + data.count(b"{") <= limits.JSON_DEPTH:
        return
    depth = 0
    for token in _TOKENS.findall(data):
        depth += _DEPTH_CHANGE.get(token, 0)
        if depth > limits.JSON_DEPTH:
            raise MalformedError(f"nested deeper than {limits.JSON_DEPTH}")


def _check(value: object, levels: int) -> None:
    """Refuse what is not strict JSON; `levels` more containers may be nested here."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        _check_integer(value)
    elif type(value) in (dict, list):
        _check_members(value, levels)  # type: ignore[arg-type]
    elif value is not None:
        raise MalformedError(f"{type(value).__name__} is not a type of the wire")


def _check_members(value: dict[Any, Any] | list[Any], levels: int) -> None:
    if levels == 0:
        raise MalformedError(f"nested deeper than {limits.JSON_DEPTH}")
    if isinstance(value, dict):
        for name in value:
            _check_name(name)
        value = list(value.values())
    for member in value:
        _check(member, levels - 1)


def _check_name(name: object) -> None:
    if not isinstance(name, str):
        raise MalformedError("the name of a member is not a string")
    _check_text(name)


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise MalformedError("a string is not in Unicode NFC")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedError("a string holds a lone surrogate") from error


def _check_integer(number: int) -> None:
    if not -limits.INTEGER_MAX <= number <= limits.INTEGER_MAX:
        raise MalformedError("an integer beyond ±(2^53-1)")


def _integer(digits: str) -> int:
    if len(digits) > _INTEGER_DIGITS:  # before converting: conversion is quadratic
        raise MalformedError("an integer beyond ±(2^53-1)")
    number = int(digits)
    _check_integer(number)
    return number


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
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
