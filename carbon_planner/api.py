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
from dataclasses import replace
from pathlib import Path
from typing import Callable, Optional

import numpy as np
from numpy.typing import NDArray

from .accounting.evaluate import Evaluation, evaluate
from .accounting.inputs import BaseParcels, PlanZones, Settings, SurveyAreas
from .accounting.values import Column, areas, plot_ratios, ratios, text
from .base.errors import GeometryError, PlannerError
from .base.feedback import Feedback, Silent
from .base.messages import Message
from .factors.store import list_sets, open_set
from .geometry.crs import Crs, transform
from .geometry.wkb import from_wkb
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
    area_field: str = "",
    zones_layer: str = "",
    zones_crs: str = "",
    base: Optional[Path] = None,
    base_class: str = "",
    base_layer: str = "",
    base_crs: str = "",
    encoding: str = "",
    settings: Optional[Settings] = None,
    keep_pieces: bool = False,
    feedback: Optional[Feedback] = None,
) -> Evaluation:
    """Evaluate zones from any file that GDAL reads; arguments name fields, "" means the plan has none.

    Ratios are shares of 1 or per cent, as for the algorithm *Evaluate plan zones*; ``area_field`` is the survey area
    (m²) of the base or, without one, of the zones, for the area method ``field``. ``zones_crs`` and ``base_crs`` say in
    which CRS a file without one is (``EPSG:4490``); they never overrule a file. Needs GDAL's Python module. Raises
    :class:`PlannerError` with a message that names layer, feature and remedy.
    """
    voice = _Voice(feedback or Silent())
    zone_fields = [zone_id, zone_class, zone_base_class, green_ratio, building_density, plot_ratio]
    base_fields = [base_class]
    (zone_fields if base is None else base_fields).append(area_field)
    table = _read(zones, zone_fields, zones_layer, encoding, voice)
    ids = _ids(table, zone_id)

    def numbers(field: str, parse: Callable[[Column, Feedback], NDArray[np.float64]]) -> Optional[NDArray[np.float64]]:
        return parse(Column(table.name, field, ids, table.attributes[field]), voice) if field else None

    plan = PlanZones(
        layer=table.name,
        ids=ids,
        geometry=from_wkb(table.wkb)[0],
        crs=_crs(table, zones_crs),
        plan_class=_codes(table, zone_class) if zone_class else None,
        base_class=_codes(table, zone_base_class) if zone_base_class and base is None else None,
        green_ratio=numbers(green_ratio, ratios),
        building_density=numbers(building_density, ratios),
        plot_ratio=numbers(plot_ratio, plot_ratios),
        survey_m2=numbers(area_field, areas) if base is None else None,
        class_field=zone_class,
        base_class_field=zone_base_class,
    )
    parcels = None
    if base is not None:
        under = _read(base, base_fields, base_layer, encoding, voice)
        parcels = _parcels(under, base_class, area_field, _crs(under, base_crs), plan.crs, voice)
    result = evaluate(plan, parcels, settings or Settings(), keep_pieces=keep_pieces, feedback=voice)
    return replace(result, warnings=[*voice.warnings, *result.warnings])


class _Voice:
    """A feedback that keeps what it is warned of, for the result."""

    def __init__(self, whole: Feedback) -> None:
        self._whole = whole
        self.warnings: list[Message] = []
        self.progress, self.info, self.cancelled = whole.progress, whole.info, whole.cancelled

    def warn(self, message: Message) -> None:
        """Keep and pass on."""
        self.warnings.append(message)
        self._whole.warn(message)


def _read(path: Path, fields: Sequence[str], layer: str, encoding: str, voice: _Voice) -> VectorTable:
    table = read_vectors(path, list(dict.fromkeys(f for f in fields if f)), layer=layer, encoding=encoding)
    for note in table.notes:
        voice.warn(note)
    return table


def _parcels(under: VectorTable, field: str, area: str, own: Crs, crs: Crs, voice: _Voice) -> BaseParcels:
    """Parcels in the CRS of the zones."""
    ids = _ids(under, "")
    survey = SurveyAreas(areas(Column(under.name, area, ids, under.attributes[area]), voice)) if area else None
    return BaseParcels(
        layer=under.name,
        ids=ids,
        geometry=transform(from_wkb(under.wkb)[0], own, crs),
        crs=crs,
        classes=_codes(under, field) if field else [None] * len(under.fids),
        survey=survey,
        class_field=field,
    )


def _crs(table: VectorTable, stated: str) -> Crs:
    if not (table.crs or stated.strip()):
        raise GeometryError("LAYER_WITHOUT_CRS", layer=table.name)
    return Crs.from_text(table.crs or stated)


def _ids(table: VectorTable, field: str) -> list[str]:
    values = table.attributes[field] if field else table.fids
    return [text(value) or str(fid) for value, fid in zip(values, table.fids)]


def _codes(table: VectorTable, field: str) -> list[Optional[str]]:
    return [text(value) for value in table.attributes[field]]
