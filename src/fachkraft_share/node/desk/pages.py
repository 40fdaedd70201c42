"""The desk's pages: a visit in, an answer out; every rule stands in the façade."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from fachkraft_share.errors import BusyError, FachkraftShareError, RefusedError, StoreError
from fachkraft_share.node import security_log
from fachkraft_share.node.desk.choice import ChoiceError, Fault
from fachkraft_share.node.desk.choosing import choice_of, pairs_of
from fachkraft_share.node.desk.demanding import demand_stage
from fachkraft_share.node.desk.documents import purposes_of
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.node.desk.views import ContactView, Stage, View
from fachkraft_share.node.desk.visit import Visit
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import Right
from fachkraft_share.rules.receipts import Status
from fachkraft_share.web.environment import environment
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.saying import Saying

PACKAGE = "fachkraft_share.node.desk"
DONE = frozenset({"declined", "answered", "renewed", "withdrawn", "asked"})
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
        return self._page("home.html", visit, None, members=members, list=newest)

    def show(self, visit: Visit) -> Answer:
        """Show where the person stands."""
        view = self._open(visit)
        if view.stage is Stage.UNKNOWN:
            return self.unknown(visit)
        done, home = visit.query.get("done", ""), f"{view.home}/d/{visit.secret}"
        name, told = f"{view.stage}.html", done if done in DONE else ""
        return self._form(name, visit, view, done=told, home=home)

    def unknown(self, visit: Visit) -> Answer:
        """Show the same page for every link that leads nowhere."""
        security_log.refused("desk", "unknown-link")
        return self._page("unknown.html", visit, None, status=404)

    def check(self, visit: Visit) -> Answer:
        """Show what a choice would mean, to be confirmed; nothing is stored."""
        view = self._open(visit)
        try:
            seen = self._desk.preview(visit.secret, choice_of(visit.form), language=view.language)
        except ChoiceError as error:
            return self._again(visit, view, error.faults)
        return self._summary(visit, seen)

    def change(self, visit: Visit) -> Answer:
        """Show the form again with everything as it was entered."""
        return self._again(visit, self._open(visit), ())

    def grant(self, visit: Visit) -> Answer:
        """Give consent and show the new link, once."""
        view = self._open(visit)
        try:
            fresh = self._desk.grant(visit.secret, choice_of(visit.form), language=view.language)
        except ChoiceError as error:
            return self._again(visit, view, error.faults)
        manage = attrs.evolve(visit, secret=fresh).url()
        return self._page("granted.html", visit, view, link=self._desk.link(fresh), manage=manage)

    def renewal(self, visit: Visit) -> Answer:
        """Show the form for a renewal."""
        view = self._demand(visit, Stage.OPEN)
        if not view.renewable:
            raise RefusedError("renewed-too-often", "ask for a new invitation")
        return self._form("renew.html", visit, view)

    def renew(self, visit: Visit) -> Answer:
        """Renew consent."""
        view = self._open(visit)
        try:
            self._desk.renew(visit.secret, choice_of(visit.form), language=view.language)
        except ChoiceError as error:
            return self._again(visit, view, error.faults)
        return self._to(visit, "renewed")

    def declining(self, visit: Visit) -> Answer:
        """Ask whether the person really wants to decline."""
        return self._page("decline.html", visit, self._demand(visit, Stage.ASKED))

    def decline(self, visit: Visit) -> Answer:
        """Say no."""
        self._desk.decline(visit.secret)
        return self._to(visit, "declined")

    def withdrawing(self, visit: Visit) -> Answer:
        """Ask whether the person really wants to withdraw."""
        view = self._demand(visit, Stage.OPEN, Stage.OLD_LINK, Stage.FOREIGN)
        scope = visit.query.get("scope", ALL)
        found = [one.organisation for one in view.holders if one.organisation.id == scope]
        if scope != ALL and not found:
            raise RefusedError("unknown-holder", "not given the data")
        return self._page("withdraw.html", visit, view, holder=found[0] if found else None)

    def withdraw(self, visit: Visit) -> Answer:
        """Take consent back."""
        self._desk.withdraw(visit.secret, visit.form.one("scope") or ALL)
        return self._to(visit, "withdrawn")

    def request(self, visit: Visit) -> Answer:
        """Show one contact request."""
        view = self._demand(visit, Stage.OPEN)
        one = _contact(view, visit.resource, requester=visit.query.get("of"))
        link = one.notice if _is_web_address(one.notice) else ""
        return self._page("request.html", visit, view, one=one, notice_link=link, form=visit.form)

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
        return self._to(visit, "answered")

    def rights(self, visit: Visit) -> Answer:
        """Show the person's rights."""
        return self._page("rights.html", visit, self._demand(visit, Stage.OPEN))

    def exercise(self, visit: Visit) -> Answer:
        """Use a right."""
        right = visit.form.one("right")
        if right not in set(Right):
            raise RefusedError("malformed", "no such right")
        self._desk.exercise(visit.secret, right)
        return self._to(visit, "asked")

    def receipt(self, visit: Visit) -> Answer:
        """Show the consent receipt, ready to be printed."""
        view = self._open(visit)
        made = self._desk.receipt(visit.secret, language=view.language)
        record = made["dpv:hasRecordOfActivity"]
        first = record["dpv:hasProcess"][0]
        recipients = [{"name": one["dpv:hasName"]} for one in first["dpv:hasRecipient"]]
        status = Status(record["dpv:hasConsentStatus"][-1]["@type"][0]).name.lower()
        return self._page(
            "receipt.html",
            visit,
            view,
            consent=view.consent,
            recipients=recipients,
            standing=status,
        )

    def receipt_file(self, visit: Visit) -> Answer:
        """Hand out the consent receipt as JSON."""
        return _file("consent-receipt.json", _json(self._desk.receipt(visit.secret)))

    def about(self, visit: Visit) -> Answer:
        """Hand out everything this node knows."""
        language = visit.language("de")
        return _file("about-me.json", _json(self._desk.about(visit.secret, language=language)))

    def bundle(self, visit: Visit) -> Answer:
        """Hand out the erasure bundle."""
        return _file("erasure-bundle.json", self._desk.bundle(visit.secret))

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
        found = self._page(
            "error.html",
            visit,
            None,
            status=status or STATUS.get(code, 409),
            text=texts.text(name),
            back=back,
        )
        return attrs.evolve(found, headers={**found.headers, **(headers or {})})

    def _open(self, visit: Visit) -> View:
        return self._desk.open(visit.secret, language=visit.language)

    def _demand(self, visit: Visit, *stages: Stage) -> View:
        view = self._open(visit)
        demand_stage(view, *stages)
        return view

    def _form(self, name: str, visit: Visit, view: View, **more: Any) -> Answer:
        return self._page(name, visit, view, form=visit.form, faults={}, **more)

    def _again(self, visit: Visit, view: View, faults: tuple[Fault, ...]) -> Answer:
        """Show the form as it was filled in, with what is to be mended beside the fields."""
        if view.stage not in (Stage.ASKED, Stage.OPEN):
            return self.show(visit)
        name = "renew.html" if view.stage is Stage.OPEN else "asked.html"
        beside = {one.field: one.code for one in faults}
        status = 422 if faults else 200
        return self._page(name, visit, view, status=status, form=visit.form, faults=beside)

    def _summary(self, visit: Visit, view: View) -> Answer:
        choice, renewing = choice_of(visit.form), view.stage is Stage.OPEN
        chosen = [one for one in view.profile if renewing or one.category in choice.categories]
        before = view.consent.purposes if renewing and view.consent else purposes_of(choice, view)
        return self._page(
            "check.html",
            visit,
            view,
            chosen=chosen,
            purposes=before,
            renewing=renewing,
            end=next(term.end for term in view.terms if term.months == choice.months),
            pairs=pairs_of(visit.form),
        )

    def _page(
        self, name: str, visit: Visit, view: View | None, *, status: int = 200, **more: Any
    ) -> Answer:
        language = view.language if view is not None else visit.language("de")
        say = Saying(self._desk.texts(language))
        values = {
            "lang": say.texts.tag,
            "say": say,
            "t": say.t,
            "view": view,
            "url": visit.url,
            "root": visit.root,
            "home_query": f"?lang={visit.asked}" if visit.asked else "",
            "settings": self._desk.settings,
            "switch": self._switch(visit),
        }
        html = self._templates.get_template(name).render({**values, **more})
        return Answer(status, html.encode("utf-8"), headers=PAGE_HEADERS)

    def _switch(self, visit: Visit) -> Callable[[str], str] | None:
        """Return how to see this page in another language; a sent form is not shown again."""
        if visit.form.fields:
            return visit.same(visit.url().partition("?")[0]) if visit.secret else None
        return visit.same(visit.path)

    def _to(self, visit: Visit, done: str) -> Answer:
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


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")


def _file(name: str, content: bytes) -> Answer:
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(200, content, "application/json", headers)
