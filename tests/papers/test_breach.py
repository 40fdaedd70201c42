"""The drill: something reached a wrong recipient, and what follows until the case is closed."""

import re
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.office.acts import newest_acts
from fachkraft_share.node.papers.breaches import Breaches, Wrong
from fachkraft_share.node.papers.witnesses import scene
from fachkraft_share.node.records import BreachCase, BreachStep
from fachkraft_share.testing.world import address

STEPS = ("high", "authority", "person", "closed")
BEISPIEL, DRITTE = address("beispiel"), address("dritte")


@pytest.fixture
def breaches(town: Any) -> Breaches:
    """The cases of the node."""
    return Breaches(town.node.exchange)


def referral_of(person: Any) -> str:
    return str(person.look().referral)


def standings(town: Any, breaches: Breaches) -> dict[str, str]:
    """Return how every holder of the newest case stands."""
    found = scene(town.node.exchange, breaches.cases()[0])
    return {one.organisation.id: str(one.standing) for one in found.witnesses}


def opened(visitor: Any, **wrong: Any) -> str:
    """Report on the pages, and return the address of the case."""
    answer = visitor.post("/breach/open", **wrong)
    assert answer.status == 303, answer.body
    return str(answer.headers["Location"])


def test_a_wrong_recipient_from_report_to_close(town: Any, visitor: Any) -> None:
    """Recall, every holder erases, the case shows it; both are told; every step is kept."""
    [person] = town.granted()
    town.asked(town.alliance.members[1])
    assert town.alliance.members[1].received()
    who = visitor()
    referral = referral_of(person)
    found = who.post("/breach/find", referral=f" {referral} ").body.decode()
    assert "Beispiel GmbH" in found
    assert "Dritte GmbH" in found
    assert "Empfohlen von Muster GmbH am" in found
    address = f"http://127.0.0.1:8766/received/{referral}?lang=de"
    assert "Dritte GmbH" in who.post("/breach/find", referral=address).body.decode()
    case = opened(who, referral=referral, recipient=BEISPIEL, scope="everybody", hours="9")
    said = who.said(case)
    assert "Noch 63 Stunden" in said
    assert "Beispiel GmbH – falscher Empfänger" in said
    assert "Kontaktdaten und Unterlagen" in said
    assert "hat die Daten" in said

    assert "Das lässt sich nicht rückgängig machen" in who.said(f"{case}/recall")
    assert town.alliance.members[1].received()  # asking recalls nothing
    assert who.post(f"{case}/recall").status == 303
    assert "Zum Löschen aufgefordert: 2. Löschung bestätigt: 0." in who.said(case)
    town.alliance.settle()
    assert not town.alliance.members[1].received()
    assert not town.alliance.members[2].inbox()
    said = who.said(case)
    assert "Löschung bestätigt: 2." in said
    assert "gelöscht bis auf gesetzlich Aufbewahrtes" in said
    assert "Kontaktdaten und Unterlagen: gelöscht" in said

    for what in ("high", "authority", "person"):
        assert who.post(f"{case}/note", what=what).status == 303
    assert who.post(f"{case}/note", what="closed").status == 303
    said = who.said(case)
    assert "Abgeschlossen am" in said
    for did in ("Fall begonnen", "zurückgerufen", "hohes Risiko", "Aufsichtsbehörde informiert"):
        assert did in said
    assert said.count("gelöschter Zugang, account-coordinator") == 6
    assert person.bundle().verify()
    lines = [one.action for one in reversed(newest_acts(town.node.exchange))]
    assert lines == ["breach.open", "breach.recall", *(f"breach.{one}" for one in STEPS)]


def test_only_the_wrong_recipient_is_called_back(town: Any, breaches: Breaches) -> None:
    """Everybody else may keep it, and nobody else hears of it."""
    [person] = town.granted()
    made = breaches.open(Wrong(referral_of(person), BEISPIEL), by="a")
    assert standings(town, breaches) == {BEISPIEL: "holds", DRITTE: "holds"}
    assert breaches.recall(made.id, by="a") == 1
    assert standings(town, breaches) == {BEISPIEL: "asked", DRITTE: "holds"}
    town.alliance.settle()
    assert standings(town, breaches) == {BEISPIEL: "retained", DRITTE: "holds"}
    assert town.alliance.members[2].inbox()
    assert not town.alliance.members[1].inbox()
    assert breaches.recall(made.id, by="a") == 0  # again is harmless


