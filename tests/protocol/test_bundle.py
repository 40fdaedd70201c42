"""The erasure bundle: what it proves, what it lists as open, and that one byte is enough."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.alliance import Removal
from fachkraft_share.protocol import erasure
from fachkraft_share.protocol.bundle import (
    Bundle,
    ClosureProof,
    Ended,
    ReceiptProof,
    read_bundle,
    write_bundle,
)
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState
from fachkraft_share.protocol.verifying import Finding, Kind, Verdict, verify_bundle
from fachkraft_share.testing.evidence import SERVED, Evidence
from fachkraft_share.testing.scene import (
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    Scene,
    Sent,
)
from fachkraft_share.testing.story import Person
from fachkraft_share.wire import strict


def check(scene: Scene, bundle: Bundle, *, at: int = NOW + DAY) -> Verdict:
    """Verify against the scene's root."""
    root = scene.root.public(scene.suite).x
    return verify_bundle(bundle, suite=scene.suite, at=at, root=root)


# What holds ------------------------------------------------------------------------------------


def test_a_complete_bundle_proves_who_erased(scene: Scene, whole: Bundle) -> None:
    """From the root key to every holder, and nothing is open."""
    verdict = check(scene, whole)
    assert verdict == Verdict(ok=True, findings=())
    assert verdict.complete


def test_it_still_verifies_years_later(scene: Scene, whole: Bundle) -> None:
    """Lists and statements are judged by their own time."""
    assert check(scene, whole, at=NOW + limits.EVIDENCE_DAYS * DAY).complete


def test_it_is_read_as_it_was_written(whole: Bundle) -> None:
    """In one spelling."""
    data = write_bundle(whole)
    assert read_bundle(data) == whole
    for other in (data.replace(b":", b": ", 1), data + b"\n", data.replace(b"bundle/1", b"x")):
        with pytest.raises(MalformedError):
            read_bundle(other)


def test_nothing_in_it_speaks_of_anybody_else(evidence: Evidence, whole: Bundle) -> None:
    """A batched receipt reveals its one item; exclusions are never evidence."""
    text = write_bundle(whole).decode()
    assert "B" * 22 not in text
    assert len(whole.receipts[0].part) < 1000


def test_without_a_root_from_elsewhere_that_is_noted(scene: Scene, whole: Bundle) -> None:
    """The bundle's own root proves only that the bundle agrees with itself."""
    verdict = verify_bundle(whole, suite=scene.suite, at=NOW + DAY)
    assert verdict.ok
    assert verdict.complete
    assert verdict.findings == (Finding(Kind.NOTE, "root-not-pinned", "root"),)
    other = verify_bundle(whole, suite=scene.suite, at=NOW + DAY, root="A" * 43)
    assert not other.ok
    assert other.findings[0] == Finding(Kind.FORGED, "other-root", "root")


# What is open ----------------------------------------------------------------------------------

