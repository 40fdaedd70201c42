"""The demo plays to its end, and every claim it makes holds."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fachkraft_share.cli.demo.firms import FIRMS
from fachkraft_share.cli.demo.people import people

ROOT = Path(__file__).parents[2]
_FILES = importlib.util.find_spec("fachkraft_share_files")


@pytest.mark.slow
@pytest.mark.skipif(_FILES is None, reason="the adapter files is not installed")
def test_every_claim_of_the_demo_holds(tmp_path: Path) -> None:
    """Real processes, real HTTP, real files; run in an empty folder, which stays empty."""
    shared = os.environ.get("FKS_SHARED", str(ROOT.parent / "shared"))
    done = subprocess.run(
        [sys.executable, "-m", "fachkraft_share.cli", "demo", "--once", "--json"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "FKS_SHARED": shared},
        check=False,
    )
    told = json.loads(done.stdout)
    assert [claim for claim in told["claims"] if not claim["ok"]] == []
    assert len(told["claims"]) > 30
    second = "PostgreSQL" if os.environ.get("FKS_POSTGRES_URL") else "SQLite"
    assert [one for one in told["claims"] if one["claim"].endswith(f"Goslar in {second}")]
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_gives_the_same_people() -> None:
    """A story can be told again."""
    assert people(seed=3) == people(seed=3)
    assert people(seed=3) != people(seed=4)


def test_nobody_shares_a_word_that_is_looked_for() -> None:
    """Else the search could not tell whose data were found."""
    found = [
        word for one in people(seed=1) for word in (*one.words, *one.never) if ".docx" not in word
    ]
    assert len(found) == len(set(found))


def test_every_address_is_one_nobody_has() -> None:
    """Invented people have invented addresses: RFC 2606 names only."""
    for one in people(seed=1):
        text = json.dumps(one.profile, ensure_ascii=False)
        assert "@" not in text.replace("@postfach.example", "")
    assert all(firm.domain.endswith(".example") for firm in FIRMS)
