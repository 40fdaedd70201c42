"""Vectors of signed documents: those to be taken, and those to be refused with the reason."""

import base64
import json
from typing import Any

from vector_parties import NODE, NOW, ORIGIN, SUITE, seed, signer

from fachkraft_share.wire import jws
from fachkraft_share.wire.encoding import b64

CLAIMS = {
    "iss": ORIGIN,
    "jti": b64(seed("message")[:16]),
    "iat": NOW,
    "aud": NODE + "/members",
    "events": {"urn:fks:event:referral.published:1": {"seq": 1, "region": "Börde"}},
}


def envelopes() -> dict[str, Any]:
    """Return documents that must be taken, and documents that must be refused, with the reason."""
    return {
        "about": "docs/protocol.md: envelope; `error` is the class of refusal",
        "key": {"x": b64(SUITE.public(seed("muster"))), "kid": signer().kid},
        "good": [
            {"type": kind, "claims": CLAIMS, "token": _token(kind)} for kind in sorted(jws.Type)
        ],
        "bad": _bad_headers() + _bad_claims() + _bad_texts() + _bad_signatures(),
    }


def _token(kind: jws.Type = jws.Type.EVENT) -> str:
    return jws.sign(CLAIMS, type=kind, key=signer(), suite=SUITE)


def _forge(header: Any, claims: bytes) -> str:
    """Sign whatever header and claims, rightly."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    signed = f"{b64(text)}.{b64(claims)}"
    return f"{signed}.{b64(SUITE.sign(seed('muster'), signed.encode()))}"


def _bad(why: str, token: str, error: str = "malformed") -> dict[str, str]:
    return {"why": why, "token": token, "error": error}


def _bad_headers() -> list[dict[str, str]]:
    good = {"alg": "Ed25519", "kid": signer().kid, "typ": "secevent+jwt"}
    claims = json.dumps(CLAIMS).encode()
    changes: list[tuple[str, Any]] = [
        ("alg none", good | {"alg": "none"}),
        ("alg EdDSA, the older name", good | {"alg": "EdDSA"}),
        ("alg of a shared secret", good | {"alg": "HS256"}),
        ("alg in lower case", good | {"alg": "ed25519"}),
        ("no alg", {name: good[name] for name in ("kid", "typ")}),
        ("no typ", {name: good[name] for name in ("alg", "kid")}),
        ("a key inside", good | {"jwk": {"kty": "OKP"}}),
        ("a key's address", good | {"jku": "https://evil.example/keys"}),
        ("crit", good | {"crit": ["b64"], "b64": False}),
        ("typ JWT", good | {"typ": "JWT"}),
        ("typ in other case", good | {"typ": "secevent+JWT"}),
        ("typ with its tree", good | {"typ": "application/secevent+jwt"}),
        ("kid no thumbprint", good | {"kid": "muster-1"}),
        ("kid no string", good | {"kid": 1}),
        ("typ no string", good | {"typ": None}),
        ("header an array", [good]),
        ("a member twice", b'{"alg":"Ed25519",' + json.dumps(good).encode()[1:]),
    ]
    other = _bad("another document's type", _forge(good | {"typ": "fks-consent+jwt"}, claims))
    other["error"] = "signature"
    return [_bad(why, _forge(header, claims)) for why, header in changes] + [other]


def _bad_claims() -> list[dict[str, str]]:
    header = {"alg": "Ed25519", "kid": signer().kid, "typ": "secevent+jwt"}
    texts = {
        "claims an array": b"[]",
        "claims empty": b"",
        "a member twice": b'{"iss":"a","iss":"b"}',
        "a float": b'{"iat":1.0}',
        "an exponent": b'{"iat":1e3}',
        "not a number": b'{"iat":NaN}',
        "an integer too large": b'{"iat":9007199254740992}',
        "not NFC": '{"iss":"A\u030a"}'.encode(),
        "not NFC, escaped": b'{"iss":"A\\u030a"}',
        "a lone surrogate": b'{"iss":"\\ud800"}',
        "BOM": b'\xef\xbb\xbf{"iss":"a"}',
        "not UTF-8": b'{"iss":"\xff"}',
        "trailing text": b'{"iss":"a"} {}',
        "too deep": b'{"a":' * 17 + b"1" + b"}" * 17,
    }
    return [_bad(why, _forge(header, claims)) for why, claims in texts.items()]


def _bad_texts() -> list[dict[str, str]]:
    good = _token()
    head, body, signature = good.split(".")
    return [
        _bad("empty", ""),
        _bad("two parts", f"{head}.{body}"),
        _bad("four parts", f"{good}.{signature}"),
        _bad("no signature", f"{head}.{body}."),
        _bad("padding", f"{head}.{body}.{signature}=="),
        _bad("stray bits", f"{head}.{body}.{signature[:-1]}{_with_stray_bit(signature[-1])}"),
        _bad("a foreign character", f"{head}.{body}.{signature[:40]}!{signature[40:]}"),
        _bad("a space before", " " + good),
        _bad("a line end after", good + "\n"),
        _bad("not ASCII", good + "ä"),
        _bad("the other alphabet", f"{head}.{_standard_alphabet(body)}.{signature}"),
        _bad("a signature too short", f"{head}.{body}.{b64(bytes(63))}"),
        _bad("a signature too long", f"{head}.{body}.{b64(bytes(65))}"),
        _bad("JSON serialization", json.dumps({"payload": body, "signature": signature})),
    ]


def _bad_signatures() -> list[dict[str, str]]:
    good = _token()
    signed, _, signature = good.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    order = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
    scalar = int.from_bytes(raw[32:], "little") + int.from_bytes(order, "little")
    changes = {
        "all zero": bytes(64),
        "one bit changed": bytes([raw[0] ^ 1]) + raw[1:],
        "S beyond the order (malleable)": raw[:32] + scalar.to_bytes(32, "little"),
        "another key's": SUITE.sign(seed("beispiel"), signed.encode()),
        "over other claims": SUITE.sign(seed("muster"), signed.encode() + b"A"),
    }
    return [_bad(why, f"{signed}.{b64(new)}", "signature") for why, new in changes.items()]


def _with_stray_bit(last: str) -> str:
    """Return a character that a lenient decoder reads as the same bits (64 bytes leave four)."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(last) + 1]


def _standard_alphabet(part: str) -> str:
    """Return the part as the `+/` alphabet writes it, with one such character for certain."""
    return part.replace("-", "+").replace("_", "/") + "+/"
