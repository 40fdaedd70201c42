"""Reading a partner's feed with faults between: nothing is lost, nothing is done twice."""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.calls import whole
from fachkraft_share.node.history.quarantine import QUARANTINE
from fachkraft_share.node.records import (
    Custody,
    Kept,
    Letter,
    Parked,
    PartnerCalls,
    PartnerCursor,
)
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.records import (
    Blob,
    Due,
    FeedRow,
    Held,
    Manifest,
    Receipt,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)
from fachkraft_share.testing.two_alliances import recognise
from fachkraft_share.wire import strict


def changed(response: Response, **body: Any) -> Response:
    """Return an answer with other members."""
    plain = json.loads(response.body) | body
    return whole(attrs.evolve(response, body=strict.write(plain)))


def test_a_page_whose_answer_was_lost_comes_again(crossing: Any, every: Any) -> None:
    """The cursor moves with what was stored, not with what was sent."""
    line = crossing.line(crossing.goslar, crossing.harz)
    line.lose_answers = 3
    _, referral = crossing.recommend()
    for _ in range(3):
        crossing.two.pass_time(limits.HOUR)
    assert not line.lose_answers
    assert len(every(crossing.goslar, Referral, id=referral)) == 1
    rows = every(crossing.goslar, FeedRow, referral=referral, to="list")
    assert len(rows) == 1


