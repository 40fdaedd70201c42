"""Activities and invitations on connected websites: of no person, until their last day."""

import datetime as dt
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, StateError
from fachkraft_share.member.facade import Member
from fachkraft_share.member.records import Announcement, Displayed
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter
from fachkraft_share.testing.scripted_cms import ScriptedSite

LAST_DAY = dt.date(2026, 11, 30)
FAIR: dict[str, Any] = {"title": "Messe", "body": "<p>Am Montag</p>", "until": LAST_DAY}


@pytest.fixture
def site(harz: Any) -> ScriptedSite:
    """The website of `beispiel`."""
    found = ScriptedSite(harz.clock)
    harz.open("beispiel", adapters={"memory-cms": MemoryCmsAdapter(found)})
    return found


@pytest.fixture
def beispiel(harz: Any, site: ScriptedSite) -> Member:
    """The member with the website."""
    member: Member = harz.members["beispiel"]
    return member


def test_an_announcement_stands_there_until_its_last_day(
    harz: Any, beispiel: Member, site: ScriptedSite
) -> None:
    """With the alliance's link below; then it is gone and forgotten."""
    key = beispiel.announce(**FAIR)
    beispiel.sync()
    [page] = site.seen().values()
    assert "Messe" in page
    assert beispiel.engine.settings.url in page
    assert [one.key for one in beispiel.announcements()] == [key]
    end = int(dt.datetime(2026, 12, 1, tzinfo=dt.UTC).timestamp())
    harz.clock.pass_time(end - harz.clock.now() - 1)
    harz.settle(rounds=1)
    assert site.seen()
    harz.clock.pass_time(1)
    assert beispiel.announcements() == ()
    harz.clock.pass_time(limits.DAY)
    harz.settle(rounds=1)
    assert not site.pages
    with beispiel.engine.store.begin(write=False) as transaction:
        assert not transaction.every(Announcement)
        assert not transaction.every(Displayed)


def test_it_stays_while_the_node_is_silent(harz: Any, beispiel: Member, site: ScriptedSite) -> None:
    """It is of no person whose word could have changed."""
    beispiel.announce(**FAIR, kind="invitation")
    beispiel.sync()
    harz.wire.cut = True
    harz.clock.pass_time(limits.DAY)
    beispiel.sync()
    assert len(site.seen()) == 1


def test_it_is_changed_and_taken_back_by_its_key(beispiel: Member, site: ScriptedSite) -> None:
    """One item all the time, then none."""
    key = beispiel.announce(**FAIR)
    beispiel.sync()
    assert beispiel.announce(**{**FAIR, "title": "Ausbildungsmesse"}, key=key) == key
    beispiel.sync()
    [page] = site.seen().values()
    assert "Ausbildungsmesse" in page
    beispiel.take_back(key)
    beispiel.sync()
    assert not site.pages
    for unknown in (lambda: beispiel.take_back(key), lambda: beispiel.announce(**FAIR, key=key)):
        with pytest.raises(StateError, match="no announcement"):
            unknown()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "title"),
        ({"link": "http://plain.example"}, "link"),
        ({"link": "https://node.example/d/secret"}, "link"),
        ({"until": dt.date(2026, 1, 1)}, "valid_until"),
        ({"until": dt.date(2030, 1, 1)}, "valid_until"),
        ({"kind": "teaser"}, "person's word"),
        ({"key": "nonsense"}, "key"),
    ],
)
def test_what_must_not_be_sent_is_refused_at_once(
    changed: dict[str, Any], said: str, beispiel: Member
) -> None:
    """By name; nothing is kept."""
    with pytest.raises(SetupError, match=said):
        beispiel.announce(**{**FAIR, **changed})
    assert beispiel.announcements() == ()


def test_without_a_website_there_is_nowhere_to_announce(harz: Any) -> None:
    """Rather than to keep it for nobody."""
    with pytest.raises(SetupError, match="connect"):
        harz.members["muster"].announce(**FAIR)
