"""After a withdrawal: every participant erases, looks again, and the receipt says what is true."""

import base64
from pathlib import Path

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SetupError, StateError, TemporaryError
from fachkraft_share.member.records import RECORDS, ApplicationRow, DossierRow, Filed, Trouble
from fachkraft_share.member.store import SqliteKeys, SqliteStore
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, Residue, ResidueKind
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Receipt, Token
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.wire.convert import structure

MARKER = "Xylophonia"


def item_of(harz, referral: str, holder: str, scope: str = "all") -> ReceiptItem:
    """Return what a holder signed, as the node keeps it."""
    with harz.node_store.begin(write=False) as transaction:
        receipt = transaction.get(Receipt, referral, f"https://{holder}.example", scope)
    assert receipt is not None
    return structure(read_part(receipt.part)[1], ReceiptItem)


def said(item: ReceiptItem) -> dict[str, str]:
    """Return the states by category."""
    return {one.category: str(one.state) for one in item.categories}


@attrs.define
class Cabinet:
    """A host application's own participant, told what to answer."""

    name: str = "cabinet"
    outcome: Outcome = Outcome.NEVER_HELD
    residue: tuple[Residue, ...] = ()
    error: Exception | None = None
    asked: int = 0

    def erase(self, referral: str, *, at: int) -> Erasure:  # noqa: ARG002
        """Answer as told."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Erasure(self.outcome, self.residue, at)


def test_recipients_erase_and_only_the_origin_retains_its_application(harz, reached) -> None:
    """R6, R7: recipients have no hold; the origin names basis and date."""
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    recipient, origin = item_of(harz, referral, "beispiel"), item_of(harz, referral, "muster")
    assert said(recipient) == {"profile": "erased", "dossier": "erased", "record": "retained"}
    assert said(origin) == {"profile": "erased", "dossier": "retained", "record": "retained"}
    kept = next(one for one in origin.categories if one.category == "dossier")
    assert kept.basis == "§ 15 Abs. 4 AGG"
    assert recipient.second_look
    assert recipient.backups_unreadable_from == recipient.at + 7 * limits.DAY


def test_after_the_agg_hold_the_origin_owes_the_file_until_a_person_confirms(harz, reached) -> None:
    """The hold ends by itself; the engine does not claim what only a person can know."""
    person, referral = reached("granted")
    person.withdraw()
    harz.settle()
    muster = harz.members["muster"]
    harz.clock.pass_time((limits.AGG_HOLD_DAYS + 2) * limits.DAY)
    harz.settle()
    muster.application_erased(referral)
    harz.settle()
    assert said(item_of(harz, referral, "muster"))["dossier"] == "erased"
    with muster.engine.store.begin(write=False) as transaction:
        assert not transaction.every(ApplicationRow)


def test_an_absent_participant_counts_as_failed_and_settles_when_it_returns(harz, reached) -> None:
    """Remembered by name: `failed(participant_missing)`, never `erased`."""
    cabinet = Cabinet()
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    harz.open("beispiel")  # a new process that does not know the cabinet
    person.withdraw()
    harz.settle()
    item = item_of(harz, referral, "beispiel")
    [dossier] = [one for one in item.categories if one.category == "dossier"]
    assert (dossier.state, dossier.reason) == (ErasureState.FAILED, "participant_missing")
    assert not item.second_look
    harz.open("beispiel").add_participant(cabinet)
    harz.clock.pass_time(limits.DAY)
    harz.settle()
    assert said(item_of(harz, referral, "beispiel"))["dossier"] == "erased"
    assert cabinet.asked


@pytest.mark.parametrize("scope", ["all", "https://beispiel.example"])
def test_a_participant_that_came_back_is_asked_at_once(harz, reached, scope) -> None:
    """No back-off holds up an erasure that waited for nothing else; while absent, it does."""
    cabinet = Cabinet()
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    harz.open("beispiel")
    person.withdraw(scope)
    harz.settle()
    assert harz.members["beispiel"].sync().tasks == 0
    harz.open("beispiel").add_participant(cabinet)
    harz.settle()
    assert cabinet.asked
    assert said(item_of(harz, referral, "beispiel", scope))["dossier"] == "erased"


def test_who_came_back_is_asked_though_another_erasure_failed_otherwise(harz, reached) -> None:
    """Only what waited for the absent is due at once, in whatever order."""
    cabinet = Cabinet(error=RefusedError("locked"))
    harz.members["beispiel"].add_participant(cabinet)
    first, locked = reached("received")
    first.withdraw()
    harz.settle()
    second, referral = reached("received", application="ATS-2")
    harz.open("beispiel")
    second.withdraw()
    harz.settle()
    cabinet.error = None
    harz.open("beispiel").add_participant(cabinet)
    harz.settle()
    assert said(item_of(harz, referral, "beispiel"))["dossier"] == "erased"
    assert said(item_of(harz, locked, "beispiel"))["dossier"] == "failed"


def test_what_failed_otherwise_is_not_hurried(harz, reached) -> None:
    """A participant that refuses is asked again after the back-off, not with every turn."""
    cabinet = Cabinet(error=RefusedError("locked"))
    harz.members["beispiel"].add_participant(cabinet)
    person, _ = reached("received")
    person.withdraw()
    harz.settle()
    asked = cabinet.asked
    harz.settle()
    assert cabinet.asked == asked


@pytest.mark.parametrize("name", ["", "store", "files", "adapter:memory"])
def test_a_participant_has_a_name_of_its_own(harz, name) -> None:
    """Under another's name it would be asked in its stead, and that one never."""
    with pytest.raises(SetupError, match="name of its own"):
        harz.members["beispiel"].add_participant(Cabinet(name))


