"""Cursors: what a reader keeps of its place in a stream, and what is none."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol.delivery import FEED, Cursor, FeedHead, head_after, next_head
from fachkraft_share.protocol.records import FeedRow

HEAD = "ab" * 32
PLACES = st.builds(
    Cursor,
    st.sampled_from(["closures", "events"]),
    st.integers(2**32, 2**64 - 1),
    st.binary(min_size=32, max_size=32).filter(any).map(bytes.hex),
    st.just(0) | st.integers(1, 2**32),
)


@given(cursor=PLACES | st.sampled_from([Cursor("closures"), Cursor("events")]))
def test_a_packed_cursor_is_read_as_it_was(cursor: Cursor) -> None:
    """Anywhere, and at the beginning."""
    assert len(cursor.pack()) == 49
    assert Cursor.unpack(cursor.pack()) == cursor


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        Cursor("events", 1, HEAD).pack()[:-1],
        Cursor("events", 1, HEAD).pack() + b"\0",
        b"\2" + Cursor("events", 1, HEAD).pack()[1:],
        Cursor("events", 0, HEAD).pack(),
        Cursor("events", 1, "").pack(),
        Cursor("events", 1, HEAD, 2).pack(),
    ],
    ids=[
        "nothing",
        "too short",
        "too long",
        "no stream",
        "a head at the beginning",
        "no head",
        "held back from beyond its place",
    ],
)
def test_what_is_no_cursor_is_refused(packed: bytes) -> None:
    """By its length, its stream, a head where none belongs, or what is held back."""
    with pytest.raises(MalformedError, match="not a cursor"):
        Cursor.unpack(packed)


def test_a_head_may_hold_zeros() -> None:
    """Only nothing but zeros is the head of the beginning."""
    cursor = Cursor("events", 1, "00" * 31 + "01")
    assert Cursor.unpack(cursor.pack()) == cursor


def test_what_is_held_back_is_not_taken() -> None:
    """A place says custody up to the first row held back, and of all before it if none was."""
    assert Cursor("events", 9, HEAD).taken == 9
    assert Cursor("events", 9, HEAD, 9).taken == 8
    assert Cursor("events", 9, HEAD, 1).taken == 0
    assert Cursor.unpack(Cursor("events", 9, HEAD, 9).pack()).held == 9


def test_a_head_is_made_as_it_always_was() -> None:
    """Feeds outlive releases: made in another way, every older row would look rewritten.

    Each field after its length, with `=` before what is there and nothing for what is not.
    """
    fields = (b"=3", b"=events", b"=list", b"", b"", b"=" + b"1" * 64, b"=", b"=5")
    parts = (b"fks/1 feed", bytes.fromhex(HEAD), *fields)
    told = b"".join(len(one).to_bytes(4, "big") + one for one in parts)
    row = FeedRow(3, "events", "list", None, None, "1" * 64, "", 5, "")
    assert head_after(HEAD, row) == hashlib.sha256(told).hexdigest()


def test_a_head_is_found_under_the_name_it_always_had() -> None:
    """A store of an older release holds it, and numbers must not begin anew."""
    assert FeedHead(FEED, 7, HEAD).key == ("feed",)


def test_the_head_after_a_row_covers_every_field_of_it() -> None:
    """As the node made it when it wrote the row."""
    row = FeedRow(3, "events", "list", 7, "A" * 22, "1" * 64, "2" * 64, 5, "")
    fields = {
        "number": 3,
        "stream": "events",
        "to": "list",
        "list_number": 7,
        "referral": "A" * 22,
        "token": "1" * 64,
        "attached": "2" * 64,
        "at": 5,
    }
    found = head_after(HEAD, row)
    assert found == next_head(HEAD, **fields)  # type: ignore[arg-type]
    for name, value in fields.items():
        changed = {**fields, name: "x" if isinstance(value, str) else 9}
        assert next_head(HEAD, **changed) != found  # type: ignore[arg-type]
