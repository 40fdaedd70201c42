"""A website from the command line: connected, kept equal by `sync`, watched by `doctor`."""

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fachkraft_share.cli import exits

from .conftest import Place, fks, must, recommend

PLUGIN = """
from fachkraft_share.plugins.hooks import hookimpl
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite

SITE = MemorySite()


class Adapter(MemoryCmsAdapter):
    @classmethod
    def _connect(cls, settings):
        return cls(SITE)


@hookimpl
def adapters():
    return [Adapter]
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Install a plugin with a website that lives as long as this process."""
    folder = tmp_path / "installed"
    info = folder / "ourpages-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "ourpages.py").write_text(PLUGIN, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ourpages\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[fachkraft_share]\nourpages = ourpages\n")
    monkeypatch.syspath_prepend(str(folder))
    import ourpages

    yield ourpages
    del sys.modules["ourpages"]


def sites(place: Place) -> dict[str, Any]:
    """Return what `doctor` says of the websites."""
    told = fks("doctor", place.folder("muster")).json["checks"]
    return next(one for one in told if one["id"] == "FKS-014")


def test_a_website_is_connected_filled_and_watched(place: Place, plugin: ModuleType) -> None:
    """One setting, and from then on `sync` alone."""
    site = plugin.SITE
    told = fks("connect", "memory-cms", place.folder("muster"), "--text")
    assert told.code == 0
    assert "fachkraft-share sync" in told.out
    person = recommend(place)
    place.sync("muster")
    person.grant()
    place.sync("muster", "beispiel")
    [page] = site.pages.values()
    assert "Informatik" in page.title
    assert "https://node.example" in page.html
    assert sites(place)["level"] == "ok"
    site.trouble = 0
    person.withdraw()
    done = must("sync", place.folder("muster"))
    assert done["problems"] == ["site-temporaryadapter"]
    assert sites(place)["level"] == "fail"
    assert "memory-cms: 1 items are to go" in sites(place)["cause"]
    assert must("explain", "FKS-014")["what_to_do"]
    assert len(site.pages) == 1


def test_an_activity_is_announced_listed_changed_and_removed(
    place: Place, plugin: ModuleType, tmp_path: Path
) -> None:
    """A dry run keeps nothing; what is missing is said."""
    muster = place.folder("muster")
    must("connect", "memory-cms", muster)
    text = tmp_path / "text.html"
    text.write_text("<p>Am <b>Montag</b></p>", encoding="utf-8")
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).date().isoformat()
    told = ["announce", muster, "--title=Messe", f"--body={text}", f"--until={until}"]
    assert must(*told, "--dry-run")["to"] == ["memory-cms"]
    assert must("announce", muster)["announcements"] == []
    key = must(*told)["key"]
    must("sync", muster)
    [page] = plugin.SITE.pages.values()
    assert "<strong>Montag</strong>" in page.html
    listed = {"key": key, "kind": "activity", "until": until, "title": "Messe"}
    assert must("announce", muster)["announcements"] == [listed]
    assert must(*told, "--invitation", f"--change={key}")["key"] == key
    assert must("announce", muster)["announcements"][0]["kind"] == "invitation"
    assert must("announce", muster, f"--remove={key}", "--dry-run")["key"] == key
    assert must("announce", muster, f"--remove={key}")["removed"] == key
    must("sync", muster)
    assert not plugin.SITE.pages
    assert fks("announce", muster, "--title=Messe").code == exits.USAGE
    assert fks("announce", muster, f"--remove={key}").code == exits.REFUSED


def test_what_cannot_be_reached_is_not_saved(place: Place, plugin: ModuleType) -> None:
    """The settings of a website are tried like all others."""
    plugin.SITE.trouble = 0
    assert fks("connect", "memory-cms", place.folder("muster")).code == exits.TEMPORARY
    assert "memory-cms" not in (place.root / "muster" / "config.toml").read_text("utf-8")


def test_a_website_has_neither_export_files_nor_runner_ups(
    place: Place, plugin: ModuleType
) -> None:
    """`connect --preview` says so, `recommend` passes it over."""
    must("connect", "memory-cms", place.folder("muster"))
    refused = fks("connect", "memory-cms", "--preview", place.folder("muster"))
    assert refused.code == exits.USAGE
    assert "applicants" in refused.err
    assert fks("recommend", place.folder("muster")).code == exits.OK
    assert not plugin.SITE.pages
