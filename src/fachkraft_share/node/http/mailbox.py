"""`/-/mail`: until a mail server is set, the operator reads the letters here and sends them.

A page that is only opened shows how many letters wait. A button shows them, another one deletes
what was shown; a program that asks for JSON reads and deletes in one POST. A letter that signs
staff in is given to whoever has the operator's token, never to a coordinator.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.http.bodies import Allowance
from fachkraft_share.node.http.operator import REALM, admits, has_token, is_local
from fachkraft_share.node.http.pages import page, wants_json
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.node.records import Letter
from fachkraft_share.web.forms import read_form, same_site
from fachkraft_share.web.headers import PAGE_HEADERS


def mailbox_routes(shell: Shell) -> list[Route]:
    """Return the route of the operator's mail; for everybody else there is nothing."""
    exchange, outbox = shell.node.exchange, shell.node.outbox

    async def mail(request: Request) -> Response:
        if not await admits(request, shell):
            return page("token.html", request, exchange, status=401, headers=REALM)
        if request.method == "GET":
            return await _waiting(request)
        if not same_site(request.headers, own=(str(request.base_url),)):
            raise RefusedError("cross-site", "sent from a foreign page")
        mine = is_local(request) and has_token(request, exchange.keys.operator)
        if wants_json(request):
            letters = await shell.run(partial(outbox.read, signing_in=mine))
            return JSONResponse({"letters": [_plain(one) for one in letters]})
        return await _in_two_steps(request, mine=mine)

    async def _waiting(request: Request) -> Response:
        count = await shell.run(outbox.waiting)
        if wants_json(request):
            return JSONResponse({"waiting": count})
        return page("mail.html", request, exchange, waiting=count, letters=None)

    async def _in_two_steps(request: Request, *, mine: bool) -> Response:
        allowance = Allowance(limits.FORM_BYTES)
        async with shell.bodies.read(request.headers, request.receive, allowance=allowance) as body:
            kind = request.headers.get("content-type", "")
            keys = read_form(body, kind).all("letter") if body else ()
        if not keys:
            letters = await shell.run(partial(outbox.show, signing_in=mine))
            return page("mail.html", request, exchange, waiting=0, letters=letters)
        await shell.run(partial(outbox.sent, keys, signing_in=mine))
        return RedirectResponse(f"mail?{request.url.query}", 303, PAGE_HEADERS)

    return [Route("/-/mail", mail, methods=["GET", "POST"])]


def _plain(letter: Letter) -> dict[str, str]:
    return {"to": letter.to, "subject": letter.subject, "text": letter.text}
