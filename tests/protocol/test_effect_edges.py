"""Exactly what follows: each decision is a value, told in full, so that no effect gets lost."""

from collections.abc import Iterable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.consent import Answer, Audience
from fachkraft_share.model.organisation import Status
from fachkraft_share.protocol.decision import (
    Append,
    Blank,
    Decision,
    Drop,
    DropEvery,
    Effect,
    Emit,
    Note,
    Put,
)
from fachkraft_share.protocol.payloads import (
    ConsentDeclined,
    ConsentGranted,
    ConsentRenewed,
    ContactAnswered,
)
from fachkraft_share.protocol.records import (
    Blob,
    BlobContent,
    Closing,
    Contact,
    Due,
    Exclusion,
    FeedRow,
    Held,
    Part,
    Referral,
    ReferralState,
    Task,
    Token,
    Tombstone,
)
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
from fachkraft_share.testing.story import Story

LATER = NOW + 5
OPEN = ("draft", "consent")
HOLDERS = f"{NODE}/holders"
CONTACT_TASKS = ("present", "disclose", "fetch", "file")


def kept(story: Story, sent: Sent, *, at: int = LATER, personal: bool = False) -> Put:
    """Return that a token is kept as evidence."""
    one = story.scene.open(sent)
    return Put(Token(one.sha256, one.type, one.iss, one.referral, personal, one.token, at))


def referral_of(side: Side, story: Story) -> Referral:
    """Return the referral as a party knows it."""
    found = side.get(Referral, story.referral)
    assert found is not None
    return found


def contact_of(side: Side, story: Story) -> Contact:
    """Return the request as a party knows it."""
    found = side.get(Contact, story.referral, REQUESTER, story.request)
    assert found is not None
    return found


def tombstone(story: Story, sent: Sent, scope: str, attached: str = "", **changed: object) -> Put:
    """Return the tombstone a closure leaves."""
    until = NOW + 300 * DAY + limits.TOMBSTONE_SKEW
    stone = Tombstone(story.referral, scope, "withdrawn", sent.sha256, attached, LATER, until)
    return Put(attrs.evolve(stone, **changed))


def cancelled(story: Story, request: str = "") -> list[Effect]:
    """Return that nothing more is done about a request."""
    about = f"{story.referral}/{request or story.request}"
    return [Drop(Task, (kind, about)) for kind in CONTACT_TASKS]


def erase(story: Story, sent: Sent, scope: str = "all") -> Put:
    """Return the task to erase and to sign for it."""
    return Put(Task("erase", f"{story.referral} {scope}", next_at=LATER, note=sent.sha256))


def told(
    story: Story, sent: Sent, readers: Iterable[str], along: tuple[str, ...] = ()
) -> list[Append]:
    """Return the rows of the closures' stream."""
    return [Append(sent.sha256, who, "closures", story.referral, None, along) for who in readers]


def owed(story: Story, sent: Sent, holders: Iterable[str], scope: str = "all") -> list[Put]:
    """Return the duties to sign for the erasure."""
    due = LATER + limits.ERASURE_DEADLINE
    return [Put(Due(story.referral, who, scope, sent.sha256, LATER, due)) for who in holders]


def whole_end(story: Story) -> list[Effect]:
    """Return what goes when everything goes."""
    of = (("referral", story.referral),)
    return [Blank(story.referral), DropEvery(Part, of), DropEvery(Exclusion, of)]


# Closing ---------------------------------------------------------------------------------------


def test_all_that_follows_a_withdrawal_at_the_node(story: Story) -> None:
    """Evidence, tombstone, journal; then what goes, who is told and what is owed."""
    sent = story.person.withdrawal(
        signer=story.person.manage, attached=(story.renewal.token, story.consent.token)
    )
    node = story.side(NODE, *OPEN, "requested", "presented")
    chain = (story.consent.sha256, story.renewal.sha256)
    closed = attrs.evolve(referral_of(node, story), state=ReferralState.CLOSED)
    everyone = sorted([ORIGIN, READER, REQUESTER])
    assert node.foresee(sent, at=LATER) == Decision(
        (
            kept(story, sent),
            kept(story, story.consent),
            kept(story, story.renewal),
            tombstone(story, sent, "all", " ".join(chain)),
            Note(
                {
                    "closed": sent.token,
                    "with": [story.consent.token, story.renewal.token],
                    "at": LATER,
                }
            ),
            Drop(BlobContent, (story.blob.sha256,)),
            Drop(Blob, (story.blob.sha256,)),
            Put(attrs.evolve(contact_of(node, story), job=None, message=None)),
            *cancelled(story),
            Put(closed),
            *whole_end(story),
            *told(story, sent, everyone, chain),
            *owed(story, sent, everyone),
            erase(story, sent),
        )
    )


