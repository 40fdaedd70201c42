"""The simulator: real services, virtual time, one seed; safety at every step, liveness after.

`simulate(seeds, without=...)` runs many; a failing seed prints what replays it exactly.
"""

from fachkraft_share.testing.simulator.report import Report, simulate
from fachkraft_share.testing.simulator.safeguards import SAFEGUARDS

__all__ = ["SAFEGUARDS", "Report", "simulate"]
