"""The operator's page of agreements: in two languages, with warnings, for nobody else."""

import base64
from typing import Any

import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.model.agreement import PartnerAlliance
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.node.records import PartnerCalls
from fachkraft_share.testing.scene import seed
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.suite import Standard

GOSLAR = PartnerAlliance(
    "https://goslar.example",
    b64(Standard().public(seed("goslar root"))),
    "https://node.goslar.example",
    "https://node.goslar.example",
    'Goslar <b>"&"</b>',
)


def token(alliance: Any) -> dict[str, str]:
    """Return the operator's header as a browser sends it."""
    told = base64.b64encode(f"operator:{alliance.node.exchange.keys.operator}".encode()).decode()
    return {"Authorization": f"Basic {told}"}


def page(alliance: Any, *, language: str = "de", **headers: str) -> requests.Response:
    """Open the page."""
    url = f"{alliance.url}/-/agreements?lang={language}"
    return requests.get(url, headers={**token(alliance), **headers}, timeout=10)


@pytest.fixture(scope="module")
def agreed(alliance: Any) -> Any:
    """Return a node that recognises a partner for ten days, whose node does not answer."""
    node = alliance.node
    at = node.exchange.now()
    assert "Es gibt noch keine Vereinbarung." in page(alliance).text
    said = Terms(at + 10 * limits.DAY + limits.HOUR, "Vertrag & Anlage")
    node.agreeing.sign(node.agreeing.recognise(GOSLAR, said, gives=True, takes=True))
    own = Terms(at + 400 * limits.DAY, "Satzung")
    node.agreeing.sign(node.agreeing.cooperate(own))
    node.agreeing.sign(node.agreeing.cooperate(Terms(at + 400 * limits.DAY, name="Harz und Heide")))
    with node.exchange.store.begin() as transaction:
        transaction.put(PartnerCalls(GOSLAR.node, since=at))
    return alliance


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Läuft in 10 Tagen aus", "antwortet seit", "Anerkennung", "gilt", "Beigetreten")),
        ("en", ("Expires in 10 days", "not answered since", "Recognition", "valid", "Joined")),
    ],
)
def test_the_page_tells_how_agreements_stand(
    agreed: Any, language: str, words: tuple[str, ...]
) -> None:
    """Versions, partner, warnings; what others wrote is shown as text."""
    agreed.join("muster")
    node = agreed.node
    said = Terms(node.exchange.now() + 400 * limits.DAY)
    known = {one.id for one in _members(agreed)}
    fresh = next(
        one.id
        for one in node.exchange.directory().newest.members
        if one.reads and one.id not in known
    )
    node.agreeing.sign(node.agreeing.cooperate(said, join=(fresh,)))
    shown = page(agreed, language=language)
    assert shown.status_code == 200
    assert f'<html lang="{language}">' in shown.text
    for word in (*words, "Harz und Heide", "Vertrag &amp; Anlage", "fksp1."):
        assert word in shown.text
    assert "<b>" not in shown.text


def _members(alliance: Any) -> Any:
    from fachkraft_share.protocol.agreements import cooperation_of

    found = cooperation_of(alliance.node.exchange.members.agreed)
    assert found is not None
    return found.members


def test_the_page_is_json_too(agreed: Any) -> None:
    """For a program of the operator."""
    told = page(agreed, Accept="application/json").json()["agreements"]
    assert {one["kind"] for one in told} == {"recognition", "cooperation"}
    assert {one["name"] for one in told} >= {"Harz und Heide"}


def test_the_page_bears_the_new_name(agreed: Any) -> None:
    """As every page does, from the supplement on."""
    assert "– Harz und Heide</title>" in page(agreed).text
    told = requests.get(f"{agreed.url}/.well-known/fachkraft-share", timeout=10).json()
    assert told["name"] == "Harz und Heide"


def test_the_page_is_the_operators_alone(agreed: Any) -> None:
    """With the token, on this machine, not through a proxy."""
    url = f"{agreed.url}/-/agreements"
    assert requests.get(url, timeout=10).status_code == 401
    assert page(agreed, **{"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert requests.post(url, headers=token(agreed), timeout=10).status_code == 405
