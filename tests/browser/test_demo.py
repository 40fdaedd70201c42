"""The demo plays to its end, every claim holds, and every page of every role can be reached.

Real processes, real HTTP, real files; run in an empty folder, which stays empty.
"""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

ROOT = Path(__file__).parents[2]
FILES = importlib.util.find_spec("fachkraft_share_files")
MOST = 40  # pages of one role
SECRET = re.compile(r"[A-Za-z0-9_-]{20,}")
SAVED = re.compile(r"[./](json|pdf|csv|ics|md|xml|text|table)(\?|$)|/document|/-/|[?&]lang=")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(FILES is None, reason="the adapter files is not installed"),
    pytest.mark.skipif(os.name != "posix", reason="is ended by a signal"),
]


@attrs.frozen
class Played:
    """What the demo said, and where it ran."""

    claims: list[dict[str, Any]]
    links: dict[str, str]  # by role and what it shows
    folder: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The demo, played and waiting for Ctrl-C."""
    folder = tmp_path_factory.mktemp("demo")
    shared = os.environ.get("FKS_SHARED", str(ROOT.parent / "shared"))
    with subprocess.Popen(
        [sys.executable, "-m", "fachkraft_share.cli", "demo", "--json", "--speed", "0"],
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "FKS_SHARED": shared},
        text=True,
    ) as running:
        try:
            claims, roles = _said(running), _said(running)
            links = {f"{one['role']}: {one['what']}": one["link"] for one in roles["roles"]}
            yield Played(claims["claims"], links, folder)
        finally:
            running.send_signal(signal.SIGINT)
        assert running.wait(120) == 0


def _said(running: "subprocess.Popen[str]") -> Any:
    """Read one JSON object, which ends with a brace at the beginning of a line."""
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line)
        if line == "}\n":
            return json.loads("".join(lines))
    raise AssertionError("the demo ended early")


def test_every_claim_of_the_demo_holds(demo: Played) -> None:
    """And it leaves nothing where it was started."""
    assert [claim for claim in demo.claims if not claim["ok"]] == []
    assert len(demo.claims) > 30
    second = "PostgreSQL" if os.environ.get("FKS_POSTGRES_URL") else "SQLite"
    assert [one for one in demo.claims if one["claim"].endswith(f"Goslar in {second}")]
    assert list(demo.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("role", "least"),
    [
        ("is being asked", 4),
        ("decides later", 4),
        ("has an open request", 10),
        ("has said yes", 10),
        ("has declined", 2),
        ("has withdrawn, receipts", 3),
        (": searches", 12),
        (": recommends", 12),
        ("works council: figures only", 3),
        ("a joinery", 8),
        ("invites graduates", 8),
        ("graduate, just invited", 2),
        ("has entered everything", 2),
        ("minor, waits for a parent", 2),
        ("parent, is asked", 1),
        ("coordinator (the link works once): office", 20),
    ],
)
def test_every_page_of_a_role_can_be_reached(demo: Played, tab: Any, role: str, least: int) -> None:
    """From the printed link by links alone: none is missing, refused or broken."""
    page = tab()
    [link] = [link for name, link in demo.links.items() if role in name.casefold()]
    page.goto(link)
    _enter(page)
    assert len(_walk(page)) >= least


def _enter(page: Any) -> None:
    """Sign in where the link asks for it, as the first administrator does."""
    if "/open/" in page.url:
        page.wait_for_url(re.compile(r"/$"))
    if "/login/link/" in page.url:
        for name, text in (("name", "Katrin Beispiel"), ("mail", "katrin@kammer.example")):
            if page.locator(f"main [name={name}]").count():
                page.fill(f"main [name={name}]", text)
        page.locator("main form button").first.click()
    if (
        "/f/" in page.url and "/p/" not in page.url
    ):  # a hosted firm accepts the processor's contract first
        page.goto(re.match(r"http://[^/]+/f/[a-z]+/", page.url)[0])
        if page.locator("main [name=accept]").count():
            page.locator("main [name=accept]").check()
            page.locator("main form button").first.click()


def _walk(page: Any) -> set[str]:
    """Open everything that is linked within the site; links that differ by a secret are one."""
    here = re.match(r"https?://[^/]+", page.url)[0]
    seen: set[str] = set()
    waiting = [page.url]
    while waiting and len(seen) < MOST:
        address = waiting.pop(0).partition("#")[0]
        kind = SECRET.sub("*", address)
        if kind in seen or SAVED.search(address) or not address.startswith(here):
            continue
        seen.add(kind)
        answer = page.goto(address)
        assert answer.status < 400, (kind, answer.status)
        waiting += page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    return seen
