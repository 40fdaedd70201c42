"""Partner alliances in the directory: who states whom, who is believed, and what may cross when."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, SignatureError
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance
from fachkraft_share.model.alliance import MemberList, Removal
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Organisation, Role, Status
from fachkraft_share.protocol import erasure
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.membership import Directory, Partner
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Held, Receipt
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NEWCOMER,
    NODE,
    NOW,
    ORIGIN,
    READER,
    STRANGER,
    Scene,
    Sent,
)
from fachkraft_share.testing.story import Story

GOSLAR = "https://node.goslar.example"
WEST = "https://node.west.example"
END = NOW + 90 * DAY


def terms(*, gives: bool = True, takes: bool = True, version: int = 0, iat: int = NOW) -> Agreement:
    """Return a version of a recognition."""
    return Agreement(
        AUTHORITY,
        "a" * 22,
        version,
        AgreementKind.RECOGNITION,
        "Harz",
        "de",
        "2026/1",
        (Purpose.OTHER_REGIONS,),
        iat,
        NOW,
        END,
        gives=gives,
        takes=takes,
    )


def partner(
    members: MemberList | None, *history: Agreement, node: str = GOSLAR, name: str = "Goslar"
) -> Partner:
    """Return a partner alliance with this newest list."""
    own = Directory(f"{node}/authority", "root")
    directory = own if members is None else own.with_list(members)
    alliance = PartnerAlliance(f"{node}/authority", "root", node, node, name)
    return Partner(alliance, history or (terms(),), directory)


def with_partners(scene: Scene, *partners: Partner) -> Directory:
    """Return the scene's directory with these partners."""
    return attrs.evolve(scene.directory, partners={one.node: one for one in partners})


def test_an_organisation_is_stated_by_its_own_alliance(scene: Scene) -> None:
    """Ours by us, a partner's by the partner, a stranger by nobody."""
    found = with_partners(scene, partner(scene.members_list(3, (NEWCOMER,))))
    known = found.partner_of(NEWCOMER)
    assert known is not None
    assert known.node == GOSLAR
    assert found.partner_of(GOSLAR) == known
    for id in (ORIGIN, STRANGER):
        assert found.partner_of(id) is None
    assert found.organisation(NEWCOMER) == scene.members[NEWCOMER].organisation
    assert found.organisation(STRANGER) is None
    assert found.organisation(ORIGIN) == scene.members[ORIGIN].organisation
    assert [found.active(id) for id in (NEWCOMER, ORIGIN, STRANGER)] == [True, True, False]


def test_a_partners_member_speaks_with_the_keys_its_own_list_states(scene: Scene) -> None:
    """And with none once that list says they are in other hands."""
    key = scene.members[NEWCOMER].sign
    listed = scene.members_list(3, (NEWCOMER,))
    found = with_partners(scene, partner(listed))
    assert found.signing_key(NEWCOMER, key.kid, at=NOW).kid == key.kid
    with pytest.raises(SignatureError, match="lists this key"):
        scene.directory.signing_key(NEWCOMER, key.kid, at=NOW)
    gone = attrs.evolve(listed, removed=(Removal(NEWCOMER, Status.COMPROMISED, NOW),))
    found = with_partners(scene, partner(gone))
    assert found.compromised_from(NEWCOMER) == NOW
    with pytest.raises(SignatureError, match="compromised"):
        found.signing_key(NEWCOMER, key.kid, at=NOW)


def test_whoever_was_compromised_twice_is_so_from_the_first_time(scene: Scene) -> None:
    """A later removal takes nothing back."""
    times = (NOW, NOW - 5, NOW + 5)
    removed = tuple(Removal(NEWCOMER, Status.COMPROMISED, at) for at in times)
    gone = attrs.evolve(scene.members_list(3, ()), removed=removed)
    found = with_partners(scene, partner(gone, node=NEWCOMER))
    assert found.compromised_from(NEWCOMER) == NOW - 5


def test_a_list_names_readers_and_not_who_runs_the_exchange(scene: Scene) -> None:
    """A consent to everybody on it does not name the node."""
    listed = [
        id for id in (ORIGIN, NODE, AUTHORITY) if scene.directory.listed(scene.first.name, id)
    ]
    assert listed == [ORIGIN]


def test_ours_stay_ours_whoever_else_states_them(scene: Scene) -> None:
    """No partner suspends a member of this alliance."""
    theirs = scene.members_list(3, (READER,), status={READER: Status.SUSPENDED})
    found = with_partners(scene, partner(theirs))
    assert found.partner_of(READER) is None
    assert found.active(READER)


def test_of_two_alliances_the_one_recognised_first_is_believed(scene: Scene) -> None:
    """By the first version's date, whatever was signed since; at one time by the node's name."""
    listed = scene.members_list(3, (NEWCOMER,))
    old, new = terms(iat=NOW - 2), terms(iat=NOW - 1)
    renewed = terms(iat=NOW + 5, version=1)
    for first, second in (
        (partner(listed, old, renewed, node=WEST), partner(listed, new)),
        (partner(listed, old), partner(listed, old, node=WEST)),
    ):
        for order in ((first, second), (second, first)):
            assert with_partners(scene, *order).partner_of(NEWCOMER) == first


