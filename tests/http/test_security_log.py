"""Who did what and what was refused stands in the log, and nothing about a person does (V16)."""

import base64
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.node import security_log
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.http.log_lines import FIELDS, log_lines
from fachkraft_share.protocol import payloads

LINE = re.compile(r"timestamp=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z level=\w+ logger=[\w.]+ event=")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """Return what the security log says meanwhile, as (event, fields)."""

    def read() -> list[tuple[str, dict[str, Any]]]:
        return [
            (one.msg, {name: vars(one)[name] for name in FIELDS if name in vars(one)})
            for one in caplog.records
            if one.name == security_log.NAME
        ]

    with caplog.at_level(logging.INFO, logger=security_log.NAME):
        yield read


@pytest.fixture
def handler() -> Iterator[logging.Handler]:
    """Return the handler of a serving node, and take it away afterwards."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    log_lines()
    [added] = [one for one in root.handlers if one not in before]
    yield added
    root.removeHandler(added)
    logging.getLogger(security_log.NAME).setLevel(logging.NOTSET)


def test_a_stranger_is_refused_by_operation_and_code(alliance: Any, told: Any) -> None:
    """Nothing of what the stranger wrote is repeated."""
    requests.post(f"{alliance.url}/poll", json={"closures": None}, timeout=10)
    requests.request("DELETE", f"{alliance.url}/poll", timeout=10)
    requests.get(f"{alliance.url}/blobs/erika", timeout=10)
    assert told() == [
        ("refused", {"operation": "POST /poll", "code": "unauthenticated"}),
        ("refused", {"operation": "/poll", "code": "method"}),
        ("refused", {"operation": "GET /blobs", "code": "unauthenticated"}),
    ]


def test_a_member_whose_token_does_not_fit_is_named(alliance: Any, told: Any) -> None:
    """Its key was believed; so the line may say whose it was."""
    party = alliance.join("schief")
    party.call("POST /poll", {"closures": None, "events": None}, skew=3 * limits.HOUR)
    refused = [fields for event, fields in told() if event == "refused"]
    named = {"operation": "POST /poll", "code": "clock", "issuer": party.id}
    assert refused == [named, {"operation": "POST /poll", "code": "clock"}]


def test_whoever_joins_is_named_once(alliance: Any, told: Any) -> None:
    """With the number of the list that says so; the same call again is not another act."""
    party = alliance.party("einmal")
    body = {"code": alliance.code("einmal"), "application": party.application()}
    for _ in range(2):
        number = requests.post(f"{alliance.url}/members", json=body, timeout=10).json()["list"]
    assert told() == [("admitted", {"organisation": party.id, "list": number})]


def test_a_refused_message_names_its_issuer_and_its_kind(alliance: Any, told: Any) -> None:
    """Of the referral it is about, and of the person, there is no word."""
    origin, other = alliance.join("herkunft"), alliance.join("fremd")
    draft = origin.recommend()
    wish = payloads.ContactRequested("B" * 22, 0, origin.seal.kid, "c2VhbGVk")
    [answer] = other.post(other.event(wish, aud=origin.id, referral=draft.id))
    named = {"issuer": other.id, "kind": "contact.requested"}
    told_of = {"operation": "message", "code": answer["code"], **named}
    assert [fields for event, fields in told() if event == "refused"] == [told_of]


def test_a_forged_event_among_others_is_told_by_code_alone(alliance: Any, told: Any) -> None:
    """What it says of its issuer is not believed; the one beside it counts."""
    party = alliance.join("gefaelscht")
    draft = party.draft()
    head, body, signature = draft.posted["token"].split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    [answer, _] = party.post(forged, draft.posted)
    refused = [fields for event, fields in told() if event == "refused"]
    assert refused == [{"operation": "message", "code": answer["code"]}]


def test_a_person_who_signs_is_not_named(told: Any) -> None:
    """A person's key is a pseudonym, and no business of a log."""
    security_log.refused("POST /events", "revoked", issuer="urn:fks:key:abc", kind="fks-consent")
    assert [fields for _, fields in told()] == [
        {"operation": "POST /events", "code": "revoked", "kind": "fks-consent"}
    ]


@pytest.mark.parametrize("link", ["SECRETSECRET", "Erika%20Muster"])
def test_a_link_that_leads_nowhere_is_told_without_the_link(
    alliance: Any, told: Any, link: str
) -> None:
    """Whoever guesses is seen; the address is a key and is not."""
    requests.get(f"{alliance.url}/d/{link}", timeout=10)
    assert told() == [("refused", {"operation": "desk", "code": "unknown-link"})]


def test_the_operators_token_is_told_right_or_wrong(alliance: Any, told: Any) -> None:
    """Both; the token is not."""
    for word in (alliance.node.exchange.keys.operator, "wrong"):
        header = "Basic " + base64.b64encode(f"operator:{word}".encode()).decode()
        requests.get(f"{alliance.url}/-/mail", headers={"Authorization": header}, timeout=10)
    assert told() == [
        ("operator", {"operation": "/-/mail"}),
        ("refused", {"operation": "/-/mail", "code": "unauthenticated"}),
    ]


def test_a_line_has_a_time_in_utc_and_allowed_fields_only(handler: logging.Handler) -> None:
    """One form for all, and what nobody allowed does not come in by an extra."""
    record = logging.makeLogRecord(
        {"name": security_log.NAME, "levelno": 30, "levelname": "WARNING", "msg": "refused"}
    )
    record.__dict__ |= {"code": "clock", "candidate": "Erika", "link": "SECRET"}
    line = handler.format(record)
    assert LINE.match(line)
    assert line.endswith("event=refused code=clock")


def test_a_flood_fills_no_disk(handler: logging.Handler) -> None:
    """So many lines of one kind a minute; the next minute's first says how many more came."""

    def passed(minute: int, count: int, code: str = "clock") -> list[logging.LogRecord]:
        records = [
            logging.makeLogRecord({"msg": "refused", "created": 60.0 * minute, "code": code})
            for _ in range(count)
        ]
        return [one for one in records if handler.filter(one)]

    assert len(passed(1, 1000)) == limits.LOG_LINES
    assert len(passed(1, 1, code="replay")) == 1
    [first, second] = passed(2, 2)
    assert (vars(first)["more"], "more" in vars(second)) == (1000 - limits.LOG_LINES, False)


def test_the_serving_command_writes_it(tmp_path: Path) -> None:
    """As an operator starts it: on standard error, for the service manager to keep."""
    founding = Founding("https://node.harz.example", "https://harz.example")
    init(tmp_path / "node", founding, root=tmp_path / "root.json").exchange.store.close()
    command = [sys.executable, "-m", "fachkraft_share.cli", "node", "serve", "--json"]
    command += ["--folder", str(tmp_path / "node"), "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as running:
        url = json.loads(running.stdout.readline())["serving"]  # type: ignore[union-attr]
        requests.get(f"{url}/d/SECRETSECRET", timeout=10)
        requests.post(f"{url}/poll", json={}, timeout=10)
        running.terminate()
        _, errors = running.communicate(timeout=60)
    assert all(LINE.match(one) for one in errors.splitlines())
    assert [one.partition("event=")[2] for one in errors.splitlines()] == [
        "refused operation=desk code=unknown-link",
        'refused operation="POST /poll" code=unauthenticated',
    ]
