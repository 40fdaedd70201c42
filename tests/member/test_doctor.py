"""`doctor` says what is wrong and what to do, by stable ids; and what goes by itself goes."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import CredentialsError
from fachkraft_share.member import housekeeping, resync
from fachkraft_share.member.machine import real_runtime
from fachkraft_share.member.records import Account, Parked, Suppressed, Trouble
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome
from fachkraft_share.ports.health import Level
from fachkraft_share.protocol.records import Contact, Referral, Seen, Task, Token, Tombstone
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem


def found(member) -> dict[str, str]:
    """Return the findings that are not ok, by id."""
    return {one.id: one.health.level for one in member.doctor() if one.health.level is not Level.OK}


@attrs.frozen
class Shelf:
    """A participant."""

    name: str = "shelf"

    def erase(self, referral: str, *, at: int) -> Erasure:  # noqa: ARG002
        """Hold nothing."""
        return Erasure(Outcome.NEVER_HELD, (), at)


def test_all_is_well_after_a_synchronisation(harz, reached) -> None:
    """No finding, and each check has a title."""
    reached("received")
    assert not found(harz.members["beispiel"])
    assert all(one.title and one.id.startswith("FKS-0") for one in harz.members["muster"].doctor())


def test_a_silent_node_is_the_first_thing_told(harz) -> None:
    """With what to do."""
    harz.wire.cut = True
    [finding] = [one for one in harz.members["muster"].doctor() if one.health.level != "ok"]
    assert finding.id == "FKS-001"
    assert finding.health.fix


@pytest.mark.parametrize(
    ("changed", "id"),
    [({"node": "https://other.example"}, "FKS-001"), ({"notice": ""}, "FKS-008")],
)
def test_wrong_settings_are_found(harz, changed, id) -> None:
    """Another node answers, or the privacy notice is missing."""
    engine = harz.members["muster"].engine
    engine.settings = attrs.evolve(engine.settings, **changed)
    assert id in found(harz.members["muster"])


def test_an_expired_list_old_keys_and_waiting_messages_are_found(harz, reached) -> None:
    """A member that was away too long."""
    _, referral = reached("granted")
    beispiel = harz.members["beispiel"]
    beispiel.request_contact(referral, job="Backend")
    harz.clock.pass_time(8 * limits.DAY)
    assert {"FKS-002", "FKS-004"} <= found(beispiel).keys()
    harz.clock.pass_time((limits.KEY_DAYS - 30) * limits.DAY)
    assert found(beispiel)["FKS-003"] == "warn"
    harz.clock.pass_time(60 * limits.DAY)
    assert found(beispiel)["FKS-003"] == "fail"


def test_quarantine_absent_participants_and_parked_messages_are_found(harz) -> None:
    """Each keeps the member from doing its duty."""
    muster = harz.members["muster"]
    muster.add_participant(Shelf())
    resync.quarantine(muster.engine, "test")
    with muster.engine.store.begin() as transaction:
        transaction.put(Parked("x", "events", None, "t", "", "", "signature", 0, 10**12))
    again = harz.open("muster")
    assert {"FKS-005", "FKS-007", "FKS-009"} <= found(again).keys()


def test_a_system_that_refuses_us_is_told_and_asked_again(harz, reached) -> None:
    """The dossier stays in the inbox; once the rights are mended it is filed."""
    system = MemorySystem()
    adapter = MemoryAdapter(system)
    beispiel = harz.open("beispiel", adapters={"memory": adapter})
    system.trouble = 401
    reached("received")
    assert beispiel.received()
    with beispiel.engine.store.begin(write=False) as transaction:
        [trouble] = transaction.every(Trouble)
        [task] = transaction.every(Task)
    assert (trouble.kind, task.kind) == ("file", "file")
    assert found(beispiel)["FKS-006"] == "warn"
    system.trouble = None
    harz.clock.pass_time(limits.RETRY_LAST)
    harz.settle()
    assert system.people
    assert not found(beispiel)
    assert CredentialsError("x").adapter == ""


def test_a_document_the_system_does_not_take_is_left_out_and_told(harz, reached) -> None:
    """The person is filed all the same; the document stays readable in the inbox."""
    system = MemorySystem()
    adapter = MemoryAdapter(system)
    adapter.refusal = lambda _: "takes no documents"  # type: ignore[method-assign]
    beispiel = harz.open("beispiel", adapters={"memory": adapter})
    reached("received")
    assert system.people
    assert not system.files
    assert beispiel.received()[0].candidate.documents
    with beispiel.engine.store.begin(write=False) as transaction:
        assert [one.code for one in transaction.every(Trouble)] == ["not-taken"]


def test_evidence_goes_when_its_time_is_over(harz, reached) -> None:
    """Hashes, closure and receipts stay three years (§ 298 SGB III), then nothing does."""
    person, referral = reached("received")
    person.withdraw()
    harz.settle()
    beispiel = harz.members["beispiel"]
    harz.clock.pass_time((limits.EVIDENCE_DAYS - 1) * limits.DAY)
    housekeeping.run(beispiel.engine)
    with beispiel.engine.store.begin(write=False) as transaction:
        assert transaction.every(Tombstone, referral=referral)
        assert not transaction.every(Seen, until=("at", harz.clock.at - 600 * limits.DAY))
    harz.clock.pass_time(2 * limits.DAY)
    housekeeping.run(beispiel.engine)
    with beispiel.engine.store.begin(write=False) as transaction:
        for kind in (Tombstone, Contact, Account, Suppressed, Trouble):
            assert not transaction.every(kind)
        assert not transaction.every(Token, referral=referral)
        assert transaction.get(Referral, referral) is None


def test_housekeeping_is_done_once_a_day(harz) -> None:
    """Not with every poll."""
    muster = harz.members["muster"]
    with muster.engine.store.begin() as transaction:
        transaction.put(Trouble("x", "y", "z", 0))
    muster.sync()
    with muster.engine.store.begin(write=False) as transaction:
        assert transaction.every(Trouble)
    harz.clock.pass_time(limits.DAY)
    muster.sync()
    with muster.engine.store.begin(write=False) as transaction:
        assert not transaction.every(Trouble)


def test_the_real_runtime_has_a_clock_and_randomness() -> None:
    """Two draws differ; the clock is past the day this was written."""
    runtime = real_runtime()
    assert runtime.clock.now() > 1_700_000_000
    assert runtime.ids.random(16) != runtime.ids.random(16)
    runtime.transport.close()
