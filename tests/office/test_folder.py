"""The office of a node on disk: its database, and the origin of its settings."""

from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.office.acts import broken_at, newest_acts
from fachkraft_share.node.service import Node


@pytest.fixture
def node(tmp_path: Path) -> Any:
    """A node with a SQLite file."""
    founding = Founding("https://node.example", "https://alliance.example", name="Allianz Muster")
    made = init(tmp_path / "node", founding, root=tmp_path / "root.json")
    yield made
    made.exchange.store.close()  # type: ignore[attr-defined]


@pytest.fixture
def boss(node: Node, tmp_path: Path, visiting: Any) -> Any:
    """Its administrator."""
    return visiting(node, "administrator", folder=tmp_path / "node")


def test_acts_are_kept_in_a_database_as_in_memory(node: Node, boss: Any) -> None:
    """One after the other, chained."""
    for name in ("Eins GmbH", "Zwei GmbH", "Drei GmbH"):
        assert boss.post("/members/invite", name=name, role="employer").status == 200
    assert [one.number for one in newest_acts(node.exchange, count=2)] == [3, 2]
    assert broken_at(node.exchange) is None
    assert "Drei GmbH, gültig bis" in boss.said("/members")
    assert "Der Nachweis ist lückenlos" in boss.said("/audit")


@pytest.mark.parametrize(
    "path", ["/", "/members", "/erasures", "/agreements", "/peers", "/mail", "/health", "/audit"]
)
def test_every_page_reads_from_a_database(boss: Any, path: str) -> None:
    """Those with nothing in them yet."""
    assert boss.get(path).status == 200


def test_settings_tell_their_origin_and_what_waits(
    boss: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment, the file, what is given; and what changed since the start."""
    file = tmp_path / "node" / "node.toml"
    text = file.read_text("utf-8").replace('name = "Allianz Muster"', 'name = "Allianz Neu"')
    file.write_text(text, "utf-8")
    monkeypatch.setenv("FKS_NODE_MAIL_PASSWORD", "geheim")
    said = boss.said("/settings")
    assert "aus node.toml" in said
    assert "Vorgabe" in said
    assert "aus der Umgebung" in said
    assert "gilt nach dem nächsten Start" in said
    assert "geheim" not in said
