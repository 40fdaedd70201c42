"""Who may sign in, and in which role: what administrators do, and what nobody may."""

from typing import Any

import pytest

from fachkraft_share import limits


def ids(house: Any) -> dict[str, str]:
    """Return the accounts' ids by the name before the @."""
    return {one.mail.partition("@")[0]: one.id for one in house.login.accounts.all()}


def test_an_administrator_invites_by_mail(house: Any) -> None:
    """The link goes to the person alone, signs in once, and is valid for a week."""
    ada = house.administrator()
    form = {"name": "Bea Büro", "mail": "Bea@Kammer.example", "role": "coordinator"}
    answer = ada.post("/accounts", form)
    assert answer.headers["Location"] == "/office/accounts?done=invited"
    page = ada.get("/accounts?done=invited").body.decode()
    assert "Bea Büro" in page
    assert "noch nie angemeldet" in page
    assert house.link() not in page
    assert house.post.mails[-1].to == "bea@kammer.example"
    house.clock.pass_time(limits.INVITE_LINK - 1)
    bea = house.browser()
    assert bea.post(house.link()).headers["Location"] == "/office/"
    assert bea.get("/who").body.decode() == "Bea Büro ['coordinator']"


def test_a_week_later_an_invitation_is_over(house: Any) -> None:
    """A new one can be sent, which ends earlier ones."""
    ada = house.administrator()
    form = {"name": "Bea", "mail": "bea@kammer.example", "role": "reader"}
    ada.post("/accounts", form)
    first = house.link()
    bea = ids(house)["bea"]
    assert ada.post(f"/accounts/{bea}/link").status == 303
    assert house.browser().get(first).status == 410
    house.clock.pass_time(limits.INVITE_LINK)
    assert house.browser().get(house.link()).status == 410


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": "", "mail": "b@kammer.example", "role": "reader"}, 422),
        ({"name": "B\u202e", "mail": "b@kammer.example", "role": "reader"}, 422),
        ({"name": "Bea", "mail": "b", "role": "reader"}, 422),
        ({"name": "Bea", "mail": "b@kammer.example", "role": ""}, 422),
        ({"name": "Bea", "mail": "b@kammer.example", "role": "hr"}, 422),
        ({"name": "Bea", "mail": "b@kammer.example", "role": "reader administrator"}, 422),
        ({"name": "Bea", "mail": "ADA@kammer.example", "role": "reader"}, 409),
    ],
)
def test_an_invitation_that_is_not_right_is_shown_again(
    house: Any, form: dict[str, str], status: int
) -> None:
    """With what was typed; nobody is made and nothing mailed."""
    ada = house.administrator()
    answer = ada.post("/accounts", form)
    assert answer.status == status
    assert b"fault" in answer.body
    assert len(house.login.accounts.all()) == 1
    assert house.post.mails == []


def test_only_administrators_see_and_change_accounts(house: Any) -> None:
    """Whatever another role sends, it is refused."""
    ada = house.administrator()
    bea, me = house.invited(ada, "bea@kammer.example"), ids(house)
    assert bea.get("/accounts").status == 403
    for path in ("", f"/{me['ada']}"):
        assert bea.get(f"/accounts{path}").status == 403
    for act in ("role", "lock", "link", "sessions", "remove"):
        form = {"role": "administrator", "locked": "yes", "sure": "yes"}
        assert bea.post(f"/accounts/{me['bea']}/{act}", form).status == 403
    assert (
        bea.post("/accounts", {"name": "x", "mail": "x@k.example", "role": "reader"}).status == 403
    )
    assert house.browser().get("/accounts").status == 303
    assert len(house.login.accounts.all()) == 2


def test_another_role_holds_from_the_next_sign_in(house: Any) -> None:
    """The sessions of before end: nobody keeps a right until the evening."""
    ada = house.administrator()
    bea, me = house.invited(ada, "bea@kammer.example", "administrator"), ids(house)
    assert bea.get("/admin").status == 200
    assert ada.post(f"/accounts/{me['bea']}/role", {"role": "reader"}).status == 303
    assert bea.get("/admin").status == 303
    bea.post("/login", {"mail": "bea@kammer.example"})
    bea.post(house.link())
    assert bea.get("/admin").status == 403


def test_a_locked_account_is_out_at_once(house: Any) -> None:
    """Sessions and open links end; unlocked it may come again."""
    ada = house.administrator()
    bea, me = house.invited(ada, "bea@kammer.example"), ids(house)
    house.browser().post("/login", {"mail": "bea@kammer.example"})
    link = house.link()
    assert ada.post(f"/accounts/{me['bea']}/lock", {"locked": "yes"}).status == 303
    assert bea.get("/who").status == 303
    assert house.browser().post(link).status == 410
    assert "gesperrt" in ada.get(f"/accounts/{me['bea']}").body.decode()
    assert ada.post(f"/accounts/{me['bea']}/link").status == 409
    assert ada.post(f"/accounts/{me['bea']}/lock").status == 303
    bea.post("/login", {"mail": "bea@kammer.example"})
    assert bea.post(house.link()).status == 303


