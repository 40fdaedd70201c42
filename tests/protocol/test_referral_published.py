"""`referral.published`: what the node holds back and what a member keeps."""

from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Audience, Category
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.parts import part_hash, write_part
from fachkraft_share.protocol.records import Invitation, Part, Referral, ReferralState, Task, Token
from fachkraft_share.testing.scene import (
    DAY,
    NEWCOMER,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    Scene,
    Sent,
    Side,
    seed,
)
from fachkraft_share.testing.story import Person, Story
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.ids import referral_id

MEMBERS = f"{NODE}/members"


def published(story: Story, **changed: object) -> Sent:
    """Publish something else under the story's referral id."""
    aud = str(changed.pop("aud", MEMBERS))
    at = changed.pop("at", NOW)
    texts = changed.pop("texts", story.parted.texts)
    usual = story.scene.open(story.draft).body
    body = attrs.evolve(usual, **changed)  # type: ignore[arg-type]
    jti = f"{changed} {aud} {at}"
    token = story.event(body, by=ORIGIN, aud=aud, at=at, jti=jti)
    return Sent(token, (), texts)  # type: ignore[arg-type]


def one_part(story: Story, name: str, value: object) -> Sent:
    """Publish occupation and one more part."""
    occupation = story.parted.texts[0]
    other = write_part(name, value, salt=seed(name)[:16])
    hashes = {"occupation": part_hash(occupation), name: part_hash(other)}
    return published(story, parts=hashes, texts=(occupation, other))


def noted(story: Story) -> Sent:
    """Release a profile whose region is a sentence, as a node that looks away would."""
    draft = one_part(story, "region", {"region": "lives next to the mayor"})
    consent = story.person.consent(draft=draft.sha256)
    return Sent(draft.token, (consent.token,), draft.parts)


def test_a_draft_waits_at_the_node(story: Story) -> None:
    """It uses up the invitation, its parts stay, and nobody is told."""
    node = story.side(NODE, "draft")
    kept, invited = (
        node.get(Referral, story.referral),
        node.get(Invitation, story.person.key_x),
    )
    assert kept is not None
    assert invited is not None
    assert (kept.state, kept.consent, kept.origin) == (ReferralState.DRAFT, None, ORIGIN)
    assert invited.referral == story.referral
    assert len(node.every(Part, referral=story.referral)) == len(story.parted.texts)
    assert node.store.snapshot().keys().isdisjoint({Task})
    assert node.said == []


def test_the_same_draft_again_changes_nothing(story: Story) -> None:
    """Its sender hears that it is known."""
    assert story.side(NODE, "draft").hear(story.draft).status == "known"


NODE_REFUSES: dict[str, tuple[Callable[[Story], Sent], str]] = {
    "another audience": (lambda s: published(s, aud=NODE), "audience"),
    "a nonce that does not make the id": (
        lambda s: published(s, nonce=Person(s.scene, "other").nonce),
        "referral-id",
    ),
    "longer than 400 days": (lambda s: published(s, not_after=NOW + 401 * DAY), "not-after"),
    "ended before it began": (lambda s: published(s, not_after=NOW), "not-after"),
    "no occupation among its parts": (lambda s: published(s, parts={}, texts=()), "no-profile"),
    "a signed part that is missing": (
        lambda s: published(s, texts=s.parted.texts[:-1]),
        "no-profile",
    ),
    "a part that is not signed": (
        lambda s: published(s, parts={"occupation": "0" * 64}),
        "malformed",
    ),
    "a part that no profile has": (lambda s: one_part(s, "contact", {"name": "x"}), "malformed"),
    "a part of another shape": (lambda s: one_part(s, "skills", {"note": "x"}), "malformed"),
    "a skill in words": (
        lambda s: one_part(s, "skills", {"skills": ["Ms Mustermann, see the letter"]}),
        "malformed",
    ),
    "a part that is no object": (lambda s: one_part(s, "skills", ["java"]), "malformed"),
}


@pytest.mark.parametrize("why", NODE_REFUSES)
def test_the_node_holds_no_draft_with(why: str, story: Story) -> None:
    """Each with its code, and nothing stays."""
    make, code = NODE_REFUSES[why]
    node = story.side(NODE)
    outcome = node.hear(make(story))
    assert (outcome.status, outcome.code) == ("refused", code)
    assert node.every(Referral) == ()


@pytest.mark.parametrize("life", [1, limits.REFERRAL_DAYS * DAY])
def test_a_draft_may_live_from_one_second_to_its_longest(life: int, story: Story) -> None:
    """Both ends are allowed."""
    assert story.side(NODE).hear(published(story, not_after=NOW + life)).status == "accepted"


