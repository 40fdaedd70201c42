"""The shared suite's harness for the website in memory; an example to copy."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.publishing import key_of_slug
from fachkraft_share.testing.cms_harness import CmsHarness
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite, Page, sign
from fachkraft_share.testing.troubled import TroubledHarness


class MemoryCmsHarness(TroubledHarness, CmsHarness):
    """A fresh site in memory; `make` turns it into the adapter under test."""

    def __init__(self, make: Callable[[MemorySite], CmsAdapter] = MemoryCmsAdapter) -> None:
        self.system: MemorySite = MemorySite()
        self._make = make

    def fresh(self) -> CmsAdapter:
        """Return another adapter object on the same site."""
        return self._make(self.system)

    def seen(self, ref: str) -> str | None:
        """Visit the page."""
        return self.system.visit(ref)

    def own_page(self, marker: str) -> None:
        """Publish as an editor."""
        self.system.create(Page("ueber-uns", f"Über uns {marker}", f"<p>{marker}</p>"))

    def stored(self) -> tuple[str, ...]:
        """Return the pages with a slug of ours."""
        pages = self.system.pages.items()
        return tuple(ref for ref, one in pages if key_of_slug(one.slug) is not None)

    def content_of(self, ref: str) -> bytes:
        """Return title and text."""
        page = self.system.pages[ref]
        return f"{page.title}\n{page.html}".encode()

    def names_of(self, ref: str) -> tuple[str, ...]:
        """Return the slug."""
        return (self.system.pages[ref].slug,)

    def places_holding(self, marker: bytes) -> tuple[str, ...]:
        """Search pages, revisions and the cache."""
        stores: dict[str, list[str]] = {
            "pages": [repr(one) for one in self.system.pages.values()],
            "revisions": [repr(one) for _, one in self.system.revisions],
            "cache": list(self.system.cache.values()),
        }
        text = marker.decode()
        return tuple(name for name, held in stores.items() if any(text in one for one in held))

    def plant(self, ref: str, marker: bytes) -> None:
        """Leave a revision."""
        page = Page("fks-left", marker.decode(), "")
        self.system.revisions.append((ref, page))

    def wait_until(self, moment: int) -> None:
        """Set the clock."""
        self.system.now = moment

    @contextmanager
    def erasing_half(self) -> Iterator[None]:
        """Erase the revisions, then stop answering."""
        self.system.erase_stops = True
        try:
            yield
        finally:
            self.system.erase_stops = False

    def hook(
        self, record: str, *, event: str, at: int, genuine: bool = True
    ) -> tuple[Mapping[str, str], bytes]:
        """Return a hook that claims the page was published with another text."""
        claims = {"state": "public", "title": "Lie"}
        body = json.dumps({"id": event, "sent": at, "record": record, **claims}).encode()
        return sign(body if genuine else body + b"other"), body

    def ping(self, *, at: int) -> tuple[Mapping[str, str], bytes]:
        """Return the test call."""
        body = json.dumps({"id": "ping", "sent": at, "kind": "ping"}).encode()
        return sign(body), body
