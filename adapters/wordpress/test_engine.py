"""A member's engine and a real WordPress site: shown by `sync`, gone without a trace after it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests

from fachkraft_share import Candidate
from fachkraft_share.ports.publishing import ItemKind, item_key
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.records import Receipt
from fachkraft_share.testing.world import Memory, World

LABEL = "Informatik"  # of the occupation below; no word of the site itself
CANDIDATE = Candidate(
    given="Aylin",
    family="Xylophonia",
    email="aylin@xylophonia.example",
    postcode="38640",
    occupation="43414",
    title="Softwareentwicklerin",
    skills=("Python", "SQL"),
)


class Alliance(World):
    """A node and two members at the site's own time; `beispiel` has the website."""

    def __init__(self, adapter):
        self.adapter = adapter
        super().__init__(begin=int(time.time()))
        for name in ("muster", "beispiel"):
            self.join(name)

    def adapters(self, name):
        return {self.adapter.name: self.adapter} if name == "beispiel" else {}

    def settle(self, rounds=3):
        """Let the news go round; the site's clock goes on, too."""
        for _ in range(rounds):
            self.clock.at = int(time.time())
            reports = [party.member.sync() for party in self.members.values()]
            self.node.service.tick()
        assert not any(one.problems for one in reports)


@pytest.fixture
def alliance(harness):
    """An alliance whose member shows people on this site."""
    return Alliance(harness.fresh())


def grant(alliance):
    """Let somebody be recommended and allow everything; return person and referral."""
    alliance.settle()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    asked = alliance.members["muster"].member.recommend(
        CANDIDATE, application="ATS-1", rejected_on=yesterday
    )
    alliance.settle()
    person = alliance.person(asked.link)
    person.grant()
    alliance.settle()
    return person, asked.referral


def receipt(alliance, referral):
    """Return what the member signed, by category, as the node keeps it."""
    with alliance.node.memory.store.begin(write=False) as transaction:
        found = transaction.get(Receipt, referral, "https://beispiel.example", "all")
    return {one["category"]: one["state"] for one in read_part(found.part)[1]["categories"]}


def page_of(harness, referral):
    """Return what a reader sees under the address of a referral's teaser, None if nothing."""
    slug = "fks-" + item_key(ItemKind.TEASER, referral)
    answer = requests.get(f"{harness.site.url}/allianz/{slug}/", timeout=30)
    return answer.text if answer.ok else None


def test_a_teaser_stands_on_the_site_and_after_the_withdrawal_a_search_finds_nothing(
    harness, alliance
):
    """In the whole database and below `wp-content`; the receipt says that it was erased."""
    person, referral = grant(alliance)
    key = item_key(ItemKind.TEASER, referral).encode()
    page = page_of(harness, referral)
    assert page is not None
    assert LABEL in page
    assert "Python" in page
    assert harness.places_holding(key)
    assert harness.places_holding(LABEL.encode())
    for secret in (b"Xylophonia", b"Aylin", referral.encode()):
        assert harness.places_holding(secret) == ()
    person.withdraw()
    alliance.settle()
    assert page_of(harness, referral) is None
    for trace in (key, LABEL.encode()):
        assert harness.places_holding(trace) == ()
    assert harness.stored() == ()
    assert receipt(alliance, referral)["profile"] == "erased"


def test_what_an_engine_of_before_left_there_goes_with_the_first_sync(harness, alliance):
    """Its notes are lost; the site's own list is not."""
    person, referral = grant(alliance)
    assert harness.stored()
    party = alliance.members["beispiel"]
    party.memory = Memory()
    party.adapters = {alliance.adapter.name: harness.fresh()}
    party.open()
    person.withdraw()
    alliance.settle(rounds=1)
    assert page_of(harness, referral) is None
    assert harness.stored() == ()
