"""Words of everyday life: for an occupation and its level, and for what is downloaded."""

from typing import Any

import pytest


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
