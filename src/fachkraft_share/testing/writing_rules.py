"""Rules A8 to A11 of the adapter suite: filing and marking."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import AdapterError, ConsentError, TemporaryAdapterError
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import Create, CreateMode, UploadMethod
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.testing.adapter_harness import (
    AtsHarness,
    invented,
    leave,
    pdf,
    referral_id,
)
from fachkraft_share.testing.erasing_rules import needs_erasing
from fachkraft_share.testing.system_harness import MARKER, MEMBER, SOURCE
from fachkraft_share.testing.unchanged import Unchanged


def _needs_filing(harness: AtsHarness) -> AtsAdapter:
    adapter = harness.fresh()
    if adapter.capabilities.create is Create.NONE:
        pytest.skip("the system files nobody")
    return adapter


def lose_answer(adapter: AtsAdapter) -> None:
    """Let the next create arrive, and its answer be lost."""
    create = adapter._import_referral

    def arrived_but_unanswered(*args: Any, **kwargs: Any) -> str:
        create(*args, **kwargs)
        raise TimeoutError

    vars(adapter)["_import_referral"] = arrived_but_unanswered


class WritingRules(Unchanged):
    """What every adapter that files must do."""

    def test_a8_the_same_referral_twice_is_one_person(self, harness: AtsHarness) -> None:
        """Importing again changes nothing; importing a correction updates."""
        adapter = _needs_filing(harness)
        ref = harness.put(adapter)
        assert harness.put(harness.fresh()) == ref
        assert harness.stored() == (ref,)
        assert adapter.find(referral_id(1)) == ref

    def test_a8_at_the_same_time_is_one_person(self, harness: AtsHarness) -> None:
        """Two engines on one system do not file two persons."""
        if _needs_filing(harness).capabilities.mode is CreateMode.ASYNC:
            pytest.skip("created later, one after the other")
        adapters = [harness.fresh() for _ in range(6)]
        with ThreadPoolExecutor(len(adapters)) as pool:
            refs = set(pool.map(harness.put, adapters))
        assert harness.stored() == tuple(refs)
        assert len(refs) == 1

    def test_a8_after_a_lost_answer_is_one_person(self, harness: AtsHarness) -> None:
        """The request had arrived behind the timeout; trying again finds it."""
        adapter = _needs_filing(harness)
        lose_answer(adapter)
        permit = leave(referral_id(1), at=harness.at)
        with pytest.raises(TemporaryAdapterError):
            adapter.import_referral(referral_id(1), invented(1), permit=permit, at=harness.at)
        ref = harness.put(harness.fresh())
        assert harness.stored() == (ref,)

    def test_a9_without_the_gates_leave_nothing_is_sent(self, harness: AtsHarness) -> None:
        """No permit, or one for another action, referral or time: refused, nothing filed."""
        adapter = _needs_filing(harness)
        at, referral = harness.at, referral_id(1)
        bad: list[Any] = [
            None,
            Permit(Action.HOLD, MEMBER, referral, at),
            leave(referral_id(2), at=at),
            leave(referral, at=at - limits.PERMIT_SECONDS - 1),
            leave(referral, at=at + 1),
        ]
        for permit in bad:
            with pytest.raises(ConsentError):
                adapter.import_referral(referral, invented(1), permit=permit, at=at)
        assert harness.stored() == ()

    def test_a9_provenance_is_marked_and_nobody_gets_a_mail(self, harness: AtsHarness) -> None:
        """Source, referral and consent stand in the system; the candidate hears nothing from it."""
        adapter = _needs_filing(harness)
        ref = harness.put(adapter)
        assert harness.mails() == 0
        if not adapter.capabilities.mark:
            pytest.skip("the system has no place for the provenance")
        for _ in range(2):
            adapter.mark(ref, Provenance(SOURCE, referral_id(1), "consent-1"))
        content = harness.content_of(ref)
        for part in (SOURCE, referral_id(1), "consent-1"):
            assert part.encode() in content

    def test_a9_leave_for_one_does_not_open_another(self, harness: AtsHarness) -> None:
        """A document cannot be added to somebody else's record."""
        adapter = _needs_filing(harness)
        if adapter.capabilities.upload.method is UploadMethod.NONE:
            pytest.skip("the system takes no documents")
        first, second = (harness.put(adapter, number=n) for n in (1, 2))
        permit = leave(referral_id(1), at=harness.at)
        document = pdf("qzxlate")
        with pytest.raises(ConsentError):
            adapter.add_document(second, document, permit=permit, at=harness.at)
        for _ in range(2):
            adapter.add_document(first, document, permit=permit, at=harness.at)
        assert harness.content_of(first).count(b"qzxlate") == 1
        assert b"qzxlate" not in harness.content_of(second)

    def test_a10_pending_is_try_again_and_failed_is_final(self, harness: AtsHarness) -> None:
        """An id that comes later is waited for; a create that failed later says so."""
        adapter = _needs_filing(harness)
        if adapter.capabilities.mode is CreateMode.SYNC:
            pytest.skip("the system creates at once")
        referral, at = referral_id(1), harness.at
        for _ in range(2):
            with pytest.raises(TemporaryAdapterError):
                adapter.import_referral(referral, invented(1), permit=leave(referral, at=at), at=at)
        harness.settle(successful=False)
        with pytest.raises(AdapterError) as caught:
            adapter.import_referral(referral, invented(1), permit=leave(referral, at=at), at=at)
        assert not isinstance(caught.value, TemporaryAdapterError)
        assert harness.stored() == ()

    def test_a11_somebody_there_for_own_reasons_stays(self, harness: AtsHarness) -> None:
        """The same person, there before, is neither overwritten nor erased."""
        adapter = needs_erasing(harness)
        before = attrs.evolve(invented(1, marker=MARKER), city="qzxbefore")
        harness.own_person(before)
        places = harness.places_holding(b"qzxbefore")
        assert places
        ref = harness.put(adapter)
        adapter.erase(ref, at=harness.at + 1)
        assert harness.places_holding(b"qzxbefore") == places
