"""People present themselves: invited, confirmed, consenting at the desk, and erased in the end."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, Member, limits
from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.host import leaving
from fachkraft_share.host.mailing import send_due
from fachkraft_share.host.pages import frame_of
from fachkraft_share.host.presenting import addresses
from fachkraft_share.host.presenting.entry import STEPS
from fachkraft_share.host.presenting.keeping import CONFIRMABLE, Presentations
from fachkraft_share.host.presenting.staff_pages import StaffPages
from fachkraft_share.host.records import HostLetter, Presentation
from fachkraft_share.host.settings import Settings
from fachkraft_share.member.records import Participant
from fachkraft_share.node.desk.choice import ChoiceError
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.payloads import ErasureState
from fachkraft_share.protocol.records import Invitation
from fachkraft_share.rules.tables.strengths import STRENGTHS
from fachkraft_share.web.forms import Upload
from fachkraft_share.web.visit import Call, Person, Visit

SCHOOL = "Hochschule Harz"
LEA = {
    "given": "Lea",
    "family": "Xylophonia",
    "email": "lea@example.org",
    "postcode": "38640",
    "city": "Goslar",
    "title": "Softwareentwicklerin",
    "degree": "Bachelor Informatik",
    "school": "Hochschule Harz",
    "skills": "Python, SQL, Zauberei",
    "language1": "en",
    "level1": "C1",
    "availability": "now",
    "age": "adult",
}
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type='
    '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def school(town) -> str:
    """A university on the host, with its contract accepted."""
    return town.add(SCHOOL, "education")


def codes(town, slug: str, number: int = 1, kind: str = "graduate") -> tuple[Any, list[str]]:
    """Let staff print links; return their browser and the paths."""
    staff = town.accepted(slug)
    answer = staff.post(
        f"/f/{slug}/presentations/codes", number=number, kind=kind, language="de", group="2026"
    )
    found = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', answer.body.decode())
    return staff, found


def entered(browser: Any, path: str, query: str = "", **fields: str) -> Response:
    """Answer step by step until something is wrong; each step gets what it asks for alone."""
    answer = browser.get(f"{path}/enter/1")
    for step, names in enumerate(STEPS, 1):
        given = {name: fields[name] for name in names if name in fields}
        answer = browser.post(f"{path}/enter/{step}{query}", **given)
        if answer.status != 200:
            break
    return answer


def row_of(town, slug: str) -> Presentation:
    """Return the only presentation."""
    [found] = Presentations(town.opened.firm(slug)).all()
    return found


def desk_link(page: str) -> str:
    """Return the link to the desk that a page shows."""
    return re.findall(r'href="(https://node[^"]+)"', page)[0]


def test_a_graduate_presents_confirms_consents_is_seen_and_withdraws(
    town, school: str, browser: Callable
) -> None:
    """The whole way; what was entered is gone at the host in the end, and its receipt says so."""
    staff, [path] = codes(town, school)
    lea = browser()
    assert SCHOOL in lea.text(path)
    page = entered(lea, path, **LEA).body.decode()
    assert "darum sehen andere es nicht: Zauberei." in page  # and nowhere else
    assert page.count("Zauberei") == 1
    assert "Xylophonia" not in page
    lea.post(f"{path}/wish")
    row = row_of(town, school)
    listed = staff.text(f"/f/{school}/presentations")
    assert "Lea Xylophonia" in listed
    assert "bittet um Bestätigung" in listed
    one = f"/f/{school}/presentations/one/{row.id}"
    assert "Bachelor Informatik" in staff.text(one)
    start = staff.text(f"/f/{school}/")
    assert "1 Person bittet Sie" in start
    assert f"/f/{school}/presentations/invite" in start
    staff.post(f"{one}/confirm", confirmed=["degree_seen", "language_tested"], seen="yes")
    assert "Abschluss im Original gesehen" in lea.text(path)
    page = lea.post(f"{path}/hand-over").body.decode()
    town.settle()
    said = "Empfehlung oder Selbst-Vorstellung, über die die Person noch nicht entschieden hat"
    assert said in staff.text(f"/f/{school}/")
    assert "Eigene Empfehlungen und Selbst-Vorstellungen" in staff.text(f"/f/{school}/figures")
    person = town.alliance.person(desk_link(page))
    [muster] = town.alliance.members
    muster.add_search(skills=["python"])
    person.grant()
    town.settle()
    [match] = muster.inbox()
    assert match.profile.endorsement.rank is None
    assert match.profile.endorsement.strengths == ("degree_seen", "language_tested")
    assert "node" not in "".join(re.findall(r'class="link">([^<]+)', lea.text(path)))
    muster.request_contact(match, job="Backend")
    town.settle()
    person.agree()
    town.settle()
    assert [one.candidate.family for one in muster.received()] == ["Xylophonia"]
    person.withdraw()
    town.settle()
    assert muster.received() == []
    assert Presentations(town.opened.firm(school)).all() == ()
    assert lea.get(path).status == 404
    assert person.bundle().verify()
    held = {one.organisation.name: one for one in person.look().holders}
    dossier = {one.category: one.state for one in held[SCHOOL].receipt.categories}["dossier"]
    assert dossier is ErasureState.ERASED  # no application was rejected: nothing is held back
    assert "presented" in held[SCHOOL].receipt.stores


def test_leichte_sprache_goes_along_from_the_slip_to_the_desk(
    town, school: str, browser: Callable
) -> None:
    """Slip, pages, the link to come back and the link to the desk; staff pages do not offer it."""
    staff = town.accepted(school)
    where = f"/f/{school}/presentations/codes"
    slip = staff.post(where, number=1, kind="graduate", language="de_simple", group="")
    page = slip.body.decode()
    assert "Wollen Sie Firmen zeigen, was Sie können?" in page
    assert "lang=de_simple" not in staff.text(f"/f/{school}/presentations")
    [path] = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', page)
    assert path.endswith("?lang=de_simple")
    lea, bare = browser(), path.partition("?")[0]
    assert "Zeigen Sie Firmen, was Sie können" in lea.text(path)
    page = entered(lea, bare, "?lang=de_simple", **LEA).body.decode()
    assert "Das sehen andere von Ihnen" in page
    assert page.count(f"{bare}?lang=de_simple</p>") == 1
    page = lea.post(f"{bare}/hand-over?lang=de_simple").body.decode()
    assert desk_link(page).endswith("?lang=de_simple")
    with town.alliance.world.node.service.exchange.store.begin(write=False) as transaction:
        assert [one.language for one in transaction.every(Invitation)] == ["de_simple"]


def test_a_partner_is_told_what_does_not_exist_yet(town, school: str, browser: Callable) -> None:
    """Profiles are not linked; nobody else needs to read that."""
    said = "schreiben Sie es in Ihren Lebenslauf"
    for kind in ("partner", "graduate"):
        _, [path] = codes(town, school, kind=kind)
        assert (said in browser().text(path)) == (kind == "partner")


@pytest.mark.parametrize(
    ("role", "kind", "filled"),
    [
        ("education", "graduate", True),
        ("education", "partner", False),
        ("advice", "graduate", False),
    ],
)
def test_a_school_is_offered_where_a_school_invites_a_graduate(
    town, browser: Callable, role: str, kind: str, filled: bool
) -> None:
    """To be changed; advice invites people of every school."""
    _, [path] = codes(town, town.add(SCHOOL, role), kind=kind)
    [field] = re.findall(r'<input[^>]*name="school"[^>]*>', browser().text(f"{path}/enter/3"))
    assert (f'value="{SCHOOL}"' in field) == filled


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Der Verbund heißt: "),
        ("en", "The alliance is called: "),
        ("de_simple", "Der Verbund heißt: "),
    ],
)
def test_a_person_reads_what_the_alliance_is_called(
    town, school: str, browser: Callable, language: str, said: str
) -> None:
    """As it calls itself on its list: when beginning, and before handing over."""
    _, [path] = codes(town, school)
    node = town.alliance.world.node.service.exchange
    lea, name = browser(), node.directory().organisation(node.settings.authority).name
    assert f"{said}{name}." in lea.text(f"{path}?lang={language}")
    entered(lea, path, **LEA)
    assert f"{said}{name}." in lea.text(f"{path}?lang={language}")


def test_what_a_person_opens_leads_to_no_sign_in(town, school: str, browser: Callable) -> None:
    """The name at the top is no link, and nothing offers an account that nobody has."""
    _, [path] = codes(town, school)
    page = browser().text(path)
    assert 'class="service">Hochschule Harz' in page
    assert "/login" not in page
    assert "/account" not in page


@pytest.mark.parametrize("path", ["p/falsch", "p/falsch/enter/1", "e/falsch"])
def test_a_link_that_leads_nowhere_says_whom_to_ask(
    town, school: str, browser: Callable, path: str
) -> None:
    """And leads nobody to the sign-in page of the staff."""
    town.accepted(school)
    answer = browser().get(f"/f/{school}/{path}")
    page = answer.body.decode()
    assert answer.status == 404
    assert "Dieser Link führt nirgendwohin" in page
    assert "Zurück" not in page
    assert f'href="/f/{school}/' not in page.partition("<main")[2].partition("</main>")[0]


def test_nothing_of_what_was_entered_lies_readable_on_the_disk(
    town, school: str, browser: Callable
) -> None:
    """Neither before the erasure nor after it."""
    _, [path] = codes(town, school)
    entered(browser(), path, **LEA)
    secret = path.rpartition("/")[2]
    for file in town.host.folder_of(school).rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"Xylophonia" not in content
            assert b"lea@example.org" not in content
            assert secret.encode() not in content


def test_a_minor_needs_a_parent_before_anything_is_handed_over(
    town, school: str, browser: Callable
) -> None:
    """R21: by the parent's own link; the child cannot go round it."""
    _, [path] = codes(town, school)
    child, parent = browser(), browser()
    entered(child, path, **{**LEA, "age": "minor"})
    refused = child.post(f"{path}/hand-over")
    assert refused.status == 409
    with pytest.raises(RefusedError, match="parent-needed"):
        Presentations(town.opened.firm(school)).hand_over(row_of(town, school))
    letter = child.text(f"{path}/letter")
    [link] = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', letter)
    assert "Lea" in parent.text(link)
    assert parent.post(link).status == 422
    done = parent.post(link, name="Ina Xylophonia", agree="yes").body.decode()
    assert "zugestimmt" in done
    row = row_of(town, school)
    assert (row.parent_by, row.parent_at) == ("link", town.host.now())
    entered(child, path, **{**LEA, "age": "minor", "title": "Tischlerin"})
    assert row_of(town, school).parent_at == 0  # what the parent saw has changed
    parent.post(link, name="Ina Xylophonia", agree="yes")
    page = child.post(f"{path}/hand-over").body.decode()
    assert desk_link(page)


