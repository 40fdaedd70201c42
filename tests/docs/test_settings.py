"""The page about settings names every setting there is, with its default, and no other."""

import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.host.settings import Settings as HostSettings
from fachkraft_share.member.settings import Settings as MemberSettings
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.settings import MailSettings, PolicySettings
from fachkraft_share.node.settings import Settings as NodeSettings
from fachkraft_share.ports.tables import TABLES
from fachkraft_share.web.login.settings import WaySettings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
SECTIONS = {"policy", "mail", "legal", "desk", "login"}


def rows(heading: str, chapter: str) -> dict[str, str]:
    """Return setting and default of a table within a chapter."""
    text = PAGE.partition(f"## {chapter}")[2].partition("\n## ")[0]
    table = text.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", table, re.M))


@pytest.mark.parametrize(
    ("kind", "heading", "chapter"),
    [
        (MemberSettings, "setting", "A member"),
        (NodeSettings, "setting", "A node"),
        (PolicySettings, "setting in `[policy]`", "A node"),
        (MailSettings, "setting in `[mail]`", "A node"),
        (DeskSettings, "setting in `[desk]`", "A node"),
        (WaySettings, "setting in `[login]`", "A node"),
        (HostSettings, "setting", "A host"),
    ],
)
def test_every_setting_is_told_with_its_default(kind: Any, heading: str, chapter: str) -> None:
    """A setting without a row would be known to nobody; one without a field would be refused."""
    told = rows(heading, chapter)
    fields = {one.name: one.default for one in attrs.fields(kind) if one.name not in SECTIONS}
    assert told.keys() == fields.keys()
    plain = {name: one for name, one in fields.items() if isinstance(one, str | int) and one}
    assert {name: told[name].strip("`") for name in plain} == {
        name: str(one).lower() if one is True else str(one) for name, one in plain.items()
    }


def test_every_official_list_is_in_the_example() -> None:
    """The example sets a path for each, and names none that is unknown."""
    example = PAGE.partition("[tables]\n")[2].partition("```")[0]
    assert set(re.findall(r"^(\w+) = ", example, re.M)) == set(TABLES)
