"""Attribute values of plans as numbers: shares written as 0.35, 35 or 35 %, survey areas; what is absent is NaN, not 0.

Values are plain Python (None for null). Shared by the reading of QGIS layers and of files, so that both take the same
text for the same number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError
from ..base.feedback import Feedback
from ..base.messages import message

Floats = NDArray[np.float64]

# How plan tables say that there is nothing: dashes, a slash, "none".
NOTHING = {"", "-", "--", "/", "\\", "—", "——", "–", "无", "無", "null", "none", "nan", "n/a", "na", "<null>"}
_NUMBER = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$")
# A plot ratio above this is a per cent figure: the densest districts of the world reach about 25.
PLOT_RATIO_TOP = 30.0


def text(value: Any) -> Optional[str]:
    """The value as text without blanks around it, None where nothing is left; whole numbers without decimals."""
    if value is None:
        return None
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip().strip("\u3000\x00") or None


def number(value: Any) -> Optional[tuple[float, bool]]:
    """A number and whether it carried a per cent sign; NaN where there is nothing; None for text that is no number.

    Full-width signs are read (``３５％``), a lone comma is the decimal sign.
    """
    if value is None:
        return float("nan"), False
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value), False
    clean = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if clean in NOTHING:
        return float("nan"), False
    percent = clean.endswith("%")
    clean = clean[:-1].rstrip() if percent else clean
    if clean.count(",") == 1 and "." not in clean:
        clean = clean.replace(",", ".")
    if not _NUMBER.match(clean):
        return None
    return float(clean), percent


@dataclass(frozen=True)
class Column:
    """Values of one field with what is needed to speak about them."""

    layer: str
    field: str
    ids: Sequence[str]
    values: Sequence[Any]


def numbers(column: Column, scale: Optional[Callable[[Floats], float]], feedback: Feedback) -> Floats:
    """Values as numbers; ``scale`` gives from those without a sign what they are divided by.

    Raises :class:`InputError` for text that is no number, and for a value that is not finite, with the feature.
    """
    result = np.full(len(column.values), np.nan)
    signed = np.zeros(len(column.values), dtype=bool)
    bad: list[int] = []
    for row, value in enumerate(column.values):
        if (read := number(value)) is None:
            bad.append(row)
        else:
            result[row], signed[row] = read
    bad += np.flatnonzero(np.isinf(result)).tolist()
    if bad:
        raise _refusal("VALUE_NOT_A_NUMBER", column, bad)
    bare = result[~signed & ~np.isnan(result)]
    divisor = scale(bare) if scale and bare.size else 1.0
    if divisor != 1.0:
        feedback.info(message("VALUES_ARE_PERCENT", layer=column.layer, field=column.field, top=f"{bare.max():g}"))
        small = np.flatnonzero((result > 0) & (result < 1) & ~signed)
        if small.size:
            names = _names(column, small.tolist())
            feedback.warn(message("PERCENT_BELOW_ONE", layer=column.layer, field=column.field, **names))
    return np.asarray(np.where(signed, result / 100.0, result / divisor))


def ratios(column: Column, feedback: Feedback) -> Floats:
    """Shares of 1 from a green ratio or building density: a column that goes above 1 is in per cent.

    Raises :class:`InputError` as :func:`numbers` does, and for shares below 0 or above 100 %.
    """
    shares = numbers(column, lambda bare: 100.0 if bare.max() > 1.0 else 1.0, feedback)
    bad = np.flatnonzero((shares < 0) | (shares > 1))
    if bad.size:
        raise _refusal("RATIO_BEYOND_LIMITS", column, bad.tolist())
    return shares


def plot_ratios(column: Column, feedback: Feedback) -> Floats:
    """Floor area per site area; a column that goes above 30 is in per cent (as in Taiwan).

    Raises :class:`InputError` as :func:`numbers` does, and for negative values.
    """
    return _not_negative(column, numbers(column, lambda bare: 100.0 if bare.max() > PLOT_RATIO_TOP else 1.0, feedback))


def areas(column: Column, feedback: Feedback) -> Floats:
    """Areas in m² as stated by a field. Raises :class:`InputError` as :func:`numbers` does, and for negative values."""
    return _not_negative(column, numbers(column, None, feedback))


def _not_negative(column: Column, values: Floats) -> Floats:
    bad = np.flatnonzero(values < 0)
    if bad.size:
        raise _refusal("VALUE_NEGATIVE", column, bad.tolist())
    return values


def _refusal(msg_id: str, column: Column, rows: Iterable[int]) -> InputError:
    return InputError(msg_id, layer=column.layer, field=column.field, **_names(column, sorted(rows)))


def _names(column: Column, rows: Sequence[int]) -> dict[str, Any]:
    """Parameters of a message: how many features, the first of them with their values."""
    shown = "; ".join(f"{column.ids[i]}: {column.values[i]}" for i in rows[:5])
    return {"count": len(rows), "features": shown + ("; …" if len(rows) > 5 else "")}
