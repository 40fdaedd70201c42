"""Keys of dossiers: made once, destroyed for good, no byte left."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from fachkraft_share.errors import StateError
from fachkraft_share.member.store import SqliteKeys
from fachkraft_share.ports.vault import Keys
from fachkraft_share.testing.memory import MemoryKeys


@pytest.fixture(params=["sqlite", "memory"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keys]:
    """Give an empty set of keys of each kind."""
    if request.param == "memory":
        yield MemoryKeys()
        return
    made = SqliteKeys(tmp_path / "keys.db")
    yield made
    made.close()


def test_a_key_is_made_once(keys: Keys) -> None:
    """32 bytes, the same every time, another for every referral."""
    made = keys.make("r")
    assert len(made) == 32
    assert keys.make("r") == made
    assert keys.get("r") == made
    assert keys.make("s") != made


def test_nobody_has_a_key_before_it_is_made(keys: Keys) -> None:
    """Asking makes none."""
    assert keys.get("r") is None
    assert keys.get("r") is None


def test_a_destroyed_key_never_comes_back(keys: Keys) -> None:
    """Neither by asking nor by making; others stay."""
    keys.make("r")
    other = keys.make("s")
    assert keys.destroy("r") is True
    assert keys.destroy("r") is False
    assert keys.get("r") is None
    with pytest.raises(StateError):
        keys.make("r")
    assert keys.get("s") == other


def test_who_was_readmitted_gets_another_key(keys: Keys) -> None:
    """What the old one encrypted stays unreadable; a living key is not touched by it."""
    first = keys.make("r")
    keys.readmit("r")
    assert keys.get("r") == first
    keys.destroy("r")
    keys.readmit("r")
    assert keys.get("r") is None
    assert keys.make("r") != first
    keys.readmit("nobody")
    assert keys.get("nobody") is None


def test_a_key_destroyed_before_it_was_made_is_never_made(keys: Keys) -> None:
    """The closure came first: a late dossier finds no key."""
    assert keys.destroy("late") is False
    with pytest.raises(StateError):
        keys.make("late")


def test_keys_survive_a_restart_and_so_does_their_destruction(tmp_path: Path) -> None:
    """What is on the disk counts."""
    first = SqliteKeys(tmp_path / "keys.db", random=lambda size: b"k" * size)
    first.make("r")
    first.make("gone")
    first.destroy("gone")
    first.close()
    second = SqliteKeys(tmp_path / "keys.db")
    assert second.get("r") == b"k" * 32
    with pytest.raises(StateError):
        second.make("gone")
    second.close()


def test_a_destroyed_key_leaves_no_byte(tmp_path: Path) -> None:
    """Neither in the file nor in a log beside it."""
    keys = SqliteKeys(tmp_path / "keys.db")
    made = [keys.make(f"r{number}") for number in range(50)]
    for number in range(50):
        keys.destroy(f"r{number}")
    left = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert not [one for one in made if one in left]
    keys.close()


@pytest.mark.skipif(os.name != "posix", reason="this system has no such rights")
def test_only_its_owner_may_read_the_keys(tmp_path: Path) -> None:
    """They open every dossier."""
    keys = SqliteKeys(tmp_path / "keys.db")
    keys.make("r")
    assert [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()] == [0o600]
    keys.close()


def test_keys_in_memory_follow_from_their_seed_and_can_be_restored() -> None:
    """A run can be repeated, and a backup of the keys brought back."""
    keys = MemoryKeys(b"seed")
    made = keys.make("r")
    before = keys.snapshot()
    keys.destroy("r")
    keys.restore(before)
    assert keys.get("r") == made == MemoryKeys(b"seed").make("r")
    assert MemoryKeys(b"other").make("r") != made
