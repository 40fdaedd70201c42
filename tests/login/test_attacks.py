"""What an attacker tries against sessions, links and accounts, and what comes of it."""

import sqlite3
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.store import SqlStore
from fachkraft_share.web.login.pages import local
from fachkraft_share.web.login.records import SignInLink, SignInTries, StaffSession

COOKIE = "__Host-fks-office"


def test_the_cookie_is_bound_to_this_host_and_hidden_from_scripts(house: Any) -> None:
    """Secure, HttpOnly, SameSite, for the whole host and no other; 256 bits."""
    link = house.login.console_link()
    browser = house.browser()
    answer = browser.post(link, {"name": "Ada", "mail": "ada@kammer.example"})
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    secret, *marks = rest.split("; ")
    assert name == COOKIE
    assert len(secret) == 43
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(marks)
    assert not any(one.startswith("Domain") for one in marks)


def test_the_store_holds_no_secret(tmp_path: Path, make_house: Any) -> None:
    """Whoever reads the database can neither take over a session nor use a link."""
    path = tmp_path / "node.db"
    store = SqlStore(f"sqlite:///{path}", more=RECORDS)
    house = make_house(store)
    ada = house.administrator()
    link = house.login.console_link()
    ada.get("/who")
    store.close()
    found = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert ada.cookies[COOKIE].encode() not in found
    assert link.rpartition("/")[2].encode() not in found
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM staff_session").fetchone() == (1,)


def test_a_session_that_was_brought_along_is_not_taken_over(house: Any) -> None:
    """Session fixation: signing in makes a new secret, and the one from before ends."""
    house.administrator()
    victim = house.browser(cookies={COOKIE: "chosen-by-the-attacker"})
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    victim.post(house.link())
    assert victim.cookies[COOKIE] != "chosen-by-the-attacker"
    attacker = house.browser(cookies={COOKIE: "chosen-by-the-attacker"})
    assert attacker.get("/who").status == 303


def test_signing_in_again_ends_the_session_before(house: Any) -> None:
    """In the same browser; an earlier copy of its cookie is worth nothing."""
    ada = house.administrator()
    copy = house.browser(cookies=dict(ada.cookies))
    ada.post("/login", {"mail": "ada@kammer.example"})
    ada.post(house.link())
    assert ada.get("/who").status == 200
    assert copy.get("/who").status == 303


@pytest.mark.parametrize("change", [lambda x: x[:-1], lambda x: x + "A", lambda x: x.lower(), str])
def test_a_changed_cookie_is_none(house: Any, change: Any) -> None:
    """Nor is one that was never given, or a sign-in link's own token."""
    ada = house.administrator()
    secret = ada.cookies[COOKIE]
    wrong = change(secret) if change is not str else house.login.console_link()[-43:]
    assert house.browser(cookies={COOKIE: wrong}).get("/who").status == 303


def test_a_plain_cookie_does_not_count_over_tls(house: Any) -> None:
    """Another host of the domain could set one without the prefix."""
    ada = house.administrator()
    plain = house.browser(cookies={"fks-office": ada.cookies[COOKIE]})
    assert plain.get("/who").status == 303


def test_a_link_works_once(house: Any) -> None:
    """Whoever finds it in a mailbox later comes too late."""
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    link = house.link()
    assert house.browser().post(link).status == 303
    thief = house.browser(client="198.51.100.9")
    assert thief.get(link).status == 410
    assert thief.post(link).status == 410
    assert thief.cookies == {}


def test_using_one_link_ends_the_others(house: Any) -> None:
    """Of several that were asked for."""
    house.administrator()
    links = []
    for _ in range(2):
        house.browser().post("/login", {"mail": "ada@kammer.example"})
        links.append(house.link())
    assert house.browser().post(links[0]).status == 303
    assert house.browser().post(links[1]).status == 410


def test_a_console_link_works_once(house: Any) -> None:
    """And not after its hour."""
    link = house.login.console_link()
    form = {"name": "Eve", "mail": "eve@fremd.example"}
    assert house.browser().post(link, form).status == 303
    assert house.browser().post(link, form).status == 410
    late = house.login.console_link()
    house.clock.pass_time(limits.CONSOLE_LINK)
    assert house.browser().post(late, form).status == 410
    assert len(house.login.accounts.all()) == 1


