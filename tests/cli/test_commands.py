"""The commands, from founding an alliance to erasing a person, over a real node."""

import importlib.util
import json
from pathlib import Path

import pytest

from fachkraft_share.cli import exits

from .conftest import PERSONAL, RESUME, Place, fks, must, recommend

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("fachkraft_share_files") is None,
    reason="the adapter files is not installed",
)


def _asked(place: Place) -> tuple[str, str]:
    """Play until Beispiel has asked for contact; return the referral and the person's link."""
    person = recommend(place)
    person.grant(employer="Altdaten KG")
    place.sync("muster", "beispiel")
    [match] = must("inbox", place.folder("beispiel"))["inbox"]
    must("request", match["referral"], place.folder("beispiel"), "--job=Backend")
    place.sync("muster")
    person.agree("https://beispiel.example")
    person.browser.close()
    return match["referral"], person.link


def test_a_person_goes_from_one_company_to_the_other_and_out_again(place: Place) -> None:
    """Recommend, grant, ask, agree, receive, report, withdraw, verify: all by commands."""
    referral, link = _asked(place)
    place.sync("muster", "beispiel")
    [got] = must("received", place.folder("beispiel"), "--files")["received"]
    assert got["candidate"]["basics"]["email"] == "aylin@postfach.example"
    assert must("outcome", referral, "hired", place.folder("beispiel"))["outcome"] == "hired"
    exported = must("export", referral, "--for-person", place.folder("beispiel"))
    assert "Beispielfrau" in json.dumps(exported)
    must("withdraw", link, "--yes")
    place.sync("beispiel", "muster")
    assert must("received", place.folder("beispiel"))["received"] == []
    left = [path for path in (place.root / "beispiel").rglob("*") if path.is_file()]
    left += [path for path in (place.root / "beispiel-ats").rglob("*") if path.is_file()]
    assert not any(word.encode() in path.read_bytes() for path in left for word in PERSONAL)
    assert must("explain", referral, place.folder("beispiel"))["state"] == "closed"


def test_a_dry_run_says_which_fields_go_to_whom_and_sends_nothing(place: Place) -> None:
    """The node's feed and the folders are as before."""
    person = recommend(place)
    person.grant(employer="Altdaten KG")
    place.sync("muster", "beispiel")
    [match] = must("inbox", place.folder("beispiel"))["inbox"]
    with place.node.exchange.store.begin(write=False) as transaction:
        before = transaction.head()
    referral = match["referral"]
    for command in (
        ("request", referral, place.folder("beispiel"), "--job=Backend"),
        ("outcome", referral, "hired", place.folder("beispiel")),
        ("close", referral, place.folder("muster")),
        ("withdraw", person.link),
        ("sync", place.folder("muster")),
    ):
        assert must(*command, "--dry-run")["dry_run"] is True
    person.browser.close()
    with place.node.exchange.store.begin(write=False) as transaction:
        assert transaction.head() == before
    assert must("inbox", place.folder("beispiel"))["inbox"][0]["status"] == "new"


@pytest.mark.parametrize("id", ["-dQFcfD0gM7olD6pSQoUwg", "--QFcfD0gM7olD6pSQoUwg"])
def test_an_id_that_begins_with_a_dash_is_still_no_option(place: Place, id: str) -> None:
    """One in sixty-four does; what an option is given may look like that as well."""
    folder = place.folder("beispiel")
    for command in (
        ("request", id, folder, "--job", id, "--dry-run"),
        ("outcome", "--dry-run", id, "hired", folder),
        ("close", folder, id, "--dry-run"),
    ):
        assert must(*command)["referral"] == id
    for command in (("explain", id, folder), ("export", id, "--for-person", folder)):
        refused = fks(*command)
        assert refused.code != exits.OK
        assert "option" not in refused.err
    assert "No such option" in fks("explain", "--not-an-option", folder).err


def test_a_recommendation_writes_the_letter_to_enclose(place: Place, tmp_path: Path) -> None:
    """A PDF with link and code; not where the node mails the link and never tells it."""
    pytest.importorskip("typst")
    letter, resume = tmp_path / "brief.pdf", tmp_path / "profil.json"
    resume.write_text(json.dumps(RESUME), encoding="utf-8")
    asked = ("recommend", "4712", f"--file={resume}", f"--letter={letter}")
    both = fks(*asked, place.folder("muster"), "--rejected-on=2026-01-19", "--mail")
    assert (both.code, letter.exists()) == (2, False)
    told = must(*asked, place.folder("muster"), "--rejected-on=2026-01-19")
    assert told["link"]
    assert letter.read_bytes().startswith(b"%PDF-")


