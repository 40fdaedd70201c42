"""The command starts without its extra, quickly, and ends every failure in one sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fachkraft_share.cli import exits
from fachkraft_share.cli.main import run

WITHOUT_CLICK = (
    "import sys; sys.modules['click'] = None; "
    "from fachkraft_share.cli.main import main; sys.argv = ['fks', 'demo']; main()"
)
LOADED = (
    "import sys; from fachkraft_share.cli.main import run; run(['--help']); "
    "print(sorted({'sqlalchemy', 'starlette', 'uvicorn', 'jinja2', 'requests', 'alembic'} "
    "& set(sys.modules)), file=sys.stderr)"
)


def test_without_its_extra_one_sentence_names_it() -> None:
    """The base alone installs a command that says what is missing."""
    command = [sys.executable, "-c", WITHOUT_CLICK]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == exits.USAGE
    assert done.stderr.count("\n") == 1
    assert 'pip install "fachkraft-share[cli]"' in done.stderr


def test_help_does_not_pay_for_the_node() -> None:
    """Commands import what they need inside the command."""
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_wrong_use_is_one_sentence_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, and the way to the help."""
    assert run(["verify", "--text"]) == exits.USAGE
    assert "--help" in capsys.readouterr().err


def test_a_missing_file_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said in JSON when JSON was asked for."""
    assert run(["verify", str(tmp_path / "none"), "--json"]) == exits.USAGE
    assert json.loads(capsys.readouterr().err)["error"]["exit"] == exits.USAGE


def test_an_unknown_command_is_wrong_use() -> None:
    """As every program has it."""
    assert run(["frobnicate"]) == exits.USAGE


def test_a_closed_pipe_is_no_error() -> None:
    """`fachkraft-share … | head` must not end in a traceback."""
    command = f"{sys.executable} -m fachkraft_share.cli --help | true"
    done = subprocess.run(command, shell=True, capture_output=True, check=True)  # noqa: S602
    assert b"Traceback" not in done.stderr
