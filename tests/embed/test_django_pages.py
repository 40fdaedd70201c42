"""The inbox's pages within Django: below any path, with its sign-in, despite its own checks."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .conftest import environment

HOST = Path(__file__).with_name("django_host.py")
PAGES = "/hr/exchange/pages"


def ask(folder: Path, *asked: tuple[str, str]) -> list[dict[str, Any]]:
    """Return what the application answers, each as somebody with a role."""
    words = [word for pair in asked for word in pair]
    done = subprocess.run(
        [sys.executable, str(HOST), *words],
        env={**os.environ, **environment(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_pages_in_django_stay_below_its_path(beispiel: Path) -> None:
    """Every address, in both languages; our policy is there and no cookie of ours."""
    to, page, search, style, form = ask(
        beispiel,
        ("hr", "/hr/exchange/"),
        ("hr", f"{PAGES}/?lang=de"),
        ("hr", f"{PAGES}/searches?lang=en"),
        ("", f"{PAGES}/static/fks.css"),
        ("hr", f"{PAGES}/recommend?lang=de"),
    )
    assert to["location"] == f"{PAGES}/"
    assert "Was auf Sie wartet" in page["page"]
    assert f'href="{PAGES}/searches?lang=de"' in page["page"]
    assert f'href="{PAGES}/static/fks.css"' in page["page"]
    assert "default-src 'none'" in page["policy"]
    assert page["cookies"] == 0
    assert "Searches and open jobs" in search["page"]
    assert style["status"] == 200
    assert f'action="{PAGES}/recommend?lang=de"' in form["page"]


def test_django_says_who_may_do_what(beispiel: Path) -> None:
    """Nobody, a works council, the daily work, and who manages."""
    pairs = [
        ("", "/", 403),
        ("reader", "/figures", 200),
        ("reader", "/profiles", 403),
        ("hr", "/profiles", 200),
        ("hr", "/settings", 403),
        ("administrator", "/settings", 200),
    ]
    answers = ask(beispiel, *((role, f"{PAGES}{path}") for role, path, _ in pairs))
    assert [one["status"] for one in answers] == [status for _, _, status in pairs]


def test_a_form_in_django_works_without_its_token_and_from_our_pages_only(beispiel: Path) -> None:
    """Its own cross-site check is on; ours takes its place."""
    saved, foreign, synced, changed, settings = ask(
        beispiel,
        ("hr", f"+{PAGES}/searches/new#occupation=43&near=38640"),
        ("hr", f"-{PAGES}/searches/new"),
        ("hr", f"+{PAGES}/sync#x=y"),
        ("administrator", f"+{PAGES}/settings/change#set_contact=Petra Beispiel"),
        ("administrator", f"{PAGES}/settings"),
    )
    assert saved["location"].startswith(f"{PAGES}/profiles?said=saved")
    assert foreign["status"] == 403
    assert synced["location"] == f"{PAGES}/?said=synchronised"
    assert changed["location"] == f"{PAGES}/settings?said=settings-changed"
    assert "Petra Beispiel" in settings["page"]
