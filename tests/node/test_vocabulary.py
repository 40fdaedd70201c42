"""Official lists at the node: stored whole or not at all, named by the signed list, for members."""

import json
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SetupError, StateError
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.alliance.official import forget_list
from fachkraft_share.node.desk.views import View
from fachkraft_share.node.records import ListContent, OfficialList
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.lists import parse_page
from fachkraft_share.wire.digest import HEADER
from fachkraft_share.wire.encoding import sha256

INVENTED = Path(__file__).parents[1] / "official"


def content(name: str) -> bytes:
    """Return an invented list as a file has it."""
    return (INVENTED / f"{name}.csv").read_bytes()


def add(world: Any, name: str, *, bytes_: bytes | None = None) -> int | None:
    """Add an invented list."""
    lists = world.node.vocabulary
    number: int | None = lists.add(lists.examine(bytes_ or content(name), file=f"{name}.csv"))
    return number


def named(world: Any) -> dict[str, str]:
    """Return what the newest signed list names."""
    told = json.loads(world.node.handle(Request("GET /federation")).body)
    return {one.name: one.sha256 for one in parse_page(told["pages"][0]).vocabulary or ()}


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def test_an_added_list_is_named_by_the_next_member_list(world: Any) -> None:
    """With its hash, signed by the authority, and told to every member."""
    before = world.number()
    assert add(world, "kldb") == before + 1 == world.number()
    assert named(world) == {"kldb": sha256(content("kldb"))}
    [row] = world.node.vocabulary.listing()
    assert (row.rows, row.repaired, row.dropped, row.stamp) == (10, 2, 1, "V. 2020")


def test_the_same_list_again_changes_nothing(world: Any) -> None:
    """No new list is signed for it."""
    number = add(world, "kldb")
    assert add(world, "kldb") is None
    assert world.number() == number


def test_a_newer_list_takes_the_place_of_the_older(any_world: Any) -> None:
    """One of each name, and no bytes that nothing names."""
    add(any_world, "kldb")
    add(any_world, "titles")
    newer = content("kldb").replace(b"Experte", b"Expertin")
    add(any_world, "kldb", bytes_=newer)
    assert named(any_world) == {"kldb": sha256(newer), "titles": sha256(content("titles"))}
    assert {one.sha256 for one in any_world.every(ListContent)} == set(named(any_world).values())


def test_a_removed_list_is_named_no_more(world: Any) -> None:
    """And removing what is not there says so."""
    add(world, "kldb")
    world.node.vocabulary.remove("kldb")
    assert (named(world), world.every(OfficialList), world.every(ListContent)) == ({}, (), ())
    with pytest.raises(StateError, match="there is no list kldb"):
        world.node.vocabulary.remove("kldb")


def test_a_broken_file_leaves_everything_as_it_was(world: Any) -> None:
    """It is read whole before anything is stored."""
    add(world, "districts")
    before = (named(world), world.number())
    with pytest.raises(SetupError, match=r"^neu\.csv: line 3: column name is missing; nothing was"):
        world.node.vocabulary.examine(b"AGS;name\n03153;Goslar\n03155\n", file="neu.csv")
    assert (named(world), world.number()) == before


def test_a_list_that_cannot_be_named_is_not_stored(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes, row and signed list are one transaction."""

    def torn(lines: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(world.journal, "append", torn)
    with pytest.raises(OSError, match="gone"):
        add(world, "kldb")
    assert (world.every(OfficialList), world.every(ListContent)) == ((), ())


def test_a_member_gets_the_very_bytes_and_may_keep_them_for_good(world: Any) -> None:
    """Addressed by their hash, with the digest by which one sees that they came whole."""
    muster = world.join("muster")
    add(world, "titles")
    answer = muster.call("GET /vocabulary", resource=sha256(content("titles")))
    assert (answer.status, answer.body) == (200, content("titles"))
    assert "immutable" in answer.headers["Cache-Control"]
    assert HEADER in answer.headers


def test_nobody_but_an_active_member_gets_a_list(world: Any) -> None:
    """What is not there and what is not for the caller look alike."""
    muster, gone = world.join("muster"), world.join("gone")
    add(world, "titles")
    hashed = sha256(content("titles"))
    unsigned = world.node.handle(Request("GET /vocabulary", hashed))
    assert (unsigned.status, code(unsigned)) == (401, "unauthenticated")
    world.node.authority.change(gone.id, Status.SUSPENDED)
    for answer in (
        gone.call("GET /vocabulary", resource=hashed),
        muster.call("GET /vocabulary", resource=sha256(b"unknown")),
    ):
        assert (answer.status, code(answer)) == (404, "not-found")
    assert code(muster.call("GET /vocabulary", resource="x")) == "malformed"
    assert code(muster.call("GET /vocabulary", resource=hashed, query="x=1")) == "malformed"


def occupation(view: View) -> str:
    """Return what the person reads of the occupation."""
    return view.profile[0].lines[0]


def test_the_desk_says_an_occupation_in_the_official_words(world: Any) -> None:
    """As soon as the list is there, and no longer than that; no start in between."""
    asked = world.join("muster").recommend()
    plain = occupation(world.node.desk.open(asked.secret))
    add(world, "kldb")
    named_ = occupation(world.node.desk.open(asked.secret))
    assert plain != named_
    assert named_.startswith("Softwareentwicklung")
    assert world.node.vocabulary.vocabulary() is world.node.vocabulary.vocabulary()
    world.node.vocabulary.remove("kldb")
    assert occupation(world.node.desk.open(asked.secret)) == plain


def test_a_list_that_got_lost_is_told_until_it_is_added_again(world: Any) -> None:
    """After a restore of an older state the journal's list may name what is not here."""

    def found() -> Any:
        [check] = [one for one in world.node.health.checks() if one.id == "FKS-116"]
        return check.run()

    assert found().level is Level.OK
    add(world, "kldb")
    assert found().level is Level.OK
    with world.store.begin() as transaction:
        forget_list("kldb", transaction=transaction)
    assert (found().level, found().cause) == (Level.WARN, "not here: kldb")
    add(world, "kldb")
    assert found().level is Level.OK


def test_a_list_that_can_no_longer_be_read_leaves_the_desk_open(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer version may be stricter; people are shown the shipped words."""
    asked = world.join("muster").recommend()
    plain = occupation(world.node.desk.open(asked.secret))

    def stricter(found: Any) -> Any:
        raise MalformedError("kldb: line 1: no longer so")

    monkeypatch.setattr("fachkraft_share.node.alliance.vocabulary.vocabulary_of", stricter)
    add(world, "kldb")
    assert occupation(world.node.desk.open(asked.secret)) == plain


def test_a_restored_node_names_the_lists_it_has(world: Any) -> None:
    """A renewed list names them again, also after a start."""
    add(world, "kldb")
    world.open()
    world.wait(limits.LIST_DAYS * limits.DAY - limits.LIST_RENEW + 1)
    assert named(world) == {"kldb": sha256(content("kldb"))}


def test_a_missing_employment_table_is_told_once_it_matters(world: Any) -> None:
    """Nobody is bothered before somebody is recommended (FKS-143)."""

    def level() -> Level:
        [found] = [one for one in world.node.health.checks() if one.id == "FKS-143"]
        return found.run().level

    muster = world.join("muster")
    assert level() is Level.OK
    muster.recommend()
    assert level() is Level.WARN
    add(world, "employment")
    assert level() is Level.OK
