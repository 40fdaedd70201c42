"""The adapter: the folder's methods behind the port of fachkraft-share."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self, cast

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    InvalidRecordError,
    PermanentAdapterError,
    TemporaryAdapterError,
)
from fachkraft_share.model.candidate import Candidate, Document
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
    StageSource,
    Upload,
    UploadMethod,
)
from fachkraft_share.ports.cursor import Window
from fachkraft_share.ports.erasure_evidence import Erased, Residue
from fachkraft_share.ports.mapping_file import read_stages
from fachkraft_share.ports.reading import (
    Preview,
    Problem,
    Record,
    RemoteDocument,
    RemoteStage,
    StageMap,
)
from fachkraft_share.rules.formats.hr_open import read_hr_open
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.rules.formats.json_resume import read_json_resume
from fachkraft_share_files.columns import Mapped, read_columns
from fachkraft_share_files.inbox import STAGES
from fachkraft_share_files.pickup import Pickup
from fachkraft_share_files.received import Received
from fachkraft_share_files.sources import pieces_of

LAYOUT = 1
MARKER = ".fachkraft-share.json"


class FilesAdapter(AtsAdapter):
    """A folder with `in/` for runner-ups and `received/` for the persons of others."""

    name = "files"
    capabilities: ClassVar[Capabilities] = Capabilities(
        changes=Changes.NONE,
        covers=frozenset({Covers.STATUS, Covers.RECORD, Covers.DOCUMENTS}),
        stages=StageSource.LISTED,
        documents=DocumentAccess.BYTES,
        create=Create.TALENT_POOL,
        identity=Identity.EXTERNAL_ID,
        upload=Upload(UploadMethod.INLINE, limits.BLOB_BYTES),
        mark=frozenset({MarkPlace.SOURCE, MarkPlace.NOTE}),
        erase=EraseMethod.HARD,
    )
    limitations = (
        "Backups, earlier versions and single documents copied away under another name are out of "
        "its sight. A file that is taken out of the folder does not end a referral; move it to the "
        "folder of its new stage."
    )
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("folder", "the folder both sides can reach"),
        Setting("stages", "a TOML file that says what your stages mean", default=""),
        Setting("columns", "a TOML file that says what your exports' columns mean", default=""),
    )

    def __init__(
        self, folder: Path, *, stage_map: StageMap = STAGES, columns: Mapped | None = None
    ) -> None:
        self.stage_map = stage_map
        self._root = folder
        self._received = Received(folder)
        self._pickup = Pickup(folder / "in", stage_map, columns or read_columns())

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        columns = Path(settings["columns"]) if settings["columns"] else None
        return cls(
            Path(settings["folder"]).expanduser(),
            stage_map=read_stages(settings["stages"], adapter=cls.name, shipped=STAGES),
            columns=read_columns(columns),
        )

    def _set_up(self, *, at: int) -> None:  # noqa: ARG002
        marker = self._root / MARKER
        for folder in ("in/rejected", "in/open", "in/hired", "received/.ledger"):
            (self._root / folder).mkdir(parents=True, exist_ok=True)
        if not marker.exists():
            marker.write_text(json.dumps({"layout": LAYOUT}) + "\n", encoding="utf-8")

    def _check(self, *, at: int) -> Checked:  # noqa: ARG002 - our clock is its clock
        self._present()
        probe = self._received.folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
        return Checked(version=f"layout {LAYOUT}")

    def _stages(self) -> Iterable[RemoteStage]:
        return [RemoteStage(key, key, stage) for key, stage in self.stage_map.stages.items()]

    def _changes(self, asked: Window, *, at: int) -> Iterator[Record | Problem]:  # noqa: ARG002
        self._present()
        yield from self._pickup.records()
        self._present()  # a share that went away in between must not look empty

    def _preview(self) -> tuple[Preview, ...]:
        self._present()
        return self._pickup.previews()

    def _candidate(self, record: Record) -> Imported:
        profile = record.fields["profile"]
        if not isinstance(profile, dict):
            raise InvalidRecordError("file: not an object")
        if "basics" in profile:
            read = read_json_resume(profile)
            unclear = record.fields.get("unclear", ())
            return attrs.evolve(read, notes=(*read.notes, *map(str, cast("list[str]", unclear))))
        if "person" in profile:
            return read_hr_open(profile)
        raise InvalidRecordError("file: neither JSON Resume (basics) nor HR Open (person)")

    def _documents(self, application: str) -> Iterable[RemoteDocument]:
        self._present()
        return [document for document, _ in self._pickup.documents(application)]

    def _read_document(self, document: RemoteDocument) -> Iterator[bytes]:
        self._present()
        for found, source in self._pickup.documents(document.application):
            if found.id == document.id:
                yield from pieces_of(source)
                return
        raise InvalidRecordError("document: it is not there any more")

    def _find(self, referral: str) -> str | None:
        self._present()
        return self._received.find(referral)

    def _import_referral(
        self,
        referral: str,
        candidate: Candidate,
        *,
        known: str | None,  # noqa: ARG002 - looked at again in the same step
        at: int,
    ) -> str:
        return self._received.file(referral, candidate, at=at)

    def _add_document(self, ref: str, document: Document) -> None:
        self._received.add(ref, document)

    def _mark(self, ref: str, provenance: Provenance) -> None:
        self._present()
        self._received.mark(ref, provenance)

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        self._present()
        return self._received.erase(ref)

    def _look(self, ref: str, *, at: int) -> Iterator[Residue]:  # noqa: ARG002
        self._present()
        yield from self._received.look(ref)
        self._present()

    def _present(self) -> None:
        """Refuse to work on an empty mount point: there nothing would ever be left of anybody."""
        try:
            marker = json.loads((self._root / MARKER).read_bytes())
        except FileNotFoundError:
            raise TemporaryAdapterError(
                "the folder was not set up here, or is not mounted"
            ) from None
        if marker != {"layout": LAYOUT}:
            raise PermanentAdapterError("the folder was set up by another version")
