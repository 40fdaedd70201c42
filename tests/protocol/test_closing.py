"""The end: who may close, what goes at once, who is told, and that it is final."""

from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SignatureError
from fachkraft_share.model.organisation import Status
from fachkraft_share.protocol.closing import Closure, close, closing_needs
from fachkraft_share.protocol.records import (
    Blob,
    BlobContent,
    Contact,
    Due,
    Exclusion,
    FeedRow,
    Part,
    Referral,
    ReferralState,
    Task,
    Token,
    Tombstone,
)
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
)
from fachkraft_share.testing.story import Person, Story

OPEN = ("draft", "consent", "requested", "presented", "answer", "disclosed")


def tombstone(side: Side, story: Story, scope: str = "all") -> Tombstone:
    """Return the tombstone of a scope."""
    found = side.get(Tombstone, story.referral, scope)
    assert found is not None
    return found


# Who may ---------------------------------------------------------------------------------------

PERSON = "the person"
ENTITLED = {
    PERSON: "declined purpose_ended withdrawn",
    ORIGIN: "filled origin_left recalled superseded withdrawn",
    NODE: "expired",
    AUTHORITY: "agreement_ended erasure_order origin_left recalled recipient_left",
    READER: "",
}
REASONS = sorted({*" ".join(ENTITLED.values()).split(), "whatever"})


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("who", ENTITLED)
def test_each_closes_for_its_own_reasons(who: str, reason: str, story: Story) -> None:
    """Nobody else makes a tombstone."""
    node = story.side(NODE)
    person = who == PERSON
    sent = story.person.withdrawal(reason=reason) if person else story.close(by=who, reason=reason)
    outcome = node.hear(sent)
    if reason in ENTITLED[who].split():
        assert (outcome.status, tombstone(node, story).reason) == ("accepted", reason)
    else:
        assert (outcome.status, outcome.code) == ("refused", "not-entitled")
        assert node.every(Tombstone) == ()


def test_nobody_closes_what_is_not_theirs(story: Story) -> None:
    """The id is made of origin, key and nonce: another origin's claim does not fit."""
    claim = story.close(by=READER, origin=READER)
    assert story.side(NODE).hear(claim).code == "referral-id"


def test_another_persons_key_withdraws_nothing(story: Story) -> None:
    """Neither by its own key nor under this one's name."""
    other = Person(story.scene, "other")
    with pytest.raises(SignatureError, match="not made of"):
        story.scene.open(story.person.withdrawal(signer=other.key, nonce=other.nonce))
    with pytest.raises(SignatureError, match="names the signer's key"):
        story.scene.open(story.person.withdrawal(signer=other.key))


def test_any_link_the_person_ever_had_withdraws(story: Story) -> None:
    """The first one, the management link, and one that a renewal replaced (Art. 7(3))."""
    fresh = Person(story.scene, "fresh")
    newer = story.renew(story.consent, manage=fresh.manage_x)
    chain = (newer.token, story.consent.token)
    for key, attached in (
        (story.person.key, ()),
        (story.person.manage, (story.consent.token,)),
        (story.person.manage, chain),
        (fresh.manage, chain),
    ):
        sent = story.person.withdrawal(signer=key, attached=attached)
        assert story.side(NODE).hear(sent).status == "accepted"


def test_a_management_link_withdraws_with_its_consent_along(story: Story) -> None:
    """Nobody knows the key otherwise."""
    for attached in ((), (Person(story.scene, "other").consent().token,)):
        sent = story.person.withdrawal(signer=story.person.manage, attached=attached)
        with pytest.raises(SignatureError, match="names the signer's key"):
            story.scene.open(sent)


def test_a_draft_is_declined_as_a_whole(story: Story) -> None:
    """There is nobody yet to except."""
    sent = story.person.withdrawal(reason="declined", scope=READER)
    assert story.side(NODE).hear(sent).code == "scope"


def test_a_reason_of_another_version_is_refused(story: Story) -> None:
    """Also where a service closes by itself."""
    message = story.scene.open(story.withdrawal)
    unknown = Closure(story.referral, ORIGIN, "all", "whatever", NOW)
    with pytest.raises(RefusedError, match=r"^unknown-reason: "):
        close(message, unknown, known=None, here=story.scene.here(NODE), at=NOW)  # type: ignore[arg-type]
    assert len(closing_needs(story.referral)) == 6


# What goes at once -----------------------------------------------------------------------------


