"""Attack 10: broken object rights, and forms sent from foreign pages.

Precedents: CVE-2025-68158, CVE-2021-32654. Every role against every object, and at the desk every
link against every act.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.http.serve import serving
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.records import Blob, Contact, Tombstone
from fachkraft_share.testing.world import address
from fachkraft_share.wire.encoding import b64, sha256

ROLES = ("nobody", "left", "stranger", "dritte", "muster", "beispiel")
# operation -> who may; everybody else is refused
RIGHTS = {
    "fetch the dossier": {"beispiel"},
    "put a dossier for another's referral": set[str](),
    "put a dossier for the own referral": {"muster"},
    "poll": {"left", "dritte", "muster", "beispiel"},
    "read the tombstones": {"left", "dritte", "muster", "beispiel"},
    "invite": {"dritte", "muster", "beispiel"},
}


@pytest.fixture(scope="module")
def crowd(new_town: Any) -> Any:
    """A town in which `letzte` has left."""
    town = new_town()
    town.join("letzte")
    town.settle()
    town.service.authority.change(address("letzte"), Status.LEFT)
    return town


def attempt(town: Any, role: str, what: str) -> int:
    """Try it in that role; return the status."""
    name = next(one.sha256 for one in town.rows(Blob) if one.named)
    fresh = secrets.token_bytes(limits.BLOB_CLASSES[0])
    put = {"resource": sha256(fresh)}
    to = f"to={address('beispiel')}&referral="
    calls: dict[str, tuple[str, Any, dict[str, str]]] = {
        "fetch the dossier": ("GET /blobs", b"", {"resource": name}),
        "put a dossier for another's referral": (
            "PUT /blobs",
            fresh,
            {**put, "query": f"to={address('dritte')}&referral={'A' * 22}"},
        ),
        "put a dossier for the own referral": (
            "PUT /blobs",
            fresh,
            {**put, "query": to + town.referral},
        ),
        "poll": ("POST /poll", {"closures": None, "events": None}, {}),
        "read the tombstones": ("GET /tombstones", b"", {}),
        "invite": ("POST /invitations", {"ref": b64(secrets.token_bytes(16))}, {}),
    }
    operation, body, more = calls[what]
    by = {"nobody": "muster", "left": "letzte", "stranger": "muster"}.get(role, role)
    request = town.request(by, operation, body, **more)
    if role == "nobody":
        request = attrs.evolve(request, authorization="")
    if role == "stranger":
        request = attrs.evolve(request, authorization=_by_a_stranger(town, request))
    status: int = town.service.handle(request).status
    return status


def _by_a_stranger(town: Any, request: Request) -> str:
    from fachkraft_share.member.identity import new_identity
    from fachkraft_share.wire import request as tokens

    identity = new_identity(address("fremd"), runtime=town.runtime("fremd"))
    return tokens.make(
        iss=address("fremd"),
        aud=town.service.id,
        op=request.op,
        body=request.body,
        at=town.clock.at,
        jti=b64(secrets.token_bytes(16)),
        key=identity.signing(at=town.clock.at),
        suite=town.suite,
    )


@pytest.mark.parametrize("what", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says(crowd: Any, role: str, what: str) -> None:
    """And nothing else: 4xx, without a hint whether the thing exists."""
    status = attempt(crowd, role, what)
    assert (status < 300) == (role in RIGHTS[what]), status
    assert status < 500


def test_what_is_anothers_looks_like_what_is_not_there(town: Any) -> None:
    """A reader cannot tell a dossier that waits for somebody else from one that never was."""
    for name in (*(one.sha256 for one in town.rows(Blob)), "0" * 64):
        mine = town.call("dritte", "GET /blobs", resource=name)
        assert mine.status == 404
        assert json.loads(mine.body)["type"].endswith("not-found")


def test_a_foreign_members_existence_is_not_told(town: Any) -> None:
    """A name on no list and a member's name with a wrong key are refused alike."""
    bodies = set()
    for role in ("nobody", "stranger"):
        request = town.request("muster", "POST /poll", {"closures": None, "events": None})
        token = "" if role == "nobody" else _by_a_stranger(town, request)
        answer = town.service.handle(attrs.evolve(request, authorization=token))
        bodies.add(answer.body)
    claimed = _in_the_name_of(town, "dritte")
    bodies.add(town.service.handle(claimed).body)
    assert len(bodies) == 1


def _in_the_name_of(town: Any, name: str) -> Request:
    from fachkraft_share.wire import jws

    request: Request = town.request("muster", "POST /poll", {"closures": None, "events": None})
    claims = jws.parse(request.authorization.removeprefix("FKS "), types=(jws.Type.REQUEST,)).claims
    key = town["muster"].engine.signing_key()
    forged = jws.sign(
        {**claims, "iss": address(name)}, type=jws.Type.REQUEST, key=key, suite=town.suite
    )
    return attrs.evolve(request, authorization=f"FKS {forged}")


# The desk ----------------------------------------------------------------------------------------


def test_a_link_does_nothing_for_another_person(town: Any) -> None:
    """Two persons, and each tries the other's requests, holders and acts."""
    other, second = town.recommend(number="2")
    other.grant()
    town.settle()
    [contact] = town.rows(Contact)
    for act in (
        lambda: other.agree(contact.request),
        lambda: other.refuse(contact.request),
        lambda: other.withdraw(scope="https://fremd.example"),
    ):
        with pytest.raises(FachkraftShareError):
            act()
    assert [one.referral for one in town.rows(Tombstone)] == []
    other.withdraw()
    assert {one.referral for one in town.rows(Tombstone)} == {second}


def test_the_first_link_only_withdraws_once_there_is_a_second(town: Any) -> None:
    """The origin knows the first link; with it nothing is granted, answered or read."""
    person, _ = town.recommend(number="3")
    first = attrs.evolve(person)
    person.grant()
    view = first.look()
    assert (view.holders, view.contacts, view.profile) == ((), (), ())
    for act in (first.grant, first.renew, first.decline, first.bundle, lambda: first.agree("x")):
        with pytest.raises(FachkraftShareError):
            act()
    first.withdraw()
    assert person.look().stage == "closed"


@pytest.fixture
def site(town: Any) -> Iterator[str]:
    """The town's node on a socket."""
    with serving(town.service) as url:
        yield url


FORMS = ("grant", "check", "change", "decline", "renew", "withdraw", "answer", "rights")
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://fremd.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_foreign_page_does_nothing(town: Any, site: str, form: str) -> None:
    """Fetch metadata decides, else the origin; even for whoever knows the link."""
    before = town.kept()
    fields = {"answer": "accepted", "request": town.asked, "right": "access", "adult": "yes"}
    for headers in FOREIGN:
        answer = requests.post(
            f"{site}/d/{town.candidate.secret}/{form}",
            data=fields,
            headers=headers,
            timeout=20,
            allow_redirects=False,
        )
        assert answer.status_code == 403
    assert town.kept() == before


@pytest.mark.parametrize("form", FORMS)
def test_reading_an_address_of_a_form_does_nothing(town: Any, site: str, form: str) -> None:
    """GET and HEAD change nothing: mail scanners open links."""
    before = town.kept()
    for method in ("GET", "HEAD"):
        answer = requests.request(
            method, f"{site}/d/{town.candidate.secret}/{form}", timeout=20, allow_redirects=False
        )
        assert answer.status_code < 500
    assert town.kept() == before
