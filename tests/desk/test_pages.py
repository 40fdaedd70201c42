"""The desk's pages over a real socket: every page, every form, both languages."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import product
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.node.desk.steps import FIELDS, STEPS
from fachkraft_share.protocol.records import Contact, Manifest
from fachkraft_share.testing.scene import DAY, NODE, NOW, ORIGIN, READER, REQUESTER, Side
from fachkraft_share.web.visit import Call

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
TYPED = "<img src=y onerror=alert(3)>"
VOID = {"meta", "link", "input", "br", "img", "hr"}
FILLED = {
    "categories": ["occupation", "skills", "region"],
    "purposes": ["referral"],
    "reach": "everyone",
    "no_employer": "yes",
    "months": "6",
    "adult": "yes",
    "list_number": "7",
}


REFUSED = {"unknown": 404, "elsewhere": 404, "no bundle": 409, "no right": 409}
SAID = {**FILLED, "answer": "accepted", "right": "access"}


class Page(HTMLParser):
    """A page taken apart: every tag with its attributes, and whether the nesting is right."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag; it must be the one that was opened last."""
        assert self.open.pop() == tag

    def all(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of all tags of a name."""
        return [found for tag, found in self.tags if tag == name]


def text_of(answer: Any) -> str:
    """Return what a page says, without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.text))


def visit(world: Any) -> dict[str, Any]:
    """Return a path for every page there is, with its world prepared."""
    manage = world.granted()
    request = world.asked(message="Guten Tag!")
    world.served(READER)
    return {
        "home": "/",
        "old link": f"/d/{world.secret}",
        "old link withdrawing": f"/d/{world.secret}/withdraw",
        "open": f"/d/{manage}",
        "news": f"/d/{manage}?done=answered",
        "request": f"/d/{manage}/request/{request}?of={REQUESTER}",
        "withdraw all": f"/d/{manage}/withdraw",
        "withdraw one": f"/d/{manage}/withdraw?scope={READER}",
        "renew": f"/d/{manage}/renew",
        "rights": f"/d/{manage}/rights",
        "right": f"/d/{manage}/rights/rectification",
        "no right": f"/d/{manage}/rights/none",
        "holders": f"/d/{manage}/holders",
        "papers": f"/d/{manage}/papers",
        "link": f"/d/{manage}/link",
        "receipt on paper": f"/d/{manage}/receipt.pdf",
        "complain": f"/d/{manage}/complain",
        "resume": f"/d/{manage}/resume.json",
        "hr open": f"/d/{manage}/hr-open.json",
        "europass": f"/d/{manage}/europass.xml",
        "receipt": f"/d/{manage}/receipt",
        "receipt file": f"/d/{manage}/receipt.json",
        "about": f"/d/{manage}/about.json",
        "no bundle": f"/d/{manage}/bundle.json",
        "unknown": "/d/AAAAAAAAAAAAAAAAAAAAAA",
        "elsewhere": f"/d/{manage}/nothing/here",
    }


def check_headers(answer: Any) -> None:
    """Hold the promises every page makes."""
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


def check_page(answer: Any, *, language: str) -> Page:
    """Hold what every page must have: language, skip link, one heading, labels, no script."""
    page = Page(answer.text)
    assert page.all("html") == [{"lang": language}]
    assert page.all("a")[0]["href"] == "#content"
    assert [one.get("id") for one in page.all("main")] == ["content"]
    assert len(page.all("h1")) == 1
    assert not page.all("script")
    assert not any("style" in found for _, found in page.tags)
    assert not any(name.startswith("on") for _, found in page.tags for name in found)
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    labelled = {one["for"] for one in page.all("label")}
    kinds = ("input", "select", "textarea", "progress")
    fields = [found for kind in kinds for found in page.all(kind)]
    assert {one["id"] for one in fields if one.get("type") != "hidden"} == labelled
    described = [found["aria-describedby"] for _, found in page.tags if "aria-describedby" in found]
    assert {name for one in described for name in (one or "").split()} <= set(ids)
    return page


