"""Keys are replaced by commands: of a member, of a node, the online key, the root key."""

import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.cli import exits
from fachkraft_share.node.folder import open_node

from .conftest import Place, fks, must


@pytest.fixture
def node(tmp_path: Path) -> str:
    """Found an alliance and return the option that names the node's folder."""
    option = f"--folder={tmp_path / 'node'}"
    safe = tmp_path / "safe" / "root.json"
    must("node", "init", option, f"--root-key={safe}", "--id=https://node.example")
    return option


UNSERVED = "FKS-134"  # nobody serves this node, so its address cannot lead back


def failing(folder: str) -> set[str]:
    """Return the checks of `doctor` that fail."""
    told = json.loads(fks("doctor", folder).out)
    return {one["id"] for one in told["checks"] if one["level"] == "fail"}


def root(tmp_path: Path, name: str = "root") -> str:
    """Return the file of a root key in the safe."""
    return str(tmp_path / "safe" / f"{name}.json")


def keys(tmp_path: Path) -> Any:
    """Return what the node's file of keys holds."""
    return json.loads((tmp_path / "node" / "keys.json").read_text())


def test_a_member_rotates_its_keys(place: Place) -> None:
    """The old ones stay beside the new ones; a trial changes nothing."""
    path = place.root / "muster" / "keys" / "identity.json"
    before = json.loads(path.read_text())["keys"]
    assert must("rotate-keys", place.folder("muster"), "--dry-run")["dry_run"]
    assert json.loads(path.read_text())["keys"] == before
    time.sleep(1)  # of two applications of one second nobody can tell which is the newer
    told = must("rotate-keys", place.folder("muster"))
    after = json.loads(path.read_text())["keys"]
    assert after[:2] == before
    assert len(after) == 4
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    place.sync("muster", "beispiel")
    assert must("node", "members", place.folder("node"))["list"] == told["list"]
    assert must("doctor", place.folder("muster"))["ok"]


def test_the_node_gets_a_new_key_of_its_own(node: str, tmp_path: Path) -> None:
    """The online key stays, and the file is the owner's alone."""
    before = keys(tmp_path)
    assert must("node", "rotate-keys", node, "--dry-run")["dry_run"]
    assert keys(tmp_path) == before
    assert must("node", "rotate-keys", node)["list"] == 2
    after = keys(tmp_path)
    assert (after["node"] != before["node"], after["online"]) == (True, before["online"])
    assert stat.S_IMODE((tmp_path / "node" / "keys.json").stat().st_mode) == 0o600
    assert failing(node) <= {UNSERVED}


@pytest.mark.parametrize("stolen", [False, True])
def test_the_root_states_another_online_key(node: str, tmp_path: Path, *, stolen: bool) -> None:
    """After a theft everything in the file is another."""
    before = keys(tmp_path)
    option = ["--stolen", "--above=40"] if stolen else []
    online = ("node", "replace-online", node, f"--root-key={root(tmp_path)}", *option)
    assert must(*online, "--dry-run")["dry_run"]
    assert keys(tmp_path) == before
    assert must(*online)["list"] == (41 if stolen else 2)
    after = keys(tmp_path)
    changed = {
        name for name in ("node", "online", "cursor", "operator") if after[name] != before[name]
    }
    assert changed == ({"node", "online", "cursor", "operator"} if stolen else {"online"})
    assert failing(node) <= {UNSERVED}
    assert must("node", "renew-root", node, f"--root-key={root(tmp_path)}")["renewed"]


