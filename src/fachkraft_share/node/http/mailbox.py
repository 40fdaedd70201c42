"""`/-/mail`: until a mail server is set, the operator reads the letters here and sends them.

Reading deletes, so it is a POST; a page that is only opened shows how many letters wait. A letter
that signs staff in is given to whoever has the operator's token, never to a coordinator.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.http.operator import REALM, admits, has_token, is_local
from fachkraft_share.node.http.pages import page, wants_json
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.node.records import Letter
from fachkraft_share.web.forms import same_site


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
        return await _letters(request)

    async def _waiting(request: Request) -> Response:
        count = await shell.run(outbox.waiting)
        if wants_json(request):
            return JSONResponse({"waiting": count})
        return page("mail.html", request, exchange, waiting=count, letters=None)

    async def _letters(request: Request) -> Response:
        mine = is_local(request) and has_token(request, exchange.keys.operator)
        letters = await shell.run(partial(outbox.read, signing_in=mine))
        if wants_json(request):
            return JSONResponse({"letters": [_plain(one) for one in letters]})
        return page("mail.html", request, exchange, waiting=0, letters=letters)

    return [Route("/-/mail", mail, methods=["GET", "POST"])]


def _plain(letter: Letter) -> dict[str, str]:
    return {"to": letter.to, "subject": letter.subject, "text": letter.text}
