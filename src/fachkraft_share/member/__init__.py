"""The member engine: store, outbox, HTTP client, synchroniser; its door is `Member`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fachkraft_share.member.facade import Member

__all__ = ["Member"]


def __getattr__(name: str) -> Any:
    """Load `Member` when it is first asked for."""
    if name == "Member":
        from fachkraft_share.member.facade import Member

        return Member
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
