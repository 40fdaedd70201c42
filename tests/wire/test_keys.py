"""Keys: names, fitness, derivation."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from fachkraft_share.errors import SignatureError
from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.suite import Suite

P, L = keys.P, keys.L
SEEDS = st.binary(min_size=32, max_size=32)
PRINTED_SEEDS = [
    "00" * 32,
    "01" * 32,
    "ff" * 32,
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
]


def order_eight_y() -> int:
    """Return y of a point of order 8: doubling gives y = 0, hence d y^4 + 2 y^2 - 1 = 0."""
    root = pow((keys.D + 1) % P, (P + 3) // 8, P)
    if (root * root - keys.D - 1) % P:
        root = root * keys.ROOT_OF_MINUS_ONE % P
    for sign in (1, -1):
        square = (sign * root - 1) * pow(keys.D, -1, P) % P
        y = pow(square, (P + 3) // 8, P)
        for candidate in (y, y * keys.ROOT_OF_MINUS_ONE % P):
            if candidate * candidate % P == square:
                return candidate
    raise AssertionError("the curve has points of order 8")


def low_order_encodings() -> list[bytes]:
    """Return all encodings of the eight points of low order, canonical or not."""
    y8 = order_eight_y()
    canonical = [1, P - 1, 0, y8, P - y8]
    ys = canonical + [y + P for y in canonical if y + P < 2**255]
    return [(y | sign << 255).to_bytes(32, "little") for y in ys for sign in (0, 1)]


def encode(point: keys.Point) -> bytes:
    """Return the canonical encoding of a point."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def test_the_14_encodings_of_low_order_are_refused() -> None:
    """`cryptography` loads every one of them, and under some one signature fits every text."""
    encodings = low_order_encodings()
    assert len(set(encodings)) == 14
    assert set(encodings) == keys.LOW_ORDER_KEYS
    for raw in encodings:
        assert Ed25519PublicKey.from_public_bytes(raw)
        for refuse in (keys.check_public_key, keys.refuse_low_order):
            with pytest.raises(SignatureError, match="unusable"):
                refuse(raw)


def test_a_low_order_key_would_let_one_signature_fit_every_text(suite: Suite) -> None:
    """The reason for the check (assurance, finding 2)."""
    neutral = b"\1" + bytes(31)
    signature = neutral + bytes(32)
    assert all(suite.verify(neutral, signature, bytes([n])) for n in range(20))


@given(SEEDS.filter(lambda seed: seed.hex() not in PRINTED_SEEDS), st.integers(0, 7))
def test_keys_of_mixed_order_are_refused(suite: Suite, seed: bytes, torsion: int) -> None:
    """An honest key passes; the same key plus a point of low order does not."""
    honest = suite.public(seed)
    keys.check_public_key(honest)
    y8 = order_eight_y().to_bytes(32, "little")
    point, eighth = keys._decompress(honest), keys._decompress(y8)
    assert point is not None
    assert eighth is not None
    mixed = encode(keys._add(point, keys._times(torsion, eighth)))
    if torsion == 0:
        assert mixed == honest
        return
    with pytest.raises(SignatureError):
        keys.check_public_key(mixed)


@given(SEEDS)
def test_bytes_that_are_no_point_are_refused(raw: bytes) -> None:
    """About half of all bytes are no point, and of the rest seven in eight have mixed order."""
    try:
        keys.check_public_key(raw)
    except SignatureError:
        return
    point = keys._decompress(raw)
    assert point is not None
    assert encode(point) == raw
    assert keys._is_neutral(keys._times(L, point))


