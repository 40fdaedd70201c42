"""What the node does by itself: time closes, evidence ends, the journal is marked."""

from typing import Any

from fachkraft_share import limits
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.records import Kept, Letter, Spent
from fachkraft_share.node.sweeping import SWEPT
from fachkraft_share.ports.health import Level
from fachkraft_share.protocol.records import (
    Held,
    Invitation,
    Manifest,
    Receipt,
    Referral,
    Task,
    Token,
    Tombstone,
)
from fachkraft_share.web.legal import wanting


def days(world: Any, count: int) -> None:
    """Let days pass, with a worker that runs."""
    for _ in range(0, count, 3):
        world.wait(min(3, count) * limits.DAY)


def state(world: Any, person: Any) -> str:
    """Return where the referral stands."""
    [found] = world.every(Referral, id=person.id)
    return str(found.state)


def test_a_draft_nobody_answers_ends_after_thirty_days(world: Any) -> None:
    """The origin hears that it was not granted."""
    muster = world.join("muster")
    person = muster.recommend()
    days(world, 27)
    assert state(world, person) == "draft"
    days(world, 3)
    assert state(world, person) == "closed"
    assert [one.reason for one in world.every(Tombstone)] == ["expired"]
    assert len(muster.poll()["closures"]) == 1


def test_a_consent_that_is_over_ends_the_referral(world: Any) -> None:
    """Expiry needs no message; holders are told nevertheless and owe a receipt."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    [kept] = world.every(Referral)
    days(world, (kept.consent_exp - world.clock.now()) // limits.DAY - 3)
    assert state(world, person) == "published"
    days(world, 6)
    assert state(world, person) == "closed"
    world.node.tick()
    assert len(beispiel.poll()["closures"]) == 1
    assert world.every(Task, kind="expire") == ()
    assert world.every(Manifest)


def test_the_nodes_own_receipt_says_what_it_erased(world: Any) -> None:
    """The node is a holder too."""
    muster = world.join("muster")
    person = muster.recommend().grant()
    person.withdraw()
    world.node.tick()
    [receipt] = world.every(Receipt)
    assert (receipt.holder, receipt.settled) == (world.node.id, True)
    assert world.every(Task, kind="erase") == ()
    world.node.tick()
    assert len(world.every(Receipt)) == len(world.every(Manifest)) == 1


def test_used_request_tokens_are_forgotten_once_they_cannot_be_used_again(world: Any) -> None:
    """Their `iat` is too old by then."""
    muster = world.join("muster")
    muster.poll()
    assert len(world.every(Spent)) == 1
    world.wait(limits.CLOCK_SKEW)
    assert len(world.every(Spent)) == 1
    world.wait(limits.CLOCK_SKEW + 2 * limits.MINUTE)
    assert world.every(Spent) == ()


def test_unused_invitations_and_old_evidence_go(any_world: Any) -> None:
    """Evidence is kept for its stated period, then nothing is left of a referral."""
    world = any_world
    muster, beispiel = world.join("muster"), world.join("beispiel")
    muster.call("POST /invitations", {"ref": muster.fresh()})
    person = muster.recommend().grant()
    beispiel.poll()
    person.withdraw()
    world.node.tick()
    days(world, 33)
    assert [one.referral for one in world.every(Invitation)] == [person.id]
    world.clock.time += limits.EVIDENCE_DAYS * limits.DAY
    world.node.tick()
    for kind in (Tombstone, Held, Receipt, Manifest, Invitation):
        assert world.every(kind) == ()
    assert world.every(Token, referral=person.id) == ()
    world.open()  # the journal's old lines do not bring it back
    assert world.every(Held) == world.every(Tombstone) == ()


def test_the_worker_shows_that_it_lives(world: Any) -> None:
    """Health is counts and dates."""
    checks = {check.id: check for check in world.node.health.checks()}
    assert len(checks) >= 8
    assert checks["FKS-101"].run().level is Level.WARN
    world.node.tick()
    assert checks["FKS-101"].run().level is Level.OK
    world.clock.time += 10 * limits.DAY
    levels = {id: check.run().level for id, check in checks.items()}
    assert levels["FKS-101"] is Level.FAIL
    assert levels["FKS-102"] is Level.FAIL
    world.node.tick()
    assert checks["FKS-102"].run().level is Level.OK


def test_an_impressum_that_is_not_filled_in_is_a_warning(world: Any) -> None:
    """It names what is missing and where it is set; nothing about it stops the node."""
    [check] = [one for one in world.node.health.checks() if one.id == "FKS-133"]
    told = check.run()
    assert told.level is Level.WARN
    assert "operator" in told.cause
    assert "[desk]" in told.fix
    own = DeskSettings(imprint="https://a.example/i", privacy="x", accessibility="y")
    assert wanting(own) == ()


def test_a_broken_mail_server_is_tried_again_and_harms_no_other_duty(world: Any) -> None:
    """Sent once it works, with growing pauses."""
    from fachkraft_share.errors import UnreachableError

    sent: list[str] = []
    working: list[bool] = []

    def send(letter: Letter) -> None:
        if not working:
            raise UnreachableError("down")
        sent.append(letter.to)

    world.node.outbox._send = send
    world.join("muster").recommend(mail={"to": "erika@example.org"})
    world.node.tick()
    [waiting] = world.every(Letter)
    assert waiting.tries == 1
    assert world.every(Kept, name=SWEPT)
    working.append(True)
    world.node.tick()
    assert sent == []
    world.wait(limits.RETRY_FIRST)
    assert sent == ["erika@example.org"]
    assert world.every(Letter) == ()
