"""Change one byte of a bundle, at many places in turn, and count which changes go unnoticed."""

import json
import sys
import time
from pathlib import Path
from typing import Final

from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.protocol.bundle import read_bundle
from fachkraft_share.protocol.verifying import verify_bundle
from fachkraft_share.wire.suite import Standard

_PLACES: Final = 97  # places tried, evenly spread, beginning with the one given


def accepted(bundle: bytes, *, root: str, at: int) -> bool:
    """Tell whether these bytes pass as a genuine bundle."""
    try:
        return verify_bundle(read_bundle(bundle), suite=Standard(), at=at, root=root).ok
    except FachkraftShareError:
        return False


def try_all(bundle: bytes, *, root: str, first: int, at: int) -> dict[str, object]:
    """Return how many places were tried and at which the change went unnoticed."""
    if not accepted(bundle, root=root, at=at):
        return {"tried": 0, "accepted": ["unchanged bundle refused"]}
    step = max(1, len(bundle) // _PLACES)
    places = sorted({(first + step * n) % len(bundle) for n in range(_PLACES)})
    missed = [place for place in places if accepted(_flipped(bundle, place), root=root, at=at)]
    return {"tried": len(places), "accepted": missed}


def _flipped(bundle: bytes, place: int) -> bytes:
    return bundle[:place] + bytes([bundle[place] ^ 1]) + bundle[place + 1 :]


if __name__ == "__main__":
    path, root, first = sys.argv[1:]
    found = try_all(Path(path).read_bytes(), root=root, first=int(first), at=int(time.time()))
    print(json.dumps(found))
