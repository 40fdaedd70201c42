"""From a contact request to its outcome: requested, presented, answered, disclosed, reported."""

from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SignatureError
from fachkraft_share.model.consent import Answer, Audience, Category
from fachkraft_share.model.organisation import Status
from fachkraft_share.protocol.records import (
    Blob,
    Contact,
    Due,
    Exclusion,
    FeedRow,
    Held,
    Referral,
    Task,
    Token,
)
from fachkraft_share.protocol.states import Level, level
from fachkraft_share.testing.scene import (
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    Sent,
    Side,
    name_id,
)
from fachkraft_share.testing.story import Person, Story

OPEN = ("draft", "consent")
Make = Callable[[Story], Sent]


def contact(side: Side, story: Story) -> Contact:
    """Return what a party knows of the story's contact request."""
    found = side.get(Contact, story.referral, REQUESTER, story.request)
    assert found is not None
    return found


def task(side: Side, story: Story, kind: str) -> Task | None:
    """Return the party's task about the request."""
    return side.get(Task, kind, f"{story.referral}/{story.request}")


def refused(side: Side, sent: Sent, *, at: int = NOW) -> str:
    """Hear something that must be refused; return the code."""
    outcome = side.hear(sent, at=at)
    assert outcome.status == "refused", outcome
    return outcome.code


# Requested -------------------------------------------------------------------------------------


def test_a_request_passes_sealed_to_the_origin(story: Story) -> None:
    """The node notes that somebody asked and cannot read why."""
    node = story.side(NODE, *OPEN, "requested")
    assert level(contact(node, story)) is Level.REQUESTED
    row = node.every(FeedRow)[-1]
    assert (row.to, row.token) == (ORIGIN, story.requested.sha256)
    kept = node.get(Token, story.requested.sha256)
    assert kept is not None
    assert kept.personal


def test_the_origin_prepares_to_show_it(story: Story) -> None:
    """As a task, done after the commit."""
    origin = story.side(ORIGIN, "granted", "requested")
    prepared = task(origin, story, "present")
    assert prepared is not None
    assert prepared.note == REQUESTER
    kept = origin.get(Token, story.requested.sha256)
    assert kept is not None
    assert kept.personal


@pytest.mark.parametrize("who", [NODE, ORIGIN])
def test_the_newest_request_counts_whichever_comes_first(who: str, story: Story) -> None:
    """By its number, not by its hash."""
    heard = OPEN if who == NODE else ("granted",)
    for last in range(1, 6):
        asked, newest = [story.ask(seq=n) for n in range(last)], story.ask(seq=last)
        for order in ((*asked, newest), (newest, *asked)):
            side = story.side(who, *heard)
            side.hear(*order)
            assert contact(side, story).requested == newest.sha256


REQUEST_REFUSED: dict[str, tuple[Make, str]] = {
    "addressed to another member": (lambda s: s.ask(aud=READER), "audience"),
    "with an id that is none": (lambda s: s.ask(request="1"), "malformed"),
    "by the origin itself": (lambda s: s.ask(by=ORIGIN), "not-served"),
    "by the node": (lambda s: s.ask(by=NODE), "not-served"),
}


@pytest.mark.parametrize("why", REQUEST_REFUSED)
def test_the_node_passes_no_request(why: str, story: Story) -> None:
    """Each with its code, and no row is written."""
    make, code = REQUEST_REFUSED[why]
    node = story.side(NODE, *OPEN)
    rows = len(node.every(FeedRow))
    assert refused(node, make(story)) == code
    assert len(node.every(FeedRow)) == rows


def test_who_was_never_served_may_not_ask(story: Story) -> None:
    """An id alone opens no door."""
    node = story.side(NODE, *OPEN)
    held = node.get(Held, story.referral, REQUESTER)
    assert held is not None
    with node.store.begin() as transaction:
        transaction.drop(Held, *held.key)
    assert refused(node, story.requested) == "not-served"


def excluded(node: Side, story: Story) -> Side:
    """Shut the requester out by its name."""
    return node.put(Exclusion(story.referral, "name", "beispiel.example"))


