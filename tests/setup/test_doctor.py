"""`doctor` knows every misconfiguration that was met so far; each is brought about for real."""

import datetime as dt
import json
import os
import re
import sys
import time
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest

import fachkraft_share
from fachkraft_share import Member, limits
from fachkraft_share.cli.explanations import EXPLANATIONS
from fachkraft_share.cli.fitting import missed
from fachkraft_share.cli.main import run
from fachkraft_share.cli.trouble import machine_checks
from fachkraft_share.host.folder import init
from fachkraft_share.host.settings import Settings, write_settings
from fachkraft_share.member.engine import HEARD
from fachkraft_share.member.records import Standing
from fachkraft_share.node.records import JoinCode
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.ports.health import Level
from fachkraft_share.testing.openid_provider import openid_provider
from fachkraft_share.web.legal import LegalSettings

from .conftest import Chamber
from .servers import HERE, Answer, free_port, mail_server, web_server

Doctor = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Run `doctor` on a folder; return what is not ok, by id."""

    def asked(folder: Path) -> dict[str, dict[str, str]]:
        capsys.readouterr()
        run(["doctor", f"--folder={folder}", "--json"])
        checks = json.loads(capsys.readouterr().out)["checks"]
        assert all(one["id"] in EXPLANATIONS for one in checks if one["id"].startswith("FKS"))
        assert all(one["cause"] and one["fix"] for one in checks if one["level"] != "ok")
        return {one["id"]: one for one in checks if one["level"] != "ok"}

    return asked


@pytest.fixture
def node(tmp_path: Path, chambers_answers: Callable[..., dict[str, str]]) -> Path:
    """A node's folder as `init` makes it."""
    from .test_by_file import write

    path = write(tmp_path, chambers_answers())
    assert run(["init", f"--answers={path}", f"--folder={tmp_path / 'new'}", "--json"]) == 0
    return tmp_path / "new"


@pytest.fixture
def firm(tmp_path: Path, firms_answers: dict[str, str]) -> Path:
    """A firm's folder as `init` makes it."""
    from .test_by_file import write

    path = write(tmp_path, firms_answers)
    assert run(["init", f"--answers={path}", f"--folder={tmp_path / 'firm'}", "--json"]) == 0
    return tmp_path / "firm"


