"""Rules A12 and A13 of the suites: erasing, and the look that finds what is left."""

from collections.abc import Callable, Iterable
from functools import partial

import pytest

from fachkraft_share.errors import AdapterError
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.capabilities import EraseMethod, Publish
from fachkraft_share.ports.erasure_evidence import Outcome, Residue, ResidueKind, receipt_state
from fachkraft_share.testing.system_harness import MARKER, MOST_CALLS, SystemHarness
from fachkraft_share.testing.unchanged import Unchanged

_OUTCOMES = {
    EraseMethod.HARD: Outcome.ERASED,
    EraseMethod.ANONYMISE: Outcome.ANONYMISED,
    EraseMethod.REQUEST: Outcome.REQUESTED,
}


def needs_erasing(harness: SystemHarness) -> Adapter:
    """Return an adapter that puts something there and can erase it, or skip."""
    adapter = harness.fresh()
    if not harness.writes():
        pytest.skip("nothing is put there")
    if adapter.capabilities.erase is EraseMethod.NONE:
        pytest.skip("the system cannot erase; a person must")
    return adapter


def within_reach(adapter: Adapter, residue: Iterable[Residue]) -> tuple[Residue, ...]:
    """Return the residue without the copies that sites fetched, which go with their next visit."""
    if adapter.capabilities.publish is not Publish.PULL:
        return tuple(residue)
    return tuple(one for one in residue if not fetched(one))


def fetched(residue: Residue) -> bool:
    """Tell whether this is a copy at a site, which goes by itself."""
    return residue.kind is ResidueKind.OLD_COPY and residue.goes is not None


class ErasingRules(Unchanged):
    """What every adapter that erases must do."""

    def test_a12_after_erasing_nothing_is_left_or_it_is_named(self, harness: SystemHarness) -> None:
        """A marker in every field and document is searched in every store within reach."""
        adapter = needs_erasing(harness)
        ref = harness.put(adapter)
        assert harness.places_holding(MARKER.encode())
        erasure = adapter.erase(ref, at=harness.at + 1)
        left = harness.places_holding(MARKER.encode())
        found = within_reach(adapter, erasure.residue)
        unnamed = f"left: {', '.join(map(str, left))}; named: {len(found)}"
        assert len(found) >= len(left), unnamed
        assert ref not in harness.stored()
        if not left:
            assert found == ()
        assert MARKER not in repr(erasure)

    def test_a12_a_planted_residue_is_found_by_the_second_look(
        self, harness: SystemHarness
    ) -> None:
        """Something a careless erasure left behind does not escape."""
        adapter = needs_erasing(harness)
        ref = harness.put(adapter)
        adapter.erase(ref, at=harness.at + 1)
        harness.plant(ref, b"qzxplanted")
        assert harness.places_holding(b"qzxplanted")
        assert within_reach(adapter, adapter.look(ref, at=harness.at + 2))
        again = adapter.erase(ref, at=harness.at + 3)
        gone = not harness.places_holding(b"qzxplanted")
        assert gone or within_reach(adapter, again.residue)

    def test_a12_what_a_broken_off_writing_left_goes_too(self, harness: SystemHarness) -> None:
        """Wherever it broke off: written anew and erased, nothing is left that is not named."""
        needs_erasing(harness)
        for calls in range(MOST_CALLS):
            with harness.failing_after(calls):
                whole = _succeeds(partial(harness.put, harness.fresh()))
            adapter = harness.fresh()
            erasure = adapter.erase(harness.put(adapter), at=harness.at + 1)
            left = harness.places_holding(MARKER.encode())
            unnamed = f"broken off after {calls} calls; left: {', '.join(map(str, left))}"
            assert len(within_reach(adapter, erasure.residue)) >= len(left), unnamed
            if whole:
                return

    def test_a13_erasing_twice_is_fine(self, harness: SystemHarness) -> None:
        """The first time does what was declared; the second finds nothing, without an error."""
        adapter = needs_erasing(harness)
        ref = harness.put(adapter)
        first = adapter.erase(ref, at=harness.at + 1)
        assert first.outcome is _OUTCOMES[adapter.capabilities.erase]
        second = harness.fresh().erase(ref, at=harness.at + 2)
        assert second.looked_at == harness.at + 2
        assert second.residue == first.residue

    def test_a13_forbidden_is_no_proof_of_gone(self, harness: SystemHarness) -> None:
        """Refused rights raise; they are never taken for an erasure, nor for an empty look."""
        adapter = needs_erasing(harness)
        ref = harness.put(adapter)
        with harness.forbidding():
            for attempt in (adapter.erase, adapter.look):
                with pytest.raises(AdapterError):
                    attempt(ref, at=harness.at + 1)
        assert harness.places_holding(MARKER.encode())

    def test_a13_a_partial_failure_is_reported_as_such(self, harness: SystemHarness) -> None:
        """Stopped in the middle it is no erasure; done again it is one."""
        adapter = needs_erasing(harness)
        ref = harness.put(adapter)
        with harness.erasing_half():
            try:
                state = receipt_state(adapter.erase(ref, at=harness.at + 1), at=harness.at + 1)
            except AdapterError:
                state = "failed"
        assert state != "erased"
        assert within_reach(adapter, harness.fresh().look(ref, at=harness.at + 2))
        adapter.erase(ref, at=harness.at + 3)
        assert harness.places_holding(MARKER.encode()) == ()


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except AdapterError:
        return False
    return True
