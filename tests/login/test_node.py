"""The office's staff signs in at a served node: console, mail, operator, plugin."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.cli.running import run_group
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.node.http.serve import listen, serving
from fachkraft_share.node.login import office_login, office_with_login
from fachkraft_share.node.office.acts import broken_at, newest_acts
from fachkraft_share.node.outbox import Outbox
from fachkraft_share.node.service import Node
from fachkraft_share.plugins import Staff
from fachkraft_share.testing.plugged import plugged
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.visit import Call, Visit

OWN = {"Sec-Fetch-Site": "same-origin"}


@attrs.frozen
class Served:
    """A node, its folder and where it answers."""

    node: Node
    folder: Path
    url: str

    def token(self) -> dict[str, str]:
        """Return the operator's header."""
        operator = self.node.exchange.keys.operator
        return {"Authorization": f"Bearer {operator}", "Accept": "application/json"}

    def letters(self, **headers: str) -> list[dict[str, str]]:
        """Read the outgoing mail as the operator does."""
        answer = requests.post(f"{self.url}/-/mail", headers=self.token() | headers, timeout=10)
        found: list[dict[str, str]] = answer.json()["letters"]
        return found

    def administrator(self) -> requests.Session:
        """Return the first administrator's browser."""
        session = requests.Session()
        session.headers.update(OWN)
        form = {"name": "Ada Admin", "mail": "ada@kammer.example"}
        answer = session.post(office_login(self.node).console_link(), form, timeout=10)
        assert answer.status_code == 200
        assert answer.url == f"{self.url}/office/"
        return session


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a fresh node under the address its settings name."""
    folder = tmp_path_factory.mktemp("login")
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    names = ("https://node.example", "https://harz.example")
    init(folder / "node", Founding(*names, name="Knoten Harz", url=url), root=folder / "root.json")
    node = open_node(folder / "node")
    with serving(node, port=port, office=office_with_login(node)) as address:
        yield Served(node, folder / "node", address)
    node.exchange.store.close()  # type: ignore[attr-defined]


def test_the_office_asks_to_sign_in(served: Served) -> None:
    """And shows nothing before."""
    answer = requests.get(f"{served.url}/office/", timeout=10)
    assert answer.url == f"{served.url}/office/login?back=%2F"
    assert "Anmelden" in answer.text


def test_the_command_prints_a_link_for_an_administrator(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    """It leads to the page that makes one; the office opens, with its navigation."""
    assert run_group(["node", "admin", "--json", "--folder", str(served.folder)]) == 0
    link = json.loads(capsys.readouterr().out)["link"]
    assert link.startswith(f"{served.url}/office/login/link/")
    assert "Zugang mit allen Rechten" in requests.get(link, timeout=10).text
    session = served.administrator()
    assert requests.get(link, timeout=10).status_code == 410
    page = session.get(f"{served.url}/office/", timeout=10)
    assert page.url == f"{served.url}/office/"
    assert "/office/account" in page.text


def test_only_the_operator_reads_a_sign_in_mail(served: Served) -> None:
    """Until a mail server is set. A coordinator whom a plugin believes gets all mail but this."""
    served.administrator()
    served.letters()
    mail = {"mail": "ada@kammer.example"}
    requests.post(f"{served.url}/office/login", mail, headers=OWN, timeout=10)
    served.node.tick()

    def authenticate(headers: Any) -> Staff | None:
        return Staff("7", "Kim", ("coordinator",)) if headers.get("x-user") == "kim" else None

    before = served.node.exchange.plugged
    plugins = plugged(login={"authenticate": authenticate})
    served.node.exchange.plugged = attrs.evolve(before, plugins=plugins)
    kim = {"X-User": "kim", "Accept": "application/json"}
    answer = requests.post(f"{served.url}/-/mail", headers=kim, timeout=10)
    served.node.exchange.plugged = before
    assert answer.json() == {"letters": []}
    [letter] = served.letters()
    assert letter["to"] == "ada@kammer.example"
    [link] = [one for one in letter["text"].splitlines() if "://" in one]
    session = requests.Session()
    session.headers.update(OWN)
    assert session.post(link, timeout=10).url == f"{served.url}/office/"


def test_a_sign_in_mail_goes_by_the_mail_server_and_not_later_than_a_day(served: Served) -> None:
    """Like every letter; an address stays no longer."""
    sent: list[Any] = []
    served.administrator()
    mail = {"mail": "ada@kammer.example"}
    requests.post(f"{served.url}/office/login", mail, headers=OWN, timeout=10)
    outbox = Outbox(served.node.exchange, sent.append)
    outbox.work()
    outbox.work()
    assert [one.to for one in sent] == ["ada@kammer.example"]
    assert limits.SIGN_IN_LINK < limits.MAIL_HOURS * limits.HOUR


def test_a_plugin_may_know_the_offices_staff(served: Served) -> None:
    """Single sign-on in front: its roles count, a change only from our own page."""

    def authenticate(headers: Any) -> Staff | None:
        known = {"kim": ("coordinator",), "max": ("recruiter",)}
        user = headers.get("x-user", "")
        return Staff(user, user.title(), known[user]) if user in known else None

    before = served.node.exchange.plugged
    plugins = plugged(login={"authenticate": authenticate})
    served.node.exchange.plugged = attrs.evolve(before, plugins=plugins)
    try:
        office, accounts = f"{served.url}/office/", f"{served.url}/office/accounts"
        assert requests.get(office, headers={"X-User": "kim"}, timeout=10).url == office
        assert "/login" in requests.get(office, headers={"X-User": "max"}, timeout=10).url
        assert requests.get(accounts, headers={"X-User": "kim"}, timeout=10).status_code == 403
        kim = {"X-User": "kim"}
        own = requests.post(f"{served.url}/office/account/sessions", headers=kim | OWN, timeout=10)
        assert own.status_code == 403
        silent = requests.post(accounts, headers=kim, timeout=10, allow_redirects=False)
        assert silent.headers["Location"] == "/office/login"
    finally:
        served.node.exchange.plugged = before


def test_what_is_done_about_accounts_stands_in_the_offices_trail(served: Served) -> None:
    """In the same transaction, chained like everything else; every act has its words."""
    session = served.administrator()
    form = {"name": "Bea Büro", "mail": "bea@kammer.example", "role": "reader"}
    assert session.post(f"{served.url}/office/accounts", form, timeout=10).status_code == 200
    newest = newest_acts(served.node.exchange, count=1)[0]
    accounts = office_login(served.node).accounts
    by_mail = {one.mail: one.id for one in accounts.all()}
    assert newest.action == "login.invited"
    assert newest.account == by_mail["ada@kammer.example"]
    assert newest.about == f"{by_mail['bea@kammer.example']} reader"
    assert broken_at(served.node.exchange) is None
    page = session.get(f"{served.url}/office/audit", timeout=10).text
    assert "Zugang eingerichtet" in page
    assert "bea@" not in page
    accounts.remove(by_mail["bea@kammer.example"], by="console")
    assert broken_at(served.node.exchange) is None
    said = catalogue("de").texts
    known = {name.removeprefix("login.act.") for name in said if name.startswith("login.act.")}
    told = {name.removeprefix("office.deed.login.") for name in said if ".deed.login." in name}
    assert known == told


def test_the_operators_pages_go_on_as_before(served: Served) -> None:
    """With the token of the folder, on this machine; a session of the office opens none of them."""
    session = served.administrator()
    session.headers["Accept"] = "application/json"
    assert session.get(f"{served.url}/-/mail", timeout=10).status_code == 401
    answer = requests.get(f"{served.url}/-/mail", headers=served.token(), timeout=10)
    assert answer.status_code == 200


def started(folder: Path) -> list[dict[str, str]]:
    """Serve a folder by a process of its own and return what it says until it is stopped."""
    command = [sys.executable, "-m", "fachkraft_share.cli", "node", "serve", "--json"]
    command += ["--folder", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = [json.loads(running.stdout.readline())]
        address = said[0]["serving"]
        assert requests.get(f"{address}/office/login", timeout=10).status_code == 200
        running.terminate()
        said += [json.loads(line) for line in running.stdout.readlines()]
    return said


def test_a_node_without_accounts_prints_a_link_when_it_starts(tmp_path: Path) -> None:
    """Once an administrator is there, it prints none any more."""
    names = ("https://node.example", "https://harz.example")
    folder = tmp_path / "node"
    init(folder, Founding(*names), root=tmp_path / "root.json")
    [_, told] = started(folder)
    link = told["administrator"]
    assert link.startswith("https://node.example/office/login/link/")
    node = open_node(folder)
    token = link.rpartition("/")[2]
    visit = Visit(Call("POST", "/", secure=True, client="127.0.0.1"))
    assert office_login(node).links.use(visit, token, name="Ada", mail="ada@kammer.example")
    node.exchange.store.close()  # type: ignore[attr-defined]
    [serving_only] = started(folder)
    assert "administrator" not in serving_only