def set_in(folder: Path, old: str, new: str, *, file: str = "node.toml") -> None:
    """Change a settings file by hand, as an administrator does."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_node_that_nobody_serves_does_not_lead_back(doctor: Doctor, node: Path) -> None:
    """Its proxy, or the node itself, is not there."""
    found = doctor(node)
    assert found["FKS-134"]["level"] == "fail"
    assert "nobody listens" in found["FKS-134"]["cause"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(502), "does not reach the node"),
        (Answer(404), "changes the path"),
        (Answer(302, b"", {"Location": "https://login.example/"}), "leads on to"),
        (Answer(200, b"<h1>Apache</h1>"), "Something other than a node"),
        (Answer(200, b'{"node": "https://other.example"}'), "Another node"),
    ],
)
def test_a_proxy_that_is_wrong_is_wrong_in_its_own_way(
    doctor: Doctor, node: Path, answer: Answer, said: str
) -> None:
    """Each with what to do about it."""
    with web_server(answer) as url:
        set_in(node, 'url = ""', f'url = "{url}"')
        assert said in doctor(node)["FKS-134"]["cause"]


def test_a_node_that_is_served_leads_back(doctor: Doctor, chamber: Chamber, tmp_path: Path) -> None:
    """And only its name, made for this test, is none to keep."""
    found = doctor(tmp_path / "chamber")
    assert "FKS-134" not in found
    assert found["FKS-138"]["level"] == "warn"


def test_a_mail_server_is_tried(doctor: Doctor, node: Path) -> None:
    """None, one without a sender, one that is not there, one that takes letters."""
    assert doctor(node)["FKS-135"]["level"] == "warn"
    with mail_server() as server:
        set_in(
            node,
            '# host = "mail.example"',
            f'host = "{HERE}"\nport = {server.port}\ntls = "none"\n#',
        )
        assert "no sender" in doctor(node)["FKS-135"]["cause"]
        set_in(node, '# sender = "fachkraft@example"', 'sender = "fks@harz.example"')
        assert "FKS-135" not in doctor(node)
    assert doctor(node)["FKS-135"]["level"] == "fail"


def test_mail_that_would_cross_the_line_unencrypted_keeps_a_node_from_opening(
    doctor: Doctor, node: Path
) -> None:
    """Told where it is looked for first."""
    set_in(node, '# host = "mail.example"', 'host = "mail.example"\ntls = "none"\n#')
    assert "mail.tls" in doctor(node)["FKS-131"]["cause"]


def test_a_root_key_left_with_the_node_is_found(doctor: Doctor, node: Path) -> None:
    """Whatever it is called now."""
    assert "FKS-137" not in doctor(node)
    os.replace(node.parent / "safe" / "root.json", node / "old.json")
    found = doctor(node)["FKS-137"]
    assert (found["level"], "old.json" in found["cause"]) == ("fail", True)


def test_a_journal_on_the_same_disk_is_told(doctor: Doctor, node: Path) -> None:
    """Both would be lost together; elsewhere it is fine."""
    assert doctor(node)["FKS-136"]["level"] == "warn"
    shared = Path("/dev/shm")  # noqa: S108 - on Linux another file system than the folder's
    if not shared.is_dir() or shared.stat().st_dev == node.stat().st_dev:
        return
    with TemporaryDirectory(dir=shared) as elsewhere:
        set_in(node, '# journal = "…"', f'journal = "{elsewhere}/journal.jsonl"\n#')
        assert "FKS-136" not in doctor(node)


@pytest.mark.parametrize("party", ["node", "firm"])
def test_a_backup_that_is_missing_or_old_is_told(
    doctor: Doctor, party: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Made by the command itself; a week later its keys are gone."""
    folder = request.getfixturevalue(party)
    assert "none was made" in doctor(folder)["FKS-027"]["cause"]
    command = ["node", "backup"] if party == "node" else ["backup"]
    assert run([*command, str(tmp_path / "copy"), f"--folder={folder}", "--json"]) == 0
    assert "FKS-027" not in doctor(folder)
    note = folder / "state" / "backed-up"
    note.write_text(str(int(time.time()) - 9 * limits.DAY))
    assert "9 days old" in doctor(folder)["FKS-027"]["cause"]


def test_a_clock_before_the_installation_is_told(tmp_path: Path) -> None:
    """The program's own file is made younger than now, as a clock set back makes it look."""
    file = Path(fachkraft_share.__file__)
    before = file.stat()
    [clock] = [check for id, _, check in machine_checks(tmp_path) if id == "FKS-026"]
    assert clock().level is Level.OK
    try:
        os.utime(file, (before.st_atime, time.time() + 9 * limits.DAY))
        assert clock().level is Level.FAIL
    finally:
        os.utime(file, (before.st_atime, before.st_mtime))


def test_the_way_to_a_node_is_told_apart(doctor: Doctor, firm: Path, chamber: Chamber) -> None:
    """A name, a port, another page: FKS-001 only says that it does not answer."""
    assert "FKS-028" not in doctor(firm)
    set_in(firm, chamber.url, f"http://{HERE}:{free_port()}", file="config.toml")
    found = doctor(firm)
    assert (found["FKS-001"]["level"], "nobody listens" in found["FKS-028"]["cause"]) == (
        "fail",
        True,
    )


def test_a_privacy_notice_that_cannot_be_read_is_told(doctor: Doctor, firm: Path) -> None:
    """Not there, or answering with an error."""
    assert "FKS-029" not in doctor(firm)  # without one FKS-008 tells
    with web_server(Answer(404)) as url:
        set_in(firm, 'notice = ""', f'notice = "{url}/datenschutz"', file="config.toml")
        assert "404" in doctor(firm)["FKS-029"]["cause"]
    assert "nobody listens" in doctor(firm)["FKS-029"]["cause"]
    with web_server() as url:
        text = (firm / "config.toml").read_text("utf-8")
        line = next(one for one in text.splitlines() if one.startswith("notice"))
        set_in(firm, line, f'notice = "{url}/datenschutz"', file="config.toml")
        assert "FKS-029" not in doctor(firm)