def owing(node: Side, story: Story) -> Side:
    """Let the requester owe an erasure receipt."""
    return node.put(Due("other", REQUESTER, "all", "c", NOW - DAY, NOW))


@pytest.mark.parametrize(
    ("prepare", "code"),
    [(excluded, "excluded"), (owing, "unsettled")],
    ids=["excluded", "unsettled"],
)
def test_the_gate_is_asked_with_all_the_node_knows(
    prepare: Callable[[Side, Story], Side], code: str, story: Story
) -> None:
    """Exclusions and overdue receipts are known there only."""
    node = prepare(story.side(NODE, *OPEN), story)
    assert refused(node, story.requested) == code
    origin = prepare(story.side(ORIGIN, "granted"), story)
    assert origin.hear(story.requested).status == "accepted"


def test_an_overdue_receipt_of_tomorrow_does_not_count_today(story: Story) -> None:
    """The deadline is the deadline."""
    node = story.side(NODE, *OPEN).put(Due("other", REQUESTER, "all", "c", NOW, NOW + 1))
    assert node.hear(story.requested).status == "accepted"


@pytest.mark.parametrize("who", [NODE, ORIGIN])
@pytest.mark.parametrize(
    ("status", "code"), [(Status.LEFT, "inactive"), (Status.SUSPENDED, "inactive")]
)
def test_who_left_may_not_ask(who: str, status: Status, code: str, story: Story) -> None:
    """Its key still verifies: for receipts, not for this."""
    newest = story.scene.members_list(8, (*story.scene.members,), status={REQUESTER: status})
    heard = OPEN if who == NODE else ("granted",)
    side = story.side(who, *heard, directory=story.scene.directory.with_list(newest))
    assert refused(side, story.requested) == code


def test_a_request_needs_the_consent_in_force(story: Story) -> None:
    """None, or the wider one it replaced, is not enough; it may come along later."""
    node = story.side(NODE, *OPEN, "renewal")
    for attached in ((), (story.consent.token,)):
        old = attrs.evolve(story.requested, attached=attached)
        assert node.hear(old).status == "later"
    chain = (story.renewal.token, story.consent.token)
    assert node.hear(attrs.evolve(story.requested, attached=chain)).status == "accepted"


def test_another_persons_consent_does_not_help(story: Story) -> None:
    """It is nothing to this referral."""
    other = Person(story.scene, "other").consent(draft=story.draft.sha256)
    node = story.side(NODE, *OPEN)
    assert node.hear(attrs.evolve(story.requested, attached=(other.token,))).status == "later"


def test_fifty_requests_a_day_are_enough_whatever_their_date(story: Story) -> None:
    """The node's clock counts, not the requester's."""
    before = (
        Contact(name_id(f"r{n}"), REQUESTER, name_id(f"q{n}"), requested_at=NOW)
        for n in range(limits.CONTACT_REQUESTS_PER_DAY - 1)
    )
    node = story.side(NODE, *OPEN).put(*before)
    assert node.hear(story.ask(at=NOW - 29 * DAY)).status == "accepted"
    next_one = story.ask(request=name_id("next"), at=NOW - 29 * DAY)
    assert refused(node, next_one) == "too-many-requests"
    assert node.hear(next_one, at=NOW + DAY).status == "accepted"


@pytest.mark.parametrize(
    ("who", "heard"),
    [(NODE, ("draft",)), (NODE, ()), (ORIGIN, ()), (READER, ())],
)
def test_a_request_waits_until_the_referral_is_open(
    who: str, heard: tuple[str, ...], story: Story
) -> None:
    """A draft is nobody's business."""
    assert story.side(who, *heard).hear(story.requested).status == "later"


def test_a_request_is_for_the_origin_only(story: Story) -> None:
    """A third member that was given one does nothing with it."""
    assert refused(story.side(READER, "released"), story.requested) == "not-addressed"


# Presented -------------------------------------------------------------------------------------


def test_the_desk_shows_what_the_origin_presents(story: Story) -> None:
    """Job, message and the address of the privacy notice."""
    shown = contact(story.side(NODE, *OPEN, "requested", "presented"), story)
    assert (shown.job, shown.message) == ("Backend", "Hallo")
    assert shown.notice == "https://beispiel.example/datenschutz"


