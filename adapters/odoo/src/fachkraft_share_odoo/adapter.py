"""The adapter: Odoo's applicants behind the port of fachkraft-share."""

import base64
import binascii
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, Self

from fachkraft_share import limits
from fachkraft_share.errors import (
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
)
from fachkraft_share.model.candidate import Candidate, Document, Stage
from fachkraft_share.ports import machine
from fachkraft_share.ports.adapter import Checked, Provenance, Setting
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import (
    Capabilities,
    Changes,
    Covers,
    Create,
    DocumentAccess,
    EraseMethod,
    Identity,
    MarkPlace,
    Notify,
    StageSource,
    Upload,
    UploadMethod,
)
from fachkraft_share.ports.cursor import Window
from fachkraft_share.ports.erasure_evidence import Erased, Residue
from fachkraft_share.ports.hooks import Hook
from fachkraft_share.ports.mapping_file import read_stages
from fachkraft_share.ports.moments import write_local
from fachkraft_share.ports.reading import (
    Problem,
    Record,
    RemoteDocument,
    RemoteStage,
    StageMap,
)
from fachkraft_share.ports.runtime import Pause
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share_odoo.api import Api, Row
from fachkraft_share_odoo.received import NOT_RECEIVED, Received
from fachkraft_share_odoo.records import (
    FIELDS,
    FILE_FIELDS,
    candidate_of,
    document_of,
    number_of,
    read_hook,
    record_of,
    reference,
)

_REASON: Final = "hr.applicant.refuse.reason"
_TAG: Final = "hr.applicant.category"
_OURS: Final = "hr_recruitment"
STAGES: Final = StageMap(
    {"ongoing": Stage.OPEN, "refused": Stage.REJECTED, "hired": Stage.HIRED},
    runner_ups=frozenset({f"{_OURS}.tag_applicant_reserve", f"{_OURS}.refuse_reason_5"}),
    by_candidate=frozenset({f"{_OURS}.refuse_reason_{number}" for number in (2, 3, 8)}),
)
_BATCH: Final = 100
# A change is dated when its transaction began and seen when it ended: an upload may take a while.
_TRANSACTION: Final = 5 * limits.MINUTE


