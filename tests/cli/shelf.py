"""Adapters that are installed for one test: a package on a path of its own, in a process of it."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent
from typing import Any

import attrs

PLUGIN = """
from fachkraft_share.plugins import hookimpl
from {package}.adapter import Adapter

@hookimpl
def adapters():
    return [Adapter]
"""
MEMORY = """
from fachkraft_share.testing.memory_ats import MemoryAdapter

class Adapter(MemoryAdapter):
    name = "{name}"
"""
SUITE = """
import pytest
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.memory_harness import MemoryHarness
from {package}.adapter import Adapter

class TestIt(AtsAdapterSuite):
    @pytest.fixture
    def harness(self):
        return MemoryHarness(Adapter)
"""


@attrs.frozen
class Told:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read."""
        return json.loads(self.out)

    def rules(self, outcome: str) -> dict[str, Any]:
        """Return the rules with this outcome, by their words."""
        return {one["test"]: one for one in self.json["rules"] if one["outcome"] == outcome}


@attrs.frozen
class Shelf:
    """A folder that Python looks into, and nothing else of this machine does."""

    root: Path

    def install(
        self, name: str, *, adapter: str = MEMORY, suite: str = SUITE, project: str = ""
    ) -> None:
        """Lay an installed package there as pip does."""
        package = f"fachkraft_share_{name}"
        home, told = self.root / package, self.root / f"{package}-1.0.dist-info"
        home.mkdir(parents=True)
        told.mkdir()
        files = {"plugin": PLUGIN, "adapter": adapter, "suite": suite, "__init__": '"""It."""'}
        for file, text in files.items():
            if text:
                filled = dedent(text).replace("{package}", package).replace("{name}", name)
                (home / f"{file}.py").write_text(filled, "utf-8")
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        points = f"[fachkraft_share]\n{name} = {package}.plugin\n"
        (told / "entry_points.txt").write_text(points)
        if project:
            (told / "extra_metadata").mkdir()
            (told / "extra_metadata" / "pyproject.toml").write_text(project, "utf-8")

    def link(self, folder: Path) -> None:
        """Install a package's source for editing, from what its project file says."""
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        points = project["entry-points"]["fachkraft_share"].items()
        told = self.root / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        told.mkdir(parents=True)
        named = f"Name: {project['name']}\nVersion: {project['version']}\n"
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\n{named}")
        lines = [f"{name} = {where}" for name, where in points]
        (told / "entry_points.txt").write_text("\n".join(["[fachkraft_share]", *lines]))
        direct = {"url": folder.resolve().as_uri(), "dir_info": {"editable": True}}
        (told / "direct_url.json").write_text(json.dumps(direct))
        (self.root / "linked").write_text(str(folder / "src"))

    def fks(self, *words: str | Path, without: str = "", **more: str) -> Told:
        """Run a command in a process that sees the shelf; `without` a module it misses."""
        miss = f"sys.modules[{without!r}] = None; " if without else ""
        code = f"import sys; {miss}from fachkraft_share.cli.main import run; "
        told = self.python("-c", f"{code}sys.exit(run(sys.argv[1:]))", *map(str, words), **more)
        assert "Traceback" not in told.err, told.err
        return told

    def python(self, *words: str, **more: str) -> Told:
        """Run Python in a process that sees the shelf."""
        linked = self.root / "linked"
        roots = [str(self.root), linked.read_text() if linked.exists() else ""]
        path = os.pathsep.join([*roots, os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
        own = {"PYTHONPATH": path, "FKS_FOLDER": str(self.root / "nobody"), **more}
        own["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # those of this project's own tests are slow
        ran = subprocess.run(
            [sys.executable, *words],
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        return Told(ran.returncode, ran.stdout, ran.stderr)
