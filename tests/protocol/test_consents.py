"""`fks-consent`, `consent.granted`, `consent.renewed`, `consent.declined`."""

from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import ConsentError, MalformedError, RefusedError, SignatureError
from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Assurance, Audience, Category, Purpose
from fachkraft_share.model.organisation import Status
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.decision import Append, Emit
from fachkraft_share.protocol.parts import allowed
from fachkraft_share.protocol.records import (
    Due,
    FeedRow,
    Part,
    Referral,
    ReferralState,
    Token,
)
from fachkraft_share.rules.consent import Policy
from fachkraft_share.testing.scene import (
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    SHOWN,
    STRANGER,
    Scene,
    Sent,
    Side,
    record_name,
)
from fachkraft_share.testing.story import Person, Story


def give(story: Story, **changed: object) -> Sent:
    """Give another consent to the same draft."""
    told: dict[str, object] = {"draft": story.draft.sha256, **changed}
    return story.person.consent(**told)  # type: ignore[arg-type]


# At the node -----------------------------------------------------------------------------------


def test_granting_releases_the_draft(story: Story) -> None:
    """One row for all on the list, and the origin hears of it; both carry the consent."""
    node = story.side(NODE, "draft", "consent")
    kept = node.get(Referral, story.referral)
    assert kept is not None
    assert (kept.state, kept.consent) == (ReferralState.PUBLISHED, story.consent.sha256)
    (row,) = node.every(FeedRow)
    assert (row.to, row.list_number, row.stream) == ("list", 7, "events")
    assert (row.token, row.attached) == (story.draft.sha256, story.consent.sha256)
    (said,) = node.said
    assert (said.type, said.to, said.attached) == (
        "consent.granted",
        (ORIGIN,),
        (story.consent.sha256,),
    )
    assert node.get(Token, story.consent.sha256) is not None


def test_what_the_person_did_not_allow_leaves_the_node(story: Story) -> None:
    """The rank is neither served nor kept."""
    node = story.side(NODE, "draft", "consent")
    assert "rank" not in {part.category for part in node.every(Part)}


def test_members_named_get_a_row_each(story: Story) -> None:
    """And those on no list get none."""
    node = story.side(NODE, "draft")
    node.hear(give(story, audience=Audience(members=(REQUESTER, READER, READER))))
    rows = node.every(FeedRow)
    assert [(row.to, row.list_number) for row in rows] == [(REQUESTER, None), (READER, None)]


NODE_REFUSES: dict[str, tuple[Callable[[Story], Sent], str]] = {
    "for another node": (lambda s: give(s, node=READER), "audience"),
    "for another envelope": (lambda s: give(s, draft="1" * 64), "draft"),
    "beyond the referral's life": (lambda s: give(s, exp=NOW + 301 * DAY), "not-after"),
    "over before it began": (lambda s: give(s, exp=NOW), "not-after"),
    "with too many names": (
        lambda s: give(s, audience=Audience(members=(READER,) * (limits.AUDIENCE_IDS + 1))),
        "audience",
    ),
    "with a better assurance than the invitation had": (
        lambda s: give(s, assurance=Assurance.CONFIRMED),
        "assurance",
    ),
    "without the purpose": (lambda s: give(s, purposes=(Purpose.OWN_POOL,)), "purpose"),
    "without a profile": (lambda s: give(s, categories=(Category.SKILLS,)), "category"),
}


@pytest.mark.parametrize("why", NODE_REFUSES)
def test_the_node_releases_nothing_under_a_consent(why: str, story: Story) -> None:
    """Each with its code; the draft stays a draft."""
    make, code = NODE_REFUSES[why]
    node = story.side(NODE, "draft")
    assert node.hear(make(story)).code == code
    assert node.every(FeedRow) == ()


