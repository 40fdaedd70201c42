"""Dossiers at rest: AES-256-GCM under a key per referral that lies apart (design § 6.6)."""

import attrs

from fachkraft_share.errors import StateError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import DossierRow

NONCE_BYTES = 12


@attrs.frozen
class Encrypted:
    """What stands in the store."""

    nonce: bytes = attrs.field(repr=False)
    ciphertext: bytes = attrs.field(repr=False)


def encrypt(engine: Engine, plaintext: bytes, *, vault: str, about: str) -> Encrypted:
    """Encrypt under the vault's key, made now if there is none; bound to what it is about.

    Raises:
        StateError: the key was destroyed: what it is about was erased.
    """
    key = engine.keys.make(vault)
    nonce = engine.runtime.ids.random(NONCE_BYTES)
    sealed = engine.runtime.sealer.encrypt(key, plaintext, nonce=nonce, aad=about.encode())
    return Encrypted(nonce, sealed)


def decrypt(engine: Engine, encrypted: Encrypted, *, vault: str, about: str) -> bytes:
    """Return the plaintext.

    Raises:
        StateError: the key is gone.
        MalformedError: not what was encrypted.
    """
    key = engine.keys.get(vault)
    if key is None:
        raise StateError("its key was erased")
    return engine.runtime.sealer.decrypt(
        key, encrypted.ciphertext, nonce=encrypted.nonce, aad=about.encode()
    )


def lock_away(engine: Engine, plaintext: bytes, *, referral: str, request: str) -> DossierRow:
    """Return a dossier as the store keeps it."""
    about = f"{referral}/{request}"
    found = encrypt(engine, plaintext, vault=referral, about=about)
    return DossierRow(referral, request, found.nonce, found.ciphertext, engine.now())


def unlock(engine: Engine, row: DossierRow) -> bytes:
    """Return the dossier's plaintext; raise StateError when its key is gone."""
    about = f"{row.referral}/{row.request}"
    return decrypt(engine, Encrypted(row.nonce, row.ciphertext), vault=row.referral, about=about)
