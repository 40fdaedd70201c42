"""Public helpers for tests: a small alliance in memory, adapter and store suites, the simulator.

Needs the extra `node`, since a real exchange node runs in it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fachkraft_share.testing.person import Person
    from fachkraft_share.testing.small_alliance import Alliance, alliance

__all__ = ["Alliance", "Person", "alliance"]

_HOMES = {"Alliance": "small_alliance", "alliance": "small_alliance", "Person": "person"}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is first asked for: adapter authors need no node."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
