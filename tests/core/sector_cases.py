"""Requests to the sector engine without geometry: one row for each zone and base code, areas in hectares."""

from functools import lru_cache

import numpy as np

from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.accounting.sectors import SectorRequest, build_sectors, shipped
from carbon_planner.base.units import MM2_PER_HA
from carbon_planner.classes.library import ClassLibrary
from carbon_planner.factors.opening import open_resolver
from carbon_planner.geometry.crs import Crs

ALL = ("land", "buildings", "supply", "transport", "waste", "water", "industry", "agriculture", "sinks")
CRS = Crs.from_text("EPSG:4545")


def request(
    plan, rows, *, settings=None, patterns=(), pattern_of_zone=None, systems=("landsea2023", "landsea2023"), **zones
):
    """A request of ``plan`` class codes and ``rows`` of (zone, base code, hectares)."""
    size = len(plan)
    arrays = {
        name: {q: np.asarray(v, dtype=float) for q, v in zones.pop(name, {}).items()}
        for name in ("quantities", "base_quantities")
    }
    plan_zones = PlanZones(
        "zones", [f"Z{i + 1}" for i in range(size)], np.full(size, None, dtype=object), CRS, plan_class=plan,
        **arrays, **zones,
    )  # fmt: skip
    settings = settings or Settings(sectors=ALL)
    codes = list(dict.fromkeys(code for _, code, _ in rows))
    zone = np.array([z for z, _, _ in rows], dtype=np.int64)
    mm2 = np.array([round(ha * MM2_PER_HA) for _, _, ha in rows], dtype=np.int64)
    zone_mm2 = np.bincount(zone, weights=mm2, minlength=size).astype(np.int64)
    resolver = _resolver(settings.region, settings.climate_zone)
    return SectorRequest(
        plan_zones, None, settings, ClassLibrary.shipped(), FactorBook(), resolver, *systems,
        zone_of_row=zone, mm2=mm2, base_code=codes,
        base_of_row=np.array([codes.index(code) for _, code, _ in rows], dtype=np.int64), zone_mm2=zone_mm2,
        pattern_of_zone=pattern_of_zone, patterns=list(patterns),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _resolver(region, climate_zone):
    return open_resolver(region=region, climate_zone=climate_zone, sets=[shipped().factors])


def build(plan, rows, **more):
    """The sector part of a request."""
    return build_sectors(request(plan, rows, **more))


def amounts(part, **wanted):
    """{(stage, item): tCO2e of all zones} of the terms whose fields are as wanted."""
    held = np.bincount(part.col, weights=part.qty, minlength=len(part.columns))
    found = {}
    for term in part.terms:
        if all(getattr(term, name) == value for name, value in wanted.items()):
            key = (term.stage, term.item)
            found[key] = found.get(key, 0.0) + term.amount.value * held[term.column]
    return found


def net(part, zone_of_row, sector=None):
    """Net by zone in tCO2e."""
    coefficient = np.zeros(len(part.columns))
    for term in part.terms:
        if sector is None or term.category == sector:
            coefficient[term.column] += term.net * term.amount.value
    size = int(zone_of_row.max()) + 1
    return np.bincount(zone_of_row[part.row], weights=part.qty * coefficient[part.col], minlength=size)
