"""Cursors, pages, custody; after a restore nobody is served before it has resynchronised."""

import json
from typing import Any

from fachkraft_share import limits
from fachkraft_share.protocol.records import Due, Held, Part
from fachkraft_share.testing.memory import MemoryStore


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def published(page: dict[str, Any]) -> int:
    """Return how many referrals a page gives."""
    return sum(1 for one in page["events"] if one.get("parts"))


def test_pages_follow_each_other_without_gap_or_repetition(world: Any) -> None:
    """`more` says that another poll has more at once."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    for _ in range(5):
        muster.recommend().grant()
    sizes, more = [], True
    while more:
        page = beispiel.poll(max=2)
        sizes.append(published(page))
        more = page["status"]["more"]
    assert sum(sizes) == 5
    assert max(sizes) == 2
    assert published(beispiel.poll()) == 0


def test_closures_come_before_events_and_alone_while_there_are_more(world: Any) -> None:
    """While closures remain no events are given."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    people = [muster.recommend().grant() for _ in range(3)]
    beispiel.poll()
    for person in people:
        person.withdraw()
    muster.recommend().grant()
    page = beispiel.poll(max=2)
    assert (len(page["closures"]), page["events"], page["status"]["more"]) == (2, [], True)
    page = beispiel.poll(max=2)
    assert (len(page["closures"]), published(page)) == (1, 1)


def test_cursors_are_secret_and_bound_to_reader_and_stream(world: Any) -> None:
    """Another's cursor, or the other stream's, is of another history."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    first, second = beispiel.cursors["events"], beispiel.poll()["next"]["events"]
    assert first != second  # the same place never looks the same
    assert code(muster.call("POST /poll", {"events": first})) == "history"
    assert code(beispiel.call("POST /poll", {"closures": first})) == "history"
    assert code(beispiel.call("POST /poll", {"events": "AAAA"})) == "history"


def test_a_filtered_reader_moves_on_without_seeing_anything(world: Any) -> None:
    """A next cursor comes even when every row was filtered."""
    muster, shut_out = world.join("muster"), world.join("chef")
    shut_out.poll()
    muster.recommend().grant(excluded=(shut_out.id,))
    before = dict(shut_out.cursors)
    page = shut_out.poll()
    assert page["events"] == []
    assert page["next"]["events"] != before["events"]


def test_a_poll_that_waits_is_asked_again_without_a_new_token(world: Any) -> None:
    """The shell waits; the service holds neither thread nor connection."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    waiting: list[Any] = []
    poll = world.node.polling.poll
    world.node.operations["POST /poll"] = type(world.node.operations["POST /poll"])(
        lambda request: waiting.append(poll(request)) or waiting[-1].response,
        limits.REQUEST_BYTES,
    )
    beispiel.poll(wait=30)
    [polled] = waiting
    assert polled.empty
    assert polled.ask.seconds == 30
    muster.recommend().grant()
    again = world.node.polling.again(polled)
    assert not again.empty
    assert published(json.loads(again.response.body)) == 1


def test_a_restored_node_makes_its_readers_resynchronise(make_world: Any) -> None:
    """The journal brings back closures and ledger; old cursors do not fit."""
    world = make_world(MemoryStore())
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    backup = world.store.snapshot()
    gone = muster.recommend().grant()
    beispiel.poll()
    gone.withdraw()
    world.store.restore(backup)
    world.open()
    assert world.every(Held, referral=gone.id, holder=beispiel.id)
    assert world.every(Due, referral=gone.id, holder=beispiel.id)
    assert code(beispiel.call("POST /poll", dict(beispiel.cursors))) == "history"
    beispiel.cursors = {"closures": None, "events": None}
    page = beispiel.poll(held=[person.id, gone.id], resync=True)
    assert len(page["closures"]) == 1
    assert published(page) == 1


def test_custody_is_noted_of_what_only_the_journal_knew_as_served(make_world: Any) -> None:
    """The node died between journal and commit: the reader is served later, and says so."""
    world = make_world(MemoryStore())
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    person = muster.recommend().grant()
    before = world.store.snapshot()
    beispiel.poll()  # the answer never left
    world.store.restore(before)
    world.open()
    beispiel.cursors = {"closures": None, "events": None}
    assert published(beispiel.poll(resync=True, held=[])) == 1
    beispiel.poll()
    [held] = world.every(Held, referral=person.id, holder=beispiel.id)
    assert held.custody_at is not None


