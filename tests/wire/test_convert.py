"""Between strict JSON and frozen values."""

import json
from enum import IntEnum, StrEnum
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Document, DocumentKind
from fachkraft_share.model.consent import Audience, Category, Consent
from fachkraft_share.model.growing import Growing
from fachkraft_share.model.organisation import Organisation, PublicKey
from fachkraft_share.model.profile import Cefr, LanguageSkill, Profile, WorkModel
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure


class Colour(StrEnum):
    """A vocabulary of two words."""

    RED = "red"
    BLUE = "blue"


class Tool(Growing):
    """A vocabulary that grows."""

    SAW = "saw"
    FILE = "file"


class Number(IntEnum):
    """Numbers are no vocabulary of the wire."""

    ONE = 1


def positive(_: Any, __: Any, value: int) -> None:
    """Refuse with a message that quotes."""
    if value < 1:
        raise ValueError(f"{value} is not positive")


@attrs.frozen
class Leaf:
    """A value of scalars."""

    text: str = "leaf"
    flag: bool = False
    colour: Colour = Colour.RED


@attrs.frozen
class Tree:
    """A value of every shape a wire value may have."""

    number: int = attrs.field(validator=positive)
    held_back: str | None
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()
    texts: list[str] = attrs.field(factory=list)
    by_name: dict[str, Leaf] = attrs.field(factory=dict)
    free: dict[str, Any] = attrs.field(factory=dict)
    numbers: tuple[int, ...] | None = None


LEAVES = st.builds(
    Leaf, text=st.text(max_size=3), flag=st.booleans(), colour=st.sampled_from(Colour)
)
TREES = st.builds(
    Tree,
    number=st.integers(1, 9),
    held_back=st.none() | st.text(max_size=3),
    leaf=st.none() | LEAVES,
    leaves=st.lists(LEAVES, max_size=3).map(tuple),
    texts=st.lists(st.text(max_size=3), max_size=2),
    by_name=st.dictionaries(st.text(max_size=3), LEAVES, max_size=2),
    free=st.dictionaries(st.text(max_size=3), st.none() | st.lists(st.integers()), max_size=2),
    numbers=st.none() | st.lists(st.integers(), max_size=2).map(tuple),
)
PROFILES = st.builds(
    Profile,
    occupation=st.sampled_from(["43414", "81"]),
    region=st.just("plz:38"),
    languages=st.lists(
        st.builds(LanguageSkill, language=st.just("de"), level=st.sampled_from(Cefr)), max_size=2
    ).map(tuple),
    endorsement=st.none(),
)


@given(TREES | PROFILES)
def test_a_value_survives_the_wire(value: Any) -> None:
    """Through JSON and back, closed or open."""
    form = json.loads(json.dumps(unstructure(value)))
    assert form == unstructure(value)
    assert structure(form, type(value)) == value
    assert structure(form, type(value), closed=True) == value


def test_none_is_left_out_and_may_be_left_out() -> None:
    """Also where the field has no default: None means held back."""
    tree = Tree(number=1, held_back=None, free={"kept": None})
    form = unstructure(tree)
    assert form.keys() == {"number", "leaves", "texts", "by_name", "free"}
    assert form["free"] == {"kept": None}
    assert structure(form, Tree) == tree
    assert structure(form | {"held_back": None, "leaf": None}, Tree) == tree


def test_enums_become_their_words_and_tuples_become_arrays() -> None:
    """What is written is plain: strings, lists, objects."""
    form = unstructure(Tree(1, "x", Leaf(colour=Colour.BLUE), (Leaf(),), numbers=(1,)))
    assert type(form["leaf"]["colour"]) is str
    assert (type(form["leaves"]), type(form["numbers"])) == (list, list)
    assert unstructure({"a": (Colour.RED, None, True, 1)}) == {"a": ["red", None, True, 1]}


def test_unknown_members_are_ignored_when_open_and_refused_when_closed() -> None:
    """Also deep inside; a refusal does not repeat the unknown name."""
    form = {"number": 1, "leaves": [{"text": "a", "Mustermann": 1}]}
    assert structure(form, Tree).leaves == (Leaf("a"),)
    with pytest.raises(MalformedError) as caught:
        structure(form, Tree, closed=True)
    assert str(caught.value) == "leaves[0]: has unknown members"