def test_the_root_key_hands_over(node: str, tmp_path: Path) -> None:
    """From then on the old one is refused by name, and the new one signs."""
    before = (tmp_path / "safe" / "root.json").read_text()
    command = ("node", "replace-root", node, f"--root-key={root(tmp_path)}")
    new = f"--new-root-key={root(tmp_path, 'second')}"
    assert must(*command, new, "--dry-run")["dry_run"]
    assert not (tmp_path / "safe" / "second.json").exists()
    told = must(*command, new)
    assert stat.S_IMODE((tmp_path / "safe" / "second.json").stat().st_mode) == 0o600
    assert (tmp_path / "safe" / "root.json").read_text() == before
    opened = open_node(tmp_path / "node")
    assert opened.exchange.root == told["root"]
    opened.exchange.store.close()  # type: ignore[attr-defined]
    done = fks(*command, new)
    assert (done.code, "was replaced" in done.err) == (exits.USAGE, True)
    renew = ("node", "renew-root", node)
    assert fks(*renew, f"--root-key={root(tmp_path)}").code == exits.USAGE
    assert must(*renew, f"--root-key={root(tmp_path, 'second')}")["renewed"]
    assert must("node", "invite", "Muster", node)["code"].startswith("fks1.")
    assert failing(node) <= {UNSERVED}


def test_a_root_key_that_was_made_elsewhere_is_taken(node: str, tmp_path: Path) -> None:
    """On a machine without a network, say; the same one twice is refused."""
    other = tmp_path / "safe" / "offline.json"
    must(
        "node",
        "init",
        f"--folder={tmp_path / 'x'}",
        f"--root-key={other}",
        "--id=https://x.example",
    )
    made = other.read_text()
    command = ("node", "replace-root", node, f"--root-key={root(tmp_path)}")
    must(*command, f"--new-root-key={other}")
    assert other.read_text() == made
    again = ("node", "replace-root", node, f"--root-key={other}", f"--new-root-key={other}")
    done = fks(*again)
    assert (done.code, "already" in done.err) == (exits.USAGE, True)


WRONG: dict[str, tuple[str, ...]] = {
    "another alliance's root": ("replace-online", "--root-key=OTHER"),
    "no root key file": ("replace-online", "--root-key=NODE/node.toml"),
    "the new root within the folder": (
        "replace-root",
        "--root-key=ROOT",
        "--new-root-key=NODE/root.json",
    ),
}


@pytest.mark.parametrize("why", WRONG)
def test_what_cannot_be_is_refused_in_one_sentence(node: str, tmp_path: Path, why: str) -> None:
    """Nothing is changed."""
    other = tmp_path / "safe" / "other.json"
    must(
        "node",
        "init",
        f"--folder={tmp_path / 'x'}",
        f"--root-key={other}",
        "--id=https://x.example",
    )
    places = {"OTHER": str(other), "NODE": str(tmp_path / "node"), "ROOT": root(tmp_path)}
    words = list(WRONG[why])
    for name, path in places.items():
        words = [one.replace(name, path) for one in words]
    before, number = keys(tmp_path), must("node", "members", node)["list"]
    done = fks("node", words[0], node, *words[1:])
    assert done.code == exits.USAGE
    assert len(done.err.strip().splitlines()) == 1
    assert (keys(tmp_path), must("node", "members", node)["list"]) == (before, number)
    assert not (tmp_path / "node" / "root.json").exists()


def test_a_restored_file_of_before_the_replacement_is_stopped_and_told(
    node: str, tmp_path: Path
) -> None:
    """The journal knows better than the backup's keys; the root key mends it."""
    backup, journal = tmp_path / "backup", tmp_path / "node" / "journal" / "journal.jsonl"
    must("node", "backup", str(backup), node)
    safe = f"--root-key={root(tmp_path)}"
    must("node", "replace-online", node, safe)
    anew = f"--folder={tmp_path / 'anew'}"
    must("node", "restore", str(backup), anew, f"--journal={journal}")
    done = fks("doctor", anew)
    levels = {one["id"]: one["level"] for one in done.json["checks"]}
    assert (done.code, levels["FKS-103"]) == (exits.REFUSED, "fail")
    refused = fks("node", "renew-root", anew, safe)
    assert (refused.code, "were replaced" in refused.err) == (exits.USAGE, True)
    must("node", "replace-online", anew, safe, "--stolen")
    assert failing(anew) <= {UNSERVED}
