# ruff: noqa: ARG002 - a folder has no clock of its own
"""The folder passes the shared suite, and keeps its own promises about files people make."""

import json
import os
import shutil
import tempfile
import unicodedata
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from fachkraft_share.errors import (
    PermanentAdapterError,
    SetupError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind, Stage
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.capabilities import rows
from fachkraft_share.ports.erasure_evidence import Outcome, ResidueKind, receipt_state
from fachkraft_share.ports.reading import Change, Checkpoint, Problem
from fachkraft_share.rules.formats.hr_open_export import write_hr_open
from fachkraft_share.rules.formats.json_resume import write_json_resume
from fachkraft_share.testing.adapter_harness import (
    START,
    AtsHarness,
    everything,
    invented,
    leave,
    pdf,
    reading,
    referral_id,
)
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share_files import FilesAdapter
from fachkraft_share_files.received import ref_of

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


@pytest.fixture
def harness():
    """A folder everybody may pass through: pytest's own are for their owner only."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "alliance").mkdir()
        yield FilesHarness(Path(folder) / "alliance")


class TestFiles(AtsAdapterSuite):
    """The shared suite."""


def read(harness):
    """Return changes and problems of a first reading."""
    items = list(reading(harness.fresh(), at=START))
    assert isinstance(items[-1], Checkpoint)
    changes = [one for one in items if isinstance(one, Change)]
    return changes, [one for one in items if isinstance(one, Problem)]


def lay(harness, name, content):
    """Lay a file into in/rejected."""
    path = harness.root / "in" / "rejected" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def resume(number=1):
    """Return an invented person's JSON Resume as text."""
    return json.dumps(write_json_resume(invented(number)), ensure_ascii=False)


def file_one(harness, number=1):
    """File an invented person."""
    referral = referral_id(number)
    person = attrs.evolve(invented(number), documents=(pdf(f"cv {number}"),))
    return harness.fresh().import_referral(
        referral, person, permit=leave(referral, at=START), at=START
    )


def test_it_is_found_by_its_entry_point():
    """Installed beside fachkraft-share it is there."""
    plugins = load_plugins(only={"files"})
    assert plugins.failures == ()
    assert plugins.adapter("files") is FilesAdapter


def test_a_file_dropped_into_rejected_is_a_runner_up(harness):
    """The simplest hand-over there is: one file, no further word."""
    lay(harness, "Bewerbung Müller.json", resume())
    [change], problems = read(harness)
    assert problems == []
    assert (change.application.stage, change.application.runner_up) == (Stage.REJECTED, True)
    assert change.application.id.startswith("f")
    assert change.candidate == invented(1)


def test_hr_open_files_are_read_too(harness):
    """Either format, told apart by what is in it."""
    lay(harness, "one.json", json.dumps(write_hr_open(invented(1))))
    [change], _ = read(harness)
    assert change.candidate.family == invented(1).family
    assert change.candidate.email == invented(1).email


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_are_read(harness, encoding):
    """Umlauts arrive whatever honest encoding the file has."""
    lay(harness, "one.json", resume().encode(encoding))
    [change], _ = read(harness)
    assert change.candidate == invented(1)


DAMAGED = {
    "windows": (resume().encode("cp1252"), "Windows-1252", "UTF-8"),
    "unmarked": (resume().encode("utf-16-le"), "UTF-16 without", "UTF-8"),
    "twice": (resume().encode().decode("cp1252", "ignore").encode(), "encoded twice", "UTF-8"),
    "syntax": (resume().replace(":", ";", 1), "not JSON", "correct"),
    "list": ("[]", "not an object", "correct"),
    "other": ("{}", "neither JSON Resume", "correct"),
    "nan": ('{"basics": NaN}', "NaN", "correct"),
    "doubled": ('{"basics": {}, "basics": {}}', "twice", "correct"),
    "deep": ("[" * 100_000 + "]" * 100_000, "not JSON", "correct"),
    "digits": ("9" * 5000, "not JSON", "correct"),
    "nameless": ('{"basics": {"name": ""}}', "missing", "correct"),
    "wrong": ('{"basics": {"name": 7}}', "not text", "correct"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_named_with_its_field_and_the_rest_goes_on(harness, kind):
    """What is wrong, where, and what to do: without a word of the content."""
    content, what, fix = DAMAGED[kind]
    lay(harness, "a good one.json", resume(1))
    lay(harness, "bad.json", content)
    lay(harness, "the last.json", resume(2))
    changes, [problem] = read(harness)
    assert len(changes) == 2
    assert problem.place == "in/rejected/bad.json"
    assert what in problem.what
    assert fix in problem.fix
    assert problem.field
    assert not problem.temporary
    assert "bad" not in repr(problem)


@pytest.mark.parametrize("length", [0, 1, 40, 200, -1])
def test_a_file_still_being_written_is_waited_for(harness, length):
    """Half a file is nobody's fault: it is read once it is whole."""
    content = resume().encode()
    path = lay(harness, "one.json", content[:length])
    changes, [problem] = read(harness)
    assert changes == []
    assert problem.temporary
    path.write_bytes(content)
    changes, problems = read(harness)
    assert len(changes) == 1
    assert problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_ends_within_a_letter_is_waited_for(harness, encoding):
    """Cut in the middle of an umlaut, it is not taken for another encoding."""
    content = resume().encode(encoding)
    cut = content.index("Ä".encode(encoding)[-2:]) + 1
    lay(harness, "one.json", content[:cut])
    changes, [problem] = read(harness)
    assert (changes, problem.temporary) == ([], True)


def test_a_file_nobody_may_read_is_a_problem_of_its_own(harness):
    """One file without rights does not stop the rest."""
    _needs_posix()
    lay(harness, "good.json", resume(1))
    lay(harness, "locked.json", resume(2))
    with _nobody(harness.root):
        (harness.root / "in/rejected/locked.json").chmod(0)
        changes, [problem] = read(harness)
    assert len(changes) == 1
    assert "refused" in problem.what


def test_a_folder_waits_for_its_documents(harness):
    """A PDF without its end is not passed on, and the person neither."""
    lay(harness, "one/profil.json", resume())
    path = lay(harness, "one/Zeugnis.pdf", pdf("x").content[:-6])
    changes, [problem] = read(harness)
    assert (changes, problem.temporary) == ([], True)
    path.write_bytes(pdf("x").content)
    [change], _ = read(harness)
    [document] = harness.fresh().documents(change.application.id)
    assert document.kind is DocumentKind.CERTIFICATE


def test_umlauts_of_either_kind_name_the_same_application(harness):
    """A Mac writes `u` and two dots, Windows one letter: it is one file name."""
    name = unicodedata.normalize("NFC", "Müller.json")
    lay(harness, name, resume())
    [first], _ = read(harness)
    (harness.root / "in/rejected" / name).unlink()
    lay(harness, unicodedata.normalize("NFD", name).upper().replace(".JSON", ".json"), resume())
    [second], _ = read(harness)
    assert first.application.id == second.application.id


def test_an_application_in_two_stages_is_read_from_neither(harness):
    """Rejected or hired: nobody here can know."""
    lay(harness, "one.json", resume())
    lay(harness, "../hired/ONE.json", resume())
    changes, problems = read(harness)
    assert changes == []
    assert {one.what for one in problems} == {"the same application lies there twice"}


def test_a_copy_under_another_name_is_one_application(harness):
    """`Kopie von …` is reported, the first is read."""
    lay(harness, "one.json", resume())
    lay(harness, "one (Kopie).json", resume())
    changes, [problem] = read(harness)
    assert len(changes) == 1
    assert "twice" in problem.what


def test_an_id_used_twice_is_read_from_neither(harness):
    """Two persons under one id would become one."""
    for number in (1, 2):
        lay(harness, f"{number}.json", resume(number))
        lay(harness, f"{number}.application.json", '{"id": "ATS-1"}')
    changes, problems = read(harness)
    assert changes == []
    assert [one.field for one in problems] == ["application.id"] * 2


def test_the_sidecar_says_what_the_folder_cannot(harness):
    """Id, job and the day of the rejection; beside a single file or inside a folder."""
    stated = {"id": "ATS-4711", "job": "Elektrikerin", "rejected_on": "2026-11-19"}
    lay(harness, "one.json", resume(1))
    lay(harness, "one.application.json", json.dumps(stated))
    within = {**write_json_resume(invented(2)), "meta": {"application": {"runner_up": False}}}
    lay(harness, "two.json", json.dumps(within))
    [change], problems = read(harness)
    assert problems == []
    assert change.application.id == "ATS-4711"
    application = change.application
    assert (application.job, application.rejected_on) == ("Elektrikerin", "2026-11-19")


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"rejected-on": "2026-11-19"}, "application"),
        ({"rejected_on": "19.11.2026"}, "application.rejected_on"),
        ({"id": "../x"}, "application.id"),
        ({"id": 7}, "application.id"),
        ({"stage": "hired"}, "stage"),
        ([], "application"),
    ],
)
def test_a_sidecar_that_says_nonsense_is_refused(harness, stated, field):
    """A misspelt field is not overlooked."""
    lay(harness, "one.json", resume())
    lay(harness, "one.application.json", json.dumps(stated))
    changes, [problem] = read(harness)
    assert changes == []
    assert problem.field == field


