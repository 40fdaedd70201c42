"""The port to applicant-tracking systems: read runner-ups, file received persons, mark, erase.

1. Personal data are written only with a fresh `Permit` of the gate for exactly this referral (R1).
2. Only runner-ups come out, without forbidden fields, and no suppressed application (R2, R8, R13).
3. Before every create the system is asked for our key: the fate of the last try may be unknown.
4. A generator of an adapter is iterated inside the guard.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    ConsentError,
    InvalidRecordError,
    MalformedError,
    PermanentAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.model.candidate import Candidate, Document, Stage
from fachkraft_share.ports.adapter import Adapter, Provenance
from fachkraft_share.ports.capabilities import Create, DocumentAccess, StageSource, UploadMethod
from fachkraft_share.ports.cursor import Progress, Window, read_cursor, under_mapping, window
from fachkraft_share.ports.documents import check_content, is_photo, opaque_name
from fachkraft_share.ports.reading import (
    Change,
    Checkpoint,
    Ended,
    Preview,
    Problem,
    Reading,
    Record,
    RemoteDocument,
    RemoteStage,
    StageMap,
    application_of,
    content_hash,
    stripped,
)
from fachkraft_share.ports.sanitising import sanitised
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.rules.formats.imported import Imported


class AtsAdapter(Adapter):
    """One applicant-tracking system; `stage_map` says which of its stages means what."""

    stage_map: StageMap = StageMap()

    @final
    def stages(self) -> tuple[RemoteStage, ...]:
        """Return the stages the mapping may refer to."""
        self._require(self.capabilities.stages is not StageSource.INFERRED, "list stages")
        with self._own_errors_only():
            return tuple(self._stages())

    @final
    def reasons(self) -> tuple[RemoteStage, ...]:
        """Return the reasons the mapping may refer to; none when the system has none."""
        with self._own_errors_only():
            return tuple(self._reasons())

    @final
    def runner_ups(
        self, cursor: str = "", *, suppressed: Callable[[str], bool], at: int
    ) -> Iterator[Reading]:
        """Yield runner-ups that are new or changed, what ended, problems, and a checkpoint last.

        `suppressed` tells whether an application's id must not be imported again (R8). Store each
        item's cursor with it; to begin again from there is always safe.

        Raises:
            UnsupportedCapabilityError: the system lets nobody read.
            AdapterError: the whole reading fails; a single record becomes a `Problem`.
        """
        self._require(self.capabilities.reads, "read applications")
        before = under_mapping(read_cursor(cursor), self.stage_map.fingerprint)
        differs = self._clock_difference
        asked = window(before, self.capabilities, clock_difference=differs, at=at)
        progress = Progress(before, asked=asked, clock_difference=differs, at=at)
        return self._read(asked, progress, suppressed=suppressed, at=at)

    @final
    def preview(self) -> tuple[Preview, ...]:
        """Return how export files are understood; systems that answer themselves have none."""
        self._require(self.capabilities.reads, "read applications")
        with self._own_errors_only():
            return tuple(self._preview())

    @final
    def documents(self, application: str) -> tuple[RemoteDocument, ...]:
        """Return the documents of an application, without portraits (R13)."""
        self._require(self.capabilities.documents is not DocumentAccess.NONE, "read documents")
        with self._own_errors_only():
            found = tuple(islice(self._documents(application), limits.CV_ENTRIES))
        return tuple(one for one in found if not is_photo(one.media_type, one.kind))

    @final
    def read_document(self, document: RemoteDocument) -> Document:
        """Read one document whole; a link is asked for and fetched in this step.

        Raises:
            InvalidRecordError: too large, empty, or not what its type says.
        """
        self._require(self.capabilities.documents is not DocumentAccess.NONE, "read documents")
        if is_photo(document.media_type, document.kind):
            raise InvalidRecordError("document: a portrait never leaves (R13)", adapter=self.name)
        with self._own_errors_only():
            content = _bounded(self._read_document(document))
            read = Document(document.name, document.kind, document.media_type, content)
            check_content(read)
        return read

    @final
    def find(self, referral: str) -> str | None:
        """Return the system's id of what was filed under our referral, if it was."""
        self._require(self.capabilities.create is not Create.NONE, "file persons")
        with self._own_errors_only():
            return self._find(self._opaque(referral))

    @final
    def import_referral(
        self, referral: str, candidate: Candidate, *, permit: Permit, at: int
    ) -> str:
        """Create the person once, or update it, and return the system's own id.

        Raises:
            ConsentError: the permit is none, not for this, or not fresh.
            UnsupportedCapabilityError: the system files nobody, or takes no documents.
            InvalidRecordError: a text or document the system cannot take; nothing was sent.
            TemporaryAdapterError: its fate is unknown; doing it again files nobody twice.
        """
        self._require(self.capabilities.create is not Create.NONE, "file persons")
        self._check_permit(permit, Action.IMPORT, referral=referral, at=at)
        with self._own_errors_only():
            self._opaque(referral)
            if len(candidate.documents) > limits.DOCUMENTS:
                raise InvalidRecordError(f"documents: more than {limits.DOCUMENTS}")
            documents = tuple(self._outgoing(one) for one in candidate.documents)
            person = attrs.evolve(sanitised(candidate), documents=())
            return self._opaque(self._file(referral, person, documents, at=at))

    @final
    def refusal(self, document: Document) -> str:
        """Tell why the system would not take this document, or "" when it would."""
        takes = self.capabilities.upload
        if takes.method is UploadMethod.NONE:
            return "takes no documents"
        if len(document.content) > takes.max_bytes:
            return f"takes up to {takes.max_bytes} bytes"
        if takes.formats and document.media_type not in takes.formats:
            return f"does not take {document.media_type}"
        if takes.kinds and document.kind not in takes.kinds:
            return f"does not take a {document.kind}"
        return ""

    @final
    def add_document(self, ref: str, document: Document, *, permit: Permit, at: int) -> None:
        """Add a document to the person filed under the permit's referral; twice is once.

        Raises:
            ConsentError: no fresh permit, or `ref` is not what was filed under its referral.
        """
        takes = self.capabilities.upload.method is not UploadMethod.NONE
        self._require(takes, "take documents")
        referral = getattr(permit, "referral", "")
        self._check_permit(permit, Action.IMPORT, referral=referral, at=at)
        with self._own_errors_only():
            sent = self._outgoing(document)
            if self._find(permit.referral) != self._opaque(ref):
                raise ConsentError("permit-referral", "filed under another referral")
            self._add_document(ref, sent)

    @final
    def mark(self, ref: str, provenance: Provenance) -> None:
        """Note where the person came from; a second time changes nothing."""
        self._require(bool(self.capabilities.mark), "note the provenance")
        with self._own_errors_only():
            self._mark(self._opaque(ref), provenance)

    # What an adapter fills in -----------------------------------------------------------------

    def _stages(self) -> Iterable[RemoteStage]:
        """List the stages."""
        raise self._unable("list stages")

    def _reasons(self) -> Iterable[RemoteStage]:
        """List the reasons; most systems have none."""
        return ()

    def _changes(self, asked: Window, *, at: int) -> Iterator[Record | Problem]:  # noqa: ARG002
        """Yield every record in the window, whatever its stage, archived ones too."""
        raise self._unable("read applications")

    def _preview(self) -> Iterable[Preview]:
        """Say how export files are understood; most systems have none."""
        return ()

    def _candidate(self, record: Record) -> Imported:  # noqa: ARG002
        """Map the record's fields, from which forbidden ones were taken away."""
        raise self._unable("read applications")

    def _documents(self, application: str) -> Iterable[RemoteDocument]:  # noqa: ARG002
        """List the documents of an application."""
        raise self._unable("read documents")

    def _read_document(self, document: RemoteDocument) -> Iterable[bytes]:  # noqa: ARG002
        """Yield the content in pieces."""
        raise self._unable("read documents")

    def _find(self, referral: str) -> str | None:  # noqa: ARG002
        """Look for our key; raise `TemporaryAdapterError` while a create is pending."""
        raise self._unable("file persons")

    def _import_referral(
        self,
        referral: str,  # noqa: ARG002
        candidate: Candidate,  # noqa: ARG002
        *,
        known: str | None,  # noqa: ARG002
        at: int,  # noqa: ARG002
    ) -> str:
        """Create, or update `known`; documents come along only with `UploadMethod.INLINE`."""
        raise self._unable("file persons")

    def _add_document(self, ref: str, document: Document) -> None:  # noqa: ARG002
        """Add a document; its name is opaque and the same for the same content."""
        raise self._unable("take documents")

    def _mark(self, ref: str, provenance: Provenance) -> None:  # noqa: ARG002
        """Note the provenance."""
        raise self._unable("note the provenance")

    # Guards -----------------------------------------------------------------------------------

    @final
    def _read(
        self,
        asked: Window,
        progress: Progress,
        *,
        suppressed: Callable[[str], bool],
        at: int,
    ) -> Iterator[Reading]:
        unmapped: set[str] = set()
        with self._own_errors_only():
            for count, item in enumerate(self._changes(asked, at=at)):
                if count >= limits.READING_RECORDS:
                    raise PermanentAdapterError("the list does not end", adapter=self.name)
                if isinstance(item, Problem):
                    if item.temporary:
                        progress.hold_back()
                    yield item
                    continue
                progress.meet(item.id, updated_at=item.updated_at, token=item.token)
                judged = self._judge(item, progress, suppressed=suppressed, unmapped=unmapped)
                if judged is not None:
                    yield judged
        yield Checkpoint(progress.checkpoint())

    @final
    def _judge(
        self,
        record: Record,
        progress: Progress,
        *,
        suppressed: Callable[[str], bool],
        unmapped: set[str],
    ) -> Reading | None:
        handed_out = progress.hash_of(record.id)
        if self.stage_map.stage(record) is Stage.UNMAPPED:
            return self._unmapped(record, unmapped)
        if record.anonymised or not self.stage_map.runner_up(record):
            return self._ended(record, progress) if handed_out else None
        bare = stripped(record)
        content = content_hash(bare)
        if suppressed(record.id) or content == handed_out:
            return None
        try:
            return self._change(bare, progress, content)
        except (MalformedError, InvalidRecordError) as error:
            return _problem(record, error)

    @final
    def _change(self, record: Record, progress: Progress, content: str) -> Change | None:
        read = self._candidate(record)
        candidate = sanitised(read.candidate)
        if not (candidate.given or candidate.family or candidate.email):
            return None  # anonymised by a system that does not say so
        documents = tuple(
            one for one in candidate.documents if not is_photo(one.media_type, one.kind)
        )
        mark = progress.hand_out(record.id, content=content, updated_at=record.updated_at)
        return Change(
            application_of(record, self.stage_map),
            attrs.evolve(candidate, documents=documents),
            mark,
            read.exclusions,
            read.notes,
        )

    @final
    def _ended(self, record: Record, progress: Progress) -> Ended:
        return Ended(application_of(record, self.stage_map), progress.end(record.id))

    @final
    def _unmapped(self, record: Record, reported: set[str]) -> Problem | None:
        if record.stage in reported:
            return None
        reported.add(record.stage)
        what, fix = (
            f"the stage {record.stage!r} is not mapped",
            "say in the stage map what it means",
        )
        return Problem(record.id, "stage", what, fix, place=record.place)

    @final
    def _outgoing(self, document: Document) -> Document:
        check_content(document)
        refusal = self.refusal(document)
        if refusal == "takes no documents":
            raise UnsupportedCapabilityError("cannot take documents", adapter=self.name)
        if refusal:
            raise InvalidRecordError(f"document: the system {refusal}", adapter=self.name)
        return attrs.evolve(document, name=opaque_name(document))

    @final
    def _file(
        self, referral: str, person: Candidate, documents: tuple[Document, ...], *, at: int
    ) -> str:
        known = self._find(referral)
        if self.capabilities.upload.method is UploadMethod.INLINE:
            person = attrs.evolve(person, documents=documents)
            return self._import_referral(referral, person, known=known, at=at)
        ref = self._import_referral(referral, person, known=known, at=at)
        for document in documents:
            self._add_document(ref, document)
        return ref


def _bounded(pieces: Iterable[bytes]) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > limits.BLOB_BYTES:
            raise InvalidRecordError(f"document: larger than {limits.BLOB_BYTES} bytes")
    return bytes(content)


def _problem(record: Record, error: Exception) -> Problem:
    text = str(error).removeprefix(f"{getattr(error, 'adapter', '')}: ")
    field, _, what = text.partition(": ")
    fix = "correct the field; it is read again next time"
    return Problem(record.id, field if what else "", what or field, fix, place=record.place)
