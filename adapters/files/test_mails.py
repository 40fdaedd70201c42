"""Mails laid into the folder: what is attached counts, and nothing of the mail itself."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from table_harness import HEADINGS, row_of
from table_writing import write_csv, write_xlsx

from fachkraft_share import limits
from fachkraft_share.rules.formats.hr_open_export import write_hr_open
from fachkraft_share.rules.formats.json_resume import write_json_resume
from fachkraft_share.testing.adapter_harness import everything, invented, pdf

RESUME = json.dumps(write_json_resume(invented(1))).encode()


def mail(**attached):
    """Return a mail with these attachments, by name."""
    message = EmailMessage()
    message["Subject"] = "Bewerbung qzx"
    message["From"] = "qzx@mail.example"
    message.set_content("Guten Tag, hier sind qzx.")
    for name, content in attached.items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message


def test_a_profile_attached_to_a_mail_is_read_with_its_documents(harness):
    """JSON Resume or HR Open, and a PDF beside it; the mail's text and sender are not read."""
    sent = pdf("cv")
    harness.lay(
        "Bewerbung.eml", mail(**{"p.json": RESUME, "Lebenslauf.pdf": sent.content}).as_bytes()
    )
    hr_open = json.dumps(write_hr_open(invented(2))).encode()
    harness.lay("Zwei.eml", mail(**{"Müller ä.json": hr_open}).as_bytes())
    changes, problems = harness.read()
    assert problems == []
    assert [one.candidate.family for one in changes] == [invented(n).family for n in (1, 2)]
    assert "qzx" not in everything([(one.application, one.candidate) for one in changes])
    adapter = harness.fresh()
    [found] = adapter.documents(changes[0].application.id)
    read = adapter.read_document(found)
    assert (read.content, read.kind) == (sent.content, sent.kind)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_an_export_attached_to_a_mail_is_read_row_by_row(harness, write):
    """A rule of the mail program may drop what the system sends every night."""
    ending = "csv" if write is write_csv else "xlsx"
    content = write([HEADINGS, row_of("A-1", invented(1), documents=("Lebenslauf.pdf",))])
    message = mail(**{f"Export.{ending}": content, "Lebenslauf.pdf": pdf("cv").content})
    harness.lay("Nightly.eml", message.as_bytes())
    [change], problems = harness.read()
    assert problems == []
    assert change.candidate.email == invented(1).email
    adapter = harness.fresh()
    [found] = adapter.documents("A-1")
    assert adapter.read_document(found).content == pdf("cv").content
    [preview] = adapter.preview()
    assert (preview.place, preview.rows) == ("in/rejected/Nightly.eml", 1)


def test_a_mail_says_what_the_folder_cannot_say(harness):
    """`application.json` attached to a mail counts as it does beside a file."""
    stated = json.dumps({"id": "A-7", "rejected_on": "2026-11-19"}).encode()
    harness.lay("one.eml", mail(**{"p.json": RESUME, "application.json": stated}).as_bytes())
    [change], _ = harness.read()
    assert (change.application.id, change.application.rejected_on) == ("A-7", "2026-11-19")


def nested(depth):
    """Return a mail whose parts lie in one another."""
    message = mail(**{"p.json": RESUME})
    for _ in range(depth):
        outer = EmailMessage()
        outer["Subject"] = "x"
        outer.make_mixed()
        outer.attach(message)
        message = outer
    return message.as_bytes()


def many():
    """Return a mail with too many attachments."""
    return mail(**{f"{n}.pdf": b"x" for n in range(limits.DROPPED_MAIL_PARTS)}).as_bytes()


def forwarded():
    """Return a mail that holds another mail."""
    message = mail()
    message.add_attachment(mail(**{"p.json": RESUME}))
    return message.as_bytes()


REFUSED = {
    "text only": (mail().as_bytes(), "a mail with no profile"),
    "pdf only": (mail(**{"cv.pdf": pdf("x").content}).as_bytes(), "a mail with no profile"),
    "two": (mail(**{"a.json": RESUME, "b.json": RESUME}).as_bytes(), "a mail with 2 profiles"),
    "two exports": (mail(**{"a.csv": b"x", "b.csv": b"y"}).as_bytes(), "a mail with no profile"),
    "forwarded": (forwarded(), "a mail with no profile"),
    "deep": (nested(limits.DROPPED_MAIL_DEPTH + 1), "too many parts"),
    "very deep": (
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)
        ),
        "cannot be read",
    ),
    "many": (many(), "too many parts"),
    "no mail": (b"\n\nnothing", "no headers"),
    "binary": (bytes(range(256)) * 20, ""),
    "damaged": (mail(**{"p.json": RESUME.replace(b":", b";", 1)}).as_bytes(), "not JSON"),
    "empty": (mail(**{"p.json": b""}).as_bytes(), "empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_mail_is_a_problem_with_a_remedy(harness, name):
    """Nothing is guessed from a mail's text, and nothing of it is repeated."""
    content, what = REFUSED[name]
    harness.lay("one.eml", content)
    harness.lay("good.json", json.dumps(write_json_resume(invented(3))))
    [_], [problem] = harness.read()
    assert what in problem.what
    assert problem.fix
    assert "qzx" not in everything(problem)


def test_a_mail_of_outlooks_own_format_is_named_with_what_to_do(harness):
    """`.msg` is not read; one sentence says how to save it."""
    harness.lay("one.msg", b"\xd0\xcf\x11\xe0")
    _, [problem] = harness.read()
    assert ".msg" in problem.what
    assert ".eml" in problem.fix


def test_an_attachment_named_as_a_path_is_only_a_name(harness):
    """Nothing is ever written, and no file of the machine is read."""
    secret = Path(harness.root.parent, "secret.pdf")
    secret.write_bytes(pdf("secret").content)
    message = mail(**{"p.json": RESUME, f"../../{secret.name}": pdf("own").content})
    before = sorted(harness.root.parent.rglob("*"))
    harness.lay("one.eml", message.as_bytes())
    [change], _ = harness.read()
    adapter = harness.fresh()
    [found] = adapter.documents(change.application.id)
    assert (found.name, found.kind.value) == ("secret.pdf", "other")
    assert adapter.read_document(found).content == pdf("own").content
    after = sorted(harness.root.parent.rglob("*"))
    assert set(after) - set(before) <= {harness.root / "in/rejected/one.eml"}


def test_a_mail_that_lies_there_twice_is_read_once(harness):
    """Two names, one application: what is attached is compared."""
    harness.lay("one.eml", mail(**{"p.json": RESUME}).as_bytes())
    harness.lay("two.json", RESUME)
    [_], [problem] = harness.read()
    assert "twice" in problem.what


def test_a_mail_without_end_grows_no_further_than_a_file(harness):
    """Its size is limited before it is read."""
    path = harness.lay("one.eml", b"Subject: x\n\n")
    with path.open("r+b") as file:
        file.truncate(limits.RECORD_FILE_BYTES + 1)
    _, [problem] = harness.read()
    assert "larger than" in problem.what
