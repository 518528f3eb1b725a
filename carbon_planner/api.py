"""The public Python interface: evaluate plan zones without a desktop.

Everything listed in ``__all__`` keeps its name and meaning within a major version; what is to go is marked in the
changelog one minor version ahead and warns until then. All else in the package may change.

    from pathlib import Path
    from carbon_planner import api
    result = api.evaluate_files(Path("zones.gpkg"), zone_class="class_code", base=Path("dltb.shp"), base_class="DLBM")
    result.zones[["cp_zone_id", "cp_net_t", "cp_net_lo", "cp_net_hi"]]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from .accounting.evaluate import Evaluation, evaluate
from .accounting.inputs import BaseParcels, PlanZones, Settings, SurveyAreas
from .base.errors import GeometryError, PlannerError
from .base.feedback import Feedback
from .factors.store import list_sets, open_set
from .geometry.crs import Crs, transform
from .storage.vectors import VectorTable, read_vectors

__all__ = [
    "BaseParcels",
    "Crs",
    "Evaluation",
    "Feedback",
    "PlanZones",
    "PlannerError",
    "Settings",
    "SurveyAreas",
    "evaluate",
    "evaluate_files",
    "list_sets",
    "open_set",
]


def evaluate_files(
    zones: Path,
    *,
    zone_id: str = "",
    zone_class: str = "",
    zone_base_class: str = "",
    green_ratio: str = "",
    building_density: str = "",
    plot_ratio: str = "",
    zones_layer: str = "",
    base: Optional[Path] = None,
    base_class: str = "",
    base_layer: str = "",
    encoding: str = "",
    settings: Optional[Settings] = None,
    keep_pieces: bool = False,
    feedback: Optional[Feedback] = None,
) -> Evaluation:
    """Evaluate zones from any file that GDAL reads; arguments name fields, "" means the plan has none.

    Ratios are shares of 1. Needs GDAL's Python module. Raises :class:`PlannerError` with a message that names layer,
    feature and remedy.
    """
    wanted = [f for f in (zone_id, zone_class, zone_base_class, green_ratio, building_density, plot_ratio) if f]
    table = read_vectors(zones, wanted, layer=zones_layer, encoding=encoding)
    crs = _crs(table)
    plan = PlanZones(
        layer=table.name,
        ids=_ids(table, zone_id),
        geometry=_geometry(table),
        crs=crs,
        plan_class=_codes(table, zone_class) if zone_class else None,
        base_class=_codes(table, zone_base_class) if zone_base_class else None,
        green_ratio=_numbers(table, green_ratio),
        building_density=_numbers(table, building_density),
        plot_ratio=_numbers(table, plot_ratio),
    )
    parcels = None
    if base is not None:
        under = read_vectors(base, [base_class] if base_class else [], layer=base_layer, encoding=encoding)
        own = _crs(under)
        parcels = BaseParcels(
            layer=under.name,
            ids=_ids(under, ""),
            geometry=transform(_geometry(under), own, crs) if own != crs else _geometry(under),
            crs=crs,
            classes=_codes(under, base_class) if base_class else [None] * len(under.fids),
        )
    return evaluate(plan, parcels, settings or Settings(), keep_pieces=keep_pieces, feedback=feedback)


def _crs(table: VectorTable) -> Crs:
    if not table.crs:
        raise GeometryError("LAYER_WITHOUT_CRS", layer=table.name)
    return Crs.from_text(table.crs)


def _geometry(table: VectorTable) -> NDArray[np.object_]:
    raw = np.empty(len(table.wkb), dtype=object)
    raw[:] = table.wkb
    geometry: NDArray[np.object_] = shapely.from_wkb(raw)
    return geometry


def _ids(table: VectorTable, field: str) -> Sequence[str]:
    values = table.attributes[field] if field else table.fids
    return [str(fid if value is None else value) for value, fid in zip(values, table.fids)]


def _codes(table: VectorTable, field: str) -> list[Optional[str]]:
    return [_text(value) for value in table.attributes[field]]


def _text(value: Any) -> Optional[str]:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip() or None


def _numbers(table: VectorTable, field: str) -> Optional[NDArray[np.float64]]:
    if not field:
        return None
    return np.array([np.nan if v is None else float(v) for v in table.attributes[field]], dtype=np.float64)