def test_what_others_can_read_is_told(doctor: Doctor, node: Path) -> None:
    """Keys lie there."""
    node.chmod(0o755)
    assert doctor(node)["FKS-020"]["level"] == "fail"
    (node / "keys.json").chmod(0o644)
    assert doctor(node)["FKS-131"]["level"] == "fail"


def test_a_plugin_that_is_named_and_not_there_is_told(doctor: Doctor, firm: Path) -> None:
    """Without it nothing leaves."""
    set_in(firm, "language", 'plugins = ["files", "scanner"]\nlanguage', file="config.toml")
    assert "scanner" in doctor(firm)["FKS-011"]["cause"]


def test_an_invitation_that_runs_out_is_named(
    doctor: Doctor, chamber: Chamber, tmp_path: Path
) -> None:
    """Days before, by the firm's name; one that was taken up is not."""
    chamber.code("Säumig GmbH")
    assert "FKS-117" not in doctor(tmp_path / "chamber")
    with chamber.node.exchange.store.begin() as transaction:
        [code] = transaction.every(JoinCode)
        transaction.put(attrs.evolve(code, expires=int(time.time()) + limits.DAY))
    assert "Säumig GmbH" in doctor(tmp_path / "chamber")["FKS-117"]["cause"]
    with chamber.node.exchange.store.begin() as transaction:
        transaction.put(attrs.evolve(code, expires=int(time.time()) + 60, used_by="x"))
    assert "FKS-117" not in doctor(tmp_path / "chamber")


def test_an_office_nobody_can_sign_in_to_is_told(doctor: Doctor, node: Path) -> None:
    """No administrator, no passkeys under http; under a name with https they are possible."""
    found = doctor(node)
    assert "node admin" in found["FKS-139"]["fix"]
    assert "not https" in found["FKS-140"]["cause"]
    set_in(node, 'url = ""', 'url = "https://node.invalid"')
    assert "FKS-140" not in doctor(node)
    set_in(node, 'url = "https://node.invalid"', 'url = "https://192.0.2.1"')
    assert "no name" in doctor(node)["FKS-140"]["cause"]


def test_a_sign_in_provider_that_does_not_answer_is_told(doctor: Doctor, node: Path) -> None:
    """Asked as at a sign-in, before anybody stands before a closed door."""
    with openid_provider() as provider:
        ways = f'issuer = "{provider.url}"\nclient = "fks"'
        set_in(node, "[desk]", f'[login]\n{ways}\n[login.groups]\nx = "reader"\n\n[desk]')
        assert "FKS-141" not in doctor(node)
    assert doctor(node)["FKS-141"]["level"] == "fail"


def test_a_folder_of_the_demo_that_is_left_is_told(
    doctor: Doctor, node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of today may be running."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "fachkraft-share-demo-x"
    left.mkdir()
    assert "FKS-031" not in doctor(node)
    os.utime(left, (0, 0))
    assert str(left) in doctor(node)["FKS-031"]["cause"]


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        (">=0.1", []),
        (">=1.3, <2", [">=1.3"]),
        (">1,!=1.2", ["!=1.2"]),
        ("<=1.2.0,==1.2", []),
        ("<1", ["<1"]),
        ("~=9", []),
        ("", []),
    ],
)
def test_an_adapter_says_for_which_versions_it_was_made(wanted: str, wrong: list[str]) -> None:
    """A form that is not read is left to the installer."""
    assert missed(wanted, has="1.2.0rc1") == wrong


def test_an_adapter_made_for_a_later_version_is_told(
    doctor: Doctor, firm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed beside the others, as pip leaves it when the library is put back."""
    assert "FKS-030" not in doctor(firm)
    install_later_adapter(tmp_path / "site", monkeypatch)
    assert "later-adapter wants >=99" in doctor(firm)["FKS-030"]["cause"]


def install_later_adapter(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install an adapter made for a version there is not."""
    made = site / "later_adapter-1.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: later-adapter\nVersion: 1\n"
        "Requires-Dist: fachkraft-share>=99\n"
    )
    (made / "entry_points.txt").write_text("[fachkraft_share]\nlater = later_adapter\n")
    (site / "later_adapter.py").write_text("")
    monkeypatch.syspath_prepend(str(site))


