"""Consent receipts: complete, in DPV's own words, without a trace of the person."""

import csv
import json
import os
import re
import uuid
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Assurance, Audience, Category, Consent, Purpose
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.rules.receipts import (
    CATEGORY_TERMS,
    DOSSIER,
    PURPOSE_TERMS,
    End,
    Status,
    Surroundings,
    consent_receipt,
    moment,
)

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("FKS_SHARED", ROOT / ".." / "shared"))
SCHEMA = ROOT / "docs" / "schemas" / "consent-receipt.json"
ID = "a6f58318-72e6-46a2-bfd7-f36d795e30cd"
NOW = 1_795_305_600


def organisation(name: str, **more: Any) -> Organisation:
    """Return an employer."""
    return Organisation(f"https://{name}.example", name.title(), (Role.EMPLOYER,), (), **more)


def consent(**changed: Any) -> Consent:
    """Return a consent; keyword arguments replace fields of the usual one."""
    usual: dict[str, Any] = {
        "referral": "r" * 22,
        "origin": "https://muster.example",
        "node": "https://node.example",
        "key": "k" * 43,
        "nonce": "n" * 22,
        "manage": "m" * 43,
        "draft": "d" * 64,
        "audience": Audience(list=ListName(7, "0" * 64)),
        "purposes": (Purpose.REFERRAL,),
        "categories": (Category.OCCUPATION, Category.SKILLS),
        "iat": NOW,
        "exp": NOW + 100,
        "notice": "a" * 64,
        "language": "de",
        "assurance": Assurance.ATTESTED,
        "record_id": ID,
    }
    return Consent(**{**usual, **changed})


def around(**changed: Any) -> Surroundings:
    """Return the surroundings of a receipt."""
    usual: dict[str, Any] = {
        "origin": organisation("muster", support="hr@muster.example"),
        "node_name": "Allianz Harz",
        "node_location": "DE",
        "service": "Allianz Harz",
        "recipients": (organisation("beispiel"), organisation("dritte", location="AT")),
    }
    return Surroundings(**{**usual, **changed})


def receipt(said: Consent, told: Surroundings) -> dict[str, Any]:
    """Return a receipt and hold it against the schema."""
    made = consent_receipt(said, around=told, receipt_id=ID, at=NOW + 5)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(made)
    return made


def test_a_receipt_wraps_the_record_with_its_own_id_and_time() -> None:
    """ISO/IEC TS 27560: a copy of the record plus identifier and time."""
    made = receipt(consent(), around())
    assert made["@type"] == "dpv:ConsentReceipt"
    assert made["dct:created"] == moment(NOW + 5)
    assert uuid.UUID(made["dct:identifier"]).version == 4
    assert made["dpv:hasRecordOfActivity"]["dct:identifier"] == ID


def test_the_record_names_who_what_why_until_when_and_how_to_stop() -> None:
    """The fields ISO/IEC TS 27560 and Art. 13 GDPR ask for."""
    record = receipt(consent(), around(authority="LfD"))["dpv:hasRecordOfActivity"]
    [process] = record["dpv:hasProcess"]
    assert [one["dpv:hasName"] for one in process["dpv:hasRecipient"]] == ["Beispiel", "Dritte"]
    assert process["dpv:hasRecipientThirdParty"]["fks:list"]["number"] == 7
    assert process["dpv:hasStorageCondition"][0]["dpv:hasLocation"] == ["loc:AT", "loc:DE"]
    assert record["dpv:hasConsentControl"]["dpv:isExercisedAt"] == "https://node.example/d"
    assert record["dpv:hasNotice"]["dct:hasVersion"] == "a" * 64
    assert record["dpv:hasAuthority"]["dpv:hasName"] == "LfD"
    needed = {one["@id"]: one["dpv:hasNecessity"] for one in process["dpv:hasPersonalData"]}
    assert needed == {"fks:occupation": "dpv:Required", "fks:skills": "dpv:Optional"}


