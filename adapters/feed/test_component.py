"""The web component in a real Chromium, on a page of another origin under a strict policy.

Skipped where playwright or Chromium is missing. `FKS_CHROMIUM` names the browser, `FKS_AXE` the
file `axe.min.js` of axe-core, `FKS_SCREENSHOTS` a folder for pictures.
"""

import json
import os
import re
import time
from pathlib import Path

import attrs
import pytest
from feed_pages import opened
from feed_server import HEADERS

from fachkraft_share import limits
from fachkraft_share.ports.publishing import ItemKind, LabelTitle, item_key
from fachkraft_share.rules.vocabulary import Kind, shipped
from fachkraft_share.testing.cms_harness import LINK, activity, leave_to_show, teaser

AXE = os.environ.get("FKS_AXE", "")
PICTURES = os.environ.get("FKS_SCREENSHOTS", "")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"]
REFERRALS = [name * 22 for name in "rst"]
OCCUPATIONS = ["26", "43", "81"]


@pytest.fixture
def tab(browser):
    """A tab that notes what it was told, what it asked for and what its policy stopped."""
    page = browser.new_page(locale="de-DE", timezone_id="Europe/Berlin")
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: (page.said.append("dialog"), dialog.dismiss()))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


def fill(harness):
    """Publish three profiles, two activities and an invitation."""
    adapter, at = harness.fresh(), harness.at
    for referral, code in zip(REFERRALS, OCCUPATIONS, strict=True):
        codes = [(Kind.OCCUPATION, code), (Kind.YEARS, "5-9")]
        title = LabelTitle.of(codes, vocabulary=shipped(), language="de")
        body = "<ul><li>SPS-Programmierung</li><li>Englisch B2</li><li>ab sofort</li></ul>"
        item = attrs.evolve(teaser(referral, at=at), title=title, body=body)
        adapter.publish(item, permit=leave_to_show(referral, at=at), at=at)
    starts = at + limits.DAY
    fair = attrs.evolve(activity(1, at=at), starts=starts, ends=starts + 2 * limits.HOUR)
    adapter.publish(fair, at=at)
    adapter.publish(attrs.evolve(activity(2, at=at), language="en", title="Open house"), at=at)
    invitation = attrs.evolve(
        activity(3, at=at),
        kind=ItemKind.INVITATION,
        key=item_key(ItemKind.INVITATION, "3"),
        title="Machen Sie mit: die Allianz sucht Betriebe",
        body="<p>Wer gute Bewerbungen hat und nur eine Stelle, empfiehlt weiter.</p>",
    )
    adapter.publish(invitation, at=at)


def read(tab, url):
    """Open the page and wait until the component has got what it will not show."""
    with tab.expect_response("**/feed.json"):
        tab.goto(url)
    tab.wait_for_timeout(200)


def titles(tab):
    """Return the titles that are shown."""
    return tab.locator("fachkraft-share .title").all_inner_texts()


def calm(tab):
    """Return what a policy or a script complained about."""
    return [one for one in tab.said if "favicon" not in one]


def picture(tab, name):
    """Keep a picture, if somebody wants to look at it."""
    if PICTURES:
        tab.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_it_shows_all_kinds_on_another_origin_under_a_strict_policy(pages, tab):
    """Profiles, activities, invitations and the link to recommend; the policy reports nothing."""
    fill(pages.harness)
    here = opened(tab, pages.lay())
    kinds = here.locator(".kind").all_inner_texts()
    assert sorted(kinds) == sorted(["Profil"] * 3 + ["Aktivität"] * 2 + ["Einladung"])
    recommend = here.locator(".recommend a")
    assert recommend.get_attribute("href") == "https://node.example/recommend"
    assert here.locator(".item a").first.get_attribute("href") == LINK
    assert here.locator(".item a").count() == 6  # the link below the text is not said twice
    assert any("Am Montag" in one for one in here.locator(".body").all_inner_texts())
    assert here.locator("time").count() == 1
    assert tab.locator("#plain").is_visible()
    assert calm(tab) == []


