"""XLSX workbooks of factors: read through openpyxl where it is installed, else through GDAL; written without either.

Codes are read as they are shown (``101`` stays ``101`` and is told to be a lost ``0101``), figures with all their
digits. Before any parser opens a workbook it is checked for size and for XML that no spreadsheet program writes.
"""

from __future__ import annotations

import datetime
import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from ..base.errors import FactorError, StorageError
from ..storage.archives import check_workbook
from ..storage.gdal_tables import read_xlsx
from ..storage.xlsx import workbook
from .cells import write_number
from .columns import find_header
from .drafts import Grid
from .io_csv import to_rows
from .records import FactorSet

SHEET = "factors"


def read_grid(path: Path, sheet: str = "") -> Grid:
    """The cells of a sheet: the one named, else the first that holds a factor table, else the first.

    Raises :class:`FactorError` where there is no such sheet, :class:`StorageError` where the file is no workbook.
    """
    uncomputed = check_workbook(path)
    sheets = _sheets(path)
    if sheet and sheet not in sheets:
        raise FactorError("SHEET_UNKNOWN", file=path.name, sheet=sheet, known=", ".join(sheets))
    usable = [name for name, rows in sheets.items() if find_header(rows)]
    name = sheet or next(iter(usable or sheets), "")
    rows = sheets.get(name, [])
    return Grid(path.name, rows, dead_formulas=uncomputed)


def read_sheets(path: Path) -> dict[str, list[list[str]]]:
    """The cells of all sheets by title. Raises :class:`StorageError` where the file is no workbook."""
    check_workbook(path)
    return _sheets(path)


def _sheets(path: Path) -> dict[str, list[list[str]]]:
    return _by_openpyxl(path) if importlib.util.find_spec("openpyxl") else read_xlsx(path)


def to_bytes(factor_set: FactorSet) -> bytes:
    """A set as a workbook with one sheet; the columns are those of the CSV export."""
    return workbook([(SHEET, to_rows(factor_set))])


def _by_openpyxl(path: Path) -> dict[str, list[list[str]]]:
    openpyxl = importlib.import_module("openpyxl")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise StorageError("WORKBOOK_UNREADABLE", path=str(path), reason=str(error)) from error
    try:
        return {sheet.title: _texts(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    finally:
        book.close()


def _texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [[_text(value) for value in row] for row in rows]


def _text(value: object) -> str:
    """A cell as text; whole numbers without a decimal point, other figures with all their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return write_number(float(value)) if abs(value) < 2**53 else str(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)