def test_without_a_stage_nobody_is_asked(harness):
    """A file directly in `in/` must say its stage (R2)."""
    lay(harness, "../one.json", resume())
    changes, [problem] = read(harness)
    assert (changes, problem.field) == ([], "stage")


def test_own_stages_come_from_a_settings_file(harness, tmp_path):
    """The customer's words are data."""
    stages = tmp_path / "stages.toml"
    stages.write_text('runner_ups = ["silber"]\n[stages]\nsilber = "rejected"\n', encoding="utf-8")
    lay(harness, "../Silber/one.json", resume())
    adapter = FilesAdapter.connect({"folder": str(harness.root), "stages": str(stages)})
    items = list(reading(adapter, at=START))
    assert sum(isinstance(one, Change) for one in items) == 1
    for wrong in ('[stages]\nsilber = "perhaps"\n', "[stages"):
        stages.write_text(wrong, encoding="utf-8")
        with pytest.raises(SetupError):
            FilesAdapter.connect({"folder": str(harness.root), "stages": str(stages)})


def test_passing_files_and_links_are_left_alone(harness, tmp_path):
    """Editors' and systems' files are no applications; through a link nothing is read."""
    for name in (".DS_Store", "~$one.json", "one.json.part", "Thumbs.db", "desktop.ini"):
        lay(harness, name, "x")
    assert read(harness) == ([], [])
    secret = tmp_path / "secret.json"
    secret.write_text(resume())
    (harness.root / "in/rejected/link.json").symlink_to(secret)
    changes, [problem] = read(harness)
    assert changes == []
    assert "link" in problem.what


