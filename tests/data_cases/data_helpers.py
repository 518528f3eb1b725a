"""What the tests on real data share: runs of the plugin's own path, and measures that owe nothing to it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyproj
import shapely

from carbon_planner import api
from carbon_planner.storage.vectors import read_vectors

HA = 1e4


def evaluate(path: Path, field: str, **more):
    """Evaluate the zones of a file as they are now (``field`` as baseline); the class system is not looked for."""
    settings = api.Settings(base_system=more.pop("system", "generic"), area_method=more.pop("area", "ellipsoidal"))
    return api.evaluate_files(path, zone_base_class=field, settings=settings, **more)


def ids(warnings) -> list[str]:
    """Ids of messages, sorted."""
    return sorted(m.id for m in warnings)


def warning(result, msg_id: str):
    """The one warning of that id."""
    (found,) = [m for m in result.warnings if m.id == msg_id]
    return found


def sum_m2(result) -> float:
    """Sum of the areas of all zones, overlaps counted as often as they are there."""
    return float(result.zones["cp_area_ha"].sum()) * HA


def union_m2(result) -> float:
    """Area of all zones, every place once."""
    return result.totals.area_ha * HA


def closes(result) -> None:
    """Rows of the overlay add up to the zones, zones less overlaps to the total."""
    totals = result.totals
    assert totals.balance_error < 1e-8
    assert math.isclose(sum_m2(result), union_m2(result) + totals.zone_overlap_ha * HA, rel_tol=1e-12)
    assert math.isclose(totals.by_class["area_ha"].sum(), totals.area_ha, rel_tol=1e-12)


def column(path: Path, field: str, layer: str = "") -> list:
    """Values of a field."""
    return read_vectors(path, [field], layer=layer).attributes[field]


def shapes(path: Path, layer: str = ""):
    """Geometries as they are in the file, without their heights."""
    raw = np.empty(len(table := read_vectors(path, [], layer=layer).wkb), dtype=object)
    raw[:] = table
    return shapely.force_2d(shapely.from_wkb(raw, on_invalid="ignore"))


def moved(geometry, source: str, target: str):
    """Geometries in another CRS, by pyproj alone."""
    convert = pyproj.Transformer.from_crs(source, target, always_xy=True)
    xy = np.column_stack(convert.transform(*shapely.get_coordinates(geometry).T))
    return shapely.set_coordinates(geometry.copy(), xy)


def geodesic_m2(geometry, ellipsoid: str = "WGS84", longest: float | None = None):
    """Geodesic areas of geometries in degrees (Karney), good to about 0.1 m²; edges are at most ``longest`` degrees."""
    geod = pyproj.Geod(ellps=ellipsoid)
    drawn = shapely.normalize(geometry)  # holes run against their shell, as Geod wants it
    drawn = drawn if longest is None else shapely.segmentize(drawn, longest)
    return np.array([0.0 if g is None else abs(geod.geometry_area_perimeter(g)[0]) for g in drawn])


def areal_scale(crs: str, x, y):
    """How much larger areas are in the plane of a CRS than on its ellipsoid, at points of that plane."""
    projection = pyproj.Proj(crs)
    return projection.get_factors(*projection(x, y, inverse=True)).areal_scale
