"""The shared macros and files: what recurs is written once, and says what it is to everybody."""

import gzip
import hashlib
import re
from importlib import resources
from pathlib import Path

import pytest

from fachkraft_share.testing.gallery import PACKAGE, gallery_site
from fachkraft_share.web.assets import asset
from fachkraft_share.web.visit import Call

STATIC = Path(str(resources.files("fachkraft_share.web") / "static"))
MACROS = Path(str(resources.files("fachkraft_share.web") / "templates" / "macros.html"))


def shown(path: str = "/", **more: object) -> str:
    """Return a page of the gallery."""
    return gallery_site().respond(Call("GET", path, **more)).body.decode()  # type: ignore[arg-type]


def test_every_macro_is_on_the_page_and_says_what_it_is_for() -> None:
    """One line above each; a macro that nobody shows is looked at by no audit."""
    text = MACROS.read_text("utf-8")
    names = set(re.findall(r"{% macro ([a-z]\w*)\(", text))
    documented = set(re.findall(r"{#- (\w+)\(", text))
    gallery = (resources.files(PACKAGE) / "templates" / "gallery.html").read_text("utf-8")
    used = set(re.findall(r"\bm\.(\w+)\(", gallery)) | set(re.findall(r"(?:{{ ?|= )(\w+)\(", text))
    assert names <= documented
    assert names <= used


def test_a_fault_is_said_at_the_top_and_beside_its_field() -> None:
    """And the field points to it (WCAG 3.3.1, 4.1.3)."""
    page = shown("/faults")
    assert '<a href="#firm">' in page
    assert 'aria-describedby="firm-hint firm-fault" aria-invalid="true"' in page
    assert 'id="firm-fault"' in page
    assert "aria-invalid" not in shown()


def test_every_field_has_a_label_and_every_id_is_there_once() -> None:
    """Read from the page itself."""
    page = shown()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(set(ids) - {"progress"}) == sorted(one for one in ids if one != "progress")
    fields = re.findall(r'<(?:input|select|textarea)[^>]*?\bid="([^"]+)"', page)
    assert len(fields) > 10
    assert set(fields) <= set(re.findall(r'<label[^>]* for="([^"]+)"', page))


def test_what_people_wrote_stays_text() -> None:
    """In every place of every macro."""
    assert "&lt;b&gt;und&lt;/b&gt;" in shown()


def test_what_was_sent_is_shown_again_instead_of_what_was_known() -> None:
    """An emptied field stays empty, a ticked box ticked."""
    body = b"number=7&why=&wishes=near&size=s"
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer = gallery_site().respond(Call("POST", "/", headers=headers, body=body))
    page = answer.body.decode()
    assert 'name="number" value="7"' in page
    assert "Sehr gut vorbereitet" not in page
    assert '<option value="s" selected>' in page
    assert re.search(r'value="near" checked', page)
    assert not re.search(r'value="part" checked', page)


def test_who_is_signed_in_can_sign_out_and_sees_where_they_are() -> None:
    """By a form, since a GET changes nothing."""
    page = shown()
    assert '<form method="post" action="/logout">' in page
    assert 'href="/" aria-current="page"' in page
    assert 'href="/faults">' in page


def test_no_page_carries_script_or_style_of_its_own() -> None:
    """The policy would refuse it; the configuration of htmx is a meta tag, where a page asks."""
    page = shown()
    assert "<script" not in shown("/plain")
    assert not re.search(r"<style|<script(?! src=)| style=| on[a-z]+=", page)
    assert '"allowEval": false' in page


def test_the_files_of_others_are_those_the_list_names() -> None:
    """With their sums, and a licence beside each."""
    said = (STATIC / "README.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `([^`]+)` \|.*`([\w.]+\.LICENSE\.txt)` \|.*`([0-9a-f]{64})` \|$", said, re.M
    )
    assert {name for name, _, _ in rows} | {"fks.css", "passkey.js", "README.md"} | {
        licence for _, licence, _ in rows
    } == {one.name for one in STATIC.iterdir()}
    for name, _, digest in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name


def test_a_page_with_all_it_loads_is_light() -> None:
    """At most 200 kB over the line, fonts included (issue: a candidate's page)."""
    page = shown()
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    files += re.findall(r'url\("([^"]+)"\)', (STATIC / "fks.css").read_text("utf-8"))
    loaded = {name: len(asset(name, packed=True).body) for name in files}
    total = sum(loaded.values()) + len(gzip.compress(page.encode()))
    assert len(loaded) == 5
    assert total <= 120_000, loaded


@pytest.mark.parametrize("name", ["kern.min.css", "fks.css"])
def test_no_style_sheet_loads_from_elsewhere(name: str) -> None:
    """Only our own files and what is written into the sheet itself."""
    text = (STATIC / name).read_text("utf-8")
    found = re.findall(r"url\(([^)]*)\)", text)
    assert all(one.strip("\"'").startswith(("data:", "fks-sans-")) for one in found)
    assert "@import" not in text
