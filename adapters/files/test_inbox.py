"""Files people make: read whole, waited for, or reported with field and remedy."""

import json
import os
import unicodedata
from pathlib import Path

import pytest

from fachkraft_share.errors import (
    SetupError,
)
from fachkraft_share.model.candidate import DocumentKind, Stage
from fachkraft_share.ports.reading import Change
from fachkraft_share.rules.formats.hr_open_export import write_hr_open
from fachkraft_share.rules.formats.json_resume import write_json_resume
from fachkraft_share.testing.adapter_harness import (
    everything,
    invented,
    pdf,
    reading,
)
from fachkraft_share.testing.system_harness import START
from fachkraft_share_files import FilesAdapter

NOBODY = 65534
POSIX = os.name == "posix"


def resume(number=1):
    """Return an invented person's JSON Resume as text."""
    return json.dumps(write_json_resume(invented(number)), ensure_ascii=False)


def test_a_file_dropped_into_rejected_is_a_runner_up(harness):
    """The simplest hand-over there is: one file, no further word."""
    harness.lay("Bewerbung Müller.json", resume())
    [change], problems = harness.read()
    assert problems == []
    assert (change.application.stage, change.application.runner_up) == (Stage.REJECTED, True)
    assert change.application.id.startswith("f")
    assert change.candidate == invented(1)


def test_hr_open_files_are_read_too(harness):
    """Either format, told apart by what is in it."""
    harness.lay("one.json", json.dumps(write_hr_open(invented(1))))
    [change], _ = harness.read()
    assert change.candidate.family == invented(1).family
    assert change.candidate.email == invented(1).email


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_are_read(harness, encoding):
    """Umlauts arrive whatever honest encoding the file has."""
    harness.lay("one.json", resume().encode(encoding))
    [change], _ = harness.read()
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
    harness.lay("a good one.json", resume(1))
    harness.lay("bad.json", content)
    harness.lay("the last.json", resume(2))
    changes, [problem] = harness.read()
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
    path = harness.lay("one.json", content[:length])
    changes, [problem] = harness.read()
    assert changes == []
    assert problem.temporary
    path.write_bytes(content)
    changes, problems = harness.read()
    assert len(changes) == 1
    assert problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_ends_within_a_letter_is_waited_for(harness, encoding):
    """Cut in the middle of an umlaut, it is not taken for another encoding."""
    content = resume().encode(encoding)
    cut = content.index("Ä".encode(encoding)[-2:]) + 1
    harness.lay("one.json", content[:cut])
    changes, [problem] = harness.read()
    assert (changes, problem.temporary) == ([], True)


def test_a_file_nobody_may_read_is_a_problem_of_its_own(harness):
    """One file without rights does not stop the rest."""
    harness.lay("good.json", resume(1))
    harness.lay("locked.json", resume(2))
    with harness.nobody():
        (harness.root / "in/rejected/locked.json").chmod(0)
        changes, [problem] = harness.read()
    assert len(changes) == 1
    assert "refused" in problem.what


def test_a_folder_waits_for_its_documents(harness):
    """A PDF without its end is not passed on, and the person neither."""
    harness.lay("one/profil.json", resume())
    path = harness.lay("one/Zeugnis.pdf", pdf("x").content[:-6])
    changes, [problem] = harness.read()
    assert (changes, problem.temporary) == ([], True)
    path.write_bytes(pdf("x").content)
    [change], _ = harness.read()
    [document] = harness.fresh().documents(change.application.id)
    assert document.kind is DocumentKind.CERTIFICATE


def test_umlauts_of_either_kind_name_the_same_application(harness):
    """A Mac writes `u` and two dots, Windows one letter: it is one file name."""
    name = unicodedata.normalize("NFC", "Müller.json")
    harness.lay(name, resume())
    [first], _ = harness.read()
    (harness.root / "in/rejected" / name).unlink()
    harness.lay(unicodedata.normalize("NFD", name).upper().replace(".JSON", ".json"), resume())
    [second], _ = harness.read()
    assert first.application.id == second.application.id


def test_an_application_in_two_stages_is_read_from_neither(harness):
    """Rejected or hired: nobody here can know."""
    harness.lay("one.json", resume())
    harness.lay("../hired/ONE.json", resume())
    changes, problems = harness.read()
    assert changes == []
    assert {one.what for one in problems} == {"the same application lies there twice"}


