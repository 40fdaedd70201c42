"""`/members`: who belongs to the alliance, and what a coordinator changes about it.

Every change has a page that says what it causes, and is made by the form on it.
"""

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.alliance.roll import demand_roles
from fachkraft_share.node.office.access import ACTS, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.changes import CHANGES, Change, changes_from
from fachkraft_share.node.office.roll import MemberLine, history, member, members, open_codes
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

ROLES = ("employer", "education", "advice", "coordinator")
_TOLD = frozenset({*CHANGES, "roles"})  # what a page may say was done


def member_routes(office: Office) -> tuple[Route, ...]:
    """Return the pages about members."""
    pages = _Pages(office)
    return (
        office_route("/members", pages.listing),
        office_route("/members/one", pages.one),
        office_route("/members/roles", pages.ask_roles, pages.give_roles, reads=ACTS),
        office_route("/members/change/{change}", pages.ask, pages.do, reads=ACTS),
    )


class _Pages:
    def __init__(self, office: Office) -> None:
        self._office = office

    def listing(self, visit: Visit) -> Response:
        found, codes = members(self._office.exchange), open_codes(self._office.exchange)
        gone = visit.query.get("done", "")
        done = gone if gone in CHANGES or gone == "revoked" else ""
        return self._office.page("members.html", visit, members=found, codes=codes, done=done)

    def one(self, visit: Visit) -> Response:
        found, done = self._asked(visit), visit.query.get("done", "")
        return self._office.page(
            "member.html",
            visit,
            member=found,
            history=history(self._office.exchange, found.id),
            changes=changes_from(found.organisation.status),
            done=done if done in _TOLD else "",
        )

    def ask(self, visit: Visit) -> Response:
        found, change = self._asked(visit), self._change(visit)
        return self._office.page("change.html", visit, member=found, change=change)

    def do(self, visit: Visit) -> Response:
        office, change = self._office, self._change(visit)
        found = self._asked(visit, id=visit.form.one("id"))
        if change.final and not visit.form.has("sure", "yes"):
            faults = {"sure": "office.change.sure_fault"}
            return office.page(
                "change.html", visit, status=400, member=found, change=change, faults=faults
            )
        with acted(office.exchange, visit, change.action, about=found.id):
            if found.organisation.status not in change.before:
                raise RefusedError("office-stale")
            office.node.authority.change(found.id, change.status)
        if change.final:
            return see_other(visit.url("/members", done=change.name))
        return see_other(visit.url("/members/one", id=found.id, done=change.name))

    def ask_roles(self, visit: Visit) -> Response:
        found = self._asked(visit)
        return self._roles_page(visit, found, chosen=found.organisation.roles, status=200)

    def give_roles(self, visit: Visit) -> Response:
        office, found = self._office, self._asked(visit, id=visit.form.one("id"))
        chosen = tuple(one for one in visit.form.all("role") if one in ROLES)
        if not chosen:
            return self._roles_page(visit, found, chosen=chosen, status=400)
        with acted(office.exchange, visit, "member.roles", about=found.id):
            office.node.authority.give_roles(found.id, demand_roles(chosen))
        return see_other(visit.url("/members/one", id=found.id, done="roles"))

    def _roles_page(
        self, visit: Visit, found: MemberLine, *, chosen: tuple[str, ...], status: int
    ) -> Response:
        faults = {} if chosen else {"role": "office.fault.role"}
        values = {"member": found, "roles": ROLES, "chosen": chosen, "faults": faults}
        return self._office.page("roles.html", visit, status=status, **values)

    def _asked(self, visit: Visit, *, id: str = "") -> MemberLine:
        return member(self._office.exchange, id or visit.query.get("id", ""))

    def _change(self, visit: Visit) -> Change:
        found = CHANGES.get(visit.params["change"])
        if found is None:
            raise RefusedError("not-found")
        return found
