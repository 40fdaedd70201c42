"""`node vocabulary`: an official list is added once, listed with its licence, and removed."""

from pathlib import Path

import pytest

from fachkraft_share.cli import exits
from fachkraft_share.rules.official_lists import NAMES
from fachkraft_share.wire.encoding import sha256

from .conftest import fks, must

INVENTED = Path(__file__).parents[1] / "official"


@pytest.fixture
def harz(tmp_path: Path) -> str:
    """Found an alliance and return the option that names its folder."""
    folder = f"--folder={tmp_path / 'harz'}"
    must(
        "node",
        "init",
        folder,
        f"--root-key={tmp_path / 'root.json'}",
        "--id=https://node.harz.example",
    )
    return folder


def test_adding_a_list_tells_what_was_read_mended_and_left_out(harz: str) -> None:
    """By line and reason, for people and for programs."""
    told = must("node", "vocabulary", "add", INVENTED / "kldb.csv", harz)
    assert (told["name"], told["rows"], told["repaired"], told["dropped"]) == ("kldb", 10, 2, 1)
    assert told["notes"] == [
        {"fate": "repaired", "why": "leading zero given back", "rows": 2, "lines": [3, 4]},
        {"fate": "dropped", "why": "a code that no longer exists", "rows": 1, "lines": [10]},
    ]
    assert told["sha256"] == sha256((INVENTED / "kldb.csv").read_bytes())
    said = fks("node", "vocabulary", "add", INVENTED / "titles.csv", harz, "--text").out
    assert "6 rows read, 0 repaired, 2 dropped" in said
    assert "dropped 2: no title with a code of five digits (line 6, 7)" in said
    assert "© Statistik der Bundesagentur für Arbeit" in said
    assert "every member fetches it" in said


def test_every_known_list_is_added_and_listed(harz: str) -> None:
    """Name, rows, version, hash, licence and the sentence it demands; none at first."""
    assert must("node", "vocabulary", harz) == {"lists": []}
    assert "hand-made tables serve" in fks("node", "vocabulary", "list", harz, "--text").out
    for name in NAMES:
        must("node", "vocabulary", "add", INVENTED / f"{name}.csv", harz)
    listed = {one["name"]: one for one in must("node", "vocabulary", harz)["lists"]}
    assert set(listed) == set(NAMES)
    assert listed["titles"]["version"] == "21.01.2025"
    assert listed["esco"]["attribution"].startswith("This service uses the ESCO")
    said = fks("node", "vocabulary", harz, "--text").out
    assert listed["places"]["sha256"][:12] in said
    assert "CC BY 4.0" in said
    again = must("node", "vocabulary", "add", INVENTED / "esco.csv", harz)
    assert again["list"] is None


def test_a_dry_run_reads_the_file_and_changes_nothing(harz: str) -> None:
    """Neither adding nor removing."""
    told = must("node", "vocabulary", "add", INVENTED / "places.csv", harz, "--dry-run")
    assert (told["dry_run"], told["list"], told["dropped"]) == (True, None, 2)
    assert must("node", "vocabulary", harz) == {"lists": []}
    must("node", "vocabulary", "add", INVENTED / "places.csv", harz)
    assert must("node", "vocabulary", "remove", "places", harz, "--dry-run")["dry_run"]
    assert len(must("node", "vocabulary", harz)["lists"]) == 1
    must("node", "vocabulary", "remove", "places", harz)
    assert must("node", "vocabulary", harz) == {"lists": []}


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("Name;Telefon\nErika;1\n", [], "neu.csv: no line is the header of a known list"),
        ("AGS;name\n03153;Goslar\n", ["--kind=kldb"], "neu.csv: no line is the header of the list"),
        ("AGS;name\n03153\n", [], "neu.csv: line 2: column name is missing; nothing was added"),
    ],
)
def test_an_unknown_or_broken_file_is_one_sentence(
    harz: str, tmp_path: Path, text: str, options: list[str], sentence: str
) -> None:
    """With the line where one can be named, and nothing of it is kept."""
    path = tmp_path / "neu.csv"
    path.write_text(text, encoding="utf-8")
    done = fks("node", "vocabulary", "add", path, harz, *options)
    assert done.code == exits.USAGE
    assert sentence in done.err
    assert "Erika" not in done.err
    assert must("node", "vocabulary", harz) == {"lists": []}


def test_removing_what_is_not_there_is_refused(harz: str) -> None:
    """With the command that shows what is."""
    done = fks("node", "vocabulary", "remove", "esco", harz)
    assert done.code == exits.REFUSED
    assert "there is no list esco" in done.err
