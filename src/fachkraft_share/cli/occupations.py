"""How `recommend` shows an occupation: its code, whence that comes, and what else it may be."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fachkraft_share.rules.coding import Coding

_SOURCES: Final = {
    "chosen": "chosen by a person",
    "record": "from the record",
    "title": "coded from the job title",
}


def demand_code(coding: "Coding") -> "Coding":
    """Let nobody guess: say which codes came into question.

    Raises:
        RefusedError: none could be told.
    """
    from fachkraft_share.errors import RefusedError

    if coding.code is None:
        named = "; ".join(f"{one.code} {one.label}" for one in coding.others)
        told = f"the job title may be: {named}" if named else "the job title says no occupation"
        raise RefusedError("occupation-unknown", f"{told}; choose with --occupation CODE")
    return coding


def coding_told(coding: "Coding") -> dict[str, Any]:
    """Return it for programs."""
    return {
        "code": coding.code,
        "label": coding.label,
        "source": coding.source,
        "others": [{"code": one.code, "label": one.label} for one in coding.others],
    }


def coding_lines(coding: "Coding") -> Iterator[str]:
    """Yield it line by line, with what else may be chosen."""
    yield f"Occupation: {coding.code} {coding.label} ({_SOURCES[coding.source]})"
    yield from (f"  or: {one.code} {one.label}" for one in coding.others)
    if coding.others:
        yield "  Choose another one with --occupation CODE; it is kept for this application."
