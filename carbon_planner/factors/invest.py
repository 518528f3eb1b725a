"""InVEST tables of carbon pools: ``lucode``, ``LULC_Name``, ``c_above``, ``c_below``, ``c_soil``, ``c_dead``.

Figures are elemental carbon in t/ha (InVEST user guide, Carbon Storage and Sequestration, biophysical table). A table
has its own codes, so it becomes a class system of its own, ``table:NAME``; zones and parcels then carry its codes.
"""

from __future__ import annotations

from dataclasses import replace

from ..base.messages import message
from .codebook import OWN_SYSTEM
from .columns import POOL_PREFIX, recognise
from .drafts import Draft, Grid, ImportOptions, slug
from .problems import ERROR, WARNING, about_set
from .tables import read_table

UNIT = "tC/ha"
REQUIRED = ("above", "below", "soil", "dead")


def is_invest(grid: Grid) -> bool:
    """Whether a table has InVEST's header, in any spelling of capitals."""
    if not grid.rows:
        return False
    headers = {cell.strip().lower() for cell in grid.rows[0]}
    return "lucode" in headers and any(f"c_{pool}" in headers for pool in REQUIRED)


def read_draft(grid: Grid, options: ImportOptions) -> Draft:
    """Read an InVEST table; ``options.source`` is the citation to put beside the file name.

    A blank pool is an error with its cell: InVEST knows no "not estimated", and a blank is not 0.
    """
    fields = {column.field for column in recognise(grid.rows[0])}
    missing = [f"c_{pool}" for pool in REQUIRED if POOL_PREFIX + pool not in fields]
    notes = list(grid.notes)
    if missing:
        notes.append(about_set(ERROR, message("INVEST_COLUMNS", file=grid.name, columns=", ".join(missing))))
    if not options.source:
        notes.append(about_set(WARNING, message("INVEST_NO_CITATION", file=grid.name)))
    told = replace(
        options,
        kind="land_stock",
        system=options.system or OWN_SYSTEM + slug(grid.name),
        source="; ".join(part for part in (f"InVEST table {grid.name}", options.source) if part),
        unit=UNIT,
    )
    return read_table(replace(grid, notes=tuple(notes)), told, refuse_blanks=True)