def test_nothing_is_asked_of_anybody_else_and_nothing_is_kept(pages, tab):
    """Two addresses of the feed, no cookie, no storage, no referrer, no credentials."""
    fill(pages.harness)
    opened(tab, pages.lay())
    feed, own = pages.harness.site, pages.site.url
    beside = {one for one in tab.asked if not one.startswith(own)}
    assert beside == {f"{feed.url}/fachkraft-share.js", f"{feed.url}/feed.json"}
    assert tab.context.cookies() == []
    assert tab.evaluate("localStorage.length + sessionStorage.length") == 0
    [headers] = [headers for path, headers in feed.asked if path == "/feed.json"]
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ('kind="teaser"', 3),
        ('kind="activity"', 2),
        ('kind="activity invitation"', 3),
        ('kind="teaser" limit="2"', 2),
        ('language="en"', 1),
        ('kind="nonsense" limit="-1"', 6),
    ],
)
def test_attributes_choose_what_is_shown(pages, tab, attributes, shown):
    """Kind, number and language."""
    fill(pages.harness)
    opened(tab, pages.lay(attributes=attributes))
    assert len(titles(tab)) == shown


@pytest.mark.parametrize(
    ("kind", "items", "link"),
    [("teaser", 3, 0), ("teaser recommend", 3, 1), ("recommend", 0, 1), ("", 6, 1)],
)
def test_the_link_to_recommend_is_chosen_like_a_kind(pages, tab, kind, items, link):
    """Once on a page is enough, and it may stand alone."""
    fill(pages.harness)
    opened(tab, pages.lay(attributes=f'kind="{kind}"'))
    assert tab.locator("fachkraft-share .item").count() == items
    assert tab.locator("fachkraft-share .recommend a").count() == link
    assert tab.locator("fachkraft-share .empty").count() == 0


def test_attributes_that_change_later_choose_anew(pages, tab):
    """As a page with a filter does."""
    fill(pages.harness)
    opened(tab, pages.lay(attributes='kind="teaser"'))
    tab.evaluate("document.querySelector('fachkraft-share').setAttribute('kind', 'invitation')")
    assert titles(tab) == ["Machen Sie mit: die Allianz sucht Betriebe"]
    tab.evaluate("document.querySelector('fachkraft-share').setAttribute('language', 'en')")
    assert titles(tab) == []
    assert "nothing here" in tab.locator("fachkraft-share .empty").inner_text()


# Hostile feeds -----------------------------------------------------------------------------------

SCRIPTS = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "'><svg/onload=window.hit=1>",
    "<iframe src=javascript:parent.hit=1></iframe>",
    '<a href="javascript:window.hit=1">x</a>',
    '<a href="https://fremd.example/" onclick="window.hit=1">x</a>',
    '<a href="java\tscript:window.hit=1">x</a>',
    '<a href="data:text/html,<script>hit=1</script>">x</a>',
    "</p></div></template></script><script>window.hit=1</script>",
    '<p onmouseover="window.hit=1" style="position:fixed">x</p>',
    "<style>*{background:url(https://fremd.example/x)}</style>",
    '<link rel=stylesheet href="https://fremd.example/x.css">',
    '<form action="https://fremd.example/"><button autofocus>x',
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "<a href='https://x.example/'><a href=\"https://y.example/\">",
    "<" * 3000,
    "<script" * 1500,
)


def hostile(at, markup):
    """Return a feed nobody checked before."""
    item = {
        "id": markup,
        "url": "https://node.example/welcome",
        "title": markup,
        "content_html": f"<p>vor</p>{markup}<p>nach</p>",
        "date_modified": markup,
        "language": '"><b onclick=x>',
        "_fks": {"key": "0" * 32, "kind": "activity", "valid_until": at + 600},
    }
    wrong = {**item, "url": "javascript:window.hit=1"}
    evil = {"generated": at, "deleted": [], "recommend": "javascript:window.hit=1"}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": markup,
        "_fks": evil,
        "items": [item, wrong, None, 7, {"_fks": {"kind": "__proto__", "valid_until": at + 600}}],
    }


