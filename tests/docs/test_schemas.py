"""`docs/schemas` and the code say the same: fields, limits, words; what we write is valid."""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.agreement import Agreement
from fachkraft_share.model.alliance import MemberListPage, MemberStatement, RootChange
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.consent import Category, Consent, ContactAnswer, Purpose, Withdrawal
from fachkraft_share.model.profile import Cefr, Endorsement, LanguageSkill, Profile
from fachkraft_share.protocol.bundle import Bundle
from fachkraft_share.protocol.closing import REASONS
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.protocol.message import Envelope
from fachkraft_share.protocol.parts import FIELDS, PROFILE_CATEGORIES, part_profile, read_part
from fachkraft_share.protocol.payloads import (
    PAYLOADS,
    CategoryErased,
    ContactDetails,
    ErasureState,
    ReceiptItem,
)
from fachkraft_share.protocol.problems import PROBLEMS, document
from fachkraft_share.rules.vocabulary import Kind, shipped
from fachkraft_share.wire import jws, strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.request import RequestToken

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "schemas"
VECTORS = ROOT / "tests" / "vectors"
DOCUMENTS: Mapping[str, type] = {
    "envelope": Envelope,
    "fks-consent": Consent,
    "fks-answer": ContactAnswer,
    "fks-withdrawal": Withdrawal,
    "fks-member": MemberStatement,
    "fks-members": MemberListPage,
    "fks-agreement": Agreement,
    "fks-root": RootChange,
    "fks-request": RequestToken,
    "contact-details": ContactDetails,
    "receipt-item": ReceiptItem,
    "federation": Federation,
    "bundle": Bundle,
}
KINDS: Mapping[str, type] = {**PAYLOADS, **DOCUMENTS}
ELSEWHERE = ("codes", "common", "header", "part", "profile-parts", "dossier", "problem")
ONE_SPELLING = frozenset({"bundle"})  # all members are written, empty ones too
TOKEN = re.compile(r"(?:FKS )?([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86})")


