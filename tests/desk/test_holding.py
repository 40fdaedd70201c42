"""What the person's page and receipt say of holders: called back, by which name, with what."""

import re
from typing import Any

from fachkraft_share.protocol.records import Tombstone
from fachkraft_share.testing.scene import NOW, READER


def test_a_recall_by_the_alliance_is_told(world: Any, browser: Any) -> None:
    """Where, on which day, and nowhere else; the reference for the office stands below."""
    secret = world.granted()
    world.served()
    ended = Tombstone(world.story.referral, READER, "recalled", "", "", NOW, NOW + 1)
    world.side.put(ended)
    for path in ("", "/holders"):
        said = browser.get(f"/d/{secret}{path}").text
        assert said.count("zurückgerufen") == 1
    assert world.story.referral in said
    recalled = [one for one in world.desk.open(secret).holders if one.recalled_at]
    assert [one.organisation.id for one in recalled] == [READER]


def test_the_application_itself_has_a_term_of_its_own(world: Any, browser: Any) -> None:
    """At the company that recommends and nowhere else, while the consent holds."""
    secret = world.granted()
    world.served()
    said = browser.get(f"/d/{secret}/holders").text
    assert said.count("bis zu sechs Monate nach der Absage") == 1
    world.desk.withdraw(secret)  # then its own receipt says so
    assert "bis zu sechs Monate" not in browser.get(f"/d/{secret}/holders").text


def test_the_receipt_says_what_was_allowed_in_the_order_of_the_questions(
    world: Any, browser: Any
) -> None:
    """With the values as others see them."""
    secret = world.granted()
    said = re.sub(r"<[^>]+>", " ", browser.get(f"/d/{secret}/receipt").text)
    order = [said.index(one) for one in ("Beruf:", "Berufserfahrung:", "Gegend:", "Kenntnisse:")]
    assert order == sorted(order)
    assert "fünf bis neun Jahre Erfahrung" in said


def test_the_receipt_of_a_withdrawn_consent_has_headings_alone(world: Any, browser: Any) -> None:
    """The profile is erased; what was allowed is still told."""
    secret = world.granted()
    world.desk.withdraw(secret)
    said = browser.get(f"/d/{secret}/receipt").text
    assert "Berufserfahrung" in said
    assert "fünf bis neun Jahre" not in said