def test_nothing_reaches_another_realm(house: Any, another: Any) -> None:
    """Neither session, link, account nor question: two firms share a store and stay apart."""
    firm = another(house, "muster")
    ada = house.administrator()
    house.invited(ada, "bea@kammer.example")
    chief = firm.administrator()
    stolen = firm.browser(cookies={"__Host-fks-muster": ada.cookies[COOKIE], **ada.cookies})
    assert stolen.get("/who").status == 303
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    assert firm.browser().get(house.link()).status == 410
    assert firm.browser().post(house.link()).status == 410
    bea = house.id("bea@kammer.example")
    for path in ("", "/role", "/lock", "/link", "/sessions", "/remove"):
        form = {"role": "reader", "sure": "yes", "locked": "yes"}
        answer = (
            chief.post(f"/accounts/{bea}{path}", form) if path else chief.get(f"/accounts/{bea}")
        )
        assert answer.status == 404
    assert b"bea@" not in chief.get("/accounts").body
    assert len(house.login.accounts.all()) == 2
    firm.browser().post("/login", {"mail": "bea@kammer.example"})
    assert [one.to for one in firm.post.mails] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": ""},
        {"sec_fetch_site": "", "origin": "null"},
        {"sec_fetch_site": "", "origin": "https://fremd.example"},
        {"sec_fetch_site": "", "origin": "https://node.example.fremd.example"},
        {"sec_fetch_site": "", "origin": "https://node.example", "host": ""},
    ],
)
def test_a_change_from_elsewhere_is_refused(house: Any, headers: dict[str, str]) -> None:
    """CSRF: a cookie is sent along by itself, so silence about the page is not enough."""
    ada = house.administrator()
    own = {name.replace("sec_fetch_site", "sec-fetch-site"): one for name, one in headers.items()}
    assert ada.post("/who", {}, **own).status == 403
    assert ada.post("/logout", {}, **own).status == 403
    assert ada.get("/who").status == 200


def test_an_older_browser_may_change_something_by_its_origin(house: Any) -> None:
    """One that has no Sec-Fetch-Site yet."""
    ada = house.administrator()
    old = {"sec-fetch-site": "", "origin": "https://node.example"}
    assert ada.post("/who", {}, **old).status == 200


def test_a_foreign_page_signs_nobody_in(house: Any) -> None:
    """Login CSRF: a victim would work in the attacker's account."""
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    victim = house.browser()
    foreign = {"sec-fetch-site": "cross-site"}
    assert victim.post(house.link(), {}, **foreign).status == 403
    assert victim.post("/login", {"mail": "ada@kammer.example"}, **foreign).status == 403
    assert victim.cookies == {}


def test_known_and_unknown_addresses_get_the_same_answer(house: Any) -> None:
    """Word by word, header by header; the store keeps as much for either.

    So both take the same class of time: a secret is made and written, the mailer keeps the letter.
    """
    house.administrator()
    kept = []
    answers = []
    for mail in ("ada@kammer.example", "nobody@kammer.example"):
        answers.append(house.browser().post("/login", {"mail": mail}))
        with house.store.begin(write=False) as transaction:
            links = len(transaction.every(SignInLink))
            tries = len(transaction.every(SignInTries))
        kept.append((links, tries))
    assert attrs.asdict(answers[0]) == attrs.asdict(answers[1])
    assert kept[1] == (kept[0][0] + 1, kept[0][1] + 1)
    assert len(house.post.mails) == 1


def test_a_decoy_is_no_link(house: Any) -> None:
    """What is written for an unknown address signs nobody in, whoever guesses it."""
    house.browser().post("/login", {"mail": "nobody@kammer.example"})
    with house.store.begin(write=False) as transaction:
        [decoy] = transaction.every(SignInLink)
    assert decoy.kind == "decoy"
    assert decoy.account == ""