@pytest.mark.parametrize(
    ("cabinet", "state"),
    [
        (Cabinet(outcome=Outcome.ERASED), "erased"),
        (Cabinet(outcome=Outcome.ANONYMISED), "anonymised"),
        (Cabinet(outcome=Outcome.REQUESTED), "requested"),
        (Cabinet(residue=(Residue(ResidueKind.FILE, "shelf"),)), "failed"),
        (Cabinet(error=RuntimeError("secret detail")), "failed"),
        (Cabinet(error=RefusedError("locked")), "failed"),
    ],
)
def test_the_worst_participant_decides_what_the_receipt_says(harz, reached, cabinet, state) -> None:
    """Nothing counts as erased while one place is not."""
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    assert said(item_of(harz, referral, "beispiel"))["dossier"] == state


def test_a_participant_that_is_busy_is_asked_again_before_anything_is_signed(harz, reached) -> None:
    """A moment's trouble alarms nobody."""
    cabinet = Cabinet(error=TemporaryError("busy"))
    harz.members["beispiel"].add_participant(cabinet)
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    with harz.node_store.begin(write=False) as transaction:
        assert transaction.get(Receipt, referral, "https://beispiel.example", "all") is None
    cabinet.error = None
    harz.clock.pass_time(limits.HOUR)
    harz.settle()
    assert said(item_of(harz, referral, "beispiel"))["dossier"] == "erased"


def test_a_filed_person_leaves_the_outside_system_too(harz, reached) -> None:
    """What an adapter filed is found again and erased, documents included."""
    system = MemorySystem()
    harz.open("beispiel", adapters={"memory": MemoryAdapter(system)})
    person, referral = reached("received")
    [(_, filed)] = system.people.items()
    assert filed["family"] == MARKER
    assert filed["source"]["referral"] == referral
    person.withdraw()
    harz.settle()
    assert not system.people
    assert not system.files
    assert not system.history
    assert "adapter:memory" in item_of(harz, referral, "beispiel").stores


