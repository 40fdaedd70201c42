"""Signed documents."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc
from joserfc.jwk import OKPKey

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError, WireError
from fachkraft_share.wire import jws, strict
from fachkraft_share.wire.encoding import b64, sha256, unb64
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

ALL = tuple(jws.Type)
CLAIMS: dict[str, Any] = {
    "iss": "https://muster.example",
    "jti": "AAAAAAAAAAAAAAAAAAAAAA",
    "iat": 1_795_305_600,
    "events": {"urn:fks:event:referral.published:1": {"seq": 1, "profile": {"region": "Börde"}}},
}
TEXTS = st.text("abcäöü ", max_size=5)
PAYLOADS = st.dictionaries(
    TEXTS, st.none() | st.booleans() | st.integers(-9, 2**53 - 1) | TEXTS | st.lists(TEXTS)
)


@pytest.fixture(scope="module")
def public(key: PrivateKey, suite: Suite) -> bytes:
    """The public half of the signing key."""
    return suite.public(key.seed)


@pytest.fixture(scope="module")
def token(key: PrivateKey, suite: Suite) -> str:
    """A good document."""
    return jws.sign(CLAIMS, type=jws.Type.EVENT, key=key, suite=suite)


@pytest.fixture(scope="module")
def accept(public: bytes, suite: Suite) -> Callable[[str | bytes], jws.Unverified]:
    """Parse and verify, as every receiver does."""

    def accept(received: str | bytes) -> jws.Unverified:
        parsed = jws.parse(received, types=[jws.Type.EVENT])
        jws.verify(parsed, public, suite=suite)
        return parsed

    return accept


Accept = Callable[[str | bytes], jws.Unverified]


@given(PAYLOADS, st.sampled_from(jws.Type))
def test_what_is_signed_is_read_and_verified(
    suite: Suite, key: PrivateKey, public: bytes, claims: dict[str, Any], kind: jws.Type
) -> None:
    """Claims, type, key and the hash of exactly these bytes."""
    text = jws.sign(claims, type=kind, key=key, suite=suite)
    parsed = jws.parse(text, types=ALL)
    jws.verify(parsed, public, suite=suite)
    assert (parsed.claims, parsed.type, parsed.kid) == (claims, kind, key.kid)
    assert (parsed.raw, parsed.sha256) == (text.encode(), sha256(text.encode()))
    assert jws.parse(text.encode(), types=[kind]) == parsed
    header = json.loads(unb64(text.split(".")[0]))
    assert header == {"alg": "Ed25519", "kid": key.kid, "typ": kind.value}


def test_the_types_are_words_that_other_implementations_rely_on() -> None:
    """They stand in every header."""
    assert {kind.name: kind.value for kind in jws.Type} == {
        "EVENT": "secevent+jwt",
        "CONSENT": "fks-consent+jwt",
        "ANSWER": "fks-answer+jwt",
        "WITHDRAWAL": "fks-withdrawal+jwt",
        "MEMBER": "fks-member+jwt",
        "MEMBERS": "fks-members+jwt",
        "AGREEMENT": "fks-agreement+jwt",
        "ROOT": "fks-root+jwt",
        "REQUEST": "fks-request+jwt",
    }


@given(PAYLOADS)
def test_joserfc_accepts_what_we_sign_and_we_what_it_signs(
    suite: Suite, key: PrivateKey, public: bytes, claims: dict[str, Any]
) -> None:
    """Another implementation is the oracle; its bytes are the same for the same header."""
    okp = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": b64(public), "d": b64(key.seed)})
    ours = jws.sign(claims, type=jws.Type.EVENT, key=key, suite=suite)
    read = joserfc.deserialize_compact(ours, okp, algorithms=["Ed25519"])
    assert json.loads(read.payload) == claims
    header = {"alg": "Ed25519", "kid": key.kid, "typ": "secevent+jwt"}
    theirs = joserfc.serialize_compact(header, strict.write(claims), okp, algorithms=["Ed25519"])
    assert theirs == ours
    jws.verify(jws.parse(theirs, types=[jws.Type.EVENT]), public, suite=suite)


@given(data=st.data())
def test_no_byte_of_a_document_can_change(data: st.DataObject, token: str, accept: Accept) -> None:
    """Replaced, dropped, doubled or cut: refused, with an error of the wire."""
    raw = token.encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda one: one != raw[place]))
    for changed in (
        raw[:place] + bytes([other]) + raw[place + 1 :],
        raw[:place] + raw[place + 1 :],
        raw[:place] + bytes([other]) + raw[place:],
        raw[:place],
    ):
        with pytest.raises(WireError):
            accept(changed)


def members(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every member of the claims, at any depth."""
    found = [path] if path else []
    for name in value if isinstance(value, dict) else ():
        found += members(value[name], (*path, name))
    return found


