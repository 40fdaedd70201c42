"""Who is responsible for which step of the processing: the role is data (R18).

It is what the design intends. Whether it holds in an alliance is for its lawyer to confirm; the
papers say so.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from fachkraft_share.node.papers.surroundings import Surroundings


class Duty(StrEnum):
    """What a party is in one step (Art. 4, 26, 28 GDPR)."""

    CONTROLLER = "controller"
    JOINT = "joint"
    PROCESSOR = "processor"
    NONE = "none"


PARTIES: Final = ("node", "origin", "recipient", "partner")


@attrs.frozen
class Step:
    """One step; its words stand in the catalogue under its id."""

    id: str
    roles: Mapping[str, Duty]

    def role(self, party: str) -> Duty:
        """Return what the party is in this step."""
        return self.roles.get(party, Duty.NONE)


_ALL_JOINT: Final = dict.fromkeys(("node", "origin", "recipient"), Duty.JOINT)
_STEPS: Final = (
    Step("members", {"node": Duty.CONTROLLER}),
    Step("invite", {"node": Duty.PROCESSOR, "origin": Duty.CONTROLLER}),
    Step("desk", {"node": Duty.JOINT, "origin": Duty.JOINT}),
    Step("publish", _ALL_JOINT),
    Step(
        "contact",
        {"node": Duty.PROCESSOR, "origin": Duty.CONTROLLER, "recipient": Duty.CONTROLLER},
    ),
    Step("erase", _ALL_JOINT),
    Step("office", {"node": Duty.CONTROLLER}),
)
_ABROAD: Final = Step("abroad", {**_ALL_JOINT, "partner": Duty.JOINT})


def steps(around: Surroundings) -> tuple[Step, ...]:
    """Return the steps that take place at this node; data cross only where that is agreed."""
    return (*_STEPS, _ABROAD) if around.partners else _STEPS
