"""The one JSON reader and writer."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.wire import strict

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(
    lambda text: unicodedata.normalize("NFC", text)
)
INTEGERS = st.integers(-limits.INTEGER_MAX, limits.INTEGER_MAX)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)

REFUSED = {
    "nothing": b"",
    "blank": b" ",
    "a member twice": b'{"a":1,"a":1}',
    "a member twice, spelled differently": b'{"a":1,"\\u0061":1}',
    "a member twice, deep inside": b'[{"b":{"a":1,"a":2}}]',
    "a float": b"1.0",
    "an exponent": b"1e3",
    "a huge exponent": b"1e400",
    "NaN": b"NaN",
    "Infinity": b"[Infinity]",
    "minus Infinity": b"-Infinity",
    "an integer one too large": b"9007199254740992",
    "an integer one too small": b"-9007199254740992",
    "an integer of 4300 digits": b"1" * 4300,
    "an integer of 60000 digits": b"1" * 60_000,
    "a leading zero": b"01",
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "UTF-32": "{}".encode("utf-32-be"),
    "bad UTF-8": b'"\xff"',
    "overlong UTF-8": b'"\xc0\xaf"',
    "a surrogate in UTF-8": b'"\xed\xa0\x80"',
    "a lone surrogate": b'"\\ud800"',
    "a lone surrogate as a name": b'{"\\udfff":1}',
    "surrogates in the wrong order": b'"\\ude02\\ud83d"',
    "U+0000": b'"a\\u0000"',
    "U+0000 in a name": b'{"\\u0000":1}',
    "not NFC": '"A\u030a"'.encode(),
    "not NFC, escaped": b'"A\\u030a"',
    "not NFC, half escaped": b'"\\u0041\xcc\x8a"',
    "not NFC as a name": '{"A\u030a":1}'.encode(),
    "not NFC inside an array": b'["ok",["A\\u030a"]]',
    "trailing text": b"{} {}",
    "a comment": b"{} // really",
    "a trailing comma": b"[1,]",
    "single quotes": b"{'a':1}",
    "a raw line end in a string": b'"a\nb"',
    "an unknown escape": b'"\\x41"',
    "an unclosed string": b'"a',
    "17 levels of arrays": b"[" * 17 + b"]" * 17,
    "17 levels of objects": b'{"a":' * 17 + b"1" + b"}" * 17,
    "17 levels of both": b'[{"a":' * 9 + b"1" + b"}]" * 9,
    "17 levels behind a quote": b'["\\"",' + b"[" * 16 + b"]" * 17,
    "thousands of levels": b"[" * 60_000,
    "thousands of levels in an unclosed string": b'["' + b"[" * 60_000,
    "brackets that do not fit": b"[}" * 20,
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_two_readers_could_understand_differently_is_refused(why: str) -> None:
    """Each of these passes, or breaks with another error, in some JSON reader."""
    with pytest.raises(MalformedError):
        strict.read(REFUSED[why])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"9007199254740991", 2**53 - 1),
        (b"-9007199254740991", 1 - 2**53),
        (b' {"a" : [ true , null ] } ', {"a": [True, None]}),
        (b'"\\ud83d\\ude02"', "\U0001f602"),
        (b'"\\n\xcc\x8a"', "\n\u030a"),  # not NFC as text, but as the string it means
        (b"[" * 16 + b"]" * 16, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
        (b'["' + b"[" * 20 + b'"]', ["[" * 20]),
        (b'["' + b"[" * 20 + b'\\"]"]', ["[" * 20 + '"]']),  # brackets in strings do not count
        (b"[" + b"[]," * 20 + b"[]]", [[]] * 21),  # nor do neighbours
    ],
)
def test_strict_json_is_read(text: bytes, value: object) -> None:
    """The limits themselves are within."""
    assert strict.read(text) == value


def test_a_message_beyond_the_limit_is_refused_unread() -> None:
    """One byte makes the difference, and the caller may set the limit."""
    text = b'"' + b"a" * (limits.MESSAGE_BYTES - 2) + b'"'
    assert strict.read(text)
    for longer, limit in ((text + b" ", limits.MESSAGE_BYTES), (b"[]", 1)):
        with pytest.raises(MalformedError, match="longer than"):
            strict.read(longer, limit=limit)


@given(VALUES)
def test_what_is_written_is_read_again(value: strict.JSON) -> None:
    """Reading undoes writing, and types survive."""
    again = strict.read(strict.write(value))
    assert again == value
    assert repr(again) == repr(value)


@given(st.binary(max_size=60) | st.text('[]{}",:\\u0123456789aeE.-+ \u030aäntrfls').map(str.encode))
def test_any_bytes_are_read_or_refused_with_the_one_error(data: bytes) -> None:
    """No other error leaves, and what is read Python's lenient reader reads alike."""
    try:
        value = strict.read(data)
    except MalformedError:
        return
    assert value == json.loads(data)


