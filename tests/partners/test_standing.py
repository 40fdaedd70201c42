"""What operators and persons see of a partner: whether it answers, and who there has the data."""

from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.node.desk.views import Standing
from fachkraft_share.node.partners.health import partner_states
from fachkraft_share.ports.health import Health, Level
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.web.visit import Call


def check(world: Any, id: str) -> Health:
    """Return how a check of the node ended."""
    [found] = [one for one in world.node.service.health.checks() if one.id == id]
    health: Health = found.run()
    return health


def test_a_partner_that_does_not_answer_is_named_after_an_hour(crossing: Any) -> None:
    """With since when and why; a short break is nobody's trouble."""
    crossing.two.cut(crossing.goslar)
    begun = crossing.two.clock.now()
    crossing.harz.node.service.tick()
    assert check(crossing.harz, "FKS-109").level is Level.OK
    crossing.two.clock.pass_time(limits.PARTNER_LATE)
    crossing.harz.node.service.tick()
    health = check(crossing.harz, "FKS-109")
    assert health.level is Level.WARN
    assert crossing.goslar.place.node in health.cause
    [state] = partner_states(crossing.harz.node.service.exchange)
    assert (state.failing_since, state.code) == (begun, "busy")
    assert state.answered_at <= begun
    crossing.two.mend()
    crossing.two.pass_time(limits.RETRY_LAST)
    assert check(crossing.harz, "FKS-109").level is Level.OK


def test_a_node_without_partners_has_nothing_to_say_of_them(two: TwoAlliances) -> None:
    """Both checks are well."""
    assert partner_states(two.harz.node.service.exchange) == ()
    for id in ("FKS-109", "FKS-110"):
        assert check(two.harz, id).level is Level.OK


def test_the_state_of_a_partner_tells_how_far_its_feed_was_read(crossing: Any) -> None:
    """Counts and dates, nothing about persons."""
    crossing.recommend()
    crossing.two.pass_time(limits.HEADS_COMPARED)
    [state] = partner_states(crossing.goslar.node.service.exchange)
    now = crossing.two.clock.now()
    expected = (crossing.harz.place.node, "Fachkräfteallianz Harz", now, None, "", True, 0)
    assert attrs.astuple(state)[:7] == expected
    assert state.head > 0
    assert state.dispute == ""


def test_the_person_sees_the_partner_and_whoever_has_the_data_there(crossing: Any) -> None:
    """The partner alliance by its name, its members behind it, each with its own standing."""
    person, _ = crossing.recommend()
    crossing.disclose(person)
    view = person.look()
    shown = [(one.organisation.name, one.role, one.alliance) for one in view.holders]
    goslar = crossing.goslar.place.name
    assert shown == [
        ("Muster GmbH", "origin", ""),
        ("Nachbar GmbH", "reader", ""),
        (goslar, "partner", goslar),
        ("Beispiel GmbH", "reader", goslar),
        ("Dritte GmbH", "reader", goslar),
        (view.holders[-1].organisation.name, "node", ""),
    ]
    what = {one.organisation.name: one.what for one in view.holders}
    assert "dossier" in what["Beispiel GmbH"]
    assert "dossier" not in what["Dritte GmbH"]
    page = _page(crossing.harz, person.secret)
    assert goslar.encode() in page
    assert b"Mitglied des Partnerverbunds" in page


def test_withdrawing_from_a_partner_ends_it_there_alone(crossing: Any) -> None:
    """Everybody behind it erases and signs; at home the consent goes on."""
    person, _ = crossing.recommend()
    goslar = crossing.goslar.place.node
    person.withdraw(goslar)
    crossing.two.settle()
    standing = {one.organisation.id: one.standing for one in person.look().holders}
    there = {goslar, "https://beispiel.example", "https://dritte.example"}
    assert {standing[one] for one in there} <= {Standing.ERASED, Standing.RETAINED}
    assert standing["https://nachbar.example"] is Standing.HOLDS
    assert not crossing.member("beispiel").inbox()


def test_withdrawing_from_one_member_of_a_partner_leaves_the_others(crossing: Any) -> None:
    """Through its own node, which passes the same words on."""
    person, _ = crossing.recommend()
    person.withdraw("https://beispiel.example")
    crossing.two.settle()
    standing = {one.organisation.id: one.standing for one in person.look().holders}
    assert standing["https://beispiel.example"] in (Standing.ERASED, Standing.RETAINED)
    assert standing["https://dritte.example"] is Standing.HOLDS
    assert standing[crossing.goslar.place.node] is Standing.HOLDS
    assert not crossing.member("beispiel").inbox()
    assert crossing.member("dritte").inbox()


def _page(world: Any, secret: str) -> bytes:
    call = Call("GET", f"/d/{secret}", query="lang=de")
    return desk_site(world.node.service.desk).respond(call).body