def test_all_that_follows_a_withdrawal_from_one_at_the_node(story: Story) -> None:
    """Its blob, its request, its duty; the referral and the others' requests live on."""
    other = Contact(story.referral, READER, name_id("theirs"), job="Koch", message="Hallo")
    theirs = attrs.evolve(story.blob, sha256="1" * 64, addressee=READER)
    node = story.side(NODE, *OPEN, "requested", "presented").put(other, theirs)
    sent = story.person.withdrawal(scope=REQUESTER)
    assert node.foresee(sent, at=LATER) == Decision(
        (
            kept(story, sent),
            tombstone(story, sent, REQUESTER),
            Note({"closed": sent.token, "with": [], "at": LATER}),
            Drop(BlobContent, (story.blob.sha256,)),
            Drop(Blob, (story.blob.sha256,)),
            Put(attrs.evolve(contact_of(node, story), job=None, message=None)),
            *cancelled(story),
            *told(story, sent, sorted([ORIGIN, REQUESTER])),
            *owed(story, sent, [REQUESTER], REQUESTER),
            erase(story, sent, REQUESTER),
        )
    )


def test_the_home_nodes_own_alliance_is_closed_by_scope_all(story: Story) -> None:
    """Its id is no scope of its own: nobody could tell whether the origin's file is meant."""
    sent = story.person.withdrawal(scope=NODE)
    for side in (story.side(NODE, *OPEN), story.side(ORIGIN), story.side(READER)):
        outcome = side.hear(sent)
        assert (outcome.status, outcome.code) == ("refused", "scope")
        assert side.every(Tombstone) == ()


def test_all_that_follows_at_a_member(story: Story) -> None:
    """It tells nobody; it forgets, and owes itself an erasure."""
    requester = story.side(REQUESTER, "released", "answered", "disclosed")
    sent = story.person.withdrawal(scope=REQUESTER)
    closed = attrs.evolve(referral_of(requester, story), state=ReferralState.CLOSED)
    assert requester.foresee(sent, at=LATER) == Decision(
        (
            kept(story, sent),
            tombstone(story, sent, REQUESTER),
            Note({"closed": sent.token, "with": [], "at": LATER}),
            Put(attrs.evolve(contact_of(requester, story), job=None, message=None)),
            *cancelled(story),
            Put(closed),
            *whole_end(story),
            erase(story, sent, REQUESTER),
        )
    )


def test_all_that_follows_at_the_origin_when_one_is_out(story: Story) -> None:
    """What it was about to do for that member, and nothing of its own."""
    origin = story.side(ORIGIN, "granted", "requested")
    sent = story.person.withdrawal(scope=REQUESTER)
    assert origin.foresee(sent, at=LATER) == Decision(
        (
            kept(story, sent),
            tombstone(story, sent, REQUESTER),
            Note({"closed": sent.token, "with": [], "at": LATER}),
            Put(contact_of(origin, story)),
            *cancelled(story),
        )
    )


def test_another_closure_asks_a_member_for_its_receipt_and_is_a_proof_at_the_node(
    story: Story,
) -> None:
    """Holders elsewhere may answer that one; the same one again says nothing new."""
    reader = story.side(READER, "released", "withdrawal")
    again = story.close()
    assert reader.foresee(again, at=LATER) == Decision((erase(story, again),), status="known")
    node = story.side(NODE, *OPEN, "withdrawal")
    proof = Closing(story.referral, "all", again.sha256, "", LATER)
    kept_too = (kept(story, again), Put(proof))
    assert node.foresee(again, at=LATER) == Decision(kept_too, status="known")
    assert node.foresee(story.withdrawal, at=LATER) == Decision(status="known")
    node.hear(again)
    assert node.foresee(again, at=LATER) == Decision(status="known")


def test_the_origin_hears_again_that_one_is_out_and_owes_nothing(story: Story) -> None:
    """Its own file is not concerned."""
    sent = story.person.withdrawal(scope=REQUESTER)
    origin = story.side(ORIGIN, "granted")
    assert origin.hear(sent).status == "accepted"
    assert origin.foresee(sent, at=LATER) == Decision(status="known")


