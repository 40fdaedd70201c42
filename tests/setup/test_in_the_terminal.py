"""Set-up in a real terminal, one question at a time; nothing that was answered gets lost."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from fachkraft_share.member.folder import settings_of
from fachkraft_share.node.settings import read_settings

_WAIT = 30


@attrs.define
class Terminal:
    """A command at a pseudo terminal."""

    process: subprocess.Popen[bytes]
    master: int
    said: str = ""
    _seen: int = 0

    def until(self, text: str) -> str:
        """Read until something is said, and return what was said since the last time."""
        until = time.monotonic() + _WAIT
        while text not in self.said[self._seen :]:
            assert time.monotonic() < until, f"never said {text!r}: {self.said[self._seen :]}"
            if not self._read():
                assert text in self.said[self._seen :], self.said[self._seen :]
        at = self.said.index(text, self._seen) + len(text)
        new, self._seen = self.said[self._seen : at], at
        return new

    def answer(self, question: str, text: str) -> None:
        """Wait for a question, then type an answer."""
        self.until(question)
        self.until(">")
        self.type(text)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self.master, f"{text}\n".encode())

    def interrupt(self) -> int:
        """Press Ctrl+C; return how it ended."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> int:
        """Read to the end; return how it ended."""
        until = time.monotonic() + _WAIT
        while self._read():
            assert time.monotonic() < until, f"goes on: {self.said[self._seen :]}"
        return self.process.wait(timeout=_WAIT)

    def _read(self) -> bool:
        if not select.select([self.master], [], [], 0.1)[0]:
            return self.process.poll() is None
        try:
            raw = os.read(self.master, 65536)
        except OSError:  # so Linux says that the other side has gone
            return False
        self.said += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw.decode("utf-8", "replace"))
        return bool(raw)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Start `init` at a terminal."""
    begun: list[Terminal] = []

    def started(*more: str) -> Terminal:
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "fachkraft_share.cli", "init", f"--folder={tmp_path}/new"]
        environment = {**os.environ, "LANG": "de_DE.UTF-8", "HOME": str(tmp_path), "TERM": "xterm"}
        environment.pop("LC_ALL", None)
        process = subprocess.Popen(
            [*command, *more], stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)
        begun.append(Terminal(process, master))
        return begun[-1]

    yield started
    for one in begun:
        one.process.kill()
        one.process.wait()
        os.close(one.master)


def test_a_chamber_is_led_from_the_first_question_to_its_node(
    start: Callable[..., Terminal], chambers_answers: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    """It mistypes, goes back, breaks off, goes on where it stopped, and ends with a node."""
    known = chambers_answers()
    first = start()
    first.answer("Was möchten Sie tun?", "1")
    first.answer("Wie lautet der Name?", known["name"])
    first.answer("Welche Gegend", "Harz")
    # The fault says how it would be right.
    assert "Schreiben Sie die ersten zwei Ziffern" in first.until("de.")
    first.answer("", "plz:38")
    first.answer("Wie heißt der Betreiber, mit Postanschrift?", known["operator"])
    first.answer("Wen dürfen Bewerbende", "<")
    first.answer("Wie heißt der Betreiber, mit Postanschrift?", "")  # keeps what stands there
    first.answer("Wen dürfen Bewerbende", known["contact"])
    first.until("Impressum")
    assert first.interrupt() == 130
    assert "Ihre Antworten sind gemerkt" in first.said

    again = start()
    again.until("früheren Antworten")
    again.answer("Was möchten Sie tun?", "")
    again.until(f"[{known['name']}]")
    again.type("")
    again.answer("Welche Gegend", "")
    again.answer("mit Postanschrift?", "")
    again.answer("Wen dürfen Bewerbende", "")
    for question in ("Impressum", "Datenschutzseite", "In welchem Land"):
        again.answer(question, "")
    again.answer("Wer vertritt den Betreiber?", "Dr. Erika Beispiel")
    for question in ("Mailadresse", "Datenschutzbeauftragten?", "Aufsichtsbehörde"):
        again.answer(question, "")
    again.answer("Zu welchem Bundesland", "Atlantis")
    again.answer("Wählen Sie ein Land aus der Liste", "niedersachsen")
    again.until("fehlt noch: eine Mailadresse, die Aufsichtsbehörde für den Datenschutz.")
    again.answer("Unter welcher Adresse", known["url"])
    again.answer("Auf welchem Port", known["port"])
    again.until("erreicht man nur von diesem Rechner aus")
    again.answer("Wo sollen die Daten liegen?", "")
    again.answer("Mailserver?", "mail.invalid")
    for question in ("verschlüsselt?", "Auf welchem Port?"):
        again.answer(question, "")
    again.answer("Von welcher Adresse", "fks@harz.example")
    for question in ("Benutzername", "Probemail"):
        again.answer(question, "")
    again.until("Den Namen mail.invalid kennt das Internet nicht")
    again.answer("Angaben ändern", "2")
    again.answer("Mailserver?", "-")  # later, then
    again.until("Ohne Mailserver verschickt der Knoten nichts.")
    again.answer("In welche Datei", known["root_key"])
    again.until("Ihr Verbund ist gegründet.")
    again.until("fachkraft-share doctor")
    assert again.end() == 0
    settings = read_settings(tmp_path / "new" / "node.toml", environment={})
    assert (settings.id, settings.mail.host) == (known["url"], "")
    assert not (tmp_path / "new" / "setup.toml").exists()


def test_a_firm_is_led_from_its_code_to_its_connected_system(
    start: Callable[..., Terminal], firms_answers: dict[str, str], tmp_path: Path
) -> None:
    """The code is tried at once, the system before anything is saved."""
    talk = start("--lang=en")
    talk.answer("What do you want to do?", "firm")
    talk.answer("Paste the invitation code", "fks1.nonsense")
    talk.answer("Copy it whole", firms_answers["code"])
    talk.until("proves who it is")
    talk.answer("What is the name?", firms_answers["name"])
    talk.answer("internet address?", "muster.example")
    talk.answer("begins with https://", f"{firms_answers['id']}/")  # a slash too many is mended
    talk.answer("Whom may applicants ask?", firms_answers["contact"])
    for question in ("privacy notice", "country"):
        talk.answer(question, "")
    talk.answer("Which applicant system", "files")
    talk.answer("folder both sides", firms_answers["setting.files.folder"])
    for question in ("stages", "columns"):
        talk.answer(question, "")
    talk.answer("Which website", "")
    talk.until("Muster GmbH has joined")
    assert talk.end() == 0
    settings = settings_of(tmp_path / "new")
    assert settings.id == firms_answers["id"]
    assert settings.adapters["files"]["folder"] == firms_answers["setting.files.folder"]


def test_no_secret_is_kept_between_two_runs(
    start: Callable[..., Terminal], firms_answers: dict[str, str], tmp_path: Path
) -> None:
    """What is kept is readable by its owner only, and holds no code."""
    talk = start()
    talk.answer("Was möchten Sie tun?", "2")
    talk.answer("Einladungscode ein", firms_answers["code"])
    talk.answer("Wie lautet der Name?", "Muster GmbH")
    talk.until("Internetadresse")
    assert talk.interrupt() == 130
    kept = tmp_path / "new" / "setup.toml"
    assert "Muster GmbH" in kept.read_text("utf-8")
    assert "fks1." not in kept.read_text("utf-8")
    assert kept.stat().st_mode & 0o077 == 0
