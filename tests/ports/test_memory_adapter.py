"""The system in memory passes the shared suite, as it is and creating asynchronously."""

from typing import ClassVar

import attrs
import pytest

from fachkraft_share.ports.capabilities import Capabilities, CreateMode
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.memory_ats import MemoryAdapter
from fachkraft_share.testing.memory_harness import MemoryHarness


class TestMemoryAdapter(AtsAdapterSuite):
    """Every capability there is, creating at once."""

    @pytest.fixture
    def harness(self):
        """A fresh system."""
        return MemoryHarness()


class LaterAdapter(MemoryAdapter):
    """The same system, accepting creates for later."""

    capabilities: ClassVar[Capabilities] = attrs.evolve(
        MemoryAdapter.capabilities, mode=CreateMode.ASYNC
    )


class TestLaterAdapter:
    """A system that creates asynchronously."""

    @pytest.fixture
    def harness(self):
        """A fresh system that creates later."""
        return MemoryHarness(LaterAdapter, later=True)

    test_pending = AtsAdapterSuite.test_a10_pending_is_try_again_and_failed_is_final
    test_twice = AtsAdapterSuite.test_a8_the_same_referral_twice_is_one_person
    test_erase = AtsAdapterSuite.test_a12_after_erasing_nothing_is_left_or_it_is_named