def test_another_envelope_under_the_same_id_is_refused(story: Story) -> None:
    """What the person was shown cannot be exchanged."""
    outcome = story.side(NODE, "draft").hear(published(story, seq=2))
    assert (outcome.status, outcome.code) == ("refused", "referral-exists")


@pytest.mark.parametrize("change", [{"member": READER}, {"referral": "used"}, None])
def test_a_draft_needs_an_invitation_of_its_own(
    change: dict[str, str] | None, story: Story
) -> None:
    """One of another member, a used one and none are all the same."""
    (invited, *_) = story.before(NODE)
    assert isinstance(invited, Invitation)
    node = Side(story.scene, NODE)
    if change is not None:
        node.put(attrs.evolve(invited, **change))
    assert node.hear(story.draft).code == "no-invitation"


def test_a_restored_node_takes_a_draft_with_the_persons_consent(story: Story) -> None:
    """The consent names exactly this envelope; that of another does not help."""
    node = Side(story.scene, NODE)
    along = attrs.evolve(story.draft, attached=(story.consent.token,))
    other = attrs.evolve(story.draft, attached=(story.person.consent(draft="1" * 64).token,))
    assert node.hear(other).code == "no-invitation"
    assert node.hear(along).status == "accepted"


def test_a_closed_referral_is_never_drafted_again(story: Story) -> None:
    """The closure may come first: it needs no knowledge of the referral."""
    node = story.side(NODE, "withdrawal")
    assert node.hear(story.draft).status == "ended"
    assert node.every(Part) == node.every(Referral) == ()


# At a member -----------------------------------------------------------------------------------


def test_a_member_keeps_what_the_person_allowed(story: Story) -> None:
    """Referral, consent, parts and the task to match it."""
    reader = story.side(READER, "released")
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    assert (kept.state, kept.consent) == (ReferralState.PUBLISHED, story.consent.sha256)
    parts = {part.category for part in reader.every(Part, referral=story.referral)}
    assert parts == {"occupation", "experience", "skills", "region", "endorsement"}
    assert reader.get(Task, "match", story.referral) is not None
    assert {one.sha256 for one in reader.every(Token)} == {
        story.draft.sha256,
        story.consent.sha256,
    }
    assert [one.sha256 for one in reader.every(Token, personal=True)] == [story.draft.sha256]


def with_consent(story: Story, **changed: object) -> Sent:
    """Release the draft under another consent."""
    told: dict[str, object] = {"draft": story.draft.sha256, **changed}
    consent = story.person.consent(**told)  # type: ignore[arg-type]
    return attrs.evolve(story.released, attached=(consent.token,))


MEMBER_REFUSES: dict[str, tuple[str, Callable[[Story], Sent], str]] = {
    "its own": (ORIGIN, lambda s: s.released, "not-addressed"),
    "one without consent": (
        READER,
        lambda s: attrs.evolve(s.released, attached=()),
        "not-addressed",
    ),
    "one with another person's consent": (
        READER,
        lambda s: attrs.evolve(
            s.released,
            attached=(Person(s.scene, "other").consent(draft=s.draft.sha256).token,),
        ),
        "not-addressed",
    ),
    "another envelope than was shown": (READER, lambda s: with_consent(s, draft="1" * 64), "draft"),
    "one allowed for longer than it lives": (
        READER,
        lambda s: with_consent(s, exp=NOW + 301 * DAY),
        "not-after",
    ),
    "one on a list it did not stand on": (NEWCOMER, lambda s: s.released, "audience"),
    "one on a list of the same number": (
        READER,
        lambda s: with_consent(s, audience=Audience(list=ListName(7, "0" * 64))),
        "audience",
    ),
    "one for others by name": (
        READER,
        lambda s: with_consent(s, audience=Audience(members=(REQUESTER,))),
        "audience",
    ),
    "one whose consent has expired": (READER, lambda s: with_consent(s, exp=NOW), "expired"),
    "a part the person did not allow": (
        READER,
        lambda s: attrs.evolve(s.released, parts=s.draft.parts),
        "malformed",
    ),
    "a profile with a note in it": (READER, noted, "malformed"),
    "a profile without occupation": (
        READER,
        lambda s: attrs.evolve(s.released, parts=s.released.parts[1:]),
        "malformed",
    ),
}


@pytest.mark.parametrize("why", MEMBER_REFUSES)
def test_a_member_keeps_none_of(why: str, story: Story) -> None:
    """Each with its code, and nothing stays."""
    who, make, code = MEMBER_REFUSES[why]
    member = Side(story.scene, who)
    assert member.hear(make(story)).code == code
    assert member.every(Part) == member.every(Referral) == ()