def test_a_member_of_another_scope_that_comes_second_is_told_apart(story: Story) -> None:
    """A tombstone for one is none for another."""
    node = story.side(NODE, *OPEN)
    node.hear(story.person.withdrawal(scope=READER))
    assert node.hear(story.person.withdrawal(scope=REQUESTER)).status == "accepted"


def test_all_that_follows_a_no_to_a_draft(story: Story) -> None:
    """The origin hears the reason, beside the closure."""
    (invited, *_) = story.before(NODE)
    node = Side(story.scene, NODE).put(invited)
    node.hear(story.draft)
    sent = story.person.withdrawal(reason="declined")
    effects = node.foresee(sent, at=LATER).effects
    declined = ConsentDeclined("declined")
    assert effects[-4:] == (
        *told(story, sent, [ORIGIN]),
        *owed(story, sent, [ORIGIN]),
        Emit("consent.declined", ORIGIN, story.referral, declined, (ORIGIN,)),
        erase(story, sent),
    )


def test_what_travels_along_with_a_closure_and_is_no_consent_stays_behind(story: Story) -> None:
    """Only what proves the key is passed on and kept."""
    sent = story.person.withdrawal(
        signer=story.person.manage, attached=(story.answer.token, story.consent.token)
    )
    node = story.side(NODE, *OPEN)
    node.hear(sent)
    row = next(row for row in node.every(FeedRow) if row.stream == "closures")
    assert row.attached == story.consent.sha256
    stone = node.get(Tombstone, story.referral, "all")
    assert stone is not None
    assert stone.attached == story.consent.sha256
    assert node.get(Token, story.answer.sha256) is None
    (line,) = node.journal.lines()
    assert line["with"] == [story.consent.token]


# Consents --------------------------------------------------------------------------------------


def published(before: Referral, sent: Sent, *, exp: int = NOW + 183 * DAY) -> Put:
    """Return the referral released under a consent."""
    return Put(
        attrs.evolve(before, state=ReferralState.PUBLISHED, consent=sent.sha256, consent_exp=exp)
    )


def test_all_that_follows_a_first_consent(story: Story) -> None:
    """Released for the list, without what was not allowed, and the origin told."""
    (invited, *_) = story.before(NODE)
    node = Side(story.scene, NODE).put(invited)
    node.hear(story.draft)
    chain = (story.consent.sha256,)
    assert node.foresee(story.consent, at=LATER) == Decision(
        (
            published(referral_of(node, story), story.consent),
            kept(story, story.consent),
            *(Drop(Part, (story.referral, name)) for name in ("languages", "rank")),
            Append(story.draft.sha256, "list", "events", story.referral, 7, chain),
            Emit(
                "consent.granted",
                ORIGIN,
                story.referral,
                ConsentGranted(story.consent.sha256),
                (ORIGIN,),
                attached=chain,
            ),
        )
    )


def test_all_that_follows_a_renewal_for_members_by_name(story: Story) -> None:
    """A row for each of them, in order, and the holders hear what it replaces."""
    node = story.side(NODE, *OPEN)
    sent = story.renew(story.consent, audience=Audience(members=(REQUESTER, READER)))
    chain = (sent.sha256, story.consent.sha256)
    row = {"stream": "events", "referral": story.referral, "attached": chain}
    assert node.foresee(sent, at=LATER) == Decision(
        (
            published(referral_of(node, story), sent),
            kept(story, sent),
            *(Append(story.draft.sha256, who, **row) for who in sorted([READER, REQUESTER])),
            Emit(
                "consent.granted",
                ORIGIN,
                story.referral,
                ConsentGranted(sent.sha256),
                (ORIGIN,),
                attached=chain,
            ),
            Emit(
                "consent.renewed",
                HOLDERS,
                story.referral,
                ConsentRenewed(sent.sha256, story.consent.sha256),
                tuple(sorted([READER, REQUESTER])),
                attached=chain,
            ),
        )
    )


def test_all_that_follows_at_the_origin(story: Story) -> None:
    """The consent is kept, with its whole chain, and is in force."""
    origin = story.side(ORIGIN, "granted")
    body = ConsentGranted(story.renewal.sha256)
    news = Sent(
        story.event(body, by=NODE, aud=ORIGIN, jti="renewed"),
        (story.renewal.token, story.consent.token),
    )
    before = referral_of(origin, story)
    assert origin.foresee(news, at=LATER) == Decision(
        (
            published(before, story.renewal),
            kept(story, story.consent),
            kept(story, story.renewal),
        )
    )


