"""The start page says what needs somebody today."""

from typing import Any

from fachkraft_share import limits
from fachkraft_share.testing.small_alliance import Alliance


def test_nothing_is_to_be_done_when_all_is_well(visitor: Any) -> None:
    """In so many words."""
    assert "Heute ist nichts zu tun" in visitor().said("/")
    assert "Nothing is to be done today" in visitor(language="en").said("/")


def test_how_things_stand_is_told_in_numbers(visitor: Any) -> None:
    """On a calm day as well, each with the page that has the rest."""
    visitor().post("/members/invite", name="Neu GmbH", role="employer")
    said = visitor().said("/")
    assert "So steht es Mitglieder 2" in said
    assert "Offene Einladungen 1" in said


def test_the_first_thing_is_to_invite_somebody(visiting: Any) -> None:
    """In an alliance nobody belongs to yet; once that is done there is nothing to do."""
    clerk = visiting(Alliance().world.node.service)
    assert "Laden Sie das erste Mitglied ein" in clerk.said("/")
    clerk.post("/members/invite", name="Neu GmbH", role="employer")
    assert "erste Mitglied" not in clerk.said("/")


def test_keys_that_end_soon_are_told_in_time(town: Alliance, visitor: Any) -> None:
    """Sixty days before, with the way to the members."""
    town.world.clock.pass_time(limits.KEY_DAYS * limits.DAY - limits.ENDS_SOON + 1)
    assert "Bei 2 Mitgliedern laufen die Schlüssel" in visitor().said("/")
    assert b'href="/members"' in visitor().get("/").body


def test_whoever_is_not_signed_in_is_led_to_the_login(visitor: Any) -> None:
    """Whatever page is asked for."""
    for path in ("/", "/members"):
        assert visitor("").get(path).status == 303
