"""Between JSON and values at the edges: defaults that are not None, names, and other unions."""

from types import NoneType
from typing import Any, Union

import attrs
import pytest

from fachkraft_share.errors import MalformedError
from fachkraft_share.wire.convert import structure, unstructure


@attrs.frozen
class Zone:
    """A required number, a text that may be missing, and one with a default of its own."""

    z: int
    name: str | None
    colour: str | None = "red"


def test_a_default_that_is_not_none_stays_the_default() -> None:
    """Only a field without a default is None when it is left out."""
    assert structure({"z": 1}, Zone) == Zone(1, None, "red")


def test_a_required_member_is_called_missing() -> None:
    """Not called a wrong one."""
    with pytest.raises(MalformedError, match=r"^z: missing$"):
        structure({}, Zone)


def test_the_path_keeps_every_letter_of_a_name() -> None:
    """Only the point before it goes."""
    with pytest.raises(MalformedError, match=r"^z: not a int$"):
        structure({"z": "1"}, Zone)


def test_only_what_may_be_left_out_is_left_out() -> None:
    """None within a free object stays."""
    assert unstructure(Zone(1, None, None)) == {"z": 1}
    assert unstructure({"a": None}) == {"a": None}


def test_either_spelling_of_optional_is_one() -> None:
    """Both are what the standard library offers."""
    kind: Any = Union.__getitem__((int, NoneType))
    assert structure(None, kind) is None
    assert structure(1, kind) == 1


@pytest.mark.parametrize("value", [b"a", 1.5], ids=["bytes", "float"])
def test_the_message_names_the_type_that_has_no_form(value: Any) -> None:
    """The type, never the value."""
    with pytest.raises(MalformedError) as caught:
        unstructure(value)
    assert str(caught.value) == f"{type(value).__name__} is not a type of the wire"


def test_a_choice_of_two_types_is_no_wire_type_and_the_message_says_which() -> None:
    """Nobody could tell from the value which was meant."""
    kind: Any = int | str
    with pytest.raises(TypeError, match=r"int \| str is not a type of the wire"):
        structure(1, kind)
