"""`adapters new` makes a package whose suite passes at once, and writes over nothing."""

from pathlib import Path

import pytest

from fachkraft_share.cli import exits
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.testing.memory_ats import MemoryAdapter
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter

from .conftest import fks, must
from .shelf import Shelf


def packages(folder: Path) -> list[Path]:
    """Return what lies in a folder."""
    return sorted(folder.iterdir())


@pytest.mark.parametrize(("words", "least"), [((), 45), (("--cms",), 30)], ids=["ats", "cms"])
def test_what_is_made_passes_as_it_is(tmp_path: Path, words: tuple[str, ...], least: int) -> None:
    """Installed, it is found, listed with what it says of itself, and keeps every rule."""
    made = must("adapters", "new", "acme-recruit", *words, f"--into={tmp_path / 'mine'}")
    folder = Path(made["folder"])
    assert folder == tmp_path / "mine" / "fachkraft-share-acme-recruit"
    shelf = Shelf(tmp_path / "shelf")
    shelf.link(folder)
    told = shelf.fks("adapters", "test", "acme-recruit")
    assert told.code == exits.OK, told.out + told.err
    assert told.rules("failed") == {}
    assert len(told.rules("passed")) >= least
    [row] = [one for one in shelf.fks("adapters").json["adapters"] if one["tier"] == "community"]
    assert (row["name"], row["kind"]) == ("acme-recruit", "CMS" if words else "ATS")
    assert (row["level"], row["note"]) == (None, "")
    own = shelf.python("-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder))
    assert own.code == 0, own.out


def test_every_file_is_filled_in_and_listed(tmp_path: Path) -> None:
    """No mark of a template is left; what was written is what is told."""
    made = must("adapters", "new", "sieve", f"--into={tmp_path}")
    folder = tmp_path / "fachkraft-share-sieve"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert [str(path.relative_to(folder)) for path in files] == sorted(made["files"])
    texts = [path.read_text("utf-8") for path in files]
    assert not [text for text in texts if "{{" in text or "__package__" in text]
    assert {"README.md", "docs/sieve.md", "pyproject.toml", "test_sieve.py"} <= {*made["files"]}


@pytest.mark.parametrize(
    ("kind", "template"), [(MemoryAdapter, "ats"), (MemoryCmsAdapter, "cms")], ids=["ats", "cms"]
)
def test_the_template_fills_in_what_the_example_in_the_library_does(
    tmp_path: Path, kind: type[AtsAdapter] | type[CmsAdapter], template: str
) -> None:
    """A method the port gains reaches those who begin anew."""
    words = ["--cms"] if template == "cms" else []
    must("adapters", "new", "sieve", *words, f"--into={tmp_path}")
    source = tmp_path / "fachkraft-share-sieve" / "src" / "fachkraft_share_sieve" / "adapter.py"
    text = source.read_text("utf-8")
    methods = [name for name, one in vars(kind).items() if callable(one) and name != "__init__"]
    assert not [name for name in methods if name.startswith("_") and f"def {name}(" not in text]


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Even an empty one: it is somebody's."""
    there = tmp_path / "fachkraft-share-sieve"
    there.mkdir()
    done = fks("adapters", "new", "sieve", f"--into={tmp_path}")
    assert done.code == exits.USAGE
    assert "is there already; nothing was written" in done.err
    assert packages(there) == []


@pytest.mark.parametrize("name", ["Sieve", "1sieve", "sie_ve", "sieve-", "a--b", "../x", "x" * 33])
def test_a_name_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    """It becomes a folder, a package and an entry point."""
    done = fks("adapters", "new", name, f"--into={tmp_path}")
    assert done.code == exits.USAGE
    assert "is no name for an adapter: small letters" in done.err
    assert packages(tmp_path) == []


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    """Two of one name are both left out, so the second would take the first one away."""
    shelf = Shelf(tmp_path / "shelf")
    shelf.install("sieve")
    told = shelf.fks("adapters", "new", "sieve", f"--into={tmp_path}")
    assert told.code == exits.USAGE
    assert "an adapter called 'sieve' is installed" in told.err
