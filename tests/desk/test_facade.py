"""The desk's façade: what a person sees and does with a link."""

import json
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.model.consent import Audience, Category, Consent, Purpose
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.desk.choice import Choice, ChoiceError, Reach
from fachkraft_share.node.desk.views import Stage, Standing
from fachkraft_share.node.records import NoticeText, ReaderState
from fachkraft_share.protocol.facts import facts
from fachkraft_share.protocol.message import CONSENT
from fachkraft_share.protocol.records import (
    Contact,
    Exclusion,
    FeedRow,
    Invitation,
    Part,
    PersonRequest,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NEWCOMER,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
)
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure


def consents(world: Any) -> list[Consent]:
    """Return the stored consents, the oldest first."""
    tokens = [one for one in world.side.every(Token) if one.type == CONSENT]
    said = [
        structure(jws.parse(one.body, types=(jws.Type.CONSENT,)).claims, Consent) for one in tokens
    ]
    return sorted(said, key=lambda one: one.iat)


def refusal(code: str) -> Any:
    """Expect this refusal."""
    return pytest.raises(RefusedError, match=code)


def test_a_fresh_link_asks_and_shows_exactly_what_would_be_published(world: Any) -> None:
    """Every category of the draft, in words, nothing else; only the occupation is required."""
    view = world.invited().desk.open(world.secret)
    assert view.stage is Stage.ASKED
    assert view.language == "de"
    assert view.origin.id == ORIGIN
    words = {str(one.category): one.lines for one in view.profile}
    assert set(words) == set(world.story.parted.hashes)
    assert words["skills"] == ("Java", "SQL und Datenbanken")
    assert words["region"] == ("Braunschweig, Goslar (Postleitzahlen 38…)",)
    assert [one.category for one in view.profile if not one.optional] == [Category.OCCUPATION]


def test_the_profile_speaks_english_too(world: Any) -> None:
    """The page's language decides, the invitation's is the default."""
    world.invited()
    view = world.desk.open(world.secret, language="en")
    words = {str(one.category): one.lines for one in view.profile}
    assert words["availability"] == ("can start: within three months", "would like to work: hybrid")


def test_the_readers_are_those_the_gate_would_serve(world: Any) -> None:
    """Members only: neither origin nor node nor authority."""
    view = world.invited().desk.open(world.secret)
    assert [one.id for one in view.readers] == [REQUESTER, READER]


def test_an_inactive_member_is_no_reader(world: Any) -> None:
    """Who is suspended would not be served and is not shown."""
    world.invited()
    ids = tuple(one.id for one in world.scene.first.members)
    told = {READER: Status.SUSPENDED}
    newer = world.scene.members_list(8, ids, status=told)
    directory = world.scene.directory.with_list(newer)
    world.side.here = attrs.evolve(world.side.here, directory=directory)
    assert [one.id for one in world.desk.open(world.secret).readers] == [REQUESTER]


@pytest.mark.parametrize(
    "secret", ["", "x", "ä" * 22, "A" * 21, "A" * 22, "A" * 5000, "../..", "\0"]
)
def test_whatever_is_no_link_is_unknown(world: Any, secret: str) -> None:
    """A malformed, a foreign and an invented secret look alike."""
    world.invited()
    view = world.desk.open(secret)
    assert view == attrs.evolve(view, stage=Stage.UNKNOWN)
    assert view.origin is None
    with refusal("unknown-link"):
        world.desk.grant(secret, Choice())


def test_a_draft_that_ran_out_looks_like_an_unknown_link(world: Any) -> None:
    """After 30 days nothing distinguishes it."""
    world.invited()
    before = world.desk.open("A" * 22)
    world.clock.time += limits.DRAFT_DAYS * DAY
    assert world.desk.open(world.secret) == before


