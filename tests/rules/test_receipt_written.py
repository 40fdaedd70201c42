"""A consent receipt word for word: what stands there is what others' machines read."""

from typing import Any

import attrs

from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Assurance, Audience, Category, Consent, Purpose
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.rules.receipts import End, Status, Surroundings, consent_receipt

NODE = "https://node.example"
ID = "a6f58318-72e6-46a2-bfd7-f36d795e30cd"
ISSUED, EXPIRES = "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"
CONSENT = Consent(
    referral="r" * 22,
    origin="https://muster.example",
    node=NODE,
    key="k" * 43,
    nonce="n" * 22,
    manage="m" * 43,
    draft="d" * 64,
    audience=Audience(members=("https://beispiel.example",), list=ListName(7, "0" * 64)),
    purposes=tuple(Purpose),
    categories=tuple(Category),
    iat=1_795_305_600,
    exp=1_795_392_000,
    notice="a" * 64,
    language="de",
    assurance=Assurance.ATTESTED,
    record_id=ID,
    renews="b" * 64,
)
AROUND = Surroundings(
    origin=Organisation(
        "https://muster.example", "Muster", (Role.EMPLOYER,), (), support="hr@muster.example"
    ),
    node_name="Allianz Harz",
    node_location="CH",
    service="Vermittlung",
    recipients=(Organisation("https://beispiel.example", "Beispiel", (Role.EMPLOYER,), ()),),
    accepted=(
        Organisation("https://dritte.example", "Dritte", (Role.EMPLOYER,), (), location="AT"),
    ),
    authority="LfD",
    end=End(Status.WITHDRAWN, 1_795_305_605),
)
PURPOSES = [
    {"@id": "fks:own_pool", "skos:broader": "dpv:RecruitmentManagement"},
    {"@id": "fks:referral", "skos:broader": "dpv:RecruitmentApplicantSelection"},
    {"@id": "fks:other_regions", "skos:broader": "dpv:RecruitmentApplicantSelection"},
    {"@id": "fks:partner", "skos:broader": "dpv:RecruitmentApplicantSelection"},
    {"@id": "fks:public", "skos:broader": "dpv:RecruitmentAdvertising"},
]
BROADER = {
    "occupation": ["pd:Job"],
    "experience": ["pd:WorkExperience"],
    "skills": ["pd:ProfessionalExperience"],
    "languages": ["pd:Language"],
    "region": ["pd:Region"],
    "availability": ["pd:Professional"],
    "endorsement": ["pd:ProfessionalEvaluation"],
    "rank": ["pd:ProfessionalEvaluation"],
    "contact": ["pd:Name", "pd:EmailAddress", "pd:TelephoneNumber", "pd:PhysicalAddress"],
    "documents": [
        *("pd:WorkExperience", "pd:EducationQualification"),
        *("pd:ProfessionalCertification", "pd:Reference"),
    ],
}
RIGHTS = "A7-3 A13 A14 A15 A16 A17 A18 A19 A20 A21 A22 A77".split()


def data(*categories: str) -> list[dict[str, Any]]:
    """The personal data of these categories."""
    return [
        {
            "@id": f"fks:{one}",
            "skos:broader": BROADER[one],
            "dpv:hasNecessity": "dpv:Required" if one == "occupation" else "dpv:Optional",
            "dpv:hasDataSource": "https://muster.example",
            "fks:assurance": "attested",
        }
        for one in categories
    ]


def process(name: str, processing: list[str], recipient: dict[str, Any], places: list[str]) -> Any:
    """One of the two processes; they differ only in this and in the personal data."""
    return {
        "@id": f"fks:{name}",
        "@type": "dpv:Process",
        "dpv:hasService": "Vermittlung",
        "dpv:hasPurpose": PURPOSES,
        "dpv:hasProcessing": processing,
        "dpv:hasAutomationLevel": "dpv:PartialAutomation",
        "dpv:hasHumanInvolvement": "dpv:HumanInvolvementForDecision",
        "dpv:hasRecipient": [recipient],
        "dpv:hasRecipientThirdParty": {
            "fks:members": ["https://beispiel.example"],
            "fks:list": {"number": 7, "sha256": "0" * 64},
        },
        "dpv:hasGeographicCoverage": "loc:EEA",
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": places},
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "rdf:value": EXPIRES},
            },
            {
                "@type": "dpv:StorageDeletion",
                "dct:description": "on withdrawal or at the end, by all",
            },
        ],
    }


def party(name: str, role: str, location: str) -> dict[str, Any]:
    """An organisation as the record names it."""
    return {
        "@id": f"https://{name}.example",
        "@type": role,
        "dct:identifier": f"https://{name}.example",
        "dpv:hasName": name.title(),
        "dpv:hasLocation": location,
    }


def written(around: Surroundings = AROUND) -> dict[str, Any]:
    """The receipt of the consent above."""
    return consent_receipt(CONSENT, around=around, receipt_id="receipt", at=1_795_305_605)


