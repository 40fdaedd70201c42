"""Two members whose clocks stand still, their inboxes served, and somebody in front of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import attrs
import pikepdf

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, Member
from fachkraft_share.cli.local_site import LocalSite
from fachkraft_share.member.folder import save_settings
from fachkraft_share.member.inbox.site import inbox_site
from fachkraft_share.rules.official_lists import vocabulary_of
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.visit import Person

TOWNS = """zipcode,place,state_code,community,community_code,latitude,longitude
31535,Neustadt,NI,Region Hannover,03241,52.5,9.46
67433,Neustadt,RP,Neustadt an der Weinstraße,07316,49.35,8.15
38640,Goslar,NI,Landkreis Goslar,03153,51.9,10.4
"""


def pdf(*, script: bool = False) -> bytes:
    """Return a CV that is a PDF."""
    made = pikepdf.new()
    made.add_blank_page()
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def candidate(given: str = "Aylin", family: str = "Beispiel", *, script: bool = False) -> Candidate:
    """Return a runner-up with a CV."""
    return Candidate(
        given=given,
        family=family,
        email="aylin@example.org",
        phone="05321 12345",
        street="Marktstraße 7",
        postcode="38640",
        city="Goslar",
        title="Softwareentwicklerin",
        occupation="43414",
        skills=("Python", "SQL"),
        documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", pdf(script=script)),),
    )


class Town:
    """An alliance of two: muster recommends, beispiel looks."""

    def __init__(self) -> None:
        self.alliance = Alliance("muster", "beispiel")
        self.muster, self.beispiel = self.alliance.members

    def shown(self, person: Candidate, application: str = "A-1") -> tuple[str, Any]:
        """Let muster recommend and the person allow everything."""
        praise = Endorsement("second", ("reliable",), would_have_hired=True)  # type: ignore[arg-type]
        made = self.muster.recommend(
            person, praise, application=application, rejected_on=date(2026, 11, 19)
        )
        self.alliance.settle()
        found = self.alliance.person(made.link)
        found.grant()
        self.alliance.settle()
        return made.referral, found

    def disclosed(self, person: Candidate) -> tuple[str, Any]:
        """Let beispiel ask and the person agree."""
        referral, found = self.shown(person)
        self.beispiel.request_contact(referral, job="Entwicklerin")
        self.alliance.settle()
        found.agree()
        self.alliance.settle()
        return referral, found

    def with_towns(self) -> None:
        """Let beispiel know postcodes by the names of their towns."""
        engine = self.beispiel.engine
        engine._vocabulary = vocabulary_of({"places": TOWNS.encode()})
        engine.forget_words()

    def with_folder(self, folder: Path) -> Member:
        """Return beispiel with a folder that its settings come from."""
        save_settings(folder, self.beispiel.engine.settings)
        return Member(self.beispiel.engine, folder=folder)


@contextmanager
def opened(member: Member, role: str = "hr") -> Iterator[LocalSite]:
    """Serve a member's inbox as `inbox --open` does."""
    person = Person("local", member.engine.settings.name, frozenset({role}))
    site = inbox_site(
        lambda: member,
        gate=lambda _: person,
        login="",
        start=lambda work: threading.Thread(target=work, daemon=True).start(),
        next_round=lambda: member.engine.now() + 60,
    )
    with LocalSite(site) as local:
        thread = threading.Thread(target=local.run)
        thread.start()
        try:
            yield local
        finally:
            local.stop()
            thread.join()


@attrs.define
class Reader:
    """Somebody in front of a page, in one language; looks at it closely where axe can run."""

    page: Any
    look: Any
    language: str
    javascript: bool = True
    local: Any = None
    clicks: int = 0

    def enter(self, local: LocalSite, path: str = "/") -> None:
        """Use the link of the terminal, then open a page."""
        self.local = local
        self.page.goto(local.link)
        self.page.wait_for_url(f"http://{local.host}/")
        self.open(path)

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(f"http://{self.local.host}{path}?lang={self.language}")

    def t(self, id: str, **values: str) -> str:
        """Return a text as this reader reads it."""
        return catalogue(self.language).text(id, **values)

    def see(self, name: str) -> None:
        """Look at the page as it stands."""
        if self.javascript:
            self.look(self.page, f"inbox-{name}-{self.language}")

    def press(self, id: str, kind: str = "button") -> None:
        """Press what is called this and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role(kind, name=self.t(id)).first.click()
        self.clicks += 1

    def follow(self, id: str) -> None:
        """Follow the link that is called this."""
        self.press(id, "link")

    def send(self, within: str = "main form") -> None:
        """Send the form, whatever its button is called."""
        with self.page.expect_navigation():
            self.page.locator(f"{within} button").last.click()
        self.clicks += 1

    def send_faulty(self, name: str, within: str = "main form") -> None:
        """Send it though the browser would ask first, and look at what it says; needs a script."""
        if self.javascript:
            self.page.locator(within).last.evaluate("one => { one.noValidate = true }")
            self.send(within)
            assert self.page.locator("main .faults").count()
            self.see(f"{name}-faults")

    def fill(self, **fields: str) -> None:
        """Fill fields by their ids."""
        for id, text in fields.items():
            self.page.locator(f"#{id}").fill(text)

    def reads(self, *ids: str) -> None:
        """Hold that these texts stand on the page."""
        shown = self.page.locator("main").inner_text()
        for id in ids:
            assert self.t(id) in shown, (id, shown)


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def running(app: Any) -> Iterator[str]:
    """Serve a WSGI application."""
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
