"""The hooks a plugin may implement; each of these adds to what is there, none can permit.

No hook runs inside the gate, the states or the signatures. Wrappers are refused when loading.
"""

from collections.abc import Iterable

import pluggy

from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant
from fachkraft_share.ports.health import HealthCheck

PROJECT = "fachkraft_share"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def adapters() -> Iterable[type[Adapter]]:  # type: ignore[empty-body]
    """Return the classes of the adapters this plugin brings."""


@hookspec
def erasure_participants() -> Iterable[ErasureParticipant]:  # type: ignore[empty-body]
    """Return what stores personal data beside our own store and must erase them too."""


@hookspec
def health_checks() -> Iterable[HealthCheck]:  # type: ignore[empty-body]
    """Return checks for `doctor` and `/-/health`."""
