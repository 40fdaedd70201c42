"""The administrator's drill: a backup, an erasure after it, a restore; nobody comes back (P6).

Who is restored, with which journal, and how the copy was made, are a table; the promise is one.
FKS_DRILLS=all plays the whole table, without it the drills that differ most.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import Member, limits
from fachkraft_share.errors import SetupError
from fachkraft_share.node.history import backups as node_backups
from fachkraft_share.node.history.quarantine import quarantined
from fachkraft_share.testing.world import NODE, address

JOURNAL = Path("journal") / "journal.jsonl"
HOLDERS = {address("beispiel"), address("dritte")}


@attrs.frozen
class Drill:
    """How one party is lost and brought back."""

    who: str
    how: str  # backup: by the commands, while it runs; copy: `cp -r`, while it does not
    journal: str = "newest"  # of the lost folder | old: of a later backup | none
    elsewhere: bool = False  # into another folder
    cut: bool = False  # members are restored while the node cannot be reached


DRILLS = [
    *(
        Drill(who, "backup", journal, elsewhere)
        for who in ("node", "muster", "beispiel", "dritte")
        for journal in ("newest", "old", "none")
        for elsewhere in (False, True)
    ),
    *(Drill(who, "copy") for who in ("node", "muster", "beispiel", "dritte")),
    *(Drill(who, "copy", elsewhere=True) for who in ("node", "beispiel")),
    *(Drill(who, "backup", "newest", cut=True) for who in ("beispiel", "dritte")),
]


FEW = (
    Drill("node", "backup", "newest"),
    Drill("node", "backup", "old"),
    Drill("node", "copy"),
    Drill("muster", "backup", "none", elsewhere=True),
    Drill("beispiel", "backup", "newest", cut=True),
    Drill("beispiel", "copy"),
)


def chosen() -> list[Drill]:
    """Return the drills to play."""
    return DRILLS if os.environ.get("FKS_DRILLS") == "all" else [*FEW]


def name_of(drill: Drill) -> str:
    """Return the drill in words."""
    where = "elsewhere" if drill.elsewhere else "in place"
    return f"{drill.who} by {drill.how}, journal {drill.journal}, {where}" + " cut" * drill.cut


def back_up(site: Any, who: str, target: Path) -> None:
    """Run the command beside the running process."""
    if who == "node":
        node_backups.backup(site.folder("node"), target)
    else:
        site.members[who].backup(target)


def bring_back(site: Any, drill: Drill, copied: Callable[[Path, Path], None]) -> None:
    """Lose the party's folder, restore it, and start it."""
    lost, kept = site.root / "lost", site.root / "kept"
    site.folder(drill.who).rename(lost)
    target = (
        site.root / "another machine" / drill.who if drill.elsewhere else site.folder(drill.who)
    )
    target.parent.mkdir(exist_ok=True)
    if drill.how == "copy":
        copied(kept, target)
    else:
        journal = {
            "newest": lost / JOURNAL,
            "old": site.root / "later" / JOURNAL,
            "none": None,
        }[drill.journal]
        if drill.who == "node":
            made = node_backups.restore(target, kept, journal=journal, runtime=site.runtime())
            assert made.quarantine is (drill.journal != "newest")
        else:
            Member.restore(kept, target, journal=journal, runtime=site.runtime()).close_files()
    if drill.elsewhere:
        target.rename(site.folder(drill.who))  # the tests know one path; a rename is no copy
    site.start(drill.who)


@pytest.mark.parametrize("drill", chosen(), ids=name_of)
def test_an_erased_person_does_not_come_back(
    received: Any, drill: Drill, copied: Callable[[Path, Path], None]
) -> None:
    """Never served again, never readable, and in the end everybody who had it has signed."""
    site = received
    if drill.how == "copy":
        site.stop(drill.who)
        copied(site.folder(drill.who), site.root / "kept")
        site.start(drill.who)
    else:
        back_up(site, drill.who, site.root / "kept")
    site.clock.pass_time(limits.HOUR)
    site.sync("muster", "beispiel", "dritte")
    back_up(site, drill.who, site.root / "later")
    site.person.withdraw()
    for _ in range(3):
        site.clock.pass_time(limits.HOUR)
        site.sync("muster", "beispiel", "dritte")
    assert not site.readable("beispiel")
    site.served.clear()
    site.stop(drill.who)
    node, site.node = site.node, None if drill.cut else site.node
    bring_back(site, drill, copied)
    if drill.who != "node":
        assert not site.readable(drill.who)
    site.node = site.node or node
    for name in ("spaet", *(name for name in site.members if name != "spaet")):
        site.sync(name)
        assert not any(site.readable(one) for one in site.members)
        assert site.served == []
    site.settle(rounds=6)
    assert site.served == []
    assert site.settled() >= HOLDERS | {NODE, address("muster")}
    assert all(site.left(name) == [] for name in ("beispiel", "dritte", "spaet"))
    assert site.person.bundle().verify()


