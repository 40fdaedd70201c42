"""The search finds a person in every disguise, or its silence would mean nothing."""

import base64
import gzip
import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from fachkraft_share.cli.demo.papers import docx, pdf
from fachkraft_share.cli.demo.search import disguise, search, search_bytes

WORD = "Jürgen Großkreuz"
DISGUISES: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "lower case": lambda word: word.lower().encode(),
    "utf-16": lambda word: word.encode("utf-16"),
    "utf-16, big end first": lambda word: word.encode("utf-16-be"),
    "latin-1": lambda word: word.encode("latin-1"),
    "escaped": lambda word: json.dumps(word).encode(),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64, shifted by one": lambda word: base64.b64encode(b"a" + word.encode()),
    "base64, shifted by two": lambda word: base64.b64encode(b"ab" + word.encode()),
    "base64 inside other letters": lambda word: b"xyz" + base64.b64encode(word.encode()) + b"QQ",
    "base64 of utf-16": lambda word: base64.b64encode(word.encode("utf-16-le")),
    "a signed token": lambda word: b"e30." + base64.urlsafe_b64encode(json.dumps([word]).encode()),
    "gzip in rubbish": lambda word: b"\x00\x01" + gzip.compress(word.encode()),
    "zlib in rubbish": lambda word: b"\x00\x01" + zlib.compress(word.encode()) + b"\x02",
    "a PDF": lambda word: pdf(["Lebenslauf", word]),
    "a DOCX": lambda word: docx(["Lebenslauf", word]),
    "a DOCX in base64": lambda word: base64.b64encode(docx([word])),
    "a torn DOCX": lambda word: docx([word, *map(str, range(400))])[:-600],
}


@pytest.mark.parametrize("how", DISGUISES)
def test_a_word_is_found_in_every_disguise(how: str) -> None:
    """Each of these is how a program could keep a name without meaning to."""
    assert search_bytes(disguise([WORD]), DISGUISES[how](WORD), name="file")


def test_what_is_not_there_is_not_found() -> None:
    """Other people's names and rubbish give no hit."""
    other = docx(["Jürgen Kleinkreuz"]) + base64.b64encode(b"Juergen") + bytes(range(256)) * 40
    assert search_bytes(disguise([WORD]), other, name="file") == []


def test_a_database_is_searched_by_its_values_too(tmp_path: Path) -> None:
    """A long value lies on several pages and could be cut just there; hidden folders count."""
    folder = tmp_path / "firm" / ".hidden"
    folder.mkdir(parents=True)
    database = sqlite3.connect(folder / "state.db")
    database.execute("PRAGMA page_size = 512")
    database.execute("CREATE TABLE t (body TEXT)")
    for fill in range(0, 600, 7):
        database.execute("INSERT INTO t VALUES (?)", ["." * fill + WORD])
    database.commit()
    database.close()
    assert any("values" in hit.how for hit in search(disguise([WORD]), [tmp_path / "firm"]))


def test_a_file_name_is_searched_too(tmp_path: Path) -> None:
    """A CV is often called after its owner."""
    (tmp_path / f"Lebenslauf {WORD}.pdf").write_bytes(b"")
    assert [hit.how for hit in search(disguise([WORD]), [tmp_path])] == ["file name > utf-8"]
