"""Run on a small disk of its own: fill it, refuse, erase, make room, go on."""

import contextlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crashlab.ats import AtsServer, served
from crashlab.parties import Together
from crashlab.place import Place
from crashlab.preparing import recommend
from crashlab.scenarios import accounts, all_erased, receipt_is_true

from fachkraft_share.errors import FachkraftShareError


def main(act: str, stage: Place, disk: Path) -> None:
    """Play it; what is reached is printed."""
    place = stage.copied(disk / "place")
    with served() as ats:
        ats.people = [(id, key) for id, key in place.facts()["people"]]
        parties = Together(place, ats=ats.url)
        for name in ("muster", "beispiel"):  # everybody makes a reserve while there is room
            parties.member(name)
        parties.node()
        parties.close()
        filler = fill(disk)
        refuses(parties)
        ends(parties, act, ats)
        filler.unlink()
        parties.settle()
        all_erased(parties, ats)
        assert recommend(parties.member("muster"), "ATS-9")[0]
        parties.settle(rounds=2)
        assert all((place.root / name / "state" / "reserve").exists() for name in PARTIES)
        accounts(parties)
        print("resumed")


PARTIES = ("node", "muster", "beispiel")


def fill(disk: Path) -> Path:
    """Write until not one byte more fits."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
    assert os.statvfs(disk).f_bfree == 0
    return filler


def refuses(parties: Together) -> None:
    """What is new is refused with one clear error, and nothing of it is left."""
    try:
        recommend(parties.member("muster"), "ATS-9")
    except FachkraftShareError:
        print("refused")
    else:
        raise AssertionError


def ends(parties: Together, act: str, ats: AtsServer) -> None:
    """The withdrawal is taken, everybody erases, nothing is left of the person."""
    parties.node().tick()
    if act == "withdraws":
        parties.node().desk.withdraw(parties.place.facts()["secret"])
    for _ in range(2):
        parties.member("beispiel").sync()
        parties.node().tick()
    assert ats.people == []
    assert parties.member("beispiel").received() == []
    receipt_is_true(parties.place, [{"what": "calls", "operation": "POST /events"}])
    print("ended")


if __name__ == "__main__":
    main(sys.argv[1], Place(Path(sys.argv[2])), Path(sys.argv[3]))
