"""Every order and repetition of a set of messages ends in the same state, at every party."""

import os
from collections.abc import Sequence
from functools import cache
from itertools import permutations
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.model.consent import Answer
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.message import CONSENT
from fachkraft_share.protocol.records import Contact, Part, Referral, Task, Token, Tombstone
from fachkraft_share.protocol.states import Level, level
from fachkraft_share.testing.scene import NODE, ORIGIN, REQUESTER, Sent, Side, name_id
from fachkraft_share.testing.story import Story


@cache
def messages(story: Story) -> dict[str, Sent]:
    """Return everything that can happen to one referral and one request, and some of it twice."""
    again = story.person.answer(story.consent, seq=2, jti=name_id("again"))
    no = story.person.answer(story.consent, answer=Answer.DECLINED, seq=2)
    return {
        "draft": story.draft,
        "consent": story.consent,
        "renewal": story.renewal,
        "granted": story.granted,
        "released": story.released,
        "renewed": story.renewed,
        "ask": story.ask(),
        "ask again": story.ask(seq=1),
        "present": story.presented,
        "present anew": story.present(seq=1, job="Frontend"),
        "yes": story.answer,
        "yes again": again,
        "no": no,
        "told yes": story.answered,
        "told no": story.tell(no),
        "told yes again": story.tell(again),
        "disclose": story.disclosed,
        "outcome": story.outcome,
        "other outcome": story.report(seq=1, kind="no_contact"),
        "withdraw": story.withdrawal,
        "close": story.close(),
        "withdraw from the requester": story.person.withdrawal(scope=REQUESTER),
    }


def tell(side: Side, order: Sequence[Sent]) -> None:
    """Tell the messages in this order; whatever has to wait is told again until nothing moves."""
    waiting = list(order)
    while waiting:
        later = [one for one in waiting if side.hear(completed(side, one)).status == "later"]
        if len(later) == len(waiting):
            return
        waiting = later


def completed(side: Side, sent: Sent) -> Sent:
    """Add the consents this party knows, as every service does."""
    known = [one.body for one in side.every(Token, type=CONSENT) if one.body is not None]
    if not sent.attached or len(known) < 2:
        return sent
    return attrs.evolve(sent, attached=tuple(dict.fromkeys((*sent.attached, *known))))


def view(side: Side, story: Story) -> dict[str, Any]:
    """Return what counts: under a closure nothing does but that it is closed."""
    tombstones = side.every(Tombstone)
    found = {
        contact.key: Level.CLOSED
        if closed_for(tombstones, contact.requester, node=None)
        else attrs.evolve(contact, requested_at=0)
        for contact in side.every(Contact)
    }
    if closed_for(tombstones, side.here.id, node=None):
        return {"closed": True, "parts": side.every(Part), "readable": readable(side)}
    return {
        "closed": {one.scope for one in tombstones},
        "referral": side.get(Referral, story.referral),
        "contacts": found if not closed_for(tombstones, REQUESTER, node=None) else None,
        "parts": {one.category for one in side.every(Part)},
    }


def readable(side: Side) -> list[str]:
    """Return the personal bodies that are still there."""
    return [one.sha256 for one in side.every(Token, personal=True) if one.body is not None]