def test_a_restored_node_serves_others_again(
    received: Any, copied: Callable[[Path, Path], None]
) -> None:
    """The quarantine ends when every member was heard, and a living referral reaches the last."""
    site = received
    back_up(site, "node", site.root / "kept")
    site.stop("node")
    bring_back(site, Drill("node", "backup", "none"), copied)
    with site.node.exchange.store.begin(write=False) as transaction:
        assert quarantined(transaction)
    site.settle()
    with site.node.exchange.store.begin(write=False) as transaction:
        assert not quarantined(transaction)
    assert site.readable("beispiel")
    assert site.readable("dritte")
    assert site.readable("spaet")


def test_a_node_that_was_rolled_back_unawares_notices_it_by_a_cursor(received: Any) -> None:
    """A snapshot keeps even the folder's mark; the first cursor of the lost time tells."""
    site = received
    kept = site.root / "kept"
    back_up(site, "node", kept)
    site.person.withdraw()
    site.sync("muster", "beispiel", "dritte")
    site.stop("node")
    for part, name in (("state", "node.db"), ("journal", "journal.jsonl")):
        there = site.folder("node") / part / name
        there.write_bytes((kept / part / name).read_bytes())
        for log in (site.folder("node") / part).glob(f"{name}-*"):
            log.unlink()
    site.start("node")
    with site.node.exchange.store.begin(write=False) as transaction:
        assert not quarantined(transaction)
    site.served.clear()
    site.sync("beispiel")
    for name in ("spaet", "dritte", "muster"):
        site.sync(name)
        assert site.served == []
    site.settle()
    assert site.served == []
    assert site.settled() >= HOLDERS | {NODE}


def test_an_administrator_can_put_a_node_into_quarantine(received: Any) -> None:
    """For a snapshot that was brought back: said before the start, nobody is served on it."""
    site = received
    site.node.distrust()
    site.served.clear()
    site.sync("spaet")
    assert site.served == []
    site.settle()
    assert ("spaet", site.referral) in site.served


def test_a_folder_that_was_only_renamed_is_the_same(received: Any) -> None:
    """Moving is no restore: nobody is bothered."""
    site = received
    site.stop("beispiel")
    site.folder("beispiel").rename(site.root / "moved")
    (site.root / "moved").rename(site.folder("beispiel"))
    site.start("beispiel")
    assert site.readable("beispiel")


def test_a_member_restored_while_the_node_is_away_shows_nothing(received: Any) -> None:
    """It cannot know what has ended since; `sync` without a node changes nothing about it."""
    site = received
    back_up(site, "beispiel", site.root / "kept")
    site.stop("beispiel")
    node, site.node = site.node, None
    Member.restore(site.root / "kept", site.root / "new", runtime=site.runtime()).close_files()
    site.folder("beispiel").rename(site.root / "lost")
    (site.root / "new").rename(site.folder("beispiel"))
    site.start("beispiel")
    assert not site.members["beispiel"].sync().online
    assert not site.readable("beispiel")
    site.node = node
    site.sync("beispiel")
    assert site.readable("beispiel")


def test_a_used_folder_is_never_restored_into(received: Any) -> None:
    """Nothing is overwritten, neither a node nor a member."""
    site = received
    for who in ("node", "beispiel"):
        back_up(site, who, site.root / f"kept-{who}")
    with pytest.raises(SetupError, match="already"):
        node_backups.restore(site.folder("node"), site.root / "kept-node")
    with pytest.raises(SetupError, match="new or empty"):
        Member.restore(site.root / "kept-beispiel", site.folder("beispiel"))