def test_a_withdrawal_reaches_a_partner_that_was_away(crossing: Any, every: Any) -> None:
    """Owed until it answers; then everybody there erases and signs."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    crossing.two.cut(crossing.harz)
    person.withdraw()
    crossing.two.pass_days(3)
    assert not every(crossing.goslar, Tombstone, referral=referral)
    assert every(crossing.harz, Due, referral=referral)
    crossing.two.mend()
    crossing.two.pass_days(1)
    assert every(crossing.harz, Due, referral=referral) == ()
    assert not crossing.member("beispiel").received()


def test_a_partner_that_fails_is_called_less_and_less(crossing: Any, every: Any) -> None:
    """One minute, doubling, up to ten: an erasure waits no longer for one that answers again."""
    line = crossing.line(crossing.goslar, crossing.harz)
    crossing.two.cut(crossing.harz)
    for _ in range(4 * 60):
        crossing.two.clock.pass_time(limits.MINUTE)
        crossing.goslar.node.service.tick()
    [calls] = every(crossing.goslar, PartnerCalls)
    assert 20 < calls.tries < 50
    assert calls.since is not None
    assert calls.next_at - crossing.two.clock.now() <= limits.PARTNER_RETRY_LAST
    crossing.goslar.reachable[crossing.harz.place.node] = line
    crossing.two.pass_time(limits.PARTNER_RETRY_LAST)
    [calls] = every(crossing.goslar, PartnerCalls)
    assert (calls.tries, calls.since, calls.code) == (0, None, "")


@pytest.mark.parametrize("answering", [True, False])
def test_a_clock_that_is_put_right_keeps_no_partner_waiting(
    crossing: Any, every: Any, answering: bool
) -> None:
    """It was a day ahead when the partner was called last, whether that answered or not."""
    crossing.two.clock.pass_time(limits.DAY)
    if not answering:
        crossing.two.cut(crossing.harz)
    crossing.goslar.node.service.tick()
    crossing.two.mend()
    crossing.two.clock.at -= limits.DAY - limits.MINUTE
    line = crossing.line(crossing.goslar, crossing.harz)
    crossing.goslar.node.service.tick()
    assert "POST /poll" in line.calls
    assert ("GET /heads" in line.calls) is answering  # the hour since the last one has not passed
    [calls] = every(crossing.goslar, PartnerCalls)
    assert (calls.tries, calls.code) == (0, "")


@pytest.mark.parametrize("trouble", [ValueError("bug"), KeyError("x"), RecursionError()])
def test_one_broken_partner_stops_neither_the_others_nor_the_workers_duties(
    crossing: Any, every: Any, trouble: Exception
) -> None:
    """Whatever it sends, and whatever that breaks here."""
    third = crossing.third()

    def broken(_: Request) -> Response:
        raise trouble

    crossing.harz.reachable[crossing.goslar.place.node] = broken
    for _ in range(3):
        crossing.two.clock.pass_time(2 * limits.MINUTE)
        for world in (crossing.harz, third):
            world.node.service.tick()
    calls = {one.node: one for one in every(crossing.harz, PartnerCalls)}
    assert calls[crossing.goslar.place.node].code == "internal"
    assert calls[third.place.node].code == ""
    assert every(crossing.harz, Letter) == ()


def test_two_processes_that_read_at_once_take_each_row_once(crossing: Any, every: Any) -> None:
    """Whoever is second finds the cursor moved and undoes what it did."""
    goslar = crossing.goslar
    party = goslar.node
    second = Node(
        party.runtime, party.memory.store, party.memory.journal, party.settings, party.secrets
    )
    line = crossing.line(goslar, crossing.harz)
    racing: list[bool] = []

    def race(request: Request) -> None:
        if request.operation == "POST /poll" and not racing:
            racing.append(True)
            second.partners.visit(crossing.harz.place.node)

    person, referral = crossing.recommend()
    line.before = race
    crossing.disclose(person)
    assert racing
    rows = every(goslar, FeedRow, referral=referral)
    assert len({(row.to, row.token, row.stream) for row in rows}) == len(rows)
    assert crossing.member("beispiel").received()


def test_what_cannot_be_judged_yet_waits_and_blocks_nothing(crossing: Any, every: Any) -> None:
    """A dossier that cannot be fetched now is fetched later; the feed goes on meanwhile."""
    person, referral = crossing.recommend()
    line = crossing.line(crossing.goslar, crossing.harz)

    def without_blobs(request: Request, answer: Response) -> Response:
        gone = Response(503, b"", headers={"Retry-After": "1"})
        return gone if request.operation == "GET /blobs" else answer

    line.after = without_blobs
    crossing.disclose(person)
    [parked] = every(crossing.goslar, Parked)
    assert (parked.referral, parked.code) == (referral, "not-now")
    _, other = crossing.recommend()
    assert every(crossing.goslar, Referral, id=other)
    line.after = None
    crossing.two.pass_time(limits.HOUR)
    assert every(crossing.goslar, Parked) == ()
    assert crossing.member("beispiel").received()


def test_a_withdrawal_takes_what_is_parked_with_it(crossing: Any, every: Any) -> None:
    """Nothing about a closed referral waits anywhere."""
    person, _ = crossing.recommend()
    line = crossing.line(crossing.goslar, crossing.harz)
    line.after = lambda request, answer: (
        Response(503) if request.operation == "GET /blobs" else answer
    )
    crossing.disclose(person)
    assert every(crossing.goslar, Parked)
    person.withdraw()
    crossing.two.settle()
    assert every(crossing.goslar, Parked) == every(crossing.goslar, Blob) == ()


def test_a_blob_other_than_the_one_named_is_never_stored(crossing: Any, every: Any) -> None:
    """Its hash was signed by the origin."""
    person, _ = crossing.recommend()
    line = crossing.line(crossing.goslar, crossing.harz)
    line.after = lambda request, answer: (
        Response(200, bytes(limits.BLOB_CLASSES[0]))
        if request.operation == "GET /blobs"
        else answer
    )
    crossing.disclose(person)
    assert every(crossing.goslar, Blob) == ()
    assert not crossing.member("beispiel").received()


def test_a_key_from_a_newer_list_is_learnt_and_the_message_taken(crossing: Any, every: Any) -> None:
    """Who joined the partner a moment ago may recommend at once."""
    crossing.two.cut(crossing.harz)
    crossing.harz.join("neu")
    crossing.two.settle()
    _, referral = crossing.recommend(by="neu")
    crossing.two.mend()
    crossing.two.clock.pass_time(limits.HOUR)
    crossing.goslar.node.service.tick()
    assert every(crossing.goslar, Referral, id=referral)
    assert every(crossing.goslar, Parked) == ()


@pytest.mark.parametrize(
    "body",
    [
        {"next": {"closures": "x" * 5000, "events": None}},
        {"events": [{"token": "x", "with": []}] * (2 * limits.POLL_MAX + 1)},
    ],
    ids=["a cursor beyond measure", "more rows than were asked for"],
)
def test_an_answer_no_node_gives_moves_nothing(crossing: Any, every: Any, body: Any) -> None:
    """The partner counts as failing; what it sends next is read from where we stood."""
    before = every(crossing.goslar, PartnerCursor)
    line = crossing.line(crossing.goslar, crossing.harz)
    line.after = lambda request, answer: (
        changed(answer, **body) if request.operation == "POST /poll" else answer
    )
    crossing.two.settle()
    assert every(crossing.goslar, PartnerCursor) == before
    [calls] = every(crossing.goslar, PartnerCalls)
    assert calls.code == "malformed"


def test_rubbish_among_the_rows_is_refused_and_the_rest_is_taken(crossing: Any, every: Any) -> None:
    """For good: it does not come again."""
    line = crossing.line(crossing.goslar, crossing.harz)

    def spoilt(request: Request, answer: Response) -> Response:
        if request.operation != "POST /poll" or answer.status != 200:
            return answer
        events = json.loads(answer.body)["events"]
        return changed(answer, events=[{"token": "rubbish", "with": []}, *events])

    line.after = spoilt
    _, referral = crossing.recommend()
    assert every(crossing.goslar, Referral, id=referral)
    assert every(crossing.goslar, Parked) == ()


def test_a_referral_that_is_not_taken_over_is_remembered_as_held_for_a_moment(
    crossing: Any, every: Any
) -> None:
    """It had arrived: whoever asks later is not told that it never did."""
    recognise(crossing.goslar, crossing.harz, takes=False)
    _, referral = crossing.recommend()
    assert every(crossing.goslar, Referral, id=referral) == ()
    assert [one.referral for one in every(crossing.goslar, Custody)] == [referral]
    assert not crossing.member("beispiel").inbox()


def test_a_restored_partner_hears_everything_again(crossing: Any, every: Any) -> None:
    """Goslar's state is of yesterday, its journal of today: nothing erased comes back."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    party = crossing.goslar.node
    backup = party.memory.store.snapshot()
    person.withdraw()
    crossing.two.settle()
    other, second = crossing.recommend()
    party.memory.store.restore(backup)
    party.open()
    crossing.two.pass_time(limits.HOUR)
    [gone] = every(crossing.goslar, Referral, id=referral)
    assert gone.state is ReferralState.CLOSED
    assert not crossing.member("beispiel").received()
    assert every(crossing.goslar, Referral, id=second)
    other.withdraw()
    crossing.two.pass_time(limits.HOUR)
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()


