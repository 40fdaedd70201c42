"""`/members/invite`: a one-time code for an organisation, and the letter that brings it there."""

from fachkraft_share import limits
from fachkraft_share.node.office.access import ACTS, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.invitation import (
    Wanted,
    folder_of,
    join_command,
    read_wanted,
)
from fachkraft_share.node.office.members import ROLES
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.legal import reached
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def inviting_routes(office: Office) -> tuple[Route, ...]:
    """Return the pages that invite, and take an invitation back."""

    def ask(visit: Visit) -> Response:
        return _form(office, visit, Wanted())

    def invite(visit: Visit) -> Response:
        wanted = read_wanted(visit.form)
        if wanted.faults:
            return _form(office, visit, wanted, status=400)
        with acted(office.exchange, visit, "member.invite"):
            code = office.node.enrolment.invite(
                wanted.name,
                wanted.roles,
                betriebsnummer=wanted.number or None,
                domains=wanted.domains,
                group=wanted.group or None,
            )
        return _letter(office, visit, wanted, code=code)

    def revoke(visit: Visit) -> Response:
        name = visit.form.one("code")
        with acted(office.exchange, visit, "member.revoke"):
            office.node.enrolment.revoke(name)
        return see_other(visit.url("/members", done="revoked"))

    return (
        office_route("/members/invite", ask, invite, reads=ACTS),
        office_route("/members/revoke", None, revoke, reads=ACTS),
    )


def _form(office: Office, visit: Visit, wanted: Wanted, *, status: int = 200) -> Response:
    faults = {name: f"office.fault.{name}" for name in sorted(wanted.faults)}
    values = {"roles": ROLES, "chosen": wanted.roles, "hosted": wanted.hosted, "faults": faults}
    return office.page("invite.html", visit, status=status, **values)


def _letter(office: Office, visit: Visit, wanted: Wanted, *, code: str) -> Response:
    exchange = office.exchange
    return office.page(
        "letter.html",
        visit,
        wanted=wanted,
        code=code,
        command=join_command(code, wanted),
        at=exchange.now(),
        until=exchange.now() + limits.INVITE_CODE_DAYS * limits.DAY,
        alliance=exchange.name,
        contact=reached(exchange.settings.desk),
        place=folder_of(wanted.name),
    )
