"""What an evaluation is given: plan zones, base parcels, settings. Plain arrays; the bridge fills them from layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError, SettingsError
from ..geometry.area import AreaMethod
from ..geometry.crs import Crs

LAND_METHODS = ("stock", "flux")
STOCK_TIMINGS = ("rule", "pulse", "linear")
YEARS = (1990, 2200)

Floats = NDArray[np.float64]
Codes = Sequence[Optional[str]]


@dataclass(frozen=True)
class PlanZones:
    """Zones of a plan, one entry per feature in layer order.

    ``geometry`` holds Shapely polygons or None; ratios are shares of 1 with NaN where the plan says nothing;
    ``survey_m2`` is an area stated by the survey; ``stamps`` are passed through to ``cp_stamp``. The names of the class
    fields are a hint when the class system is detected.
    """

    layer: str
    ids: Sequence[str]
    geometry: NDArray[np.object_]
    crs: Crs
    plan_class: Codes | None = None
    base_class: Codes | None = None
    green_ratio: Floats | None = None
    building_density: Floats | None = None
    plot_ratio: Floats | None = None
    survey_m2: Floats | None = None
    stamps: Sequence[str] | None = None
    class_field: str = ""
    base_class_field: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    def check(self) -> None:
        """Raise :class:`InputError` for ratios outside 0–1, green + building above 1, or duplicate ids."""
        duplicate = sorted({i for i, n in _counts(self.ids).items() if n > 1})
        if duplicate:
            raise InputError("ZONE_ID_DUPLICATE", layer=self.layer, ids=", ".join(duplicate[:5]), count=len(duplicate))
        for name, values in (("GREEN_RATIO", self.green_ratio), ("BUILDING_DENSITY", self.building_density)):
            self._check_range(name, values, 1.0)
        self._check_range("PLOT_RATIO", self.plot_ratio, np.inf)
        if self.green_ratio is not None and self.building_density is not None:
            total = np.nan_to_num(self.green_ratio) + np.nan_to_num(self.building_density)
            bad = np.flatnonzero(total > 1.0 + 1e-9)
            if bad.size:
                raise InputError(
                    "SHARES_ABOVE_ONE",
                    layer=self.layer,
                    zones=", ".join(self.ids[i] for i in bad[:5]),
                    count=int(bad.size),
                )

    def _check_range(self, name: str, values: Floats | None, top: float) -> None:
        if values is None:
            return
        bad = np.flatnonzero((values < 0) | (values > top) | np.isinf(values))
        if bad.size:
            raise InputError(
                "RATIO_OUT_OF_RANGE",
                layer=self.layer,
                parameter=name,
                zones=", ".join(f"{self.ids[i]} = {values[i]:g}" for i in bad[:5]),
                count=int(bad.size),
            )


@dataclass(frozen=True)
class SurveyAreas:
    """Areas and deductions of survey parcels (rule 10), in m².

    ``gross_m2`` is TBMJ; ``deducted_m2`` (KCMJ, NaN for none) belongs to ``deducted_class`` (KCDLBM), the rest to the
    parcel's own class.
    """

    gross_m2: Floats
    deducted_m2: Floats | None = None
    deducted_class: Codes | None = None


@dataclass(frozen=True)
class BaseParcels:
    """Land use before the plan, one entry per parcel; geometry in the CRS of the zones."""

    layer: str
    ids: Sequence[str]
    geometry: NDArray[np.object_]
    crs: Crs
    classes: Codes
    survey: SurveyAreas | None = None
    class_field: str = ""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Settings:
    """Parameters of a run; empty strings mean: detect the class system, take the method's default factor set."""

    plan_system: str = ""
    base_system: str = ""
    factor_set: str = ""
    land_method: str = "stock"
    stock_timing: str = "rule"
    area_method: str = AreaMethod.ELLIPSOIDAL.value
    start_year: int = 2025
    end_year: int = 2060
    baseline: str = "existing"

    @property
    def years(self) -> int:
        """Number of years counted: START+1 … END (rule 1)."""
        return self.end_year - self.start_year

    def check(self) -> None:
        """Raise :class:`SettingsError` for values outside their range."""
        for name, value, allowed in (
            ("LAND_METHOD", self.land_method, LAND_METHODS),
            ("STOCK_TIMING", self.stock_timing, STOCK_TIMINGS),
            ("AREA_METHOD", self.area_method, tuple(m.value for m in AreaMethod)),
        ):
            if value not in allowed:
                raise SettingsError("SETTING_UNKNOWN", parameter=name, value=value, allowed=", ".join(allowed))
        if not YEARS[0] <= self.start_year < self.end_year <= YEARS[1]:
            raise SettingsError(
                "YEARS_INVALID", start=self.start_year, end=self.end_year, first=YEARS[0], last=YEARS[1]
            )


def _counts(ids: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in ids:
        counts[value] = counts.get(value, 0) + 1
    return counts
