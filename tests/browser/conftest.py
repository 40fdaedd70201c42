"""Real Chromium for pages: tabs that note what they were told, and an audit of what they show.

Skipped where playwright or Chromium is missing, unless `FKS_REQUIRE_BROWSER` is set. `FKS_CHROMIUM`
names the browser, `FKS_AXE` the file `axe.min.js` of axe-core, `FKS_SCREENSHOTS` a folder that gets
a picture of everything that is audited.
"""

import hashlib
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import fachkraft_share
from fachkraft_share.web.asgi import SiteApp
from fachkraft_share.web.site import Site

# Debian's headless shell is the same engine without windows: a tab opens in a fifth of the time.
INSTALLED = shutil.which("chromium-headless-shell") or shutil.which("chromium")
CHROMIUM = os.environ.get("FKS_CHROMIUM") or INSTALLED or ""
AXE = os.environ.get("FKS_AXE", "")
PICTURES = os.environ.get("FKS_SCREENSHOTS", "")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice")
PACKAGE = Path(fachkraft_share.__file__).parent
WIDTHS = (320, 1280)
THEMES = ("light", "dark")
# A page as axe sees it: elements, what they are and how they refer to each other, and where words
# stand; not which words. Neighbours of the same build count once, and a list's order is nothing.
SHAPE = """() => {
  const told = ['class', 'for', 'id', 'name', 'role', 'scope', 'style', 'type'];
  const said = one => told.includes(one.name) || /^aria-(?!label$)/.test(one.name);
  const names = one => [...one.attributes]
    .map(one => one.name + (said(one) ? '=' + one.value : one.value.trim() ? '' : '=')).join(' ');
  const parts = one => [...one.childNodes].map(
    one => one.nodeType === 1 ? shape(one) : one.nodeType === 3 && one.data.trim() ? '.' : '');
  const below = one => (/^[uo]l$/.test(one.localName) ? parts(one).sort() : parts(one))
    .filter(one => one).filter((one, at, all) => one !== all[at - 1]).join('');
  const shape = one => `<${one.localName} ${names(one)}>${below(one)}</>`;
  return shape(document.documentElement);
}"""
SETTLED = """pictured => new Promise(one => {
  if (pictured) scrollTo(0, 0);
  requestAnimationFrame(() => requestAnimationFrame(one));
})"""
HARMLESS = ("favicon", "Failed to load resource")


@pytest.fixture(scope="module")  # two open at once in a process hinder each other
def chromium() -> Iterator[Any]:
    """The browser."""
    try:
        from playwright.sync_api import Locator, Page, sync_playwright
    except ImportError:
        sync_playwright = None
    if not (CHROMIUM and sync_playwright):
        if os.environ.get("FKS_REQUIRE_BROWSER"):
            pytest.fail("Chromium and playwright are required here")
        pytest.skip("there is no Chromium or no playwright on this machine")
    for one in (Locator, Page):
        _patient(one)
    root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *root])
        yield browser
        browser.close()


def _patient(kind: Any) -> None:
    """Let every click wait until the page it leads to is there as a whole, not its first bytes."""
    click = kind.click
    if hasattr(click, "patient"):
        return

    def clicked(self: Any, *what: Any, **how: Any) -> None:
        click(self, *what, **how)
        getattr(self, "page", self).wait_for_load_state("domcontentloaded")

    clicked.patient = True  # type: ignore[attr-defined]
    kind.click = clicked


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a tab of its own: `tab(javascript=False, locale="en-GB", width=320)`.

    At the end nothing may have gone to another site, and no script or policy have complained.
    """
    contexts, faults = [], []

    def opened(*, javascript: bool = True, locale: str = "de-DE", width: int = 1280) -> Any:
        context = chromium.new_context(
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Europe/Berlin",
            viewport={"width": width, "height": 900},
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda one: _complaint(one, faults))
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("dialog", lambda one: (faults.append("a dialog"), one.dismiss()))
        page.on("request", lambda one: None if _own(one.url) else faults.append(one.url))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _own(url: str) -> bool:
    return bool(re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])[:/]|data:|blob:|about:", url))


def _complaint(message: Any, faults: list[str]) -> None:
    if message.type == "error" and not any(one in message.text for one in HARMLESS):
        faults.append(message.text)


@pytest.fixture(scope="module")
def looked_at() -> set[tuple[str, str]]:
    """What this module's audits have seen: which page, and in which language or with faults."""
    return set()


