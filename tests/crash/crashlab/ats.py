"""An applicant-tracking system on a socket of its own: it outlives whoever calls it.

It forgets nothing and knows no idempotency: the same create twice is two persons.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import attrs
import requests

from fachkraft_share.errors import TemporaryAdapterError
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.ports.adapter import Checked, Setting
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

NAME = "forgetful"
_SECONDS = 20


@attrs.define(eq=False)
class AtsServer:
    """The system; `people` are (id, our key), in the order of their creation."""

    url: str = ""
    people: list[tuple[str, str]] = attrs.field(factory=list)
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    _count: int = 0

    def answer(self, method: str, address: str, body: bytes) -> Any:
        """Answer one call."""
        parts = urlsplit(address)
        with self.lock:
            if method == "GET":
                wanted = parse_qs(parts.query)
                return [
                    id
                    for id, key in self.people
                    if id in wanted.get("id", ()) or key in wanted.get("key", ())
                ]
            if method == "POST":
                self._count += 1
                id = f"p{self._count}"
                self.people.append((id, json.loads(body)["key"]))
                return id
            gone = parts.path.rpartition("/")[2]
            before = len(self.people)
            self.people = [one for one in self.people if one[0] != gone]
            return len(self.people) < before


@contextmanager
def served() -> Iterator[AtsServer]:
    """Run the system in a thread."""
    system = AtsServer()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            told = json.dumps(system.answer(self.command, self.path, self.rfile.read(size)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told.encode())

        do_GET = do_POST = do_DELETE = _any  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        system.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield system
        finally:
            server.shutdown()
            thread.join()


class ForgetfulAdapter(AtsAdapter):
    """The adapter of that system."""

    name = NAME
    capabilities: ClassVar[Capabilities] = Capabilities(
        create=Create.TALENT_POOL,
        identity=Identity.EXTERNAL_ID,
        upload=Upload(UploadMethod.INLINE, 2**20),
        erase=EraseMethod.HARD,
    )
    limitations = "It creates whatever it is told to, however often."
    settings = (Setting("url", "where it listens"),)

    def __init__(self, url: str, say: Callable[..., None] | None = None) -> None:
        self._url = url
        self._say = say or (lambda *_, **__: None)

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings["url"])

    def _check(self, *, at: int) -> Checked:  # noqa: ARG002
        self._call("GET", "/people")
        return Checked(version="1")

    def _find(self, referral: str) -> str | None:
        found = self._call("GET", "/people", params={"key": referral})
        return found[0] if found else None

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
        made = str(self._call("POST", "/people", json={"key": referral}))
        self._say("created", person=[made, referral])
        return made

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        gone = self._call("DELETE", f"/people/{ref}")
        self._say("deleted", id=ref)
        return Erased(Outcome.ERASED if gone else Outcome.NEVER_HELD)

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        if self._call("GET", "/people", params={"id": ref}):
            yield Residue(ResidueKind.PERSON_RECORD, "people")

    def _call(self, method: str, path: str, **more: Any) -> Any:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(method, self._url + path, timeout=_SECONDS, **more)
        except requests.RequestException as error:
            raise TemporaryAdapterError("does not answer") from error
        return answer.json()
