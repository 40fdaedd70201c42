"""The erasure bundle at its edges: sizes, places, dates, and who is named by each finding."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.organisation import Role
from fachkraft_share.protocol import erasure
from fachkraft_share.protocol.bundle import Bundle, ClosureProof, Ended, read_bundle, write_bundle
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState
from fachkraft_share.protocol.records import Held
from fachkraft_share.protocol.verifying import Finding, Kind, Verdict, verify_bundle
from fachkraft_share.testing.evidence import SERVED, Evidence
from fachkraft_share.testing.scene import DAY, NODE, NOW, ORIGIN, READER, REQUESTER, Scene
from fachkraft_share.testing.story import Person
from fachkraft_share.wire import strict


def check(scene: Scene, bundle: Bundle, *, at: int = NOW + DAY) -> Verdict:
    """Verify against the scene's root."""
    root = scene.root.public(scene.suite).x
    return verify_bundle(bundle, suite=scene.suite, at=at, root=root)


def findings(scene: Scene, whole: Bundle, **changed: Any) -> tuple[Finding, ...]:
    """Return what is found in the complete bundle with these fields replaced."""
    return check(scene, attrs.evolve(whole, **changed)).findings


# As it is written ------------------------------------------------------------------------------


def test_a_bundle_says_what_it_is_in_words_others_rely_on(whole: Bundle) -> None:
    """The format's name and the three weights stand in files and outputs."""
    plain = strict.read(write_bundle(whole), limit=limits.BUNDLE_BYTES)
    assert isinstance(plain, dict)
    assert plain["format"] == "fks-bundle/1"
    assert [str(kind) for kind in Kind] == ["forged", "open", "note"]


def test_a_bundle_without_evidence_has_no_draft_and_nothing_else(evidence: Evidence) -> None:
    """What is left out is empty."""
    bare = Bundle("r", NODE, "root", (evidence.federation(),))
    assert (bare.draft, bare.consents, bare.closures) == ("", (), ())
    assert (bare.manifests, bare.receipts, bare.tombstones) == ((), (), ())


def test_a_bundle_is_longer_than_any_one_document(evidence: Evidence, whole: Bundle) -> None:
    """Lists and receipts of many holders fit in."""
    large = attrs.evolve(whole, receipts=whole.receipts * 30)
    data = write_bundle(large)
    assert limits.MESSAGE_BYTES < len(data) < limits.BUNDLE_BYTES
    assert read_bundle(data) == large


def test_no_token_and_no_part_is_printed(whole: Bundle) -> None:
    """A bundle in a log names nobody."""
    for proof in (*whole.receipts, *whole.closures):
        shown = repr(proof)
        assert not [text for text in attrs.astuple(proof) if text and text in shown]
    attached = ClosureProof("token", ("consent",))
    assert "consent" not in repr(attached)


# Where it is found -----------------------------------------------------------------------------

BROKEN = "x.y.z"