@pytest.mark.parametrize("markup", SCRIPTS, ids=range(len(SCRIPTS)))
def test_a_hostile_feed_does_not_run(pages, tab, markup):
    """On a page without any policy: nothing is executed, loaded, styled or led elsewhere."""
    url = pages.lay()
    del pages.site.headers["Content-Security-Policy"]
    feed = json.dumps(hostile(int(time.time()), markup)).encode()
    pages.harness.site.frozen["feed.json"] = feed
    here = opened(tab, url)
    assert here.locator(".title").count() == 1
    for link in here.locator(".item a").all():
        link.hover()
    assert tab.evaluate("window.hit") is None
    assert "dialog" not in tab.said
    names = tab.evaluate(
        "() => [...document.querySelector('fachkraft-share').shadowRoot.querySelectorAll('*')]"
        ".map(one => [one.localName, one.getAttributeNames(), one.getAttribute('href')])"
    )
    assert {name for name, _, _ in names} <= set(
        "div ul ol li p h3 h4 a span br strong em slot".split()
    )
    given = {one for _, attributes, _ in names for one in attributes}
    assert given <= {"class", "part", "lang", "dir", "role", "aria-label", "href", "id"}
    assert all(href.startswith("https://") for _, _, href in names if href)
    assert not [one for one in tab.asked if "fremd" in one]
    assert "nach" in here.locator(".body").inner_text()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html>",
        b"[]",
        b"null",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_of_what_is_no_feed_nothing_is_shown_but_the_link(pages, tab, content):
    """Without an error on the page."""
    pages.harness.site.frozen["feed.json"] = content
    read(tab, pages.lay())
    assert tab.locator("fachkraft-share .item, fachkraft-share .empty").count() == 0
    assert tab.locator("#plain").is_visible()
    assert [one for one in tab.said if "Error" in one] == []


# Times -------------------------------------------------------------------------------------------


def test_a_feed_older_than_an_hour_is_not_shown(pages, tab):
    """The plain link stays."""
    fill(pages.harness)
    pages.harness.fresh().check(at=int(time.time()) - limits.FEED_OLD - 1)
    read(tab, pages.lay())
    assert titles(tab) == []
    assert tab.locator("#plain").is_visible()


def test_an_item_goes_from_an_open_page_when_its_time_is_over(pages, tab):
    """Though the file still holds it."""
    harness = pages.harness
    short = attrs.evolve(activity(1, at=harness.at), valid_until=int(time.time()) + 8)
    harness.fresh().publish(short, at=int(time.time()))
    opened(tab, pages.lay())
    assert len(titles(tab)) == 1
    tab.wait_for_function(
        "() => document.querySelector('fachkraft-share').shadowRoot.querySelector('.empty')"
    )
    assert b"Ausbildungsmesse" in (harness.folder / "feed.json").read_bytes()


def test_what_was_withdrawn_leaves_an_open_page(pages, tab):
    """Within five minutes, without anybody touching it; the rest stays as it is."""
    fill(pages.harness)
    tab.clock.install()
    opened(tab, pages.lay(attributes='kind="teaser"'))
    before = titles(tab)
    key = item_key(ItemKind.TEASER, REFERRALS[0])
    pages.harness.fresh().erase(key, at=int(time.time()))
    tab.clock.fast_forward(301_000)
    tab.wait_for_function(
        "() => document.querySelector('fachkraft-share').shadowRoot"
        ".querySelectorAll('.item').length === 2"
    )
    assert set(titles(tab)) < set(before)


def test_a_clock_that_is_slow_shows_nothing_longer(pages, tab):
    """The web server's time counts where it is later."""
    fill(pages.harness)
    long_ago = int(time.time()) - 2 * limits.FEED_OLD
    pages.harness.fresh().check(at=long_ago)
    tab.clock.install(time=long_ago)
    read(tab, pages.lay())
    assert tab.evaluate("Date.now()") < (long_ago + 60) * 1000
    assert titles(tab) == []


# Without ------------------------------------------------------------------------------------------


