"""Recommending by form, by file and by a system's proposal: one preview, and then a link."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.candidate import Experience
from fachkraft_share.rules.formats.europass import write_europass

from .conftest import AYLIN

TYPED = {
    "given": "Aylin",
    "family": "Beispiel",
    "email": "aylin@example.org",
    "title": "Softwareentwicklerin",
    "postcode": "38640",
    "skills": "Python, SQL",
    "since": "2019",
    "language1": "en",
    "cefr1": "C1",
    "rejected_on": "2026-11-19",
}
RESUME = {"basics": {"name": "Aylin Beispiel", "label": "Softwareentwicklerin"}}


def form(**fields: str) -> str:
    return urlencode(fields)


def draft(tab: Any, **changes: str) -> str:
    """Type somebody in; return the preview's address."""
    answer = tab.post("/recommend", form(**{**TYPED, **changes}))
    assert answer.status == 303, answer.body.decode()
    return str(answer.headers["Location"])


def parts(*given: tuple[str, str | bytes]) -> tuple[bytes, str]:
    """Return a multipart body and its type."""
    lines = []
    for head, content in given:
        raw = content if isinstance(content, bytes) else content.encode()
        lines.append(b"--x\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + raw)
    return b"\r\n".join(lines) + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def test_what_is_typed_becomes_exactly_the_preview(town: Any) -> None:
    """What others see, and what stays here; nothing was sent."""
    tab = town.tab(town.muster)
    page = tab.text(draft(tab))
    seen = page[page.index('id="seen"') : page.index("Das bleibt hier")]
    assert "Informatik" in seen
    assert "Python" in seen
    assert "Die Berufsjahre erscheinen nicht." in seen  # too few people, as far as is known here
    assert "Aylin" not in seen
    assert tab.text("/recommended").count("<article") == 0


def test_two_forms_make_a_recommendation(town: Any) -> None:
    """The link stands on the letter, once, and works."""
    tab = town.tab(town.muster)
    where = draft(tab)
    sent = form(rank="second", strength="reliable", would_have_hired="yes", way="letter")
    answer = tab.post(where, sent)
    page = answer.body.decode()
    assert answer.status == 200
    link = re.search(r'<p class="link">([^<]+)</p>', page)
    assert link
    assert 'role="img"' in page
    assert tab.get(where).status == 409
    town.alliance.settle()
    person = town.alliance.person(link[1])
    person.grant()
    town.alliance.settle()
    assert "ist zuverlässig" in town.tab(town.beispiel).text(
        f"/profiles/{town.beispiel.inbox()[0].referral}"
    )


def test_the_preview_shows_the_endorsement_before_anything_is_sent(town: Any) -> None:
    """A GET that changes nothing."""
    tab = town.tab(town.muster)
    where = draft(tab)
    page = tab.text(f"{where}?rank=second&strength=reliable&strength=calm&would_have_hired=yes")
    seen = page[page.index('id="seen"') : page.index("Das bleibt hier")]
    assert "ist zuverlässig" in seen
    assert "bleibt unter Druck ruhig" in seen
    assert "hätte die Person gern eingestellt" in seen


def test_a_link_may_be_mailed_by_the_node(town: Any) -> None:
    """Then nobody here sees it."""
    tab = town.tab(town.muster)
    answer = tab.post(draft(tab), form(way="mail"))
    assert answer.headers["Location"] == "/recommended?said=mailed"
    assert "Die Person entscheidet" in tab.text("/recommended")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"given": " "}, "Angabe fehlt"),
        ({"email": "keine"}, "keine E-Mail-Adresse"),
        ({"rejected_on": "gestern"}, "gehört ein Datum"),
        ({"rejected_on": "2030-01-01"}, "liegt in der Zukunft"),
        ({"title": "x" * 600}, "zu lang"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    town: Any, changes: dict[str, str], said: str
) -> None:
    """At its field, with nothing stored."""
    tab = town.tab(town.muster)
    answer = tab.post("/recommend", form(**{**TYPED, **changes}))
    page = answer.body.decode()
    assert answer.status == 422
    assert said in page
    assert "aylin@example.org" in page or "keine" in page
    assert town.muster.proposals() == ()