def test_all_that_follows_at_a_holder(story: Story) -> None:
    """The newer consent with its chain is kept, and what it no longer allows goes."""
    shorter = story.renew(
        story.consent, exp=NOW + 9 * DAY, categories=story.scene.open(story.renewal).body.categories
    )
    reader = story.side(READER, "released")
    before = referral_of(reader, story)
    news = story.told_renewal(shorter, story.consent)
    assert reader.foresee(news, at=LATER) == Decision(
        (
            Put(attrs.evolve(before, consent=shorter.sha256, consent_exp=NOW + 9 * DAY)),
            kept(story, story.consent),
            kept(story, shorter),
            Drop(Part, (story.referral, "skills")),
        )
    )


def test_at_most_so_many_members_are_named_one_by_one(story: Story) -> None:
    """The greatest number is allowed."""
    names = tuple(f"https://m{n}.example" for n in range(limits.AUDIENCE_IDS))
    sent = story.person.consent(draft=story.draft.sha256, audience=Audience(members=names))
    assert story.side(NODE, "draft").hear(sent).status == "accepted"


def test_a_consent_may_last_as_long_as_the_referral_and_begin_a_second_before_its_end(
    story: Story,
) -> None:
    """Both ends are allowed."""
    for told_ in ({"exp": NOW + 300 * DAY}, {"exp": NOW + 1}):
        sent = story.person.consent(draft=story.draft.sha256, **told_)
        assert story.side(NODE, "draft").hear(sent).status == "accepted"


def test_a_held_referral_is_never_told_to_those_it_was_not_served(story: Story) -> None:
    """Neither a renewal nor a closure betrays it."""
    node = Side(story.scene, NODE).put(
        *(one for one in story.before(NODE) if getattr(one, "holder", "") != READER)
    )
    for sent in (story.draft, story.consent, story.renewal, story.withdrawal):
        assert node.hear(sent).status == "accepted"
    assert [said.to for said in node.said if said.type == "consent.renewed"] == [(REQUESTER,)]
    rows = node.every(FeedRow)
    assert {row.to for row in rows if row.stream == "closures"} == {ORIGIN, REQUESTER}
    assert node.get(Held, story.referral, READER) is None


# Answers and disclosures -----------------------------------------------------------------------


def test_all_that_follows_a_yes_at_the_node(story: Story) -> None:
    """Noted, kept, and told to both with the person's own words and what they rest on."""
    node = story.side(NODE, *OPEN, "requested")
    after = attrs.evolve(
        contact_of(node, story),
        answer_seq=1,
        answer="accepted",
        answered=story.answer.sha256,
    )
    news = ContactAnswered(story.request, REQUESTER, story.answer.sha256)
    assert node.foresee(story.answer, at=LATER) == Decision(
        (
            Put(after),
            kept(story, story.answer),
            Emit(
                "contact.answered",
                HOLDERS,
                story.referral,
                news,
                (ORIGIN, REQUESTER),
                attached=(story.answer.sha256, story.consent.sha256),
            ),
        )
    )


def test_all_that_follows_the_news_of_a_yes(story: Story) -> None:
    """The origin discloses; the requester waits."""
    origin = story.side(ORIGIN, "granted", "requested")
    after = attrs.evolve(
        contact_of(origin, story), answer_seq=1, answer="accepted", answered=story.answer.sha256
    )
    about = f"{story.referral}/{story.request}"
    assert origin.foresee(story.answered, at=LATER) == Decision(
        (
            Put(after),
            kept(story, story.answer),
            Put(Task("disclose", about, next_at=LATER, note=REQUESTER)),
        )
    )
    requester = story.side(REQUESTER, "released")
    fresh = Contact(
        story.referral,
        REQUESTER,
        story.request,
        answer_seq=1,
        answer="accepted",
        answered=story.answer.sha256,
    )
    assert requester.foresee(story.answered, at=LATER) == Decision(
        (Put(fresh), kept(story, story.answer))
    )


