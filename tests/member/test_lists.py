"""Member lists that were missed: caught up in turn, from the keys known to those of today."""

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    ConflictError,
    QuarantineError,
    SignatureError,
    StateError,
    TemporaryError,
)
from fachkraft_share.node.alliance.founding import renew_authority
from fachkraft_share.ports.health import Level
from fachkraft_share.wire.suite import Standard


def pass_days(harz, days: int) -> None:
    """Let days go by at the node, which renews its lists."""
    for _ in range(0, days, 3):
        harz.clock.pass_time(3 * limits.DAY)
        harz.node.tick()


def rotate(harz, name: str) -> None:
    """Let a member change its keys, and keep the new ones where it will find them again."""
    member = harz.members[name]

    def keep(identity) -> None:
        harz.parties[name].identity = identity

    member.engine.save_identity = keep
    member.rotate_keys()


def away(harz, *, days: int = 45) -> None:
    """Bring `muster` back to a state that missed two changes of its own keys and of others'."""
    kept = harz.parties["muster"].memory.store
    before = kept.snapshot()
    for _ in range(2):
        pass_days(harz, days)
        rotate(harz, "beispiel")
        rotate(harz, "muster")
    kept.restore(before)
    harz.open("muster")


def numbers(harz, name: str) -> tuple[int, int]:
    """Return the number of the newest list a member knows, and of the node's."""
    known = harz.members[name].engine.directories.now().newest
    newest = harz.node.exchange.directory().newest
    assert known is not None
    assert newest is not None
    return known.name.number, newest.name.number


def test_a_member_away_for_a_quarter_catches_up_over_two_rotations(harz) -> None:
    """Its own and another's; halving the way asks for a few lists only, and then all goes on."""
    away(harz)
    muster = harz.members["muster"]
    old, newest = numbers(harz, "muster")
    assert newest > old + 15
    asked = len(harz.wire.calls)
    muster.sync()
    assert numbers(harz, "muster") == (newest, newest)
    assert harz.wire.calls[asked:].count("GET /federation") < 25
    known, stated = muster.engine.directories.now(), harz.node.exchange.directory()
    for one in ("https://muster.example", "https://beispiel.example"):
        assert known.organisation(one) == stated.organisation(one)
    person, _ = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    assert harz.members["beispiel"].inbox()


def test_catching_up_goes_on_where_it_stopped(harz, monkeypatch) -> None:
    """So many lists and no more at once; each that was taken over stays."""
    away(harz)
    muster = harz.members["muster"]
    monkeypatch.setattr(limits, "LISTS_CAUGHT_UP", 4)
    for _ in range(20):
        try:
            muster.engine.refresh_lists()
        except TemporaryError:
            continue
        break
    known, newest = numbers(harz, "muster")
    assert known == newest


def test_lists_from_before_the_root_signed_anew_can_be_caught_up(harz) -> None:
    """The node hands out the authority's statement of each list's time."""
    pass_days(harz, 390)
    for member in harz.members.values():
        member.sync()
    kept = harz.parties["muster"].memory.store.snapshot()
    rotate(harz, "beispiel")
    pass_days(harz, 6)
    renew_authority(harz.node, root=harz.world.node.root, authority_name="Harz")
    pass_days(harz, 30)
    rotate(harz, "beispiel")
    harz.parties["muster"].memory.store.restore(kept)
    muster = harz.open("muster")
    muster.engine.refresh_lists()
    known, newest = numbers(harz, "muster")
    assert known == newest


def test_a_list_that_follows_from_none_changes_nothing(harz) -> None:
    """The way is halved down to the very next list; if even that one does not hold, it is forged.

    The other alliance stands for a stolen online key: root and authority are the same.
    """
    forged = type(harz)()
    for name in ("vierte", "beispiel", "muster", "dritte", "neu", "noch"):
        forged.join(name)
    harz.wire.node = forged.node
    muster = harz.members["muster"]
    with pytest.raises(SignatureError):
        muster.engine.refresh_lists()
    known, _ = numbers(harz, "muster")
    assert known == harz.node.exchange.directory().newest.name.number


def test_the_node_cannot_pass_off_one_list_for_another(harz) -> None:
    """A consent names a list by its number."""
    engine = harz.members["muster"].engine
    known = engine.directories.fetch_earlier(1, engine.client, suite=Standard())
    assert {1, known.newest.name.number} <= known.stood.keys()

    def swap(request, answer):
        asked = request.operation == "GET /federation" and request.query
        return harz.node.handle(type(request)("GET /federation")) if asked else answer

    harz.wire.after = swap
    with pytest.raises(ConflictError, match="another list"):
        engine.directories.fetch_earlier(2, engine.client, suite=Standard())


def test_who_was_long_away_shows_nothing_that_may_have_ended(harz, reached) -> None:
    """Neither profiles nor dossiers are read on an expired list: nobody told of a withdrawal."""
    person, _ = reached("received")
    beispiel = harz.members["beispiel"]
    assert beispiel.received()
    person.withdraw()
    harz.clock.pass_time(limits.LIST_DAYS * limits.DAY)
    harz.node.tick()
    for look in (beispiel.inbox, beispiel.received):
        with pytest.raises(StateError, match="expired"):
            look()
    beispiel.sync()
    assert beispiel.inbox() == beispiel.received() == []


def test_a_newer_list_alone_shows_nothing_before_the_ends_are_heard(harz, reached) -> None:
    """The line breaks between list and feed: what was withdrawn meanwhile stays unread."""
    person, referral = reached("granted")
    beispiel = harz.members["beispiel"]
    assert {one.referral for one in beispiel.inbox()} == {referral}
    person.withdraw()
    harz.clock.pass_time(limits.LIST_DAYS * limits.DAY)
    harz.node.tick()

    def broken(request) -> None:
        if request.operation == "POST /poll":
            raise TemporaryError("the line broke")

    harz.wire.before = broken
    beispiel.sync()
    assert beispiel.engine.directories.now().fresh(at=harz.clock.now())
    for look in (beispiel.inbox, beispiel.received):
        with pytest.raises(QuarantineError, match="away"):
            look()
    [found] = [one for one in beispiel.doctor() if one.id == "FKS-009"]
    assert found.health.level is Level.WARN
    harz.wire.before = None
    beispiel.sync()
    assert beispiel.inbox() == []