def test_a_parent_withdraws_by_the_same_link(town, school: str, browser: Callable) -> None:
    """R6: no login; what was handed over ends for all as withdrawn, and everything is erased."""
    _, [path] = codes(town, school)
    child, parent = browser(), browser()
    entered(child, path, **{**LEA, "age": "minor"})
    [link] = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', child.text(f"{path}/letter"))
    parent.post(link, name="Ina Xylophonia", agree="yes")
    held = Presentations(town.opened.firm(school)).read(row_of(town, school))
    assert held.parent_words.startswith("Ich bin für Lea sorgeberechtigt und stimme zu")
    person = town.alliance.person(desk_link(child.post(f"{path}/hand-over").body.decode()))
    person.grant(adult=False, parent=True)
    town.settle()
    [muster] = town.alliance.members
    muster.add_search(skills=["python"])
    assert len(muster.inbox()) == 1
    assert "Lea" in parent.text(f"{link}/withdraw")
    assert len(muster.inbox()) == 1  # asking changes nothing
    assert "Die Löschung läuft" in parent.post(f"{link}/withdraw").body.decode()
    town.settle()
    assert muster.inbox() == []
    assert person.look().ending.reason == "withdrawn"
    assert person.bundle().verify()
    assert Presentations(town.opened.firm(school)).all() == ()
    assert parent.get(link).status == 404
    assert parent.get(f"{link}/withdraw").status == 404