def test_a_consent_of_the_future_does_not_count_yet(story: Story) -> None:
    """A day is forgiven: clocks drift."""
    node = story.side(NODE, "draft")
    assert node.foresee(give(story, iat=NOW + DAY)).status == "accepted"
    ahead = give(story, iat=NOW + DAY + 1)
    with pytest.raises(RefusedError, match="future"):
        node.hear(ahead)
    with pytest.raises(ConsentError, match="not-yet"):
        node.foresee(ahead, opened=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"policy": Policy(least_assurance=Assurance.CONFIRMED)}, "assurance"),
        ({"status": Status.SUSPENDED}, "inactive"),
        ({"at": NOW + 6 * DAY}, "list-expired"),
    ],
)
def test_the_gate_stands_before_every_release(
    more: dict[str, object], code: str, story: Story
) -> None:
    """Assurance, the origin's standing, the list's freshness."""
    at = int(more.pop("at", NOW))  # type: ignore[call-overload]
    if "status" in more:
        told = {ORIGIN: more.pop("status")}
        newest = story.scene.members_list(8, (*story.scene.members,), status=told)  # type: ignore[arg-type]
        more["directory"] = story.scene.directory.with_list(newest)
    node = story.side(NODE, "draft", **more)
    assert node.hear(story.consent, at=at).code == code


def test_an_origin_that_owes_a_receipt_may_still_recommend(story: Story) -> None:
    """It gets no new referrals itself, but nobody gains from holding back its people."""
    node = story.side(NODE, "draft").put(Due("other", ORIGIN, "all", "c", 0, NOW - DAY))
    assert node.hear(story.consent).status == "accepted"


def test_a_consent_without_its_draft_has_to_wait(story: Story) -> None:
    """The draft may still come."""
    assert story.side(NODE).hear(story.consent).status == "later"


def test_a_consent_given_twice_is_given_once(story: Story) -> None:
    """Even where the message id was forgotten."""
    node = story.side(NODE, "draft", "consent")
    assert node.foresee(story.consent).status == "known"


@pytest.mark.parametrize(
    "text", ["", "Ms Mustermann said yes", "4b8f1c5e-5a0d-1c6f-9d0e-2f6a7c1b3d58"]
)
def test_a_consent_is_named_by_a_random_uuid(text: str, story: Story) -> None:
    """Text has no place there."""
    with pytest.raises(MalformedError, match="UUIDv4"):
        story.scene.open(give(story, record_id=text))


def test_a_restored_node_knows_no_invitation_and_takes_the_consents_word(story: Story) -> None:
    """How the link went to the person it cannot know any more; its rule for all still holds."""
    again = attrs.evolve(story.draft, attached=(story.consent.token,))
    for least, status in ((Assurance.ATTESTED, "accepted"), (Assurance.CONFIRMED, "refused")):
        node = Side(story.scene, NODE, policy=Policy(least_assurance=least))
        assert node.hear(again).status == "accepted"
        assert node.hear(story.consent).status == status


def test_only_consents_travel_along_with_a_renewal(story: Story) -> None:
    """Whatever else somebody sent with it: readers are told what the release rests on."""
    node = story.side(NODE, "draft", "consent", "requested", "answer")
    along = (*story.renewal.attached, story.answer.token)
    chain = (story.renewal.sha256, story.consent.sha256)
    effects = node.foresee(attrs.evolve(story.renewal, attached=along)).effects
    told = [one.attached for one in effects if isinstance(one, Append | Emit)]
    assert told == [chain] * 3


def test_a_second_first_consent_is_refused(story: Story) -> None:
    """Only a renewal replaces what is in force."""
    node = story.side(NODE, "draft", "consent")
    other = give(story, language="en", record_id=record_name("other"))
    assert node.hear(other).code == "stale"


def test_after_a_withdrawal_no_consent_helps(story: Story) -> None:
    """Closed is final."""
    node = story.side(NODE, "draft", "withdrawal")
    assert node.hear(story.consent).status == "ended"


