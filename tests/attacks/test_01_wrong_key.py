"""Attack 1, through the services: a key is believed about its owner.

Precedents: Fedify CVE-2026-96625, CVE-2025-54888, GHSA-8863-8468-7hq7, Mastodon CVE-2024-23832.
Every other change of a signed document stands in `tests/hostile/test_mutants.py`.
"""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.payloads import OutcomeKind, OutcomeReported, ReferralClosed
from fachkraft_share.protocol.records import Referral, Tombstone
from fachkraft_share.testing.world import address
from fachkraft_share.wire import jws


def test_a_member_speaks_in_anothers_name(town: Any) -> None:
    """A member's real key under another member's name and kid: nothing is processed."""
    said = OutcomeReported(town.asked, 0, OutcomeKind.HIRED)
    emitted = Emit("outcome.reported", address("muster"), town.referral, said)
    claims = jws.parse(town.signed("beispiel", emitted), types=(jws.Type.EVENT,)).claims
    key = town["dritte"].engine.signing_key()
    before = town.kept()
    for kid in (key.kid, town["beispiel"].engine.signing_key().kid):
        forged = jws.sign(
            claims, type=jws.Type.EVENT, key=attrs.evolve(key, kid=kid), suite=town.suite
        )
        [told] = town.post(forged)
        assert (told["status"], told["code"]) == ("refused", "signature")
    assert town.kept() == before


def test_a_reader_closes_what_is_not_its_own(town: Any) -> None:
    """Signed rightly and in its own name, but by whom neither made nor serves the referral."""
    [one] = town.rows(Referral)
    end = ReferralClosed(one.origin, one.key_x, one.nonce, "all", "withdrawn", one.not_after)
    token = town.signed(
        "dritte", Emit("referral.closed", f"{town.service.id}/holders", one.id, end)
    )
    [told] = town.post(token)
    assert (told["status"], told["code"]) == ("refused", "not-entitled")
    assert town.rows(Tombstone) == ()


def test_a_request_is_made_in_anothers_name(town: Any, code_of: Any) -> None:
    """The key must be the named member's; what a stranger could learn from is not told."""
    right = town.request("beispiel", "POST /poll", {"closures": None, "events": None})
    claims = jws.parse(right.authorization.removeprefix("FKS "), types=(jws.Type.REQUEST,)).claims
    key = town["dritte"].engine.signing_key()
    before = town.kept()
    for kid in (key.kid, town["beispiel"].engine.signing_key().kid):
        signer = attrs.evolve(key, kid=kid)
        token = jws.sign(claims, type=jws.Type.REQUEST, key=signer, suite=town.suite)
        answer = town.service.handle(attrs.evolve(right, authorization=f"FKS {token}"))
        assert (answer.status, code_of(answer)) == (401, "unauthenticated")
    assert town.kept() == before


class _Redirecting(http.server.BaseHTTPRequestHandler):
    """Sends every caller elsewhere and remembers who came."""

    def do_POST(self) -> None:
        """Redirect."""
        self.server.came.append(self.path)  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(307)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/stolen")  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def redirecting() -> Iterator[http.server.HTTPServer]:
    """A server that sends its callers away."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Redirecting)
    server.came = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_redirect_is_not_followed(redirecting: Any) -> None:
    """A member sends its token to the address it was told and nowhere else."""
    transport = HttpTransport()
    answer = transport.call(
        f"http://127.0.0.1:{redirecting.server_port}", Request("POST /poll", body=b"{}")
    )
    transport.close()
    assert answer.status == 307
    assert redirecting.came == ["/poll"]


def test_a_document_of_another_kind_is_no_application(town: Any, code_of: Any) -> None:
    """What a member signed for one purpose says nothing of its keys."""
    before = town.kept()
    for one in town.posted():
        body = {"code": None, "application": one["token"]}
        answer = town.service.handle(Request("POST /members", body=json.dumps(body).encode()))
        assert (answer.status, code_of(answer)) == (403, "signature")
    assert town.kept() == before
