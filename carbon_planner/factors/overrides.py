"""Figures that a user puts in the place of stored factors.

Order: zone field > scenario > region > default. A field of the zones is read by the sectors; this module holds the
other levels and figures that a raster gives for each zone; :mod:`override_log` counts all of them. A figure that
overrides becomes a :class:`Factor` of the pseudo-set ``scenario``, with the reason as its source and the
confidence *recalled* unless another is stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.errors import FactorError
from .records import CONFIDENCES, Factor

SCENARIO_SET = "scenario"
ZONE_FIELD, RASTER, SCENARIO, REGION = "zone field", "raster", "scenario", "region"
LEVELS = (ZONE_FIELD, RASTER, SCENARIO, REGION)  # the stronger first
_RESOLVED_LEVELS = (SCENARIO, REGION)


@dataclass(frozen=True)
class Override:
    """A figure for a quantity.

    ``item`` and ``parameter`` name it as they are asked for (a key alone, or a class and a pool); ``unit`` "" is that
    of the factor it replaces; ``region`` "" is everywhere; with ``year`` the figure holds from that year on. ``level``
    is ``scenario`` or ``region``: a scenario goes before a region, whichever is narrower.
    """

    item: str
    parameter: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str = ""
    region: str = ""
    year: int | None = None
    reason: str = ""
    level: str = SCENARIO
    confidence: str = "recalled"

    def __post_init__(self) -> None:
        if self.level not in _RESOLVED_LEVELS:
            raise FactorError("OVERRIDE_LEVEL", level=self.level, known=", ".join(_RESOLVED_LEVELS))
        if self.confidence not in CONFIDENCES:
            raise FactorError("WORD_UNKNOWN", value=self.confidence, known=", ".join(CONFIDENCES))
        if not self.reason.strip():
            raise FactorError("OVERRIDE_NO_REASON", quantity=self.quantity)
        if (self.low is not None and self.low > self.value) or (self.high is not None and self.high < self.value):
            raise FactorError("OVERRIDE_RANGE", quantity=self.quantity, value=self.value, low=self.low, high=self.high)

    @property
    def quantity(self) -> str:
        """The quantity as one text: ``item.parameter``."""
        return f"{self.item}.{self.parameter}" if self.parameter else self.item


_FIELDS = tuple(spec.name for spec in fields(Override))


def as_override(one: Override | Mapping[str, Any]) -> Override:
    """An override from a mapping of its fields, as a job file holds it; :class:`FactorError` for other fields."""
    if isinstance(one, Override):
        return one
    unknown = sorted(set(one) - set(_FIELDS))
    missing = sorted({"item", "value"} - set(one))
    if unknown or missing:
        raise FactorError("OVERRIDE_FIELDS", fields=", ".join(unknown + missing), known=", ".join(_FIELDS))
    return Override(**{"parameter": "", **one})


def factor_of(override: Override, base: Factor | None) -> Factor:
    """The override as a factor; unit, gas and names come from the factor it replaces.

    Raises :class:`FactorError` where no unit is known, or another one than that of the replaced factor is stated.
    """
    unit = override.unit or (base.unit if base else "")
    if not unit:
        raise FactorError("OVERRIDE_NO_UNIT", quantity=override.quantity)
    if base is not None and unit != base.unit:
        raise FactorError("OVERRIDE_UNIT", quantity=override.quantity, unit=unit, asked=base.unit)
    bounds = (override.low, override.high)
    parts = (SCENARIO_SET, override.quantity, override.region, str(override.year or ""))
    return Factor(
        factor_id=":".join(part for part in parts if part), category=override.level,
        system=base.system if base else "", item=override.item,
        item_en=base.item_en if base else override.quantity, item_zh=base.item_zh if base else override.quantity,
        parameter=base.parameter if base else override.parameter or "value", region=override.region,
        value=override.value, low=bounds[0], high=bounds[1],
        range_kind="none" if bounds == (None, None) else "minmax", unit=unit, gas=base.gas if base else "",
        year=override.year, source=override.reason, confidence=override.confidence, evidence="judgement",
        notes=f"replaces {base.factor_id}" if base else "",
    )  # fmt: skip


def choose_override(
    overrides: Sequence[Override], names: Sequence[str], places: Sequence[str], year: int | None
) -> Override | None:
    """The override of a quantity for a place and year, or None.

    ``names`` are the texts by which the quantity may be called, ``places`` the regions from narrow to wide. Scenario
    goes before region, then the narrower place, then the latest year that is not after ``year``, then the last given.
    """
    fits = []
    for number, one in enumerate(overrides):
        if one.quantity not in names or (one.region and one.region not in places):
            continue
        if one.year is not None and year is not None and one.year > year:
            continue
        where = places.index(one.region) if one.region else len(places)
        fits.append((_RESOLVED_LEVELS.index(one.level), where, -(one.year or 0), -number, one))
    return min(fits, key=lambda fit: fit[:4])[-1] if fits else None


@dataclass(frozen=True)
class ZoneOverride:
    """Figures of a raster for zones: one factor of the pseudo-set, and how many times it counts in each zone.

    ``scale`` is NaN where the raster gives nothing; there the stored factor serves. All zones move together within the
    range of the raster.
    """

    factor: Factor
    fset: str
    scale: NDArray[np.float64]
    replaced: str = ""

    @property
    def used(self) -> NDArray[np.bool_]:
        """Zones for which the raster gives a figure."""
        return ~np.isnan(self.scale)


def raster_override(
    item: str,
    parameter: str,
    values: NDArray[np.float64],
    *,
    unit: str,
    reason: str,
    relative: tuple[float, float] | None = None,
    base: Factor | None = None,
) -> ZoneOverride:
    """Figures that a raster gives per zone (its mean within the zone, float64[n], NaN where there is none).

    ``relative`` is the range of the raster as shares below and above the figure (0.2, 0.2). The factor holds the mean
    of the figures, so that ``factor.value * scale`` is the figure of each zone. Raises :class:`FactorError` where no
    zone has a figure.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        raise FactorError("RASTER_EMPTY", quantity=f"{item}.{parameter}" if parameter else item)
    mean = float(known.mean())
    centre = mean if abs(mean) > 1e-12 * float(np.abs(known).max()) else float(np.abs(known).mean())
    low = high = None
    if relative is not None:
        low, high = sorted((centre * (1.0 - relative[0]), centre * (1.0 + relative[1])))
    factor = factor_of(Override(item, parameter, centre, low, high, unit, reason=reason), base)
    scale = np.divide(values, centre) if centre else np.where(np.isnan(values), np.nan, 1.0)
    return ZoneOverride(factor, SCENARIO_SET, scale, base.factor_id if base else "")
