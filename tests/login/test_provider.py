"""Single sign-on: a real provider on this machine, honest and lying, and what we believe of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.openid_provider import CLIENT, SECRET, openid_provider
from fachkraft_share.web.login.settings import WaySettings

GROUPS = {"fks-admin": "administrator", "fks": "coordinator", "aufsicht": "reader"}
BACK = "https://node.example/office/login/oidc/back"


@pytest.fixture
def provider() -> Iterator[Any]:
    """A provider at which Kim sits."""
    with openid_provider(sub="7", name="Kim Kammer", groups=["fks", "haus"]) as made:
        yield made


@pytest.fixture
def sso(make_house: Any, store: Any, provider: Any) -> Any:
    """An office whose staff may come by that provider."""
    ways = WaySettings(
        issuer=provider.url, client=CLIENT, secret=SECRET, name="Haus", groups=GROUPS
    )
    house = make_house(store, settings={"ways": ways})
    provider.now = house.clock.now
    return house


def leave(browser: Any, back: str = "/who") -> str:
    """Go to the provider, and return the address it sends the browser back to."""
    answer = browser.post("/login/oidc", {"back": back})
    assert answer.status == 200
    address = answer.headers["Refresh"].removeprefix("0; url=")
    assert address.replace("&", "&amp;") in answer.body.decode()
    there = requests.get(address, allow_redirects=False, timeout=10)
    assert there.headers["Location"].startswith(f"{BACK}?")
    return there.headers["Location"]


def come(browser: Any) -> Any:
    """Go to the provider and come back."""
    return browser.get(leave(browser), sec_fetch_site="cross-site")


def test_who_the_provider_knows_comes_in(sso: Any, provider: Any) -> None:
    """By code flow with PKCE, state and nonce; the role follows from a group."""
    browser = sso.browser()
    assert "Mit Haus anmelden" in browser.get("/login").body.decode()
    answer = come(browser)
    assert answer.headers["Location"] == "/office/who"
    assert browser.get("/who").body.decode() == "Kim Kammer ['coordinator']"
    [asked] = provider.asked
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == "openid profile"
    assert min(len(asked[one]) for one in ("state", "nonce", "code_challenge")) == 43


def test_the_same_person_is_the_same_account(sso: Any, provider: Any) -> None:
    """Whatever they are called by then; `iss` and `sub` say who it is."""
    come(sso.browser())
    provider.person |= {"name": "Kim Neu", "email": "ada@kammer.example"}
    come(sso.browser())
    provider.person |= {"sub": "8"}
    come(sso.browser())
    assert [one.name for one in sso.login.accounts.all()] == ["Kim Kammer", "Kim Neu"]


def test_a_mail_address_makes_nobody_somebody_else(sso: Any, provider: Any) -> None:
    """An account with the same address is not taken over, and the new one gets no mail links."""
    sso.administrator()
    provider.person |= {"email": "ada@kammer.example", "email_verified": True}
    browser = sso.browser()
    come(browser)
    assert browser.get("/who").body.startswith(b"Kim")
    assert [one.mail for one in sso.login.accounts.all()] == ["ada@kammer.example", ""]
    before = len(sso.post.mails)
    sso.browser().post("/login", {"mail": ""})
    assert len(sso.post.mails) == before


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["fks"], "coordinator"),
        (["aufsicht", "fks-admin"], "administrator"),
        ("aufsicht", "reader"),
        (["Fks", "fks "], None),
        ([], None),
        ({"fks": True}, None),
        ([7, ["fks"]], None),
    ],
)
def test_groups_give_the_role(sso: Any, provider: Any, groups: Any, role: str | None) -> None:
    """The highest of them; who is in none does not come in."""
    provider.person["groups"] = groups
    browser = sso.browser()
    answer = come(browser)
    if role is None:
        assert answer.status == 403
        assert "keine Rolle" in answer.body.decode()
        assert sso.login.empty()
    else:
        assert browser.get("/who").body.decode() == f"Kim Kammer ['{role}']"


def test_another_group_is_another_role_at_once(sso: Any, provider: Any) -> None:
    """Signing in with other groups ends the sessions with the role of before."""
    before = sso.browser()
    come(before)
    provider.person["groups"] = ["aufsicht"]
    sso.clock.pass_time(1)
    after = sso.browser()
    come(after)
    assert after.get("/who").body.decode() == "Kim Kammer ['reader']"
    assert before.get("/who").status == 303
    assert sso.login.accounts.acts()[0].act == "role"


def test_a_locked_account_stays_out(sso: Any) -> None:
    """Whatever the provider says."""
    come(sso.browser())
    [kim] = sso.login.accounts.all()
    sso.login.accounts.lock(kim.id, by="console")
    browser = sso.browser()
    assert come(browser).status == 403
    assert browser.get("/who").status == 303


def test_an_answer_counts_once(sso: Any) -> None:
    """Whoever finds the address in a history is not let in."""
    browser = sso.browser()
    address = leave(browser)
    assert browser.get(address).status == 303
    assert browser.get(address).status == 403
    assert sso.browser(cookies=dict(browser.cookies)).get(address).status == 403


def test_an_answer_counts_only_in_the_browser_that_left(sso: Any) -> None:
    """Login CSRF: nobody can be made to work in the attacker's account."""
    attacker, victim = sso.browser(), sso.browser()
    address = leave(attacker)
    leave(victim)
    assert victim.get(address).status == 403
    assert victim.get("/who").status == 303


