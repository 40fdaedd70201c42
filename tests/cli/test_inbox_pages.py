"""`inbox --open` in a process of its own: one link, one browser, stopped by Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from .conftest import Place

PATIENCE = 60


@contextmanager
def opened(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the command; yield the link it prints."""
    words = ["inbox", "--open", "--no-browser", "--folder", str(folder), *options]
    command = [sys.executable, "-m", "fachkraft_share.cli", *words, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["link"], process
        finally:
            process.kill()


def test_the_pages_open_once_and_end_with_ctrl_c(place: Place) -> None:
    """The one browser that used the link, then nobody else."""
    with opened(place.root / "muster") as (link, process):
        here = link.partition("/open/")[0]
        assert requests.get(here, timeout=PATIENCE).status_code == 403
        browser = requests.Session()
        assert browser.get(link, timeout=PATIENCE).status_code == 200
        page = browser.get(here, timeout=PATIENCE)
        assert "Was auf Sie wartet" in page.text
        assert "/logout" not in page.text
        assert browser.get(f"{here}/recommend", timeout=PATIENCE).status_code == 200
        assert requests.get(link, timeout=PATIENCE).status_code == 403
        elsewhere = {"Host": "fremd.example"}
        assert browser.get(here, headers=elsewhere, timeout=PATIENCE).status_code == 403
        if os.name == "posix":
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0


def test_a_works_council_gets_pages_of_its_own(place: Place) -> None:
    """Figures and rules, nobody's profile."""
    with opened(place.root / "muster", "--role", "reader") as (link, _):
        browser = requests.Session()
        browser.get(link, timeout=PATIENCE)
        here = link.partition("/open/")[0]
        assert browser.get(f"{here}/figures", timeout=PATIENCE).status_code == 200
        assert browser.get(f"{here}/profiles", timeout=PATIENCE).status_code == 403