def test_a_parent_who_withdraws_before_the_handover_erases_it(
    town, school: str, browser: Callable
) -> None:
    """At once; nothing was passed on."""
    _, [path] = codes(town, school)
    child, parent = browser(), browser()
    entered(child, path, **{**LEA, "age": "minor"})
    [link] = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', child.text(f"{path}/letter"))
    parent.post(link, name="Ina Xylophonia", agree="yes")
    assert "sind bei Hochschule Harz gelöscht" in parent.post(f"{link}/withdraw").body.decode()
    assert child.get(path).status == 404


def test_a_parents_no_erases_everything(town, school: str, browser: Callable) -> None:
    """Once they were asked whether they mean it; and for the child as well."""
    _, [path] = codes(town, school)
    child = browser()
    entered(child, path, **{**LEA, "age": "minor"})
    letter = child.text(f"{path}/letter")
    [link] = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', letter)
    parent = browser()
    assert f'href="{link}/withdraw"' in parent.text(link)
    assert "Ablehnen und alles löschen?" in parent.text(f"{link}/withdraw")
    assert child.get(path).status == 200  # asking changes nothing
    assert "Gelöscht" in parent.post(f"{link}/withdraw").body.decode()
    assert child.get(path).status == 404
    assert browser().get(link).status == 404


