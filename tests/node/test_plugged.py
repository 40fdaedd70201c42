"""What plugins add to a node: words, wording, checks; and what becomes of their errors."""

from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.node.records import Letter
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings import read_settings
from fachkraft_share.plugins import Staff
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.rules.terms import Term
from fachkraft_share.rules.vocabulary import Kind, Label
from fachkraft_share.testing.plugged import plugged


def broken() -> None:
    """Fail with words that may hold anything."""
    raise RuntimeError("person@mail.example")


@pytest.fixture
def plug(world: Any) -> Any:
    """Return what opens the node again with these plugins."""

    def opened(**plugins: Any) -> Node:
        world.node = Node(
            world.runtime,
            world.store,
            world.journal,
            world.settings,
            world.keys,
            plugins=plugged(**plugins),
        )
        return world.node  # type: ignore[no-any-return]

    return opened


def found(node: Node, id: str) -> list[tuple[str, Health]]:
    """Return what the checks under an id say now."""
    return [(one.title, one.run()) for one in node.health.checks() if one.id == id]


def test_a_letter_is_worded_by_the_plugin_and_keeps_its_link(world: Any, plug: Any) -> None:
    """The other language stays as shipped."""

    def texts(language: str) -> dict[str, str]:
        own = {"letter.subject": "Moin", "letter.text": "Von {origin}: {link}\n{service}\n"}
        return own if language == "de" else {}

    plug(house={"texts": texts})
    member = world.join("muster")
    for name, language in (("erste", "de"), ("zweite", "en")):
        member.call(
            "POST /invitations",
            {"ref": member.fresh(), "language": language, "mail": {"to": f"{name}@post.example"}},
        )
    letters = {one.to: one for one in world.every(Letter)}
    assert letters["erste@post.example"].subject == "Moin"
    assert "/d/" in letters["erste@post.example"].text
    assert letters["zweite@post.example"].subject == "May we recommend you to others?"


def test_the_desk_shows_the_plugins_words(world: Any, plug: Any) -> None:
    """An occupation without a title is called as the plugin says; what fits nowhere is told."""
    term = Term(Kind.OCCUPATION, "434", label=Label("Softwareberufe", "Software"))
    node = plug(house={"vocabularies": lambda: [term, Term(Kind.SKILL, "none", ("x",))]})
    view = node.desk.open(world.join("muster").recommend().secret)
    assert "Softwareberufe" in view.profile[0].lines[0]
    [(title, health)] = found(node, "FKS-115")
    assert "vocabularies" in title
    assert "a term does not fit" in health.cause


def test_errors_are_kept_for_the_doctor_of_another_process(world: Any, plug: Any) -> None:
    """By hook and type for a week; the plugin's words are not kept."""
    plug(bad={"texts": broken, "health_checks": broken}).exchange.plugged.catalogue("de")
    other = plug(bad={"texts": lambda: {"notice.title": "Anders"}})
    [(_, health)] = found(other, "FKS-115")
    assert health.level is Level.WARN
    assert health.cause == "texts raised RuntimeError on 2026-11-22"
    assert other.exchange.plugged.catalogue("de").text("notice.title") != "Anders"
    assert "notice.title cannot be worded so" in found(other, "FKS-115")[0][1].cause
    world.clock.time += limits.PLUGIN_FAILED_SHOWN + 1
    assert found(other, "FKS-115")[0][1].level is Level.OK


def test_a_plugin_that_cannot_be_loaded_is_told(plug: Any) -> None:
    """The node works without it."""
    node = plug(odd={"adaptors": broken}, fine={"health_checks": lambda: [CHECK]})
    [(_, health)] = found(node, "FKS-114")
    assert "odd" in health.cause
    assert found(node, "HOUSE-001")[0][1] == Health(Level.OK)
    assert found(plug(), "FKS-114")[0][1].level is Level.OK


CHECK = HealthCheck("HOUSE-001", "the login answers", lambda: Health(Level.OK))


def test_only_coordinators_are_let_in(plug: Any) -> None:
    """Another role, an error or nobody at all is not."""

    def known(headers: dict[str, str]) -> Staff | None:
        role = headers.get("x-role")
        return Staff("7", "Kim", (role,)) if role else None

    node = plug(bad={"authenticate": broken}, login={"authenticate": known})
    letting = node.exchange.plugged.coordinates
    assert letting({"x-role": "coordinator"})
    assert not letting({"x-role": "recruiter"})
    assert not letting({})
    assert "authenticate raised" in found(node, "FKS-115")[0][1].cause


def test_a_nodes_settings_name_its_plugins(tmp_path: Path) -> None:
    """In the file or, with commas, in the environment."""
    founding = Founding("https://node.harz.example", "https://harz.example")
    init(tmp_path / "node", founding, root=tmp_path / "root.json")
    path = tmp_path / "node" / "node.toml"
    assert read_settings(path, environment={}).plugins is None
    told = {"FKS_NODE_PLUGINS": "house, login"}
    assert read_settings(path, environment=told).plugins == ("house", "login")
    path.write_text('plugins = ["no-such-plugin"]\n' + path.read_text())
    node = open_node(tmp_path / "node", environment={})
    assert node.exchange.plugins.missing == ("no-such-plugin",)
    assert "not installed" in found(node, "FKS-114")[0][1].cause
