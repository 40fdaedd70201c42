"""The feed's running hash and the cursors into it."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol.delivery import Cursor, head_after
from fachkraft_share.protocol.records import FeedRow

_ROW = FeedRow(1, "events", "list", 3, "r", "t", "a b", 5, "")
_OTHER = {
    "number": 2,
    "stream": "closures",
    "to": "m",
    "list_number": None,
    "referral": None,
    "token": "u",
    "attached": "a",
    "at": 6,
}

cursors = st.builds(
    Cursor,
    st.sampled_from(["closures", "events"]),
    st.integers(1, 2**63),
    st.binary(min_size=32, max_size=32).filter(any).map(bytes.hex),
) | st.builds(Cursor, st.sampled_from(["closures", "events"]))


@pytest.mark.parametrize("field", _OTHER)
def test_every_field_of_a_row_is_under_the_hash(field: str) -> None:
    """Changing any one gives another head."""
    changed = attrs.evolve(_ROW, **{field: _OTHER[field]})
    assert head_after("", changed) != head_after("", _ROW)


def test_the_head_covers_the_rows_before() -> None:
    """The same row after another history has another head."""
    assert head_after("", _ROW) != head_after("00" * 32, _ROW)


def test_fields_cannot_flow_into_each_other() -> None:
    """None is not the empty text, and a boundary cannot be moved."""
    empty = attrs.evolve(_ROW, referral="")
    none = attrs.evolve(_ROW, referral=None)
    moved = attrs.evolve(_ROW, referral="rt", token="")
    assert len({head_after("", one) for one in (_ROW, empty, none, moved)}) == 4


@settings(max_examples=100)
@given(cursor=cursors)
def test_a_cursor_comes_back_as_it_was(cursor: Cursor) -> None:
    """All cursors have one length, so that none tells how far the feed is."""
    packed = cursor.pack()
    assert Cursor.unpack(packed) == cursor
    assert len(packed) == 49


@settings(max_examples=100)
@given(packed=st.binary(max_size=60) | st.binary(min_size=49, max_size=49))
def test_other_bytes_are_no_cursor(packed: bytes) -> None:
    """They are refused, or have exactly one spelling."""
    try:
        cursor = Cursor.unpack(packed)
    except MalformedError:
        return
    assert cursor.pack() == packed


@pytest.mark.parametrize(
    "packed",
    [b"", b"\2" + b"\1" * 48, b"\0" * 40 + b"\1" + b"\0" * 8, b"\0" * 8 + b"\1" + b"\0" * 40],
    ids=["empty", "unknown stream", "head without number", "number without head"],
)
def test_an_impossible_cursor_is_refused(packed: bytes) -> None:
    """The beginning has no head, every other place has one."""
    with pytest.raises(MalformedError):
        Cursor.unpack(packed)
