"""The published vectors: the files are what the script writes, and the code holds to them."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fachkraft_share.errors import MalformedError, SignatureError, WireError
from fachkraft_share.wire import blobs, ids, jws, keys
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.suite import Suite

VECTORS = Path(__file__).parents[1] / "vectors"
ERRORS: dict[str, type[WireError]] = {"malformed": MalformedError, "signature": SignatureError}
ALL = tuple(jws.Type)
WIRE_FILES = ("envelopes.json", "ids.json", "sealing.json")


@cache
def maker() -> ModuleType:
    """Load the script that writes the files."""
    spec = importlib.util.spec_from_file_location("vectors_make", VECTORS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def read(name: str) -> Any:
    """Return what the file says."""
    return json.loads((VECTORS / name).read_text("utf-8"))


@pytest.mark.parametrize("name", WIRE_FILES)
def test_the_file_is_what_the_script_writes(name: str) -> None:
    """Else run `python tests/vectors/make.py` and look at what changed."""
    assert (VECTORS / name).read_text("utf-8") == maker().text_of(name)


@pytest.mark.parametrize("vector", read("envelopes.json")["good"], ids=lambda one: one["type"])
def test_a_good_document_is_taken(vector: dict[str, Any], suite: Suite) -> None:
    """Type, key and claims are what the vector says, and the signature holds."""
    key = read("envelopes.json")["key"]
    token = jws.parse(vector["token"], types=ALL)
    jws.verify(token, unb64(key["x"]), suite=suite)
    assert (token.type, token.kid, token.claims) == (vector["type"], key["kid"], vector["claims"])


@pytest.mark.parametrize("vector", read("envelopes.json")["bad"], ids=lambda one: one["why"])
def test_a_bad_document_is_refused(vector: dict[str, str], suite: Suite) -> None:
    """With the class of refusal the vector names."""
    public = unb64(read("envelopes.json")["key"]["x"])
    with pytest.raises(WireError) as caught:
        jws.verify(jws.parse(vector["token"], types=[jws.Type.EVENT]), public, suite=suite)
    assert type(caught.value) is ERRORS[vector["error"]]


def test_names_are_as_published() -> None:
    """Referral ids, thumbprints, derived keys."""
    for one in read("ids.json")["referrals"]:
        key, nonce = unb64(one["key"]), unb64(one["nonce"])
        assert ids.check_referral_id(one["referral"], origin=one["origin"], key=key, nonce=nonce)
    for one in read("ids.json")["thumbprints"]:
        assert keys.kid(unb64(one["x"]), crv=one["crv"]) == one["kid"]
    for one in read("ids.json")["derived"]:
        assert b64(keys.derive(unb64(one["secret"]), purpose=one["purpose"])) == one["seed"]


@pytest.mark.parametrize(
    ("check", "kind"),
    [(ids.check_organisation_id, "organisations"), (ids.check_id, "messages")],
)
def test_names_are_taken_and_refused_as_published(check: Any, kind: str) -> None:
    """Every good one comes back, every bad one is refused."""
    vectors = read("ids.json")[kind]
    assert [check(one) for one in vectors["good"]] == vectors["good"]
    for one in vectors["bad"]:
        with pytest.raises(MalformedError):
            check(one)


def test_sealed_texts_open_as_published(suite: Suite) -> None:
    """Made by the reference from RFC 9180, opened by the library."""
    vectors = read("sealing.json")
    private = unb64(vectors["recipient"]["private"])
    assert b64(suite.sealing_public(private)) == vectors["recipient"]["public"]
    for one in vectors["sealed"]:
        plaintext = suite.open(private, unb64(one["sealed"]), info=unb64(one["info"]))
        assert b64(plaintext) == one["plaintext"]


def test_contexts_and_paddings_are_as_published() -> None:
    """A stranger who builds the same bytes can open what we seal."""
    vectors = read("sealing.json")
    parties = vectors["contexts"]["parties"]
    assert b64(blobs.dossier_info(**parties)) == vectors["contexts"]["dossier"]
    assert b64(blobs.contact_info(**parties)) == vectors["contexts"]["contact"]
    for one in vectors["padding"]:
        assert len(blobs.pad(bytes(one["length"]))) == one["padded"]
