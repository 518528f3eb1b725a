"""Factors out of openLCA: impact factors of reference data (CSV), exchanges and parameters of a process (XLSX, CSV).

What each form holds and lacks stands in :mod:`.olca_reference` and :mod:`.olca_process`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..base.errors import FactorError
from . import io_csv, olca_process, olca_reference
from .drafts import ImportOptions
from .foreign import finish
from .formats import Imported
from .io_xlsx import read_sheets

SHEETS = (".xlsx", ".xlsm")


def read_openlca(path: Path, options: ImportOptions | None = None, indicators: Sequence[str] = ()) -> Imported:
    """Read a set from an export of openLCA: a folder of reference data (or one of its tables), or a process.

    ``indicators`` chooses impact categories of reference data; by default all that count in CO2 equivalents. Raises
    :class:`InvalidSet` with all errors at once, :class:`FactorError` for what is no such export.
    """
    options = options or ImportOptions()
    if not path.exists():
        raise FactorError("SET_FILE_MISSING", path=str(path))
    if olca_reference.is_reference(path):
        return finish(path.name, olca_reference.read_draft(path, options, indicators))
    if path.is_dir():
        raise FactorError("OLCA_NOT_RECOGNISED", path=str(path))
    if path.suffix.lower() in SHEETS:
        sheets = read_sheets(path)
        if not {olca_process.OUTPUTS, olca_process.INPUTS, olca_process.PARAMETERS} & set(sheets):
            raise FactorError("OLCA_NOT_RECOGNISED", path=str(path))
        return finish(path.name, olca_process.read_draft(path.name, sheets, options))
    grid = io_csv.read_grid(path, options)
    name = olca_process.sheet_of(grid.rows)
    if not name:
        raise FactorError("OLCA_NOT_RECOGNISED", path=str(path))
    return finish(path.name, olca_process.read_draft(path.name, {name: grid.rows}, options))
