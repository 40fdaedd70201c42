"""What the law asks of the engine: R2, R8, R9, R10, R12 at its own door."""

import json
from datetime import date, timedelta

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    InvalidRecordError,
    MalformedError,
    RefusedError,
    SetupError,
    StateError,
    UnreachableError,
)
from fachkraft_share.member.records import (
    ApplicationRow,
    MatchRow,
    ProposalRow,
    Reading,
    SearchRow,
)
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind
from fachkraft_share.model.consent import Category
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.protocol.records import Invitation, Referral
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem, local

ENDORSED = Endorsement(Rank.SECOND)
REJECTED = date(2026, 11, 19)
PERSON = Candidate(given="Kim", family="Beispiel", email="kim@mail.example", occupation="43414")


def recommend(harz, **more):
    """Recommend a person from `muster`."""
    given = {"application": "ATS-1", "rejected_on": REJECTED, **more}
    return harz.members["muster"].recommend(PERSON, ENDORSED, **given)


def test_nobody_is_asked_before_the_rejection(harz) -> None:
    """R2: the invitation does not exist before; not even the node hears of it."""
    today = date(2026, 11, 22)
    with pytest.raises(RefusedError, match="not-rejected"):
        recommend(harz, rejected_on=today + timedelta(days=1))
    assert recommend(harz, rejected_on=today).link


def test_nothing_is_recommended_on_an_expired_list(harz) -> None:
    """An expired list stops everything but closing."""
    harz.clock.pass_time(8 * limits.DAY)
    with pytest.raises(StateError, match="expired"):
        recommend(harz)


def test_an_application_is_recommended_once(harz) -> None:
    """A second invitation for the same application would be a second referral of one person."""
    recommend(harz)
    with pytest.raises(StateError, match="already"):
        recommend(harz)


def test_a_recommendation_that_broke_off_uses_the_same_invitation(harz) -> None:
    """The node's answer was lost: the next try gets a new link for the same reference."""
    harz.wire.lose_answers = 1
    with pytest.raises(UnreachableError):
        recommend(harz)
    assert recommend(harz).link
    with harz.node_store.begin(write=False) as transaction:
        assert len(transaction.every(Invitation)) == 1
    with harz.members["muster"].engine.store.begin(write=False) as transaction:
        assert len(transaction.every(ApplicationRow)) == 1


def test_an_erased_application_is_not_recommended_again_unasked(harz) -> None:
    """R8: only a keyed hash remains; the person's own wish overrides it."""
    asked = recommend(harz)
    harz.settle(rounds=1)
    harz.members["muster"].close(asked.referral)
    harz.settle()
    with pytest.raises(RefusedError, match="suppressed"):
        recommend(harz)
    harz.clock.pass_time(190 * limits.DAY)  # the AGG hold ends, the row goes, the hash stays
    harz.settle()
    harz.members["muster"].application_erased(asked.referral)
    harz.settle()
    with pytest.raises(RefusedError, match="suppressed"):
        recommend(harz)
    assert recommend(harz, person_asks=True).link


def test_hashes_of_two_members_never_match(harz) -> None:
    """Each holder has a key of its own (law § 4.6)."""
    keys = {one.engine.identity.suppression for one in harz.members.values()}
    assert len(keys) == len(harz.members)


def test_without_an_own_privacy_notice_nobody_is_contacted(harz, reached) -> None:
    """R9: the Art. 14 text comes with the first contact, as a page that can be shown as a link."""
    _, referral = reached("granted")
    engine = harz.members["beispiel"].engine
    for notice in ("", "http://beispiel.example/datenschutz", "see our web site"):
        engine.settings = attrs.evolve(engine.settings, notice=notice)
        with pytest.raises(SetupError, match="notice"):
            harz.members["beispiel"].request_contact(referral, job="Backend")


def test_a_request_that_waited_too_long_can_be_made_anew(harz, reached) -> None:
    """The node refuses what is older than a month; the person is asked all the same."""
    person, referral = reached("granted")
    beispiel = harz.members["beispiel"]
    first = beispiel.request_contact(referral, job="Backend")
    for _ in range(11):
        harz.clock.pass_time(3 * limits.DAY)
        harz.node.tick()
    assert "too-old" in beispiel.sync().problems
    again = beispiel.request_contact(referral, job="Backend")
    assert again != first
    assert beispiel.request_contact(referral, job="Backend") == again
    harz.settle()
    person.agree()
    harz.settle()
    assert beispiel.received()


