"""How figures are written: the only place of the report that turns a number into text.

A figure shows as many digits as its uncertainty allows: value and bounds are rounded to the place of the second digit
of the interval's half-width. What is unknown is said in words and never becomes 0, ``nan`` or a blank.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DIGITS = 3  # of a figure without an interval: no factor is known better
STOCK_DIGITS = 4  # of stocks, which are large and differ little
HALF_WIDTH_DIGITS = 2  # of the half-width of an interval
FEWEST_DIGITS = 2  # of a value that is small against its interval: rounding must not turn it into 0
NOISE = 1e-9  # tonnes (a milligram is 1e-9): what is left of subtracting equal sums
MINUS = "\u2212"
NBSP = "\u00a0"

_SUBSCRIPTS = (("CO2", "CO₂"), ("CH4", "CH₄"), ("N2O", "N₂O"))
_SQUARE, _CUBE = re.compile(r"\b(k?m)2\b"), re.compile(r"\b(N?m)3\b")
_TEN = re.compile(r"\b10\^([48])\s?")
_YEAR = re.compile(r"\byr\b")
# Words of units as Chinese tables write them; symbols of the SI stay.
_WORDS = {
    "person": "人", "household": "户", "job": "岗", "station": "座", "tree": "株", "trips": "次",
    "module": "组件", "crown": "树冠", "clinker": "熟料", "lime": "石灰", "road": "道路", "wet": "湿重",
    "root": "根", "shoot": "茎", "day": "d",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Shown:
    """A figure as the reader sees it; ``null`` marks the words that stand for an unknown value."""

    text: str
    null: bool = False

    def __str__(self) -> str:
        return self.text


def number_or_none(value: Any) -> float | None:
    """The value as a finite float, or None for None, NaN, NA and infinities."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def place_of(value: float, digits: int) -> int:
    """Power of ten at which ``value`` has ``digits`` significant digits; 0 for a value of 0."""
    if value == 0.0:
        return 0
    place = math.floor(math.log10(abs(value))) - digits + 1
    # 9.996 with three digits becomes 10.0: one place higher
    rounded = round(abs(value) / 10.0**place)
    return place + 1 if rounded >= 10**digits else place


def write(value: float, place: int) -> str:
    """The value rounded to a power of ten, with thousands separators and a true minus sign."""
    scale = 10.0**place
    rounded = round(value / scale) * scale if place > 0 else round(value, -place)
    text = f"{rounded:,.{max(0, -place)}f}"
    if text.startswith("-"):
        text = MINUS + text[1:] if re.search(r"[1-9]", text) else text[1:]
    return text