def test_a_dry_recommendation_shows_the_profile_and_keeps_the_person_here(place: Place) -> None:
    """Exactly what others would see, who they are, and what stays; no invitation is made."""
    place.sync("muster")
    file = place.root / "resume.json"
    file.write_text(json.dumps({"basics": {"name": "Aylin B", "label": "Köchin"}}))
    arguments = ("4712", f"--file={file}", place.folder("muster"), "--rejected-on=2026-01-02")
    told = fks("recommend", *arguments, "--dry-run")
    value = told.json
    assert value["others_would_see"]["occupation"] == "29"
    assert value["to"] == ["beispiel"]
    assert "Aylin" not in told.out
    made = must("recommend", *arguments)
    assert made["profile"] == value["others_would_see"]


def test_the_doctor_finds_nothing_on_a_new_member(place: Place) -> None:
    """Each check has an id, ends well, and is explained."""
    found = must("doctor", place.folder("muster"))
    assert found["ok"]
    for check in found["checks"]:
        assert must("explain", check["id"])["what_to_do"]


def test_the_doctor_lists_plugins_and_misses_one_that_is_named(place: Place) -> None:
    """With their hooks; the one the settings name and nobody installed is an error."""
    checks = must("doctor", place.folder("muster"))["checks"]
    [plugin] = [one for one in checks if one["title"].startswith("Plugin files ")]
    assert plugin["id"] == "FKS-012"
    assert plugin["title"].endswith(" works (adapters)")
    config = place.root / "muster" / "config.toml"
    config.write_text('plugins = ["files", "scanner"]\n' + config.read_text())
    done = fks("doctor", place.folder("muster"))
    assert done.code == exits.REFUSED
    told = {one["id"]: one for one in done.json["checks"]}
    assert told["FKS-022"]["cause"] == "scanner: not installed"
    assert "scanner" in told["FKS-011"]["cause"]


def test_the_doctor_finds_what_is_wrong(place: Place) -> None:
    """A folder others can read fails, with the command that mends it, and so does the exit."""
    (place.root / "muster").chmod(0o755)
    done = fks("doctor", place.folder("muster"), "--text")
    assert done.code == exits.REFUSED
    assert "FKS-020" in done.out
    assert "chmod 700" in done.out


def test_the_doctor_checks_a_node(place: Place) -> None:
    """Every check of a node is explained; over plain HTTP it warns but does not fail."""
    place.node.tick()
    found = must("doctor", place.folder("node"))
    levels = {check["id"]: check["level"] for check in found["checks"]}
    assert levels["FKS-132"] == "warn"
    assert "fail" not in levels.values()
    for id in levels:
        assert must("explain", id)["why"]


def test_a_referral_is_explained_on_both_sides(place: Place) -> None:
    """Before the person agreed the gate's answer says why nothing went out."""
    person = recommend(place)
    drafts = must("sync", place.folder("muster"))
    assert drafts["online"]
    referral = _only_referral(place)
    told = must("explain", referral, place.folder("muster"))
    assert (told["role"], told["state"]) == ("origin", "draft")
    assert told["gate"] == ["publish: refused (no-consent)"]
    person.grant(employer="Altdaten KG")
    person.browser.close()
    place.sync("muster", "beispiel")
    assert "hold: allowed" in must("explain", referral, place.folder("beispiel"))["gate"]


def _only_referral(place: Place) -> str:
    from fachkraft_share import Member
    from fachkraft_share.protocol.records import Referral

    with Member.open(place.root / "muster") as member:
        with member.engine.store.begin(write=False) as transaction:
            [found] = transaction.every(Referral)
        return found.id


def test_a_backup_restores_and_hears_its_peers_first(place: Place, tmp_path: Path) -> None:
    """Nothing is shown before the first synchronisation; afterwards all is as before."""
    referral, _ = _asked(place)
    place.sync("muster", "beispiel")
    must("backup", tmp_path / "backup", place.folder("beispiel"))
    must("restore", tmp_path / "backup", place.folder("again"))
    held_back = fks("inbox", place.folder("again"))
    assert held_back.code == exits.STORE
    assert "sync" in held_back.err
    place.sync("again")
    assert must("inbox", place.folder("again"))["inbox"][0]["referral"] == referral


def test_members_are_listed_and_suspended(place: Place) -> None:
    """A new list is signed; a dry run signs none."""
    before = must("node", "members", place.folder("node"))
    dry = ("--suspend=https://muster.example", "--dry-run")
    assert must("node", "members", place.folder("node"), *dry)["dry_run"]
    assert must("node", "members", place.folder("node")) == before
    after = must("node", "members", place.folder("node"), "--suspend=https://muster.example")
    assert after["list"] == before["list"] + 1
    status = {one["id"]: one["status"] for one in after["members"]}
    assert status["https://muster.example"] == "suspended"