REQUESTED = (CategoryErased("dossier", ErasureState.REQUESTED),)
FAILED = (CategoryErased("dossier", ErasureState.FAILED),)
RETAINED = (CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", NOW + 90 * DAY),)
NEVER = (CategoryErased("profile", ErasureState.NEVER_HELD),)
OPEN: dict[str, tuple[Callable[[Evidence], dict[str, Any]], list[tuple[str, str]]]] = {
    "nobody signed": (
        lambda _: {"receipts": ()},
        [("no-receipt", id) for id in sorted([REQUESTER, READER, ORIGIN, NODE])],
    ),
    "one only asked its system": (
        lambda e: {"receipts": [e.receipt(REQUESTER, categories=REQUESTED)]},
        [("unsettled", REQUESTER)],
    ),
    "one failed": (
        lambda e: {"receipts": [e.receipt(REQUESTER, categories=FAILED)]},
        [("failed", REQUESTER)],
    ),
    "one denies what the node saw it take": (
        lambda e: {"receipts": [e.receipt(REQUESTER, categories=NEVER)]},
        [("custody", REQUESTER)],
    ),
    "one failed and then succeeded": (
        lambda e: {"receipts": [e.receipt(REQUESTER, categories=FAILED), e.receipt(REQUESTER)]},
        [],
    ),
    "the origin retains its file for a while": (
        lambda e: {"receipts": [e.receipt(ORIGIN, categories=RETAINED)]},
        [],
    ),
    "no manifest yet": (lambda _: {"manifests": ()}, [("no-manifest", "all")]),
    "a page of the manifest is missing": (
        lambda e: {"manifests": e.manifests(pages=2)},
        [("no-manifest", "all")],
    ),
    "it was not closed for all": (
        lambda _: {"closures": (), "manifests": (), "receipts": (), "tombstones": ()},
        [("not-closed", "")],
    ),
}


@pytest.mark.parametrize("what", OPEN)
def test_what_is_owed_is_open_and_not_forged(
    what: str, scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """It names the organisation."""
    make, expected = OPEN[what]
    changed = {name: tuple(value) for name, value in make(evidence).items()}
    if changed.get("receipts"):
        changed["receipts"] += tuple(
            evidence.receipt(id)
            for id in (REQUESTER, READER, ORIGIN, NODE)
            if all(f"{id} " not in what_for(scene, one) for one in changed["receipts"])
        )
    verdict = check(scene, attrs.evolve(whole, **changed))
    assert verdict.ok
    assert [(one.code, one.about) for one in verdict.findings] == expected
    assert verdict.complete is (expected == [])


def what_for(scene: Scene, proof: ReceiptProof) -> str:
    """Return who signed a receipt."""
    return f"{scene.open(Sent(proof.token), at=NOW + DAY).iss} "


def test_a_retention_that_ran_out_is_open_again(
    scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """The origin has to sign anew after its date."""
    kept = [one for one in whole.receipts if what_for(scene, one) != f"{ORIGIN} "]
    retained = evidence.receipt(ORIGIN, categories=RETAINED)
    bundle = attrs.evolve(whole, receipts=(*kept, retained))
    assert check(scene, bundle).complete
    later = check(scene, bundle, at=NOW + 90 * DAY)
    assert later.findings == (Finding(Kind.OPEN, "unsettled", ORIGIN),)


def test_one_holder_withdrawn_from_is_all_that_is_owed(scene: Scene, evidence: Evidence) -> None:
    """The others go on holding it, and no receipt of theirs is missed."""
    sent = evidence.story.person.withdrawal(scope=READER)
    bundle = evidence.bundle(
        closures=(ClosureProof(sent.token),),
        manifests=tuple(evidence.manifests(sent, READER)),
        receipts=(evidence.receipt(READER, scope=READER, closure=sent.sha256),),
        tombstones=(Ended(READER, sent.sha256),),
    )
    verdict = check(scene, bundle)
    assert verdict.ok
    assert verdict.findings == (Finding(Kind.OPEN, "not-closed"),)
    none = check(scene, attrs.evolve(bundle, receipts=()))
    assert Finding(Kind.OPEN, "no-receipt", READER) in none.findings


def test_a_declined_draft_needs_no_consent(scene: Scene, evidence: Evidence) -> None:
    """Nobody was served; origin and node still sign."""
    sent = evidence.story.person.withdrawal(reason="declined")
    bundle = evidence.bundle(
        draft="",
        consents=(),
        closures=(ClosureProof(sent.token),),
        manifests=tuple(evidence.manifests(sent, held=())),
        receipts=tuple(evidence.receipt(id, closure=sent.sha256) for id in (ORIGIN, NODE)),
        tombstones=(Ended("all", sent.sha256),),
    )
    assert check(scene, bundle).complete


def test_closures_by_management_link_and_by_members_count(scene: Scene, evidence: Evidence) -> None:
    """With what they rest on."""
    story = evidence.story
    managed = story.person.withdrawal(signer=story.person.manage, attached=(story.consent.token,))
    for sent in (managed, story.close(), story.close(by=NODE, reason="expired")):
        bundle = evidence.bundle(
            closures=(ClosureProof(sent.token, sent.attached),),
            manifests=tuple(evidence.manifests(sent)),
            receipts=tuple(
                evidence.receipt(id, closure=sent.sha256)
                for id in (REQUESTER, READER, ORIGIN, NODE)
            ),
            tombstones=(Ended("all", sent.sha256),),
        )
        assert check(scene, bundle).complete


# What is forged --------------------------------------------------------------------------------


def foreign_consent(evidence: Evidence) -> str:
    """Return another person's consent."""
    return Person(evidence.scene, "other").consent().token


def compromised(evidence: Evidence) -> tuple[Federation, ...]:
    """Return a newer list from which a holder was removed as compromised."""
    gone = (Removal(READER, "compromised", NOW),)
    return (
        evidence.federation(),
        evidence.federation(8, ids=(NODE, ORIGIN, REQUESTER), removed=gone),
    )


def test_a_compromise_does_not_reach_back(scene: Scene, evidence: Evidence, whole: Bundle) -> None:
    """What the holder signed before that moment stays; the bundle needs no older list for it."""
    since = (Removal(READER, "compromised", NOW + 2 * DAY),)
    later = evidence.federation(8, ids=(NODE, ORIGIN, REQUESTER), removed=since)
    lists = (evidence.federation(), later)
    assert check(scene, attrs.evolve(whole, federations=lists)).complete


def about_another(evidence: Evidence) -> str:
    """Return the node's manifest of this closure, issued for another person's referral."""
    (page,) = erasure.manifests(SERVED, closure=evidence.story.withdrawal.sha256, scope="all")
    other = Person(evidence.scene, "other").referral
    return evidence.story.event(page, by=NODE, aud=NODE, jti="another", referral=other)


FORGED: dict[str, tuple[Callable[[Evidence], dict[str, Any]], str]] = {
    "no list": (lambda _: {"federations": ()}, "no-list"),
    "a list without pages": (
        lambda e: {"federations": (attrs.evolve(e.federation(), pages=()),)},
        "list-incomplete",
    ),
    "a list twice": (lambda e: {"federations": (e.federation(),) * 2}, "surplus"),
    "a statement nobody listed": (
        lambda e: {
            "federations": (
                attrs.evolve(
                    e.federation(),
                    statements=(*e.federation().statements, e.federation().authority),
                ),
            )
        },
        "surplus",
    ),
    "lists in the wrong order": (
        lambda e: {"federations": (e.federation(8), e.federation())},
        "list-rollback",
    ),
    "an authority that is none": (
        lambda e: {"federations": (attrs.evolve(e.federation(), authority="x"),)},
        "malformed",
    ),
    "a root of its own": (lambda _: {"root": "A" * 43}, "signature"),
    "a node that is none": (lambda _: {"node": READER}, "no-node"),
    "a node nobody knows": (lambda _: {"node": "https://x.example"}, "no-node"),
    "another draft": (lambda _: {"draft": "0" * 64}, "other-consent"),
    "a draft no consent names": (lambda _: {"consents": ()}, "consent"),
    "another person's consent": (
        lambda e: {"consents": (foreign_consent(e),)},
        "other-consent",
    ),
    "a consent twice": (lambda e: {"consents": (e.story.consent.token,) * 2}, "consent"),
    "a receipt as consent": (lambda e: {"consents": (e.receipt(NODE).token,)}, "consent"),
    "a renewal without its consent": (
        lambda e: {"consents": (e.story.renewal.token,)},
        "signature",
    ),
    "another referral's closure": (
        lambda e: {
            "closures": (
                ClosureProof(e.story.withdrawal.token),
                ClosureProof(Person(e.scene, "other").withdrawal().token),
            )
        },
        "other-closure",
    ),
    "a closure by one who may not": (
        lambda e: {"closures": (ClosureProof(e.story.close(by=READER).token),)},
        "not-entitled",
    ),
    "a consent as closure": (
        lambda e: {"closures": (ClosureProof(e.story.consent.token),)},
        "wrong-type",
    ),
    "a tombstone without closure": (
        lambda _: {"tombstones": (Ended("all", "0" * 64),)},
        "no-closure",
    ),
    "a tombstone of another scope": (
        lambda e: {"tombstones": (Ended(READER, e.story.withdrawal.sha256),)},
        "no-closure",
    ),
    "a manifest by a member": (
        lambda e: {"manifests": tuple(e.manifests(by=READER))},
        "not-entitled",
    ),
    "a manifest of another referral": (
        lambda e: {"manifests": (about_another(e),)},
        "not-entitled",
    ),
    "a manifest of another closure": (
        lambda e: {"manifests": tuple(e.manifests(closure="0" * 64))},
        "no-closure",
    ),
    "a receipt as manifest": (lambda e: {"manifests": (e.receipt(NODE).token,)}, "wrong-type"),
    "a consent as manifest": (lambda e: {"manifests": (e.story.consent.token,)}, "wrong-type"),
    "two first pages": (
        lambda e: {"manifests": (*e.manifests(), *e.manifests(held=SERVED[:1]))},
        "two-manifests",
    ),
    "a manifest that leaves a holder out": (
        lambda e: {"manifests": tuple(e.manifests(held=SERVED[:1]))},
        "not-listed",
    ),
    "another's item under a receipt": (
        lambda e: {"receipts": (attrs.evolve(e.receipt(NODE), part=e.receipt(ORIGIN).part),)},
        "malformed",
    ),
    "a receipt about another referral": (
        lambda e: {"receipts": (e.receipt(NODE, referral="B" * 22),)},
        "stale-receipt",
    ),
    "a receipt of an erasure to come": (
        lambda e: {"receipts": (e.receipt(NODE, erased_at=NOW + 9 * DAY),)},
        "stale-receipt",
    ),
    "a receipt for another closure": (
        lambda e: {"receipts": (e.receipt(NODE, closure="0" * 64),)},
        "no-closure",
    ),
    "a receipt for another scope": (
        lambda e: {"receipts": (e.receipt(NODE, scope=READER),)},
        "no-closure",
    ),
    "a receipt by a compromised holder": (
        lambda e: {"federations": compromised(e)},
        "signature",
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_contradicts_is_forged(
    what: str, scene: Scene, evidence: Evidence, whole: Bundle
) -> None:
    """With the code that says why; the verdict is no."""
    make, code = FORGED[what]
    verdict = check(scene, attrs.evolve(whole, **make(evidence)))
    assert not verdict.ok
    assert code in {one.code for one in verdict.findings if one.kind is Kind.FORGED}


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_one_changed_byte_anywhere_is_found(
    data: st.DataObject, scene: Scene, whole: Bundle
) -> None:
    """In any token, hash, name or bracket."""
    written = write_bundle(whole)
    place = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != written[place]))
    changed = written[:place] + bytes([other]) + written[place + 1 :]
    try:
        bundle = read_bundle(changed)
    except MalformedError:
        return
    assert not check(scene, bundle).ok


def test_every_single_character_of_the_short_fields_counts(scene: Scene, whole: Bundle) -> None:
    """Not a sample: those that no signature covers by itself."""
    plain = strict.read(write_bundle(whole), limit=limits.BUNDLE_BYTES)
    assert isinstance(plain, dict)
    for name in ("referral", "node", "root", "draft"):
        text = plain[name]
        assert isinstance(text, str)
        for place, letter in enumerate(text):
            other = text[:place] + ("0" if letter != "0" else "1") + text[place + 1 :]
            assert not check(scene, attrs.evolve(whole, **{name: other})).ok, (name, place)


def test_a_bundle_too_large_is_not_read() -> None:
    """Before it is parsed."""
    with pytest.raises(MalformedError, match="longer"):
        read_bundle(b" " * (limits.BUNDLE_BYTES + 1))