def test_all_that_follows_the_news_of_a_no(story: Story) -> None:
    """What was prepared stops on both sides."""
    no = story.person.answer(story.consent, answer=Answer.DECLINED, seq=2)
    about = f"{story.referral}/{story.request}"
    for who, heard in ((ORIGIN, ("granted", "requested")), (REQUESTER, ("released",))):
        side = story.side(who, *heard)
        effects = side.foresee(story.tell(no), at=LATER).effects
        assert effects[2:] == (Drop(Task, ("disclose", about)), Drop(Task, ("fetch", about)))


def test_what_was_disclosed_is_not_disclosed_again_after_the_same_yes(story: Story) -> None:
    """The origin heard its own disclosure; a repetition of the news asks for nothing."""
    origin = story.side(ORIGIN, "granted", "requested", "answered")
    done = attrs.evolve(contact_of(origin, story), disclosed="d" * 64, disclosed_seq=1)
    origin.put(done)
    news = story.tell(story.answer, by=NODE, aud=ORIGIN)
    assert origin.foresee(news, at=LATER).effects[2:] == ()


def test_all_that_follows_a_disclosure_at_the_node(story: Story) -> None:
    """The blob is named and the row addressed, with all it rests on."""
    node = story.side(NODE, *OPEN, "requested", "answer")
    after = attrs.evolve(
        contact_of(node, story),
        disclosed_seq=0,
        disclosed=story.disclosed.sha256,
        blob=story.blob.sha256,
    )
    along = (story.consent.sha256, story.answer.sha256)
    assert node.foresee(story.disclosed, at=LATER) == Decision(
        (
            Put(after),
            kept(story, story.disclosed),
            Put(attrs.evolve(story.blob, named=True)),
            Append(story.disclosed.sha256, REQUESTER, "events", story.referral, attached=along),
        )
    )


def test_all_that_follows_a_disclosure_at_the_requester(story: Story) -> None:
    """It fetches the dossier and keeps what proves that it may."""
    requester = story.side(REQUESTER, "released", "answered")
    after = attrs.evolve(
        contact_of(requester, story),
        disclosed_seq=0,
        disclosed=story.disclosed.sha256,
        blob=story.blob.sha256,
    )
    about = f"{story.referral}/{story.request}"
    assert requester.foresee(story.disclosed, at=LATER) == Decision(
        (
            Put(after),
            kept(story, story.disclosed),
            kept(story, story.answer),
            Put(Task("fetch", about, next_at=LATER, note=story.disclosed.sha256)),
        )
    )


@pytest.mark.parametrize("length", limits.BLOB_CLASSES)
def test_every_class_of_size_may_be_disclosed(length: int, story: Story) -> None:
    """And the node compares it with what was put."""
    node = story.side(NODE, *OPEN, "requested", "answer").put(attrs.evolve(story.blob, size=length))
    assert node.hear(story.disclose(story.answer, length=length)).status == "accepted"


def test_every_field_of_the_blob_must_fit_the_disclosure(story: Story) -> None:
    """Sender, addressee, referral and size, each by itself."""
    for wrong in ({"sender": READER}, {"addressee": READER}, {"referral": "B" * 22}, {"size": 1}):
        node = story.side(NODE, *OPEN, "requested", "answer").put(attrs.evolve(story.blob, **wrong))
        assert node.hear(story.disclosed).code == "blob"


def test_an_excluded_or_owing_member_is_given_no_dossier(story: Story) -> None:
    """The gate is asked again at the very end, with all the node knows by then."""
    for late, code in (
        (Exclusion(story.referral, "id", REQUESTER), "excluded"),
        (Due("other", REQUESTER, "all", "c" * 64, NOW - DAY, NOW), "unsettled"),
    ):
        node = story.side(NODE, *OPEN, "requested", "answer").put(late)
        assert node.hear(story.disclosed).code == code
        asked = story.side(NODE, *OPEN, "requested").put(late)
        assert asked.hear(story.answer).code == code


def test_an_origin_that_is_suspended_releases_nothing_and_others_debts_do_not_matter(
    story: Story,
) -> None:
    """What somebody else owes is no reason to hold this person back."""
    node = story.side(NODE, "draft").put(Due("other", READER, "all", "c" * 64, 0, NOW - DAY))
    assert node.hear(story.consent).status == "accepted"
    told_ = {ORIGIN: Status.SUSPENDED}
    newest = story.scene.members_list(8, (*story.scene.members,), status=told_)
    later = story.side(NODE, "draft", directory=story.scene.directory.with_list(newest))
    assert later.hear(story.consent).code == "inactive"