def test_granting_releases_the_draft_under_the_persons_own_signature(world: Any) -> None:
    """The consent names the draft, the list, purposes, categories, times and the notice shown."""
    world.invited()
    shown = world.desk.open(world.secret)
    world.desk.grant(world.secret, world.choice())
    [said] = consents(world)
    assert said.draft == world.story.draft.sha256
    assert said.audience == Audience(list=world.scene.first.name)
    assert set(said.purposes) == {Purpose.REFERRAL, Purpose.OWN_POOL, Purpose.PUBLIC}
    assert said.exp == shown.proposed.end
    assert said.notice == shown.notice.sha256
    assert (said.node, said.language) == (NODE, "de")
    referral = world.side.get(Referral, world.story.referral)
    assert referral.state is ReferralState.PUBLISHED
    assert [row.to for row in world.side.every(FeedRow)] == ["list"]


def test_a_consent_given_in_simple_language_names_the_simple_notice(world: Any) -> None:
    """The words that were shown, not those that say the same; and they are kept as shown."""
    world.invited()
    german = world.desk.open(world.secret).notice
    shown = world.desk.open(world.secret, language="de_simple").notice
    world.desk.grant(world.secret, world.choice(), language="de_simple")
    [said] = consents(world)
    assert said.notice == shown.sha256 != german.sha256
    assert "Ein Nein schadet Ihnen nicht." in shown.plain


def test_the_notice_that_was_shown_is_kept_word_for_word(world: Any) -> None:
    """The hash in the consent leads to the text (Art. 7(1) GDPR)."""
    world.granted()
    [kept] = world.side.every(NoticeText)
    assert kept.sha256 == consents(world)[0].notice
    assert "Muster Maschinenbau GmbH" in kept.text


def test_the_old_link_can_only_withdraw_and_the_new_one_manages(world: Any) -> None:
    """A fresh secret is issued; the first one loses all power but one."""
    manage = world.granted()
    assert manage != world.secret
    assert world.desk.open(manage).stage is Stage.OPEN
    old = world.desk.open(world.secret)
    assert (old.stage, old.holders, old.profile) == (Stage.OLD_LINK, (), ())
    for act in (
        lambda: world.desk.decline(world.secret),
        lambda: world.desk.grant(world.secret, Choice()),
        lambda: world.desk.renew(world.secret, Choice()),
        lambda: world.desk.answer(world.secret, "x", True),
        lambda: world.desk.exercise(world.secret, "access"),
        lambda: world.desk.withdraw(world.secret, READER),
        lambda: world.desk.receipt(world.secret),
        lambda: world.desk.about(world.secret),
        lambda: world.desk.bundle(world.secret),
    ):
        with refusal("old-link"):
            act()
    world.desk.withdraw(world.secret)
    assert world.side.get(Tombstone, world.story.referral, "all").reason == "withdrawn"


def test_no_secret_is_kept(world: Any) -> None:
    """Neither link's secret nor its key is anywhere in the node's store or journal."""
    manage = world.granted()
    stored = repr(world.stored())
    assert manage not in stored
    assert world.secret not in stored


def test_a_second_grant_is_refused(world: Any) -> None:
    """The link grants once."""
    world.invited()
    choice = world.choice()
    world.desk.grant(world.secret, choice)
    with refusal("old-link"):
        world.desk.grant(world.secret, choice)


NEEDED = {
    "purposes": ((), "referral-needed"),
    "categories": ((Category.SKILLS,), "occupation-needed"),
    "reach": (None, "reach-needed"),
    "months": (0, "months-needed"),
    "adult": (False, "adult-needed"),
    "no_employer": (False, "employer-needed"),
    "employer": ("Muster", "employer-needed"),
    "list_number": (6, "list-changed"),
    "excluded_names": (("x" * 121,), "too-long"),
    "excluded": (tuple(f"https://{n}.example" for n in range(60)), "too-many"),
}


