"""Taking an item from a website: away from the public first, then erased, then looked at again.

1. The note of an item goes last: whatever ends in between, it is found and taken away again.
2. Only an item that is noted is asked for; a restored state may have lost the note and asks always.
3. What leaves something behind stays noted, so that an erasure says so and it is tried again.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, UnsupportedCapabilityError
from fachkraft_share.member.breaker import asking
from fachkraft_share.member.engine import RESTORED, Engine
from fachkraft_share.member.participants import SITE
from fachkraft_share.member.records import Displayed, Standing
from fachkraft_share.ports.capabilities import EraseMethod, Publish
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, unsupported
from fachkraft_share.ports.publishing import ItemKind, item_key
from fachkraft_share.ports.store import Store


@attrs.frozen
class SiteParticipant:
    """What a website shows of a referral."""

    adapter: CmsAdapter
    store: Store

    @property
    def name(self) -> str:
        """The name remembered in the store."""
        return name_of(self.adapter)

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Take the referral's teaser away, also when its fate was unknown."""
        row = self._noted(referral)
        if row is None:
            return Erasure(Outcome.NEVER_HELD, (), at)
        return take_away(self.adapter, self.store, row, at=at)

    def _noted(self, referral: str) -> Displayed | None:
        key = item_key(ItemKind.TEASER, referral)
        with self.store.begin(write=False) as transaction:
            row = transaction.get(Displayed, self.adapter.name, key)
            restored = transaction.get(Standing, RESTORED)
        if row is None and restored and publishes(self.adapter):
            return Displayed(self.adapter.name, key, referral, None, "", until=0, at=0)
        return row


def name_of(adapter: CmsAdapter) -> str:
    """Return the name of a website as participant and for the breaker."""
    return f"{SITE}{adapter.name}"


def publishes(adapter: CmsAdapter) -> bool:
    """Tell whether items can be published there."""
    return adapter.capabilities.publish is not Publish.NONE


def erases(adapter: CmsAdapter) -> bool:
    """Tell whether items can be erased there."""
    return adapter.capabilities.erase is not EraseMethod.NONE


def take_away(adapter: CmsAdapter, store: Store, row: Displayed, *, at: int) -> Erasure:
    """Unpublish and erase what a note speaks of; drop the note when nothing is left.

    Raises:
        AdapterError: it may still be there; the note stays.
    """
    if not row.sent:  # it may have been created anew, or be erased by half
        row = attrs.evolve(row, ref=_found(adapter, store, row) or row.ref)
    if row.ref is None and 0 <= at - row.at < limits.REST_SECONDS:
        return Erasure(Outcome.REQUESTED, (), at)  # what was sent may still arrive
    erasure = _erased(adapter, row.ref, at=at)
    settled = erasure.outcome not in (Outcome.REQUESTED, Outcome.UNSUPPORTED)
    with store.begin() as transaction:
        if settled and not erasure.residue:
            transaction.drop(Displayed, *row.key)
        else:
            transaction.put(attrs.evolve(row, sent="", again_at=at + limits.DAY))
    return erasure


def hide(engine: Engine, referrals: Iterable[str]) -> None:
    """Take what is shown of these from the public at once; erasing says what became of it."""
    names = list(referrals)
    with engine.store.begin(write=False) as transaction:
        rows = [row for one in names for row in transaction.every(Displayed, referral=one)]
    for row in rows:
        adapter = engine.sites.get(row.site)
        if adapter is None or row.ref is None or row.again_at:
            continue
        try:
            with asking(engine, name_of(adapter)):
                adapter.unpublish(row.ref, at=engine.now())
        except FachkraftShareError:
            continue  # it is asked again, and what it says is told, when it is asked to erase


def _found(adapter: CmsAdapter, store: Store, row: Displayed) -> str | None:
    """Look it up by its key and note it: what is erased by half may be found by it no more."""
    ref = adapter.find(row.item)
    if ref is not None:
        with store.begin() as transaction:
            transaction.put(attrs.evolve(row, ref=ref))
    return ref


def _erased(adapter: CmsAdapter, ref: str | None, *, at: int) -> Erasure:
    if ref is None:
        return Erasure(Outcome.NEVER_HELD, (), at)
    adapter.unpublish(ref, at=at)
    try:
        return adapter.erase(ref, at=at)
    except UnsupportedCapabilityError:
        return unsupported(at=at)
