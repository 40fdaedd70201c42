"""Commands that may take long tell people who watch how far they are, and nobody else."""

import importlib.util
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from fachkraft_share.cli.main import run

from .conftest import RESUME, Done, Place, fks, must, recommend

MANY = 30
FILES = pytest.mark.skipif(
    importlib.util.find_spec("fachkraft_share_files") is None,
    reason="the adapter files is not installed",
)


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        return True


def watched(*arguments: str | Path) -> Done:
    """Run a command for somebody who looks at what it says of its work."""
    out, err = io.StringIO(), Terminal()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([*map(str, arguments), "--text"])
    assert "\x1b[3" not in err.getvalue()  # plain text, no colours
    return Done(code, out.getvalue(), err.getvalue())


def test_bringing_a_database_to_this_version_tells_its_stages(tmp_path: Path) -> None:
    """Waiting for others among them: nobody should take it for a failure."""
    node = f"--folder={tmp_path / 'node'}"
    root = f"--root-key={tmp_path / 'safe' / 'root.json'}"
    must("node", "init", node, root, "--id=https://node.example")
    done = watched("node", "migrate", node)
    assert done.code == 0
    assert "migrate" in done.err
    assert "100%" in done.err
    assert "migrate  [" not in done.out
    piped = fks("node", "migrate", node)
    assert (piped.json, piped.err) == ({"migrated": True}, "")


@FILES
def test_checking_a_bundle_counts_its_signatures(place: Place) -> None:
    """From the root key to the last receipt."""
    person, bundle = recommend(place), place.root / "bundle.json"
    person.grant(employer="Altdaten KG")
    place.sync("muster", "beispiel")
    person.withdraw()
    place.sync("beispiel", "muster")
    place.node.tick()
    bundle.write_bytes(person.bundle() or b"")
    person.browser.close()
    done = watched("verify", bundle)
    assert "\rverify: signatures 1\r" in done.err
    assert done.err.endswith("\n")
    assert "signatures" not in done.out
    assert fks("verify", bundle).err == ""


@FILES
def test_reading_many_runner_ups_counts_them(place: Place) -> None:
    """The first reading of a system may be long; its name is said, and no person's."""
    for number in range(MANY):
        case = place.root / "muster-ats" / "in" / "rejected" / f"case-{number}"
        case.mkdir(parents=True)
        resume = {**RESUME, "skills": [{"name": f"Skill {number}"}]}
        (case / "profil.json").write_text(json.dumps(resume), encoding="utf-8")
        told = {"id": f"case-{number}", "rejected_on": "2026-01-19"}
        (case / "application.json").write_text(json.dumps(told), encoding="utf-8")
    done = watched("recommend", place.folder("muster"))
    assert f"recommend: records of files {MANY}" in done.err
    assert "Beispielfrau" not in done.err
    piped = fks("recommend", place.folder("muster"))
    assert len(piped.json["proposals"]) == MANY, piped.json
    assert piped.err == ""
