"""The desk over HTTP: limits and origin checks before anything is read, work in a thread."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.desk.deciding import Deciding
from fachkraft_share.node.desk.handouts import Handouts
from fachkraft_share.node.desk.pages import Answer, Pages
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.node.desk.visit import Visit
from fachkraft_share.ports.runtime import Response as Answered
from fachkraft_share.web.assets import asset
from fachkraft_share.web.forms import EMPTY, Form, read_form, same_site
from fachkraft_share.web.headers import FILE_HEADERS

Work = Callable[[Visit], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]


def desk_routes(desk: Desk) -> list[Route]:
    """Return the routes of the home page, the static files and the desk."""
    pages = Pages(desk)
    deciding, handouts = Deciding(desk, pages), Handouts(desk, pages)
    own = (desk.node, desk.link(""))
    table: tuple[tuple[str, Work | None, Work | None], ...] = (
        ("", pages.show, None),
        ("/choose", deciding.choose, deciding.choose),
        ("/check", None, deciding.check),
        ("/change", None, deciding.change),
        ("/grant", None, deciding.grant),
        ("/decline", deciding.declining, deciding.decline),
        ("/later", deciding.later, deciding.defer),
        ("/later.ics", handouts.reminder, None),
        ("/holders", pages.holders, None),
        ("/renew", deciding.renewal, deciding.renew),
        ("/withdraw", pages.withdrawing, pages.withdraw),
        ("/request/{resource}", pages.request, None),
        ("/answer", None, pages.answer),
        ("/rights", pages.rights, pages.exercise),
        ("/rights/{resource}", pages.right, None),
        ("/complain", pages.complain, None),
        ("/papers", pages.papers, None),
        ("/receipt", handouts.receipt, None),
        ("/link", pages.link, None),
        ("/receipt.pdf", handouts.receipt_pdf, None),
        ("/receipt.json", handouts.receipt_file, None),
        ("/about.json", handouts.about, None),
        ("/resume.json", handouts.resume, None),
        ("/hr-open.json", handouts.hr_open, None),
        ("/europass.xml", handouts.europass, None),
        ("/bundle.json", handouts.bundle, None),
        ("/", pages.show, None),
        ("/{rest:path}", pages.unknown, pages.unknown),
    )
    routes = [
        Route("/", _endpoint(pages, pages.home, None, own=own), methods=["GET"]),
        Route("/static/{name}", _static, methods=["GET"]),
    ]
    for path, get, post in table:
        endpoint = _endpoint(pages, get, post, own=own)
        routes.append(Route(f"/d/{{secret}}{path}", endpoint, methods=["GET", "POST"]))
    return routes


def _endpoint(
    pages: Pages, get: Work | None, post: Work | None, *, own: tuple[str, ...]
) -> Endpoint:
    async def serve(request: Request) -> Response:
        visit = _visit(request)
        if request.method != "POST":
            # A form's address opened by itself, as after a reload: show where the person stands.
            return await _answer(pages, get or pages.show, visit)
        if post is None:
            return await _answer(pages, get or pages.show, visit)
        try:
            form = await _form(request, own=own)
        except RefusedError as error:
            return _response(await run_in_threadpool(pages.refused, visit, error.code))
        return await _answer(pages, post, _visit(request, form))

    return serve


async def _answer(pages: Pages, work: Work, visit: Visit) -> Response:
    return _response(await run_in_threadpool(pages.guarded, work, visit))


def _visit(request: Request, form: Form = EMPTY) -> Visit:
    return Visit(
        secret=str(request.path_params.get("secret", "")),
        resource=str(request.path_params.get("resource", "")),
        query={name: request.query_params[name] for name in request.query_params},
        form=form,
        accepted=request.headers.get("accept-language", ""),
        path=request.url.path,
        root=str(request.scope.get("root_path", "")).rstrip("/"),
    )


async def _form(request: Request, *, own: tuple[str, ...]) -> Form:
    """Read a form that was sent from our own page.

    Raises:
        RefusedError: `cross-site`, `too-large`, `malformed`.
    """
    here = (*own, f"//{request.headers.get('host', '')}")
    if not same_site(request.headers, own=here):
        raise RefusedError("cross-site", "sent from a foreign page")
    body = await _body(request)
    return read_form(body, request.headers.get("content-type", "")) if body else EMPTY


async def _body(request: Request) -> bytes:
    """Read the body; stop as soon as it is larger than any form.

    Raises:
        RefusedError: `too-large`, or `malformed` when the sender went away.
    """
    found = bytearray()
    try:
        async for chunk in request.stream():
            found += chunk
            if len(found) > limits.FORM_BYTES:
                raise RefusedError("too-large", "larger than any form")
    except ClientDisconnect as error:
        raise RefusedError("malformed", "the form did not arrive") from error
    return bytes(found)


def _response(answer: Answer | Answered) -> Response:
    return Response(
        answer.body,
        answer.status,
        headers=dict(answer.headers),
        media_type=answer.content_type,
    )


def _static(request: Request) -> Response:
    name = str(request.path_params["name"])
    packed = "gzip" in request.headers.get("accept-encoding", "")
    try:
        return _response(asset(name, packed=packed))
    except RefusedError:
        return Response(status_code=404, headers=FILE_HEADERS)
