"""Joining by a one-time code, changing keys, and the numbered lists that come of it."""

import base64
import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, StateError
from fachkraft_share.model.organisation import Role, Status
from fachkraft_share.node.records import JoinCode
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.lists import Federation, read_federation
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.payloads import ReferralClosed
from fachkraft_share.protocol.records import Tombstone
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.wire.encoding import sha256


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def federation(world: Any, query: str = "") -> Federation:
    """Fetch a list."""
    answer = world.node.handle(Request("GET /federation", query=query))
    assert answer.status == 200
    told = json.loads(answer.body)
    return Federation(told["authority"], tuple(told["pages"]), tuple(told["statements"]))


def other(party: Any, world: Any, *, id: str = "", version: str = "2") -> Any:
    """Return the same or another organisation with other keys."""
    return type(party)(world, id or party.id, version=version)


def test_a_stranger_can_check_the_list_from_the_root_down(world: Any) -> None:
    """The root signs the online key, which signs statements and pages."""
    world.join("muster", role=Role.EMPLOYER, domains=["muster.example"], group="Muster")
    known = Directory(world.settings.authority, world.settings.root)
    suite = world.runtime.sealer
    directory, found = read_federation(
        federation(world), known=known, suite=suite, at=world.clock.now()
    )
    stated = directory.organisation("https://muster.example")
    assert stated is not None
    assert (stated.name, stated.domains, stated.group) == ("Muster", ("muster.example",), "Muster")
    assert found.name.number == world.number()
    told = json.loads(world.node.handle(Request("GET /.well-known/fachkraft-share")).body)
    assert told["list"] == {"number": found.name.number, "sha256": found.name.sha256}
    assert told["root"] == world.settings.root


def test_every_earlier_list_stays_published(world: Any) -> None:
    """A consent names a list by number and hash."""
    numbers = []
    for name in ("eins", "zwei"):
        world.join(name)
        numbers.append(world.number())
    for number in numbers:
        assert federation(world, f"list={number}").pages != ()
    for query in ("list=99", "list=-1", "list=x", "list=1&list=2", "other=1"):
        answer = world.node.handle(Request("GET /federation", query=query))
        assert answer.status in (400, 404)


def test_a_code_works_once_and_for_one_organisation(world: Any) -> None:
    """The same application again gets the same answer; another one is refused."""
    muster = world.join("muster")
    code_ = world.node.enrolment.invite("Zwei GmbH", ["employer"])
    zwei = other(muster, world, id="https://zwei.example")
    application = zwei.application()
    first = zwei.apply(code_, application=application)
    again = zwei.apply(code_, application=application)
    assert (first.status, first.body) == (again.status, again.body)
    world.clock.time += 1
    assert code(zwei.apply(code_)) == "code"  # the same organisation, signed anew
    drei = other(muster, world, id="https://drei.example")
    assert code(drei.apply(code_)) == "code"
    assert code(drei.apply("fks1." + "A" * 8)) in ("code", "malformed")
    assert code(drei.apply("unknown")) == "code"


def test_a_code_ends_after_two_weeks(world: Any) -> None:
    """And says what a member needs to join."""
    muster = world.join("muster")
    spelled = world.node.enrolment.invite("Zwei GmbH", ["employer"])
    raw = spelled.removeprefix("fks1.")
    told = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    assert told["u"] == world.node.id
    assert (told["r"], told["a"]) == (world.settings.root, world.settings.authority)
    world.clock.time += limits.INVITE_CODE_DAYS * limits.DAY
    zwei = other(muster, world, id="https://zwei.example")
    assert code(zwei.apply(spelled)) == "code"


@pytest.mark.parametrize("roles", [[], ["node"], ["authority"], ["king"]])
def test_a_code_gives_no_role_that_no_member_has(world: Any, roles: list[str]) -> None:
    """Node and authority are never joined."""
    with pytest.raises(SetupError):
        world.node.enrolment.invite("Zwei GmbH", roles)


def test_nobody_joins_as_somebody_else(world: Any) -> None:
    """Neither as the node, nor as a member, nor with a key it does not hold."""
    muster = world.join("muster")
    for id in (world.node.id, world.settings.authority, muster.id):
        impostor = other(muster, world, id=id)
        spelled = world.node.enrolment.invite("Impostor", ["employer"])
        assert code(impostor.apply(spelled)) == "member-exists"
    liar = other(muster, world, id="https://zwei.example")
    spelled = world.node.enrolment.invite("Zwei", ["employer"])
    foreign = liar.application(by=muster.sign)
    assert code(liar.apply(spelled, application=foreign)) == "signature"


def test_keys_change_with_the_old_keys_countersignature_only(world: Any) -> None:
    """Whoever holds only the new key changes nothing (invariant 3 of membership)."""
    muster = world.join("muster")
    newer = other(muster, world)
    world.clock.time += 1
    suite = world.runtime.sealer
    keys = (*(one.public(suite) for one in (newer.sign, newer.seal)), muster.sign.public(suite))
    assert code(newer.apply(None)) == "signature"
    signed = newer.application(by=muster.sign, keys=keys)
    before = world.number()
    assert newer.apply(None, application=signed).status == 201
    assert world.number() == before + 1
    assert newer.apply(None, application=signed).status == 201  # again: the same
    assert world.number() == before + 1
    assert newer.poll()["status"]["list"] == before + 1
    known = Directory(world.settings.authority, world.settings.root)
    known, _ = read_federation(
        federation(world, f"list={before}"), known=known, suite=suite, at=world.clock.now()
    )
    read_federation(federation(world), known=known, suite=suite, at=world.clock.now())