class Numbers:
    """Writer of figures in one language; ``null`` is the text for what is not evaluated."""

    def __init__(self, language: str, null: str) -> None:
        self.language = language
        self.null = Shown(null, null=True)

    def quantity(self, value: Any, low: Any = None, high: Any = None, *, digits: int = DIGITS) -> Shown:
        """A figure whose digits suit its interval; ``digits`` significant ones where it has none."""
        number = number_or_none(value)
        if number is None:
            return self.null
        if abs(number) < NOISE:
            bounds = [abs(b) for b in map(number_or_none, (low, high)) if b is not None]
            low, high = (low, high) if max(bounds, default=0.0) >= NOISE else (None, None)
            number = 0.0
        return Shown(write(number, self._place(number, low, high, digits)))

    def interval(self, low: Any, high: Any) -> Shown:
        """``low to high``, rounded as :meth:`quantity` rounds a value between them.

        Bounds that coincide are no interval: without any range the half-width is unknown, not 0. Only a figure that is
        0 because nothing changes is known exactly.
        """
        low_number, high_number = number_or_none(low), number_or_none(high)
        if low_number is None or high_number is None:
            return self.null
        place = _interval_place(low_number, high_number)
        if place is None or max(abs(low_number), abs(high_number)) < NOISE:
            return Shown("0") if max(abs(low_number), abs(high_number)) < NOISE else self.null
        dash = " 至 " if self.language == "zh" else " to "
        return Shown(write(low_number, place) + dash + write(high_number, place))

    def stock(self, value: Any) -> Shown:
        """Tonnes of carbon held."""
        return self.quantity(value, digits=STOCK_DIGITS)

    def column(self, values: Sequence[Any], digits: int = STOCK_DIGITS) -> list[Shown]:
        """Figures of one column, all rounded to the place that gives the largest its ``digits``.

        A small figure keeps two digits of its own, so that it does not become 0.
        """
        numbers = [number_or_none(v) for v in values]
        place = place_of(max((abs(v) for v in numbers if v is not None), default=0.0), digits)
        return [
            self.null if v is None else Shown(write(v, min(place, place_of(v, FEWEST_DIGITS)) if v else 0))
            for v in numbers
        ]

    def years(self, first: int, last: int) -> str:
        """A span of years."""
        return str(first) if first == last else f"{first}{'—' if self.language == 'zh' else '–'}{last}"

    def area(self, value: Any) -> Shown:
        """An area in hectares: 0.01 ha, finer only where that would leave fewer than two digits."""
        number = number_or_none(value)
        if number is None:
            return self.null
        return Shown("0" if number == 0.0 else write(number, min(-2, place_of(number, FEWEST_DIGITS))))

    def factor(self, value: Any) -> Shown:
        """The value of a stored factor, with the digits of its source."""
        number = number_or_none(value)
        if number is None:
            return self.null
        text = f"{abs(number):,.10g}" if abs(number) >= 1e-4 or number == 0.0 else f"{abs(number):.3g}"
        return Shown((MINUS if number < 0.0 else "") + text)

    def percent(self, share: Any) -> Shown:
        """A share of 1 as a percentage; what is small but present never shows as 0 %."""
        number = number_or_none(share)
        if number is None:
            return self.null
        percent = number * 100.0
        if 0.0 < percent < 0.5:
            text = "<1"
        elif 99.5 <= percent < 100.0:
            text = ">99"
        else:
            text = write(percent, 0)
        return Shown(text + ("%" if self.language == "zh" else NBSP + "%"))

    def count(self, value: Any) -> Shown:
        """A whole number."""
        number = number_or_none(value)
        return self.null if number is None else Shown(write(number, 0))

    def scientific(self, value: Any) -> Shown:
        """A tiny relative error: ``2.3 × 10⁻¹²``."""
        number = number_or_none(value)
        if number is None:
            return self.null
        if number == 0.0:
            return Shown("0")
        mantissa, exponent = f"{number:.1e}".split("e")
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return Shown(f"{mantissa.replace('-', MINUS)}{NBSP}×{NBSP}10{raised}")

    def unit(self, text: str) -> str:
        """A unit as it is printed: subscripts, squares, and ``a`` for the year in Chinese."""
        for plain, printed in _SUBSCRIPTS:
            text = text.replace(plain, printed)
        text = _TEN.sub(lambda found: f"10{'⁴' if found[1] == '4' else '⁸'}{NBSP}", text)
        text = _CUBE.sub(r"\1³", _SQUARE.sub(r"\1²", text))
        if self.language != "zh":
            return text
        text = _YEAR.sub("a", text).replace(f"10⁴{NBSP}yuan", "万元")
        return _WORD.sub(lambda found: _WORDS.get(found[0], found[0]), text)

    def with_unit(self, shown: Shown, unit: str) -> Shown:
        """Figure and unit, kept on one line; an unknown figure takes no unit."""
        return shown if shown.null or not unit else Shown(f"{shown.text}{NBSP}{self.unit(unit)}")

    @staticmethod
    def _place(number: float, low: Any, high: Any, digits: int) -> int:
        own = place_of(number, digits)
        place = _interval_place(number_or_none(low), number_or_none(high))
        return own if place is None else min(place, place_of(number, FEWEST_DIGITS)) if number else place


def _interval_place(low: float | None, high: float | None) -> int | None:
    """Place of the second digit of the half-width; None without an interval."""
    if low is None or high is None or high <= low:
        return None
    return place_of((high - low) / 2.0, HALF_WIDTH_DIGITS)
