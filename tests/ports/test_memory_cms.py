"""The website in memory passes the shared suite, and so does one that keeps no drafts."""

from typing import ClassVar

import attrs
import pytest

from fachkraft_share.ports.capabilities import Capabilities, EraseMethod, Notify, Publish, Retract
from fachkraft_share.testing.cms_suite import CmsAdapterSuite
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter
from fachkraft_share.testing.memory_cms_harness import MemoryCmsHarness


class TestMemoryCms(CmsAdapterSuite):
    """Every capability there is."""

    @pytest.fixture
    def harness(self):
        """A fresh site."""
        return MemoryCmsHarness()


class Removing(MemoryCmsAdapter):
    """Takes an item from the public by deleting it; nothing goes by itself, nobody is told."""

    capabilities: ClassVar[Capabilities] = attrs.evolve(
        MemoryCmsAdapter.capabilities,
        retract=Retract.NOTHING,
        expires=False,
        notify=Notify.NONE,
    )

    def _publish(self, item, *, known, at):
        ref = super()._publish(item, known=known, at=at)
        self._call(self.site.change, ref, until=None)
        return ref

    def _unpublish(self, ref, *, at):
        super()._erase(ref, at=at)


class TestRemovingCms(CmsAdapterSuite):
    """The other direction of the flags."""

    @pytest.fixture
    def harness(self):
        """A fresh site."""
        return MemoryCmsHarness(Removing)


class Nothing(MemoryCmsAdapter):
    """Publishes and erases nothing."""

    capabilities: ClassVar[Capabilities] = attrs.evolve(
        MemoryCmsAdapter.capabilities, publish=Publish.NONE, erase=EraseMethod.NONE
    )


class TestNothingDeclared(CmsAdapterSuite):
    """What is not declared raises."""

    @pytest.fixture
    def harness(self):
        """A fresh site."""
        return MemoryCmsHarness(Nothing)
