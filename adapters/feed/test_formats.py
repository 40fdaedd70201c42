"""Every file is what its standard says, whatever is published; read by others than the writers."""

import datetime as dt
import json
import re
from contextlib import suppress
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import attrs
import pytest
import requests
from feed_harness import FeedHarness
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.ports.publishing import ItemKind, item_key
from fachkraft_share.testing.cms_harness import LINK, activity, leave_to_show, teaser

ATOM = "{http://www.w3.org/2005/Atom}"
REFERRAL = "r" * 22
ODD = (
    "Messe ]]> <b>&amp; \x00\x1b\u202e 👩‍🔧 שלום ﷽ \u2028 \ud800 Zi\u0308egel;,\\n\r\nBEGIN:VEVENT"
)


def dated(number, *, at, **changes):
    """Return an activity tomorrow that takes two hours."""
    starts = at + limits.DAY
    made = activity(number, at=at)
    return attrs.evolve(made, starts=starts, ends=starts + 2 * limits.HOUR, **changes)


def published(harness, *items):
    """Publish items and return what is served under a name."""
    adapter = harness.fresh()
    for one in items:
        permit = leave_to_show(one.referral, at=harness.at) if one.referral else None
        adapter.publish(one, permit=permit, at=harness.at)
    return lambda name: requests.get(f"{harness.site.url}/{name}", timeout=10)


def xml(content):
    """Read it."""
    return ET.fromstring(content)  # noqa: S314 - what we wrote ourselves


def three(at):
    """Return one of each kind; the activity has a date."""
    invitation = attrs.evolve(
        activity(2, at=at), kind=ItemKind.INVITATION, key=item_key(ItemKind.INVITATION, "2")
    )
    return dated(1, at=at), invitation, teaser(REFERRAL, at=at)


class Rows(HTMLParser):
    """Collect the elements of a list and see that each is closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.rows, self.links = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            return
        self.open.append(tag)
        if tag == "li" and len(self.open) == 2:
            self.rows.append(dict(attrs))
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def properties(content):
    """Read the properties of the one event by RFC 5545's words alone: unfold, split, unescape."""
    unfolded = re.sub(r"\r\n[ \t]", "", content.decode())
    [event] = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", unfolded, re.S)
    found = {}
    for line in event.split("\r\n")[:-1]:
        name, value = re.fullmatch(r'([A-Z-]+)(?:;[A-Z]+=(?:"[^"]*"|[^";:]*))*:(.*)', line).groups()
        unescaped = re.sub(r"\\([\\;,nN])", lambda m: {"n": "\n", "N": "\n"}.get(m[1], m[1]), value)
        found[name] = unescaped
    return found


