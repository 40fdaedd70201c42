"""Receipts and manifests at their edges: the last second, the empty page, the wrong part."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol import erasure
from fachkraft_share.protocol.decision import Append
from fachkraft_share.protocol.erasure import Settlement, settle
from fachkraft_share.protocol.parts import part_hash, read_part, write_part
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    DeliveryManifest,
    ErasureReceipt,
    ErasureState,
    ReceiptItem,
)
from fachkraft_share.protocol.records import (
    Due,
    Held,
    Receipt,
    Referral,
    ReferralState,
    Tombstone,
)
from fachkraft_share.testing.scene import DAY, NODE, NOW, ORIGIN, READER, REQUESTER, Sent
from fachkraft_share.testing.story import Story
from fachkraft_share.wire.convert import unstructure

SALT = b"s" * 16
NEVER = CategoryErased("profile", ErasureState.NEVER_HELD)
ERASED = CategoryErased("dossier", ErasureState.ERASED)
REQUESTED = CategoryErased("dossier", ErasureState.REQUESTED)
ITEM = ReceiptItem("r", "c" * 64, "all", NOW, (NEVER, ERASED), ("store",))


def test_who_never_held_it_and_still_waits_for_a_system_alarms_nobody() -> None:
    """It is open, but nothing contradicts what the node recorded."""
    waiting = attrs.evolve(ITEM, categories=(NEVER, REQUESTED))
    for held in (None, Held("r", READER, 1, NOW)):
        assert settle(waiting, held=held, at=NOW) == Settlement(settled=False)


@pytest.mark.parametrize("more", [0, 1])
def test_the_longest_hold_is_that_of_the_evidence_and_not_a_second_more(more: int) -> None:
    """With a day for clocks that differ (§ 298 SGB III)."""
    until = NOW + limits.EVIDENCE_DAYS * DAY + limits.MESSAGE_SKEW + more
    kept = CategoryErased("record", ErasureState.RETAINED, "§ 298 SGB III", until)
    found = settle(attrs.evolve(ITEM, categories=(*ITEM.categories, kept)), held=None, at=NOW)
    assert found == Settlement(settled=not more, alarm="too-long" if more else None)


def test_an_item_of_a_receipt_is_a_part_of_that_name() -> None:
    """A part of a profile under the same signature is none, whatever it says."""
    assert read_part(erasure.write_receipt([ITEM], salts=[SALT])[1][0])[0] == "receipt"
    other = write_part("profile", unstructure(ITEM), salt=SALT)
    with pytest.raises(MalformedError, match="does not sign"):
        erasure.read_receipt(ErasureReceipt([part_hash(other)]), other)


def test_salts_left_over_are_no_mistake() -> None:
    """Whoever has more than enough takes the first."""
    one, _ = erasure.write_receipt([ITEM], salts=[SALT, b"t" * 16])
    assert one == erasure.write_receipt([ITEM], salts=[SALT])[0]


def test_a_referral_that_reached_nobody_has_a_manifest_that_says_so() -> None:
    """One page without a line: silence would look like a page withheld."""
    (page,) = erasure.manifests([], closure="c" * 64, scope="all")
    assert page == DeliveryManifest("c" * 64, "all", 1, 1, [])


def test_each_home_node_is_handed_the_receipt_once_in_the_order_of_their_names(
    story: Story,
) -> None:
    """One signature may cover referrals of many partners; two nodes write the same feed."""
    homes = [f"https://node.n{n:0>2}.example" for n in range(12)]
    node = story.side(NODE)
    for number, home in enumerate([*homes, homes[0]]):
        about = f"{number:0>22}"
        end = ReferralState.CLOSED
        node.put(
            Referral(about, ORIGIN, "", "", end, "", NOW, NOW, home=home),
            Tombstone(about, "all", "withdrawn", ITEM.closure, "", NOW, NOW),
            Held(about, READER, 1, NOW),
        )
    listed = [
        attrs.evolve(ITEM, referral=f"{n:0>22}", categories=(GONE, ERASED)) for n in range(13)
    ]
    body, texts = erasure.write_receipt(listed, salts=[bytes([n]) * 16 for n in range(13)])
    token = story.scene.event(body, by=READER, aud=NODE, referral=None, jti="many homes")
    effects = node.foresee(Sent(token, (), texts)).effects
    assert [one.to for one in effects if isinstance(one, Append)] == homes


HOLD = CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", NOW + 30 * DAY)
GONE = CategoryErased("profile", ErasureState.ERASED)


@pytest.mark.parametrize(("at", "stands"), [(NOW + 30 * DAY - 1, True), (NOW + 30 * DAY, False)])
def test_a_hold_shields_its_receipt_until_it_ends_and_no_second_longer(
    at: int, stands: bool, story: Story
) -> None:
    """After it the origin may say that the file waits for a person, and is believed."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    for number, dossier in enumerate((HOLD, REQUESTED)):
        item = ReceiptItem(
            story.referral, story.withdrawal.sha256, "all", NOW, (GONE, dossier), ("store",)
        )
        body, texts = erasure.write_receipt([item], salts=[SALT])
        token = story.scene.event(body, by=ORIGIN, aud=NODE, referral=None, jti=f"hold {number}")
        assert node.hear(Sent(token, (), texts), at=at if number else NOW).status == "accepted"
    kept = node.get(Receipt, story.referral, ORIGIN, "all")
    assert kept is not None
    assert (kept.settled, kept.alarm) == (stands, None)


