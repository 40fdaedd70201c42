"""Exactly what a member signs after a closure, and when it looks, asks and signs again."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    RefusedError,
    TemporaryAdapterError,
    TemporaryError,
)
from fachkraft_share.member import erasing, polling, resync
from fachkraft_share.member.engine import RESTORED
from fachkraft_share.member.records import (
    Account,
    ApplicationRow,
    Custody,
    DossierRow,
    Filed,
    Standing,
    Suppressed,
)
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, Residue, ResidueKind
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ErasureState,
    ReceiptItem,
    ResidueLeft,
)
from fachkraft_share.protocol.records import (
    Receipt,
    Record,
    Referral,
    ReferralState,
    Task,
    Token,
    Tombstone,
)
from fachkraft_share.rules.retention import agg_hold_until, evidence_until
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.wire.convert import structure

RECORD = "Art. 5 Abs. 2, Art. 17 Abs. 3 lit. e DSGVO; § 298 SGB III"


def item_of(harz: Any, referral: str, holder: str, scope: str = "all") -> ReceiptItem:
    """Return what a holder signed, as the node keeps it."""
    with harz.node_store.begin(write=False) as transaction:
        receipt = transaction.get(Receipt, referral, f"https://{holder}.example", scope)
    assert receipt is not None
    return structure(read_part(receipt.part)[1], ReceiptItem)


def dossier_of(harz: Any, referral: str, holder: str) -> CategoryErased:
    """Return what a holder says of the dossier."""
    found = item_of(harz, referral, holder).categories
    return next(one for one in found if one.category == "dossier")


def every(harz: Any, name: str, record: Any, /, **equal: Any) -> tuple[Any, ...]:
    """Return a member's records."""
    with harz.members[name].engine.store.begin(write=False) as transaction:
        return transaction.every(record, **equal)  # type: ignore[no-any-return]


def receipts(harz: Any, name: str) -> int:
    """Return how many receipts a member has signed."""
    return len(every(harz, name, Token, type="erasure.receipt", iss=f"https://{name}.example"))


@attrs.define
class Cabinet:
    """A host application's own participant that answers in turn, and the last for ever."""

    name: str = "cabinet"
    answers: list[Any] = attrs.field(factory=lambda: [Outcome.NEVER_HELD])
    asked: list[int] = attrs.field(factory=list)

    def erase(self, referral: str, *, at: int) -> Erasure:  # noqa: ARG002
        """Answer as told."""
        self.asked.append(at)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Residue):
            return Erasure(Outcome.ERASED, (answer,), at)
        return Erasure(answer, (), at)


def record(closed: int) -> CategoryErased:
    """Return what everybody keeps: hashes, consent, closure and receipts."""
    return CategoryErased("record", ErasureState.RETAINED, RECORD, evidence_until(closed))


# What is said ----------------------------------------------------------------------------------


def test_all_that_each_holder_says(harz: Any, reached: Any) -> None:
    """The recipient, the one that only read, and the origin."""
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    with harz.node_store.begin(write=False) as transaction:
        tombstone = transaction.get(Tombstone, referral, "all")
    assert tombstone is not None
    hold = agg_hold_until("2026-11-19")
    dossiers = {
        "beispiel": CategoryErased("dossier", ErasureState.ERASED),
        "dritte": CategoryErased("dossier", ErasureState.NEVER_HELD),
        "muster": CategoryErased("dossier", ErasureState.RETAINED, "§ 15 Abs. 4 AGG", hold),
    }
    for name, dossier in dossiers.items():
        [stone] = every(harz, name, Tombstone)
        item = item_of(harz, referral, name)
        assert item == ReceiptItem(
            referral,
            tombstone.closure,
            "all",
            item.at,
            (CategoryErased("profile", ErasureState.ERASED), dossier, record(stone.closed_at)),
            item.stores,
            second_look=True,
            backups_unreadable_from=item.at + limits.KEY_BACKUP_DAYS * limits.DAY,
        )
        assert "store" in item.stores


def test_a_member_withdrawn_from_alone_signs_for_that_scope(harz: Any, reached: Any) -> None:
    """Its receipt answers the closure for itself; others sign nothing."""
    person, referral = reached("received")
    person.withdraw("https://beispiel.example")
    harz.settle()
    item = item_of(harz, referral, "beispiel", "https://beispiel.example")
    assert (item.scope, item.referral) == ("https://beispiel.example", referral)
    states = {one.category: one.state for one in item.categories}
    assert states["profile"] is states["dossier"] is ErasureState.ERASED
    assert receipts(harz, "muster") == receipts(harz, "dritte") == 0
    assert every(harz, "muster", ApplicationRow)
    assert not every(harz, "muster", Suppressed)


