"""Official lists at a member: believed by hash, used whole, kept until newer ones came."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, StoreError, UnreachableError
from fachkraft_share.member import official
from fachkraft_share.member.records import Trouble
from fachkraft_share.member.shelf import FolderShelf, MemoryShelf
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.rules.official_lists import vocabulary_of
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.wire.digest import HEADER, content_digest
from fachkraft_share.wire.encoding import sha256

from .conftest import CANDIDATE

INVENTED = Path(__file__).parents[1] / "official"
FETCH = "GET /vocabulary"


def content(name: str) -> bytes:
    """Return an invented list as a file has it."""
    return (INVENTED / f"{name}.csv").read_bytes()


def add(harz: Any, name: str, bytes_: bytes | None = None) -> None:
    """Let the operator add a list."""
    lists = harz.node.vocabulary
    lists.add(lists.examine(bytes_ or content(name), file=f"{name}.csv"))


def label(harz: Any, code: str = "43414", *, name: str = "muster") -> str:
    """Return what a member calls an occupation."""
    found: str = harz.members[name].engine.vocabulary.label(Kind.OCCUPATION, code)
    return found


def troubles(harz: Any) -> list[tuple[str, str]]:
    """Return what went wrong with lists at `muster`."""
    with harz.members["muster"].engine.store.begin(write=False) as transaction:
        found = transaction.every(Trouble, kind=official.KIND)
    return [(one.about, one.code) for one in found]


def replaced(harz: Any, body: bytes) -> None:
    """Let the node hand out other octets, digest and all."""

    def after(request: Request, answer: Response) -> Response:
        if request.operation != FETCH:
            return answer
        return attrs.evolve(answer, body=body, headers={HEADER: content_digest(body)})

    harz.wire.after = after


def test_a_list_added_at_the_node_is_in_use_after_the_next_sync(harz) -> None:
    """Names and codes alike, at every member, and each is fetched once."""
    plain = label(harz)
    for name in ("kldb", "titles", "places"):
        add(harz, name)
    harz.settle(rounds=2)
    assert plain != label(harz) == "Softwareentwicklung - Experte" == label(harz, name="dritte")
    assert harz.members["muster"].engine.vocabulary.places.ladder("38640")[0] == "ags:03153"
    assert harz.wire.calls.count(FETCH) == 3 * 3
    harz.settle(rounds=2)
    harz.clock.pass_time(limits.DAY)
    harz.settle()
    assert harz.wire.calls.count(FETCH) == 3 * 3


def test_lists_stay_in_use_over_a_start_and_without_the_node(harz) -> None:
    """They lie here; nothing is asked for them."""
    add(harz, "kldb")
    harz.settle(rounds=2)
    harz.wire.cut = True
    harz.open("muster")
    assert label(harz) == "Softwareentwicklung - Experte"
    harz.members["muster"].sync()
    assert label(harz) == "Softwareentwicklung - Experte"


def test_a_list_with_another_hash_is_refused_and_the_one_before_stays(harz) -> None:
    """Whoever stands between cannot change what a profile says."""
    add(harz, "kldb")
    harz.settle(rounds=2)
    newer = content("kldb").replace(b"Experte", b"Expertin")
    add(harz, "kldb", newer)
    replaced(harz, content("kldb").replace(b"Experte", b"Boshaft"))
    harz.settle(rounds=2)
    assert label(harz) == "Softwareentwicklung - Experte"
    assert troubles(harz) == [("kldb", "hash")]
    harz.wire.after = None
    harz.settle(rounds=2)
    assert label(harz) == "Softwareentwicklung - Expertin"
    assert troubles(harz) == []
    shelf = harz.parties["muster"].memory.shelf
    assert (shelf.get(sha256(content("kldb"))), shelf.get(sha256(newer))) == (None, newer)


def test_a_list_that_is_not_to_be_had_hinders_nothing_else(harz) -> None:
    """Not the other lists, and no message."""
    add(harz, "kldb")
    add(harz, "titles")

    def before(request: Request) -> None:
        if request.operation == FETCH and request.resource == sha256(content("kldb")):
            raise UnreachableError("lost")

    harz.wire.before = before
    person, _ = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    assert troubles(harz) == [("kldb", "busy")]
    assert harz.members["muster"].engine.vocabulary.titles is not None
    assert label(harz) == "Informatik, Kommunikationstechnik"


def test_a_removed_list_is_no_longer_used(harz) -> None:
    """The hand-made table serves again, and nothing of the list stays here."""
    plain = label(harz)
    add(harz, "kldb")
    harz.settle(rounds=2)
    harz.node.vocabulary.remove("kldb")
    harz.settle(rounds=2)
    assert label(harz) == plain
    assert harz.parties["muster"].memory.shelf.get(sha256(content("kldb"))) is None


def test_a_lost_file_is_fetched_again(harz) -> None:
    """After a restore, say: lists are in no backup."""
    add(harz, "kldb")
    harz.settle(rounds=2)
    harz.parties["muster"].memory.shelf = MemoryShelf()
    harz.open("muster")
    assert label(harz) == "Informatik, Kommunikationstechnik"
    harz.settle(rounds=1)
    harz.open("muster")
    assert label(harz) == "Softwareentwicklung - Experte"


def test_a_list_of_a_kind_that_is_not_known_here_is_left_alone(harz, monkeypatch) -> None:
    """A newer node may name more than this engine reads."""
    monkeypatch.setattr(official, "NAMES", ("titles",))
    add(harz, "kldb")
    harz.settle(rounds=2)
    assert FETCH not in harz.wire.calls
    assert troubles(harz) == []


def test_a_list_that_can_no_longer_be_read_is_left_out(harz, monkeypatch) -> None:
    """A newer version of this library may be stricter; the shipped words serve, and it is told."""
    add(harz, "kldb")
    harz.settle(rounds=2)
    member = harz.open("muster")

    def stricter(found):
        if found:
            raise MalformedError("kldb: line 1: no longer so")
        return vocabulary_of(found)

    monkeypatch.setattr(official, "vocabulary_of", stricter)
    assert label(harz) == "Informatik, Kommunikationstechnik"
    member.sync()
    assert troubles(harz) == [("kldb", "malformed")]


def test_another_process_uses_what_this_one_fetched(harz) -> None:
    """A profile made by a process that does not synchronise says it with the newest words."""
    party = harz.parties["muster"]
    other = harz.open("muster")
    party.open()
    harz.members["muster"] = party.member
    coarse = attrs.evolve(CANDIDATE, occupation="", title="Muster-Entwicklerin")
    assert other.preview(coarse).profile.region == "plz:38"
    for name in ("titles", "places", "employment"):
        add(harz, name)
    harz.settle(rounds=2)
    assert other.preview(coarse).profile.region == "ags:03153"
    assert other.engine.vocabulary.titles is not None


def test_a_partner_alliances_lists_change_nothing_here() -> None:
    """What a member's words mean is its own authority's to say."""
    two = TwoAlliances()
    muster, beispiel = two.harz.join("muster").member, two.goslar.join("beispiel").member
    two.recognise()
    lists = two.goslar.node.service.vocabulary
    lists.add(lists.examine(content("kldb"), file="kldb.csv"))
    two.pass_days(2)
    known = muster.engine.directories.now().partners[two.goslar.place.node].directory.newest
    assert [one.name for one in known.vocabulary] == ["kldb"]
    assert beispiel.engine.lists == {"kldb": sha256(content("kldb"))}
    assert muster.engine.lists == {}


def test_a_folder_shelf_believes_no_file_by_its_name(tmp_path: Path) -> None:
    """What is damaged counts for nothing, and what is not named goes."""
    shelf = FolderShelf(tmp_path / "vocabulary")
    assert shelf.get("0" * 64) is None
    shelf.put(b"one")
    shelf.put(b"two")
    assert shelf.get(sha256(b"one")) == b"one"
    (tmp_path / "vocabulary" / sha256(b"one")).write_bytes(b"other")
    assert shelf.get(sha256(b"one")) is None
    shelf.keep_only({sha256(b"two")})
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="a list cannot be kept there"):
        FolderShelf(tmp_path / "file").put(b"one")
    assert [path.name for path in (tmp_path / "vocabulary").iterdir()] == [sha256(b"two")]