@pytest.mark.parametrize("gives", [True, False])
@pytest.mark.parametrize("takes", [True, False])
def test_each_direction_stands_for_itself_and_only_while_the_terms_do(
    gives: bool, takes: bool, scene: Scene
) -> None:
    """From the first second to the last, at the newest version's word, and for no other node."""
    other = terms(gives=not gives, takes=not takes)
    newest = terms(gives=gives, takes=takes, version=1)
    found = with_partners(scene, partner(None, other, newest))
    for at, stands in ((NOW - 1, False), (NOW, True), (END - 1, True), (END, False)):
        assert found.gives(GOSLAR, at=at) is (gives and stands)
        assert found.takes(GOSLAR, at=at) is (takes and stands)
        assert [one.node for one in found.giving(at=at)] == [GOSLAR] * (gives and stands)
    assert found.gives(WEST, at=NOW) is found.takes(WEST, at=NOW) is False


def test_those_who_are_given_to_are_told_by_name(scene: Scene) -> None:
    """Small and capital letters aside; of one name, by the node."""
    named = [(WEST, "b"), (GOSLAR, "B"), ("https://node.z.example", "A")]
    partners = [partner(None, node=node, name=name) for node, name in named]
    told = [one.node for one in with_partners(scene, *partners).giving(at=NOW)]
    assert told == ["https://node.z.example", GOSLAR, WEST]


def test_the_readers_of_a_partner_are_its_active_members_by_name(scene: Scene) -> None:
    """Neither its node nor who is suspended; of one name, by the id."""
    one = scene.members[NEWCOMER].organisation

    def stated(id: str, name: str, status: Status = Status.ACTIVE) -> Organisation:
        return attrs.evolve(one, id=id, name=name, status=status)

    asleep = stated("https://asleep.example", "A", Status.SUSPENDED)
    node = attrs.evolve(stated(GOSLAR, "A"), roles=(Role.NODE,))
    b, b_too, c = stated("https://z", "b"), stated("https://y", "B"), stated("https://x", "C")
    listed = attrs.evolve(scene.members_list(3, ()), members=(c, b, asleep, node, b_too))
    found = partner(listed)
    assert found.readers == (b_too, b, c)
    assert found.members == (c, b, asleep, node, b_too)
    assert partner(None).readers == partner(None).members == ()


def test_a_partners_news_is_read_by_its_node(scene: Scene) -> None:
    """Whoever holds there is reached by one hop."""
    found = with_partners(scene, partner(scene.members_list(3, (NEWCOMER,))))
    here = Here(NODE, is_node=True, node=NODE, directory=found)
    assert [here.hop(id) for id in (NEWCOMER, GOSLAR, ORIGIN)] == [GOSLAR, GOSLAR, ORIGIN]


def test_lists_that_do_not_follow_are_refused_with_their_code(scene: Scene) -> None:
    """Older ones, and another one of the same number."""
    newest = scene.directory
    with pytest.raises(ConflictError) as caught:
        newest.with_list(scene.members_list(6, (ORIGIN,)))
    assert caught.value.code == "list-rollback"
    fork = attrs.evolve(scene.first, name=attrs.evolve(scene.first.name, sha256="0" * 64))
    with pytest.raises(ConflictError) as caught:
        newest.with_list(fork)
    assert caught.value.code == "list-fork"
    for number in (7, 8):
        with pytest.raises(ConflictError) as caught:
            newest.with_past(scene.members_list(number, (ORIGIN,)))
        assert caught.value.code == "list-order"
    with pytest.raises(ConflictError) as caught:
        newest.with_past(scene.members_list(6, (ORIGIN,))).with_past(
            attrs.evolve(fork, name=attrs.evolve(fork.name, number=6))
        )
    assert caught.value.code == "list-fork"


# Receipts from beyond --------------------------------------------------------------------------


def receipt(story: Story, *, by: str) -> Sent:
    """Return a receipt by a member of the partner alliance."""
    erased = (
        CategoryErased("profile", ErasureState.ERASED),
        CategoryErased("dossier", ErasureState.ERASED),
    )
    item = ReceiptItem(
        story.referral, story.withdrawal.sha256, "all", NOW, erased, ("store",), second_look=True
    )
    body, texts = erasure.write_receipt([item], salts=[b"s" * limits.ID_BYTES])
    token = story.scene.event(body, by=by, aud=GOSLAR, referral=None, jti=f"beyond {by}")
    return Sent(token, (), texts)


@pytest.mark.parametrize("served", [NEWCOMER, GOSLAR])
def test_a_member_beyond_may_sign_when_it_or_its_node_was_served(served: str, story: Story) -> None:
    """The partner may not have told yet to whom it passed the profile on."""
    found = with_partners(story.scene, partner(story.scene.members_list(3, (NEWCOMER,))))
    for held, status in ((served, "accepted"), (READER, "refused")):
        node = story.side(NODE, directory=found)
        assert node.hear(story.withdrawal).status == "accepted"
        node.put(Held(story.referral, held, 1, NOW))  # told only afterwards, so nothing is due
        assert node.hear(receipt(story, by=NEWCOMER)).status == status
        assert len(node.every(Receipt)) == (status == "accepted")


@pytest.mark.parametrize(
    ("scope", "code"),
    [(NEWCOMER, ""), (GOSLAR, ""), ("all", "not-entitled"), (READER, "not-entitled")],
)
def test_an_authority_beyond_ends_what_came_across_to_its_own_side(
    scope: str, code: str, story: Story
) -> None:
    """Neither the whole referral nor what our own members hold."""
    beyond = partner(story.scene.members_list(3, (STRANGER, NEWCOMER)))
    alliance = attrs.evolve(beyond.alliance, authority=STRANGER)
    found = with_partners(story.scene, attrs.evolve(beyond, alliance=alliance))
    node = story.side(NODE, directory=found)
    outcome = node.hear(story.close(by=STRANGER, scope=scope, reason="recalled"))
    assert (outcome.status, outcome.code) == ("refused" if code else "accepted", code)