def test_a_withdrawal_takes_everything_readable_from_the_node(story: Story) -> None:
    """Profile, exclusions, dossier and bodies go; hashes, consent and closure stay."""
    node = story.side(NODE, *OPEN)
    node.put(
        Exclusion(story.referral, "name", "wer auch immer"),
        BlobContent(story.blob.sha256, b"sealed"),
    )
    assert node.hear(story.withdrawal).status == "accepted"
    for kind in (Part, Exclusion, Blob, BlobContent):
        assert node.every(kind) == ()
    kept = node.get(Referral, story.referral)
    assert kept is not None
    assert kept.state is ReferralState.CLOSED
    (asked,) = node.every(Contact)
    assert (asked.job, asked.message) == (None, None)
    bodies = {one.type: one.body for one in node.every(Token)}
    assert (bodies["referral.published"], bodies["contact.requested"]) == (None, None)
    assert bodies["fks-consent"] == story.consent.token
    assert bodies["fks-withdrawal"] == story.withdrawal.token


def test_the_journal_tells_it_before_the_commit(story: Story) -> None:
    """Enough to close again after a restore: the proof, not the profile."""
    node = story.side(NODE, *OPEN)
    sent = story.person.withdrawal(signer=story.person.manage, attached=(story.consent.token,))
    node.hear(sent)
    (line,) = node.journal.lines()
    assert line == {"closed": sent.token, "with": [story.consent.token], "at": NOW}


def test_a_line_of_the_journal_takes_the_largest_proof() -> None:
    """A long audience must not stop its own withdrawal."""
    assert limits.JOURNAL_LINE > (1 + limits.ATTACHED) * limits.MESSAGE_BYTES


@pytest.mark.parametrize(
    ("who", "heard"),
    [
        (ORIGIN, ("granted", "requested", "answered")),
        (REQUESTER, ("released", "answered", "disclosed")),
    ],
)
def test_a_member_forgets_and_has_to_erase(who: str, heard: tuple[str, ...], story: Story) -> None:
    """Whatever it was about to do is cancelled."""
    side = story.side(who, *heard)
    assert side.hear(story.withdrawal).status == "accepted"
    assert [one.kind for one in side.every(Task)] == (
        ["erase"] if who == ORIGIN else ["erase", "match"]
    )
    erase = side.get(Task, "erase", f"{story.referral} all")
    assert erase is not None
    assert erase.note == story.withdrawal.sha256
    assert side.every(Part) == ()


def test_a_closure_for_one_member_ends_it_there(story: Story) -> None:
    """For that member it is the end of the whole referral."""
    sent = story.person.withdrawal(scope=READER)
    reader = story.side(READER, "released")
    assert reader.hear(sent).status == "accepted"
    kept = reader.get(Referral, story.referral)
    assert kept is not None
    assert kept.state is ReferralState.CLOSED
    assert reader.every(Part) == ()
    assert reader.get(Task, "erase", f"{story.referral} {READER}") is not None


def test_the_origin_hears_that_one_member_is_out(story: Story) -> None:
    """It stops dealing with that member and keeps the rest."""
    origin = story.side(ORIGIN, "granted", "requested", "answered")
    assert origin.hear(story.person.withdrawal(scope=REQUESTER)).status == "accepted"
    assert origin.every(Task) == ()
    kept = origin.get(Referral, story.referral)
    assert kept is not None
    assert kept.state is ReferralState.PUBLISHED


def test_a_closure_for_one_takes_its_dossier_only(story: Story) -> None:
    """The blob for another member stays."""
    other = attrs.evolve(story.blob, sha256="1" * 64, addressee=READER)
    node = story.side(NODE, *OPEN).put(other)
    node.hear(story.person.withdrawal(scope=REQUESTER))
    assert node.every(Blob) == (other,)
    assert node.every(Part) != ()


def test_a_closure_for_another_is_none_of_a_members_business(story: Story) -> None:
    """It would tell who else holds the referral."""
    outcome = story.side(READER, "released").hear(story.person.withdrawal(scope=REQUESTER))
    assert (outcome.status, outcome.code) == ("refused", "not-addressed")


# Who is told -----------------------------------------------------------------------------------


def closures(node: Side) -> list[str]:
    """Return who finds a closure on its stream."""
    return [row.to for row in node.every(FeedRow) if row.stream == "closures"]


def test_whoever_was_served_and_the_origin_are_told_and_owe_a_receipt(story: Story) -> None:
    """And nobody else: a closure shown to the excluded employer would betray the person."""
    node = story.side(NODE, *OPEN, "withdrawal")
    everyone = sorted([REQUESTER, READER, ORIGIN])
    assert sorted(closures(node)) == everyone
    owing = node.every(Due)
    assert sorted(one.holder for one in owing) == everyone
    assert {(one.since, one.due) for one in owing} == {(NOW, NOW + limits.ERASURE_DEADLINE)}
    assert node.get(Task, "erase", f"{story.referral} all") is not None