PRESENTATION_REFUSED: dict[str, tuple[str, Make, str]] = {
    "at a member": (ORIGIN, lambda s: s.presented, "audience"),
    "at a member, for its own desk": (ORIGIN, lambda s: s.present(aud=ORIGIN), "audience"),
    "to another node": (NODE, lambda s: s.present(aud=READER), "audience"),
    "by the requester itself": (NODE, lambda s: s.present(by=REQUESTER), "not-entitled"),
    "with a long job": (NODE, lambda s: s.present(job="x" * 121), "too-long"),
    "with a long message": (NODE, lambda s: s.present(message="x" * 2001), "too-long"),
    "with a long address": (
        NODE,
        lambda s: s.present(notice=f"https://beispiel.example/{'x' * limits.WEB_ADDRESS}"),
        "malformed",
    ),
    "with an address of a script": (NODE, lambda s: s.present(notice="javascript:1"), "malformed"),
    "without an address": (NODE, lambda s: s.present(notice=""), "malformed"),
}


@pytest.mark.parametrize("why", PRESENTATION_REFUSED)
def test_a_presentation_is_refused(why: str, story: Story) -> None:
    """Each with its code."""
    who, make, code = PRESENTATION_REFUSED[why]
    heard = (*OPEN, "requested") if who == NODE else ("granted",)
    assert refused(story.side(who, *heard), make(story)) == code


def test_the_longest_texts_are_shown(story: Story) -> None:
    """The limit is allowed."""
    sent = story.present(job="x" * limits.SHORT_TEXT, message="x" * limits.LONG_TEXT)
    assert story.side(NODE, *OPEN, "requested").hear(sent).status == "accepted"


def test_the_newest_presentation_is_shown_whichever_comes_first(story: Story) -> None:
    """By its number, not by its words."""
    newer = story.present(seq=1, job="Azubi", message="Anders")
    for order in ((story.presented, newer), (newer, story.presented)):
        node = story.side(NODE, *OPEN, "requested")
        node.hear(*order)
        assert (contact(node, story).job, contact(node, story).message) == ("Azubi", "Anders")


def test_a_presentation_waits_for_its_request(story: Story) -> None:
    """It may overtake it."""
    assert story.side(NODE, *OPEN).hear(story.presented).status == "later"


# Answered --------------------------------------------------------------------------------------


def test_a_yes_goes_to_both_members_with_its_proof(story: Story) -> None:
    """The person's own signature, and the consent that names the key."""
    node = story.side(NODE, *OPEN, "requested", "answer")
    said = node.said[-1]
    assert (said.type, said.to) == ("contact.answered", (ORIGIN, REQUESTER))
    assert said.attached == (story.answer.sha256, story.consent.sha256)
    assert contact(node, story).answer == "accepted"


def test_only_consents_travel_along_with_an_answer(story: Story) -> None:
    """Both members are told the answer and what it rests on, and nothing somebody added."""
    no = story.person.answer(story.consent, answer=Answer.DECLINED, seq=2)
    node = story.side(NODE, *OPEN, "requested")
    along = (*story.answer.attached, no.token)
    assert node.hear(attrs.evolve(story.answer, attached=along)).status == "accepted"
    assert node.said[-1].attached == (story.answer.sha256, story.consent.sha256)


def test_after_a_yes_the_origin_has_to_disclose(story: Story) -> None:
    """And the requester just learns it."""
    origin = story.side(ORIGIN, "granted", "requested", "answered")
    prepared = task(origin, story, "disclose")
    assert prepared is not None
    assert prepared.note == REQUESTER
    requester = story.side(REQUESTER, "released", "answered")
    assert contact(requester, story).answer == "accepted"
    assert task(requester, story, "disclose") is None