def test_a_signed_letter_is_recorded_by_who_holds_it(town, school: str, browser: Callable) -> None:
    """With the account, never without the tick."""
    staff, [path] = codes(town, school)
    entered(browser(), path, **{**LEA, "age": "minor"})
    one = f"/f/{school}/presentations/one/{row_of(town, school).id}"
    assert staff.post(f"{one}/parent", name="Ina Xylophonia").status == 422
    staff.post(f"{one}/parent", name="Ina Xylophonia", signed="yes")
    row = row_of(town, school)
    assert row.parent_at
    assert row.parent_by not in ("", "link")
    assert "Ina Xylophonia" in staff.text(one)


def test_a_class_is_invited_by_list_and_the_addresses_go(town, school: str) -> None:
    """Preview, row errors, and no address is left once the mail was sent."""
    town.host.settings = _with_mail(town.host.settings)
    staff = town.accepted(school)
    sheet = "Name;Mail\nLea;lea@example.org\nTom;kein@@x\nLea;LEA@example.org\nAda;ada@example.org"
    body, kind = multipart({"kind": "graduate", "language": "de", "group": "3b"}, sheet.encode())
    page = staff.upload(f"/f/{school}/presentations/check", body, kind).body.decode()
    assert "Zeile 3: keine gültige E-Mail-Adresse" in page
    assert "Zeile 4: steht schon weiter oben" in page
    assert "2 Adressen wurden erkannt" in page
    assert Presentations(town.opened.firm(school)).all() == ()
    fields = {"kind": "graduate", "language": "de", "group": "3b"}
    send = f"/f/{school}/presentations/send"
    page = staff.post(send, **fields, list="lea@example.org\nada@example.org").body.decode()
    assert "Einladungen gehen hinaus: 0 von 2" in page
    store = town.opened.firm(school).beside
    with store.begin(write=False) as transaction:
        letters = transaction.every(HostLetter)
    assert {one.to for one in letters} == {"lea@example.org", "ada@example.org"}
    assert all("/p/" in one.text and SCHOOL in one.text for one in letters)
    send_due(store, MailSettings(), at=town.host.now() + limits.MAIL_HOURS * limits.HOUR)
    with store.begin(write=False) as transaction:
        assert transaction.every(HostLetter) == ()
        rows = transaction.every(Presentation)
    assert len(rows) == 2
    assert "example.org" not in repr(rows)
    listed = f"/f/{school}/presentations?number=2"
    assert "Alle 2 Einladungen sind hinausgegangen" in staff.text(listed)
    town.alliance.world.clock.pass_time(limits.MAIL_HOURS * limits.HOUR)
    assert "hinausgegangen" not in staff.text(listed)  # nobody knows any more


