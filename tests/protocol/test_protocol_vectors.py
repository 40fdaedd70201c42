"""The published vectors of the protocol: written by the script, and held by the code."""

import importlib.util
import json
from functools import cache
from itertools import permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

from fachkraft_share.errors import (
    FachkraftShareError,
    MalformedError,
    RefusedError,
    SignatureError,
)
from fachkraft_share.model.agreement import PartnerAlliance
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.agreements import (
    History,
    cooperation_of,
    histories,
    read_agreements,
    recognitions,
)
from fachkraft_share.protocol.erasure import read_receipt, settle
from fachkraft_share.protocol.events import RULES
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.message import Reader, open_message
from fachkraft_share.protocol.partner_cards import fingerprint, read_card, write_card
from fachkraft_share.protocol.parts import join_profile, part_hash, read_part, read_signed
from fachkraft_share.protocol.payloads import PAYLOADS, ErasureReceipt, ReceiptItem
from fachkraft_share.protocol.records import Contact, Held
from fachkraft_share.protocol.roots import follow_roots
from fachkraft_share.protocol.states import join, level
from fachkraft_share.testing.scene import Scene
from fachkraft_share.wire.convert import structure, unstructure

VECTORS = Path(__file__).parents[1] / "vectors"
FILES = (
    "agreements.json",
    "permits.json",
    "receipts.json",
    "referrals.json",
    "roots.json",
    "states.json",
)
ERRORS = {"malformed": MalformedError, "signature": SignatureError, "refused": RefusedError}


