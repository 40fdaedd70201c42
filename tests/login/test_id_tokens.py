"""ID tokens, made by an independent library (joserfc): each algorithm of ours, and no other."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from fachkraft_share.errors import MalformedError, SignatureError, WireError
from fachkraft_share.web.login.id_tokens import Expected, verify
from fachkraft_share.wire.encoding import b64, unb64

AT = 1_795_305_600
EXPECTED = Expected("https://haus.example", "fachkraft", "n", AT)
CLAIMS = {"iss": EXPECTED.issuer, "aud": "fachkraft", "nonce": "n", "sub": "7"}
CLAIMS |= {"exp": AT + 300, "iat": AT}
RSA, EC, OKP = (
    RSAKey.generate_key(2048, private=True),
    ECKey.generate_key("P-256", private=True),
    OKPKey.generate_key("Ed25519", private=True),
)
KEYS = {"RS256": RSA, "PS256": RSA, "ES256": EC, "EdDSA": OKP, "Ed25519": OKP}
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
REGISTRY = JWSRegistry(
    algorithms=["RS256", "PS256", "ES256", "EdDSA", "Ed25519", "RS512", "HS256", "none"]
)


def public(key: Any, **more: Any) -> dict[str, Any]:
    """Return a key as a provider shows it."""
    return key.as_dict(private=False) | more


def token(algorithm: str, key: Any, claims: Any = CLAIMS, **header: Any) -> str:
    """Return a signed token."""
    return str(jwt.encode({"alg": algorithm, **header}, claims, key, registry=REGISTRY))


@pytest.mark.parametrize("algorithm", KEYS)
def test_what_another_library_signed_is_believed(algorithm: str) -> None:
    """With and without the key's name."""
    key = KEYS[algorithm]
    shown = [public(RSAKey.generate_key(2048)), public(key, kid="a")]
    for header in ({}, {"kid": "a"}):
        assert verify(token(algorithm, key, **header), shown, EXPECTED)["sub"] == "7"


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_changed_token_is_not(algorithm: str) -> None:
    """Neither in its claims nor in its signature, nor by another key of the same kind."""
    key = KEYS[algorithm]
    head, claims, signature = token(algorithm, key).split(".")
    other = unb64(claims).replace(b'"7"', b'"8"')
    spoilt = bytes([unb64(signature)[0] ^ 1]) + unb64(signature)[1:]
    stranger = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}[key.as_dict()["kty"]]
    size = {"RSA": 2048, "EC": "P-256", "OKP": "Ed25519"}[key.as_dict()["kty"]]
    for text, keys in (
        (f"{head}.{b64(other)}.{signature}", [public(key)]),
        (f"{head}.{claims}.{b64(spoilt)}", [public(key)]),
        (f"{head}.{claims}.", [public(key)]),
        (f"{head}.{claims}.{signature}", [public(stranger.generate_key(size))]),
        (f"{head}.{claims}.{signature}", []),
    ):
        with pytest.raises(SignatureError):
            verify(text, keys, EXPECTED)


def test_no_shared_secret_and_no_other_algorithm_is_taken() -> None:
    """`none`, HMAC with the public key as its secret, or a longer hash than agreed."""
    shown = public(RSA)
    secret = OctKey.import_key(unb64(shown["n"]))
    claims = token("RS256", RSA).split(".")[1]
    unsigned = b64(b'{"alg":"none"}') + f".{claims}."
    for text in (unsigned, token("HS256", secret), token("RS512", RSA)):
        with pytest.raises(SignatureError):
            verify(text, [shown, public(secret)], EXPECTED)


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"alg": "PS256"},
        {"kty": "EC"},
        {"n": "AQAB"},
        {"n": "!"},
        {"e": 3},
        {"n": None},
    ],
)
def test_a_key_that_does_not_fit_signs_nothing(change: dict[str, Any]) -> None:
    """For encrypting, for another algorithm, of another kind, too short, or none at all."""
    with pytest.raises(SignatureError):
        verify(token("RS256", RSA), [public(RSA) | change], EXPECTED)


def test_short_keys_and_other_curves_are_refused() -> None:
    """1024 bits can be broken; P-384 and Ed448 are not on our list."""
    short = RSAKey.generate_key(1024)
    with pytest.raises(SignatureError):
        verify(token("RS256", short), [public(short)], EXPECTED)
    for key, algorithm, change in ((EC, "ES256", "P-384"), (OKP, "EdDSA", "Ed448")):
        with pytest.raises(SignatureError):
            verify(token(algorithm, key), [public(key, crv=change)], EXPECTED)


def test_a_critical_header_is_not_passed_over() -> None:
    """Whoever does not understand it must refuse (RFC 7515 § 4.1.11); so with another type."""
    [_, claims, signature] = token("RS256", RSA).split(".")
    for header in (b'{"alg":"RS256","crit":["x"]}', b'{"alg":"RS256","typ":"at+jwt"}'):
        with pytest.raises(SignatureError):
            verify(f"{b64(header)}.{claims}.{signature}", [public(RSA)], EXPECTED)


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "..", "e30.e30.e30.e30", "W10.W10.", "e30.e30."]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    """Only errors of ours leave, and none quotes anything."""
    with pytest.raises(WireError):
        verify(text, [public(RSA)], EXPECTED)


def test_what_does_not_hold_is_named_without_content() -> None:
    """For whoever sets it up."""
    text = token("RS256", RSA, CLAIMS | {"aud": "other", "exp": AT - 1000})
    with pytest.raises(MalformedError, match=r"^claims that do not hold here: aud, exp$"):
        verify(text, [public(RSA)], EXPECTED)


def test_a_token_for_several_clients_names_ours() -> None:
    """As the one it was made for."""
    text = token("RS256", RSA, CLAIMS | {"aud": ["fachkraft", "x"], "azp": "fachkraft"})
    assert verify(text, [public(RSA)], EXPECTED)["azp"] == "fachkraft"