def test_after_a_withdrawal_from_the_origin_no_consent_releases_its_draft(story: Story) -> None:
    """The gate knows of closures as well: nothing of theirs is published any more."""
    node = story.side(NODE, "draft")
    assert node.hear(story.person.withdrawal(scope=ORIGIN)).status == "accepted"
    assert node.hear(story.consent).code == "closed"
    assert node.every(FeedRow, stream="events") == ()


def test_a_member_takes_no_consents(story: Story) -> None:
    """They are given at the node."""
    assert story.side(READER).hear(story.consent).code == "not-addressed"


def test_a_consent_for_a_referral_kept_as_closed_is_refused(story: Story) -> None:
    """Even if its tombstone went first; a state that is final stays final."""
    node = story.side(NODE, "draft")
    kept = node.get(Referral, story.referral)
    assert kept is not None
    node.put(attrs.evolve(kept, state=ReferralState.CLOSED))
    assert node.hear(story.consent).code == "already-granted"


def test_what_the_node_says_of_a_consent_is_evidence(story: Story) -> None:
    """Nothing of it goes at the end: hashes and ids stand in it, and no word about the person."""
    node = story.side(NODE, "draft", "consent", "renewal")
    assert [said.personal for said in node.said] == [False] * 3


# Renewals --------------------------------------------------------------------------------------


def test_a_renewal_replaces_the_consent_and_holders_hear_of_it(story: Story) -> None:
    """With the whole chain, so that everybody can check it."""
    node = story.side(NODE, "draft", "consent", "renewal")
    chain = (story.renewal.sha256, story.consent.sha256)
    granted, renewed = node.said[-2:]
    assert (granted.type, granted.attached) == ("consent.granted", chain)
    assert (renewed.type, renewed.to) == ("consent.renewed", (REQUESTER, READER))
    assert renewed.attached == chain
    assert "skills" not in {part.category for part in node.every(Part)}


def test_an_invitation_served_to_nobody_renews_without_news(story: Story) -> None:
    """Only holders are told."""
    (invited, *_) = story.before(NODE)
    node = Side(story.scene, NODE).put(invited)
    for sent in (story.draft, story.consent, story.renewal):
        node.hear(sent)
    assert [said.type for said in node.said] == ["consent.granted", "consent.granted"]


def test_of_two_renewals_of_one_consent_the_first_stands(story: Story) -> None:
    """The chain does not fork."""
    node = story.side(NODE, "draft", "consent", "renewal")
    assert node.hear(story.renew(story.consent, language="en")).code == "stale"


def test_a_chain_of_renewals_may_come_at_once(story: Story) -> None:
    """A restored node gets back what it forgot from one message."""
    node = story.side(NODE, "draft")
    assert node.hear(story.renew(story.renewal)).status == "accepted"
    assert node.hear(story.consent).code == "stale"


def test_renewals_come_to_an_end(story: Story) -> None:
    """The chain travels whole and must fit beside an answer."""
    node, newest = story.side(NODE, "draft", "consent"), story.consent
    for _ in range(limits.RENEWALS):
        newest = story.renew(newest)
        assert node.hear(newest).status == "accepted"
    assert node.hear(story.renew(newest)).code == "renewals"
    assert len(story.person.answer(newest).attached) < limits.ATTACHED


@pytest.mark.parametrize("wrong", ["the first key", "another person's"])
def test_only_the_management_link_renews(wrong: str, story: Story) -> None:
    """The first link can only withdraw by then."""
    other = Person(story.scene, "other")
    key = story.person.key if wrong == "the first key" else other.manage
    renewal = story.renew(story.consent, signer=key)
    with pytest.raises(SignatureError, match="another key"):
        story.side(NODE, "draft", "consent").hear(renewal)


