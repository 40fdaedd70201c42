"""Set-up by a file of answers: what is wrong is told at once, and nothing is written before."""

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.cli.main import run
from fachkraft_share.host.settings import read_settings as read_host
from fachkraft_share.node.settings import read_settings

from .conftest import Chamber
from .servers import free_port, mail_server

Answered = Callable[..., dict[str, str]]


def write(folder: Path, answers: Mapping[str, object]) -> Path:
    """Write answers as TOML."""
    lines = [f"{json.dumps(name)} = {json.dumps(one)}" for name, one in answers.items()]
    path = folder / "answers.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def init(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Run `init` with answers; return how it ended and what it said."""

    def ran(answers: Mapping[str, object], *more: str) -> tuple[int, Any]:
        path, folder = write(tmp_path, answers), f"--folder={tmp_path / 'new'}"
        capsys.readouterr()
        code = run(["init", f"--answers={path}", folder, "--json", "--lang=en", *more])
        said = capsys.readouterr()
        return code, json.loads(said.out or said.err)

    return ran


def test_a_chamber_founds_its_alliance(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """With commented settings, secrets, the root key elsewhere and the next commands."""
    answers = chambers_answers()
    code, told = init(answers)
    assert code == 0
    commands = [" ".join(one.split()[1:3]) for one in told["next"]]
    assert commands[:3] == ["node serve", "node admin", "node invite"]
    written = (tmp_path / "new" / "node.toml").read_text("utf-8")
    assert "# imprint" in written
    settings = read_settings(tmp_path / "new" / "node.toml", environment={})
    assert (settings.id, settings.region) == (answers["url"], "plz:38")
    assert (settings.desk.operator, settings.mail.host) == (answers["operator"], "")
    assert (tmp_path / "safe" / "root.json").exists()
    assert not (tmp_path / "new" / "setup.toml").exists()


def test_what_was_found_can_be_served_and_is_healthy(
    init: Any, chambers_answers: Answered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Doctor opens it; what it warns of was told during set-up."""
    assert init(chambers_answers())[0] == 0
    run(["doctor", f"--folder={tmp_path / 'new'}", "--json"])
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert "FKS-131" in {one["id"] for one in checks if one["level"] == "ok"}
    [legal] = [one for one in checks if one["id"] == "FKS-133"]
    assert legal["cause"].endswith(
        "unusable: accessibility_state, accessibility_date, accessibility_method"
    )


def test_the_pages_the_law_wants_are_asked_for(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """What is still missing is said in words; what is given stands in the settings."""
    told_land = {"land": "baden-württemberg"}
    code, told = init(chambers_answers(authority="", officer="dpo@harz.example", **told_land))
    assert code == 0
    causes = {one["code"]: one["cause"] for one in told["trials"]}
    missing = "the supervisory authority for data protection, who enforces accessibility."
    assert f"miss: {missing}" in causes["legal-missing"]
    assert "when they were tested" in causes["accessibility-open"]
    desk = read_settings(tmp_path / "new" / "node.toml", environment={}).desk
    assert (desk.land, desk.officer) == ("BW", "dpo@harz.example")
    assert desk.represented_by == "Dr. Erika Beispiel"


def test_who_has_an_imprint_is_not_asked_for_ours(init: Any, chambers_answers: Answered) -> None:
    """Then a representative is an answer nothing asks for; a Land is one of sixteen, or none."""
    code, told = init(chambers_answers(imprint="https://ihk.invalid/impressum"))
    assert (code, "represented_by" in told["error"]["message"]) == (2, True)
    code, told = init(chambers_answers(regoin="de"))
    assert (code, "did you mean region?" in told["error"]["message"]) == (2, True)
    code, told = init(chambers_answers(land="Atlantis"))
    assert (code, "German state" in told["error"]["message"]) == (2, True)


def test_mail_is_tried_and_written_down(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """With login; the password lies in a file of its owner's only."""
    with mail_server() as server:
        mail = {
            "mail_host": "127.0.0.1",
            "mail_tls": "none",
            "mail_port": server.port,
            "mail_sender": "fks@harz.example",
            "mail_user": "fks",
            "mail_password": 'quo"ted',
        }
        code, told = init({**chambers_answers(), **mail})
    assert code == 0
    assert "mail-taken" in {one["code"] for one in told["trials"]}
    path = tmp_path / "new" / "node.toml"
    assert read_settings(path, environment={}).mail.password == 'quo"ted'
    assert path.stat().st_mode & 0o077 == 0


def test_a_failed_trial_stops_before_anything_is_written(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """With cause and remedy; a step may be accepted as it is, by its name."""
    mail = {"mail_host": "mail.invalid", "mail_sender": "a@harz.example"}
    code, told = init({**chambers_answers(), **mail})
    assert code == 1
    [bad] = [one for one in told["trials"] if one["level"] == "fail"]
    assert "mail.invalid" in bad["cause"]
    assert bad["fix"]
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "safe").exists()
    code, _ = init({**chambers_answers(), **mail, "accept": ["mail"]})
    assert code == 0


def test_the_root_key_in_the_nodes_folder_is_never_accepted(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """Whatever the file says."""
    inside = {"root_key": str(tmp_path / "new" / "root.json"), "accept": ["keys"]}
    code, told = init({**chambers_answers(), **inside})
    assert code == 1
    assert "root-inside" in {one["code"] for one in told["trials"]}


def test_all_wrong_answers_are_told_at_once(init: Any, chambers_answers: Answered) -> None:
    """By question; one that nothing asks for is a typing error."""
    wrong = {"region": "Harz", "url": "http://node.example", "operator": ""}
    code, told = init({**chambers_answers(), **wrong})
    assert code == 2
    assert all(name in told["error"]["message"] for name in wrong)
    code, told = init({**chambers_answers(), "regoin": "de"})
    assert (code, "regoin" in told["error"]["message"]) == (2, True)


def test_a_dry_run_writes_nothing_and_shows_no_secret(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """Everything was tried, though."""
    code, told = init(chambers_answers(), "--dry-run")
    assert (code, told["dry_run"]) == (0, True)
    assert not (tmp_path / "new").exists()


def test_a_firm_joins_and_its_system_is_connected(
    init: Any, firms_answers: dict[str, str], tmp_path: Path
) -> None:
    """The node was asked first, then the system, then everything was written."""
    code, told = init(firms_answers)
    assert code == 0
    assert {"node", "system"} <= {one["code"] for one in told["trials"]}
    settings = tomllib.loads((tmp_path / "new" / "config.toml").read_text("utf-8"))
    assert settings["adapters"]["files"]["folder"] == firms_answers["setting.files.folder"]
    assert (tmp_path / "ats" / "in").is_dir()


def test_a_used_code_is_refused_and_leaves_no_member(
    init: Any, firms_answers: dict[str, str], chamber: Chamber, tmp_path: Path
) -> None:
    """The node says so when the code is handed in; nothing of it is a member's folder."""
    assert init(firms_answers)[0] == 0
    (tmp_path / "new").rename(tmp_path / "first")
    code, told = init({**firms_answers, "id": "https://other.example"})
    assert code == 1
    assert "code" in told["error"]["message"]
    assert not (tmp_path / "new" / "config.toml").exists()
    assert init({**firms_answers, "id": "https://other.example", "code": chamber.code()})[0] == 0


def test_a_node_that_is_gone_is_told_by_its_code(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """Nobody listens there."""
    from fachkraft_share.wire.encoding import b64

    text = json.dumps(
        {"u": "http://127.0.0.1:9", "s": "x", "r": b64(bytes(32)), "a": "https://a.example"}
    )
    code, told = init(
        {
            "who": "firm",
            "code": f"fks1.{b64(text.encode())}",
            "name": "Muster",
            "id": "https://muster.example",
            "contact": "x",
        }
    )
    assert code == 1
    assert "refused" in {one["code"] for one in told["trials"]}


def test_a_host_for_firms_without_it_is_set_up(init: Any, tmp_path: Path) -> None:
    """What its contract wants is asked; the folder is tried; the next commands are named."""
    answers = hosts_answers()
    code, told = init(answers)
    assert code == 0
    codes = {one["code"] for one in told["trials"]}
    assert {"legal", "folder", "host-mail-missing"} <= codes
    assert codes & {"apart", "node-same-user"}  # the latter while a node is served here
    commands = [" ".join(one.split()[1:3]) for one in told["next"]]
    assert commands[:2] == ["host serve", "host add-firm"]
    settings = read_host(tmp_path / "new" / "host.toml")
    assert (settings.url, settings.measures) == (answers["host_at"], answers["measures"])
    assert settings.subprocessors == ("Rechenzentrum GmbH, Goslar, Server", "Mailhaus, Kiel, Mails")
    assert (settings.legal.name, settings.legal.land) == ("Posteingänge Harz", "none")
    assert init(answers)[0] == 2  # it is set up already


def test_a_host_is_never_set_up_around_a_node(
    init: Any, chambers_answers: Answered, tmp_path: Path
) -> None:
    """The node must not see what lies there; whatever the file accepts."""
    assert init(chambers_answers())[0] == 0
    (tmp_path / "new").rename(tmp_path / "node")
    (tmp_path / "new").mkdir()
    (tmp_path / "node").rename(tmp_path / "new" / "node")
    code, told = init({**hosts_answers(), "accept": ["host_place"]})
    assert code == 1
    assert "host-not-apart" in {one["code"] for one in told["trials"]}
    assert not (tmp_path / "new" / "host.toml").exists()


def hosts_answers() -> dict[str, str]:
    """What somebody answers who runs inboxes for firms without IT."""
    port = str(free_port())
    return {
        "who": "host",
        "name": "Posteingänge Harz",
        "operator": "Harz IT GmbH, Markt 2, 38100 Harz",
        "contact": "it@harz.example",
        "represented_by": "Dr. Erika Beispiel",
        "authority": "Die Landesbeauftragte, Hannover",
        "land": "none",
        "measures": "https://harz-it.example/tom",
        "subprocessors": "Rechenzentrum GmbH, Goslar, Server; Mailhaus, Kiel, Mails",
        "host_at": f"http://127.0.0.1:{port}",
        "host_port": port,
    }


def test_the_others_have_nothing_to_set_up(init: Any, tmp_path: Path) -> None:
    """Trying out leads to the demo, a hosted firm to its chamber's page."""
    assert init({"who": "trial"})[1]["next"] == ["fachkraft-share demo"]
    code, told = init({"who": "hosted", "host_url": "https://kammer.invalid"})
    assert code == 1
    assert told["trials"][0]["code"] == "no-such-name"


def test_a_folder_that_is_set_up_is_left_alone(init: Any, chambers_answers: Answered) -> None:
    """Said in one sentence, with what to do."""
    assert init(chambers_answers())[0] == 0
    code, told = init(chambers_answers())
    assert code == 2
    assert "doctor" in told["error"]["message"]


def test_without_a_terminal_the_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody waits for an answer that cannot come."""
    assert run(["init", "--text"]) == 2
    assert "--answers" in capsys.readouterr().err