def test_too_many_mails_to_one_address_wait(house: Any) -> None:
    """Known or not; with the time in seconds, also for whoever comes from elsewhere."""
    house.administrator()
    for mail in ("ada@kammer.example", "nobody@kammer.example"):
        for _ in range(limits.MAILS_PER_ACCOUNT):
            assert house.browser().post("/login", {"mail": mail}).status == 303
        answer = house.browser(client="198.51.100.3").post("/login", {"mail": mail})
        assert answer.status == 429
        assert answer.headers["Retry-After"] == str(limits.SIGN_IN_WINDOW)
    assert len(house.post.mails) == limits.MAILS_PER_ACCOUNT
    house.clock.pass_time(limits.SIGN_IN_WINDOW)
    assert house.browser().post("/login", {"mail": "ada@kammer.example"}).status == 303


@pytest.mark.parametrize(
    ("same", "other"),
    [
        (("203.0.113.7", {}), ("203.0.113.8", {})),
        (("2001:db8::1", {}), ("2001:db8:0:1::1", {})),
        (("127.0.0.1", {"x_forwarded_for": "203.0.113.7"}), ("127.0.0.1", {})),
        (("127.0.0.1", {"x_forwarded_for": "1.1.1.1, 203.0.113.7"}), ("203.0.113.9", {})),
    ],
)
def test_too_many_mails_from_one_block_wait(house: Any, same: Any, other: Any) -> None:
    """An address, a /64 of IPv6, or what the proxy on this machine names last."""
    client, headers = same
    for number in range(limits.MAILS_PER_BLOCK):
        mail = {"mail": f"m{number}@kammer.example"}
        assert house.browser(client=client).post("/login", mail, **headers).status == 303
    mail = {"mail": "one-more@kammer.example"}
    assert house.browser(client=client).post("/login", mail, **headers).status == 429
    client, headers = other
    assert house.browser(client=client).post("/login", mail, **headers).status == 303


def test_neighbours_within_a_block_count_together(house: Any) -> None:
    """Whoever has a /64 has more addresses than anybody can count one by one."""
    for number in range(limits.MAILS_PER_BLOCK):
        mail = {"mail": f"m{number}@kammer.example"}
        house.browser(client=f"2001:db8::{number:x}").post("/login", mail)
    last = house.browser(client="2001:db8::ffff").post("/login", {"mail": "x@kammer.example"})
    assert last.status == 429


def test_a_stranger_cannot_choose_the_block(house: Any) -> None:
    """What is not said by a proxy on this machine is not believed."""
    for number in range(limits.MAILS_PER_BLOCK + 1):
        forged = {"x_forwarded_for": f"192.0.2.{number}"}
        mail = {"mail": f"m{number}@kammer.example"}
        answer = house.browser().post("/login", mail, **forged)
    assert answer.status == 429


def test_all_together_have_a_limit(house: Any) -> None:
    """A mail server is not used for flooding, from however many addresses."""
    for number in range(limits.MAILS_IN_ALL):
        client = f"198.51.{number // 250}.{number % 250}"
        mail = {"mail": f"m{number}@kammer.example"}
        assert house.browser(client=client).post("/login", mail).status == 303
    assert house.browser(client="192.0.2.1").post("/login", {"mail": "x@k.example"}).status == 429


def test_guessing_links_ends_soon(house: Any) -> None:
    """Though nobody guesses 256 bits; a page then says how long to wait, and a right link waits."""
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    guesser = house.browser(client="198.51.100.3")
    for number in range(limits.TRIES_PER_BLOCK):
        assert guesser.post(f"/login/link/{number}").status == 410
    answer = guesser.post(house.link())
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert guesser.get(house.link()).status == 429
    assert house.browser().post(house.link()).status == 303


def test_limits_hold_for_several_processes(house: Any, another: Any) -> None:
    """They stand in the store, not in one process's memory."""
    beside = another(house, "office")
    for _ in range(limits.MAILS_PER_ACCOUNT):
        house.browser().post("/login", {"mail": "ada@kammer.example"})
    answer = beside.browser().post("/login", {"mail": "ada@kammer.example"})
    assert answer.status == 429


def test_an_idle_session_ends(house: Any) -> None:
    """Though one that is used goes on."""
    ada = house.administrator()
    for _ in range(3):
        house.clock.pass_time(limits.SESSION_IDLE - 1)
        assert ada.get("/who").status == 200
    house.clock.pass_time(limits.SESSION_IDLE)
    assert ada.get("/who").status == 303


