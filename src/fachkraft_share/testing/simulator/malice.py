"""A member with real keys that lies: it forges, replays and squats; nothing may come of it."""

from typing import TYPE_CHECKING, Any

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.erasure import DEMANDED, write_receipt
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.parts import part_hash, write_part
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ContactDisclosed,
    ContactRequested,
    ErasureState,
    ReceiptItem,
    ReferralClosed,
    ReferralPublished,
)
from fachkraft_share.protocol.records import Referral
from fachkraft_share.testing.simulator.watch import rows
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64, sha256

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region


def lie(region: "Region") -> None:
    """Send one lie, directly and without faults, so that it surely arrives."""
    region.lies += 1
    if region.liar in region.nodes:
        region.hostile.lie()
        return
    party = region.members[region.liar or ""]
    engine, known = party.member.engine, rows(party.memory.store, Referral)
    copies, town = region.copies, region.town_of(region.liar or "")
    if copies and (not known or region.random.random() < 0.3):
        region.post(region.random.choice(copies))
        return
    if not known:
        return
    referral = region.random.choice(known)
    forge = region.random.choice((_close, _disclose, _ask, _receipt, _squat))
    events: Any = forge(engine, referral)
    region.post(strict.write({"events": events}), town)


def _signed(engine: Engine, emitted: Emit) -> dict[str, object]:
    return {"token": engine.voice.sign(emitted, at=engine.now()), "with": [], "parts": []}


def _close(engine: Engine, referral: Referral) -> list[dict[str, object]]:
    """Close somebody else's referral in the origin's name."""
    body = ReferralClosed(
        referral.origin, referral.key_x, referral.nonce, ALL, "withdrawn", referral.not_after
    )
    return [_signed(engine, Emit("referral.closed", engine.here().holders, referral.id, body))]


def _disclose(engine: Engine, referral: Referral) -> list[dict[str, object]]:
    """Disclose to itself what only the origin may."""
    name = sha256(b"nothing")
    body = ContactDisclosed(b64(bytes(16)), 1, name, limits.BLOB_CLASSES[0], b64(bytes(32)), name)
    return [_signed(engine, Emit("contact.disclosed", engine.id, referral.id, body))]


def _ask(engine: Engine, referral: Referral) -> list[dict[str, object]]:
    """Ask for a contact under a referral id it may never have been given."""
    body = ContactRequested(b64(engine.runtime.ids.random(16)), 1, b64(bytes(32)), b64(b"nothing"))
    return [_signed(engine, Emit("contact.requested", referral.origin, referral.id, body))]


def _receipt(engine: Engine, referral: Referral) -> list[dict[str, object]]:
    """Sign a receipt for a closure that was never heard of."""
    item = ReceiptItem(
        referral.id,
        sha256(b"no such closure"),
        ALL,
        engine.now(),
        tuple(CategoryErased(one, ErasureState.ERASED) for one in sorted(DEMANDED)),
        ("store",),
    )
    body, parts = write_receipt([item], salts=[engine.runtime.ids.random(16)])
    posted = _signed(engine, Emit("erasure.receipt", engine.settings.node, None, body))
    return [{**posted, "parts": list(parts)}]


def _squat(engine: Engine, referral: Referral) -> list[dict[str, object]]:
    """Publish the referral as its own, under the same key and nonce."""
    part = write_part("occupation", {"occupation": "43"}, salt=bytes(16))
    hashes = {"occupation": part_hash(part)}
    body = ReferralPublished(1, referral.not_after, referral.key_x, referral.nonce, hashes)
    said = Emit("referral.published", engine.here().members, referral.id, body)
    return [{**_signed(engine, said), "parts": [part]}]
