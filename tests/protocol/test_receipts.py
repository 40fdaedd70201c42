"""Receipts, what they settle, manifests, and the journal's lines."""

from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol import erasure, payloads
from fachkraft_share.protocol.erasure import Settlement, settle
from fachkraft_share.protocol.parts import write_part
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ErasureState,
    ReceiptItem,
    ResidueLeft,
)
from fachkraft_share.protocol.records import Due, Held, Manifest, Receipt, Task, Token
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    Sent,
    Side,
    seed,
)
from fachkraft_share.testing.story import Story

ERASED = CategoryErased("profile", ErasureState.ERASED)
BOTH = (ERASED, CategoryErased("dossier", ErasureState.ERASED))
SERVED = Held("r", READER, 1, NOW)
IN_CUSTODY = attrs.evolve(SERVED, custody_at=NOW)


def item(story: Story, **changed: Any) -> ReceiptItem:
    """Return what a holder says about the story's withdrawal."""
    usual = ReceiptItem(
        story.referral, story.withdrawal.sha256, "all", NOW, BOTH, ("store",), second_look=True
    )
    return attrs.evolve(usual, **changed)


def receipt(
    story: Story, *items: ReceiptItem, by: str = READER, aud: str = NODE, at: int = NOW
) -> Sent:
    """Sign a receipt over the items and reveal them all."""
    salts = (seed(f"{by} salt {n}")[: limits.ID_BYTES] for n in count())
    body, texts = erasure.write_receipt(items, salts=salts)
    token = story.scene.event(body, by=by, aud=aud, referral=None, jti=f"{by} {items}", at=at)
    return Sent(token, (), texts)


@pytest.fixture
def node(story: Story) -> Side:
    """The node after the withdrawal of a referral that two members had."""
    return story.side(NODE, "draft", "consent", "withdrawal")


# What settles ----------------------------------------------------------------------------------

UNTIL = NOW + 30 * DAY
SETTLED: dict[str, tuple[CategoryErased, Held | None, Settlement]] = {
    "erased": (ERASED, IN_CUSTODY, Settlement(settled=True)),
    "anonymised": (
        CategoryErased("profile", ErasureState.ANONYMISED),
        IN_CUSTODY,
        Settlement(settled=True),
    ),
    "never held, and never fetched": (
        CategoryErased("dossier", ErasureState.NEVER_HELD),
        SERVED,
        Settlement(settled=True),
    ),
    "never held, and never served": (
        CategoryErased("dossier", ErasureState.NEVER_HELD),
        None,
        Settlement(settled=True),
    ),
    "no dossier, in custody of the profile": (
        CategoryErased("dossier", ErasureState.NEVER_HELD),
        IN_CUSTODY,
        Settlement(settled=True),
    ),
    "something we do not know": (
        CategoryErased("newsletter", ErasureState.ERASED),
        IN_CUSTODY,
        Settlement(settled=True),
    ),
    "something we do not know that failed": (
        CategoryErased("newsletter", ErasureState.FAILED),
        IN_CUSTODY,
        Settlement(settled=False, alarm="failed"),
    ),
    "something we do not know that is retained": (
        CategoryErased("newsletter", ErasureState.RETAINED, "§ 7 UWG", UNTIL),
        SERVED,
        Settlement(settled=False, alarm="no-hold"),
    ),
    "never held, against custody": (
        CategoryErased("profile", ErasureState.NEVER_HELD),
        IN_CUSTODY,
        Settlement(settled=False, alarm="custody"),
    ),
    "retained by the origin for a while": (
        CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", UNTIL),
        None,
        Settlement(settled=True),
    ),
    "retained until now": (
        CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", NOW),
        None,
        Settlement(settled=False),
    ),
    "retained without a basis": (
        CategoryErased("dossier", ErasureState.RETAINED, None, UNTIL),
        None,
        Settlement(settled=False, alarm="no-basis"),
    ),
    "retained without an end": (
        CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG"),
        None,
        Settlement(settled=False, alarm="no-basis"),
    ),
    "retained for ever": (
        CategoryErased("record", ErasureState.RETAINED, "§ 298 SGB III", limits.INTEGER_MAX),
        None,
        Settlement(settled=False, alarm="too-long"),
    ),
    "retained by a recipient": (
        CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", UNTIL),
        SERVED,
        Settlement(settled=False, alarm="no-hold"),
    ),
    "a recipient's business record": (
        CategoryErased("record", ErasureState.RETAINED, "§ 298 SGB III", UNTIL),
        SERVED,
        Settlement(settled=True),
    ),
    "asked for": (
        CategoryErased("dossier", ErasureState.REQUESTED),
        IN_CUSTODY,
        Settlement(settled=False),
    ),
    "failed": (
        CategoryErased("dossier", ErasureState.FAILED),
        IN_CUSTODY,
        Settlement(settled=False, alarm="failed"),
    ),
    "failed for a reason": (
        CategoryErased("dossier", ErasureState.FAILED, reason="participant_missing"),
        IN_CUSTODY,
        Settlement(settled=False, alarm="participant_missing"),
    ),
}