@pytest.mark.parametrize(
    "change", [{"state": "x" * 43}, {"state": ""}, {"iss": "https://x.example"}]
)
def test_another_state_or_issuer_is_refused(sso: Any, change: dict[str, str]) -> None:
    """Mix-up: an answer says itself who gave it (RFC 9207)."""
    browser = sso.browser()
    query = {name: one[0] for name, one in parse_qs(urlsplit(leave(browser)).query).items()}
    changed = "&".join(f"{name}={value}" for name, value in {**query, **change}.items())
    assert browser.get(f"/login/oidc/back?{changed}").status == 403


def test_who_says_no_there_stays_out_here(sso: Any) -> None:
    """An error instead of a code; nothing of it is quoted."""
    browser = sso.browser()
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    answer = browser.get(
        f"/login/oidc/back?state={state}&error=access_denied&error_description=xyz"
    )
    assert answer.status == 403
    assert b"xyz" not in answer.body


def test_an_answer_is_late_after_five_minutes(sso: Any) -> None:
    """One begins anew."""
    browser = sso.browser()
    address = leave(browser)
    sso.clock.pass_time(limits.CEREMONY_SECONDS)
    assert browser.get(address).status == 403


LIES = {
    "another issuer": {"iss": "https://fremd.example"},
    "another client": {"aud": "other"},
    "several clients, none named": {"aud": [CLIENT, "other"]},
    "for another client": {"aud": [CLIENT], "azp": "other"},
    "no audience": {"aud": None},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "over": {"exp": 1},
    "no end": {"exp": None},
    "end is no number": {"exp": "4102444800"},
    "end is true": {"exp": True},
    "from the future": {"iat": 4102444800},
    "from long ago": {"iat": 1},
    "nobody": {"sub": ""},
    "a number": {"sub": 7},
    "too long a name": {"sub": "x" * 256},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_does_not_hold_lets_nobody_in(sso: Any, provider: Any, lie: Any) -> None:
    """Signed or not: issuer, audience, nonce, time and person must fit exactly."""
    provider.lie = lie
    browser = sso.browser()
    assert come(browser).status == 403
    assert sso.login.empty()


def _unsigned(told: dict[str, Any]) -> dict[str, Any]:
    head, claims, _ = told["id_token"].split(".")
    return told | {"id_token": f"{head}.{claims}."}


ANSWERS = {
    "no token": lambda _: {"access_token": "x"},
    "no text": lambda told: told | {"id_token": 7},
    "no signature": _unsigned,
    "no dots": lambda told: told | {"id_token": "x"},
    "a changed one": lambda told: told | {"id_token": told["id_token"].replace(".", ".e", 1)},
    "a refusal": lambda _: {"error": "invalid_grant"},
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_without_a_good_token_lets_nobody_in(
    sso: Any, provider: Any, answer: Any
) -> None:
    """Whatever stands in its place."""
    provider.answer = answer
    assert come(sso.browser()).status == 403
    assert sso.login.empty()


def test_a_provider_may_change_its_keys(sso: Any, provider: Any) -> None:
    """They are fetched again when a signature does not fit the known ones; a thief's never fit."""
    come(sso.browser())
    provider.change_key("k2")
    assert come(sso.browser()).status == 303
    before = provider.calls.count("/keys")
    come(sso.browser())
    assert provider.calls.count("/keys") == before
    provider.shown = provider.keys()
    provider.change_key("k2")
    assert come(sso.browser()).status == 403


@pytest.mark.parametrize(
    "facts",
    [
        {"issuer": "https://fremd.example"},
        {"authorization_endpoint": "http://fremd.example/authorize"},
        {"token_endpoint": "ftp://fremd.example"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_calls_itself_something_else_is_not_asked(
    sso: Any, provider: Any, facts: Any
) -> None:
    """Nor one whose addresses lead over an open line; the page offers the link instead."""
    provider.facts = facts
    answer = sso.browser().post("/login/oidc", {})
    assert answer.status == 403
    assert "Link schicken" in answer.body.decode()


def test_a_provider_that_is_away_is_said_so(make_house: Any, store: Any) -> None:
    """Nothing is listening there."""
    ways = WaySettings(issuer="http://127.0.0.1:9", client=CLIENT, groups=GROUPS)
    house = make_house(store, settings={"ways": ways})
    answer = house.browser().post("/login/oidc", {})
    assert answer.status == 403
    assert "nicht erreichbar" in answer.body.decode()


def test_without_a_provider_there_are_no_such_pages(house: Any) -> None:
    """Neither button nor address."""
    assert b"/login/oidc" not in house.browser().get("/login").body
    assert house.browser().post("/login/oidc", {}).status == 404
    assert house.browser().get("/login/oidc/back?state=x&code=y").status == 404


def test_answers_that_fail_are_counted(sso: Any) -> None:
    """Like every other try."""
    browser = sso.browser()
    for _ in range(limits.TRIES_PER_BLOCK):
        assert browser.get("/login/oidc/back?state=x&code=y").status == 403
    answer = browser.get("/login/oidc/back?state=x&code=y")
    assert answer.status == 429
    assert browser.post("/login/oidc", {}).status == 429


def test_everybody_at_the_provider_may_have_a_role(
    make_house: Any, store: Any, provider: Any
) -> None:
    """If the settings say so with a star."""
    ways = WaySettings(
        issuer=provider.url, client=CLIENT, secret=SECRET, groups={"*": "reader"} | GROUPS
    )
    house = make_house(store, settings={"ways": ways})
    provider.now = house.clock.now
    provider.person["groups"] = []
    browser = house.browser()
    come(browser)
    assert browser.get("/who").body.decode() == "Kim Kammer ['reader']"


def test_whom_the_provider_shuts_out_has_no_other_way_in(sso: Any) -> None:
    """No passkey can be set up beside it."""
    browser = sso.browser()
    come(browser)
    page = browser.get("/account").body.decode()
    assert "Konto Ihres Hauses" in page
    assert "data-passkey" not in page
    assert browser.post("/account/passkeys/start").status == 404
    assert browser.post("/account/passkeys", {"name": "x", "answer": "x"}).status == 404


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"issuer": "http://fremd.example"}, "login.issuer"),
        ({"issuer": "sso"}, "login.issuer"),
        ({"client": ""}, "login.client"),
        ({"groups": {}}, "login.groups"),
        ({"groups": {"fks": "hr"}}, "login.groups: no such role 'hr'"),
    ],
)
def test_settings_by_which_nobody_could_come_in_are_refused(
    make_house: Any, wrong: dict[str, Any], named: str
) -> None:
    """When the site is made, by the setting's name; never at the first sign-in."""
    right = {"issuer": "https://sso.example", "client": CLIENT, "groups": GROUPS}
    with pytest.raises(SetupError, match=named):
        make_house(MemoryStore(), settings={"ways": WaySettings(**{**right, **wrong})})
    assert make_house(MemoryStore(), settings={"ways": WaySettings(**right)}).login.empty()
