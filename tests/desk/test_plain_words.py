"""Words of everyday life: for an occupation and its level, and for what is downloaded."""

from typing import Any

import attrs
import pytest

from fachkraft_share.rules.places import WHOLE


def test_the_first_question_names_no_code(world: Any, browser: Any) -> None:
    """Whoever reads more closely finds it, and so does whoever asks for everything."""
    world.invited()
    asked = browser.get(f"/d/{world.secret}/choose").text
    assert "KldB" not in asked
    assert "Spezialist" in asked
    assert "Berufsgruppe 434 der KldB 2010" in browser.get(f"/d/{world.secret}").text
    about = world.desk.about(world.secret)
    assert "Berufsgruppe 434 der KldB 2010" in about["profile"]["occupation"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Deutschland; eine nähere Gegend wird nicht genannt"),
        ("en", "Germany; no closer region is named"),
        ("de_simple", "Deutschland. Genauer steht es hier nicht"),
    ],
)
def test_a_region_that_says_nothing_is_no_mistake(
    world: Any, browser: Any, language: str, words: str
) -> None:
    """The page says that no closer one is shown."""
    world.story.profile = attrs.evolve(world.story.profile, region=WHOLE)
    world.invited()
    assert words in browser.get(f"/d/{world.secret}/choose?lang={language}").text


def test_leichte_sprache_has_easy_words_for_levels_and_strengths(world: Any, browser: Any) -> None:
    """German says them as the vocabulary does, and so does the profile for other programs."""
    world.invited()
    german, simple = (
        browser.get(f"/d/{world.secret}/choose?lang={one}").text for one in ("de", "de_simple")
    )
    for hard, easy in (
        ("B2 (gut)", "gut, Stufe B2"),
        ("arbeitet sorgfältig", "arbeitet genau"),
        ("Spezialist", "Fach-Kraft mit viel Wissen"),
    ):
        assert hard in german
        assert hard not in simple
        assert easy in simple


@pytest.mark.parametrize(
    ("language", "receipt", "about"),
    [
        ("de", "Einwilligungsbeleg.json", "Meine-Daten.json"),
        ("en", "consent-receipt.json", "about-me.json"),
    ],
)
def test_a_file_is_called_as_its_page_speaks(
    world: Any, browser: Any, language: str, receipt: str, about: str
) -> None:
    """It is found again among the downloads of a telephone."""
    secret = world.granted()
    for path, name in (("receipt.json", receipt), ("about.json", about)):
        answer = browser.get(f"/d/{secret}/{path}?lang={language}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