def test_asking_twice_is_asking_once(harz, reached) -> None:
    """The same request is returned while it is open."""
    _, referral = reached("granted")
    beispiel = harz.members["beispiel"]
    first = beispiel.request_contact(referral, job="Backend")
    assert beispiel.request_contact(referral, job="Backend") == first
    assert beispiel.inbox()[0].status == "requested"


def test_after_a_no_another_request_may_be_made(harz, reached) -> None:
    """The person decides on each."""
    person, referral = reached("requested")
    person.refuse()
    harz.settle()
    beispiel = harz.members["beispiel"]
    assert beispiel.inbox()[0].status == "declined"
    assert beispiel.request_contact(referral, job="Another job")


@pytest.mark.parametrize(("job", "message"), [("", ""), ("x" * 121, ""), ("Job", "x" * 2001)])
def test_a_request_fits_its_form(harz, reached, job: str, message: str) -> None:
    """Refused here, before anything is signed."""
    _, referral = reached("granted")
    with pytest.raises((MalformedError, InvalidRecordError)):
        harz.members["beispiel"].request_contact(referral, job=job, message=message)


def test_an_unknown_or_own_referral_cannot_be_asked_for(harz, reached) -> None:
    """The gate and the store both say no."""
    _, referral = reached("granted")
    with pytest.raises(StateError):
        harz.members["beispiel"].request_contact("A" * 22, job="Backend")
    with pytest.raises(RefusedError, match="origin"):
        harz.members["muster"].request_contact(referral, job="Backend")


def test_an_outcome_needs_an_answer(harz, reached) -> None:
    """Nobody reports a hire before the person said anything."""
    _, referral = reached("granted")
    with pytest.raises(StateError):
        harz.members["beispiel"].report(referral, "hired")


def test_only_the_origin_closes_and_only_for_its_reasons(harz, reached) -> None:
    """Nobody else makes a tombstone."""
    _, referral = reached("granted")
    with pytest.raises(RefusedError, match="not-entitled"):
        harz.members["beispiel"].close(referral)
    with pytest.raises(RefusedError, match="unknown-reason"):
        harz.members["muster"].close(referral, reason="expired")
    with pytest.raises(StateError):
        harz.members["muster"].close("A" * 22)


def test_a_member_without_searches_sees_everything_it_was_given(harz, reached) -> None:
    """R12: a match hides nobody; searches only narrow what they are asked to."""
    _, referral = reached("granted")
    beispiel = harz.members["beispiel"]
    assert [one.referral for one in beispiel.inbox()] == [referral]
    search = beispiel.add_search(occupation="81")
    assert not beispiel.inbox()
    beispiel.remove_search(search)
    assert beispiel.inbox()
    found = beispiel.add_search(occupation="43", skills=["python"])
    assert beispiel.inbox(language="en")[0].searches == (found.id,)
    assert beispiel.searches() == (found,)
    beispiel.remove_search(found.id)
    with beispiel.engine.store.begin(write=False) as transaction:
        assert not transaction.every(SearchRow)
        assert not transaction.every(MatchRow)


def test_a_rectification_reaches_the_origin_with_what_is_wrong(harz, reached) -> None:
    """By category, so that its people know where to look (Art. 16)."""
    person, _ = reached("received")
    person.exercise("rectification", categories=[Category.SKILLS, Category.REGION])
    harz.settle()
    [request] = harz.members["muster"].person_requests()
    assert (request.kind, request.categories) == ("rectification", "skills region")


def test_the_export_tells_the_person_everything(harz, reached) -> None:
    """R10: JSON Resume, HR Open, reasons, recipients, times; and it is plain JSON."""
    harz.members["beispiel"].add_search(occupation="43")
    person, referral = reached("received")
    person.exercise("access")
    harz.settle()
    beispiel, muster = harz.members["beispiel"], harz.members["muster"]
    told = json.loads(json.dumps(beispiel.export_for_person(referral)))
    assert told["role"] == "recipient"
    assert told["candidate"][0]["json_resume"]["basics"]["email"]
    assert told["candidate"][0]["hr_open"]["person"]
    assert told["matches"][0]["reasons"]
    assert told["contacts"][0]["disclosed"]
    own = muster.export_for_person(referral)
    assert own["role"] == "origin"
    assert own["application"][0]["rejected_on"] == "2026-11-19"
    for member in (beispiel, muster):
        [request] = member.person_requests()
        member.answer_person(request)
        assert not member.person_requests()
        with pytest.raises(StateError):
            member.answer_person(attrs.evolve(request, jti="other"))
    with pytest.raises(StateError):
        beispiel.export_for_person("A" * 22)


