"""What the site makes of a feed that is broken, old, elsewhere or hostile: nothing, and says so."""

import time

from wordpress_feed import item, serving_feed


def test_a_failing_feed_changes_nothing_within_the_hour(pulling):
    """Neither what is here nor since when; the page for settings says what was wrong."""
    pulling.pull(item(1))
    before = pulling.state
    pulling.feed.status = 500
    pulling.pull()
    after = pulling.state
    assert (after["error"], after["detail"]) == ("status", "500")
    assert after["succeeded"] == before["succeeded"]
    assert pulling.shown(1)


BROKEN = {
    "no json": b"<html>",
    "no feed": b'{"items": []}',
    "no items": b'{"version": "https://jsonfeed.org/version/1.1"}',
    "a list": b"[]",
    "cut off": None,
    "too many": {"items": [item(number) for number in range(10001)]},
    "too large": {"items": [], "home": "x" * (16 * 2**20)},
    "an item is text": {"items": [item(1), "other"]},
    "no own members": {"items": [item(1), item(2, _fks=None)]},
    "twice the same": {"items": [item(1), item(1)]},
    "no key": {"items": [item(1, _fks={"kind": "activity", "valid_until": 4 * 10**9})]},
    "a key of another": {"items": [item(1, _fks={**item(1)["_fks"], "key": "A" * 32})]},
    "an unknown kind": {"items": [item(1, _fks={**item(1)["_fks"], "kind": "profile"})]},
    "a date as text": {"items": [item(1, _fks={**item(1)["_fks"], "valid_until": "2099-01-01"})]},
    "no title": {"items": [item(1, title="")]},
    "a long title": {"items": [item(1, title="x" * 201)]},
    "no text": {"items": [item(1, content_html=None)]},
    "a long text": {"items": [item(1, content_html="x" * 50001)]},
    "from the future": {"items": [], "_fks": {"generated": 4 * 10**9}},
    "no time": {"items": [], "_fks": {"generated": "now"}},
}


def test_a_broken_feed_changes_nothing_and_says_so(pulling):
    """Not even the items of it that could be read; it is no success."""
    pulling.pull(item(7))
    whole, before = pulling.feed.body, pulling.state["succeeded"]
    for case, broken in BROKEN.items():
        if isinstance(broken, dict):
            pulling.feed.say(**broken)
        else:
            pulling.feed.body = whole[:-20] if broken is None else broken
            pulling.feed.headers = {}
        pulling.pull()
        assert pulling.state["error"] in ("format", "size", "item", "generated"), case
        assert pulling.state["succeeded"] == before, case
        assert pulling.held == ["Werkstattabend 7"], case


def test_a_feed_older_than_the_last_is_refused(pulling):
    """A cache on the way must not bring back what was withdrawn."""
    now = int(time.time())
    pulling.pull(item(1), _fks={"generated": now - 5})
    pulling.pull(item(1), item(2), _fks={"generated": now - 6})
    assert pulling.state["error"] == "older"
    assert pulling.held == ["Werkstattabend 1"]
    pulling.pull(item(2), _fks={"generated": now})
    assert pulling.held == ["Werkstattabend 2"]


def test_a_feed_elsewhere_is_not_followed(pulling):
    """A redirection is an error that names its status; nobody else is asked."""
    with serving_feed() as other:
        other.say([item(1)])
        pulling.feed.status, pulling.feed.headers = 302, {"Location": other.url}
        pulling.pull()
        assert other.statuses == []
    assert (pulling.state["error"], pulling.state["detail"]) == ("status", "302")


def test_a_feed_nobody_answers_for_is_an_error(pulling):
    """The port is closed; what is here stays for its hour."""
    with serving_feed() as gone:
        pass
    pulling.pull(item(1))
    pulling.site.probe("option", "fks_feed_url", gone.url)
    pulling.pull()
    assert pulling.state["error"] == "unreachable"
    assert pulling.shown(1)


def test_what_is_dangerous_in_a_feed_does_not_arrive(pulling):
    """No scripts, handlers and foreign tags, and no code of the site: shortcodes and blocks."""
    attack = (
        "<p onclick='qzxattack()'>Am <em>Montag</em></p><script>qzxattack()</script>"
        "<script>qzxattack()<a href='javascript:qzxattack()'>hier</a></script>"
        "<a href='javascript:alert(1)'>dort</a><img src=x onerror=alert(1)><iframe src=x></iframe>"
        "<!-- wp:latest-posts /--><form action='https://x.example'><input name=p></form>"
        "[fachkraft-share] <a href='https://node.example/a?b[]=1'>weiter</a><svg onload=alert(1)>"
        "<p>https://video.example/watch</p>"
    )
    pulling.pull(item(1, body=attack, title="<b>Messe</b><script>qzxattack()</script>"))
    [held] = pulling.items
    page = pulling.harness.seen(held["id"])
    for text in (held["title"], held["body"], page):
        for wrong in ("qzxattack", "alert", "<script", "<img", "<form", "<iframe", "wp:latest"):
            assert wrong not in text
    assert held["title"] == "Messe"
    assert "<em>Montag</em>" in page
    assert 'class="fachkraft-share"' not in page
    assert "node.example/a?b" in page
    assert "https://video.example" not in held["body"]
    assert "video.example/watch" in page


def test_only_https_is_fetched_elsewhere(pulling, site):
    """What the local test installation may do, a real site may not."""
    config = site.folder / "www" / "wp-config.php"
    before = config.read_text()
    config.write_text(before.replace("'local'", "'production'"))
    try:
        pulling.pull(item(1))
    finally:
        config.write_text(before)
    assert pulling.feed.statuses == []
    assert pulling.state["error"] == "address"