def test_a_no_needs_no_gate_and_stops_what_was_prepared(story: Story) -> None:
    """Even towards a member that left meanwhile."""
    no = story.person.answer(story.consent, answer=Answer.DECLINED, seq=2)
    newest = story.scene.members_list(8, (*story.scene.members,), status={REQUESTER: Status.LEFT})
    later = story.scene.directory.with_list(newest)
    node = story.side(NODE, *OPEN, "requested")
    node.here = story.scene.here(NODE, directory=later)
    assert refused(node, story.answer) == "inactive"
    assert node.hear(no).status == "accepted"
    origin = story.side(ORIGIN, "granted", "requested", "answered")
    assert origin.hear(story.tell(no)).status == "accepted"
    assert task(origin, story, "disclose") is None
    assert contact(origin, story).answer == "declined"


ANSWER_REFUSED: dict[str, tuple[str, Make, str]] = {
    "at a member": (ORIGIN, lambda s: s.answer, "not-addressed"),
    "resting on a consent that is not in force": (
        NODE,
        lambda s: s.person.answer(s.renewal),
        "stale",
    ),
}


@pytest.mark.parametrize("why", ANSWER_REFUSED)
def test_an_answer_is_refused(why: str, story: Story) -> None:
    """Each with its code."""
    who, make, code = ANSWER_REFUSED[why]
    heard = (*OPEN, "requested") if who == NODE else ("granted", "requested")
    assert refused(story.side(who, *heard), make(story)) == code


def test_an_answer_waits_for_its_request(story: Story) -> None:
    """Nobody asked yet, here."""
    assert story.side(NODE, *OPEN).hear(story.answer).status == "later"


@pytest.mark.parametrize("key", ["key", "other"])
def test_only_the_management_link_answers(key: str, story: Story) -> None:
    """The first link was forgotten; another person's never counted."""
    signer = story.person.key if key == "key" else Person(story.scene, "other").manage
    with pytest.raises(SignatureError, match="names the signer's key"):
        story.scene.open(story.person.answer(story.consent, signer=signer))


def test_an_answer_brings_its_consent_along(story: Story) -> None:
    """That of the same referral, and the one it names."""
    other = Person(story.scene, "other")
    for attached in ((), (other.consent().token,), (story.renewal.token, story.consent.token)):
        answer = story.person.answer(
            Sent("other") if len(attached) > 1 else story.consent, attached=attached
        )
        with pytest.raises(SignatureError, match="names the signer's key"):
            story.scene.open(answer)


def foreign_news(story: Story) -> Sent:
    """Tell of another person's answer under this referral's id."""
    other = Person(story.scene, "other")
    return story.tell(other.answer(other.consent()))


NEWS_REFUSED: dict[str, tuple[str, Make, str]] = {
    "for somebody else": (ORIGIN, lambda s: s.tell(s.answer, aud=READER), "audience"),
    "at a third member": (READER, lambda s: s.answered, "not-addressed"),
    "at the node": (NODE, lambda s: s.answered, "not-addressed"),
    "without the answer": (
        ORIGIN,
        lambda s: attrs.evolve(s.answered, attached=(s.consent.token,)),
        "no-answer",
    ),
    "with a consent in its place": (
        ORIGIN,
        lambda s: s.tell(s.answer, answer=s.consent.sha256),
        "no-answer",
    ),
    "about another request": (
        ORIGIN,
        lambda s: s.tell(s.answer, request=name_id("other")),
        "no-answer",
    ),
    "of another referral's answer": (
        ORIGIN,
        foreign_news,
        "no-answer",
    ),
    "by another member": (
        REQUESTER,
        lambda s: s.tell(s.answer, by=READER),
        "not-entitled",
    ),
}


@pytest.mark.parametrize("why", NEWS_REFUSED)
def test_news_of_an_answer_are_refused(why: str, story: Story) -> None:
    """Each with its code; nobody can answer for the person."""
    who, make, code = NEWS_REFUSED[why]
    heard = {NODE: OPEN, ORIGIN: ("granted",)}.get(who, ("released",))
    side = story.side(who, *heard)
    assert refused(side, make(story)) == code
    assert side.every(Contact) == ()


def test_an_answer_under_the_consent_of_its_time_counts_after_a_renewal(story: Story) -> None:
    """The node judged it then; news may arrive in any order."""
    holder = story.side(REQUESTER, "released", "renewed")
    assert holder.hear(story.answered).status == "accepted"


# Disclosed -------------------------------------------------------------------------------------

ANSWERED = (*OPEN, "requested", "answer")


