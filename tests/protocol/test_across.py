"""Messages that cross a border: what the home node, the partner node and its members make of them.

Three parties with real keys: our node, the partner's node, and the partner's members beyond.
"""

from typing import Any, Final

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.alliance import MemberList
from fachkraft_share.model.consent import Answer, Audience, Category, Purpose
from fachkraft_share.protocol import erasure, payloads
from fachkraft_share.protocol.decision import Append, Decision, Every, Note, Put
from fachkraft_share.protocol.events.delivery_reported import reporting_needs
from fachkraft_share.protocol.facts import facts
from fachkraft_share.protocol.membership import Directory, Partner
from fachkraft_share.protocol.payloads import Delivered, DeliveryReported, FeedSigned, Right
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    FeedRow,
    Held,
    Manifest,
    Part,
    PersonRequest,
    Receipt,
    Referral,
    ReferralState,
    Token,
)
from fachkraft_share.rules.consent import Action, Permit, permits
from fachkraft_share.testing.scene import DAY, NODE, NOW, ORIGIN, READER, SHOWN, Sent, Side

LATER: Final = NOW + 5


def opened(border: Any) -> Side:
    """Return the home node that has released the referral and served the partner node."""
    node: Side = border.side(NODE, border.story.draft, border.consent)
    return node.put(Held(border.story.referral, border.node, 3, NOW))


def taken(border: Any, *more: Sent, **said: Any) -> Side:
    """Return the partner node that has taken the referral over."""
    side: Side = border.side(border.node, border.release(border.consent), *more, **said)
    return side


def rows(side: Side) -> list[tuple[str, str, str]]:
    """Return what was put on the feed: for whom, on which stream, which token."""
    return [(row.to, row.stream, row.token) for row in side.every(FeedRow)]


# Taking over -----------------------------------------------------------------------------------


def test_a_partner_node_keeps_what_crosses_and_offers_it_to_its_list(border: Any) -> None:
    """With the chain of consents, to the members on the newest list; its home stands in it."""
    side = taken(border)
    found = side.get(Referral, border.story.referral)
    assert found is not None
    assert (found.home, found.state) == (NODE, ReferralState.PUBLISHED)
    assert {one.category for one in side.every(Part)} == set(SHOWN)
    (row,) = side.every(FeedRow)
    assert (row.to, row.stream, row.list_number) == ("list", "events", border.listed.name.number)
    assert (row.token, row.attached) == (border.story.draft.sha256, border.consent.sha256)


def test_a_partner_node_that_knows_no_list_takes_nothing(border: Any) -> None:
    """Without one nobody there is a member."""
    side = border.side(border.node)
    side.here = attrs.evolve(
        side.here, directory=attrs.evolve(side.here.directory, newest=None, stood={})
    )
    outcome = side.hear(border.release(border.consent))
    assert (outcome.status, outcome.code) == ("refused", "list-expired")


def test_nobody_from_beyond_publishes_at_our_node(border: Any) -> None:
    """Its people's referrals begin at its own node."""
    body = border.scene.open(border.story.draft).body
    sent = border.event(body, by=border.beyond[0], aud=f"{NODE}/members")
    assert border.side(NODE).hear(sent).code == "foreign"


def test_a_member_beyond_keeps_it_with_its_home(border: Any) -> None:
    """It reads from its own node, and knows whose people it is about."""
    member = border.side(border.beyond[0], border.release(border.consent))
    found = member.get(Referral, border.story.referral)
    assert found is not None
    assert found.home == NODE
    assert {one.category for one in member.every(Part)} == set(SHOWN)


def nobody(**more: Any) -> dict[str, Any]:
    """Return a consent's changes by which it names no partner."""
    return {"audience": Audience(members=(READER,)), **more}


UNALLOWED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a consent that names nobody there": (nobody(), {}, "audience"),
    "a consent for this region alone": ({"purposes": (Purpose.REFERRAL,)}, {}, "purpose"),
    "an agreement that does not take": ({}, {"takes": False}, "agreement"),
    "an agreement that has not begun": ({}, {"not_before": NOW + 1}, "agreement"),
    "an agreement that has ended": ({}, {"not_after": NOW}, "agreement"),
}


