"""Does an installed plugin fit the library? By the versions its distribution says it was made for.

Installers hold this when they install, and not when the other of both is changed later.
"""

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

LIBRARY: Final = "fachkraft-share"
_NAME: Final = re.compile(r"\s*fachkraft[-_.]share\s*(?:\[[^]]*\])?\s*\(?([^;)]*)", re.IGNORECASE)
_BOUND: Final = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")


def unfit(distributions: Iterable[str]) -> list[str]:
    """Return the distributions that were made for other versions, each with what it wants."""
    return [f"{name} wants {bound}" for name in distributions for bound in _missed(name)]


def missed(wanted: str, *, has: str) -> list[str]:
    """Return the bounds of a requirement that a version does not keep."""
    return [bound.strip() for bound in wanted.split(",") if not _kept(bound, has=has)]


def _missed(distribution: str) -> list[str]:
    try:
        said = requires(distribution) or []
    except PackageNotFoundError:
        return []
    found = [match[1] for one in said if "extra ==" not in one and (match := _NAME.match(one))]
    return [bound for wanted in found for bound in missed(wanted, has=version(LIBRARY))]


def _kept(bound: str, *, has: str) -> bool:
    match = _BOUND.fullmatch(bound)
    if match is None:
        return True  # a form that is not read here is left to the installer
    want, ours = _numbers(match[2]), _numbers(has)
    length = max(len(want), len(ours))
    want, ours = _padded(want, length), _padded(ours, length)
    return {
        ">=": ours >= want,
        "<=": ours <= want,
        "==": ours == want,
        "!=": ours != want,
        ">": ours > want,
        "<": ours < want,
    }[match[1]]


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def _padded(numbers: tuple[int, ...], length: int) -> tuple[int, ...]:
    return numbers + (0,) * (length - len(numbers))