def test_closed_for_one_and_then_for_all_it_still_says_that_it_held_both(
    harz: Any, reached: Any
) -> None:
    """What was erased the first time is not `never_held` the second."""
    person, referral = reached("received")
    person.withdraw("https://beispiel.example")
    harz.settle()
    person.withdraw()
    harz.settle()
    states = {one.category: one.state for one in item_of(harz, referral, "beispiel").categories}
    assert states["profile"] is states["dossier"] is ErasureState.ERASED


def test_a_closure_heard_again_is_answered_again_though_nothing_changed(
    harz: Any, reached: Any
) -> None:
    """Whoever tells it again has not got the first receipt."""
    person, _ = reached("received")
    person.withdraw()
    harz.settle()
    assert receipts(harz, "beispiel") == 1
    resync.run(harz.members["beispiel"].engine)
    harz.settle()
    assert receipts(harz, "beispiel") == 2


def test_a_receipt_names_the_closure_that_was_heard_of_last(harz: Any, reached: Any) -> None:
    """A node that forgot the first one has another, and knows no receipt for any but its own."""
    person, referral = reached("received")
    kept = harz.world.node.memory
    store, journal = kept.store.snapshot(), kept.journal.snapshot()
    person.withdraw()
    harz.settle()
    kept.store.restore(store)
    kept.journal.restore(journal)
    harz.start_node()
    harz.clock.pass_time(limits.HOUR)
    person.withdraw()
    harz.settle()
    with harz.node.exchange.store.begin(write=False) as transaction:
        second = transaction.get(Tombstone, referral, "all")
    [first] = every(harz, "beispiel", Tombstone)
    assert item_of(harz, referral, "beispiel").closure == second.closure != first.closure


CODES: list[tuple[Exception, str]] = [
    (RefusedError("locked"), "participant_refused"),
    (RuntimeError("a detail"), "participant_error"),
]


@pytest.mark.parametrize(("error", "reason"), CODES, ids=[code for _, code in CODES])
def test_what_went_wrong_is_told_by_a_code(
    error: Exception, reason: str, harz: Any, reached: Any
) -> None:
    """Never by the error's own words."""
    harz.members["beispiel"].add_participant(Cabinet(answers=[error]))
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert dossier_of(harz, referral, "beispiel") == CategoryErased(
        "dossier", ErasureState.FAILED, reason=reason
    )
    item = item_of(harz, referral, "beispiel")
    assert not item.second_look
    assert item.stores[0] == "cabinet" or "cabinet" in item.stores


BUSY: list[tuple[Exception, str]] = [
    (TemporaryError("busy"), "participant_temporary"),
    (TemporaryAdapterError("busy", adapter="x"), "participant_temporaryadapter"),
]


@pytest.mark.parametrize(("error", "reason"), BUSY, ids=[code for _, code in BUSY])
def test_patience_ends_after_three_tries(
    error: Exception, reason: str, harz: Any, reached: Any
) -> None:
    """Then the receipt says that it failed for the moment, and the engine goes on asking."""
    cabinet = Cabinet(answers=[error])
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert (len(cabinet.asked), receipts(harz, "beispiel")) == (1, 0)
    for tries in (2, 3):
        harz.clock.pass_time(limits.HOUR)
        harz.members["beispiel"].sync()
        assert (len(cabinet.asked), receipts(harz, "beispiel")) == (tries, 0)
    harz.clock.pass_time(limits.HOUR)
    harz.settle()
    assert (len(cabinet.asked), receipts(harz, "beispiel")) == (4, 1)
    assert dossier_of(harz, referral, "beispiel").reason == reason
    cabinet.answers = [Outcome.ERASED]
    harz.clock.pass_time(limits.DAY)
    harz.settle()
    assert dossier_of(harz, referral, "beispiel").state is ErasureState.ERASED


