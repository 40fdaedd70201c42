"""One explanation: why a check of `doctor` exists, and what to do when it complains."""

import attrs


@attrs.frozen
class Explanation:
    """Why a check exists, and what to do."""

    title: str
    why: str
    what_to_do: str


def explained(*rows: tuple[str, str, str, str]) -> dict[str, Explanation]:
    """Return explanations by id, from rows of id, title, reason and remedy."""
    return {id: Explanation(title, why, what) for id, title, why, what in rows}
