"""Two alliances agree by their commands: cards, a supplement, an end, the list of all of it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.cli import exits
from fachkraft_share.node.folder import RECORDS, STATE, open_node
from fachkraft_share.node.records import AgreementVersion
from fachkraft_share.node.store import SqlStore

from .conftest import fks, must

PARTNER = "https://node.goslar.example"
LEGAL = "--legal=Vertrag 7"


def until(days: int) -> str:
    """Return the option that names the last day."""
    return f"--until={dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)}"


@pytest.fixture
def harz(tmp_path: Path) -> str:
    """Found two alliances and return the option that names the folder of one."""
    for name in ("harz", "goslar"):
        must(
            "node",
            "init",
            f"--folder={tmp_path / name}",
            f"--root-key={tmp_path / f'{name}.json'}",
            f"--id=https://node.{name}.example",
            f"--name=Allianz {name.title()}",
        )
    return f"--folder={tmp_path / 'harz'}"


@pytest.fixture
def card(harz: str, tmp_path: Path) -> str:
    """Return the other alliance's card."""
    found: str = must("node", "card", f"--folder={tmp_path / 'goslar'}")["card"]
    return found


def agreements(folder: str) -> Any:
    """Return every agreement as the command tells it."""
    return must("node", "agreements", folder)["agreements"]


def agree(folder: str, *options: str) -> Any:
    """Sign what must be possible."""
    return must("node", "agree", folder, "--yes", *options)


def test_a_card_tells_the_alliance_and_its_fingerprint(harz: str) -> None:
    """To be compared by telephone."""
    told = must("node", "card", harz)
    assert told["card"].startswith("fksp1.")
    assert told["alliance"]["node"] == "https://node.harz.example"
    shown = fks("node", "card", harz, "--text").out
    assert told["fingerprint"] in shown
    assert told["card"] in shown


def test_a_recognition_is_agreed_changed_and_ended(harz: str, card: str) -> None:
    """Every step is a version, and the history stays."""
    first = agree(harz, f"--partner={card}", "--gives", until(10), LEGAL)
    assert (first["agreement"]["version"], first["list"]) == (0, 2)
    agree(harz, f"--partner={card}", "--gives", "--takes", until(400), "--region=plz:38")
    agree(harz, f"--end={PARTNER}")
    [told] = agreements(harz)
    assert [one["changed"] for one in told["versions"]] == [
        ["agreed"],
        ["region", "until", "takes"],
        ["until"],
    ]
    assert (told["state"], told["fault"], told["partner"]["name"]) == (
        "ended",
        "",
        "Allianz Goslar",
    )
    assert fks("node", "agree", harz, f"--end={PARTNER}").code == exits.REFUSED


def test_a_supplement_renames_the_alliance(harz: str) -> None:
    """The list of agreements keeps the old name."""
    agree(harz, "--cooperation", until(400), LEGAL, "--purpose=referral", "--purpose=own_pool")
    agree(harz, "--cooperation", until(400), "--rename=Allianz Harz und Heide")
    [told] = agreements(harz)
    assert [one["name"] for one in told["versions"]] == ["Allianz Harz", "Allianz Harz und Heide"]
    assert must("node", "card", harz)["alliance"]["name"] == "Allianz Harz und Heide"


def test_a_dry_run_signs_nothing(harz: str, card: str) -> None:
    """It shows what would be signed."""
    options = ("node", "agree", harz, f"--partner={card}", "--takes", until(10), LEGAL, "--dry-run")
    assert must(*options)["agreement"]["takes"] is True
    shown = fks(*options, "--text").out
    assert "Would sign" in shown
    assert "Allianz Goslar" in shown
    assert agreements(harz) == []
    assert "No agreement yet." in fks("node", "agreements", harz, "--text").out


def test_the_fingerprint_is_asked_for(
    harz: str, card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a yes nothing is signed."""
    said = iter((False, True))
    asked: list[str] = []

    def confirm(text: str, *, abort: bool, err: bool) -> bool:
        import click

        asked.append(text)
        if not next(said):
            raise click.Abort
        return abort and err

    monkeypatch.setattr("click.confirm", confirm)
    options = ("node", "agree", harz, f"--partner={card}", "--gives", until(10), LEGAL)
    refused = fks(*options)
    assert refused.code == exits.INTERRUPTED
    assert "Allianz Goslar: " in refused.err
    assert agreements(harz) == []
    must(*options)
    assert len(agreements(harz)) == len(asked) - 1 == 1


def test_the_list_is_told_in_words_as_well(harz: str, card: str) -> None:
    """Version by version, with what needs attention."""
    agree(harz, f"--partner={card}", "--gives", until(10), LEGAL)
    agree(harz, "--cooperation", until(400), LEGAL)
    shown = fks("node", "agreements", harz, "--text").out
    for words in ("Allianz Goslar gives", "ends within 10 days", "verifies", "valid, until"):
        assert words in shown


WRONG: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "two at once": ("--cooperation", f"--end={PARTNER}"),
    "without an end": ("--cooperation", LEGAL),
    "a partner that joins": ("--partner=CARD", "--join=https://x.example", until(1)),
    "cooperation that gives": ("--cooperation", "--gives", until(1)),
}


@pytest.mark.parametrize("why", WRONG)
def test_wrong_use_is_told(harz: str, card: str, why: str) -> None:
    """In one sentence, and nothing is signed."""
    options = [one.replace("CARD", card) for one in WRONG[why]]
    assert fks("node", "agree", harz, "--yes", *options).code == exits.USAGE
    assert agreements(harz) == []


REFUSED: dict[str, tuple[str, ...]] = {
    "no card": ("--partner=fks1.AAAA", "--gives", until(1), LEGAL),
    "neither gives nor takes": ("--partner=CARD", until(1), LEGAL),
    "nothing on paper": ("--partner=CARD", "--gives", until(1)),
    "for too long": ("--partner=CARD", "--gives", until(9999), LEGAL),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_no_agreement_may_say_is_refused(harz: str, card: str, why: str) -> None:
    """With the code that says so."""
    options = [one.replace("CARD", card) for one in REFUSED[why]]
    assert fks("node", "agree", harz, "--yes", *options).code == exits.REFUSED
    assert agreements(harz) == []


def test_a_changed_history_fails_the_command(harz: str, card: str, tmp_path: Path) -> None:
    """Somebody edited the database; a script sees it by the exit code.

    A node that has not noted yet how far its journal is in the state mends it from there.
    """
    agree(harz, f"--partner={card}", "--gives", until(10), LEGAL)
    _forge(tmp_path / "harz" / STATE)
    assert fks("node", "agreements", harz, "--text").code == exits.OK
    node = open_node(tmp_path / "harz")
    node.restart.mark()
    node.exchange.store.close()  # type: ignore[attr-defined]
    _forge(tmp_path / "harz" / STATE)
    done = fks("node", "agreements", harz, "--text")
    assert done.code == exits.REFUSED
    assert "does not verify (signature)" in done.out


def _forge(state: Path) -> None:
    store = SqlStore(f"sqlite:///{state}", more=RECORDS)
    with store.begin() as transaction:
        [row] = transaction.every(AgreementVersion)
        head, body, signature = row.token.split(".")
        changed = f"{head}.{body}.{'A' * (len(signature) - 1)}{signature[-1]}"
        transaction.put(AgreementVersion(row.agreement, row.version, changed))
    store.close()
