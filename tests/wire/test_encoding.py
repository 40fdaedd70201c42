"""Bytes as text and text as bytes."""

import base64
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.errors import MalformedError
from fachkraft_share.wire.encoding import b64, check_b64, check_sha256, frame, sha256, unb64

ALPHABET = string.ascii_letters + string.digits + "-_"


@given(st.binary(max_size=100))
def test_base64url_is_undone_by_reading(raw: bytes) -> None:
    """Both ways, without padding, as the standard library writes it."""
    assert unb64(b64(raw)) == raw
    assert b64(raw) == base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(st.text(max_size=30) | st.text("AZaz09-_+/= \n", max_size=12))
def test_one_value_has_one_text(text: str) -> None:
    """Whatever is read would be written just so."""
    try:
        raw = unb64(text)
    except MalformedError:
        return
    assert b64(raw) == text


@pytest.mark.parametrize(
    "text", ["YQ==", "YR", "Y", "Y Q", "YQ\n", "+/+/", "Yä", "YQ=", "=YQ", "Y!Q"]
)
def test_loose_base64_is_refused(text: str) -> None:
    """Padding, stray bits, foreign characters, the other alphabet, an impossible length."""
    with pytest.raises(MalformedError):
        unb64(text)


def test_a_length_can_be_demanded() -> None:
    """Keys and ids have one."""
    assert unb64("YQ", size=1) == b"a"
    with pytest.raises(MalformedError, match="2 bytes"):
        unb64("YQ", size=2)


@given(st.integers(0, 70), st.data())
def test_checking_says_what_reading_says(size: int, data: st.DataObject) -> None:
    """A text of some length, honest or with its last character changed, read and only checked."""
    text = b64(data.draw(st.binary(min_size=size, max_size=size)))
    last = data.draw(st.sampled_from(("", *ALPHABET, "+", "=", "\n", "ä")))
    for one in (text, text[:-1] + last, text + last):
        for length in (size, size + 1):
            assert is_right(unb64, one, length) == is_right(check_b64, one, length)


def is_right(read: Callable[..., object], text: str, size: int) -> bool:
    try:
        read(text, size=size)
    except MalformedError:
        return False
    return True


@given(st.binary(max_size=6), st.sampled_from(ALPHABET))
def test_stray_bits_are_no_second_spelling(raw: bytes, last: str) -> None:
    """Of all last characters exactly those without stray bits are read: one text for each value."""
    text = b64(raw)[:-1] + last
    loosely = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
    assert is_right(unb64, text, len(loosely)) == (b64(loosely) == text)


def test_a_hash_is_lower_case_hex() -> None:
    """NIST's example for SHA-256, and what does not look like one."""
    text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(b"abc") == check_sha256(text) == text
    for wrong in (text.upper(), text[:-1], text + "0", text + "\n", "", "g" * 64, "٣" * 64):
        with pytest.raises(MalformedError):
            check_sha256(wrong)


@given(st.lists(st.binary(max_size=6), max_size=5), st.lists(st.binary(max_size=6), max_size=5))
def test_framed_parts_cannot_be_cut_elsewhere(one: list[bytes], other: list[bytes]) -> None:
    """Different lists give different bytes, also when joined they look alike."""
    assert (frame(*one) == frame(*other)) == (one == other)
    assert frame(b"ab", b"c") != frame(b"a", b"bc")
