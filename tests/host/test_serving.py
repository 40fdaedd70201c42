"""The host over a socket, and its commands."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import requests

from fachkraft_share.cli.main import run
from fachkraft_share.host.folder import open_host
from fachkraft_share.host.serve import serving
from fachkraft_share.node.folder import Founding
from fachkraft_share.node.folder import init as found
from fachkraft_share.node.http.serve import serving as serving_node

NODE = "https://node.harz.example"


def fks(*arguments: str | Path) -> tuple[int, Any]:
    """Run a command as JSON."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(one) for one in arguments])
    assert "Traceback" not in err.getvalue()
    return code, json.loads(out.getvalue() or err.getvalue())


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A host made by its command."""
    code, told = fks(
        "host",
        "init",
        tmp_path / "host",
        "--url=http://127.0.0.1:8767",
        "--operator=IHK Beispiel, Goslar",
        "--contact=x@kammer.example",
        "--measures=TOM 3",
        "--name=Postfach",
    )
    assert code == 0, told
    return tmp_path / "host"


def test_the_commands_lead_a_firm_in_and_out(made: Path, tmp_path: Path) -> None:
    """Init, add, list, suspend, resume, backup, restore, remove, doctor."""
    node = found(tmp_path / "node", Founding(NODE, f"{NODE}/a"), root=tmp_path / "root")
    folder = f"--folder={made}"
    with serving_node(node) as url:
        node.exchange.settings = _at(node.exchange.settings, url)
        code = node.enrolment.invite("Muster GmbH", ["employer"])
        names = ["--id=https://muster.example", "--name=Muster GmbH"]
        ended, told = fks("host", "add-firm", code, *names, folder)
        assert ended == 0, told
        assert told["link"].startswith("http://127.0.0.1:8767/f/muster-gmbh/login/link/")
        _, listed = fks("host", "list", folder)
        [row] = listed["firms"]
        assert (row["firm"], row["state"], row["contract"]) == ("muster-gmbh", "active", False)
        assert fks("host", "suspend", "muster-gmbh", folder)[1]["state"] == "suspended"
        assert fks("host", "resume", "muster-gmbh", folder)[1]["state"] == "active"
        assert fks("host", "link", "muster-gmbh", folder)[1]["link"] != told["link"]
        checks = fks("doctor", folder)[1]["checks"]
        assert {"FKS-201", "FKS-207"} <= {one["id"] for one in checks}
        assert fks("host", "backup", tmp_path / "backup", folder)[0] == 0
        again = f"--folder={tmp_path / 'again'}"
        assert fks("host", "restore", tmp_path / "backup", again)[1]["firms"] == ["muster-gmbh"]
        along = tmp_path / "along"
        ended, told = fks("host", "remove", "muster-gmbh", f"--take-along={along}", "--yes", folder)
        assert ended == 0, told
        assert fks("host", "list", folder)[1]["firms"] == []
        assert {"state", "keys", "journal"} == {one.name for one in along.iterdir()}


def _at(settings: Any, url: str) -> Any:
    import attrs

    return attrs.evolve(settings, url=url)


def test_a_host_answers_over_a_socket(made: Path) -> None:
    """Home, health in both forms, style, and no page where no firm is."""
    host = open_host(made)
    with serving(host) as (url, worker):
        worker.tick()
        assert "Postfach" in requests.get(url, timeout=10).text
        health = requests.get(f"{url}/-/health.json", timeout=10)
        assert health.status_code == 200
        assert {"FKS-201", "FKS-208"} <= {one["id"] for one in health.json()["checks"]}
        assert any("fix" in one for one in health.json()["checks"])  # on this machine
        from_far = {"x-forwarded-for": "127.0.0.1, 192.0.2.1"}
        told = requests.get(f"{url}/-/health.json", headers=from_far, timeout=10).json()
        assert not any("fix" in one for one in told["checks"])
        assert requests.get(f"{url}/-/health", timeout=10).ok
        assert requests.get(f"{url}/f/niemand/", timeout=10).status_code == 404
        assert requests.get(f"{url}/static/fks.css", timeout=10).ok
        assert requests.head(url, timeout=10).content == b""
        assert requests.post(url, data={"a": "b"}, timeout=10).status_code == 405
    host.close()


def test_a_nodes_folder_is_refused_by_the_command(tmp_path: Path) -> None:
    """With a sentence and a code, no traceback."""
    (tmp_path / "node.toml").touch()
    options = ["--url=https://h.example", "--operator=x", "--contact=x", "--measures=x"]
    code, told = fks("host", "init", tmp_path / "host", *options)
    assert code != 0
    assert "node" in told["error"]["message"]