@pytest.mark.parametrize("language", ["de", "en", "de_simple"])
def test_every_page_speaks_each_language_and_keeps_its_promises(
    world: Any, browser: Any, language: str
) -> None:
    """Headers, structure, and no GET changes anything."""
    paths = visit(world)
    before = world.stored()
    for name, path in paths.items():
        answer = browser.get(path, params={"lang": language})
        check_headers(answer)
        expected = REFUSED.get(name, 200)
        assert answer.status_code == expected, name
        if "html" in answer.headers["Content-Type"]:
            check_page(answer, language=language.replace("_", "-"))
    assert world.stored() == before


def questions(world: Any, browser: Any, language: str = "de") -> dict[str, Page]:
    """Return every question as it is first asked."""
    path = f"/d/{world.secret}/change?lang={language}"
    asked = {step: browser.post(path, {"step": step}) for step in STEPS}
    return {step: check_page(one, language=language) for step, one in asked.items()}


def test_asking_pre_ticks_nothing(world: Any, browser: Any) -> None:
    """No box is ticked, nobody is chosen; only a duration is proposed (Art. 4(11) GDPR)."""
    world.invited()
    asked = questions(world, browser)
    boxes = [
        one
        for page in asked.values()
        for one in page.all("input")
        if one["type"] in ("checkbox", "radio")
    ]
    assert len(boxes) > 10
    assert not any("checked" in one for one in boxes)
    chosen = [one["value"] for one in asked["time"].all("option") if "selected" in one]
    assert chosen == ["6"]


def test_the_questions_come_one_by_one_and_carry_the_answers(world: Any, browser: Any) -> None:
    """Each page asks for one thing; back and forth loses nothing; the last leads to the summary."""
    world.invited()
    before, path = world.stored(), f"/d/{world.secret}"
    page, sent = check_page(browser.get(f"{path}/choose"), language="de"), dict[str, Any]()
    for step in STEPS:
        assert {"name": "step", "type": "hidden", "value": step} in page.all("input")
        shown = {str(one["name"]) for one in page.all("input") if one["type"] != "hidden"}
        assert shown <= set(FIELDS[step])
        hidden = [(one["name"], one["value"]) for one in page.all("input") if one["name"] in sent]
        assert sorted(hidden) == sorted(pair for name in sent for pair in pairs(name))
        answers = {name: FILLED[name] for name in FIELDS[step] if name in FILLED}
        sent |= answers
        back = browser.post(f"{path}/choose", {**sent, "step": step, "go": "back"})
        check_page(back, language="de")
        answer = browser.post(f"{path}/choose", {**sent, "step": step, "go": "next"})
        page = check_page(answer, language="de")
    assert "Ja, ich willige ein" in text_of(answer)
    assert world.stored() == before


def pairs(name: str) -> list[tuple[str, str]]:
    """Return a field of the filled form as name and value, as often as it has values."""
    value = FILLED[name]
    return [(name, one) for one in ([value] if isinstance(value, str) else value)]


def test_a_question_without_its_answer_is_asked_again(world: Any, browser: Any) -> None:
    """With the fault beside the field; those of later questions are not told yet."""
    world.invited()
    for step, beside in (("what", "categories"), ("who", "reach"), ("not", "employer")):
        answer = browser.post(f"/d/{world.secret}/choose", {"step": step, "go": "next"})
        page = check_page(answer, language="de")
        assert answer.status_code == 422
        faults = {str(found["id"]) for _, found in page.tags if "id" in found}
        assert {one for one in faults if one.endswith("-fault")} == {f"{beside}-fault"}


def test_going_back_from_a_faulty_answer_keeps_it(world: Any, browser: Any) -> None:
    """What was ticked and typed travels along, right or wrong, and is there again."""
    world.invited()
    path = f"/d/{world.secret}/choose"
    for step, wrong in (
        ("use", {"purposes": "own_pool"}),
        ("who", {"reach": "everyone", "members": READER}),
        ("not", {"employer": "Dritte Werke", "no_employer": "yes", "excluded_names": "a\nb"}),
    ):
        faulty = browser.post(path, {**wrong, "step": step, "go": "next"})
        assert faulty.status_code == 422
        page = check_page(browser.post(path, {**wrong, "step": step, "go": "back"}), language="de")
        carried = [(one["name"], one["value"]) for one in page.all("input") if one.get("value")]
        assert set(wrong.items()) <= set(carried)
        answers = {**FILLED, **wrong, "step": STEPS[STEPS.index(step) - 1], "go": "next"}
        again = check_page(browser.post(path, answers), language="de")
        ticked = {one["value"] for one in again.all("input") if "checked" in one}
        typed = {one.get("value") for one in again.all("input") if one["type"] == "text"}
        assert {one for one in wrong.values() if "\n" not in one} <= ticked | typed