def test_a_plugin_made_for_another_version_is_named_at_a_node_too(
    doctor: Doctor, node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is loaded there as well, and judges profiles and documents."""
    install_later_adapter(tmp_path / "site", monkeypatch)
    assert "later-adapter wants >=99" in doctor(node)["FKS-030"]["cause"]


def test_a_member_that_hears_nothing_for_days_is_told(doctor: Doctor, firm: Path) -> None:
    """Its service does not run: no withdrawal comes through, however well all else looks."""
    assert run(["sync", f"--folder={firm}", "--json"]) == 0
    assert "FKS-015" not in doctor(firm)
    with Member.open(firm) as member, member.engine.store.begin() as transaction:
        transaction.put(Standing(HEARD, "", int(time.time()) - 3 * limits.DAY))
    found = doctor(firm)["FKS-015"]
    assert (found["level"], "for 3 days" in found["cause"]) == ("fail", True)


def test_an_overview_that_nobody_sends_is_told(doctor: Doctor, firm: Path) -> None:
    """The setting alone sends nothing."""
    wish = 'plugins = ["files"]\ndigest = "daily"'
    set_in(firm, 'digest = ""', wish, file="config.toml")
    assert "daily" in doctor(firm)["FKS-016"]["cause"]


def test_a_machine_without_time_zones_is_told(
    doctor: Doctor, firm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows is, and many a small container."""
    assert "FKS-032" not in doctor(firm)
    for name in ("tzdata", "tzdata.zoneinfo", "tzdata.zoneinfo.Europe"):
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        assert "pip install tzdata" in doctor(firm)["FKS-032"]["fix"]
    finally:
        zoneinfo.reset_tzpath()


def test_a_statement_on_accessibility_grows_old(doctor: Doctor, node: Path) -> None:
    """It is looked through each year; a fresh one is fine."""
    today = dt.datetime.now(dt.UTC).date()
    for days, told in ((400, True), (10, False)):
        day = f'accessibility_date = "{today - dt.timedelta(days)}"'
        text = (node / "node.toml").read_text("utf-8")
        text = re.sub("(?m)^#? ?accessibility_date = .*$", day, text)
        assert day in text
        (node / "node.toml").write_text(text, encoding="utf-8")
        assert ("FKS-142" in doctor(node)) is told


def test_what_a_host_stands_on_is_asked_too(doctor: Doctor, tmp_path: Path) -> None:
    """Its address, its mail server, its pages and their age; each is told until it is right."""
    folder, today = tmp_path / "host", dt.datetime.now(dt.UTC).date()
    with web_server(Answer(502)) as away, mail_server() as mail:
        settings = Settings(away, "https://harz.example/tom", legal=LegalSettings("Posteingänge"))
        init(folder, settings).close()
        found = doctor(folder)
        assert {"FKS-210", "FKS-211", "FKS-212"} <= found.keys()
        assert "502" in found["FKS-210"]["cause"]
        assert "represented_by" in found["FKS-212"]["cause"]
        assert "host.toml" in found["FKS-211"]["fix"]
        legal = LegalSettings(
            "Posteingänge",
            "Harz IT, Markt 1, 38100 Harz",
            represented_by="Dr. Beispiel",
            contact="it@harz.example",
            authority="Die Landesbeauftragte",
            land="none",
            accessibility_state="full",
            accessibility_date=str(today - dt.timedelta(400)),
            accessibility_method="Selbstbewertung",
        )
        letters = MailSettings(HERE, mail.port, "fks@harz.example", tls="none")
        with web_server(Answer(200, b"<h1>Inboxes")) as here:
            right = Settings(here, "https://harz.example/tom", legal=legal, mail=letters)
            (folder / "host.toml").write_text(write_settings(right), encoding="utf-8")
            found = doctor(folder)
    assert found.keys() & {"FKS-210", "FKS-211", "FKS-212"} == set()
    assert "400 days" in found["FKS-213"]["cause"]


def test_every_check_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """By `explain`, with a title, a reason and what to do."""
    for id in EXPLANATIONS:
        capsys.readouterr()
        assert run(["explain", id, "--json"]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert all(told[name] for name in ("title", "why", "what_to_do"))
