"""The consent receipt after ISO/IEC TS 27560 in terms of the Data Privacy Vocabulary (DPV 2.3).

1. A receipt is a copy of the record plus its own id and time; it holds no name, no contact data
   and no exclusion of the person (R4).
2. Every term is one of DPV 2.3 or our own (`fks:`) with a DPV parent.
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import attrs

from fachkraft_share.model.consent import Assurance, Category, Consent, Purpose
from fachkraft_share.model.organisation import Organisation

CONTEXT: Final = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "fks": "urn:fks:term:",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
RECORD_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
RECEIPT_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"
EXPLICIT: Final = "eu-gdpr:A6-1-a-explicit-consent"
RIGHTS: Final = tuple(
    f"eu-gdpr:{article}" for article in "A7-3 A13 A14 A15 A16 A17 A18 A19 A20 A21 A22 A77".split()
)
CATEGORY_TERMS: Final[dict[Category, tuple[str, ...]]] = {
    Category.OCCUPATION: ("pd:Job",),
    Category.EXPERIENCE: ("pd:WorkExperience",),
    Category.SKILLS: ("pd:ProfessionalExperience",),
    Category.LANGUAGES: ("pd:Language",),
    Category.REGION: ("pd:Region",),
    Category.AVAILABILITY: ("pd:Professional",),
    Category.ENDORSEMENT: ("pd:ProfessionalEvaluation",),
    Category.RANK: ("pd:ProfessionalEvaluation",),
    Category.CONTACT: ("pd:Name", "pd:EmailAddress", "pd:TelephoneNumber", "pd:PhysicalAddress"),
    Category.DOCUMENTS: (
        "pd:WorkExperience",
        "pd:EducationQualification",
        "pd:ProfessionalCertification",
        "pd:Reference",
    ),
}
PURPOSE_TERMS: Final[dict[Purpose, str]] = {
    Purpose.REFERRAL: "dpv:RecruitmentApplicantSelection",
    Purpose.OWN_POOL: "dpv:RecruitmentManagement",
    Purpose.OTHER_REGIONS: "dpv:RecruitmentApplicantSelection",
    Purpose.PARTNER: "dpv:RecruitmentApplicantSelection",
    Purpose.PUBLIC: "dpv:RecruitmentAdvertising",
}
DOSSIER: Final = (Category.CONTACT, Category.DOCUMENTS)


class Status(StrEnum):
    """Where a consent stands, in DPV's terms (law.md § 6)."""

    GIVEN = "dpv:ConsentGiven"
    RENEWED = "dpv:RenewedConsentGiven"
    WITHDRAWN = "dpv:ConsentWithdrawn"
    EXPIRED = "dpv:ConsentExpired"
    REVOKED = "dpv:ConsentRevoked"


@attrs.frozen
class End:
    """How and when the consent ended."""

    status: Status
    at: int


@attrs.frozen
class Surroundings:
    """What the record says besides the consent itself; all of it public."""

    origin: Organisation
    node_name: str
    node_location: str
    service: str
    recipients: tuple[Organisation, ...]  # whoever may see the profile
    accepted: tuple[Organisation, ...] = ()  # whoever may have contact data and documents
    authority: str = ""  # supervisory authority
    end: End | None = None


def consent_receipt(
    consent: Consent, *, around: Surroundings, receipt_id: str, at: int
) -> dict[str, Any]:
    """Return the receipt: record, its own UUIDv4 and the time it was made."""
    return {
        "@context": dict(CONTEXT),
        "@id": f"urn:uuid:{receipt_id}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": RECEIPT_SCHEMA,
        "dct:identifier": receipt_id,
        "dpv:hasIdentifier": receipt_id,
        "dct:created": moment(at),
        "dct:publisher": consent.node,
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": consent_record(consent, around=around),
    }


def consent_record(consent: Consent, *, around: Surroundings) -> dict[str, Any]:
    """Return the consent record with every field law.md § 5 demands."""
    desk = f"{consent.node}/d"
    record = {
        "@id": f"urn:uuid:{consent.record_id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": RECORD_SCHEMA,
        "dct:identifier": consent.record_id,
        "dpv:hasIdentifier": consent.record_id,
        "dpv:hasDataSubject": {
            "@id": f"urn:fks:key:{consent.key}",
            "@type": "dpv:DataSubject",
            "skos:broader": "dpv:JobApplicant",
        },
        "dpv:hasDataController": [_party(around.origin, "dpv:DataController")],
        "dpv:hasDataProcessor": _node(consent, around),
        "dpv:hasJurisdiction": ["loc:DE", "loc:EU"],
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasLegalBasis": EXPLICIT,
        "dpv:hasNotice": _notice(consent),
        "dpv:hasProcess": _processes(consent, around),
        "dpv:hasConsentControl": {
            "@type": ["dpv:WithdrawConsent"],
            "dpv:isExercisedAt": desk,
        },
        "dpv:hasRight": [
            {"@type": ["dpv:DataSubjectRight", right], "dpv:isExercisedAt": desk}
            for right in RIGHTS
        ],
        "dpv:hasConsentStatus": _statuses(consent, around.end),
    }
    if around.authority:
        record["dpv:hasAuthority"] = {
            "@type": "dpv:DataProtectionAuthority",
            "dpv:hasName": around.authority,
        }
    if consent.renews is not None:
        record["dct:replaces"] = f"urn:sha256:{consent.renews}"
    return record


