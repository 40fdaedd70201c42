"""P12: an outside system that misbehaves gets one record, no storm, and is left alone as it asked.

`FKS_ATS_SCRIPTS=<n>` plays so many scripts of twenty steps (500 in the soak), otherwise eight.
"""

import copy
import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, ClassVar, Self

import attrs
import pytest
from crashlab.preparing import CANDIDATE, ENDORSED

from fachkraft_share import limits
from fachkraft_share.errors import TemporaryAdapterError
from fachkraft_share.member.participants import AdapterParticipant
from fachkraft_share.member.records import Filed, Standing
from fachkraft_share.model.candidate import Candidate, Document
from fachkraft_share.ports.adapter import Checked
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import (
    Capabilities,
    Create,
    EraseMethod,
    Identity,
    Upload,
    UploadMethod,
)
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.protocol.records import Due
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.world import Memory, World

SCRIPTS = int(os.environ.get("FKS_ATS_SCRIPTS", "8"))
STEPS = 20
PERSONS = 3
ROUNDS = 30
REST = 24  # further turns, each as long after the other as the longest back-off
AFTER = (1, 90, 1_800, 20_000)  # seconds a 429 may name


@attrs.define
class System:
    """Answers as its script says; `calls` are the moments it was asked at."""

    now: Any
    script: Iterator[str] = attrs.field(factory=lambda: iter(()))
    people: dict[str, str] = attrs.field(factory=dict)  # id -> our key
    files: set[tuple[str, str]] = attrs.field(factory=set)
    shut_until: int = 0
    failed_at: int = -1
    broken: list[str] = attrs.field(factory=list)  # what must not happen
    failures: int = 0

    def step(self) -> str:
        """Return what happens to this call."""
        at = self.now()
        if at < self.shut_until:
            self.broken.append("asked before Retry-After")
        if at == self.failed_at:
            self.broken.append("asked again at once")
        step = next(self.script, "fine")
        if step != "fine":
            self.failures += 1
            self.failed_at = at
        return step

    def refuse(self, step: str) -> None:
        """Raise what the answer means to the adapter, if it is none."""
        if step.startswith("busy"):
            after = int(step.partition(" ")[2])
            self.shut_until = self.now() + after
            raise TemporaryAdapterError("429", retry_after=after)
        if step == "broken":
            raise TemporaryAdapterError("500")

    def lose(self, step: str) -> None:
        """Lose the answer of what was done."""
        if step in ("late", "half"):
            raise TimeoutError


class ScriptedAdapter(AtsAdapter):
    """The adapter of that system, which knows no idempotency."""

    name = "scripted"
    capabilities: ClassVar[Capabilities] = Capabilities(
        create=Create.TALENT_POOL,
        identity=Identity.EXTERNAL_ID,
        upload=Upload(UploadMethod.MULTIPART, 2**20),
        erase=EraseMethod.HARD,
    )
    limitations = "It does as its script says."

    def __init__(self, system: System) -> None:
        self.system = system

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        raise NotImplementedError

    def _check(self, *, at: int) -> Checked:  # noqa: ARG002
        return Checked(version="1")

    def _find(self, referral: str) -> str | None:
        self.system.refuse(step := self.system.step())
        self.system.lose(step)
        return next((id for id, key in self.system.people.items() if key == referral), None)

    def _import_referral(
        self,
        referral: str,
        candidate: Candidate,  # noqa: ARG002
        *,
        known: str | None,
        at: int,  # noqa: ARG002
    ) -> str:
        if known is not None:
            return known
        self.system.refuse(step := self.system.step())
        made = f"p{len(self.system.people) + self.system.failures * 100}"
        self.system.people[made] = referral
        self.system.lose(step)
        return made

    def _add_document(self, ref: str, document: Document) -> None:
        self.system.refuse(step := self.system.step())
        self.system.files.add((ref, document.name))
        self.system.lose(step)

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        self.system.refuse(step := self.system.step())
        gone = self.system.people.pop(ref, None)
        if step != "half":
            self.system.files = {one for one in self.system.files if one[0] != ref}
        self.system.lose(step)
        left = [one for one in self.system.files if one[0] == ref]
        self.system.files.difference_update(left)
        return Erased(Outcome.ERASED if gone or left else Outcome.NEVER_HELD)

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        self.system.refuse(step := self.system.step())
        self.system.lose(step)
        if ref in self.system.people:
            yield Residue(ResidueKind.PERSON_RECORD, "people")
        if any(owner == ref for owner, _ in self.system.files):
            yield Residue(ResidueKind.FILE, "files")