def test_german_dates_are_understood(town: Any) -> None:
    """Where a browser has no calendar people type them."""
    tab = town.tab(town.muster)
    draft(tab, rejected_on="19.11.2026")
    assert str(town.muster.proposals()[0].rejected_on) == "2026-11-19"


def test_a_draft_is_changed_without_becoming_two(town: Any) -> None:
    """And keeps its documents when none come along."""
    tab = town.tab(town.muster)
    body, kind = parts(
        *((f'name="{name}"', text) for name, text in TYPED.items()),
        ('name="documents"; filename="lebenslauf.pdf"', b"%PDF-1.7 %%EOF"),
    )
    where = tab.post("/recommend", body, **{"content-type": kind}).headers["Location"]
    assert 'value="Aylin"' in tab.text(f"{where}/edit")
    changed = tab.post(f"{where}/edit", form(**{**TYPED, "given": "Ayla"}))
    assert changed.status == 303
    [kept] = town.muster.proposals()
    assert kept.candidate.given == "Ayla"
    assert [one.kind for one in kept.candidate.documents] == ["cv"]
    assert tab.post(f"/recommend/{kept.ref}/dismiss").status == 303
    assert town.muster.proposals() == ()


LONG = {
    "basics": {"name": "Aylin Beispiel", "label": "Softwareentwicklerin"},
    "work": [
        {"name": "Neu AG", "position": "Teamleiterin", "startDate": "2020-05"},
        {"name": "Alt AG", "position": "Entwicklerin", "startDate": "2012-02", "endDate": "2020"},
    ],
    "education": [{"institution": "Hochschule Harz", "area": "Informatik", "studyType": "BSc"}],
    "languages": [
        {"language": name, "fluency": "C1"}
        for name in ("Deutsch", "Englisch", "Polnisch", "Dänisch", "Türkisch")
    ],
    "meta": {"fachkraftShare": {"kldb": "43414"}},
}


@pytest.mark.parametrize(
    ("changes", "starts", "code"),
    [
        ({"skills": "Python, Go"}, ["2020-05", "2012-02"], "43414"),
        ({"since": "2021"}, ["2021", "2012-02"], "43414"),
        ({"since": ""}, ["2012-02"], "43414"),
        ({"title": "Informatikerin"}, ["2020-05", "2012-02"], ""),
    ],
)
def test_changing_a_draft_of_a_file_loses_nothing(
    town: Any, changes: dict[str, str], starts: list[str], code: str
) -> None:
    """What the form has no field for stays; an occupation belongs to its title."""
    tab = town.tab(town.muster)
    body, kind = parts(
        ('name="file"; filename="a.json"', json.dumps(LONG)),
        ('name="rejected_on"', "2026-11-19"),
    )
    where = tab.post("/recommend/file", body, **{"content-type": kind}).headers["Location"]
    shown = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', tab.text(f"{where}/edit")))
    sent = {name: shown[name] for name in ("given", "family", "title", "since", "rejected_on")}
    sent |= {"language1": "de", "cefr1": "C1", "language2": "en", "cefr2": "C1"}
    sent |= {"language3": "pl", "cefr3": "C1"}
    assert tab.post(f"{where}/edit", form(**(sent | changes))).status == 303
    [kept] = town.muster.proposals()
    assert [one.start for one in kept.candidate.experience] == starts
    assert kept.candidate.occupation == code
    assert [one.institution for one in kept.candidate.education] == ["Hochschule Harz"]
    assert len(kept.candidate.languages) == 5


def test_a_draft_nobody_sends_goes(town: Any) -> None:
    """After thirty days, by itself."""
    draft(town.tab(town.muster))
    town.alliance.pass_days(limits.DRAFT_DAYS + 1)
    assert town.muster.proposals() == ()


