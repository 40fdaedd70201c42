"""The letter to the person: to print, as PDF/UA, in each language that letters have."""

import re
import sys
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from .conftest import AYLIN
from .test_recommending import draft, form

SUBJECTS = {
    "de": "Dürfen wir Sie weiterempfehlen?",
    "en": "May we recommend you to others?",
    "de_simple": "Dürfen wir Sie weiter-empfehlen?",
}
LINK = "https://node.example/d/AAAAAAAAAAAAAAAAAAAAAA"


def letter(tab: Any, language: str = "de") -> str:
    """Recommend and return the page with the letter."""
    answer = tab.post(draft(tab), form(way="letter", language=language))
    assert answer.status == 200
    return str(answer.body.decode())


def sent(page: str) -> tuple[str, dict[str, str]]:
    """Return where the button for the PDF leads, and what it sends."""
    where = re.search(r'action="([^"]+/letter)"', page)
    assert where
    return where[1], dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


@pytest.mark.parametrize("language", SUBJECTS)
def test_the_letter_is_in_the_language_chosen(town: Any, language: str) -> None:
    """On the page and on paper, with whom it goes to and the day; tagged, for a screen reader."""
    tab = town.tab(town.muster)
    page = letter(tab, language)
    assert f'<article lang="{language.replace("_", "-")}">' in page
    assert SUBJECTS[language] in page
    assert "Aylin Beispiel<br>38640" in page
    assert 'role="img"' in page
    where, fields = sent(page)
    answer = tab.post(where, form(**fields))
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="brief-')
    with pikepdf.open(BytesIO(answer.body)) as made:
        assert made.Root.MarkInfo.Marked
        assert str(made.Root.Lang) == language[:2]
        assert made.open_metadata()["dc:title"] == SUBJECTS[language]


def test_a_letter_in_no_language_we_have_is_german(town: Any) -> None:
    """Whatever the form says."""
    assert '<article lang="de">' in letter(town.tab(town.muster), "xx")


def test_without_the_extra_the_page_says_how_to_get_pdf_files(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And offers no button; whoever sends the form all the same is told."""
    monkeypatch.setitem(sys.modules, "typst", None)  # an import fails, as where it is missing
    tab = town.tab(town.muster)
    page = letter(tab)
    assert "Zusatzpaket „pdf“" in page
    assert '/letter"' not in page
    referral = town.recommended().referral
    answer = tab.post(f"/recommended/{referral}/letter", form(link=LINK))
    assert answer.status == 409
    assert "Zusatzpaket „pdf“" in answer.body.decode()


@pytest.mark.parametrize(
    ("referral", "link"),
    [("AAAAAAAAAAAAAAAAAAAAAA", LINK), ("", "javascript:alert(1)"), ("", "https://a b"), ("", "")],
)
def test_only_a_link_of_an_own_recommendation_is_put_on_paper(
    town: Any, referral: str, link: str
) -> None:
    """Nothing else is found."""
    own = town.recommended(AYLIN).referral
    answer = town.tab(town.muster).post(f"/recommended/{referral or own}/letter", form(link=link))
    assert answer.status == 404


def test_who_only_reads_gets_no_letter(town: Any) -> None:
    """It names a person."""
    own = town.recommended(AYLIN).referral
    answer = town.tab(town.muster, "reader").post(f"/recommended/{own}/letter", form(link=LINK))
    assert answer.status == 403
