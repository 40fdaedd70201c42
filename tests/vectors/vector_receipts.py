"""Vectors of erasure: a batched receipt, its parts, what settles, a manifest."""

from typing import Any

from vector_parties import DAY, NOW, seed

from fachkraft_share.protocol.erasure import DEMANDED, manifests, settle, write_receipt
from fachkraft_share.protocol.parts import part_hash
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ErasureState,
    ReceiptItem,
    ResidueLeft,
)
from fachkraft_share.protocol.records import Held
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64

HOLDER, CLOSURE = "https://beispiel.example", seed("closure").hex()
SERVED = Held("", HOLDER, 1, NOW - DAY)
CUSTODY = Held("", HOLDER, 1, NOW - DAY, NOW - DAY + 60)
UNTIL = NOW + 90 * DAY
SETTLE: tuple[tuple[str, tuple[CategoryErased, ...], Held | None], ...] = (
    ("erased", (CategoryErased("profile", ErasureState.ERASED),), CUSTODY),
    ("anonymised", (CategoryErased("record", ErasureState.ANONYMISED),), CUSTODY),
    ("never held", (CategoryErased("dossier", ErasureState.NEVER_HELD),), SERVED),
    ("denied", (CategoryErased("profile", ErasureState.NEVER_HELD),), CUSTODY),
    ("retained", (CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", UNTIL),), None),
    ("ran out", (CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", NOW),), None),
    ("no basis", (CategoryErased("dossier", ErasureState.RETAINED, None, UNTIL),), None),
    ("no hold", (CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", UNTIL),), SERVED),
    ("record", (CategoryErased("record", ErasureState.RETAINED, "§ 298 SGB III", UNTIL),), SERVED),
    ("for ever", (CategoryErased("record", ErasureState.RETAINED, "x", 2**53 - 1),), SERVED),
    ("requested", (CategoryErased("dossier", ErasureState.REQUESTED),), CUSTODY),
    ("failed", (CategoryErased("dossier", ErasureState.FAILED, reason="disk"),), CUSTODY),
    ("unknown", (CategoryErased("newsletter", ErasureState.ERASED),), CUSTODY),
)
SILENT: tuple[tuple[str, tuple[CategoryErased, ...], Held | None], ...] = (
    ("nothing", (), CUSTODY),
    ("no dossier", (CategoryErased("profile", ErasureState.ERASED),), CUSTODY),
    ("no profile", (CategoryErased("dossier", ErasureState.ERASED),), CUSTODY),
    ("unknown alone", (CategoryErased("newsletter", ErasureState.ERASED),), CUSTODY),
)


def completed(categories: tuple[CategoryErased, ...]) -> tuple[CategoryErased, ...]:
    """Return the categories with whatever a receipt must name besides, erased."""
    missing = DEMANDED - {one.category for one in categories}
    return (*categories, *(CategoryErased(one, ErasureState.ERASED) for one in sorted(missing)))


def item(categories: tuple[CategoryErased, ...], **more: Any) -> ReceiptItem:
    """Return an item about the referral of that name."""
    referral = b64(seed(more.pop("name", "referral"))[:16])
    return ReceiptItem(
        referral, CLOSURE, "all", NOW, categories, ("store", "ats"), second_look=True, **more
    )


def receipts() -> dict[str, Any]:
    """Return one batched receipt, the table of settlement and a manifest."""
    left = (ResidueLeft("backup", "nightly", UNTIL),)
    items = [
        item(completed(())),
        item(completed(()), name="other", residues=left),
    ]
    salts = [seed(f"salt {n}")[:16] for n in range(2)]
    body, texts = write_receipt(items, salts=salts)
    return {
        "about": "docs/protocol.md: erasure. `items` of the event are the parts' hashes",
        "batch": [
            {"salt": b64(salt), "item": unstructure(one), "part": text, "hash": part_hash(text)}
            for salt, one, text in zip(salts, items, texts, strict=True)
        ],
        "payload": unstructure(body),
        "at": NOW,
        "settle": [
            *(settled(why, completed(categories), held) for why, categories, held in SETTLE),
            *(settled(*case) for case in SILENT),
        ],
        "manifest": [
            unstructure(page) for page in manifests([CUSTODY], closure=CLOSURE, scope="all")
        ],
    }


def settled(why: str, categories: tuple[CategoryErased, ...], held: Held | None) -> dict[str, Any]:
    """Return what one receipt settles."""
    said = item(categories)
    found = settle(said, held=held, at=NOW)
    return {
        "why": why,
        "item": unstructure(said),
        "served": held is not None,
        "custody": held is not None and held.custody_at is not None,
        "settled": found.settled,
        "alarm": found.alarm,
    }
