"""Every page of the inbox stands behind its gate; what is not possible says what helps."""

from typing import Any

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
