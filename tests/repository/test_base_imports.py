"""Importing the library loads the base alone and does nothing."""

import inspect
import subprocess
import sys

import pytest

from fachkraft_share.member import Member
from fachkraft_share.protocol.facts import ALL

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


def test_the_member_costs_a_host_nothing_until_it_is_opened() -> None:
    """`Member` brings no other room and no library: each method loads what it needs itself."""
    script = (
        "import sys; from fachkraft_share.member import Member; "
        "print(*sorted(one for one in sys.modules if one.startswith('fachkraft_share')), "
        "*sorted({'attr', 'cattrs', 'cryptography', 'requests', 'sqlite3'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [
        "fachkraft_share",
        "fachkraft_share.errors",
        "fachkraft_share.limits",
        "fachkraft_share.member",
        "fachkraft_share.member.facade",
    ]


def test_closing_means_everywhere_unless_told() -> None:
    """The façade cannot load the protocol's word for it; so the two are compared here."""
    closing = inspect.signature(Member.close).parameters["scope"]
    assert closing.default == ALL


def test_importing_looks_for_no_plugin_and_opens_no_socket() -> None:
    """Style rule 9: nothing is loaded, read or registered at import."""
    watch = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(event))\n"
        "import fachkraft_share\n"
        "from fachkraft_share.member import Member\n"
        "import fachkraft_share.member.folder\n"
        "bad = ('socket.', 'sqlite3.', 'subprocess.', 'os.mkdir', 'os.remove', 'os.rename')\n"
        "print(*[event for event in seen if event.startswith(bad)])\n"
    )
    run = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
