"""The demo's people are invented, and can be told apart; tests/browser/test_demo.py plays it."""

import json

from fachkraft_share.cli.demo.firms import FIRMS
from fachkraft_share.cli.demo.people import people


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
