"""What a receipt says of the profile, of the dossier and of what is left, each judged by itself."""

from datetime import date
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, TemporaryError
from fachkraft_share.member import resync
from fachkraft_share.member.records import (
    Account,
    ApplicationRow,
    DossierRow,
    Filed,
    Participant,
    Suppressed,
)
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, Residue, ResidueKind
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Receipt, Record, Task, Tombstone
from fachkraft_share.rules.retention import agg_hold_until
from fachkraft_share.wire.convert import structure

HOLD = agg_hold_until("2026-11-19")
STAYS = Residue(ResidueKind.FILE, "shelf")


@attrs.define
class Answering:
    """A participant that answers the same for ever."""

    name: str
    outcome: Outcome = Outcome.ERASED
    residue: tuple[Residue, ...] = ()
    error: Exception | None = None

    def erase(self, referral: str, *, at: int) -> Erasure:  # noqa: ARG002
        """Answer as told."""
        if self.error is not None:
            raise self.error
        return Erasure(self.outcome, self.residue, at)


def item_of(harz: Any, referral: str, holder: str) -> ReceiptItem:
    """Return what a holder signed, as the node keeps it."""
    with harz.node_store.begin(write=False) as transaction:
        receipt = transaction.get(Receipt, referral, f"https://{holder}.example", "all")
    assert receipt is not None
    return structure(read_part(receipt.part)[1], ReceiptItem)


def category(harz: Any, referral: str, holder: str, name: str = "dossier") -> CategoryErased:
    """Return what a holder says of one category."""
    found = item_of(harz, referral, holder).categories
    return next(one for one in found if one.category == name)


def every(harz: Any, name: str, record: Any, /, **equal: Any) -> tuple[Any, ...]:
    """Return a member's records."""
    with harz.members[name].engine.store.begin(write=False) as transaction:
        return transaction.every(record, **equal)  # type: ignore[no-any-return]


def put(harz: Any, name: str, *records: Record) -> None:
    """Have a member remember something."""
    with harz.members[name].engine.store.begin() as transaction:
        for one in records:
            transaction.put(one)


def two_withdrawn(harz: Any) -> tuple[str, str]:
    """Let two persons withdraw whom `muster` rejected on different days."""
    days = {"ATS-1": date(2026, 11, 19), "ATS-2": date(2026, 11, 12)}
    asked = [harz.recommend(application=name, rejected_on=day) for name, day in days.items()]
    harz.settle(rounds=1)
    for person, _ in asked:
        person.grant()
    harz.settle(rounds=1)
    for person, _ in asked:
        person.withdraw()
    harz.settle(rounds=2)
    return asked[0][1], asked[1][1]


# Profile and dossier ---------------------------------------------------------------------------


def test_a_system_that_fails_does_not_touch_the_profile(harz: Any, reached: Any) -> None:
    """The profile lies in the engine's own store alone."""
    cabinet = Answering("cabinet", error=RefusedError("locked"))
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    profile = CategoryErased("profile", ErasureState.ERASED)
    assert category(harz, referral, "beispiel", "profile") == profile
    assert category(harz, referral, "beispiel").state is ErasureState.FAILED


@pytest.mark.parametrize(("stage", "dossier"), [("granted", "never_held"), ("received", "failed")])
def test_a_store_that_fails_leaves_the_profile_and_the_dossier_only_where_one_was_held(
    stage: str, dossier: str, harz: Any, reached: Any
) -> None:
    """Of a dossier that never came nothing can be left."""
    person, referral = reached(stage)
    harz.members["beispiel"].engine.remember(Answering("store", residue=(STAYS,)))
    person.withdraw()
    harz.settle()
    profile = CategoryErased("profile", ErasureState.FAILED, reason="residue")
    assert category(harz, referral, "beispiel", "profile") == profile
    assert category(harz, referral, "beispiel").state == dossier


def test_what_nobody_held_was_not_erased_though_the_store_says_so(harz: Any) -> None:
    """It deletes without asking what there was: what was held is known from before."""
    referral = "x" * 22
    put(harz, "beispiel", Task("expire", referral, next_at=harz.clock.now()))
    harz.members["beispiel"].sync()
    [account] = every(harz, "beispiel", Account)
    assert '"category":"profile","state":"never_held"' in account.said.replace(" ", "")
    assert '"category":"dossier","state":"never_held"' in account.said.replace(" ", "")