@cache
def maker() -> ModuleType:
    """Load the script that writes the files."""
    spec = importlib.util.spec_from_file_location("protocol_vectors", VECTORS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def read(name: str) -> Any:
    """Return what the file says."""
    return json.loads((VECTORS / name).read_text("utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_the_script_writes(name: str) -> None:
    """Else run `python tests/vectors/make.py` and look at what changed."""
    assert (VECTORS / name).read_text("utf-8") == maker().text_of(name)


def reader() -> Reader:
    """Return a reader that knows the organisations of the vectors, by the scene's list."""
    scene = Scene()
    stated = {one["id"] for one in read("referrals.json")["organisations"]}
    assert stated <= {one.id for one in scene.first.members}
    directory: Directory = scene.directory
    return Reader(directory, scene.suite, read("referrals.json")["at"])


@pytest.mark.parametrize("vector", read("referrals.json")["good"], ids=lambda one: one["why"])
def test_a_good_message_opens(vector: dict[str, Any]) -> None:
    """Type, signer, hash and body are as published; parts are those that were signed."""
    message = open_message(
        vector["token"], reader=reader(), attached=vector["with"], parts=vector["parts"]
    )
    assert (message.type, message.iss, message.sha256) == (
        vector["type"],
        vector["iss"],
        vector["sha256"],
    )
    assert unstructure(message.body) == vector["body"]
    if vector["parts"]:
        assert join_profile(read_signed(vector["parts"], message.body.parts)).occupation


@pytest.mark.parametrize("vector", read("referrals.json")["bad"], ids=lambda one: one["why"])
def test_a_bad_message_is_refused(vector: dict[str, Any]) -> None:
    """With the class of refusal the vector names."""
    with pytest.raises(ERRORS[vector["error"]]):
        open_message(
            vector["token"], reader=reader(), attached=vector["with"], parts=vector["parts"]
        )


@pytest.mark.parametrize("vector", read("states.json")["sets"], ids=lambda one: one["why"])
def test_every_order_joins_as_published(vector: dict[str, Any]) -> None:
    """All permutations, each view once."""
    key = read("states.json")["key"]
    expected = Contact(**key, **vector["joined"])
    for order in permutations(vector["views"]):
        found = Contact(**key)
        for view in order:
            found = join(found, Contact(**key, **view))
        assert found == expected
    assert level(expected) == vector["level"]


@pytest.mark.parametrize("vector", read("receipts.json")["settle"], ids=lambda one: one["why"])
def test_a_receipt_settles_as_published(vector: dict[str, Any]) -> None:
    """By its categories and by what the ledger says."""
    item, at = structure(vector["item"], ReceiptItem), read("receipts.json")["at"]
    custody = at if vector["custody"] else None
    held = Held("", "", 1, at, custody) if vector["served"] else None
    found = settle(item, held=held, at=at)
    assert (found.settled, found.alarm) == (vector["settled"], vector["alarm"])


def test_a_batched_receipt_reveals_each_item_alone() -> None:
    """The event signs the hashes of the parts."""
    vectors = read("receipts.json")
    receipt = structure(vectors["payload"], ErasureReceipt)
    for one in vectors["batch"]:
        assert part_hash(one["part"]) == one["hash"]
        assert read_part(one["part"])[0] == "receipt"
        assert unstructure(read_receipt(receipt, one["part"])) == one["item"]


def test_the_gate_answers_as_published() -> None:
    """Every case for every action."""
    answer = maker().permits_of_all_kinds.__globals__["answer"]
    actions = maker().permits_of_all_kinds.__globals__["Action"]
    for case in read("permits.json")["cases"]:
        for action, code in case["answers"].items():
            assert answer(case["change"], actions(action)) == code


def test_every_payload_has_its_rule() -> None:
    """And no rule is without a document."""
    assert RULES.keys() >= PAYLOADS.keys()
    assert RULES.keys() - PAYLOADS.keys() == {"fks-consent", "fks-answer", "fks-withdrawal"}


# Agreements -----------------------------------------------------------------------------------

AGREED = read("agreements.json")


@pytest.mark.parametrize("why", [case["why"] for case in AGREED["cases"]])
def test_an_agreement_is_believed_or_refused_as_published(why: str) -> None:
    """With what follows from it: name, parties, partners."""
    [case] = [one for one in AGREED["cases"] if one["why"] == why]
    scene = Scene()
    listed = attrs.evolve(
        scene.first, iat=AGREED["at"], exp=AGREED["at"] + 1, agreements=tuple(case["named"])
    )

    def found() -> tuple[History, ...]:
        return read_agreements(
            case["agreements"],
            listed=listed,
            known=scene.directory,
            suite=scene.suite,
            held=histories(case["held"]),
        )

    if "refused" in case:
        with pytest.raises(FachkraftShareError) as refused:
            found()
        assert problems.code_of(refused.value) == case["refused"]
        return
    own, partners = cooperation_of(found()), recognitions(found())
    assert (own.terms.name if own else None) == case["name"]
    assert ([one.id for one in own.members] if own else []) == case["parties"]
    assert partners.keys() == case["partners"].keys()
    for node, told in case["partners"].items():
        terms = partners[node].newest
        valid = terms.valid(at=AGREED["at"])
        assert {"gives": terms.gives and valid, "takes": terms.takes and valid} == told


def test_a_card_is_the_published_one() -> None:
    """With the fingerprint that people compare."""
    told = AGREED["card"]
    alliance = structure(told["of"], PartnerAlliance)
    assert (write_card(alliance), read_card(told["text"])) == (told["text"], alliance)
    assert fingerprint(alliance.root) == told["fingerprint"]


# Root keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", read("roots.json")["cases"], ids=lambda one: one["why"])
def test_hand_overs_of_a_root_key_lead_where_it_is_published(vector: dict[str, Any]) -> None:
    """From the root that is known to that of today, with all between; or nowhere."""
    scene, authority = Scene(), read("roots.json")["authority"]
    known = Directory(authority, vector["known"])
    if "refused" in vector:
        with pytest.raises(FachkraftShareError) as refused:
            follow_roots(vector["changes"], known=known, suite=scene.suite)
        assert problems.code_of(refused.value) == vector["refused"]
        return
    found = follow_roots(vector["changes"], known=known, suite=scene.suite)
    assert list(found.roots) == vector["roots"]