def test_a_participant_that_failed_once_and_then_was_busy_says_so_again(
    harz: Any, reached: Any
) -> None:
    """While nobody can tell, the last receipt is no longer what would be said."""
    locked = RefusedError("locked")
    cabinet = Cabinet(answers=[locked, TemporaryError("busy"), locked])
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert (len(cabinet.asked), receipts(harz, "beispiel")) == (1, 1)
    harz.clock.pass_time(limits.HOUR)
    harz.settle()
    assert (len(cabinet.asked), receipts(harz, "beispiel")) == (2, 1)
    [account] = every(harz, "beispiel", Account, referral=referral)
    assert account.said == ""
    harz.clock.pass_time(limits.HOUR)
    harz.settle()
    assert (len(cabinet.asked), receipts(harz, "beispiel")) == (3, 2)


ORDER = [
    (Outcome.NEVER_HELD, Outcome.ERASED, ErasureState.ERASED),
    (Outcome.ERASED, Outcome.ANONYMISED, ErasureState.ANONYMISED),
    (Outcome.ANONYMISED, Outcome.REQUESTED, ErasureState.REQUESTED),
    (Outcome.REQUESTED, RefusedError("locked"), ErasureState.FAILED),
]


@pytest.mark.parametrize(("better", "worse", "state"), ORDER, ids=[one[2] for one in ORDER])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_participants_the_worse_decides(
    turned: bool, better: Any, worse: Any, state: ErasureState, harz: Any, reached: Any
) -> None:
    """In whatever order they are asked."""
    answers = (worse, better) if turned else (better, worse)
    for name, answer in zip(("a", "b"), answers, strict=True):
        harz.members["beispiel"].add_participant(Cabinet(name, [answer]))
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert dossier_of(harz, referral, "beispiel").state is state


# Looking again ---------------------------------------------------------------------------------


def test_what_goes_by_itself_is_named_and_looked_for_when_it_should_be_gone(
    harz: Any, reached: Any
) -> None:
    """Until then the receipt asks for patience, and says where and until when."""
    goes = harz.clock.now() + 5 * limits.DAY
    cabinet = Cabinet(answers=[Residue(ResidueKind.OLD_COPY, "nightly", goes), Outcome.ERASED])
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    item = item_of(harz, referral, "beispiel")
    assert item.residues == (ResidueLeft("old_copy", "nightly", goes),)
    assert not item.second_look
    assert dossier_of(harz, referral, "beispiel").state is ErasureState.REQUESTED
    [task] = every(harz, "beispiel", Task, kind="erase")
    assert (task.next_at, task.tries) == (goes, 1)
    harz.clock.pass_time(goes - harz.clock.now() - 1)
    harz.settle()
    assert len(cabinet.asked) == 1
    harz.clock.pass_time(1)
    harz.settle()
    assert len(cabinet.asked) == 2
    item = item_of(harz, referral, "beispiel")
    assert (item.residues, item.second_look) == ((), True)
    assert not every(harz, "beispiel", Task, kind="erase")


def test_what_was_asked_for_by_hand_fails_after_the_deadline(harz: Any, reached: Any) -> None:
    """Two weeks from the first look, however often it was looked at since."""
    cabinet = Cabinet(answers=[Outcome.REQUESTED])
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert dossier_of(harz, referral, "beispiel").state is ErasureState.REQUESTED
    assert receipts(harz, "beispiel") == 1
    for _ in range(13):
        harz.clock.pass_time(limits.DAY)
        harz.members["beispiel"].sync()
    assert receipts(harz, "beispiel") == 1
    for _ in range(2):
        harz.clock.pass_time(limits.DAY)
        harz.settle(rounds=2)
    assert dossier_of(harz, referral, "beispiel").state is ErasureState.FAILED
    assert receipts(harz, "beispiel") == 2


def test_a_member_that_has_nothing_open_has_nothing_to_do(harz: Any, reached: Any) -> None:
    """Its task is done; the origin's waits for the end of the hold."""
    person, _ = reached("received")
    person.withdraw()
    harz.settle()
    assert not every(harz, "beispiel", Task, kind="erase")
    [task] = every(harz, "muster", Task, kind="erase")
    assert (task.next_at, task.tries) == (agg_hold_until("2026-11-19"), 1)


# The origin's file -----------------------------------------------------------------------------


