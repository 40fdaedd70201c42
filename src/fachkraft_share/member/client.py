"""The node's operations as calls; they live in `ports.client`, where nodes call each other, too."""

from fachkraft_share.ports.client import Client, Event, NodeBusyError, Page, WellKnown

__all__ = ["Client", "Event", "NodeBusyError", "Page", "WellKnown"]
