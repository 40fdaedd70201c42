"""The demo's people are invented, and can be told apart; tests/browser/test_demo.py plays it."""

import json
import tomllib

from fachkraft_share.cli.demo import law
from fachkraft_share.cli.demo.firms import FIRMS, NEIGHBOURS
from fachkraft_share.cli.demo.people import people
from fachkraft_share.member.inbox.settings_form import legal_of
from fachkraft_share.member.settings import Settings
from fachkraft_share.web.legal import LegalSettings, wanting


def test_the_same_seed_gives_the_same_people() -> None:
    """A story can be told again."""
    assert people(seed=3) == people(seed=3)
    assert people(seed=3) != people(seed=4)


def test_nobody_shares_a_word_that_is_looked_for() -> None:
    """Else the search could not tell whose data were found."""
    found = [
        word for one in people(seed=1) for word in (*one.words, *one.never) if ".docx" not in word
    ]
    assert len(found) == len(set(found))


def test_every_address_is_one_nobody_has() -> None:
    """Invented people have invented addresses: RFC 2606 names only."""
    for one in people(seed=1):
        text = json.dumps(one.profile, ensure_ascii=False)
        assert "@" not in text.replace("@postfach.example", "")
    assert all(firm.domain.endswith(".example") for firm in FIRMS)


def test_nothing_is_missing_on_the_pages_the_law_wants() -> None:
    """Of no company, and not of the chamber as it runs the host and the nodes."""
    for firm in (*FIRMS, *NEIGHBOURS):
        told = Settings(firm.id, firm.name, "", "", "", "", legal=law.of_firm(firm))
        assert wanting(legal_of(told)) == ()
    operator = f"{law.CHAMBER}, {law.STREET}, {law.PLACE}"
    assert wanting(LegalSettings(operator=operator, **law.OF_CHAMBER)) == ()
    told = tomllib.loads(f"[desk]{law.of_node()}")["desk"]
    assert wanting(LegalSettings(operator=law.CHAMBER, **told)) == ()
