"""The demo's browser sends what a page offers, as a person's browser would, and nothing else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl

import pytest

from fachkraft_share.cli.browser import Browser, Page
from fachkraft_share.errors import RefusedError

PAGE = """<!doctype html><title>Titel</title><style>a{}</style><a href="/weiter">weiter</a>
<form method="post" action="/tun"><p>Wen?</p>
<input type="hidden" name="list" value="3"><input name="employer" value="">
<input type="checkbox" name="who" value="a" checked><input type="checkbox" name="who" value="b">
<input type="radio" name="reach" value="all"><input type="radio" name="reach" value="some">
<select name="months"><option value="6" selected>6</option><option value="12">12</option></select>
<textarea name="note">Grüße</textarea><button name="act" value="go">Los</button></form>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(PAGE.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = [*parse_qsl(body, keep_blank_values=True), ("origin", self.headers["Origin"])]
        self._answer(repr(said).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    """A page of its own on loopback."""
    server = HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _open(site: str) -> tuple[Browser, Page]:
    browser = Browser()
    return browser, browser.get(f"{site}/seite")


def test_a_form_is_sent_as_it_was_filled_in(site: str) -> None:
    """Hidden values travel along, ticks replace what was ticked, the button is named."""
    browser, page = _open(site)
    wished = {"who": ["b"], "reach": "all", "months": "12", "employer": "Öker", "act": "go"}
    answer = browser.send(page, page.form("reach", words="Wen?"), wished)
    sent = eval(answer.body.decode())  # noqa: S307 - our own server's repr
    assert sent == [
        ("list", "3"),
        ("employer", "Öker"),
        ("who", "b"),
        ("reach", "all"),
        ("months", "12"),
        ("note", "Grüße"),
        ("act", "go"),
        ("origin", site),
    ]
    browser.close()


def test_nothing_is_ticked_by_itself(site: str) -> None:
    """Only what the page itself has ticked is sent."""
    browser, page = _open(site)
    browser.close()
    assert ("who", "a") in page.forms[0].fill({})
    assert not {"reach", "act"} & {name for name, _ in page.forms[0].fill({})}


@pytest.mark.parametrize("wish", [{"unknown": "1"}, {"who": ["c"]}, {"act": "other"}])
def test_what_a_page_does_not_offer_cannot_be_sent(site: str, wish: dict[str, str]) -> None:
    """So the demo cannot take a short cut past the page."""
    browser, page = _open(site)
    with pytest.raises(RefusedError):
        page.forms[0].fill(wish)
    browser.close()


def test_words_and_links_are_those_a_person_sees(site: str) -> None:
    """Styles and the title are no words of the page; links are whole addresses."""
    browser, page = _open(site)
    assert "a{}" not in page.words
    assert "Titel" not in page.words
    assert page.link("/weiter") == f"{site}/weiter"
    browser.close()
