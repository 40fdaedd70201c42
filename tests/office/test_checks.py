"""Whatever a node's doctor can answer is said in a coordinator's words."""

import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.cli.checks import check_node, office_checks
from fachkraft_share.cli.options import Place
from fachkraft_share.cli.output import Output
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.catalogue import catalogue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a node founded at a name of this machine."""
    founding = Founding("http://127.0.0.1:1", "https://alliance.example", name="Allianz Muster")
    init(tmp_path / "node", founding, root=tmp_path / "root.json").exchange.store.close()  # type: ignore[attr-defined]
    return tmp_path / "node"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_check_of_a_node_has_its_words(folder: Path, language: str) -> None:
    """Title, what is wrong, and what to do: for all that `doctor` answers, and plugins' own."""
    ids = {one.id for one in check_node(Place(folder, Output(json=False)))} | {"FKS-115"}
    assert {"FKS-101", "FKS-133", "FKS-139", "FKS-140", "FKS-141"} <= ids
    texts, parts = catalogue(language), ("title", "wrong", "remedy")
    missing = [f"{id}.{part}" for id in sorted(ids) for part in parts if not _has(texts, id, part)]
    assert missing == []
    known = {name.split(".")[2] for name in texts.texts if name.startswith("office.check.")}
    assert known == ids


def test_the_page_tells_what_the_machine_lacks(folder: Path, visiting: Any) -> None:
    """Beside the node's own checks, without asking anybody else; the node's words stay the same."""
    node = open_node(folder)
    try:
        page = visiting(node, checks=office_checks(node, folder)).said("/health")
    finally:
        node.exchange.store.close()  # type: ignore[attr-defined]
    assert "Eine frische Sicherung fehlt" in page
    assert "Der Hauptschlüssel liegt nicht beim Knoten" in page
    assert not any(id in page for id in ("FKS-134", "FKS-135", "FKS-141"))


def test_an_enforcement_body_nobody_knows_is_asked_for(town: Alliance, visitor: Any) -> None:
    """Where none is known for the Land, FKS-133 names the setting; the page says where it goes."""
    exchange = town.world.node.service.exchange
    desk = attrs.evolve(exchange.settings.desk, land="ST", accessibility="")
    exchange.settings = attrs.evolve(exchange.settings, desk=desk)
    said = visitor().said("/health")
    assert re.search("missing or unusable:[^.]*enforcement", said)
    assert "node.toml, [desk], enforcement" in visitor().said("/barrierefreiheit")


def _has(texts: object, id: str, part: str) -> bool:
    return texts.has(f"office.check.{id}.{part}")  # type: ignore[attr-defined, no-any-return]