def test_a_restored_home_node_learns_again_whom_its_partner_served(
    crossing: Any, every: Any
) -> None:
    """Its ledger is whole, on both sides, before anything ends."""
    party = crossing.harz.node
    backup = party.memory.store.snapshot()
    person, referral = crossing.recommend()
    crossing.disclose(person)
    party.memory.store.restore(backup)
    party.open()
    crossing.two.pass_time(limits.HOUR)
    crossing.two.pass_time(limits.HOUR)
    holders = {one.holder for one in every(crossing.harz, Held, referral=referral)}
    assert {crossing.goslar.place.node, "https://beispiel.example"} <= holders
    person.withdraw()
    crossing.two.pass_time(limits.HOUR)
    assert not crossing.member("beispiel").received()
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert {crossing.goslar.place.node, "https://beispiel.example"} <= signed
    assert every(crossing.harz, Due) == ()


def test_a_restored_home_node_hears_a_withdrawal_from_its_partner(
    crossing: Any, every: Any
) -> None:
    """The partner hands in every closure it knows of what crossed, before it reads anything."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    party = crossing.harz.node
    backup, journal = party.memory.store.snapshot(), party.memory.journal.snapshot()
    person.withdraw()
    crossing.two.settle()
    party.memory.store.restore(backup)
    party.memory.journal.restore(journal)
    party.open()
    party.service.restart.distrust()
    for _ in range(3):
        crossing.two.pass_time(limits.HOUR)
    assert [one.scope for one in every(crossing.harz, Tombstone, referral=referral)] == ["all"]
    [known] = every(crossing.harz, Referral, id=referral)
    assert known.state is ReferralState.CLOSED
    bodies = every(crossing.harz, Token, referral=referral, personal=True)
    assert all(one.body is None for one in bodies)


def test_a_home_node_that_lost_receipts_gets_them_again(crossing: Any, every: Any) -> None:
    """Its journal knows the end; its state is older than what the partner's side signed."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    party = crossing.harz.node
    backup = party.memory.store.snapshot()
    person.withdraw()
    crossing.two.settle()
    party.memory.store.restore(backup)
    party.open()
    assert every(crossing.harz, Receipt, referral=referral) == ()
    for _ in range(3):
        crossing.two.pass_time(limits.HOUR)
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert {crossing.goslar.place.node, "https://beispiel.example"} <= signed
    signers = {one.node for one in every(crossing.harz, Manifest, referral=referral)}
    assert signers == {world.place.node for world in crossing.two.worlds}
    assert every(crossing.harz, Due) == ()


