"""A served node with two members on this disk, and what serves an application for a test."""

import importlib.util
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
import requests
import uvicorn

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, Member
from fachkraft_share.model.organisation import Role
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.service import Node
from fachkraft_share.ports.machine import SystemClock
from fachkraft_share.testing.person import Person
from fachkraft_share.wire.suite import Standard

EXAMPLES = Path(__file__).parents[2] / "examples"
TOKEN = "t0ken"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PATIENCE = 60  # seconds for a process to start on a busy machine
CANDIDATE = Candidate(
    given="Aylin",
    family="Beispiel",
    email="aylin@example.org",
    postcode="38640",
    title="Softwareentwicklerin",
    occupation="43414",
    skills=("Python", "SQL"),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 ... %%EOF"),),
)


@attrs.define
class Alliance:
    """A node on a socket of this machine, and the folders of those who joined it."""

    node: Node
    folder: Path

    def join(self, name: str) -> Path:
        """Let a member join; return its folder."""
        folder = self.folder / f"{name}-{secrets.token_hex(4)}"
        code = self.node.enrolment.invite(name.title(), [Role.EMPLOYER])
        id = f"https://{folder.name}.example"
        notice = f"{id}/datenschutz"
        with Member.join(folder, code, id=id, name=name.title(), notice=notice):
            return folder

    def person(self, link: str) -> Person:
        """Return the person with this link."""
        return Person(
            desk=lambda: self.node.desk,
            suite=Standard(),
            root=self.node.exchange.settings.root,
            now=SystemClock().now,
            secret=link.rpartition("/")[2],
        )

    def settle(self, *folders: Path) -> None:
        """Let everybody synchronise until the news has gone round."""
        for _ in range(3):
            for folder in folders:
                with Member.open(folder) as member:
                    member.sync()
            self.node.tick()

    def hand_over(self, origin: Path, reader: Path) -> tuple[Person, str]:
        """Bring a referral from one member to the other, up to the dossier."""
        with Member.open(origin) as member:
            asked = member.recommend(
                CANDIDATE,
                Endorsement(rank="second"),
                application="ATS-4711",
                rejected_on=_yesterday(),
            )
        assert asked.link is not None
        person = self.person(asked.link)
        self.settle(origin)
        person.grant()
        self.settle(origin, reader)
        with Member.open(reader) as member:
            member.request_contact(asked.referral, job="Backend")
        self.settle(origin, reader)
        person.agree()
        self.settle(origin, reader)
        return person, asked.referral


def _yesterday() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)


@pytest.fixture(scope="module")
def harz(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alliance]:
    """Return a served node; each test lets members of its own join."""
    folder = tmp_path_factory.mktemp("harz")
    founding = Founding("https://node.harz.example", "https://harz.example", name="Harz")
    node = init(folder / "node", founding, root=folder / "root.json")
    with serving(node) as url:
        node.exchange.settings = attrs.evolve(node.exchange.settings, url=url)
        yield Alliance(node, folder)
    node.exchange.store.close()  # type: ignore[attr-defined]


@pytest.fixture
def beispiel(harz: Alliance) -> Path:
    """Return the folder of a member that has just joined."""
    return harz.join("beispiel")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """Return what loads an example over a member's folder."""

    def load(name: str, folder: Path) -> ModuleType:
        for variable, value in environment(folder).items():
            monkeypatch.setenv(variable, value)
        path = EXAMPLES / name / "app.py"
        spec = importlib.util.spec_from_file_location(f"example_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def environment(folder: Path) -> dict[str, str]:
    """Return what the examples are told by their environment."""
    return {
        "FKS_FOLDER": str(folder),
        "APP_TOKEN": TOKEN,
        "APP_SECRET": secrets.token_hex(),
        "APP_PASSWORD": TOKEN,
        "SECRET_KEY": secrets.token_hex(),
    }


@pytest.fixture
def served() -> Any:
    """Return what serves an ASGI application in a thread."""
    return serve_asgi


@contextmanager
def serve_asgi(app: Any) -> Iterator[str]:
    """Serve the application by uvicorn; give its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def process(*command: str, folder: Path, cwd: Path, **more: str) -> Iterator[str]:
    """Run an example as a process that prints its address first, and give that."""
    surroundings = {**os.environ, **environment(folder), **more}
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=cwd,
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            assert running.stdout is not None
            yield running.stdout.readline().strip()
        finally:
            os.killpg(running.pid, 15)  # its copies too
            running.wait(timeout=PATIENCE)


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until it happened."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def get(url: str, **more: Any) -> requests.Response:
    """Fetch a page."""
    return requests.get(url, timeout=PATIENCE, **more)
