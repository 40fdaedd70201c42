"""XLSX and ODS to cells: values as they were saved; no formula is computed, no macro is seen."""

import io
import posixpath
from collections.abc import Callable

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from fachkraft_share_files.archives import repacked, unpack
from fachkraft_share_files.grid import CellError, Grid
from fachkraft_share_files.surveys import SheetOfXlsx, Survey, TablesOfOds, walk

_SAVE = "open it in Excel or LibreOffice and save it again"
_CONTENT = "content.xml"


def read_workbook(content: bytes, known_headings: Callable[[Grid], int], sheet: str = "") -> Grid:
    """Return the cells of the one visible sheet that has known headings, or of the named one.

    Raises:
        CellError: another format, a password, a bomb, or which sheet it is is not certain.
        TemporaryAdapterError: it is still being written.
    """
    parts = unpack(content)
    surveys = _ods(parts) if _CONTENT in parts else _xlsx(parts)
    return _chosen(_grids(repacked(parts), surveys), known_headings, sheet)


def _grids(packed: bytes, surveys: list[Survey]) -> dict[str, Grid]:
    grids = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(packed))
        for position, (sheet, survey) in enumerate(zip(book.sheets_metadata, surveys, strict=True)):
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                grids[sheet.name] = _grid(book.get_sheet_by_index(position), survey)
    except (CalamineError, ValueError, OverflowError):
        raise CellError("a damaged workbook", _SAVE, field="file") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own fault, no exit of ours
            raise
        raise CellError("a damaged workbook", _SAVE, field="file") from None
    return grids


def _grid(sheet: CalamineSheet, survey: Survey) -> Grid:
    return Grid(
        sheet.to_python(skip_empty_area=False),
        hidden=frozenset(survey.hidden),
        merged=frozenset(survey.merged),
        uncomputed=frozenset(survey.uncomputed),
    )


def _chosen(grids: dict[str, Grid], known_headings: Callable[[Grid], int], sheet: str) -> Grid:
    if sheet:
        if sheet not in grids:
            fix = "correct the name in the file with the columns"
            raise CellError("no visible sheet has the name that was set", fix, field="sheet")
        return grids[sheet]
    fitting = [one for one in grids.values() if known_headings(one) > 1]
    if len(fitting) > 1:
        fix = 'say which in the file with the columns: sheet = "…"'
        raise CellError("several sheets have known headings", fix, field="sheet")
    return next(iter(fitting or grids.values()), Grid([]))


def _xlsx(parts: dict[str, bytes]) -> list[Survey]:
    book = next((name for name in parts if name.endswith("xl/workbook.xml")), "")
    if not book:
        raise CellError("no workbook that is known, whatever its name says", _SAVE, field="file")
    for name, content in parts.items():
        if name != "mimetype" and "/worksheets/" not in name:
            walk(content, lambda *_: None)  # document types are refused wherever they stand
    targets = _targets(parts, book)
    found: list[Survey] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            key = next((one for at, one in given.items() if at.endswith(":id")), "")
            found.append(_worksheet(parts.get(targets.get(key, ""))))

    walk(parts[book], start)
    return found


def _targets(parts: dict[str, bytes], book: str) -> dict[str, str]:
    folder, name = posixpath.split(book)
    targets = {}

    def start(element: str, given: dict[str, str]) -> None:
        if element == "Relationship":
            target = given.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            targets[given.get("Id", "")] = posixpath.normpath(whole)

    walk(parts.get(f"{folder}/_rels/{name}.rels", b""), start)
    return targets


def _worksheet(content: bytes | None) -> Survey:
    if content is None:
        raise CellError("a damaged workbook", _SAVE, field="file")
    sheet = SheetOfXlsx()
    walk(content, sheet.start, sheet.end, sheet.text)
    return sheet.survey


def _ods(parts: dict[str, bytes]) -> list[Survey]:
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        fix = "save it without a password"
        raise CellError("protected by a password", fix, field="file")
    for name, content in parts.items():
        if name not in ("mimetype", _CONTENT):
            walk(content, lambda *_: None)
    tables = TablesOfOds()
    walk(parts[_CONTENT], tables.start)
    return tables.surveys