def test_everybody_and_some_is_asked_again(world: Any, browser: Any) -> None:
    """Who ticks members beside "all" may have meant to shut them out: nothing is guessed."""
    world.invited()
    sent = {**FILLED, "members": READER}
    answer = browser.post(f"/d/{world.secret}/check", sent)
    assert answer.status_code == 422
    assert "eines von beiden" in text_of(answer)


def test_from_the_summary_one_answer_is_changed_and_the_summary_comes_again(
    world: Any, browser: Any
) -> None:
    """Without passing through the other questions."""
    world.invited()
    path = f"/d/{world.secret}"
    change = browser.post(f"{path}/change", {**FILLED, "step": "time"})
    assert check_page(change, language="de").all("select")
    sent = {**FILLED, "months": "3", "step": "time", "then": "check", "go": "next"}
    answer = browser.post(f"{path}/choose", sent)
    assert "Ja, ich willige ein" in text_of(answer)


def test_the_page_names_origin_readers_values_and_notice(world: Any, browser: Any) -> None:
    """What others will see, who they are, how long, and the whole notice with its hash."""
    world.invited()
    said = text_of(browser.get(f"/d/{world.secret}"))
    for words in (
        "Muster Maschinenbau GmbH",
        "Beispiel Software AG",
        "Dritte Werke KG",
        "SQL und Datenbanken",
        "an zweiter Stelle",
        "Art. 13 und 14",
        world.desk.open(world.secret).notice.sha256,
    ):
        assert words in said