def test_what_was_refused_is_accounted_for_at_the_end(crossing: Any, every: Any) -> None:
    """The partner had it for a moment, and says that it has erased it: no alarm, nothing open."""
    recognise(crossing.goslar, crossing.harz, takes=False)
    person, referral = crossing.recommend()
    person.withdraw()
    crossing.two.pass_time(limits.HOUR)
    [signed] = every(crossing.harz, Receipt, referral=referral, holder=crossing.goslar.place.node)
    assert (signed.settled, signed.alarm) == (True, None)
    assert every(crossing.harz, Due) == ()


def test_what_is_parked_goes_in_time_though_the_partner_is_never_seen_again(
    crossing: Any, every: Any
) -> None:
    """Nobody keeps what nobody could judge."""
    person, _ = crossing.recommend()
    line = crossing.line(crossing.goslar, crossing.harz)
    line.after = lambda request, answer: (
        Response(503) if request.operation == "GET /blobs" else answer
    )
    crossing.disclose(person)
    assert every(crossing.goslar, Parked)
    crossing.two.cut(crossing.harz)
    for _ in range(limits.PARKED_DAYS + 1):
        crossing.two.clock.pass_time(limits.DAY)
        crossing.goslar.node.service.tick()
    assert every(crossing.goslar, Parked) == ()


def test_a_node_restored_without_its_journal_hears_its_partner_before_it_serves(
    crossing: Any, every: Any
) -> None:
    """A withdrawal may have been handed in there; until then only closures go out."""
    person, referral = crossing.recommend()
    party = crossing.harz.node
    backup, journal = party.memory.store.snapshot(), party.memory.journal.snapshot()
    attrs.evolve(person, desk=lambda: crossing.goslar.node.service.desk).withdraw()
    crossing.two.settle()
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    party.memory.store.restore(backup)
    party.memory.journal.restore(journal)
    party.open()
    party.service.restart.distrust()
    crossing.two.pass_time(limits.HOUR)
    assert every(crossing.harz, Kept, name=QUARANTINE)
    crossing.two.mend()
    for _ in range(3):
        crossing.two.pass_time(limits.RETRY_LAST)
    assert every(crossing.harz, Kept, name=QUARANTINE) == ()
    assert every(crossing.harz, Tombstone, referral=referral)
