"""The inbox's pages within a host application: its sign-in counts, and machines keep their rows."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from flask import Flask, request

import fachkraft_share
from fachkraft_share import limits

from .conftest import get

PREFIX = "/fachkraft-share"
FORM = {"Sec-Fetch-Site": "same-origin"}


def role_of(environ: Any) -> Any:
    """Believe a header, as an application's sign-in would be believed."""
    headers = dict(environ.get("headers", ()))  # of an ASGI scope
    said = headers.get(b"x-role", b"").decode() or environ.get("HTTP_X_ROLE", "")
    return said if said in ("administrator", "hr", "reader") else said == "yes"


def flask(folder: Path) -> Any:
    """Return a browser of a Flask application with the inbox in it."""
    app = Flask(__name__)
    fachkraft_share.init(app, folder=folder, allow=role_of)
    return app.test_client()


def as_(role: str, **more: str) -> dict[str, Any]:
    return {"headers": {"X-Role": role, **more}}


def test_the_prefix_leads_to_the_pages(beispiel: Path) -> None:
    """And every address on them stays below it."""
    browser = flask(beispiel)
    for path in (f"{PREFIX}/", f"{PREFIX}/pages"):
        assert browser.get(path, **as_("hr")).location == f"{PREFIX}/pages/"
    page = browser.get(f"{PREFIX}/pages/?lang=de", **as_("hr"))
    assert page.status_code == 200
    assert "Was auf Sie wartet" in page.text
    assert f'href="{PREFIX}/pages/searches?lang=de"' in page.text
    assert f'href="{PREFIX}/pages/static/fks.css"' in page.text
    assert "/logout" not in page.text
    assert "Set-Cookie" not in page.headers
    assert browser.get(f"{PREFIX}/pages/static/fks.css").status_code == 200


def test_the_host_says_who_may_come_in(beispiel: Path) -> None:
    """Nobody, somebody who decides, or a works council."""
    browser = flask(beispiel)
    assert browser.get(f"{PREFIX}/pages/", **as_("no")).status_code == 403
    assert browser.get(f"{PREFIX}/pages/profiles", **as_("yes")).status_code == 200
    assert browser.get(f"{PREFIX}/pages/profiles", **as_("reader")).status_code == 403
    assert browser.get(f"{PREFIX}/pages/figures", **as_("reader")).status_code == 200


def test_a_works_council_gets_no_person_as_a_machine_either(beispiel: Path) -> None:
    """The rows for machines want who decides."""
    browser = flask(beispiel)
    for row in ("inbox", "received"):
        assert browser.get(f"{PREFIX}/{row}", **as_("reader")).status_code == 403
        assert browser.get(f"{PREFIX}/{row}", **as_("hr")).status_code == 200


def test_a_form_is_taken_from_our_own_page_only(beispiel: Path) -> None:
    """And leads on below the prefix."""
    browser = flask(beispiel)
    path, sent = f"{PREFIX}/pages/searches/new", {"occupation": "43"}
    foreign = browser.post(path, data=sent, **as_("hr", **{"Sec-Fetch-Site": "cross-site"}))
    assert foreign.status_code == 403
    saved = browser.post(path, data=sent, **as_("hr", **FORM))
    assert saved.location.startswith(f"{PREFIX}/pages/profiles?said=saved&search=")
    assert browser.get(saved.location, **as_("hr")).status_code == 200


def test_documents_come_along_though_hooks_are_short(beispiel: Path) -> None:
    """Each page has its own limit."""
    browser = flask(beispiel)
    large = b"%PDF-1.7 " + b"x" * (limits.HOOK_BYTES + 1) + b"%%EOF"
    fields = {"given": "A", "family": "B", "title": "Elektroniker", "rejected_on": "2026-01-01"}
    heads = [(f'name="{name}"', text.encode()) for name, text in fields.items()]
    heads.append(('name="documents"; filename="cv.pdf"', large))
    form = b"".join(
        b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), content)
        for head, content in heads
    )
    kind = "multipart/form-data; boundary=x"
    path = f"{PREFIX}/pages/recommend"
    answer = browser.post(path, data=form + b"--x--\r\n", content_type=kind, **as_("hr", **FORM))
    assert answer.status_code == 303
    assert browser.get(answer.location, **as_("hr")).status_code == 200


def test_an_answer_that_is_no_role_is_an_error(beispiel: Path) -> None:
    """A slip must not open anything."""
    app = Flask(__name__)
    embedded = fachkraft_share.init(app, folder=beispiel, allow=lambda _: request.args["role"])
    answer = app.test_client().get(f"{PREFIX}/received?role=boss")
    assert answer.status_code == 503
    assert embedded.member is not None


def test_an_asgi_host_shows_them_as_well(beispiel: Path, served: Any) -> None:
    """Served by uvicorn below FastAPI's mount."""
    app = FastAPI()
    fachkraft_share.init(app, folder=beispiel, allow=role_of)
    with served(app) as url:
        page = get(f"{url}{PREFIX}/pages/searches?lang=en", headers={"X-Role": "hr"})
        assert "Searches and open jobs" in page.text
        assert f'href="{PREFIX}/pages/profiles?lang=en"' in page.text


@pytest.mark.parametrize("mounted", ["", "/hr"])
def test_a_wsgi_host_may_itself_be_mounted(beispiel: Path, mounted: str) -> None:
    """Addresses begin where the browser sees them."""
    app = fachkraft_share.init(lambda _environ, _start: [], folder=beispiel, allow=role_of).app
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": mounted,
        "PATH_INFO": f"{PREFIX}/pages/",
        "HTTP_X_ROLE": "hr",
    }
    page = b"".join(app(environ, lambda *_: None)).decode()
    assert f'href="{mounted}{PREFIX}/pages/searches"' in page