def test_no_address_no_mail(harz) -> None:
    """The node can only mail to somebody."""
    nobody = attrs.evolve(PERSON, email="")
    with pytest.raises(RefusedError, match="no-address"):
        harz.members["muster"].recommend(
            nobody, ENDORSED, application="A", rejected_on=REJECTED, mail=True
        )


def test_the_link_is_not_returned_when_the_node_mails_it(harz) -> None:
    """Assurance `confirmed`: nobody but the person has the link."""
    assert recommend(harz, mail=True).link is None


def test_portraits_and_hostile_text_stay_here(harz) -> None:
    """R13; scripts and control marks have no way into the dossier."""
    photo = Document("me.jpg", DocumentKind.OTHER, "image/jpeg", b"\xff\xd8\xff")
    person = attrs.evolve(PERSON, given="<script>x</script>Kim\u202e", documents=(photo,))
    from fachkraft_share.member.recommending import prepared

    assert prepared(person).given == "Kim"
    assert not prepared(person).documents
    many = tuple(
        Document(f"{n}.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1") for n in range(11)
    )
    with pytest.raises(MalformedError, match="documents"):
        prepared(attrs.evolve(PERSON, documents=many))


def test_no_profile_no_recommendation(harz) -> None:
    """An occupation nobody can tell: the message says what to do."""
    unknown = attrs.evolve(PERSON, occupation="", title="")
    with pytest.raises(RefusedError, match="occupation-unknown"):
        harz.members["muster"].preview(unknown)
    assert harz.members["muster"].preview(PERSON).profile.occupation


# Reading from a connected system -----------------------------------------------------------------


@pytest.fixture
def system(harz) -> MemorySystem:
    """An ATS of `muster` with one runner-up, connected."""
    made = MemorySystem()
    changed = local(harz.clock.now() - limits.DAY)
    made.applications["a1"] = {"stage": "s-second", "changed": changed, "person": PERSON}
    made.applications["a2"] = {"stage": "s-open", "changed": changed, "person": PERSON}
    made.files["f1"] = (
        "a1",
        Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 x\n%%EOF"),
    )
    harz.open("muster", adapters={"memory": MemoryAdapter(made)})
    return made


def test_a_runner_up_of_the_system_becomes_a_proposal_not_a_referral(harz, system) -> None:
    """R12: a person decides; reading again brings nothing twice."""
    muster = harz.members["muster"]
    assert muster.pull("memory").proposed == 1
    assert muster.pull("memory").proposed == 0
    [proposal] = muster.proposals()
    assert proposal.candidate.family == "Beispiel"
    with muster.engine.store.begin(write=False) as transaction:
        assert not transaction.every(Referral)
        [row] = transaction.every(ProposalRow)
    assert b"Beispiel" not in row.ciphertext


def test_recommending_a_proposal_takes_its_documents_along(harz, system) -> None:
    """They are read when they are needed; then the proposal goes with its key."""
    muster = harz.members["muster"]
    muster.pull("memory")
    [proposal] = muster.proposals()
    asked = muster.recommend(proposal, ENDORSED)
    assert asked.link
    assert not muster.proposals()
    told = muster.export_for_person(asked.referral)
    assert told["candidate"][0]["hr_open"]["profiles"][0]["attachments"]
    assert muster.pull("memory").proposed == 0


def test_a_hired_runner_up_is_no_proposal_any_more(harz, system) -> None:
    """What ended in the system ends here."""
    muster = harz.members["muster"]
    muster.pull("memory")
    changed = local(harz.clock.now())
    system.applications["a1"] = {"stage": "s-hired", "changed": changed, "person": PERSON}
    assert muster.pull("memory").ended == 1
    assert not muster.proposals()


def test_proposals_go_when_dismissed_or_out_of_time(harz, system) -> None:
    """No longer than the AGG hold of the application they came from."""
    muster = harz.members["muster"]
    muster.pull("memory")
    muster.dismiss(muster.proposals()[0])
    assert not muster.proposals()
    with muster.engine.store.begin() as transaction:
        transaction.drop(Reading, "memory")
    muster.pull("memory")
    harz.clock.pass_time(190 * limits.DAY)
    muster.sync()
    assert not muster.proposals()


def test_an_unconnected_system_is_named(harz) -> None:
    """The message says what is missing."""
    with pytest.raises(SetupError, match="nothing"):
        harz.members["muster"].pull("nothing")
    with pytest.raises(SetupError):
        harz.members["muster"].recommend(PERSON)