def test_the_language_can_be_chosen_and_stays(world: Any, browser: Any) -> None:
    """`?lang=` beats the browser, which beats the invitation."""
    world.invited(language="en")
    path = f"/d/{world.secret}"
    assert 'lang="en"' in browser.get(path).text
    german = browser.get(path, headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"})
    assert '<html lang="de"' in german.text
    chosen = browser.get(f"{path}/choose?lang=en", headers={"Accept-Language": "de"})
    assert '<html lang="en"' in chosen.text
    assert f'action="/d/{world.secret}/choose?lang=en"' in chosen.text


def test_consenting_takes_a_form_a_summary_and_a_button(world: Any, browser: Any) -> None:
    """The summary names readers and those shut out; only the last step publishes."""
    world.invited()
    path = f"/d/{world.secret}"
    before = world.stored()
    sent = {**FILLED, "no_employer": "", "employer": "Dritte Werke", "categories": ["occupation"]}
    summary = browser.post(f"{path}/check", sent)
    check_headers(summary)
    page = check_page(summary, language="de")
    assert summary.status_code == 200
    assert world.stored() == before
    readers, shut = text_of(summary).split("Wer es nicht sieht")[:2]
    assert "Beispiel Software AG" in readers
    assert "Dritte Werke KG" in shut
    assert "Java" not in readers
    hidden = [(one["name"], one["value"]) for one in page.all("input") if one["type"] == "hidden"]
    granted = browser.post(f"{path}/grant", hidden)
    check_headers(granted)
    check_page(granted, language="de")
    [link] = re.findall(r'role="group">(https://[^<]+)<', granted.text)
    secret = link.rsplit("/", 1)[1]
    assert text_of(browser.get(f"/d/{secret}")).count("Ihre Weiterempfehlung")
    assert browser.get(path).text.count(secret) == 0


PUBLIC_WORDS = {
    "de": ("Arbeitgeber", "Suchmaschinen", "binnen einer Stunde", "kann aber niemand zurückholen"),
    "en": ("employer", "search engines", "within the hour", "nobody can call copies back"),
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_public_pages_are_a_choice_of_their_own(world: Any, browser: Any, language: str) -> None:
    """Not ticked, under its own heading, and what it means is tied to the box."""
    world.invited()
    answer = browser.post(f"/d/{world.secret}/change?lang={language}", {"step": "use"})
    page = check_page(answer, language=language)
    [box] = [one for one in page.all("input") if one.get("value") == "public"]
    assert (box["type"], box["name"]) == ("checkbox", "purposes")
    assert "checked" not in box
    assert box["aria-describedby"] == "purpose-public-hint"
    meant = answer.text.partition('id="purpose-public-hint">')[2].partition("</p>")[0]
    assert all(words in unescape(meant) for words in PUBLIC_WORDS[language])


@pytest.mark.parametrize("ticked", [(), ("public",)])
def test_public_pages_are_named_wherever_they_were_allowed(
    world: Any, browser: Any, ticked: tuple[str, ...]
) -> None:
    """In the summary, on the page of who has the data, on the receipt and in its file."""
    world.invited()
    path, sent = f"/d/{world.secret}", {**FILLED, "purposes": ["referral", *ticked]}
    summary = browser.post(f"{path}/check", sent)
    page = check_page(summary, language="de")
    hidden = [(one["name"], one["value"]) for one in page.all("input") if one["type"] == "hidden"]
    granted = browser.post(f"{path}/grant", hidden)
    [link] = re.findall(r'role="group">(https://[^<]+)<', granted.text)
    mine = f"/d/{link.rsplit('/', 1)[1]}"
    pages = [summary, browser.get(mine), browser.get(f"{mine}/receipt")]
    for shown in pages:
        check_page(shown, language="de")
        assert ("binnen einer Stunde" in text_of(shown)) is bool(ticked)
    record = browser.get(f"{mine}/receipt.json").json()["dpv:hasRecordOfActivity"]
    named = [one["@id"] for one in record["dpv:hasProcess"][0]["dpv:hasPurpose"]]
    assert named == (["fks:public", "fks:referral"] if ticked else ["fks:referral"])
    renewal = {"reach": "same", "no_employer": "yes", "months": "9", "list_number": "7"}
    again = browser.post(f"{mine}/check", renewal)
    assert ("binnen einer Stunde" in text_of(again)) is bool(ticked)


def test_going_back_keeps_what_was_entered(world: Any, browser: Any) -> None:
    """Each question comes again as the person answered it, and nothing is stored."""
    world.invited()
    before, ticked = world.stored(), set()
    for step in STEPS:
        sent = {**FILLED, "employer": EVIL, "step": step}
        page = check_page(browser.post(f"/d/{world.secret}/change", sent), language="de")
        ticked |= {one["value"] for one in page.all("input") if "checked" in one}
        typed = [one["value"] for one in page.all("input") if one["name"] == "employer"]
        assert typed == [EVIL]
    assert ticked >= {"occupation", "skills", "region", "referral", "everyone"}
    assert "rank" not in ticked
    assert world.stored() == before


@pytest.mark.parametrize(
    "field", ["categories", "purposes", "reach", "no_employer", "months", "adult"]
)
def test_a_fault_is_shown_beside_its_field(world: Any, browser: Any, field: str) -> None:
    """The form comes back with a summary, and the fault described at the field."""
    world.invited()
    before = world.stored()
    sent = {name: value for name, value in FILLED.items() if name != field}
    beside = "employer" if field == "no_employer" else field
    for step, language in product(("check", "grant"), ("de", "en")):
        answer = browser.post(f"/d/{world.secret}/{step}?lang={language}", sent)
        check_headers(answer)
        page = check_page(answer, language=language)
        assert answer.status_code == 422
        ids = {found.get("id") for _, found in page.tags}
        assert {beside, f"{beside}-fault"} <= ids
        assert {one["href"] for one in page.all("a")} >= {f"#{beside}"}
    assert world.stored() == before


def test_declining_is_confirmed_and_then_acknowledged(world: Any, browser: Any) -> None:
    """A page, a button, and no reproach."""
    world.invited()
    path = f"/d/{world.secret}"
    check_page(browser.get(f"{path}/decline"), language="de")
    answer = browser.post(f"{path}/decline")
    check_headers(answer)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?done=declined")
    after = browser.get(path)
    check_page(after, language="de")
    assert "keine Weiterempfehlung" in text_of(after)


@pytest.mark.parametrize("said", ["accepted", "declined"])
def test_a_request_is_answered_on_its_page(world: Any, browser: Any, said: str) -> None:
    """Who, which job, what is handed over to whom; then a button."""
    manage = world.granted()
    request = world.asked(message="Wir würden Sie gern kennenlernen.")
    page = browser.get(f"/d/{manage}/request/{request}?of={REQUESTER}")
    for words in ("Backend", "gern kennenlernen", "https://beispiel.example/datenschutz"):
        assert words in text_of(page)
    form = {"request": request, "requester": REQUESTER, "answer": said, "documents": "yes"}
    answer = browser.post(f"/d/{manage}/answer", form)
    assert answer.status_code == 303
    assert world.side.get(Contact, world.story.referral, REQUESTER, request).answer == said
    check_page(browser.get(answer.headers["Location"]), language="de")


@pytest.mark.parametrize("scope", ["all", READER])
def test_withdrawing_takes_a_page_and_a_button(world: Any, browser: Any, scope: str) -> None:
    """For all or for one; the page afterwards says what happens now."""
    manage = world.granted()
    world.served()
    asked = browser.get(f"/d/{manage}/withdraw", params={"scope": scope})
    check_page(asked, language="de")
    answer = browser.post(f"/d/{manage}/withdraw", {"scope": scope})
    assert answer.status_code == 303
    after = browser.get(answer.headers["Location"])
    check_page(after, language="de")
    wanted = "Widerruf empfangen" if scope == "all" else "Ihr Widerruf ist eingegangen"
    assert wanted in text_of(after)
    assert "Wer hat meine Daten?" in text_of(after)


def test_renewing_over_the_pages(world: Any, browser: Any) -> None:
    """Form, summary, button, as the first time."""
    manage = world.granted(months=1)
    sent = {"reach": "same", "no_employer": "yes", "months": "9", "list_number": "7"}
    summary = browser.post(f"/d/{manage}/check", sent)
    page = check_page(summary, language="de")
    hidden = [(one["name"], one["value"]) for one in page.all("input") if one["type"] == "hidden"]
    answer = browser.post(f"/d/{manage}/renew", hidden)
    assert answer.headers["Location"] == f"/d/{manage}?done=renewed"
    assert world.desk.open(manage).days_left > 200
    missing = browser.post(f"/d/{manage}/renew", {})
    assert missing.status_code == 422
    check_page(missing, language="de")


@pytest.mark.parametrize("right", ["access", "rectification", "restriction", "objection"])
def test_rights_are_used_by_a_button(world: Any, browser: Any, right: str) -> None:
    """Each leads back to the page that tells what happens."""
    manage = world.granted()
    check_page(browser.get(f"/d/{manage}/rights/{right}"), language="de")
    answer = browser.post(f"/d/{manage}/rights", {"right": right, "categories": "skills"})
    assert answer.headers["Location"] == f"/d/{manage}?done=asked"
    check_page(browser.get(answer.headers["Location"]), language="de")


def test_the_receipt_can_be_printed_and_saved(world: Any, browser: Any) -> None:
    """The page and the file tell the same consent."""
    manage = world.granted()
    page, file = browser.get(f"/d/{manage}/receipt"), browser.get(f"/d/{manage}/receipt.json")
    record = file.json()["dpv:hasRecordOfActivity"]
    assert record["dct:identifier"] in text_of(page)
    assert "attachment" in file.headers["Content-Disposition"]
    assert "Beispiel Software AG" in text_of(page)


@pytest.mark.parametrize("language", ["de", "en"])
def test_hostile_names_and_texts_stay_inert(new_world: Any, language: str) -> None:
    """Names, job and message are text wherever they appear."""
    world = new_world({ORIGIN: EVIL, REQUESTER: EVIL, READER: EVIL})
    world.invited()
    site, query = desk_site(world.desk), f"lang={language}"
    asked = site.respond(Call("GET", f"/d/{world.secret}", query=query))
    manage = world.desk.grant(
        world.secret, world.choice(no_employer=False, employer=TYPED, excluded_names=(TYPED,))
    )
    request = world.asked(job=EVIL[:100], message=EVIL)
    asked_for = world.side.get(Contact, world.story.referral, REQUESTER, request)
    world.side.put(attrs.evolve(asked_for, notice="javascript:alert(1)"))  # the node refuses it
    world.served(READER)
    told = f"request/{request} rights withdraw renew holders papers complain receipt".split()
    paths = ("/", f"/d/{manage}", *(f"/d/{manage}/{one}" for one in told))
    shown = [asked, *(site.respond(Call("GET", path, query=query)) for path in paths)]
    assert {one.status for one in shown} == {200}
    world.desk.withdraw(manage)
    shown.append(site.respond(Call("GET", f"/d/{manage}", query=query)))
    for one in shown:
        html = one.body.decode()
        page = Page(html)
        assert not page.all("script")
        assert not page.all("img")
        assert not any(name.startswith("on") for _, found in page.tags for name in found)
        assert not any("javascript:" in (one.get("href") or "") for one in page.all("a"))
        assert "{{7*7}}" in unescape(html) or "49" not in html


def test_the_domains_of_whoever_asks_lead_to_its_site(world: Any) -> None:
    """As https and without a word of where one came from; what is no plain name stays text."""
    asker = world.scene.members[REQUESTER]
    stated = attrs.evolve(
        asker.organisation, domains=("beispiel.example", "a@evil.example", "x.example/y", "[")
    )
    world.scene.members = {
        **world.scene.members,
        REQUESTER: attrs.evolve(asker, organisation=stated),
    }
    world.name({})
    world.side = Side(world.scene, NODE)
    manage, request = world.granted(), world.asked()
    answer = desk_site(world.desk).respond(Call("GET", f"/d/{manage}/request/{request}"))
    html = answer.body.decode()
    rel = 'rel="noreferrer noopener external"'
    assert f'<a href="https://beispiel.example" {rel}>beispiel.example</a>' in html
    assert all(one in html for one in ("a@evil.example", "x.example/y", "<br>["))
    assert not any(f'href="https://{one}' in html for one in ("a@evil", "x.example", "["))


def test_a_form_from_elsewhere_is_not_carried_out(world: Any, browser: Any) -> None:
    """The second line behind the secret: Sec-Fetch-Site, else Origin."""
    world.invited()
    before = world.stored()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        answer = browser.post(f"/d/{world.secret}/decline", headers=headers)
        assert answer.status_code == 403
        check_headers(answer)
    assert world.stored() == before
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}  # what a browser sends
    assert browser.post(f"/d/{world.secret}/decline", headers=own).status_code == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (limits.FORM_BYTES + 1), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 409),
        (b"a=%ff", "application/x-www-form-urlencoded", 409),
        (b"a=%00", "application/x-www-form-urlencoded", 409),
        (b"&".join(b"a=1" for _ in range(600)), "application/x-www-form-urlencoded", 409),
        (b"scope=%3Cscript%3E", "application/x-www-form-urlencoded", 409),
    ],
)
def test_a_form_that_is_none_is_refused_politely(
    world: Any, browser: Any, body: bytes, kind: str, status: int
) -> None:
    """Too large, of another kind, or unreadable: a page, never an error of ours."""
    manage = world.granted()
    before = world.stored()
    answer = browser.post(f"/d/{manage}/withdraw", body, headers={"Content-Type": kind})
    assert answer.status_code == status
    check_headers(answer)
    check_page(answer, language="de")
    assert world.stored() == before


