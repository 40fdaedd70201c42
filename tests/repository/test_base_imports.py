"""Importing the library loads the base alone and does nothing."""

import subprocess
import sys

import pytest

HEAVY = {
    "sqlalchemy",
    "alembic",
    "starlette",
    "uvicorn",
    "click",
    "babel",
    "rich",
    "jinja2",
    "hypothesis",
    "pytest",
}
LOOK = "import sys; before = set(sys.modules); import {}; print(*sorted(set(sys.modules) - before))"


@pytest.mark.parametrize(
    "door",
    [
        "fachkraft_share",
        "fachkraft_share.member",
        "fachkraft_share.plugins",
        "fachkraft_share.ports",
        "fachkraft_share.protocol",
    ],
)
def test_a_fresh_interpreter_loads_only_the_base(door: str) -> None:
    """No framework, no SQLAlchemy, no Babel: a host application pays for what it uses."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK.format(door)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in run.stdout.split()}
    assert "fachkraft_share" in loaded
    assert not loaded & HEAVY
    assert run.stderr == ""


def test_importing_looks_for_no_plugin_and_opens_no_socket() -> None:
    """Style rule 9: nothing is loaded, read or registered at import."""
    watch = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(event))\n"
        "import fachkraft_share\n"
        "bad = ('socket.', 'sqlite3.', 'subprocess.', 'os.mkdir', 'os.remove', 'os.rename')\n"
        "print(*[event for event in seen if event.startswith(bad)])\n"
    )
    run = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
