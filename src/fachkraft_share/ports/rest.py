"""A web interface as an adapter holds it: addresses, credentials, paging, patience, bounds.

1. Credentials go to the base address' host and to a token's issuer, and nowhere else.
2. Only calls that may be repeated are, so many times and so long as `limits` says.
3. Nothing the system answers stands in an error; which of ours it is tells what to do.
4. A link to a document is fetched in the step that was given it and kept nowhere.
"""

from collections.abc import Callable, Collection, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import attrs
import requests
from urllib3.exceptions import HTTPError

from fachkraft_share import limits
from fachkraft_share.errors import (
    InvalidRecordError,
    PermanentAdapterError,
    TemporaryAdapterError,
)
from fachkraft_share.ports import machine
from fachkraft_share.ports.http import plain_session
from fachkraft_share.ports.rest_address import checked_base, is_inside, origin
from fachkraft_share.ports.rest_answer import Answer, error_of
from fachkraft_share.ports.rest_auth import Auth, anonymous
from fachkraft_share.ports.rest_paging import Paging, items_of
from fachkraft_share.ports.runtime import Clock, Pause

_REPEATED: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})  # RFC 9110 § 9.2.2
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 * 1024


@attrs.frozen
class Part:
    """One file of a form (RFC 7578)."""

    field: str
    name: str
    media_type: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class _Call:
    method: str
    address: str
    arguments: Mapping[str, Any] = attrs.field(repr=False)
    auth: Auth = attrs.field(repr=False)