@cache
def schemas() -> dict[str, Any]:
    """Return every schema by its name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


@cache
def validator(name: str) -> Draft202012Validator:
    """Return what checks values against a schema."""
    found = [(f"{stem}.json", Resource.from_contents(one)) for stem, one in schemas().items()]
    return Draft202012Validator(schemas()[name], registry=Registry().with_resources(found))


def faults(name: str, value: Any) -> list[str]:
    """Return what the schema finds wrong."""
    return [f"{one.json_path}: {one.message}" for one in validator(name).iter_errors(value)]


def resolved(schema: Any) -> Any:
    """Return a schema with its reference followed."""
    while "$ref" in schema:
        schema = schemas()["common"]["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


# Fields ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({*KINDS, *ELSEWHERE}))
def test_a_schema_is_one(name: str) -> None:
    """Of draft 2020-12, named after its file, and every reference leads somewhere."""
    Draft202012Validator.check_schema(schemas()[name])
    assert schemas()[name]["title"] == name
    known = schemas()["common"]["$defs"]
    for reference in re.findall(r'"\$ref": "([^"]+)"', (FOLDER / f"{name}.json").read_text()):
        assert reference.rpartition("#/$defs/")[0] in ("", "common.json")
        assert reference.rpartition("/")[2] in known


def test_every_event_and_document_has_a_schema() -> None:
    """No class of the wire is without one."""
    assert {*KINDS, *ELSEWHERE} <= set(schemas())


def pairs(kind: Any, schema: Any) -> Iterator[tuple[type, Any]]:
    """Yield every class within a kind together with the schema at its place."""
    schema = resolved(schema)
    if attrs.has(kind):
        yield kind, schema
        for field in attrs.fields(kind):
            if field.name in schema["properties"]:
                yield from pairs(field.type, schema["properties"][field.name])
    elif get_origin(kind) in (list, tuple):
        yield from pairs(get_args(kind)[0], schema["items"])
    elif get_origin(kind) is UnionType:
        yield from pairs(present(kind), schema)


def present(kind: Any) -> Any:
    """Return X of `X | None`."""
    return next(one for one in get_args(kind) if one is not NoneType)


def optional(kind: Any) -> bool:
    """Tell whether a kind is `X | None`."""
    return get_origin(kind) is UnionType


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_schema_has_the_fields_of_its_class(name: str) -> None:
    """The same names; required is what has no default and may not be left out."""
    for kind, schema in pairs(KINDS[name], schemas()[name]):
        fields = attrs.fields(kind)
        assert schema["properties"].keys() == {field.name for field in fields}, kind
        needed = {
            field.name
            for field in fields
            if not optional(field.type) and (field.default is attrs.NOTHING or name in ONE_SPELLING)
        }
        if kind.__name__ == "Audience":
            needed = set()
        assert set(schema.get("required", ())) == needed, kind


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_schema_has_the_words_of_its_class(name: str) -> None:
    """A vocabulary of the code has the same words here, or fewer where the rule says so."""
    fewer = {("fks-answer", "categories")}
    for kind, schema in pairs(KINDS[name], schemas()[name]):
        for field in attrs.fields(kind):
            words = vocabulary(field.type)
            if words is None:
                continue
            place = resolved(schema["properties"][field.name])
            said = set(resolved(place.get("items", place))["enum"])
            assert said <= words if (name, field.name) in fewer else said == words


def vocabulary(kind: Any) -> set[str] | None:
    """Return the words of an enumeration, also inside a list or an optional."""
    while get_origin(kind) in (list, tuple, UnionType):
        kind = get_args(kind)[0]
    return set(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def test_the_shared_words_are_those_of_the_code() -> None:
    """Categories, reasons, document types."""
    known = schemas()["common"]["$defs"]
    assert set(known["category"]["enum"]) == set(Category)
    assert set(known["profileCategory"]["enum"]) == set(PROFILE_CATEGORIES)
    assert set(known["reason"]["enum"]) == REASONS
    assert set(schemas()["header"]["properties"]["typ"]["enum"]) == set(jws.Type)


def test_the_parts_of_a_profile_are_those_of_the_code() -> None:
    """Each category has its members, and no other."""
    found = schemas()["profile-parts"]["properties"]
    assert {name: tuple(one["properties"]) for name, one in found.items()} == FIELDS


@pytest.mark.parametrize(("name", "kind"), [("skill", Kind.SKILL), ("strength", Kind.STRENGTH)])
def test_the_shipped_codes_are_those_of_the_code(name: str, kind: Kind) -> None:
    """With their labels, so that a stranger's client can show them."""
    known = shipped()
    rows = [
        {
            "const": code,
            "title": known.label(kind, code, language="en"),
            "description": known.label(kind, code),
        }
        for code in known.codes(kind)
    ]
    assert schemas()["codes"]["$defs"][name] == {"oneOf": rows}


def test_a_dossier_has_the_fields_of_a_candidate() -> None:
    """Documents stand beside the person."""
    person = schemas()["dossier"]["properties"]["candidate"]
    fields = {field.name for field in attrs.fields(Candidate)} - {"documents"}
    assert person["properties"].keys() == fields


@pytest.mark.parametrize(
    ("name", "path", "limit"),
    [
        ("fks-consent", "audience.members.maxItems", limits.AUDIENCE_IDS),
        ("erasure.receipt", "items.maxItems", limits.RECEIPT_ITEMS),
        ("delivery.manifest", "entries.maxItems", limits.PAGE_ENTRIES),
        ("fks-members", "entries.maxItems", limits.PAGE_ENTRIES),
        ("fks-members", "removed.maxItems", limits.PAGE_ENTRIES),
        ("fks-members", "agreements.maxItems", limits.AGREEMENTS),
        ("fks-members", "vocabulary.maxItems", limits.VOCABULARY_LISTS),
        ("fks-agreement", "version.maximum", limits.AGREEMENT_VERSIONS - 1),
        ("fks-agreement", "joined.maxItems", limits.AGREEMENT_PARTIES),
        ("fks-agreement", "left.maxItems", limits.AGREEMENT_PARTIES),
        ("federation", "roots.maxItems", limits.ROOT_CHANGES),
        ("fks-agreement", "legal.maxLength", limits.LONG_TEXT),
        ("fks-agreement", "partner.name.maxLength", limits.SHORT_TEXT),
        ("fks-member", "organisation.name.maxLength", limits.SHORT_TEXT),
        ("contact.presented", "job.maxLength", limits.SHORT_TEXT),
        ("contact.presented", "message.maxLength", limits.LONG_TEXT),
        ("contact.presented", "notice.maxLength", limits.WEB_ADDRESS),
        ("contact.disclosed", "length.enum", list(limits.BLOB_CLASSES)),
        ("dossier", "documents.maxItems", limits.DOCUMENTS),
        ("profile-parts", "skills.skills.maxItems", limits.SKILLS),
        ("profile-parts", "languages.languages.maxItems", limits.LANGUAGES),
        ("profile-parts", "endorsement.strengths.maxItems", limits.STRENGTHS),
        ("bundle", "closures.items.attached.maxItems", limits.ATTACHED),
    ],
)
def test_a_schema_has_the_limits_of_the_code(name: str, path: str, limit: Any) -> None:
    """A maximum stands in `limits.py`; here it is repeated and held."""
    *way, last = path.split(".")
    found = schemas()[name]
    for step in way:
        found = resolved(found if step == "items" and "items" in found else found["properties"])[
            step
        ]
    assert found[last] == limit