def test_the_hold_ends_in_the_very_second_and_the_file_is_asked_for(
    harz: Any, reached: Any
) -> None:
    """From then on it is open until a person confirms; then it is remembered as suppressed."""
    person, referral = reached("granted")
    person.withdraw()
    harz.settle()
    harz.clock.pass_time(agg_hold_until("2026-11-19") - harz.clock.now() - 1)
    harz.settle()
    assert dossier_of(harz, referral, "muster").state is ErasureState.RETAINED
    harz.clock.pass_time(1)
    harz.settle()
    assert dossier_of(harz, referral, "muster") == CategoryErased(
        "dossier", ErasureState.REQUESTED, reason="application_file"
    )
    assert not every(harz, "muster", Suppressed)
    before = harz.clock.now()
    harz.members["muster"].application_erased(referral)
    [row] = every(harz, "muster", ApplicationRow)
    assert row.erased_at == before
    harz.settle()
    assert dossier_of(harz, referral, "muster") == CategoryErased("dossier", ErasureState.ERASED)
    assert not every(harz, "muster", ApplicationRow)
    assert every(harz, "muster", Suppressed)


def test_a_confirmation_concerns_its_own_referral_and_its_own_erasure(
    harz: Any, reached: Any
) -> None:
    """Neither another person's file nor another kind of work."""
    first, one = reached("granted")
    second, other = harz.recommend(application="ATS-4712")
    harz.settle(rounds=2)
    second.grant()
    harz.settle(rounds=2)
    first.withdraw()
    second.withdraw()
    harz.settle()
    later = {task.about: task.next_at for task in every(harz, "muster", Task, kind="erase")}
    assert len(later) == 2
    harz.members["muster"].application_erased(one)
    after = {task.about: task.next_at for task in every(harz, "muster", Task, kind="erase")}
    assert after == {**later, f"{one} all": harz.clock.now()}
    harz.settle()
    assert dossier_of(harz, one, "muster").state is ErasureState.ERASED
    assert dossier_of(harz, other, "muster").state is ErasureState.RETAINED


def test_an_erasure_that_waits_for_the_file_is_no_failure_of_the_engine(
    harz: Any, reached: Any
) -> None:
    """Where a participant failed, that is told, and not the hold."""
    harz.members["muster"].add_participant(Cabinet(answers=[RefusedError("locked")]))
    person, referral = reached("granted")
    person.withdraw()
    harz.settle()
    assert dossier_of(harz, referral, "muster").reason == "participant_refused"


# Without a message -----------------------------------------------------------------------------


def test_who_erased_because_time_was_over_signs_once_the_closure_comes(
    harz: Any, reached: Any
) -> None:
    """Expiry needs no message, and a receipt needs a closure to answer."""
    _, referral = reached("received")
    harz.wire.cut = True
    harz.clock.pass_time(limits.CONSENT_DAYS * limits.DAY + limits.DAY)
    harz.members["beispiel"].sync()
    harz.members["beispiel"].sync()
    assert receipts(harz, "beispiel") == 0
    [account] = every(harz, "beispiel", Account, referral=referral)
    assert (account.profile_held, account.dossier_held, account.scope) == (True, True, "all")
    assert not every(harz, "beispiel", Task, kind="expire")


def test_what_lives_on_under_a_newer_consent_is_not_erased(harz: Any, reached: Any) -> None:
    """Time had closed it here, and the next message brings the consent that was given in time."""
    person, referral = reached("received")
    [known] = every(harz, "beispiel", Referral, id=referral)
    harz.clock.pass_time(known.consent_exp - harz.clock.now() - limits.HOUR)
    harz.node.tick()
    person.renew()
    harz.node.tick()
    harz.clock.pass_time(2 * limits.HOUR)
    before = every(harz, "beispiel", DossierRow)
    harz.members["beispiel"].sync()
    [known] = every(harz, "beispiel", Referral, id=referral)
    assert known.state is ReferralState.PUBLISHED
    assert every(harz, "beispiel", DossierRow) == before != ()
    assert every(harz, "beispiel", Account) == every(harz, "beispiel", Task, kind="expire") == ()


ONE, OTHER = "x" * 22, "y" * 22
HELD: list[tuple[list[Record], tuple[bool, bool]]] = [
    ([], (False, False)),
    ([Custody(ONE, 1)], (True, False)),
    ([Standing(RESTORED, "", 1)], (True, False)),
    ([DossierRow(ONE, "r", b"n", b"c", 1)], (False, True)),
    ([Filed(ONE, "gone", None, 1)], (False, True)),
    ([Account(ONE, "https://beispiel.example", True, False, 1)], (True, False)),
    ([Account(ONE, "https://beispiel.example", False, True, 1)], (False, True)),
    (
        [
            Custody(OTHER, 1),
            DossierRow(OTHER, "r", b"n", b"c", 1),
            Filed(OTHER, "gone", None, 1),
            Account(OTHER, "all", True, True, 1),
            Standing("another", "", 1),
        ],
        (False, False),
    ),
]


