"""`fachkraft_share.init(app)`: knows the host by its application, mounts routes, starts nothing."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette

import fachkraft_share
from fachkraft_share.embed import asgi, wsgi
from fachkraft_share.errors import SetupError
from fachkraft_share.member.folder import save_settings, settings_of
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite


def old_tool(environ: Any, start_response: Any) -> list[bytes]:
    """A host over WSGI."""
    start_response("200 OK", [])
    return [b"the host's own page"]


async def new_tool(scope: Any, receive: Any, send: Any) -> None:
    """A host over ASGI."""


class CallableHost:
    """An ASGI application as middleware is written."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Do nothing."""


@attrs.frozen
class Drawer:
    """Where a host keeps copies."""

    name: str = "drawer"

    def erase(self, referral: str, *, at: int) -> Erasure:  # noqa: ARG002
        """Hold nothing."""
        return Erasure(Outcome.NEVER_HELD, (), at)


@pytest.mark.parametrize("make", [lambda: Flask("x"), FastAPI, Starlette])
def test_a_framework_is_known_by_its_application(make: Any, beispiel: Path) -> None:
    """The same application is served on, now with our routes."""
    app = make()
    assert fachkraft_share.init(app, folder=beispiel).app is app


@pytest.mark.parametrize(
    ("app", "shell"), [(old_tool, wsgi.Wsgi), (new_tool, asgi.Asgi), (CallableHost(), asgi.Asgi)]
)
def test_a_plain_application_is_wrapped(app: Any, shell: type, beispiel: Path) -> None:
    """What is served from now on stands in `app`."""
    assert isinstance(fachkraft_share.init(app, folder=beispiel).app, shell)


@pytest.mark.parametrize("app", [None, 7, "rails", CallableHost, lambda: None, object()])
def test_an_unknown_host_is_told_what_is_known(app: Any, beispiel: Path) -> None:
    """The message lists everything `init` takes."""
    with pytest.raises(SetupError) as told:
        fachkraft_share.init(app, folder=beispiel)
    for word in ("Flask", "FastAPI", "Starlette", "django", "WSGI", "ASGI"):
        assert word in str(told.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"prefix": "no-slash"}, "prefix"),
        ({"prefix": "/"}, "prefix"),
        ({"allow": new_tool}, "coroutine"),
        ({"adapters": "memory"}, "write"),
        ({"adapters": ["nobody"]}, "nobody"),
        ({"adapters": [7]}, "give names"),
        ({"adapters": [MemoryAdapter(MemorySystem())] * 2}, "twice"),
        ({"participants": [Drawer("store")]}, "name of its own"),
        ({"participants": [Drawer("adapter:odoo")]}, "name of its own"),
        ({"participants": [Drawer("site:wordpress")]}, "name of its own"),
        ({"folder": "/nowhere"}, "join first"),
    ],
)
def test_what_cannot_work_is_said_at_once(
    settings: dict[str, Any], said: str, beispiel: Path
) -> None:
    """Not with the first visitor, and in one sentence."""
    with pytest.raises(SetupError, match=said):
        fachkraft_share.init(old_tool, **{"folder": beispiel, **settings})


def test_the_prefix_of_django_stands_in_its_urls(beispiel: Path) -> None:
    """A second place for it would be ignored in silence."""
    import django

    assert django.VERSION >= (5, 2)
    with pytest.raises(SetupError, match=r"urls\.py"):
        fachkraft_share.init("django", folder=beispiel, prefix="/elsewhere")


def test_two_members_in_one_flask_application_need_two_prefixes(beispiel: Path) -> None:
    """The second below the same one is refused."""
    app = Flask("x")
    fachkraft_share.init(app, folder=beispiel)
    fachkraft_share.init(app, folder=beispiel, prefix="/other")
    with pytest.raises(SetupError, match="already"):
        fachkraft_share.init(app, folder=beispiel)


def connect(folder: Path, name: str) -> None:
    """Write an adapter into the folder's settings, as `connect` does."""
    settings = settings_of(folder)
    save_settings(folder, attrs.evolve(settings, adapters={name: {"folder": str(folder)}}))


def test_a_system_that_is_only_found_is_left_out_when_it_cannot_be_used(beispiel: Path) -> None:
    """The host starts; `doctor` says what is missing and why."""
    connect(beispiel, "gone")
    embedded = fachkraft_share.init(old_tool, folder=beispiel)
    assert not embedded.member.engine.adapters
    [found] = [one for one in embedded.member.doctor() if one.id == "FKS-013"]
    assert found.health.level == "warn"
    assert "gone" in found.health.cause


def test_a_system_that_is_named_must_be_usable(beispiel: Path) -> None:
    """The same settings, asked for by name, end in an error."""
    connect(beispiel, "gone")
    with pytest.raises(SetupError, match="gone"):
        fachkraft_share.init(old_tool, folder=beispiel, adapters=["gone"])


def test_a_system_that_is_found_and_installed_is_used(beispiel: Path) -> None:
    """What `connect` has set up needs no word in the host's code."""
    pytest.importorskip("fachkraft_share_files")
    connect(beispiel, "files")
    assert set(fachkraft_share.init(old_tool, folder=beispiel).member.engine.adapters) == {"files"}


def test_the_hosts_own_system_takes_part_in_erasures(beispiel: Path) -> None:
    """An adapter object is used as it is, and remembered."""
    own = MemoryAdapter(MemorySystem())
    embedded = fachkraft_share.init(old_tool, folder=beispiel, adapters=[own])
    assert embedded.member.engine.adapters == {"memory": own}
    assert "adapter:memory" in embedded.member.engine.participants


def test_the_hosts_own_website_is_no_system_of_applicants(beispiel: Path) -> None:
    """It is kept equal to what may be shown, and takes part in erasures."""
    own = MemoryCmsAdapter(MemorySite())
    engine = fachkraft_share.init(old_tool, folder=beispiel, adapters=[own]).member.engine
    assert (engine.adapters, engine.sites) == ({}, {"memory-cms": own})
    assert "site:memory-cms" in engine.participants


def test_a_participant_is_remembered_before_anybody_visits(beispiel: Path) -> None:
    """Another process that lacks it knows from `init` on that somebody is missing."""
    fachkraft_share.init(old_tool, folder=beispiel, participants=[Drawer()])
    with fachkraft_share.Member.open(beispiel) as elsewhere:
        [found] = [one for one in elsewhere.doctor() if one.id == "FKS-007"]
    assert "drawer" in found.health.cause


def test_nothing_is_started_and_no_framework_loaded(beispiel: Path) -> None:
    """No thread, no process, no connection; what the host did not load stays unloaded."""
    watch = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event))\n"
        "import fachkraft_share\n"
        "assert 'fachkraft_share.embed' not in sys.modules\n"
        "def tool(environ, start_response): ...\n"
        f"fachkraft_share.init(tool, folder={str(beispiel)!r})\n"
        "bad = ('socket.connect', 'socket.getaddrinfo', '_thread.start', 'os.fork',\n"
        "       'os.posix_spawn', 'subprocess.Popen')\n"
        "heavy = {'flask', 'django', 'starlette', 'fastapi', 'uvicorn', 'sqlalchemy', 'jinja2'}\n"
        "print([one for one in seen if one.startswith(bad)], heavy & set(sys.modules))\n"
        "assert 'sqlite3.connect' in seen\n"
    )
    run = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "[] set()", run.stderr
