"""Attack 8 and P18: nobody is found behind a profile by what it says.

A synthetic population, seeded and as uneven as real ones, and the employment table that follows
from it. The attacker of the linkage attack knows everybody in the population and all they do.
`FKS_POPULATION` is the number of persons; `FKS_PYCANON` an interpreter that has `pycanon`, which
then counts besides (it brings pandas and scipy along, too much for every checkout).
"""

import csv
import json
import os
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.profile import Level, Profile, Years
from fachkraft_share.rules.kanonymity import HeldBack, Released, Row, employment_table, release
from fachkraft_share.rules.places import Places, Postcode, point, shipped_places, with_postcodes

POPULATION = int(os.environ.get("FKS_POPULATION", "20000"))
POOL = POPULATION // 10  # of them apply somewhere and are recommended; rare ones more often
K = limits.K_ANONYMITY
DISTRICTS = {
    "ags:03153": ("38640", 1.0),
    "ags:03101": ("38100", 2.0),
    "ags:03158": ("38300", 0.6),
    "ags:15085": ("38820", 0.9),
    "ags:03155": ("37154", 0.3),
    "ags:03159": ("37073", 1.5),
}
BANDS = ((Years.UP_TO_1, 2), (Years.UP_TO_4, 3), (Years.UP_TO_9, 2), (Years.MORE, 4))


@attrs.frozen
class Known:
    """All that the attacker knows of one person."""

    occupation: str  # five digits; the last is the level
    region: str
    years: Years

    @property
    def level(self) -> Level:
        """The level, which the occupation's fifth digit tells."""
        return Level(self.occupation[4])


@cache
def places() -> Places:
    """The districts inside their postcode regions."""
    spots = {code: Postcode(post, code, point(52, 10)) for code, (post, _) in DISTRICTS.items()}
    districts = {code: [postcode] for code, postcode in spots.items()}
    return with_postcodes(shipped_places(), spots.values(), districts=districts, names={})


@cache
def population() -> tuple[Known, ...]:
    """Draw it: few occupations are common, most are rare (Zipf)."""
    random = Random(18)  # noqa: S311
    groups = [
        f"{group}{sub}{unit}"
        for group in (24, 26, 43, 52, 62, 81)
        for sub in (1, 3, 4)
        for unit in (0, 1, 2)
    ]
    random.shuffle(groups)
    codes = [f"{code}{level}" for code in groups for level in (2, 3, 4, 1)]
    weights = [1 / (rank + 1) ** 1.3 for rank in range(len(codes))]
    regions, people = zip(*((code, many) for code, (_, many) in DISTRICTS.items()), strict=True)
    bands, shares = zip(*BANDS, strict=True)
    return tuple(
        Known(occupation, region, years)
        for occupation, region, years in zip(
            random.choices(codes, weights, k=POPULATION),
            random.choices(regions, people, k=POPULATION),
            random.choices(bands, shares, k=POPULATION),
            strict=True,
        )
    )


@cache
def released() -> tuple[tuple[Known, Released | HeldBack], ...]:
    """Let the pool through the gate, with the table of the whole population."""
    table = employment_table(
        Row(one.occupation, None, one.region, one.years, count) for one, count in cells().items()
    )
    random = Random(81)  # noqa: S311
    rarity = [1 / cells()[one] for one in population()]
    pool = random.choices(population(), rarity, k=POOL)
    return tuple((one, _through(one, table)) for one in pool)


def _through(one: Known, table: object) -> Released | HeldBack:
    post = DISTRICTS[one.region][0]
    profile = Profile(one.occupation, one.level, one.years, one.region)
    ladder = (one.region, f"plz:{post[:2]}", "de")
    return release(profile, table=table, k=K, places=places(), ladder=ladder)  # type: ignore[arg-type]


def fits(one: Known, profile: Profile) -> bool:
    """Tell, written down as naively as possible, whether the profile can be this person's."""
    return (
        one.occupation.startswith(profile.occupation)
        and profile.level in (None, one.level)
        and profile.years in (None, one.years)
        and profile.region in (one.region, f"plz:{DISTRICTS[one.region][0][:2]}", "de")
    )


@cache
def cells() -> Counter[Known]:
    """Count equal persons once."""
    return Counter(population())


@cache
def suspects(profile: Profile) -> int:
    """Return how many people of the population the profile fits."""
    return sum(many for one, many in cells().items() if fits(one, profile))


def shown() -> list[tuple[Known, Profile]]:
    """Return the profiles that were released."""
    return [(one, said.profile) for one, said in released() if isinstance(said, Released)]


def test_p18_no_released_profile_fits_fewer_than_k_people() -> None:
    """Counted by hand, in the whole population; and the person itself is among them."""
    below = [profile for _, profile in shown() if suspects(profile) < K]
    assert below == []
    assert all(fits(one, profile) for one, profile in shown())
    assert len(shown()) > POOL // 2  # it would be no use to hold everybody back


def test_p18_the_gate_had_something_to_do() -> None:
    """Without it many would stand alone: as many as were made coarser fitted fewer than k."""
    bare = [Profile(one.occupation, one.level, one.years, one.region) for one, _ in released()]
    alone = sum(suspects(profile) < K for profile in bare)
    assert alone > POOL // 10
    coarser = sum(isinstance(said, HeldBack) or bool(said.coarsened) for _, said in released())
    assert coarser >= alone


def test_p18_a_linkage_attack_succeeds_at_most_once_in_k() -> None:
    """Knowing everybody, it names one of those whom the profile fits, as best it can.

    No knowledge singles one of them out; so at most 1/k are named rightly, on average and for the
    profile that fits fewest. The drawn rate may exceed the expected one by chance only.
    """
    profiles = shown()
    chances = [1 / suspects(profile) for _, profile in profiles]
    assert max(chances) <= 1 / K
    expected = sum(chances) / len(chances)
    assert expected <= 1 / K
    random = Random(7)  # noqa: S311
    # Equal persons cannot be told apart: the attacker names a number among the suspects.
    named = sum(random.randrange(suspects(profile)) == 0 for _, profile in profiles)
    rate = named / len(profiles)
    spread = (expected * (1 - expected) / len(profiles)) ** 0.5
    assert rate <= expected + 4 * spread


def test_p18_two_profiles_of_one_person_say_no_more_together() -> None:
    """The same person recommended by two members gets the same profile twice: nothing to cross."""
    again = dict(released())
    for one, said in released():
        assert again[one] == said


PYCANON = """
import json, sys
import pandas
from pycanon import anonymity
table = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
print(json.dumps(int(anonymity.k_anonymity(table, ["occupation", "level", "years", "region"]))))
"""


@pytest.mark.skipif("FKS_PYCANON" not in os.environ, reason="FKS_PYCANON names no interpreter")
def test_p18_pycanon_counts_the_same(tmp_path: Path) -> None:
    """The population as the released profiles describe it is k-anonymous to a stranger's count."""
    file = tmp_path / "population.csv"
    with file.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["occupation", "level", "years", "region"])
        for profile in {profile for _, profile in shown()}:
            said = [profile.occupation, profile.level or "", profile.years or "", profile.region]
            writer.writerows([said] * suspects(profile))
    command = [os.environ["FKS_PYCANON"], "-c", PYCANON, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(done.stdout) >= K
