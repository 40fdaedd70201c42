"""Further words stand beside what is shipped and change nothing of it."""

import pytest

from fachkraft_share.rules.coding import settle, suggest
from fachkraft_share.rules.terms import Term, extended
from fachkraft_share.rules.titles import index_titles
from fachkraft_share.rules.vocabulary import Kind, Label, shipped, vocabulary


def coded(title, *terms, known=None):
    """Return the code on which one would go for a title."""
    found, unfit = extended(known or shipped(), terms)
    assert not unfit
    return settle(suggest(title, vocabulary=found))


def test_a_firms_own_title_is_coded_in_full():
    """Whoever names it with another ending or a rank means the same occupation."""
    own = Term(Kind.OCCUPATION, "43414", ("Prozessdigitalisierer/in",))
    assert coded("Prozessdigitalisierer") is None
    assert coded("Senior Prozessdigitalisiererin", own) == "43414"


def test_the_official_list_comes_first():
    """A plugin cannot code an official title anew, but adds where the list knows nothing."""
    known = vocabulary(titles=index_titles([("Koch/Köchin", "29302")]))
    own = Term("occupation", "43414", ("Koch", "Prozessdigitalisierer"))
    assert coded("Köchin", own, known=known) == "29302"
    assert coded("Prozessdigitalisierer", own, known=known) == "43414"


def test_a_title_with_two_codes_is_uncertain():
    """Then at most the main group they share is taken."""
    own = [Term(Kind.OCCUPATION, code, ("Xylograf",)) for code in ("43414", "43104")]
    assert coded("Xylograf", *own) == "43"


def test_a_skill_gets_more_names_but_keeps_its_own():
    """A name that means something already goes on meaning it."""
    found, unfit = extended(shipped(), [Term(Kind.SKILL, "java", ("Hausprache", "Python"))])
    assert not unfit
    assert found.skill_codes("Hausprache") == ("java",)
    assert found.skill_codes("Python") == ("python",)


def test_an_occupation_without_a_title_gets_one():
    """One that has a title keeps it."""
    labels = [
        Term(Kind.OCCUPATION, "43414", label=Label("Entwicklung", "Development")),
        Term(Kind.OCCUPATION, "43", label=Label("Anderes", "Other")),
    ]
    found, unfit = extended(shipped(), labels)
    assert not unfit
    assert found.label(Kind.OCCUPATION, "43414", language="en") == "Development"
    assert found.label(Kind.OCCUPATION, "43") == shipped().label(Kind.OCCUPATION, "43")


@pytest.mark.parametrize(
    "term",
    [
        Term(Kind.SKILL, "no-such-skill", ("Zaubern",)),
        Term(Kind.SKILL, "java", label=Label("Java", "Java")),
        Term(Kind.REGION, "plz:38", ("Harz",)),
        Term(Kind.OCCUPATION, "4x"),
        Term(Kind.OCCUPATION, "00123"),
    ],
    ids=["new skill", "other label", "other kind", "no code", "no group"],
)
def test_what_nobody_else_would_understand_is_left_out(term):
    """The vocabularies are closed: a profile must mean the same everywhere."""
    found, unfit = extended(shipped(), [term])
    assert unfit == (term,)
    assert found.labels == shipped().labels
    assert found.skill_names == shipped().skill_names


def test_a_title_of_ranks_alone_means_nothing():
    """It would code everybody who writes nothing but a rank."""
    found, _ = extended(shipped(), [Term(Kind.OCCUPATION, "43414", ("Senior",))])
    assert not found.own_titles


def test_a_term_of_the_wrong_shape_cannot_be_made():
    """The plugin that tries fails by itself."""
    for wrong in ({"names": "Koch"}, {"names": (1,)}, {"label": "Koch"}, {"code": 43}):
        with pytest.raises(TypeError):
            Term(**{"kind": Kind.OCCUPATION, "code": "43", **wrong})
    with pytest.raises(ValueError, match="planet"):
        Term("planet", "43")
