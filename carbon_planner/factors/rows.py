"""The rows of a table as factors-to-be: one for each row of a long table, one for each pool of a wide one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..base.messages import message
from ..storage.xlsx import column_letters
from .cells import unguard
from .columns import POOL_PREFIX, Column, is_wide
from .drafts import Grid
from .problems import ERROR, Place, Problem, at

_OF_THE_POOL = ("value", "unit", "parameter")  # what a pool's own column says in a wide table


@dataclass(frozen=True)
class Row:
    """One factor-to-be: texts by field, where they stand, and the unit that the header of its value names."""

    cells: dict[str, str]
    place: Place
    unit: str = ""


def rows_of(
    grid: Grid, start: int, columns: Sequence[Column], *, refuse_blanks: bool
) -> tuple[list[Row], list[Problem]]:
    """Rows below the header in row ``start`` (from 0), and what is wrong with their cells; empty rows are passed over.

    ``refuse_blanks`` makes an empty pool of a wide table an error.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    value = next((c for c in columns if c.field == "value"), None)
    headers = {c.field: c.header for c in columns}
    letters = {c.field: column_letters(c.index) for c in columns}
    for number in range(start + 1, len(grid.rows)):
        texts = grid.rows[number]
        cells = {c.field: unguard(texts[c.index]) for c in columns if c.index < len(texts)}
        if not any(cells.values()):
            continue
        place = Place(number + 1, headers, {name: f"{letter}{number + 1}" for name, letter in letters.items()})
        dead = [name for name, cell in place.cells.items() if cell in grid.dead_formulas]
        problems += [at(ERROR, place, name, message("FORMULA_NOT_COMPUTED")) for name in dead]
        found = list(_across(cells, place, columns)) if is_wide(columns) else []
        if refuse_blanks:
            problems += [_blank(row) for row in found if not row.cells["value"]]
        rows += found or [Row(cells, place, value.unit if value else "")]
    return rows, problems


def _across(cells: dict[str, str], place: Place, columns: Sequence[Column]) -> Iterator[Row]:
    """The pools of one class of a wide table, each as a row of its own."""
    shared = {name: text for name, text in cells.items() if not name.startswith(POOL_PREFIX)}
    for column in columns:
        if not column.field.startswith(POOL_PREFIX):
            continue
        headers = dict.fromkeys(_OF_THE_POOL, column.header)
        spots = dict.fromkeys(_OF_THE_POOL, place.cells[column.field])
        own = replace(place, headers={**place.headers, **headers}, cells={**place.cells, **spots})
        pool = {"parameter": column.field[len(POOL_PREFIX) :], "value": cells.get(column.field, "")}
        yield Row({**shared, **pool}, own, column.unit)


def _blank(row: Row) -> Problem:
    return at(ERROR, row.place, "value", message("POOL_BLANK", pool=row.cells["parameter"]))
