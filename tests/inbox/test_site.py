"""Every page of the inbox stands behind its gate; what is not possible says what helps."""

from typing import Any

import attrs
import pytest


def test_a_stranger_is_led_to_sign_in(town: Any) -> None:
    """No page without a role."""
    answer = town.tab(town.beispiel, role="").get("/")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize(("language", "said"), [("de", "Überblick"), ("en", "Overview")])
def test_the_start_page_speaks_both_languages(town: Any, language: str, said: str) -> None:
    """As asked for."""
    assert said in town.tab(town.beispiel).text(f"/?lang={language}")


def test_the_pages_the_law_wants_are_filled_from_the_members_settings(town: Any) -> None:
    """Linked on every page; an imprint elsewhere is linked instead, an unknown word is none."""
    engine = town.beispiel.engine
    said = {"address": "Markt 1, 38640 Goslar", "colour": "blue"}
    engine.settings = attrs.evolve(engine.settings, legal=said)
    tab = town.tab(town.beispiel)
    for page in ("impressum", "datenschutz", "barrierefreiheit"):
        assert tab.get(f"/{page}").status == 200
    assert "leichte-sprache" not in tab.text("/")  # its words are for candidates
    assert "/impressum" in tab.text("/")
    assert "38640 Goslar" in tab.text("/impressum")
    own = {"imprint": "https://beispiel.example/impressum"}
    engine.settings = attrs.evolve(engine.settings, legal=own)
    assert own["imprint"] in tab.text("/")
