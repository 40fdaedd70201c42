"""Health for everybody, causes and mail for the operator alone."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import attrs
import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.node.records import Kept
from fachkraft_share.node.worker import HEARTBEAT
from fachkraft_share.plugins import Staff
from fachkraft_share.protocol.problems import PROBLEMS
from fachkraft_share.testing.plugged import plugged


def token(alliance: Any) -> dict[str, str]:
    """Return the operator's header as a browser sends it."""
    told = base64.b64encode(f"operator:{alliance.node.exchange.keys.operator}".encode()).decode()
    return {"Authorization": f"Basic {told}"}


def mailed(alliance: Any, name: str) -> Any:
    """Let the node write a letter to a candidate."""
    return alliance.join("muster").recommend(mail={"to": f"{name}@post.example"})


def test_health_names_every_check(alliance: Any) -> None:
    """Each has its own id, plugins share one; a node without a worker is warned about."""
    answer = requests.get(f"{alliance.url}/-/health.json", timeout=10)
    told = answer.json()
    assert (answer.status_code, told["status"]) == (200, "warn")
    named = [(one["id"], one["title"]) for one in told["checks"]]
    assert len(set(named)) == len(named)
    ids = [one for one, _ in named if one != "FKS-115"]
    assert len(set(ids)) == len(ids) >= 10
    [worker] = [one for one in told["checks"] if one["id"] == "FKS-101"]
    assert worker["fix"]


def test_strangers_see_only_how_a_check_ended(alliance: Any) -> None:
    """Behind a proxy everybody seems local: whoever comes through one is a stranger."""
    for headers in ({"X-Forwarded-For": "203.0.113.7"}, {"Host": "node.example"}):
        told = requests.get(f"{alliance.url}/-/health.json", headers=headers, timeout=10).json()
        assert all(one.keys() == {"id", "title", "level"} for one in told["checks"])
    told = requests.get(
        f"{alliance.url}/-/health.json", headers={**headers, **token(alliance)}, timeout=10
    ).json()
    assert any("fix" in one for one in told["checks"])


def test_a_dead_worker_is_a_503(alliance: Any) -> None:
    """A monitor needs to read nothing but the status."""
    late = str(alliance.now() - limits.WORKER_LATE - 1)
    with alliance.node.exchange.store.begin() as transaction:
        transaction.put(Kept(HEARTBEAT, late))
    for path in ("/-/health", "/-/health.json"):
        assert requests.get(alliance.url + path, timeout=10).status_code == 503
    alliance.node.tick()
    answer = requests.get(f"{alliance.url}/-/health.json", timeout=10)
    complaints = {one["id"] for one in answer.json()["checks"] if one["level"] != "ok"}
    assert (answer.status_code, complaints) == (200, {"FKS-133"})  # nobody wrote an Impressum


@pytest.mark.parametrize(("language", "word"), [("de", "Zustand"), ("en", "Health")])
def test_health_is_a_page_too(alliance: Any, language: str, word: str) -> None:
    """In German and English."""
    answer = requests.get(f"{alliance.url}/-/health?lang={language}", timeout=10)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in answer.text
    assert word in answer.text
    assert "FKS-101" in answer.text
    assert "the database can be written" not in answer.text  # said in the reader's language


def test_mail_is_read_once_and_only_by_a_post(alliance: Any) -> None:
    """Opening the page changes nothing; reading deletes."""
    mailed(alliance, "erste")
    url, me = f"{alliance.url}/-/mail", {**token(alliance), "Accept": "application/json"}
    for _ in range(2):
        assert requests.get(url, headers=me, timeout=10).json()["waiting"] >= 1
    letters = requests.post(url, headers=me, timeout=10).json()["letters"]
    mine = [one for one in letters if one["to"] == "erste@post.example"]
    assert len(mine) == 1
    assert "/d/" in mine[0]["text"]
    assert requests.post(url, headers=me, timeout=10).json() == {"letters": []}


def test_mail_is_a_page(alliance: Any) -> None:
    """With a button that shows, and one that deletes what was shown and nothing else."""
    mailed(alliance, "zweite")
    url, me = f"{alliance.url}/-/mail?lang=de", token(alliance)
    before = requests.get(url, headers=me, timeout=10).text
    assert "zweite@post.example" not in before
    assert '<form method="post"' in before
    for _ in range(2):
        shown = requests.post(url, headers=me, timeout=10).text
        assert "zweite@post.example" in shown
    mailed(alliance, "dritte")
    sent = [("letter", key) for key in re.findall(r'name="letter" value="([^"]+)"', shown)]
    answer = requests.post(url, sent, headers=me, timeout=10)
    assert (answer.request.method, answer.url) == ("GET", url)
    assert "Es wartet 1 Brief." in answer.text
    left = requests.post(url, headers=me, timeout=10).text
    assert "dritte@post.example" in left
    assert "zweite@post.example" not in left
    requests.post(url, headers={**me, "Accept": "application/json"}, timeout=10)
    assert "Es wartet kein Brief." in requests.get(url, headers=me, timeout=10).text


