"""Whoever owes an erasure receipt gets all but new referrals, and those once it has signed."""

from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.protocol.records import Due, Held
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.wire import jws


def told(page: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Return the events of a page: their names, and the referrals they are about."""
    claims = [jws.parse(one["token"], types=(jws.Type.EVENT,)).claims for one in page["events"]]
    return [(next(iter(one["events"])).split(":")[3], one.get("txn")) for one in claims]


def published(page: dict[str, Any]) -> list[str | None]:
    """Return the referrals a page gives."""
    return [about for kind, about in told(page) if kind == "referral.published"]


def kinds(page: dict[str, Any]) -> set[str]:
    """Return the names of the events of a page."""
    return {kind for kind, _ in told(page)}


def drained(party: Any, **more: Any) -> list[dict[str, Any]]:
    """Poll until there is no more."""
    pages = [party.poll(**more)]
    while pages[-1]["status"]["more"]:
        pages.append(party.poll(**more))
    return pages


def overdue(world: Any, origin: Any, debtor: Any) -> Any:
    """Let the debtor hold a referral that is withdrawn, and sign nothing beyond the deadline."""
    person = origin.recommend().grant()
    drained(debtor)
    person.withdraw()
    drained(debtor)
    for _ in range(4):
        world.wait(5 * limits.DAY)
    drained(debtor)
    return person


def test_who_owes_goes_on_with_what_it_has(any_world: Any) -> None:
    """Renewals, answers and news of members come; new referrals wait, and do not block them."""
    world = any_world
    muster, beispiel = world.join("muster"), world.join("beispiel")
    kept = muster.recommend().grant()
    drained(beispiel)
    request = kept.ask(beispiel)
    kept.present(beispiel, request)
    withdrawn = overdue(world, muster, beispiel)
    missed = muster.recommend().grant()
    desk = world.node.desk
    desk.renew(kept.manage, everything(desk.open(kept.manage)))
    desk.answer(kept.manage, request, accept=False)
    world.join("dritte")
    pages = drained(beispiel)
    assert set.union(*map(kinds, pages)) >= {
        "consent.renewed",
        "contact.answered",
        "membership.changed",
    }
    assert missed.id not in [id for page in pages for id in published(page)]
    assert pages[-1]["status"]["owes"] == 1
    assert drained(beispiel)[0]["events"] == []  # what was read past stays read
    assert beispiel.receipt(withdrawn.id)["status"] == "accepted"
    found = [id for page in drained(beispiel) for id in published(page)]
    assert missed.id in found
    assert len(found) == len(set(found))
    assert [page["events"] for page in drained(beispiel)] == [[]]


def test_what_was_held_back_and_has_ended_is_never_given(world: Any) -> None:
    """Withdrawn or shut out meanwhile: the gate is asked when the row goes out, not before."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    debt = overdue(world, muster, beispiel)
    ended, shut_out, open_ = (muster.recommend() for _ in range(3))
    ended.grant()
    shut_out.grant(excluded=(beispiel.id,))
    open_.grant()
    assert published(beispiel.poll()) == []
    ended.withdraw()
    beispiel.receipt(debt.id)
    assert [id for page in drained(beispiel) for id in published(page)] == [open_.id]
    assert [one.referral for one in world.every(Held, holder=beispiel.id)] == [debt.id, open_.id]


def test_the_cursor_says_custody_only_of_what_was_given(world: Any) -> None:
    """Reading past is no custody; taking what was held back is."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    debt = overdue(world, muster, beispiel)
    missed = []
    for _ in range(3):
        missed.append(muster.recommend().grant())
        drained(beispiel)
    assert [one.referral for one in world.every(Held, holder=beispiel.id)] == [debt.id]
    beispiel.receipt(debt.id)
    page = beispiel.poll(max=1)
    taken = [one.custody_at for one in world.every(Held, holder=beispiel.id)]
    assert (len(published(page)), taken.count(None)) == (1, 1)
    drained(beispiel)
    beispiel.poll()
    lines = {one.referral: one.custody_at for one in world.every(Held, holder=beispiel.id)}
    assert lines.keys() == {debt.id, *(one.id for one in missed)}
    assert None not in lines.values()


def test_an_answer_that_was_lost_is_given_again(world: Any) -> None:
    """The reader asks once more from before it; what ended meanwhile it never had."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    debt = overdue(world, muster, beispiel)
    first, second = (muster.recommend().grant() for _ in range(2))
    drained(beispiel)
    beispiel.receipt(debt.id)
    before = dict(beispiel.cursors)
    assert published(beispiel.poll()) == [first.id, second.id]
    beispiel.cursors = before  # the answer never arrived
    first.withdraw()
    assert [id for page in drained(beispiel) for id in published(page)] == [second.id]
    beispiel.poll()
    custody = {one.referral: one.custody_at for one in world.every(Held, holder=beispiel.id)}
    assert custody[first.id] is None
    assert custody[second.id] is not None


def test_a_dossier_waits_like_a_new_referral(world: Any) -> None:
    """Who does not sign for what it must erase is handed no contact data before it has."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    debt = muster.recommend().grant()
    drained(beispiel)
    request = person.agree(beispiel)
    debt.withdraw()
    world.wait(limits.ERASURE_DEADLINE - limits.DAY // 2)
    person.put_blob(beispiel)
    assert person.disclose(beispiel, request)["status"] == "accepted"
    world.wait(limits.DAY)
    assert "contact.disclosed" not in set.union(*map(kinds, drained(beispiel)))
    beispiel.receipt(debt.id)
    assert "contact.disclosed" in set.union(*map(kinds, drained(beispiel)))


def test_who_owes_again_before_it_has_caught_up_waits_where_it_was(world: Any) -> None:
    """The second debt holds back the rest of what the first held back, and nothing is lost."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    other = muster.recommend().grant()
    debt = overdue(world, muster, beispiel)
    missed = [muster.recommend().grant().id for _ in range(3)]
    drained(beispiel)
    other.withdraw()
    drained(beispiel)
    beispiel.receipt(debt.id)
    found = published(beispiel.poll(max=1))
    for _ in range(4):
        world.wait(5 * limits.DAY)
    late = muster.recommend().grant().id
    pages = drained(beispiel)
    assert [id for page in pages for id in published(page)] == []
    beispiel.receipt(other.id)
    found += [id for page in drained(beispiel) for id in published(page)]
    assert found == [*missed, late]


def test_whoever_joins_later_gets_nothing_that_was_held_back_from_others(world: Any) -> None:
    """R5 holds on the way back, too."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    debt = overdue(world, muster, beispiel)
    muster.recommend().grant()
    drained(beispiel)
    late = world.join("late")
    beispiel.receipt(debt.id)
    assert len([id for page in drained(beispiel) for id in published(page)]) == 1
    assert [id for page in drained(late) for id in published(page)] == []


@attrs.define
class Play:
    """One reader, one origin, and whatever happens between them."""

    world: Any
    origin: Any
    reader: Any
    open: list[Any] = attrs.field(factory=list)
    given: list[str | None] = attrs.field(factory=list)
    ended: set[str] = attrs.field(factory=set)

    def publish(self) -> None:
        """Let a person consent."""
        self.open.append(self.origin.recommend().grant())

    def exclude(self) -> None:
        """Let a person consent who shuts the reader out."""
        self.ended.add(self.origin.recommend().grant(excluded=(self.reader.id,)).id)

    def withdraw(self) -> None:
        """Let the person who was first withdraw."""
        if self.open:
            person = self.open.pop(0)
            person.withdraw()
            self.ended.add(person.id)

    def wait(self) -> None:
        """Let a deadline pass."""
        for _ in range(3):
            self.world.wait(5 * limits.DAY)

    def settle(self) -> None:
        """Sign for everything that is due."""
        for due in self.world.every(Due, holder=self.reader.id):
            assert self.reader.receipt(due.referral)["status"] == "accepted"

    def poll(self, most: int = 2) -> bool:
        """Ask for a small page; tell whether there is more."""
        at = self.world.clock.now()
        owing = any(due.due <= at for due in self.world.every(Due, holder=self.reader.id))
        page = self.reader.poll(max=most)
        found = published(page)
        assert not (owing and found)
        assert not self.ended.intersection(found)
        self.given += found
        return bool(page["status"]["more"])


MOVES = st.lists(
    st.sampled_from(["publish", "exclude", "withdraw", "wait", "settle", "poll", "poll"]),
    min_size=5,
    max_size=16,
)


# The fixture is a factory without memory: every example founds an alliance of its own.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_in_the_end_nothing_is_missed_and_nothing_came_twice(make_world: Any, moves: Any) -> None:
    """Whatever happened in whatever order: no new referral to who owes, each to who has settled."""
    world = make_world(MemoryStore())
    play = Play(world, world.join("muster"), world.join("beispiel"))
    begun = ["publish", "publish", "poll", "poll", "withdraw", "poll", "wait"]  # it owes
    for move in (*begun, *moves):
        getattr(play, move)()
    for _ in range(2):  # what is given last may still be closed
        play.settle()
        while play.poll():
            pass
    play.settle()
    play.poll()
    assert {person.id for person in play.open} <= set(play.given)
    assert len(play.given) == len(set(play.given))
    lines = world.every(Held, holder=play.reader.id)
    assert {one.referral for one in lines} == set(play.given)
    assert all(one.custody_at is not None for one in lines)
