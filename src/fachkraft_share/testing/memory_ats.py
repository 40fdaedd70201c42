"""An applicant-tracking system in memory with the traps real ones have, and its adapter."""

import itertools
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final, Self
from zoneinfo import ZoneInfo

import attrs

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share.model.candidate import Candidate, Document, Stage
from fachkraft_share.ports.adapter import Checked, Provenance
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
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.ports.hooks import Hook, read_signed, signature_of
from fachkraft_share.ports.moments import read_moment, write_local, zone_of
from fachkraft_share.ports.reading import Problem, Record, RemoteDocument, RemoteStage, StageMap
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.testing.troubled import StatusError, TroubledSystem, called

PAGE: Final = 2  # records of one page of the list
SECRET: Final = b"the hook's secret"
_BERLIN = ZoneInfo("Europe/Berlin")

STAGES: Final = StageMap(
    {
        "s-open": Stage.OPEN,
        "s-second": Stage.REJECTED,
        "s-rejected": Stage.REJECTED,
        "s-closed": Stage.WITHDRAWN,
        "s-hired": Stage.HIRED,
    },
    runner_ups=frozenset({"s-second", "s-closed"}),
)


class MemorySystem(TroubledSystem):
    """The system: applications it owns, persons filed from outside, files, history, hooks.

    It lists newest first (or last) in pages by offset, states times in the tenant's local time
    without a zone, hands out links that work once, and keeps a history of what it was told.
    """

    def __init__(self, *, later: bool = False, newest_first: bool = True) -> None:
        self.later = later  # creates asynchronously
        self.newest_first = newest_first
        self.zone = _BERLIN  # the tenant's
        self.applications: dict[str, dict[str, Any]] = {}
        self.files: dict[str, tuple[str, Document]] = {}  # file -> owner, document
        self.people: dict[str, dict[str, Any]] = {}
        self.history: list[tuple[str, str]] = []
        self.jobs: dict[str, tuple[str, dict[str, Any]]] = {}  # our key -> state, person
        self.links: dict[str, str] = {}
        self.mails = 0
        self.photo_reads = 0
        self.erase_stops = False
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    def number(self, prefix: str) -> str:
        """Return a fresh id."""
        return f"{prefix}{next(self._numbers)}"

    def quoted(self) -> str:
        """Return every person."""
        return json.dumps(list(self.people.values()), default=str)

    def zone_name(self) -> str:
        """Return the tenant's time zone."""
        self.answer()
        return self.zone.key

    def list_applications(self, since: str, offset: int) -> list[str]:
        """Return a page of ids changed at or after a local time, in the order of their change."""
        self.answer()
        with self._lock:
            found = [
                (one["changed"], key)
                for key, one in self.applications.items()
                if one["changed"] >= since
            ]
        return [key for _, key in sorted(found, reverse=self.newest_first)[offset : offset + PAGE]]

    def application(self, key: str) -> dict[str, Any] | None:
        """Return one application with all its fields, asked for or not."""
        self.answer()
        return self.applications.get(key)

    def link(self, file: str) -> str:
        """Return a link to a file that works once."""
        self.answer()
        link = f"https://files.example/{self.number('l')}"
        self.links[link] = file
        return link

    def fetch(self, link: str) -> bytes:
        """Return what is behind a link."""
        self.answer()
        file = self.links.pop(link, None)
        if file is None:
            raise StatusError(410)
        return self.files[file][1].content

    def find(self, external: str) -> str | None:
        """Return the id of the person filed under our key; the key is unique."""
        self.answer()
        state = self.jobs.get(external, ("", {}))[0]
        if state in ("pending", "failed"):
            raise StatusError(202 if state == "pending" else 422)
        with self._lock:
            found = [key for key, one in self.people.items() if one.get("external") == external]
        return found[0] if found else None

    def create(self, external: str, person: dict[str, Any]) -> str | None:
        """Create a person, or answer None when it will be done later; 409 when the key is taken."""
        self.answer()
        with self._lock:
            if any(one.get("external") == external for one in self.people.values()):
                raise StatusError(409, str(person))
            if self.later:
                self.jobs[external] = ("pending", person)
                return None
            key = self.number("p")
            self.people[key] = {**person, "external": external}
            return key

    def update(self, key: str, person: Mapping[str, Any]) -> None:
        """Change a person."""
        self.answer()
        self.people[key].update(person)

    def tell(self, key: str, what: str) -> None:
        """Write into the history."""
        self.answer()
        self.history.append((key, what))

    def add_file(self, key: str, name: str, document: Document) -> None:
        """Store a file of a person under a name; the same name is the same file."""
        self.answer()
        self.files[f"{key}-{name}"] = (key, document)

    def work_off(self, *, successful: bool) -> None:
        """Finish what was accepted for later."""
        for external, (state, person) in list(self.jobs.items()):
            if state != "pending":
                continue
            self.jobs[external] = ("done" if successful else "failed", {})
            if successful:
                self.people[self.number("p")] = {**person, "external": external}

    def erase(self, key: str) -> bool:
        """Erase a person with its files and history; tell whether it was there."""
        self.answer()
        for file, (owner, _) in list(self.files.items()):
            if owner == key:
                del self.files[file]
        if self.erase_stops:
            raise TimeoutError
        self.history = [entry for entry in self.history if entry[0] != key]
        return self.people.pop(key, None) is not None