# Values ---------------------------------------------------------------------------------------


IDS = st.binary(min_size=16, max_size=16).map(b64)
KEYS = st.binary(min_size=32, max_size=32).map(b64)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
TIMES = st.integers(0, limits.INTEGER_MAX)
NAMES = st.sampled_from(
    ("https://muster.example", "https://xn--mller-kva.example:8443/werk-2", "http://localhost:8000")
)
TOKENS = st.binary(min_size=64, max_size=64).map(lambda raw: f"e30.e30.{b64(raw)}")
TEXTS = st.text('aäß €"\\<\U0001f600', max_size=12)
FEW = settings(max_examples=20)  # of each of some thirty kinds
BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("jti", "nonce", "request", "referral", "txn"), IDS),
    **dict.fromkeys(("key", "manage", "kid", "x", "bh", "root"), KEYS),
    **dict.fromkeys(("iss", "aud", "origin", "node", "requester", "holder", "sub", "scope"), NAMES),
    **dict.fromkeys(
        ("sha256", "draft", "notice", "consent", "renews", "closure", "blob", "list"), HASHES
    ),
    **dict.fromkeys(("token", "authority"), TOKENS),
    "application": TOKENS | st.just(""),
    "number": TIMES,
    "page": st.integers(1, 9),
    "pages": st.integers(1, 9),
    "head": HASHES,
    "length": st.sampled_from(limits.BLOB_CLASSES),
    "sealed": st.binary(max_size=40).map(b64),
    "part": st.binary(min_size=3, max_size=40).map(b64),
    "language": st.sampled_from(("de", "en")),
    "location": st.sampled_from(("DE", "AT")),
    "betriebsnummer": st.just("12345678"),
    "record_id": st.uuids(version=4).map(str),
    "format": st.just("fks-bundle/1"),
    "name": TEXTS.filter(bool),
    "op": st.just("POST /poll"),
}
CODES = st.lists(
    st.sampled_from(("python", "quick_learner", "web-frontend")), max_size=3, unique=True
).map(tuple)
SPOKEN = st.builds(LanguageSkill, st.sampled_from(("de", "en")), st.sampled_from(Cefr))
BY_PLACE: Mapping[tuple[str, str], st.SearchStrategy[Any]] = {
    ("Profile", "skills"): CODES,
    ("Profile", "languages"): st.lists(SPOKEN, unique_by=lambda one: one.language).map(tuple),
    ("Endorsement", "strengths"): CODES,
    ("ConsentGranted", "consent"): HASHES,
    ("ContactAnswered", "answer"): HASHES,
    ("ContactDisclosed", "answer"): HASHES,
    ("ContactPresented", "notice"): NAMES.filter(lambda name: name.startswith("https:")),
    ("ContactDetails", "notice"): NAMES.filter(lambda name: name.startswith("https:")),
    ("ContactAnswer", "categories"): st.lists(
        st.sampled_from((Category.CONTACT, Category.DOCUMENTS)), unique=True
    ).map(tuple),
    ("ReferralClosed", "reason"): st.sampled_from(sorted(REASONS)),
    ("ConsentDeclined", "reason"): st.sampled_from(sorted(REASONS)),
    ("Withdrawal", "reason"): st.sampled_from(("declined", "purpose_ended", "withdrawn")),
    ("Removal", "reason"): st.sampled_from(("left", "expired")),
    ("Organisation", "id"): NAMES,
    ("CategoryErased", "category"): st.sampled_from(("profile", "record", "newsletter")),
    ("Audience", "members"): st.lists(NAMES, unique=True).map(tuple),
    ("Audience", "partners"): st.just(()),
    ("ErasureReceipt", "items"): st.lists(HASHES, min_size=1, max_size=3, unique=True),
    ("ReferralPublished", "parts"): st.dictionaries(
        st.sampled_from([str(one) for one in PROFILE_CATEGORIES]), HASHES
    ).map(lambda found: {"occupation": "0" * 64, **found}),
    ("Envelope", "events"): st.sampled_from(sorted(PAYLOADS)).map(
        lambda name: {f"urn:fks:event:{name}:1": {}}
    ),
    ("Agreement", "id"): IDS,
    ("Agreement", "version"): st.integers(0, limits.AGREEMENT_VERSIONS - 1),
    ("Agreement", "region"): st.sampled_from(("de", "plz:38", "ags:03153")),
    ("Agreement", "legal"): TEXTS.filter(bool),
    ("Agreement", "purposes"): st.lists(st.sampled_from(Purpose), min_size=1, unique=True).map(
        tuple
    ),
    ("Agreement", "before"): st.none() | HASHES,
    ("Agreement", "left"): st.lists(NAMES, unique=True).map(tuple),
    ("PartyTo", "id"): NAMES,
    ("PartnerAlliance", "authority"): NAMES,
    ("PartnerAlliance", "url"): NAMES,
    ("MemberListPage", "agreements"): st.none() | st.lists(HASHES, unique=True).map(tuple),
    ("RootChange", "old"): BY_NAME["root"],
    ("RootChange", "new"): BY_NAME["root"],
    ("RootChange", "accepted"): st.none() | TOKENS,
    ("Federation", "pages"): st.lists(TOKENS, min_size=1, max_size=2).map(tuple),
}
LISTS_OF_TOKENS = frozenset(
    {"statements", "agreements", "roots", "consents", "attached", "manifests"}
)


