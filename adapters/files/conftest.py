# ruff: noqa: ARG002 - a folder has no clock of its own
"""A folder of its own for each test, seeded and searched."""

import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from fachkraft_share.model.candidate import Stage
from fachkraft_share.ports.reading import Change, Checkpoint, Problem
from fachkraft_share.rules.formats.json_resume import write_json_resume
from fachkraft_share.testing.adapter_harness import (
    AtsHarness,
    invented,
    leave,
    pdf,
    reading,
    referral_id,
)
from fachkraft_share_files import FilesAdapter

sys.path.insert(0, str(Path(__file__).parent / "support"))
from table_harness import Csv, Xlsx

NOBODY = 65534
POSIX = os.name == "posix"


class FilesHarness(AtsHarness):
    """A folder of its own; as root, trouble with rights is made by being nobody for a while."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._count = 0
        self.fresh().set_up(at=self.at)

    def fresh(self):
        """Return another adapter on the same folder."""
        return FilesAdapter.connect({"folder": str(self.root)})

    def seed(self, person, *, stage=Stage.REJECTED, created_at=None, changed_at=None, documents=()):
        """Put a folder with a JSON Resume there."""
        self._count += 1
        key = f"ATS-{self._count}"
        folder = self._stage(stage) / f"Bewerbung {self._count}"
        folder.mkdir(parents=True)
        self._write(folder / "lebenslauf.json", write_json_resume(person))
        self._write(folder / "application.json", {"id": key})
        for document in documents:
            (folder / document.name).write_bytes(document.content)
        return key

    def restage(self, application, stage, *, at):
        """Move the folder."""
        folder = self.folder_of(application)
        target = self._stage(stage)
        target.mkdir(exist_ok=True)
        folder.rename(target / folder.name)

    def alter(self, application, person, *, at):
        """Write the profile again."""
        profile = self.folder_of(application) / "lebenslauf.json"
        self._write(profile, write_json_resume(person))

    def attach(self, application, document, *, at):
        """Lay a document beside."""
        (self.folder_of(application) / document.name).write_bytes(document.content)

    def remove(self, application):
        """Remove the folder."""
        shutil.rmtree(self.folder_of(application))

    def seed_forbidden(self, marker):
        """Fill what HR Open and JSON Resume know of the person, and lay a portrait beside."""
        key = self.seed(invented(1), documents=(pdf("cv"),))
        folder = self.folder_of(key)
        resume = write_json_resume(invented(1))
        resume["basics"].update(image=f"https://{marker}.example", summary=marker, birthDate=marker)
        resume.update(gender=marker, interests=[{"name": marker}], references=[{"name": marker}])
        resume["work"] = [{"position": "Bäckerin", "salary": marker, "summary": marker}]
        self._write(folder / "lebenslauf.json", resume)
        (folder / f"{marker}.jpg").write_bytes(b"\xff\xd8\xff" + marker.encode() + b"\xff\xd9")
        return key

    def seed_broken(self, marker):
        """Put a file there that is no JSON."""
        (self._stage(Stage.REJECTED) / f"{marker}.json").write_text(f'{{"{marker}": oops}}')

    def own_person(self, person):
        """Put a folder of the company's own among the received ones."""
        folder = self.root / "received" / f"{person.family} (eigene)"
        folder.mkdir()
        self._write(folder / "notizen.json", write_json_resume(person))
        return str(folder)

    def stored(self):
        """Return the folders with our mark."""
        return tuple(path.parent.name for path in (self.root / "received").glob("r*/mark.json"))

    def content_of(self, ref):
        """Return all files of a folder."""
        files = sorted((self.root / "received" / ref).iterdir())
        return b"\n".join(path.read_bytes() for path in files)

    def names_of(self, ref):
        """Return the names of its files."""
        return tuple(path.name for path in (self.root / "received" / ref).iterdir())

    def places_holding(self, marker):
        """Search names and contents of every file below the folder."""
        files = [path for path in self.root.rglob("*") if path.is_file() and "in" not in path.parts]
        held = [one for one in files if marker in one.read_bytes() or marker in os.fsencode(one)]
        return tuple(str(path) for path in sorted(held))

    def plant(self, ref, marker):
        """Leave what a crash in the middle of filing leaves."""
        folder = self.root / "received" / f".new-{ref}-0badcafe"
        folder.mkdir()
        (folder / "candidate.json").write_bytes(marker)

    @contextmanager
    def down(self):
        """Take the folder away, as an unmounted share is."""
        away = self.root.with_name("away")
        self.root.rename(away)
        self.root.mkdir()
        try:
            yield
        finally:
            self.root.rmdir()
            away.rename(self.root)

    @contextmanager
    def forbidding(self):
        """Take the rights of the folder away."""
        _needs_posix()
        self.root.chmod(0)
        with _nobody(self.root):
            yield
        self.root.chmod(0o755)

    @contextmanager
    def talking_nonsense(self):
        """Let the folder be of another version."""
        marker = self.root / ".fachkraft-share.json"
        before = marker.read_bytes()
        marker.write_text('{"layout": 99}')
        yield
        marker.write_bytes(before)

    @contextmanager
    def erasing_half(self):
        """Put a file among the person's that cannot be removed."""
        _needs_posix()
        [ref] = self.stored()
        locked = self.root / "received" / ref / "locked"
        locked.mkdir()
        (locked / "file.txt").write_text("qzxcanary")
        locked.chmod(0o500)
        with _nobody(self.root):
            yield
        for left in self.root.rglob("locked"):
            left.chmod(0o700)

    def read(self):
        """Return changes and problems of a first reading."""
        *items, last = reading(self.fresh(), at=self.at)
        if not isinstance(last, Checkpoint):
            pytest.fail("a complete reading ends with a checkpoint")
        changes = [one for one in items if isinstance(one, Change)]
        return changes, [one for one in items if isinstance(one, Problem)]

    def lay(self, name, content):
        """Lay a file into in/rejected."""
        path = self.root / "in" / "rejected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def file_one(self, number=1):
        """File an invented person."""
        referral = referral_id(number)
        person = attrs.evolve(invented(number), documents=(pdf(f"cv {number}"),))
        return self.fresh().import_referral(
            referral, person, permit=leave(referral, at=self.at), at=self.at
        )

    def nobody(self):
        """Work as somebody whom rights stop."""
        _needs_posix()
        return _nobody(self.root)

    def folder_of(self, application):
        """Return the folder of an application."""
        [sidecar] = [
            path
            for path in (self.root / "in").rglob("application.json")
            if json.loads(path.read_bytes())["id"] == application
        ]
        return sidecar.parent

    def _stage(self, stage):
        return self.root / "in" / ("sonstiges" if stage is Stage.UNMAPPED else stage.value)

    def _write(self, path, value):
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _needs_posix():
    if not POSIX:
        pytest.skip("rights cannot be taken here")


@contextmanager
def _nobody(root):
    if os.geteuid() != 0:
        yield
        return
    for path in (root, *root.rglob("*")):
        if root.stat().st_mode & 0o777:
            os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


class CsvHarness(Csv, FilesHarness):
    """All applications in one CSV file."""


class XlsxHarness(Xlsx, FilesHarness):
    """All applications in one workbook."""


@pytest.fixture
def harness_type():
    """Return the harness a test module works with; others override it."""
    return FilesHarness


@pytest.fixture
def csv_harness():
    """Return the harness with one CSV file."""
    return CsvHarness


@pytest.fixture
def xlsx_harness():
    """Return the harness with one workbook."""
    return XlsxHarness


@pytest.fixture
def harness(harness_type):
    """A folder everybody may pass through: pytest's own are for their owner only."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "alliance").mkdir()
        yield harness_type(Path(folder) / "alliance")
