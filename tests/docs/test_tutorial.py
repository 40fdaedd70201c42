"""The adapter of `docs/writing-an-adapter.md` is what the page says, at each step."""

import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # its frozen classes look for it
    spec.loader.exec_module(module)
    return module


tutorial = _load(HERE / "tutorial.py")
Shelf = _load(HERE.parent / "cli" / "shelf.py").Shelf


def told(line: str, lines: list[str]) -> bool:
    """Tell whether the suite said what a line of the page shows; `…` leaves the rest open."""
    if line.endswith("…"):
        return any(one.startswith(line[:-1]) for one in lines)
    return line in lines


@pytest.mark.slow
def test_at_each_step_the_suite_says_what_the_page_shows(tmp_path: Path) -> None:
    """Every line shown is said, and only the finished adapter passes."""
    folder, shelf = tutorial.begin(tmp_path), Shelf(tmp_path / "shelf")
    shelf.link(folder)
    codes = []
    for package, said in tutorial.steps():
        package.write(folder)
        ran = shelf.fks("adapters", "test", "kartei", "--text")
        lines = ran.out.splitlines()
        assert not [line for line in said if not told(line, lines)], ran.out + ran.err
        codes.append(ran.code)
    assert codes == [1, 1, 1, 1, 1, 0]


def test_the_adapter_is_as_short_as_promised(tmp_path: Path) -> None:
    """Under 200 lines, and what it says of the schema is what the harness makes."""
    folder = tutorial.finished(tmp_path)
    home = folder / "src" / "fachkraft_share_kartei"
    assert len((home / "adapter.py").read_text("utf-8").splitlines()) < 200
    page = tutorial.PAGE.read_text("utf-8")
    shown = re.sub(r" *--.*", "", page.partition("```sql\n")[2].partition("```")[0])
    made = (home / "suite.py").read_text("utf-8").partition('SCHEMA = """')[2].partition('"""')[0]
    assert shown.split() == made.split()


def test_the_wheel_of_the_finished_adapter_passes(tmp_path: Path) -> None:
    """Built, unpacked where nothing else of it is, and tried by the suite it brings along."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the wheel, is not installed")
    folder = tutorial.finished(tmp_path)
    build = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    where = tmp_path / "wheels"
    subprocess.run([sys.executable, *build, "-w", str(where), str(folder)], check=True)
    shelf = Shelf(tmp_path / "shelf")
    [wheel] = where.iterdir()
    zipfile.ZipFile(wheel).extractall(shelf.root)
    ran = shelf.fks("adapters", "test", "kartei")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["ok"] is True
    [row] = [one for one in shelf.fks("adapters").json["adapters"] if one["name"] == "kartei"]
    assert (row["tier"], row["version"], row["kind"]) == ("community", "0.1.0", "ATS")
    assert json.dumps(row["can"]).count("erases (hard)") == 1