@pytest.mark.parametrize("path", members(CLAIMS), ids=lambda path: path[-1])
@pytest.mark.parametrize("change", ["drop", "null", "other", "rename"])
def test_no_claim_can_change_under_its_signature(
    token: str, accept: Accept, path: tuple[str, ...], change: str
) -> None:
    """Each member of the claims, dropped, emptied, replaced, renamed."""
    claims = json.loads(json.dumps(CLAIMS))
    parent = claims
    for name in path[:-1]:
        parent = parent[name]
    value = parent.pop(path[-1])
    if change == "rename":
        parent[path[-1] + "x"] = value
    elif change != "drop":
        parent[path[-1]] = None if change == "null" else "other"
    head, _, signature = token.split(".")
    with pytest.raises(SignatureError):
        accept(f"{head}.{b64(strict.write(claims))}.{signature}")


@pytest.mark.parametrize("name", ["alg", "kid", "typ"])
def test_no_header_can_change_under_its_signature(
    token: str, accept: Accept, other_key: PrivateKey, name: str
) -> None:
    """Dropped, emptied, or replaced by something that is well-formed."""
    head, claims, signature = token.split(".")
    good = json.loads(unb64(head))
    replaced = {"alg": "EdDSA", "kid": other_key.kid, "typ": "fks-consent+jwt"}
    for header in (
        {one: good[one] for one in good if one != name},
        good | {name: None},
        good | {name: replaced[name]},
        good | {name + "x": good[name]},
    ):
        with pytest.raises(WireError):
            accept(f"{b64(strict.write(header))}.{claims}.{signature}")


def test_another_type_is_a_matter_of_trust_not_of_form(token: str) -> None:
    """A consent cannot pass for an event; the error says that the document was well-formed."""
    with pytest.raises(SignatureError):
        jws.parse(token, types=[jws.Type.CONSENT, jws.Type.ANSWER])
    with pytest.raises(SignatureError):
        jws.parse(token, types=[])


def test_another_keys_signature_is_refused(
    suite: Suite, token: str, public: bytes, other_key: PrivateKey
) -> None:
    """The right form and the wrong signer; also an unusable key."""
    parsed = jws.parse(token, types=ALL)
    for wrong in (suite.public(other_key.seed), bytes(31), b"", public[::-1]):
        with pytest.raises(SignatureError):
            jws.verify(parsed, wrong, suite=suite)


def test_a_sealing_key_signs_nothing(suite: Suite, mailbox: PrivateKey) -> None:
    """One key, one use."""
    with pytest.raises(SignatureError):
        jws.sign(CLAIMS, type=jws.Type.EVENT, key=mailbox, suite=suite)


@pytest.mark.parametrize("claims", [{"a": 1.5}, {"a": "A\u030a"}, {"a": 2**53}, {"a": b"b"}])
def test_claims_beyond_strict_json_are_not_signed(
    suite: Suite, key: PrivateKey, claims: dict[str, Any]
) -> None:
    """What every receiver must refuse never leaves."""
    with pytest.raises(MalformedError):
        jws.sign(claims, type=jws.Type.EVENT, key=key, suite=suite)