def test_a_disclosure_passes_to_the_one_member_accepted(story: Story) -> None:
    """The blob is named now; what it rests on travels along."""
    node = story.side(NODE, *ANSWERED, "disclosed")
    row = node.every(FeedRow)[-1]
    assert (row.to, row.token) == (REQUESTER, story.disclosed.sha256)
    assert row.attached.split() == [story.consent.sha256, story.answer.sha256]
    blob = node.get(Blob, story.blob.sha256)
    assert blob is not None
    assert blob.named


def test_the_requester_fetches_it(story: Story) -> None:
    """Even before it heard of the answer: the proof travels along."""
    for heard in (("released", "answered"), ("released",)):
        requester = story.side(REQUESTER, *heard, "disclosed")
        assert level(contact(requester, story)) is Level.DISCLOSED
        assert contact(requester, story).answered == story.answer.sha256
        assert task(requester, story, "fetch") is not None


DISCLOSURE_REFUSED: dict[str, tuple[str, Make, str]] = {
    "by another than the origin": (
        NODE,
        lambda s: s.disclose(s.answer, by=READER),
        "not-entitled",
    ),
    "to another than the person accepted": (
        NODE,
        lambda s: s.disclose(s.answer, aud=READER),
        "unanswered",
    ),
    "at another member": (READER, lambda s: s.disclosed, "not-addressed"),
    "of nothing": (NODE, lambda s: s.disclose(s.answer, length=0), "length"),
    "beyond the largest blob": (NODE, lambda s: s.disclose(s.answer, length=2**26), "length"),
    "of a size that is no class": (
        NODE,
        lambda s: s.disclose(s.answer, length=limits.BLOB_CLASSES[0] + 1),
        "length",
    ),
    "of a size that is no class, at the requester": (
        REQUESTER,
        lambda s: s.disclose(s.answer, length=limits.BLOB_CLASSES[0] - 1),
        "length",
    ),
    "of a blob put for another delivery": (
        NODE,
        lambda s: s.disclose(s.answer, length=limits.BLOB_CLASSES[1]),
        "blob",
    ),
    "of a blob that has no name": (NODE, lambda s: s.disclose(s.answer, blob="x"), "malformed"),
    "without the answer": (
        NODE,
        lambda s: attrs.evolve(s.disclosed, attached=(s.consent.token,)),
        "no-answer",
    ),
    "with a consent in its place": (
        NODE,
        lambda s: s.disclose(s.answer, answer=s.consent.sha256),
        "no-answer",
    ),
    "with the answer to another request": (
        NODE,
        lambda s: s.disclose(s.person.answer(s.consent, request=name_id("other"))),
        "no-answer",
    ),
    "with a no": (
        REQUESTER,
        lambda s: s.disclose(s.person.answer(s.consent, answer=Answer.DECLINED)),
        "unanswered",
    ),
    "with a yes that leaves out contact data": (
        REQUESTER,
        lambda s: s.disclose(s.person.answer(s.consent, categories=(Category.DOCUMENTS,))),
        "unanswered",
    ),
    "with a yes to another member": (
        REQUESTER,
        lambda s: s.disclose(s.person.answer(s.consent, requester=READER)),
        "unanswered",
    ),
}


@pytest.mark.parametrize("why", DISCLOSURE_REFUSED)
def test_a_disclosure_is_refused(why: str, story: Story) -> None:
    """Each with its code; nothing is passed on or fetched."""
    who, make, code = DISCLOSURE_REFUSED[why]
    side = story.side(who, *(ANSWERED if who == NODE else ("released",)))
    assert refused(side, make(story)) == code
    assert task(side, story, "fetch") is None


def test_a_disclosure_waits_for_answer_and_blob(story: Story) -> None:
    """The node needs both; the origin tries again."""
    assert story.side(NODE, *OPEN, "requested").hear(story.disclosed).status == "later"
    node = story.side(NODE, *ANSWERED)
    with node.store.begin() as transaction:
        transaction.drop(Blob, story.blob.sha256)
    assert node.hear(story.disclosed).status == "later"