@pytest.mark.parametrize("why", UNALLOWED)
def test_nothing_crosses_unless_both_name_the_partner(why: str, border: Any) -> None:
    """Consent and agreement, each by itself; asked by the node and by its members again."""
    changed, said, code = UNALLOWED[why]
    sent = border.release(border.allow(**changed))
    for id in (border.node, border.beyond[0]):
        side = border.side(id, **said)
        outcome = side.hear(sent)
        assert (outcome.status, outcome.code) == ("refused", code)
        assert side.every(Part) == side.every(Referral) == ()


def test_what_a_third_alliance_agreed_counts_for_nothing(border: Any) -> None:
    """Never further than one border: not even if the person names it and both recognise it."""
    west, node = "https://node.west.example", border.side(border.node)
    someone = attrs.evolve(border.scene.members[READER].organisation, id="https://west.example")
    members = attrs.evolve(border.listed, members=(someone,))
    home = node.here.directory.partners[NODE]
    alliance = attrs.evolve(home.alliance, authority=f"{west}/a", node=west)
    third = Partner(alliance, home.history, Directory(f"{west}/a", "r").with_list(members))
    partners = {NODE: home, west: third}
    here = attrs.evolve(node.here, directory=attrs.evolve(node.here.directory, partners=partners))
    audience = Audience(partners=(border.node, west))
    consent = border.scene.open(border.allow(audience=audience)).body
    found = facts(consent, someone.id, here=here, at=NOW)
    assert (found.foreign, found.listed, found.agreement) == (True, True, False)
    ours = facts(consent, border.beyond[0], here=here, at=NOW)
    assert (ours.foreign, ours.listed, ours.agreement) == (True, True, True)


PAGES: dict[str, tuple[tuple[Purpose, ...], tuple[Purpose, ...], str]] = {
    "consent and agreement name them": (
        (Purpose.REFERRAL, Purpose.OTHER_REGIONS, Purpose.PUBLIC),
        (Purpose.OTHER_REGIONS, Purpose.PUBLIC),
        "",
    ),
    "the agreement does not": (
        (Purpose.REFERRAL, Purpose.OTHER_REGIONS, Purpose.PUBLIC),
        (Purpose.OTHER_REGIONS,),
        "agreement",
    ),
    "the consent does not": (
        (Purpose.REFERRAL, Purpose.OTHER_REGIONS),
        (Purpose.OTHER_REGIONS, Purpose.PUBLIC),
        "purpose",
    ),
}


@pytest.mark.parametrize("why", PAGES)
@pytest.mark.parametrize("where", ["home", "beyond"])
def test_a_partners_pages_show_what_both_name(where: str, why: str, border: Any) -> None:
    """Public pages beyond the border need the person's word and the asking alliance's own."""
    allowed, agreed, code = PAGES[why]
    consent = border.scene.open(border.allow(purposes=allowed)).body
    asking = NODE if where == "home" else border.beyond[0]
    here = border.side(asking, purposes=agreed).here
    for actor in (border.beyond[0], border.node):
        known = facts(consent, actor, here=here, at=NOW)
        said = permits(consent, Action.DISPLAY, actor=actor, known=known, at=NOW)
        assert getattr(said, "code", "") == code
    held = facts(consent, border.beyond[0], here=here, at=NOW)
    kept = permits(consent, Action.HOLD, actor=border.beyond[0], known=held, at=NOW)
    assert isinstance(kept, Permit)


def test_at_home_no_agreement_is_asked_about_pages(border: Any) -> None:
    """And with an alliance nobody recognises there is none."""
    consent = border.scene.open(border.allow()).body
    here = border.side(NODE).here
    assert not facts(consent, READER, here=here, at=NOW).public
    alone = attrs.evolve(here, directory=attrs.evolve(here.directory, partners={}))
    beyond = attrs.evolve(consent, node="https://node.west.example")
    assert not facts(beyond, READER, here=alone, at=NOW).public


def aged(members: MemberList, known: Directory) -> Directory:
    """Return the directory whose newest list ran out a moment ago."""
    return attrs.evolve(known, newest=attrs.evolve(members, iat=NOW - 8 * DAY, exp=NOW))


@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_across_a_border_both_lists_are_fresh(whose: str, border: Any) -> None:
    """Else somebody who left would go on being served."""
    side = border.side(border.node)
    known, home = side.here.directory, side.here.directory.partners[NODE]
    if whose == "ours":
        known = aged(border.listed, known)
    else:
        old = aged(border.scene.first, home.directory)
        known = attrs.evolve(known, partners={NODE: attrs.evolve(home, directory=old)})
    side.here = attrs.evolve(side.here, directory=known)
    assert side.hear(border.release(border.consent)).code == "list-expired"