def test_a_mail_server_that_refuses_is_told(town, school: str) -> None:
    """With what happens next; the page goes on looking without a script."""
    town.host.settings = _with_mail(town.host.settings)
    staff = town.accepted(school)
    fields = {"kind": "graduate", "language": "de", "group": "", "list": "lea@example.org"}
    staff.post(f"/f/{school}/presentations/send", **fields)
    store = town.opened.firm(school).beside
    send_due(
        store, MailSettings("127.0.0.1", 9, "x@kammer.example", tls="none"), at=town.host.now()
    )
    answer = staff.get(f"/f/{school}/presentations?number=1")
    assert "Der Mailserver nimmt gerade nicht alles an" in answer.body.decode()
    assert answer.headers["Refresh"] == "5"


@pytest.mark.parametrize(
    ("text", "found", "faults"),
    [
        ("a@a.example\nb@b.example", 2, []),
        ("Ada <a@a.example>, x\n\nB", 1, ["none"]),
        ("", 0, []),
        ("\n".join(f"a{n}@a.example" for n in range(limits.PRESENTED_CLASS + 1)), 200, ["many"]),
    ],
)
def test_pasted_lines_are_read(text: str, found: int, faults: list[str]) -> None:
    """Names beside an address do no harm; every row that gets nothing is told."""
    read = addresses.pasted(text)
    assert len(read.found) == found
    assert [one.code for one in read.faults] == faults


def test_workbooks_are_read_and_bombs_are_not() -> None:
    """An ODS with one address; a file that is none; one that unpacks to too much."""
    read = addresses.uploaded(Upload("liste.ods", ods(["Mail", "ada@example.org"])))
    assert read.found == ("ada@example.org",)
    for name, content in (("x.xlsx", b"no book"), ("x.ods", b"PK\x03\x04 broken")):
        with pytest.raises(RefusedError, match="list-unreadable"):
            addresses.uploaded(Upload(name, content))
    with pytest.raises(RefusedError, match="list-large"):
        addresses.uploaded(Upload("x.xlsx", bomb()))
    with pytest.raises(RefusedError, match="list-large"):
        addresses.uploaded(Upload("x.csv", b"x" * (limits.PRESENTED_LIST + 1)))
    assert addresses.uploaded(Upload("x.csv", "Ä;a@a.example".encode("cp1252"))).found


def test_an_employer_cannot_invite_so(town) -> None:
    """R2: an employer asks after the rejection, by no other way."""
    slug = town.add("Beispiel GmbH")
    staff = town.accepted(slug)
    assert staff.get(f"/f/{slug}/presentations").status == 404
    assert "presentations" not in staff.text(f"/f/{slug}/")
    assert staff.post(f"/f/{slug}/presentations/codes", number=1).status == 404
    with pytest.raises(RefusedError):
        Presentations(town.opened.firm(slug)).invite(
            1, kind="graduate", language="de", group="", by="x"
        )
    with pytest.raises(RefusedError, match="not-rejected"):
        town.opened.firm(slug).member.recommend(
            _candidate(), application="self:x", self_presented=True
        )


def test_what_one_member_invited_another_never_sees(town, school: str, browser: Callable) -> None:
    """Neither by id nor by link."""
    other = town.add("Welcome Center", "advice")
    _, [path] = codes(town, school)
    entered(browser(), path, **LEA)
    stranger = town.accepted(other)
    id = row_of(town, school).id
    assert stranger.get(f"/f/{other}/presentations/one/{id}").status == 404
    assert browser().get(path.replace(school, other)).status == 404
    stranger.get(f"/f/{school}/presentations/one/{id}")
    assert stranger.at == f"/f/{school}/login"