@pytest.mark.parametrize("field", NEEDED)
def test_a_choice_that_lacks_something_is_refused_beside_its_field(world: Any, field: str) -> None:
    """Nothing is guessed and nothing changes."""
    world.invited()
    value, code = NEEDED[field]
    before = world.stored()
    with pytest.raises(ChoiceError) as caught:
        world.desk.grant(world.secret, world.choice(**{field: value}))
    assert code in {one.code for one in caught.value.faults}
    assert world.stored() == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"purposes": (Purpose.REFERRAL, Purpose.PARTNER)}, "not-offered"),
        ({"categories": (Category.OCCUPATION, Category.CONTACT)}, "not-offered"),
        ({"reach": Reach.NAMED}, "members-needed"),
        ({"reach": Reach.NAMED, "members": ("https://fremd.example",)}, "list-changed"),
        ({"reach": Reach.SAME}, "reach-needed"),
        ({"months": 13}, "months-needed"),
    ],
)
def test_what_was_not_offered_cannot_be_chosen(world: Any, changed: Any, code: str) -> None:
    """A form can be forged; the choice is checked against what was shown."""
    world.invited()
    with pytest.raises(ChoiceError) as caught:
        world.desk.grant(world.secret, world.choice(**changed))
    assert code in {one.code for one in caught.value.faults}


def test_an_expired_list_grants_nothing(world: Any) -> None:
    """Nobody can be told who the readers are."""
    world.invited()
    world.clock.time += limits.LIST_DAYS * DAY
    view = world.desk.open(world.secret)
    assert not view.fresh
    with pytest.raises(ChoiceError, match="list-expired"):
        world.desk.grant(world.secret, world.choice())


def test_an_unticked_category_leaves_the_node(world: Any) -> None:
    """Its part is dropped when the consent is applied; the rest stays."""
    kept = (Category.OCCUPATION, Category.REGION)
    manage = world.granted(categories=kept)
    assert {one.category for one in world.side.every(Part)} == {"occupation", "region"}
    assert {one.category for one in world.desk.open(manage).profile} == set(kept)


def test_named_members_and_nobody_else(world: Any) -> None:
    """The consent names ids, the feed has one row for each."""
    manage = world.granted(reach=Reach.NAMED, members=(READER,))
    assert consents(world)[0].audience == Audience(members=(READER,))
    assert [row.to for row in world.side.every(FeedRow)] == [READER]
    assert [one.id for one in world.desk.open(manage).readers] == [READER]


@pytest.mark.parametrize(
    "typed",
    [
        "Beispiel Software AG",
        "beispiel software",
        "BEISPIEL  Software gmbh & Co. KG",
        "Software Beispiel",
        "https://beispiel.example",
    ],
)
def test_the_current_employer_is_shut_out_by_name(world: Any, typed: str) -> None:
    """As written on the list or nearly so; the gate then refuses it."""
    world.invited()
    world.desk.grant(world.secret, world.choice(no_employer=False, employer=typed))
    shut = {(one.kind, one.value) for one in world.side.every(Exclusion)}
    if not typed.startswith("https"):
        assert ("id", REQUESTER) in shut
    assert shut


def test_the_domain_of_a_member_shuts_it_out(world: Any) -> None:
    """A mail or web address is as good as a name."""
    stated = attrs.evolve(
        world.scene.members[REQUESTER].organisation, domains=("beispiel.example",), group="B-Gruppe"
    )
    other = attrs.evolve(world.scene.members[READER].organisation, group="b-gruppe")
    members = dict(world.scene.members)
    members[REQUESTER] = attrs.evolve(members[REQUESTER], organisation=stated)
    members[READER] = attrs.evolve(members[READER], organisation=other)
    world.scene.members = members
    world.name({})
    world.side.here = attrs.evolve(world.side.here, directory=world.scene.directory)
    world.invited()
    choice = world.choice(no_employer=False, employer="chef@jobs.beispiel.example")
    preview = world.desk.preview(world.secret, choice)
    assert {one.id for one in preview.excluded} == {REQUESTER, READER}  # the group as a whole
    assert preview.readers == ()


def test_exclusions_stand_before_the_release_and_never_travel(world: Any) -> None:
    """They are in the same transaction; no consent, row or token names them."""
    world.invited()
    manage = world.desk.grant(world.secret, world.choice(excluded=(READER,)))
    assert Exclusion(world.story.referral, "id", READER) in world.side.every(Exclusion)
    assert [one.id for one in world.desk.open(manage).readers] == [REQUESTER]
    assert READER not in repr(consents(world))
    assert READER not in repr(world.desk.receipt(manage))


