"""Own wording: plain, whole, and never of what a consent or a receipt means."""

import pytest

from fachkraft_share import limits
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.wording import KEPT, reworded

GERMAN = catalogue("de")


def words(own):
    """Return the catalogue with one plugin's wording, and what was refused of it."""
    found = reworded(GERMAN, [("house", own)])
    return found.catalogue, [name for _, name in found.refused]


def test_the_first_that_words_a_text_wins():
    """Everything else stays as shipped."""
    found = reworded(
        GERMAN,
        [
            ("one", {"home.title": "Moin"}),
            ("two", {"home.title": "Servus", "home.how_title": "So"}),
        ],
    )
    assert found.refused == ()
    assert found.catalogue.text("home.title") == "Moin"
    assert found.catalogue.text("home.how_title") == "So"
    assert found.catalogue.text("home.what") == GERMAN.text("home.what")


def test_placeholders_must_all_be_there_and_no_other():
    """A letter without its link would be useless; a stranger would raise or tell too much."""
    for text in ("Ohne Zahl", "{n} von {m}", "{n!r}", "{n:>99999999}", "{n", "{n.__class__}"):
        assert words({"days.one": text})[1] == ["days.one"]
    own, refused = words({"days.one": "Noch genau {n} Tag"})
    assert (own.count("days", 1), refused) == ("Noch genau 1 Tag", [])


@pytest.mark.parametrize(
    "text",
    [
        "<b>Moin</b>",
        "Moin &lt;",
        "Moin\x1b[1m",
        "Moin\u202e",
        "Zwei\nZeilen",
        " ",
        "x" * (limits.OWN_TEXT + 1),
        7,
    ],
)
def test_what_is_not_plain_is_refused(text):
    """Markup, control characters, lines in a title, nothing at all, too much."""
    assert words({"home.title": text})[1] == ["home.title"]


def test_a_letter_may_have_lines():
    """As the original has."""
    own = "Moin,\n\n{origin} empfiehlt Sie gern: {link}\n\n{service}\n"
    assert words({"letter.text": own})[1] == []


@pytest.mark.parametrize("name", [*(f"{one}.title" for one in KEPT), "no.such.text", 7])
def test_what_a_consent_means_is_not_reworded(name):
    """Nor is what we do not have."""
    assert words({name: "Anders"})[1] == [str(name)]


def test_lists_of_paragraphs_are_not_reworded():
    """They are the notice's."""
    assert words({"notice.sections": "Anders"})[1] == ["notice.sections"]