def test_the_home_node_asks_its_own_terms_for_whoever_is_served_beyond(border: Any) -> None:
    """A request from beyond passes only while the home alliance gives."""
    member, sent = border.beyond[0], border.story.ask(by=border.beyond[0])
    sent = attrs.evolve(sent, attached=(border.consent.token,))
    for said, code in (({}, ""), ({"gives": False}, "agreement"), ({"takes": False}, "")):
        node = border.side(NODE, border.story.draft, border.consent)
        node.here = attrs.evolve(node.here, directory=border.directory(goslar=False, **said))
        assert node.hear(sent).code == "not-served"
        node.put(Held(border.story.referral, border.node, 3, NOW))  # who served it, tells later
        assert node.hear(sent).code == code
        assert bool(node.get(Contact, border.story.referral, member, border.story.request)) == (
            not code
        )


def test_a_member_beyond_that_was_reported_may_ask(border: Any) -> None:
    """Its own line is as good as its node's; another's there is not."""
    first, second = border.beyond
    sent = attrs.evolve(border.story.ask(by=first), attached=(border.consent.token,))
    for holder, code in ((first, ""), (second, "not-served")):
        node = border.side(NODE, border.story.draft, border.consent)
        assert node.put(Held(border.story.referral, holder, 0, NOW)).hear(sent).code == code


# Passing on ------------------------------------------------------------------------------------


def narrowed(border: Any) -> tuple[Sent, Sent]:
    """Return a renewal without skills, and the home node's news of it."""
    fewer = tuple(one for one in SHOWN if one is not Category.SKILLS)
    told = {"categories": fewer, "audience": Audience(partners=(border.node,))}
    newer = border.story.renew(border.consent, purposes=(Purpose.OTHER_REGIONS,), **told)
    return newer, border.story.told_renewal(newer, border.consent)


def test_a_renewal_is_passed_on_to_whom_the_partner_node_served(border: Any) -> None:
    """With its chain; a member beyond passes nothing on."""
    newer, news = narrowed(border)
    held = [Held(border.story.referral, one, 2, NOW) for one in border.beyond]
    node = taken(border).put(*held)
    assert node.hear(news).status == "accepted"
    assert {one.category for one in node.every(Part)} == {*SHOWN} - {Category.SKILLS}
    passed = [row for row in node.every(FeedRow) if row.token == news.sha256]
    chain = f"{border.consent.sha256} {newer.sha256}"
    assert [(row.to, row.attached) for row in passed] == [
        (one, chain) for one in sorted(border.beyond)
    ]
    assert node.get(Token, news.sha256) is not None
    member = border.side(border.beyond[0], border.release(border.consent), news)
    assert rows(member) == []


def asked(border: Any, side: Side) -> Side:
    """Let a party know the request of a member beyond."""
    return side.put(
        Contact(border.story.referral, border.beyond[0], border.story.request, requested="0" * 64)
    )


def test_an_answer_is_handed_on_to_the_member_beyond(border: Any) -> None:
    """The home node's news, byte for byte, with the answer and the consents; who asked reads it."""
    answer = border.story.person.answer(border.consent, requester=border.beyond[0])
    news = border.story.tell(answer, requester=border.beyond[0])
    node = asked(border, taken(border))
    assert node.hear(news).status == "accepted"
    (passed,) = [row for row in node.every(FeedRow) if row.token == news.sha256]
    assert (passed.to, passed.stream) == (border.beyond[0], "events")
    assert passed.attached.split() == [border.consent.sha256, answer.sha256]
    kept = {one.sha256 for one in node.every(Token)}
    assert {news.sha256, answer.sha256, border.consent.sha256} <= kept
    found = node.get(Contact, border.story.referral, border.beyond[0], border.story.request)
    assert found is not None
    assert found.answer == Answer.ACCEPTED


def test_an_answer_is_handed_on_with_a_consent_that_came_with_it(border: Any) -> None:
    """It may overtake the news of the renewal; what a row names can be served."""
    newer, _ = narrowed(border)
    answer = border.story.person.answer(newer, requester=border.beyond[0])
    news = border.story.tell(answer, requester=border.beyond[0])
    node = taken(border, news)
    assert newer.sha256 in {one.sha256 for one in node.every(Token)}


