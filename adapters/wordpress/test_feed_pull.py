"""The site pulls the alliance's feed: what it holds is shown, what it holds no more is gone."""

import time

import pytest
import requests
from wordpress_feed import item, serving_feed

from fachkraft_share.testing.cms_harness import LINK, activity, leave_to_show, teaser


def test_what_the_feed_holds_is_shown(pulling):
    """On the schedule; text and link as they were sent, once however often it is fetched."""
    link = "https://node.example/welcome"
    pulling.feed.say([item(1, url=link), item(2)])
    for _ in range(2):
        pulling.visit()
    assert pulling.held == ["Werkstattabend 1", "Werkstattabend 2"]
    assert pulling.shown(1)
    assert pulling.shown(2)
    [body] = [one["body"] for one in pulling.items if "1" in one["title"]]
    assert "<strong>Montag</strong>" in body
    assert body.count(f'href="{link}"') == 1


def test_what_the_feed_adapter_writes_is_understood(pulling, tmp_path):
    """Our own feed, with a teaser and an activity, as its adapter lays it into a folder."""
    feed = pytest.importorskip("fachkraft_share_feed", reason="fachkraft-share-feed is not there")
    adapter = feed.FeedAdapter.connect({"folder": str(tmp_path)})
    at, referral = int(time.time()), "r" * 22
    adapter.set_up(at=at)
    known = [
        adapter.publish(teaser(referral, at=at), permit=leave_to_show(referral, at=at), at=at),
        adapter.publish(activity(1, at=at), at=at),
    ]
    for left in (2, 1, 0):
        pulling.feed.body = (tmp_path / "feed.json").read_bytes()
        pulling.feed.headers = {}
        pulling.pull()
        assert pulling.state["error"] == ""
        assert len(pulling.items) == left
        assert all(one["body"].count(LINK) == 1 for one in pulling.items)
        if known:
            adapter.unpublish(known.pop(), at=at)


def test_what_changed_is_updated_in_place(pulling):
    """By its key: the same post, with the new text."""
    pulling.pull(item(1))
    [before] = pulling.items
    pulling.pull(item(1, body="<p>Am Dienstag</p>"))
    [after] = pulling.items
    assert after["id"] == before["id"]
    assert after["body"] == "<p>Am Dienstag</p>"


def test_what_the_feed_holds_no_more_is_erased(pulling):
    """At once and for good: no trash, no meta, no byte in database or files."""
    pulling.pull(item(1, body="<p>qzxpulled</p>"), item(2))
    assert pulling.harness.places_holding(b"qzxpulled")
    pulling.pull(item(2))
    assert pulling.held == ["Werkstattabend 2"]
    assert pulling.harness.places_holding(b"qzxpulled") == ()
    pulling.pull(items=[])
    assert pulling.held == []


def test_what_an_editor_hides_stays_hidden_and_is_erased(pulling):
    """As a draft or in the trash, whatever the feed says of it; and it goes with the feed's."""
    pulling.pull(item(1), item(2, body="<p>qzxhidden</p>"))
    for one, way in zip(pulling.items, ("draft", "trash"), strict=True):
        pulling.site.probe("hide", way, one["id"])
    pulling.pull(item(1, body="<p>Am Dienstag</p>"), item(2, body="<p>qzxhidden 2</p>"))
    assert not pulling.shown(1)
    assert not pulling.shown(2)
    pulling.pull(items=[])
    assert pulling.held == []
    assert pulling.harness.places_holding(b"qzxhidden") == ()


def test_what_is_over_in_the_feed_is_not_here(pulling):
    """It does not come, and what was here goes, by the feed's word or by its own time."""
    pulling.pull(item(1), item(2), item(3, seconds=-1))
    assert pulling.held == ["Werkstattabend 1", "Werkstattabend 2"]
    assert pulling.shown(2)
    [second] = [one["id"] for one in pulling.items if one["title"] == "Werkstattabend 2"]
    pulling.site.probe("over", second)
    assert not pulling.shown(2)
    pulling.pull()
    assert pulling.feed.statuses[-1] == 304
    assert pulling.held == ["Werkstattabend 1"]
    pulling.pull(item(1, seconds=-1))
    assert pulling.held == []


def test_an_hour_without_a_fetch_nothing_pulled_is_shown(pulling):
    """Asked at reading, so also when no schedule runs; the next failing fetch erases it."""
    pulling.pull(item(1, seconds=86400))
    pushed = pulling.harness.put(pulling.harness.fresh())
    pulling.site.probe("since", "3500")
    assert pulling.shown(1)
    for seconds in ("3600", "-9000"):  # also when the clock was set back
        pulling.site.probe("since", seconds)
        assert not pulling.shown(1)
    assert pulling.harness.seen(pushed) is not None
    pulling.site.probe("since", "3600")
    pulling.feed.status = 503
    pulling.pull()
    assert pulling.held == []
    assert pulling.harness.seen(pushed) is not None


