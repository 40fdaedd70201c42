"""What Odoo's records mean: applicants, attachments, hooks; only the fields named here are read."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from fachkraft_share.errors import InvalidRecordError, RefusedError
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.ports.documents import media_type
from fachkraft_share.ports.hooks import Hook
from fachkraft_share.ports.moments import read_moment
from fachkraft_share.ports.reading import Record, RemoteDocument
from fachkraft_share.rules.formats.documents import document_kind
from fachkraft_share.rules.formats.names import split_name

FIELDS: Final = frozenset(
    "application_status refuse_reason_id categ_ids job_id partner_id partner_name email_from"
    " partner_phone write_date".split()
)
FILE_FIELDS: Final = frozenset("name mimetype file_size checksum res_model res_id".split())


def record_of(
    row: Mapping[str, Any],
    *,
    reason: str,
    runner_up: bool | None,
    documents: tuple[RemoteDocument, ...],
) -> Record:
    """Return an applicant as a record; a tag marks a runner-up, else the stage map decides."""
    job = row["job_id"]
    person = reference(row.get("candidate_id")) or reference(row["partner_id"])
    return Record(
        id=str(row["id"]),
        stage=str(row["application_status"]),
        fields={key: row.get(key) for key in _PERSON},
        candidate_id=str(person or ""),
        reason=reason,
        job=str(job[1]) if job else "",
        rejected_on=(row.get("refuse_date") or "")[:10] or None,
        updated_at=read_moment(row["write_date"], zone=dt.UTC, where="write_date"),
        runner_up=runner_up,
        place=f"hr.applicant {row['id']}",
        documents=documents,
    )


_PERSON: Final = ("partner_name", "email_from", "partner_phone", "partner_mobile")


def candidate_of(fields: Mapping[str, object]) -> Candidate:
    """Return the person.

    Raises:
        InvalidRecordError: an address, but nobody it belongs to.
    """
    name, email, phone, mobile = (str(fields.get(key) or "") for key in _PERSON)
    given, family = split_name(name)
    if (email or phone or mobile) and not (given or family):
        raise InvalidRecordError("partner_name: the applicant has no name")
    return Candidate(given, family, email=email, phone=phone or mobile)


def document_of(row: Mapping[str, Any], application: int) -> RemoteDocument:
    """Return an attachment as a document; its checksum tells when the content changes."""
    name = str(row["name"])
    return RemoteDocument(
        id=str(row["id"]),
        application=str(application),
        name=name,
        kind=document_kind(name),
        media_type=media_type(name) or str(row["mimetype"] or "application/octet-stream"),
        size=int(row["file_size"] or 0),
        version=str(row["checksum"] or ""),
    )


def reference(value: Any) -> int:
    """Return the id of a record another one refers to, 0 for none."""
    return int(value[0]) if value else 0


def number_of(text: str) -> int:
    """Return a record's number.

    Raises:
        InvalidRecordError: it is none.
    """
    if not (text.isascii() and text.isdigit()):
        raise InvalidRecordError("id: not a number of Odoo's")
    return int(text)


def read_hook(body: bytes) -> Hook:
    """Read a webhook of an automation rule; nobody signs it, so it is only a hint.

    Raises:
        RefusedError: not what Odoo sends.
    """
    try:
        told = json.loads(body)
        record, changed = told.get("_id"), str(told.get("write_date") or "")
        sent_at = read_moment(changed, zone=dt.UTC) if changed else None
    except (ValueError, AttributeError, RecursionError, InvalidRecordError) as error:
        raise RefusedError("hook-body") from error
    return Hook(
        authentic=False,
        id=f"{told.get('_model')}/{record}/{changed}" if changed else "",
        sent_at=sent_at,
        record=str(record) if told.get("_model") == "hr.applicant" else "",
        ping=not record,
    )