@pytest.mark.parametrize(
    ("residue", "expected"),
    [
        (STAYS, CategoryErased("dossier", ErasureState.FAILED, reason="residue")),
        (
            Residue(ResidueKind.LOG, "log", 4_000_000_000),
            CategoryErased("dossier", ErasureState.REQUESTED),
        ),
    ],
)
def test_only_a_residue_that_stays_is_a_failure_and_its_reason(
    residue: Residue, expected: CategoryErased, harz: Any, reached: Any
) -> None:
    """What goes by itself needs patience and no reason."""
    harz.members["beispiel"].add_participant(Answering("cabinet", residue=(residue,)))
    person, referral = reached("granted")
    person.withdraw()
    harz.settle()
    assert category(harz, referral, "beispiel") == expected


# Systems that are gone -------------------------------------------------------------------------

GONE = "adapter:gone"


def test_a_system_that_is_gone_and_was_given_nothing_has_held_nothing(
    harz: Any, reached: Any
) -> None:
    """What it was given of others does not count."""
    put(harz, "beispiel", Participant(GONE, 1), Filed("y" * 22, "gone", "1", 1))
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert category(harz, referral, "beispiel") == CategoryErased("dossier", ErasureState.ERASED)
    item = item_of(harz, referral, "beispiel")
    assert GONE in item.stores
    assert not item.second_look


def test_a_system_that_is_gone_with_what_it_was_given_is_missing(harz: Any, reached: Any) -> None:
    """What was filed there may be there still."""
    person, referral = reached("received")
    put(harz, "beispiel", Participant(GONE, 1), Filed(referral, "gone", "1", 1))
    person.withdraw()
    harz.settle()
    missing = CategoryErased("dossier", ErasureState.FAILED, reason="participant_missing")
    assert category(harz, referral, "beispiel") == missing


# Looking again ---------------------------------------------------------------------------------


def test_of_several_residues_the_soonest_is_looked_for_first(harz: Any, reached: Any) -> None:
    """The others are looked for in their turn."""
    now = harz.clock.now()
    for name, days in (("a", 9), ("b", 5), ("c", 7)):
        residue = Residue(ResidueKind.OLD_COPY, "nightly", now + days * limits.DAY)
        harz.members["beispiel"].add_participant(Answering(name, residue=(residue,)))
    person, _ = reached("granted")
    person.withdraw()
    harz.settle(rounds=2)
    [task] = every(harz, "beispiel", Task, kind="erase")
    assert (task.next_at, task.tries) == (now + 5 * limits.DAY, 1)


def test_after_a_failure_it_is_tried_again_in_a_while_and_the_tries_are_counted(
    harz: Any, reached: Any
) -> None:
    """A minute at first, with jitter, then two."""
    cabinet = Answering("cabinet", error=TemporaryError("busy"))
    harz.members["beispiel"].add_participant(cabinet)
    person, _ = reached("granted")
    person.withdraw()
    harz.settle(rounds=1)
    harz.members["beispiel"].sync()
    for tries in (1, 2):
        [task] = every(harz, "beispiel", Task, kind="erase")
        assert task.tries == tries
        wait = limits.RETRY_FIRST << (tries - 1)
        assert wait // 2 <= task.next_at - harz.clock.now() <= wait
        harz.clock.pass_time(wait)
        harz.members["beispiel"].sync()


def test_more_residues_than_a_page_holds_are_not_all_told(harz: Any, reached: Any) -> None:
    """A receipt has to fit a message; that something is left is told by the first."""
    many = tuple(Residue(ResidueKind.LOG, f"log {n}") for n in range(limits.PAGE_ENTRIES + 1))
    harz.members["beispiel"].add_participant(Answering("cabinet", residue=many))
    person, referral = reached("granted")
    person.withdraw()
    harz.settle()
    told = [one.where for one in item_of(harz, referral, "beispiel").residues]
    assert told == [one.where for one in many[: limits.PAGE_ENTRIES]]


# When the deadline begins ----------------------------------------------------------------------