def test_a_renewal_needs_the_consent_it_renews(story: Story) -> None:
    """Of the same person, and along with it."""
    other = Person(story.scene, "other").consent()
    for attached in ((), (other.token,)):
        with pytest.raises(SignatureError, match="needs the consent"):
            story.scene.open(attrs.evolve(story.renewal, attached=attached))
    foreign = story.person.consent(attached=(other.token,), renews=other.sha256)
    with pytest.raises(SignatureError, match="needs the consent"):
        story.scene.open(foreign)


def test_a_chain_opens_whatever_its_clocks_say(story: Story) -> None:
    """Two consents of one second, or a renewal dated before: hashes give the order."""
    same = story.renew(story.consent, iat=NOW - DAY)
    message = story.scene.open(story.told_renewal(same, story.consent))
    assert [one.sha256 for one in message.consents] == [story.consent.sha256, same.sha256]
    assert message.consent == message.consents[-1].body


# At the origin ---------------------------------------------------------------------------------


def test_the_origin_hears_that_its_draft_was_released(story: Story) -> None:
    """It keeps the consent as evidence."""
    origin = story.side(ORIGIN, "granted")
    kept = origin.get(Referral, story.referral)
    assert kept is not None
    assert (kept.state, kept.consent) == (ReferralState.PUBLISHED, story.consent.sha256)
    assert origin.get(Token, story.consent.sha256) is not None


def granted(story: Story, sent: Sent, *, by: str = NODE, aud: str = ORIGIN) -> Sent:
    """Tell the origin of any consent."""
    body = payloads.ConsentGranted(sent.sha256)
    token = story.event(body, by=by, aud=aud, jti=f"{sent.sha256} {by} {aud}")
    return Sent(token, (sent.token, *sent.attached))


ORIGIN_REFUSES: dict[str, tuple[str, Callable[[Story], Sent], str]] = {
    "no consent": (ORIGIN, lambda s: attrs.evolve(s.granted, attached=()), "no-consent"),
    "an answer in its place": (ORIGIN, lambda s: granted(s, s.answer), "no-consent"),
    "another referral's": (
        ORIGIN,
        lambda s: granted(s, Person(s.scene, "other").consent()),
        "no-consent",
    ),
    "another node": (ORIGIN, lambda s: granted(s, s.consent, by=READER), "not-entitled"),
    "another origin": (READER, lambda s: granted(s, s.consent, aud=READER), "not-addressed"),
    "another audience": (ORIGIN, lambda s: granted(s, s.consent, aud=READER), "not-addressed"),
    "nobody, at the node": (NODE, lambda s: granted(s, s.consent, aud=NODE), "not-addressed"),
    "another draft": (ORIGIN, lambda s: granted(s, give(s, draft="1" * 64)), "draft"),
}


@pytest.mark.parametrize("why", ORIGIN_REFUSES)
def test_the_origin_is_told_of_consents_by(why: str, story: Story) -> None:
    """Nothing but its node's word with the consent itself."""
    who, make, code = ORIGIN_REFUSES[why]
    assert story.side(who).hear(make(story)).code == code


def test_the_origin_keeps_of_the_news_what_is_a_consent(story: Story) -> None:
    """And nothing else that somebody sent along."""
    origin, news = story.side(ORIGIN), granted(story, story.consent)
    assert origin.hear(attrs.evolve(news, attached=(*news.attached, story.answer.token))).code == ""
    assert {one.sha256 for one in origin.every(Token)} == {story.consent.sha256}


def test_news_of_an_older_consent_come_too_late(story: Story) -> None:
    """The one in force is the newest, whatever the order, and even if it is shorter."""
    shorter = story.renew(story.consent, exp=NOW + DAY)
    newest = granted(story, shorter)
    for order in ([story.granted, newest], [newest, story.granted]):
        origin = story.side(ORIGIN)
        for sent in order:
            origin.hear(sent)
        kept = origin.get(Referral, story.referral)
        assert kept is not None
        assert kept.consent == shorter.sha256


