"""Rules A14 and A16 of the suites: hooks and errors, alike for every outside system."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    RefusedError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.capabilities import EraseMethod, Notify
from fachkraft_share.ports.hooks import Hint
from fachkraft_share.testing.system_harness import MARKER, MOST_CALLS, PRIVATE, SystemHarness
from fachkraft_share.testing.unchanged import Unchanged


class CommonRules(Unchanged):
    """What every adapter must do, whatever its system is."""

    def test_a14_a_signed_lie_only_causes_a_reading(self, harness: SystemHarness) -> None:
        """Whatever a genuine hook claims, all that comes of it is which record to read again."""
        adapter = _needs_hooks(harness)
        headers, body = harness.hook("4711", event="e1", at=harness.at)
        assert adapter.hint(headers, body, at=harness.at) == Hint("4711")
        assert harness.stored() == ()

    def test_a14_wrong_old_repeated_hooks_and_pings_are_told_apart(
        self, harness: SystemHarness
    ) -> None:
        """Wrong and old ones are refused, a repeated one and the test call mean nothing new."""
        adapter, at = _needs_hooks(harness), harness.at
        headers, body = harness.hook("4711", event="e1", at=at)
        if adapter.capabilities.notify is not Notify.UNSIGNED:
            false_headers, false_body = harness.hook("4711", event="e2", at=at, genuine=False)
            for wrong in ((false_headers, false_body), ({}, body), (headers, body + b" ")):
                with pytest.raises(RefusedError):
                    adapter.hint(*wrong, at=at)
        with pytest.raises(RefusedError):
            adapter.hint(headers, body, at=at + limits.HOOK_AGE + 1)
        assert adapter.hint(headers, body, at=at) == Hint("4711")
        assert adapter.hint(headers, body, at=at) is None
        assert adapter.hint(*harness.ping(at=at), at=at) is None

    def test_a16_unreachable_means_try_again(self, harness: SystemHarness) -> None:
        """A system that does not answer is temporary; no person stands in error or log."""
        with harness.down():
            errors = _errors_of_all(harness)
        assert all(isinstance(one, TemporaryAdapterError) for one in errors)

    def test_a16_refused_rights_mean_will_not_work(self, harness: SystemHarness) -> None:
        """Refused credentials are an error of their own and not temporary."""
        with harness.forbidding():
            errors = _errors_of_all(harness)
        assert all(isinstance(one, CredentialsError) for one in errors)

    def test_a16_nonsense_means_will_not_work(self, harness: SystemHarness) -> None:
        """An answer nobody understands is permanent, and is not quoted."""
        with harness.talking_nonsense():
            errors = _errors_of_all(harness)
        assert not any(isinstance(one, TemporaryAdapterError) for one in errors)

    def test_a16_a_fault_inside_means_try_again(self, harness: SystemHarness) -> None:
        """A 500 is not the record's fault, and is not quoted."""
        with harness.failing_inside():
            errors = _errors_of_all(harness)
        assert all(isinstance(one, TemporaryAdapterError) for one in errors)

    @pytest.mark.parametrize("seconds", [77, None])
    def test_a16_too_many_calls_mean_come_back_when_told(
        self, harness: SystemHarness, seconds: int | None
    ) -> None:
        """The time the system names is handed on; without one it is temporary all the same."""
        with harness.limiting(retry_after=seconds):
            errors = _errors_of_all(harness)
        for error in errors:
            assert isinstance(error, TemporaryAdapterError)
            assert seconds is None or error.retry_after == seconds

    def test_a16_an_expired_token_is_renewed(self, harness: SystemHarness) -> None:
        """Nobody hears of it while the credentials are good."""
        adapter = harness.fresh()
        for call in harness.calls(adapter).values():
            harness.expire_token()
            assert _error_of(call) is None

    def test_a16_half_a_writing_is_finished_by_the_next(self, harness: SystemHarness) -> None:
        """Wherever it stopped: afterwards there is one thing, as whole as any other."""
        if not harness.writes():
            pytest.skip("nothing is put there")
        whole = harness.put(harness.fresh(), number=100)
        count = harness.content_of(whole).count(MARKER.encode())
        stopped = 0
        for calls in range(MOST_CALLS):
            with harness.failing_after(calls):
                error = _error_of(partial(harness.put, harness.fresh(), number=calls))
            assert error is None or isinstance(error, TemporaryAdapterError)
            stopped += error is not None
            ref = harness.put(harness.fresh(), number=calls)
            assert len(harness.stored()) == calls + 2
            assert harness.content_of(ref).count(MARKER.encode()) == count
        assert stopped

    def test_a18_erasing_and_hooks_not_declared_raise(self, harness: SystemHarness) -> None:
        """Refused by their own error, and nothing happens."""
        adapter, able, at = harness.fresh(), harness.fresh().capabilities, harness.at
        if able.erase is EraseMethod.NONE:
            assert_unsupported(lambda: adapter.erase("a", at=at), "erase")
        if able.notify is Notify.NONE:
            assert_unsupported(lambda: adapter.hint({}, b"", at=at), "notify")
        assert adapter.limitations
        assert adapter.check(at=at).version


def _needs_hooks(harness: SystemHarness) -> Adapter:
    adapter = harness.fresh()
    if adapter.capabilities.notify is Notify.NONE:
        pytest.skip("the system sends no hooks")
    return adapter


def assert_unsupported(attempt: Callable[[], object], flag: str) -> None:
    """Check that what is not declared raises its own error."""
    assert isinstance(_error_of(attempt), UnsupportedCapabilityError), flag


def _errors_of_all(harness: SystemHarness) -> list[AdapterError]:
    calls = harness.calls(harness.fresh())
    with logged() as lines:
        found = {name: _error_of(call) for name, call in calls.items()}
    silent = [name for name, error in found.items() if error is None]
    assert not silent, f"must raise, and did not: {', '.join(silent)}"
    errors = [error for error in found.values() if error is not None]
    assert errors
    assert PRIVATE not in "".join([*map(str, errors), *map(repr, errors), *lines])
    return errors


def _error_of(call: Callable[[], object]) -> AdapterError | None:
    try:
        call()
    except AdapterError as error:
        return error
    return None


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect everything that is logged, formatted as a log file would have it."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
