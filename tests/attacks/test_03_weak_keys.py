"""Attack 3, through the services: weak, default or shared keys (CVE-2026-24044)."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.member.identity import new_identity
from fachkraft_share.member.joining import Newcomer, application_of
from fachkraft_share.member.machine import real_runtime
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.lists import sign_statement
from fachkraft_share.testing.world import address
from fachkraft_share.wire import jws, keys
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64

P = 2**255 - 19
# The points of X25519 (RFC 7748) whose order divides 8, with and without a full reduction.
SMALL = (
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    P - 1,
    P,
    P + 1,
)
WEAK = [
    *((KeyUse.SIGN, raw) for raw in sorted({*keys.LOW_ORDER_KEYS, *keys.KNOWN_SIGNING_KEYS})),
    *((KeyUse.SEAL, number.to_bytes(32, "little")) for number in SMALL),
]


class Applicant:
    """Somebody who applies with keys of its choice."""

    def __init__(self, town: Any, name: str = "vierte") -> None:
        self.town, self.id = town, address(name)
        runtime = town.runtime(name)
        self.identity = new_identity(self.id, runtime=runtime)
        token = application_of(Newcomer(self.id, name), identity=self.identity, runtime=runtime)
        claims = jws.parse(token, types=(jws.Type.MEMBER,)).claims
        self.said = structure(claims, MemberStatement)
        self.code = town.service.enrolment.invite(name, ["employer"])

    def applies(self, *, code: str | None, added: Any) -> Any:
        """Apply with these keys beside the own ones."""
        stated = self.said.organisation
        changed = attrs.evolve(stated, keys=(*stated.keys, *added))
        said = attrs.evolve(self.said, organisation=changed)
        key = self.identity.signing(at=self.town.clock.at)
        body = {"code": code, "application": sign_statement(said, key=key, suite=self.town.suite)}
        return self.town.service.handle(Request("POST /members", body=json.dumps(body).encode()))


@pytest.mark.parametrize(("use", "raw"), WEAK, ids=range(len(WEAK)))
def test_a_weak_key_is_enrolled(town_of_all: Any, code_of: Any, use: KeyUse, raw: bytes) -> None:
    """Under it one signature would fit every text, or everybody could open every seal."""
    applicant = Applicant(town_of_all)
    kid = keys.kid(raw, crv=keys.CURVES[use])
    key = applicant.said.organisation.keys[0]
    weak = attrs.evolve(key, kid=kid, x=b64(raw), use=use)
    before = town_of_all.kept()
    answer = applicant.applies(code=applicant.code, added=[weak])
    assert answer.status in (400, 403)
    assert code_of(answer) in ("signature", "malformed")
    assert town_of_all.kept() == before


def test_another_members_key_is_enrolled(town: Any, code_of: Any) -> None:
    """Possession is proved for the key that signs; any other key must at least be nobody's.

    Neither a newcomer nor a member that changes its keys takes one over.
    """
    stolen = [key.public(town.suite) for key in town.members["dritte"].identity.keys]
    applicant = Applicant(town)
    before = town.kept()
    for key in stolen:
        answer = applicant.applies(code=applicant.code, added=[key])
        assert (answer.status, code_of(answer)) == (403, "signature")
    assert town.kept() == before
    assert applicant.applies(code=applicant.code, added=[]).status == 201
    applicant.said = attrs.evolve(applicant.said, iat=applicant.said.iat + 1)
    before = town.kept()
    for key in stolen:
        answer = applicant.applies(code=None, added=[key])
        assert (answer.status, code_of(answer)) == (403, "signature")
    assert town.kept() == before


def test_two_installations_share_no_key(tmp_path: Path) -> None:
    """Keys are made by the program; there is no default and no key in the package."""
    made: list[bytes] = []
    for number in range(2):
        founding = Founding(f"https://node{number}.example", f"https://harz{number}.example")
        node = init(tmp_path / str(number), founding, root=tmp_path / f"root{number}.json")
        made += [node.exchange.keys.node.seed, node.exchange.keys.online.seed]
        made += [node.exchange.keys.cursor, node.exchange.keys.operator.encode()]
        node.exchange.store.close()  # type: ignore[attr-defined]
        made.append((tmp_path / f"root{number}.json").read_bytes())
        identity = new_identity(f"https://m{number}.example", runtime=real_runtime())
        made += [key.seed for key in identity.keys] + [identity.suppression]
    assert len(set(made)) == len(made) == 16


def test_a_statement_of_another_issuer_is_refused(town: Any) -> None:
    """The authority signs under its own name only: neither statement nor list names another."""
    from fachkraft_share.errors import RefusedError, SignatureError
    from fachkraft_share.protocol.lists import Federation, read_federation

    told = json.loads(town.service.handle(Request("GET /federation")).body)
    found = structure(told, Federation)
    engine = town["dritte"].engine
    claims = jws.parse(found.authority, types=(jws.Type.MEMBER,)).claims
    for issuer in (address("fremd"), engine.id):
        forged = jws.sign(
            {**claims, "iss": issuer}, type=jws.Type.MEMBER, key=town.node.root, suite=town.suite
        )
        with pytest.raises((RefusedError, SignatureError), match="another"):
            read_federation(
                attrs.evolve(found, authority=forged),
                known=engine.directories.now(),
                suite=town.suite,
                at=town.clock.at,
            )
    assert unstructure(found) == told