@pytest.mark.parametrize("what", SETTLED)
def test_a_category_settles_or_not(what: str, story: Story) -> None:
    """Beside what a receipt must name."""
    category, held, expected = SETTLED[what]
    others = tuple(one for one in BOTH if one.category != category.category)
    for categories in ((category, *others), (*others, category), (*BOTH, category)):
        assert settle(item(story, categories=categories), held=held, at=NOW) == expected


@pytest.mark.parametrize("left", [(), BOTH[:1], BOTH[1:]], ids=["nothing", "profile", "dossier"])
def test_a_receipt_names_profile_and_dossier(
    left: tuple[CategoryErased, ...], story: Story
) -> None:
    """Silence settles nothing, and what nobody knows does not stand in for it."""
    other = CategoryErased("everything", ErasureState.ERASED)
    for categories in (left, (*left, other)):
        found = settle(item(story, categories=categories), held=None, at=NOW)
        assert found == Settlement(settled=False, alarm="incomplete")


@pytest.mark.parametrize(
    ("goes", "expected"),
    [(UNTIL, Settlement(settled=True)), (None, Settlement(settled=False, alarm="residue"))],
)
def test_a_residue_must_go_by_itself(goes: int | None, expected: Settlement, story: Story) -> None:
    """A backup that ends is named and settled; something that stays is neither."""
    left = item(story, residues=(ResidueLeft("backup", "nightly", goes),))
    assert settle(left, held=IN_CUSTODY, at=NOW) == expected


@given(st.lists(st.sampled_from(list(SETTLED)), min_size=1, max_size=4))
def test_nothing_that_is_added_settles_what_was_open(story: Story, names: list[str]) -> None:
    """One open category keeps the whole receipt open."""
    categories = tuple(SETTLED[name][0] for name in names)
    whole = settle(item(story, categories=(*BOTH, *categories)), held=SERVED, at=NOW)
    each = [settle(item(story, categories=(*BOTH, one)), held=SERVED, at=NOW) for one in categories]
    assert whole.settled == all(one.settled for one in each)


# Receipts at the node --------------------------------------------------------------------------


def test_a_receipt_ends_the_duty(node: Side, story: Story) -> None:
    """It stays as evidence, with the one item that speaks of the referral."""
    sent = receipt(story, item(story))
    assert node.hear(sent).status == "accepted"
    kept = node.get(Receipt, story.referral, READER, "all")
    assert kept is not None
    assert (kept.token, kept.part, kept.settled) == (sent.sha256, sent.parts[0], True)
    assert {one.holder for one in node.every(Due)} == {REQUESTER, ORIGIN}
    assert node.get(Token, sent.sha256) is not None


def test_an_open_receipt_leaves_the_duty(node: Side, story: Story) -> None:
    """With the alarm for the coordinator."""
    failed = CategoryErased("profile", ErasureState.FAILED)
    node.hear(receipt(story, item(story, categories=(failed, *BOTH[1:]))))
    kept = node.get(Receipt, story.referral, READER, "all")
    assert kept is not None
    assert (kept.settled, kept.alarm) == (False, "failed")
    assert node.get(Due, story.referral, READER, "all") is not None


def test_once_settled_a_lesser_receipt_is_ignored_but_an_alarm_is_not(
    node: Side, story: Story
) -> None:
    """A late `requested` undoes nothing; a failure that comes out does."""
    node.hear(receipt(story, item(story)))
    for state, settled in ((ErasureState.REQUESTED, True), (ErasureState.FAILED, False)):
        later = item(story, categories=(CategoryErased("profile", state), *BOTH[1:]))
        assert node.hear(receipt(story, later)).status == "accepted"
        kept = node.get(Receipt, story.referral, READER, "all")
        assert kept is not None
        assert kept.settled is settled


