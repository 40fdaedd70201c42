"""What an adapter's tests provide to the shared suite: a system, seeded and searched."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest

from fachkraft_share.errors import TemporaryAdapterError
from fachkraft_share.model.candidate import (
    Candidate,
    Document,
    DocumentKind,
    Education,
    Experience,
    SpokenLanguage,
    Stage,
)
from fachkraft_share.model.profile import Availability, Cefr, WorkModel
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import Create, CreateMode, UploadMethod
from fachkraft_share.ports.reading import Change, Reading
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.testing.system_harness import (
    MARKER,
    MEMBER,
    PRIVATE,
    START,  # noqa: F401 - tests take it from here
    SystemHarness,
)


class AtsHarness(SystemHarness):
    """A fresh, empty system; `Stage.UNMAPPED` asks for a stage the adapter's map does not know."""

    page_size: int = 0  # records of a page of the system's list; 0: it comes in one piece

    @abstractmethod
    def fresh(self) -> AtsAdapter:
        """Return another adapter object on the same system."""

    @abstractmethod
    def seed(
        self,
        person: Candidate,
        *,
        stage: Stage = Stage.REJECTED,
        created_at: int | None = None,
        changed_at: int | None = None,
        documents: tuple[Document, ...] = (),
    ) -> str:
        """Put an application of a runner-up there and return its id as the adapter will say it."""

    @abstractmethod
    def restage(self, application: str, stage: Stage, *, at: int) -> None:
        """Move an application to another stage."""

    @abstractmethod
    def alter(self, application: str, person: Candidate, *, at: int) -> None:
        """Correct the person's data."""

    @abstractmethod
    def attach(self, application: str, document: Document, *, at: int) -> None:
        """Add a document to an application."""

    @abstractmethod
    def remove(self, application: str) -> None:
        """Take an application out of the system."""

    @abstractmethod
    def seed_forbidden(self, marker: str) -> str:
        """Put a runner-up there whose every forbidden field (R13, R24) holds the marker."""

    @abstractmethod
    def seed_broken(self, marker: str) -> None:
        """Put a runner-up there that cannot be read; its data hold the marker."""

    def settle(self, *, successful: bool) -> None:  # noqa: ARG002
        """Finish what was accepted for later."""
        pytest.skip("the system creates at once")

    def seed_anonymised(self) -> None:
        """Put an application there whose person was anonymised."""
        pytest.skip("the system does not anonymise")

    def own_person(self, person: Candidate) -> str:  # noqa: ARG002
        """Put a person there for the system's own reasons; return a place that holds it."""
        pytest.skip("the system holds nobody beside applications and what we file")

    def move_to(self, zone: str) -> None:  # noqa: ARG002
        """Let the system be a tenant's in another time zone."""
        if self.fresh().capabilities.naive:
            pytest.fail("the adapter declares times without a zone, and the harness moves nobody")
        pytest.skip("the system tells the zone with every time")

    def mails(self) -> int:
        """Return how many mails the system sent to candidates."""
        return 0

    def improper_reads(self) -> tuple[str, ...]:
        """Return what was read from the system although nobody asked for it."""
        return ()

    # What the rules common to all systems ask --------------------------------------------------

    def writes(self) -> bool:
        """Tell whether it files persons."""
        return self.fresh().capabilities.create is not Create.NONE

    def put(self, adapter: Adapter, *, number: int = 1) -> str:
        """File an invented person whose every field and document holds `MARKER`."""
        assert isinstance(adapter, AtsAdapter)
        person = invented(number, marker=MARKER)
        if adapter.capabilities.upload.method is not UploadMethod.NONE:
            two = (pdf(MARKER), pdf(f"{MARKER} again", kind=DocumentKind.CERTIFICATE))
            taken = tuple(one for one in two if not adapter.refusal(one))
            person = attrs.evolve(person, documents=taken)
        return self.file(adapter, person, number=number)

    def file(self, adapter: AtsAdapter, person: Candidate, *, number: int = 1) -> str:
        """File a person under an invented referral; wait where the system creates later."""
        referral = referral_id(number)
        permit = leave(referral, at=self.at)
        try:
            return adapter.import_referral(referral, person, permit=permit, at=self.at)
        except TemporaryAdapterError:
            if adapter.capabilities.mode is CreateMode.SYNC:
                raise  # only a later create may wait
        self.settle(successful=True)
        return adapter.import_referral(referral, person, permit=permit, at=self.at)

    def calls(self, adapter: Adapter) -> dict[str, Callable[[], object]]:
        """Return checking, reading and filing by name, as far as they are declared."""
        assert isinstance(adapter, AtsAdapter)
        at, able, referral = self.at, adapter.capabilities, referral_id(1)
        person, permit = invented(1, marker=PRIVATE), leave(referral_id(1), at=self.at)
        calls: dict[str, Callable[[], object]] = {"check": lambda: adapter.check(at=at)}
        if able.reads:
            calls["runner_ups"] = lambda: list(reading(adapter, at=at))
        if self.writes() and able.mode is CreateMode.SYNC:
            calls["import_referral"] = lambda: adapter.import_referral(
                referral, person, permit=permit, at=at
            )
        return calls


