"""Vectors of sealing: contexts, paddings, sealed texts with the ephemeral keys that make them."""

from typing import Any

import sealing_reference
from vector_parties import ORIGIN, SUITE, seed

from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.wire import blobs, ids, keys
from fachkraft_share.wire.encoding import b64, sha256


def sealing() -> dict[str, Any]:
    """Return contexts, paddings and sealed texts, with the ephemeral keys that make them."""
    parties = {
        "sender": ORIGIN,
        "recipient": "https://beispiel.example",
        "referral": ids.referral_id(ORIGIN, SUITE.public(seed("consent")), seed("nonce")[:16]),
        "message": b64(seed("message")[:16]),
        "consent": sha256(b"consent"),
    }
    infos = {"dossier": blobs.dossier_info(**parties), "contact": blobs.contact_info(**parties)}
    sizes = [0, 1, 65_484, 65_485, 262_092, 262_093]
    recipient, ephemeral = seed("recipient"), seed("ephemeral")
    sealed = [
        _sealed(recipient, name.encode(), info=info, ephemeral=ephemeral)
        for name, info in infos.items()
    ]
    whole = _seal(recipient, blobs.pad(b"dossier"), info=infos["dossier"], ephemeral=ephemeral)
    return {
        "about": "docs/protocol.md: sealing; HPKE base mode of X25519, HKDF-SHA256, AES-128-GCM",
        "contexts": {"parties": parties} | {name: b64(info) for name, info in infos.items()},
        "padding": [{"length": size, "padded": len(blobs.pad(bytes(size)))} for size in sizes],
        "recipient": {
            "private": b64(recipient),
            "public": b64(SUITE.sealing_public(recipient)),
            "kid": keys.kid(SUITE.sealing_public(recipient), crv=keys.CURVES[KeyUse.SEAL]),
        },
        "sealed": sealed,
        "blob": {"plaintext": b64(b"dossier"), "sha256": sha256(whole), "length": len(whole)},
    }


def _sealed(private: bytes, plaintext: bytes, *, info: bytes, ephemeral: bytes) -> dict[str, str]:
    return {
        "info": b64(info),
        "ephemeral": b64(ephemeral),
        "plaintext": b64(plaintext),
        "sealed": b64(_seal(private, plaintext, info=info, ephemeral=ephemeral)),
    }


def _seal(private: bytes, plaintext: bytes, *, info: bytes, ephemeral: bytes) -> bytes:
    public = SUITE.sealing_public(private)
    return sealing_reference.seal(public, plaintext, info=info, ephemeral=ephemeral)
