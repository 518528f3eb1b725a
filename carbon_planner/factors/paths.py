"""A course in time that the user assumes for a factor, above all for electricity.

Written as text, so that it fits a setting:

``frozen``                       no assumption: the last published year holds.
``multiplier:2025=1,2030=0.8``   the factor of the first year times a multiplier, linear between the years and constant
                                 outside them. ``2021=1,2023=0.5`` is the grid scaling of City Energy Analyst.
``table:2025=0.55,2060=0.05``    figures in the unit of the factor, linear between the years, constant outside.

A series may stand before a course or alone: ``regional``, ``regional; multiplier:2025=1,2030=0.8``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..base.errors import FactorError

FROZEN, MULTIPLIER, TABLE = "frozen", "multiplier", "table"
KINDS = (FROZEN, MULTIPLIER, TABLE)
_POINT = re.compile(r"\s*(\d{4})\s*=\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*")


@dataclass(frozen=True)
class YearPath:
    """An assumed course: ``points`` are (year, figure) in ascending order; none for ``frozen``."""

    kind: str = FROZEN
    points: tuple[tuple[int, float], ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        years = [year for year, _ in self.points]
        good = self.kind in KINDS and sorted(set(years)) == years and bool(years) == (self.kind != FROZEN)
        if not good or any(figure < 0 for _, figure in self.points):
            raise FactorError("PATH_BAD", path=self.text())

    @property
    def assumed(self) -> bool:
        """Whether the path assumes anything."""
        return self.kind != FROZEN

    def text(self) -> str:
        """The path as it is written in a setting."""
        points = ",".join(f"{year}={figure:.15g}" for year, figure in self.points)
        return f"{self.kind}:{points}" if points else self.kind

    def weights(self, year: int) -> tuple[tuple[int, float], ...]:
        """Weights over the years of the points, sum 1: linear between them, constant outside."""
        years = [y for y, _ in self.points]
        if year <= years[0] or year >= years[-1]:
            return ((years[0] if year <= years[0] else years[-1], 1.0),)
        after = next(y for y in years if y >= year)
        if after == year:
            return ((year, 1.0),)
        before = years[years.index(after) - 1]
        share = (year - before) / (after - before)
        return ((before, 1.0 - share), (after, share))

    def at(self, year: int) -> float:
        """The figure in a year."""
        figures = dict(self.points)
        return sum(figures[y] * weight for y, weight in self.weights(year))


def parse_path(text: str, reason: str = "") -> YearPath:
    """A path from its text; "" is ``frozen``. Raises :class:`FactorError` (PATH_BAD) for anything else."""
    kind, _, rest = text.strip().partition(":")
    if not rest:
        return YearPath(kind.strip() or FROZEN, (), reason)
    points = [_POINT.fullmatch(part) for part in rest.split(",")]
    if any(point is None for point in points):
        raise FactorError("PATH_BAD", path=text)
    return YearPath(kind.strip(), tuple((int(p[1]), float(p[2])) for p in points if p), reason)


def parse_course(text: str, series: Collection[str], reason: str = "") -> tuple[str, YearPath]:
    """Series and path of a course, "" where no series is named. Raises :class:`FactorError` (PATH_BAD)."""
    first, semicolon, rest = text.partition(";")
    if first.strip() in series:
        return first.strip(), parse_path(rest, reason)
    if semicolon:
        raise FactorError("PATH_BAD", path=text)
    return "", parse_path(text, reason)


def linear_scale(first: int, figure: float, last: int, figure_last: float, reason: str = "") -> YearPath:
    """A multiplier that goes linearly from ``figure`` in the year ``first`` to ``figure_last`` in the year ``last``."""
    return YearPath(MULTIPLIER, ((first, float(figure)), (last, float(figure_last))), reason)


def scaled(path: YearPath, years: Sequence[int], start: float = 1.0) -> list[float]:
    """Figures of a path in years, times ``start``."""
    return [start * path.at(year) for year in years]
