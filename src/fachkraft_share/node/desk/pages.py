"""The desk's pages: a visit in, an answer out; every rule stands in the façade."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.model.consent import Category
from fachkraft_share.node.desk.room import Room, secret_of
from fachkraft_share.node.desk.views import ContactView, Stage, View
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import Right
from fachkraft_share.web.visit import Visit

_HOLDERS = (Stage.OPEN, Stage.CLOSED, Stage.DECLINED)


@attrs.frozen
class Pages:
    """The pages of whoever has decided: who has the data, requests, rights, the way out."""

    room: Room
    office: str = ""  # the path where coordinators sign in

    def home(self, visit: Visit) -> Response:
        """Show what this node is and who takes part."""
        members, newest = self.room.desk.members()
        return self.room.page("home.html", visit, members=members, list=newest, office=self.office)

    def holders(self, visit: Visit) -> Response:
        """Show who has the data; may be asked again and again while receipts come in."""
        view = self.room.demand(visit, *_HOLDERS)
        return self.room.page("holders.html", visit, view)

    def withdrawing(self, visit: Visit) -> Response:
        """Ask whether the person really wants to withdraw."""
        view = self.room.demand(visit, Stage.OPEN, Stage.OLD_LINK, Stage.FOREIGN)
        scope = visit.query.get("scope", ALL)
        found = [one.organisation for one in view.holders if one.organisation.id == scope]
        if scope != ALL and not found:
            raise RefusedError("unknown-holder", "not given the data")
        holder = found[0] if found else None
        return self.room.page("withdraw.html", visit, view, holder=holder)

    def withdraw(self, visit: Visit) -> Response:
        """Take consent back."""
        self.room.desk.withdraw(secret_of(visit), visit.form.one("scope") or ALL)
        return self.room.back(visit, "withdrawn")

    def request(self, visit: Visit) -> Response:
        """Show one contact request."""
        view = self.room.demand(visit, Stage.OPEN)
        one = _contact(view, visit.params["request"], requester=visit.query.get("of"))
        link = one.notice if _is_web_address(one.notice) else ""
        sites = [(domain, _site_of(domain)) for domain in one.requester.domains]
        return self.room.page("request.html", visit, view, one=one, notice_link=link, sites=sites)

    def answer(self, visit: Visit) -> Response:
        """Answer a contact request."""
        said = visit.form.one("answer")
        if said not in ("accepted", "declined"):
            raise RefusedError("malformed", "an answer is yes or no")
        self.room.desk.answer(
            secret_of(visit),
            visit.form.one("request"),
            said == "accepted",
            requester=visit.form.one("requester") or None,
            documents=visit.form.has("documents", "yes"),
        )
        return self.room.back(visit, "answered")

    def rights(self, visit: Visit) -> Response:
        """Show the person's rights."""
        view = self.room.demand(visit, Stage.OPEN)
        return self.room.page("rights.html", visit, view)

    def right(self, visit: Visit) -> Response:
        """Show one right: what it does, and what was asked already."""
        right = visit.params["right"]
        if right not in set(Right):
            raise RefusedError("malformed", "no such right")
        return self._right(visit, self.room.demand(visit, Stage.OPEN), right)

    def exercise(self, visit: Visit) -> Response:
        """Use a right."""
        right, wrong = visit.form.one("right"), visit.form.all("categories")
        if right not in set(Right) or not set(wrong) <= set(Category):
            raise RefusedError("malformed", "no such right")
        if right == Right.RECTIFICATION and not wrong:
            view = self.room.demand(visit, Stage.OPEN)
            return self._right(visit, view, right, faults={"categories": "categories-needed"})
        self.room.desk.exercise(secret_of(visit), right, categories=map(Category, wrong))
        return self.room.back(visit, "asked")

    def _right(
        self, visit: Visit, view: View, right: str, *, faults: Mapping[str, str] | None = None
    ) -> Response:
        given = [one.organisation.name for one in view.holders if "dossier" in one.what]
        names = [view.origin.name] if view.origin else []
        return self.room.page(
            "right.html",
            visit,
            view,
            status=422 if faults else 200,
            faults=faults or {},
            right=right,
            told="; ".join(names + given),
        )

    def link(self, visit: Visit) -> Response:
        """Show the link they came with, to be printed or taken to another device."""
        view = self.room.demand(visit, Stage.OPEN)
        link = self.room.desk.link(secret_of(visit))
        code = self.room.code(link, view)
        return self.room.page("key_page.html", visit, view, link=link, code=code)

    def papers(self, visit: Visit) -> Response:
        """Show what there is to take along."""
        view = self.room.demand(visit, *_HOLDERS)
        return self.room.page("papers_page.html", visit, view)

    def complain(self, visit: Visit) -> Response:
        """Tell where to complain, and what helps there; for whoever has a link."""
        view = self.room.demand(visit, *(set(Stage) - {Stage.UNKNOWN}))
        return self.room.page("complain.html", visit, view)


def _contact(view: View, request: str, *, requester: str | None) -> ContactView:
    found = [
        one
        for one in view.contacts
        if one.request == request and requester in (None, one.requester.id)
    ]
    if len(found) != 1:
        raise RefusedError("unknown-request", "no such request")
    return found[0]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isprintable() and " " not in text
    return plain and parts.scheme in ("https", "http") and bool(parts.netloc)


def _site_of(domain: str) -> str:
    """Return the address of a member's site, or "" where a domain is more or less than a name."""
    link = f"https://{domain}"
    return link if _is_web_address(link) and urlsplit(link).hostname == domain.lower() else ""
