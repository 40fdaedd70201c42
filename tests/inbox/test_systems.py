"""What connected systems bring to the pages: proposals, websites; and a node that is away."""

import re
from typing import Any
from urllib.parse import urlencode

import attrs

from fachkraft_share import limits
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem, local
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite

from .conftest import AYLIN


def connected(town: Any) -> MemorySystem:
    """Connect muster's system, which knows a runner-up."""
    system = MemorySystem()
    system.applications["a1"] = {
        "stage": "s-second",
        "person": attrs.evolve(AYLIN, documents=()),
        "changed": local(town.alliance.world.clock.now() - limits.HOUR),
    }
    town.muster.engine.adapters = {"memory": MemoryAdapter(system)}
    return system


def test_a_system_proposes_and_a_person_decides(town: Any) -> None:
    """One click reads it, one opens the preview, one recommends."""
    connected(town)
    tab = town.tab(town.muster)
    assert "Zurzeit ist niemand vorgeschlagen." in tab.text("/recommend")
    pulled = tab.post("/recommend/pull", "system=memory")
    assert pulled.headers["Location"] == "/recommend?said=pulled"
    page = tab.text("/recommend")
    assert "Aylin" in page
    where = re.search(r'href="(/recommend/[^"/]+)"', page)
    assert where
    assert "Angaben ändern" not in tab.text(where[1])
    assert tab.get(f"{where[1]}/edit").status == 404
    sent = urlencode({"rank": "second", "way": "letter", "rejected_on": "2026-11-19"})
    assert tab.post(where[1], sent).status == 200
    assert town.muster.proposals() == ()
    assert tab.post("/recommend/pull", "system=memory").headers["Location"].endswith("nothing-new")


def test_a_system_that_is_not_there_says_so(town: Any) -> None:
    """With what helps."""
    tab = town.tab(town.muster)
    assert tab.post("/recommend/pull", "system=other").status == 409


def test_an_announcement_goes_to_the_websites_and_is_taken_back(town: Any) -> None:
    """The page says what stands where."""
    site = MemorySite()
    town.muster.engine.sites = {"memory-cms": MemoryCmsAdapter(site)}
    tab = town.tab(town.muster, role="administrator")
    sent = {"headline": "Tag der offenen Tür", "body": "Kommen Sie vorbei.", "kind": "invitation"}
    assert tab.post("/websites", urlencode(sent)).status == 422
    assert tab.post("/websites", urlencode({**sent, "until": "2026-12-24"})).status == 303
    town.alliance.settle()
    page = tab.text("/websites")
    assert "Tag der offenen Tür" in page
    assert "1 Eintrag" in page
    key = re.search(r'name="take_back" value="([^"]+)"', page)
    assert key
    assert tab.post("/websites", urlencode({"take_back": key[1]})).status == 303
    town.alliance.settle()
    assert "Zurzeit nichts." in tab.text("/websites")


def test_a_request_waits_while_the_node_is_away(town: Any) -> None:
    """Its state says so, with the next try, and it leaves by itself."""
    referral, _ = town.shown()
    world, tab = town.alliance.world, town.tab(town.beispiel)
    node = world.reachable.pop(world.place.node)
    assert tab.post(f"/profiles/{referral}", "job=Entwicklerin").status == 303
    page = tab.text("/waiting")
    assert "Wartet hier auf den Versand." in page
    assert "nächster Versuch" in page
    assert tab.post("/sync").headers["Location"] == "/?trouble=node-away"
    assert "antwortet gerade nicht" in tab.text("/?trouble=node-away")
    world.reachable[world.place.node] = node
    world.clock.pass_time(limits.HOUR)
    town.alliance.settle()
    assert "Zugestellt." in tab.text("/waiting")


def test_a_request_that_ended_says_so(town: Any) -> None:
    """The data are gone, the line stays."""
    _, person = town.disclosed()
    person.withdraw()
    town.alliance.settle()
    tab = town.tab(town.beispiel)
    assert "Beendet." in tab.text("/waiting")
    assert "Aylin" not in tab.text("/received")
    assert "Empfehlung" in town.tab(town.muster).text("/recommended")
