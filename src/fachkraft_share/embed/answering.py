"""What is answered below the prefix, whatever the host's framework: one call in, one answer out.

1. What is personal, or tells of people, is answered only where the host's own `allow` says True.
2. A hook leaves one note and nothing of its content; see `member.rereading`.
3. Nothing here synchronises; only what a person decides on a page is handed to the node.

What is for machines are the rows of `ROUTES`; what is for people lies below `pages/`, and the
prefix itself leads there.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    BusyError,
    FachkraftShareError,
    InvalidRecordError,
    RefusedError,
    StateError,
    UnsupportedCapabilityError,
)
from fachkraft_share.member import checking, rereading
from fachkraft_share.member.reading import Match, Received
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.formats.json_resume import write_json_resume
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.visit import Call as PageCall
from fachkraft_share.wire.convert import unstructure

if TYPE_CHECKING:
    from fachkraft_share.embed.embedded import Embedded

LOCKED: Final = "the host application lets nobody in: give `fachkraft_share.init` its `allow=`"
REFUSED: Final = "the host application does not let you in: sign in there first"
NO_PAGES: Final = 'pages are not installed: pip install "fachkraft-share[web]"'
PAGES: Final = "pages"
_HOOKS: Final = {"hook-size": 413, "hook-signature": 401, "hook-age": 400}
_WORST: Final = (Level.OK, Level.WARN, Level.FAIL)


@attrs.frozen
class Call:
    """One call below the prefix; `host` is what `allow` is asked with."""

    method: str
    path: str
    host: Any = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)  # names in lower case
    body: bytes = attrs.field(default=b"", repr=False)  # one byte over the limit if there is more
    root: str = ""  # the prefix as a browser sees it
    query: str = attrs.field(default="", repr=False)
    client: str = attrs.field(default="", repr=False)
    secure: bool = False


@attrs.frozen
class Route:
    """How a path is answered; `open` to everybody, else the host must allow it."""

    method: str
    answer: Callable[["Embedded", Call, str], Response]
    open: bool = False
    named: bool = False  # the path goes on with a name


def respond(embedded: "Embedded", call: Call) -> Response:
    """Answer the call; an error becomes a problem (RFC 9457) that quotes nothing."""
    head, _, name = call.path.strip("/").partition("/")
    if head in ("", PAGES):
        return _pages(embedded, call)
    route = ROUTES.get(head)
    if route is None or bool(name) is not route.named:
        return problem(404, "there is no such page")
    if call.method not in (route.method, "HEAD" if route.method == "GET" else route.method):
        return problem(405, f"this is for {route.method}", Allow=route.method)
    try:
        if not route.open and not embedded.allows(call.host):
            return problem(403, REFUSED if embedded.allow else LOCKED)
        return route.answer(embedded, call, name)
    except FachkraftShareError as error:
        return _problem_of(error)


def limit(embedded: "Embedded", path: str) -> int:
    """Return how many bytes a body sent to this path may have."""
    if is_page(path):
        site = embedded.site()
        return limits.FORM_BYTES if site is None else site.limit(below_pages(path))
    return limits.HOOK_BYTES


def is_page(path: str) -> bool:
    """Tell whether a path is for people."""
    return path.strip("/").partition("/")[0] in ("", PAGES)


def below_pages(path: str) -> str:
    """Return the path as the inbox's site knows it."""
    return path.removeprefix(f"/{PAGES}") or "/"


def _pages(embedded: "Embedded", call: Call) -> Response:
    root = f"{call.root}/{PAGES}"
    if not call.path.startswith(f"/{PAGES}/"):
        return Response(303, b"", "text/plain", {**PAGE_HEADERS, "Location": f"{root}/"})
    site = embedded.site()
    if site is None:
        return problem(501, NO_PAGES)
    asked = PageCall(
        call.method,
        below_pages(call.path),
        root=root,
        query=call.query,
        headers=call.headers,
        body=call.body,
        client=call.client,
        secure=call.secure,
        host=call.host,
    )
    return site.respond(asked)


def problem(status: int, title: str, **headers: str) -> Response:
    """Return a problem; its title is one sentence."""
    said = {"type": "about:blank", "status": status, "title": title}
    return _json(said, status=status, content_type="application/problem+json", headers=headers)


def _json(
    value: object,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, body, content_type, {**PAGE_HEADERS, **(headers or {})})


def _problem_of(error: FachkraftShareError) -> Response:
    match error:
        case BusyError():
            return problem(503, "try again later", **{"Retry-After": str(error.retry_after)})
        case RefusedError():
            return problem(_HOOKS.get(error.code, 403), error.code)
        case StateError():
            return problem(409, str(error))
        case UnsupportedCapabilityError():
            return problem(404, "this system announces nothing")
        case InvalidRecordError():
            return problem(400, "this hook cannot be read")
        case AdapterError():
            return problem(502, "the outside system refused or did not answer")
        case _:
            return problem(503, f"not now ({type(error).__name__}); run: fachkraft-share doctor")


def _health(embedded: "Embedded", call: Call, _: str) -> Response:
    """Say how the member is; what exactly is wrong is for those the host lets in."""
    findings = checking.at_home(embedded.member.engine)
    full = embedded.allow is not None and embedded.allows(call.host)
    checks = [_finding(one, full=full) for one in findings]
    worst = max((one.health.level for one in findings), key=_WORST.index)
    return _json({"status": worst, "checks": checks}, status=503 if worst is Level.FAIL else 200)


def _finding(one: checking.Finding, *, full: bool) -> dict[str, str]:
    said = {"id": one.id, "title": one.title, "level": str(one.health.level)}
    if full and one.health.cause:
        said |= {"cause": one.health.cause, "fix": one.health.fix}
    return said


def _hook(embedded: "Embedded", call: Call, name: str) -> Response:
    """Note that a system is to be read; the adapter has verified the raw call."""
    engine = embedded.member.engine
    adapter = engine.adapters.get(name) or engine.sites.get(name)
    if adapter is None:
        return problem(404, "no system is connected under this name")
    if adapter.hint(call.headers, call.body, at=engine.now()) is None:
        return _json({"noted": False})
    rereading.note(engine, name)
    return _json({"noted": True}, status=202)


def _inbox(embedded: "Embedded", _: Call, __: str) -> Response:
    return _json({"matches": [_match(one) for one in embedded.member.inbox()]})


def _match(one: Match) -> Any:
    return unstructure(one)


def _received(embedded: "Embedded", _: Call, __: str) -> Response:
    return _json({"received": [_dossier(one) for one in embedded.member.received()]})


def _dossier(one: Received) -> dict[str, Any]:
    """Return the dossier as JSON Resume; of documents only what they are."""
    papers = one.candidate.documents
    return {
        "referral": one.referral,
        "request": one.request,
        "origin": one.origin,
        "days_left": one.days_left,
        "candidate": write_json_resume(attrs.evolve(one.candidate, documents=())),
        "documents": [
            {"name": paper.name, "kind": str(paper.kind), "media_type": paper.media_type}
            | {"bytes": len(paper.content)}
            for paper in papers
        ],
    }


ROUTES: Final[Mapping[str, Route]] = {
    "health": Route("GET", _health, open=True),
    "hooks": Route("POST", _hook, open=True, named=True),
    "inbox": Route("GET", _inbox),
    "received": Route("GET", _received),
}
