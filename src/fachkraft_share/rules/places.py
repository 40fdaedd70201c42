"""Where a postcode lies: its region, its centre, and distances without trigonometry per pair."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.tables.regions import CITIES, CITY_RADIUS_KM, RADIUS_KM, REGIONS

EARTH_KM = 6371.0  # mean radius; a straight line is right to half a percent
WHOLE = "de"


@attrs.frozen
class Point:
    """A place as a unit vector from the earth's centre."""

    x: float
    y: float
    z: float


@attrs.frozen
class Region:
    """An area a profile may name; `inside` is the postcode region it lies in as a whole, if any."""

    code: str
    name: str
    centre: Point
    radius_km: float
    inside: str | None = None


@attrs.frozen
class Postcode:
    """A postcode with its centre and the district most of its places belong to."""

    code: str
    region: str
    centre: Point


@attrs.frozen
class Town:
    """What people call a place: its name, its district, and the postcode in its middle."""

    name: str
    region: str
    postcode: str


@attrs.frozen(eq=False, repr=False)
class Places:
    """Regions by code; where an official list is loaded, postcodes, and towns by folded name."""

    regions: Mapping[str, Region]
    postcodes: Mapping[str, Postcode] = attrs.field(factory=dict)
    towns: Mapping[str, tuple[Town, ...]] = attrs.field(factory=dict)

    def ladder(self, postcode: str) -> tuple[str, ...]:
        """Return the regions of a German postcode from fine to coarse; the last is the country."""
        code = german(postcode)
        known = self.postcodes.get(code)
        fine = (known.region,) if known else ()
        coarse = f"plz:{code[:2]}"
        return (*fine, *((coarse,) if coarse in self.regions else ()), WHOLE)

    def centre_of(self, postcode: str) -> Point | None:
        """Return where a German postcode lies, at worst the centre of its region, or None."""
        code = german(postcode)
        if known := self.postcodes.get(code):
            return known.centre
        region = self.regions.get(f"plz:{code[:2]}")
        return region.centre if region else None

    def named(self, name: str) -> tuple[Town, ...]:
        """Return the towns of that name, else those whose name begins with it as whole words."""
        key = fold(name)
        if found := self.towns.get(key, ()):
            return found
        begun = (one for one in sorted(self.towns) if key and one.startswith(f"{key} "))
        return tuple(town for one in begun for town in self.towns[one])

    def holds(self, outer: str, *, inner: str) -> bool:
        """Tell whether the outer region holds the whole of the inner one."""
        if outer in (inner, WHOLE):
            return True
        found = self.regions.get(inner)
        return found is not None and found.inside == outer


def point(latitude: float, longitude: float) -> Point:
    """Return the unit vector of a place given in degrees."""
    north, east = math.radians(latitude), math.radians(longitude)
    return Point(
        math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
    )


def cosine(one: Point, other: Point) -> float:
    """Return the cosine of the angle between two places, cheap to compare with a limit."""
    return one.x * other.x + one.y * other.y + one.z * other.z


def distance_km(one: Point, other: Point) -> float:
    """Return the distance of two places in kilometres."""
    chord = math.dist(attrs.astuple(one), attrs.astuple(other))
    return 2 * EARTH_KM * math.asin(min(1.0, chord / 2))


def middle(points: list[Point]) -> Point:
    """Return the centre of some places."""
    x, y, z = (sum(axis) for axis in zip(*map(attrs.astuple, points), strict=True))
    length = math.hypot(x, y, z)
    return Point(x / length, y / length, z / length)


def german(postcode: str) -> str:
    """Return the five digits of a German postcode (`38640`, `D-38640`), or ""."""
    code = postcode.strip().removeprefix("DE-").removeprefix("D-")
    return code if len(code) == 5 and code.isascii() and code.isdigit() else ""


def shipped_places() -> Places:
    """Return the hand-made table of two-digit postcode regions."""
    return Places({region.code: region for region in map(_region, REGIONS)})


def with_postcodes(
    places: Places,
    postcodes: Iterable[Postcode],
    *,
    districts: Mapping[str, Sequence[Postcode]],
    names: Mapping[str, str],
    towns: Iterable[Town] = (),
) -> Places:
    """Return the places with postcodes, towns, and districts made up of postcodes they share."""
    made = {
        code: _district(code, members, name=names.get(code, code))
        for code, members in districts.items()
    }
    called: dict[str, tuple[Town, ...]] = {}
    for town in towns:
        called[fold(town.name)] = (*called.get(fold(town.name), ()), town)
    by_code = {postcode.code: postcode for postcode in postcodes}
    return Places({**places.regions, **made}, by_code, called)


def _region(row: tuple[str, str, float, float]) -> Region:
    digits, name, latitude, longitude = row
    radius = CITY_RADIUS_KM if digits in CITIES else RADIUS_KM
    return Region(f"plz:{digits}", name, point(latitude, longitude), radius)


def _district(code: str, members: Sequence[Postcode], *, name: str) -> Region:
    centre = middle([postcode.centre for postcode in members])
    radius = max(distance_km(centre, postcode.centre) for postcode in members)
    leading = Counter(postcode.code[:2] for postcode in members)
    inside = f"plz:{next(iter(leading))}" if len(leading) == 1 else None
    return Region(code, name, centre, radius, inside)
