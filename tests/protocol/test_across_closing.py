"""The end across a border: its scope, who is told on which side, and every proof of it."""

from typing import Any, Final

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.protocol.decision import Decision, Put
from fachkraft_share.protocol.erasure import DEMANDED, write_receipt
from fachkraft_share.protocol.events.referral_closed import closure_of
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import (
    Blob,
    BlobContent,
    Closing,
    Contact,
    Due,
    FeedRow,
    Held,
    Part,
    Receipt,
    Referral,
    ReferralState,
    Task,
    Token,
    Tombstone,
)
from fachkraft_share.testing.scene import NODE, NOW, ORIGIN, READER, REQUESTER, Sent, Side

LATER: Final = NOW + 5


def home(border: Any, *held: str) -> Side:
    """Return the home node with the referral open, and these lines in its ledger besides."""
    side: Side = border.side(NODE, border.story.draft, border.consent)
    about, first = border.story.referral, border.beyond[0]
    lines = [Held(about, id, 0, NOW, None, None) for id in held]
    asked = [
        Contact(about, id, border.story.request, job="Job", message="Text")
        for id in (REQUESTER, first)
    ]
    content = Blob("1" * 64, ORIGIN, first, about, limits.BLOB_CLASSES[0], NOW)
    return side.put(*lines, *asked, content, BlobContent("1" * 64, b"sealed"))


def away(border: Any, *held: str) -> Side:
    """Return the partner node with the referral taken over and these lines in its ledger."""
    side: Side = border.side(border.node, border.release(border.consent))
    return side.put(*(Held(border.story.referral, id, 2, NOW) for id in held))


def told(side: Side) -> list[str]:
    """Return who reads of the end."""
    return [row.to for row in side.every(FeedRow) if row.stream == "closures"]


def written(side: Side) -> dict[str, str | None]:
    """Return what each requester wrote, as far as it is still there."""
    return {one.requester: one.message for one in side.every(Contact)}


# Scope -----------------------------------------------------------------------------------------


def test_what_is_closed_for_a_partner_node_ends_for_all_behind_it(border: Any) -> None:
    """At home their requests and blobs go and they owe receipts; everybody here keeps theirs."""
    first, node = border.beyond[0], home(border, border.node, border.beyond[0])
    end = border.story.person.withdrawal(scope=border.node)
    assert node.hear(end).status == "accepted"
    assert {one.holder for one in node.every(Due)} == {border.node, first}
    assert told(node) == sorted([border.node, ORIGIN])
    assert written(node) == {REQUESTER: "Text", first: None}
    assert [one.addressee for one in node.every(Blob)] == [REQUESTER]
    assert node.every(BlobContent) == ()
    assert node.every(Part)
    found = node.get(Referral, border.story.referral)
    assert found is not None
    assert found.state is ReferralState.PUBLISHED


@pytest.mark.parametrize("scope", ["node", "all"])
def test_at_the_partner_node_its_own_scope_is_the_whole_end(scope: str, border: Any) -> None:
    """Nothing stays, whoever it was for; the origin is told by way of its node and owes nothing."""
    first, side = border.beyond[0], away(border, *border.beyond)
    side.put(
        Contact(border.story.referral, REQUESTER, border.story.request, job="Job", message="Text"),
        Blob("2" * 64, ORIGIN, READER, border.story.referral, limits.BLOB_CLASSES[0], NOW),
    )
    named = border.node if scope == "node" else "all"
    end = border.story.person.withdrawal(scope=named)
    assert side.hear(end).status == "accepted"
    assert side.every(Part) == ()
    assert side.every(Blob) == ()
    assert written(side) == {REQUESTER: None}
    found = side.get(Referral, border.story.referral)
    assert found is not None
    assert (found.state, found.home) == (ReferralState.CLOSED, NODE)
    assert found.envelope == border.story.draft.sha256
    assert told(side) == sorted([NODE, *border.beyond])
    assert {one.holder for one in side.every(Due)} == set(border.beyond)
    (task,) = [one for one in side.every(Task) if one.kind == "erase"]
    assert (task.about, task.note) == (f"{border.story.referral} {named}", end.sha256)
    member = border.side(first, border.release(border.consent), end)
    assert member.every(Part) == ()
    assert [one.about for one in member.every(Task) if one.kind == "erase"] == [task.about]


