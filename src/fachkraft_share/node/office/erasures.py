"""`/erasures`: the deletion board; nothing on it tells who the person is."""

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.office.access import ACTS, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.owed import CONFIRMED, REMINDED, Owed, Standing, board, find
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

_MARKS = {"remind": REMINDED, "confirm": CONFIRMED}


def erasure_routes(office: Office) -> tuple[Route, ...]:
    """Return the board and its two forms."""
    pages = _Pages(office)
    return (
        office_route("/erasures", pages.board),
        office_route("/erasures/one", pages.one),
        office_route("/erasures/mark/{mark}", None, pages.mark, reads=ACTS),
    )


class _Pages:
    def __init__(self, office: Office) -> None:
        self._office = office

    def board(self, visit: Visit) -> Response:
        found, done = board(self._office.exchange), visit.query.get("done", "")
        return self._office.page(
            "erasures.html",
            visit,
            board=found,
            standings=[str(one) for one in Standing],
            most=limits.ERASURES_SHOWN,
            done=done if done in _MARKS else "",
        )

    def one(self, visit: Visit) -> Response:
        found = self._asked(visit.query.get("holder", ""), visit.query.get("referral", ""))
        return self._office.page(
            "erasure.html", visit, one=found, alliance=self._office.exchange.name
        )

    def mark(self, visit: Visit) -> Response:
        action = _MARKS.get(visit.params["mark"])
        if action is None:
            raise RefusedError("not-found")
        office = self._office
        found = self._asked(visit.form.one("holder"), visit.form.one("referral"))
        if action == CONFIRMED and not visit.form.has("sure", "yes"):
            name = office.exchange.name
            return office.page(
                "erasure.html",
                visit,
                status=400,
                one=found,
                alliance=name,
                faults={"sure": "office.erasures.sure_fault"},
            )
        with acted(office.exchange, visit, action, about=found.about):
            pass  # the line itself is the mark; nothing of the protocol changes by it
        return see_other(visit.url("/erasures", done=visit.params["mark"]))

    def _asked(self, holder: str, referral: str) -> Owed:
        found = find(self._office.exchange, holder=holder, referral=referral)
        if found is None:
            raise RefusedError("not-found")
        return found
