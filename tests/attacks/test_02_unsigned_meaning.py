"""Attack 2, through the services: body or meaning is not what was signed.

Precedents: CVE-2023-49079, CVE-2026-46349.
"""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.records import Token
from fachkraft_share.wire.digest import content_digest
from fachkraft_share.wire.encoding import b64, sha256, unb64

POLL = b'{"closures":null,"events":null}'


@pytest.mark.parametrize(
    "body",
    [
        POLL + b" ",
        POLL.replace(b"null}", b'null,"max":1}'),
        b"",
        b"{}",
        POLL.replace(b'"events"', b'"events":null,"events"'),
    ],
)
def test_the_body_was_exchanged_under_its_token(town: Any, code_of: Any, body: bytes) -> None:
    """The token signs the bytes of the body; any others are refused before they are read."""
    before = town.kept()
    call = attrs.evolve(town.request("dritte", "POST /poll", POLL), body=body)
    answer = town.service.handle(call)
    assert (answer.status, code_of(answer)) == (401, "body-hash")
    assert town.kept() == before


@pytest.mark.parametrize(
    ("operation", "resource", "query"),
    [
        ("GET /tombstones", "", ""),
        ("GET /blobs", "0" * 64, ""),
        ("PUT /blobs", "0" * 64, "to=https://dritte.example&referral=x"),
    ],
)
def test_a_token_is_used_for_another_call(
    town: Any, code_of: Any, operation: str, resource: str, query: str
) -> None:
    """Operation, resource and query are signed."""
    before = town.kept()
    token = town.request("dritte", "POST /poll").authorization
    answer = town.service.handle(Request(operation, resource, query, authorization=token))
    assert (answer.status, code_of(answer)) == (401, "operation")
    assert town.kept() == before


def test_a_member_twice_in_one_body(town: Any, code_of: Any) -> None:
    """Two readers would read two things: refused by form, even from whom it is signed by."""
    twice = POLL.replace(b"}", b',"events":"x"}')
    answer = town.call("dritte", "POST /poll", twice)
    assert (answer.status, code_of(answer)) == (400, "malformed")


def test_a_name_twice_in_one_query(town: Any, code_of: Any) -> None:
    """The same holds for addresses."""
    answer = town.service.handle(Request("GET /federation", query="list=1&list=2"))
    assert (answer.status, code_of(answer)) == (400, "malformed")


def test_a_body_damaged_on_its_way_is_told_apart(town: Any, code_of: Any) -> None:
    """A digest that does not fit (RFC 9530) is no forgery but asks for the same again."""
    call = attrs.evolve(town.request("dritte", "POST /poll", POLL), digest=content_digest(b"other"))
    answer = town.service.handle(call)
    assert (answer.status, code_of(answer)) == (400, "digest")


def test_what_is_kept_are_the_bytes_that_came(town: Any) -> None:
    """Nothing is written anew: every token kept has the hash of what was posted."""
    kept = {one.sha256: one.body for one in town.rows(Token) if one.body is not None}
    assert all(sha256(body.encode()) == name for name, body in kept.items())
    posted = {one["token"] for one in town.posted()}
    assert len(posted & set(kept.values())) >= 3  # draft, request and disclosure, as they came


def test_a_part_is_exchanged_beside_the_signature(town: Any) -> None:
    """A profile's part that the envelope does not sign is refused with all the others."""
    draft = next(one for one in town.posted() if one["parts"])
    parts = [json.loads(unb64(text)) for text in draft["parts"]]
    before = town.kept()
    for place in range(len(parts)):
        for changed in (
            [parts[place][0], parts[place][1], {"occupation": "84"}],
            ["A" * 22, *parts[place][1:]],
        ):
            texts = list(draft["parts"])
            texts[place] = b64(json.dumps(changed, separators=(",", ":")).encode())
            [told] = town.post({**draft, "parts": texts})
            assert told["status"] in ("refused", "known"), told
    assert town.kept() == before
