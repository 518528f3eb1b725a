"""XLSX workbooks, written with nothing but the standard library.

GDAL writes doubles with 15 digits and openpyxl with 16, which changes the last digit of some figures; here every number
keeps its shortest exact form (17 digits where needed). Texts are written as texts, so none of them runs as a formula,
and the bytes of a workbook depend on its content alone.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Sequence
from html import escape
from typing import Union

Cell = Union[str, float, int, None]
_EPOCH = (2025, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\']")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
)
_RELATIONSHIPS = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ROOT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATIONS}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
# Style 0 is plain, 1 the bold header, 2 text: a code that is typed over later stays text and keeps its leading zero.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def workbook(sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    """A workbook of (title, rows) sheets; the first row of each is its header and stays in view.

    None and NaN leave a cell empty. Titles are cut to what the format allows and made unique.
    """
    titles = _titles([title for title, _ in sheets])
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>' for n in numbers
    )
    listed = "".join(
        f'<sheet name="{escape(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in zip(numbers, titles)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    styles = f'<Relationship Id="rId{len(sheets) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": f"{_TYPES}{overrides}</Types>",
        "_rels/.rels": _ROOT_RELATIONS,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELATIONSHIPS.format(links + styles),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, (_, rows) in zip(numbers, sheets)},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), (_HEAD + text).encode("utf-8"), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    view = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
        ' state="frozen"/></sheetView></sheetViews>'
    )
    lines = []
    for number, row in enumerate(rows, start=1):
        style = 1 if number == 1 else 2
        cells = "".join(_cell(value, f"{column_letters(i)}{number}", style) for i, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{_MAIN}">{view}<sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(value: Cell, address: str, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = escape(_NOT_XML.sub("", value), quote=False)
        return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if not math.isfinite(value):
        return ""
    return f'<c r="{address}"><v>{value!r}</v></c>'


def column_letters(index: int) -> str:
    """Spreadsheet name of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _titles(wanted: Sequence[str]) -> list[str]:
    titles: list[str] = []
    for title in wanted:
        name = _FORBIDDEN_IN_TITLE.sub(" ", _NOT_XML.sub("", title)).strip()[:31] or "Sheet"
        count = 2
        base = name
        while name.lower() in (t.lower() for t in titles):
            name = f"{base[:27]} {count}"
            count += 1
        titles.append(name)
    return titles
