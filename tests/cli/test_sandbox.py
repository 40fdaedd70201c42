"""`trigger`, `listen`, `events`: really signed events to try a program with, told by name only."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.cli import exits
from fachkraft_share.cli.sandbox.alliance import sandbox
from fachkraft_share.cli.sandbox.commands import _EVENTS
from fachkraft_share.cli.sandbox.scenes import SCENES
from fachkraft_share.ports.file_lock import attempted
from fachkraft_share.ports.hooks import read_signed

from .conftest import fks, must
from .shelf import Shelf

SECRET = "only for this test"
PERSONAL = (b"Sandkasten", b"Probe", b"mail.example", b"38640")


@attrs.define
class Program:
    """A program of the firm's own that is told: what came, and what it answers."""

    url: str
    came: list[tuple[dict[str, str], bytes]] = attrs.field(factory=list)
    status: int = 204

    def told(self) -> list[dict[str, Any]]:
        """Return what it was told."""
        return [json.loads(body) for _, body in self.came]


@pytest.fixture
def program() -> Iterator[Program]:
    """Run it on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Program(f"http://127.0.0.1:{server.server_port}/hook")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox all tests play in: each event is about somebody new."""
    folder = tmp_path_factory.mktemp("sand") / "box"
    must("trigger", "referral.published", f"--sandbox={folder}")
    return folder


@pytest.mark.parametrize("event", _EVENTS)
def test_each_event_is_really_heard_by_whom_it_concerns(box: Path, event: str) -> None:
    """The member's own folder holds it afterwards, signed by its partner."""
    told = must("trigger", event, f"--sandbox={box}")
    assert told["folder"] == str(box / SCENES[event].heard_by)
    [found] = [
        one
        for one in must("events", f"--folder={told['folder']}")["events"]
        if one["id"] == told["id"]
    ]
    assert (found["referral"], found["said"]) == (told["referral"], False)
    assert must("explain", told["referral"], f"--folder={told['folder']}")["referral"]


def test_every_event_on_offer_has_its_scene() -> None:
    """The command is there without the node's libraries, so it holds the names itself."""
    assert set(_EVENTS) == set(SCENES)


def test_what_is_posted_is_signed_and_names_nobody(box: Path, program: Program) -> None:
    """A receiver verifies it as any hook of our form; event, id and referral, nothing else."""
    words = (f"--to={program.url}", f"--secret={SECRET}")
    told = must("trigger", "contact.disclosed", f"--sandbox={box}", *words)
    assert told["told"]["status"] == 204
    assert told["secret"] is None
    [(headers, body)] = program.came
    hook = read_signed(SECRET.encode(), body, headers["X-Fks-Signature"])
    assert (hook.authentic, hook.id, hook.record) == (True, told["id"], told["referral"])
    assert not read_signed(b"another", body, headers["X-Fks-Signature"]).authentic
    assert json.loads(body).keys() == {"id", "sent", "kind", "record", "said"}
    assert not [one for one in PERSONAL if one in body]


def test_without_a_secret_one_is_made_and_told(box: Path, program: Program) -> None:
    """So that the receiver can be given it."""
    told = must("trigger", "referral.published", f"--sandbox={box}", f"--to={program.url}")
    [(headers, body)] = program.came
    assert read_signed(told["secret"].encode(), body, headers["X-Fks-Signature"]).authentic


@attrs.frozen
class Listening:
    """A running `listen`."""

    process: "subprocess.Popen[str]"

    def line(self) -> Any:
        """Return its next line."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def interrupt(self) -> int:
        """Press Ctrl-C and return how it ended."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


@pytest.fixture
def listening(box: Path, program: Program) -> Iterator[Listening]:
    """Let the recipient's folder be listened to by a process of its own."""
    command = [sys.executable, "-m", "fachkraft_share.cli", "listen", "--json"]
    own = {**os.environ, "FKS_FOLDER": str(box / "recipient"), "FKS_HOOK_SECRET": SECRET}
    with subprocess.Popen(
        [*command, f"--forward={program.url}"], env=own, stdout=subprocess.PIPE, text=True
    ) as process:
        found = Listening(process)
        assert found.line() == {"listening": str(box / "recipient"), "to": program.url}
        yield found
        process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent another way there")
def test_a_listener_forwards_what_another_process_brings_about(
    box: Path, program: Program, listening: Listening
) -> None:
    """What is new, each once, as a line of JSON and as a call; what was before is left alone."""
    told = must("trigger", "referral.published", f"--sandbox={box}")
    line = listening.line()
    assert (line["id"], line["type"]) == (told["id"], "referral.published")
    assert line["told"] == {"to": program.url, "status": 204}
    must("trigger", "contact.requested", f"--sandbox={box}")
    more = [listening.line() for _ in range(2)]
    assert {(one["type"], one["said"]) for one in more} == {
        ("referral.published", False),
        ("contact.requested", True),
    }
    assert listening.interrupt() == exits.OK
    assert [one["id"] for one in program.told()] == [line["id"], *(one["id"] for one in more)]
    for headers, body in program.came:
        assert read_signed(SECRET.encode(), body, headers["X-Fks-Signature"]).authentic
        assert not [one for one in PERSONAL if one in body]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent another way there")
