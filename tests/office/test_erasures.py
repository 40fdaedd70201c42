"""The deletion board: who owes what, and nothing about whose data they are."""

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, limits
from fachkraft_share.node.desk.holders import receipt_item
from fachkraft_share.node.office.acts import newest_acts
from fachkraft_share.node.office.owed import Board, Standing, board
from fachkraft_share.protocol.erasure import write_receipt
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState
from fachkraft_share.protocol.records import Due, Receipt
from fachkraft_share.testing.small_alliance import Alliance

TABLE = Path(__file__).parents[1] / "official" / "employment.csv"
BEISPIEL = "https://beispiel.example"


@pytest.fixture
def withdrawn(town: Alliance) -> str:
    """A referral both members held and the person withdrew while Beispiel was away."""
    muster = town.members[0]
    made = muster.recommend(
        Candidate(given="Quirina", family="Beutel", postcode="38640", occupation="43414"),
        application="ATS-1",
        rejected_on=dt.date(2026, 11, 19),
    )
    town.settle()
    person = town.person(made.link)
    person.grant()
    town.settle()
    town.world.clock.pass_time(limits.MINUTE)
    person.withdraw()
    muster.sync()
    muster.sync()
    town.world.node.service.tick()
    return made.referral


def standing(town: Alliance) -> dict[str, list[str]]:
    """Return the holders by how they stand."""
    found: Board = board(town.world.node.service.exchange)
    return {str(one): [line.holder for line in found.of(one)] for one in Standing if found.of(one)}


def test_an_empty_board_says_so(visitor: Any) -> None:
    """All zeros, and what happens by itself."""
    said = visitor().said("/erasures")
    assert "Nichts ist offen" in said
    assert "Was von selbst geschieht" in said


def test_what_is_owed_runs_by_itself_until_the_deadline(
    town: Alliance, visitor: Any, withdrawn: str
) -> None:
    """Nobody is bothered with it; the board names holder and referral, and no person."""
    lists = town.world.node.service.vocabulary
    lists.add(lists.examine(TABLE.read_bytes(), file=TABLE.name))
    assert standing(town) == {"due": [BEISPIEL]}
    said = visitor("reader").said("/erasures")
    assert withdrawn in said
    assert "noch 14 Tage" in said
    assert "Quirina" not in said
    assert "Heute ist nichts zu tun" in visitor().said("/")


def test_what_is_overdue_is_told_at_the_start(town: Alliance, visitor: Any, withdrawn: str) -> None:
    """First of all, with the text to send and whom to call."""
    town.world.clock.pass_time(limits.ERASURE_DEADLINE + limits.DAY)
    town.world.node.service.tick()
    assert standing(town) == {"overdue": [BEISPIEL]}
    assert "1 Löschung ist überfällig" in visitor().said("/")
    said = visitor().said("/erasures/one", holder=BEISPIEL, referral=withdrawn)
    assert "Die Person hat widerrufen" in said
    assert "fachkraft-share doctor" in said
    assert "1 Löschung überfällig" in visitor().said("/members")
    assert "keine neuen Empfehlungen" in visitor().said("/members/one", id=BEISPIEL)


def test_a_reminder_is_noted(town: Alliance, visitor: Any, withdrawn: str) -> None:
    """It stands in the record and beside the line."""
    form = {"holder": BEISPIEL, "referral": withdrawn}
    assert visitor().post("/erasures/mark/remind", **form).status == 303
    assert "Zuletzt erinnert" in visitor().said("/erasures", done="remind")
    [act] = newest_acts(town.world.node.service.exchange)
    assert (act.action, act.about) == ("erasure.remind", f"{BEISPIEL} {withdrawn}")