def test_a_member_beyond_hands_no_answer_on(border: Any) -> None:
    """Who asked takes it for itself; another one is not meant, though its home is the same."""
    first, second = border.beyond
    answer = border.story.person.answer(border.consent, requester=first)
    news = border.story.tell(answer, requester=first)
    member = border.side(first, border.release(border.consent), news)
    assert rows(member) == []
    assert border.side(second, border.release(border.consent)).hear(news).code == "not-addressed"


def test_no_other_node_hands_an_answer_on(border: Any) -> None:
    """The home node itself has the person's own word and takes no news of it."""
    answer = border.story.person.answer(border.consent, requester=border.beyond[0])
    news = border.story.tell(answer, requester=border.beyond[0], by=border.node)
    node = asked(border, opened(border))
    assert node.hear(news).code == "not-addressed"
    told = [row for row in node.every(FeedRow) if row.token == news.sha256]
    assert told == []


def test_an_answer_is_given_at_the_home_node(border: Any) -> None:
    """A partner node takes none, whatever it knows."""
    answer = border.story.person.answer(border.consent, requester=border.beyond[0])
    node = asked(border, taken(border))
    assert node.hear(answer).code == "not-addressed"
    assert asked(border, opened(border)).hear(answer).status == "accepted"


def test_a_persons_request_reaches_whom_beyond_has_the_dossier(border: Any) -> None:
    """By way of the partner node, and once; who only saw the profile has nothing to tell."""
    sent = border.event(
        payloads.PersonRequested(Right.ACCESS), by=NODE, aud=f"{NODE}/holders", jti="right"
    )
    node = asked(border, taken(border))
    first, second = border.beyond
    about = border.story.referral
    node.put(Contact(about, second, border.story.request, disclosed="0" * 64))
    assert node.hear(sent).status == "accepted"
    told = [row.to for row in node.every(FeedRow) if row.token == sent.sha256]
    assert told == [second]
    assert len(node.every(PersonRequest)) == 1
    assert node.get(Token, sent.sha256) is not None
    assert node.hear(sent).status == "known"
    member = border.side(first, border.release(border.consent), sent)
    assert rows(member) == []


def test_only_the_home_node_passes_a_persons_request_on(border: Any) -> None:
    """Not the partner node in its own name, once the referral's home is known."""
    body = payloads.PersonRequested(Right.ACCESS)
    sent = border.event(body, by=border.node, aud=f"{border.node}/holders", jti="own")
    member = border.side(border.beyond[0], border.release(border.consent))
    assert member.hear(sent).code == "not-entitled"


# What the partner node reports -----------------------------------------------------------------


def report(border: Any, *entries: Delivered, by: str = "", aud: str = NODE) -> Sent:
    """Return the partner node's account of whom it served."""
    sent: Sent = border.event(
        DeliveryReported(list(entries)),
        by=by or border.node,
        aud=aud,
        jti=f"{entries} {by} {aud}",
    )
    return sent


def test_a_report_asks_for_one_referrals_records_alone(border: Any) -> None:
    """However many other referrals the node knows, it loads nothing of them."""
    message = border.scene.open(
        report(border, Delivered(border.beyond[0], NOW)), directory=border.directory(goslar=False)
    )
    about = ("referral", border.story.referral)
    asked = [one for one in reporting_needs(message) if isinstance(one, Every)]
    assert asked
    assert [one.where for one in asked] == [(about,)] * len(asked)


def test_whom_the_partner_node_served_stands_in_the_home_nodes_ledger(border: Any) -> None:
    """As through it; a later custody replaces the line without a second note in the journal."""
    first, about = border.beyond[0], border.story.referral
    node = opened(border)
    line = Held(about, first, 0, NOW, None, border.node)
    noted = node.foresee(report(border, Delivered(first, NOW)), at=LATER)
    assert noted == Decision((Put(line), Note(erasure.served_line(line))))
    assert node.hear(report(border, Delivered(first, NOW))).status == "accepted"
    later = report(border, Delivered(first, NOW, NOW + 2))
    assert node.foresee(later, at=LATER) == Decision((Put(attrs.evolve(line, custody_at=NOW + 2)),))
    again = report(border, Delivered(first, NOW), Delivered(border.beyond[1], NOW))
    other = attrs.evolve(line, holder=border.beyond[1])
    assert node.foresee(again, at=LATER) == Decision((Put(other), Note(erasure.served_line(other))))


