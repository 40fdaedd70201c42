"""Hosted firms with sign-in providers of their own: each for itself, whoever tries."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from fachkraft_share.errors import SetupError
from fachkraft_share.host import backups
from fachkraft_share.host.checking import Health
from fachkraft_share.host.doors import login_of
from fachkraft_share.host.folder import open_host
from fachkraft_share.host.pages import frame_of
from fachkraft_share.host.providing import FILE, ways_of
from fachkraft_share.member.folder import write_private
from fachkraft_share.ports.health import Level
from fachkraft_share.testing.openid_provider import CLIENT, SECRET, openid_provider

pytest.importorskip("authlib")


@pytest.fixture
def provider(town) -> Iterator[Any]:
    """A provider at which Kim sits, who is in a group of the first firm alone."""
    with openid_provider(sub="7", name="Kim Anton", groups=["anton-hr"]) as made:
        made.now = town.host.runtime.clock.now
        yield made


def tell(town, slug: str, provider: Any, **groups: str) -> None:
    """Let a firm use a provider; the keys of groups have `_` for `-`."""
    table = ", ".join(f'"{name.replace("_", "-")}" = "{role}"' for name, role in groups.items())
    lines = [
        f'issuer = "{provider.url}"',
        f'client = "{CLIENT}"',
        f'secret = "{SECRET}"',
        'name = "Haus"',
        f"groups = {{ {table} }}",
    ]
    write_private(town.host.folder_of(slug) / FILE, "\n".join(lines).encode())


@pytest.fixture
def firms(town, provider) -> tuple[str, str]:
    """Two firms that use the same provider and client, each with groups of its own."""
    both = town.add("Anton GmbH"), town.add("Berta GmbH")
    tell(town, both[0], provider, anton_hr="hr")
    tell(town, both[1], provider, berta_hr="hr")
    return both


def leave(browser: Any, slug: str) -> str:
    """Go to the provider, and return the address it sends the browser back to."""
    answer = browser.post(f"/f/{slug}/login/oidc", back="/account")
    address = answer.headers["Refresh"].removeprefix("0; url=")
    there = requests.get(address, allow_redirects=False, timeout=10)
    return there.headers["Location"]


def accounts(town, slug: str) -> list[str]:
    """Return who has an account at a firm."""
    login = login_of(town.host, town.opened.firm(slug), frame_of(town.host, slug))
    return [f"{one.name}: {one.roles}" for one in login.accounts.all()]


def back(location: str) -> str:
    """Return the path and query of an address."""
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}"


def test_staff_of_a_firm_comes_in_by_the_firms_provider(town, firms, browser: Callable) -> None:
    """With the role of their group, and to their own redirect address."""
    kim = browser()
    assert "Mit Haus anmelden" in kim.text(f"/f/{firms[0]}/login")
    location = leave(kim, firms[0])
    assert location.startswith(f"https://postfach.kammer.example/f/{firms[0]}/login/oidc/back?")
    kim.get(back(location))
    assert kim.at == f"/f/{firms[0]}/account"
    assert accounts(town, firms[0]) == ["Kim Anton: hr"]
    assert accounts(town, firms[1]) == []
    kim.get(f"/f/{firms[1]}/account")
    assert kim.at == f"/f/{firms[1]}/login"


def test_a_firm_without_one_offers_none(town, firms, browser: Callable) -> None:
    """And has no such address."""
    third = town.add("Caesar GmbH")
    assert "Mit Haus anmelden" not in browser().text(f"/f/{third}/login")
    assert browser().post(f"/f/{third}/login/oidc").status == 404
    assert browser().get(f"/f/{third}/login/oidc/back?code=x&state=x").status == 404


def test_an_answer_for_one_firm_signs_nobody_in_at_another(
    town, firms, provider, browser: Callable
) -> None:
    """State and code of the first at the second, with its cookies under either name."""
    provider.person["groups"] = ["anton-hr", "berta-hr"]  # so that nothing else can refuse it
    kim = browser()
    location = leave(kim, firms[0])
    for name, value in list(kim.cookies.items()):
        kim.cookies[name.replace(firms[0], firms[1])] = value
    before = len(provider.calls)
    answer = kim.get(back(location).replace(firms[0], firms[1]))
    assert answer.status == 403
    assert len(provider.calls) == before  # the code was not even shown to the provider
    assert accounts(town, firms[1]) == []
    kim.get(back(location))  # where it belongs it still counts
    assert accounts(town, firms[0]) == ["Kim Anton: hr"]


def test_who_is_in_a_group_of_one_firm_has_no_role_at_another(
    town, firms, browser: Callable
) -> None:
    """The same person, provider and client; and two accounts once they are in both groups."""
    kim = browser()
    answer = kim.get(back(leave(kim, firms[1])))
    assert answer.status == 403
    assert "keine Rolle" in answer.body.decode()
    assert accounts(town, firms[1]) == []


@pytest.mark.parametrize("lie", [{"aud": "another-firm"}, {"iss": "https://sso.berta.example"}])
def test_a_token_made_for_somebody_else_is_none(
    town, firms, provider, browser: Callable, lie: dict[str, str]
) -> None:
    """Another firm's client, or another firm's provider."""
    provider.lie |= lie
    kim = browser()
    assert kim.get(back(leave(kim, firms[0]))).status == 403
    assert accounts(town, firms[0]) == []


def test_no_firms_name_makes_its_cookie_anothers(town, provider, browser: Callable) -> None:
    """A firm called `anton-gmbh-provider` beside `anton-gmbh`."""
    first = town.add("Anton GmbH")
    code = town.code("Zwilling GmbH")
    second = town.host.add(
        code, id="https://zwilling.example", name="Zwilling GmbH", slug=f"{first}-provider"
    ).slug
    tell(town, first, provider, anton_hr="hr")
    staff = town.administrator(second)
    before = dict(staff.cookies)
    leave(staff, first)
    assert before.items() <= staff.cookies.items()


@pytest.mark.parametrize(
    "text",
    [
        "issuer = 7",
        'issuer = "http://sso.example"\nclient = "x"\ngroups = {x = "hr"}',
        'issuer = "https://sso.example"\nclient = "x"\ngroups = {x = "coordinator"}',
        'issuer = "https://sso.example"\nclient = "x"',
        'issue = "https://sso.example"',
        "= nothing",
    ],
)
def test_a_wrong_file_closes_that_firm_alone(town, firms, browser: Callable, text: str) -> None:
    """To go on without it would let in whom it shuts out; `doctor` names firm and setting."""
    path = town.host.folder_of(firms[0]) / FILE
    write_private(path, text.encode())
    assert browser().get(f"/f/{firms[0]}/login").status == 503
    assert browser().get(f"/f/{firms[1]}/login").status == 200
    checks = {one.id: one.run() for one in Health(town.opened, town.worker).checks()}
    assert checks["FKS-214"].level is Level.FAIL
    assert f"{firms[0]}: login.toml: " in checks["FKS-214"].cause
    with pytest.raises(SetupError, match=r"login\.toml"):
        town.link(firms[0])


def test_a_secret_that_others_can_read_is_refused(town, firms) -> None:
    """As with every other one."""
    path = town.host.folder_of(firms[0]) / FILE
    path.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        ways_of(town.host.folder_of(firms[0]))


def test_doctor_asks_the_provider(town, firms, provider) -> None:
    """At the console; the page that anybody can open asks no other machine."""
    asked = {one.id: one.run().level for one in Health(town.opened).checks()}
    assert asked["FKS-215"] is Level.OK
    provider.facts["issuer"] = "https://elsewhere.example"
    answer = {one.id: one.run() for one in Health(town.opened).checks()}["FKS-215"]
    assert answer.level is Level.FAIL
    assert firms[0] in answer.cause
    assert "FKS-215" not in {one.id for one in Health(town.opened, town.worker).checks()}


def test_a_backup_has_it_apart(town, firms, tmp_path) -> None:
    """It holds a secret; restored, the firm signs in as before."""
    backups.backup(town.opened, tmp_path / "backup")
    assert (tmp_path / "backup" / "firms" / firms[0] / "login" / FILE).is_file()
    runtime = town.alliance.world.runtime("restored")
    backups.restore(tmp_path / "backup", tmp_path / "again", runtime=runtime)
    restored = open_host(tmp_path / "again", runtime=runtime)
    assert ways_of(restored.folder_of(firms[0])).name == "Haus"
    restored.close()
