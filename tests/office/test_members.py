"""Members: who they are, how each stands, and what a coordinator changes."""

import re
from html import unescape
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.member.joining import read_code
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.office.acts import newest_acts
from fachkraft_share.testing.small_alliance import Alliance

MUSTER = "https://muster.example"


def status(town: Alliance) -> Status | None:
    """Return how Muster stands, None if it is on the list no more."""
    newest = town.world.node.service.exchange.directory().newest
    found = newest.member(MUSTER) if newest else None
    return found.status if found else None


def acts(town: Alliance) -> list[tuple[str, str, str, str]]:
    """Return what the office's record says, the oldest first."""
    found = newest_acts(town.world.node.service.exchange)
    return [(one.account, one.action, one.about, one.outcome) for one in reversed(found)]


def test_every_member_is_listed_with_how_it_stands(visitor: Any) -> None:
    """The node itself is none."""
    said = visitor("reader").said("/members")
    assert "Muster GmbH" in said
    assert "Beispiel GmbH" in said
    assert "nimmt teil" in said
    assert "node.harz" not in said


def test_a_reader_sees_no_way_to_change_anything(visitor: Any) -> None:
    """And is refused the form."""
    reader = visitor("reader")
    assert b"/members/change" not in reader.get("/members/one", id=MUSTER).body
    assert b"<form" not in reader.get("/members").body.partition(b"<main")[2]
    assert reader.post("/members/change/suspend", id=MUSTER).status == 403
    assert reader.get("/members/invite").status == 403


def test_a_member_is_suspended_and_takes_part_again(town: Alliance, visitor: Any) -> None:
    """The page says first what it causes; a GET changes nothing; each act is written down."""
    clerk = visitor()
    assert "keine neuen Empfehlungen" in clerk.said("/members/change/suspend", id=MUSTER)
    assert status(town) is Status.ACTIVE
    answer = clerk.post("/members/change/suspend", id=MUSTER)
    assert answer.status == 303
    assert status(town) is Status.SUSPENDED
    assert "ausgesetzt" in clerk.said("/members/one", id=MUSTER, done="suspend")
    clerk.post("/members/change/resume", id=MUSTER)
    assert status(town) is Status.ACTIVE
    assert acts(town) == [
        ("account-coordinator", "member.suspend", MUSTER, "begun"),
        ("account-coordinator", "member.resume", MUSTER, "begun"),
    ]


@pytest.mark.parametrize("change", ["leave", "compromised"])
def test_what_cannot_be_undone_is_asked_for_twice(
    town: Alliance, visitor: Any, change: str
) -> None:
    """Without the tick nothing happens."""
    clerk = visitor()
    assert "nicht rückgängig" in clerk.said(f"/members/change/{change}", id=MUSTER)
    answer = clerk.post(f"/members/change/{change}", id=MUSTER)
    assert answer.status == 400
    assert status(town) is Status.ACTIVE
    assert clerk.post(f"/members/change/{change}", id=MUSTER, sure="yes").status == 303
    assert status(town) is None
    assert clerk.get("/members/one", id=MUSTER).status == 404


def test_a_change_that_no_longer_fits_is_refused_and_written_down(
    town: Alliance, visitor: Any
) -> None:
    """Somebody else was faster."""
    answer = visitor().post("/members/change/resume", id=MUSTER)
    assert answer.status == 409
    assert [outcome for *_, outcome in acts(town)] == ["begun", "refused"]
    assert "geht gerade nicht" in visitor().said("/members/change/resume", id=MUSTER)


@pytest.mark.parametrize("path", ["/members/change/suspend", "/members/roles", "/members/one"])
@pytest.mark.parametrize("id", ["https://fremd.example", "https://node.harz.example", ""])
def test_who_is_no_member_is_not_found(visitor: Any, path: str, id: str) -> None:
    """Neither strangers nor the node itself."""
    assert visitor().get(path, id=id).status == 404


def test_there_is_no_other_change(visitor: Any) -> None:
    """Whatever is typed into the address."""
    assert visitor().get("/members/change/delete", id=MUSTER).status == 404


