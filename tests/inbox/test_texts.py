"""The inbox's texts: every id a page uses exists, and every text is used."""

import re
from importlib import resources
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.member.checking import at_home
from fachkraft_share.member.examining import CODES
from fachkraft_share.member.inbox.recommend import STAYS
from fachkraft_share.member.recommended import Stage
from fachkraft_share.member.settings import Settings
from fachkraft_share.member.timeline import Step
from fachkraft_share.model.candidate import DocumentKind
from fachkraft_share.protocol.message import ANSWER, CONSENT, WITHDRAWAL
from fachkraft_share.protocol.payloads import PAYLOADS, OutcomeKind, Right
from fachkraft_share.rules.coding import Source
from fachkraft_share.rules.matching import weights
from fachkraft_share.web.catalogue import catalogue

ROOM = Path(str(resources.files("fachkraft_share.member.inbox")))
GERMAN = catalogue("de")
SOURCES = [
    ROOM.parent / "notifying.py",
    *sorted(ROOM.glob("*.py")),
    *sorted((ROOM / "templates").iterdir()),
]
CODE = "\n".join(one.read_text("utf-8") for one in SOURCES)
# Said between nodes, or about no referral.
UNSEEN = {"delivery.manifest", "delivery.reported", "feed.signed", "membership.changed"}
KINDS = {
    "inbox.step": Step,
    "inbox.step_what": Step,
    "inbox.stage": Stage,
    "inbox.stage_what": Stage,
    "inbox.outcome": OutcomeKind,
    "inbox.outcome_do": OutcomeKind,
    "inbox.right": Right,
    "inbox.right_do": Right,
    "inbox.document.kind": DocumentKind,
    "inbox.document.code": CODES,
    "inbox.preview.source": Source,
    "inbox.rule": weights(),
    "inbox.stays": STAYS,
}


def test_every_id_a_page_names_exists() -> None:
    """Whole ids, as they stand in the code."""
    named = set(re.findall(r"""["'](inbox\.[a-z0-9_.-]+[a-z0-9])["']""", CODE))
    counted = {one for one in named if f"{one}.one" in GERMAN.texts}
    prefixes = {one for one in named if any(name.startswith(f"{one}.") for name in GERMAN.texts)}
    assert len(named) > 150
    assert named - counted - prefixes <= set(GERMAN.texts)


@pytest.mark.parametrize("prefix", KINDS)
def test_every_value_of_a_kind_has_its_words(prefix: str) -> None:
    """A new state, outcome or code needs a text."""
    assert [one for one in KINDS[prefix] if not GERMAN.has(f"{prefix}.{one}")] == []


def test_every_setting_has_its_words() -> None:
    """And no other has."""
    said = {name for name in GERMAN.texts if name.startswith("inbox.setting.")}
    assert said == {f"inbox.setting.{name.name}" for name in attrs.fields(Settings)}


def test_every_event_has_its_words(town: Any) -> None:
    """Whatever may be said about a referral, and the documents a person signs."""
    named = {*PAYLOADS, CONSENT, ANSWER, WITHDRAWAL} - UNSEEN
    assert [one for one in named if not GERMAN.has(f"inbox.event.{one}")] == []
    referral, _ = town.disclosed()
    page = town.tab(town.muster).text(f"/recommended/{referral}")
    assert "fks-" not in page
    assert "urn:" not in page


def test_no_text_is_dead() -> None:
    """What no page names, and no value of a kind, is to be removed."""
    known = {f"{prefix}.{one}" for prefix, values in KINDS.items() for one in values}
    loose = (
        *("inbox.said.", "inbox.refused.", "inbox.fault.", "inbox.field.", "inbox.hint."),
        *("inbox.setting.", "inbox.check.", "inbox.check_fix.", "inbox.event.", "inbox.home."),
    )
    named = set(re.findall(r"""["'](inbox\.[a-zA-Z0-9_.-]+)""", CODE))
    parts = {one for one in named if one.endswith((".", "_"))}
    for name in (one for one in GERMAN.texts if one.startswith("inbox.")):
        whole = name in named or name.rpartition(".")[0] in named or name in known
        begun = any(name.startswith(part) for part in parts)
        assert whole or begun or name.startswith(loose), name


@pytest.mark.parametrize("kind", ["said", "fault", "field", "hint"])
def test_what_pages_say_by_a_code_is_said_somewhere(kind: str) -> None:
    """The last part of each such id stands in the code by itself."""
    names = [one for one in GERMAN.texts if one.startswith(f"inbox.{kind}.")]
    assert names
    loose = [one for one in names if not re.search(rf"""["']{re.escape(one)}["']""", CODE)]
    assert [one for one in loose if f'"{one.rpartition(".")[2]}"' not in CODE] == []


def test_every_check_of_the_engine_has_its_words(town: object) -> None:
    """With what to do."""
    findings = at_home(town.muster.engine)  # type: ignore[attr-defined]
    ids = {one.id for one in findings} - {"FKS-012"}  # plugins speak for themselves
    assert [one for one in ids if not GERMAN.has(f"inbox.check_fix.{one}")] == []