def test_contact_data_appear_only_where_a_request_was_accepted() -> None:
    """A process of its own, with that one recipient (R16)."""
    told = around(accepted=(organisation("beispiel"),))
    profile, dossier = receipt(consent(), told)["dpv:hasRecordOfActivity"]["dpv:hasProcess"]
    assert "pd:Name" not in json.dumps(profile)
    assert "pd:Name" in json.dumps(dossier)
    assert [one["@id"] for one in dossier["dpv:hasRecipient"]] == ["https://beispiel.example"]


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.EXPIRED, Status.REVOKED])
def test_the_end_stands_beside_the_beginning(status: Status) -> None:
    """Who ended it, and when."""
    record = receipt(consent(), around(end=End(status, NOW + 9)))["dpv:hasRecordOfActivity"]
    given, ended = record["dpv:hasConsentStatus"]
    assert given["@type"][0] == Status.GIVEN
    assert (ended["@type"], ended["dpv:isIndicatedAtTime"]) == ([str(status)], moment(NOW + 9))


def test_a_renewal_says_so() -> None:
    """It names the consent it replaces."""
    record = receipt(consent(renews="b" * 64), around())["dpv:hasRecordOfActivity"]
    assert record["dpv:hasConsentStatus"][0]["@type"][0] == Status.RENEWED
    assert record["dct:replaces"] == "urn:sha256:" + "b" * 64


@given(
    purposes=st.lists(st.sampled_from(Purpose), min_size=1, unique=True).map(tuple),
    categories=st.lists(
        st.sampled_from([one for one in Category if one not in DOSSIER]), min_size=1, unique=True
    ).map(tuple),
    members=st.lists(st.integers(0, 99).map(lambda n: f"https://m{n}.example"), unique=True).map(
        tuple
    ),
    assurance=st.sampled_from(Assurance),
    exp=st.integers(NOW, NOW + 10**9),
)
@settings(max_examples=100, deadline=None)
def test_every_consent_has_a_receipt_of_the_schema(
    purposes: Any, categories: Any, members: Any, assurance: Assurance, exp: int
) -> None:
    """Whatever a person may choose."""
    said = consent(
        purposes=purposes,
        categories=categories,
        audience=Audience(members=members),
        assurance=assurance,
        exp=exp,
    )
    made = receipt(said, around())
    process = made["dpv:hasRecordOfActivity"]["dpv:hasProcess"][0]
    assert [one["@id"] for one in process["dpv:hasPurpose"]] == [f"fks:{one}" for one in purposes]
    assert {one["@id"] for one in process["dpv:hasPersonalData"]} == {
        f"fks:{one}" for one in categories
    }


def test_every_category_and_purpose_has_a_term() -> None:
    """None is forgotten when a new one comes."""
    assert set(CATEGORY_TERMS) == set(Category)
    assert set(PURPOSE_TERMS) == set(Purpose)


def test_a_receipt_says_that_the_profile_is_public() -> None:
    """Only where the person allowed it by itself; the dossier never is."""
    for purposes in ((Purpose.REFERRAL,), (Purpose.REFERRAL, Purpose.PUBLIC)):
        told = around(accepted=(organisation("beispiel"),))
        record = receipt(consent(purposes=purposes), told)["dpv:hasRecordOfActivity"]
        profile, *others = (one["dpv:hasProcessing"] for one in record["dpv:hasProcess"])
        assert ("dpv:Disseminate" in profile) is (Purpose.PUBLIC in purposes)
        assert others == [["dpv:Disclose"]]


def test_every_term_is_one_of_dpv() -> None:
    """Checked against DPV's own tables, which win over the guide."""
    folder = SHARED / "data" / "standards"
    if not folder.is_dir():
        pytest.skip("DPV's tables are not here; set FKS_SHARED to the folder that holds data/")
    known = {
        f"{prefix}:{row['term']}"
        for prefix, name in (("dpv", "dpv23"), ("pd", "pd23"), ("eu-gdpr", "gdpr23"))
        for row in csv.DictReader((folder / f"{name}.csv").read_text("utf-8").splitlines())
    }
    told = around(
        accepted=(organisation("beispiel"),), authority="LfD", end=End(Status.REVOKED, NOW)
    )
    made = [
        receipt(
            consent(renews=renews, categories=tuple(Category)[:8], purposes=tuple(Purpose)), told
        )
        for renews in (None, "b" * 64)
    ]
    used = set(re.findall(r'"((?:dpv|pd|eu-gdpr):[A-Za-z0-9-]+)"', json.dumps(made)))
    used |= {str(status) for status in Status} - {"eu-gdpr:GDPR"}
    assert used - known == {"eu-gdpr:GDPR"}  # the law itself, an instance of DPV's legal part