def test_roles_are_changed(town: Alliance, visitor: Any) -> None:
    """At least one stays, and only those a member can have."""
    clerk = visitor()
    assert clerk.post("/members/roles", id=MUSTER).status == 400
    assert clerk.post("/members/roles", id=MUSTER, role="node").status == 400
    assert clerk.post("/members/roles", id=MUSTER, role=["education", "advice"]).status == 303
    newest = town.world.node.service.exchange.directory().newest
    assert newest is not None
    member = newest.member(MUSTER)
    assert member is not None
    assert member.roles == ("education", "advice")
    said = clerk.said("/members/one", id=MUSTER, done="roles")
    assert "Bildung, Beratung" in said
    assert acts(town)[-1][1:3] == ("member.roles", MUSTER)


def test_an_invitation_is_a_letter_with_the_exact_command(town: Alliance, visitor: Any) -> None:
    """With the code in it a member joins once; the code itself stands nowhere else."""
    answer = visitor().post(
        "/members/invite", name="Bäcker & Söhne", role="employer", domains="baecker.de"
    )
    assert answer.status == 200
    page = unescape(answer.body.decode())
    [line] = re.findall(r"fachkraft-share join [^<]+", page)
    assert line.endswith("--id https://baecker.de --name 'Bäcker & Söhne' --folder baecker")
    assert read_code(line.split()[2]).u == town.world.place.node
    assert line.split()[2] not in visitor().get("/members").body.decode()
    assert "Bäcker & Söhne, gültig bis" in visitor().said("/members")


def test_a_firm_whose_inbox_the_chamber_runs_gets_a_letter_without_commands(
    town: Alliance, visitor: Any
) -> None:
    """The command is for the chamber's IT; the letter says what this is, and whom to ask."""
    exchange = town.world.node.service.exchange
    desk = attrs.evolve(exchange.settings.desk, phone="05321 000-0", contact="")
    exchange.settings = attrs.evolve(exchange.settings, desk=desk)
    typed = {"name": "Neu GmbH", "role": "employer", "domains": "neu.example"}
    for way, command in (("hosted", "host add-firm"), ("own", "join")):
        answer = visitor().post("/members/invite", way=way, **typed)
        around, letter = unescape(answer.body.decode()).split('<article class="box letter">')
        assert f"fachkraft-share {command} " in (around if way == "hosted" else letter)
        assert ("<code" in letter) is (way == "own")
        assert "Worum es geht" in letter
        assert "05321 000-0" in letter
        assert "IHK Muster" in letter.partition("Mit freundlichen Grüßen")[2]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "den Namen der Organisation"),
        ("name", "x" * (limits.SHORT_TEXT + 1), "den Namen der Organisation"),
        ("role", "authority", "mindestens eine Aufgabe"),
        ("domains", "https://muster.de/", "Domains so an"),
        ("group", "x" * (limits.SHORT_TEXT + 1), "Namen der Gruppe"),
        ("number", "123", "acht Ziffern"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_lost(
    visitor: Any, field: str, value: str, said: str
) -> None:
    """What was typed stands there still."""
    typed = {"name": "Neu GmbH", "role": "employer", "group": "Gruppe Neu"} | {field: value}
    answer = visitor().post("/members/invite", **typed)
    assert answer.status == 400
    page = unescape(answer.body.decode())
    assert said in page
    assert "Gruppe Neu" in page or field == "group"


def test_an_open_invitation_is_taken_back(visitor: Any) -> None:
    """Its code counts no longer; taking it back twice is refused."""
    clerk = visitor()
    clerk.post("/members/invite", name="Neu GmbH", role="employer")
    [code] = re.findall(r'name="code" value="([^"]+)"', clerk.get("/members").body.decode())
    assert clerk.post("/members/revoke", code=code).status == 303
    assert "Neu GmbH" not in clerk.said("/members")
    assert clerk.post("/members/revoke", code=code).status == 409


def test_a_silent_member_is_noticed(town: Alliance, visitor: Any) -> None:
    """Who calls is seen; who does not hears of no withdrawal."""
    assert "Tagen still" not in visitor().said("/members")
    town.world.clock.pass_time(limits.MEMBER_SILENT)
    town.world.node.service.tick()
    town.world.clock.pass_time(limits.DAY)
    assert "Seit 4 Tagen still" in visitor().said("/members")
    town.settle()
    assert "Tagen still" not in visitor().said("/members")
    assert "Bitte rufen" not in visitor().said("/members/one", id=MUSTER)


def test_hostile_names_stay_text(visitor: Any) -> None:
    """In the letter and in the list."""
    name = "<script>alert(1)</script> GmbH"
    answer = visitor().post("/members/invite", name=name, role="employer")
    assert b"<script" not in answer.body
    assert b"<script" not in visitor().get("/members").body
