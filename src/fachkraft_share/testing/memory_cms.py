"""A website in memory with the traps real ones have, and its adapter."""

import itertools
import threading
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

import attrs

from fachkraft_share.ports.adapter import Checked
from fachkraft_share.ports.capabilities import (
    Capabilities,
    EraseMethod,
    Identity,
    Notify,
    Publish,
    Retract,
)
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.ports.hooks import Hook, read_signed, signature_of
from fachkraft_share.ports.publishing import Item, Published, key_of_slug
from fachkraft_share.testing.troubled import TroubledSystem, called

SECRET: Final = b"the site's secret"


class State(StrEnum):
    """Where a page is."""

    PUBLIC = "public"
    DRAFT = "draft"
    TRASH = "trash"


@attrs.frozen
class Page:
    """One page of the site; `until` is when it goes from the public by itself."""

    slug: str
    title: str
    html: str
    state: State = State.PUBLIC
    until: int | None = None


class MemorySite(TroubledSystem):
    """The site: pages of editors and ours, revisions, a trash, a cache before it, a search index.

    A deleted page goes to the trash first, every change leaves a revision, readers get what the
    cache holds until it is purged, and slugs are unique.
    """

    def __init__(self) -> None:
        self.now = 0  # its clock, for what goes by itself
        self.pages: dict[str, Page] = {}
        self.revisions: list[tuple[str, Page]] = []
        self.cache: dict[str, str] = {}
        self.erase_stops = False
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    def quoted(self) -> str:
        """Return every page."""
        return repr(self.pages)

    def find(self, slug: str) -> str | None:
        """Return the id of the page with this slug, public or not."""
        self.answer()
        with self._lock:
            return next((ref for ref, one in self.pages.items() if one.slug == slug), None)

    def create(self, page: Page) -> str:
        """Create a page; 409 when the slug is taken."""
        self.answer()
        with self._lock:
            if any(one.slug == page.slug for one in self.pages.values()):
                raise FileExistsError
            ref = str(next(self._numbers))
            self.pages[ref] = page
            return ref

    def change(self, ref: str, **changes: Any) -> None:
        """Change a page, keep what it was as a revision; what is not there stays so."""
        self.answer()
        with self._lock:
            if ref in self.pages:
                self.revisions.append((ref, self.pages[ref]))
                self.pages[ref] = attrs.evolve(self.pages[ref], **changes)

    def purge(self, ref: str) -> None:
        """Empty the cache of a page."""
        self.answer()
        self.cache.pop(ref, None)

    def visit(self, ref: str) -> str | None:
        """Return what an anonymous reader is shown, from the cache if it is there."""
        self.answer()
        page = self.pages.get(ref)
        if page is not None and page.until is not None and page.until <= self.now:
            return None
        if page is not None and page.state is State.PUBLIC:
            self.cache.setdefault(ref, f"<h1>{page.title}</h1>{page.html}")
        return self.cache.get(ref)

    def all_pages(self) -> dict[str, Page]:
        """Return every page, the editors' too."""
        self.answer()
        return dict(self.pages)

    def delete(self, ref: str) -> bool:
        """Delete a page for good, past the trash; tell whether it was there. Revisions stay."""
        self.answer()
        if self.erase_stops:
            raise TimeoutError
        with self._lock:
            return self.pages.pop(ref, None) is not None

    def delete_revisions(self, ref: str) -> bool:
        """Delete the revisions of a page; tell whether there were any."""
        self.answer()
        before = len(self.revisions)
        self.revisions = [one for one in self.revisions if one[0] != ref]
        return len(self.revisions) < before


class MemoryCmsAdapter(CmsAdapter):
    """The adapter of that site; also the example of how small an adapter is."""

    name = "memory-cms"
    capabilities: ClassVar[Capabilities] = Capabilities(
        identity=Identity.EXTERNAL_ID,
        erase=EraseMethod.HARD,
        notify=Notify.HMAC,
        publish=Publish.PUSH,
        retract=Retract.DRAFT,
        expires=True,
    )
    limitations = "It forgets everything when the process ends."

    def __init__(self, site: MemorySite) -> None:
        self.site = site

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:  # noqa: ARG003 - there are none
        return cls(MemorySite())

    def _check(self, *, at: int) -> Checked:  # noqa: ARG002 - it has our clock
        self._call(self.site.answer)
        return Checked(version="1")

    def _find(self, key: str) -> str | None:
        found: str | None = self._call(self.site.find, f"fks-{key}")
        return found

    def _publish(self, item: Item, *, known: str | None, at: int) -> str:  # noqa: ARG002
        page = Page(item.slug, item.title, item.page, until=item.valid_until)
        if known is None:
            try:
                return str(self._call(self.site.create, page))
            except FileExistsError:  # somebody was faster
                known = self._find(item.key)
        self._call(self.site.change, known, **attrs.asdict(page))
        self._call(self.site.purge, known)
        return str(known)

    def _unpublish(self, ref: str, *, at: int) -> None:  # noqa: ARG002
        self._call(self.site.change, ref, state=State.DRAFT)
        self._call(self.site.purge, ref)

    def _shown(self, ref: str) -> bool:
        return self._call(self.site.visit, ref) is not None

    def _published(self) -> Iterable[Published]:
        pages: Mapping[str, Page] = self._call(self.site.all_pages)
        for ref, page in pages.items():
            key = key_of_slug(page.slug)
            if key is not None:
                yield Published(ref, key, public=page.state is State.PUBLIC)

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        revised = self._call(self.site.delete_revisions, ref)
        was_there = self._call(self.site.delete, ref)
        self._call(self.site.purge, ref)
        done = Outcome.ERASED if was_there or revised else Outcome.NEVER_HELD
        return Erased(done, (f"page:{ref}",))

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        self._call(self.site.answer)
        if ref in self.site.pages:
            trashed = self.site.pages[ref].state is State.TRASH
            kind = ResidueKind.TRASH if trashed else ResidueKind.PERSON_RECORD
            yield Residue(kind, "pages")
        if any(one == ref for one, _ in self.site.revisions):
            yield Residue(ResidueKind.HISTORY, "revisions")
        if ref in self.site.cache:
            yield Residue(ResidueKind.OLD_COPY, "cache")

    def _read_hook(self, headers: Mapping[str, str], body: bytes) -> Hook:
        return read_signed(SECRET, body, headers.get("x-signature", ""))

    def _call(self, method: Any, *args: Any, **kwargs: Any) -> Any:
        return called(self.site, method, *args, **kwargs)


def sign(body: bytes) -> dict[str, str]:
    """Return the headers of a genuine hook."""
    return {"X-Signature": signature_of(SECRET, body)}
