"""A small office whose staff signs in: real pages, a real store, time that moves when told to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports.runtime import Response, Runtime
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.world import SeededIds, VirtualClock
from fachkraft_share.web.login.mail import Mail
from fachkraft_share.web.login.service import Login
from fachkraft_share.web.login.settings import LoginSettings
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Route, Site
from fachkraft_share.web.visit import Call
from fachkraft_share.wire.suite import Standard

URL = "https://node.example/office"
ROLES = ("administrator", "coordinator", "reader")


@attrs.frozen
class PageSettings:
    """What the frame of a page names."""

    name: str = "Verbund Harz"
    imprint: str = ""
    privacy: str = ""
    documentation: str = ""


@attrs.define
class Postbox:
    """Keeps what is posted; like the real one it sends nothing while it is asked."""

    works: bool = True
    mails: list[Mail] = attrs.field(factory=list)

    def post(self, transaction: Transaction, mail: Mail, *, at: int) -> None:  # noqa: ARG002
        """Keep a letter."""
        self.mails.append(mail)


class NoTransport:
    """There is nowhere to call."""

    def call(self, node: str, request: Any) -> Response:  # noqa: ARG002
        """Refuse."""
        raise AssertionError("a login calls no node")


@attrs.define
class Browser:
    """Opens pages of one site and keeps its cookies, as a browser on another machine does."""

    site: Site
    client: str = "203.0.113.7"
    secure: bool = True
    host: str = "node.example"
    cookies: dict[str, str] = attrs.field(factory=dict)

    def get(self, path: str, **headers: str) -> Response:
        """Open a page; the address may be a full one."""
        return self._call("GET", path, b"", headers)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Response:
        """Send a form from our own page."""
        own = {"sec-fetch-site": "same-origin", **headers}
        return self._call("POST", path, urlencode(form or {}).encode(), own)

    def _call(self, method: str, path: str, body: bytes, more: dict[str, str]) -> Response:
        path, _, query = path.removeprefix(URL).partition("?")
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"host": self.host, "cookie": cookies}
        headers["content-type"] = "application/x-www-form-urlencoded"
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        call = Call(
            method,
            path.removeprefix("/office") or "/",
            root="/office",
            query=query,
            headers={name: value for name, value in headers.items() if value},
            body=body,
            client=self.client,
            secure=self.secure,
        )
        answer = self.site.respond(call)
        self._keep(answer.headers.get("Set-Cookie", ""))
        return answer

    def _keep(self, header: str) -> None:
        pair, _, marks = header.partition(";")
        name, _, value = pair.partition("=")
        if "Max-Age=0" in marks:
            self.cookies.pop(name, None)
        elif name:
            self.cookies[name] = value


@attrs.define
class House:
    """One realm with its site."""

    store: Store
    clock: VirtualClock = attrs.field(factory=VirtualClock)
    realm: str = "office"
    url: str = URL
    settings: dict[str, Any] = attrs.field(factory=dict)
    seed: int = 1
    post: Postbox = attrs.field(factory=Postbox)
    login: Login = attrs.field(init=False)
    site: Site = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Put the login into a site that has one page of its own for each role."""
        ids = SeededIds(Random(self.seed))  # noqa: S311
        runtime = Runtime(self.clock, ids, Standard(), NoTransport())
        look = Look("fachkraft_share.web", PageSettings)
        self.login = Login(
            self.store,
            runtime,
            realm=self.realm,
            roles=ROLES,
            mailer=self.post,
            settings=LoginSettings(self.url, "Verbund Harz", **self.settings),
            look=look,
        )
        who = Route("/who", get=_who, post=_who, roles=ROLES)
        only = Route("/admin", get=_who, roles={"administrator"})
        self.site = Site((who, only, *self.login.routes()), look=look, gate=self.login.gate)

    def browser(self, **more: Any) -> Browser:
        """Return a browser that is not signed in."""
        return Browser(self.site, **more)

    def administrator(self) -> Browser:
        """Return the browser of the first administrator."""
        browser = self.browser()
        form = {"name": "Ada Admin", "mail": "ada@kammer.example"}
        assert browser.post(self.login.console_link(), form).status == 303
        return browser

    def invited(self, by: Browser, mail: str, role: str = "coordinator") -> Browser:
        """Return the browser of somebody who was invited and came."""
        form = {"name": mail.partition("@")[0], "mail": mail, "role": role}
        assert by.post("/accounts", form).status == 303
        browser = self.browser()
        assert browser.post(self.link()).status == 303
        return browser

    def link(self) -> str:
        """Return the address in the newest mail."""
        [line] = [one for one in self.post.mails[-1].text.splitlines() if "://" in one]
        return line

    def id(self, mail: str) -> str:
        """Return the id of an account."""
        [found] = [one for one in self.login.accounts.all() if one.mail == mail]
        return found.id


def _who(visit: Any) -> Response:
    return Response(200, f"{visit.who.name} {sorted(visit.who.roles)}".encode(), "text/plain")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    made = SqlStore(f"sqlite:///{tmp_path / 'node.db'}", more=RECORDS)
    yield made
    made.close()


@pytest.fixture
def house(store: Any) -> House:
    """The office."""
    return House(store)


@pytest.fixture
def another(store: Any) -> Callable[..., House]:
    """Make another realm on the same store and clock."""

    def made(house: House, realm: str, **more: Any) -> House:
        return House(store, clock=house.clock, realm=realm, seed=7, **more)

    return made


@pytest.fixture
def make_house() -> Callable[..., House]:
    """Make an office with other settings."""
    return House