def test_one_member_withdrawn_from_owes_alone(story: Story) -> None:
    """The origin is told, too."""
    node = story.side(NODE, *OPEN)
    node.hear(story.person.withdrawal(scope=READER))
    assert sorted(closures(node)) == sorted([READER, ORIGIN])
    assert [one.holder for one in node.every(Due)] == [READER]


def test_one_who_was_never_served_owes_nothing(story: Story) -> None:
    """It must not even learn that there was something."""
    node = Side(story.scene, NODE)
    node.hear(story.person.withdrawal(scope=READER))
    assert closures(node) == [ORIGIN]
    assert node.every(Due) == ()
    assert tombstone(node, story, READER).scope == READER


# Final -----------------------------------------------------------------------------------------


def test_the_first_closure_stands(story: Story) -> None:
    """The second changes nothing at the node, not even its time."""
    node = story.side(NODE, *OPEN, "withdrawal")
    rows = node.every(FeedRow)
    assert node.hear(story.close(), at=NOW + DAY).status == "known"
    assert tombstone(node, story).closure == story.withdrawal.sha256
    assert node.every(FeedRow) == rows


def test_a_member_told_again_signs_again(story: Story) -> None:
    """Its receipt answers the closure it heard of last."""
    reader = story.side(READER, "released", "withdrawal")
    again = story.close()
    for sent in (story.withdrawal, again):
        assert reader.hear(sent, at=NOW + DAY).status == "known"
    erase = reader.get(Task, "erase", f"{story.referral} all")
    assert erase is not None
    assert erase.note == again.sha256
    assert tombstone(reader, story).closed_at == NOW


def test_closing_all_after_one_reaches_everybody(story: Story) -> None:
    """A smaller scope is no shelter from a larger one, but the other way round it is known."""
    node = story.side(NODE, *OPEN)
    node.hear(story.person.withdrawal(scope=READER))
    assert node.hear(story.withdrawal).status == "accepted"
    assert {one.scope for one in node.every(Tombstone)} == {"all", READER}
    assert node.hear(story.person.withdrawal(scope=REQUESTER)).status == "known"


def test_a_tombstone_outlasts_every_copy(story: Story) -> None:
    """To the referral's end and the skew; an unknown one could have its whole life before it."""
    known = story.side(NODE, "draft", "withdrawal")
    assert tombstone(known, story).keep_until == NOW + 300 * DAY + limits.TOMBSTONE_SKEW
    unknown = story.side(NODE, "withdrawal")
    latest = NOW + limits.MESSAGE_SKEW + limits.REFERRAL_DAYS * DAY + limits.TOMBSTONE_SKEW
    assert tombstone(unknown, story).keep_until == latest


def test_a_closure_is_never_refused_for_its_age(story: Story) -> None:
    """A year late is late, not void."""
    node = story.side(NODE)
    late = story.person.withdrawal(iat=NOW - 399 * DAY)
    assert node.hear(late, at=NOW + 399 * DAY).status == "accepted"


@pytest.mark.parametrize("more", [{"at": NOW + 30 * DAY}, {"status": Status.LEFT}])
def test_closures_need_no_fresh_list_and_no_standing(more: dict[str, object], story: Story) -> None:
    """With an expired list nothing new goes out, but everything can end."""
    at = more.get("at", NOW)
    told = {ORIGIN: more.get("status", Status.ACTIVE)}
    newest = story.scene.members_list(8, (*story.scene.members,), status=told)  # type: ignore[arg-type]
    node = story.side(NODE, directory=story.scene.directory.with_list(newest))
    assert node.hear(story.close(), at=at).status == "accepted"  # type: ignore[arg-type]


def test_what_a_compromised_origin_signs_closes_nothing(story: Story) -> None:
    """The person, the node and the authority still can."""
    told = {ORIGIN: Status.COMPROMISED}
    newest = story.scene.members_list(8, (*story.scene.members,), status=told)
    node = story.side(NODE, directory=story.scene.directory.with_list(newest))
    with pytest.raises(SignatureError, match="compromised"):
        node.hear(story.close())
    assert node.hear(story.close(by=AUTHORITY, reason="recalled")).status == "accepted"


SERVED: dict[str, Callable[[Story], Sent]] = {
    "by the person": lambda s: s.withdrawal,
    "by the origin": lambda s: s.close(),
    "by the node": lambda s: s.close(by=NODE, reason="expired"),
}


@pytest.mark.parametrize("how", SERVED)
def test_closing_needs_to_know_nothing(how: str, story: Story) -> None:
    """It may come before everything else, at anybody, and still nothing follows."""
    for who in (NODE, ORIGIN, READER):
        side = Side(story.scene, who)
        assert side.hear(SERVED[how](story)).status == "accepted"
        assert tombstone(side, story).scope == "all"