def test_a_partner_node_reports_neither_ours_nor_itself(border: Any) -> None:
    """Whom its own list does not state, it did not serve."""
    node = opened(border)
    lines = (Delivered(READER, 1), Delivered(border.node, 1), Delivered("https://x.example", 1))
    assert node.foresee(report(border, *lines)) == Decision()


def test_a_report_is_refused_with_its_code(border: Any) -> None:
    """To the wrong party, by the wrong one, too long, or about what was never given."""
    node, entry = opened(border), Delivered(border.beyond[0], NOW)
    assert node.hear(report(border, entry, aud=ORIGIN)).code == "audience"
    assert border.side(ORIGIN).hear(report(border, entry, aud=ORIGIN)).code == "audience"
    assert node.hear(report(border, entry, by=READER)).code == "not-entitled"
    most = [entry] * limits.PAGE_ENTRIES
    assert node.hear(report(border, *most)).status == "accepted"
    assert node.hear(report(border, *most, entry)).code == "too-large"
    fresh = border.side(NODE, border.story.draft, border.consent)
    assert fresh.hear(report(border, entry)).status == "later"


@pytest.mark.parametrize(
    ("scope", "owes"), [("all", True), ("node", True), ("first", True), ("second", False)]
)
def test_who_is_reported_after_the_end_owes_a_receipt(scope: str, owes: bool, border: Any) -> None:
    """Like everybody else within the scope, unless it has signed already."""
    first, second = border.beyond
    scope = {"node": border.node, "first": first, "second": second}.get(scope, scope)
    about, policy = border.story.referral, limits.ERASURE_DEADLINE
    end = border.story.person.withdrawal(scope=scope)
    for signed in (False, True):
        node = opened(border)
        assert node.hear(end).status == "accepted"
        if signed:
            node.put(Receipt(about, first, scope, "0" * 64, "{}", settled=True, alarm=None, at=NOW))
        assert node.hear(report(border, Delivered(first, NOW)), at=LATER).status == "accepted"
        due = Due(about, first, scope, end.sha256, LATER, LATER + policy)
        assert (due in node.every(Due)) == (owes and not signed)
        assert node.get(Held, about, first) == Held(about, first, 0, NOW, None, border.node)


@pytest.mark.parametrize(("wider", "owes"), [("all", False), ("node", False), ("other", True)])
def test_who_is_reported_late_and_has_signed_for_more_owes_nothing(
    wider: str, owes: bool, border: Any
) -> None:
    """A receipt for the whole, or for all behind its node, holds for its own part."""
    first, second = border.beyond
    scope = {"node": border.node, "other": second}.get(wider, wider)
    node = opened(border)
    assert node.hear(border.story.person.withdrawal(scope=first)).status == "accepted"
    about = border.story.referral
    node.put(Receipt(about, first, scope, "0" * 64, "{}", settled=True, alarm=None, at=NOW))
    assert node.hear(report(border, Delivered(first, NOW)), at=LATER).status == "accepted"
    assert bool(node.every(Due)) is owes


# Manifests and heads ---------------------------------------------------------------------------


def manifest(border: Any, closure: Sent, *, by: str, scope: str = "all") -> Sent:
    """Return a node's list of one line: a member beyond."""
    (page,) = erasure.manifests(
        (Held("", border.beyond[0], 1, NOW),), closure=closure.sha256, scope=scope
    )
    sent: Sent = border.event(page, by=by, aud=NODE, jti=f"{by} {scope} {closure.sha256}")
    return sent


def test_a_partner_nodes_manifest_tells_whom_it_served(border: Any) -> None:
    """It is kept for the bundle and read into the ledger; about no closure known, it waits."""
    end, node = border.story.person.withdrawal(), opened(border)
    sent = manifest(border, end, by=border.node)
    assert node.hear(sent).status == "later"
    assert node.hear(end).status == "accepted"
    assert node.hear(sent).status == "accepted"
    (kept,) = node.every(Manifest)
    assert (kept.node, kept.token) == (border.node, sent.sha256)
    found = node.get(Held, border.story.referral, border.beyond[0])
    assert found is not None
    assert found.via == border.node
    assert node.hear(manifest(border, end, by=READER)).code == "not-entitled"


def test_a_node_lists_nobody_for_what_it_never_knew(border: Any) -> None:
    """The person may end what was never drafted; the bundle says that nobody was served."""
    end = border.story.person.withdrawal()
    node = border.side(NODE, end)
    assert node.get(Referral, border.story.referral) is None
    sent = manifest(border, end, by=NODE)
    assert node.hear(sent).status == "accepted"
    assert [row for row in node.every(FeedRow) if row.token == sent.sha256] == []