def test_what_was_not_taken_is_sent_again_under_the_same_id(
    box: Path, program: Program, listening: Listening
) -> None:
    """The listener says so and goes on; `events resend` does it."""
    program.status = 500
    must("trigger", "referral.published", f"--sandbox={box}")
    line = listening.line()
    assert line["told"]["status"] == 500
    folder = f"--folder={box / 'recipient'}"
    again = fks("events", "resend", line["id"], f"--to={program.url}", folder)
    assert again.code == exits.OUTSIDE
    program.status = 200
    must("events", "resend", line["id"], f"--to={program.url}", f"--secret={SECRET}", folder)
    assert [one["id"] for one in program.told()] == [line["id"]] * 3
    text = fks("events", "resend", line["id"], f"--to={program.url}", folder, "--text").out
    assert "answered 200; signed with " in text


def test_nobody_there_means_try_again(box: Path) -> None:
    """The event happened all the same; only telling it did not succeed."""
    done = fks("trigger", "referral.published", f"--sandbox={box}", "--to=http://127.0.0.1:9/")
    assert done.code == exits.TEMPORARY
    assert done.json["told"]["status"] is None


def test_events_come_newest_first_and_as_a_table(box: Path) -> None:
    """Said and heard are told apart."""
    folder = f"--folder={box / 'origin'}"
    found = must("events", "list", folder)["events"]
    moments = [one["at"] for one in found]
    assert moments == sorted(moments, reverse=True)
    assert {one["said"] for one in found} == {True, False}
    head, *rows = fks("events", folder, "--text").out.splitlines()
    assert head.split() == ["when", "event", "referral", "id"]
    assert len(rows) == len(found)


def test_what_leaves_no_document_is_told_as_a_hint_to_look_again(box: Path) -> None:
    """The person's answer comes before the dossier: known by id and time, not by name."""
    told = must("trigger", "contact.disclosed", f"--sandbox={box}")
    found = must("events", f"--folder={told['folder']}")["events"]
    others = [one for one in found if one["type"] == "other" and one["at"] >= told["at"] - 2]
    assert others
    assert {(one["referral"], one["said"]) for one in others} == {(None, False)}


def test_of_a_new_member_there_is_nothing_yet(tmp_path: Path) -> None:
    """But that it joined, which is nobody's news: no referral is named."""
    with sandbox(tmp_path / "box"):
        pass
    found = must("events", f"--folder={tmp_path / 'box' / 'recipient'}")["events"]
    assert not [one for one in found if one["referral"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trigger", "nobody.knows"), "is not one of"),
        (("trigger", "referral.published", "--to=http://elsewhere.example/"), "must be on this"),
        (("trigger", "referral.published", "--to=ftp://127.0.0.1/"), "must be on this machine"),
        (("events", "resend", "0" * 64, "--to=http://127.0.0.1:9/"), "no event with this id"),
        (("listen", "--forward=nowhere"), "must be on this machine"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(box: Path, words: tuple[str, ...], said: str) -> None:
    """Before anything is played or posted."""
    place = f"--sandbox={box}" if words[0] == "trigger" else f"--folder={box / 'origin'}"
    done = fks(*words, place)
    assert done.code == exits.USAGE
    assert said in done.err


def test_a_folder_with_something_else_in_it_is_no_sandbox(tmp_path: Path) -> None:
    """It is left as it is."""
    (tmp_path / "letter.txt").write_text("keep")
    done = fks("trigger", "referral.published", f"--sandbox={tmp_path}")
    assert done.code == exits.USAGE
    assert "is not empty and no sandbox; name another: --sandbox FOLDER" in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_two_do_not_play_at_once(box: Path) -> None:
    """The second is told to come back."""
    with attempted(box / "lock") as alone:
        assert alone
        done = fks("trigger", "referral.published", f"--sandbox={box}")
    assert done.code == exits.TEMPORARY
    assert "another process plays in this sandbox" in done.err


def test_a_sandbox_needs_the_nodes_libraries_and_says_so(tmp_path: Path) -> None:
    """Listing and listening do not."""
    told = Shelf(tmp_path / "shelf").fks(
        "trigger", "referral.published", f"--sandbox={tmp_path / 'b'}", without="sqlalchemy"
    )
    assert told.code == exits.USAGE
    assert 'pip install \\"fachkraft-share[node]\\"' in told.err