class Rest:
    """Calls one web interface; an adapter holds one, or a second one that shows no credentials.

    `wait` is how long to wait after 429 when the vendor names no time: its documented window.
    """

    def __init__(
        self,
        base: str,
        *,
        auth: Auth | None = None,
        headers: Mapping[str, str] | None = None,
        wait: int = limits.REST_WAIT,
        timeout: tuple[float, float] = limits.REST_TIMEOUT,
        clock: Clock | None = None,
        pause: Pause = machine.pause,
        ca_file: str | None = None,
        proxy: str | None = None,
    ) -> None:
        self.base = checked_base(base)
        self._auth = auth or anonymous()
        self._wait = wait
        self._timeout = timeout
        self._clock = clock or machine.SystemClock()
        self._pause = pause
        self._session = plain_session(ca_file=ca_file, proxy=proxy)
        self._headers = {"Accept": "application/json", **(headers or {})}
        # Unpacked, an answer may take a thousand times the bytes it came in.
        self._session.headers["Accept-Encoding"] = "identity"

    def close(self) -> None:
        """Close the connections kept alive."""
        self._session.close()

    def get(self, path: str, **how: Any) -> Answer:
        """Read; see `call`."""
        return self.call("GET", path, **how)

    def post(self, path: str, **how: Any) -> Answer:
        """Create, or whatever the system means; see `call`."""
        return self.call("POST", path, **how)

    def put(self, path: str, **how: Any) -> Answer:
        """Replace; see `call`."""
        return self.call("PUT", path, **how)

    def patch(self, path: str, **how: Any) -> Answer:
        """Change; see `call`."""
        return self.call("PATCH", path, **how)

    def delete(self, path: str, **how: Any) -> Answer:
        """Delete; see `call`."""
        return self.call("DELETE", path, **how)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        parts: Collection[Part] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Container[int] = (),
        again: bool | None = None,
        auth: Auth | None = None,
        elsewhere: bool = False,
    ) -> Answer:
        """Call and return the answer, read whole.

        `expect` names statuses to be handed back instead of raised; `again` says whether the call
        may be repeated where its method does not; `elsewhere` lets the path be an address of
        another host, to which nothing of ours goes but `auth`.

        Raises:
            TemporaryAdapterError: no answer, 429, 5xx; carries what was told of when to come back.
            CredentialsError: 401 even with a new token, 403.
            InvalidRecordError: 400, 413, 415, 422.
            PermanentAdapterError: any other, an answer too large, a way to another host.
        """
        files = [(one.field, (one.name, one.content, one.media_type)) for one in parts]
        arguments = {
            "params": params,
            "json": json,
            "data": form if body is None else body,
            "files": files or None,
            "headers": dict(headers or {}),
        }
        address = self._issuer(path) if elsewhere else self._address(path)
        call = _Call(method, address, arguments, auth or self._auth)
        return self._patiently(
            call, expect, repeated=method in _REPEATED if again is None else again
        )

    def pages(
        self, path: str, paging: Paging, *, params: Mapping[str, Any] | None = None
    ) -> Iterator[Any]:
        """Yield the items of a list, piece by piece.

        Raises:
            PermanentAdapterError: the list does not end, comes again, or goes to another host.
        """
        asked: tuple[str, Mapping[str, Any]] = (path, {**(params or {}), **paging.first()})
        been: set[str] = set()
        for number in range(limits.REST_PAGES):
            if str(asked) in been:
                break
            been.add(str(asked))
            answer = self.get(asked[0], params=asked[1])
            items = items_of(answer, paging.items)
            yield from items
            following = paging.following(answer, number, count=len(items))
            if following is None:
                return
            if following.address:
                asked = (urljoin(self._address(asked[0]), following.address), {})
            else:
                asked = (path, {**(params or {}), **following.params})
        raise PermanentAdapterError("the list does not end")

    def document(self, link: str, *, params: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """Yield what is behind a path, or behind a link the system has just handed out.

        Raises:
            InvalidRecordError: it is larger than a document may be.
            PermanentAdapterError: a link to where nothing is fetched from.
            TemporaryAdapterError: it does not come, or not to its end.
        """
        call = _Call("GET", self._link(self._absolute(link)), {"params": params}, self._auth)
        renewed = False
        for _ in range(limits.REST_REDIRECTS + 1):
            with self._opened(call) as answer:
                head = _head(answer)
                if head.status in _MOVED:
                    call = _moved(call, head, self._link)
                    continue
                if head.status == 401 and not renewed and self._auth.renewed():
                    renewed = True
                    continue
                self._judge(head)
                yield from self._pieces(answer, limits.BLOB_BYTES, InvalidRecordError)
                return
        raise PermanentAdapterError("a document that is always somewhere else")

    def clock_difference(self, path: str = "/", **how: Any) -> int:
        """Return the system's clock minus ours, in seconds, for `check`; any answer does."""
        how["headers"] = {"Accept": "*/*", **(how.get("headers") or {})}
        return self.get(path, **how).clock_difference(at=self._clock.now())

    # One call ---------------------------------------------------------------------------------

    def _patiently(self, call: _Call, expect: Container[int], *, repeated: bool) -> Answer:
        tries, renewed = 0, False
        while True:
            tries += 1
            try:
                answer = self._answer(call, expect)
                if answer.status == 401 and not renewed and call.auth.renewed():
                    renewed = True  # at most once: what is refused twice stays refused
                    continue
                self._judge(answer, expect)
            except TemporaryAdapterError as error:
                seconds = error.retry_after or limits.REST_BACKOFF << (tries - 1)
                if not repeated or tries >= limits.REST_TRIES or seconds > limits.REST_PATIENCE:
                    raise
                self._pause(seconds)
            else:
                return answer

    def _answer(self, call: _Call, expect: Container[int]) -> Answer:
        for _ in range(limits.REST_REDIRECTS + 1):
            with self._opened(call) as opened:
                pieces = self._pieces(opened, limits.REST_ANSWER_BYTES, PermanentAdapterError)
                answer = attrs.evolve(_head(opened), body=b"".join(pieces))
            if answer.status not in _MOVED or answer.status in expect:
                return answer
            if call.method != "GET":
                raise PermanentAdapterError("the system sends us elsewhere; check the address")
            call = _moved(call, answer, self._address)
        raise PermanentAdapterError("the system sends us round in circles")

    @contextmanager
    def _opened(self, call: _Call) -> Iterator[requests.Response]:
        at_home = self._at_home(call.address)
        headers = {**self._headers, **(call.arguments.get("headers") or {})} if at_home else {}
        if at_home or call.auth is not self._auth:
            headers |= call.auth.headers(self, at=self._clock.now())
        try:
            with self._session.request(
                call.method,
                call.address,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                **{**call.arguments, "headers": headers},
            ) as answer:
                yield answer
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise PermanentAdapterError("an address nobody understands") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise TemporaryAdapterError("the system does not answer") from error

    def _pieces(
        self,
        answer: requests.Response,
        most: int,
        too_large: type[InvalidRecordError] | type[PermanentAdapterError],
    ) -> Iterator[bytes]:
        if answer.headers.get("Content-Encoding", "identity") not in ("", "identity"):
            raise PermanentAdapterError("the system packs its answers although asked not to")
        latest, size = self._clock.now() + limits.REST_SECONDS, 0
        while piece := answer.raw.read1(_CHUNK):
            size += len(piece)
            if size > most:
                raise too_large(f"larger than {most} bytes")
            if self._clock.now() > latest:
                raise TemporaryAdapterError("the answer takes too long")
            yield piece
        told = answer.headers.get("Content-Length", "")
        if told.isdigit() and size < int(told) and answer.request.method != "HEAD":
            raise TemporaryAdapterError("the answer did not come whole")

    def _judge(self, answer: Answer, expect: Container[int] = ()) -> None:
        error = error_of(answer, expect, at=self._clock.now(), wait=self._wait)
        if error is not None:
            raise error

    # Addresses --------------------------------------------------------------------------------

    def _address(self, path: str) -> str:
        address = self._absolute(path)
        if not self._at_home(address):
            raise PermanentAdapterError("an address of another host")
        return address

    def _issuer(self, path: str) -> str:
        address = self._absolute(path)
        checked_base(address)
        return address

    def _absolute(self, path: str) -> str:
        return self.base + path if path.startswith("/") else path

    def _at_home(self, address: str) -> bool:
        return origin(address) == origin(self.base)

    def _link(self, address: str) -> str:
        if self._at_home(address):
            return address
        host = urlsplit(address).hostname or ""
        if not address.startswith("https://") or is_inside(host):
            raise PermanentAdapterError("a link to where no document is fetched from")
        return address


def _moved(call: _Call, answer: Answer, checked: Callable[[str], str]) -> _Call:
    address = checked(urljoin(call.address, answer.headers.get("location", "")))
    return attrs.evolve(call, address=address, arguments={**call.arguments, "params": None})


def _head(answer: requests.Response) -> Answer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status_code, headers, b"")
