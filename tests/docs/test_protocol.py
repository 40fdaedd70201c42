"""`docs/protocol.md` says what the code does: tables, fields, codes, limits, length."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import attrs
import pytest

from fachkraft_share.model.consent import Consent, ContactAnswer, Withdrawal
from fachkraft_share.protocol import events
from fachkraft_share.protocol.payloads import PAYLOADS, ReceiptItem
from fachkraft_share.protocol.problems import PROBLEMS
from fachkraft_share.rules.consent import CHECKS
from fachkraft_share.wire import blobs, ids, jws, keys
from fachkraft_share.wire.request import RequestToken

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "protocol.md"
TEXT = PAGE.read_text("utf-8")
PROBLEM_PAGE = PAGE.with_name("problems.md").read_text("utf-8")
CORE = HERE.parents[1] / "src" / "fachkraft_share"
SECTION = re.compile(r"^### `([a-z.]+)`\n(.*?)(?=^##)", re.M | re.S)
ROW = re.compile(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", re.M)
NAME = re.compile(r"`([a-z_]+)`")
REFUSED = re.compile(r"\*\*Refused\*\*:\s+(.*?)(?=\n\n|\Z)", re.S)
RAISED = re.compile(r"(?:demand\([^\"]*?|RefusedError\(|ConflictError\()\s*\"([a-z-]+)\"")
LIMIT = re.compile(r"`([A-Z]+(?:_[A-Z]+)+)`")
PAGES = 20
WORDS = 500  # on one page
GATE = frozenset(check.code for check in CHECKS)
ANYWHERE = frozenset({"malformed", "signature"})
SECTIONS = dict(SECTION.findall(TEXT))


@cache
def tables() -> ModuleType:
    """Load the script that writes the tables."""
    spec = importlib.util.spec_from_file_location("protocol_tables", HERE / "protocol_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fields(kind: type) -> set[str]:
    """Return the names of a class's fields."""
    return {field.name for field in attrs.fields(kind)}


def test_the_tables_are_those_of_the_code() -> None:
    """Else run `python tests/docs/protocol_tables.py` and look at what changed."""
    for page in (TEXT, PROBLEM_PAGE):
        assert tables().written(page) == page


def test_every_table_of_the_script_stands_on_the_page() -> None:
    """None is forgotten, none stands there twice; the problems have a page to themselves."""
    found = tables().PLACE.findall(TEXT + PROBLEM_PAGE)
    assert sorted(name for _, name, _ in found) == sorted(tables().TABLES)


def test_every_event_has_a_section_and_a_row() -> None:
    """And nothing is described that does not exist."""
    overview = TEXT.partition("### 4.1")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z.]+)` \|", overview, re.M)
    assert sorted(rows) == sorted(PAYLOADS)
    assert sorted(SECTIONS) == sorted(PAYLOADS)


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_an_event_lists_the_fields_of_its_class(name: str) -> None:
    """Neither more nor fewer."""
    listed = {field for cell in ROW.findall(SECTIONS[name]) for field in NAME.findall(cell)}
    assert listed == fields(PAYLOADS[name])


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_an_event_names_its_refusals(name: str) -> None:
    """Every code its file raises is listed, and every code listed exists."""
    listed = {code for found in REFUSED.findall(SECTIONS[name]) for code in codes(found)}
    source = (CORE / "protocol" / "events" / f"{name.replace('.', '_')}.py").read_text("utf-8")
    at_node = {"consent.granted": "fks-consent", "contact.answered": "fks-answer"}
    if name in at_node:
        listed |= refused_at_node(at_node[name])
    assert set(RAISED.findall(source)) - GATE <= listed
    assert listed <= set(PROBLEMS)


def codes(text: str) -> set[str]:
    """Return the problem codes in code spans of a text."""
    return set(re.findall(r"`([a-z-]+)`", text)) - {"aud"}


def refused_at_node(document: str) -> set[str]:
    """Return the codes with which the node refuses a candidate's document."""
    text = TEXT.partition(f"### `{document}` at the node")[2].partition("\n### ")[0]
    [found] = REFUSED.findall(text)
    return codes(found)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("**`fks-consent+jwt`**", Consent),
        ("**`fks-answer+jwt`**", ContactAnswer),
        ("**`fks-withdrawal+jwt`**", Withdrawal),
        ("with exactly: `iss`", RequestToken),
        ("An item says what one holder did", ReceiptItem),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else "",
)
def test_a_document_lists_its_fields(heading: str, kind: type) -> None:
    """Each field of its class is named in its paragraphs."""
    start = TEXT.index(heading)
    described = "\n\n".join(TEXT[start:].split("\n\n")[:3])
    assert fields(kind) <= set(NAME.findall(described))


def test_every_code_of_the_core_is_a_known_problem() -> None:
    """What the core refuses can be told to others in German and English."""
    files = [*(CORE / "protocol").rglob("*.py"), *(CORE / "wire").rglob("*.py")]
    raised = {code for path in files for code in RAISED.findall(path.read_text("utf-8"))}
    assert raised <= set(PROBLEMS)
    assert set(PROBLEMS) >= GATE


def test_every_limit_named_is_in_the_table() -> None:
    """And the page names no limit the code has not."""
    assert set(LIMIT.findall(TEXT)) <= set(tables().SHOWN)


def test_constants_are_spelled_as_in_the_code() -> None:
    """Tags, types, purposes and formats that a stranger must copy."""
    tags = (ids.REFERRAL_TAG.decode(), blobs.CONTACT_TAG, blobs.DOSSIER_TAG)
    words = (*tags, keys.CONSENT_KEY, keys.MANAGE_KEY, *jws.Type, "fks-bundle/1", "fks-dossier/1")
    assert not [word for word in words if word not in TEXT]


def test_every_kind_of_message_has_a_rule() -> None:
    """The page describes events and candidate documents; the code decides exactly these."""
    assert set(events.RULES) == {*PAYLOADS, "fks-consent", "fks-answer", "fks-withdrawal"}


def test_the_page_stays_short() -> None:
    """A protocol of more than twenty pages is not written in another language in a day."""
    assert len(TEXT.split()) <= PAGES * WORDS
