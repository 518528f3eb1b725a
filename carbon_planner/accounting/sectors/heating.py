"""Where heating is missing: cold places whose buildings state no purchased heat."""

from __future__ import annotations

import numpy as np

from ...base.messages import message
from ...factors.regions import RegionTree
from ..inputs import Settings
from .request import Bools
from .run_state import Run
from .side import Side

HEATING_NE = "HEATING_NE"
COLD = ("cold", "severe_cold")
HEAT, ELECTRICITY = "heat_gj", "buildings.electricity"
# Provinces without one climate for buildings lie in several; those of the northern grids, Henan and Tibet are mostly
# cold or severe cold (GB 50176). A judgement: the flag asks for a figure, it changes none.
NORTHERN_GRIDS = ("CN north", "CN northeast", "CN northwest")
MOSTLY_COLD = ("CN-HA", "CN-XZ")


def heated(settings: Settings, region: str) -> bool:
    """Whether buildings of a place are heated from outside as a rule."""
    if settings.climate_zone:
        return settings.climate_zone in COLD
    tree = RegionTree.shipped()
    known = tree.climates(region)
    if any(climate in COLD for climate in known):
        return True
    if known:
        return False
    return tree.grid(region, "grid_2021") in NORTHERN_GRIDS or any(code in MOSTLY_COLD for code in tree.chain(region))


def remark_heating(run: Run) -> None:
    """Flag zones with buildings in cold places that state no heat, and say that heating is not estimated there."""
    line = next((one for one in run.lines if one.key == ELECTRICITY), None)
    if line is None:
        return
    zones = line.plan.active(len(run.plan)) & _cold(run, run.plan)
    base = line.base.active(len(run.base)) & _cold(run, run.base)
    zones |= run.rows.in_zones(np.flatnonzero(base))
    if zones.any():
        run.flag(HEATING_NE, zones)
        run.notes.append(message("SECTOR_NOTE_HEATING", count=int(zones.sum())))


def _cold(run: Run, side: Side) -> Bools:
    cold = np.array([heated(run.request.settings, region) for region in side.regions], dtype=bool)
    silent = np.ones(len(side), dtype=bool) if HEAT not in side.fields else ~np.isfinite(side.fields[HEAT])
    return np.asarray(cold[side.region_of] & silent)