def test_unknown_and_run_out_links_are_the_same_page(world: Any, browser: Any) -> None:
    """Byte for byte, but for the address in it."""
    world.invited()
    world.clock.time += limits.DRAFT_DAYS * DAY
    other = "B" * 22
    ran_out, unknown = browser.get(f"/d/{world.secret}"), browser.get(f"/d/{other}")
    assert ran_out.status_code == unknown.status_code == 404
    assert ran_out.text.replace(world.secret, "") == unknown.text.replace(other, "")
    for form in ("withdraw", "decline", "grant", "check", "answer", "rights"):
        sent = [browser.post(f"/d/{one}/{form}", SAID) for one in (world.secret, other)]
        assert {one.status_code for one in sent} == {404}, form
    told = "later later.ics choose holders renew rights rights/access complain papers link receipt"
    files = "receipt.pdf receipt.json about.json resume.json hr-open.json europass.xml bundle.json"
    for path in f"{told} {files}".split():
        seen = [browser.get(f"/d/{one}/{path}") for one in (world.secret, other)]
        assert {one.status_code for one in seen} == {404}, path
        assert {one.text.count("<h1>Dieser Link") for one in seen} == {1}, path


def test_an_error_page_names_no_secret_but_in_its_own_links(world: Any, browser: Any) -> None:
    """A secret stands in addresses of our own site only."""
    manage = world.granted()
    answer = browser.post(f"/d/{manage}/answer", {"answer": "accepted", "request": "x"})
    assert answer.status_code == 404
    outside = re.sub(r'(?:href|action)="/[^"]*"', "", answer.text)
    assert manage not in outside


