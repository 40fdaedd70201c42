"""The letter that asks a runner-up, on a page and on paper."""

import re

import pytest

from fachkraft_share.web.legal import LegalSettings
from fachkraft_share.web.letters import Letter, letter_page, letter_pdf
from fachkraft_share.web.look import Look
from fachkraft_share.web.visit import Call, Visit

LINK = "https://node.harz.example/d/AAAAAAAAAAAAAAAAAAAAAA"
EVIL = "<script>alert(1)</script> & Söhne"


def letter(language: str) -> Letter:
    """Return a letter of somebody with a hostile name."""
    return Letter(EVIL, LINK, "Fachkräfteallianz Harz", language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_letter_to_print_says_link_and_code(language: str) -> None:
    """In the person's language whatever the page's is; names are text; no style, no script."""
    look = Look("fachkraft_share.web", LegalSettings)
    visit = Visit(Call("GET", "/letter"), query={"lang": "en" if language == "de" else "de"})
    made = letter_page(letter(language), look=look, visit=visit).body.decode()
    assert f'<article lang="{language}">' in made
    assert made.count(LINK) == 1
    assert "<script" not in made
    assert not re.search(r"<[^>]* style=", made)
    assert 'role="img"' in made


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_letter_on_paper_is_a_pdf(language: str) -> None:
    """Tagged, with its language and its subject as title."""
    pytest.importorskip("typst")
    pikepdf = pytest.importorskip("pikepdf")
    from io import BytesIO

    with pikepdf.open(BytesIO(letter_pdf(letter(language)))) as made:
        assert str(made.Root.Lang) == language
        assert made.Root.MarkInfo.Marked
        assert letter(language).subject in str(made.docinfo.get("/Title", "")) or (
            letter(language).subject in made.open_metadata()["dc:title"]
        )


def test_the_link_stands_between_the_paragraphs() -> None:
    """Nothing of the text is lost."""
    before, after = letter("de").paragraphs
    assert EVIL in before[1]
    assert "30 Tagen" in after[0]
    assert LINK not in "".join((*before, *after))