def test_news_of_a_referral_nobody_knows_wait(story: Story) -> None:
    """A restored origin may find its draft again."""
    assert Side(story.scene, ORIGIN).hear(story.granted).status == "later"


def test_news_after_the_end_change_nothing(story: Story) -> None:
    """Closed is final."""
    assert story.side(ORIGIN, "withdrawal").hear(story.granted).status == "ended"


# At holders ------------------------------------------------------------------------------------


def test_a_holder_relies_on_the_newer_consent(story: Story) -> None:
    """And what it no longer allows is dropped."""
    reader = story.side(READER, "released", "renewed")
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    assert kept.consent == story.renewal.sha256
    assert "skills" not in {part.category for part in reader.every(Part)}


def closed_by_time(story: Story, *, erased: bool) -> Side:
    """Return a holder whose clock ended the first consent; perhaps it has erased by then."""
    reader = story.side(READER, "released")
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    reader.put(attrs.evolve(kept, state=ReferralState.CLOSED))
    if erased:
        with reader.store.begin() as transaction:
            transaction.drop_every(Part, referral=story.referral)
    return reader


def test_what_time_alone_had_closed_lives_on_under_a_newer_consent(story: Story) -> None:
    """As long as that one lasts; nobody signed for an end."""
    reader = closed_by_time(story, erased=False)
    renewal = story.scene.open(story.renewal).body
    assert reader.hear(story.renewed, at=renewal.exp - 1).status == "accepted"
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    assert (kept.state, kept.consent_exp) == (ReferralState.PUBLISHED, renewal.exp)
    late = closed_by_time(story, erased=False)
    assert late.hear(story.renewed, at=renewal.exp).status == "accepted"
    kept = late.get(Referral, story.referral)
    assert kept is not None
    assert kept.state is ReferralState.CLOSED


@pytest.mark.parametrize("renewal_first", [True, False])
def test_a_profile_erased_by_time_comes_back_with_the_newer_consent(
    renewal_first: bool, story: Story
) -> None:
    """Whichever comes first, the news of the renewal or the publication under it; only once."""
    reader = closed_by_time(story, erased=True)
    fewer = tuple(one for one in SHOWN if one is not Category.SKILLS)
    chain = (story.renewal.token, *story.renewal.attached)
    again = Sent(story.draft.token, chain, allowed(story.draft.parts, fewer))
    for sent in (story.renewed, again) if renewal_first else (again, story.renewed):
        reader.hear(sent)
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    assert (kept.state, kept.consent) == (ReferralState.PUBLISHED, story.renewal.sha256)
    assert {part.category for part in reader.every(Part)} >= {"occupation"}
    assert reader.hear(again).status == "known"


def test_a_renewal_that_skips_one_is_followed_and_the_late_one_is_not(story: Story) -> None:
    """Two renewals in any order end in the second."""
    second = story.renew(story.renewal)
    newest = story.told_renewal(second, story.renewal)
    for order in ([story.renewed, newest], [newest, story.renewed]):
        reader = story.side(READER, "released")
        for sent in order:
            reader.hear(sent)
        kept = reader.get(Referral, story.referral)
        assert kept is not None
        assert kept.consent == second.sha256


def test_a_holder_left_out_of_the_renewal_relies_on_the_old_one_no_more(story: Story) -> None:
    """The gate says no from then on."""
    narrower = story.renew(story.consent, audience=Audience(members=(READER,)))
    asking = story.side(NODE, "draft", "consent")
    asking.hear(narrower)
    message = attrs.evolve(story.requested, attached=(narrower.token, *narrower.attached))
    assert asking.hear(message).code == "audience"
    left_out = story.side(REQUESTER, "released")
    told = left_out.hear(story.told_renewal(narrower, story.consent))
    assert told.status == "accepted"