def test_mail_asks_for_the_token(alliance: Any) -> None:
    """A browser asks for it by itself."""
    wrong = {"Authorization": "Basic " + base64.b64encode(b"operator:wrong").decode()}
    for headers in ({}, wrong, {"Authorization": "Basic %%%"}, {"Authorization": "Bearer"}):
        for method in ("GET", "POST"):
            answer = requests.request(method, f"{alliance.url}/-/mail", headers=headers, timeout=10)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Host": "evil.example"}],
)
def test_mail_does_not_exist_for_others(alliance: Any, headers: dict[str, str]) -> None:
    """Not even with the token, and not by a name that was pointed at this machine."""
    answer = requests.get(
        f"{alliance.url}/-/mail", headers={**headers, **token(alliance)}, timeout=10
    )
    assert answer.status_code == 404


def test_a_foreign_page_cannot_read_mail(alliance: Any) -> None:
    """A browser adds the password by itself, so the form's origin counts."""
    headers = {**token(alliance), "Sec-Fetch-Site": "cross-site"}
    answer = requests.post(f"{alliance.url}/-/mail", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:fks:problem:cross-site")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/d/unknown",
        "/nothing",
        "/-/health",
        "/-/health.json",
        "/-/mail",
        "/openapi.json",
        "/federation",
        "/poll",
        "/static/fks.css",
        "/static/none.css",
        "/.well-known/fachkraft-share",
    ],
)
def test_every_answer_carries_the_headers(alliance: Any, path: str) -> None:
    """Nothing is sniffed, framed, indexed or told to others; only style sheets may be kept."""
    found = requests.get(alliance.url + path, timeout=10).headers
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["X-Robots-Tag"].startswith("noindex")
    assert "default-src 'none'" in found["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in found["Content-Security-Policy"]
    assert "base-uri 'none'" in found["Content-Security-Policy"]
    assert found["Referrer-Policy"] == "no-referrer"
    assert "Server" not in found
    if not path.startswith("/static/"):
        assert found["Cache-Control"] == "no-store"


def test_the_description_is_what_people_edit(alliance: Any) -> None:
    """The JSON that is served is made from the YAML."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("make_openapi", Path(__file__).with_name("make_openapi.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    served = requests.get(f"{alliance.url}/openapi.json", timeout=10)
    assert served.json() == json.loads(module.make())


def test_the_description_names_every_operation(alliance: Any) -> None:
    """What the node answers and what the description says are the same."""
    paths = requests.get(f"{alliance.url}/openapi.json", timeout=10).json()["paths"]
    described = {
        f"{method.upper()} {path.partition('/{')[0]}"
        for path, methods in paths.items()
        for method in methods.keys() & {"get", "put", "post", "delete"}
    }
    extra = {"GET /openapi.json", "GET /-/health.json"}
    assert described == set(alliance.node.operations) | extra


def test_every_status_of_the_table_is_described(alliance: Any) -> None:
    """Whatever a problem's status, some operation's description names it; but never a 500."""
    paths = requests.get(f"{alliance.url}/openapi.json", timeout=10).json()["paths"]
    described = {
        int(status)
        for methods in paths.values()
        for told in methods.values()
        if isinstance(told, dict)  # not what all methods of a path share
        for status in told["responses"]
    }
    assert {row.status for row in PROBLEMS.values()} - described == {405, 500}
    assert 500 not in described


@pytest.fixture
def login(alliance: Any) -> Any:
    """Let a plugin recognise whoever sends the office's signed word."""

    def authenticate(headers: Any) -> Staff | None:
        role = {"Signed coordinator": "coordinator", "Signed recruiter": "recruiter"}
        known = role.get(headers.get("authorization", ""))
        return Staff("7", "Kim", (known,)) if known else None

    plugged_before = alliance.node.exchange.plugged
    plugins = plugged(login={"authenticate": authenticate})
    alliance.node.exchange.plugged = attrs.evolve(plugged_before, plugins=plugins)
    yield
    alliance.node.exchange.plugged = plugged_before


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "203.0.113.7"}])
def test_a_coordinator_a_plugin_knows_needs_no_token(alliance: Any, headers: Any) -> None:
    """From this machine or through the proxy; a foreign page still cannot read mail."""
    me = {**headers, "Authorization": "Signed coordinator", "Accept": "application/json"}
    for page in ("mail", "agreements"):
        assert requests.get(f"{alliance.url}/-/{page}", headers=me, timeout=10).status_code == 200
    with alliance.node.exchange.store.begin() as transaction:
        transaction.put(Kept(HEARTBEAT, "0"))
    told = requests.get(f"{alliance.url}/-/health.json", headers=me, timeout=10).json()
    alliance.node.tick()
    assert any("fix" in one for one in told["checks"])
    foreign = {**me, "Sec-Fetch-Site": "cross-site"}
    assert requests.post(f"{alliance.url}/-/mail", headers=foreign, timeout=10).status_code == 403


@pytest.mark.usefixtures("login")
def test_whoever_is_no_coordinator_is_a_stranger(alliance: Any) -> None:
    """Another role, or a word the plugin does not know."""
    with alliance.node.exchange.store.begin() as transaction:
        transaction.put(Kept(HEARTBEAT, "0"))
    for word in ("Signed recruiter", "Signed by nobody"):
        me = {"Authorization": word, "X-Forwarded-For": "203.0.113.7"}
        answer = requests.get(f"{alliance.url}/-/mail", headers=me, timeout=10)
        assert answer.status_code == 404
        told = requests.get(f"{alliance.url}/-/health.json", headers=me, timeout=10).json()
        assert not any("fix" in one for one in told["checks"])
    alliance.node.tick()