def test_loose_documents_and_unclear_folders_are_reported(harness):
    """Nothing is passed over in silence."""
    lay(harness, "lebenslauf.pdf", pdf("x").content)
    lay(harness, "two/a.json", resume(1))
    lay(harness, "two/b.json", resume(2))
    lay(harness, "empty/cv.pdf", pdf("x").content)
    lay(harness, "odd/a.json", resume(3))
    lay(harness, "odd/programm.exe", "MZ")
    lay(harness, "nested/a.json", resume(4))
    lay(harness, "nested/more/cv.pdf", pdf("x").content)
    changes, problems = read(harness)
    assert changes == []
    assert len(problems) == 5
    assert all(one.fix for one in problems)


@pytest.mark.skipif(not POSIX, reason="such names cannot be made here")
def test_a_name_that_is_no_text_is_read_all_the_same(harness):
    """Old systems left names in another encoding."""
    folder = os.fsencode(harness.root / "in/rejected")
    Path(os.fsdecode(folder + b"/M\xfcller.json")).write_text(resume(), encoding="utf-8")
    [change], _ = read(harness)
    assert change.candidate == invented(1)


def test_the_folder_of_a_person_holds_profile_documents_and_mark(harness):
    """What a colleague finds there, under names that name nobody."""
    ref = file_one(harness)
    names = sorted(path.name for path in (harness.root / "received" / ref).iterdir())
    assert ref == ref_of(referral_id(1))
    assert [name.split("-")[0] for name in names] == ["candidate.json", "cv", "mark.json"]
    profile = json.loads((harness.root / "received" / ref / "candidate.json").read_text("utf-8"))
    assert profile["meta"]["ref"] == ref


