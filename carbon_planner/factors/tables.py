"""From the cells of a table to factors: long tables (a factor per row) and wide ones (a class per row, pools across).

Nothing is guessed in silence: what a table does not say is taken from the options of the import or from a cautious
default, and every such default, like every unreadable cell, is a finding with its row, column and cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..base.messages import message
from ..classes.codes import as_text, normalise
from .cells import NumberStyle, number_style
from .codebook import GENERIC, OWN_SYSTEM, CodeBook, is_own
from .columns import FIRST_EXPORT, HEADER_SEARCH, SET_PREFIX, Column, find_header, parameter_name
from .drafts import Draft, Grid, ImportOptions, set_info, slug
from .problems import ERROR, WARNING, Place, Problem, about_set, at
from .records import FACTOR_FIELDS, INFO_FIELDS, INTEGERS, NET_FLUX, NUMBERS, STATES, STATUSES, Factor
from .rows import Row, rows_of
from .unitnames import try_unit, unit_text
from .validation import ROW_LIMIT, padded

_RANGE_WORDS = {
    "95%": "95",
    "ci95": "95",
    "95%ci": "95",
    "95%置信区间": "95",
    "min-max": "minmax",
    "min–max": "minmax",
    "最小最大": "minmax",
    "最小—最大": "minmax",
    "范围": "minmax",
    "未知": "unknown",
    "不明": "unknown",
    "无": "none",
}
SET_ONLY = tuple(status for status in STATUSES if status not in STATES)  # states that no factor has by itself
_WHOLE = re.compile(r"^(\d+)\.0+$")  # 101.0 is what some programs make of 101
_CONFIDENCE_WORDS = {"已核实": "verified", "核实": "verified", "推算": "derived", "推导": "derived", "记忆": "recalled"}


def read_table(
    grid: Grid,
    options: ImportOptions,
    *,
    book: CodeBook | None = None,
    refuse_blanks: bool = False,
) -> Draft:
    """Read a table. Findings are collected, not raised; a cell that cannot be read gives an error and counts as empty.

    ``book`` knows the class systems; without it codes are taken as they stand. ``refuse_blanks`` makes an empty pool of
    a wide table an error (InVEST tables); else it means *not estimated*.
    """
    if len(grid.rows) > ROW_LIMIT + HEADER_SEARCH:
        finding = about_set(ERROR, message("SET_TOO_LARGE", count=len(grid.rows), limit=ROW_LIMIT))
        return Draft(set_info(grid, options, {}, ()), (), (), (*grid.notes, finding))
    header = find_header(grid.rows)
    if header is None:
        finding = about_set(ERROR, message("HEADER_NOT_FOUND", file=grid.name, rows=HEADER_SEARCH))
        return Draft(set_info(grid, options, {}, ()), (), (), (*grid.notes, finding))
    return _Reader(grid, options, book, refuse_blanks).read(*header)


class _Reader:
    def __init__(self, grid: Grid, options: ImportOptions, book: CodeBook | None, refuse_blanks: bool) -> None:
        self._grid, self._options, self._book = grid, options, book
        self._refuse_blanks = refuse_blanks
        self._problems: list[Problem] = list(grid.notes)
        self._style = NumberStyle()
        self._assumed: dict[str, int] = {}
        self._own_export = False

    def read(self, start: int, columns: tuple[Column, ...]) -> Draft:
        # a table that the plugin wrote is taken word for word, so that a round trip loses and adds nothing
        self._own_export = {c.field for c in columns}.issuperset(FIRST_EXPORT)
        rows, findings = rows_of(self._grid, start, columns, refuse_blanks=self._refuse_blanks)
        self._problems += findings
        numbers = [row.cells.get(name, "") for row in rows for name in NUMBERS]
        self._style = number_style(numbers, self._grid.separator)
        if self._style.comma:
            self._problems.append(about_set(WARNING, message("DECIMAL_COMMA", file=self._grid.name)))
        system = self._system(rows)
        factors = tuple(self._factor(row, system) for row in rows)
        for msg_id, count in self._assumed.items():
            self._problems.append(about_set(WARNING, message(msg_id, count=count)))
        said = self._said(rows)
        info = set_info(self._grid, self._options, said, factors)
        return Draft(info, factors, tuple(row.place for row in rows), tuple(self._problems))

    # -- the class system ---------------------------------------------------------------------------------------------

    def _system(self, rows: Sequence[Row]) -> str:
        """The system of rows that name none: as told, else what codes and names point to, else the table's own."""
        if self._options.system:
            return self._options.system
        silent = [row for row in rows if not row.cells.get("system")]
        if not silent or self._own_export or self._kind_said(rows) == "other":
            return ""
        items = [_code_cell(row.cells) for row in silent]
        own = OWN_SYSTEM + slug(self._grid.name)
        if self._book is None:
            found, finding = own, message("SYSTEM_OWN", system=own)
        elif all(self._book.generic_of(item) for item in items):
            found, finding = GENERIC, message("SYSTEM_GENERIC")
        else:
            found, finding = self._book.detect(items, [_name_cell(row.cells) for row in silent])
            if not found:
                found, finding = own, message("SYSTEM_OWN", system=own)
        self._problems.append(about_set(WARNING, finding))
        return found

    def _kind_said(self, rows: Sequence[Row]) -> str:
        return self._options.kind or next((k for k in (row.cells.get("set_kind", "") for row in rows) if k), "")

    # -- factors ------------------------------------------------------------------------------------------------------

    def _factor(self, row: Row, fallback_system: str) -> Factor:
        values: dict[str, Any] = dict(row.cells)
        if not self._own_export:
            values.update(self._tidied(row))
        for name in ("region", "source", "unit", "parameter", "confidence"):
            values[name] = values.get(name) or getattr(self._options, name)
        values["system"] = values.get("system") or fallback_system
        values["item"] = self._item(values["system"], row)
        values.update({name: self._whole(name, row.cells.get(name, ""), row.place) for name in INTEGERS})
        values["year"] = values["year"] or self._options.year
        values.update({name: self._number(name, row.cells.get(name, ""), row.place) for name in NUMBERS})
        if not self._own_export:
            values["range_kind"] = self._range_kind(values)
            values["confidence"] = values["confidence"] or self._assume("CONFIDENCE_ASSUMED", "recalled")
            values["gas"] = values.get("gas") or _substance(values["unit"])
            values["parameter"] = values["parameter"] or self._parameter(values["unit"])
            values["status"] = "" if values.get("status") in SET_ONLY else values.get("status", "")
        values["factor_id"] = values.get("factor_id") or values.get("uuid") or _factor_id(values)
        return Factor(**{name: values.get(name, "") for name in FACTOR_FIELDS})

    def _tidied(self, row: Row) -> dict[str, str]:
        """Cells of somebody else's table with names and units in the project's spelling."""
        cells = row.cells
        confidence = cells.get("confidence", "")
        return {
            "parameter": parameter_name(cells.get("parameter") or self._options.parameter),
            "unit": unit_text(cells.get("unit") or row.unit or self._options.unit),
            "confidence": _CONFIDENCE_WORDS.get(confidence, confidence.lower()),
            "region": cells.get("region") or self._options.region or cells.get("set_region", ""),
        }

    def _item(self, system: str, row: Row) -> str:
        """The code in its cell, tidied; a lost zero is put back where asked for, a class name becomes its code."""
        item = _code_cell(row.cells)
        if not self._own_export:
            item = (as_text(item) or item) if is_own(system) else normalise(item) or ""
        if not self._book or not item:
            return item
        code = padded(system, item, self._book.known) if self._options.pad_codes else None
        if code:
            self._problems.append(at(WARNING, row.place, "item", message("CODE_PADDED", code=item, padded=code)))
            return code
        named = self._book.by_name(system, item)
        if named:
            self._problems.append(at(WARNING, row.place, "item", message("CODE_OF_NAME", name=item, code=named)))
        return named or item

    def _number(self, name: str, text: str, place: Place) -> float | None:
        try:
            return self._style.parse(text)
        except ValueError:
            self._problems.append(at(ERROR, place, name, message("NUMBER_UNREADABLE", text=text)))
            return None

    def _whole(self, name: str, text: str, place: Place) -> int | None:
        """A year or a number of years."""
        digits = _WHOLE.sub(r"\1", text).rstrip("年")
        if digits.isdigit() and digits.isascii() and len(digits) <= 4:
            return int(digits)
        if digits:
            self._problems.append(at(ERROR, place, name, message("YEAR_UNREADABLE", text=text)))
        return None

    def _range_kind(self, values: dict[str, Any]) -> str:
        word = _WHOLE.sub(r"\1", str(values.get("range_kind", ""))).lower().replace(" ", "")
        if word:
            return _RANGE_WORDS.get(word, word)
        if values["low"] is None and values["high"] is None:
            return "none"
        return self._assume("RANGE_KIND_ASSUMED", "unknown")

    def _parameter(self, text: str) -> str:
        """What a bare "carbon density" or "coefficient" is, by its unit; "" where the unit does not tell."""
        unit = try_unit(text)
        if not unit or not unit.area_m2 or unit.substance not in ("C", "CO2", "CO2e"):
            return ""
        return self._assume("PARAMETER_FLUX", NET_FLUX) if unit.yearly else self._assume("PARAMETER_TOTAL", "total")

    def _assume(self, msg_id: str, value: str) -> str:
        self._assumed[msg_id] = self._assumed.get(msg_id, 0) + 1
        return value

    # -- the set ------------------------------------------------------------------------------------------------------

    def _said(self, rows: Sequence[Row]) -> dict[str, str]:
        """What the ``set_`` columns say; rows that contradict each other are an error."""
        said: dict[str, str] = {}
        if self._own_export:
            # an own export says everything, so that an empty cell is an empty text
            said = {name: rows[0].cells.get(SET_PREFIX + name, "") for name in INFO_FIELDS} if rows else {}
        for row in rows:
            for name in INFO_FIELDS:
                text = row.cells.get(SET_PREFIX + name, "")
                if text and said.setdefault(name, text) != text:
                    finding = message("SET_CONTRADICTS", field=SET_PREFIX + name, one=said[name], two=text)
                    self._problems.append(at(ERROR, row.place, SET_PREFIX + name, finding))
        return said if self._own_export else {**_common(rows), **said}


def _common(rows: Sequence[Row]) -> dict[str, str]:
    """What plain columns say of the set, where all rows agree: its licence, and a state that only sets have."""
    said: dict[str, str] = {}
    for name in ("licence", "status"):
        found = {row.cells.get(name, "") for row in rows}
        text = found.pop() if len(found) == 1 else ""
        if text and (name == "licence" or text in SET_ONLY):
            said[name] = text
    return said


def _code_cell(cells: dict[str, str]) -> str:
    return cells.get("item") or cells.get("item_zh") or cells.get("item_en", "")


def _name_cell(cells: dict[str, str]) -> str:
    return cells.get("item_zh") or cells.get("item_en", "")


def _factor_id(values: dict[str, Any]) -> str:
    """An id made of what the factor is for, so that it does not depend on file name or row."""
    parts = [values["system"], values["item"], values["parameter"]]
    if not values["system"]:
        parts += [values["region"], str(values["year"] or "")]
    return ":".join(part.replace(" ", "_") for part in parts if part)


def _substance(unit: str) -> str:
    parsed = try_unit(unit)
    return parsed.substance if parsed else ""
