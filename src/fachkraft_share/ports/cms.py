"""The port to content-management systems: publish, take away, list what is ours.

1. A teaser is sent only with a fresh `Permit` of the gate for exactly its referral (R1).
2. What is sent was checked and cleaned before; the referral's id is not among it (A15).
3. Before every create the system is asked for our key: the fate of the last try may be unknown.
4. After every `unpublish` an anonymous reader's view is asked for: a site may show a cached page.
"""

from collections.abc import Iterable
from itertools import islice
from typing import final

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError, PermanentAdapterError, TemporaryAdapterError
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.capabilities import Publish
from fachkraft_share.ports.publishing import Item, ItemKind, Published, is_key, outgoing
from fachkraft_share.rules.consent import Action, Permit


class CmsAdapter(Adapter):
    """One website."""

    @final
    def publish(self, item: Item, *, permit: Permit | None = None, at: int) -> str:
        """Create the item once, or update it, visible to everybody; return the system's own id.

        Raises:
            ConsentError: a teaser, and the permit is none, not for this, or not fresh.
            UnsupportedCapabilityError: the system publishes nothing.
            InvalidRecordError: its time is over, or a field must not be sent; nothing was.
            TemporaryAdapterError: its fate is unknown; doing it again publishes nothing twice.
        """
        self._require_publishing()
        if item.kind is ItemKind.TEASER:
            self._check_permit(permit, Action.DISPLAY, referral=item.referral, at=at)
        with self._own_errors_only():
            sent = outgoing(item, at=at)
            known = self._find(sent.key)
            return self._opaque(self._publish(sent, known=known, at=at))

    @final
    def unpublish(self, ref: str, *, at: int) -> None:
        """Take the item from the public at once; what is not there is fine.

        Raises:
            TemporaryAdapterError: it did not succeed, or the public still sees it; try again.
        """
        self._require_publishing()
        with self._own_errors_only():
            self._unpublish(self._opaque(ref), at=at)
            if self._shown(ref):
                raise TemporaryAdapterError("an anonymous reader still sees the item")

    @final
    def shown(self, ref: str) -> bool:
        """Tell whether an anonymous reader sees the item now."""
        self._require_publishing()
        with self._own_errors_only():
            return self._shown(self._opaque(ref))

    @final
    def find(self, key: str) -> str | None:
        """Return the system's id of the item with our key, public or not, if there is one."""
        self._require_publishing()
        with self._own_errors_only():
            return self._find(_our(key))

    @final
    def published(self) -> tuple[Published, ...]:
        """Return every item of ours that is there, public or not, so that orphans can go."""
        self._require_publishing()
        with self._own_errors_only():
            found = tuple(islice(self._published(), limits.ITEMS_PUBLISHED + 1))
            if len(found) > limits.ITEMS_PUBLISHED:
                raise PermanentAdapterError("the list does not end")
            for one in found:
                self._opaque(one.ref)
                _our(one.key)
        return found

    # What an adapter fills in -----------------------------------------------------------------

    def _find(self, key: str) -> str | None:  # noqa: ARG002
        """Look for the item with our key, public or not."""
        raise self._unable("publish")

    def _publish(self, item: Item, *, known: str | None, at: int) -> str:  # noqa: ARG002
        """Create, or update `known`, so that everybody sees it."""
        raise self._unable("publish")

    def _unpublish(self, ref: str, *, at: int) -> None:  # noqa: ARG002
        """Take it from the public; what is not there is fine."""
        raise self._unable("publish")

    def _shown(self, ref: str) -> bool:  # noqa: ARG002
        """Ask as an anonymous reader, without our credentials, whether the item is seen."""
        raise self._unable("publish")

    def _published(self) -> Iterable[Published]:
        """List every item of ours, public or not."""
        raise self._unable("publish")

    # Guards -----------------------------------------------------------------------------------

    @final
    def _require_publishing(self) -> None:
        self._require(self.capabilities.publish is not Publish.NONE, "publish")


def _our(key: str) -> str:
    if not is_key(key):
        raise InvalidRecordError("key: not one of ours")
    return key
