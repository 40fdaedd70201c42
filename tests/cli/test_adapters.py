"""`adapters`: what is installed, how it went, and which rule of the suite an adapter breaks."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from fachkraft_share.cli import exits
from fachkraft_share.cli.adapters.hints import hint_for, rule_of
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.cms_suite import CmsAdapterSuite

from .conftest import Place, fks, must, recommend
from .shelf import SUITE, Shelf

FILES = pytest.mark.skipif(
    importlib.util.find_spec("fachkraft_share_files") is None,
    reason="the adapter files is not installed",
)
TWO_PERSONS = """
from fachkraft_share.testing.memory_ats import MemoryAdapter

class Adapter(MemoryAdapter):
    name = "{name}"

    def _find(self, referral):
        return None

    def _import_referral(self, referral, candidate, *, known, at):
        return super()._import_referral(f"{referral}{self.system.number('x')}", candidate,
                                        known=None, at=at)
"""
NOTHING = """
import pytest
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite

class TestIt(AtsAdapterSuite):
    @pytest.fixture
    def harness(self):
        pytest.skip("no system is there")
"""
LIVE = """
import os
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.memory_harness import MemoryHarness
import pytest
from {package}.adapter import Adapter

class TestIt(AtsAdapterSuite):
    @pytest.fixture
    def harness(self):
        told = [os.environ.get(f"FKS_LIVE_{one}") for one in ("URL", "USER", "PASSWORD")]
        if told != ["http://ats.example", "bot", "s3cret"]:
            pytest.skip("not live")
        return MemoryHarness(Adapter)
"""
EXEMPT = (
    SUITE
    + """
    @pytest.mark.xfail(strict=True, reason="the vendor pages by offset, see its issue 12")
    def test_a7_no_forbidden_field_leaves(self, harness):
        raise AssertionError