def moment(at: int) -> str:
    """Return a second as ISO 8601 in UTC."""
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _notice(consent: Consent) -> dict[str, Any]:
    return {
        "@id": f"urn:sha256:{consent.notice}",
        "@type": "dpv:ConsentNotice",
        "dct:language": consent.language,
        "dct:hasVersion": consent.notice,
        "dct:date": moment(consent.iat),
    }


def _party(organisation: Organisation, role: str) -> dict[str, Any]:
    party = {
        "@id": organisation.id,
        "@type": role,
        "dct:identifier": organisation.id,
        "dpv:hasName": organisation.name,
        "dpv:hasLocation": f"loc:{organisation.location}",
    }
    if organisation.support:
        party["schema:contactPoint"] = organisation.support
    return party


def _node(consent: Consent, around: Surroundings) -> dict[str, Any]:
    return {
        "@id": consent.node,
        "@type": "dpv:DataProcessor",
        "dct:identifier": consent.node,
        "dpv:hasName": around.node_name,
        "dpv:hasLocation": f"loc:{around.node_location}",
    }


def _processes(consent: Consent, around: Surroundings) -> list[dict[str, Any]]:
    shown = [one for one in consent.categories if one not in DOSSIER]
    found = [_process("profile", shown, around.recipients, consent, around)]
    if around.accepted:
        found.append(_process("dossier", DOSSIER, around.accepted, consent, around))
    return found


def _process(
    name: str,
    categories: Iterable[Category],
    recipients: Iterable[Organisation],
    consent: Consent,
    around: Surroundings,
) -> dict[str, Any]:
    parties = [_party(one, "dpv:Recipient") for one in recipients]
    places = sorted({around.node_location, *(one["dpv:hasLocation"][4:] for one in parties)})
    return {
        "@id": f"fks:{name}",
        "@type": "dpv:Process",
        "dpv:hasService": around.service,
        "dpv:hasPurpose": [
            {"@id": f"fks:{one}", "skos:broader": PURPOSE_TERMS[one]} for one in consent.purposes
        ],
        "dpv:hasPersonalData": [_data(one, consent) for one in categories],
        "dpv:hasProcessing": _processing(consent) if name == "profile" else ["dpv:Disclose"],
        "dpv:hasAutomationLevel": "dpv:PartialAutomation",
        "dpv:hasHumanInvolvement": "dpv:HumanInvolvementForDecision",
        "dpv:hasRecipient": parties,
        "dpv:hasRecipientThirdParty": _audience(consent),
        "dpv:hasGeographicCoverage": "loc:EEA",
        "dpv:hasStorageCondition": _storage(consent, places),
    }


def _processing(consent: Consent) -> list[str]:
    public = ["dpv:Disseminate"] if Purpose.PUBLIC in consent.purposes else []
    return ["dpv:Pseudonymise", "dpv:MakeAvailable", "dpv:Match", *public]


def _data(category: Category, consent: Consent) -> dict[str, Any]:
    required = category is Category.OCCUPATION
    return {
        "@id": f"fks:{category}",
        "skos:broader": list(CATEGORY_TERMS[category]),
        "dpv:hasNecessity": "dpv:Required" if required else "dpv:Optional",
        "dpv:hasDataSource": consent.origin,
        "fks:assurance": str(Assurance(consent.assurance)),
    }


def _audience(consent: Consent) -> dict[str, Any]:
    """Name the audience as it was consented to; exclusions are never part of it."""
    audience = consent.audience
    found: dict[str, Any] = {"fks:members": list(audience.members)}
    if audience.list is not None:
        found["fks:list"] = {"number": audience.list.number, "sha256": audience.list.sha256}
    return found


def _storage(consent: Consent, places: Iterable[str]) -> list[dict[str, Any]]:
    end = {"@type": "dpv:UntilTimeDuration", "rdf:value": moment(consent.exp)}
    return [
        {"@type": "dpv:StorageLocation", "dpv:hasLocation": [f"loc:{one}" for one in places]},
        {"@type": "dpv:StorageDuration", "dpv:hasDuration": end},
        {"@type": "dpv:StorageDeletion", "dct:description": "on withdrawal or at the end, by all"},
    ]


def _statuses(consent: Consent, end: End | None) -> list[dict[str, Any]]:
    first = Status.RENEWED if consent.renews is not None else Status.GIVEN
    given = {
        "@type": [str(first), "dpv:ExplicitlyExpressedConsent"],
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:hasIndicationMethod": "button at the desk",
        "dpv:isIndicatedAtTime": moment(consent.iat),
        "dpv:hasDuration": {
            "@type": "dpv:UntilTimeDuration",
            "rdf:value": moment(consent.exp),
        },
    }
    if end is None:
        return [given]
    by_person = end.status is Status.WITHDRAWN
    ended = {
        "@type": [str(end.status)],
        "dpv:isIndicatedBy": "dpv:DataSubject" if by_person else "dpv:Organisation",
        "dpv:isIndicatedAtTime": moment(end.at),
    }
    return [given, ended]
