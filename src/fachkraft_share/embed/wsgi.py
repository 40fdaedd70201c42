"""The shell for WSGI: below the prefix we answer, everything else is the host's."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import attrs

from fachkraft_share.embed.answering import Call, limit
from fachkraft_share.embed.embedded import Embedded
from fachkraft_share.ports.runtime import Response

Environ = Mapping[str, Any]
Start = Callable[..., Any]
PARAMETERS = 2


@attrs.frozen
class Wsgi:
    """A WSGI application around the host's."""

    embedded: Embedded
    inner: Callable[[Environ, Start], Iterable[bytes]]
    prefix: str

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer, or hand on."""
        path = str(environ.get("PATH_INFO", ""))
        if not below(path, self.prefix):
            return self.inner(environ, start_response)
        response = answered(self.embedded, environ, path[len(self.prefix) :], prefix=self.prefix)
        status = HTTPStatus(response.status)
        start_response(f"{status} {status.phrase}", list(headers_of(response).items()))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]


def fits(app: Any) -> bool:
    """Tell whether it takes environ and start_response."""
    return takes(app, PARAMETERS) and not is_async(app)


def mount(embedded: Embedded, app: Any, prefix: str) -> None:
    """Put ourselves around the application."""
    embedded.app = Wsgi(embedded, app, prefix)


def below(path: str, prefix: str) -> bool:
    """Tell whether a path is the prefix or lies below it."""
    return path == prefix or path.startswith(f"{prefix}/")


def answered(embedded: Embedded, environ: Environ, path: str, *, prefix: str) -> Response:
    """Answer a call; `path` lies below the prefix."""
    call = call_of(environ, path, root=f"{environ.get('SCRIPT_NAME', '')}{prefix}")
    if call.method == "POST":
        call = attrs.evolve(call, body=_body(environ, most=limit(embedded, path) + 1))
    return embedded.respond(call)


def call_of(environ: Environ, path: str, *, root: str = "") -> Call:
    """Read a call from the environ, without its body."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    method = environ["REQUEST_METHOD"]
    return Call(
        method,
        path,
        environ,
        headers,
        root=root,
        query=environ.get("QUERY_STRING", ""),
        client=environ.get("REMOTE_ADDR", ""),
        secure=environ.get("wsgi.url_scheme") == "https",
    )


def headers_of(response: Response) -> dict[str, str]:
    """Return all headers of an answer."""
    length = str(len(response.body))
    return {"Content-Type": response.content_type, "Content-Length": length, **response.headers}


def _body(environ: Environ, *, most: int) -> bytes:
    """Read a body, of one that is too large no more than `most`."""
    stated = environ.get("CONTENT_LENGTH") or ""
    if stated.isdecimal():
        most = min(int(stated), most)
    elif not environ.get("wsgi.input_terminated"):
        return b""  # such a server would wait for ever
    body: bytes = environ["wsgi.input"].read(most)
    return body


def is_async(app: Any) -> bool:
    """Tell whether calling the application makes a coroutine."""
    called = app if inspect.isroutine(app) else type(app).__call__
    return inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(app)


def takes(app: Any, count: int) -> bool:
    """Tell whether the application can be called with this many arguments."""
    if not callable(app) or inspect.isclass(app):
        return False
    try:
        inspect.signature(app).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True