def test_after_its_own_scope_the_whole_referral_can_still_end(border: Any) -> None:
    """The wider end is news at the partner node; the narrower one after it is none."""
    side = away(border, border.beyond[0])
    own = border.story.person.withdrawal(scope=border.node)
    whole = border.story.person.withdrawal()
    assert [side.hear(one).status for one in (own, whole, own)] == ["accepted", "accepted", "known"]
    assert {one.scope for one in side.every(Tombstone)} == {"all", border.node}
    assert side.every(Closing) == ()


@pytest.mark.parametrize("wider", ["node", "all"])
def test_a_members_end_within_a_wider_one_is_another_proof_and_no_news(
    wider: str, border: Any
) -> None:
    """What ended for its node ended for it: no tombstone, nobody told; its receipt may answer."""
    node, first = home(border, border.node), border.beyond[0]
    scope = border.node if wider == "node" else wider
    assert node.hear(border.story.person.withdrawal(scope=scope)).status == "accepted"
    one = border.story.person.withdrawal(scope=first)
    kept = Token(
        one.sha256,
        "fks-withdrawal",
        f"urn:fks:key:{border.story.person.key.kid}",
        border.story.referral,
        personal=False,
        body=one.token,
        at=LATER,
    )
    proof = Closing(border.story.referral, first, one.sha256, "", LATER)
    assert node.foresee(one, at=LATER) == Decision((Put(kept), Put(proof)), status="known")


def test_a_member_beyond_not_reported_yet_is_told_by_way_of_its_node(border: Any) -> None:
    """If that was served at all; it owes nothing as long as nobody says that it holds."""
    end = border.story.person.withdrawal(scope=border.beyond[0])
    served, spared = home(border, border.node), home(border)
    for node, readers in ((served, sorted([border.node, ORIGIN])), (spared, [ORIGIN])):
        assert node.hear(end).status == "accepted"
        assert told(node) == readers
        assert node.every(Due) == ()


def test_at_home_the_origin_owes_for_the_whole_end_alone(border: Any) -> None:
    """Its own file does not end with a holder's."""
    for scope, owing in ((READER, {READER}), ("all", {READER, REQUESTER, ORIGIN})):
        node = home(border)
        node.hear(border.story.person.withdrawal(scope=scope))
        assert {one.holder for one in node.every(Due)} == owing


def test_what_is_closed_for_the_origin_by_name_ends_there_as_a_whole(border: Any) -> None:
    """Whoever asked, what they wrote goes."""
    origin = border.side(ORIGIN)
    about = border.story.referral
    origin.put(Contact(about, REQUESTER, border.story.request, job="Job", message="Text"))
    assert origin.hear(border.story.person.withdrawal(scope=ORIGIN)).status == "accepted"
    assert written(origin) == {REQUESTER: None}


def test_everybody_is_told_and_owes_in_the_order_of_their_names(border: Any) -> None:
    """So that two nodes with the same ledger write the same feed."""
    names = [f"https://h{n}.example" for n in range(12)]
    node = home(border, *names)
    effects = node.foresee(border.story.person.withdrawal(), at=LATER).effects
    owing = [
        one.record.holder for one in effects if isinstance(one, Put) and isinstance(one.record, Due)
    ]
    assert owing == sorted([*names, ORIGIN, READER, REQUESTER])
    node.hear(border.story.person.withdrawal())
    assert told(node) == owing


# Several proofs --------------------------------------------------------------------------------


def ends(border: Any, count: int) -> list[Sent]:
    """Return so many withdrawals of the same."""
    return [border.story.person.withdrawal(not_after=NOW + n) for n in range(count)]


def test_another_proof_of_the_same_end_is_kept_with_what_it_rests_on(border: Any) -> None:
    """Token and consents, in the order they are read; an answer that came along is none of it."""
    newer = border.story.renew(border.consent)
    answer = border.story.person.answer(border.consent)
    along = (newer.token, border.consent.token, answer.token)
    again = border.story.person.withdrawal(signer=border.story.person.manage, attached=along)
    node = home(border)
    assert node.hear(border.story.person.withdrawal(not_after=1)).status == "accepted"
    decision = node.foresee(again, at=LATER)
    chain = (border.consent.sha256, newer.sha256)
    kept = [one.record for one in decision.effects if isinstance(one, Put)]
    assert decision.status == "known"
    assert len(kept) == len(decision.effects)
    assert [one.sha256 for one in kept if isinstance(one, Token)] == [again.sha256, *chain]
    assert kept[-1] == Closing(border.story.referral, "all", again.sha256, " ".join(chain), LATER)