def test_a_partner_node_that_was_given_nothing_lists_nobody(border: Any) -> None:
    """It might make a holder of whom it likes."""
    end = border.story.person.withdrawal()
    node = border.side(NODE, border.story.draft, border.consent, end)
    assert node.hear(manifest(border, end, by=border.node)).code == "not-entitled"


def test_a_member_writes_no_manifest(border: Any) -> None:
    """Not even for itself: who was given what, only a node can tell."""
    end = border.story.person.withdrawal()
    reader = border.side(READER, end)
    assert reader.hear(manifest(border, end, by=READER)).code == "not-entitled"


def test_a_manifest_answers_any_closing_token_its_node_heard_of(border: Any) -> None:
    """The first, or another that was kept beside it; and no third."""
    first, second = border.story.person.withdrawal(), border.story.person.withdrawal(not_after=1)
    node = opened(border)
    assert [node.hear(one).status for one in (first, second)] == ["accepted", "known"]
    assert node.hear(manifest(border, second, by=border.node)).status == "accepted"
    third = border.story.person.withdrawal(not_after=2)
    assert node.hear(manifest(border, third, by=border.node)).status == "later"


def test_a_partner_node_hands_its_own_manifest_to_the_home_node(border: Any) -> None:
    """For the person's bundle; the home node hands its own to nobody."""
    end = border.story.person.withdrawal()
    for side, by, to in (
        (taken(border, end), border.node, [(NODE, "closures")]),
        (opened(border), NODE, []),
        (border.side(border.node), border.node, [(NODE, "closures")]),
    ):
        side.hear(end)
        sent = manifest(border, end, by=by)
        assert side.hear(sent).status == "accepted"
        told = [(row.to, row.stream) for row in side.every(FeedRow) if row.token == sent.sha256]
        assert told == to


def test_partner_nodes_keep_each_others_signed_heads(border: Any) -> None:
    """As evidence; nobody else's, by nobody else, and none meant for another."""
    head = FeedSigned(7, "0" * 64)

    def said(by: str, aud: str) -> Sent:
        sent: Sent = border.event(head, by=by, aud=aud, jti=f"{by} {aud}", referral=None)
        return sent

    node = border.side(NODE)
    sent = said(border.node, NODE)
    assert node.hear(sent).status == "accepted"
    kept = node.get(Token, sent.sha256)
    assert kept is not None
    assert kept.body == sent.token
    assert node.hear(said(READER, NODE)).code == "not-entitled"
    assert node.hear(said(border.node, ORIGIN)).code == "audience"
    assert border.side(ORIGIN).hear(said(border.node, ORIGIN)).code == "not-entitled"


def test_a_row_for_the_partner_is_written_only_where_it_is_known(border: Any) -> None:
    """The consent may name nodes nobody here has heard of."""
    unknown = "https://node.west.example"
    audience = Audience(partners=(unknown, border.node))
    consent = border.allow(audience=audience)
    node = border.side(NODE, border.story.draft)
    row = Append(
        border.story.draft.sha256,
        border.node,
        "events",
        border.story.referral,
        attached=(consent.sha256,),
    )
    said = [one for one in node.foresee(consent).effects if isinstance(one, Append)]
    assert said == [row]


def renamed(border: Any, node: str) -> Partner:
    """Return the partner alliance, had its node this name and it no members."""
    stated = attrs.evolve(border.scene.members[border.node].organisation, id=node)
    listed = attrs.evolve(border.listed, members=(stated,))
    known: Partner = border.side(NODE).here.directory.partners[border.node]
    alliance = attrs.evolve(known.alliance, node=node)
    return attrs.evolve(known, alliance=alliance, directory=Directory("r", "r").with_list(listed))


def test_rows_for_partners_are_written_in_the_order_of_their_names(border: Any) -> None:
    """So that two runs of one decision write the same feed; a partner named twice gets one."""
    node = border.side(NODE, border.story.draft)
    names = [f"https://node.n{n}.example" for n in range(8)]
    partners = {one: renamed(border, one) for one in names}
    directory = attrs.evolve(node.here.directory, partners=partners)
    node.here = attrs.evolve(node.here, directory=directory)
    consent = border.allow(audience=Audience(partners=(*reversed(names), names[3])))
    said = [one.to for one in node.foresee(consent).effects if isinstance(one, Append)]
    assert said == names