@pytest.mark.parametrize(("kept", "held"), HELD)
def test_what_was_held_is_noted_by_what_is_still_known_of_it(
    kept: list[Record], held: tuple[bool, bool], harz: Any
) -> None:
    """A task may outlive what it is about; of a restored state nobody knows what it held."""
    beispiel = harz.members["beispiel"]
    with beispiel.engine.store.begin() as transaction:
        for one in (Task("expire", ONE, next_at=harz.clock.now()), *kept):
            transaction.put(one)
    beispiel.sync()
    [account] = every(harz, "beispiel", Account, referral=ONE, scope="all")
    assert (account.profile_held, account.dossier_held) == held
    assert every(harz, "beispiel", Task, kind="expire") == ()


def test_what_was_held_is_known_even_if_the_process_dies_while_it_erases(
    harz: Any, reached: Any
) -> None:
    """It is noted before anybody is asked: the store goes before the shelf at which it died."""
    shelf = Cabinet("zz-shelf", [KeyboardInterrupt(), Outcome.NEVER_HELD])
    harz.members["beispiel"].add_participant(shelf)
    person, referral = reached("received")
    person.withdraw()
    harz.node.tick()
    with pytest.raises(KeyboardInterrupt):
        harz.members["beispiel"].sync()
    assert every(harz, "beispiel", DossierRow) == ()
    harz.clock.pass_time(limits.LEASE_SECONDS)
    harz.settle()
    assert dossier_of(harz, referral, "beispiel").state is ErasureState.ERASED


def test_one_signature_covers_all_that_is_due(harz: Any, reached: Any) -> None:
    """Two persons, one receipt, two items."""
    first, one = reached("granted")
    second, other = harz.recommend(application="ATS-4712")
    harz.settle(rounds=2)
    second.grant()
    harz.settle(rounds=2)
    first.withdraw()
    second.withdraw()
    harz.settle()
    assert receipts(harz, "beispiel") == 1
    assert {item_of(harz, id, "beispiel").referral for id in (one, other)} == {one, other}


def test_a_system_that_is_here_is_asked_even_if_nothing_was_filed_there(
    harz: Any, reached: Any
) -> None:
    """A row may have been lost with a restored backup; only an absent one is taken at its rows."""
    shelf = Cabinet("adapter:shelf", [Residue(ResidueKind.FILE, "shelf")])
    harz.members["beispiel"].engine.remember(shelf)  # as the engine does for its adapters
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert shelf.asked
    assert dossier_of(harz, referral, "beispiel").state is ErasureState.FAILED


@pytest.mark.parametrize("scope", ["all", "https://beispiel.example", "https://node.harz.example"])
def test_who_was_filed_after_the_erasure_is_erased_again(
    harz: Any, reached: Any, scope: str
) -> None:
    """Another process hears of the closure and erases while a slow system still files."""
    system, person, referral = MemorySystem(), *reached("requested")
    engine = harz.open("beispiel", adapters={"memory": _Slow(system)}).engine

    def close_and_erase() -> None:
        person.withdraw("all" if scope.endswith("harz.example") else scope)
        polling.take(engine, engine.client.poll(polling.cursors(engine)))
        with engine.store.begin() as transaction:
            [told] = transaction.every(Tombstone, referral=referral)
            transaction.drop(Tombstone, *told.key)
            transaction.put(attrs.evolve(told, scope=scope))
            [task] = transaction.every(Task, kind="erase")
            transaction.drop(Task, *task.key)
            about = f"{referral} {scope}"
            transaction.put(attrs.evolve(task, about=about))
        erasing.run(engine, [attrs.evolve(task, about=about)])

    _Slow.meanwhile = close_and_erase
    person.agree()
    harz.settle()
    assert _Slow.meanwhile is None
    assert not system.people
    assert not system.files
    assert every(harz, "beispiel", Filed) == ()


class _Slow(MemoryAdapter):
    """A system before which something else happens."""

    meanwhile: Any = None

    def _import_referral(self, *told: Any, **more: Any) -> str:
        before, _Slow.meanwhile = _Slow.meanwhile, None
        if before:
            before()
        return super()._import_referral(*told, **more)
