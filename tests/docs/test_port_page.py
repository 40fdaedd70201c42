"""`docs/adapters/port.md` names every flag, field and harness method; no taken name is missing."""

import re
from pathlib import Path

import attrs
import pytest

from fachkraft_share.ports.adapter import _is_final
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import Capabilities, rows
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.reading import Record
from fachkraft_share.testing.adapter_harness import AtsHarness
from fachkraft_share.testing.cms_harness import CmsHarness
from fachkraft_share.testing.system_harness import SystemHarness

DOCS = Path(__file__).parents[2] / "docs"
PORT = (DOCS / "adapters" / "port.md").read_text("utf-8")


def first_cells(heading: str) -> set[str]:
    """Return the names in the first column of the tables under a heading."""
    part = re.split(r"^##+ ", PORT.partition(f"## {heading}\n")[2], flags=re.M)[0]
    cells = re.findall(r"^\| ([^|]*) \|", part, re.M)
    return {name for cell in cells for name in re.findall(r"`\.?([\w.]+)[^`]*`", cell)}


def test_every_flag_stands_in_the_table() -> None:
    """No capability is declared without anybody knowing what it does."""
    names = {flag for flag, _ in rows(Capabilities())}
    told = {"upload.kinds" if name == "kinds" else name for name in first_cells("Flags")}
    assert told == names


def test_every_field_of_a_record_stands_in_the_table() -> None:
    """What an adapter may say of an application."""
    assert first_cells("Records and stages") == {one.name for one in attrs.fields(Record)}


@pytest.mark.parametrize("kind", [SystemHarness, AtsHarness, CmsHarness])
def test_every_method_of_a_harness_stands_in_the_table(kind: type) -> None:
    """And what must be filled in is told so."""
    told = first_cells("What a harness does")
    own = {name for name in vars(kind) if not name.startswith("_")}
    assert own <= told
    for name in kind.__abstractmethods__ - {"writes", "put", "calls"}:
        assert re.search(rf"^\| [^|]*`{name}`[^|]*\|[^|]*\| must \|", PORT, re.M), name


def test_every_name_the_base_classes_take_is_told() -> None:
    """An attribute of that name would hide a guard."""
    page = (DOCS / "writing-an-adapter.md").read_text("utf-8")
    told = set(re.findall(r"`(_\w+)`", page.partition("Taken are")[2].partition("\n\n")[0]))
    guards = {
        name
        for kind in (AtsAdapter, CmsAdapter)
        for base in kind.__mro__
        for name, member in vars(base).items()
        if name.startswith("_") and _is_final(member)
    }
    assert told == guards | {"_abc_impl", "_clock_difference", "_hook_ids"}
