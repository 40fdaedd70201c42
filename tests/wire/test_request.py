"""Who asks."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, SignatureError, WireError
from fachkraft_share.wire import convert, jws, request
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

NOW = 1_795_305_600
ISS, AUD, OP = "https://muster.example", "https://node.harz.example", "POST /poll"
JTI = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(scope="module")
def made(key: PrivateKey, suite: Suite) -> str:
    """A good header."""
    return request.make(iss=ISS, aud=AUD, op=OP, body=b"{}", at=NOW, jti=JTI, key=key, suite=suite)


@given(st.binary(max_size=50), st.text("abc/?=&", max_size=20))
def test_a_request_is_read_verified_and_checked(
    suite: Suite, key: PrivateKey, body: bytes, op: str
) -> None:
    """As the node does with every request."""
    value = request.make(iss=ISS, aud=AUD, op=op, body=body, at=NOW, jti=JTI, key=key, suite=suite)
    unverified, token = request.read_header(value)
    jws.verify(unverified, suite.public(key.seed), suite=suite)
    request.check(token, aud=AUD, op=op, body=body, at=NOW)
    assert token == request.RequestToken(ISS, AUD, op, request.body_hash(body), NOW, JTI)
    assert unverified.kid == key.kid


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"aud": "https://node.weser.example"}, "audience"),
        ({"op": "POST /events"}, "operation"),
        ({"op": "POST /poll?max=100"}, "operation"),
        ({"body": b"{} "}, "body-hash"),
        ({"body": b""}, "body-hash"),
        ({"at": NOW + limits.CLOCK_SKEW + 1}, "clock"),
        ({"at": NOW - limits.CLOCK_SKEW - 1}, "clock"),
    ],
    ids=str,
)
def test_a_token_for_something_else_is_refused(
    made: str, change: dict[str, Any], code: str
) -> None:
    """Another node, operation, body or time; the code says which."""
    _, token = request.read_header(made)
    asked: dict[str, Any] = {"aud": AUD, "op": OP, "body": b"{}", "at": NOW}
    with pytest.raises(RefusedError) as caught:
        request.check(token, **(asked | change))
    assert caught.value.code == code


@pytest.mark.parametrize("skew", [-limits.CLOCK_SKEW, 0, limits.CLOCK_SKEW])
def test_clocks_may_differ_by_two_minutes(made: str, skew: int) -> None:
    """Both ways, the limit included."""
    _, token = request.read_header(made)
    request.check(token, aud=AUD, op=OP, body=b"{}", at=NOW + skew)


def test_the_scheme_is_read_in_any_case(made: str) -> None:
    """RFC 9110 says so; the rest is exact."""
    assert request.read_header("fks" + made[3:]) == request.read_header(made)


def test_headers_that_are_no_request_token_are_refused(made: str) -> None:
    """Another scheme, spaces, nothing, too much."""
    token = made.removeprefix("FKS ")
    for value in (
        "", "FKS", "FKS ", token, f"Bearer {token}", f"FKS  {token}", f"FKS {token} ",
        f"FKS\t{token}", f"FKS {token},FKS {token}", f"FKS {token}".ljust(9000, "A"),
    ):  # fmt: skip
        with pytest.raises(MalformedError):
            request.read_header(value)


def test_an_event_is_no_request_token(suite: Suite, key: PrivateKey, made: str) -> None:
    """Even with the same claims."""
    claims = request.read_header(made)[0].claims
    event = jws.sign(claims, type=jws.Type.EVENT, key=key, suite=suite)
    with pytest.raises(SignatureError):
        request.read_header(f"FKS {event}")


TOKEN = request.RequestToken(ISS, AUD, OP, request.body_hash(b"{}"), NOW, JTI)


@pytest.mark.parametrize(
    "change",
    [{name: None} for name in attrs.asdict(TOKEN)]
    + [{"x": 1}, {"iat": str(NOW)}, {"iss": "muster"}, {"jti": "1"}, {"bh": "e30"}, {"aud": [AUD]}],
    ids=str,
)
def test_a_token_has_exactly_its_claims(
    suite: Suite, key: PrivateKey, change: dict[str, Any]
) -> None:
    """None missing, none more, each of its form; rightly signed or not."""
    claims = convert.unstructure(TOKEN) | change
    signed = jws.sign(claims, type=jws.Type.REQUEST, key=key, suite=suite)
    with pytest.raises(MalformedError):
        request.read_header(f"FKS {signed}")


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused_with_the_one_error(text: str) -> None:
    """No other error leaves."""
    for value in (text, f"FKS {text}"):
        with pytest.raises(WireError):
            request.read_header(value)
