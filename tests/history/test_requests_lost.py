"""Nobody's contact request hangs for ever because a backup from before it was restored.

FKS_DRILLS=all plays every loss at every stage, without it those that differ most.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import Member, limits
from fachkraft_share.node.history import backups as node_backups
from fachkraft_share.protocol.records import Contact
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import address

JOURNAL = Path("journal") / "journal.jsonl"


@pytest.fixture
def offered(site: Any) -> tuple[str, Person]:
    """Return a referral that everybody was served, and its person."""
    referral, person = site.introduce("ATS-4711")
    person.grant()
    site.settle()
    return referral, person


def lose(site: Any, who: str, *, kept: Path) -> None:
    """Lose the party's folder, bring the backup back with the lost machine's journal, start it."""
    lost = site.root / f"lost {who}"
    site.stop(who)
    site.folder(who).rename(lost)
    if who == "node":
        node_backups.restore(site.folder(who), kept, journal=lost / JOURNAL, runtime=site.runtime())
    else:
        Member.restore(
            kept, site.folder(who), journal=lost / JOURNAL, runtime=site.runtime(who)
        ).close_files()
    site.start(who)


def back_up(site: Any, who: str) -> Path:
    """Back a party up; return where."""
    kept: Path = site.root / f"kept {who}"
    if who == "node":
        node_backups.backup(site.folder("node"), kept)
    else:
        site.members[who].backup(kept)
    return kept


def reach(site: Any, person: Person, referral: str, stage: str) -> None:
    """Bring the request to a stage; the last party to act has acted, nobody has heard of it."""
    beispiel, muster = site.members["beispiel"], site.members["muster"]
    beispiel.request_contact(referral, job="Backend")
    beispiel.sync()
    if stage == "requested":
        return
    muster.sync()
    if stage == "presented":
        return
    person.agree()
    if stage == "agreed":
        return
    beispiel.sync()
    muster.sync()


def finished(site: Any, person: Person, referral: str) -> list[str]:
    """Go on to the end: the person answers what is asked; return the dossiers that arrived."""
    for _ in range(4):
        site.settle(rounds=2)
        for one in person.requests():
            person.agree(one.request)
    return [one.request for one in site.members["beispiel"].received() if one.referral == referral]


STAGES = ("requested", "presented", "agreed", "disclosed")
LOST = (("node",), ("muster",), ("node", "muster"), ("beispiel",))
FEW = [
    *((("node",), stage) for stage in STAGES),
    (("muster",), "presented"),
    (("node", "muster"), "disclosed"),
    (("beispiel",), "requested"),
]


def chosen() -> list[tuple[tuple[str, ...], str]]:
    """Return who is restored, and at which stage of the request."""
    everything = [(who, stage) for who in LOST for stage in STAGES]
    return everything if os.environ.get("FKS_DRILLS") == "all" else FEW


@pytest.mark.parametrize(("who", "stage"), chosen(), ids=str)
def test_a_request_lost_by_a_restore_comes_to_its_end(
    who: tuple[str, ...], stage: str, site: Any, offered: tuple[str, Person]
) -> None:
    """The requester gets the dossier the person allowed, once, or can ask anew."""
    referral, person = offered
    kept = {one: back_up(site, one) for one in who}
    site.clock.pass_time(limits.HOUR)
    reach(site, person, referral, stage)
    for one in who:
        lose(site, one, kept=kept[one])
    site.settle()
    beispiel = site.members["beispiel"]
    [match] = [one for one in beispiel.inbox() if one.referral == referral]
    if match.status == "new":  # forgotten by who asked: nothing hangs, it may ask again
        beispiel.request_contact(referral, job="Backend")
    arrived = finished(site, person, referral)
    asked = {one.request for one in site.rows(Contact, referral=referral)}
    assert set(arrived) == asked
    assert len(arrived) == (1 if who != ("beispiel",) else len(asked))
    person.withdraw()
    site.settle()
    assert person.bundle().verify()
    assert address("beispiel") in {one.requester for one in site.rows(Contact, referral=referral)}
