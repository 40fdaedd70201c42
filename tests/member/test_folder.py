"""One data directory is one member: joining, opening, rights, backup and restore."""

import os
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import Candidate, Member, limits
from fachkraft_share.errors import QuarantineError, RefusedError, SetupError, UnreachableError
from fachkraft_share.member import folder as folders
from fachkraft_share.member.identity import read_identity, write_identity
from fachkraft_share.member.settings import Settings, read_settings, write_settings
from fachkraft_share.ports.tables import TABLES

ID = "https://neu.example"


def joined(harz, folder: Path) -> Member:
    """Join with a fresh code."""
    code = harz.node.enrolment.invite("Neu GmbH", ["employer"])
    return Member.join(folder, code, id=ID, name="Neu GmbH", runtime=harz.runtime)


def test_joining_makes_a_folder_only_its_owner_can_read(harz, tmp_path: Path) -> None:
    """Keys, state and journal lie apart; no secret is readable by others."""
    with joined(harz, tmp_path / "neu") as member:
        assert member.sync().online
    found = {str(one.relative_to(tmp_path / "neu")) for one in (tmp_path / "neu").rglob("*")}
    assert {"config.toml", "state/state.db", "keys/keys.db", "keys/identity.json"} <= found
    assert not any("application" in one for one in found)
    for path in (tmp_path / "neu").rglob("*"):
        assert not path.stat().st_mode & 0o077, path.name


def test_a_folder_opens_again_and_knows_its_name(harz, tmp_path: Path) -> None:
    """What the authority states wins over what was typed; two members never share keys."""
    first = joined(harz, tmp_path / "neu")
    again = Member.open(tmp_path / "neu", runtime=harz.runtime)
    assert again.id == ID
    assert again.engine.identity == first.engine.identity
    assert again.sync().online
    assert all(one.health.level != "fail" for one in again.doctor())


def test_joining_again_after_a_lost_answer_is_fine(harz, tmp_path: Path) -> None:
    """The node takes a code once, for one application: the same one is handed in again."""
    code = harz.node.enrolment.invite("Neu GmbH", ["employer"])
    given = {"id": ID, "name": "Neu GmbH", "runtime": harz.runtime}
    harz.wire.before = lambda request: setattr(
        harz.wire, "lose_answers", int(request.operation == "POST /members")
    )
    with pytest.raises(UnreachableError):
        Member.join(tmp_path / "neu", code, **given)
    harz.wire.before = None
    harz.clock.pass_time(limits.HOUR)
    assert Member.join(tmp_path / "neu", code, **given).sync().online


def test_a_used_folder_or_a_wrong_code_is_refused(harz, tmp_path: Path) -> None:
    """Nothing is overwritten; what is no code is named so."""
    joined(harz, tmp_path / "neu")
    with pytest.raises(SetupError, match="already"):
        joined(harz, tmp_path / "neu")
    for code in ("", "hello", "fks1.", "fks1.abc", "fks2.e30"):
        with pytest.raises(SetupError, match="joining code"):
            Member.join(tmp_path / "b", code, id=ID, name="B", runtime=harz.runtime)
    with pytest.raises(SetupError, match="join first"):
        Member.open(tmp_path / "none", runtime=harz.runtime)


def test_a_node_with_another_root_is_not_joined(harz, tmp_path: Path) -> None:
    """The code pins the alliance: whoever answers in the node's place gets no application."""
    from fachkraft_share.member.joining import PREFIX, read_code
    from fachkraft_share.wire import strict
    from fachkraft_share.wire.encoding import b64

    code = read_code(harz.node.enrolment.invite("Neu", ["employer"]))
    other = attrs.evolve(code, r=b64(b"\x09" * 32))
    text = PREFIX + b64(strict.write(attrs.asdict(other)))
    with pytest.raises(RefusedError, match="wrong-root"):
        Member.join(tmp_path / "neu", text, id=ID, name="Neu", runtime=harz.runtime)
    assert "POST /members" not in harz.wire.calls[-1:]


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_keys_that_others_can_read_are_refused(harz, tmp_path: Path) -> None:
    """0600 or refuse to start."""
    joined(harz, tmp_path / "neu")
    (tmp_path / "neu" / "keys" / "identity.json").chmod(0o644)
    with pytest.raises(SetupError, match="chmod"):
        Member.open(tmp_path / "neu", runtime=harz.runtime)


def test_a_damaged_or_missing_identity_is_named(harz, tmp_path: Path) -> None:
    """The message says what to restore."""
    joined(harz, tmp_path / "neu")
    path = tmp_path / "neu" / "keys" / "identity.json"
    path.write_bytes(b"{}")
    with pytest.raises(SetupError, match="damaged"):
        Member.open(tmp_path / "neu", runtime=harz.runtime)
    path.unlink()
    with pytest.raises(SetupError, match="missing"):
        Member.open(tmp_path / "neu", runtime=harz.runtime)