def test_a_closure_heard_long_after_time_had_closed_it_gives_its_own_patience(
    harz: Any, reached: Any
) -> None:
    """A newer consent may have brought more since; heard once more it gives none again."""
    person, referral = reached("granted")
    begin = harz.clock.now()
    put(harz, "beispiel", Account(referral, "all", True, True, begin))
    harz.members["beispiel"].add_participant(Answering("cabinet", Outcome.REQUESTED))
    harz.clock.pass_time(20 * limits.DAY)
    person.withdraw()
    harz.settle(rounds=2)
    [stone] = every(harz, "beispiel", Tombstone)
    [account] = every(harz, "beispiel", Account, referral=referral)
    assert account.at == stone.closed_at > begin
    assert category(harz, referral, "beispiel").state is ErasureState.REQUESTED
    harz.clock.pass_time(limits.DAY)
    resync.run(harz.members["beispiel"].engine)
    harz.members["beispiel"].sync()
    [account] = every(harz, "beispiel", Account, referral=referral)
    assert account.at == stone.closed_at


def test_what_was_noted_after_the_closure_counts_from_the_note(harz: Any, reached: Any) -> None:
    """The later of both begins the deadline."""
    person, referral = reached("granted")
    noted = harz.clock.now() + limits.DAY
    put(harz, "beispiel", Account(referral, "all", True, True, noted))
    person.withdraw()
    harz.settle(rounds=2)
    [account] = every(harz, "beispiel", Account, referral=referral)
    assert account.at == noted


def test_what_time_closed_and_could_not_be_erased_at_once_counts_from_the_first_time(
    harz: Any,
) -> None:
    """No closure has come: only the note of the first try says since when."""
    referral = "x" * 22
    harz.members["beispiel"].add_participant(Answering("cabinet", error=TemporaryError("busy")))
    begin = harz.clock.now()
    put(harz, "beispiel", Task("expire", referral, next_at=begin))
    for _ in range(2):
        harz.members["beispiel"].sync()
        harz.clock.pass_time(limits.HOUR)
    [account] = every(harz, "beispiel", Account)
    [task] = every(harz, "beispiel", Task, kind="expire")
    assert (account.at, task.tries) == (begin, 2)


# The origin's file -----------------------------------------------------------------------------


def test_each_application_has_its_own_hold_and_is_forgotten_alone(harz: Any) -> None:
    """Another person's file is neither kept, nor confirmed, nor remembered with it."""
    one, other = two_withdrawn(harz)
    holds = {one: HOLD, other: agg_hold_until("2026-11-12")}
    assert len({*holds.values()}) == 2
    tasks = {task.about: task.next_at for task in every(harz, "muster", Task, kind="erase")}
    assert tasks == {f"{referral} all": hold for referral, hold in holds.items()}
    for referral, hold in holds.items():
        assert category(harz, referral, "muster").until == hold
    stays = Task("disclose", one, next_at=4_000_000_000)
    put(harz, "muster", stays)
    harz.members["muster"].application_erased(one)
    rows = {row.referral: row.erased_at for row in every(harz, "muster", ApplicationRow)}
    assert rows == {one: harz.clock.now(), other: None}
    assert every(harz, "muster", Task, kind="disclose") == (stays,)
    harz.settle(rounds=2)
    assert category(harz, one, "muster") == CategoryErased("dossier", ErasureState.ERASED)
    [row] = every(harz, "muster", ApplicationRow)
    assert row.referral == other
    assert len(every(harz, "muster", Suppressed)) == 1


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.ANONYMISED, ErasureState.ANONYMISED),
        (Outcome.ERASED, ErasureState.ERASED),
        (Outcome.NEVER_HELD, ErasureState.ERASED),
    ],
)
def test_a_file_that_is_gone_makes_nothing_better_than_it_is(
    outcome: Outcome, state: ErasureState, harz: Any, reached: Any
) -> None:
    """What a system anonymised is told as that again once the file's own hold is over."""
    harz.members["muster"].add_participant(Answering("cabinet", outcome))
    person, referral = reached("granted")
    with harz.members["muster"].engine.store.begin() as transaction:
        transaction.drop_every(DossierRow, referral=referral)  # only the application was held
    person.withdraw()
    harz.settle(rounds=2)
    assert category(harz, referral, "muster").state is ErasureState.RETAINED
    harz.members["muster"].application_erased(referral)
    harz.settle(rounds=2)
    assert category(harz, referral, "muster") == CategoryErased("dossier", state)
