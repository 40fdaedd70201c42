"""Members: who they are and how each stands."""

from typing import Any


def test_every_member_is_listed_with_how_it_stands(visitor: Any) -> None:
    """The node itself is none."""
    said = visitor("reader").said("/members")
    assert "Muster GmbH" in said
    assert "Beispiel GmbH" in said
    assert "nimmt teil" in said
    assert "node.harz" not in said