def test_the_feed_is_json_feed_1_1_with_our_extension(harness):
    """All members JSON Feed asks for, and of each item those that sites go by."""
    answer = published(harness, *three(harness.at))("feed.json")
    feed = answer.json()
    assert answer.headers["Content-Type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{harness.site.url}/feed.json"
    assert {"title", "language", "items"} <= set(feed)
    assert feed["_fks"]["generated"] == harness.at
    assert len({one["id"] for one in feed["items"]}) == 3
    for one in feed["items"]:
        assert {"id", "url", "title", "content_html", "date_modified", "language"} <= set(one)
        assert one["url"] == LINK
        assert LINK in one["content_html"]  # for sites that show one text only
        assert dt.datetime.fromisoformat(one["date_modified"]).timestamp() == harness.at
        own = one["_fks"]
        assert re.fullmatch("[0-9a-f]{32}", own["key"])
        assert own["kind"] in ("teaser", "activity", "invitation")
        assert type(own["valid_until"]) is int


def test_an_item_keeps_its_id_and_changes_its_date_only_with_what_it_says(harness):
    """A later end alone is no news; another text is."""
    adapter, at = harness.fresh(), harness.at
    item = activity(1, at=at)

    def written():
        [one] = json.loads((harness.folder / "feed.json").read_bytes())["items"]
        return one["id"], one["date_modified"]

    adapter.publish(item, at=at)
    first = written()
    adapter.publish(attrs.evolve(item, valid_until=item.valid_until + 60), at=at + 60)
    assert written() == first
    adapter.publish(attrs.evolve(item, title="Umbenannt"), at=at + 120)
    assert written()[0] == first[0]
    assert written()[1] > first[1]


def test_atom_is_rfc_4287_and_holds_no_profile(harness):
    """Every element the standard asks for, unique ids; people are not handed to archives."""
    feed = xml(published(harness, *three(harness.at))("atom.xml").content)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            [found] = element.findall(f"{ATOM}{name}")
            assert found.text
        dt.datetime.fromisoformat(element.find(f"{ATOM}updated").text)
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert feed.find(f"{ATOM}link[@rel='self']").get("href").startswith(harness.site.url)
    entries = feed.findall(f"{ATOM}entry")
    assert {one.find(f"{ATOM}category").get("term") for one in entries} == {
        "activity",
        "invitation",
    }
    assert len({one.find(f"{ATOM}id").text for one in entries}) == 2
    content = entries[0].find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert "<strong>Montag</strong>" in content.text


def test_the_calendar_is_rfc_5545_and_holds_what_has_a_date(harness):
    """The time is exact, the lines are short, and an activity without a date is left out."""
    item = dated(1, at=harness.at, title="Ausbildungsmesse Größe " * 5)
    content = published(harness, item, activity(2, at=harness.at))("activities.ics").content
    calendar = Calendar.from_ical(content)
    [event] = calendar.walk("VEVENT")
    assert event["dtstart"].dt == dt.datetime.fromtimestamp(item.starts, dt.UTC)
    assert event["dtend"].dt == dt.datetime.fromtimestamp(item.ends, dt.UTC)
    assert event["summary"] == item.title.strip()
    assert event["description"] == "Am Montag Löten"
    assert event["url"] == LINK
    read = properties(content)
    assert read["SUMMARY"] == item.title.strip()
    assert read["DTSTART"] == f"{dt.datetime.fromtimestamp(item.starts, dt.UTC):%Y%m%dT%H%M%SZ}"
    assert {"uid", "dtstamp"} <= {name.lower() for name in event}
    assert {"prodid", "version"} <= {name.lower() for name in calendar}
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_a_calendar_without_dates_is_empty_and_there(harness):
    """Who subscribed before the first date is not turned away."""
    answer = published(harness, activity(1, at=harness.at))("activities.ics")
    assert answer.ok
    assert Calendar.from_ical(answer.content).walk("VEVENT") == []


def test_linked_data_names_events_and_no_job_posting(harness):
    """Activities are events; profiles and invitations are nothing for search engines to keep."""
    data = published(harness, *three(harness.at))("items.jsonld").json()
    assert data["@context"] == "https://schema.org"
    [event] = data["@graph"]
    assert event["@type"] == "Event"
    starts = dt.datetime.fromisoformat(event["startDate"]).timestamp()
    assert starts == harness.at + limits.DAY
    assert dt.datetime.fromisoformat(event["endDate"]).timestamp() == starts + 2 * limits.HOUR
    assert "JobPosting" not in json.dumps(data)


def test_linked_data_can_stand_in_a_page(harness):
    """No text closes the element it stands in."""
    item = attrs.evolve(activity(1, at=harness.at), body="<p>1 &lt; 2 und &lt; /script></p>")
    text = published(harness, item)("items.jsonld").text
    assert "<" not in text
    assert "1 < 2" in json.loads(text)["@graph"][0]["description"]


def test_the_list_works_without_script(harness):
    """Activities and invitations, each in its language with its link; nothing active in it."""
    text = published(harness, *three(harness.at))("items.html").text
    rows = Rows(text)
    assert rows.open == []
    assert {one["class"] for one in rows.rows} == {"fks-activity", "fks-invitation"}
    assert {one["lang"] for one in rows.rows} == {"de"}
    assert rows.links == [LINK, LINK, "https://node.example/recommend"]
    assert not re.search(r"<script|<style|\son[a-z]+=|\sstyle=|javascript:", text)


TEXTS = st.text(max_size=200) | st.text(alphabet="<>&]['\"\\;,:=/ -!\r\n\t\x00", max_size=60)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=TEXTS, body=TEXTS)
def test_odd_texts_break_no_format(harness, title, body):
    """Control characters, ends of sections, emoji, writing from right to left: all files hold."""
    with suppress(InvalidRecordError):  # an empty title, for example, is not sent at all
        holds_in_all_formats(harness, title, body)


@pytest.mark.parametrize(
    "odd", [ODD, ODD[::-1], "]]>", "-->", "\u0000", "</script><!--", "🏳️‍🌈" * 30]
)
def test_known_troublemakers_break_no_format(harness, odd):
    """Each by itself, in title and text."""
    holds_in_all_formats(harness, f"Messe {odd}"[:100], odd)


def holds_in_all_formats(harness: FeedHarness, title, body):
    """Publish, read all files and compare the titles."""
    adapter, item = harness.fresh(), dated(1, at=harness.at, title=title, body=body)
    adapter.publish(item, at=harness.at)
    read = {one: (harness.folder / one).read_bytes() for one in ("feed.json", "items.html")}
    [said] = json.loads(read["feed.json"])["items"]
    atom = xml((harness.folder / "atom.xml").read_bytes())
    assert (atom.find(f"{ATOM}entry/{ATOM}title").text or "") == said["title"]
    content = (harness.folder / "activities.ics").read_bytes()
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert event["summary"] == said["title"]
    assert properties(content)["SUMMARY"] == said["title"]
    [linked] = json.loads((harness.folder / "items.jsonld").read_bytes())["@graph"]
    assert linked["name"] == said["title"]
    rows = Rows(read["items.html"].decode())
    assert rows.open == []
    assert len(rows.rows) == 1
    assert adapter.published()[0].key == item.key  # we understand it again ourselves
