"""Documents are looked at by a process of their own, and handed out as files or not at all."""

import io
import subprocess
import sys
import zipfile
from typing import Any

import attrs
import pikepdf
import pytest

from fachkraft_share import Document, DocumentKind
from fachkraft_share.member.examiner import examine as within
from fachkraft_share.member.examining import Verdict, examine
from fachkraft_share.ports.documents import MEDIA_TYPES

from .conftest import AYLIN

PDF = "application/pdf"
DOCX = MEDIA_TYPES[".docx"]


def pdf(change: Any = None) -> bytes:
    """Return a PDF with one page."""
    made = pikepdf.new()
    made.add_blank_page()
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def office(*names: str, size: int = 1) -> bytes:
    """Return an office file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, b"x" * size)
    return out.getvalue()


def scripted(made: Any) -> None:
    """Let it run a script when it is opened."""
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launching(made: Any) -> None:
    """Let a click start a program."""
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    made.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(A=action)])


def carrying(made: Any) -> None:
    """Put a file into it."""
    made.attachments["a.txt"] = b"x"


def nested(made: Any) -> None:
    """Hide it deeper than anybody needs."""
    inner: Any = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
    for _ in range(40):
        inner = pikepdf.Dictionary(A=inner)
    made.Root.X = inner


LOCKED = pikepdf.Encryption(user="x", owner="y")


def locked() -> bytes:
    """Return a PDF with a password."""
    made = pikepdf.new()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out, encryption=LOCKED)
    return out.getvalue()


CASES = [
    (PDF, pdf(), ("ok", "")),
    (PDF, pdf(scripted), ("refuse", "script")),
    (PDF, pdf(launching), ("refuse", "launch")),
    (PDF, pdf(carrying), ("refuse", "embedded")),
    (PDF, pdf(nested), ("refuse", "too-much")),
    (PDF, locked(), ("refuse", "locked")),
    (PDF, b"%PDF-1.7 nothing in it %%EOF", ("refuse", "broken")),
    (PDF, b"%PDF-1.7 cut off", ("refuse", "broken")),
    (PDF, b"MZ\x90", ("refuse", "other")),
    (PDF, b"", ("refuse", "empty")),
    ("application/x-msdownload", b"MZ", ("refuse", "kind")),
    (DOCX, office("word/document.xml"), ("ok", "")),
    (DOCX, office("word/document.xml", "word/vbaProject.bin"), ("refuse", "script")),
    (DOCX, office("word/embeddings/oleObject1.bin"), ("refuse", "embedded")),
    (DOCX, office(*(f"{n}" for n in range(1001))), ("refuse", "too-much")),
    (DOCX, b"PK\x03\x04 no zip PK\x05\x06", ("refuse", "broken")),
    ("application/msword", b"\xd0\xcf\x11\xe0 old", ("warn", "opaque")),
    ("text/plain", b"Hallo", ("ok", "")),
    ("text/plain", b"Ha\0llo", ("refuse", "other")),
    ("image/png", b"\x89PNG\r\n ... IEND", ("ok", "")),
]


@pytest.mark.parametrize(("media", "content", "said"), CASES)
def test_a_document_is_what_it_says_and_does_nothing(
    media: str, content: bytes, said: tuple[str, str]
) -> None:
    """Each kind, and each thing a file may do by itself."""
    assert within(media, content) == said


def test_it_is_looked_at_in_a_process_of_its_own() -> None:
    """With the same answer."""
    found = examine(Document("cv.pdf", DocumentKind.CV, PDF, pdf(scripted)))
    assert (found.verdict, found.code) == (Verdict.REFUSE, "script")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_a_process_that_wants_too_much_memory_ends() -> None:
    """The other process, not this one."""
    code = "from fachkraft_share.member.examiner import confine; confine(); bytearray(2**31)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


def test_what_unpacks_to_too_much_is_refused() -> None:
    """Unread."""
    bomb = office("word/document.xml", size=60 * 2**20)
    found = examine(Document("a.docx", DocumentKind.CV, DOCX, bomb))
    assert (found.verdict, found.code) == (Verdict.REFUSE, "too-much")


def with_document(media: str, content: bytes) -> Any:
    """Return somebody with this CV."""
    paper = Document("cv", DocumentKind.CV, media, content)
    return attrs.evolve(AYLIN, documents=(paper,))


def test_a_good_document_is_saved_and_never_shown(town: Any) -> None:
    """An attachment under a name that says what and whose it is, in plain letters."""
    referral, _ = town.disclosed(with_document(PDF, pdf()))
    answer = town.tab(town.beispiel).get(f"/received/{referral}/documents/1")
    assert answer.status == 200
    assert answer.body == pdf() or answer.body.startswith(b"%PDF")
    named = 'attachment; filename="lebenslauf-aylin-beispiel.pdf"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_bad_document_is_not_handed_out_and_the_page_says_why(town: Any) -> None:
    """Whoever insists."""
    referral, _ = town.disclosed(with_document(PDF, pdf(scripted)))
    tab = town.tab(town.beispiel)
    for query in ("", "?anyway=yes"):
        answer = tab.get(f"/received/{referral}/documents/1{query}")
        assert answer.status == 409
        assert "ein Programm" in answer.body.decode()


def test_what_nobody_can_look_into_is_handed_out_after_a_warning(town: Any) -> None:
    """By a second click."""
    referral, _ = town.disclosed(with_document("application/msword", b"\xd0\xcf\x11\xe0 old"))
    tab = town.tab(town.beispiel)
    asked = tab.get(f"/received/{referral}/documents/1")
    assert asked.status == 409
    assert "Trotzdem herunterladen" in asked.body.decode()
    assert tab.get(f"/received/{referral}/documents/1?anyway=yes").status == 200


@pytest.mark.parametrize("number", ["0", "2", "x"])
def test_there_is_no_other_document(town: Any, number: str) -> None:
    """Numbers lead nowhere else."""
    referral, _ = town.disclosed()
    assert town.tab(town.beispiel).get(f"/received/{referral}/documents/{number}").status == 404


def test_without_the_tool_a_pdf_is_handed_out_after_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is not called good where nobody looked."""
    content = pdf()
    monkeypatch.setitem(sys.modules, "pikepdf", None)  # an import fails, as where it is missing
    assert within(PDF, content) == ("warn", "no-tool")
