"""When to try again: 1 minute, doubling, up to 6 hours, with jitter."""

from fachkraft_share import limits
from fachkraft_share.ports.runtime import Ids


def next_try(tries: int, *, at: int, ids: Ids, longest: int = limits.RETRY_LAST) -> int:
    """Return when to try for the next time after so many tries, no later than `longest`.

    Half of the delay is fixed and half is random, so that members do not come back in step.
    """
    doubled: int = limits.RETRY_FIRST << min(tries, 20)
    delay = min(longest, doubled)
    jitter = int.from_bytes(ids.random(4), "big") * (delay // 2) >> 32
    return at + delay - delay // 2 + jitter