def test_a_written_confirmation_ends_the_reminding_and_nothing_else(
    town: Alliance, visitor: Any, withdrawn: str
) -> None:
    """It is asked for twice, and the duty itself stays."""
    form = {"holder": BEISPIEL, "referral": withdrawn}
    town.world.clock.pass_time(limits.ERASURE_DEADLINE + limits.DAY)
    assert visitor().post("/erasures/mark/confirm", **form).status == 400
    assert standing(town) == {"overdue": [BEISPIEL]}
    assert visitor().post("/erasures/mark/confirm", **form, sure="yes").status == 303
    assert standing(town) == {"confirmed": [BEISPIEL]}
    assert "1 Löschung ist überfällig" not in visitor().said("/")
    with town.world.node.service.exchange.store.begin(write=False) as transaction:
        assert len(transaction.every(Due, holder=BEISPIEL)) == 1


def test_a_receipt_settles_the_line(town: Alliance, visitor: Any, withdrawn: str) -> None:
    """And counts among those of the last thirty days."""
    town.settle()
    found = board(town.world.node.service.exchange)
    assert found.lines == ()
    assert found.settled >= 2
    assert "längstens noch am selben Tag" in visitor().said("/erasures")
    form = {"holder": BEISPIEL, "referral": withdrawn}
    assert visitor().post("/erasures/mark/remind", **form).status == 404


@pytest.mark.parametrize(
    ("alarm", "said"), [("custody", "nie gehabt"), ("strange", "Grund „strange“"), (None, "")]
)
def test_a_receipt_that_does_not_suffice_is_told_with_what_is_missing(
    town: Alliance, visitor: Any, withdrawn: str, alarm: str | None, said: str
) -> None:
    """In words where we know the reason, by its code where a member's own system named it."""
    town.settle()
    exchange = town.world.node.service.exchange
    with exchange.store.begin() as transaction:
        [found] = transaction.every(Receipt, holder=BEISPIEL)
        transaction.put(attrs.evolve(found, settled=False, alarm=alarm))
    assert standing(town) == {"unsettled": [BEISPIEL]}
    assert said in visitor().said("/erasures/one", holder=BEISPIEL, referral=withdrawn)
    assert said in visitor().said("/erasures")
    assert "1 Löschbestätigung reicht nicht aus" in visitor().said("/")


def test_what_is_not_owed_is_not_found(visitor: Any, withdrawn: str) -> None:
    """Nor is there any other mark."""
    assert visitor().get("/erasures/one", holder=BEISPIEL, referral="x").status == 404
    form = {"holder": BEISPIEL, "referral": withdrawn}
    assert visitor().post("/erasures/mark/forget", **form).status == 404


def test_what_a_receipt_left_is_named(town: Alliance, visitor: Any, withdrawn: str) -> None:
    """What failed or is still under way; what may be retained is not open."""
    town.settle()
    with town.world.node.service.exchange.store.begin() as transaction:
        [found] = transaction.every(Receipt, holder=BEISPIEL)
        failed = CategoryErased("profile", ErasureState.FAILED)
        item = attrs.evolve(
            receipt_item(found), categories=(failed, *receipt_item(found).categories[1:])
        )
        _, [part] = write_receipt([item], salts=[bytes(16)])
        transaction.put(attrs.evolve(found, settled=False, alarm="failed", part=part))
    [line] = board(town.world.node.service.exchange).lines
    assert line.open_categories == ("profile",)
    said = visitor().said("/erasures/one", holder=BEISPIEL, referral=withdrawn)
    assert "Nicht gelöscht Profil" in said


def test_a_long_board_shows_the_first(town: Alliance, visitor: Any, withdrawn: str) -> None:
    """And how many there are besides."""
    with town.world.node.service.exchange.store.begin() as transaction:
        [due] = transaction.every(Due, holder=BEISPIEL)
        for number in range(limits.ERASURES_SHOWN + 2):
            transaction.put(attrs.evolve(due, referral=f"r{number:03}", due=due.due + 1))
    said = visitor().said("/erasures")
    assert "und 3 weitere" in said
    assert withdrawn in said
