"""`node vocabulary`: add the official lists once, for all members; see and remove them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fachkraft_share import limits
from fachkraft_share.cli.node_commands import opened_node
from fachkraft_share.cli.options import Place, common, dry_run
from fachkraft_share.cli.output import table
from fachkraft_share.cli.progressing import progressing
from fachkraft_share.ports.progress import stages

if TYPE_CHECKING:
    from fachkraft_share.node.alliance.vocabulary import Examined
    from fachkraft_share.node.records import OfficialList
    from fachkraft_share.rules.csv_rows import Note

_KINDS = ("kldb", "titles", "places", "districts", "esco", "mapping", "employment")
_HASH_SHOWN = 12


class _ListsAlone(click.Group):
    """Without the name of a command it lists."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before options that are not its own."""
        alone = not args or (args[0].startswith("-") and args[0] not in ("-h", "--help"))
        return super().parse_args(ctx, ["list", *args] if alone else args)


@click.group(cls=_ListsAlone)
def vocabulary() -> None:
    """The official lists by which all members code, name and measure alike."""


@vocabulary.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(_KINDS), help="Which list it is; default: its header.")
@dry_run
@common
def add(place: Place, *, file: Path, kind: str | None, dry_run: bool) -> None:
    """Add the official list in FILE for all members, in place of an older one of its kind.

    It is read whole first; what was mended or left out is told by line.
    """
    from fachkraft_share.ports.tables import read_list

    with opened_node(place) as found, progressing(place, "vocabulary") as tell:
        stage = stages(tell, ("reading", "examining", "signing"))
        next(stage)
        content = read_list(file)
        next(stage)
        examined = found.vocabulary.examine(content, file=file.name, name=kind)
        next(stage)
        number = None if dry_run else found.vocabulary.add(examined)
        next(stage)
    told = {"dry_run": dry_run, "list": number, **_told(examined)}
    place.show(told, *_report(examined), _outcome(number, dry_run=dry_run))


@vocabulary.command("list")
@common
def lists(place: Place) -> None:
    """List what is loaded: rows, version, hash, licence, and what must be said of each."""
    from fachkraft_share.rules.official_lists import official

    with opened_node(place) as found:
        rows = found.vocabulary.listing()
    value = [{**_facts(row), **_rights(row.name)} for row in rows]
    header = ("NAME", "VERSION", "ROWS", "SHA-256", "FILE")
    shown = [
        (row.name, row.stamp or "-", str(row.rows), row.sha256[:_HASH_SHOWN], row.file)
        for row in rows
    ]
    if not rows:
        place.show({"lists": value}, "No official list is loaded; the hand-made tables serve.")
        return
    notes = (
        f"{row.name}: {official(row.name).attribution} ({official(row.name).licence})"
        for row in rows
    )
    place.show(
        {"lists": value}, *table([header, *shown]), "", "To be said where it is used:", *notes
    )


@vocabulary.command("remove")
@click.argument("name", type=click.Choice(_KINDS))
@dry_run
@common
def remove(place: Place, *, name: str, dry_run: bool) -> None:
    """Take the list NAME away, for all members; the hand-made table serves again."""
    with opened_node(place) as found:
        if dry_run:
            told = {"dry_run": True, "name": name}
            place.show(told, f"Would sign a new list, for all members, without {name}.")
            return
        number = found.vocabulary.remove(name)
    place.show({"removed": name, "list": number}, f"Removed; list {number} no longer names it.")


def _told(examined: "Examined") -> dict[str, Any]:
    return {
        **_facts(examined.row),
        **_rights(examined.row.name),
        "encoding": examined.found.encoding,
        "notes": list(_gathered(examined.found.notes)),
    }


def _facts(row: "OfficialList") -> dict[str, Any]:
    return {
        "name": row.name,
        "sha256": row.sha256,
        "bytes": row.size,
        "file": row.file,
        "version": row.stamp,
        "rows": row.rows,
        "repaired": row.repaired,
        "dropped": row.dropped,
    }


def _rights(name: str) -> dict[str, str]:
    from fachkraft_share.rules.official_lists import official

    one = official(name)
    return {"title": one.title, "licence": one.licence, "attribution": one.attribution}


def _gathered(notes: "Iterable[Note]") -> Iterator[dict[str, Any]]:
    """Return one entry for each reason: how many rows, and the first of their lines."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for note in notes:
        lines[note.fate, note.why].append(note.line)
    for (fate, why), found in lines.items():
        named = found[: limits.VOCABULARY_NOTED]
        yield {"fate": fate, "why": why, "rows": len(found), "lines": named}


def _report(examined: "Examined") -> Iterator[str]:
    row, found = examined.row, examined.found
    version = f", {row.stamp}" if row.stamp else ""
    yield f"{row.name}: {found.official.title}{version} ({found.encoding})"
    yield f"{row.rows} rows read, {row.repaired} repaired, {row.dropped} dropped"
    for one in _gathered(found.notes):
        more = "" if one["rows"] == len(one["lines"]) else ", ..."
        lines = ", ".join(map(str, one["lines"]))
        yield f"  {one['fate']} {one['rows']}: {one['why']} (line {lines}{more})"
    yield f"SHA-256: {row.sha256}"
    yield f"Licence: {found.official.licence}"
    yield f"To be said where it is used: {found.official.attribution}"


def _outcome(number: int | None, *, dry_run: bool) -> str:
    if dry_run:
        return "Nothing was added: a dry run."
    if number is None:
        return "It was there already; nothing changed."
    return f"Added; list {number} names it, and every member fetches it with its next sync."