def test_a_first_receipt_that_only_waits_is_kept_and_replaced(story: Story) -> None:
    """It says where the holder stands, settles nothing and stands in nobody's way."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    for number, dossier in enumerate((REQUESTED, REQUESTED, ERASED)):
        item = ReceiptItem(
            story.referral, story.withdrawal.sha256, "all", NOW, (GONE, dossier), ("store",)
        )
        body, texts = erasure.write_receipt([item], salts=[SALT])
        token = story.scene.event(body, by=ORIGIN, aud=NODE, referral=None, jti=f"wait {number}")
        sent = Sent(token, (), texts)
        assert node.hear(sent).status == "accepted"
        kept = node.get(Receipt, story.referral, ORIGIN, "all")
        assert kept is not None
        assert (kept.token, kept.settled) == (sent.sha256, dossier is ERASED)
        assert (node.get(Due, story.referral, ORIGIN, "all") is None) is (dossier is ERASED)


def signed(story: Story, item: ReceiptItem) -> Sent:
    """Return the reader's receipt over one item."""
    body, texts = erasure.write_receipt([item], salts=[SALT])
    token = story.scene.event(body, by=READER, aud=NODE, referral=None, jti=f"signed {item}")
    return Sent(token, (), texts)


def test_a_receipt_may_reveal_as_many_items_as_the_limit_says(story: Story) -> None:
    """The last one allowed is no item too many."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    closed = attrs.evolve(ITEM, referral=story.referral, closure=story.withdrawal.sha256)
    sent = signed(story, closed)
    full = attrs.evolve(sent, parts=sent.parts * limits.RECEIPT_ITEMS)
    assert node.hear(full).status == "accepted"


def test_only_a_node_takes_receipts(story: Story) -> None:
    """A member that gets hold of one refuses it, whomever it is addressed to."""
    closed = attrs.evolve(ITEM, referral=story.referral, closure=story.withdrawal.sha256)
    outcome = story.side(ORIGIN, "withdrawal").hear(signed(story, closed))
    assert (outcome.status, outcome.code) == ("refused", "audience")


def test_a_node_that_knows_the_closure_only_takes_the_receipt(story: Story) -> None:
    """After a restore the referral may be gone, and the duty is not."""
    node = story.side(NODE, "withdrawal")
    assert node.get(Referral, story.referral) is None
    closed = attrs.evolve(ITEM, referral=story.referral, closure=story.withdrawal.sha256)
    assert node.hear(signed(story, closed)).status == "accepted"


def about(story: Story, **changed: Any) -> ReceiptItem:
    """Return what the reader says about the story's withdrawal."""
    usual = attrs.evolve(ITEM, referral=story.referral, closure=story.withdrawal.sha256)
    return attrs.evolve(usual, **changed)


def test_a_receipt_for_either_of_two_closures_settles(story: Story) -> None:
    """Who heard of the second one only has erased all the same."""
    for sent in (story.withdrawal, story.close()):
        node = story.side(NODE, "draft", "consent", "withdrawal")
        assert node.hear(story.close()).status == "known"
        assert node.hear(signed(story, about(story, closure=sent.sha256))).status == "accepted"
        assert node.get(Due, story.referral, READER, "all") is None


@pytest.mark.parametrize("scope", ["all", READER])
def test_who_settled_the_whole_owes_nothing_for_a_part_of_it(scope: str, story: Story) -> None:
    """It may never have been told of that; a part settles no whole, nor anybody else."""
    node = story.side(NODE, "draft", "consent")
    node.put(Held(story.referral, READER, 1, NOW))
    part = story.person.withdrawal(scope=READER)
    for end in (part, story.withdrawal):
        assert node.hear(end).status == "accepted"
    closure = story.withdrawal if scope == "all" else part
    item = about(story, closure=closure.sha256, scope=scope)
    assert node.hear(signed(story, item)).status == "accepted"
    owing = {(due.holder, due.scope) for due in node.every(Due)}
    left = set() if scope == "all" else {(READER, "all")}
    assert owing == {(ORIGIN, "all"), (REQUESTER, "all"), *left}


