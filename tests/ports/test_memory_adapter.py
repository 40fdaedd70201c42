"""The system in memory passes the shared suite, in each way a system may be different."""

from typing import ClassVar

import attrs
import pytest

from fachkraft_share.ports.capabilities import (
    Capabilities,
    Changes,
    CreateMode,
    Granularity,
)
from fachkraft_share.ports.moments import read_moment, write_day
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.memory_ats import MemoryAdapter
from fachkraft_share.testing.memory_harness import MemoryHarness


class TestMemoryAdapter(AtsAdapterSuite):
    """Every capability there is, creating at once, listing newest first."""

    @pytest.fixture
    def harness(self):
        """A fresh system."""
        return MemoryHarness()


class TestOldestFirst(AtsAdapterSuite):
    """The other order of the list."""

    @pytest.fixture
    def harness(self):
        """A fresh system that lists the oldest first."""
        return MemoryHarness(newest_first=False)


class LaterAdapter(MemoryAdapter):
    """The same system, accepting creates for later."""

    capabilities: ClassVar[Capabilities] = attrs.evolve(
        MemoryAdapter.capabilities, mode=CreateMode.ASYNC
    )


class TestLaterAdapter(AtsAdapterSuite):
    """A system that creates asynchronously."""

    @pytest.fixture
    def harness(self):
        """A fresh system that creates later."""
        return MemoryHarness(LaterAdapter, later=True)


class DayAdapter(MemoryAdapter):
    """The same system, whose filter knows days only, and tells the days of changes only."""

    capabilities: ClassVar[Capabilities] = attrs.evolve(
        MemoryAdapter.capabilities, granularity=Granularity.DAY
    )

    def _since(self, moment):
        return write_day(moment, zone=self._zone())

    def _record(self, key, found):
        day = read_moment(found["changed"][:10], zone=self._zone())
        return attrs.evolve(super()._record(key, found), updated_at=day)


class TestDayAdapter(AtsAdapterSuite):
    """A filter by local days (A3)."""

    @pytest.fixture
    def harness(self):
        """A fresh system."""
        return MemoryHarness(DayAdapter)


class ScanAdapter(MemoryAdapter):
    """The same system without a filter: everything is read and compared."""

    capabilities: ClassVar[Capabilities] = attrs.evolve(
        MemoryAdapter.capabilities, changes=Changes.NONE
    )


class TestScanAdapter(AtsAdapterSuite):
    """Scan and compare."""

    @pytest.fixture
    def harness(self):
        """A fresh system."""
        return MemoryHarness(ScanAdapter)


def test_a_system_that_answers_itself_has_no_export_files_to_show() -> None:
    """A preview is for files that people export; an adapter without any says nothing."""
    assert MemoryHarness().fresh().preview() == ()
