"""The folder passes the shared suite, and keeps its own promises about who is filed there."""

import json
import os
import shutil
from pathlib import Path

import attrs
import pytest

from fachkraft_share.errors import (
    PermanentAdapterError,
    SetupError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.capabilities import rows
from fachkraft_share.ports.erasure_evidence import Outcome, ResidueKind, receipt_state
from fachkraft_share.testing.adapter_harness import (
    invented,
    leave,
    pdf,
    referral_id,
)
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.system_harness import START
from fachkraft_share_files import FilesAdapter
from fachkraft_share_files.received import ref_of

NOBODY = 65534
POSIX = os.name == "posix"


class TestFiles(AtsAdapterSuite):
    """The shared suite."""


def test_it_is_found_by_its_entry_point():
    """Installed beside fachkraft-share it is there."""
    plugins = load_plugins(only={"files"})
    assert plugins.failures == ()
    assert plugins.adapter("files") is FilesAdapter


def test_the_folder_of_a_person_holds_profile_documents_and_mark(harness):
    """What a colleague finds there, under names that name nobody."""
    ref = harness.file_one()
    names = sorted(path.name for path in (harness.root / "received" / ref).iterdir())
    assert ref == ref_of(referral_id(1))
    assert [name.split("-")[0] for name in names] == ["candidate.json", "cv", "mark.json"]
    profile = json.loads((harness.root / "received" / ref / "candidate.json").read_text("utf-8"))
    assert profile["meta"]["ref"] == ref


def test_a_correction_replaces_ours_and_keeps_a_colleagues_notes(harness):
    """An old document of ours goes, a note beside stays; another's late document stays, too."""
    ref = harness.file_one()
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
    ref = harness.file_one()
    victim = harness.root / "victim.txt"
    victim.write_text("stays")
    mark = harness.root / "received" / ref / "mark.json"
    found = json.loads(mark.read_bytes())
    mark.write_text(json.dumps({**found, "files": ["../../victim.txt", "mark.json"]}))
    harness.file_one()
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
            harness.file_one(number=step)
        except TemporaryAdapterError:
            for ref in harness.stored():
                assert len(harness.names_of(ref)) >= 3
        monkeypatch.setattr(os, "fsync", real)
        ref = harness.file_one(number=step)
        assert len(harness.names_of(ref)) == 3
        harness.fresh().erase(ref, at=START)
        assert not list((harness.root / "received").glob(f".*-{ref}-*"))


def test_erased_and_never_held_differ_also_the_second_time(harness):
    """What was filed once stays known by its opaque name, so a repeated erasure says erased."""
    ref = harness.file_one()
    adapter = harness.fresh()
    outcomes = [adapter.erase(ref, at=START + n).outcome for n in (1, 2)]
    assert outcomes == [Outcome.ERASED, Outcome.ERASED]
    assert adapter.erase(ref_of("never"), at=START).outcome is Outcome.NEVER_HELD


def test_the_ledger_forgets_when_no_erasure_can_come_any_more(harness):
    """A referral lives 400 days; its opaque name goes after that."""
    ref = harness.file_one()
    assert [one.kind for one in harness.fresh().look(ref, at=START)] == [ResidueKind.PERSON_RECORD]
    harness.fresh().erase(ref, at=START)
    ledger = harness.root / "received" / ".ledger"
    (ledger / ref).write_text(str(START - 403 * 86_400))
    (ledger / "foreign").write_text("not ours")
    harness.file_one(number=2)
    assert not (ledger / ref).exists()
    assert (ledger / "foreign").exists()


def test_a_folder_removed_by_hand_counts_as_erased(harness):
    """A colleague was faster; it had been held all the same."""
    ref = harness.file_one()
    shutil.rmtree(harness.root / "received" / ref)
    erasure = harness.fresh().erase(ref, at=START)
    assert (erasure.outcome, erasure.residue) == (Outcome.ERASED, ())


def test_copies_beside_go_and_copies_elsewhere_are_named(harness):
    """`Kopie von …` in received is erased; one in an archive or a recycle bin are for a person."""
    ref = harness.file_one()
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
    ref = harness.file_one()
    folder = harness.root / "received" / ref
    shutil.move(folder, tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    harness.fresh().erase(ref, at=START)
    assert not os.path.lexists(folder)
    assert (tmp_path / "moved" / "mark.json").exists()


def test_an_unmounted_share_is_not_an_empty_one(harness):
    """On an empty mount point nothing would be left of anybody: it is refused instead."""
    ref = harness.file_one()
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