def test_after_a_second_thought_nothing_passes(story: Story) -> None:
    """The person's later no beats a disclosure that rests on the earlier yes."""
    no = story.person.answer(story.consent, answer=Answer.DECLINED, seq=2)
    node = story.side(NODE, *ANSWERED)
    assert node.hear(no).status == "accepted"
    assert refused(node, story.disclosed) == "stale"
    requester = story.side(REQUESTER, "released")
    for sent in (story.tell(no), story.disclosed):
        assert requester.hear(sent).status == "accepted"
    assert task(requester, story, "fetch") is None
    eager = story.side(REQUESTER, "released", "disclosed")
    eager.hear(story.tell(no))
    assert task(eager, story, "fetch") is None
    assert contact(eager, story) == contact(requester, story)


def test_a_disclosure_under_a_consent_that_shut_the_member_out_is_refused(story: Story) -> None:
    """The consent in force counts, not the one of the answer."""
    narrower = story.renew(story.consent, audience=Audience(members=(READER,)))
    node = story.side(NODE, *ANSWERED)
    node.hear(narrower)
    along = (story.answer.token, narrower.token, story.consent.token)
    assert node.hear(story.disclosed).status == "later"
    assert refused(node, attrs.evolve(story.disclosed, attached=along)) == "audience"


# Outcome ---------------------------------------------------------------------------------------


def test_an_outcome_is_told_to_the_origin(story: Story) -> None:
    """The node passes it on and notes it, the origin notes it."""
    node = story.side(NODE, *ANSWERED, "disclosed", "outcome")
    assert level(contact(node, story)) is Level.OUTCOME
    assert node.every(FeedRow)[-1].to == ORIGIN
    origin = story.side(ORIGIN, "granted", "requested", "answered", "outcome")
    assert contact(origin, story).outcome == "hired"


@pytest.mark.parametrize(
    ("who", "heard", "make", "code"),
    [
        (NODE, ANSWERED, lambda s: s.report(aud=READER), "audience"),
        (READER, ("released",), lambda s: s.outcome, "not-addressed"),
    ],
)
def test_an_outcome_is_refused(
    who: str, heard: tuple[str, ...], make: Make, code: str, story: Story
) -> None:
    """It goes from requester to origin."""
    assert refused(story.side(who, *heard), make(story)) == code


def test_the_newest_outcome_counts_whichever_comes_first(story: Story) -> None:
    """By its number, not by its word."""
    first, newest = story.report(kind="no_contact"), story.report(seq=1)
    for order in ((first, newest), (newest, first)):
        node = story.side(NODE, *ANSWERED, "disclosed")
        node.hear(*order)
        assert contact(node, story).outcome == "hired"


def test_an_outcome_waits_for_the_answer(story: Story) -> None:
    """News may overtake each other; who was never answered waits in vain."""
    node = story.side(NODE, *OPEN, "requested")
    assert node.hear(story.outcome).status == "later"
    assert node.hear(story.report(by=READER)).status == "later"


# The end ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["all", REQUESTER])
@pytest.mark.parametrize(
    "name", ["requested", "presented", "answer", "answered", "disclosed", "outcome"]
)
def test_nothing_follows_a_closure_within_its_scope(name: str, scope: str, story: Story) -> None:
    """At the node, and at the member it is for."""
    who = ORIGIN if name == "answered" else NODE
    heard = ("granted",) if who == ORIGIN else ANSWERED
    side = story.side(who, *heard)
    assert side.hear(story.person.withdrawal(scope=scope)).status == "accepted"
    before = side.every(Contact)
    fresh = {
        "requested": lambda: story.ask(seq=5),
        "answer": lambda: story.person.answer(story.consent, seq=5),
    }.get(name, lambda: getattr(story, name))()
    assert side.hear(fresh).status == "ended"
    assert side.every(Contact) == before


def test_a_closure_for_one_leaves_the_others_alone(story: Story) -> None:
    """Its scope is its scope."""
    node = story.side(NODE, *OPEN)
    node.hear(story.person.withdrawal(scope=READER))
    assert node.hear(story.requested).status == "accepted"
    assert node.hear(story.ask(by=READER)).status == "ended"
    kept = node.get(Referral, story.referral)
    assert kept is not None
    assert kept.state == "published"
