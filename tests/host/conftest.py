"""A host in a real folder, its firms joined to a node in this process, and a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import attrs
import pytest

from fachkraft_share.host.app import Sites
from fachkraft_share.host.checking import Health
from fachkraft_share.host.doors import login_of
from fachkraft_share.host.folder import Host, init, open_host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.pages import frame_of
from fachkraft_share.host.settings import Settings
from fachkraft_share.host.working import Worker
from fachkraft_share.ports.runtime import Response
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.legal import LegalSettings
from fachkraft_share.web.visit import Call

HOST = "postfach.kammer.example"
SETTINGS = Settings(
    url=f"https://{HOST}",
    legal=LegalSettings(
        name="Postfach der Kammer",
        operator="IHK Beispiel, Marktplatz 1, 38640 Goslar",
        contact="datenschutz@kammer.example",
    ),
    measures="TOM der IHK Beispiel, Fassung 3",
    subprocessors=("Rechenzentrum Harz, Goslar, betreibt den Rechner",),
)
FORM = "application/x-www-form-urlencoded"


@attrs.define
class Browser:
    """One browser: keeps cookies, follows where it is led."""

    sites: Sites
    cookies: dict[str, str] = attrs.field(factory=dict)
    at: str = ""
    headers: dict[str, str] = attrs.field(factory=dict)

    def get(self, path: str) -> Response:
        """Open a page, and whatever it leads to."""
        answer = self._call("GET", path)
        for _ in range(5):
            if answer.status != 303:
                return answer
            answer = self._call("GET", answer.headers["Location"])
        raise AssertionError("led in a circle")

    def post(self, path: str, *, follow: bool = True, **fields: Any) -> Response:
        """Send a form."""
        body = urlencode(fields, doseq=True).encode()
        answer = self._call("POST", path, body)
        if follow and answer.status == 303:
            return self.get(answer.headers["Location"])
        return answer

    def upload(self, path: str, content: bytes, content_type: str) -> Response:
        """Send a form with files."""
        answer = self._call("POST", path, content, content_type=content_type)
        return self.get(answer.headers["Location"]) if answer.status == 303 else answer

    def text(self, path: str) -> str:
        """Return a page's text; it must be there."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status, answer.body[:2000])
        return answer.body.decode()

    def _call(
        self, method: str, address: str, body: bytes = b"", content_type: str = FORM
    ) -> Response:
        parts = urlsplit(address)
        root, site = self.sites.find(parts.path)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"cookie": cookie, "host": HOST, "accept-language": "de", **self.headers}
        if method == "POST":
            headers = {"sec-fetch-site": "same-origin", **headers, "content-type": content_type}
        self.at = parts.path
        answer = site.respond(
            Call(
                method,
                parts.path.removeprefix(root) or "/",
                root=root,
                query=parts.query,
                headers=headers,
                body=body,
                client="192.0.2.7",
                secure=True,
            )
        )
        self._remember(answer)
        return answer

    def _remember(self, answer: Response) -> None:
        said = answer.headers.get("Set-Cookie", "")
        name, _, value = said.partition(";")[0].partition("=")
        if name:
            self.cookies[name] = value


@attrs.define
class Town:
    """An alliance in memory, and a host in a folder whose firms are members of it."""

    alliance: Alliance
    folder: Path
    host: Host
    opened: Opened
    worker: Worker
    sites: Sites

    def code(self, name: str, role: str = "employer") -> str:
        """Return a one-time code."""
        return self.alliance.world.node.service.enrolment.invite(name, [role])

    def add(self, name: str, role: str = "employer") -> str:
        """Let a firm join; return its short name."""
        id = f"https://{name.split(maxsplit=1)[0].lower()}.example"
        code = self.code(name, role)
        return self.host.add(code, id=id, name=name, notice=f"{id}/datenschutz").slug

    def settle(self, rounds: int = 3) -> None:
        """Let members, node and every hosted firm synchronise until the news has gone round."""
        for _ in range(rounds):
            self.alliance.settle()
            for firm in self.host.firms():
                self.opened.firm(firm.slug).member.sync()
            self.alliance.world.node.service.tick()

    def link(self, slug: str) -> str:
        """Return the one-time link for an administrator."""
        firm = self.opened.firm(slug)
        return login_of(self.host, firm, frame_of(self.host, slug)).console_link()

    def administrator(self, slug: str) -> Browser:
        """Return a browser in which the firm's first administrator is signed in."""
        browser = Browser(self.sites)
        link = urlsplit(self.link(slug))
        path = f"{link.path}?{link.query}" if link.query else link.path
        browser.text(path)
        answer = browser.post(path, name="Petra Chefin", mail=f"petra@{slug}.example")
        assert answer.status == 200, answer.body
        return browser

    def accepted(self, slug: str) -> Browser:
        """Return that browser after the contract was accepted."""
        browser = self.administrator(slug)
        page = browser.text(f"/f/{slug}/contract")
        version = page.partition('name="version" value="')[2].partition('"')[0]
        browser.post(f"/f/{slug}/contract", version=version, accept="yes")
        return browser


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A fresh alliance of one firm of its own, and a host without firms."""
    alliance = Alliance("muster")
    folder = tmp_path / "host"
    init(folder, SETTINGS).close()
    host = open_host(folder, runtime=alliance.world.runtime("host"))
    opened = Opened(host)
    worker = Worker(opened)
    sites = Sites(opened, checks=Health(opened, worker).checks)
    yield Town(alliance, folder, host, opened, worker, sites)
    opened.close()
    host.close()


@pytest.fixture
def browser(town: Town) -> Callable[[], Browser]:
    """Return fresh browsers."""
    return lambda: Browser(town.sites)