SETS = {
    NODE: [
        ("draft", "consent", "ask", "ask again", "present", "present anew", "yes", "outcome"),
        ("draft", "consent", "ask", "yes", "disclose", "outcome", "other outcome"),
        ("draft", "consent", "ask", "yes", "no", "yes again"),
        ("draft", "consent", "ask", "yes", "disclose", "withdraw"),
        ("draft", "consent", "ask", "present", "withdraw from the requester", "close"),
        ("draft", "consent", "ask", "yes", "disclose", "withdraw from the requester"),
    ],
    ORIGIN: [
        ("granted", "ask", "ask again", "told yes", "outcome", "other outcome"),
        ("granted", "ask", "told yes", "told no", "told yes again", "outcome"),
        ("granted", "ask", "told yes", "outcome", "withdraw", "close"),
        ("granted", "ask", "told yes", "withdraw from the requester"),
    ],
    REQUESTER: [
        ("released", "told yes", "disclose", "renewed"),
        ("released", "told yes", "told no", "disclose"),
        ("released", "told yes again", "told no", "disclose", "renewed"),
        ("released", "told yes", "disclose", "withdraw"),
        ("released", "told yes", "disclose", "renewed", "withdraw from the requester", "close"),
    ],
}
EXAMPLES = int(os.environ.get("FKS_ORDERS", "80"))  # of each property; `make soak` asks for more
MANY = settings(max_examples=EXAMPLES, deadline=None)
CASES = {f"{who[8:]}: {', '.join(names)}": (who, names) for who in SETS for names in SETS[who]}


@pytest.mark.parametrize("case", CASES)
@MANY
@given(data=st.data())
def test_every_order_and_repetition_ends_in_the_same_state(
    case: str, data: st.DataObject, story: Story
) -> None:
    """Whatever is refused, waits or is known on the way."""
    who, names = CASES[case]
    known = messages(story)
    usual = story.side(who)
    tell(usual, [known[name] for name in names])
    repeated = data.draw(st.lists(st.sampled_from(names), max_size=4))
    order = data.draw(st.permutations([*names, *repeated]))
    shuffled = story.side(who)
    tell(shuffled, [known[name] for name in order])
    assert view(shuffled, story) == view(usual, story)


def test_all_orders_of_the_short_story_agree(story: Story) -> None:
    """Not a sample: every permutation of five, at the requester."""
    known = messages(story)
    names = ("released", "told yes", "told no", "disclose", "withdraw")
    views = []
    for order in permutations(names):
        side = story.side(REQUESTER)
        tell(side, [known[name] for name in order])
        views.append(view(side, story))
    assert all(one == {"closed": True, "parts": (), "readable": []} for one in views)


@MANY
@given(order=st.permutations(["draft", "consent", "ask", "yes", "no", "disclose"]))
def test_once_the_no_is_known_nothing_passes(story: Story, order: list[str]) -> None:
    """Here order counts: what was passed on before the no was passed on, and nothing after."""
    known = messages(story)
    node = story.side(NODE)
    for name in order:
        before = node.get(Contact, story.referral, REQUESTER, story.request)
        outcome = node.hear(known[name])
        if before is not None and before.answer == "declined":
            assert name != "disclose" or outcome.status == "refused"
    tell(node, [known[name] for name in order])
    found = node.get(Contact, story.referral, REQUESTER, story.request)
    assert found is not None
    assert found.answer == "declined"


@MANY
@given(
    order=st.permutations(["draft", "consent", "ask", "present", "yes", "disclose", "outcome"]),
    place=st.integers(0, 7),
)
def test_closed_is_final_wherever_it_falls(story: Story, order: list[str], place: int) -> None:
    """Nothing that comes after it leaves anything behind."""
    known = messages(story)
    node = story.side(NODE)
    tell(node, [known[name] for name in order[:place]])
    node.hear(known["withdraw"])
    at_the_end = node.store.snapshot()
    tell(node, [known[name] for name in order])
    kept = node.get(Referral, story.referral)
    assert kept is None or kept.state == "closed"
    assert node.every(Part) == ()
    assert readable(node) == []
    after = node.store.snapshot()
    for kind in (Contact, Token, Task, Tombstone):
        assert after.get(kind, {}) == at_the_end.get(kind, {})


def test_levels_follow_the_story(story: Story) -> None:
    """At the node, message by message."""
    node = story.side(NODE)
    seen = []
    for name in ("draft", "consent", "requested", "presented", "answer", "disclosed", "outcome"):
        node.hear(getattr(story, name))
        seen.append(level(node.get(Contact, story.referral, REQUESTER, story.request)))
    assert seen == [Level.NONE, Level.NONE, *[Level.REQUESTED] * 2, *list(Level)[2:5]]
