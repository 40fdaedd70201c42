"""What can be done to a member, and when: one table, which pages and forms are made from."""

from collections.abc import Mapping
from typing import Final

import attrs

from fachkraft_share.model.organisation import Status

ACTIVE: Final = frozenset({Status.ACTIVE})
HERE: Final = frozenset({Status.ACTIVE, Status.SUSPENDED})


@attrs.frozen
class Change:
    """One change of a member's standing; what cannot be undone is asked for twice."""

    name: str
    status: Status
    before: frozenset[Status]
    final: bool = False

    @property
    def action(self) -> str:
        """How the office's record calls it."""
        return f"member.{self.name}"


CHANGES: Final[Mapping[str, Change]] = {
    one.name: one
    for one in (
        Change("suspend", Status.SUSPENDED, ACTIVE),
        Change("resume", Status.ACTIVE, frozenset({Status.SUSPENDED})),
        Change("leave", Status.LEFT, HERE, final=True),
        Change("compromised", Status.COMPROMISED, HERE, final=True),
    )
}


def changes_from(status: Status) -> tuple[Change, ...]:
    """Return what can be done to a member that stands so."""
    return tuple(one for one in CHANGES.values() if status in one.before)