def test_each_finding_names_the_document_by_its_place(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Whoever reads the verdict finds it again."""
    second = (*whole.receipts[:1], attrs.evolve(whole.receipts[0], token=BROKEN))
    cases: dict[str, dict[str, Any]] = {
        "federations": {"federations": ()},
        "consents": {"consents": (BROKEN,)},
        "closures[1]": {"closures": (*whole.closures, ClosureProof(BROKEN))},
        "manifests[0]": {"manifests": (BROKEN,)},
        "receipts[1]": {"receipts": second},
    }
    for about, changed in cases.items():
        assert about in {
            one.about for one in findings(scene, whole, **changed) if one.kind is Kind.FORGED
        }


def test_a_consent_that_cannot_be_opened_is_told_with_its_reason(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Broken, or dated beyond what clocks drift: a finding, never an error."""
    ahead = evidence.story.person.consent(draft=whole.draft, iat=NOW + 9 * DAY)
    for token, code in ((BROKEN, "malformed"), (ahead.token, "future")):
        found = findings(scene, whole, consents=(token,))
        assert Finding(Kind.FORGED, code, "consents") in found


def test_each_contradiction_names_what_it_is_in(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """A code and a place for each."""
    other = Person(scene, "other")
    cases: list[tuple[dict[str, Any], Finding]] = [
        ({"node": READER}, Finding(Kind.FORGED, "no-node", "node")),
        ({"consents": ()}, Finding(Kind.FORGED, "consent", "consents")),
        ({"draft": "0" * 64}, Finding(Kind.FORGED, "other-consent", "consents")),
        (
            {"closures": (*whole.closures, ClosureProof(other.withdrawal().token))},
            Finding(Kind.FORGED, "other-closure", "closures"),
        ),
        (
            {"tombstones": (*whole.tombstones, Ended("all", "0" * 64))},
            Finding(Kind.FORGED, "no-closure", "tombstones[1]"),
        ),
        (
            {"manifests": tuple(evidence.manifests(closure="0" * 64))},
            Finding(Kind.FORGED, "no-closure", "manifests"),
        ),
        (
            {"manifests": whole.manifests * 2},
            Finding(Kind.FORGED, "two-manifests", "manifests"),
        ),
        (
            {"manifests": tuple(evidence.manifests(held=SERVED[:1]))},
            Finding(Kind.FORGED, "not-listed", READER),
        ),
        (
            {"receipts": (*whole.receipts, evidence.receipt(READER, closure="0" * 64))},
            Finding(Kind.FORGED, "no-closure", READER),
        ),
        ({"manifests": ()}, Finding(Kind.OPEN, "no-manifest", "all")),
        ({"receipts": whole.receipts[1:]}, Finding(Kind.OPEN, "no-receipt", REQUESTER)),
    ]
    for changed, expected in cases:
        assert expected in findings(scene, whole, **changed), expected


def test_a_broken_chain_ends_the_check_and_a_foreign_root_does_not_hide(
    scene: Scene, whole: Bundle
) -> None:
    """Without lists nothing can be judged; what was found before is told all the same."""
    bundle = attrs.evolve(whole, federations=())
    verdict = verify_bundle(bundle, suite=scene.suite, at=NOW + DAY, root="A" * 43)
    assert verdict == Verdict(
        ok=False,
        findings=(
            Finding(Kind.FORGED, "other-root", "root"),
            Finding(Kind.FORGED, "no-list", "federations"),
        ),
    )


def test_something_owed_is_not_complete_and_something_forged_is_not_either() -> None:
    """Only notes leave it complete."""
    for kind in Kind:
        assert Verdict(ok=True, findings=(Finding(kind, "x"),)).complete is (kind is Kind.NOTE)
    assert Finding(Kind.NOTE, "x").about == ""


# Lists -----------------------------------------------------------------------------------------


def test_a_node_is_one_that_the_lists_state_in_that_role(scene: Scene, whole: Bundle) -> None:
    """A member by the same name is none."""
    assert scene.members[NODE].organisation.roles == (Role.NODE,)
    codes = {one.code for one in findings(scene, whole, node=ORIGIN)}
    assert "no-node" in codes


def test_lists_follow_each_other_from_the_oldest(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Two numbers are two lists; the same one twice is one too many."""
    two = (evidence.federation(), evidence.federation(8))
    assert findings(scene, whole, federations=two) == ()
    (found,) = findings(scene, whole, federations=(two[0], two[0]))
    assert found == Finding(Kind.FORGED, "surplus", "federations")


def test_a_statement_too_few_is_found(scene: Scene, evidence: Evidence, whole: Bundle) -> None:
    """As one too many is."""
    short = evidence.federation()
    short = attrs.evolve(short, statements=short.statements[:-1])
    assert [one.about for one in findings(scene, whole, federations=(short,))] == ["federations"]


# Manifests and receipts ------------------------------------------------------------------------


def many(count: int) -> tuple[Held, ...]:
    """Return the ledger of that many readers besides the two."""
    more = (Held("", f"https://m{n:0>3}.example", 1, NOW) for n in range(count))
    return (*SERVED, *more)


def test_pages_count_in_any_order(scene: Scene, evidence: Evidence, whole: Bundle) -> None:
    """Their numbers tell which is which; a page missing in the middle is missing."""
    pages = evidence.manifests(held=many(2 * limits.PAGE_ENTRIES))
    assert len(pages) == 3
    owing = {
        one.about
        for one in findings(scene, whole, manifests=tuple(reversed(pages)))
        if one.code == "no-receipt"
    }
    assert len(owing) == 2 * limits.PAGE_ENTRIES
    for missing in range(3):
        some = tuple(page for n, page in enumerate(pages) if n != missing)
        assert Finding(Kind.OPEN, "no-manifest", "all") in findings(scene, whole, manifests=some)


def test_several_pages_of_one_manifest_are_not_two_manifests(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """They have one scope and numbers of their own; whoever owes is told by name."""
    pages = evidence.manifests(held=many(limits.PAGE_ENTRIES))
    found = findings(scene, whole, manifests=tuple(pages))
    assert not [one for one in found if one.kind is Kind.FORGED]
    owing = [one.about for one in found]
    assert len(owing) == limits.PAGE_ENTRIES
    assert owing == sorted(owing)


def test_pages_that_disagree_on_their_number_are_no_manifest(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Whichever of them names the smaller number: somebody may be missing."""
    held = many(limits.PAGE_ENTRIES)
    pages = evidence.manifests(held=held)
    assert len(pages) == 2
    for count in (1, 3):
        other = evidence.manifests(held=held, pages=count)
        for mixed in ((pages[0], other[1]), (other[0], pages[1]), tuple(other)):
            found = findings(scene, whole, manifests=mixed)
            assert Finding(Kind.OPEN, "no-manifest", "all") in found


def test_a_manifest_of_one_scope_says_nothing_of_others(scene: Scene, evidence: Evidence) -> None:
    """Whom it lists besides the one withdrawn from owes nothing by it."""
    sent = evidence.story.person.withdrawal(scope=READER)
    bundle = evidence.bundle(
        closures=(ClosureProof(sent.token),),
        manifests=tuple(evidence.manifests(sent, READER, held=SERVED)),
        receipts=(),
        tombstones=(Ended(READER, sent.sha256),),
    )
    assert [(one.code, one.about) for one in check(scene, bundle).findings] == [
        ("not-closed", ""),
        ("no-receipt", READER),
    ]


def test_without_its_manifest_a_closure_for_one_is_open_and_nobody_is_named(
    scene: Scene, evidence: Evidence
) -> None:
    """Nobody knows then who was served."""
    sent = evidence.story.person.withdrawal(scope=READER)
    bundle = evidence.bundle(
        closures=(ClosureProof(sent.token),),
        manifests=(),
        receipts=(),
        tombstones=(Ended(READER, sent.sha256),),
    )
    assert [(one.code, one.about) for one in check(scene, bundle).findings] == [
        ("not-closed", ""),
        ("no-manifest", READER),
    ]


def test_scopes_are_told_in_the_order_of_their_names(scene: Scene, evidence: Evidence) -> None:
    """Whatever the order in which they were closed; two verdicts can be compared."""
    scopes = [f"https://m{n:0>2}.example" for n in reversed(range(12))]
    sent = [evidence.story.person.withdrawal(scope=scope) for scope in scopes]
    bundle = evidence.bundle(
        closures=tuple(ClosureProof(one.token) for one in sent),
        manifests=(),
        receipts=(),
        tombstones=(),
    )
    owing = [one.about for one in check(scene, bundle).findings if one.code == "no-manifest"]
    assert owing == sorted(scopes)


def test_without_a_manifest_no_receipt_is_called_unlisted(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """The list is missing, not the holder."""
    assert findings(scene, whole, manifests=()) == (Finding(Kind.OPEN, "no-manifest", "all"),)


@pytest.mark.parametrize(("more", "code"), [(0, None), (1, "stale-receipt")])
def test_an_erasure_may_be_dated_a_day_after_its_receipt(
    more: int, code: str | None, scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Clocks drift that far and no second further."""
    late = evidence.receipt(NODE, erased_at=NOW + 60 + limits.MESSAGE_SKEW + more)
    found = findings(scene, whole, receipts=(*whole.receipts[:3], late))
    assert {one.code for one in found if one.kind is Kind.FORGED} == ({code} if code else set())


def test_a_receipt_of_another_scope_settles_nothing_here(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Nor does another holder's."""
    one = evidence.story.person.withdrawal(scope=READER)
    receipts = (
        *(proof for n, proof in enumerate(whole.receipts) if n != 1),
        evidence.receipt(READER, scope=READER, closure=one.sha256),
    )
    found = findings(
        scene,
        whole,
        closures=(*whole.closures, ClosureProof(one.token)),
        manifests=(*whole.manifests, *evidence.manifests(one, READER)),
        receipts=receipts,
        tombstones=(*whole.tombstones, Ended(READER, one.sha256)),
    )
    assert found == (Finding(Kind.OPEN, "no-receipt", READER),)


def test_of_two_receipts_the_alarm_is_told(scene: Scene, evidence: Evidence, whole: Bundle) -> None:
    """One that only waits does not hide one that failed."""
    waits = (CategoryErased("dossier", ErasureState.REQUESTED),)
    fails = (CategoryErased("dossier", ErasureState.FAILED, reason="participant_missing"),)
    for order in ((waits, fails), (fails, waits)):
        mine = tuple(evidence.receipt(REQUESTER, categories=one) for one in order)
        found = findings(scene, whole, receipts=(*whole.receipts[1:], *mine))
        assert found == (Finding(Kind.OPEN, "participant_missing", REQUESTER),)


def test_custody_is_what_the_manifest_says(scene: Scene, evidence: Evidence) -> None:
    """Who was served and never fetched may have held nothing; who fetched may not say so."""
    never = (CategoryErased("profile", ErasureState.NEVER_HELD),)
    whole = evidence.bundle()
    for holder, place, expected in (
        (READER, 1, ()),
        (REQUESTER, 0, (Finding(Kind.OPEN, "custody", REQUESTER),)),
    ):
        receipts = [*whole.receipts]
        receipts[place] = evidence.receipt(holder, categories=never)
        assert findings(scene, whole, receipts=tuple(receipts)) == expected


def test_a_recipient_has_no_hold_in_a_bundle_either(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """The origin, which nobody served, does."""
    hold = (CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", NOW + 90 * DAY),)
    receipts = (evidence.receipt(REQUESTER, categories=hold), *whole.receipts[1:])
    found = findings(scene, whole, receipts=receipts)
    assert found == (Finding(Kind.OPEN, "no-hold", REQUESTER),)


def test_the_manifest_of_a_referral_served_to_nobody_is_one_empty_page(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """Then origin and node alone owe a receipt."""
    (empty,) = evidence.manifests(held=())
    found = findings(scene, whole, manifests=(empty,), receipts=whole.receipts[2:])
    assert found == ()
    assert erasure.manifests([], closure="c", scope="all")[0].entries == []