def test_the_receipt_is_written_word_for_word() -> None:
    """Its own id and time around the record, and a context that resolves every prefix."""
    made = written()
    assert made.pop("dpv:hasRecordOfActivity")["@type"] == "dpv:ConsentRecord"
    assert made == {
        "@context": {
            "dct": "http://purl.org/dc/terms/",
            "dpv": "https://w3id.org/dpv#",
            "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
            "fks": "urn:fks:term:",
            "loc": "https://w3id.org/dpv/loc#",
            "pd": "https://w3id.org/dpv/pd#",
            "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "schema": "https://schema.org/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
        },
        "@id": "urn:uuid:receipt",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
        "dct:identifier": "receipt",
        "dpv:hasIdentifier": "receipt",
        "dct:created": "2026-11-22T00:00:05Z",
        "dct:publisher": NODE,
        "schema:recipient": "dpv:DataSubject",
    }


def test_the_record_is_written_word_for_word() -> None:
    """Every field ISO/IEC TS 27560 and Art. 13 GDPR ask for, and none besides."""
    record = written()["dpv:hasRecordOfActivity"]
    del record["dpv:hasProcess"], record["dpv:hasConsentStatus"]
    assert record == {
        "@id": f"urn:uuid:{ID}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr",
        "dct:identifier": ID,
        "dpv:hasIdentifier": ID,
        "dpv:hasDataSubject": {
            "@id": f"urn:fks:key:{'k' * 43}",
            "@type": "dpv:DataSubject",
            "skos:broader": "dpv:JobApplicant",
        },
        "dpv:hasDataController": [
            {
                **party("muster", "dpv:DataController", "loc:DE"),
                "schema:contactPoint": "hr@muster.example",
            }
        ],
        "dpv:hasDataProcessor": {
            **party("node", "dpv:DataProcessor", "loc:CH"),
            "dpv:hasName": "Allianz Harz",
        },
        "dpv:hasJurisdiction": ["loc:DE", "loc:EU"],
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasLegalBasis": "eu-gdpr:A6-1-a-explicit-consent",
        "dpv:hasNotice": {
            "@id": f"urn:sha256:{'a' * 64}",
            "@type": "dpv:ConsentNotice",
            "dct:language": "de",
            "dct:hasVersion": "a" * 64,
            "dct:date": ISSUED,
        },
        "dpv:hasConsentControl": {
            "@type": ["dpv:WithdrawConsent"],
            "dpv:isExercisedAt": f"{NODE}/d",
        },
        "dpv:hasRight": [
            {
                "@type": ["dpv:DataSubjectRight", f"eu-gdpr:{one}"],
                "dpv:isExercisedAt": f"{NODE}/d",
            }
            for one in RIGHTS
        ],
        "dpv:hasAuthority": {"@type": "dpv:DataProtectionAuthority", "dpv:hasName": "LfD"},
        "dct:replaces": f"urn:sha256:{'b' * 64}",
    }


def test_both_processes_are_written_word_for_word() -> None:
    """The profile for all who may see it; contact and documents for one, wherever both lie."""
    profile, dossier = written()["dpv:hasRecordOfActivity"]["dpv:hasProcess"]
    assert profile == {
        **process(
            "profile",
            ["dpv:Pseudonymise", "dpv:MakeAvailable", "dpv:Match", "dpv:Disseminate"],
            party("beispiel", "dpv:Recipient", "loc:DE"),
            ["loc:CH", "loc:DE"],
        ),
        "dpv:hasPersonalData": data(*list(BROADER)[:8]),
    }
    assert dossier == {
        **process(
            "dossier",
            ["dpv:Disclose"],
            party("dritte", "dpv:Recipient", "loc:AT"),
            ["loc:AT", "loc:CH"],
        ),
        "dpv:hasPersonalData": data("contact", "documents"),
    }


def test_beginning_and_end_are_written_word_for_word() -> None:
    """The person ends it by withdrawing; whatever else ends it is no act of theirs."""
    given, ended = written()["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert given == {
        "@type": ["dpv:RenewedConsentGiven", "dpv:ExplicitlyExpressedConsent"],
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:hasIndicationMethod": "button at the desk",
        "dpv:isIndicatedAtTime": ISSUED,
        "dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "rdf:value": EXPIRES},
    }
    by_person = {
        "@type": ["dpv:ConsentWithdrawn"],
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:isIndicatedAtTime": "2026-11-22T00:00:05Z",
    }
    assert ended == by_person
    for status, name in ((Status.EXPIRED, "Expired"), (Status.REVOKED, "Revoked")):
        end = End(status, 1_795_305_605)
        _, other = written(attrs.evolve(AROUND, end=end))["dpv:hasRecordOfActivity"][
            "dpv:hasConsentStatus"
        ]
        assert other == {
            **by_person,
            "@type": [f"dpv:Consent{name}"],
            "dpv:isIndicatedBy": "dpv:Organisation",
        }


def test_of_what_is_not_there_nothing_is_written() -> None:
    """Neither an authority nor an end, nor a second process before a request was accepted."""
    bare = attrs.evolve(AROUND, authority="", end=None, accepted=())
    record = written(bare)["dpv:hasRecordOfActivity"]
    assert "dpv:hasAuthority" not in record
    assert len(record["dpv:hasConsentStatus"]) == len(record["dpv:hasProcess"]) == 1
