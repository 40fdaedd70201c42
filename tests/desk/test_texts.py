"""The catalogues: the same ids and placeholders in both languages, and every id used exists."""

import re
import string
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.model.consent import Category, Purpose
from fachkraft_share.model.organisation import Role
from fachkraft_share.node.desk.views import Standing
from fachkraft_share.protocol.closing import REASONS
from fachkraft_share.protocol.payloads import ErasureState, OutcomeKind, Right
from fachkraft_share.testing.simple_language import texts_of
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.languages import choose

GERMAN, ENGLISH, SIMPLE = (catalogue(one) for one in ("de", "en", "de_simple"))


def placeholders(text: str) -> set[str]:
    """Return the names a text wants filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    """No id is missing on either side, and each text takes the same values."""
    assert set(GERMAN.texts) == set(ENGLISH.texts)
    for name, said in GERMAN.texts.items():
        if isinstance(said, str):
            assert placeholders(said) == placeholders(ENGLISH.texts[name]), name
    pairs = zip(
        GERMAN.sections("notice.sections"), ENGLISH.sections("notice.sections"), strict=True
    )
    for german, english in pairs:
        assert placeholders(german[1]) == placeholders(english[1])


def test_the_desk_is_complete_in_simple_language() -> None:
    """Whatever a candidate's page says in German it says in Leichte Sprache."""
    german, simple = _desk("de"), _desk("de_simple")
    assert set(german) == set(simple)
    assert all(placeholders(said) == placeholders(simple[name]) for name, said in german.items())


def _desk(language: str) -> dict[str, str]:
    folder = resources.files("fachkraft_share.web") / "texts" / language
    return texts_of(Path(str(folder / "desk.toml")))


def test_every_id_a_template_uses_exists() -> None:
    """Read from the templates themselves."""
    folder = resources.files("fachkraft_share.node.desk") / "templates"
    used = set()
    for file in folder.iterdir():
        used |= set(re.findall(r'\bt\(["\']([a-z_.-]+)["\'][,)]', file.read_text("utf-8")))
    assert len(used) > 100
    assert used <= set(GERMAN.texts)


KINDS = {
    "category": Category,
    "purpose": Purpose,
    "purpose_short": Purpose,
    "role": Role,
    "standing": Standing,
    "erasure": ErasureState,
    "reason": sorted(REASONS),
    "rights": Right,
}


@pytest.mark.parametrize("prefix", KINDS)
def test_every_value_of_a_kind_has_its_words(prefix: str) -> None:
    """A new category, role or state needs a text."""
    assert all(GERMAN.has(f"{prefix}.{one}") for one in KINDS[prefix])  # type: ignore[attr-defined]


def test_every_outcome_has_its_words() -> None:
    """Shown beside the request it belongs to."""
    assert all(GERMAN.has(f"request.outcome_{one}") for one in OutcomeKind)


def test_every_fault_has_its_words() -> None:
    """Read from the code that names them."""
    code = Path(str(resources.files("fachkraft_share.node.desk") / "choice.py")).read_text("utf-8")
    named = set(re.findall(r'"([a-z]+-[a-z-]+|too-long|too-many)"', code))
    assert named
    assert all(GERMAN.has(f"fault.{one}") for one in named)


@pytest.mark.parametrize(
    ("asked", "accepted", "default", "spoken"),
    [
        ("", "", "de", "de"),
        ("", "", "en", "en"),
        ("en", "de", "de", "en"),
        ("fr", "en", "de", "en"),
        ("", "fr, en;q=0.5, de;q=0.4", "de", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "en", "de"),
        ("", "en;q=0, fr", "de", "de"),
        ("", "de;q=x, en;q=0.1", "de", "en"),
        ("", "*", "en", "en"),
        ("", "fr", "xx", "de"),
    ],
)
def test_the_language_is_asked_for_wished_or_the_default(
    asked: str, accepted: str, default: str, spoken: str
) -> None:
    """`?lang=` first, then the browser (RFC 9110), then the invitation, then German."""
    assert choose(asked, accepted, default=default) == spoken


@pytest.mark.parametrize(("number", "said"), [(0, "0 Tage"), (1, "1 Tag"), (2, "2 Tage")])
def test_one_day_is_a_day(number: int, said: str) -> None:
    """Singular and plural."""
    assert GERMAN.count("days", number).endswith(said)


def test_the_notice_is_versioned_by_its_exact_words(world: Any) -> None:
    """Another origin, language or operator is another text and another hash."""
    world.invited()
    shown = world.desk.open(world.secret).notice
    assert shown.sha256 == world.desk.open(world.secret).notice.sha256
    assert shown.sha256 != world.desk.open(world.secret, language="en").notice.sha256
    assert "{" not in shown.plain