def test_a_member_named_by_the_consent_keeps_it_without_any_list(story: Story) -> None:
    """Who joined later gets what names it (R5)."""
    newest = story.scene.members_list(8, (*story.scene.members,))
    later = story.scene.directory.with_list(newest)
    newcomer = Side(story.scene, NEWCOMER, directory=later)
    assert newcomer.hear(story.released).code == "audience"
    named = with_consent(story, audience=Audience(members=(NEWCOMER,)))
    assert newcomer.hear(named).status == "accepted"


def test_a_consent_may_last_as_long_as_what_a_member_keeps(story: Story) -> None:
    """Not a second longer."""
    for exp, status in ((NOW + 300 * DAY, "accepted"), (NOW + 300 * DAY + 1, "refused")):
        assert Side(story.scene, READER).hear(with_consent(story, exp=exp)).status == status


def test_a_publication_is_refused_after_its_time(story: Story) -> None:
    """As late as a tombstone of it lasts, so that none outlives it."""
    end = NOW + 300 * DAY + limits.TOMBSTONE_SKEW
    reader = story.side(READER)
    assert reader.hear(story.released, at=end).code == "expired"
    assert reader.hear(story.released, at=end + 1).code == "too-late"


@pytest.mark.parametrize("scope", ["all", READER])
def test_what_is_closed_for_a_member_never_comes_back(scope: str, story: Story) -> None:
    """However often it is served again."""
    reader = story.side(READER)
    assert reader.hear(story.person.withdrawal(scope=scope)).status == "accepted"
    assert reader.hear(story.released).status == "ended"
    assert reader.every(Part) == ()


def test_a_row_served_anew_brings_a_renewal_even_a_shorter_one(story: Story) -> None:
    """The newest consent counts, not the longest; the older one comes too late then."""
    shorter = story.renew(story.consent, exp=NOW + DAY, categories=(Category.OCCUPATION,))
    fresh = Sent(story.draft.token, (shorter.token, *shorter.attached), story.released.parts[:1])
    reader = story.side(READER, "released")
    assert reader.hear(fresh).status == "accepted"
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    assert (kept.consent, kept.consent_exp) == (shorter.sha256, NOW + DAY)
    assert {one.category for one in reader.every(Part)} == {"occupation"}
    assert reader.hear(story.released).status == "known"
    assert {one.category for one in reader.every(Part)} == {"occupation"}


@pytest.mark.parametrize("referral", [None, "short", "A" * 23])
def test_an_event_about_no_referral_is_malformed(referral: str | None, scene: Scene) -> None:
    """The id is 128 bits in one spelling."""
    body = payloads.ReferralPublished(0, NOW + DAY, "", "", {})
    token = scene.event(body, by=ORIGIN, aud=MEMBERS, referral=referral)
    assert Side(scene, NODE).hear(Sent(token)).code == "malformed"


def test_a_key_that_is_no_key_is_malformed(story: Story) -> None:
    """Before anything is looked up under it."""
    assert story.side(NODE).hear(published(story, key="short")).code == "malformed"


@pytest.mark.parametrize(("key", "nonce"), [(31, limits.ID_BYTES), (32, limits.ID_BYTES - 1)])
def test_a_key_or_nonce_of_another_size_makes_no_referral(
    key: int, nonce: int, story: Story
) -> None:
    """Even where the id is truly made of it: no such key signs, and a short nonce is guessed."""
    raw, random = seed("short")[:key], seed("nonce")[:nonce]
    body = payloads.ReferralPublished(0, NOW + DAY, b64(raw), b64(random), {})
    about = referral_id(ORIGIN, raw, random)
    sent = Sent(story.event(body, by=ORIGIN, aud=MEMBERS, referral=about))
    assert Side(story.scene, NODE).hear(sent).code == "malformed"


def test_at_most_eight_documents_travel_along(story: Story) -> None:
    """More would let one message cost many verifications."""
    many = attrs.evolve(story.draft, attached=(story.consent.token,) * (limits.ATTACHED + 1))
    with pytest.raises(MalformedError, match="too many"):
        story.side(NODE).hear(many)


def test_all_members_and_all_holders_are_addressed_by_way_of_their_node(scene: Scene) -> None:
    """Whoever speaks: nobody but the node knows who they are."""
    for id in (NODE, ORIGIN, READER):
        here = scene.here(id)
        assert (here.members, here.holders) == (f"{NODE}/members", f"{NODE}/holders")
