"""Persons of others in Odoo: a contact and an applicant of our own each, in 18 a candidate, too.

The contact is always made by us and carries our key. Were it left to Odoo, it would take the
first contact with the same e-mail address, overwrite its telephone number and share it.
"""

import base64
from collections.abc import Container, Iterator, Mapping
from html import escape
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Candidate, Document
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share_odoo.api import Api, Row
from fachkraft_share_odoo.records import number_of

KEY: Final = "fks:"  # before the referral, in the contact's reference
NOT_RECEIVED: Final = (  # what others passed on to this company is not passed on again
    "|",
    ("partner_id", "=", False),
    "|",
    ("partner_id.ref", "=", False),
    ("partner_id.ref", "not like", KEY),
)
_LINE: Final = "<hr>"  # above it our words, below it the colleagues'
_TRIES: Final = 8  # of a create that others try at the same time; each round one gets through
_WHEN: Final = frozenset({"description"})  # of what remembers files: when they are gone
_CLEANED: Final = 2 * limits.DAY  # Odoo's clean-up of its filestore runs daily


class Received:
    """What we filed, told by contact and applicant; our id is `applicant.referral`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def find(self, referral: str) -> str | None:
        """Return the id of what was filed under the referral."""
        found = self._api.rows("hr.applicant", [("partner_id.ref", "=", KEY + referral)], {"id"})
        # Whoever applies again with the same address may get our contact: ours was first.
        return f"{min(row['id'] for row in found)}.{referral}" if found else None

    def file(
        self, referral: str, person: Candidate, *, known: str | None, fields: Container[str]
    ) -> str:
        """Create or update contact, candidate and applicant, each at once and under our key."""
        name = f"{person.given} {person.family}".strip()
        reach = {"email_from": person.email, "partner_phone": person.phone, "partner_name": name}
        contact = self._load("res.partner", f"fks_contact_{referral}", _contact(referral, person))
        owner: dict[str, object] = {"partner_id/.id": str(contact), **reach}
        if "candidate_id" in fields:
            candidate = self._load("hr.candidate", f"fks_candidate_{referral}", owner)
            owner = {"candidate_id/.id": str(candidate)}
        if "name" in fields:
            owner["name"] = "fachkraft-share"  # the subject, which 17 asks for
        notes = _notes_field(fields)
        before = self._notes(known, notes) if known else _LINE
        if _LINE in before.replace("<hr/>", _LINE):
            below = before.replace("<hr/>", _LINE).partition(_LINE)[2]
            owner[notes] = _profile(person) + _LINE + below
        applicant = self._load("hr.applicant", f"fks_applicant_{referral}", owner)
        return f"{applicant}.{referral}"

    def add(self, ref: str, document: Document) -> None:
        """Attach a document; the same content has the same name and is attached once."""
        applicant, _ = _parts(ref)
        values = {
            "name": document.name,
            "mimetype": document.media_type,
            "res_model": "hr.applicant",
            "res_id": applicant,
            "datas": base64.b64encode(document.content).decode("ascii"),
        }
        self._load("ir.attachment", f"fks_file_{applicant}_{document.name}", values)

    def mark(self, ref: str, provenance: Provenance, *, fields: Container[str]) -> None:
        """Note the origin as Odoo's source, and below the line of the notes."""
        applicant, _ = _parts(ref)
        sources = self._api.search("utm.source", [("name", "=", provenance.source)])
        source = sources[0] if sources else self._api.create("utm.source", name=provenance.source)
        notes = _notes_field(fields)
        before = self._notes(ref, notes)
        told = (provenance.source, provenance.referral, provenance.consent)
        line = f"<p>fachkraft-share: {escape(', '.join(told))}</p>"
        added = {} if line in before else {notes: before + line}
        self._api.write("hr.applicant", applicant, source_id=source, **added)

    def erase(self, ref: str, *, fields: Container[str], at: int) -> Erased:
        """Delete the applicant, what only belongs to it, and last the contact, which finds all."""
        applicant, referral = _parts(ref)
        rows = {"partner_id", "candidate_id"} if "candidate_id" in fields else {"partner_id"}
        found = self._api.rows("hr.applicant", [("id", "=", applicant)], rows)
        contacts = self._contacts(referral)
        candidates = self._candidates(contacts, fields)
        if not (found or contacts):
            return Erased(Outcome.ERASED, (f"hr.applicant/{applicant} gone",))
        self._remember_files(ref, {"hr.applicant": [applicant], "hr.candidate": candidates}, at=at)
        meetings = self._api.search("calendar.event", [("applicant_id", "=", applicant)])
        evidence: list[str] = []
        self._unlink("calendar.event", meetings, evidence)
        self._unlink("hr.applicant", [row["id"] for row in found], evidence)
        alone = [one for one in candidates if not self._applies(one)]
        self._unlink("hr.candidate", alone, evidence)
        mine = [one for one in contacts if not self._shared(one)]
        self._unlink("res.partner", mine, evidence)
        return Erased(Outcome.ERASED, tuple(evidence))

    def look(self, ref: str, *, fields: Container[str], at: int) -> Iterator[Residue]:
        """Find what is left: records, attachments, and files until Odoo has cleaned up."""
        applicant, referral = _parts(ref)
        contacts = self._contacts(referral)
        for model, ids in (
            ("hr.applicant", self._api.search("hr.applicant", [("id", "=", applicant)])),
            ("hr.candidate", self._candidates(contacts, fields)),
            ("res.partner", contacts),
        ):
            for one in ids:
                yield Residue(ResidueKind.PERSON_RECORD, f"{model}/{one}")
        for one in self._attached({"hr.applicant": [applicant]}):
            yield Residue(ResidueKind.FILE, f"ir.attachment/{one}")
        for row in self._remembered(ref):
            goes = int(row["description"] or 0)
            if goes > at:
                yield Residue(ResidueKind.FILE, "filestore", goes=goes)
            else:
                self._api.unlink("ir.attachment", [row["id"]])

    def _unlink(self, model: str, ids: list[int], evidence: list[str]) -> None:
        if ids:
            self._api.unlink(model, ids)
            evidence += [f"{model}/{one} unlink" for one in ids]

    def _load(self, model: str, key: str, values: Mapping[str, object]) -> int:
        for _ in range(_TRIES):
            made = self._api.load(model, key, values)
            if made is not None:
                return made
        raise InvalidRecordError(f"{model}: Odoo does not take the record")

    def _notes(self, ref: str, field: str) -> str:
        applicant, _ = _parts(ref)
        rows = self._api.rows("hr.applicant", [("id", "=", applicant)], {field})
        return str(rows[0][field] or "") if rows else ""

    def _contacts(self, referral: str) -> list[int]:
        return self._api.search("res.partner", [("ref", "=", KEY + referral)])

    def _candidates(self, contacts: list[int], fields: Container[str]) -> list[int]:
        if "candidate_id" not in fields or not contacts:
            return []
        return self._api.search("hr.candidate", [("partner_id", "in", contacts)])

    def _applies(self, candidate: int) -> bool:
        return bool(self._api.search("hr.applicant", [("candidate_id", "=", candidate)]))

    def _shared(self, contact: int) -> bool:
        """Tell whether somebody else has taken to the contact: an application, employee or user."""
        for model, field in (
            ("hr.applicant", "partner_id"),  # of 18: by way of the candidate
            ("hr.employee", "work_contact_id"),
            ("res.users", "partner_id"),
        ):
            if self._api.search(model, [(field, "=", contact)]):
                return True
        return False

    # The filestore: a deleted file stays there until a daily clean-up nobody can look into. That
    # there was one is remembered under an attachment of ours without content.

    def _attached(self, owners: Mapping[str, list[int]]) -> list[int]:
        return [
            found
            for model, ids in owners.items()
            if ids
            for found in self._api.search(
                "ir.attachment", [("res_model", "=", model), ("res_id", "in", ids)]
            )
        ]

    def _remember_files(self, ref: str, owners: Mapping[str, list[int]], *, at: int) -> None:
        if not self._attached(owners):
            return
        goes = str(at + _CLEANED)
        remembered = self._remembered(ref)
        if remembered:
            self._api.write("ir.attachment", remembered[0]["id"], description=goes)
        else:
            self._api.create("ir.attachment", name=f"fks-erased-{ref}", description=goes)

    def _remembered(self, ref: str) -> list[Row]:
        return self._api.rows("ir.attachment", [("name", "=", f"fks-erased-{ref}")], _WHEN)


def _parts(ref: str) -> tuple[int, str]:
    applicant, _, referral = ref.partition(".")
    return number_of(applicant), referral


def _notes_field(fields: Container[str]) -> str:
    return "applicant_notes" if "applicant_notes" in fields else "description"


def _contact(referral: str, person: Candidate) -> dict[str, object]:
    return {
        "ref": KEY + referral,
        "name": f"{person.given} {person.family}".strip() or "-",
        "email": person.email,
        "phone": person.phone,
        "street": person.street,
        "zip": person.postcode,
        "city": person.city,
        "function": person.title,
    }


def _line(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _profile(person: Candidate) -> str:
    """Return what Odoo has no fields for, as text people read."""
    lines = [
        *[_line(one.title, one.employer, one.start, one.end) for one in person.experience],
        *[_line(one.title, one.institution, one.end) for one in person.education],
        ", ".join(person.skills),
        ", ".join(f"{one.language} {one.level}" for one in person.languages),
    ]
    return "".join(f"<p>{escape(one)}</p>" for one in [person.title, *lines] if one)