def test_a_reader_sees_states_and_no_names(town, school: str, browser: Callable) -> None:
    """The works council reads figures, not people."""
    _, [path] = codes(town, school)
    entered(browser(), path, **LEA)
    firm = town.opened.firm(school)
    look = frame_of(town.host, school)
    pages = StaffPages(town.host, lambda: firm, look, "https://x.example")
    visit = Visit(Call("GET", "/presentations"), who=Person("r", "R", frozenset({"reader"})))
    page = pages.list(visit).body.decode()
    assert "Xylophonia" not in page
    assert "eingetragen" in page
    roles = {one.path: one.roles for one in pages.routes()}
    assert all("reader" not in one for path, one in roles.items() if path != "/presentations")


def test_what_was_confirmed_comes_from_the_closed_list(
    town, school: str, browser: Callable
) -> None:
    """No free text, nothing after it was handed over."""
    _, [path] = codes(town, school)
    kept = Presentations(town.opened.firm(school))
    with pytest.raises(StateError):
        kept.confirm(row_of(town, school), ["degree_seen"], by="x")
    entered(browser(), path, **LEA)
    with pytest.raises(RefusedError):
        kept.confirm(row_of(town, school), ["is a good person"], by="x")
    assert set(CONFIRMABLE) <= {code for code, *_ in STRENGTHS}
    browser().post(f"{path}/hand-over")
    with pytest.raises(StateError):
        kept.confirm(row_of(town, school), ["degree_seen"], by="x")


def test_a_person_takes_everything_back_at_the_host(town, school: str, browser: Callable) -> None:
    """Before anything was handed over it is gone at once; after that all holders are told."""
    _, paths = codes(town, school, number=2)
    first, second = browser(), browser()
    body, kind = multipart(LEA, PDF, name="cv", file="Lebenslauf.pdf")
    entered(first, paths[0], **LEA)
    first.upload(f"{paths[0]}/enter/5", body, kind)
    document = first.get(f"{paths[0]}/document")
    assert document.body == PDF
    assert "Lebenslauf" not in document.headers["Content-Disposition"]
    first.post(f"{paths[0]}/delete")
    assert first.get(paths[0]).status == 404
    entered(second, paths[1], **LEA)
    page = second.post(f"{paths[1]}/hand-over").body.decode()
    town.settle()
    person = town.alliance.person(desk_link(page))
    person.grant()
    town.settle()
    second.post(f"{paths[1]}/delete")
    town.settle()
    assert Presentations(town.opened.firm(school)).all() == ()
    assert town.alliance.members[0].inbox() == []
    assert person.bundle().verify()


def test_what_nobody_finishes_goes_by_itself(town, school: str, browser: Callable) -> None:
    """After sixty days, with its key."""
    _, paths = codes(town, school, number=2)
    entered(browser(), paths[0], **LEA)
    kept = Presentations(town.opened.firm(school))
    assert kept.sweep() == 0
    town.alliance.world.clock.pass_time(limits.PRESENTED_DAYS * limits.DAY)
    assert kept.sweep() == 2
    assert kept.all() == ()


@pytest.mark.parametrize(
    "change",
    [
        {"given": ""},
        {"email": "nobody"},
        {"postcode": "3864"},
        {"from": "19"},
        {"language1": "en", "level1": ""},
        {"language1": "xx"},
        {"availability": "soon"},
        {"age": ""},
        {"title": "x" * 200},
        {"skills": "x" * 2001},
    ],
)
def test_what_is_wrong_stands_at_its_field(
    town, school: str, browser: Callable, change: dict[str, str]
) -> None:
    """And nothing is stored."""
    _, [path] = codes(town, school)
    answer = entered(browser(), path, **{**LEA, **change})
    assert answer.status == 422
    assert 'role="alert"' in answer.body.decode()
    assert row_of(town, school).entered_at == 0


