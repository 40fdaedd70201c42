"""The three parts of a backup: apart, private, whole or refused; no key lies in the state (P11)."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import Member
from fachkraft_share.errors import SetupError
from fachkraft_share.member.backups import owner_of
from fachkraft_share.node.history import backups as node_backups
from fachkraft_share.ports import backup as parts
from fachkraft_share.testing.world import NODE, address
from fachkraft_share.wire.encoding import b64


@pytest.fixture
def kept(received: Any) -> Path:
    """Return the folder with a backup of the node and one of `beispiel`, who holds a dossier."""
    folder: Path = received.root / "kept"
    node_backups.backup(received.folder("node"), folder / "node")
    received.members["beispiel"].backup(folder / "member")
    return folder


def spellings(secret: bytes) -> tuple[bytes, ...]:
    """Return a secret as it may stand in a file."""
    return (secret, secret.hex().encode(), b64(secret).encode())


def restore(kind: str, source: Path, target: Path, *, runtime: Any) -> None:
    """Bring a node or a member back."""
    if kind == "node":
        node_backups.restore(target, source, runtime=runtime)
    else:
        Member.restore(source, target, runtime=runtime)


def test_the_parts_can_be_kept_apart_and_hold_what_they_should(received: Any, kept: Path) -> None:
    """No private key, no dossier key and no setting in the state or the journal; all is 0600."""
    engine, node = received.members["beispiel"].engine, received.node.exchange.keys
    secrets = [key.seed for key in engine.identity.keys]
    secrets += [engine.identity.suppression, engine.keys.get(received.referral)]
    secrets += [node.node.seed, node.online.seed, node.cursor, node.operator.encode()]
    for path in (path for path in kept.rglob("*") if path.is_file()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        found = [
            one for one in secrets if any(text in path.read_bytes() for text in spellings(one))
        ]
        assert bool(found) is (path.parent.name == "keys" and path.suffix in (".json", ".db")) or (
            path.name == parts.MANIFEST
        )
        assert path.name != parts.MANIFEST or not found
    assert owner_of(kept / "member") == address("beispiel")


BROKEN: dict[str, Callable[[Path], object]] = {
    "no state": lambda folder: shutil.rmtree(folder / "state"),
    "no keys": lambda folder: shutil.rmtree(folder / "keys"),
    "no journal": lambda folder: shutil.rmtree(folder / "journal"),
    "a state that broke off": lambda folder: (folder / "state" / parts.MANIFEST).unlink(),
    "a file is missing": lambda folder: next((folder / "state").glob("*.db")).unlink(),
    "a byte was changed": lambda folder: flip(next((folder / "state").glob("*.db"))),
    "a key was changed": lambda folder: flip(next((folder / "keys").glob("*.json"))),
    "a line was cut off": lambda folder: cut(folder / "journal" / "journal.jsonl"),
    "a manifest that is none": lambda folder: rewrite(folder, lambda _: b"{}"),
    "a manifest of somebody else": lambda folder: rewrite(folder, foreign),
    "a manifest of another part": lambda folder: rewrite(folder, misplaced),
    "a manifest that names a path": lambda folder: rewrite(folder, climbing),
}


def flip(path: Path) -> None:
    """Change one byte in the middle."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def cut(path: Path) -> None:
    """Lose the last byte."""
    path.write_bytes(path.read_bytes()[:-1] if path.exists() else b"?")


def rewrite(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the manifest of the state."""
    path = folder / "state" / parts.MANIFEST
    path.write_bytes(change(path.read_bytes()))


def foreign(raw: bytes) -> bytes:
    """Name another owner."""
    return json.dumps({**json.loads(raw), "of": "https://fremd.example"}).encode()


def misplaced(raw: bytes) -> bytes:
    """Name another part."""
    return json.dumps({**json.loads(raw), "part": "keys"}).encode()


def climbing(raw: bytes) -> bytes:
    """Name a file outside of the part."""
    told = json.loads(raw)
    told["files"][0]["name"] = f"../state/{told['files'][0]['name']}"
    return json.dumps(told).encode()


def test_half_and_damaged_backups_are_refused_in_one_sentence(received: Any, kept: Path) -> None:
    """Nothing is made of them, not even the folder; node and member alike."""
    received.person.withdraw()
    received.sync("beispiel")
    received.members["beispiel"].backup(kept / "later")
    shutil.rmtree(kept / "member")
    (kept / "later").rename(kept / "member")  # now with a closure in its journal
    for name, spoil in BROKEN.items():
        for kind in ("node", "member"):
            source, target = received.root / f"{kind} {name}", received.root / f"{kind} made"
            shutil.copytree(kept / kind, source)
            spoil(source)
            with pytest.raises(SetupError) as told:
                restore(kind, source, target, runtime=received.runtime())
            assert "\n" not in str(told.value)
            assert not target.exists(), (kind, name)


def test_a_member_is_not_made_of_a_nodes_backup(received: Any, kept: Path) -> None:
    """Nor the other way round."""
    with pytest.raises(SetupError, match="backup of a member"):
        owner_of(kept / "node")
    with pytest.raises(SetupError, match="backup of a node"):
        node_backups.restore(received.root / "made", kept / "member")


def test_a_journal_that_does_not_continue_the_backups_is_refused(received: Any, kept: Path) -> None:
    """An older one, a damaged one, another party's: one sentence, and nothing is made."""
    own = kept / "node" / "journal" / "journal.jsonl"
    lines = own.read_bytes().splitlines(keepends=True)
    older, damaged, other = (received.root / name for name in ("older", "damaged", "other"))
    older.write_bytes(b"".join(lines[:-1]))
    damaged.write_bytes(lines[0].replace(b"e", b"f", 1) + b"".join(lines[1:]))
    other.write_bytes(b"")
    for journal in (older, damaged, other):
        with pytest.raises(SetupError, match=r"journal|damaged"):
            node_backups.restore(received.root / "made", kept / "node", journal=journal)
    assert not (received.root / "made").exists()


def test_what_stands_beside_a_running_party_is_consistent(received: Any, kept: Path) -> None:
    """Backups were taken while all ran: each opens, says whose it is and has every record."""
    made = node_backups.restore(received.root / "made", kept / "node", runtime=received.runtime())
    assert (made.id, made.quarantine) == (NODE, True)
    again = Member.restore(kept / "member", received.root / "m", runtime=received.runtime())
    with again:
        assert again.engine.keys.get(received.referral) is not None
        again.sync()
        assert [one.referral for one in again.received()] == [received.referral]
