"""A bundle of a referral that went to many partners: one root key proves all of their lists."""

from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance
from fachkraft_share.model.alliance import ListEntry, MemberStatement
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Role
from fachkraft_share.protocol.agreements import sign_agreement
from fachkraft_share.protocol.bundle import Bundle, ClosureProof, Ended, PartnerProof
from fachkraft_share.protocol.erasure import manifests
from fachkraft_share.protocol.lists import Federation, sign_list, sign_statement
from fachkraft_share.protocol.records import Held
from fachkraft_share.protocol.verifying import Finding, Kind, Verdict, verify_bundle
from fachkraft_share.testing.evidence import Evidence
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    Scene,
    member,
    name_id,
    seed,
)
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import sha256

NODES: Final = tuple(f"https://node.p{n:0>2}.example" for n in reversed(range(10)))


@attrs.frozen
class Beyond:
    """A partner alliance of a node and one firm, and what ours has agreed with it."""

    scene: Scene
    node: str

    @property
    def ruler(self) -> str:
        """Its authority."""
        return self.node.replace("node.", "")

    @property
    def root(self) -> keys.PrivateKey:
        """Its root key."""
        end, suite = limits.INTEGER_MAX, self.scene.suite
        return keys.signing_key(
            seed(f"{self.ruler} root"), not_before=0, not_after=end, suite=suite
        )

    def federation(self) -> Federation:
        """Return its signed list."""
        suite, begin, end = self.scene.suite, NOW - DAY, NOW + 60 * DAY
        ruler = member(self.ruler, suite=suite, role=Role.AUTHORITY)
        node = member(self.node, suite=suite, role=Role.NODE)
        wish = MemberStatement(node.id, begin, end, node.organisation)
        applied = sign_statement(wish, key=node.sign, suite=suite)
        said = MemberStatement(ruler.id, begin, end, node.organisation, applied)
        token = sign_statement(said, key=ruler.sign, suite=suite)
        entries = [ListEntry(node.id, sha256(token.encode()))]
        told: dict[str, Any] = {"key": ruler.sign, "suite": suite, "at": begin}
        pages = sign_list(entries, (), number=1, authority=ruler.id, **told)
        stated = MemberStatement(ruler.id, begin, end, ruler.organisation)
        return Federation(sign_statement(stated, key=self.root, suite=suite), pages, (token,))

    def recognition(self) -> str:
        """Return our authority's word that data may go there."""
        pinned = self.root.public(self.scene.suite).x
        terms = Agreement(
            AUTHORITY,
            name_id(self.node),
            0,
            AgreementKind.RECOGNITION,
            "Harz",
            "de",
            "2026/1",
            (Purpose.OTHER_REGIONS,),
            NOW - DAY,
            NOW - DAY,
            NOW + 90 * DAY,
            partner=PartnerAlliance(self.ruler, pinned, self.node, self.node, self.node),
            gives=True,
        )
        key = self.scene.members[AUTHORITY].sign
        return sign_agreement(terms, key=key, suite=self.scene.suite)


@pytest.fixture(scope="module")
def abroad(scene: Scene, evidence: Evidence) -> Bundle:
    """The complete bundle, had the referral gone to ten partners too."""
    every = [Beyond(scene, node) for node in NODES]
    signed = tuple(one.recognition() for one in every)
    ours, key = evidence.federation(), scene.members[AUTHORITY].sign
    entries = [
        ListEntry(id, sha256(token.encode()))
        for id, token in zip((NODE, ORIGIN, REQUESTER, READER), ours.statements, strict=True)
    ]
    pages = sign_list(
        entries,
        (),
        number=7,
        authority=AUTHORITY,
        key=key,
        suite=scene.suite,
        at=NOW - DAY,
        agreements=[sha256(one.encode()) for one in signed],
    )
    return evidence.bundle(
        federations=(attrs.evolve(ours, pages=pages),),
        agreements=signed,
        partners=tuple(PartnerProof(one.node, (one.federation(),)) for one in every),
    )


def check(scene: Scene, bundle: Bundle) -> Verdict:
    """Verify against the scene's root."""
    root = scene.root.public(scene.suite).x
    return verify_bundle(bundle, suite=scene.suite, at=NOW + DAY, root=root)


def served(evidence: Evidence, *nodes: str) -> tuple[str, ...]:
    """Return our node's manifest that lists these partner nodes alone."""
    return tuple(evidence.manifests(held=tuple(Held("", one, 1, NOW) for one in nodes)))


