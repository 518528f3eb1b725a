"""Biomass carbon of forest sub-compartments (小班) from their attributes instead of one mean per class.

From volume by IPCC 2006/2019 vol. 4 Eq. 2.8: with BCEF (t d.m. per m³ of growing stock) or with wood density times BEF;
or by the continuous function B = a·V + b of Chinese forest inventories (Fang et al.). Without a volume, the mean of
species and age group, of the species, and last of the class serve, and the row says so. Factors are passed in as a
table; nothing is assumed where a column is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import SettingsError
from .arrays import Floats, floats, require_between

# How a row was made, best first.
BCEF, DENSITY, VOLUME_LINE, AGE_MEAN, SPECIES_MEAN, CLASS_MEAN, NONE = (
    "bcef", "density_bef", "volume_line", "age_mean", "species_mean", "class_mean", "",
)  # fmt: skip
# Rows that a mean stands in for, because attributes are missing.
FALLBACK = (AGE_MEAN, SPECIES_MEAN, CLASS_MEAN)

FACTOR_COLUMNS = (
    "species", "age_group", "bcef_t_m3", "density_t_m3", "bef", "line_a_t_m3", "line_b_t_ha", "root_ratio",
    "carbon_fraction", "mean_tc_ha",
)  # fmt: skip


@dataclass(frozen=True)
class Stands:
    """Attributes of sub-compartments, one entry each; None and NaN where the survey says nothing.

    ``volume`` is growing stock in m³/ha, ``canopy`` the canopy closure as a share of 1, ``class_mean`` the carbon of
    living biomass of the class in t C/ha, taken where nothing better is known.
    """

    species: Sequence[Optional[str]]
    age_group: Sequence[Optional[str]]
    volume: Floats
    canopy: Floats
    area_ha: Floats
    class_mean: Floats

    def __len__(self) -> int:
        return len(self.species)


def stand_carbon(stands: Stands, factors: pd.DataFrame, mean_canopy: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Carbon of living biomass per sub-compartment: columns ``tc_ha``, ``tc``, ``made_of``, ``fallback``.

    ``factors`` has the columns of :data:`FACTOR_COLUMNS`; a row without age group holds for all ages of the species. A
    mean is scaled by canopy closure over the ``mean_canopy`` that the mean was taken at, where both are known. Raises
    :class:`SettingsError` for missing columns, species and age that stand twice, or canopies outside 0–1.
    """
    table = _table(factors)
    by_age = _matched(table[table.age_group != ""], ["species", "age_group"], stands)
    by_species = _matched(table[table.age_group == ""], ["species"], stands)
    require_between("canopy", stands.canopy, 0.0, 1.0)
    row = by_age.fillna(by_species)
    root, fraction = (row[name].to_numpy(np.float64) for name in ("root_ratio", "carbon_fraction"))
    living = (1.0 + root) * fraction
    scale = _canopy_scale(stands, mean_canopy or {})
    candidates: tuple[tuple[str, Floats], ...] = (
        (BCEF, stands.volume * row.bcef_t_m3.to_numpy(np.float64) * living),
        (DENSITY, stands.volume * row.density_t_m3.to_numpy(np.float64) * row.bef.to_numpy(np.float64) * living),
        (VOLUME_LINE, _line(row, stands.volume) * fraction),
        (AGE_MEAN, by_age.mean_tc_ha.to_numpy(np.float64) * scale),
        (SPECIES_MEAN, by_species.mean_tc_ha.to_numpy(np.float64) * scale),
        (CLASS_MEAN, floats(stands.class_mean)),
    )  # fmt: skip
    tc_ha, made_of = _first_known(candidates, len(stands))
    return pd.DataFrame(
        {"tc_ha": tc_ha, "tc": tc_ha * stands.area_ha, "made_of": made_of, "fallback": np.isin(made_of, FALLBACK)}
    )


def surveyed_only(carbon: pd.DataFrame) -> Floats:
    """Carbon (t C/ha) of :func:`stand_carbon` where the survey itself says it, NaN where a mean stands in.

    What base parcels take as measured biomass: a mean of the class is no measurement of the parcel.
    """
    return np.asarray(carbon["tc_ha"].where(~carbon["fallback"]).to_numpy(np.float64))


def _line(row: pd.DataFrame, volume: Floats) -> Floats:
    return np.asarray(row.line_a_t_m3.to_numpy(np.float64) * volume + row.line_b_t_ha.to_numpy(np.float64))


def _first_known(candidates: Sequence[tuple[str, Floats]], size: int) -> tuple[Floats, NDArray[np.object_]]:
    value, made_of = np.full(size, np.nan), np.full(size, NONE, dtype=object)
    for name, found in candidates:
        take = np.isnan(value) & ~np.isnan(found)
        value[take], made_of[take] = found[take], name
    return value, made_of


def _table(factors: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in FACTOR_COLUMNS if name not in factors.columns]
    if missing:
        raise SettingsError("METHOD_COLUMNS", columns=", ".join(missing))
    table = factors.assign(age_group=factors.age_group.where(factors.age_group.notna(), ""))
    twice = table[table.duplicated(["species", "age_group"])]
    if len(twice):
        raise SettingsError("METHOD_TWICE", value=f"{twice.species.iloc[0]} {twice.age_group.iloc[0]}".strip())
    return table


def _matched(table: pd.DataFrame, keys: list[str], stands: Stands) -> pd.DataFrame:
    """Rows of the table in the order of the stands, NaN where there is none."""
    wanted = pd.DataFrame({"species": list(stands.species), "age_group": list(stands.age_group)})[keys]
    numbers = [c for c in FACTOR_COLUMNS if c not in ("species", "age_group")]
    merged = wanted.astype(object).merge(
        table[[*keys, *numbers]].astype(dict.fromkeys(keys, object)), on=keys, how="left"
    )
    return merged[numbers].astype(np.float64)


def _canopy_scale(stands: Stands, mean_canopy: Mapping[str, float]) -> Floats:
    usual = np.array([mean_canopy.get(s or "", np.nan) for s in stands.species], dtype=np.float64)
    scale = np.divide(stands.canopy, usual, out=np.ones(len(stands)), where=usual > 0)
    return np.asarray(np.where(np.isnan(scale), 1.0, scale))
