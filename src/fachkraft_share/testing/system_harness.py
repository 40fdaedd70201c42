"""What every adapter's tests provide to the shared suites: a system, in trouble and searched."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import pytest

from fachkraft_share.ports.adapter import Adapter

START = 1_795_305_600  # 2026-11-22 00:00 UTC
MEMBER = "https://member.example"
SOURCE = "https://origin.example"
MARKER = "qzxcanary"  # stands in every text of what is put there
PRIVATE = "qzxprivate"  # stands in every text of what is tried while there is trouble
MOST_CALLS = 12  # of one writing; more are never interrupted here


class SystemHarness(ABC):
    """A fresh, empty system for one test.

    What a system does not have is left out by not overriding: the rule is then skipped with the
    reason given here. What the adapter declares cannot be left out.
    """

    at: int = START

    @abstractmethod
    def fresh(self) -> Adapter:
        """Return another adapter object on the same system."""

    @abstractmethod
    def writes(self) -> bool:
        """Tell whether the adapter declares that anything of ours can be put there."""

    @abstractmethod
    def put(self, adapter: Adapter, *, number: int = 1) -> str:
        """Put one thing of ours there, or put it again; every text of it holds `MARKER`."""

    @abstractmethod
    def calls(self, adapter: Adapter) -> dict[str, Callable[[], object]]:
        """Return one call of each kind that reaches the system; what it sends holds `PRIVATE`."""

    @abstractmethod
    def stored(self) -> tuple[str, ...]:
        """Return the ids of what is there of ours."""

    @abstractmethod
    def content_of(self, ref: str) -> bytes:
        """Return everything the system holds under the id, as one piece."""

    @abstractmethod
    def names_of(self, ref: str) -> tuple[str, ...]:
        """Return the file names and slugs, without folders, under which it is held."""

    @abstractmethod
    def places_holding(self, marker: bytes) -> tuple[str, ...]:
        """Search every store within reach and return the places that hold the marker."""

    @abstractmethod
    def plant(self, ref: str, marker: bytes) -> None:
        """Leave something of it where a careless erasure leaves it."""

    def down(self) -> AbstractContextManager[None]:
        """Make the system unreachable for a while."""
        pytest.skip("the system cannot be unreachable")

    def forbidding(self) -> AbstractContextManager[None]:
        """Make the system refuse our rights for a while."""
        pytest.skip("rights cannot be taken here")

    def talking_nonsense(self) -> AbstractContextManager[None]:
        """Make the system answer what nobody understands for a while."""
        pytest.skip("the system cannot answer nonsense")

    def failing_inside(self) -> AbstractContextManager[None]:
        """Make the system answer that it failed (500) for a while."""
        pytest.skip("the system does not answer with statuses")

    def limiting(self, *, retry_after: int | None) -> AbstractContextManager[None]:  # noqa: ARG002
        """Make the system answer "too many" (429) for a while, with a time to wait or without."""
        pytest.skip("the system does not count calls")

    def failing_after(self, calls: int) -> AbstractContextManager[None]:  # noqa: ARG002
        """Make the system take so many more calls and then fail, for a while."""
        pytest.skip("the system cannot fail in the middle here")

    def expire_token(self) -> None:
        """Let what we got by our credentials be over; the credentials are still good."""
        pytest.skip("credentials do not expire here")

    def erasing_half(self) -> AbstractContextManager[None]:
        """Make erasing stop in the middle for a while."""
        pytest.skip("erasing cannot stop in the middle here")

    def hook(
        self,
        record: str,  # noqa: ARG002
        *,
        event: str,  # noqa: ARG002
        at: int,  # noqa: ARG002
        genuine: bool = True,  # noqa: ARG002
    ) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a hook about the record, that claims the wildest things."""
        pytest.fail("the adapter declares hooks, and the harness makes none")

    def ping(self, *, at: int) -> tuple[Mapping[str, str], bytes]:  # noqa: ARG002
        """Return the vendor's test call."""
        pytest.fail("the adapter declares hooks, and the harness makes none")
