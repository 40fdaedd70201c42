"""Writes small CSV, XLSX and ODS files as Excel, LibreOffice and other systems write them."""

import datetime as dt
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

import attrs

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_STYLES = (
    f'<styleSheet xmlns="{_SHEET}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)


@attrs.frozen
class Formula:
    """A formula, with the value it had when it was saved, if it was ever computed."""

    text: str
    value: str | None = None


@attrs.frozen
class Failed:
    """A cell whose formula ended with an error."""

    error: str = "#REF!"


def write_csv(rows, *, delimiter=";", encoding="utf-8-sig", end="\r\n"):
    """Return a CSV file's bytes."""
    lines = (delimiter.join(_quoted(one, delimiter) for one in row) for row in rows)
    return "".join(f"{line}{end}" for line in lines).encode(encoding)


def _quoted(value, delimiter):
    text = value.strftime("%d.%m.%Y") if isinstance(value, dt.date) else str(value)
    if any(one in text for one in (delimiter, '"', "\r", "\n")):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def write_xlsx(rows, *, more=(), **details):
    """Return a workbook; `more` are further sheets as (name, state, rows)."""
    sheets = [("Tabelle1", "visible", rows), *more]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
        for at, (name, state, _) in enumerate(sheets, 1)
    )
    old = ' date1904="1"' if details.get("date1904") else ""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><workbookPr{old}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _STYLES,
    }
    for at, (_, _, content) in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{at}.xml"] = sheet_xml(content, **details)
    return zipped({**parts, **details.get("parts", {})})


def sheet_xml(rows, *, date1904=False, hidden=(), merged=(), **_):
    """Return a worksheet's XML."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(_xlsx_cell(one, _at(number, at), date1904) for at, one in enumerate(row))
        flag = ' hidden="1"' if number in hidden else ""
        lines.append(f'<row r="{number}"{flag}>{cells}</row>')
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    tail = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
    return f'<worksheet xmlns="{_SHEET}"><sheetData>{"".join(lines)}</sheetData>{tail}</worksheet>'


def _xlsx_cell(value, at, date1904):
    if isinstance(value, Formula):
        saved = "" if value.value is None else f"<v>{value.value}</v>"
        kind = "" if value.value is None else ' t="str"'
        return f'<c r="{at}"{kind}><f>{escape(value.text)}</f>{saved}</c>'
    if isinstance(value, Failed):
        return f'<c r="{at}" t="e"><v>{value.error}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    if isinstance(value, dt.date):
        first = dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)
        return f'<c r="{at}" s="1"><v>{(value - first).days}</v></c>'
    if value == "":
        return ""
    inner = f'<t xml:space="preserve">{escape(value)}</t>'
    return f'<c r="{at}" t="inlineStr"><is>{inner}</is></c>'


def write_ods(rows, *, hidden=(), merged=(), parts=None):
    """Return an OpenDocument spreadsheet as LibreOffice ends it: with a million empty rows."""
    lines = "".join(
        _ods_row(row, hidden=at in hidden, down=2 if at in merged else 1)
        for at, row in enumerate(rows, 1)
    )
    names = "".join(
        f' xmlns:{one}="{_OASIS}:{one}:1.0"' for one in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="Tabelle1">{lines}'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0"/>'
    written = {"mimetype": mimetype, "META-INF/manifest.xml": listed, "content.xml": content}
    return zipped({**written, **(parts or {})})


def _ods_row(row, *, hidden, down):
    flag = ' table:visibility="filter"' if hidden else ""
    cells = "".join(map(_ods_cell, row))
    if down > 1:
        spanned = f'<table:table-cell table:number-rows-spanned="{down}"'
        cells = cells.replace("<table:table-cell", spanned, 1)
    rest = '<table:table-cell table:number-columns-repeated="16000"/>'
    return f"<table:table-row{flag}>{cells}{rest}</table:table-row>"


def _ods_cell(value):
    kind, shown = "", value
    if isinstance(value, Formula):
        given = f"table:formula={quoteattr('of:=' + value.text)}"
        kind = given if value.value is None else f'{given} office:value-type="string"'
        shown = value.value or ""
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif value:
        kind = 'office:value-type="string"'
    text = f"<text:p>{escape(str(shown))}</text:p>" if shown != "" else ""
    return f"<table:table-cell {kind}>{text}</table:table-cell>"


def zipped(parts):
    """Return an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _relations(targets):
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def _at(row, column):
    first, second = divmod(column, 26)
    return f"{chr(64 + first) if first else ''}{chr(65 + second)}{row}"