def test_a_correction_replaces_ours_and_keeps_a_colleagues_notes(harness):
    """An old document of ours goes, a note beside stays; another's late document stays, too."""
    ref = file_one(harness)
    folder = harness.root / "received" / ref
    (folder / "Notiz.txt").write_text("call back")
    referral, permit = referral_id(1), leave(referral_id(1), at=START)
    harness.fresh().add_document(ref, pdf("late"), permit=permit, at=START)
    corrected = attrs.evolve(invented(1), city="Wernigerode", documents=(pdf("new cv"),))
    harness.fresh().import_referral(referral, corrected, permit=permit, at=START)
    content = harness.content_of(ref)
    assert b"Wernigerode" in content
    assert (b"cv 1" in content, b"new cv" in content, b"% late" in content) == (False, True, True)
    assert (folder / "Notiz.txt").exists()
    assert not list(folder.glob(".*"))


def test_a_mark_that_was_tampered_with_removes_nothing_elsewhere(harness):
    """Names in the open mark file are not believed as paths."""
    ref = file_one(harness)
    victim = harness.root / "victim.txt"
    victim.write_text("stays")
    mark = harness.root / "received" / ref / "mark.json"
    found = json.loads(mark.read_bytes())
    mark.write_text(json.dumps({**found, "files": ["../../victim.txt", "mark.json"]}))
    file_one(harness)
    assert victim.exists()
    assert mark.exists()


def test_after_a_crash_between_any_two_steps_the_person_is_there_whole_or_not(harness, monkeypatch):
    """Power fails at the n-th flush to the disk: no half folder under the final name, ever."""
    real = os.fsync
    for step in range(1, 12):
        left = step

        def failing(handle):
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(28, "no space left on device")
            real(handle)

        monkeypatch.setattr(os, "fsync", failing)
        try:
            file_one(harness, number=step)
        except TemporaryAdapterError:
            for ref in harness.stored():
                assert len(harness.names_of(ref)) >= 3
        monkeypatch.setattr(os, "fsync", real)
        ref = file_one(harness, number=step)
        assert len(harness.names_of(ref)) == 3
        harness.fresh().erase(ref, at=START)
        assert not list((harness.root / "received").glob(f".*-{ref}-*"))


def test_erased_and_never_held_differ_also_the_second_time(harness):
    """What was filed once stays known by its opaque name, so a repeated erasure says erased."""
    ref = file_one(harness)
    adapter = harness.fresh()
    outcomes = [adapter.erase(ref, at=START + n).outcome for n in (1, 2)]
    assert outcomes == [Outcome.ERASED, Outcome.ERASED]
    assert adapter.erase(ref_of("never"), at=START).outcome is Outcome.NEVER_HELD


def test_the_ledger_forgets_when_no_erasure_can_come_any_more(harness):
    """A referral lives 400 days; its opaque name goes after that."""
    ref = file_one(harness)
    assert [one.kind for one in harness.fresh().look(ref, at=START)] == [ResidueKind.PERSON_RECORD]
    harness.fresh().erase(ref, at=START)
    ledger = harness.root / "received" / ".ledger"
    (ledger / ref).write_text(str(START - 403 * 86_400))
    (ledger / "foreign").write_text("not ours")
    file_one(harness, number=2)
    assert not (ledger / ref).exists()
    assert (ledger / "foreign").exists()


def test_a_folder_removed_by_hand_counts_as_erased(harness):
    """A colleague was faster; it had been held all the same."""
    ref = file_one(harness)
    shutil.rmtree(harness.root / "received" / ref)
    erasure = harness.fresh().erase(ref, at=START)
    assert (erasure.outcome, erasure.residue) == (Outcome.ERASED, ())


