"""Signing in by links: from the console, from a mail, from an invitation."""

from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SetupError


def test_nobody_is_signed_in_at_first(house: Any) -> None:
    """A page that wants a role leads to the sign-in page, and from there back."""
    answer = house.browser().get("/who")
    assert answer.status == 303
    assert answer.headers["Location"] == "/office/login?back=%2Fwho"
    assert house.browser().get("/login").status == 200


def test_the_console_makes_the_first_administrator(house: Any) -> None:
    """By a link that is opened, filled in and used once; nobody becomes one by being first."""
    assert house.login.empty()
    link, browser = house.login.console_link(), house.browser()
    assert link.startswith("https://node.example/office/login/link/")
    assert browser.get(link).status == 200
    assert house.login.empty()
    answer = browser.post(link, {"name": "Ada", "mail": "Ada@Kammer.example"})
    assert answer.status == 303
    assert answer.headers["Location"] == "/office/"
    assert browser.get("/admin").body == b"Ada ['administrator']"
    assert not house.login.empty()


@pytest.mark.parametrize(
    ("name", "mail"), [("", "a@b.example"), ("Ada", "nobody"), ("x" * 101, "a@b.example")]
)
def test_a_first_administrator_has_name_and_address(house: Any, name: str, mail: str) -> None:
    """Otherwise the form comes back, and the link still works."""
    link, browser = house.login.console_link(), house.browser()
    assert browser.post(link, {"name": name, "mail": mail}).status == 422
    assert browser.post(link, {"name": "Ada", "mail": "a@b.example"}).status == 303


def test_the_console_brings_back_who_was_shut_out(house: Any) -> None:
    """The same address gets all rights again, and is unlocked."""
    ada = house.administrator()
    bea = house.invited(ada, "bea@kammer.example")
    house.login.accounts.lock(house.id("bea@kammer.example"), by="console")
    assert bea.get("/who").status == 303
    assert bea.post(house.login.console_link(), {"name": "x", "mail": "bea@kammer.example"})
    assert bea.get("/admin").body.startswith(b"bea")
    assert len(house.login.accounts.all()) == 2


def test_a_newer_console_link_ends_the_older(house: Any) -> None:
    """One that was printed on paper and lost lets nobody in."""
    older = house.login.console_link()
    house.login.console_link()
    assert house.browser().get(older).status == 410


def test_a_console_link_may_be_for_another_role(house: Any) -> None:
    """It says which, makes that account alone, and leaves the link for administrators as it is."""
    first, link, browser = house.login.console_link(), None, house.browser()
    link = house.login.console_link("reader")
    assert "Rolle: Nur lesen" in browser.get(link).body.decode()
    assert browser.post(link, {"name": "Rita", "mail": "rita@kammer.example"}).status == 303
    assert browser.get("/who").body == b"Rita ['reader']"
    assert house.browser().get(link).status == 410
    assert "der hier alles darf" in house.browser().get(first).body.decode()
    with pytest.raises(SetupError, match="no such role"):
        house.login.console_link("root")


def test_a_link_for_a_lesser_role_opens_no_account_that_is_there(house: Any) -> None:
    """By an administrator's address it would give an administrator's rights; it stays unused."""
    house.administrator()
    link, browser = house.login.console_link("reader"), house.browser()
    answer = browser.post(link, {"name": "Rita", "mail": "ADA@kammer.example"})
    assert answer.status == 422
    assert "schon einen Zugang" in answer.body.decode()
    assert browser.get("/who").status == 303
    assert [one.roles for one in house.login.accounts.all()] == ["administrator"]
    assert browser.post(link, {"name": "Rita", "mail": "rita@kammer.example"}).status == 303


def test_a_mailed_link_signs_in(house: Any) -> None:
    """Its page names who; the button signs in, and leads to the page that was asked for."""
    house.administrator()
    browser = house.browser()
    answer = browser.post("/login", {"mail": "ADA@kammer.example ", "back": "/who"})
    assert answer.headers["Location"] == "/office/login/sent"
    assert browser.get("/login/sent").status == 200
    assert house.post.mails[-1].to == "ada@kammer.example"
    assert b"Ada Admin" in browser.get(house.link()).body
    assert browser.get("/who").status == 303
    answer = browser.post(house.link())
    assert answer.headers["Location"] == "/office/who"
    assert browser.get("/who").body == b"Ada Admin ['administrator']"


def test_opening_a_link_uses_nothing_up(house: Any) -> None:
    """Mail scanners open links, several times."""
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    for _ in range(3):
        assert house.browser(client="198.51.100.1").get(house.link()).status == 200
    assert house.browser().post(house.link()).status == 303


def test_a_link_is_over_after_its_time(house: Any) -> None:
    """With a page that says what to do."""
    house.administrator()
    browser = house.browser()
    browser.post("/login", {"mail": "ada@kammer.example"})
    house.clock.pass_time(limits.SIGN_IN_LINK)
    assert browser.get(house.link()).status == 410
    assert browser.post(house.link()).status == 410
    assert browser.get("/who").status == 303


def test_an_address_that_is_none_is_asked_for_again(house: Any) -> None:
    """With what was typed, and what is wrong."""
    answer = house.browser().post("/login", {"mail": "<ada>"})
    assert answer.status == 422
    assert b"&lt;ada&gt;" in answer.body
    assert house.post.mails == []


def test_a_locked_account_gets_no_mail(house: Any) -> None:
    """The answer is the same as ever."""
    ada = house.administrator()
    house.invited(ada, "bea@kammer.example")
    house.login.accounts.lock(house.id("bea@kammer.example"), by="console")
    before = len(house.post.mails)
    assert house.browser().post("/login", {"mail": "bea@kammer.example"}).status == 303
    assert len(house.post.mails) == before


def test_who_is_signed_in_needs_no_sign_in_page(house: Any) -> None:
    """And is led on."""
    answer = house.administrator().get("/login?back=/who")
    assert answer.headers["Location"] == "/office/who"


def test_signing_out_ends_the_session(house: Any) -> None:
    """Asked for by a page, done by a button; the cookie goes, and an old copy is worth nothing."""
    ada = house.administrator()
    cookies = dict(ada.cookies)
    assert ada.get("/logout").status == 200
    assert ada.get("/who").status == 200
    assert ada.post("/logout").headers["Location"] == "/office/login"
    assert ada.cookies == {}
    ada.cookies = cookies
    assert ada.get("/who").status == 303
    assert b"abgemeldet" in ada.get("/logout").body


def test_mails_speak_the_language_of_the_page(house: Any) -> None:
    """German and English."""
    house.administrator()
    house.browser().post("/login?lang=en", {"mail": "ada@kammer.example"})
    assert house.post.mails[-1].subject == "Your link to sign in: Verbund Harz"
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    assert house.post.mails[-1].subject == "Ihr Link zum Anmelden: Verbund Harz"


def test_without_a_mail_server_the_page_says_so(house: Any) -> None:
    """To everybody alike."""
    assert b"Mailserver" not in house.browser().get("/login/sent").body
    house.post.works = False
    assert b"Mailserver" in house.browser().get("/login/sent").body
