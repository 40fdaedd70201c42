"""A site on one's own machine is open to the person at it, and to nobody else."""

import http.client
from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlsplit

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.cli.local_site import LocalSite
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Route, Site

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@attrs.frozen
class Settings:
    """What the frame of a page names."""

    name: str = "Muster"
    imprint: str = ""
    privacy: str = ""
    documentation: str = ""


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    text: str
    cookie: str = ""


@attrs.define
class Browser:
    """Keeps a cookie and says under which name it came."""

    local: LocalSite
    cookie: str = ""

    def ask(
        self, path: str, *, method: str = "GET", host: str = "", body: str = "", **more: str
    ) -> Answer:
        line = http.client.HTTPConnection(self.local.host, timeout=10)
        headers = {"Host": host or self.local.host, "Cookie": self.cookie, **more}
        line.request(method, path, body or None, headers)
        got = line.getresponse()
        found = Answer(got.status, got.read().decode(), got.getheader("Set-Cookie", ""))
        line.close()
        self.cookie = found.cookie.partition(";")[0] or self.cookie
        return found


def said(text: str) -> Response:
    return Response(200, text.encode(), "text/plain")


@pytest.fixture
def local() -> Iterator[LocalSite]:
    """A site that answers, on a port of its own."""
    routes = (
        Route("/", get=lambda _: said("home"), post=lambda visit: said(visit.form.one("a"))),
        *asset_routes(),
    )
    with LocalSite(Site(routes, look=Look("fachkraft_share.web", Settings))) as site:
        thread = Thread(target=site.run)
        thread.start()
        yield site
        site.stop()
        thread.join()


def entered(local: LocalSite) -> Browser:
    """Return a browser that opened the link."""
    browser = Browser(local)
    assert browser.ask(urlsplit(local.link).path).status == 200
    return browser


def test_nothing_opens_without_the_link(local: LocalSite) -> None:
    """The page says which link opens it; only its style sheet comes along."""
    refused = Browser(local).ask("/", **{"Accept-Language": "en"})
    assert (refused.status, "Only the link that the program names" in refused.text) == (403, True)
    assert Browser(local).ask("/open/guessed").status == 403
    assert Browser(local).ask("/static/fks.css").status == 200


def test_the_link_works_once(local: LocalSite) -> None:
    """A second browser that brings it is refused; the first may open it again."""
    first = entered(local)
    assert first.ask("/").text == "home"
    path = urlsplit(local.link).path
    assert Browser(local).ask(path).status == 403
    assert first.ask(path).status == 200


def test_a_link_that_is_only_looked_at_still_works(local: LocalSite) -> None:
    """Programs that preview links ask with HEAD."""
    Browser(local).ask(urlsplit(local.link).path, method="HEAD")
    assert entered(local).ask("/").text == "home"


def test_the_cookie_is_no_scripts_and_no_foreign_pages(local: LocalSite) -> None:
    """And it ends with the browser."""
    cookie = Browser(local).ask(urlsplit(local.link).path).cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age" not in cookie


def test_another_name_for_this_machine_opens_nothing(local: LocalSite) -> None:
    """A foreign page whose name was pointed at us afterwards brings its own name (rebinding)."""
    browser = entered(local)
    assert browser.ask("/", host="boese.example").status == 403
    assert browser.ask("/", host=f"boese.example:{local.host.rpartition(':')[2]}").status == 403


def test_a_form_is_taken_from_our_own_page_only(local: LocalSite) -> None:
    """The site's own guard still stands behind the link's."""
    browser = entered(local)
    assert browser.ask("/", method="POST", body="a=x", **FORM).text == "x"
    foreign = FORM | {"Sec-Fetch-Site": "cross-site"}
    assert browser.ask("/", method="POST", body="a=x", **foreign).status == 403


def test_a_form_that_is_too_large_is_refused_and_said_so(local: LocalSite) -> None:
    """No more than the limit is read."""
    browser, body = entered(local), "a=" + "x" * limits.FORM_BYTES
    assert browser.ask("/", method="POST", body=body, **FORM).status == 413
    assert browser.ask("/").text == "home"


def test_two_sites_at_once_do_not_take_each_others_cookie(local: LocalSite) -> None:
    """Browsers send a cookie to every port of a machine."""
    with LocalSite(local.site) as other:
        mine = Browser(local).ask(urlsplit(local.link).path).cookie.partition("=")[0]
        thread = Thread(target=other.run)
        thread.start()
        theirs = Browser(other).ask(urlsplit(other.link).path).cookie.partition("=")[0]
        other.stop()
        thread.join()
    assert mine != theirs


def test_nothing_is_logged(local: LocalSite, capfd: pytest.CaptureFixture[str]) -> None:
    """The link is a key, and addresses may hold what is said."""
    entered(local).ask("/gibt/es/nicht")
    assert capfd.readouterr() == ("", "")