def theirs(evidence: Evidence, *holders: str) -> tuple[str, ...]:
    """Return the first partner's manifest that lists these."""
    (page,) = manifests(
        [Held("", one, 1, NOW) for one in holders],
        closure=evidence.story.withdrawal.sha256,
        scope="all",
    )
    key = member(NODES[0], suite=evidence.scene.suite, role=Role.NODE).sign
    return (evidence.story.event(page, by=NODES[0], aud=NODE, key=key),)


def test_partners_that_were_given_nothing_owe_nothing(scene: Scene, abroad: Bundle) -> None:
    """Their lists are read all the same."""
    assert check(scene, abroad) == Verdict(ok=True, findings=())


def test_partners_that_were_served_are_named_in_the_order_of_their_names(
    scene: Scene, evidence: Evidence, abroad: Bundle
) -> None:
    """Each owes the list of its own holders and its receipt; two verdicts can be compared."""
    bundle = attrs.evolve(abroad, manifests=served(evidence, *NODES), receipts=abroad.receipts[2:])
    found = check(scene, bundle).findings
    assert found == (
        *(Finding(Kind.OPEN, "no-manifest", node) for node in sorted(NODES)),
        *(Finding(Kind.OPEN, "no-receipt", node) for node in sorted(NODES)),
    )


def test_a_partner_writes_a_page_of_the_same_number_as_ours(
    scene: Scene, evidence: Evidence, abroad: Bundle
) -> None:
    """Two nodes, two manifests of one scope; the same node's second is one too many."""
    own, other = served(evidence, NODES[0]), theirs(evidence)
    bundle = attrs.evolve(abroad, manifests=(*own, *other), receipts=abroad.receipts[2:])
    assert check(scene, bundle).findings == (Finding(Kind.OPEN, "no-receipt", NODES[0]),)
    twice = attrs.evolve(bundle, manifests=(*own, *other, *other))
    assert Finding(Kind.FORGED, "two-manifests", "manifests") in check(scene, twice).findings


def test_an_end_for_a_partner_alone_asks_its_node_whom_it_served(
    scene: Scene, evidence: Evidence, abroad: Bundle
) -> None:
    """Even where ours served nobody there: it may not have heard of it yet."""
    end = evidence.story.person.withdrawal(scope=NODES[0])
    bundle = attrs.evolve(
        abroad,
        closures=(ClosureProof(end.token),),
        manifests=tuple(evidence.manifests(end, NODES[0], held=())),
        receipts=(),
        tombstones=(Ended(NODES[0], end.sha256),),
    )
    assert check(scene, bundle).findings == (
        Finding(Kind.OPEN, "not-closed"),
        Finding(Kind.OPEN, "no-manifest", NODES[0]),
    )


def test_what_a_partner_says_of_our_members_counts_for_nothing(
    scene: Scene, evidence: Evidence, abroad: Bundle
) -> None:
    """It neither lists one of ours nor a member of a third alliance."""
    own, other = served(evidence, NODES[0]), theirs(evidence, READER, NODES[1])
    bundle = attrs.evolve(abroad, manifests=(*own, *other), receipts=abroad.receipts[2:])
    assert check(scene, bundle).findings == (Finding(Kind.OPEN, "no-receipt", NODES[0]),)


WRONG: Final[dict[str, tuple[Callable[[Bundle], dict[str, Any]], str]]] = {
    "agreements without partners": (lambda _: {"partners": ()}, "surplus"),
    "partners without agreements": (lambda _: {"agreements": ()}, "agreement-incomplete"),
    "a partner of nobody": (
        lambda b: {"partners": (attrs.evolve(b.partners[0], node="https://x.example"),)},
        "agreement",
    ),
    "a partner twice": (lambda b: {"partners": b.partners[:1] * 2}, "agreement"),
    "a partner without lists": (
        lambda b: {"partners": (attrs.evolve(b.partners[0], federations=()),)},
        "agreement",
    ),
    "agreements within a list": (
        lambda b: {
            "federations": (attrs.evolve(b.federations[0], agreements=b.agreements),),
        },
        "surplus",
    ),
}


@pytest.mark.parametrize("why", WRONG)
def test_lists_partners_and_agreements_belong_together(
    why: str, scene: Scene, abroad: Bundle
) -> None:
    """None that nothing refers to, none missing, each once and in its place."""
    change, code = WRONG[why]
    assert check(scene, attrs.evolve(abroad, **change(abroad))) == Verdict(
        ok=False, findings=(Finding(Kind.FORGED, code, "federations"),)
    )
