"""`adapters`: what is installed and how far it is shown to work; try one; begin a new one."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import ListByDefault, Place, common
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share.cli.adapters.listing import Listed
    from fachkraft_share.cli.adapters.suites import Result, Rule, Tests
    from fachkraft_share.plugins.asking import Plugins


@click.group(cls=ListByDefault)
def adapters() -> None:
    """Adapters: `list` (also without a word) shows them, `test` tries one, `new` begins one."""


def _plugins(place: Place) -> "Plugins":
    from fachkraft_share.member.folder import allowed_plugins
    from fachkraft_share.plugins.loading import load_plugins

    return load_plugins(only=allowed_plugins(place.folder))


@adapters.command("list")
@common
def list_(place: Place) -> None:
    """List the installed adapters: what each can do, how far it was shown, how it went here.

    `fachkraft-share adapters` is the same. The last failure is shown while the system still fails.
    """
    from fachkraft_share.cli.adapters.listing import listed

    found, failures = listed(_plugins(place), place.folder)
    rows = [_HEAD, *(_row(one) for one in found)]
    notes = [f"{one.name}: {one.note}" for one in found if one.note]
    notes += [f"plugin {one.plugin} ({one.where}): {one.what}" for one in failures]
    lines = table(rows) if found else ["No adapter is installed, say: fachkraft-share-files"]
    place.show({"adapters": found, "failures": failures}, *lines, *notes)


_HEAD = ("name", "kind", "version", "plugin", "tier", "level", "connected", "well", "failed", "can")


def _row(one: "Listed") -> tuple[str, ...]:
    return (
        one.name,
        one.kind,
        one.version or "-",
        one.plugin,
        one.tier or "-",
        one.level or "-",
        "yes" if one.connected else "no",
        _when(one.last_success),
        _when(one.last_failure),
        ", ".join(one.can) or "nothing",
    )


def _when(at: int | None) -> str:
    import datetime as dt

    if at is None:
        return "-"
    return dt.datetime.fromtimestamp(at, tz=dt.UTC).strftime("%Y-%m-%d %H:%MZ")


@adapters.command("test")
@click.argument("name")
@click.option(
    "--tests",
    type=click.Path(path_type=Path, exists=True),
    help="Where its tests are. Default: the package's module `suite`, or its source's test_*.py.",
)
@click.option("--live", is_flag=True, help="Try the running system at --url, a throw-away one.")
@click.option("--url", default="", help="Its address; for the tests FKS_LIVE_URL.")
@click.option("--user", default="", help="Who to log in as; for the tests FKS_LIVE_USER.")
@common
def test(place: Place, *, name: str, tests: Path | None, live: bool, url: str, user: str) -> int:
    """Run the shared suite on the adapter NAME; ends with 1 when it breaks a rule.

    Each broken rule is named with a hint. Rules left out are named with the reason the tests give.
    With --live the password is asked for, or taken from FKS_LIVE_PASSWORD. The suite empties what
    it is run on: never name a system with people in it.
    """
    from fachkraft_share.cli.adapters import suites
    from fachkraft_share.cli.adapters.listing import distribution_of

    plugins = _plugins(place)
    kind = plugins.adapter(name)
    [home] = [plugin for plugin, one in plugins.adapters().given if one is kind]
    [loaded] = [one for one in plugins.loaded if one.name == home]
    found = suites.tests_of(kind, distribution_of(loaded.distribution), tests)
    told = _live(found, url, user) if live else _not_live(url, user)
    result = suites.run(found, name=name, environment=told)
    place.show(
        {"adapter": name, "live": live, "ok": result.good, "rules": result.rules},
        *_told(name, result),
    )
    return exits.OK if result.good else exits.REFUSED


@adapters.command("new")
@click.argument("name")
@click.option("--cms", is_flag=True, help="For a website. Default: an applicant-tracking system.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    help="In which folder the package's own is made. Default: here.",
)
@common
def new(place: Place, *, name: str, cms: bool, into: Path) -> None:
    """Make a package for the adapter NAME whose suite passes at once, on a system in memory.

    The folder fachkraft-share-NAME must not be there. `docs/writing-an-adapter.md` goes on.
    """
    from fachkraft_share.cli.adapters.making import make
    from fachkraft_share.errors import SetupError

    known = {one.name for _, one in _plugins(place).adapters().given}
    if name in known:
        raise SetupError(f"an adapter called {name!r} is installed; two of one name are left out")
    folder, files = make(name, into=into, kind="cms" if cms else "ats")
    place.show(
        {"adapter": name, "folder": folder, "files": files},
        f"Made {folder}: {', '.join(map(str, files))}",
        f'Next: pip install -e "{folder}[test]"; fachkraft-share adapters test {name}',
    )


def _live(found: "Tests", url: str, user: str) -> dict[str, str]:
    import os
    import sys

    from fachkraft_share.cli.adapters.suites import check_live

    if not url:
        raise click.UsageError("--live needs --url, the address of a throw-away system")
    check_live(found)
    password = os.environ.get("FKS_LIVE_PASSWORD", "")
    if user and not password and sys.stdin.isatty():
        password = click.prompt(f"Password of {user}", hide_input=True)
    if user and not password:
        raise click.UsageError("the password of --user is missing: set FKS_LIVE_PASSWORD")
    return {"FKS_LIVE_URL": url, "FKS_LIVE_USER": user, "FKS_LIVE_PASSWORD": password}


def _not_live(url: str, user: str) -> dict[str, str]:
    if url or user:
        raise click.UsageError("--url and --user belong to --live")
    return {}


def _told(name: str, result: "Result") -> Iterator[str]:
    for one in result.of("failed"):
        yield from _broken(one)
    for outcome, words in (("exempt", "left out, as it says"), ("skipped", "does not apply")):
        for why, tests in _by_reason(result.of(outcome)).items():
            yield f"{', '.join(tests)}  {words}: {why}"
    counts = {one: len(result.of(one)) for one in ("passed", "failed", "exempt", "skipped")}
    verdict = "passes the shared suite" if result.good else "does not pass the shared suite"
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    said += "" if counts["passed"] else "; nothing ran to its end, which proves nothing"
    yield f"{name} {verdict}: {said}"


def _broken(one: "Rule") -> Iterator[str]:
    yield f"{one.rule}  {one.test}"
    yield f"      must be: {one.says}"
    yield f"      it said: {one.message}"
    yield f"      hint: {one.hint}"


def _by_reason(rules: "tuple[Rule, ...]") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in rules:
        named = found.setdefault(one.message, [])
        if one.rule not in named:
            named.append(one.rule)
    return found