@attrs.frozen
class Box:
    """A value with a list of a vocabulary that grows."""

    tools: tuple[Tool, ...]
    best: Tool | None = None


def test_unknown_words_of_a_growing_vocabulary_are_left_out_of_a_list() -> None:
    """An older reader takes the rest; a closed document is refused with them."""
    form = {"tools": ["lathe", "saw", "", "file"]}
    assert structure(form, Box) == Box((Tool.SAW, Tool.FILE))
    assert structure({"tools": ["lathe"]}, Box) == Box(())
    with pytest.raises(MalformedError) as caught:
        structure(form, Box, closed=True)
    assert str(caught.value) == "tools[0]: not a Tool"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"tools": ["saw", 1]}, "tools[1]: not a Tool"),
        ({"tools": [None]}, "tools[0]: not a Tool"),
        ({"tools": "saw"}, "tools: not an array"),
        ({"tools": {"saw": 1}}, "tools: not an array"),
        ({"tools": [], "best": "lathe"}, "best: not a Tool"),
    ],
)
def test_nothing_but_words_is_left_out(form: Any, said: str) -> None:
    """What is no text, and a word that stands alone, are refused as ever."""
    with pytest.raises(MalformedError) as caught:
        structure(form, Box)
    assert str(caught.value) == said


WRONG: list[tuple[Any, str]] = [
    ({}, "number: missing"),
    ([], "the value: not an object"),
    ("number", "the value: not an object"),
    (None, "the value: not an object"),
    ({"number": "1"}, "number: not a int"),
    ({"number": True}, "number: not a int"),
    ({"number": 1.0}, "number: not a int"),
    ({"number": None}, "number: not a int"),
    ({"number": 0}, "the value: not acceptable"),
    ({"number": 1, "held_back": 5}, "held_back: not a str"),
    ({"number": 1, "leaf": []}, "leaf: not an object"),
    ({"number": 1, "leaf": {"text": None}}, "leaf.text: not a str"),
    ({"number": 1, "leaf": {"flag": 1}}, "leaf.flag: not a bool"),
    ({"number": 1, "leaf": {"flag": "no"}}, "leaf.flag: not a bool"),
    ({"number": 1, "leaf": {"colour": "green"}}, "leaf.colour: not a Colour"),
    ({"number": 1, "leaf": {"colour": 1}}, "leaf.colour: not a Colour"),
    ({"number": 1, "leaf": {"colour": ["red"]}}, "leaf.colour: not a Colour"),
    ({"number": 1, "leaves": {}}, "leaves: not an array"),
    ({"number": 1, "leaves": None}, "leaves: not an array"),
    ({"number": 1, "leaves": [{}, {"text": 1}]}, "leaves[1].text: not a str"),
    ({"number": 1, "texts": "ab"}, "texts: not an array"),
    ({"number": 1, "texts": [1]}, "texts[0]: not a str"),
    ({"number": 1, "texts": ("a",)}, "texts: not an array"),
    ({"number": 1, "by_name": []}, "by_name: not an object"),
    ({"number": 1, "by_name": {"Mustermann": 1}}, "by_name[...]: not an object"),
    ({"number": 1, "by_name": {1: {}}}, "by_name[1]: not a str"),
    ({"number": 1, "free": 1}, "free: not an object"),
    ({"number": 1, "numbers": "12"}, "numbers: not an array"),
    ({"number": 1, "numbers": ["1"]}, "numbers[0]: not a int"),
]


@pytest.mark.parametrize(("form", "message"), WRONG, ids=[message for _, message in WRONG])
def test_nothing_is_guessed(form: Any, message: str) -> None:
    """A wrong form is refused with its place."""
    for closed in (False, True):
        with pytest.raises(MalformedError) as caught:
            structure(form, Tree, closed=closed)
        assert str(caught.value) == message


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["red", "a", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([one.name for one in attrs.fields(Tree)]), inner, max_size=8
        )
    ),
    max_leaves=15,
)


