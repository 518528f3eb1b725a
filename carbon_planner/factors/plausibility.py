"""Orders of magnitude: bounds per quantity and unit that catch a kilogram for a tonne, a square metre for a hectare.

``bounds.csv`` says for each quantity what is impossible (error) and what is rare (warning); a quantity is a category
with its parameter (``water:supply``, ``water:*``), a parameter, or ``*`` for all that has the unit. Carbon, CO2 and
CO2e per any area are brought to tC/ha where no unit fits, so that ``190000 kgC/ha`` is a forest and ``190000 tC/ha`` a
slip.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..base.errors import UnitError
from ..base.messages import Message, message
from ..base.units import CO2_PER_C, Unit
from .problems import ERROR, WARNING
from .records import FLUXES, POOL_PARTS, POOLS, Factor
from .unitnames import try_unit

FAR = 8.0  # times more or less than the reference: a slip of 10 is caught, honest differences between regions are not
_LEAST = 1.0  # tC/ha below which a ratio says nothing
_COMPARED = ("above", "vegetation", "soil", "total")
_NOT_COMPARED = (*POOLS, *POOL_PARTS, *FLUXES)  # too far apart between honest sets


@dataclass(frozen=True)
class Bounds:
    """Limits of a quantity in ``unit``."""

    unit: str
    error_low: float
    warn_low: float
    warn_high: float
    error_high: float


@cache
def _bounds() -> dict[tuple[str, str], Bounds]:
    with Path(__file__).with_name("bounds.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["quantity"], row["unit"]): Bounds(
                row["unit"], *(float(row[n]) for n in ("error_low", "warn_low", "warn_high", "error_high"))
            )
            for row in csv.DictReader(handle)
        }


def carbon_scale(unit: Unit) -> float | None:
    """Factor from a mass of carbon, CO2 or CO2e per area to tC/ha; None for any other unit."""
    try:
        return unit.co2_tonnes_per_ha() / CO2_PER_C
    except UnitError:
        return None


def _limits(factor: Factor) -> tuple[Bounds, float] | None:
    """The bounds for a factor and the scale that brings its figures to their unit: the closest kind of quantity."""
    unit = try_unit(factor.unit)
    scale = carbon_scale(unit) if unit else None
    units = [(factor.unit, 1.0)]
    if unit and scale is not None:
        units.append(("tC/(ha·yr)" if unit.yearly else "tC/ha", scale))
    table = _bounds()
    for quantity in (f"{factor.category}:{factor.parameter}", f"{factor.category}:*", factor.parameter, "*"):
        for name, size in units:
            if (quantity, name) in table:
                return table[quantity, name], size
    return None


def magnitude(factor: Factor, name: str = "value") -> tuple[str, Message] | None:
    """What is odd about the size of ``value``, ``low`` or ``high``: (level, message), or None."""
    number, limits = getattr(factor, name), _limits(factor)
    if number is None or limits is None:
        return None
    bounds, scale = limits
    scaled = number * scale
    if not bounds.error_low <= scaled <= bounds.error_high:
        return ERROR, _outside("VALUE_IMPOSSIBLE", factor, number, bounds, bounds.error_low, bounds.error_high)
    if name == "value" and scaled and not bounds.warn_low <= scaled <= bounds.warn_high:
        return WARNING, _outside("VALUE_UNUSUAL", factor, number, bounds, bounds.warn_low, bounds.warn_high)
    return None


def _outside(msg_id: str, factor: Factor, number: float, bounds: Bounds, low: float, high: float) -> Message:
    unit, limit = factor.unit, bounds.unit
    return message(msg_id, value=number, unit=unit, parameter=factor.parameter, low=low, high=high, limit_unit=limit)


def against(factor: Factor, reference: Factor | None) -> Message | None:
    """A warning where a figure differs from a trusted one of the same kind so much that a unit slip is likely."""
    if reference is None or not factor.value or not reference.value:
        return None
    scales = _scales(factor, reference)
    if scales is None:
        return None
    here, there = factor.value * scales[0], reference.value * scales[1]
    least = _LEAST if factor.parameter in _COMPARED else 0.0
    if abs(there) < least or here / there < 0 or 1 / FAR < here / there < FAR:
        return None
    unit = "tC/ha" if factor.parameter in _COMPARED else reference.unit
    return message(
        "FAR_FROM_DEFAULT", value=factor.value, unit=factor.unit, default=there, default_unit=unit,
        factor=reference.factor_id,
    )  # fmt: skip


def _scales(factor: Factor, reference: Factor) -> tuple[float, float] | None:
    """What brings both figures to one unit: stocks to tC/ha; other quantities are compared in the same unit only."""
    if factor.parameter not in _COMPARED:
        return (1.0, 1.0) if factor.unit == reference.unit and factor.parameter not in _NOT_COMPARED else None
    units = try_unit(factor.unit), try_unit(reference.unit)
    one, two = (carbon_scale(unit) if unit else None for unit in units)
    return None if one is None or two is None else (one, two)