def test_a_restored_folder_resynchronises_before_it_shows_anything(harz, tmp_path: Path) -> None:
    """Backup, withdrawal, restore: the person does not come back (P6)."""
    member = joined(harz, tmp_path / "neu")
    harz.members["neu"] = member
    harz.settle(rounds=1)
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    assert [one.referral for one in member.inbox()] == [referral]
    member.backup(tmp_path / "backup")
    with pytest.raises(SetupError, match="new or empty"):
        member.backup(tmp_path / "backup")
    person.withdraw()
    harz.settle(rounds=2)
    member.close_files()
    restored = Member.restore(tmp_path / "backup", tmp_path / "second", runtime=harz.runtime)
    with pytest.raises(QuarantineError):
        restored.inbox()
    with pytest.raises(QuarantineError):
        restored.request_contact(referral, job="Backend")
    harz.members["neu"] = restored
    harz.settle()
    assert not restored.inbox()
    assert not restored.needs_resync()


def test_the_newest_journal_ends_it_even_without_the_node(harz, tmp_path: Path) -> None:
    """Restored with the journal of the lost machine, while the line is cut."""
    member = joined(harz, tmp_path / "neu")
    harz.members["neu"] = member
    harz.settle(rounds=1)
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    member.backup(tmp_path / "backup")
    person.withdraw()
    harz.settle(rounds=2)
    harz.wire.cut = True
    newest = tmp_path / "neu" / folders.JOURNAL
    restored = Member.restore(
        tmp_path / "backup", tmp_path / "second", journal=newest, runtime=harz.runtime
    )
    restored.sync()
    told = restored.export_for_person(referral)
    assert told["profile"] is None
    assert told["closures"]


def test_a_backup_holds_three_parts_and_no_restore_goes_over_a_member(harz, tmp_path: Path) -> None:
    """State, keys and journal, each to be kept for its own time."""
    member = joined(harz, tmp_path / "neu")
    member.backup(tmp_path / "backup")
    names = {one.name for one in (tmp_path / "backup").iterdir()}
    assert {"state", "keys", "journal"} <= names
    with pytest.raises(SetupError, match="new or empty"):
        Member.restore(tmp_path / "backup", tmp_path / "neu", runtime=harz.runtime)
    with pytest.raises(SetupError):
        Member.restore(tmp_path / "nowhere", tmp_path / "c", runtime=harz.runtime)
    with pytest.raises(SetupError, match="data directory"):
        harz.members["muster"].backup(tmp_path / "d")


def test_an_identity_survives_its_file(harz) -> None:
    """Written and read again it is the same, and its repr shows no secret."""
    identity = harz.parties["muster"].identity
    assert read_identity(write_identity(identity)) == identity
    assert all(key.seed.hex() not in repr(identity) for key in identity.keys)


TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40)


@settings(max_examples=100)
@given(
    name=TEXT,
    contact=TEXT,
    adapters=st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT)),
    tables=st.dictionaries(st.sampled_from(TABLES), TEXT),
)
def test_settings_survive_their_file(name: str, contact: str, adapters, tables) -> None:
    """Any text, any adapter, any list: reading what was written gives the same value."""
    more = {"contact": contact, "adapters": adapters, "tables": tables}
    written = Settings(ID, name, "n", "u", "a", "r", k=7, **more)
    assert read_settings(write_settings(written)) == written


def test_a_job_title_is_coded_with_the_official_list_once_its_path_is_set(harz, tmp_path) -> None:
    """Without the list nobody knows the title; a list that is missing is named at the opening."""
    joined(harz, tmp_path / "neu").close_files()
    rows = "Berufsbenennungen;KldB 2010 (5-Steller)\nXylofonbauer/in;93624\n"
    (tmp_path / "neu" / "titles.csv").write_text(rows, encoding="utf-8")
    person = Candidate(given="A", family="B", email="a@b.example", title="Xylofonbauerin")
    with Member.open(tmp_path / "neu", runtime=harz.runtime) as member:
        with pytest.raises(RefusedError, match="occupation-unknown"):
            member.preview(person)
        told = attrs.evolve(member.engine.settings, tables={"titles": "titles.csv"})
    folders.save_settings(tmp_path / "neu", told)
    with Member.open(tmp_path / "neu", runtime=harz.runtime) as member:
        assert member.preview(person).profile.occupation.startswith("93")
    missing = attrs.evolve(told, tables={"titles": "gone.csv"})
    folders.save_settings(tmp_path / "neu", missing)
    with pytest.raises(SetupError, match=r"gone\.csv"):
        Member.open(tmp_path / "neu", runtime=harz.runtime)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x =", "TOML"),
        ("id = 1", "id"),
        ("colour = 'blue'", "colour"),
        ("id = 'a'", "name"),
        ("adapters = 'files'", "adapters"),
        ("tables = 'titles.csv'", "tables"),
        ("[tables]\nskills = 'a.csv'", "skills"),
    ],
)
def test_a_setting_that_is_wrong_is_named(text: str, names: str) -> None:
    """The message says which and where."""
    with pytest.raises(SetupError, match=names):
        read_settings(text)