def test_a_member_is_called_back_with_all_it_was_given(town: Any, breaches: Breaches) -> None:
    """What others hold stays, and so does what it is given later."""
    town.granted(3)
    made = breaches.open(Wrong(recipient=BEISPIEL), by="a")
    town.alliance.world.clock.pass_time(10)
    town.granted(1)
    assert breaches.recall(made.id, by="a") == 3
    town.alliance.settle()
    found = scene(town.node.exchange, breaches.cases()[0])
    assert (len(found.witnesses), found.erased) == (3, 3)
    assert len(list(town.alliance.members[1].inbox())) == 1
    assert len(list(town.alliance.members[2].inbox())) == 4


def test_who_does_not_sign_stays_open(town: Any, breaches: Breaches) -> None:
    """Asked first, overdue after the alliance's deadline; the case tells."""
    [person] = town.granted()
    del town.alliance.world.members["beispiel"]
    made = breaches.open(Wrong(referral_of(person), BEISPIEL), by="a")
    breaches.recall(made.id, by="a")
    town.alliance.settle()
    assert standings(town, breaches)[BEISPIEL] == "asked"
    town.alliance.pass_days(limits.ERASURE_DEADLINE // limits.DAY + 1)
    assert standings(town, breaches)[BEISPIEL] == "overdue"


def test_what_left_the_alliance_is_recalled_from_everybody(town: Any, breaches: Breaches) -> None:
    """A stranger cannot be called back, so the referral ends."""
    [person] = town.granted()
    made = breaches.open(Wrong(referral_of(person)), by="a")
    breaches.recall(made.id, by="a")
    town.alliance.settle()
    assert standings(town, breaches) == {BEISPIEL: "retained", DRITTE: "retained"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Wrong("nothing", BEISPIEL), "breach-referral"),
        (Wrong("this", "https://fremd.example"), "breach-recipient"),
        (Wrong(recipient="https://muster.example"), "breach-recipient"),
        (Wrong(), "breach-recipient"),
        (Wrong(recipient=BEISPIEL, everybody=True), "breach-scope"),
        (Wrong("this", BEISPIEL, hours_ago=721), "breach-hours"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    town: Any, breaches: Breaches, wrong: Wrong, code: str
) -> None:
    """Unknown referral, somebody who never had it, no such time."""
    [person] = town.granted()
    if wrong.referral == "this":
        wrong = attrs.evolve(wrong, referral=referral_of(person))
    with pytest.raises(RefusedError) as refused:
        breaches.open(wrong, by="a")
    assert refused.value.code == code
    assert breaches.cases() == ()


def test_a_case_is_closed_when_all_is_done_and_never_again_touched(
    town: Any, breaches: Breaches
) -> None:
    """Without a risk nobody must be told, but it must have been recalled."""
    [person] = town.granted()
    made = breaches.open(Wrong(referral_of(person), BEISPIEL), by="a")
    breaches.note(made.id, "unlikely", by="a")
    with pytest.raises(RefusedError, match="breach-owed"):
        breaches.note(made.id, "closed", by="a")
    breaches.recall(made.id, by="a")
    breaches.note(made.id, "closed", by="a")
    with pytest.raises(RefusedError, match="breach-closed"):
        breaches.note(made.id, "person", by="a")
    with pytest.raises(RefusedError, match="breach-closed"):
        breaches.recall(made.id, by="a")


def test_the_node_keeps_no_personal_data_of_a_case(town: Any, breaches: Breaches) -> None:
    """References, times, an account: no column could hold a name, and closed ones go."""
    [person] = town.granted()
    made = breaches.open(Wrong(referral_of(person), BEISPIEL), by="a")
    breaches.recall(made.id, by="a")
    breaches.note(made.id, "unlikely", by="a")
    breaches.note(made.id, "closed", by="a")
    exchange = town.node.exchange
    with exchange.store.begin(write=False) as transaction:
        kept = (*transaction.every(BreachCase), *transaction.every(BreachStep))
    assert "Aylin" not in str(kept)
    town.alliance.world.clock.pass_time((limits.EVIDENCE_DAYS + 1) * limits.DAY)
    town.node.tick()
    assert breaches.cases() == ()
    with exchange.store.begin(write=False) as transaction:
        assert transaction.every(BreachStep) == ()


def test_the_clock_counts_from_knowing(town: Any, visitor: Any) -> None:
    """And says how late it is."""
    [person] = town.granted()
    case = opened(visitor(), referral=referral_of(person), recipient=BEISPIEL, hours="80")
    assert "seit 8 Stunden überfällig" in visitor().said(case)
    assert "Warum die Meldung später" in visitor().said(f"{case}/authority")


@pytest.mark.parametrize("hours", ["721", "-1", "x", "1.5", "٣"])
def test_hours_that_cannot_be_are_asked_for_again(town: Any, visitor: Any, hours: str) -> None:
    """With what was chosen still chosen."""
    [person] = town.granted()
    fields = {"referral": referral_of(person), "recipient": BEISPIEL, "hours": hours}
    answer = visitor().post("/breach/open", **fields)
    assert answer.status == 422
    assert b"checked" in answer.body
    again = visitor().post("/breach/open", recipient=BEISPIEL, hours=hours)
    assert again.status == 422


@pytest.mark.parametrize(
    "fields",
    [{}, {"referral": "x"}, {"member": "https://muster.example"}, {"referral": "x", "member": "y"}],
)
def test_what_nobody_knows_is_asked_for_again(visitor: Any, fields: dict[str, str]) -> None:
    """Neither, an unknown one, a member that was given nothing, both."""
    answer = visitor().post("/breach/find", **fields)
    assert answer.status == 422
    assert "Bitte prüfen Sie Ihre Angaben" in answer.body.decode()


def test_without_a_recipient_nothing_begins(town: Any, visitor: Any, breaches: Breaches) -> None:
    """The choice is asked for again."""
    [person] = town.granted()
    assert visitor().post("/breach/open", referral=referral_of(person)).status == 422
    assert breaches.cases() == ()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("letter", ["authority", "person"])
def test_a_letter_is_filled_in_as_far_as_anything_is_known(
    town: Any, visitor: Any, letter: str, language: str
) -> None:
    """The facts stand in it, what only people know is a gap; as page, text and PDF."""
    [person] = town.granted()
    town.asked(town.alliance.members[1])
    who = visitor(language=language)
    case = opened(who, referral=referral_of(person), recipient=BEISPIEL, scope="everybody")
    before = who.said(f"{case}/{letter}")
    assert "Beispiel GmbH" in before
    assert ("Bitte ergänzen" if language == "de" else "Please fill in") in before
    assert "{" not in before
    who.post(f"{case}/recall")
    town.alliance.settle()
    done = r"(bestätigt|so far): 2" if letter == "authority" else r"(haben 2 davon|2 of them have)"
    told = who.said(f"{case}/{letter}")
    assert re.search(done, told)
    assert "Dritte GmbH" in told  # who was asked to erase is named, not counted only
    written = who.get(f"{case}/{letter}/text")
    assert written.content_type.startswith("text/markdown")
    assert written.body.decode().startswith("# ")
    assert who.get(f"{case}/{letter}/pdf").body.startswith(b"%PDF")


def test_officials_read_and_change_nothing(town: Any, visitor: Any, breaches: Breaches) -> None:
    """No button is shown to them, and none works."""
    [person] = town.granted()
    case = opened(visitor(), referral=referral_of(person), recipient=BEISPIEL)
    reader = visitor("reader")
    for page in (case, "/breach"):
        assert not re.search('action="[^"]*/breach', reader.get(page).body.decode())
    for path in ("/breach/find", f"{case}/recall"):
        assert reader.get(path).status == 403
    for path in ("/breach/find", "/breach/open", f"{case}/recall", f"{case}/note"):
        assert reader.post(path, what="high").status == 403
    assert breaches.cases()[0].risk is None
    assert visitor("").get(case).status == 303


def test_what_is_not_there_is_not_found(visitor: Any) -> None:
    """Case, letter, step."""
    for path in ("/breach/unknown", "/breach/unknown/authority", "/breach/unknown/else"):
        assert visitor().get(path).status == 404
    assert visitor().post("/breach/unknown/note", what="high").status == 404
    assert visitor().post("/breach/unknown/note", what="else").status == 400
    assert visitor().post("/breach/unknown/recall").status == 404


def test_the_list_tells_what_is_urgent(town: Any, visitor: Any, breaches: Breaches) -> None:
    """Hours left, open, ready to be closed, closed."""
    assert "keine Datenpanne" in visitor().said("/breach")
    [person] = town.granted()
    made = breaches.open(Wrong(referral_of(person), BEISPIEL), by="a")
    assert "Noch 72 Stunden" in visitor().said("/breach")
    assert "Datenpanne ist noch nicht abgeschlossen" in visitor().said("/")
    breaches.note(made.id, "unlikely", by="a")
    assert "Noch etwas zu tun" in visitor().said("/breach")
    breaches.recall(made.id, by="a")
    assert "Alles getan" in visitor().said("/breach")
    breaches.note(made.id, "closed", by="a")
    assert "Abgeschlossen am" in visitor().said("/breach")
    assert "musste die Person es nicht erfahren" in visitor().said(f"/breach/{made.id}")
    assert "Datenpanne ist" not in visitor().said("/")