class OdooAdapter(AtsAdapter):
    """Applicants of one Odoo database; in 18 their candidates, too."""

    name = "odoo"
    capabilities: ClassVar[Capabilities] = Capabilities(
        changes=Changes.UPDATED,
        covers=frozenset({Covers.STATUS, Covers.RECORD, Covers.DOCUMENTS}),
        stages=StageSource.FIXED,
        documents=DocumentAccess.BASE64,
        create=Create.TALENT_POOL,
        identity=Identity.EXTERNAL_ID,
        upload=Upload(UploadMethod.BASE64, limits.BLOB_BYTES),
        mark=frozenset({MarkPlace.SOURCE, MarkPlace.NOTE}),
        erase=EraseMethod.HARD,
        notify=Notify.UNSIGNED,
    )
    limitations = (
        "An application that is deleted, or a document that is taken away, is not noticed; refuse "
        "or change the application instead. Files of erased persons stay in Odoo's filestore until "
        "its daily clean-up, which is waited for and cannot be looked at. Odoo signs no hooks."
    )
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("url", "the address of your Odoo, like https://odoo.company.example"),
        Setting("database", "the name of its database"),
        Setting("user", "the login of the user made for this"),
        Setting("key", "an API key of that user", secret=True),
        Setting("stages", "a TOML file that says what your reasons and tags mean", default=""),
    )

    def __init__(
        self,
        url: str,
        *,
        database: str,
        user: str,
        key: str,
        stage_map: StageMap = STAGES,
        pause: Pause = machine.pause,
    ) -> None:
        self.stage_map = stage_map
        self._api = Api(url, database=database, user=user, key=key, pause=pause)
        self._received = Received(self._api)
        self._known: frozenset[str] = frozenset()

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        return cls(
            settings["url"],
            database=settings["database"],
            user=settings["user"],
            key=settings["key"],
            stage_map=read_stages(settings["stages"], adapter=cls.name, shipped=STAGES),
        )

    def _check(self, *, at: int) -> Checked:
        version = self._api.version(at=at)
        self._fields()
        for operation in ("read", "write", "create", "unlink"):
            for model in ("hr.applicant", "res.partner", *self._candidates()):
                if not self._api.may(model, operation):
                    what = "the user needs the group Recruitment / Officer: Manage all applicants"
                    raise CredentialsError(what)
        return Checked(version.text, version.clock_difference)

    # Reading ----------------------------------------------------------------------------------

    def _stages(self) -> Iterable[RemoteStage]:
        labels = {"ongoing": "open", "refused": "refused", "hired": "hired", "archived": "archived"}
        return [RemoteStage(key, label, STAGES.stages.get(key)) for key, label in labels.items()]

    def _reasons(self) -> Iterable[RemoteStage]:
        return [*self._words(_REASON).values(), *self._words(_TAG).values()]

    def _words(self, model: str) -> dict[int, RemoteStage]:
        """Return reasons or tags by id; names are translated, so each is told by its xml id."""
        rows = self._api.rows(model, [], {"name"})
        names = self._api.names(model, [row["id"] for row in rows])
        kind = "reason" if model == _REASON else "tag"
        return {
            row["id"]: RemoteStage(names.get(row["id"]) or f"{kind}-{row['id']}", str(row["name"]))
            for row in rows
        }

    def _changes(self, asked: Window, *, at: int) -> Iterator[Record | Problem]:  # noqa: ARG002
        reasons, tags = self._words(_REASON), self._words(_TAG)
        ids = self._api.search("hr.applicant", [*NOT_RECEIVED, *self._since(asked)])
        # All ids before the first record: while records are read slowly, the list moves.
        for start in range(0, len(ids), _BATCH):
            rows = self._api.rows(
                "hr.applicant", [("id", "in", ids[start : start + _BATCH])], self._wanted()
            )
            documents = self._documents_of(rows)
            for row in rows:
                reason = reasons.get(reference(row["refuse_reason_id"]))
                marks = {tags[one].id for one in row["categ_ids"] if one in tags}
                yield record_of(
                    row,
                    reason="" if reason is None else reason.id,
                    runner_up=bool(marks & self.stage_map.runner_ups) or None,
                    documents=tuple(documents[row["id"]]),
                )

    def _since(self, asked: Window) -> list[object]:
        if asked.since is None:
            return []
        moment = write_local(max(0, asked.since - _TRANSACTION), zone=dt.UTC).replace("T", " ")
        changed: list[object] = [
            ("write_date", ">=", moment),
            ("partner_id.write_date", ">=", moment),
        ]
        models = ["hr.applicant", *self._candidates()]
        if self._candidates():
            changed.append(("candidate_id.write_date", ">=", moment))
        # A new attachment moves no date of its record.
        files = self._api.rows(
            "ir.attachment",
            [("res_model", "in", models), ("write_date", ">=", moment)],
            {"res_model", "res_id"},
        )
        for model, field in zip(models, ("id", "candidate_id"), strict=False):
            changed.append(
                (field, "in", [one["res_id"] for one in files if one["res_model"] == model])
            )
        return ["|"] * (len(changed) - 1) + changed

    def _wanted(self) -> frozenset[str]:
        wanted = {"partner_mobile", "refuse_date", "candidate_id"}
        return FIELDS | {one for one in wanted if self._has(one)}

    def _candidate(self, record: Record) -> Imported:
        return Imported(candidate_of(record.fields))

    def _documents(self, application: str) -> Iterable[RemoteDocument]:
        wanted = {"candidate_id"} if self._has("candidate_id") else {"partner_id"}
        rows = self._api.rows("hr.applicant", [("id", "=", number_of(application))], wanted)
        return [one for found in self._documents_of(rows).values() for one in found]

    def _documents_of(self, rows: Iterable[Row]) -> defaultdict[int, list[RemoteDocument]]:
        owners: dict[tuple[str, int], list[int]] = defaultdict(list)
        for row in rows:
            owners["hr.applicant", row["id"]].append(row["id"])
            if row.get("candidate_id"):
                owners["hr.candidate", row["candidate_id"][0]].append(row["id"])
        found: defaultdict[int, list[RemoteDocument]] = defaultdict(list)
        for file in self._files(owners):
            for application in owners.get((file["res_model"], file["res_id"]), ()):
                found[application].append(document_of(file, application))
        return found

    def _files(self, owners: Iterable[tuple[str, int]]) -> list[Row]:
        by_model = defaultdict(list)
        for model, record in owners:
            by_model[model].append(record)
        return [
            row
            for model, ids in by_model.items()
            for row in self._api.rows(
                "ir.attachment", [("res_model", "=", model), ("res_id", "in", ids)], FILE_FIELDS
            )
        ]

    def _read_document(self, document: RemoteDocument) -> Iterator[bytes]:
        if document.id not in {one.id for one in self._documents(document.application)}:
            raise InvalidRecordError("document: it is not there any more")
        for row in self._api.rows(
            "ir.attachment", [("id", "=", number_of(document.id))], {"datas"}
        ):
            try:
                yield base64.b64decode(row["datas"] or "", validate=True)
            except (binascii.Error, TypeError, ValueError) as error:
                raise InvalidRecordError("document: not base64") from error

    # Filing, marking, erasing -----------------------------------------------------------------

    def _find(self, referral: str) -> str | None:
        return self._received.find(referral)

    def _import_referral(
        self,
        referral: str,
        candidate: Candidate,
        *,
        known: str | None,
        at: int,  # noqa: ARG002
    ) -> str:
        return self._received.file(referral, candidate, known=known, fields=self._fields())

    def _add_document(self, ref: str, document: Document) -> None:
        self._received.add(ref, document)

    def _mark(self, ref: str, provenance: Provenance) -> None:
        self._received.mark(ref, provenance, fields=self._fields())

    def _erase(self, ref: str, *, at: int) -> Erased:
        return self._received.erase(ref, fields=self._fields(), at=at)

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:
        return self._received.look(ref, fields=self._fields(), at=at)

    def _read_hook(self, headers: Mapping[str, str], body: bytes) -> Hook:  # noqa: ARG002
        return read_hook(body)

    # What kind of Odoo it is ------------------------------------------------------------------

    def _fields(self) -> frozenset[str]:
        if not self._known:
            self._known = self._api.fields("hr.applicant")
            if not FIELDS - {"id"} <= self._known:
                raise PermanentAdapterError("an Odoo whose applicants look different from 17 to 19")
        return self._known

    def _has(self, field: str) -> bool:
        return field in self._fields()

    def _candidates(self) -> tuple[str, ...]:
        return ("hr.candidate",) if self._has("candidate_id") else ()