def test_one_signature_covers_many_and_reveals_one(node: Side, story: Story) -> None:
    """A hash tells nothing of the other items; each is salted."""
    other = attrs.evolve(item(story), referral="B" * 22)
    sent = receipt(story, other, item(story))
    alone = attrs.evolve(sent, parts=sent.parts[1:])
    assert node.hear(alone).status == "accepted"
    assert other.referral not in alone.token
    same = [
        erasure.write_receipt([item(story)], salts=[salt])[0].items
        for salt in (b"a" * 16, b"b" * 16)
    ]
    assert same[0] != same[1]


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "to another node": ({}, {"aud": READER}, "audience"),
    "by one who was never served": ({}, {"by": AUTHORITY}, "not-holder"),
    "for another closure": ({"closure": "0" * 64}, {}, "stale-receipt"),
    "of an erasure to come": ({"at": NOW + 2 * DAY}, {}, "future"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_receipt_is_refused(why: str, node: Side, story: Story) -> None:
    """Each with its code; the duty stays."""
    changed, how, code = REFUSED[why]
    outcome = node.hear(receipt(story, item(story, **changed), **how))
    assert (outcome.status, outcome.code) == ("refused", code)
    assert node.every(Receipt) == ()
    assert len(node.every(Due)) == 3


@pytest.mark.parametrize("changed", [{"scope": READER}, {"referral": "B" * 22}])
def test_a_receipt_for_a_closure_unheard_of_waits(
    changed: dict[str, str], node: Side, story: Story
) -> None:
    """A restored node hears of it again; until then nobody's duty is lost."""
    assert node.hear(receipt(story, item(story, **changed))).status == "later"


def test_a_receipt_reveals_what_it_signs(node: Side, story: Story) -> None:
    """No item, another's item, no item at all, and too many."""
    sent, other = receipt(story, item(story)), receipt(story, item(story, at=NOW - 1))
    wrong = write_part("profile", {}, salt=b"s" * 16)
    many = sent.parts * (limits.RECEIPT_ITEMS + 1)
    for parts, code in (
        ((), "receipt"),
        (other.parts, "malformed"),
        ((wrong,), "malformed"),
        (("?",), "malformed"),
        (many, "malformed"),
    ):
        outcome = node.hear(attrs.evolve(sent, parts=parts))
        assert (outcome.status, outcome.code) == ("refused", code)


def test_in_one_receipt_each_item_counts_for_itself(node: Side, story: Story) -> None:
    """What is refused keeps nobody's duty open but its own; what may still come is waited for."""
    stale = item(story, closure="0" * 64)
    assert node.hear(receipt(story, stale, item(story))).status == "accepted"
    assert node.get(Due, story.referral, READER, "all") is None
    early = item(story, scope=READER)
    assert node.hear(receipt(story, stale, early, item(story, at=NOW - 1))).status == "later"
    assert node.hear(receipt(story, stale, by=REQUESTER)).code == "stale-receipt"


def test_who_signed_once_may_sign_again(node: Side, story: Story) -> None:
    """The origin does when its hold has ended, long after its duty went."""
    hold = CategoryErased("dossier", ErasureState.RETAINED, "§ 15 AGG", UNTIL)
    last = receipt(story, item(story), by=ORIGIN)
    for sent in (receipt(story, item(story, categories=(hold,)), by=ORIGIN), last):
        assert node.hear(sent).status == "accepted"
    kept = node.get(Receipt, story.referral, ORIGIN, "all")
    assert kept is not None
    assert kept.token == last.sha256


def test_one_bad_receipt_spoils_no_batch(node: Side, story: Story) -> None:
    """Messages of others in the same commit go on."""
    good, bad = receipt(story, item(story)), receipt(story, item(story), by=REQUESTER)
    assert node.hear(attrs.evolve(bad, parts=("?",)), good).status == "accepted"
    assert node.get(Receipt, story.referral, READER, "all") is not None


def test_a_salt_is_needed_for_every_item(story: Story) -> None:
    """Items that look alike would be told apart otherwise."""
    with pytest.raises(MalformedError, match="salt is missing"):
        erasure.write_receipt([item(story), item(story)], salts=[b"s" * 16])


def test_a_member_takes_no_receipts(story: Story) -> None:
    """They go to the home node."""
    assert story.side(READER).hear(receipt(story, item(story), aud=READER)).code == "audience"


def test_a_holder_known_from_its_duty_alone_may_sign(story: Story) -> None:
    """The origin was never served and owes one all the same."""
    node = story.side(NODE, "draft", "withdrawal")
    assert node.hear(receipt(story, item(story), by=ORIGIN)).status == "accepted"
    assert node.hear(receipt(story, item(story, at=NOW - 1), by=ORIGIN)).status == "accepted"


# Manifests -------------------------------------------------------------------------------------


def manifest(story: Story, *, by: str = NODE, **changed: Any) -> Sent:
    """Sign the page that lists one reader."""
    (page,) = erasure.manifests([SERVED], closure=story.withdrawal.sha256, scope="all")
    body = attrs.evolve(page, **changed)
    return Sent(story.event(body, by=by, aud=NODE, jti=f"manifest {by} {changed}"))


def test_the_node_keeps_its_manifest(node: Side, story: Story) -> None:
    """Page by page."""
    sent = manifest(story)
    assert node.hear(sent).status == "accepted"
    kept = node.get(Manifest, story.referral, "all", NODE, 1)
    assert kept is not None
    assert kept.token == sent.sha256


def test_only_the_home_node_writes_manifests(node: Side, story: Story) -> None:
    """And only for a closure it knows."""
    assert node.hear(manifest(story, by=READER)).code == "not-entitled"
    assert story.side(READER).hear(manifest(story)).code == "not-entitled"
    for changed in ({"scope": READER}, {"closure": "0" * 64}):
        assert node.hear(manifest(story, **changed)).status == "later"


@pytest.mark.parametrize("holders", [0, 1, 80, 81, 200])
def test_manifest_pages_list_everyone_once_and_fit_a_document(holders: int, story: Story) -> None:
    """Even with the longest names there are."""
    held = [
        Held("r", f"https://{'a' * (limits.ORGANISATION_ID - 13)}.de/{n:0>2}"[:200], n, NOW, NOW)
        for n in reversed(range(holders))
    ]
    held = [attrs.evolve(one, holder=f"{one.holder[:-4]}{one.number:0>4}") for one in held]
    pages = erasure.manifests(held, closure="c" * 64, scope="all")
    assert [(one.page, one.pages) for one in pages] == [
        (n, len(pages)) for n in range(1, len(pages) + 1)
    ]
    listed = [line.holder for page in pages for line in page.entries]
    assert listed == sorted(one.holder for one in held)
    for page in pages:
        story.event(page, by=NODE, aud=NODE)


def test_the_journal_tells_who_was_served() -> None:
    """What a line says comes back as the ledger's entry."""
    assert erasure.held_of(erasure.served_line(SERVED)) == SERVED
    assert erasure.held_of(erasure.served_line(IN_CUSTODY)) == SERVED


# News ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "aud", "status", "code"),
    [
        (NODE, READER, "accepted", ""),
        (NODE, f"{NODE}/holders", "accepted", ""),
        (NODE, REQUESTER, "refused", "audience"),
        (ORIGIN, READER, "refused", "not-entitled"),
    ],
)
def test_a_right_used_is_a_task_for_people(
    by: str, aud: str, status: str, code: str, story: Story
) -> None:
    """The home node passes it on, to the holder it names."""
    body = payloads.PersonRequested(payloads.Right.ACCESS)
    sent = Sent(story.event(body, by=by, aud=aud))
    reader = story.side(READER, "released")
    outcome = reader.hear(sent)
    assert (outcome.status, outcome.code) == (status, code)
    if status == "accepted":
        assert reader.foresee(sent).status == "known"


