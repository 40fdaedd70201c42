"""This machine's clock, patience and randomness, the real ones."""

import secrets
import time

from fachkraft_share.errors import UnreachableError
from fachkraft_share.ports.runtime import Request, Response


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> int:
        """Return whole seconds since 1970-01-01 UTC."""
        return int(time.time())


def pause(seconds: float) -> None:
    """Wait; a `ports.runtime.Pause`."""
    time.sleep(seconds)


class SystemIds:
    """Gives random bytes of the operating system."""

    def random(self, size: int) -> bytes:
        """Return this many unpredictable bytes."""
        return secrets.token_bytes(size)


class NoTransport:
    """The transport of whoever calls nobody."""

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Refuse.

        Raises:
            UnreachableError: always.
        """
        raise UnreachableError("this party calls nobody")