@given(st.integers(0, 20), st.lists(st.text('[]{}" a\\', max_size=20), max_size=3))
def test_only_brackets_outside_strings_count(levels: int, texts: list[str]) -> None:
    """However many brackets and escapes the innermost strings hold."""
    value: object = texts
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    data = json.dumps(value).encode()
    if levels < limits.JSON_DEPTH:
        assert strict.read(data) == value
    else:
        with pytest.raises(MalformedError, match="nested"):
            strict.read(data + b"[]" * limits.JSON_DEPTH)  # more brackets than may be nested


@given(VALUES)
def test_the_form_is_compact_utf_8(value: strict.JSON) -> None:
    """No spaces outside strings, no escapes but those JSON demands."""
    written = strict.write(value)
    assert written == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        "A\u030a",
        {"A\u030a": 1},
        "\ud800",
        b"bytes",
        (1, 2),
        {1: 2},
        {None: 1},
        {1: 1, "1": 1},
        {1, 2},
        object(),
        [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]],
    ],
    ids=lambda value: type(value).__name__ if type(value) is object else repr(value),
)
def test_the_writer_refuses_what_the_reader_would(value: object) -> None:
    """Nothing leaves that others must refuse, and nothing turns into something else."""
    with pytest.raises(MalformedError):
        strict.write(value)  # type: ignore[arg-type]


def test_a_value_that_contains_itself_is_refused() -> None:
    """Neither a cycle nor endless nesting ends in another error."""
    cycle: list[strict.JSON] = []
    cycle.append(cycle)
    deep: list[strict.JSON] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (cycle, deep):
        with pytest.raises(MalformedError):
            strict.write(value)


def test_large_documents_are_written_for_blobs() -> None:
    """Length is the reader's affair: a dossier is larger than a message."""
    value = "a" * (limits.MESSAGE_BYTES * 4)
    assert strict.read(strict.write(value), limit=limits.BLOB_BYTES) == value


@pytest.mark.parametrize(
    "text", [b'{"Erika":"Mustermann",', b'{"Erika":1,"Erika":2}', b'"Erika\xff"']
)
def test_no_message_quotes_what_was_read(text: bytes) -> None:
    """Errors reach logs, and logs hold no personal data."""
    with pytest.raises(MalformedError) as caught:
        strict.read(text)
    assert "Erika" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["structures", "values", "unicode", "weird"])
def test_rfc_8785_inputs_beyond_our_subset_are_refused(
    name: str, shared: Callable[[str], Path]
) -> None:
    """Floats, or strings that are not NFC."""
    with pytest.raises(MalformedError):
        strict.read(shared(f"jcs/testdata/input/{name}.json").read_bytes())


@pytest.mark.parametrize("name", ["arrays", "french"])
def test_rfc_8785_inputs_within_our_subset_are_read(
    name: str, shared: Callable[[str], Path]
) -> None:
    """And read as what the canonical output says, too."""
    read = strict.read(shared(f"jcs/testdata/input/{name}.json").read_bytes())
    assert read == strict.read(shared(f"jcs/testdata/output/{name}.json").read_bytes())