def test_copies_beside_go_and_copies_elsewhere_are_named(harness):
    """`Kopie von …` in received is erased; one in an archive or a recycle bin are for a person."""
    ref = file_one(harness)
    folder = harness.root / "received" / ref
    for target in ("received/Kopie", "archive/Größe-Muster", ".Trash-1000/files/x"):
        shutil.copytree(folder, harness.root / target)
    erasure = harness.fresh().erase(ref, at=START)
    kinds = sorted(one.kind for one in erasure.residue)
    assert kinds == [ResidueKind.OLD_COPY] * 2 + [ResidueKind.TRASH] * 2
    assert not (harness.root / "received/Kopie").exists()
    assert receipt_state(erasure, at=START) == "failed"
    assert "Muster" not in repr(erasure)


def test_erasing_a_link_leaves_its_target(harness, tmp_path):
    """Somebody replaced the folder by a link: what it leads to is not ours."""
    ref = file_one(harness)
    folder = harness.root / "received" / ref
    shutil.move(folder, tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    harness.fresh().erase(ref, at=START)
    assert not os.path.lexists(folder)
    assert (tmp_path / "moved" / "mark.json").exists()


def test_an_unmounted_share_is_not_an_empty_one(harness):
    """On an empty mount point nothing would be left of anybody: it is refused instead."""
    ref = file_one(harness)
    with harness.down():
        for attempt in (
            lambda: harness.fresh().erase(ref, at=START),
            lambda: harness.fresh().look(ref, at=START),
            lambda: harness.fresh().find(referral_id(1)),
        ):
            with pytest.raises(TemporaryAdapterError):
                attempt()
    with harness.talking_nonsense(), pytest.raises(PermanentAdapterError):
        harness.fresh().check(at=START)


def test_hooks_are_not_pretended(harness):
    """A folder calls nobody."""
    with pytest.raises(UnsupportedCapabilityError):
        harness.fresh().hint({}, b"", at=START)


def test_a_settled_folder_needs_its_setting():
    """The one setting that must be given."""
    with pytest.raises(SetupError, match="folder"):
        FilesAdapter.connect({})


@pytest.mark.parametrize("name", ["Lebenslauf.pdf", "../../x.pdf", "CON.pdf", "a\u202eb.pdf"])
def test_a_document_from_outside_is_written_only_into_its_folder(harness, name):
    """Whatever a document is called, only our own names are ever written."""
    before = {path for path in harness.root.parent.rglob("*") if "received" not in path.parts}
    document = Document(name, DocumentKind.CV, "application/pdf", pdf("x").content)
    person = attrs.evolve(Candidate("A", "B"), documents=(document,))
    referral = referral_id(1)
    harness.fresh().import_referral(referral, person, permit=leave(referral, at=START), at=START)
    after = {path for path in harness.root.parent.rglob("*") if "received" not in path.parts}
    assert before == after


def test_the_documentation_shows_what_is_declared():
    """The table in the documentation is written from the declaration."""
    page = Path(__file__).parents[2] / "docs" / "adapters" / "files.md"
    if not page.exists():
        pytest.skip("the documentation is not beside the adapter")
    table = "".join(f"| `{flag}` | {value} |\n" for flag, value in rows(FilesAdapter.capabilities))
    assert table in page.read_text(encoding="utf-8")


def test_the_hr_open_sample_comes_in_without_what_must_not_leave(harness):
    """Height, weight, gender, birth date and pay of the published sample stay in the folder."""
    shared = Path(os.environ.get("FKS_SHARED", Path(__file__).parents[2] / ".." / "shared"))
    sample = shared / "data" / "standards" / "hropen42_Candidate_general.json"
    if not sample.exists():
        pytest.skip("the HR Open sample is not there; set FKS_SHARED")
    content = sample.read_text(encoding="utf-8")
    lay(harness, "sample.json", content)
    [change], problems = read(harness)
    assert problems == []
    person = json.loads(content)["person"]
    shown = everything((change.application, change.candidate))
    assert change.candidate.family == person["name"]["family"]
    assert person["birthDate"] not in shown
    assert person["gender"] not in shown.split()
    assert str(person["height"]["value"]) not in shown.split()
    assert change.exclusions
