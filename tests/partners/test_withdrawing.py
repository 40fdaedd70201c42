"""Withdrawing works at any node: at a partner's desk, and for what a node never saw."""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.model.consent import Withdrawal
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.node.desk.views import Stage, Standing
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.message import sign_document
from fachkraft_share.protocol.records import (
    Due,
    Invitation,
    Receipt,
    Referral,
    Token,
    Tombstone,
)
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.two_alliances import recognise
from fachkraft_share.web.visit import Call
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.ids import referral_id
from fachkraft_share.wire.keys import CONSENT_KEY
from fachkraft_share.wire.suite import Suite


def at(world: Any, person: Person) -> Person:
    """Return the same person, with the same link, at another node's desk."""
    return attrs.evolve(person, desk=lambda: world.node.service.desk)


def code(response: Response) -> str:
    """Return the code of a problem."""
    return str(json.loads(response.body)["type"]).rpartition(":")[2]


def test_the_partners_desk_shows_who_has_the_data_there(crossing: Any) -> None:
    """Readers of that side and its node; the origin and the home node are shown at home."""
    person, referral = crossing.recommend()
    view = at(crossing.goslar, person).look()
    assert view.stage is Stage.FOREIGN
    assert view.referral == referral
    shown = {one.organisation.id for one in view.holders}
    assert shown == {
        "https://beispiel.example",
        "https://dritte.example",
        crossing.goslar.place.node,
    }
    assert view.home == crossing.harz.place.node


def test_a_withdrawal_at_the_partners_desk_ends_it_on_both_sides(crossing: Any, every: Any) -> None:
    """At once there, and passed on to the home node, which tells everybody else."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    there = at(crossing.goslar, person)
    there.withdraw()
    assert not crossing.member("beispiel").received() or every(
        crossing.goslar, Tombstone, referral=referral
    )
    crossing.two.settle()
    closures = {one.closure for world in crossing.two.worlds for one in every(world, Tombstone)}
    assert len(closures) == 1
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    assert not crossing.member("beispiel").received()
    assert not crossing.member("nachbar").inbox()
    standing = {one.organisation.id: one.standing for one in person.look().holders}
    assert {"https://nachbar.example", "https://beispiel.example"} <= standing.keys()
    assert set(standing.values()) <= {Standing.ERASED, Standing.RETAINED}
    there.withdraw()  # again: nothing happens
    assert there.look().ending is not None


def test_after_an_agreements_end_the_partners_desk_still_passes_a_withdrawal_on(
    crossing: Any, every: Any
) -> None:
    """Over there all has ended already; at home it has not, and the person means everything."""
    person, referral = crossing.recommend()
    recognise(crossing.harz, crossing.goslar, gives=False)
    crossing.two.pass_time(limits.HOUR)
    goslar = crossing.goslar.place.node
    assert [one.scope for one in every(crossing.harz, Tombstone, referral=referral)] == [goslar]
    at(crossing.goslar, person).withdraw()
    crossing.two.settle()
    assert every(crossing.harz, Tombstone, referral=referral, scope="all")
    assert not crossing.member("nachbar").inbox()
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    assert person.bundle().verify()


def test_the_older_link_only_withdraws_and_shows_no_names(crossing: Any, every: Any) -> None:
    """As at home: whoever read it in a mail learns nothing."""
    asked, referral = crossing.asked()
    first = asked.rpartition("/")[2]
    crossing.grant(asked)
    old = attrs.evolve(crossing.harz.person(asked), secret=first)
    there = at(crossing.goslar, old)
    view = there.look()
    assert (view.stage, view.limited, view.holders) == (Stage.FOREIGN, True, ())
    there.withdraw()
    crossing.two.settle()
    for world in crossing.two.worlds:
        assert [one.scope for one in every(world, Tombstone, referral=referral)] == ["all"]


def test_at_the_partners_desk_nothing_else_can_be_done(crossing: Any) -> None:
    """Everything else is at the node that gave the link; what this node knows is told (Art. 15)."""
    person, referral = crossing.recommend()
    there = at(crossing.goslar, person)
    desk = crossing.goslar.node.service.desk
    for refused in (
        lambda: there.exercise("access"),  # type: ignore[arg-type]
        lambda: there.withdraw("https://beispiel.example"),
        lambda: desk.receipt(person.secret),
        lambda: desk.bundle(person.secret),
    ):
        with pytest.raises(RefusedError, match="not-open"):
            refused()
    assert desk.about(person.secret)["referral"]["id"] == referral


def test_a_renewed_consent_keeps_the_link_working_at_the_partner(crossing: Any, every: Any) -> None:
    """The manage key of the newest consent counts."""
    person, referral = crossing.recommend()
    crossing.two.pass_days(1)
    person.renew()
    crossing.two.settle()
    [link] = every(crossing.goslar, Invitation, referral=referral)
    assert link.manage_x == every(crossing.harz, Invitation, referral=referral)[0].manage_x
    at(crossing.goslar, person).withdraw()
    crossing.two.settle()
    assert every(crossing.harz, Tombstone, referral=referral)


@pytest.mark.parametrize(
    ("language", "withdrawn"),
    [("de", "Ihr Widerruf ist eingegangen."), ("en", "Your withdrawal has been received.")],
)
def test_the_page_leads_home_and_lets_withdraw(
    crossing: Any, language: str, withdrawn: str
) -> None:
    """A plain page, without the secret anywhere but in its own links and the one home."""
    person, _ = crossing.recommend()
    site = desk_site(crossing.goslar.node.service.desk)
    visit = Call("GET", f"/d/{person.secret}", query=f"lang={language}")
    page = site.respond(visit)
    assert page.status == 200
    assert f'href="{crossing.harz.place.node}/d/{person.secret}"'.encode() in page.body
    assert b"Beispiel GmbH" in page.body
    asked = attrs.evolve(visit, path=f"{visit.path}/withdraw")
    assert site.respond(asked).status == 200
    assert site.respond(attrs.evolve(asked, method="POST")).status == 303
    after = attrs.evolve(visit, query=f"lang={language}&done=withdrawn")
    assert withdrawn.encode() in site.respond(after).body
    assert site.respond(attrs.evolve(visit, path=f"{visit.path}/rights")).status == 409
    crossing.two.settle()
    assert person.look().ending is not None


def _withdrawal(crossing: Any, *, origin: str, suite: Suite) -> tuple[dict[str, Any], str]:
    """Return a valid withdrawal of a referral that neither node has seen."""
    key = candidate_key(b"s" * limits.SECRET_BYTES, purpose=CONSENT_KEY, suite=suite)
    public, nonce = suite.public(key.seed), b"n" * limits.ID_BYTES
    id, now = referral_id(origin, public, nonce), crossing.two.clock.now()
    said = Withdrawal(
        id, origin, b64(public), b64(nonce), "all", "withdrawn", now + limits.DAY, now, b64(nonce)
    )
    return {"withdrawal": sign_document(said, key=key, suite=suite), "with": []}, id


def _hand_in(world: Any, body: dict[str, Any]) -> Response:
    answer: Response = world.handle(Request("POST /withdrawals", body=json.dumps(body).encode()))
    return answer


def test_what_is_unknown_here_is_passed_to_the_partner_and_not_stored(
    crossing: Any, every: Any
) -> None:
    """The home node makes the tombstone; here nothing is left of it."""
    body, id = _withdrawal(crossing, origin="https://muster.example", suite=crossing.harz.suite)
    answer = _hand_in(crossing.goslar, body)
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "accepted"})
    assert [one.scope for one in every(crossing.harz, Tombstone, referral=id)] == ["all"]
    assert every(crossing.goslar, Tombstone) == every(crossing.goslar, Token, referral=id) == ()
    assert json.loads(_hand_in(crossing.goslar, body).body) == {"status": "known"}


def test_a_partner_that_cannot_be_reached_is_told_as_such(crossing: Any, every: Any) -> None:
    """The person tries again; nothing pretends to have happened."""
    body, id = _withdrawal(crossing, origin="https://muster.example", suite=crossing.harz.suite)
    crossing.two.cut(crossing.harz)
    answer = _hand_in(crossing.goslar, body)
    assert (answer.status, code(answer)) == (503, "busy")
    assert every(crossing.goslar, Tombstone, referral=id) == ()


def test_an_origin_nobody_knows_is_foreign(crossing: Any) -> None:
    """Neither ours nor a partner's."""
    body, _ = _withdrawal(crossing, origin="https://nobody.example", suite=crossing.harz.suite)
    answer = _hand_in(crossing.goslar, body)
    assert code(answer) == "foreign"


