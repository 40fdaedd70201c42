"""Accountable erasure: receipts, what they settle, manifests and the journal's lines.

Nobody can prove that a copy does not exist; what can be proved is who was given the data, who
signed for what, and who has not (design § 6).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol.parts import part_hash, read_part, write_part
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    Delivered,
    DeliveryManifest,
    ErasureReceipt,
    ErasureState,
    ReceiptItem,
)
from fachkraft_share.protocol.records import Held
from fachkraft_share.wire.convert import structure, unstructure

RECEIPT = "receipt"
PROFILE, DOSSIER = "profile", "dossier"
DEMANDED = frozenset({PROFILE, DOSSIER})  # silence about one of them would settle it unsaid
RECORD = "record"  # the business record of a mediation, without the person's documents


@attrs.frozen
class Settlement:
    """Whether a receipt ends a holder's duty; `alarm` is a code for the coordinator."""

    settled: bool
    alarm: str | None = None


def settle(item: ReceiptItem, *, held: Held | None, at: int) -> Settlement:
    """Tell what a receipt settles: all it names, and it must name profile and dossier.

    `never_held` against recorded custody raises the alarm. A category unknown here counts like
    the others, and settles nothing for them.
    """
    found = [_settles(one, held=held, at=at) for one in item.categories]
    alarm = next((one.alarm for one in found if one.alarm), None)
    if any(not one.settled for one in found):
        return Settlement(settled=False, alarm=alarm)
    if not {one.category for one in item.categories} >= DEMANDED:
        return Settlement(settled=False, alarm="incomplete")
    if any(residue.goes is None for residue in item.residues):
        return Settlement(settled=False, alarm="residue")
    return Settlement(settled=True)


def _settles(category: CategoryErased, *, held: Held | None, at: int) -> Settlement:
    state = category.state
    if state is ErasureState.NEVER_HELD:
        # The ledger records custody of the profile; few of its holders are given a dossier.
        held_it = held is not None and held.custody_at is not None
        custody = held_it and category.category == PROFILE
        return Settlement(settled=not custody, alarm="custody" if custody else None)
    if state is ErasureState.RETAINED:
        alarm = _retention_alarm(category, held=held, at=at)
        return Settlement(settled=alarm is None and at < (category.until or 0), alarm=alarm)
    if state is ErasureState.FAILED:
        return Settlement(settled=False, alarm=category.reason or "failed")
    return Settlement(settled=state in (ErasureState.ERASED, ErasureState.ANONYMISED))


def _retention_alarm(category: CategoryErased, *, held: Held | None, at: int) -> str | None:
    """Only the origin, which was never served, may hold the person's data on (design § 9)."""
    if category.basis is None or category.until is None:
        return "no-basis"
    if held is not None and category.category != RECORD:
        return "no-hold"
    longest = at + limits.EVIDENCE_DAYS * limits.DAY + limits.MESSAGE_SKEW  # clocks differ
    return "too-long" if category.until > longest else None


def write_receipt(
    items: Sequence[ReceiptItem], *, salts: Iterable[bytes]
) -> tuple[ErasureReceipt, tuple[str, ...]]:
    """Return the payload to sign and the parts to send with it; one item a salt."""
    texts = tuple(
        write_part(RECEIPT, unstructure(item), salt=salt)
        for item, salt in zip(items, salts, strict=False)
    )
    if len(texts) != len(items):
        raise MalformedError("a salt is missing for a receipt's item")
    return ErasureReceipt([part_hash(text) for text in texts]), texts


def read_receipt(receipt: ErasureReceipt, text: str) -> ReceiptItem:
    """Return one revealed item.

    Raises:
        MalformedError: not an item of this receipt.
    """
    return read_signed_item(text, receipt.items)


def read_signed_item(text: str, signed: Collection[str]) -> ReceiptItem:
    """Return one revealed item whose hash is among those signed; raise MalformedError if not."""
    if part_hash(text) not in signed:
        raise MalformedError("the receipt does not sign this item")
    return read_item(text)


@lru_cache(maxsize=limits.ITEMS_CACHED)  # locking, loading and judging a receipt each read it
def read_item(text: str) -> ReceiptItem:
    """Return the item that a receipt's part tells; raise MalformedError if it tells none."""
    name, value = read_part(text)
    if name != RECEIPT:
        raise MalformedError("the receipt does not sign this item")
    return structure(value, ReceiptItem)


def manifests(held: Iterable[Held], *, closure: str, scope: str) -> tuple[DeliveryManifest, ...]:
    """Return the pages that list everyone who was served, sorted by name."""
    lines = [
        Delivered(one.holder, one.served_at, one.custody_at)
        for one in sorted(held, key=lambda one: one.holder)
    ]
    size = limits.PAGE_ENTRIES
    cuts = range(0, max(len(lines), 1), size)
    return tuple(
        DeliveryManifest(closure, scope, page, len(cuts), lines[cut : cut + size])
        for page, cut in enumerate(cuts, 1)
    )


def served_line(held: Held) -> dict[str, Any]:
    """Return the journal's line for a ledger entry."""
    return {"served": held.referral, "to": held.holder, "number": held.number, "at": held.served_at}


def held_of(line: Mapping[str, Any]) -> Held:
    """Return the ledger entry a journal's line tells of."""
    return Held(line["served"], line["to"], line["number"], line["at"])
