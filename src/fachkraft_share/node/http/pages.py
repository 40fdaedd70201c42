"""The operator's pages as HTML, on the shared template, in German and English."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.web.environment import environment
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.languages import choose
from fachkraft_share.web.saying import Saying


def page(
    name: str,
    request: Request,
    exchange: Exchange,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """Return a page in the reader's language."""
    asked = request.query_params.get("lang", "")
    language = choose(asked, request.headers.get("accept-language", ""))
    texts = exchange.plugged.catalogue(language)
    context = {
        "t": texts.text,
        "texts": texts,
        "say": Saying(texts),
        "lang": texts.tag,
        "settings": exchange.desk_settings(),
        "root": request.scope.get("root_path", ""),
        "home_query": f"?lang={language}",
        "switch": f"{request.url.path}?lang={{}}".format,
    }
    html = environment("fachkraft_share.node.http").get_template(name).render(context | values)
    return Response(html, status, {**PAGE_HEADERS, **(headers or {})}, "text/html; charset=utf-8")


def wants_json(request: Request) -> bool:
    """Tell whether the caller would rather have JSON than a page."""
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted
