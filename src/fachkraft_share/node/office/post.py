"""`/mail`: letters that wait: first shown, then, once somebody has sent them, deleted.

Both are forms: whoever sees a letter sees a person's link, and the record says who did. What nobody
deletes goes after 24 hours like any letter.
"""

from typing import Any

from fachkraft_share.node.office.access import ACTS, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def mail_routes(office: Office) -> tuple[Route, ...]:
    """Return the page of the letters; officials do not see it: a letter holds a person's link."""
    outbox = office.node.outbox

    def waiting(visit: Visit) -> Response:
        return _page(visit, letters=None)

    def show(visit: Visit) -> Response:
        with acted(office.exchange, visit, "mail.read"):
            letters = outbox.show()
        return _page(visit, letters=letters)

    def sent(visit: Visit) -> Response:
        with acted(office.exchange, visit, "mail.sent"):
            outbox.sent(visit.form.all("letter"))
        return see_other(visit.url("/mail", done="sent"))

    def _page(visit: Visit, **values: Any) -> Response:
        values["usable"] = office.exchange.settings.mail.usable
        values["waiting"] = outbox.waiting(signing_in=False)
        return office.page("mail.html", visit, done=visit.query.get("done") == "sent", **values)

    return (
        office_route("/mail", waiting, show, reads=ACTS),
        office_route("/mail/sent", None, sent, reads=ACTS),
    )
