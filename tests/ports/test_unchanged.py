"""A suite is passed unchanged, or the class that tries otherwise is refused."""

import pytest

from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.cms_suite import CmsAdapterSuite
from fachkraft_share.testing.unchanged import Unchanged

RULE = "test_a16_unreachable_means_try_again"


def overridden(*marks):
    """Return a rule of one's own with these marks."""

    def rule(self, harness):
        raise AssertionError

    for mark in marks:
        rule = mark(rule)
    return rule


@pytest.mark.parametrize("suite", [AtsAdapterSuite, CmsAdapterSuite])
@pytest.mark.parametrize(
    "member",
    [
        overridden(),
        None,
        overridden(pytest.mark.skip(reason="no time")),
        overridden(pytest.mark.skipif(True, reason="no time")),
        overridden(pytest.mark.xfail),
        overridden(pytest.mark.xfail(reason="no strictness")),
        overridden(pytest.mark.xfail(strict=True)),
        overridden(pytest.mark.xfail(strict=False, reason="no strictness")),
        overridden(pytest.mark.xfail(strict=True, reason="x"), pytest.mark.skip),
        overridden(pytest.mark.slow),
    ],
)
def test_overriding_without_a_reason_is_refused(suite, member):
    """A rule that is left out silently would look like one that holds."""
    with pytest.raises(TypeError):
        type("TestMine", (suite,), {RULE: member})
    heir = type("TestMine", (suite,), {})
    with pytest.raises(TypeError):
        type("TestHeir", (heir,), {RULE: member})


def test_overriding_with_a_reason_is_let_through():
    """It must fail, and says why."""
    why = overridden(pytest.mark.xfail(strict=True, reason="the vendor answers 200 to everything"))
    assert type("TestMine", (AtsAdapterSuite,), {RULE: why})


def test_own_tests_and_fixtures_may_be_added():
    """They take nothing away."""
    added = {"test_mine": overridden(), "harness": pytest.fixture(overridden())}
    assert type("TestMine", (CmsAdapterSuite,), added)


@pytest.mark.parametrize(
    "mark",
    [pytest.mark.skip(reason="x"), pytest.mark.skipif(True, reason="x"), pytest.mark.xfail],
)
def test_a_whole_suite_is_not_skipped(mark):
    """Neither in the class nor by a decorator put on it."""
    for marks in (mark, [mark]):
        with pytest.raises(TypeError):
            type("TestMine", (AtsAdapterSuite,), {"pytestmark": marks})
    with pytest.raises(TypeError):
        mark(type("TestMine", (AtsAdapterSuite,), {}))
    with pytest.raises(TypeError):
        type("TestMine", (AtsAdapterSuite,), {"__test__": False})


def test_other_marks_may_be_put_on_a_suite():
    """A slow one is still run."""
    marked = pytest.mark.slow(type("TestMine", (AtsAdapterSuite,), {"pytestmark": []}))
    assert [one.name for one in marked.pytestmark] == ["slow"]
    assert issubclass(marked, Unchanged)