"""
)
SUPPORT = """
[tool.fachkraft-share.support]
tier = "community"
runs = [{ level = "L2", system = "Sieve 3, a fake of ours", date = 2026-11-01, where = "ci" }]
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return an empty shelf."""
    return Shelf(tmp_path / "shelf")


def row(told: dict[str, list[dict[str, object]]], name: str) -> dict[str, object]:
    """Return the row of one adapter."""
    [found] = [one for one in told["adapters"] if one["name"] == name]
    return found


@FILES
def test_the_list_says_how_it_went_in_this_folder(place: Place) -> None:
    """Connected or not, when it last went well, and when it failed while it still does."""
    before = row(must("adapters", place.folder("muster")), "files")
    assert (before["connected"], before["last_success"]) == (True, None)
    recommend(place)
    well = row(must("adapters", "list", place.folder("muster")), "files")
    assert well["last_success"] is not None
    assert well["last_failure"] is None
    shutil.move(place.root / "muster-ats", place.root / "away")
    assert fks("recommend", place.folder("muster")).code != exits.OK
    failed = row(must("adapters", place.folder("muster")), "files")
    assert failed["last_failure"] >= well["last_success"]  # type: ignore[operator]
    assert failed["last_success"] == well["last_success"]


@FILES
def test_without_a_members_folder_the_list_is_there_all_the_same(tmp_path: Path) -> None:
    """What is installed has nothing to do with being a member."""
    told = row(must("adapters", f"--folder={tmp_path}"), "files")
    assert (told["kind"], told["connected"], told["tier"]) == ("ATS", False, "maintained")
    assert told["level"] == "L4"
    assert "reads" in told["can"]  # type: ignore[operator]


def test_a_terminal_gets_a_table(shelf: Shelf) -> None:
    """With a heading, the tier and the level the package itself brings."""
    shelf.install("sieve", project=SUPPORT)
    told = shelf.fks("adapters", "--text")
    head, *rows = told.out.splitlines()
    assert head.split()[:6] == ["name", "kind", "version", "plugin", "tier", "level"]
    [line] = [one for one in rows if one.startswith("sieve")]
    assert line.split()[:7] == ["sieve", "ATS", "1.0", "sieve", "community", "L2", "no"]


def test_what_a_package_says_wrongly_of_itself_is_told_and_the_rest_listed(shelf: Shelf) -> None:
    """An unknown tier is no tier."""
    shelf.install("sieve", project=SUPPORT.replace("community", "best"))
    told = row(shelf.fks("adapters").json, "sieve")
    assert told["tier"] is None
    assert "tier must be one of maintained, community, example" in str(told["note"])


def test_a_plugin_that_does_not_load_is_named(shelf: Shelf) -> None:
    """Or its adapter would just be absent."""
    shelf.install("sieve", adapter="import no_such_module")
    told = shelf.fks("adapters").json
    assert [(one["plugin"], one["where"]) for one in told["failures"]] == [("sieve", "loading")]


def test_an_adapter_that_passes_says_so(shelf: Shelf) -> None:
    """From an installed package that brings its suite along."""
    shelf.install("sieve")
    told = shelf.fks("adapters", "test", "sieve")
    assert told.code == exits.OK
    assert told.json["ok"] is True
    assert len(told.rules("passed")) > 40
    assert told.rules("failed") == {}


def test_a_broken_rule_is_named_with_a_hint(shelf: Shelf) -> None:
    """Which rule, what must be, what came instead, and what helps."""
    shelf.install("sieve", adapter=TWO_PERSONS)
    told = shelf.fks("adapters", "test", "sieve")
    assert told.code == exits.REFUSED
    broken = told.rules("failed")["the same referral twice is one person"]
    assert broken["rule"] == "A8"
    assert broken["hint"].startswith("import twice makes two persons: ")
    assert broken["says"] == "Importing again changes nothing; importing a correction updates."
    assert "assert" in broken["message"]
    text = shelf.fks("adapters", "test", "sieve", "--text").out
    assert "A8  the same referral twice is one person\n      must be: Importing again" in text
    assert "sieve does not pass the shared suite" in text.splitlines()[-1]


def test_zero_rules_passed_are_no_success(shelf: Shelf) -> None:
    """Where everything is left out, nothing was shown."""
    shelf.install("sieve", suite=NOTHING)
    told = shelf.fks("adapters", "test", "sieve", "--text")
    assert told.code == exits.REFUSED
    assert "does not apply: no system is there" in told.out
    assert told.out.endswith("nothing ran to its end, which proves nothing\n")


def test_an_exempt_rule_is_told_with_its_reason(shelf: Shelf) -> None:
    """Whoever reads the result sees what was not shown."""
    shelf.install("sieve", suite=EXEMPT)
    told = shelf.fks("adapters", "test", "sieve")
    exempt = told.rules("exempt")["no forbidden field leaves"]
    assert exempt["message"] == "the vendor pages by offset, see its issue 12"


@pytest.mark.parametrize(
    ("suite", "words", "said"),
    [
        ("", (), "brings no tests: add a module fachkraft_share_sieve.suite"),
        ("x = 1", (), "no rule of the shared suite was found there"),
        ("import no_such_module", (), "the tests cannot be read: "),
        (
            SUITE.replace("(Adapter)", "()"),
            (),
            "these tests try the adapter 'memory', not 'sieve'",
        ),
        (SUITE, ("--live",), "--live needs --url"),
        (SUITE, ("--live", "--url=http://ats.example"), "these tests know no live system"),
        (SUITE, ("--url=http://ats.example",), "--url and --user belong to --live"),
        (
            LIVE,
            ("--live", "--url=http://ats.example", "--user=bot"),
            "the password of --user is missing: set FKS_LIVE_PASSWORD",
        ),
    ],
    ids=["none", "empty", "broken", "another", "where", "deaf", "alone", "secret"],
)
def test_what_is_missing_is_said_in_a_sentence(
    shelf: Shelf, suite: str, words: tuple[str, ...], said: str
) -> None:
    """And nothing counts as tried."""
    shelf.install("sieve", suite=suite)
    told = shelf.fks("adapters", "test", "sieve", *words, FKS_LIVE_PASSWORD="")
    assert told.code == exits.USAGE
    assert told.out == ""
    assert said in told.err


def test_a_live_run_tells_the_tests_where_and_who(shelf: Shelf) -> None:
    """By environment; the secret is no argument, which everybody on the machine could read."""
    shelf.install("sieve", suite=LIVE)
    words = ("--live", "--url=http://ats.example", "--user=bot")
    told = shelf.fks("adapters", "test", "sieve", *words, FKS_LIVE_PASSWORD="s3cret")
    assert told.code == exits.OK
    assert told.json["live"] is True
    assert "s3cret" not in told.out + told.err
    assert shelf.fks("adapters", "test", "sieve").code == exits.REFUSED


def test_tests_may_lie_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    """An adapter that ships only its class is tried by whoever has a harness for it."""
    shelf.install("sieve", suite="")
    tests = tmp_path / "mine" / "test_sieve.py"
    tests.parent.mkdir()
    tests.write_text(SUITE.replace("{package}", "fachkraft_share_sieve"), "utf-8")
    assert shelf.fks("adapters", "test", "sieve", f"--tests={tests}").code == exits.OK


def test_without_pytest_one_sentence_names_the_extra(shelf: Shelf) -> None:
    """Only trying an adapter needs it; listing does not."""
    shelf.install("sieve")
    told = shelf.fks("adapters", "test", "sieve", without="pytest")
    assert told.code == exits.USAGE
    assert 'pip install \\"fachkraft-share[authors]\\"' in told.err
    assert shelf.fks("adapters", without="pytest").code == exits.OK


def test_every_rule_has_a_hint_of_its_own() -> None:
    """A new rule of the suite brings one along."""
    tests = {one for kind in (AtsAdapterSuite, CmsAdapterSuite) for one in dir(kind)}
    rules = sorted(one for one in tests if one.startswith("test_"))
    assert {rule_of(one) for one in rules} == {f"A{number}" for number in range(1, 19)}
    assert not [one for one in rules if hint_for(one).startswith("see ")]
    assert hint_for("test_a99_nobody_knows") == "see docs/adapters/port.md"
