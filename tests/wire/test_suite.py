"""The standard suite, by its contract and by public vectors."""

import importlib.util
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError, WireError
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import unb64
from fachkraft_share.wire.suite import Suite

SEEDS = st.binary(min_size=32, max_size=32)
Cases = Callable[[str], list[tuple[Any, Any]]]


def reference() -> Any:
    """Load HPKE as written out beside the vectors."""
    path = Path(__file__).parents[1] / "vectors" / "sealing_reference.py"
    spec = importlib.util.spec_from_file_location("sealing_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _other(key: bytes) -> bytes:
    return key[:1] + bytes([key[1] ^ 1]) + key[2:]  # X25519 ignores three bits of the first byte


# The contract every suite keeps -----------------------------------------------------------------


@given(SEEDS, st.binary(max_size=50), st.integers(0, 511))
def test_a_signature_holds_for_its_key_and_text_only(
    suite: Suite, seed: bytes, text: bytes, bit: int
) -> None:
    """One flipped bit anywhere, or another key, and it does not."""
    public, signature = suite.public(seed), suite.sign(seed, text)
    assert (len(public), len(signature)) == (32, 64)
    assert suite.verify(public, signature, text)
    assert suite.sign(seed, text) == signature
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not suite.verify(public, bytes(changed), text)
    assert not suite.verify(public, signature, text + b"\0")
    assert not suite.verify(suite.public(_other(seed)), signature, text)


@given(SEEDS, st.binary(max_size=50), st.binary(max_size=20), st.integers(0))
def test_what_is_sealed_opens_for_its_key_and_context_only(
    suite: Suite, seed: bytes, text: bytes, info: bytes, place: int
) -> None:
    """One changed byte, another context or another key, and it does not."""
    sealed = suite.seal(suite.sealing_public(seed), text, info=info)
    assert len(sealed) == len(text) + limits.SEALED_OVERHEAD
    assert suite.open(seed, sealed, info=info) == text
    place %= len(sealed)
    changed = sealed[:place] + bytes([sealed[place] ^ 0x40]) + sealed[place + 1 :]
    for private, wrong, context in (
        (seed, changed, info),
        (seed, sealed[:-1], info),
        (seed, sealed, info + b"."),
        (_other(seed), sealed, info),
    ):
        with pytest.raises(MalformedError, match="cannot be opened"):
            suite.open(private, wrong, info=context)


@given(SEEDS, st.binary(max_size=50), st.binary(max_size=20))
def test_what_is_encrypted_at_rest_needs_key_nonce_and_context(
    suite: Suite, key: bytes, text: bytes, aad: bytes
) -> None:
    """Any other one, and it is not read."""
    nonce = key[:12]
    stored = suite.encrypt(key, text, nonce=nonce, aad=aad)
    assert suite.decrypt(key, stored, nonce=nonce, aad=aad) == text
    other = _other(key)
    for wrong in (
        (other, stored, nonce, aad),
        (key, stored[:-1], nonce, aad),
        (key, stored, other[:12], aad),
        (key, stored, nonce, aad + b"."),
        (key, b"", nonce, aad),
    ):
        with pytest.raises(MalformedError):
            suite.decrypt(wrong[0], wrong[1], nonce=wrong[2], aad=wrong[3])


def test_keys_of_a_wrong_length_are_refused(suite: Suite) -> None:
    """With an error of ours, whatever is asked of them."""
    short = bytes(31)
    asked: list[Callable[[], object]] = [
        lambda: suite.sign(short, b""),
        lambda: suite.public(short),
        lambda: suite.sealing_public(short),
        lambda: suite.seal(short, b"", info=b""),
        lambda: suite.open(short, bytes(48), info=b""),
        lambda: suite.encrypt(short, b"", nonce=bytes(12), aad=b""),
        lambda: suite.encrypt(bytes(16), b"", nonce=bytes(12), aad=b""),
        lambda: suite.decrypt(bytes(32), bytes(16), nonce=bytes(8), aad=b""),
    ]
    for ask in asked:
        with pytest.raises(WireError):
            ask()
    assert not suite.verify(short, bytes(64), b"")
    assert not suite.verify(bytes(32), b"", b"")


def test_nothing_is_sealed_to_a_point_of_low_order(suite: Suite) -> None:
    """The shared secret would be known to everybody."""
    for point in (bytes(32), b"\1" + bytes(31)):
        with pytest.raises(SignatureError):
            suite.seal(point, b"", info=b"")


@pytest.mark.parametrize("length", [0, 1, 31, 32, 47])
def test_a_sealed_text_too_short_to_be_one_is_refused(suite: Suite, length: int) -> None:
    """No other error than ours leaves."""
    with pytest.raises(MalformedError):
        suite.open(b"\1" * 32, bytes(length), info=b"")


# Public vectors ---------------------------------------------------------------------------------


def test_rfc_8032_vectors_sign_and_verify(suite: Suite) -> None:
    """The first 200 of the 1,024 of ed25519.cr.yp.to."""
    with cryptography_vectors.open_vector_file("asymmetric/Ed25519/sign.input", "r") as lines:
        rows = [line.split(":") for line in islice(lines, 200)]
    assert len(rows) == 200
    for row in rows:
        private, public, text, signed = (bytes.fromhex(one) for one in row[:4])
        assert suite.public(private[:32]) == public
        assert suite.sign(private[:32], text) == signed[:64]
        assert suite.verify(public, signed[:64], text)


def test_rfc_9180_vectors_open(suite: Suite) -> None:
    """Base mode of our suite; only the first text of each, and our API has no aad of its own."""
    with cryptography_vectors.open_vector_file("HPKE/test-vectors.json", "r") as file:
        vectors = json.load(file)
    ours = [
        one
        for one in vectors
        if (one["mode"], one["kem_id"], one["kdf_id"], one["aead_id"]) == (0, 32, 1, 1)
    ]
    assert ours
    for one in ours:
        private, info = bytes.fromhex(one["skRm"]), bytes.fromhex(one["info"])
        assert suite.sealing_public(private) == bytes.fromhex(one["pkRm"])
        text, key = b"any", bytes.fromhex(one["key"])
        sealed = AESGCM(key).encrypt(bytes.fromhex(one["base_nonce"]), text, b"")
        assert suite.open(private, bytes.fromhex(one["enc"]) + sealed, info=info) == text
        again = reference().seal(
            suite.sealing_public(private), text, info=info, ephemeral=bytes.fromhex(one["skEm"])
        )
        assert again == bytes.fromhex(one["enc"]) + sealed


@given(SEEDS, SEEDS, st.binary(max_size=40), st.binary(max_size=20))
def test_the_reference_written_from_rfc_9180_is_understood(
    suite: Suite, recipient: bytes, ephemeral: bytes, text: bytes, info: bytes
) -> None:
    """Two implementations, one meaning."""
    public = suite.sealing_public(recipient)
    sealed = reference().seal(public, text, info=info, ephemeral=ephemeral)
    assert suite.open(recipient, sealed, info=info) == text


def test_wycheproof_ed25519(suite: Suite, wycheproof: Cases) -> None:
    """All 151: malleable, truncated, foreign signatures are refused."""
    cases = wycheproof("ed25519_test.json")
    assert len(cases) == 151
    for group, test in cases:
        public = bytes.fromhex(group["publicKey"]["pk"])
        held = suite.verify(public, bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
        assert held == (test["result"] == "valid"), test["tcId"]


def test_wycheproof_aes_gcm(suite: Suite, wycheproof: Cases) -> None:
    """Keys of 256 bits and nonces of 96 are ours; everything else is refused."""
    cases = wycheproof("aes_gcm_test.json")
    assert len(cases) == 316
    opened = 0
    for group, test in cases:
        key, nonce, aad, text, body, tag = (
            bytes.fromhex(test[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
        )
        ours = (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128)
        if ours and test["result"] == "valid":
            assert suite.encrypt(key, text, nonce=nonce, aad=aad) == body + tag
            assert suite.decrypt(key, body + tag, nonce=nonce, aad=aad) == text
            opened += 1
            continue
        with pytest.raises(MalformedError):
            suite.decrypt(key, body + tag, nonce=nonce, aad=aad)
    assert opened > 30


def test_wycheproof_x25519(suite: Suite, wycheproof: Cases) -> None:
    """All 518: what we seal to a listed key opens with the vector's own shared secret.

    Keys whose secret is zero are refused when checked, and again when sealing.
    """
    cases = wycheproof("x25519_test.json")
    assert len(cases) == 518
    for _, test in cases:
        public, private = bytes.fromhex(test["public"]), bytes.fromhex(test["private"])
        assert len(suite.sealing_public(private)) == 32
        if "ZeroSharedSecret" in test["flags"]:
            with pytest.raises(SignatureError):
                suite.seal(public, b"", info=b"")
            with pytest.raises(SignatureError):
                keys.check_sealing_key(public)
            continue
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
        assert shared.hex() == test["shared"], test["tcId"]


def test_wycheproof_x25519_as_jwk(wycheproof: Cases) -> None:
    """Of 531 public keys the weak and the non-canonical are refused, all others taken.

    The 13 that only lie about their kind do not count: our statements name it by `use`.
    """
    cases = wycheproof("x25519_jwk_test.json")
    assert len(cases) == 531
    for _, test in cases:
        if "InvalidPublic" in test["flags"]:
            continue
        public = unb64(test["public"]["x"], size=32)
        unfit = {"ZeroSharedSecret", "NonCanonicalPublic"} & set(test["flags"])
        if unfit or public in keys.UNUSABLE_SEALING_KEYS:
            with pytest.raises(SignatureError):
                keys.check_sealing_key(public)
        else:
            keys.check_sealing_key(public)


def test_wycheproof_hkdf(wycheproof: Cases) -> None:
    """All 86, for the library below; ours with neither salt nor other lengths is HKDF, too."""
    cases = wycheproof("hkdf_sha256_test.json")
    assert len(cases) == 86
    for _, test in cases:
        ikm, salt, info = (bytes.fromhex(test[name]) for name in ("ikm", "salt", "info"))
        if test["result"] == "valid":
            kdf = HKDF(hashes.SHA256(), length=test["size"], salt=salt, info=info)
            assert kdf.derive(ikm).hex() == test["okm"]
        else:
            with pytest.raises(ValueError, match="larger than"):
                HKDF(hashes.SHA256(), length=test["size"], salt=salt, info=info)