def test_without_script_the_link_is_there(pages, browser):
    """And nothing else."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages.lay())
    assert page.locator("#plain").is_visible()
    context.close()


def test_another_script_than_the_hash_names_does_not_run(pages, tab):
    """The browser refuses it and the link stays."""
    fill(pages.harness)
    tab.goto(pages.lay(hashed="sha384-" + "A" * 64))
    tab.wait_for_timeout(300)
    assert tab.evaluate("customElements.get('fachkraft-share')") is None
    assert tab.locator("#plain").is_visible()
    assert any("integrity" in one for one in tab.said)


def test_without_an_address_nothing_is_asked(pages, tab):
    """Not even the page itself, which an empty address would mean."""
    url = pages.lay()
    page = pages.folder / "page.html"
    page.write_text(re.sub(r'(<fachkraft-share) src="[^"]*"', r"\1", page.read_text("utf-8")))
    tab.goto(url)
    tab.wait_for_function("() => customElements.get('fachkraft-share')")
    tab.wait_for_timeout(100)
    assert len([one for one in tab.asked if "favicon" not in one]) == 2  # page and component
    assert tab.locator("#plain").is_visible()


def test_without_the_header_for_other_origins_the_link_stays(pages, tab):
    """What the documentation asks of the web server is needed."""
    fill(pages.harness)
    pages.harness.site.headers["Access-Control-Allow-Origin"] = "https://other.example"
    tab.goto(pages.lay())
    tab.wait_for_timeout(300)
    assert tab.locator("#plain").is_visible()
    assert HEADERS["Access-Control-Allow-Origin"] == "*"


# For everybody -----------------------------------------------------------------------------------

SITE_STYLE = (
    ":root { color-scheme: light dark; background: Canvas; color: CanvasText; }"
    " body { margin: 1rem; font: 1rem/1.5 sans-serif; }"
    " main { max-width: 60rem; margin: auto; }"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_is_accessible_and_fits_in_both_schemes(pages, browser, scheme, width):
    """No violation axe finds, contrast included; nothing runs out of the page sideways."""
    fill(pages.harness)
    (pages.folder / "site.css").write_text(SITE_STYLE)
    url = pages.lay(head='<link rel="stylesheet" href="site.css">')
    pages.site.headers["Content-Security-Policy"] += "; style-src 'self'"
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="de-DE"
    )
    page = context.new_page()
    opened(page, url)
    picture(page, f"{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if AXE:
        audit(page)
    context.close()
    if not AXE:
        pytest.skip("fits; FKS_AXE names no axe.min.js, so accessibility was not checked")


def audit(page):
    """Let axe look; contrast it cannot decide counts as a fault."""
    page.evaluate(Path(AXE).read_text("utf-8"))
    options = {"runOnly": TAGS, "resultTypes": ["violations", "incomplete"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    bad = found["violations"] + [
        one for one in found["incomplete"] if one["id"] == "color-contrast"
    ]
    assert not bad, [(one["id"], node["target"]) for one in bad for node in one["nodes"]]


def test_it_is_a_list_in_its_language_and_every_link_takes_the_focus(pages, tab):
    """By role and name, as a screen reader meets it; by the tabulator key, in order, seen."""
    fill(pages.harness)
    opened(tab, pages.lay())
    rows = tab.get_by_role("list", name="Aus der Fachkräfte-Allianz").locator("> li")
    assert rows.count() == 6
    assert tab.get_by_role("heading", name="Open house", level=3).get_attribute("lang") == "en"
    names = []
    for _ in range(8):
        tab.keyboard.press("Tab")
        focused = tab.evaluate(
            "() => { const shadow = document.activeElement?.shadowRoot?.activeElement;"
            " const one = shadow ?? document.activeElement;"
            " return [one.textContent, getComputedStyle(one).outlineStyle]; }"
        )
        names.append(focused[0])
        assert focused[1] != "none"
    assert names[:6] == titles(tab)
    assert names[6:] == ["Fachkraft weiterempfehlen", "Zur Fachkräfte-Allianz"]


def test_the_page_can_change_how_it_looks(pages, tab):
    """By custom properties and parts, and not by accident."""
    fill(pages.harness)
    (pages.folder / "site.css").write_text(
        "p { color: rgb(255, 0, 0) } fachkraft-share { --fks-link: rgb(1, 2, 3); }"
        " fachkraft-share::part(teaser) { border-top-width: 7px; }"
    )
    url = pages.lay(head='<link rel="stylesheet" href="site.css">')
    pages.site.headers["Content-Security-Policy"] += "; style-src 'self'"
    here = opened(tab, url)
    style = "one => { const s = getComputedStyle(one); return [s.color, s.borderTopWidth]; }"
    assert here.locator(".title a").first.evaluate(style)[0] == "rgb(1, 2, 3)"
    assert here.locator(".item.teaser, .item[part~=teaser]").first.evaluate(style)[1] == "7px"
    assert here.locator(".body p").first.evaluate(style)[0] != "rgb(255, 0, 0)"


def test_right_to_left_and_long_words_stay_inside(pages, browser):
    """At the width of a phone."""
    at = pages.harness.at
    long = attrs.evolve(
        activity(1, at=at),
        title="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        body="<p>مرحبا بكم في التحالف</p><p>https://node.example/" + "x" * 300 + "</p>",
    )
    pages.harness.fresh().publish(long, at=at)
    pages.harness.fresh().publish(
        attrs.evolve(
            activity(2, at=at), title="معرض التدريب", language="ar", body="<p>يوم الاثنين</p>"
        ),
        at=at,
    )
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    opened(page, pages.lay())
    picture(page, "long-320")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    title = page.locator("fachkraft-share .title[lang=ar]")
    assert title.evaluate("one => getComputedStyle(one).direction") == "rtl"
    context.close()