class Scripted(World):
    """Two members; one is about to receive three persons."""

    def __init__(self) -> None:
        super().__init__(seed=12)
        self.system = System(self.clock.now)
        self.join("muster")
        self.join("beispiel")
        self.sync()
        self.people = [self._granted(number) for number in range(PERSONS)]
        self._disclosed()
        self.saved = self._memories()

    def _granted(self, number: int) -> tuple[str, Any]:
        muster = self.members["muster"].member
        day = dt.datetime.fromtimestamp(self.clock.at, dt.UTC).date() - dt.timedelta(days=4)
        made = muster.recommend(CANDIDATE, ENDORSED, application=f"A-{number}", rejected_on=day)
        person = self.person(str(made.link))
        person.grant()
        return made.referral, person

    def _disclosed(self) -> None:
        """Bring all to where the dossiers lie at the node."""
        self.sync()
        for referral, _ in self.people:
            self.members["beispiel"].member.request_contact(referral, job="Backend")
        for _ in range(2):
            self.sync()
        for _, person in self.people:
            person.agree()
        self.members["muster"].member.sync()

    def sync(self) -> None:
        """Let everybody take a turn."""
        for party in self.members.values():
            party.member.sync()
        self.node.service.tick()

    def _parties(self) -> dict[str, Any]:
        return {"node": self.node, **self.members}

    def _memories(self) -> dict[str, Any]:
        return {
            name: [part.snapshot() for part in _parts(party.memory)]
            for name, party in self._parties().items()
        }

    def again(self, script: Iterable[str]) -> None:
        """Begin anew where the persons are about to be received, with another script."""
        self.system = System(self.clock.now, iter(script))
        for name, party in self._parties().items():
            for part, saved in zip(_parts(party.memory), self.saved[name], strict=True):
                part.restore(saved)
            if name == "beispiel":
                party.adapters = {"scripted": ScriptedAdapter(self.system)}
            party.open()

    def count(self, kind: Any, **equal: Any) -> int:
        """Count records of the receiving member."""
        with self.members["beispiel"].member.engine.store.begin(write=False) as transaction:
            return len(transaction.every(kind, **equal))


def _parts(memory: Memory) -> tuple[Any, ...]:
    return memory.store, memory.journal, memory.keys


@pytest.fixture(scope="module")
def world() -> Scripted:
    """A world to be played again and again."""
    return Scripted()


def script_of(random: Random) -> list[str]:
    """Return twenty steps."""
    steps = ["fine", "fine", "busy", "broken", "late", "half"]
    drawn = random.choices(steps, k=STEPS)
    return [f"busy {random.choice(AFTER)}" if one == "busy" else one for one in drawn]


@pytest.mark.parametrize("seed", range(SCRIPTS))
def test_a_misbehaving_system_gets_one_record_and_its_rest(world: Scripted, seed: int) -> None:
    """Whatever it answers: each person once, all documents, and nobody who withdrew."""
    random = Random(seed)  # noqa: S311 - no secret
    begun = world.clock.at
    world.again(script_of(random))
    leaves = random.choice((None, 0, 2, 8))
    for number in range(ROUNDS):
        if number == leaves:
            copy.copy(world.people[0][1]).withdraw()
        world.sync()
        assert world.system.broken == []
        breakers = [one for one in _standings(world) if one.name.startswith("breaker adapter:")]
        assert len(breakers) <= 1
        world.clock.pass_time(random.choice((5, 61, 700, limits.HOUR)))
    world.clock.at = max(world.clock.at, begun + limits.DAY)
    for _ in range(REST):
        world.sync()
        world.clock.pass_time(limits.RETRY_LAST)
    stay = sorted(id for id, _ in (world.people if leaves is None else world.people[1:]))
    assert sorted(world.system.people.values()) == stay
    assert {owner for owner, _ in world.system.files} == set(world.system.people)
    assert world.count(Filed) == len(stay)
    assert world.system.failures
    with world.node.service.exchange.store.begin(write=False) as transaction:
        assert not transaction.every(Due)
    world.clock.at = begun


def _standings(world: Scripted) -> tuple[Standing, ...]:
    with world.members["beispiel"].member.engine.store.begin(write=False) as transaction:
        return transaction.every(Standing)


def test_an_erasure_done_by_half_goes_on_although_our_key_is_gone_there() -> None:
    """Its id was learned by looking it up, and is remembered before anything is erased."""
    moments = iter(range(1, 100))
    system = System(lambda: next(moments), iter(["fine", "half"]))
    system.people["p1"], system.files = "referral", {("p1", "cv.pdf")}
    store = MemoryStore()
    with store.begin() as transaction:
        transaction.put(Filed("referral", "scripted", None, 0))
    participant = AdapterParticipant(ScriptedAdapter(system), store)
    with pytest.raises(TemporaryAdapterError):
        participant.erase("referral", at=0)
    assert (system.people, system.files) == ({}, {("p1", "cv.pdf")})
    participant.erase("referral", at=0)
    assert system.files == set()
