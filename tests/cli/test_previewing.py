"""`connect --preview`: what a recruiter sees of an export before anybody is passed on."""

import importlib.util
import json

import pytest

from fachkraft_share.cli import exits

from .conftest import Place, fks, must

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("fachkraft_share_files") is None,
    reason="the adapter files is not installed",
)

EXPORT = "Bewerbernummer;Vorname;Nachname;E-Mail;Geburtsdatum\r\n" + "".join(
    f"{number};Änne;Musterfrau;{mail};1990-01-01\r\n"
    for number, mail in enumerate(["a@mail.example", *["qzx"] * 12])
)


def test_an_export_is_shown_with_columns_rows_and_first_errors(place: Place) -> None:
    """Which column means what, how many rows, what is wrong where; no word of a person."""
    folder = place.root / "muster-ats" / "in" / "rejected"
    (folder / "Export.csv").write_text(EXPORT, encoding="utf-8")
    [shown] = must("connect", "files", "--preview", place.folder("muster"))["files"]
    assert (shown["place"], shown["rows"]) == ("in/rejected/Export.csv", 1)
    assert ["E", "Geburtsdatum", "never read (R13, R24)"] in shown["columns"]
    assert shown["problems"][0]["field"] == "row 3, column D (E-Mail)"
    assert "qzx" not in json.dumps(shown)
    told = fks("connect", "files", "--preview", "--text", place.folder("muster"))
    assert "in/rejected/Export.csv: 1 applications" in told.out
    assert "row 3, column D (E-Mail): not one mail address" in told.out
    assert "and 2 more" in told.out
    assert "Musterfrau" not in told.out


def test_a_folder_without_exports_says_so(place: Place) -> None:
    """Nothing is shown as understood where nothing lies."""
    assert must("connect", "files", "--preview", place.folder("muster"))["files"] == []


def test_a_preview_saves_nothing(place: Place) -> None:
    """Other settings may be tried out."""
    config = place.root / "muster" / "config.toml"
    before = config.read_bytes()
    columns = place.root / "columns.toml"
    columns.write_text('country = "DE"\n', encoding="utf-8")
    must("connect", "files", "--preview", f"--set=columns={columns}", place.folder("muster"))
    assert config.read_bytes() == before
    failed = fks("connect", "files", "--preview", "--set=columns=no", place.folder("muster"))
    assert failed.code != exits.OK
