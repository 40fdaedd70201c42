"""schemathesis against the served description, signing as three roles.

1. `FKS_SCHEMATHESIS_EXAMPLES` is the number of generated calls per operation, role and mode.
2. Values named by a format are often real ones (tokens, ids, hashes), so that calls go deep.
3. Every operation is also called once as it is meant, and answers 2xx.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from fachkraft_share import limits
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.node.partners.lists import take_federation
from fachkraft_share.ports.runtime import Request
from fachkraft_share.testing.two_alliances import GOSLAR
from fachkraft_share.testing.world import World
from fachkraft_share.wire.encoding import sha256

EXAMPLES = int(os.environ.get("FKS_SCHEMATHESIS_EXAMPLES", "6"))
FILE = Path(__file__).parents[2] / "src/fachkraft_share/node/http/openapi.yaml"
DESCRIBED = yaml.safe_load(FILE.read_text("utf-8"))
OPERATIONS = [
    (path, method, told["operationId"])
    for path, methods in DESCRIBED["paths"].items()
    for method, told in methods.items()
    if isinstance(told, dict) and "operationId" in told
]
ROLES = ("anonymous", "member", "origin")
# A description cannot say when a signed document is acceptable: positive data may be refused. And
# an event that is not right is refused in its own answer, not with the status of the whole call.
LIST = b"AGS;name\n03153;Goslar\n"
NEVER = ("positive_data_acceptance", "missing_required_header")
NOT_HERE = {"postEvents": ("negative_data_rejection",)}
REAL: dict[str, list[str]] = {}  # values of the running alliance, by format


def _real(name: str) -> st.SearchStrategy[str]:
    def pick(number: int) -> str:
        known = REAL.get(name) or ["x"]
        return known[number % len(known)]

    return st.integers(0, 99).map(pick)


for _format in ("token", "id", "sha256", "cursor", "organisation"):
    schemathesis.openapi.format(f"fks-{_format}", _real(f"fks-{_format}"))
schemathesis.openapi.media_type("application/octet-stream", st.binary(max_size=200))


@schemathesis.serializer("application/secevent+jwt")
def serialise_token(_: Any, value: Any) -> Any:
    """Send a token as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


@attrs.frozen(eq=False)
class Signed(AuthBase):
    """Signs a request as a member does, over exactly what is sent."""

    party: Any

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the request token."""
        body = prepared.body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        path, _, query = str(prepared.path_url).partition("?")
        request = Request(f"{prepared.method} {path}", query=query, body=raw)
        prepared.headers["Authorization"] = self.party.authorization(request)
        return prepared


@attrs.frozen(eq=False)
class Stage:
    """The alliance with a referral in the middle of its life, and calls that are right."""

    url: str
    roles: dict[str, AuthBase | None]
    valid: dict[str, Callable[[], dict[str, Any]]]
    signer: dict[str, str]


@pytest.fixture(scope="module", autouse=True)
def no_waiting() -> Iterator[None]:
    """Let polls come back at once, however long they are willing to wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "POLL_WAIT", 0)
        yield


@pytest.fixture(scope="module")
def stage(alliance: Any) -> Iterator[Stage]:
    """Play a story up to a disclosure and gather its values."""
    origin, reader = alliance.join("muster"), alliance.join("beispiel")
    made = origin.recommend().grant()
    polled = reader.poll()
    request = made.asked(reader)
    answer = made.answer_of(request)
    blob = secrets.token_bytes(limits.BLOB_CLASSES[0])
    assert made.put(reader, blob).status_code == 201
    disclosed = made.disclosure(reader, request, answer=answer, blob=blob)
    [said] = origin.post(disclosed)
    assert said["status"] == "accepted"
    ended = origin.recommend().grant()
    reader.poll()
    lists = alliance.node.vocabulary
    lists.add(lists.examine(LIST, file="kreise.csv"))
    REAL["fks-token"] = [*_tokens(polled), disclosed, made.posted["token"], origin.application()]
    REAL["fks-id"] = [made.id, ended.id, request]
    REAL["fks-sha256"] = [sha256(blob), answer, sha256(LIST), "0" * 64]
    REAL["fks-cursor"] = [str(one) for one in reader.cursors.values()]
    REAL["fks-organisation"] = [reader.id, origin.id, "https://fremd.example"]
    yield Stage(
        alliance.url,
        {
            "anonymous": None,
            "member": Signed(reader),
            "origin": Signed(origin),
            "partner": Signed(_partner(alliance)),
        },
        _valid(alliance, made, reader=reader, blob=blob),
        {"invite": "origin", "putBlob": "origin", "heads": "partner"},
    )
    REAL.clear()


