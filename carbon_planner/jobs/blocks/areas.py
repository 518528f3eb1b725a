"""Areas of existing classes by zone, and all activities of a run, as long tables."""

from __future__ import annotations

from typing import Optional

import numpy as np
import pandas as pd

from ...accounting.columns import SectorColumn, Transition
from ...accounting.evaluate import Evaluation
from ...accounting.inputs import BaseParcels, PlanZones, Settings
from ...accounting.overlay import overlay
from ...base.feedback import Feedback, Silent
from ...base.units import MM2_PER_HA
from ...classes.library import ClassLibrary

AREA_COLUMNS = ("zone_id", "plan_class", "base_class", "area_ha", "share", "counted_ha")
ACTIVITY_COLUMNS = ("zone_id", "side", "kind", "sector", "item", "value", "unit", "origin", "source")


def areas_by_class(
    zones: PlanZones, base: Optional[BaseParcels], settings: Settings, feedback: Optional[Feedback] = None
) -> pd.DataFrame:
    """Hectares of each existing class in each zone, by the area method of the settings.

    Columns are :data:`AREA_COLUMNS`; ``base_class`` is None where nothing is known of the existing state, ``share`` is
    that of the zone, ``counted_ha`` leaves out what an earlier zone counts. The areas of a zone add up to its own.
    Raises what the overlay does: no polygons, no survey area, geometry that cannot be transformed.
    """
    laid = overlay(zones, base, settings, ClassLibrary.shipped(), keep_pieces=False, feedback=feedback or Silent())
    zone = laid.pairs.fragment_zone[laid.fragment]
    codes = [d.code for d in laid.described] if base is not None else list(laid.codes.codes)
    names = sorted({code for code in codes if code is not None})
    number = np.array([0 if code is None else 1 + names.index(code) for code in codes], dtype=np.int64)[laid.code]
    keys, inverse = np.unique(zone * (len(names) + 1) + number, return_inverse=True)
    area, counted = (np.zeros(len(keys), dtype=np.int64) for _ in range(2))
    np.add.at(area, inverse.reshape(-1), laid.mm2)
    inside = laid.pairs.fragment_counted[laid.fragment]
    np.add.at(counted, inverse.reshape(-1)[inside], laid.mm2[inside])
    where, which = keys // (len(names) + 1), keys % (len(names) + 1)
    whole = laid.pairs.zone_mm2[where]
    plan = [None] * len(zones) if zones.plan_class is None else list(zones.plan_class)
    return pd.DataFrame(
        {
            "zone_id": [zones.ids[i] for i in where],
            # objects, so that pandas 3 keeps None where there is no class
            "plan_class": pd.Series([plan[i] for i in where], dtype=object),
            "base_class": pd.Series([names[i - 1] if i else None for i in which], dtype=object),
            "area_ha": area / MM2_PER_HA,
            "share": np.divide(area, whole, out=np.full(len(area), np.nan), where=whole > 0),
            "counted_ha": counted / MM2_PER_HA,
        }
    )


def activities(evaluation: Evaluation) -> pd.DataFrame:
    """What a run multiplies by factors, as a long table of :data:`ACTIVITY_COLUMNS`.

    Rows of the kind *quantity* are what zones state or what stands for it, with its origin (field, class, derived …);
    rows of the kind *activity* are the columns of the matrix A: hectares of each change of cover, and the lines of the
    sectors. A row's value is that of the whole zone in the finished plan.
    """
    stated = evaluation.quantities
    rows: list[tuple[object, ...]] = []
    if len(stated):
        columns = [
            stated[name].tolist() for name in ("zone_id", "side", "quantity", "value", "unit", "origin", "source")
        ]
        rows += [(z, side, "quantity", "", q, v, u, o, s) for z, side, q, v, u, o, s in zip(*columns)]
    matrix = evaluation.model.activities
    zones = len(evaluation.inputs)
    key = evaluation.zone_of_row[matrix.row] * len(matrix.columns) + matrix.col
    unique, inverse = np.unique(key, return_inverse=True)
    totals = np.bincount(inverse.reshape(-1), matrix.qty, minlength=len(unique))
    for cell, value in zip(unique.tolist(), totals.tolist()):
        column = matrix.columns[cell % len(matrix.columns)]
        zone = evaluation.inputs.ids[cell // len(matrix.columns)] if cell // len(matrix.columns) < zones else ""
        if isinstance(column, Transition):
            rows.append((zone, "change", "activity", "land", column.label, value, column.unit, "geometry", ""))
        elif isinstance(column, SectorColumn):
            side = column.side
            rows.append((zone, side, "activity", column.sector, column.label, value, column.unit, "rule", column.line))
    return pd.DataFrame(rows, columns=list(ACTIVITY_COLUMNS))