def test_strange_withdrawals_are_passed_on_in_numbers_only(
    crossing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can make them; no node is made to flood another."""
    monkeypatch.setattr(limits, "STRANGE_CLOSURES", 1)
    body, _ = _withdrawal(crossing, origin="https://muster.example", suite=crossing.harz.suite)
    line = crossing.line(crossing.goslar, crossing.harz)
    _hand_in(crossing.goslar, body)
    assert line.calls == ["POST /withdrawals"]
    answer = _hand_in(crossing.goslar, body)
    assert code(answer) == "not-now"
    assert line.calls == ["POST /withdrawals"]


def test_a_posted_end_of_what_is_unknown_here_is_refused(crossing: Any, every: Any) -> None:
    """Only withdrawals are passed on; members speak to their own node."""
    body, id = _withdrawal(crossing, origin="https://muster.example", suite=crossing.harz.suite)
    posted = {"events": [{"token": body["withdrawal"]}]}
    answer = crossing.goslar.handle(Request("POST /events", body=json.dumps(posted).encode()))
    [said] = json.loads(answer.body)["answers"]
    assert (said["status"], said["code"]) == ("refused", "foreign")
    assert every(crossing.goslar, Tombstone, referral=id) == ()


def test_a_withdrawal_handed_in_at_the_partner_is_applied_there_at_once(
    crossing: Any, every: Any
) -> None:
    """Even while the home node cannot be reached: the data there go now."""
    asked, referral = crossing.asked()
    crossing.grant(asked)
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    secret = unb64(asked.rpartition("/")[2])
    [known] = every(crossing.goslar, Referral, id=referral)
    key = candidate_key(secret, purpose=CONSENT_KEY, suite=crossing.harz.suite)
    now = crossing.two.clock.now()
    said = Withdrawal(
        referral,
        known.origin,
        known.key_x,
        known.nonce,
        "all",
        "withdrawn",
        known.not_after,
        now,
        b64(b"j" * 16),
    )
    token = sign_document(said, key=key, suite=crossing.harz.suite)
    assert _hand_in(crossing.goslar, {"withdrawal": token, "with": []}).status == 200
    crossing.two.settle()
    assert not crossing.member("beispiel").inbox()
    assert every(crossing.harz, Tombstone, referral=referral) == ()
    crossing.two.mend()
    crossing.two.pass_time(limits.RETRY_LAST)
    assert every(crossing.harz, Tombstone, referral=referral)
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert {"https://beispiel.example", "https://nachbar.example"} <= signed
