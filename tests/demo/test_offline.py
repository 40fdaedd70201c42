"""The bundle is checked by a process that gets no socket, and every changed byte is tried."""

import subprocess
import sys

from fachkraft_share.cli.demo.claims import Claims
from fachkraft_share.cli.demo.leaving import OFFLINE

TRIES = "import socket; socket.create_connection(('127.0.0.1', 9))"


def test_the_offline_process_gets_no_socket() -> None:
    """Else a check that asks somebody would pass as one that does not."""
    code = OFFLINE.replace(
        'runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)', TRIES
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "module"], capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "no network here" in done.stderr


def test_a_failed_claim_is_kept_and_told() -> None:
    """A skipped one counts as neither proof nor failure."""
    claims = Claims()
    assert claims.check("holds", True)
    assert not claims.check("does not", False, "why")
    claims.skip("cannot be seen here", "no such system")
    assert [one.claim for one in claims.failed] == ["does not"]
    assert [one.skipped for one in claims.checked] == [False, False, True]