def values_of(kind: Any, name: str, owner: str) -> st.SearchStrategy[Any]:
    """Return values for one field."""
    if (owner, name) in BY_PLACE:
        return BY_PLACE[owner, name]
    if optional(kind):
        return st.none() | values_of(present(kind), name, owner)
    if get_origin(kind) in (list, tuple):
        make = get_origin(kind)
        inner = TOKENS if name in LISTS_OF_TOKENS else values_of(get_args(kind)[0], "", owner)
        least = 1 if name in ("categories", "roles", "keys") else 0
        unique = vocabulary(kind) is not None
        return st.lists(inner, min_size=least, max_size=3, unique=unique).map(make)
    if attrs.has(kind):
        return messages(kind)
    if vocabulary(kind) is not None:
        return st.sampled_from(sorted(vocabulary(kind) or ())).map(kind)
    if name in BY_NAME:
        return BY_NAME[name]
    return {int: TIMES, bool: st.booleans(), str: TEXTS}[kind]


def messages(kind: type) -> st.SearchStrategy[Any]:
    """Return values of a class of the wire."""
    fields = {
        field.alias: values_of(field.type, field.name, kind.__name__)
        for field in attrs.fields(kind)
    }
    built = st.builds(kind, **fields)
    if kind.__name__ == "ReceiptItem":
        return built.map(with_both)
    return built.map(with_basis) if kind.__name__ == "CategoryErased" else built


def with_both(item: ReceiptItem) -> ReceiptItem:
    """Return an item that names profile and dossier besides."""
    both = (CategoryErased(name, ErasureState.ERASED) for name in ("profile", "dossier"))
    return attrs.evolve(item, categories=(*item.categories, *both))


def with_basis(category: Any) -> Any:
    """Return what is retained with its basis and the moment until which."""
    if category.state != "retained":
        return category
    return attrs.evolve(category, basis=category.basis or "", until=category.until or 0)


