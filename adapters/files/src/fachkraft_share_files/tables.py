"""Export files: read once while they stay as they are, with documents that lie beside them."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share.ports.reading import Preview, Problem, Record, RemoteDocument, StageMap
from fachkraft_share_files import columns as headings
from fachkraft_share_files.beside import read_document
from fachkraft_share_files.columns import Columns, Mapped
from fachkraft_share_files.csv_files import read_csv
from fachkraft_share_files.grid import CellError, Grid
from fachkraft_share_files.inbox import FoundTable, problem_of
from fachkraft_share_files.names import fold, readable
from fachkraft_share_files.rows import Row, Rows, read_rows
from fachkraft_share_files.sources import Source, changed_at, content_of
from fachkraft_share_files.workbooks import read_workbook

_SETTLED = 2 * 10**9  # nanoseconds; a file changed twice within them may look unchanged


@attrs.frozen
class Table:
    """One export file as it was read."""

    found: FoundTable
    columns: Columns | None = None
    rows: Rows = attrs.field(factory=lambda: Rows((), ()))
    broken: Problem | None = None

    by_id: dict[str, Row] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Index the rows: documents are asked for one application at a time."""
        object.__setattr__(self, "by_id", {one.id: one for one in self.rows.rows})


class Tables:
    """The export files of a folder."""

    def __init__(self, stages: StageMap, mapped: Mapped) -> None:
        self._stages = stages
        self._mapped = mapped
        self._kept: dict[str, tuple[tuple[int, int], Table]] = {}

    def read(self, found: FoundTable) -> Table:
        """Return the table, from memory if its file is the same as before."""
        stamp = _stamp(found.source)
        before, table = self._kept.get(found.place, ((0, 0), None))
        if table is not None and before == stamp:
            return table if table.found == found else attrs.evolve(table, found=found)
        table = self._table(found)
        if time.time_ns() - stamp[0] > _SETTLED:
            self._kept[found.place] = (stamp, table)
        return table

    def keep_only(self, places: Iterable[str]) -> None:
        """Forget files that are not there any more."""
        present = set(places)
        self._kept = {place: one for place, one in self._kept.items() if place in present}

    def records(self, table: Table) -> Iterator[Record | Problem]:
        """Yield what the rows say, and what cannot be read of them."""
        if table.broken:
            yield table.broken
        lying = _lying(table.found)
        for row in table.rows.rows:
            try:
                yield self.record(table, row, lying)
            except (InvalidRecordError, TemporaryAdapterError, PermissionError) as error:
                yield problem_of(_place(table, row), row.id, error)
        for one in table.rows.errors:
            yield problem_of(table.found.place, table.found.key, one)

    def record(self, table: Table, row: Row, lying: dict[str, Source]) -> Record:
        """Return a row as the application it is.

        Raises:
            CellError: a document it names is not there, or folder and row differ in the stage.
        """
        fields = {"profile": row.profile, "unclear": list(row.unclear)}
        return Record(
            id=row.id,
            stage=self._stage(table, row),
            fields=fields,
            reason=row.reason,
            candidate_id=row.id,
            job=row.job,
            rejected_on=row.rejected_on,
            runner_up=row.runner_up,
            updated_at=changed_at(table.found.source) // 10**9,
            place=_place(table, row),
            documents=_read(_documents(table, row, lying), table, row),
        )

    def documents(self, found: FoundTable, application: str) -> list[Source] | None:
        """Return the documents a row names, or None if there is no such row."""
        table = self.read(found)
        row = table.by_id.get(application)
        if row is None:
            return None
        return _documents(table, row, _lying(found)) if row.documents else []

    def preview(self, table: Table) -> Preview:
        """Return how a file is understood."""
        read = list(self.records(table))
        problems = tuple(one for one in read if isinstance(one, Problem))
        columns = table.columns.meanings if table.columns else ()
        unclear = [note for row in table.rows.rows for note in row.unclear]
        notes = (*table.rows.passed, *unclear)
        return Preview(table.found.place, len(read) - len(problems), columns, problems, notes)

    def _table(self, found: FoundTable) -> Table:
        columns = None
        try:
            grid = self._grid(found.source)
            columns = headings.find_columns(grid, self._mapped)
            _check_end(grid, columns)
            return Table(found, columns, read_rows(grid, columns, country=self._mapped.country))
        except (InvalidRecordError, TemporaryAdapterError, PermissionError) as error:
            return Table(found, columns, broken=problem_of(found.place, found.key, error))

    def _grid(self, source: Source) -> Grid:
        content = content_of(source)
        if source.suffix.lower() in (".csv", ".tsv"):
            return read_csv(content, self._known)
        return read_workbook(content, self._known, self._mapped.sheet)

    def _known(self, grid: Grid) -> int:
        return headings.known_headings(grid, self._mapped)

    def _stage(self, table: Table, row: Row) -> str:
        folder = table.found.stage
        if not row.stage and not folder:
            fix = "put the file into in/rejected, or export a column Status"
            raise CellError("no stage is said", fix, field=f"row {row.number}")
        meant = self._stages.stages
        if row.stage and folder and row.stage in meant and meant[row.stage] != meant.get(folder):
            where = table.columns.place("stage") if table.columns else ""
            fix = "put the file directly into in/, or correct the stage"
            what = "the folder says another stage"
            raise CellError(what, fix, field=f"row {row.number}, {where}")
        return row.stage or folder


def _check_end(grid: Grid, columns: Columns) -> None:
    if grid.cut and len(grid.rows) > 1 and len(grid.rows[-1]) < len(columns.headings):
        raise TemporaryAdapterError("it ends in the middle of a row")


def _stamp(source: Source) -> tuple[int, int]:
    path = source if isinstance(source, Path) else source.mail
    return changed_at(source), path.stat().st_size


def _place(table: Table, row: Row) -> str:
    return f"{table.found.place}, row {row.number}"


def _lying(found: FoundTable) -> dict[str, Source]:
    if found.beside or not isinstance(found.source, Path):
        return {fold(one.name): one for one in found.beside}
    return {fold(one.name): one for one in found.source.parent.iterdir()}


def _documents(table: Table, row: Row, lying: dict[str, Source]) -> list[Source]:
    where = table.columns.place("documents") if row.documents and table.columns else ""
    found = []
    for name in row.documents:
        source = lying.get(fold(name))
        if source is None or (isinstance(source, Path) and not _plain(source)):
            fix = "lay it beside the export file, under exactly this name"
            what = "a document it names is not there"
            raise CellError(what, fix, field=f"row {row.number}, {where}")
        found.append(source)
    return found


def _read(sources: list[Source], table: Table, row: Row) -> tuple[RemoteDocument, ...]:
    try:
        return tuple(read_document(one, row.id) for one in sources)
    except InvalidRecordError:
        where = table.columns.place("documents") if table.columns else ""
        what, fix = "a document of a kind that is not taken", "save it as PDF, and name that file"
        raise CellError(what, fix, field=f"row {row.number}, {where}") from None


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def claimed(table: Table) -> Iterator[str]:
    """Yield the places of the files a table's rows name."""
    folder = readable(Path(table.found.place).parent.as_posix())
    for row in table.rows.rows:
        yield from (fold(f"{folder}/{name}") for name in row.documents)
