"""The shared suite's harness for the applicant-tracking system in memory; an example to copy."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs

from fachkraft_share.model.candidate import Candidate, Document, DocumentKind, Stage
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.moments import zone_of
from fachkraft_share.testing.adapter_harness import AtsHarness, invented, pdf
from fachkraft_share.testing.memory_ats import PAGE, MemoryAdapter, MemorySystem, local, sign
from fachkraft_share.testing.troubled import TroubledHarness

FORBIDDEN: Final = ("birthDate", "gender", "photoUrl", "desiredSalary", "comment", "nationality")
_STAGES: Final = {
    Stage.OPEN: "s-open",
    Stage.REJECTED: "s-second",
    Stage.WITHDRAWN: "s-closed",
    Stage.HIRED: "s-hired",
    Stage.UNMAPPED: "s-nobody-knows",
}


class MemoryHarness(TroubledHarness, AtsHarness):
    """A fresh system in memory; `make` turns it into the adapter under test."""

    page_size = PAGE

    def __init__(
        self,
        make: Callable[[MemorySystem], AtsAdapter] = MemoryAdapter,
        *,
        later: bool = False,
        newest_first: bool = True,
    ) -> None:
        self.system: MemorySystem = MemorySystem(later=later, newest_first=newest_first)
        self._make = make

    def fresh(self) -> AtsAdapter:
        """Return another adapter object on the same system."""
        return self._make(self.system)

    def seed(
        self,
        person: Candidate,
        *,
        stage: Stage = Stage.REJECTED,
        created_at: int | None = None,
        changed_at: int | None = None,
        documents: tuple[Document, ...] = (),
    ) -> str:
        """Put an application there."""
        changed = self.at - 10 if changed_at is None else changed_at
        key = self.system.number("a")
        self.system.applications[key] = {
            "person": person,
            "stage": _STAGES[stage],
            "created": self._local(changed if created_at is None else created_at),
            "changed": self._local(changed),
        }
        for document in documents:
            self.attach(key, document, at=changed)
        return key

    def restage(self, application: str, stage: Stage, *, at: int) -> None:
        """Move it to another stage."""
        self._change(application, at=at, stage=_STAGES[stage])

    def alter(self, application: str, person: Candidate, *, at: int) -> None:
        """Correct the person's data."""
        self._change(application, at=at, person=person)

    def attach(self, application: str, document: Document, *, at: int) -> None:
        """Add a document, which moves the time of change."""
        self.system.files[self.system.number("f")] = (application, document)
        self._change(application, at=at)

    def _change(self, application: str, *, at: int, **fields: object) -> None:
        self.system.applications[application].update(fields, changed=self._local(at))

    def _local(self, moment: int) -> str:
        return local(moment, zone=self.system.zone)

    def move_to(self, zone: str) -> None:
        """Let the tenant live elsewhere."""
        self.system.zone = zone_of(zone)

    def remove(self, application: str) -> None:
        """Take it out."""
        del self.system.applications[application]

    def seed_forbidden(self, marker: str) -> str:
        """Fill every forbidden field, and lay a portrait beside."""
        portrait = Document(f"{marker}.jpg", DocumentKind.OTHER, "image/jpeg", b"\xff\xd8\xff")
        key = self.seed(invented(1), documents=(pdf("cv"), portrait))
        self.system.applications[key].update(dict.fromkeys(FORBIDDEN, marker))
        return key

    def seed_broken(self, marker: str) -> None:
        """Put a person there that is none."""
        key = self.seed(invented(2))
        self.system.applications[key]["person"] = f"<broken {marker}>"

    def seed_anonymised(self) -> None:
        """Put two there: one flagged as anonymised, one just empty."""
        key = self.seed(invented(1))
        self.system.applications[key]["anonymised"] = True
        self.seed(Candidate(given="", family=""))

    def own_person(self, person: Candidate) -> str:
        """Put the person there as if the company's recruiter had."""
        key = self.system.number("p")
        self.system.people[key] = attrs.asdict(person)
        return key

    def stored(self) -> tuple[str, ...]:
        """Return the persons with a key of ours."""
        return tuple(key for key, one in self.system.people.items() if "external" in one)

    def content_of(self, ref: str) -> bytes:
        """Return the record and its files."""
        files = [one.content for owner, one in self.system.files.values() if owner == ref]
        return b"\n".join([repr(self.system.people[ref]).encode(), *files])

    def names_of(self, ref: str) -> tuple[str, ...]:
        """Return the names of its files."""
        return tuple(one.name for owner, one in self.system.files.values() if owner == ref)

    def places_holding(self, marker: bytes) -> tuple[str, ...]:
        """Search persons, files and history."""
        stores: dict[str, list[bytes]] = {
            "people": [repr(one).encode() for one in self.system.people.values()],
            "files": [one.content for _, one in self.system.files.values()],
            "history": [text.encode() for _, text in self.system.history],
        }
        return tuple(name for name, held in stores.items() if any(marker in one for one in held))

    def plant(self, ref: str, marker: bytes) -> None:
        """Leave the person in the history, as one open HR system does."""
        self.system.history.append((ref, f"deleted {marker.decode()}"))

    def settle(self, *, successful: bool) -> None:
        """Work off what was accepted."""
        self.system.work_off(successful=successful)

    @contextmanager
    def erasing_half(self) -> Iterator[None]:
        """Erase the files, then stop answering."""
        self.system.erase_stops = True
        try:
            yield
        finally:
            self.system.erase_stops = False

    def mails(self) -> int:
        """Return how many mails it sent."""
        return self.system.mails

    def improper_reads(self) -> tuple[str, ...]:
        """Return the portraits that were fetched."""
        return ("photo",) * self.system.photo_reads

    def hook(
        self, record: str, *, event: str, at: int, genuine: bool = True
    ) -> tuple[Mapping[str, str], bytes]:
        """Return a hook that claims the person was hired and is called otherwise."""
        claims = {"stage": "s-hired", "person": {"family": "Lie"}}
        body = json.dumps({"id": event, "sent": at, "record": record, **claims}).encode()
        return sign(body if genuine else body + b"other"), body

    def ping(self, *, at: int) -> tuple[Mapping[str, str], bytes]:
        """Return the test call."""
        body = json.dumps({"id": "ping", "sent": at, "kind": "ping"}).encode()
        return sign(body), body