def test_a_rectification_says_what_is_wrong(world: Any, browser: Any) -> None:
    """By category; without one it is asked again; the page tells when an answer is due."""
    manage = world.granted()
    empty = browser.post(f"/d/{manage}/rights", {"right": "rectification"})
    assert empty.status_code == 422
    check_page(empty, language="de")
    sent = {"right": "rectification", "categories": ["skills", "region"]}
    assert browser.post(f"/d/{manage}/rights", sent).status_code == 303
    said = text_of(browser.get(f"/d/{manage}/rights"))
    assert "Kenntnisse" in said
    assert "spätestens" in said
    refused = browser.post(f"/d/{manage}/rights", {**sent, "categories": ["shoe size"]})
    assert refused.status_code == 409


def test_deciding_can_be_put_off_to_a_day(world: Any, browser: Any) -> None:
    """The day is noted; the reminder is a file for the person's own calendar and names nobody."""
    world.invited()
    path = f"/d/{world.secret}"
    assert browser.get(f"{path}/later.ics").status_code == 409
    page = check_page(browser.get(f"{path}/later"), language="de")
    days = [str(one["value"]) for one in page.all("option")]
    assert len(days) == 4
    noted = browser.post(f"{path}/later", {"day": days[1]})
    check_page(noted, language="de")
    file = browser.get(f"{path}/later.ics")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert f"DTSTART:{days[1].replace('-', '')}T090000" in file.text
    assert world.secret not in file.text
    assert "Muster" not in file.text
    assert all(len(line.encode()) <= 75 for line in file.text.split("\r\n"))
    assert "Sie wollten am" in text_of(browser.get(path))
    for day in ("", "2020-01-01", "x" * 9):
        assert browser.post(f"{path}/later", {"day": day}).status_code == 409


