"""What an evaluation is given: plan zones, base parcels, settings. Plain arrays; the bridge fills them from layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError, SettingsError
from ..geometry.area import AreaMethod
from ..geometry.crs import Crs
from .phasing import Phases
from .timing import LINEAR_20, check_options

LAND_SECTOR = "land"
LAND_METHODS = ("stock", "flux")
GWP_SETS = ("AR4", "AR5", "AR6")
VIEWS = ("responsibility", "territorial")
MAX_DRAWS = 1_000_000
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

    ``quantities`` and ``base_quantities`` hold what the plan and the survey state of each zone beyond its class
    (floor area, population, output …), by the names of ``sectors/quantities.csv``, NaN where nothing is stated; what a
    zone states wins over the default of its class. ``uses`` is the mix of building uses as text, ``region`` the code of
    the region whose factors apply, ``phases`` says when the plan is built.
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
    quantities: Mapping[str, Floats] = field(default_factory=dict)
    base_quantities: Mapping[str, Floats] = field(default_factory=dict)
    uses: Codes | None = None
    region: Codes | None = None
    phases: Phases | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def check(self) -> None:
        """Raise :class:`InputError` for ratios outside 0–1, green + building above 1, or duplicate ids."""
        duplicate = sorted({i for i, n in _counts(self.ids).items() if n > 1})
        if duplicate:
            raise InputError("ZONE_ID_DUPLICATE", layer=self.layer, ids=", ".join(duplicate[:5]), count=len(duplicate))
        _check_range(self, "PLOT_RATIO", self.plot_ratio, np.inf)
        _check_shares(self)


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
    """Land use before the plan, one entry per parcel; geometry in the CRS of the zones.

    ``attributes`` holds survey attributes by their standard names (planting attribute ``ZZSXDM``, refinement
    ``TBXHDM``). ``living_tc_ha`` is the carbon of living biomass that a forest survey found in each parcel, t C/ha, NaN
    where the mean of the class shall serve. A baseline may be an approved plan: ``green_ratio`` and
    ``building_density`` are what it states of its plots, shares of 1, NaN where it is silent.
    """

    layer: str
    ids: Sequence[str]
    geometry: NDArray[np.object_]
    crs: Crs
    classes: Codes
    survey: SurveyAreas | None = None
    class_field: str = ""
    attributes: Mapping[str, Codes] = field(default_factory=dict)
    living_tc_ha: Floats | None = None
    green_ratio: Floats | None = None
    building_density: Floats | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def check(self) -> None:
        """Raise :class:`InputError` for ratios outside 0–1 or green + building above 1."""
        _check_shares(self)


@dataclass(frozen=True)
class Settings:
    """Parameters of a run; empty strings mean: detect the class system, take the method's default factor set.

    ``sectors`` names what is evaluated beside the land; ``view`` is *responsibility* (scopes 1 and 2) or *territorial*
    (scope 1, power plants included), which are never added (carbon rule 12). ``grid_path`` is *frozen* at the last
    published year or an assumption of the user (rule 13). ``draws`` 0 propagates errors by IPCC Approach 1, more by
    Monte Carlo with ``seed``.

    Timing of the stock method (rule 3): ``growth`` is *linear20* or *curve*; lost biomass leaves in its year, or decays
    with ``decay_half_life`` (years, 0 is at once); ``hwp_share`` of the above-ground biomass of forest goes into wood
    products with ``hwp_half_life`` (35 years: sawn wood, IPCC 2019 vol. 4 Table 12.3, recalled).
    """

    plan_system: str = ""
    base_system: str = ""
    factor_set: str = ""
    land_method: str = "stock"
    stock_timing: str = "rule"
    area_method: str = AreaMethod.ELLIPSOIDAL.value
    start_year: int = 2025
    end_year: int = 2060
    baseline: str = "existing"
    sectors: tuple[str, ...] = (LAND_SECTOR,)
    gwp: str = "AR6"
    region: str = "CN-CQ"
    climate_zone: str = ""
    view: str = "responsibility"
    grid_path: str = "frozen"
    draws: int = 0
    seed: int = 1
    scenario: str = ""
    overrides: tuple[Any, ...] = ()
    growth: str = LINEAR_20
    decay_half_life: float = 0.0
    hwp_share: float = 0.0
    hwp_half_life: float = 35.0

    @property
    def years(self) -> int:
        """Number of years counted: START+1 … END (rule 1)."""
        return self.end_year - self.start_year

    def as_dict(self) -> dict[str, Any]:
        """All settings as JSON holds them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def check(self) -> None:
        """Raise :class:`SettingsError` for values outside their range."""
        for name, value, allowed in (
            ("LAND_METHOD", self.land_method, LAND_METHODS),
            ("STOCK_TIMING", self.stock_timing, STOCK_TIMINGS),
            ("AREA_METHOD", self.area_method, tuple(m.value for m in AreaMethod)),
            ("GWP_SET", self.gwp, GWP_SETS),
            ("VIEW", self.view, VIEWS),
        ):
            if value not in allowed:
                raise SettingsError("SETTING_UNKNOWN", parameter=name, value=value, allowed=", ".join(allowed))
        check_options(self.growth, self.hwp_share, (self.decay_half_life, self.hwp_half_life))
        if LAND_SECTOR not in self.sectors:
            raise SettingsError("SECTORS_WITHOUT_LAND", value=", ".join(self.sectors))
        if not 0 <= self.draws <= MAX_DRAWS:
            raise SettingsError("DRAWS_OUT_OF_RANGE", value=self.draws, most=MAX_DRAWS)
        if not YEARS[0] <= self.start_year < self.end_year <= YEARS[1]:
            raise SettingsError(
                "YEARS_INVALID", start=self.start_year, end=self.end_year, first=YEARS[0], last=YEARS[1]
            )


class _WithShares(Protocol):
    """What zones and parcels have in common: a layer with ids and cover shares."""

    @property
    def layer(self) -> str:
        """Name of the layer."""

    @property
    def ids(self) -> Sequence[str]:
        """Ids of the features."""

    @property
    def green_ratio(self) -> Floats | None:
        """Shares of 1."""

    @property
    def building_density(self) -> Floats | None:
        """Shares of 1."""


def _check_shares(layer: _WithShares) -> None:
    """Raise :class:`InputError` for ratios outside 0–1 or green + building above 1."""
    _check_range(layer, "GREEN_RATIO", layer.green_ratio, 1.0)
    _check_range(layer, "BUILDING_DENSITY", layer.building_density, 1.0)
    if layer.green_ratio is None or layer.building_density is None:
        return
    total = np.nan_to_num(layer.green_ratio) + np.nan_to_num(layer.building_density)
    bad = np.flatnonzero(total > 1.0 + 1e-9)
    if bad.size:
        names = ", ".join(layer.ids[i] for i in bad[:5])
        raise InputError("SHARES_ABOVE_ONE", layer=layer.layer, zones=names, count=int(bad.size))


def _check_range(layer: _WithShares, name: str, values: Floats | None, top: float) -> None:
    if values is None:
        return
    bad = np.flatnonzero((values < 0) | (values > top) | np.isinf(values))
    if bad.size:
        names = ", ".join(f"{layer.ids[i]} = {values[i]:g}" for i in bad[:5])
        raise InputError("RATIO_OUT_OF_RANGE", layer=layer.layer, parameter=name, zones=names, count=int(bad.size))


def _counts(ids: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in ids:
        counts[value] = counts.get(value, 0) + 1
    return counts
