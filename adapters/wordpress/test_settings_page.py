"""The page for settings, used as an administrator uses it: by logging in and sending its forms."""

import re

import pytest
import requests
from wordpress_admin import Administrator, texts
from wordpress_feed import item, serving_feed

SECRET = "a secret of the hooks"


@pytest.fixture
def administrator(harness):
    """Whoever may change settings."""
    return Administrator(harness.site)


def test_a_feed_is_entered_fetched_and_taken_back(administrator, feed):
    """Entering its address fetches it at once; emptying the field erases what was fetched."""
    feed.say([item(1)])
    answer = administrator.send("fks_save", fks_feed_url=feed.url)
    assert "Saved." in texts(answer)
    assert "Fine, 1 items in the feed." in texts(answer)
    assert len(administrator.site.probe("pulled")["items"]) == 1
    assert administrator.form("fks_save")["fks_feed_url"] == feed.url
    administrator.send("fks_save", fks_feed_url="")
    assert administrator.site.probe("pulled")["items"] == []
    assert administrator.site.probe("scheduled") is False


def test_another_feed_replaces_the_first(administrator, feed):
    """Nothing of the first stays, even when the second does not answer."""
    feed.say([item(1)], _fks={"generated": 1_700_000_000})
    administrator.send("fks_save", fks_feed_url=feed.url)
    with serving_feed() as other:
        other.say([item(2)], _fks={"generated": 1_600_000_000})
        administrator.send("fks_save", fks_feed_url=other.url)
        [held] = administrator.site.probe("pulled")["items"]
        assert held["title"] == "Werkstattabend 2"
        other.status = 404
        answer = administrator.send("fks_save", fks_feed_url=feed.url + "?other")
        assert "Saved." in texts(answer)
        answer = administrator.send("fks_save", fks_feed_url=other.url)
    assert "could not be fetched" in texts(answer)
    assert "Instead of the feed came an answer with the status 404." in texts(answer)
    assert administrator.site.probe("pulled")["items"] == []


def test_fetch_now_fetches_and_says_what_went_wrong(administrator, feed):
    """By the button; without a feed there is nothing to press."""
    assert (
        "disabled" in re.search(r'<input[^>]*name="fks_fetch"[^>]*>', administrator.page().text)[0]
    )
    administrator.send("fks_save", fks_feed_url=feed.url)
    feed.say([item(1), item(2)])
    assert "The feed was fetched." in texts(administrator.send("fks_fetch"))
    assert len(administrator.site.probe("pulled")["items"]) == 2
    feed.say([item(1), item(2, title="")])
    answer = administrator.send("fks_fetch")
    assert "Not understood: item 2 title." in texts(answer)
    assert "No fetch succeeded" not in texts(answer)
    assert len(administrator.site.probe("pulled")["items"]) == 2


def test_a_secret_is_kept_and_never_shown(administrator):
    """An empty field keeps it; it goes by its own box."""
    administrator.send("fks_save", fks_hook_secret=SECRET, fks_hook_url="https://node.example/h")
    administrator.send("fks_save")
    assert administrator.site.probe("asked", "fks_hook_secret") == SECRET
    assert administrator.site.probe("asked", "fks_hook_url") == "https://node.example/h"
    assert SECRET not in administrator.page().text
    administrator.send("fks_save", fks_forget_secret="1")
    assert administrator.site.probe("asked", "fks_hook_secret") == ""


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("fks_feed_url", "javascript:alert(1)", "feed’s address must begin with https://"),
        ("fks_feed_url", "https://user:word@node.example/feed", "feed’s address must begin"),
        ("fks_feed_url", 'https://node.example/"><script>', "feed’s address must begin"),
        ("fks_hook_url", "ftp://node.example/", "address for hooks must begin"),
        ("fks_hook_secret", "short", "at least 16 characters"),
    ],
)
def test_what_is_wrong_is_not_saved_and_named(administrator, field, value, said):
    """Nothing else of the form is saved either."""
    sent = {"fks_hook_url": "https://node.example/kept", field: value}
    answer = administrator.send("fks_save", **sent)
    assert said in texts(answer)
    for option in ("fks_feed_url", "fks_hook_url", "fks_hook_secret"):
        assert not administrator.site.probe("asked", option)


def test_only_an_administrators_own_form_changes_anything(administrator, feed):
    """Neither a form from elsewhere, nor another role, nor somebody without login."""
    form = {**administrator.form("fks_save"), "fks_feed_url": feed.url}
    fetch = administrator.form("fks_fetch")
    site = administrator.site
    author = Administrator(site, user="fksbot", password="botpass")
    assert author.page().status_code == 403
    door = f"{site.url}/wp-admin/admin-post.php"
    for sent in (form, fetch):
        forged = {**sent, "_wpnonce": "0000000000"}
        assert administrator.session.post(door, forged, timeout=60).status_code == 403
        assert author.session.post(door, sent, timeout=60).status_code == 403
        requests.post(door, sent, timeout=60)
    assert not site.probe("asked", "fks_feed_url")
    assert feed.statuses == []


def test_the_page_speaks_german(administrator):
    """To whom WordPress speaks German."""
    administrator.site.probe("locale", "de_DE")
    try:
        page = administrator.page()
    finally:
        administrator.site.probe("locale", "")
    for said in ("Adresse des Feeds", "Letzter Abruf", "noch nie"):
        assert said in texts(page)
    assert 'value="Speichern"' in page.text


def test_what_a_feed_answers_is_escaped(administrator, feed):
    """An error's detail is text, whatever it is made of."""
    administrator.send("fks_save", fks_feed_url=feed.url)
    administrator.site.probe("said", "unreachable", "<script>qzxattack()</script>")
    page = administrator.page().text
    assert "&lt;script&gt;qzxattack()" in page
    assert "<script>qzxattack()" not in page


def test_the_page_says_when_nothing_is_shown_any_more(administrator, feed):
    """After an hour without success, and when the next fetch is due."""
    answer = administrator.send("fks_save", fks_feed_url=feed.url)
    assert "with the first visit after that" in texts(answer)
    feed.status = 500
    administrator.site.probe("since", "3600")
    assert "No fetch succeeded for an hour" in texts(administrator.send("fks_fetch"))
