"""The shell for Django: `urls` goes into a `path(...)`, as the admin's does; it says the prefix.

Call `init("django", ...)` in `AppConfig.ready`: it runs in every process, also in those of
`manage.py`, so that the host's erasure participants are there wherever somebody synchronises.
"""

import sys
from importlib import import_module
from typing import Any

from fachkraft_share.embed.answering import Call, limit
from fachkraft_share.embed.embedded import Embedded
from fachkraft_share.embed.wsgi import headers_of

NAME = "django"


def fits(app: Any) -> bool:
    """Tell whether Django is meant, and loaded."""
    return isinstance(app, str) and app == NAME and NAME in sys.modules


def mount(embedded: Embedded, _: Any, __: str) -> None:
    """Make what `path(prefix, embedded.urls)` takes."""
    http, urls = import_module("django.http"), import_module("django.urls")
    exempt = import_module("django.views.decorators.csrf").csrf_exempt

    def answered(request: Any, below: str) -> Any:
        response = embedded.respond(_call_of(embedded, request, f"/{below}"))
        return http.HttpResponse(
            response.body, status=response.status, headers=headers_of(response)
        )

    # A hook is signed by its system and has no cookie; the pages look at Sec-Fetch-Site and Origin.
    pattern = urls.re_path(r"^(?P<below>.*)$", exempt(answered), name="page")
    embedded.urls = ([pattern], "fachkraft_share", "fachkraft_share")


def _call_of(embedded: Embedded, request: Any, path: str) -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    most = limit(embedded, path) + 1 if request.method == "POST" else 0
    return Call(
        request.method,
        path,
        request,
        headers,
        request.read(most) if most else b"",
        root=request.path.removesuffix(path),
        query=request.META.get("QUERY_STRING", ""),
        client=request.META.get("REMOTE_ADDR", ""),
        secure=request.is_secure(),
    )
