"""Reading a call strictly and answering it: JSON in, JSON or a problem out."""

from typing import Any, TypeVar
from urllib.parse import parse_qsl

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, MalformedError, RefusedError
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol import problems
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.digest import HEADER, content_digest, digest_fits

JSON_TYPE = "application/json"
T = TypeVar("T")


def read_json(request: Request, kind: type[T], *, limit: int = limits.REQUEST_BYTES) -> T:
    """Read a JSON body of exactly this shape.

    Raises:
        RefusedError: `media-type`, `too-large`.
        MalformedError: not strict JSON or not of the shape.
    """
    return structure(read_object(request, limit=limit), kind, closed=True)


def read_object(request: Request, *, limit: int) -> dict[str, Any]:
    """Read a JSON object."""
    if media_type(request) != JSON_TYPE:
        raise RefusedError("media-type", f"send {JSON_TYPE}")
    if len(request.body) > limit:
        raise RefusedError("too-large", f"at most {limit} bytes")
    if request.body.count(b",") >= limits.BODY_VALUES:
        raise RefusedError("too-large", f"at most {limits.BODY_VALUES} values")
    value = strict.read(request.body, limit=limit)
    if not isinstance(value, dict):
        raise MalformedError("the body is not an object")
    return value


def demand_whole(request: Request, *, limit: int) -> None:
    """Refuse what is too large, or not what was sent.

    Raises:
        RefusedError: `too-large` or `digest`.
    """
    if len(request.body) > limit:
        raise RefusedError("too-large", f"at most {limit} bytes")
    if request.digest and not digest_fits(request.digest, request.body):
        raise RefusedError("digest", "the body was changed on its way; send it again")


def media_type(request: Request) -> str:
    """Return the media type without its parameters."""
    return request.content_type.partition(";")[0].strip().lower()


def read_query(request: Request, *names: str) -> dict[str, str]:
    """Read the query; each name at most once, no other names.

    Raises:
        MalformedError: anything else.
    """
    try:
        pairs = parse_qsl(
            request.query,
            keep_blank_values=True,
            strict_parsing=bool(request.query),
            errors="strict",
        )
    except ValueError as error:
        raise MalformedError("the query cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs) or not found.keys() <= set(names):
        raise MalformedError("the query has unknown or repeated names")
    return found


def answer(value: Any, *, status: int = 200) -> Response:
    """Return a JSON answer."""
    return plain_answer(unstructure(value), status=status)


def plain_answer(value: dict[str, Any], *, status: int = 200) -> Response:
    """Return a JSON answer of what has its form on the wire already."""
    body = strict.write(value)
    return Response(status, body, headers={HEADER: content_digest(body)})


def whole(response: Response) -> Response:
    """Return the answer with the digest by which its reader sees that it came whole."""
    headers = {**response.headers, HEADER: content_digest(response.body)}
    return attrs.evolve(response, headers=headers)


def refusal(error: FachkraftShareError, *, at: int) -> Response:
    """Return the problem an error is told as; `clock` and its kind carry the node's time."""
    code = problems.code_of(error)
    detail = error.detail if isinstance(error, RefusedError) else _detail(error, code)
    return problem(code, detail, at=at, retry=getattr(error, "retry_after", None))


def _detail(error: FachkraftShareError, code: str) -> str:
    return str(error) if code in ("malformed", "signature", "not-now") else ""


def problem(code: str, detail: str = "", *, at: int, retry: int | None = None) -> Response:
    """Return a problem document (RFC 9457) with the headers that belong to its status."""
    more = {"now": at} if code == "clock" else {}
    written = problems.document(code, detail, **more)
    status, headers = written["status"], {}
    if status == 401:
        headers["WWW-Authenticate"] = "FKS"
    if status in (429, 503):
        headers["Retry-After"] = str(retry or _RETRY.get(code, 1))
    return Response(status, strict.write(written), problems.MEDIA_TYPE, headers, code)


_RETRY = {
    "quota": limits.HOUR,
    "too-many-requests": limits.HOUR,
    "quarantine": limits.MINUTE,
    "list-expired": limits.MINUTE,
}
