"""An invented employment table of the demo's region, so that profiles may say place and years."""

from collections.abc import Iterator
from itertools import product
from typing import Final

_HEADER: Final = "occupation;level;region;years;count"
_GROUPS: Final = {
    "22": 900,
    "24": 1900,
    "25": 2600,
    "26": 2200,
    "29": 1700,
    "43": 3100,
    "51": 2900,
    "52": 1400,
}
_LEVELS: Final = {"1": 15, "2": 55, "3": 18, "4": 12}  # of a hundred
_REGIONS: Final = {"plz:37": 45, "plz:38": 55}  # around Göttingen, around Goslar
_YEARS: Final = {"0-1": 11, "2-4": 19, "5-9": 24, "10+": 46}


def employment_table() -> str:
    """Return the table as `node vocabulary add` reads it (docs/vocabularies.md)."""
    return "\n".join((_HEADER, *_rows(), ""))


def _rows() -> Iterator[str]:
    for group, level, region, years in product(_GROUPS, _LEVELS, _REGIONS, _YEARS):
        share = _LEVELS[level] * _REGIONS[region] * _YEARS[years]
        yield f"{group};{level};{region};{years};{_GROUPS[group] * share // 1_000_000}"
