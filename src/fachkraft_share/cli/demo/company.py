"""One company's process: a member engine that does what it is told over its standard input.

It stands for the company's own programs and people. Its only link to the others is the node, which
it calls; it listens nowhere. Every byte it receives is also written to a traffic log.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from fachkraft_share import Endorsement, Member
from fachkraft_share.cli.output import plain
from fachkraft_share.errors import FachkraftShareError, RefusedError, SetupError, TemporaryError
from fachkraft_share.member import folder as folders
from fachkraft_share.member.machine import real_runtime
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.runtime import Request, Response, Transport
from fachkraft_share.protocol.records import Contact, Part, Referral

_KM: Final = 60  # how far the demo's companies look


@attrs.frozen
class Recorded:
    """A transport that keeps a copy of everything that came in."""

    inner: Transport
    log: Path

    def call(self, node: str, request: Request) -> Response:
        """Send the request, write down what came back, and return it."""
        response = self.inner.call(node, request)
        with self.log.open("ab") as file:
            file.write(f"{request.operation} {response.status} {dict(response.headers)}\n".encode())
            file.write(response.body + b"\n")
        return response


class Office:
    """The company's people at their tools; each public method is one thing they can be told."""

    def __init__(self, folder: Path, traffic: Path) -> None:
        real = real_runtime()
        self._folder = folder
        self._runtime = attrs.evolve(real, transport=Recorded(real.transport, traffic))
        self._member: Member | None = None
        if (folder / folders.CONFIG).exists():
            self._open()

    def _open(self) -> None:
        if self._member is not None:
            self._member.close_files()
        self._member = Member.open(self._folder, runtime=self._runtime)

    @property
    def _engine(self) -> Member:
        if self._member is None:
            raise SetupError("this company has not joined yet")
        return self._member

    def join(self, *, code: str, id: str, name: str, legal: Mapping[str, str], **told: str) -> None:
        """Join the alliance; `told` is what people are told: `notice`, `contact`."""
        self._member = Member.join(
            self._folder, code, id=id, name=name, runtime=self._runtime, **told
        )
        before = folders.settings_of(self._folder)
        folders.save_settings(self._folder, attrs.evolve(before, legal=legal))
        self._open()

    def connect(self, *, adapter: str, settings: Mapping[str, str]) -> None:
        """Connect an outside system."""
        connected = load_plugins().adapter(adapter).connect(settings)
        connected.set_up(at=self._runtime.clock.now())
        before = folders.settings_of(self._folder)
        adapters = {**before.adapters, adapter: dict(settings)}
        folders.save_settings(self._folder, attrs.evolve(before, adapters=adapters))
        self._open()

    def search(self, *, occupation: str, near: str) -> None:
        """Save a search."""
        self._engine.add_search(occupation=occupation, near=near, within_km=_KM)

    def pull(self) -> int:
        """Read runner-ups from the connected system."""
        pulled = self._engine.pull("files")
        if pulled.problems:
            raise RefusedError("not-read", "; ".join(one.what for one in pulled.problems))
        return pulled.proposed

    def recommend(self, *, application: str, rank: str, strengths: list[str]) -> Any:
        """Recommend one of those."""
        for one in self._engine.proposals():
            if one.application == application:
                endorsement = Endorsement(rank=rank, strengths=strengths)
                return self._engine.recommend(one, endorsement)
        raise RefusedError("unknown-application", "there is no such proposal")

    def marks(self, *, referral: str) -> Any:
        """Return what would give the referral away, for the demo's own search."""
        with self._engine.engine.store.begin(write=False) as transaction:
            found = transaction.get(Referral, referral)
            parts = transaction.every(Part, referral=referral)
        ids = [found.key_x, found.nonce, found.envelope] if found else []
        return {"ids": ids, "parts": [one.text for one in parts]}

    def sync(self) -> Any:
        """Synchronise, and tell whether anything moved."""
        report = self._engine.sync()
        return {"moved": report.received + report.sent + report.tasks, "report": report}

    def inbox(self) -> Any:
        """Return what the company sees."""
        return self._engine.inbox()

    def referrals(self) -> Any:
        """Return the ids of all referrals of others that lie here."""
        with self._engine.engine.store.begin(write=False) as transaction:
            held = transaction.every(Referral)
        return [one.id for one in held if one.origin != self._engine.id]

    def request(self, *, referral: str, job: str, message: str) -> str:
        """Ask for contact."""
        return self._engine.request_contact(referral, job=job, message=message)

    def received(self) -> Any:
        """Return which dossiers are here, and how many documents each has."""
        return [
            {"referral": one.referral, "documents": len(one.candidate.documents)}
            for one in self._engine.received()
        ]

    def report(self, *, referral: str, outcome: str) -> None:
        """Tell what became of a contact."""
        self._engine.report(referral, outcome)

    def disclosed(self, *, referral: str) -> bool:
        """Tell whether this origin has handed over the dossier."""
        with self._engine.engine.store.begin(write=False) as transaction:
            contacts = transaction.every(Contact, referral=referral)
        return any(one.disclosed is not None for one in contacts)

    def suppressed(self, *, application: str) -> bool:
        """Tell whether the application may not be recommended again unasked."""
        return application not in {one.application for one in self._engine.proposals()}


def answer(office: Office, line: str) -> dict[str, Any]:
    """Do what one line says and return what to say back."""
    asked = json.loads(line)
    verb: Callable[..., Any] = getattr(office, asked["do"])
    try:
        return {"result": plain(verb(**asked["with"]))}
    except FachkraftShareError as error:
        code = error.code if isinstance(error, RefusedError) else type(error).__name__
        temporary = isinstance(error, TemporaryError)
        return {"error": str(error), "code": code, "temporary": temporary}


def main() -> None:
    """Read what to do line by line until the input ends."""
    office = Office(Path(sys.argv[1]), Path(sys.argv[2]))
    for line in sys.stdin:
        print(json.dumps(answer(office, line)), flush=True)


if __name__ == "__main__":
    main()