@given(JSONS)
def test_any_form_is_taken_exactly_or_refused_with_the_one_error(form: Any) -> None:
    """What was taken is written again as it came, left-out defaults and None aside."""
    try:
        tree = structure(form, Tree)
    except MalformedError:
        return
    again = unstructure(tree)
    for name, value in form.items():
        if value is not None and name not in ("leaf", "leaves", "by_name"):
            assert again[name] == value


@pytest.mark.parametrize(
    ("form", "kind", "value"),
    [
        ([1, 2], tuple[int, ...], (1, 2)),
        (["red"], list[Colour], [Colour.RED]),
        ({"a": 1}, dict[str, int], {"a": 1}),
        ([1, "a"], list, [1, "a"]),
        ([1, "a"], tuple, (1, "a")),
        ({"a": [1]}, dict, {"a": [1]}),
        ("blue", Colour, Colour.BLUE),
        ("text", str, "text"),
        (None, Leaf | None, None),
        ({"any": [1]}, Any, {"any": [1]}),
    ],
)
def test_kinds_need_not_be_classes(form: Any, kind: Any, value: Any) -> None:
    """Arrays, objects, words and scalars stand alone, too."""
    assert structure(form, kind) == value
    assert unstructure(value) == form


@pytest.mark.parametrize(
    "kind", [set[int], frozenset[int], tuple[int, str], int | str, object], ids=str
)
def test_a_kind_without_form_on_the_wire_is_a_mistake_of_the_program(kind: Any) -> None:
    """It shows at the first call, whatever the value."""
    with pytest.raises(TypeError):
        structure([1, 1], kind)


@pytest.mark.parametrize("kind", [bytes, float, Number], ids=str)
def test_bytes_floats_and_numbered_words_are_no_wire_types(kind: Any) -> None:
    """Neither in nor out."""
    for form in ("YQ", 1, 1.0, b"a", None):
        with pytest.raises(MalformedError):
            structure(form, kind)


def test_what_has_no_form_on_the_wire_is_not_written() -> None:
    """Bytes, floats, sets, and words of no vocabulary."""
    document = Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF")
    wrong: Any = "red"
    for value in (document, b"a", 1.0, object(), Leaf(colour=wrong)):
        with pytest.raises(MalformedError):
            unstructure(value)


@pytest.mark.parametrize(
    ("form", "kind", "message"),
    [
        ({"occupation": "43", "region": "de", "languages": [{"language": "de"}]}, Profile,
         "languages[0].level: missing"),
        ({"id": "a", "name": "b", "roles": ["king"], "keys": []}, Organisation,
         "roles[0]: not a Role"),
        ({"id": "a", "name": "b", "roles": [], "keys": [{"kid": "a", "x": "b", "use": "none"}]},
         Organisation, "keys[0].use: not a KeyUse"),
    ],
)  # fmt: skip
def test_the_message_names_the_path_through_the_model(
    form: Any, kind: type[Any], message: str
) -> None:
    """As far down as the fault lies."""
    with pytest.raises(MalformedError) as caught:
        structure(form, kind)
    assert str(caught.value) == message
    assert caught.value.__cause__ is None


def test_the_model_of_a_consent_crosses_the_wire() -> None:
    """The largest value people sign."""
    form = {
        "referral": "r", "origin": "o", "node": "n", "key": "k", "nonce": "n", "manage": "m",
        "draft": "d", "audience": {"list": {"number": 1, "sha256": "s"}, "members": []},
        "purposes": ["referral"], "categories": ["occupation", "region"], "iat": 1, "exp": 2,
        "notice": "n", "language": "de", "assurance": "confirmed", "record_id": "i",
    }  # fmt: skip
    consent = structure(strict.read(strict.write(form)), Consent)  # type: ignore[arg-type]
    assert consent.categories == (Category.OCCUPATION, Category.REGION)
    assert consent.audience.list is not None
    assert consent.renews is None
    assert structure(unstructure(consent), Consent) == consent
    assert unstructure(Audience()) == {"members": [], "partners": []}


def test_later_fields_of_the_model_are_wire_types() -> None:
    """Every class a peer sends can be built; a wrong field type would show here."""
    for kind in (Profile, Organisation, PublicKey, Consent):
        with pytest.raises(MalformedError, match=r"missing|not an object"):
            structure({}, kind)
    assert structure("hybrid", WorkModel) is WorkModel.HYBRID
