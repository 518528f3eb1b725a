"""Phasing: when a planned change comes into place, from start, finish and demolition to shares per year.

Instants are decimal years: 2030.0 is the first moment of 1 January 2030, a day is 1/365 or 1/366 of its year. Between
start and finish the share in place follows a curve; a year's share is the mean over the year, so that part years count
by their days. What was in place before the first year counted belongs to that year. The sum of what is added over the
years is the whole as soon as the finish lies inside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError
from .columns import Pattern

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINEAR, S_CURVE = "linear", "scurve"
# Points (share of the time between start and finish, share in place), from (0, 0) to (1, 1).
Table = tuple[tuple[float, float], ...]
Curve = Union[str, Table]


@dataclass(frozen=True)
class Phases:
    """Start, finish and demolition of ``n`` changes in decimal years, NaN for unknown.

    Unknown start and finish mean: in place from the beginning. Where one of them is known, the change happens at that
    instant. A year written without a day is made an instant by :mod:`.phase_fields`: a start at its beginning, a finish
    at its end. ``curve`` is "linear", "scurve" (smoothstep 3x² − 2x³) or a table of points, straight in between.
    """

    start: Floats
    finish: Floats
    demolition: Floats
    curve: Curve = LINEAR

    def __len__(self) -> int:
        return len(self.start)

    def check(self, ids: Sequence[str] | None = None, layer: str = "") -> None:
        """Raise :class:`InputError` for a curve that is none, a finish before its start, a demolition before both."""
        _check_curve(self.curve)
        start, finish = self._span()
        self._refuse("PHASE_ORDER", (finish < start) | (self.demolition < finish), ids, layer)

    def _refuse(self, msg_id: str, wrong: NDArray[np.bool_], ids: Sequence[str] | None, layer: str) -> None:
        bad = np.flatnonzero(wrong).tolist()
        if bad:
            names = [ids[i] if ids is not None else str(i + 1) for i in bad[:5]]
            raise InputError(msg_id, layer=layer, zones=", ".join(names), count=len(bad))

    def check_horizon(self, start_year: int, ids: Sequence[str] | None = None, layer: str = "") -> None:
        """Raise :class:`InputError` for what is gone before the first year counted begins."""
        self._refuse("PHASE_GONE", self.demolition <= start_year + 1, ids, layer)

    def _span(self) -> tuple[Floats, Floats]:
        """Start and finish, one standing in for the other; where both are unknown, in place since the year 0."""
        start = np.where(np.isnan(self.start), self.finish, self.start)
        finish = np.where(np.isnan(self.finish), self.start, self.finish)
        return np.nan_to_num(start, nan=0.0), np.nan_to_num(finish, nan=0.0)

    def share_by(self, instant: Floats) -> Floats:
        """Share of the change made before each instant, shape (n, instants); demolition is left out.

        What happens at an instant is not made before it: a change on 1 January belongs to the year that begins.
        """
        start, finish = (end[:, None] for end in self._span())
        length = finish - start
        after = instant[None, :] - start
        position = np.divide(after, length, out=np.where(after > 0.0, 1.0, 0.0), where=length > 0.0)
        return _shape(self.curve, np.clip(position, 0.0, 1.0))

    def in_place(self, year: Ints) -> Floats:
        """Mean share in place during each calendar year, shape (n, years); 0 after demolition."""
        gone = np.where(np.isnan(self.demolition), np.inf, self.demolition)[:, None]
        first = year.astype(np.float64)[None, :]
        moved = self._years_in_place(np.minimum(first + 1.0, gone)) - self._years_in_place(np.minimum(first, gone))
        return np.asarray(np.clip(_tidy(moved), 0.0, 1.0))

    def _years_in_place(self, until: Floats) -> Floats:
        """Integral of the share in place from the beginning to instants (n, instants), in years of the whole."""
        start, finish = (end[:, None] for end in self._span())
        length = finish - start
        position = np.divide(until - start, length, out=np.zeros(np.broadcast_shapes(until.shape, start.shape)),
                             where=length > 0.0)  # fmt: skip
        grown = _area(self.curve, np.clip(position, 0.0, 1.0))
        return np.asarray(length * grown + np.maximum(until - finish, 0.0))


@dataclass(frozen=True)
class PhasedPattern(Pattern):
    """A pattern that also says what happened within each year: share ``added``, share ``removed`` by demolition."""

    added: tuple[float, ...] = ()
    removed: tuple[float, ...] = ()

    @property
    def later(self) -> float:
        """Share of the change that comes after the last year counted."""
        return max(0.0, 1.0 - math.fsum(self.added))


def added_shares(pattern: Pattern | None, years: int) -> tuple[float, ...]:
    """Share of the change made within each year counted; all in the first where there is no pattern."""
    if pattern is None:
        return (1.0,) + (0.0,) * (years - 1)
    if isinstance(pattern, PhasedPattern):
        return pattern.added
    # A pattern of means only: what a year has more than the year before is taken to be made in it.
    return tuple(max(step, 0.0) for step in pattern.steps)


def removed_shares(pattern: Pattern | None, years: int) -> tuple[float, ...]:
    """Share demolished within each year counted."""
    if pattern is None:
        return (0.0,) * years
    if isinstance(pattern, PhasedPattern):
        return pattern.removed
    return tuple(max(-step, 0.0) for step in pattern.steps)


def patterns(phases: Phases, start_year: int, end_year: int) -> tuple[list[PhasedPattern], Ints]:
    """Distinct patterns over the years ``start_year`` + 1 … ``end_year``, and the number of each change's pattern.

    Raises :class:`InputError` as :meth:`Phases.check` and :meth:`Phases.check_horizon` do.
    """
    phases.check()
    phases.check_horizon(start_year)
    year = np.arange(start_year + 1, end_year + 1, dtype=np.int64)
    done = _tidy(phases.share_by(year + 1.0))
    added = np.diff(done, axis=1, prepend=0.0)
    # Demolition comes after the finish, so that it takes the whole; its first moment of a year belongs to that year.
    event = np.floor(np.where(np.isnan(phases.demolition), np.inf, phases.demolition))
    removed = (event[:, None] == year[None, :]).astype(np.float64)
    table = np.concatenate([phases.in_place(year), added, removed], axis=1)
    distinct, of_change = np.unique(table, axis=0, return_inverse=True)
    rows = [[tuple(part) for part in np.split(row, 3)] for row in distinct]
    found = [PhasedPattern(*(tuple(float(v) for v in part) for part in row)) for row in rows]
    return found, of_change.reshape(-1).astype(np.int64)


def _tidy(shares: Floats) -> Floats:
    """Without the rounding of decimal years, which would tell equal schedules apart and leave 0.999… of a whole."""
    return np.asarray(np.round(shares, 10))


def _check_curve(curve: Curve) -> None:
    if isinstance(curve, str):
        if curve not in (LINEAR, S_CURVE):
            raise InputError("PHASE_CURVE", curve=curve)
        return
    time, share = (np.array(axis, dtype=np.float64) for axis in zip(*curve)) if curve else (np.zeros(0), np.zeros(0))
    ends = len(time) >= 2 and (time[0], share[0], time[-1], share[-1]) == (0.0, 0.0, 1.0, 1.0)
    if not (ends and np.all(np.diff(time) > 0) and np.all(np.diff(share) >= 0)):
        raise InputError("PHASE_CURVE", curve="; ".join(f"{x:g}, {y:g}" for x, y in curve))


def _shape(curve: Curve, x: Floats) -> Floats:
    """Share in place at positions 0 … 1 between start and finish."""
    if curve == LINEAR:
        return x
    if curve == S_CURVE:
        return np.asarray(x * x * (3.0 - 2.0 * x))
    time, share = _points(curve)
    return np.asarray(np.interp(x, time, share))


def _area(curve: Curve, x: Floats) -> Floats:
    """Integral of :func:`_shape` from 0 to ``x``."""
    if curve == LINEAR:
        return np.asarray(x * x / 2.0)
    if curve == S_CURVE:
        return np.asarray(x**3 - x**4 / 2.0)
    time, share = _points(curve)
    before = np.concatenate([[0.0], np.cumsum(np.diff(time) * (share[1:] + share[:-1]) / 2.0)])
    piece = np.clip(np.searchsorted(time, x, side="right") - 1, 0, len(time) - 2)
    return np.asarray(before[piece] + (x - time[piece]) * (share[piece] + np.interp(x, time, share)) / 2.0)


def _points(curve: Curve) -> tuple[Floats, Floats]:
    time, share = zip(*curve)
    return np.array(time, dtype=np.float64), np.array(share, dtype=np.float64)