def test_a_document_has_a_greatest_length(suite: Suite, key: PrivateKey, accept: Accept) -> None:
    """Signing refuses beyond it, and so does reading, before anything else."""
    room = limits.MESSAGE_BYTES * 3 // 4 - 300
    accept(jws.sign({"a": "b" * room}, type=jws.Type.EVENT, key=key, suite=suite))
    with pytest.raises(MalformedError, match="longer"):
        jws.sign({"a": "b" * (room + 300)}, type=jws.Type.EVENT, key=key, suite=suite)
    with pytest.raises(MalformedError, match="longer"):
        accept("." * (limits.MESSAGE_BYTES + 1))


def test_claims_stay_out_of_what_is_printed(token: str) -> None:
    """Logs show type, key and hash."""
    assert "muster" not in repr(jws.parse(token, types=ALL))


@pytest.mark.parametrize(
    ("name", "count"), [("json_web_signature_test.json", 401), ("json_web_crypto_test.json", 83)]
)
def test_every_wycheproof_token_is_refused(
    wycheproof: Callable[[str], list[tuple[Any, Any]]], name: str, count: int
) -> None:
    """None has our one algorithm; also the valid ones are foreign here."""
    cases = wycheproof(name)
    assert len(cases) == count
    for _, test in cases:
        token = test.get("jws") or test.get("jwe") or ""
        text = token if isinstance(token, str) else json.dumps(token)
        with pytest.raises(MalformedError):
            jws.parse(text, types=ALL)


FOREIGN = ["=", "==", " ", "    ", "?", "####", "\n", "\r\n", "\t", "\0", "+", "/", "ä", "%3D", "."]


@pytest.mark.parametrize("foreign", FOREIGN, ids=repr)
@pytest.mark.parametrize("part", [0, 1, 2])
def test_wycheproofs_padding_cases_on_our_own_tokens_are_refused(
    token: str, accept: Accept, foreign: str, part: int
) -> None:
    """Its spaces, paddings and foreign characters, before, within and behind each part."""
    parts = token.split(".")
    text = parts[part]
    for place in (0, len(text) // 2, len(text)):
        parts[part] = text[:place] + foreign + text[place:]
        with pytest.raises(WireError):
            accept(".".join(parts))


@pytest.mark.parametrize("claims", [{}, {"a": 1}, {"ab": 1}, {"abc": 1}], ids=str)
def test_stray_bits_in_any_part_are_refused(
    suite: Suite, key: PrivateKey, accept: Accept, claims: dict[str, Any]
) -> None:
    """Every other last character that a lenient decoder reads alike."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    good = jws.sign(claims, type=jws.Type.EVENT, key=key, suite=suite).split(".")
    for part in range(3):
        for last in alphabet.replace(good[part][-1], ""):
            changed = [*good]
            changed[part] = changed[part][:-1] + last
            with pytest.raises(WireError):
                accept(".".join(changed))


def test_a_signed_text_is_taken_only_in_its_own_spelling(
    suite: Suite, key: PrivateKey, accept: Accept
) -> None:
    """Padding under the signature is refused as well: the signature does not excuse the form."""
    header = {"alg": "Ed25519", "kid": key.kid, "typ": "secevent+jwt"}
    head, body = b64(json.dumps(header).encode()), b64(b'{"a":1}')

    def signed(text: str) -> str:
        return f"{text}.{b64(suite.sign(key.seed, text.encode()))}"

    accept(signed(f"{head}.{body}"))  # members of the header may stand in any form of JSON
    for text in (f"{head}=.{body}", f"{head}.{body}==", f"{head}. {body}", f"{head}.{body}\n"):
        with pytest.raises(MalformedError):
            accept(signed(text))