def test_a_lost_journal_means_quarantine_until_everybody_was_heard(make_world: Any) -> None:
    """Without the newest journal nothing is served before the members told their closures."""
    world = make_world(MemoryStore())
    muster, beispiel = world.join("muster"), world.join("beispiel")
    old = world.store.snapshot(), world.journal.snapshot()
    person = muster.recommend().grant()
    beispiel.poll()
    gone = person.withdrawal()
    person.withdraw()
    for _ in range(3):
        world.wait(limits.MINUTE)
    newer = world.store.snapshot()
    world.journal.restore(old[1])  # the journal of yesterday beside the state of today
    world.store.restore(newer)
    world.open()
    cursors: dict[str, Any] = {"closures": None, "events": None}
    refused = beispiel.call("POST /poll", cursors)
    assert (refused.status, code(refused)) == (503, "quarantine")
    [said] = beispiel.post({"token": gone["withdrawal"]})
    assert said["status"] == "known"
    beispiel.cursors = dict(cursors)
    page = beispiel.poll(resync=True, held=[person.id])
    assert page["events"] == []
    world.node.tick()
    assert beispiel.poll()["events"] == []  # one member is still missing
    muster.cursors = dict(cursors)
    muster.poll(resync=True, held=[])
    world.node.tick()
    assert beispiel.poll()["events"] != []


def test_a_forgotten_grant_comes_back_without_its_exclusions_for_holders_only(
    make_world: Any,
) -> None:
    """The origin re-sends; whom the person shut out is lost, so nobody new is served."""
    world = make_world(MemoryStore())
    muster, beispiel, chef = (world.join(name) for name in ("muster", "beispiel", "chef"))
    for party in (muster, beispiel, chef):
        party.poll()
    person = muster.recommend()
    backup = world.store.snapshot()
    person.grant(excluded=(chef.id,))
    [granted] = muster.poll()["events"]
    beispiel.poll()
    world.store.restore(backup)
    world.open()
    [said] = muster.post({**person.posted, "with": granted["with"]})
    assert said["status"] in ("accepted", "known")
    fresh: dict[str, Any] = {"closures": None, "events": None}
    for party in (beispiel, chef):
        party.cursors = dict(fresh)
    assert published(beispiel.poll(resync=True, held=[person.id])) == 1
    assert published(chef.poll(resync=True, held=[])) == 0
    world.node.desk.withdraw(person.manage)  # the management link works again
    assert len(beispiel.poll()["closures"]) == 1


def test_whoever_declares_a_closed_referral_is_told_its_end(world: Any) -> None:
    """A member restored from an old backup learns what has ended, and owes a receipt."""
    muster, beispiel, dritte = (world.join(name) for name in ("muster", "beispiel", "dritte"))
    person = muster.recommend().grant()
    beispiel.poll()
    person.withdraw()
    assert dritte.poll()["closures"] == []
    page = dritte.poll(resync=True, held=[person.id])
    assert len(page["closures"]) == 1
    assert page["status"]["owes"] == 1
    assert dritte.receipt(person.id)["status"] == "accepted"


def test_tombstones_tell_a_reader_its_own_ends_only(world: Any) -> None:
    """Nobody learns of another's referral."""
    muster, beispiel, chef = (world.join(name) for name in ("muster", "beispiel", "chef"))
    person = muster.recommend().grant(excluded=(chef.id,))
    beispiel.poll()
    person.withdraw()
    for party, count in ((muster, 1), (beispiel, 1), (chef, 0)):
        told = json.loads(party.call("GET /tombstones").body)
        assert len(told["tombstones"]) == count
        assert told["next"] is None
    assert code(muster.call("GET /tombstones", query="after=AAAA")) == "history"
    assert code(muster.call("GET /tombstones", query="before=1")) == "malformed"


def test_a_lost_answer_is_no_custody_of_what_ended_meanwhile(world: Any) -> None:
    """Served is not taken: the reader asked again from before the row."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    before = dict(beispiel.cursors)
    person = muster.recommend().grant()
    beispiel.poll()
    beispiel.cursors = before  # the answer never arrived
    person.withdraw()
    for _ in range(2):
        beispiel.poll()
    [held] = world.every(Held, referral=person.id, holder=beispiel.id)
    assert held.custody_at is None
    assert beispiel.receipt(person.id, state="never_held")["status"] == "accepted"
    assert world.every(Due, holder=beispiel.id) == ()


def test_the_persons_link_survives_the_loss_of_node_and_origin(make_world: Any) -> None:
    """The journal knows the consent: whoever consented can withdraw, and holders are told."""
    world = make_world(MemoryStore())
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    backup = world.store.snapshot()
    person = muster.recommend().grant()
    beispiel.poll()
    world.store.restore(backup)
    world.open()
    world.open()  # replaying twice is the same as once
    view = world.node.desk.open(person.manage)
    assert view.stage == "open"
    [said] = muster.post(person.posted)  # the origin remembers after all: the profile is back
    assert said["status"] == "known"
    assert {part.referral for part in world.every(Part)} == {person.id}
    world.node.desk.withdraw(person.manage)
    beispiel.cursors = {"closures": None, "events": None}
    assert len(beispiel.poll(resync=True, held=[person.id])["closures"]) == 1
    assert world.every(Part) == ()