def test_no_session_outlives_a_working_day(house: Any) -> None:
    """However busy; nor does it begin in the future when a clock was put back."""
    ada = house.administrator()
    for _ in range(limits.SESSION_LONGEST // limits.HOUR - 1):
        house.clock.pass_time(limits.HOUR)
        assert ada.get("/who").status == 200
    house.clock.pass_time(limits.HOUR)
    assert ada.get("/who").status == 303
    house.clock.pass_time(-limits.DAY)
    assert ada.get("/who").status == 303


def test_what_is_over_is_deleted(house: Any) -> None:
    """Sessions, links and tries; done on the way of the next sign-in."""
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    house.clock.pass_time(limits.DAY)
    house.browser().post("/login", {"mail": "nobody@kammer.example"})
    with house.store.begin(write=False) as transaction:
        assert transaction.every(StaffSession) == ()
        assert [one.kind for one in transaction.every(SignInLink)] == ["decoy"]
        assert len(transaction.every(SignInTries)) == 3


def test_only_so_many_browsers_are_signed_in(house: Any) -> None:
    """The one that was quiet longest gives way."""
    ada = house.administrator()
    for _ in range(limits.SESSIONS_EACH):
        house.clock.pass_time(limits.SIGN_IN_WINDOW // limits.MAILS_PER_ACCOUNT)
        house.browser().post("/login", {"mail": "ada@kammer.example"})
        house.browser().post(house.link())
    assert ada.get("/who").status == 303
    with house.store.begin(write=False) as transaction:
        assert len(transaction.every(StaffSession)) == limits.SESSIONS_EACH


@pytest.mark.parametrize(
    "back",
    [
        "https://fremd.example/",
        "//fremd.example/",
        "/\\fremd.example",
        "/a//fremd.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "/a?b",
        "a" * 500,
        "/" + "a" * 500,
        "",
    ],
)
def test_nobody_is_led_elsewhere(house: Any, back: str) -> None:
    """Open redirect: only a path of this site is believed, anything else is the start page."""
    assert local(back) == "/"
    house.administrator()
    browser = house.browser()
    browser.post("/login", {"mail": "ada@kammer.example", "back": back})
    assert browser.post(house.link()).headers["Location"] == "/office/"


def test_links_in_mails_do_not_follow_the_host_header(house: Any) -> None:
    """Host header injection: the address comes from the settings alone."""
    house.administrator()
    house.browser(host="fremd.example").post("/login", {"mail": "ada@kammer.example"})
    assert house.link().startswith("https://node.example/office/")


def test_nobody_signs_in_over_a_line_others_can_listen_to(make_house: Any, store: Any) -> None:
    """Without TLS only on this machine itself, with a cookie of a plain name."""
    house = make_house(store, url="http://node.example/office")
    link = house.login.console_link().removeprefix("http://node.example/office")
    form = {"name": "Ada", "mail": "ada@kammer.example"}
    away = house.browser(secure=False)
    answer = away.post(link, form)
    assert answer.status == 409
    assert b"https://" in answer.body
    here = house.browser(secure=False, host="127.0.0.1:8765")
    assert here.post(link, form).status == 303
    assert list(here.cookies) == ["fks-office"]
    assert here.get("/who").status == 200


def test_a_refused_sign_in_uses_no_link_up(make_house: Any, store: Any) -> None:
    """What was refused for the line is undone whole."""
    house = make_house(store, url="http://node.example/office")
    link = house.login.console_link().removeprefix("http://node.example/office")
    form = {"name": "Ada", "mail": "ada@kammer.example"}
    house.browser(secure=False).post(link, form)
    assert house.login.empty()


def test_logs_name_nobody(house: Any, caplog: pytest.LogCaptureFixture) -> None:
    """By which way somebody came, and nothing else."""
    caplog.set_level("DEBUG")
    house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    house.browser().post(house.link())
    house.browser().post("/login/link/nothing")
    said = "\n".join(str(vars(one)) for one in caplog.records)
    assert "'kind': 'link'" in said
    assert "'code': 'not-found'" in said
    assert "ada@" not in said
    assert "Ada Admin" not in said
