"""The desk's pages: a visit in, an answer out; every rule stands in the façade."""

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from fachkraft_share.errors import BusyError, FachkraftShareError, RefusedError, StoreError
from fachkraft_share.model.consent import Category
from fachkraft_share.node import security_log
from fachkraft_share.node.desk.demanding import demand_stage
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.node.desk.views import ContactView, Stage, View
from fachkraft_share.node.desk.visit import Visit
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import Right
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.web.environment import environment
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.qr import Svg, qr
from fachkraft_share.web.saying import Saying

PACKAGE = "fachkraft_share.node.desk"
PDF = importlib.util.find_spec("typst") is not None  # where it is missing none is offered
DONE = frozenset({"declined", "answered", "renewed", "withdrawn", "asked"})
_HOLDERS = (Stage.OPEN, Stage.CLOSED, Stage.DECLINED)
STATUS = {"unknown-link": 404, "unknown-request": 404, "cross-site": 403, "too-large": 413}


@attrs.frozen
class Answer:
    """What goes back to the browser."""

    status: int
    body: bytes = attrs.field(repr=False)
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)


class Pages:
    """Every page and every form of the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._templates = environment(PACKAGE)

    def home(self, visit: Visit) -> Answer:
        """Show what this node is and who takes part."""
        members, newest = self._desk.members()
        return self.page("home.html", visit, None, members=members, list=newest)

    def show(self, visit: Visit) -> Answer:
        """Show where the person stands."""
        view = self.open(visit)
        if view.stage is Stage.UNKNOWN:
            return self.unknown(visit)
        done, home = visit.query.get("done", ""), f"{view.home}/d/{visit.secret}"
        name, told = f"{view.stage}.html", done if done in DONE else ""
        return self.form(name, visit, view, done=told, home=home)

    def unknown(self, visit: Visit) -> Answer:
        """Show the same page for every link that leads nowhere."""
        security_log.refused("desk", "unknown-link")
        return self.page("unknown.html", visit, None, status=404)

    def holders(self, visit: Visit) -> Answer:
        """Show who has the data; may be asked again and again while receipts come in."""
        return self.page("holders.html", visit, self.demand(visit, *_HOLDERS))

    def withdrawing(self, visit: Visit) -> Answer:
        """Ask whether the person really wants to withdraw."""
        view = self.demand(visit, Stage.OPEN, Stage.OLD_LINK, Stage.FOREIGN)
        scope = visit.query.get("scope", ALL)
        found = [one.organisation for one in view.holders if one.organisation.id == scope]
        if scope != ALL and not found:
            raise RefusedError("unknown-holder", "not given the data")
        return self.page("withdraw.html", visit, view, holder=found[0] if found else None)

    def withdraw(self, visit: Visit) -> Answer:
        """Take consent back."""
        self._desk.withdraw(visit.secret, visit.form.one("scope") or ALL)
        return self.to(visit, "withdrawn")

    def request(self, visit: Visit) -> Answer:
        """Show one contact request."""
        view = self.demand(visit, Stage.OPEN)
        one = _contact(view, visit.resource, requester=visit.query.get("of"))
        link = one.notice if _is_web_address(one.notice) else ""
        return self.page("request.html", visit, view, one=one, notice_link=link, form=visit.form)

    def answer(self, visit: Visit) -> Answer:
        """Answer a contact request."""
        said = visit.form.one("answer")
        if said not in ("accepted", "declined"):
            raise RefusedError("malformed", "an answer is yes or no")
        self._desk.answer(
            visit.secret,
            visit.form.one("request"),
            said == "accepted",
            requester=visit.form.one("requester") or None,
            documents=visit.form.has("documents", "yes"),
        )
        return self.to(visit, "answered")

    def rights(self, visit: Visit) -> Answer:
        """Show the person's rights."""
        return self.page("rights.html", visit, self.demand(visit, Stage.OPEN))

    def right(self, visit: Visit) -> Answer:
        """Show one right: what it does, and what was asked already."""
        if visit.resource not in set(Right):
            raise RefusedError("malformed", "no such right")
        view = self.demand(visit, Stage.OPEN)
        return self._right(visit, view, visit.resource, {})

    def exercise(self, visit: Visit) -> Answer:
        """Use a right."""
        right, wrong = visit.form.one("right"), visit.form.all("categories")
        if right not in set(Right) or not set(wrong) <= set(Category):
            raise RefusedError("malformed", "no such right")
        if right == Right.RECTIFICATION and not wrong:
            view = self.demand(visit, Stage.OPEN)
            return self._right(visit, view, right, {"categories": "categories-needed"})
        self._desk.exercise(visit.secret, right, categories=map(Category, wrong))
        return self.to(visit, "asked")

    def _right(self, visit: Visit, view: View, right: str, faults: dict[str, str]) -> Answer:
        given = [one.organisation.name for one in view.holders if "dossier" in one.what]
        names = [view.origin.name] if view.origin else []
        values = {"right": right, "told": "; ".join(names + given), "faults": faults}
        status = 422 if faults else 200
        return self.page("right.html", visit, view, status=status, form=visit.form, **values)

    def link(self, visit: Visit) -> Answer:
        """Show the link they came with, to be printed or taken to another device."""
        view = self.demand(visit, Stage.OPEN)
        link = self._desk.link(visit.secret)
        return self.page("key_page.html", visit, view, link=link, code=self.code(link, view))

    def code(self, link: str, view: View) -> Svg:
        """Return the QR code of a link."""
        return qr(link, self._desk.texts(view.language).text("key.alt"))

    def papers(self, visit: Visit) -> Answer:
        """Show what there is to take along."""
        return self.page("papers_page.html", visit, self.demand(visit, *_HOLDERS))

    def complain(self, visit: Visit) -> Answer:
        """Tell where to complain, and what helps there."""
        view = self.open(visit)
        if view.stage is Stage.UNKNOWN:
            return self.unknown(visit)
        return self.page("complain.html", visit, view)

    def guarded(self, work: Callable[[Visit], Answer], visit: Visit) -> Answer:
        """Do the work; what was refused becomes a page that says so."""
        try:
            return work(visit)
        except RefusedError as error:
            return self.refused(visit, error.code)
        except (BusyError, StoreError):
            return self.refused(visit, "busy", status=503, headers={"Retry-After": "2"})
        except FachkraftShareError:
            return self.refused(visit, "unknown")

    def refused(
        self,
        visit: Visit,
        code: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Show why something was not done."""
        if code == "unknown-link":
            return self.unknown(visit)
        security_log.refused("desk", code)
        texts = self._desk.texts(visit.language("de"))
        name = f"error.{code}" if texts.has(f"error.{code}") else "error.unknown"
        back = visit.url() if visit.secret else ""
        found = self.page(
            "error.html",
            visit,
            None,
            status=status or STATUS.get(code, 409),
            text=texts.text(name),
            back=back,
        )
        return attrs.evolve(found, headers={**found.headers, **(headers or {})})

    def open(self, visit: Visit) -> View:
        return self._desk.open(visit.secret, language=visit.language)

    def demand(self, visit: Visit, *stages: Stage) -> View:
        view = self.open(visit)
        demand_stage(view, *stages)
        return view

    def form(self, name: str, visit: Visit, view: View, **more: Any) -> Answer:
        return self.page(name, visit, view, form=visit.form, faults={}, **more)

    def page(
        self, name: str, visit: Visit, view: View | None, *, status: int = 200, **more: Any
    ) -> Answer:
        language = view.language if view is not None else visit.language("de")
        say = Saying(self._desk.texts(language))
        values = {
            "lang": say.texts.tag,
            "say": say,
            "t": say.t,
            "languages": LANGUAGES,
            "view": view,
            "url": visit.url,
            "root": visit.root,
            "home_query": f"?lang={visit.asked}" if visit.asked else "",
            "settings": self._desk.settings,
            "pdf": PDF,
            "switch": self._switch(visit),
        }
        html = self._templates.get_template(name).render({**values, **more})
        return Answer(status, html.encode("utf-8"), headers=PAGE_HEADERS)

    def _switch(self, visit: Visit) -> Callable[[str], str] | None:
        """Return how to see this page in another language; a sent form is not shown again."""
        if visit.form.fields:
            return visit.same(visit.url().partition("?")[0]) if visit.secret else None
        return visit.same(visit.path)

    def to(self, visit: Visit, done: str) -> Answer:
        headers = {**PAGE_HEADERS, "Location": visit.url(done=done)}
        return Answer(303, b"", headers=headers)


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
