"""The plugin as if it were installed: found by its entry point, without pip."""

import importlib
import sys
import tomllib
from pathlib import Path

import pytest

from fachkraft_share.plugins.loading import load_plugins

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture
def house(monkeypatch, tmp_path):
    """Return the loaded plugin; its folder is empty, its secret set."""
    name, version = PROJECT["name"], PROJECT["version"]
    found = tmp_path / "site" / f"{name.replace('-', '_')}-{version}.dist-info"
    found.mkdir(parents=True)
    (found / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    for group, points in PROJECT["entry-points"].items():
        lines = [f"[{group}]", *(f"{point} = {place}" for point, place in points.items())]
        (found / "entry_points.txt").write_text("\n".join(lines))
    for path in (found.parent, HERE / "src"):
        monkeypatch.syspath_prepend(str(path))
    importlib.invalidate_caches()
    (tmp_path / "house").mkdir()
    monkeypatch.setenv("HOUSE_FOLDER", str(tmp_path / "house"))
    monkeypatch.setenv("HOUSE_SECRET", "for tests only")
    yield load_plugins(only=["house"])
    for module in [one for one in sys.modules if one.startswith("fachkraft_share_house")]:
        del sys.modules[module]