def local(moment: int, *, zone: ZoneInfo = _BERLIN) -> str:
    """Return the moment as the system writes it: the tenant's time, to the second, no zone."""
    return write_local(moment, zone=zone)


def moment_of(text: str, *, zone: ZoneInfo = _BERLIN) -> int:
    """Return the earlier of the moments a local time may mean."""
    return read_moment(text, zone=zone)


class MemoryAdapter(AtsAdapter):
    """The adapter of that system; also the example of how small an adapter is."""

    name = "memory"
    capabilities: ClassVar[Capabilities] = Capabilities(
        changes=Changes.UPDATED,
        naive=True,
        covers=frozenset({Covers.STATUS, Covers.RECORD, Covers.DOCUMENTS}),
        stages=StageSource.LISTED,
        documents=DocumentAccess.LINK,
        create=Create.TALENT_POOL,
        identity=Identity.EXTERNAL_ID,
        upload=Upload(UploadMethod.MULTIPART, 2**20, frozenset({"application/pdf"})),
        mark=frozenset({MarkPlace.SOURCE}),
        erase=EraseMethod.HARD,
        notify=Notify.HMAC,
    )
    limitations = "It forgets everything when the process ends."
    stage_map = STAGES

    def __init__(self, system: MemorySystem) -> None:
        self.system = system

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:  # noqa: ARG003 - there are none
        return cls(MemorySystem())

    def _check(self, *, at: int) -> Checked:  # noqa: ARG002 - it has our clock
        self._call(self.system.answer)
        return Checked(version="1")

    def _stages(self) -> Iterable[RemoteStage]:
        return [RemoteStage(key, key, meaning) for key, meaning in STAGES.stages.items()]

    def _changes(self, asked: Window, *, at: int) -> Iterator[Record | Problem]:  # noqa: ARG002
        since = "" if asked.since is None else self._since(asked.since)
        for key in self._ids(since):
            found = self._call(self.system.application, key)
            if found is not None:  # it may have gone meanwhile
                yield self._record(key, found)

    def _since(self, moment: int) -> str:
        return local(moment, zone=self._zone())

    def _zone(self) -> ZoneInfo:
        return zone_of(self._call(self.system.zone_name))

    def _ids(self, since: str) -> list[str]:
        # All pages before the first record: while pages are read slowly, the list moves.
        found: dict[str, None] = {}
        while page := self._call(self.system.list_applications, since, len(found)):
            found.update(dict.fromkeys(page))
        return list(found)

    def _record(self, key: str, found: Mapping[str, Any]) -> Record:
        return Record(
            id=key,
            stage=found["stage"],
            fields=found,
            candidate_id=f"person-of-{key}",
            rejected_on=found["changed"][:10],
            updated_at=moment_of(found["changed"], zone=self._zone()),
            anonymised=found.get("anonymised", False),
            documents=tuple(self._documents(key)),
        )

    def _candidate(self, record: Record) -> Imported:
        person = record.fields["person"]
        if not isinstance(person, Candidate):
            raise InvalidRecordError("person: not understood")
        return Imported(person)

    def _documents(self, application: str) -> Iterable[RemoteDocument]:
        return [
            RemoteDocument(file, owner, one.name, one.kind, one.media_type, len(one.content))
            for file, (owner, one) in self.system.files.items()
            if owner == application
        ]

    def _read_document(self, document: RemoteDocument) -> Iterable[bytes]:
        yield self._call(self.system.fetch, self._call(self.system.link, document.id))

    def _find(self, referral: str) -> str | None:
        found: str | None = self._call(self.system.find, referral)
        return found

    def _import_referral(
        self,
        referral: str,
        candidate: Candidate,
        *,
        known: str | None,
        at: int,  # noqa: ARG002
    ) -> str:
        person = attrs.asdict(candidate)
        if known is not None:
            self._call(self.system.update, known, person)
            return known
        try:
            made = self._call(self.system.create, referral, person)
        except FileExistsError:  # somebody was faster
            made = self._find(referral)
        if made is None:
            raise TemporaryAdapterError("accepted, not there yet")
        self._call(self.system.tell, made, f"created {candidate.given} {candidate.family}")
        return str(made)

    def _add_document(self, ref: str, document: Document) -> None:
        self._call(self.system.add_file, ref, document.name, document)

    def _mark(self, ref: str, provenance: Provenance) -> None:
        self._call(self.system.update, ref, {"source": attrs.asdict(provenance)})

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        was_there = self._call(self.system.erase, ref)
        return Erased(Outcome.ERASED if was_there else Outcome.NEVER_HELD, (f"p:{ref}",))

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        self._call(self.system.answer)
        if ref in self.system.people:
            yield Residue(ResidueKind.PERSON_RECORD, "people")
        if any(owner == ref for owner, _ in self.system.files.values()):
            yield Residue(ResidueKind.FILE, "files")
        if any(key == ref for key, _ in self.system.history):
            yield Residue(ResidueKind.HISTORY, "history")

    def _read_hook(self, headers: Mapping[str, str], body: bytes) -> Hook:
        return read_signed(SECRET, body, headers.get("x-signature", ""))

    def _call(self, method: Any, *args: Any) -> Any:
        return called(self.system, method, *args)


def sign(body: bytes) -> dict[str, str]:
    """Return the headers of a genuine hook."""
    return {"X-Signature": signature_of(SECRET, body)}
