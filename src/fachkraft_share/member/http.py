"""The way to a node over HTTPS; it lives in `ports.http`, where nodes call each other, too."""

from fachkraft_share.ports.http import HttpTransport

__all__ = ["HttpTransport"]
