"""Calibration: bottom-up sums meet an official inventory or energy balance of a district.

What does not match stays visible: each sector keeps its factor and its residual. Two ways to share a residual out: in
proportion (every zone of a sector times the same factor), or by uncertainty, the least-squares adjustment of
observations under conditions that geodesy uses for networks: uncertain figures take more of the residual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import BalanceError, SettingsError
from .arrays import Floats, divided, floats, require_length

# The sums must hold to this share of the largest figure.
CLOSED = 1e-9


@dataclass(frozen=True)
class Calibration:
    """Adjusted values (zones, sectors), and per sector: bottom-up, official, residual before, factor, left after.

    ``sectors`` has the columns ``sector, bottom_up, official, residual, factor, applied, unallocated``. Unallocated is
    official emission that no zone carries (its bottom-up is 0): it is never spread silently.
    """

    values: Floats
    sectors: pd.DataFrame


def proportional(values: Floats, official: Floats, sectors: list[str]) -> Calibration:
    """Multiply each sector by official/bottom-up; where official is null the sector stays as it is.

    A sector without any bottom-up figure keeps its zeros and shows the official figure as unallocated. Null values of
    zones stay null and are left out of the sums. Raises :class:`SettingsError` where the signs of a sector's two sums
    differ: no factor turns emissions into removals.
    """
    numbers, target = floats(values), floats(official)
    require_length("official", target, numbers.shape[1])
    bottom = np.nansum(numbers, axis=0)
    known = ~np.isnan(target)
    if np.any(known & (bottom * np.nan_to_num(target) < 0.0)):
        raise SettingsError("METHOD_SIGN")
    applied = known & (bottom != 0.0)
    factor = np.where(applied, target / np.where(bottom == 0.0, 1.0, bottom), 1.0)
    adjusted = numbers * factor
    # The last rounding goes to the largest figure of the sector, so that the sums hold exactly.
    for s in np.flatnonzero(applied).tolist():
        largest = int(np.nanargmax(np.abs(adjusted[:, s])))
        adjusted[largest, s] += target[s] - np.nansum(adjusted[:, s])
    return Calibration(np.asarray(adjusted), _table(sectors, bottom, target, applied, np.nansum(adjusted, axis=0)))


def by_uncertainty(values: Floats, spread: Floats, official: Floats, sectors: list[str]) -> Calibration:
    """Least squares: minimise Σ (x − b)²/σ² under Σ_zones x = official for every sector that has an official figure.

    ``spread`` σ has the shape of ``values``; a figure with σ = 0 is held. The share of a figure in the residual is
    σ²/Σσ². Null values stay null. A sector whose figures are all held keeps its residual as unallocated.
    """
    numbers, sigma, target = floats(values), floats(spread), floats(official)
    require_length("official", target, numbers.shape[1])
    if sigma.shape != numbers.shape or np.any(sigma < 0):
        raise SettingsError("METHOD_WEIGHTS")
    weight = np.where(np.isnan(numbers) | np.isnan(sigma), 0.0, sigma**2)
    bottom, whole = np.nansum(numbers, axis=0), weight.sum(axis=0)
    applied = ~np.isnan(target) & (whole > 0.0)
    residual = np.where(applied, target - bottom, 0.0)
    adjusted = numbers + weight * np.divide(residual, whole, out=np.zeros_like(whole), where=whole > 0.0)
    return Calibration(np.asarray(adjusted), _table(sectors, bottom, target, applied, np.nansum(adjusted, axis=0)))


def least_squares(values: Floats, spread: Floats, conditions: Floats, totals: Floats) -> Floats:
    """Adjust n figures so that several sums hold at once: ``conditions`` (m, n) @ x = ``totals`` (m,).

    x = b + Σ Aᵀ (A Σ Aᵀ)⁺ (t − A b), Σ = diag(σ²): district by sector and by fuel, say. Raises :class:`BalanceError`
    where the conditions contradict each other or only figures that are held could meet them.
    """
    observed, a, wanted = floats(values), floats(conditions), floats(totals)
    variance = floats(spread) ** 2
    normal = (a * variance) @ a.T
    solution = np.linalg.lstsq(normal, wanted - a @ observed, rcond=None)[0]
    adjusted = observed + variance * (a.T @ solution)
    # One more round takes the rounding of the first out.
    again = np.linalg.lstsq(normal, wanted - a @ adjusted, rcond=None)[0]
    adjusted = adjusted + variance * (a.T @ again)
    size = max(float(np.abs(wanted).max(initial=0.0)), float(np.abs(observed).max(initial=0.0)), 1e-300)
    worst = float(np.abs(a @ adjusted - wanted).max(initial=0.0))
    if worst > CLOSED * size:
        raise BalanceError("METHOD_NOT_CLOSED", value=f"{worst:g}")
    return np.asarray(adjusted)


def _table(
    sectors: list[str], bottom: Floats, target: Floats, applied: NDArray[np.bool_], after: Floats
) -> pd.DataFrame:
    factor = np.where(applied, divided(np.abs(after), np.abs(bottom)), 1.0)
    return pd.DataFrame(
        {
            "sector": sectors,
            "bottom_up": bottom,
            "official": target,
            "residual": target - bottom,
            "factor": factor,
            "applied": applied,
            "unallocated": np.where(applied, 0.0, target - after),
        }
    )