@pytest.mark.parametrize(
    ("number", "by", "aud", "status", "code"),
    [
        (8, NODE, f"{NODE}/members", "accepted", ""),
        (7, NODE, f"{NODE}/members", "known", ""),
        (8, READER, f"{NODE}/members", "refused", "not-entitled"),
        (8, NODE, REQUESTER, "refused", "audience"),
    ],
)
def test_a_newer_list_is_fetched_soon(
    number: int, by: str, aud: str, status: str, code: str, story: Story
) -> None:
    """The list itself is verified then; the news are only news."""
    body = payloads.MembershipChanged(number, "0" * 64)
    sent = Sent(story.scene.event(body, by=by, aud=aud, referral=None, jti=f"{number} {by} {aud}"))
    outcome = story.side(READER).hear(sent)
    assert (outcome.status, outcome.code) == (status, code)


def test_who_knows_no_list_fetches_the_first(story: Story) -> None:
    """As after joining."""
    body = payloads.MembershipChanged(1, "0" * 64)
    sent = Sent(story.scene.event(body, by=NODE, aud=READER, referral=None))
    reader = story.side(READER)
    message = story.scene.open(sent)
    reader.here = attrs.evolve(
        reader.here, directory=attrs.evolve(reader.here.directory, newest=None)
    )
    from fachkraft_share.ports import loop

    assert loop.apply(reader.party, [message], at=NOW)[0].status == "accepted"
    assert [(one.kind, one.about) for one in reader.every(Task)] == [("refresh", "members")]
