"""A node's folder: made once, private, backed up in parts, restored with care."""

import stat
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.errors import SetupError
from fachkraft_share.node.folder import (
    Founding,
    init,
    open_node,
    read_root,
    renew_root_statement,
)
from fachkraft_share.node.history.backups import backup, restore
from fachkraft_share.node.history.quarantine import quarantined
from fachkraft_share.node.settings import read_settings
from fachkraft_share.wire.suite import Standard

FOUNDING = Founding("https://node.harz.example", "https://harz.example", name='Harz "Süd"')


@pytest.fixture
def node(tmp_path: Path) -> Any:
    """Return a new node."""
    return init(tmp_path / "node", FOUNDING, root=tmp_path / "root.json")


def test_a_new_folder_is_a_working_alliance(tmp_path: Path, node: Any) -> None:
    """Opened again it is the same."""
    newest = node.exchange.directory().newest
    assert newest is not None
    assert newest.name.number == 1
    again = open_node(tmp_path / "node")
    assert again.exchange.directory().newest == newest
    assert again.exchange.settings.name == 'Harz "Süd"'


def test_only_the_owner_can_read_it_and_the_root_lies_elsewhere(tmp_path: Path, node: Any) -> None:
    """Every file 0600; two installations have different keys."""
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    root = read_root(tmp_path / "root.json", at=0, suite=Standard())
    seed = root.seed
    for path in (tmp_path / "node").rglob("*"):
        assert not path.is_file() or seed not in path.read_bytes()
    other = init(tmp_path / "other", FOUNDING, root=tmp_path / "other.json")
    assert other.exchange.keys.node.kid != node.exchange.keys.node.kid
    assert other.exchange.settings.root != node.exchange.settings.root


def test_nothing_is_overwritten(tmp_path: Path, node: Any) -> None:
    """Neither folder nor root key; and the root key is not put into the folder."""
    with pytest.raises(SetupError, match="already"):
        init(tmp_path / "node", FOUNDING, root=tmp_path / "new.json")
    with pytest.raises(SetupError, match="already"):
        init(tmp_path / "new", FOUNDING, root=tmp_path / "root.json")
    with pytest.raises(SetupError, match="outside"):
        init(tmp_path / "new", FOUNDING, root=tmp_path / "new" / "root.json")
    with pytest.raises(SetupError, match="HTTPS"):
        init(tmp_path / "new", Founding("node", "https://harz.example"), root=tmp_path / "r")
    same = Founding("https://harz.example", "https://harz.example")
    with pytest.raises(SetupError, match="different"):
        init(tmp_path / "new", same, root=tmp_path / "r")
    assert not (tmp_path / "new").exists()


def test_keys_others_can_read_are_refused(tmp_path: Path, node: Any) -> None:
    """Before anything is served with them."""
    (tmp_path / "node" / "keys.json").chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        open_node(tmp_path / "node")


@pytest.mark.parametrize("text", ["", "id = 1", "[", 'id = "x"\nunknown = 1'])
def test_settings_that_cannot_be_read_say_what_is_wrong(
    tmp_path: Path, node: Any, text: str
) -> None:
    """One sentence that names the file."""
    path = tmp_path / "node" / "node.toml"
    path.write_text(text)
    with pytest.raises(SetupError, match=r"node\.toml"):
        read_settings(path, environment={})
    with pytest.raises(SetupError, match="missing"):
        read_settings(tmp_path / "no.toml", environment={})


def test_the_environment_wins_over_the_file(tmp_path: Path, node: Any) -> None:
    """For containers."""
    told = {
        "FKS_NODE_URL": "https://elsewhere.example",
        "FKS_NODE_MAIL_HOST": "mail.example",
        "FKS_NODE_MAIL_PORT": "25",
        "FKS_NODE_POLICY_LEAST_ASSURANCE": "confirmed",
    }
    settings = read_settings(tmp_path / "node" / "node.toml", environment=told)
    assert settings.link("x") == "https://elsewhere.example/d/x"
    assert (settings.mail.host, settings.mail.port) == ("mail.example", 25)
    assert settings.policy.policy().least_assurance == "confirmed"
    assert "password" not in repr(settings)


def test_a_backup_with_the_newest_journal_serves_at_once_and_without_waits(
    tmp_path: Path, node: Any
) -> None:
    """Without it the node hears its members first."""
    node.enrolment.invite("Muster", ["employer"])
    files = backup(tmp_path / "node", tmp_path / "copy")
    names = {path.name for path in files}
    assert names == {"node.db", "keys.json", "node.toml", "journal.jsonl", "backup.json"}
    with pytest.raises(SetupError, match="already"):
        backup(tmp_path / "node", tmp_path / "copy")
    journal = tmp_path / "node" / "journal" / "journal.jsonl"
    restore(tmp_path / "one", tmp_path / "copy", journal=journal)
    restore(tmp_path / "two", tmp_path / "copy")
    for name, waits in (("one", False), ("two", True)):
        opened = open_node(tmp_path / name)
        with opened.exchange.store.begin(write=False) as transaction:
            assert quarantined(transaction) is waits
    opened.release()
    with opened.exchange.store.begin(write=False) as transaction:
        assert not quarantined(transaction)
    with pytest.raises(SetupError, match="already"):
        restore(tmp_path / "one", tmp_path / "copy")
    with pytest.raises(SetupError, match="half a backup"):
        restore(tmp_path / "three", tmp_path / "nothing")


def test_the_root_signs_the_online_key_anew(tmp_path: Path, node: Any) -> None:
    """With this alliance's root key only."""
    before = node.exchange.directory().newest.name.number
    renew_root_statement(tmp_path / "node", root=tmp_path / "root.json")
    assert open_node(tmp_path / "node").exchange.directory().newest.name.number == before + 1
    init(tmp_path / "other", FOUNDING, root=tmp_path / "other.json")
    with pytest.raises(SetupError, match="another alliance"):
        renew_root_statement(tmp_path / "node", root=tmp_path / "other.json")
    (tmp_path / "bad.json").touch(mode=0o600)
    with pytest.raises(SetupError, match="not a root key"):
        renew_root_statement(tmp_path / "node", root=tmp_path / "bad.json")
