"""The seam to the world: services take these and own no clock, randomness, network or threads."""

from collections.abc import Mapping
from typing import Protocol

import attrs

from fachkraft_share.wire.suite import Suite


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """Return whole seconds since 1970-01-01 UTC."""
        ...


class Pause(Protocol):
    """Waits."""

    def __call__(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class Ids(Protocol):
    """Gives random bytes."""

    def random(self, size: int) -> bytes:
        """Return this many unpredictable bytes."""
        ...


@attrs.frozen
class Request:
    """One call of a node's operation; `resource` is what follows the operation's path."""

    operation: str  # e. g. "POST /poll", "PUT /blobs"
    resource: str = ""
    query: str = ""
    body: bytes = attrs.field(default=b"", repr=False)
    authorization: str = attrs.field(default="", repr=False)
    content_type: str = "application/json"
    digest: str = ""  # `Content-Digest` (RFC 9530), if one was sent

    @property
    def op(self) -> str:
        """The operation with resource and query, as a request token signs it."""
        path = f"{self.operation}/{self.resource}" if self.resource else self.operation
        return f"{path}?{self.query}" if self.query else path


@attrs.frozen
class Response:
    """The answer to a call; a problem (RFC 9457) has status >= 400."""

    status: int
    body: bytes = attrs.field(default=b"", repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict)
    problem: str = ""  # its code, for whoever keeps a log


class Transport(Protocol):
    """Carries a request to a node and its answer back."""

    def call(self, node: str, request: Request) -> Response:
        """Send the request.

        Raises:
            UnreachableError: no answer; nobody knows whether the request arrived.
        """
        ...


@attrs.frozen
class Runtime:
    """Everything a service may ask of the world."""

    clock: Clock
    ids: Ids
    sealer: Suite
    transport: Transport
