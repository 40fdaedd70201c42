"""The node's operations as calls: build, authenticate, send, read the answer strictly."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, MalformedError, RefusedError, UnreachableError
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.digest import HEADER, content_digest, digest_fits
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.keys import PrivateKey

T = TypeVar("T")
PROBLEM = "urn:fks:problem:"
CHANGED = frozenset({"digest", "body-hash"})  # what arrived is not what was sent: try again
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
NOT_NOW = "not-now"  # what the call rests on is not there yet


class NodeBusyError(BusyError):
    """The node cannot now; `code` is the problem's, say `quarantine`."""

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(f"the node is busy ({code})", retry_after=retry_after)
        self.code = code


class Ends(Protocol):
    """Who calls whom: the caller's id, the node's id, and where that node is reached."""

    @property
    def id(self) -> str:
        """The caller's id."""
        ...

    @property
    def node(self) -> str:
        """The node's id."""
        ...

    @property
    def url(self) -> str:
        """Where the node is reached."""
        ...


@attrs.frozen
class ListHead:
    """The newest list, by number and hash."""

    number: int
    sha256: str


@attrs.frozen
class WellKnown:
    """What a node says of itself."""

    node: str
    name: str
    protocols: list[str]
    authority: str
    root: str
    location: str
    list: ListHead | None
    now: int
    region: str = "de"
    k: int = limits.K_ANONYMITY


@attrs.frozen
class Invited:
    """The candidate's public key and, unless the node mails it, the link."""

    key: str = attrs.field()
    link: str | None = attrs.field(repr=False)
    expires: int