@pytest.mark.parametrize("y", [2, P, P + 3, 2**255 - 1, 2**255 + 1])
def test_encodings_off_the_curve_or_out_of_range_are_refused(y: int) -> None:
    """y = 2 is on no point; the others have a second spelling."""
    with pytest.raises(SignatureError):
        keys.check_public_key(y.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_have_32_bytes(length: int) -> None:
    """For signing and for sealing."""
    for check in (keys.check_public_key, keys.check_sealing_key):
        with pytest.raises(SignatureError):
            check(b"\5" * length)


def test_keys_whose_private_half_is_in_print_are_refused(suite: Suite) -> None:
    """RFC 8032 § 7.1, and seeds of equal bytes; the list holds these and no others."""
    known = [suite.public(bytes.fromhex(seed)) for seed in PRINTED_SEEDS]
    assert set(known) == keys.KNOWN_SIGNING_KEYS
    for raw in known:
        with pytest.raises(SignatureError):
            keys.check_public_key(raw)


def test_sealing_keys_whose_private_half_is_in_print_are_refused(suite: Suite) -> None:
    """Alice and Bob of RFC 7748 § 6.1, known by the secret they share."""
    bob = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    alice = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(alice))
    assert X25519PrivateKey.from_private_bytes(bob).exchange(public).hex() == shared
    for known in (bytes.fromhex(alice), suite.sealing_public(bob)):
        with pytest.raises(SignatureError):
            keys.check_sealing_key(known)


def test_sealing_keys_of_low_order_are_refused() -> None:
    """The five u of low order (RFC 7748), with every second spelling of them."""
    low = [raw for raw in keys.UNUSABLE_SEALING_KEYS if _secret_is_zero(raw)]
    assert len(low) == 5
    spellings = [int.from_bytes(raw, "little") for raw in low]
    spellings += [u + P for u in spellings if u + P < 2**255]
    spellings += [u + 2**255 for u in spellings]
    for u in spellings:
        raw = u.to_bytes(32, "little")
        assert _secret_is_zero(raw)
        with pytest.raises(SignatureError):
            keys.check_sealing_key(raw)


def _secret_is_zero(raw: bytes) -> bool:
    try:
        X25519PrivateKey.from_private_bytes(b"\7" * 32).exchange(
            X25519PublicKey.from_public_bytes(raw)
        )
    except ValueError:
        return True
    return False


@given(SEEDS)
def test_an_honest_sealing_key_passes(suite: Suite, seed: bytes) -> None:
    """Every key made from a random seed."""
    keys.check_sealing_key(suite.sealing_public(seed))


def test_a_kid_is_the_thumbprint_of_rfc_8037(suite: Suite) -> None:
    """Appendix A.3 of the RFC."""
    raw = unb64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    assert keys.kid(raw) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@given(SEEDS)
def test_a_kid_is_what_joserfc_computes(suite: Suite, seed: bytes) -> None:
    """For both curves."""
    for crv, public in (
        ("Ed25519", suite.public(seed)),
        ("X25519", suite.sealing_public(seed)),
    ):
        jwk = OKPKey.import_key({"kty": "OKP", "crv": crv, "x": b64(public)})
        assert keys.kid(public, crv=crv) == jwk.thumbprint()


def test_a_private_key_shows_its_public_half_and_hides_its_seed(suite: Suite) -> None:
    """As a member statement lists it."""
    seed = hashlib.sha256(b"seed").digest()
    sign = keys.signing_key(seed, not_before=1, not_after=9, suite=suite).public(suite)
    seal = keys.sealing_key(seed, not_before=1, not_after=9, suite=suite)
    assert (
        unb64(sign.x) == Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    )
    assert sign.kid == keys.kid(unb64(sign.x))
    public = seal.public(suite)
    assert (public.use, public.not_before, public.not_after) == (KeyUse.SEAL, 1, 9)
    assert public.kid == seal.kid == keys.kid(unb64(public.x), crv="X25519")
    assert "seed" not in repr(seal)
    assert repr(seed) not in repr(seal)


@given(st.binary(min_size=16, max_size=40))
def test_a_link_secret_gives_one_key_per_purpose(secret: bytes) -> None:
    """Always the same, never the same for two purposes."""
    consent = keys.derive(secret, purpose=keys.CONSENT_KEY)
    assert len(consent) == 32
    assert consent == keys.derive(secret, purpose="fks-consent-key")
    assert consent != keys.derive(secret, purpose=keys.MANAGE_KEY)


def test_a_short_secret_is_refused() -> None:
    """Below 128 bits it could be guessed."""
    with pytest.raises(SignatureError):
        keys.derive(bytes(15), purpose=keys.CONSENT_KEY)