@pytest.fixture
def not_looked_at(
    request: pytest.FixtureRequest, looked_at: set[tuple[str, str]]
) -> Callable[..., list[tuple[str, str]]]:
    """Tell which pages no audit of this module saw: `not_looked_at("node/office", "de", "en")`.

    Every template that stands on its own is a page, one that others extend is their frame; one
    that can name faults counts again as "faults". Belongs into the last test of a module, and only
    the whole module can answer.
    """
    chosen = request.config.option
    if chosen.keyword or chosen.markexpr or any("::" in one for one in request.config.args):
        pytest.skip("only a part of the tests was asked for")

    def missing(room: str, *languages: str) -> list[tuple[str, str]]:
        folder, _, below = room.partition(":")
        templates = PACKAGE / folder / "templates"
        said = "".join(one.read_text("utf-8") for one in templates.rglob("*.html"))
        frames = set(re.findall(r'{% extends "([^"]+)"', said))
        wanted = set()
        for one in sorted((templates / below).glob("*.html")):
            text, page = one.read_text("utf-8"), f"{folder}/{one.relative_to(templates)}"
            if "{% extends" in text and str(one.relative_to(templates)) not in frames:
                wanted |= {(page, language) for language in languages}
                wanted |= {(page, "faults")} if "summary(" in text else set()
        assert wanted, f"{templates / below} has no pages"
        return sorted(wanted - looked_at)

    return missing


@pytest.fixture(scope="session")
def shapes() -> set[tuple[bytes, str, int]]:
    """What axe has judged already: the build of a page, the theme, the width."""
    return set()


@pytest.fixture
def audit(
    request: pytest.FixtureRequest,
    looked_at: set[tuple[str, str]],
    shapes: set[tuple[bytes, str, int]],
) -> Callable[..., None]:
    """Look at the page as it stands: both themes, narrow and wide; `name` names its pictures.

    axe judges each build of a page once, in each theme and width: its rules ask for elements, names
    and colours, and not for which words stand there. No violation axe finds and no contrast it
    cannot decide, nothing runs out sideways. Without JavaScript axe cannot run; then a picture is
    taken at most.
    """
    axe = Path(AXE).read_text("utf-8") if AXE else ""
    if not axe and os.environ.get("FKS_REQUIRE_BROWSER"):
        pytest.fail("FKS_AXE must name axe.min.js here")

    def new(page: Any, theme: str, width: int) -> bool:
        seen = (hashlib.sha256(page.evaluate(SHAPE).encode()).digest(), theme, width)
        return seen not in shapes and not shapes.add(seen)

    def audited(page: Any, name: str = "", *, axe_can_run: bool = True) -> None:
        if not (axe_can_run or PICTURES):
            return
        before = page.viewport_size
        if axe_can_run:
            looked_at.update(_seen(page))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                _picture(page, f"{name or request.node.name}-{theme}-{width}")
                if axe and axe_can_run and new(page, theme, width):
                    _look(page, axe, where=f"{name} {theme} {width}")
                if axe_can_run:
                    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert wide <= 0, f"{name} runs {wide} px out of {width}"
        page.set_viewport_size(before)
        page.emulate_media(color_scheme="light")
        if axe_can_run:  # a click may miss while the page takes its old size, or scrolls back
            page.evaluate(SETTLED, bool(PICTURES))

    return audited


def _seen(page: Any) -> Iterator[tuple[str, str]]:
    name = page.locator("main").get_attribute("data-page")
    yield name, page.locator("html").get_attribute("lang")
    if page.locator("main .faults").count():
        yield name, "faults"


def _look(page: Any, axe: str, *, where: str) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    options = {"runOnly": list(TAGS), "resultTypes": ["violations", "incomplete"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    bad = found["violations"] + [one for one in found["incomplete"] if "contrast" in one["id"]]
    said = [
        (one["id"], part["target"], part["html"][:160])
        for one in bad
        for part in one["nodes"]
        # axe cannot look behind the words of a drawing; tests/browser/test_frame.py measures them.
        if one in found["violations"] or not part["html"].startswith("<text ")
    ]
    assert not said, (where, said)


def _picture(page: Any, name: str) -> None:
    if PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png", full_page=True
        )


@pytest.fixture(scope="module")
def served() -> Iterator[Callable[[Site], str]]:
    """Serve a site on a port of its own until the module's tests end: `url = served(site)`."""
    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(site: Site) -> str:
        config = uvicorn.Config(SiteApp(site), log_level="critical", lifespan="off", ws="none")
        server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        started.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield serve
    for server, thread in started:
        server.should_exit = True
        thread.join()
