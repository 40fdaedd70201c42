"""What an outside system can do: declared once, read by program, suite, command line and docs."""

from enum import IntEnum, StrEnum

import attrs

from fachkraft_share.model.candidate import DocumentKind


class Changes(StrEnum):
    """How the system tells what has changed since the last reading."""

    UPDATED = "updated"
    STATUS_DATE = "status_date"
    TOKEN = "token"  # noqa: S105 - the name of a method, no secret
    CREATED_ONLY = "created_only"  # never shows a later rejection: read like NONE
    NONE = "none"  # everything is read and compared
    NO_READ = "no_read"


class Granularity(IntEnum):
    """The smallest step of the system's filter, in seconds."""

    SECOND = 1
    MINUTE = 60
    DAY = 86_400


class Covers(StrEnum):
    """A kind of change that moves the system's filter."""

    STATUS = "status"
    RECORD = "record"
    DOCUMENTS = "documents"
    GONE = "gone"


class StageSource(StrEnum):
    """Where the stages an application may have are known from."""

    LISTED = "listed"
    FIXED = "fixed"
    INFERRED = "inferred"


class DocumentAccess(StrEnum):
    """How documents are read."""

    NONE = "none"
    LINK = "link"  # expires: fetched in the step that asked for it, never stored
    BYTES = "bytes"
    BASE64 = "base64"


class Create(StrEnum):
    """Where a received person is filed."""

    NONE = "none"
    TALENT_POOL = "talent_pool"
    NEEDS_JOB = "needs_job"


class CreateMode(StrEnum):
    """When the system's id is known."""

    SYNC = "sync"
    ASYNC = "async"


class Identity(StrEnum):
    """How "created already?" is answered."""

    EXTERNAL_ID = "external_id"
    SEARCH = "search"
    SYSTEM_REFUSES = "system_refuses"
    NO_ID = "no_id"


class UploadMethod(StrEnum):
    """How documents are sent; INLINE goes along with the person in one step."""

    NONE = "none"
    INLINE = "inline"
    MULTIPART = "multipart"
    BASE64 = "base64"
    PRE_UPLOAD = "pre_upload"


class MarkPlace(StrEnum):
    """Where the provenance can be noted."""

    SOURCE = "source"
    TAGS = "tags"
    NOTE = "note"
    HISTORY = "history"


class ConsentField(StrEnum):
    """What can be done with the system's own consent field; it is shown only, never our consent."""

    READ = "read"
    WRITE = "write"


class EraseMethod(StrEnum):
    """What the system does when asked to erase."""

    HARD = "hard"
    ANONYMISE = "anonymise"
    REQUEST = "request"
    NONE = "none"


class Notify(StrEnum):
    """How the system announces changes."""

    HMAC = "hmac"
    CREDENTIAL = "credential"
    UNSIGNED = "unsigned"
    NONE = "none"


class Publish(StrEnum):
    """How an item comes to a website."""

    NONE = "none"
    PUSH = "push"  # we write into the site; what was taken away is gone at once
    PULL = "pull"  # we offer, sites fetch: a copy goes with the site's next visit


class Retract(StrEnum):
    """What a site keeps of an item that was taken from the public."""

    NOTHING = "nothing"
    DRAFT = "draft"  # only its editors see it; `erase` removes it


@attrs.frozen
class Upload:
    """How documents are sent and what is taken; an empty set means: any."""

    method: UploadMethod = UploadMethod.NONE
    max_bytes: int = 0
    formats: frozenset[str] = frozenset()  # media types
    kinds: frozenset[DocumentKind] = frozenset()


@attrs.frozen
class Capabilities:
    """The one declaration of an adapter; what is not declared raises and never passes silently."""

    changes: Changes = Changes.NO_READ
    granularity: Granularity = Granularity.SECOND
    strict: bool = False  # the filter is `>`, not `>=`
    naive: bool = False  # times carry no zone: one hour a year comes twice
    covers: frozenset[Covers] = frozenset()
    stages: StageSource = StageSource.INFERRED
    documents: DocumentAccess = DocumentAccess.NONE
    create: Create = Create.NONE
    mode: CreateMode = CreateMode.SYNC
    identity: Identity = Identity.NO_ID
    upload: Upload = Upload()
    mark: frozenset[MarkPlace] = frozenset()
    consent: frozenset[ConsentField] = frozenset()
    erase: EraseMethod = EraseMethod.NONE
    notify: Notify = Notify.NONE
    publish: Publish = Publish.NONE
    retract: Retract = Retract.NOTHING
    expires: bool = False  # hides an item at its `valid_until` by itself, though we be down

    @property
    def reads(self) -> bool:
        """Tell whether applications can be read at all."""
        return self.changes is not Changes.NO_READ

    @property
    def filters(self) -> bool:
        """Tell whether the system can be asked for what changed since a moment."""
        return self.changes in (Changes.UPDATED, Changes.STATUS_DATE)

    @property
    def covers_all(self) -> bool:
        """Tell whether no change needs a full scan to be seen."""
        return self.covers >= {Covers.STATUS, Covers.RECORD, Covers.DOCUMENTS}


def rows(capabilities: Capabilities) -> tuple[tuple[str, str], ...]:
    """Return the declaration as pairs of flag and value, for tables people read."""
    flat = attrs.asdict(capabilities, recurse=False)
    upload = flat.pop("upload")
    pairs = [(flag, _words(value)) for flag, value in flat.items()]
    pairs += [(f"upload.{flag}", _words(value)) for flag, value in _upload_fields(upload)]
    return tuple(pairs)


def _upload_fields(upload: Upload) -> tuple[tuple[str, object], ...]:
    return tuple(attrs.asdict(upload, recurse=False).items())


def _words(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(one) for one in value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.name.lower() if isinstance(value, Granularity) else str(value)
