"""PDF files everybody can read: tagged, named, in their language, and never read as source."""

import io
import subprocess
import sys
from typing import Any

import pytest

from fachkraft_share.testing.gallery import CHART
from fachkraft_share.web.charts import bars
from fachkraft_share.web.paper import (
    UNKNOWN,
    Boxed,
    Document,
    Facts,
    Heading,
    Picture,
    Points,
    Table,
    Text,
    pdf,
    qr_picture,
)
from fachkraft_share.web.qr import qr

pikepdf = pytest.importorskip("pikepdf")
pytest.importorskip("typst")

EVIL = '#panic("x") *b* $x$ @ref <a> `c` \\ // /* "q" ]#[ #sys.inputs {{7*7}} \x00\n= Heading'


def document(text: str = "Müller & Söhne", language: str = "de") -> Document:
    """Return a document that says the text everywhere."""
    return Document(
        language,
        f"Bestätigung {text}",
        (
            Heading(text),
            Text(text),
            Boxed(text),
            Points((text, "zwei")),
            Facts((("Name", text), (text, "3. Mai 2027"))),
            Table(text, ("A", text), ((text, "1"), ("x", text))),
            qr_picture("https://fks.example/d/abc", text),
            Picture(bars(CHART), text),
        ),
        foot=text,
    )


def opened(made: bytes) -> Any:
    return pikepdf.open(io.BytesIO(made))


def words(made: bytes) -> str:
    """Return what a reader copies out of the file."""
    run = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


@pytest.mark.parametrize(("language", "told"), [("de", "de"), ("en", "en"), ("de_simple", "de")])
def test_a_document_is_tagged_and_says_language_title_and_standard(
    language: str, told: str
) -> None:
    """PDF/UA-1 (ISO 14289-1)."""
    file = opened(pdf(document(language=language)))
    assert str(file.Root.Lang) == told
    assert bool(file.Root.MarkInfo.Marked)
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    with file.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"] == "Bestätigung Müller & Söhne"


def test_headings_lists_tables_and_pictures_are_what_they_are() -> None:
    """In the tree that screen readers follow; each picture says in words what it shows."""
    kinds, alts = set(), []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for one in node:
                walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            kinds.add(str(node.get("/S", "")))
            if "/Alt" in node:
                alts.append(str(node.Alt))
            walk(node.get("/K"))

    file = opened(pdf(document()))
    walk(file.Root.StructTreeRoot.K)
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    assert alts == ["Müller & Söhne"] * 2


@pytest.mark.skipif(
    subprocess.run(["which", "pdftotext"], capture_output=True, check=False).returncode != 0,
    reason="poppler is not here",
)
class TestReading:
    """With a reader of another make."""

    def test_what_people_wrote_is_never_read_as_source(self) -> None:
        """It stands there letter by letter, in every place."""
        said = words(pdf(document(EVIL)))
        assert said.count('#panic("x") *b* $x$') >= 8
        assert said.count("= Heading") >= 8
        assert said.count("{{7*7}}") >= 8

    def test_names_of_many_scripts_are_there(self) -> None:
        """Latin with all its marks, Greek, Cyrillic."""
        name = "Łukasz Đặng Ẽ ş ǎ Ελένη Ольга „Ünal“ – 5 €"
        assert name in words(pdf(document(name)))

    def test_a_character_no_font_has_does_not_stop_the_document(self) -> None:
        """It is shown as unknown, the rest as it is."""
        said = words(pdf(document("Ada \U00012000 \U0001323d")))
        assert f"Ada {UNKNOWN}" in said

    def test_a_long_word_stays_on_the_page(self) -> None:
        """It is broken; nothing of it is lost."""
        said = words(pdf(Document("de", "Lang", (Text("x" * 500),))))
        assert said.replace(" ", "").replace("\u200b", "").count("x") == 500


def test_a_document_without_title_is_still_one() -> None:
    """PDF/UA wants a title."""
    assert pdf(Document("de", "", ())).startswith(b"%PDF-1.")


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("typst", "from fachkraft_share.web.paper import *; pdf(Document('de', 'x', ()))"),
        ("segno", "from fachkraft_share.web.qr import qr; qr('a', 'b')"),
    ],
)
def test_a_missing_extra_is_one_sentence(module: str, call: str) -> None:
    """What is missing, and how it is installed."""
    hidden = f"import sys; sys.modules['{module}'] = None; {call}"
    run = subprocess.run(
        [sys.executable, "-c", hidden], capture_output=True, text=True, check=False
    )
    assert "SetupError" in run.stderr
    assert 'pip install "fachkraft-share[' in run.stderr


def test_a_qr_code_has_words_and_no_style() -> None:
    """The words are ours or people's; both stay words."""
    drawn = qr("https://fks.example/d/abc", 'Zu "Ihrer" <Seite>').text
    assert 'role="img" aria-label="Zu &quot;Ihrer&quot; &lt;Seite&gt;"' in drawn
    assert "style=" not in drawn
    assert "<script" not in drawn
