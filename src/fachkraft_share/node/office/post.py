"""`/mail`: letters that wait; reading them here deletes them, so it is a form."""

from typing import Any

from fachkraft_share.node.office.access import ACTS, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def mail_routes(office: Office) -> tuple[Route, ...]:
    """Return the page of the letters; officials do not see it: a letter holds a person's link."""
    outbox = office.node.outbox

    def waiting(visit: Visit) -> Response:
        return _page(visit, waiting=outbox.waiting(signing_in=False), letters=None)

    def read(visit: Visit) -> Response:
        with acted(office.exchange, visit, "mail.read"):
            letters = outbox.read()
        return _page(visit, waiting=outbox.waiting(signing_in=False), letters=letters)

    def _page(visit: Visit, **values: Any) -> Response:
        usable = office.exchange.settings.mail.usable
        return office.page("mail.html", visit, usable=usable, **values)

    return (office_route("/mail", waiting, read, reads=ACTS),)