def test_a_removed_account_leaves_nothing_that_signs_in(house: Any) -> None:
    """Once it was confirmed; what was done stays written down without a name."""
    ada = house.administrator()
    bea, me = house.invited(ada, "bea@kammer.example"), ids(house)
    assert ada.post(f"/accounts/{me['bea']}/remove").status == 422
    assert bea.get("/who").status == 200
    assert ada.post(f"/accounts/{me['bea']}/remove", {"sure": "yes"}).status == 303
    assert bea.get("/who").status == 303
    assert ada.get(f"/accounts/{me['bea']}").status == 404
    page = ada.get("/accounts").body.decode()
    assert "bea" not in page
    assert "entfernter Zugang" in page


@pytest.mark.parametrize(
    ("act", "form"),
    [("role", {"role": "reader"}), ("lock", {"locked": "yes"}), ("remove", {"sure": "yes"})],
)
def test_the_last_administrator_stays(house: Any, act: str, form: dict[str, str]) -> None:
    """Also when the only other one is locked; with a sentence that says what to do first."""
    ada = house.administrator()
    house.invited(ada, "bea@kammer.example", "administrator")
    me = ids(house)
    ada.post(f"/accounts/{me['bea']}/lock", {"locked": "yes"})
    answer = ada.post(f"/accounts/{me['ada']}/{act}", form)
    assert answer.status == 409
    assert "niemand mehr Zugänge verwalten" in answer.body.decode()
    assert ada.get("/admin").status == 200
    ada.post(f"/accounts/{me['bea']}/lock")
    assert ada.post(f"/accounts/{me['ada']}/{act}", form).status == 303
    assert ada.get("/admin").status == 303


def test_an_administrator_signs_somebody_out_everywhere(house: Any) -> None:
    """After a device was lost."""
    ada = house.administrator()
    bea, me = house.invited(ada, "bea@kammer.example"), ids(house)
    assert ada.post(f"/accounts/{me['bea']}/sessions").status == 303
    assert bea.get("/who").status == 303


def test_one_signs_out_everywhere_else(house: Any) -> None:
    """The browser in hand stays signed in."""
    ada = house.administrator()
    house.browser().post("/login", {"mail": "ada@kammer.example"})
    other = house.browser()
    other.post(house.link())
    assert "1 weiteren Browser" in ada.get("/account").body.decode()
    assert ada.post("/account/sessions").status == 303
    assert ada.get("/who").status == 200
    assert other.get("/who").status == 303
    assert "Nur in diesem Browser" in ada.get("/account?done=sessions").body.decode()


def test_what_was_changed_is_written_down(house: Any) -> None:
    """What, whom, which role, by whom; never an address, and not who signs in when."""
    ada = house.administrator()
    house.invited(ada, "bea@kammer.example")
    me = ids(house)
    ada.post(f"/accounts/{me['bea']}/role", {"role": "reader"})
    ada.post(f"/accounts/{me['bea']}/lock", {"locked": "yes"})
    acts = [(one.act, one.by, one.about, one.roles) for one in house.login.accounts.acts()]
    assert sorted(acts) == sorted(
        [
            ("locked", me["ada"], me["bea"], ""),
            ("role", me["ada"], me["bea"], "reader"),
            ("invited", me["ada"], me["bea"], "coordinator"),
            ("invited", "console", me["ada"], "administrator"),
            ("console-link", "console", "", "administrator"),
        ]
    )
    page = ada.get("/accounts").body.decode().partition("<details>")[2]
    assert "gesperrt – bea; durch Ada Admin" in page
    assert "eingeladen – Ada Admin (Verwaltung); durch die Konsole" in page
    assert "@" not in page


def test_acts_are_forgotten_in_time(house: Any) -> None:
    """A year and a while later."""
    house.administrator()
    house.clock.pass_time(limits.LOGIN_ACT_DAYS * limits.DAY + 1)
    assert house.login.accounts.acts() == ()
    house.login.console_link()
    assert [one.act for one in house.login.accounts.acts()] == ["console-link"]


def test_an_office_has_only_so_many_accounts(house: Any, monkeypatch: Any) -> None:
    """Then one is removed first."""
    monkeypatch.setattr(limits, "ACCOUNTS_EACH", 1)
    ada = house.administrator()
    form = {"name": "Bea", "mail": "bea@kammer.example", "role": "reader"}
    assert ada.post("/accounts", form).status == 409


def test_hostile_names_stay_text(house: Any) -> None:
    """On every page that shows them."""
    ada = house.administrator()
    name = "<script>alert(1)</script>"
    ada.post("/accounts", {"name": name, "mail": "eve@kammer.example", "role": "reader"})
    link, me = house.link(), ids(house)
    eve = house.browser()
    pages = [eve.get(link), ada.get("/accounts"), ada.get(f"/accounts/{me['eve']}")]
    eve.post(link)
    pages += [eve.get("/account"), eve.get("/logout")]
    for page in pages:
        assert b"<script>alert" not in page.body
        assert b"&lt;script&gt;alert" in page.body