def test_a_person_filed_before_a_crash_is_still_found(harz, reached) -> None:
    """The fate of the last create is unknown: the system is asked for our key."""
    system = MemorySystem()
    beispiel = harz.open("beispiel", adapters={"memory": MemoryAdapter(system)})
    person, _ = reached("received")
    with beispiel.engine.store.begin() as transaction:
        [row] = transaction.every(Filed)
        transaction.put(attrs.evolve(row, ref=None))
    person.withdraw()
    harz.settle()
    assert not system.people


def test_hearing_the_closure_again_signs_the_same_again(harz, reached) -> None:
    """A repetition says what the first receipt said, not `never_held`."""
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    first = said(item_of(harz, referral, "beispiel"))
    from fachkraft_share.member.resync import run

    run(harz.members["beispiel"].engine)
    harz.settle()
    assert said(item_of(harz, referral, "beispiel")) == first


def test_a_consent_that_runs_out_is_erased_without_any_message(harz, reached) -> None:
    """Time closes too: the node is away, the member erases all the same."""
    reached("received")
    beispiel = harz.members["beispiel"]
    harz.wire.cut = True
    harz.clock.pass_time(400 * limits.DAY)
    with pytest.raises(StateError, match="expired"):
        beispiel.received()
    beispiel.sync()
    beispiel.sync()
    with beispiel.engine.store.begin(write=False) as transaction:
        assert not transaction.every(DossierRow)
        tokens = transaction.every(Token, personal=True)
    assert all(one.body is None for one in tokens)


def test_withdrawing_from_one_holder_leaves_the_others(harz, reached) -> None:
    """A closure's scope is one member; the others keep what they were given."""
    person, referral = reached("received")
    person.withdraw(scope="https://beispiel.example")
    harz.settle()
    assert not harz.members["beispiel"].received()
    assert not harz.members["beispiel"].inbox()
    assert [one.referral for one in harz.members["dritte"].inbox()] == [referral]


def test_what_failed_for_somebody_who_is_gone_bothers_nobody_any_more(harz, reached) -> None:
    """Only that, and only when all of it is over: who else is in trouble stays there."""
    person, referral = reached("received")
    engine = harz.members["beispiel"].engine
    engine.complain("fetch", f"{referral}/1", "not-found")
    engine.complain("fetch", f"{referral}1/1", "not-found")
    engine.complain("erasure.receipt", referral, "refused")
    person.withdraw(scope="https://dritte.example")
    harz.settle()
    assert troubles(engine) == {f"{referral}/1", f"{referral}1/1", referral}
    person.withdraw()
    harz.settle()
    assert troubles(engine) == {f"{referral}1/1", referral}


def troubles(engine) -> set[str]:
    """Return what a person would have to see to."""
    with engine.store.begin(write=False) as transaction:
        return {one.about for one in transaction.every(Trouble)}


def test_no_file_holds_the_person_after_the_erasure(harz, tmp_path: Path) -> None:
    """Searched as UTF-8, UTF-16 and base64, before (it is not found either) and after."""
    for name in ("muster", "beispiel"):
        folder = tmp_path / name
        folder.mkdir()
        stores = harz.parties[name].memory
        stores.store = SqliteStore(folder / "state.db", more=RECORDS)
        stores.journal = FileJournal(folder / "journal.jsonl")
        stores.keys = SqliteKeys(folder / "keys.db")
        harz.open(name)
    harz.settle(rounds=1)
    person, _ = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    [match] = harz.members["beispiel"].inbox()
    harz.members["beispiel"].request_contact(match, job="Quetzalcoatlus")
    harz.settle(rounds=2)
    person.agree()
    harz.settle(rounds=2)
    assert harz.members["beispiel"].received()
    person.withdraw()
    harz.settle()
    contents = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for word in (MARKER, MARKER.lower(), "Aylin", "Quetzalcoatlus", "123456"):
        for form in _forms(word):
            assert not any(form in content for content in contents), word


def _forms(word: str) -> list[bytes]:
    raw = [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")]
    coded = [base64.b64encode(b" " * shift + word.encode())[4:-4] for shift in range(3)]
    return [*raw, *(form for form in coded if len(form) > 6)]
