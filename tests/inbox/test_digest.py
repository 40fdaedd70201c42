"""The digest: figures without names, once a period, only when something is new."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.member.digest import period_of
from fachkraft_share.member.settings import read_settings, write_settings
from fachkraft_share.plugins import News, Occasion
from fachkraft_share.testing.plugged import plugged

LINK = "https://hr.example/fachkraft-share/"


def listening(member: Any, **settings: str) -> list[News]:
    """Let a plugin take what a member tells; return where it puts it."""
    told: list[News] = []

    def take(news: News) -> bool:
        told.append(news)
        return True

    member.engine.plugins = plugged(mail={"notify": take})
    given = {"digest": "daily", "pages": LINK, "contact": "hr@beispiel.example", **settings}
    member.engine.settings = attrs.evolve(member.engine.settings, **given)
    return told


def test_figures_are_told_and_no_name(town: Any) -> None:
    """With the way to the inbox, instead of each match by itself."""
    told = listening(town.beispiel)
    town.beispiel.add_search(occupation="43")
    town.shown()
    [news] = told
    assert (news.occasion, news.to, news.referral) == (
        Occasion.DIGEST,
        "hr@beispiel.example",
        "",
    )
    assert "Neue Profile: 1" in news.text
    assert LINK in news.text
    assert "Aylin" not in news.text


def test_it_is_told_once_a_period_and_only_when_something_is_new(town: Any) -> None:
    """However often it is synchronised."""
    told = listening(town.beispiel)
    town.beispiel.add_search(occupation="43")
    town.shown()
    town.alliance.settle()
    town.alliance.pass_days(2)
    assert len(told) == 1
    town.alliance.world.clock.pass_time(limits.HOUR)
    town.beispiel.add_search(occupation="43", near="38640", within_km=50)
    town.alliance.settle()
    assert len(told) == 2


@pytest.mark.parametrize("settings", [{"digest": ""}, {"digest": "weekly"}])
def test_nothing_new_is_no_news(town: Any, settings: dict[str, str]) -> None:
    """And without the setting nobody is told figures."""
    told = listening(town.beispiel, **settings)
    town.alliance.pass_days(8)
    assert told == []


@pytest.mark.parametrize(
    ("every", "at", "said"),
    [
        ("daily", 1_795_305_600, "2026-11-22"),
        ("weekly", 1_795_305_600, "2026-W47"),
        ("weekly", 1_795_305_600 + limits.DAY, "2026-W48"),
    ],
)
def test_a_period_is_a_day_or_a_week(every: str, at: int, said: str) -> None:
    """Weeks begin on Monday."""
    assert period_of(every, at=at) == said


def test_the_setting_is_one_of_three(town: Any) -> None:
    """A slip is said when the folder is opened."""
    text = write_settings(attrs.evolve(town.beispiel.engine.settings, digest="weekly"))
    assert read_settings(text).digest == "weekly"
    with pytest.raises(SetupError, match="daily, weekly"):
        read_settings(text.replace("weekly", "hourly"))


def test_a_digest_that_could_not_be_told_is_told_later_and_once(town: Any) -> None:
    """A mailer that is away loses nothing, and nothing else waits for it."""
    told = listening(town.beispiel)
    away = [True]

    def take(news: News) -> bool:
        if away[0]:
            raise ConnectionError("away")
        told.append(news)
        return True

    town.beispiel.engine.plugins = plugged(mail={"notify": take})
    town.beispiel.add_search(occupation="43")
    town.shown()
    assert told == []
    assert len(town.beispiel.inbox()) == 1
    away[0] = False
    town.alliance.pass_days(2)
    assert [one.occasion for one in told] == [Occasion.DIGEST]