def test_a_receipt_may_answer_a_narrower_end_that_is_no_end_of_its_own(border: Any) -> None:
    """Beyond the border that is the one its holder heard of; no tombstone stands for it."""
    node, first = home(border, border.node), border.beyond[0]
    whole, own = (border.story.person.withdrawal(scope=one) for one in (border.node, first))
    assert [node.hear(one).status for one in (whole, own)] == ["accepted", "known"]
    categories = tuple(CategoryErased(one, ErasureState.ERASED) for one in sorted(DEMANDED))
    item = ReceiptItem(border.story.referral, own.sha256, first, NOW, categories, ("store",))
    body, texts = write_receipt([item], salts=[b"s" * 16])
    said = border.event(body, by=first, aud=border.node, referral=None)
    assert node.hear(attrs.evolve(said, parts=texts)).status == "accepted"
    kept = node.get(Receipt, border.story.referral, first, first)
    assert kept is not None
    assert kept.settled


def test_no_proof_is_kept_twice_and_so_many_beside_the_first(border: Any) -> None:
    """Whoever signs ever new ones fills nobody's store."""
    node, sent = home(border), ends(border, limits.CLOSINGS_KEPT + 2)
    for count, one in enumerate(sent):
        heard = [node.hear(one).status for _ in range(2)]
        assert heard == ["known" if count else "accepted", "known"]
        assert len(node.every(Closing)) == min(count, limits.CLOSINGS_KEPT)
    assert {one.closure for one in node.every(Closing)} == {one.sha256 for one in sent[1:-1]}
    for one in sent:
        assert node.foresee(one, at=LATER) == Decision(status="known")


# A node that was restored ----------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["all", "node"])
def test_a_partner_node_without_a_record_knows_whose_referral_ended(
    scope: str, border: Any
) -> None:
    """It owes the home node what is signed there about the end."""
    person, side = border.story.person, border.side(border.node)
    end = person.withdrawal(scope=border.node if scope == "node" else scope)
    assert side.hear(end, at=LATER).status == "accepted"
    assert side.get(Referral, border.story.referral) == Referral(
        border.story.referral,
        ORIGIN,
        person.key_x,
        person.nonce,
        ReferralState.CLOSED,
        "",
        NOW + 300 * limits.DAY,
        LATER,
        home=NODE,
    )


def test_nobody_else_makes_up_a_record_of_what_it_never_had(border: Any) -> None:
    """Neither the home node, nor a member, nor for an end that is not the partner node's own."""
    person = border.story.person
    for id, scope in (
        (NODE, "all"),
        (READER, "all"),
        (border.beyond[0], "all"),
        (border.node, border.beyond[0]),
    ):
        side = border.side(id)
        assert side.hear(person.withdrawal(scope=scope)).status == "accepted"
        assert side.get(Referral, border.story.referral) is None


# Who may ---------------------------------------------------------------------------------------


def test_an_authority_ends_on_its_own_side_what_came_across(border: Any) -> None:
    """The partner's for itself and behind it; ours for all; each refused for the other's."""
    ours, theirs = border.scene.directory.authority, border.ruler
    first, told = border.beyond[0], {"reason": "agreement_ended"}
    for by, scope, code in (
        (ours, "all", ""),
        (ours, border.node, ""),
        (ours, first, ""),
        (ours, READER, ""),
        (theirs, border.node, ""),
        (theirs, first, ""),
        (theirs, "all", "not-entitled"),
        (theirs, READER, "not-entitled"),
        (border.node, border.node, "not-entitled"),
    ):
        for side in (home(border), away(border)):
            sent = border.story.close(by=by, scope=scope, **told)
            assert side.hear(sent).code == code, (by, scope)


def test_the_home_node_lets_a_referral_expire_and_the_partners_node_does_not(border: Any) -> None:
    """Each node's word about time is about its own people's referrals."""
    for by, code in ((NODE, ""), (border.node, "not-entitled")):
        sent = border.story.close(by=by, reason="expired")
        for side in (home(border), away(border)):
            assert side.hear(sent).code == code


def test_a_closure_is_what_its_message_says(border: Any) -> None:
    """Whoever signed it."""
    side = away(border)
    message = border.scene.open(
        border.story.person.withdrawal(scope=border.node), directory=side.here.directory
    )
    found = closure_of(message, here=side.here)
    assert attrs.astuple(found) == (
        border.story.referral,
        ORIGIN,
        border.node,
        "withdrawn",
        NOW + 300 * limits.DAY,
    )