def test_a_refused_grant_stores_no_exclusion(world: Any) -> None:
    """What the desk adds stands or falls with the consent."""
    world.invited()
    stricter = attrs.evolve(world.side.here.policy, least_assurance="confirmed")
    world.side.here = attrs.evolve(world.side.here, policy=stricter)
    before = world.stored()
    with refusal("assurance"):
        world.desk.grant(world.secret, world.choice(excluded=(READER,)))
    assert world.stored() == before


def test_declining_ends_the_draft_without_reproach(world: Any) -> None:
    """The parts go, the origin is told; the link says so ever after."""
    world.invited().desk.decline(world.secret)
    view = world.desk.open(world.secret)
    assert view.stage is Stage.DECLINED
    assert world.side.every(Part) == ()
    assert [one.type for one in world.side.said] == ["consent.declined"]
    with refusal("not-open"):
        world.desk.grant(world.secret, Choice())


def test_withdrawing_for_all_is_final_and_may_be_repeated(world: Any) -> None:
    """A second click changes nothing."""
    manage = world.granted()
    world.served()
    world.desk.withdraw(manage)
    before = world.stored()
    world.desk.withdraw(manage)
    world.desk.withdraw(world.secret)
    assert world.stored() == before
    view = world.desk.open(manage)
    assert view.stage is Stage.CLOSED
    standing = {one.organisation.id: one.standing for one in view.holders}
    assert standing[REQUESTER] is standing[READER] is standing[ORIGIN] is Standing.ASKED


def test_withdrawing_from_one_leaves_the_others(world: Any) -> None:
    """A scoped closure, and only for someone who has the data."""
    manage = world.granted()
    world.served(READER)
    with refusal("unknown-holder"):
        world.desk.withdraw(manage, REQUESTER)
    world.desk.withdraw(manage, READER)
    view = world.desk.open(manage)
    assert view.stage is Stage.OPEN
    assert {one.scope for one in world.side.every(Tombstone)} == {READER}
    assert [one.id for one in view.readers] == [REQUESTER]


def test_a_withdrawal_is_received_first_and_withdrawn_once_somebody_holds_it(world: Any) -> None:
    """The second durable copy makes the difference (custody of the closure's row)."""
    manage = world.granted()
    world.served()
    world.desk.withdraw(manage)
    assert not world.desk.open(manage).ending.durable
    last = max(row.number for row in world.side.every(FeedRow))
    world.side.put(ReaderState(READER, last))
    assert world.desk.open(manage).ending.durable


def test_overdue_is_shown_as_such(world: Any) -> None:
    """Days are counted; the deadline is named."""
    manage = world.granted()
    world.served()
    world.desk.withdraw(manage)
    world.clock.time += limits.ERASURE_DEADLINE
    [holder] = [one for one in world.desk.open(manage).holders if one.organisation.id == READER]
    assert (holder.standing, holder.due) == (Standing.OVERDUE, world.clock.time)


def test_the_holders_are_named_with_what_they_have_and_how_long(world: Any) -> None:
    """Origin, every reader, and the node itself."""
    manage = world.granted(months=6)
    world.served()
    world.clock.time += DAY
    view = world.desk.open(manage)
    assert [one.role for one in view.holders] == ["origin", "reader", "reader", "node"]
    reader = view.holders[1]
    assert reader.what == ("profile",)
    assert (reader.since, reader.custody_at, reader.until) == (NOW, NOW + 60, view.consent.exp)
    assert reader.days_left == view.days_left > 170


def test_a_contact_request_is_shown_and_accepted(world: Any) -> None:
    """The answer is signed by the management key and names what is handed over."""
    manage = world.granted()
    request = world.asked()
    [shown] = world.desk.open(manage).contacts
    assert (shown.job, shown.requester.id, shown.answerable) == ("Backend", REQUESTER, True)
    world.desk.answer(manage, request, True)
    contact = world.side.get(Contact, world.story.referral, REQUESTER, request)
    assert contact.answer == "accepted"
    said = world.side.get(Token, contact.answered)
    claims = jws.parse(said.body, types=(jws.Type.ANSWER,)).claims
    assert claims["categories"] == ["contact", "documents"]


