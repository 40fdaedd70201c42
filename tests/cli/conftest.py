"""A node over HTTP and two companies, all set up by the commands themselves."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.cli.demo.person import Visitor
from fachkraft_share.cli.demo.processes import free_port
from fachkraft_share.cli.main import run
from fachkraft_share.node.folder import open_node
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.service import Node

RESUME = {
    "basics": {
        "name": "Aylin Beispielfrau",
        "label": "Softwareentwicklerin",
        "email": "aylin@postfach.example",
        "phone": "+49 176 04069123",
        "location": {"address": "Marktstraße 7", "postalCode": "38640", "city": "Goslar"},
    },
    "work": [{"name": "Altdaten KG", "position": "Entwicklerin", "startDate": "2019-04"}],
    "skills": [{"name": "Python"}, {"name": "SQL"}],
    "meta": {"fachkraftShare": {"kldb": "43414"}},
}
PERSONAL = ("Beispielfrau", "aylin@", "04069123", "Marktstra")


@attrs.frozen
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, read."""
        return json.loads(self.out)


def fks(*arguments: str | Path) -> Done:
    """Run a command in this process, as JSON unless told otherwise."""
    out, err = io.StringIO(), io.StringIO()
    words = [str(one) for one in arguments]
    with redirect_stdout(out), redirect_stderr(err):
        code = run(words)
    assert "Traceback" not in err.getvalue()
    return Done(code, out.getvalue(), err.getvalue())


def must(*arguments: str | Path) -> Any:
    """Run a command that must succeed, and return its JSON."""
    done = fks(*arguments)
    assert done.code == 0, done.err + done.out
    return done.json


@attrs.define
class Place:
    """Where everything lies."""

    root: Path
    node: Node

    def folder(self, name: str) -> str:
        """Return the option that names a folder."""
        return f"--folder={self.root / name}"

    def sync(self, *names: str) -> None:
        """Synchronise these, twice, so that everything has arrived."""
        for name in (*names, *names):
            must("sync", self.folder(name))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Serve a new node and let two companies join with the adapter `files` connected."""
    port = free_port()
    must(
        "node",
        "init",
        f"--folder={tmp_path / 'node'}",
        f"--root-key={tmp_path / 'safe' / 'root.json'}",
        "--id=https://node.example",
        f"--url=http://127.0.0.1:{port}",
    )
    node = open_node(tmp_path / "node")
    with serving(node, port=port):
        found = Place(tmp_path, node)
        for name in ("muster", "beispiel"):
            _join(found, name)
        yield found
    node.exchange.store.close()  # type: ignore[attr-defined]


def _join(place: Place, name: str) -> None:
    code = must("node", "invite", name, place.folder("node"))["code"]
    id = f"https://{name}.example"
    must("join", code, place.folder(name), f"--id={id}", f"--name={name}", f"--notice={id}/n")
    must("connect", "files", place.folder(name), f"--set=folder={place.root / name}-ats")


def recommend(place: Place) -> Visitor:
    """Let Muster recommend the runner-up in its folder, and return the person at the link."""
    case = place.root / "muster-ats" / "in" / "rejected" / "4711"
    case.mkdir(parents=True)
    (case / "profil.json").write_text(json.dumps(RESUME), encoding="utf-8")
    (case / "lebenslauf.pdf").write_bytes(b"%PDF-1.4\nAylin Beispielfrau\n%%EOF\n")
    (case / "application.json").write_text('{"id": "4711", "rejected_on": "2026-01-19"}')
    told = must("recommend", "4711", place.folder("muster"), "--rank=second")
    return Visitor(told["link"])
