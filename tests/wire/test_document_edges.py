"""Signed documents and request tokens at the edges of their form: one byte more, one less."""

import base64
import contextlib
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.wire import jws, request
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.ids import check_organisation_id
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

NOW = 1_795_305_600
JTI = "AAAAAAAAAAAAAAAAAAAAAA"


def longest_document(key: PrivateKey, suite: Suite) -> str:
    """Return a document of exactly the greatest length."""
    for kind in jws.Type:  # base64url skips one length in four; another type shifts them
        empty = len(jws.sign({"a": ""}, type=kind, key=key, suite=suite))
        room = (limits.MESSAGE_BYTES - empty) * 3 // 4
        for filling in range(room - 2, room + 2):
            with contextlib.suppress(MalformedError):
                made = jws.sign({"a": "x" * filling}, type=kind, key=key, suite=suite)
                if len(made) == limits.MESSAGE_BYTES:
                    return made
    raise AssertionError("nothing that long is signed")


def test_the_longest_document_is_signed_and_read_and_one_byte_more_is_not(
    key: PrivateKey, suite: Suite
) -> None:
    """The greatest length belongs to what is allowed."""
    longest = longest_document(key, suite)
    parsed = jws.parse(longest, types=tuple(jws.Type))
    with pytest.raises(MalformedError, match="longer"):
        jws.parse(longest + "A", types=tuple(jws.Type))
    more = {"a": f"{parsed.claims['a']}xx"}
    with pytest.raises(MalformedError, match="longer"):
        jws.sign(more, type=parsed.type, key=key, suite=suite)


@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_a_signature_of_another_length_is_refused_before_any_arithmetic(
    length: int, key: PrivateKey, suite: Suite
) -> None:
    """By reading, and by verifying what somebody read otherwise."""
    token = jws.sign({}, type=jws.Type.EVENT, key=key, suite=suite)
    other = f"{token.rpartition('.')[0]}.{b64(bytes(length))}"
    with pytest.raises(MalformedError, match="64 bytes"):
        jws.parse(other, types=[jws.Type.EVENT])
    parsed = attrs.evolve(jws.parse(token, types=[jws.Type.EVENT]), raw=other.encode())
    with pytest.raises(MalformedError, match="64 bytes"):
        jws.verify(parsed, suite.public(key.seed), suite=suite)


def test_received_bytes_stay_out_of_what_is_printed(key: PrivateKey, suite: Suite) -> None:
    """They hold the claims, only in other letters."""
    token = jws.sign({"name": "Erika"}, type=jws.Type.EVENT, key=key, suite=suite)
    shown = repr(jws.parse(token, types=[jws.Type.EVENT]))
    assert not [part for part in token.split(".") if part in shown]


def test_the_longest_header_is_read_and_one_byte_more_is_not(key: PrivateKey, suite: Suite) -> None:
    """However well it is signed: servers and proxies allow no more."""

    def made(text: str) -> str:
        told: dict[str, Any] = {"aud": "https://node.example", "body": b"", "at": NOW, "jti": JTI}
        return request.make(iss="https://a.example", op=text, key=key, suite=suite, **told)

    lengths = {len(made("x" * n)): n for n in range(5_700, 5_900)}
    assert limits.REQUEST_TOKEN_BYTES in lengths
    longest = lengths[limits.REQUEST_TOKEN_BYTES]
    assert request.read_header(made("x" * longest))[1].op == "x" * longest
    with pytest.raises(MalformedError, match="beyond"):
        request.read_header(made("x" * (longest + 2)))


@pytest.mark.parametrize("last", ["X", "x", "_", "-", "0"])
def test_only_padding_is_stripped(last: str) -> None:
    """Whatever letter a text ends with."""
    for length in range(4, 40, 4):
        text = "A" * (length - 1) + last
        assert b64(base64.urlsafe_b64decode(text)) == text


@pytest.mark.parametrize(
    ("port", "fits"), [("1", True), ("65535", True), ("65536", False), ("0", False)]
)
def test_a_port_is_one_of_those_that_exist(port: str, fits: bool) -> None:
    """The last one is 65535."""
    name = f"https://muster.example:{port}"
    if fits:
        assert check_organisation_id(name) == name
        return
    with pytest.raises(MalformedError):
        check_organisation_id(name)