def test_what_settles_nothing_leaves_every_part_owed(story: Story) -> None:
    """Still waiting for a system is no end of any duty."""
    node = story.side(NODE, "draft", "consent").put(Held(story.referral, READER, 1, NOW))
    for end in (story.person.withdrawal(scope=READER), story.withdrawal):
        node.hear(end)
    waiting = about(story, categories=(GONE, REQUESTED))
    assert node.hear(signed(story, waiting)).status == "accepted"
    owing = {due.scope for due in node.every(Due) if due.holder == READER}
    assert owing == {READER, "all"}


@pytest.mark.parametrize(("more", "status"), [(0, "accepted"), (1, "refused")])
def test_an_erasure_may_be_dated_as_far_ahead_as_clocks_drift(
    more: int, status: str, story: Story
) -> None:
    """And no second further."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    item = about(story, at=NOW + limits.MESSAGE_SKEW + more)
    assert node.hear(signed(story, item)).status == status


def test_who_was_served_and_owes_nothing_may_sign(story: Story) -> None:
    """The ledger names it; that is enough to be heard."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    assert node.hear(signed(story, about(story))).status == "accepted"
    late = story.side(NODE, "withdrawal").put(Held(story.referral, ORIGIN, 2, NOW))
    body, texts = erasure.write_receipt([about(story)], salts=[SALT])
    token = story.scene.event(body, by=ORIGIN, aud=NODE, referral=None, jti="late")
    assert late.hear(Sent(token, (), texts)).status == "accepted"


def test_of_two_receipts_that_settle_the_newer_is_kept(story: Story) -> None:
    """It is the one that says the most."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    for at in (NOW, NOW + 1):
        sent = signed(story, about(story, at=at))
        assert node.hear(sent).status == "accepted"
        kept = node.get(Receipt, story.referral, READER, "all")
        assert kept is not None
        assert kept.token == sent.sha256


def test_a_hold_that_was_too_long_shields_nothing_when_time_has_made_it_shorter(
    story: Story,
) -> None:
    """It settled nothing when it came; the newer word counts."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    until = NOW + limits.EVIDENCE_DAYS * DAY + limits.MESSAGE_SKEW + 1
    for number, dossier in enumerate((attrs.evolve(HOLD, until=until), REQUESTED)):
        body, texts = erasure.write_receipt(
            [about(story, categories=(GONE, dossier))], salts=[SALT]
        )
        token = story.scene.event(body, by=ORIGIN, aud=NODE, referral=None, jti=f"long {number}")
        sent = Sent(token, (), texts)
        assert node.hear(sent, at=NOW + number * 60).status == "accepted"
        kept = node.get(Receipt, story.referral, ORIGIN, "all")
        assert kept is not None
        assert (kept.token, kept.settled) == (sent.sha256, False)


def signed_for(story: Story, *items: ReceiptItem) -> Sent:
    """Return the reader's receipt over several items."""
    salts = (bytes([n]) * 16 for n in range(len(items)))
    body, texts = erasure.write_receipt(items, salts=salts)
    token = story.scene.event(body, by=READER, aud=NODE, referral=None, jti=f"many {len(items)}")
    return Sent(token, (), texts)


def test_of_several_refused_items_the_first_one_names_the_code(story: Story) -> None:
    """Whoever reads the answer starts there."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    stale, ahead = about(story, closure="0" * 64), about(story, at=NOW + 9 * DAY)
    for items, code in (((stale, ahead), "stale-receipt"), ((ahead, stale), "future")):
        sent = signed_for(story, *items)
        outcome = node.hear(attrs.evolve(sent, parts=sent.parts))
        assert (outcome.status, outcome.code) == ("refused", code)
        node = story.side(NODE, "draft", "consent", "withdrawal")


def test_what_is_signed_about_partners_referrals_goes_to_their_homes(story: Story) -> None:
    """To each home once, in the order of their names; to nobody for our own."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    referral = node.get(Referral, story.referral)
    (stone,) = node.every(Tombstone)
    assert referral is not None
    names = [f"{n}" * 22 for n in range(6)]
    homes = [f"https://node.{name}.example" for name in "cabba"]
    for name, home in zip(names, [*homes, None], strict=True):
        node.put(attrs.evolve(referral, id=name, home=home))
        node.put(attrs.evolve(stone, referral=name), Held(name, READER, 1, NOW))
    sent = signed_for(story, *(about(story, referral=name) for name in names))
    told = [one for one in node.foresee(sent).effects if isinstance(one, Append)]
    assert told == [Append(sent.sha256, home, "closures", None) for home in sorted({*homes})]