@attrs.frozen
class Event:
    """One event as it is posted, and as a poll hands it out."""

    token: str = attrs.field(repr=False)
    with_: tuple[str, ...] = attrs.field(default=(), repr=False)
    parts: tuple[str, ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Answer:
    """What became of one posted event."""

    status: str
    code: str | None = None
    detail: str | None = None


@attrs.frozen
class Status:
    """How things stand, told with every poll."""

    list: int
    now: int
    more: bool
    owes: int
    partners: dict[str, int] = attrs.field(factory=dict)  # by node: its newest list's number


@attrs.frozen
class Page:
    """One answer to a poll."""

    closures: tuple[Event, ...]
    events: tuple[Event, ...]
    next: Mapping[str, str | None]
    status: Status


@attrs.frozen
class Client:
    """Calls one node for one member, or for a partner node."""

    runtime: Runtime
    settings: Ends
    signing: Callable[[], PrivateKey]

    def well_known(self) -> WellKnown:
        """Ask what the node is; not signed by anybody."""
        return self._json("GET /.well-known/fachkraft-share", WellKnown, signed=False)

    def federation(self, number: int | None = None, *, of: str | None = None) -> Federation:
        """Fetch the newest member list, or an earlier one by its number; `of` a partner's."""
        asked = {"list": number, "of": of}
        query = urlencode({name: one for name, one in asked.items() if one is not None})
        return self._json("GET /federation", Federation, query=query, signed=False)

    def join(self, application: str, *, code: str | None) -> int:
        """Apply for membership with a one-time code, or for a change of keys without."""
        body = {"code": code, "application": application}
        answer = self._call("POST /members", body=_write(body), signed=False)
        return structure(_read(answer), _Joined).list

    def invite(self, ref: str, *, language: str, mail_to: str | None) -> Invited:
        """Ask for a link for one candidate; the address is given only when the node mails it."""
        mail = None if mail_to is None else {"to": mail_to}
        body = _write({"ref": ref, "language": language, "mail": mail})
        return self._json("POST /invitations", Invited, body=body)

    def post(self, events: Sequence[Event]) -> tuple[Answer, ...]:
        """Post events; the envelopes authenticate themselves."""
        body = _write({"events": [_event(one) for one in events]})
        answers = self._json("POST /events", _Answers, body=body, signed=False).answers
        if len(answers) != len(events):
            raise MalformedError("answers: not one for each event")
        return tuple(answers)

    def poll(
        self,
        cursors: Mapping[str, str | None],
        *,
        wait: int = 0,
        held: Sequence[str] | None = None,
    ) -> Page:
        """Fetch what is new; `held` names all referrals held, when resynchronising."""
        body: dict[str, Any] = {
            "closures": cursors.get("closures"),
            "events": cursors.get("events"),
            "max": limits.POLL_MAX,
            "wait": wait,
        }
        if held is not None:
            body |= {"held": list(held), "resync": True}
        found = self._json("POST /poll", _Polled, body=_write(body))
        return Page(
            tuple(_received(one) for one in found.closures),
            tuple(_received(one) for one in found.events),
            found.next,
            found.status,
        )

    def put_blob(self, sha256: str, content: bytes, *, to: str, referral: str) -> None:
        """Deposit a sealed dossier for one member."""
        query = urlencode({"to": to, "referral": referral})
        self._call(
            "PUT /blobs",
            resource=sha256,
            query=query,
            body=content,
            content_type="application/octet-stream",
        )

    def get_blob(self, sha256: str) -> bytes:
        """Fetch a sealed dossier addressed to this member."""
        return self._call("GET /blobs", resource=sha256).body

    def vocabulary(self, sha256: str) -> bytes:
        """Fetch an official list of the alliance by its hash, which the caller compares."""
        return self._call("GET /vocabulary", resource=sha256).body

    def tombstones(self, after: str | None) -> tuple[tuple[Event, ...], str | None]:
        """Fetch closing tokens of referrals this member was given or made."""
        query = "" if after is None else urlencode({"after": after})
        found = self._json("GET /tombstones", _Tombstones, query=query)
        return tuple(_received(one) for one in found.tombstones), found.next

    def withdraw(self, withdrawal: str, *, consents: Sequence[str]) -> str:
        """Hand in a person's withdrawal, as anybody may, and return the status told."""
        body = _write({"withdrawal": withdrawal, "with": list(consents)})
        return self._json("POST /withdrawals", _Done, body=body, signed=False).status

    def head(self, number: int | None = None) -> str:
        """Ask a partner node to sign the head of its feed, now or at an earlier row."""
        query = "" if number is None else urlencode({"number": number})
        return self._json("GET /heads", _Head, query=query).head

    def _json(
        self,
        operation: str,
        kind: type[T],
        *,
        query: str = "",
        body: bytes = b"",
        signed: bool = True,
    ) -> T:
        answer = self._call(operation, query=query, body=body, signed=signed)
        return structure(_read(answer), kind)

    def _call(
        self,
        operation: str,
        *,
        resource: str = "",
        query: str = "",
        body: bytes = b"",
        content_type: str = "application/json",
        signed: bool = True,
    ) -> Response:
        request = Request(operation, resource, query, body, content_type=content_type)
        if body:
            request = attrs.evolve(request, digest=content_digest(body))
        if signed:
            request = attrs.evolve(request, authorization=self._token(request))
        answer = self.runtime.transport.call(self.settings.url, request)
        if answer.status >= 300:
            raise _problem(answer)
        if not digest_fits(answer.headers.get(HEADER, ""), answer.body):
            raise UnreachableError("the node's answer did not come whole")
        return answer

    def _token(self, request: Request) -> str:
        at = self.runtime.clock.now()
        return tokens.make(
            iss=self.settings.id,
            aud=self.settings.node,
            op=request.op,
            body=request.body,
            at=at,
            jti=b64(self.runtime.ids.random(limits.ID_BYTES)),
            key=self.signing(),
            suite=self.runtime.sealer,
        )


@attrs.frozen
class _Joined:
    list: int


@attrs.frozen
class _Done:
    status: str


@attrs.frozen
class _Head:
    head: str


@attrs.frozen
class _Answers:
    answers: list[Answer]


@attrs.frozen
class _Polled:
    closures: list[dict[str, Any]]
    events: list[dict[str, Any]]
    next: dict[str, str | None]
    status: Status


@attrs.frozen
class _Tombstones:
    tombstones: list[dict[str, Any]]
    next: str | None = None


@attrs.frozen
class _Received:
    token: str
    with_: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def _received(plain: dict[str, Any]) -> Event:
    read = structure({**plain, "with_": plain.get("with", [])}, _Received)
    return Event(read.token, read.with_, read.parts)


def _event(one: Event) -> dict[str, Any]:
    return {"token": one.token, "with": list(one.with_), "parts": list(one.parts)}


def _write(body: Any) -> bytes:
    return strict.write(unstructure(body))


def _read(answer: Response) -> Any:
    return strict.read(answer.body, limit=limits.ANSWER_BYTES)


def _problem(answer: Response) -> Exception:
    code, detail = _describe(answer)
    if code in CHANGED:
        return UnreachableError("the request did not arrive whole")
    if answer.status in TRY_AGAIN or code == NOT_NOW:
        after = answer.headers.get("Retry-After", answer.headers.get("retry-after", ""))
        if code:
            return NodeBusyError(code, retry_after=int(after) if after.isdigit() else 1)
        return UnreachableError(f"the node answered {answer.status}")
    return RefusedError(code or f"http-{answer.status}", detail)


def _describe(answer: Response) -> tuple[str, str]:
    try:
        problem = _read(answer)
        kind, detail = problem.get("type", ""), problem.get("detail", "")
    except (MalformedError, AttributeError):
        return "", ""
    known = isinstance(kind, str) and kind.startswith(PROBLEM)
    return (kind.removeprefix(PROBLEM), str(detail)) if known else ("", "")
