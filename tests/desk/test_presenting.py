"""Whoever presented themselves never applied: the desk speaks of no rejection to them."""

from typing import Any

import pytest

FALSE = {
    "de": ("Bewerbung bei", "Ihre Bewerbung", "Ihrer Bewerbung", "Stelle nicht geben", "AGG"),
    "en": ("your application", "Your application", "give you the job", "AGG"),
    "de_simple": ("Ihre Bewerbung", "Ihrer Bewerbung", "Stelle nicht geben", "AGG"),
}


@pytest.mark.parametrize("language", list(FALSE))
def test_nobody_who_presented_themselves_is_told_of_a_rejection(
    world: Any, browser: Any, language: str
) -> None:
    """Neither when asked, nor later, nor in the notice that the consent names."""
    world.presenting().invited(language)
    said = [browser.get(f"/d/{world.secret}{path}").text for path in ("", "/choose", "/complain")]
    secret = world.desk.grant(world.secret, world.choice())
    after = ("", "/holders", "/papers", "/withdraw", "/complain", "/renew")
    said += [browser.get(f"/d/{secret}{path}?lang={language}").text for path in after]
    assert [one for one in FALSE[language] for page in said if one in page] == []


def test_a_runner_up_of_a_school_is_told_of_the_application(world: Any) -> None:
    """Whoever has a place in its final choice applied for a job there."""
    profile = world.story.profile
    world.presenting().story.profile = profile
    view = world.invited().desk.open(world.secret)
    assert not view.presented
    assert "Ihre Bewerbung" in view.notice.plain