def test_documents_can_be_left_out_of_a_yes(world: Any) -> None:
    """Contact data only."""
    manage = world.granted()
    request = world.asked()
    world.desk.answer(manage, request, True, documents=False)
    contact = world.side.get(Contact, world.story.referral, REQUESTER, request)
    said = world.side.get(Token, contact.answered)
    assert jws.parse(said.body, types=(jws.Type.ANSWER,)).claims["categories"] == ["contact"]


def test_a_yes_can_be_taken_back_until_the_data_are_handed_over(world: Any) -> None:
    """The later answer counts; after the disclosure only a withdrawal helps."""
    manage = world.granted()
    request = world.asked()
    world.desk.answer(manage, request, True)
    world.desk.answer(manage, request, False)
    key = (world.story.referral, REQUESTER, request)
    contact = world.side.get(Contact, *key)
    assert contact.answer == "declined"
    world.side.put(attrs.evolve(contact, disclosed="0" * 64))
    with refusal("already-disclosed"):
        world.desk.answer(manage, request, True)
    with refusal("unknown-request"):
        world.desk.answer(manage, "nonsense", True)


def test_the_answer_rests_on_a_gate_that_sees_exclusions(world: Any) -> None:
    """Somebody shut out after all gets no yes."""
    manage = world.granted()
    request = world.asked()
    world.side.put(Exclusion(world.story.referral, "id", REQUESTER))
    with refusal("excluded"):
        world.desk.answer(manage, request, True)
    world.desk.answer(manage, request, False)


def renewal(world: Any, manage: str, **changed: Any) -> Choice:
    """Return the choice of somebody who renews for everybody."""
    view = world.desk.open(manage)
    usual = Choice(
        reach=Reach.EVERYONE,
        no_employer=True,
        months=view.terms[-1].months,
        list_number=view.list.number,
    )
    return attrs.evolve(usual, **changed)


def test_a_renewal_lengthens_and_may_name_the_newest_list(world: Any) -> None:
    """It names the consent it renews; who joined meanwhile sees the profile now (R5)."""
    manage = world.granted(months=1)
    ids = (*(one.id for one in world.scene.first.members), NEWCOMER)
    newer = world.scene.members_list(8, ids)
    directory = world.scene.directory.with_list(newer)
    world.side.here = attrs.evolve(world.side.here, directory=directory)
    before = world.desk.open(manage)
    assert [one.id for one in before.newcomers] == [NEWCOMER]
    world.desk.renew(manage, renewal(world, manage, reach=Reach.SAME))
    assert NEWCOMER not in {one.id for one in world.desk.open(manage).readers}
    world.desk.renew(manage, renewal(world, manage))
    after = world.desk.open(manage)
    assert NEWCOMER in {one.id for one in after.readers}
    assert after.consent.exp > before.consent.exp
    assert after.consent.renews is not None
    assert after.consent.manage == before.consent.manage
    assert len(consents(world)) == 3


def test_the_summary_of_a_renewal_names_whom_it_reaches(world: Any) -> None:
    """As before: no newcomers; everybody: newcomers too."""
    manage = world.granted(months=1)
    ids = (*(one.id for one in world.scene.first.members), NEWCOMER)
    directory = world.scene.directory.with_list(world.scene.members_list(8, ids))
    world.side.here = attrs.evolve(world.side.here, directory=directory)
    for reach, reached in ((Reach.SAME, False), (Reach.EVERYONE, True)):
        seen = world.desk.preview(manage, renewal(world, manage, reach=reach))
        assert (NEWCOMER in {one.id for one in seen.readers}) == reached


def test_answers_and_withdrawals_work_after_renewals(world: Any) -> None:
    """The whole chain of consents travels along, as often as one may renew."""
    manage = world.granted(months=1)
    request = world.asked()
    for _ in range(limits.RENEWALS):
        world.desk.renew(manage, renewal(world, manage))
    with refusal("renewed-too-often"):
        world.desk.renew(manage, renewal(world, manage))
    world.desk.answer(manage, request, True)
    world.desk.withdraw(manage)
    assert world.desk.open(manage).stage is Stage.CLOSED


