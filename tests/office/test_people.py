"""The record names who acted when its page is made; what is kept holds ids alone."""

from typing import Any

import pytest

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.login import office_login
from fachkraft_share.node.office.acts import newest_acts, write_act
from fachkraft_share.testing.small_alliance import Alliance


@pytest.fixture
def exchange(town: Alliance) -> Exchange:
    """The node of the town."""
    return town.world.node.service.exchange


@pytest.fixture
def account(town: Alliance) -> str:
    """The id of Petra, who coordinates."""
    accounts = office_login(town.world.node.service).accounts
    with accounts.realm.store.begin() as transaction:
        made = accounts.make(
            transaction,
            name="Petra Beispiel",
            mail="petra@kammer.example",
            role="coordinator",
            language="de",
            by="console",
        )
    return made.id


def test_whoever_acted_is_named_with_their_role(
    exchange: Exchange, account: str, visitor: Any
) -> None:
    """What was done to an account as well; the lines themselves hold its id only."""
    write_act(exchange, account, "member.suspend", about="https://muster.example", outcome="begun")
    said = visitor("reader").said("/audit")
    assert "Petra Beispiel Koordination" in said
    assert "Zugang eingerichtet: Petra Beispiel: Koordination" in said
    assert "am Rechner des Knotens" in said
    assert "Mitglied ausgesetzt: Muster GmbH" in said
    assert account not in said
    assert all("Petra" not in repr(one) for one in newest_acts(exchange))


def test_an_account_that_is_gone_has_no_name(
    town: Alliance, exchange: Exchange, account: str, visitor: Any
) -> None:
    """Its id still tells it from others that are gone."""
    write_act(exchange, account, "mail.read", about="", outcome="begun")
    office_login(town.world.node.service).accounts.remove(account, by="console")
    said = visitor().said("/audit")
    assert "Petra" not in said
    assert f"gelöschter Zugang {account}" in said
    assert f"deleted account {account}" in visitor(language="en").said("/audit")


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("provider", "Anmeldedienst"),
        ("proxy:p.beispiel", "angemeldet über proxy p.beispiel"),
        ("", "niemand angemeldet"),
    ],
)
def test_whoever_has_no_account_is_said_as_well(
    exchange: Exchange, visitor: Any, id: str, words: str
) -> None:
    """A sign-in provider, somebody a plugin believed, nobody."""
    write_act(exchange, id, "mail.read", about="", outcome="begun")
    assert words in visitor().said("/audit")


def test_an_erasure_is_said_with_its_holder(exchange: Exchange, visitor: Any) -> None:
    """By name, and by the referral's id, which says nothing about the person."""
    about = "https://beispiel.example MPDpynzKZ9xLtM_74PVviA"
    write_act(exchange, "console", "erasure.remind", about=about, outcome="begun")
    said = visitor().said("/audit")
    assert "An eine Löschung erinnert: Beispiel GmbH MPDpynzKZ9xLtM_74PVviA" in said


@pytest.mark.parametrize(
    ("days", "said"), [(0, "22. November 2026, 01:00 Uhr (MEZ)"), (200, "02:00 Uhr (MESZ)")]
)
def test_times_are_those_of_a_clock_in_germany(
    town: Alliance, exchange: Exchange, visitor: Any, days: int, said: str
) -> None:
    """In winter and in summer, with the zone beside them."""
    town.world.clock.pass_time(days * 86_400)
    write_act(exchange, "console", "mail.read", about="", outcome="begun")
    assert said in visitor().said("/audit")