def test_a_file_becomes_a_draft(town: Any) -> None:
    """JSON Resume, with a document beside it."""
    tab = town.tab(town.muster)
    body, kind = parts(
        ('name="file"; filename="a.json"', json.dumps(RESUME)),
        ('name="rejected_on"', "2026-11-19"),
        ('name="documents"; filename="zeugnis.pdf"', b"%PDF-1.7 %%EOF"),
    )
    answer = tab.post("/recommend/file", body, **{"content-type": kind})
    assert answer.status == 303
    assert "Unterlagen (1)" in tab.text(answer.headers["Location"])


def test_a_europass_file_becomes_a_draft(town: Any) -> None:
    """Its own form in XML, as a person downloads it."""
    tab = town.tab(town.muster)
    written = write_europass(attrs.evolve(AYLIN, experience=(Experience("Informatikerin"),)))
    body, kind = parts(
        ('name="file"; filename="europass.xml"', written), ('name="rejected_on"', "2026-11-19")
    )
    answer = tab.post("/recommend/file", body, **{"content-type": kind})
    assert answer.status == 303
    assert "Informatik" in tab.text(answer.headers["Location"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((('name="file"; filename="a.json"', "x"),), "gehört ein Datum"),
        ((('name="rejected_on"', "2026-11-19"),), "keine Datei ausgewählt"),
        (
            (('name="file"; filename="a.json"', "x"), ('name="rejected_on"', "2026-11-19")),
            "weder JSON Resume",
        ),
        (
            (
                ('name="file"; filename="a.json"', json.dumps(RESUME)),
                ('name="rejected_on"', "2026-11-19"),
                ('name="documents"; filename="a.exe"', "MZ"),
            ),
            "diese Art Datei",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(
    town: Any, given: tuple[tuple[str, str], ...], said: str
) -> None:
    """And nothing is stored."""
    body, kind = parts(*given)
    answer = town.tab(town.muster).post("/recommend/file", body, **{"content-type": kind})
    assert answer.status == 422
    assert said in answer.body.decode()
    assert town.muster.proposals() == ()


def test_an_occupation_nobody_can_tell_is_chosen(town: Any) -> None:
    """Without one there is no profile, and no button to send it."""
    tab = town.tab(town.muster)
    where = draft(tab, title="Quasselstrippe")
    page = tab.text(where)
    assert "lässt sich nicht zuordnen" in page
    assert tab.post(where, form(rank="second")).status == 409


def test_strengths_need_a_rank(town: Any) -> None:
    """An endorsement says where the person stood."""
    tab = town.tab(town.muster)
    answer = tab.post(draft(tab), form(strength="reliable"))
    assert answer.status == 422
    assert "wo die Person in Ihrer Auswahl stand" in answer.body.decode()


def test_the_same_application_is_not_recommended_twice(town: Any) -> None:
    """It says so instead of failing."""
    tab = town.tab(town.muster)
    assert tab.post(draft(tab, application="A-1"), form(way="letter")).status == 200
    again = tab.post(draft(tab, application="A-1"), form(way="letter"))
    assert again.status == 409
    assert "schon entschieden" in again.body.decode()


def test_hostile_names_are_words(town: Any) -> None:
    """On every page that shows them."""
    tab = town.tab(town.muster)
    evil = '"><script>x</script>'
    where = draft(tab, given=evil, family="<b>B", city=evil)
    for path in (where, "/recommend", f"{where}/edit"):
        assert "<script>x" not in tab.text(path)
    assert b"<script>x" not in tab.post(where, form(way="letter")).body
    assert "<script>x" not in tab.text("/recommended")


def test_an_employer_confirms_no_degree(town: Any) -> None:
    """That is for members of education and advice: it is not offered, and not taken either."""
    tab = town.tab(town.muster)
    where = draft(tab)
    assert "im Original gesehen" not in tab.text(where)
    asked = f"{where}?rank=second&strength=degree_seen&strength=reliable"
    seen = tab.text(asked).partition("Das bleibt hier")[0]
    assert "ist zuverlässig" in seen
    assert "im Original gesehen" not in seen