@pytest.mark.parametrize("name", sorted(KINDS))
@FEW
@given(data=st.data())
def test_what_the_code_writes_is_valid(name: str, data: st.DataObject) -> None:
    """And what is valid is read again as it was."""
    value = data.draw(messages(KINDS[name]))
    written = unstructure(value)
    assert not faults(name, written)
    assert structure(strict.read(strict.write(written)), KINDS[name]) == value


@pytest.mark.parametrize("name", sorted(KINDS))
@FEW
@given(data=st.data())
def test_what_is_missing_or_of_another_type_is_refused_by_both(
    name: str, data: st.DataObject
) -> None:
    """The schema is no stricter and no laxer about the form than the reader."""
    written = unstructure(data.draw(messages(KINDS[name])))
    field = data.draw(st.sampled_from(sorted(schemas()[name]["required"])))
    without = {key: value for key, value in written.items() if key != field}
    assert faults(name, without)
    if attrs.fields_dict(KINDS[name])[field].default is attrs.NOTHING:
        with pytest.raises(MalformedError):
            structure(without, KINDS[name])
    other = {**written, field: 1.5}
    assert faults(name, other)
    with pytest.raises(MalformedError):
        structure(other, KINDS[name])


@FEW
@given(
    profile=messages(Profile),
    endorsement=st.none() | messages(Endorsement),
    occupation=st.from_regex("[0-9]{2,5}", fullmatch=True),
)
def test_the_parts_of_a_profile_are_valid(
    profile: Profile, endorsement: Endorsement | None, occupation: str
) -> None:
    """Every part is an array of salt, name and value, and the values are those of the page."""
    whole = attrs.evolve(profile, occupation=occupation, region="plz:38", endorsement=endorsement)
    parts = part_profile(whole, salts=[bytes([one]) * 16 for one in range(len(FIELDS))])
    assert not [fault for text in parts.texts for fault in faults("part", strict.read(unb64(text)))]
    assert not faults("profile-parts", dict(read_part(text) for text in parts.texts))


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_problem_is_valid(code: str) -> None:
    """With and without detail."""
    assert not faults("problem", document(code)) + faults("problem", document(code, "why"))


# Vectors --------------------------------------------------------------------------------------


def tokens_of(value: Any) -> Iterator[str]:
    """Yield every signed document in a file of vectors, collections of good and bad forms apart."""
    if isinstance(value, str):
        found = TOKEN.fullmatch(value)
        yield from [found[1]] if found else []
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from () if name in ("bad", "good") else tokens_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from tokens_of(one)


def published() -> list[str]:
    """Return every signed document of the vectors."""
    files = [json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.glob("*.json"))]
    return sorted({token for file in files for token in tokens_of(file)})


@pytest.mark.parametrize("token", published(), ids=lambda token: token[-8:])
def test_a_vector_is_valid(token: str) -> None:
    """Header, claims, and an event's payload."""
    head, body, _ = (strict.read(unb64(one)) if one else None for one in split(token))
    assert isinstance(head, dict)
    assert isinstance(body, dict)
    assert not faults("header", head)
    if head["typ"] != "secevent+jwt":
        assert not faults(str(head["typ"]).removesuffix("+jwt"), body)
        return
    [(uri, payload)] = body["events"].items()  # type: ignore[union-attr]
    assert not faults("envelope", body) + faults(uri.split(":")[3], payload)


def split(token: str) -> tuple[str, str, str]:
    """Return header and claims; the signature is checked elsewhere."""
    head, body, _ = token.split(".")
    return head, body, ""


def test_the_journeys_sealed_and_parted_values_are_valid() -> None:
    """Contact details, dossier, parts, receipt item, federation."""
    found = json.loads((VECTORS / "journey.json").read_text("utf-8"))
    assert not faults("contact-details", found["contact"]["details"])
    assert not faults("dossier", found["disclosed"]["dossier"])
    assert not faults("federation", found["federation"])
    assert not faults("profile-parts", dict(read_part(text) for text in found["draft"]["parts"]))
    assert not faults("receipt-item", read_part(found["receipt"]["part"])[1])