def test_a_file_that_is_no_cv_is_refused(town, school: str, browser: Callable) -> None:
    """A program, a picture, a PDF that is none."""
    _, [path] = codes(town, school)
    for file, content in (("x.exe", b"MZ"), ("x.png", b"\x89PNG\r\n"), ("x.pdf", b"<html>")):
        body, kind = multipart(LEA, content, name="cv", file=file)
        assert browser().upload(f"{path}/enter/5", body, kind).status == 422
    assert row_of(town, school).entered_at == 0


def test_a_cv_survives_what_else_is_wrong(town, school: str, browser: Callable) -> None:
    """No browser fills in a file again: it is kept, said so, replaced or removed when asked."""
    staff, [path] = codes(town, school)
    lea = browser()
    entered(lea, path, **{**LEA, "age": ""})
    assert row_of(town, school).entered_at == 0
    body, kind = multipart({"availability": "soon"}, PDF, name="cv", file="Lebenslauf.pdf")
    page = lea.upload(f"{path}/enter/5", body, kind).body.decode()
    assert 'id="availability-fault"' in page
    assert "Ihr Lebenslauf ist angekommen (PDF, 1 KB)." in page
    page = lea.text(f"{path}/enter/5")
    assert "Ihr Lebenslauf liegt schon hier" in page
    assert "Lebenslauf.pdf" not in page
    one = f"/f/{school}/presentations/one/{row_of(town, school).id}"
    assert staff.get(f"{one}/document").status == 404  # until it is finished it is the person's
    for file in town.host.folder_of(school).rglob("*"):
        assert not file.is_file() or PDF not in file.read_bytes()
    body, kind = multipart({"age": "adult"}, b"MZ", name="cv", file="x.exe")
    assert "liegt schon hier" in lea.upload(f"{path}/enter/5", body, kind).body.decode()
    lea.post(f"{path}/enter/5", age="adult")
    assert lea.get(f"{path}/document").body == PDF
    lea.post(f"{path}/enter/5", age="adult", no_cv="yes")
    assert lea.get(f"{path}/document").status == 404


def test_what_is_answered_is_kept_from_step_to_step(town, school: str, browser: Callable) -> None:
    """The link leads to where one stopped, and staff sees nothing before it is finished."""
    staff, [path] = codes(town, school)
    lea = browser()
    lea.post(f"{path}/enter/1", **{name: LEA[name] for name in STEPS[0] if name in LEA})
    assert "Weiter eintragen" in lea.text(path)
    second = lea.post(f"{path}/enter/1", **LEA).body.decode()
    assert "Welchen Beruf haben oder suchen Sie?" in second
    assert 'value="Xylophonia"' in lea.text(f"{path}/enter/1")
    lea.get(f"{path}/enter")
    assert "Xylophonia" not in staff.text(f"/f/{school}/presentations")
    one = f"/f/{school}/presentations/one/{row_of(town, school).id}"
    assert "Xylophonia" not in staff.text(one)
    assert lea.post(f"{path}/hand-over").status == 404
    page = lea.post(f"{path}/enter/5", age="adult").body.decode()
    assert "Welchen Beruf haben oder suchen Sie?" in page  # the step that was left out
    assert row_of(town, school).entered_at == 0
    page = lea.post(f"{path}/enter/2", title="Tischlerin", go="back").body.decode()
    assert "Wie können Unternehmen Sie erreichen?" in page
    assert 'value="Tischlerin"' in lea.text(f"{path}/enter/2")
    assert lea.get(f"{path}/enter/6").status == 404
    assert lea.get(f"{path}/enter/x").status == 404


def test_the_occupation_is_found_by_a_word(town, school: str, browser: Callable) -> None:
    """Suggestions to choose from, no code to type; searching stores nothing."""
    _, [path] = codes(town, school)
    lea = browser()
    page = lea.post(f"{path}/enter/2", title="Verkäufer", go="search").body.decode()
    found = re.findall(r'name="occupation" value="(\d+)"', page)
    assert found == ["62"]
    assert row_of(town, school).ciphertext == b""
    page = lea.post(f"{path}/enter/2", title="Qwertzlerin", go="search").body.decode()
    assert "nichts gefunden" in page
    wrong = lea.post(f"{path}/enter/2", title="Verkäufer", occupation="nonsense")
    assert wrong.status == 422
    fields = {**LEA, "title": "Verkäufer", "occupation": found[0]}
    entered(lea, path, **fields)
    kept = Presentations(town.opened.firm(school))
    assert kept.read(row_of(town, school)).occupation == found[0]
    entered(lea, path, **{**LEA, "title": "Softwareentwicklerin"})
    assert kept.read(row_of(town, school)).occupation == ""  # it was chosen for another title


