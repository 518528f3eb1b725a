"""How a table fits into a DBF: encoding, field names of ten bytes, widths; what does not fit is cut and counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

from qgis.core import QgsField, QgsFields

from ..base.feedback import Feedback, check
from ..storage.encoding import GB18030, GBK, UTF8, codec
from .schema import cut, dbf_names, kind_of, make_field
from .tables import Row, Table

TEXT_BYTES = 254
# Widest whole number that a DBF reader still takes for one, and default of doubles: 24 signs, 15 decimals.
_INT_WIDTH, _REAL_WIDTH, _REAL_DECIMALS = 18, 24, 15
_LOOK = 256


@dataclass(frozen=True)
class _Column:
    """How one field is written: its field in the DBF, its kind, the bytes that its values may have."""

    field: QgsField
    kind: str
    size: int


class DbfLayout:
    """The layout of one table. ``cut`` counts by field the values that did not fit, once the rows have been read.

    The source's encoding is kept if it can hold every text; else GB18030 for GBK, UTF-8 for the rest.
    """

    def __init__(self, table: Table, feedback: Feedback) -> None:
        self.table = table
        self.wanted = table.encoding or UTF8
        self.encoding, self._widest = UTF8, {}
        self.cut: dict[str, int] = {}
        for candidate in dict.fromkeys([self.wanted, GB18030 if self.wanted == GBK else UTF8, UTF8]):
            widest = _measure(table, codec(candidate), feedback)
            if widest is not None:
                self.encoding, self._widest = candidate, widest
                break
        self._columns = self._laid_out()

    def _laid_out(self) -> list[_Column]:
        own = {spec.name for spec in self.table.specs}
        originals = [spec.name() for spec in self.table.fields if spec.name() not in own]
        short = dict(zip(originals, dbf_names(originals, codec(self.encoding), own)))
        return [
            _column(spec, short.get(spec.name(), spec.name()), self._widest.get(place, 1))
            for place, spec in enumerate(self.table.fields)
        ]

    def fields(self) -> QgsFields:
        """Fields of the DBF, in the order of the table."""
        result = QgsFields()
        for column in self._columns:
            result.append(column.field)
        return result

    def rows(self) -> Iterator[Row]:
        """The rows; those fields whose values are wider than they can be are fitted."""
        tight = [
            (place, column)
            for place, column in enumerate(self._columns)
            if column.kind != "other" and self._widest.get(place, 1) > column.size
        ]
        for geometry, values in self.table.rows():
            for place, column in tight:
                values[place] = self._fitted(values[place], column)
            yield geometry, values

    def _fitted(self, value: Any, column: _Column) -> Any:
        if value is None:
            return None
        short = None
        if column.kind == "text":
            short = cut(str(value), codec(self.encoding), column.size)
            if short == value:
                return value
        elif len(f"{value:.0f}") <= column.size:
            return value
        name = column.field.name()
        self.cut[name] = self.cut.get(name, 0) + 1
        return short


def _column(spec: QgsField, name: str, size: int) -> _Column:
    """The DBF field that holds values of a size; declared widths are kept where they suffice."""
    kind, width, decimals = kind_of(spec), spec.length(), max(spec.precision(), 0)
    if kind == "text":
        width = min(max(size, min(width, TEXT_BYTES), 1), TEXT_BYTES)
        return _Column(make_field(name, kind, width), kind, width)
    if kind == "real":
        if not 0 < width <= _REAL_WIDTH:
            width, decimals = _REAL_WIDTH, _REAL_DECIMALS
        return _Column(make_field(name, kind, width, max(min(decimals, width - size - 1), 0)), kind, width)
    if kind == "int":
        width = min(max(size, width), _INT_WIDTH) if width > 0 else _INT_WIDTH
        return _Column(make_field(name, kind, width), kind, width)
    copy = QgsField(spec)
    copy.setName(name)
    return _Column(copy, kind, TEXT_BYTES)


def _measure(table: Table, encoding: str, feedback: Feedback) -> Optional[dict[int, int]]:
    """Most bytes of the values of each field (of real numbers before the decimal point).

    None where a text cannot be encoded.
    """
    known: dict[str, int] = {}
    widest = dict.fromkeys(range(len(table.fields)), 1)
    extremes = {place: [0.0, 0.0] for place in widest}
    try:
        for spec in table.fields:
            spec.name().encode(encoding)
        for number, (_, values) in enumerate(table.rows()):
            if number % _LOOK == 0:
                check(feedback)
            for place, value in enumerate(values):
                if isinstance(value, float):
                    span = extremes[place]
                    span[value > 0] = max(span[value > 0], abs(value))
                    continue
                size = known.get(value) if isinstance(value, str) else _size(value, encoding)
                if size is None:
                    known[value] = size = _size(value, encoding)
                widest[place] = max(widest[place], size)
    except UnicodeEncodeError:
        return None
    for place, (low, high) in extremes.items():
        widest[place] = max(widest[place], len(f"{-low:.0f}"), len(f"{high:.0f}"))
    return widest


def _size(value: Any, encoding: str) -> int:
    """Bytes of a value that is no real number."""
    if value is None:
        return 1
    return len(value.encode(encoding)) if isinstance(value, str) else len(str(value))