def test_a_copy_under_another_name_is_one_application(harness):
    """`Kopie von …` is reported, the first is read."""
    harness.lay("one.json", resume())
    harness.lay("one (Kopie).json", resume())
    changes, [problem] = harness.read()
    assert len(changes) == 1
    assert "twice" in problem.what


def test_an_id_used_twice_is_read_from_neither(harness):
    """Two persons under one id would become one."""
    for number in (1, 2):
        harness.lay(f"{number}.json", resume(number))
        harness.lay(f"{number}.application.json", '{"id": "ATS-1"}')
    changes, problems = harness.read()
    assert changes == []
    assert [one.field for one in problems] == ["application.id"] * 2


def test_the_sidecar_says_what_the_folder_cannot(harness):
    """Id, job and the day of the rejection; beside a single file or inside a folder."""
    stated = {"id": "ATS-4711", "job": "Elektrikerin", "rejected_on": "2026-11-19"}
    harness.lay("one.json", resume(1))
    harness.lay("one.application.json", json.dumps(stated))
    within = {**write_json_resume(invented(2)), "meta": {"application": {"runner_up": False}}}
    harness.lay("two.json", json.dumps(within))
    [change], problems = harness.read()
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
    harness.lay("one.json", resume())
    harness.lay("one.application.json", json.dumps(stated))
    changes, [problem] = harness.read()
    assert changes == []
    assert problem.field == field


def test_without_a_stage_nobody_is_asked(harness):
    """A file directly in `in/` must say its stage (R2)."""
    harness.lay("../one.json", resume())
    changes, [problem] = harness.read()
    assert (changes, problem.field) == ([], "stage")


def test_own_stages_come_from_a_settings_file(harness, tmp_path):
    """The customer's words are data."""
    stages = tmp_path / "stages.toml"
    stages.write_text('runner_ups = ["silber"]\n[stages]\nsilber = "rejected"\n', encoding="utf-8")
    harness.lay("../Silber/one.json", resume())
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
        harness.lay(name, "x")
    assert harness.read() == ([], [])
    secret = tmp_path / "secret.json"
    secret.write_text(resume())
    (harness.root / "in/rejected/link.json").symlink_to(secret)
    changes, [problem] = harness.read()
    assert changes == []
    assert "link" in problem.what


def test_loose_documents_and_unclear_folders_are_reported(harness):
    """Nothing is passed over in silence."""
    harness.lay("lebenslauf.pdf", pdf("x").content)
    harness.lay("two/a.json", resume(1))
    harness.lay("two/b.json", resume(2))
    harness.lay("empty/cv.pdf", pdf("x").content)
    harness.lay("odd/a.json", resume(3))
    harness.lay("odd/programm.exe", "MZ")
    harness.lay("nested/a.json", resume(4))
    harness.lay("nested/more/cv.pdf", pdf("x").content)
    changes, problems = harness.read()
    assert changes == []
    assert len(problems) == 5
    assert all(one.fix for one in problems)


@pytest.mark.skipif(os.name != "posix", reason="such names cannot be made here")
def test_a_name_that_is_no_text_is_read_all_the_same(harness):
    """Old systems left names in another encoding."""
    folder = os.fsencode(harness.root / "in/rejected")
    Path(os.fsdecode(folder + b"/M\xfcller.json")).write_text(resume(), encoding="utf-8")
    [change], _ = harness.read()
    assert change.candidate == invented(1)


def test_the_hr_open_sample_comes_in_without_what_must_not_leave(harness):
    """Height, weight, gender, birth date and pay of the published sample stay in the folder."""
    shared = Path(os.environ.get("FKS_SHARED", Path(__file__).parents[2] / ".." / "shared"))
    sample = shared / "data" / "standards" / "hropen42_Candidate_general.json"
    if not sample.exists():
        pytest.skip("the HR Open sample is not there; set FKS_SHARED")
    content = sample.read_text(encoding="utf-8")
    harness.lay("sample.json", content)
    [change], problems = harness.read()
    assert problems == []
    person = json.loads(content)["person"]
    shown = everything((change.application, change.candidate))
    assert change.candidate.family == person["name"]["family"]
    assert person["birthDate"] not in shown
    assert person["gender"] not in shown.split()
    assert str(person["height"]["value"]) not in shown.split()
    assert change.exclusions