def renewed(story: Story, sent: Sent, *, by: str = NODE, aud: str = f"{NODE}/holders") -> Sent:
    """Tell a holder of any renewal."""
    body = payloads.ConsentRenewed(sent.sha256, story.consent.sha256)
    token = story.event(body, by=by, aud=aud, jti=f"{sent.sha256} {by} {aud}")
    return Sent(token, (sent.token, *sent.attached))


HOLDER_REFUSES: dict[str, tuple[str, Callable[[Story], Sent], str]] = {
    "at the node": (NODE, lambda s: s.renewed, "not-addressed"),
    "without the consent": (READER, lambda s: attrs.evolve(s.renewed, attached=()), "no-consent"),
    "by another member": (
        READER,
        lambda s: renewed(s, s.renewal, by=REQUESTER, aud=READER),
        "not-entitled",
    ),
    "for somebody else": (READER, lambda s: renewed(s, s.renewal, aud=REQUESTER), "audience"),
}


@pytest.mark.parametrize("why", HOLDER_REFUSES)
def test_a_renewal_is_not_taken(why: str, story: Story) -> None:
    """Each with its code."""
    who, make, code = HOLDER_REFUSES[why]
    heard = ("draft", "consent") if who == NODE else ("released",)
    assert story.side(who, *heard).hear(make(story)).code == code


def test_a_renewal_waits_for_its_referral_and_ends_with_it(story: Story) -> None:
    """Unknown is later, closed is final."""
    assert story.side(READER).hear(story.renewed).status == "later"
    assert story.side(READER, "withdrawal").hear(story.renewed).status == "ended"


# Declining -------------------------------------------------------------------------------------


def test_a_declined_draft_is_closed_and_its_origin_told(story: Story) -> None:
    """Nobody ever saw it, so nobody else hears of it."""
    (invited, *_) = story.before(NODE)
    node = Side(story.scene, NODE).put(invited)
    node.hear(story.draft)
    assert node.hear(story.person.withdrawal(reason="declined")).status == "accepted"
    assert [(said.type, said.to) for said in node.said] == [("consent.declined", (ORIGIN,))]
    assert {(row.to, row.stream) for row in node.every(FeedRow)} == {(ORIGIN, "closures")}


@pytest.mark.parametrize(
    ("by", "aud", "status", "code"),
    [
        (NODE, ORIGIN, "known", ""),
        (NODE, READER, "refused", "audience"),
        (READER, ORIGIN, "refused", "not-addressed"),
    ],
)
def test_the_news_of_a_no_come_from_the_home_node(
    by: str, aud: str, status: str, code: str, story: Story
) -> None:
    """The closure itself does the work."""
    token = story.event(payloads.ConsentDeclined("declined"), by=by, aud=aud)
    outcome = story.side(ORIGIN).hear(Sent(token))
    assert (outcome.status, outcome.code) == (status, code)


def test_nobody_speaks_for_an_organisation_no_list_states(scene: Scene, story: Story) -> None:
    """Whatever it says, it is not opened."""
    token = story.event(payloads.ConsentDeclined("x"), by=STRANGER, aud=ORIGIN)
    with pytest.raises(SignatureError, match="no member statement"):
        scene.open(Sent(token))


def test_a_list_the_node_never_saw_serves_nobody(story: Story) -> None:
    """The row may stand; the gate compares number and hash for every reader."""
    node = story.side(NODE, "draft")
    consent = give(story, audience=Audience(list=ListName(7, "1" * 64)))
    assert node.hear(consent).status == "accepted"
    released = attrs.evolve(story.released, attached=(consent.token,))
    assert story.side(READER).hear(released).code == "audience"


def test_a_decision_is_a_value(story: Story) -> None:
    """It can be looked at, and made again, without any store."""
    node = story.side(NODE, "draft")
    decision = node.foresee(story.consent)
    assert decision == node.foresee(story.consent)
    assert [one.to for one in decision.effects if isinstance(one, Append)] == ["list"]