@pytest.mark.parametrize("more", [(), (Purpose.PUBLIC,)])
def test_a_renewal_keeps_whether_public_pages_were_allowed(world: Any, more: Any) -> None:
    """Neither lost nor gained by lengthening, whatever the form says."""
    manage = world.granted(months=1, purposes=(Purpose.REFERRAL, *more))
    world.desk.renew(manage, renewal(world, manage, purposes=()))
    assert (Purpose.PUBLIC in world.desk.open(manage).consent.purposes) is bool(more)
    with pytest.raises(ChoiceError):
        world.desk.renew(manage, renewal(world, manage, purposes=(Purpose.OWN_POOL,)))


def test_public_pages_alone_cannot_be_chosen(world: Any) -> None:
    """They come on top of the recommendation, never instead of it."""
    world.invited()
    with pytest.raises(ChoiceError) as caught:
        world.desk.grant(world.secret, world.choice(purposes=(Purpose.PUBLIC,)))
    assert [one.code for one in caught.value.faults] == ["referral-needed"]


def test_a_renewal_adds_nothing_that_was_refused_before(world: Any) -> None:
    """Purposes and categories stay as they were."""
    manage = world.granted(categories=(Category.OCCUPATION,))
    with pytest.raises(ChoiceError):
        world.desk.renew(manage, renewal(world, manage, categories=(Category.SKILLS,)))


def test_exclusions_outlive_a_renewal_and_meet_newcomers(world: Any) -> None:
    """A name typed once also shuts out a member that joins later under a like name."""
    world.invited()
    typed = world.choice(no_employer=False, employer="Spaet")
    manage = world.desk.grant(world.secret, typed)
    members = dict(world.scene.members)
    stated = attrs.evolve(members[NEWCOMER].organisation, name="Spaet Holding GmbH")
    members[NEWCOMER] = attrs.evolve(members[NEWCOMER], organisation=stated)
    world.scene.members = members
    ids = (*(one.id for one in world.scene.first.members), NEWCOMER)
    directory = world.scene.directory.with_list(world.scene.members_list(8, ids))
    world.side.here = attrs.evolve(world.side.here, directory=directory)
    world.desk.renew(manage, renewal(world, manage))
    assert NEWCOMER not in {one.id for one in world.desk.open(manage).readers}


@pytest.mark.parametrize("right", ["access", "rectification"])
def test_a_right_is_passed_on_to_origin_and_whoever_has_the_dossier(world: Any, right: str) -> None:
    """One message a day for the same wish; the request itself is remembered."""
    manage = world.granted()
    request = world.asked()
    contact = world.side.get(Contact, world.story.referral, REQUESTER, request)
    world.side.put(attrs.evolve(contact, disclosed="0" * 64))
    world.side.said.clear()
    world.desk.exercise(manage, right, categories=[Category.SKILLS])
    world.desk.exercise(manage, right, categories=[Category.SKILLS])
    [told] = world.side.said
    assert (told.type, set(told.to)) == ("person.requested", {ORIGIN, REQUESTER})
    wrong = "skills" if right == "rectification" else ""
    kept = [(one.kind, one.categories) for one in world.side.every(PersonRequest)]
    assert kept == [(right, wrong)]
    assert told.payload.categories == wrong.split()
    assert world.desk.open(manage).stage is Stage.OPEN


def test_a_consent_given_in_simple_language_says_so(world: Any) -> None:
    """As BCP 47 names it, in the consent and on its receipt (ISO/IEC TS 27560 `language`)."""
    world.invited()
    manage = world.desk.grant(world.secret, world.choice(), language="de_simple")
    assert world.desk.open(manage).consent.language == "de-simple"
    record = world.desk.receipt(manage)["dpv:hasRecordOfActivity"]
    assert "'dct:language': 'de-simple'" in str(record)


def test_a_rectification_without_a_category_is_refused(world: Any) -> None:
    """The origin could do nothing with it."""
    manage = world.granted()
    with refusal("categories-needed"):
        world.desk.exercise(manage, "rectification")
    assert not world.side.every(PersonRequest)


