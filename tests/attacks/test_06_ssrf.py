"""Attack 6: somebody makes a party call an address of the attacker's choice.

Precedents: CVE-2026-46348, -50131, -77632. The measure is not to have the way at all.
"""

import ast
from pathlib import Path
from typing import Any

import pytest

import fachkraft_share
from fachkraft_share.cli.sandbox.telling import teller
from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.reaching import reach
from fachkraft_share.ports.runtime import Request
from fachkraft_share.ports.trial import Trial
from fachkraft_share.wire.ids import check_web_address

ROOT = Path(fachkraft_share.__file__).parent
# Who may open a connection to elsewhere, and to where.
CALLERS = {
    "ports/http.py": "the node of the joining code, partner nodes of an agreement",
    "ports/rest.py": "the outside system of an adapter's settings, and where it says a file lies",
    "ports/reaching.py": "what whoever sets up typed, and the settings' addresses, for `doctor`",
    "node/outbox.py": "the mail server of the settings",
    "node/trying.py": "the mail server that whoever sets up typed",
    "web/login/provider_calls.py": "the sign-in provider of the settings",
    "cli/demo": "this machine",
    "cli/browser.py": "this machine",
    "cli/sandbox/telling.py": "the program of whoever listens: this machine, or HTTPS",
}
WAYS_OUT = {
    "requests",
    "urllib3",
    "httpx",
    "aiohttp",
    "http.client",
    "urllib.request",
    "smtplib",
    "ftplib",
    "telnetlib",
    "xmlrpc.client",
}
ELSEWHERE = (
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:127.0.0.1]/",
    "http://0.0.0.0:8765/",
    "http://2130706433/",
    "http://127.0.0.1.fremd.example/",
    "http://localhost.fremd.example/",
    "http://127.0.0.1@fremd.example/",
    "ftp://fremd.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/",
    "//fremd.example/",
    "",
)


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    found: set[str] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.Import):
            found |= {alias.name for alias in one.names}
        if isinstance(one, ast.ImportFrom) and one.module:
            found |= {one.module, *(f"{one.module}.{alias.name}" for alias in one.names)}
    return found


def test_nobody_else_can_call_out() -> None:
    """Only these modules import anything that opens a connection to elsewhere."""
    calling = {
        str(file.relative_to(ROOT)) for file in ROOT.rglob("*.py") if _imports(file) & WAYS_OUT
    }
    strangers = {one for one in calling if not one.startswith(tuple(CALLERS))}
    assert strangers == set()
    assert "ports/http.py" in calling


@pytest.mark.parametrize("address", ELSEWHERE)
def test_set_up_tries_no_such_address(address: str) -> None:
    """Refused by its form, before anything is looked up."""
    found = reach(address)
    assert isinstance(found, Trial)
    assert found.code == "plain"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_member_calls_no_such_address(address: str) -> None:
    """HTTPS, or this machine by its plain names; refused before a socket is opened."""
    transport = HttpTransport()
    with pytest.raises(SetupError):
        transport.call(address, Request("GET /federation"))
    transport.close()


@pytest.mark.parametrize("address", ELSEWHERE)
def test_events_are_forwarded_to_no_such_address(address: str) -> None:
    """The sandbox tells programs on this machine, or over HTTPS, of events."""
    with pytest.raises(SetupError):
        teller(address, "")


@pytest.mark.parametrize(
    "address", [*ELSEWHERE, "https://user@fremd.example/", "https://a b/", "javascript:alert(1)"]
)
def test_no_such_address_becomes_a_link(address: str) -> None:
    """What a requester names as its privacy notice is shown as text unless it is plain https."""
    with pytest.raises(MalformedError):
        check_web_address(address)


def test_addresses_in_messages_are_fetched_by_nobody(town: Any) -> None:
    """A whole story in which every address is hostile: all calls went to the one node."""
    town["dritte"].request_contact(
        town.referral, job="x", message="http://169.254.169.254/", contact="http://[::1]/"
    )
    town.settle()
    operations = {request.operation for _, request, _ in town.carried}
    assert operations <= set(town.service.operations)
