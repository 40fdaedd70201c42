"""How old a message may be when the node hears it, and what counts however late it comes."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.protocol.erasure import manifests, write_receipt
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Held, Invitation, Tombstone
from fachkraft_share.testing.scene import (
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

LAST = NOW + limits.MESSAGE_AGE_DAYS * DAY
QUARTER = NOW + 90 * DAY
WAY = ("draft", "consent", "requested", "presented", "answer", "disclosed", "outcome")
AGEING = ("draft", "requested", "presented", "disclosed", "outcome")


@pytest.mark.parametrize("name", AGEING)
def test_the_node_takes_no_event_that_is_older_than_a_month(name: str, story: Story) -> None:
    """Else the finder of a key that has ended could still write with it, dated back."""
    scene = story.scene
    renewed = scene.members_list(8, tuple(scene.members), at=LAST - DAY)
    before = WAY[: WAY.index(name)]
    node = story.side(NODE, *before, directory=scene.directory.with_list(renewed))
    sent = getattr(story, name)
    late = node.hear(sent, at=LAST + 1)
    assert (late.status, late.code) == ("refused", "too-old")
    assert node.hear(sent, at=LAST).status == "accepted"


def test_what_the_node_knows_already_does_not_age(story: Story) -> None:
    """The answer to it was lost, and the sender was away for long."""
    heard = ("draft", "consent", "requested", "presented", "answer")
    node = story.side(NODE, *heard)
    assert node.hear(story.requested, at=QUARTER).status == "known"


def test_what_changes_nothing_any_more_does_not_age_either(story: Story) -> None:
    """Though the node has forgotten the message id: its sender hears what became of it."""
    node = story.side(NODE, "draft")
    assert node.foresee(story.draft, at=QUARTER).status == "known"
    node.hear(story.withdrawal)
    assert node.foresee(story.requested, at=QUARTER).status == "ended"


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("withdrawal", ("draft",)),
        ("consent", ("draft",)),
        ("answer", ("draft", "consent", "requested")),
    ],
)
def test_what_the_person_signed_counts_however_late(
    name: str, heard: tuple[str, ...], story: Story
) -> None:
    """Nobody but the person has these keys, and they do not end."""
    scene = story.scene
    renewed = scene.members_list(8, tuple(scene.members), at=QUARTER - DAY)
    node = story.side(NODE, *heard, directory=scene.directory.with_list(renewed))
    assert node.hear(getattr(story, name), at=QUARTER).status == "accepted"


def test_an_end_counts_however_late(story: Story) -> None:
    """A member's closure that waited a quarter in its outbox."""
    node = story.side(NODE, "draft", "consent")
    assert node.hear(story.close(), at=QUARTER).status == "accepted"
    assert node.get(Tombstone, story.referral, "all") is not None


def test_a_receipt_counts_however_late(story: Story) -> None:
    """Late is better than never."""
    node = story.side(NODE, "draft", "consent", "withdrawal")
    gone = tuple(CategoryErased(one, ErasureState.ERASED) for one in ("profile", "dossier"))
    item = ReceiptItem(story.referral, story.withdrawal.sha256, "all", NOW, gone, ("store",))
    body, parts = write_receipt([item], salts=[seed("salt")[:16]])
    token = story.event(body, by=ORIGIN, aud=NODE, referral=None)
    assert node.hear(Sent(token, (), parts), at=QUARTER).status == "accepted"


def test_a_restored_node_is_given_old_referrals_with_their_consent(story: Story) -> None:
    """The consent names exactly this envelope; another person's does not make it young."""
    node = Side(story.scene, NODE)
    again = attrs.evolve(story.draft, attached=(story.consent.token,))
    assert node.hear(again, at=QUARTER).status == "accepted"
    other = story.person.consent()
    assert (
        Side(story.scene, NODE)
        .put(invitation(story))
        .hear(attrs.evolve(story.draft, attached=(other.token,)), at=QUARTER)
        .code
        == "too-old"
    )


def invitation(story: Story) -> Invitation:
    """Return what the node noted when the origin asked for a link."""
    [found] = [one for one in story.before(NODE) if isinstance(one, Invitation)]
    return found


@pytest.mark.parametrize(("who", "name"), [(READER, "released"), (REQUESTER, "answered")])
def test_members_read_the_feed_however_late(who: str, name: str, story: Story) -> None:
    """The node judged the age when it heard of it; a member may have been away."""
    member = story.side(who, *(() if name == "released" else ("released",)))
    assert member.hear(getattr(story, name), at=QUARTER).status == "accepted"


def test_what_can_be_taken_never_is_not_asked_for_again(story: Story) -> None:
    """What it rests on may still come, but by then it will be too old itself."""
    node = story.side(NODE, "draft", "consent")
    assert node.hear(story.presented, at=LAST).status == "later"
    assert node.hear(story.presented, at=LAST + 1).code == "too-old"
    reader = story.side(READER)
    assert reader.hear(story.answered, at=LAST + 1).status == "later"


def test_what_a_partner_node_says_in_its_own_feed_does_not_age(border: Any) -> None:
    """The nodes were apart for a quarter; whoever finds an old key writes into no feed."""
    story = border.story
    end = story.person.withdrawal()
    [page] = manifests([], closure=end.sha256, scope="all")
    told = border.event(page, by=border.node, aud=f"{border.node}/holders")
    node = border.side(NODE, story.draft, border.consent)
    node.put(Held(story.referral, border.node, 3, NOW))
    assert node.hear(end, at=QUARTER).status == "accepted"
    assert node.hear(told, at=QUARTER).code == "too-old"
    for reading, status in (("https://node.ilsede.example", "refused"), (border.node, "accepted")):
        node.here = attrs.evolve(node.here, reading=reading)
        assert node.hear(told, at=QUARTER).status == status
