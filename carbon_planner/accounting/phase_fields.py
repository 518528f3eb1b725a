"""Start, finish and demolition read from fields: years, dates and months as instants in decimal years."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError
from .values import NOTHING, Column, text

Floats = NDArray[np.float64]

# What a plan or a building can date from; a bare 0 or a code number is none.
FIRST, LAST = 1900, 2300

_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日]?(?:[t ].*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_DECIMAL = re.compile(r"^\d{4}\.\d{3,}$")


def decimal_year(day: dt.date) -> float:
    """The first moment of a day in decimal years: 2030-07-02 is 2030 + 182/365."""
    first = dt.date(day.year, 1, 1)
    return day.year + (day - first).days / (dt.date(day.year + 1, 1, 1) - first).days


def instants(column: Column, *, end: bool = False) -> Floats:
    """Instants in decimal years from a field of years, months or dates, NaN where it is empty.

    Written as a number or text: 2030, 2030-07, 2030年7月, 2030-07-15, 20300715, 2030.4959 (a decimal year), or a date.
    ``end`` is True for a finish: it is the end of the year, month or day named, otherwise its beginning counts.
    Raises :class:`InputError` for anything else, and for years outside 1900–2300.
    """
    read = [instant(value, end=end) for value in column.values]
    bad = [row for row, value in enumerate(read) if value is None]
    if bad:
        shown = "; ".join(f"{column.ids[i]}: {column.values[i]}" for i in bad[:5]) + ("; …" if len(bad) > 5 else "")
        raise InputError("PHASE_NOT_A_DATE", layer=column.layer, field=column.field, count=len(bad), features=shown)
    return np.array(read, dtype=np.float64)


def instant(value: Any, *, end: bool = False) -> Optional[float]:
    """One value of :func:`instants`: NaN where there is nothing, None where it is no date."""
    if isinstance(value, dt.date):  # a datetime is one too
        return _of_day(value.year, value.month, value.day, end)
    if (
        isinstance(value, float) and value == value and value % 1.0
    ):  # 2030.5 of a number field is a decimal year, as text it is May
        return value if FIRST <= value <= LAST else None
    clean = unicodedata.normalize("NFKC", text(value) or "").strip().lower()
    if clean in NOTHING:
        return float("nan")
    if _DECIMAL.match(clean) and not clean.endswith(".000"):
        return float(clean) if FIRST <= float(clean) <= LAST else None
    match = _DATE.match(clean) or _COMPACT.match(clean)
    if match is None or not FIRST <= int(match[1]) <= LAST:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or month is None:
        return int(match[1]) + (1.0 if end else 0.0)
    if day is None:
        return _of_month(year, month, end)
    return _of_day(year, month, day, end)


def _of_month(year: int, month: int, end: bool) -> Optional[float]:
    if not 1 <= month <= 12:
        return None
    year, month = (year + month // 12, month % 12 + 1) if end else (year, month)
    return decimal_year(dt.date(year, month, 1))


def _of_day(year: int, month: int, day: int, end: bool) -> Optional[float]:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return decimal_year(found + dt.timedelta(days=1) if end else found)