def test_what_was_erased_for_age_comes_back_whole(pulling):
    """The tag of what is here no more is not sent, so the unchanged feed is no 304."""
    pulling.pull(item(1))
    pulling.site.probe("since", "4000")
    pulling.feed.status = 500
    pulling.pull()
    pulling.feed.status = 200
    pulling.pull()
    assert pulling.feed.statuses == [200, 500, 200]
    assert pulling.shown(1)


def test_an_unchanged_feed_is_not_sent_again_and_counts(pulling):
    """The site sends back the feed's tag; "not modified" is a success."""
    pulling.pull(item(1))
    pulling.site.probe("since", "3000")
    pulling.pull()
    assert pulling.feed.statuses == [200, 304]
    assert pulling.feed.asked[1]["if-none-match"] == pulling.feed.headers["ETag"]
    assert time.time() - pulling.state["succeeded"] < 60
    assert pulling.shown(1)


def test_pushed_and_pulled_leave_each_other_alone(pulling):
    """Neither the adapter nor the feed changes, lists or erases what the other put there."""
    adapter = pulling.harness.fresh()
    pushed = pulling.harness.put(adapter)
    pulling.pull(item(1))
    [pulled] = [one["id"] for one in pulling.items]
    assert [one.ref for one in adapter.published()] == [pushed]
    at = pulling.harness.at
    adapter.erase(pulled, at=at)
    assert adapter.look(pulled, at=at) == ()
    assert pulling.shown(1)
    pulling.pull(items=[])
    assert pulling.held == []
    assert pulling.harness.seen(pushed) is not None


def test_what_is_pushed_is_not_pulled_again(pulling):
    """The same key both ways is shown once, and the adapter's word counts."""
    adapter = pulling.harness.fresh()
    ref = pulling.harness.put(adapter)
    [key] = [one.key for one in adapter.published()]
    both = item(1, _fks={**item(1)["_fks"], "key": key})
    pulling.pull(both)
    assert pulling.held == []
    adapter.unpublish(ref, at=pulling.harness.at)
    pulling.pull(both, item(2))
    assert pulling.held == ["Werkstattabend 2"]


def test_pulling_calls_no_hook(pulling):
    """The engine did not push it and need not look."""
    with serving_feed() as listener:
        pulling.site.probe("option", "fks_hook_url", listener.url)
        pulling.site.probe("option", "fks_hook_secret", "the hook's secret")
        pulling.pull(item(1))
        pulling.pull(items=[])
        assert listener.statuses == []


def test_search_engines_and_feed_readers_get_no_copies(pulling):
    """Of a person's teaser and of lists no page may be kept; an activity may be found."""
    own = item(2)["_fks"]
    pulling.pull(item(1), item(2, _fks={**own, "kind": "teaser"}))
    pages = {one["title"]: pulling.harness.seen(one["id"]) for one in pulling.items}
    assert "noindex" not in pages["Werkstattabend 1"]
    assert "noindex" in pages["Werkstattabend 2"]
    url = pulling.site.url
    assert "noindex" in requests.get(f"{url}/allianz/", timeout=30).text
    for copied in ("/allianz/feed/", "/?post_type=fks_item&feed=atom"):
        assert "Werkstattabend" not in requests.get(url + copied, timeout=30).text
    assert "fks_item" not in requests.get(f"{url}/wp-sitemap.xml", timeout=30).text


def test_a_page_with_the_list_shows_it_and_is_not_kept(pulling):
    """Wherever an editor puts the shortcode."""
    pulling.pull(item(1))
    pulling.harness.own_page("[fachkraft-share]")
    page = requests.get(f"{pulling.site.url}/fachkraft-share/", timeout=30).text
    assert "Werkstattabend 1" in page
    assert "noindex" in page


def test_the_neighbours_of_an_item_are_not_named(pulling):
    """A theme's links to previous and next would show titles of what is over."""
    pulling.pull(item(1), item(2), item(3))
    for one in pulling.items:
        assert pulling.site.probe("neighbours", one["id"]) == [False, False]


def test_uninstalling_takes_what_was_pulled(pulling):
    """Items, settings and the schedule."""
    pulling.pull(item(1, body="<p>qzxpulled</p>"))
    assert pulling.site.probe("scheduled")
    pulling.site.probe("uninstall")
    assert pulling.harness.places_holding(b"qzxpulled") == ()
    assert pulling.site.probe("asked", "fks_feed_url") is None
    assert pulling.site.probe("asked", "fks_pull_state") is None
    assert pulling.site.probe("scheduled") is False