def invented(number: int, *, marker: str = "") -> Candidate:
    """Return an invented person; with a marker every text field holds it."""
    tag = f" {marker}" if marker else ""
    return Candidate(
        given=f"Änne{number}{tag}",
        family=f"Größe-Muster{number}{tag}",
        email=f"person{number}{marker}@mail.example",
        phone=f"+49 5321 {number:04d}{tag}",
        street=f"Musterweg {number}{tag}",
        postcode="38640",
        city=f"Goslar{tag}",
        title=f"Elektronikerin{tag}",
        experience=(Experience(f"Elektronikerin{tag}", f"Beispiel AG{tag}", "2019-04", "2024-03"),),
        education=(Education(f"Gesellenbrief{tag}", f"Berufsschule{tag}", "2019-02"),),
        skills=(f"SPS{tag}", f"Löten{tag}"),
        languages=(SpokenLanguage("de", Cefr.C2),),
        availability=Availability.QUARTER,
        work_model=WorkModel.ONSITE,
    )


def pdf(
    text: str, *, name: str = "Lebenslauf.pdf", kind: DocumentKind = DocumentKind.CV
) -> Document:
    """Return a small document that looks like a PDF and holds the text."""
    content = f"%PDF-1.4\n% {text}\n%%EOF\n".encode()
    return Document(name, kind, "application/pdf", content)


def leave(referral: str, *, at: int) -> Permit:
    """Return what the gate gives for filing this referral."""
    return Permit(Action.IMPORT, MEMBER, referral, at)


def referral_id(number: int) -> str:
    """Return a referral id of the right shape."""
    return f"{number:04d}".rjust(22, "r")


def nothing_suppressed(_: str) -> bool:
    """Suppress nothing."""
    return False


def reading(adapter: AtsAdapter, cursor: str = "", *, at: int) -> Iterator[Reading]:
    """Read without suppressing anything."""
    return adapter.runner_ups(cursor, suppressed=nothing_suppressed, at=at)


def read_once(adapter: AtsAdapter, cursor: str = "", *, at: int) -> tuple[list[str], str]:
    """Read to the end; return the ids of the changes and the cursor for the next reading."""
    items = list(reading(adapter, cursor, at=at))
    ids = [item.application.id for item in items if isinstance(item, Change)]
    return ids, getattr(items[-1], "cursor", cursor)


def everything(value: Any) -> str:
    """Return all that a value holds as text, hidden fields and bytes too."""
    if attrs.has(type(value)):
        names = [field.name for field in attrs.fields(type(value))]
        return " ".join(everything(getattr(value, name)) for name in names)
    if isinstance(value, Mapping):
        return " ".join(everything(one) for one in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(everything(one) for one in value)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