def _partner(alliance: Any) -> Any:
    """Let the node recognise another alliance, and return that one's node."""
    world, node, at = World(place=GOSLAR, begin=alliance.now()), alliance.node, alliance.now()
    goslar = world.node.service
    terms = Terms(until=at + 30 * limits.DAY, legal="Vereinbarung 2026/1")
    plan = node.agreeing.recognise(goslar.agreeing.alliance, terms, gives=True, takes=True)
    node.agreeing.sign(plan)
    stood = goslar.exchange.members.federation
    take_federation(node.exchange, goslar.id, stood(None), fetch=stood)
    party = alliance.party("goslar")
    party.id, party.sign = goslar.id, world.node.secrets.node
    return party


def _tokens(polled: dict[str, Any]) -> list[str]:
    return [token for one in polled["events"] for token in (one["token"], *one["with"])]


def _valid(
    alliance: Any, made: Any, *, reader: Any, blob: bytes
) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return a right call for each operation."""
    fresh = secrets.token_bytes(limits.BLOB_CLASSES[0])
    kept: dict[str, Any] = {"media_type": "application/json"}
    return {
        "join": lambda: {**kept, "body": _joining(alliance)},
        "invite": lambda: {**kept, "body": {"ref": made.nonce, "language": "en"}},
        "postEvents": lambda: {**kept, "body": {"events": [made.posted]}},
        "poll": lambda: {**kept, "body": dict(reader.cursors)},
        "putBlob": lambda: {
            "path_parameters": {"sha256": sha256(fresh)},
            "query": {"to": reader.id, "referral": made.id},
            "body": fresh,
            "media_type": "application/octet-stream",
        },
        "getBlob": lambda: {"path_parameters": {"sha256": sha256(blob)}},
        "vocabulary": lambda: {"path_parameters": {"sha256": sha256(LIST)}},
        "withdraw": lambda: {**kept, "body": {"withdrawal": made.withdrawal()}},
    }


def _joining(alliance: Any) -> dict[str, str]:
    party = alliance.party("neu")
    return {"code": alliance.code(), "application": party.application()}


@pytest.fixture(scope="module")
def schema(stage: Stage) -> Any:
    """Return the description as the node serves it."""
    served = requests.get(f"{stage.url}/openapi.json", timeout=10).json()
    found = schemathesis.openapi.from_dict(served)
    found.config.update(base_url=stage.url)
    found.config.generation.update(with_security_parameters=False)  # `Signed` is the security
    refused = found.config.checks.negative_data_rejection
    refused.expected_statuses = "400 401 403 404 405 409 413 415 422".split()
    return found


def excluded(name: str) -> list[Any]:
    """Return the checks that cannot hold for an operation."""
    load_all_checks()
    return list(CHECKS.get_by_names([*NEVER, *NOT_HERE.get(name, ())]))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("path", "method", "name"), OPERATIONS, ids=[one[2] for one in OPERATIONS])
def test_no_call_finds_a_fault(
    stage: Stage, schema: Any, path: str, method: str, name: str, role: str
) -> None:
    """Whatever is sent, the answer is one that the description names, and never a 5xx."""
    operation = schema[path][method.upper()]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=one) for one in modes])

    @settings(
        max_examples=2 * EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def check(case: Any) -> None:
        case.call_and_validate(auth=stage.roles[role], excluded_checks=excluded(name), timeout=30)

    check()


@pytest.mark.parametrize(("path", "method", "name"), OPERATIONS, ids=[one[2] for one in OPERATIONS])
def test_every_operation_works_as_described(
    stage: Stage, schema: Any, path: str, method: str, name: str
) -> None:
    """A right call is answered with 2xx, in the described form."""
    told = stage.valid.get(name, dict)()
    case = schema[path][method.upper()].Case(**told)
    auth = stage.roles[stage.signer.get(name, "member")]
    answer = case.call_and_validate(auth=auth, excluded_checks=excluded(name), timeout=30)
    assert 200 <= answer.status_code < 300, answer.text


def test_a_raw_event_is_taken_too(stage: Stage) -> None:
    """The other media type of `POST /events`, also for one that is known already."""
    token = REAL["fks-token"][0]
    kept = {"Content-Type": "application/secevent+jwt"}
    answer = requests.post(f"{stage.url}/events", data=token, headers=kept, timeout=10)
    assert answer.status_code in (202, 403), answer.text
    assert json.loads(answer.text)
