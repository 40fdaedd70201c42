"""A website in memory that can lose answers and end the process, and what its visitors see."""

from collections.abc import Iterable
from typing import Any

import attrs

from fachkraft_share.ports.publishing import ItemKind, item_key
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite, Page


class Killed(BaseException):
    """The process ends here."""


class ScriptedSite(MemorySite):
    """A site told what becomes of its next creations; `calls` counts what it was asked."""

    def __init__(self, clock: Any) -> None:
        super().__init__()
        self.clock = clock
        self.script: list[str] = []  # of each create: lost | killed-before | killed-after
        self.calls = 0

    def answer(self) -> None:
        """Count, and read the clock everybody reads."""
        self.calls += 1
        self.now = self.clock.now()
        super().answer()

    def create(self, page: Page) -> str:
        """Create, and then or before that do what the script says."""
        fault = self.script.pop(0) if self.script else ""
        if fault == "killed-before":
            raise Killed
        ref = super().create(page)
        if fault == "lost":
            raise TimeoutError
        if fault == "killed-after":
            raise Killed
        return ref

    def seen(self) -> dict[str, str]:
        """Return what visitors see of ours, by slug, whatever trouble we have with the site."""
        self.now = self.clock.now()
        return {
            page.slug: page.title + page.html
            for ref, page in self.pages.items()
            if page.slug.startswith("fks-") and self._visible(ref)
        }

    def traces(self, referral: str) -> tuple[str, ...]:
        """Return where something of a referral's teaser is left."""
        slug = slug_of(referral)
        pages = {ref for ref, page in self.pages.items() if page.slug == slug}
        revised = {ref for ref, page in self.revisions if page.slug == slug}
        held = {"pages": pages, "revisions": revised, "cache": (pages | revised) & set(self.cache)}
        return tuple(name for name, refs in held.items() if refs)

    def _visible(self, ref: str) -> bool:
        page = self.pages[ref]
        if page.until is not None and page.until <= self.now:
            return False
        return page.state == "public" or ref in self.cache


class OtherAdapter(MemoryCmsAdapter):
    """A second website beside the first."""

    name = "other-cms"


class LastingAdapter(MemoryCmsAdapter):
    """A website that hides nothing by itself."""

    name = "lasting-cms"
    capabilities = attrs.evolve(MemoryCmsAdapter.capabilities, expires=False)


def slug_of(referral: str) -> str:
    """Return the slug under which a referral's teaser stands."""
    return "fks-" + item_key(ItemKind.TEASER, referral)


def slugs(referrals: Iterable[str]) -> set[str]:
    """Return the slugs of several."""
    return {slug_of(one) for one in referrals}