def test_at_the_end_of_the_draft_no_day_is_left_to_choose(world: Any, browser: Any) -> None:
    """And the page says so."""
    world.invited()
    world.clock.time += (limits.DRAFT_DAYS - 2) * DAY
    page = browser.get(f"/d/{world.secret}/later")
    assert not check_page(page, language="de").all("option")
    assert "nur noch wenige Tage" in text_of(page)


def test_the_profile_goes_along_in_three_formats(world: Any, browser: Any) -> None:
    """As files, with what others see and without a name; after the end there is none."""
    manage = world.granted()
    resume = browser.get(f"/d/{manage}/resume.json")
    assert "attachment" in resume.headers["Content-Disposition"]
    assert "SQL und Datenbanken" in str(resume.json()["skills"])
    assert resume.json()["references"][0]["name"] == "Muster Maschinenbau GmbH"
    assert "SQL und Datenbanken" in browser.get(f"/d/{manage}/hr-open.json").text
    europass = browser.get(f"/d/{manage}/europass.xml")
    assert europass.headers["Content-Type"].startswith("application/xml")
    assert "SQL und Datenbanken" in europass.text
    world.desk.withdraw(manage)
    assert browser.get(f"/d/{manage}/resume.json").status_code == 409


def test_the_requester_is_introduced_beside_its_request(world: Any, browser: Any) -> None:
    """Name, roles, since when it has the profile, earlier requests, where its data come from."""
    manage = world.granted()
    request = world.asked()
    said = text_of(browser.get(f"/d/{manage}/request/{request}?of={REQUESTER}"))
    for words in (
        "Beispiel Software AG",
        "Arbeitgeber",
        "ohne Namen, seit",
        "Keine frühere Anfrage",
        "Art. 14 DSGVO",
        "von Muster Maschinenbau GmbH",
    ):
        assert words in said