@pytest.mark.parametrize("right", ["restriction", "objection"])
def test_restriction_and_objection_close(world: Any, right: str) -> None:
    """They stop everything, as a withdrawal does (R11)."""
    manage = world.granted()
    world.desk.exercise(manage, right)
    assert world.desk.open(manage).stage is Stage.CLOSED
    assert [one.kind for one in world.side.every(PersonRequest)] == [right]


def test_everything_about_me_holds_my_own_exclusions(world: Any) -> None:
    """The person's export is complete (Art. 15), and is plain JSON."""
    world.invited()
    manage = world.desk.grant(world.secret, world.choice(no_employer=False, employer="Geheim AG"))
    world.served()
    found = world.desk.about(manage)
    assert {"kind": "name", "value": "geheim ag"} in found["exclusions"]
    assert {one["organisation"] for one in found["recipients"]} == {REQUESTER, READER}
    assert json.loads(json.dumps(found)) == found


def test_no_bundle_before_there_is_a_manifest(world: Any) -> None:
    """It is offered only once it can be made."""
    manage = world.granted()
    world.desk.withdraw(manage)
    assert not world.desk.open(manage).bundle
    with refusal("no-bundle"):
        world.desk.bundle(manage)


def test_an_old_link_sees_no_names_after_the_end(world: Any) -> None:
    """Whoever kept the first letter learns only that it is over."""
    manage = world.granted()
    world.served()
    world.desk.withdraw(manage)
    view = world.desk.open(world.secret)
    assert (view.stage, view.limited, view.holders) == (Stage.CLOSED, True, ())


def test_the_gate_and_the_page_agree_on_every_reader(world: Any) -> None:
    """The page names exactly those for whom `permits` says yes."""
    manage = world.granted(excluded=(READER,))
    view = world.desk.open(manage)
    named = {one.id for one in view.readers}
    for actor in (AUTHORITY, NODE, ORIGIN, REQUESTER, READER, NEWCOMER):
        known = facts(
            view.consent,
            actor,
            here=world.side.here,
            at=NOW,
            exclusions=world.side.every(Exclusion),
        )
        said = world.side.here.gate(view.consent, Action.SERVE, actor=actor, known=known, at=NOW)
        assert isinstance(said, Permit) == (actor in named), actor


SENT = st.builds(
    Choice,
    purposes=st.lists(st.sampled_from(Purpose), unique=True).map(tuple),
    categories=st.lists(st.sampled_from(Category), unique=True).map(tuple),
    reach=st.none() | st.sampled_from(Reach),
    members=st.lists(st.sampled_from([READER, REQUESTER, ORIGIN, "x"]), unique=True).map(tuple),
    excluded=st.lists(st.sampled_from([READER, REQUESTER, "x"]), unique=True).map(tuple),
    excluded_names=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    employer=st.sampled_from(["", " ", "Beispiel", "x@y.example", "12345678"]),
    no_employer=st.booleans(),
    months=st.integers(0, 13),
    adult=st.booleans(),
)


@given(choice=SENT)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_choice_is_either_refused_whole_or_means_what_it_says(
    new_world: Any, choice: Choice
) -> None:
    """Whatever a form can send: no readers beyond the choice, nothing stored when refused."""
    world = new_world().invited()
    before = world.stored()
    try:
        manage = world.desk.grant(world.secret, choice)
    except RefusedError:
        assert world.stored() == before
        return
    [said] = consents(world)
    assert set(said.categories) == set(choice.categories)
    assert set(said.purposes) == set(choice.purposes)
    readers = {one.id for one in world.desk.open(manage).readers}
    assert not readers & set(choice.excluded)
    if choice.reach is Reach.NAMED:
        assert readers <= set(choice.members)
    assert choice.adult


def test_the_invitation_remembers_the_new_key_only(world: Any) -> None:
    """`manage_x` is the public half the consent names."""
    world.granted()
    [invitation] = world.side.every(Invitation)
    assert invitation.manage_x == consents(world)[0].manage
    assert invitation.used_at == NOW