def test_an_occupation_nobody_knows_can_be_chosen(town, school: str, browser: Callable) -> None:
    """From the list alone."""
    _, [path] = codes(town, school)
    lea = browser()
    page = entered(lea, path, **{**LEA, "title": "Qwertzlerin"}).body.decode()
    assert "keinen Beruf gefunden" in page
    assert lea.post(f"{path}/hand-over").status == 409
    assert lea.post(f"{path}/occupation", occupation="nonsense").status == 422
    page = lea.post(f"{path}/occupation", occupation="43").body.decode()
    assert "Ihr Profil ohne Namen" in page
    assert desk_link(lea.post(f"{path}/hand-over").body.decode())


def test_a_member_that_presented_goes_on_elsewhere_without_its_host(
    town, school: str, browser: Callable, tmp_path: Path
) -> None:
    """Else every later receipt would say that a participant is missing."""
    _, [path] = codes(town, school)
    entered(browser(), path, **LEA)
    leaving.take_along(town.opened, school, tmp_path / "gone")
    runtime = town.alliance.world.runtime("elsewhere")
    with (
        Member.restore(tmp_path / "gone", tmp_path / "own", runtime=runtime) as member,
        member.engine.store.begin(write=False) as transaction,
    ):
        assert transaction.get(Participant, "presented") is None


def _candidate():
    return Candidate(given="A", family="B", postcode="38640", title="Tischler")


def _with_mail(settings: Settings) -> Settings:
    return attrs.evolve(settings, mail=MailSettings("127.0.0.1", 9, "x@x.example", tls="none"))


def multipart(
    fields: dict[str, str], content: bytes, *, name: str = "file", file: str = "liste.csv"
) -> tuple[bytes, str]:
    """Return a form with a file as a browser sends it."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
    parts.append(head.encode() + b"Content-Type: x/y\r\n\r\n" + content + b"\r\n--x--\r\n")
    return b"".join(parts), "multipart/form-data; boundary=x"


def ods(cells: list[str]) -> bytes:
    """Return a small OpenDocument sheet of one column."""
    rows = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{one}</text:p>'
        "</table:table-cell></table:table-row>"
        for one in cells
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", MANIFEST)
    return packed.getvalue()


def bomb() -> bytes:
    """Return a workbook that unpacks to more than a list has."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("content.xml", b"0" * (limits.TABLE_SMALL + 1))
    return packed.getvalue()


def test_a_minor_consents_at_the_desk_only_where_a_parent_was_asked(
    town, school: str, browser: Callable
) -> None:
    """A university on a host asks parents; an employer's desk goes on refusing minors (R21)."""
    _, [path] = codes(town, school)
    child, parent = browser(), browser()
    entered(child, path, **{**LEA, "age": "minor"})
    [link] = re.findall(r'class="link">https://[^/]+(/f/[^<]+)<', child.text(f"{path}/letter"))
    parent.post(link, name="Ina Xylophonia", agree="yes")
    page = child.post(f"{path}/hand-over").body.decode()
    town.settle()
    young = town.alliance.person(desk_link(page))
    with pytest.raises(ChoiceError, match="adult"):
        young.grant(adult=False)
    young.grant(adult=False, parent=True)
    [muster] = town.alliance.members
    made = muster.recommend(_candidate(), application="A-1", rejected_on=date(2026, 11, 19))
    town.settle()
    with pytest.raises(ChoiceError, match="adult"):
        town.alliance.person(made.link).grant(adult=False, parent=True)