def test_complaining_names_whom_to_turn_to(world: Any, browser: Any) -> None:
    """The alliance first, then the authority; for whoever has a link, and nobody else."""
    world.invited()
    said = text_of(browser.get(f"/d/{world.secret}/complain"))
    assert "Fachkräfteallianz Harz" in said
    assert "Art. 77" in said
    assert browser.get(f"/d/{'B' * 22}/complain").status_code == 404


def test_receipts_are_counted_as_they_come_in(world: Any, browser: Any) -> None:
    """How many have signed, and a link to look again; while nothing has ended, neither."""
    manage = world.granted()
    world.served()
    before = check_page(browser.get(f"/d/{manage}/holders"), language="de")
    assert not before.all("progress")
    world.desk.withdraw(manage)
    answer = browser.get(f"/d/{manage}/holders")
    page = check_page(answer, language="de")
    [bar] = page.all("progress")
    assert (bar["value"], bar["max"]) == ("0", "4")
    assert "0 von 4" in text_of(answer)
    assert f"/d/{manage}/holders" in {one["href"] for one in page.all("a")}


def test_static_files_and_the_home_page(world: Any, browser: Any) -> None:
    """The style sheet is ours and plain; the home page lists the members and links the law."""
    style = browser.get("/static/fks.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "url(http" not in style.text.replace('"', "")
    assert browser.get("/static/../settings.py").status_code == 404
    assert browser.get("/static/other").status_code == 404
    home = browser.get("/")
    for words in ("Beispiel Software AG", "https://harz.example/impressum", "Datenschutz"):
        assert words in home.text


@pytest.mark.parametrize("language", ["de", "en", "de_simple"])
def test_the_home_page_leads_coordinators_to_their_sign_in(world: Any, language: str) -> None:
    """Where there is an office; elsewhere nothing of the kind is said."""
    call = Call("GET", "/", query=f"lang={language}")
    link = f'href="/office/?lang={language}"'
    assert link in desk_site(world.desk, office="/office").respond(call).body.decode()
    assert "/office" not in desk_site(world.desk).respond(call).body.decode()


def test_the_end_shows_what_each_holder_signed(world: Any, browser: Any) -> None:
    """Closed by time: reason, state of every holder, papers."""
    manage = world.granted()
    world.served()
    world.desk.withdraw(manage)
    world.side.put(
        Manifest(world.story.referral, "all", "https://node.harz.example", 1, "0" * 64, NOW)
    )
    assert world.desk.open(manage).bundle
    page = browser.get(f"/d/{manage}?lang=en")
    check_page(page, language="en")
    assert "told to erase, answer outstanding" in text_of(page)
    assert text_of(page).count("comes last because it tells everybody") == 1  # at the office
    assert "Download the erasure bundle" in text_of(page)


def test_a_mounted_desk_links_to_itself(world: Any) -> None:
    """Every address on a page begins where the application is mounted."""
    world.invited()
    call = Call("GET", f"/d/{world.secret}/choose", root="/desk")
    page = Page(desk_site(world.desk).respond(call).body.decode())
    assert page.all("form")
    assert all(str(one["action"]).startswith("/desk/d/") for one in page.all("form"))
    links = [str(one["href"]) for one in page.all("a")]
    assert all(one.startswith(("/desk/", "#", "https://harz.example/")) for one in links)