def test_searches_are_saved_listed_and_removed(place: Place) -> None:
    """They stay here."""
    made = must("search", "add", place.folder("muster"), "--occupation=43414", "--near=38640")
    listed = must("search", "list", place.folder("muster"))["searches"]
    assert [one["id"] for one in listed] == [made["id"]]
    must("search", "remove", made["id"], place.folder("muster"))
    assert must("search", "list", place.folder("muster"))["searches"] == []


def test_the_first_link_of_a_letter_can_still_withdraw(place: Place) -> None:
    """Whoever has lost the second link is not lost."""
    person = recommend(place)
    person.grant(employer="Altdaten KG")
    person.browser.close()
    must("withdraw", person.first, "--yes")
    done = fks("withdraw", person.first, "--yes")
    assert done.code == exits.REFUSED
    assert person.first.rpartition("/")[2] not in done.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("inbox", "--folder=nowhere"), exits.USAGE),
        (("doctor", "--folder=nowhere"), exits.USAGE),
        (("join", "fks1.abc", "--folder=x", "--id=https://a.example", "--name=a"), exits.USAGE),
        (("explain", "no-such-thing"), exits.USAGE),
        (("withdraw", "nonsense"), exits.USAGE),
        (("withdraw", "http://127.0.0.1:9/d/abc", "--yes"), exits.TEMPORARY),
        (("simulate", "--without=nothing"), exits.USAGE),
        (("connect", "unknown", "--folder=nowhere"), exits.USAGE),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the documented code, as JSON in a pipe."""
    monkeypatch.chdir(tmp_path)
    done = fks(*arguments)
    assert done.code == code
    told = json.loads(done.err)["error"]
    assert told["exit"] == code
    assert told["message"]
    assert "\n" not in told["message"]


@pytest.mark.parametrize("code", ["audience", "urn:fks:problem:closed", "clock"])
def test_a_problem_code_is_explained(code: str) -> None:
    """Codes of the gate also say what the gate looked at."""
    told = must("explain", code)
    assert told["title"]
    assert ("gate" in told) is (told["code"] != "clock")


def test_an_official_list_of_the_node_codes_and_names_at_a_member(place: Place) -> None:
    """Added once there, fetched over HTTP, kept in the member's folder for every process."""
    invented = Path(__file__).parents[1] / "official"
    for name in ("kldb", "titles"):
        must("node", "vocabulary", "add", invented / f"{name}.csv", place.folder("node"))
    place.sync("muster")
    file = place.root / "resume.json"
    file.write_text(json.dumps({"basics": {"name": "Aylin B", "label": "Musterköchin"}}))
    arguments = ("recommend", "4713", f"--file={file}", place.folder("muster"), "--dry-run")
    told = must(*arguments)["occupation"]
    assert told == {"code": "29302", "label": "Köche - Fachkraft", "source": "title", "others": []}
    assert len(list((place.root / "muster" / "vocabulary").iterdir())) == 2
    own = (invented / "kldb.csv").read_bytes().replace(b"Fachkraft", b"Eigenes")
    (place.root / "muster" / "own.csv").write_bytes(own)
    config = place.root / "muster" / "config.toml"
    config.write_text(config.read_text() + '\n[tables]\nkldb = "own.csv"\n')
    assert must(*arguments)["occupation"]["label"] == "Köche - Eigenes"


def test_a_recruiter_corrects_the_occupation_for_good(place: Place) -> None:
    """The proposal names other codes; what is chosen stays with the application."""
    place.sync("muster")
    file = place.root / "resume.json"
    resume = {"basics": {"name": "Aylin B", "label": "Lehrer, Maurer"}}
    file.write_text(json.dumps(resume))
    arguments = ("recommend", "4714", f"--file={file}", place.folder("muster"))
    refused = fks(*arguments, "--dry-run")
    assert refused.code == exits.REFUSED
    assert "84 Lehre, Ausbildung" in refused.err
    assert "--occupation CODE" in refused.err
    wrong = fks(*arguments, "--dry-run", "--occupation=99")
    assert "no such code" in wrong.err
    said = fks(*arguments, "--dry-run", "--occupation=84124", "--text").out
    assert "Occupation: 84124 Lehre, Ausbildung (chosen by a person)" in said
    assert "  or: 32 " in said
    made = must(*arguments, "--rejected-on=2026-01-02", "--occupation=84124")
    assert (made["profile"]["occupation"], made["occupation"]["source"]) == ("84", "chosen")
    resume["basics"]["label"] = "Maurer"
    file.write_text(json.dumps(resume))
    again = must(*arguments, "--dry-run")
    assert again["occupation"]["code"] == "84124"