def test_an_older_application_never_brings_old_keys_back(world: Any) -> None:
    """A countersigned change cannot be replayed after the next one."""
    muster = world.join("muster")
    suite = world.runtime.sealer
    first = muster.application(support="eins@example.org")
    world.clock.time += 1
    assert muster.apply(None, application=muster.application()).status == 201
    assert code(muster.apply(None, application=first)) == "stale-application"
    world.clock.time += 2 * limits.DAY
    old = muster.application()
    world.clock.time += 2 * limits.DAY
    assert code(muster.apply(None, application=old)) == "stale-application"
    assert code(muster.apply(None, application="x")) == "malformed"
    fremd = other(muster, world, id="https://fremd.example")
    assert code(fremd.apply(None)) == "code"
    assert suite is not None


def test_the_worker_renews_list_and_statements(world: Any) -> None:
    """A list is valid seven days, a statement ninety."""
    world.join("muster")
    before = world.number()
    world.wait(limits.DAY)
    assert world.number() == before
    for _ in range(40):
        world.wait(3 * limits.DAY)
    assert world.number() > before + 10
    suite, known = world.runtime.sealer, Directory(world.settings.authority, world.settings.root)
    directory, _ = read_federation(
        federation(world), known=known, suite=suite, at=world.clock.now()
    )
    assert directory.active("https://muster.example")


def test_with_an_expired_list_nothing_new_goes_out_but_closures_do(world: Any) -> None:
    """Whoever freezes the list stops new referrals, never an erasure."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    muster.recommend().grant()
    world.clock.time += 8 * limits.DAY
    assert code(muster.call("POST /invitations", {"ref": muster.fresh()})) == "list-expired"
    person.withdraw()
    page = beispiel.poll()
    assert (len(page["closures"]), page["events"]) == (1, [])


def test_removing_a_member_ends_what_it_made_and_holds(world: Any) -> None:
    """The authority closes: `origin_left` for all, `recipient_left` for that member."""
    muster, beispiel, dritte = (world.join(name) for name in ("muster", "beispiel", "dritte"))
    own = beispiel.recommend().grant()
    person = muster.recommend().grant()
    for party in (beispiel, dritte, muster):
        party.poll()
    world.node.authority.change(beispiel.id, Status.LEFT)
    assert len(dritte.poll()["closures"]) == 1  # the referral it made
    assert len(beispiel.poll()["closures"]) == 2
    with pytest.raises(StateError):
        world.node.authority.change("https://nobody.example", Status.LEFT)
    with pytest.raises(StateError):
        world.node.authority.change(world.node.id, Status.SUSPENDED)
    assert own.id != person.id


def test_a_restore_does_not_roll_the_membership_back(make_world: Any) -> None:
    """Statements and lists stand in the journal; no number is given twice."""
    world = make_world(MemoryStore())
    world.join("muster")
    backup = world.store.snapshot()
    beispiel = world.join("beispiel")
    number = world.number()
    world.store.restore(backup)
    world.open()
    assert world.number() == number
    page = json.loads(beispiel.call("POST /poll", {"resync": True, "held": []}).body)
    assert page["status"]["list"] == number
    world.join("dritte")
    assert world.number() == number + 1
    assert attrs.asdict(federation(world))["pages"]


def test_what_a_member_closed_before_it_was_compromised_survives_a_restore(
    make_world: Any,
) -> None:
    """The receipts name that closure, not a later one; and nothing new of the member is taken."""
    world = make_world(MemoryStore())
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    backup = world.store.snapshot()
    end = world.clock.now() + limits.DAY
    said = ReferralClosed(muster.id, person.key, person.nonce, "all", "filled", end)
    closing = muster.event(said, aud=f"{world.node.id}/holders", referral=person.id)
    assert muster.post(closing) == [{"status": "accepted"}]
    assert beispiel.receipt(person.id)["status"] == "accepted"
    world.clock.time += 1
    world.node.authority.change(muster.id, Status.COMPROMISED)
    for _ in range(2):
        [stone] = world.every(Tombstone, referral=person.id)
        assert stone.closure == sha256(closing.encode())
        world.store.restore(backup)
        world.open()
    again = muster.event(said, aud=f"{world.node.id}/holders", referral=person.id)
    assert muster.post(again)[0]["code"] == "signature"


@pytest.mark.parametrize("name", ["", "  ", "x" * (limits.SHORT_TEXT + 1)])
def test_nobody_is_invited_under_a_name_that_cannot_join(world: Any, name: str) -> None:
    """It is said when the code is made, not when the organisation tries."""
    with pytest.raises(SetupError, match="characters"):
        world.node.enrolment.invite(name, ["employer"])


def test_a_code_is_taken_back_before_it_was_used(world: Any) -> None:
    """Afterwards it is too late."""
    world.node.enrolment.invite("Zwei GmbH", ["employer"])
    with world.node.exchange.store.begin(write=False) as transaction:
        [made] = [one for one in transaction.every(JoinCode) if one.used_by is None]
    world.node.enrolment.revoke(made.sha256)
    with pytest.raises(StateError):
        world.node.enrolment.revoke(made.sha256)


def test_roles_are_stated_anew(world: Any) -> None:
    """With everything else as it was; neither the node nor a stranger is given any."""
    member = world.join("muster", role=Role.EMPLOYER, group="Muster")
    world.node.authority.give_roles(member.id, ["education"])
    stated = world.node.exchange.directory().organisation(member.id)
    assert stated.roles == (Role.EDUCATION,)
    assert stated.group == "Muster"
    for id in (world.node.id, "https://fremd.example"):
        with pytest.raises(StateError):
            world.node.authority.give_roles(id, ["education"])
