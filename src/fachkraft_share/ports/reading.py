"""What reading an applicant-tracking system yields, and which stages mean a runner-up.

1. Only a rejected application, or one the employer withdrew, is ever handed out (R2).
2. A stage nobody mapped is reported, not guessed.
3. Fields that must not leave (R13, R24) are taken away before a mapping can see them.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Protocol

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.model.candidate import Application, Candidate, DocumentKind, Stage
from fachkraft_share.ports.forbidden import without_forbidden


@attrs.frozen
class RemoteStage:
    """A stage or reason as the system has it; `meaning` is the adapter's proposal, if any."""

    id: str
    label: str
    meaning: Stage | None = None


@attrs.frozen
class RemoteDocument:
    """A document that can be read; `version` changes when its content does."""

    id: str
    application: str
    name: str = attrs.field(repr=False)
    kind: DocumentKind
    media_type: str
    size: int = 0
    version: str = ""


@attrs.frozen
class Record:
    """One application as an adapter read it; `fields` is what its mapping needs, still foreign."""

    id: str
    stage: str
    fields: Mapping[str, object] = attrs.field(repr=False)
    candidate_id: str = ""
    reason: str = ""
    job: str = attrs.field(default="", repr=False)
    rejected_on: str | None = None  # YYYY-MM-DD
    updated_at: int = 0
    runner_up: bool | None = None  # None: the stage map decides
    anonymised: bool = False
    token: str = ""  # with `Changes.TOKEN`: where to go on after this record
    place: str = attrs.field(default="", repr=False)  # where a person finds it
    documents: tuple[RemoteDocument, ...] = ()  # part of what is compared


class Position(Protocol):
    """Where to go on; the text is opaque to whoever stores it."""

    @property
    def text(self) -> str:
        """The cursor to store with what came along."""


@attrs.frozen
class Change:
    """A runner-up that is new or has changed.

    `exclusions` name employers the person shut out (R4); `notes` are paths of what was not
    understood, never content.
    """

    application: Application
    candidate: Candidate
    position: Position = attrs.field(repr=False, eq=False)
    exclusions: tuple[str, ...] = attrs.field(default=(), repr=False)
    notes: tuple[str, ...] = ()

    @property
    def cursor(self) -> str:
        """The cursor to store in the transaction that stores this change."""
        return self.position.text


@attrs.frozen
class Ended:
    """An application handed out before that is no runner-up any more, say because it was hired."""

    application: Application
    position: Position = attrs.field(repr=False, eq=False)

    @property
    def cursor(self) -> str:
        """The cursor to store in the transaction that stores this."""
        return self.position.text


@attrs.frozen
class Problem:
    """A record that cannot be read; the rest goes on.

    `record` is an opaque reference for logs; `place`, such as a file name, may name the person and
    is for the eyes of the origin's own people only.
    """

    record: str
    field: str
    what: str
    fix: str
    place: str = attrs.field(default="", repr=False)
    temporary: bool = False  # it goes by itself; looked at again in the next reading


@attrs.frozen
class Preview:
    """How an adapter understands one export file, for the eyes of the origin's own people only.

    `columns` are name, heading and meaning of each; no cell's text stands here.
    """

    place: str = attrs.field(repr=False)
    rows: int
    columns: tuple[tuple[str, str, str], ...] = attrs.field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen
class Checkpoint:
    """The end of a complete reading: everything up to here was seen, also what was filtered out."""

    position: Position = attrs.field(repr=False, eq=False)

    @property
    def cursor(self) -> str:
        """The cursor to store once everything before was stored."""
        return self.position.text


Reading = Change | Ended | Problem | Checkpoint


@attrs.frozen
class StageMap:
    """Which of the customer's stages means what; data, because customers change it.

    `runner_ups` and `by_candidate` hold ids of stages or reasons: those that mean "second choice",
    and those by which the candidate, not the employer, ended the application.
    """

    stages: Mapping[str, Stage] = attrs.field(factory=dict)
    runner_ups: frozenset[str] = frozenset()
    by_candidate: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """A short hash; when it changes, everything is read anew with the new meaning."""
        parts = [dict(self.stages), sorted(self.runner_ups), sorted(self.by_candidate)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def stage(self, record: Record) -> Stage:
        """Return what the record's stage means, `UNMAPPED` if nobody said."""
        return self.stages.get(record.stage, Stage.UNMAPPED)

    def runner_up(self, record: Record) -> bool:
        """Tell whether this is a runner-up who may be asked: rejected or withdrawn, not hired."""
        marks = {record.stage, record.reason}
        if self.stage(record) not in (Stage.REJECTED, Stage.WITHDRAWN) or marks & self.by_candidate:
            return False
        return bool(marks & self.runner_ups) if record.runner_up is None else record.runner_up


def read_stage_map(table: Mapping[str, object]) -> StageMap:
    """Read a stage map from settings: `stages`, `runner_ups`, `by_candidate`.

    Raises:
        SetupError: a value that is no stage, or of the wrong shape.
    """
    stages = table.get("stages", {})
    if not isinstance(stages, Mapping):
        raise SetupError("stages: must be a table of the system's stage to one of our words")
    try:
        meanings = {str(remote): Stage(str(meaning)) for remote, meaning in stages.items()}
    except ValueError as error:
        words = ", ".join(sorted(Stage))
        raise SetupError(f"stages: a meaning must be one of {words}") from error
    marks = _id_set(table, "runner_ups"), _id_set(table, "by_candidate")
    return StageMap(meanings, *marks)


def _id_set(table: Mapping[str, object], name: str) -> frozenset[str]:
    value = table.get(name, [])
    if not isinstance(value, list | tuple | set | frozenset):
        raise SetupError(f"{name}: must be a list of stage or reason ids")
    return frozenset(str(one) for one in value)


def application_of(record: Record, stages: StageMap) -> Application:
    """Return the application in our words."""
    return Application(
        id=record.id,
        stage=stages.stage(record),
        candidate_id=record.candidate_id,
        job=record.job,
        rejected_on=record.rejected_on,
        runner_up=stages.runner_up(record),
        updated_at=record.updated_at,
    )


def stripped(record: Record) -> Record:
    """Return the record without forbidden fields."""
    return attrs.evolve(record, fields=without_forbidden(record.fields))


def content_hash(record: Record) -> str:
    """Return a short hash of all that may leave; it changes when something of it does."""
    documents = sorted((one.id, one.version, one.size) for one in record.documents)
    parts = [record.stage, record.reason, record.rejected_on, record.job, documents, record.fields]
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
