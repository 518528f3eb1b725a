"""What was used of each zone, with its origin: the table behind a sector's figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .request import Floats, SectorRequest
from .rows import Rows
from .side import AREA, FIELD, ORIGIN_NAMES, UNKNOWN, ZERO, Origins, Side

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("zone_id", "side", "quantity", "value", "unit", "origin", "source")
ALWAYS = ("floor_area_m2", "population", "gdp_1e4yuan")


def quantities_table(request: SectorRequest, plan: Side, base: Side, rows: Rows, used: Iterable[str]) -> pd.DataFrame:
    """One row for each zone, side and quantity that is known: value, unit, origin and the class behind a default."""
    import pandas as pd

    names = [n for n in plan.catalogue.quantities if n in {*used, *ALWAYS, *plan.fields, *base.fields}]
    wanted = [(side, name) for side in (plan, base) for name in names if not side.silent(name)]
    frames = [frame for side, name in wanted if len(frame := _frame(request, side, rows, name))]
    if not frames:
        return pd.DataFrame({name: [] for name in COLUMNS})
    return pd.concat(frames, ignore_index=True)


def _frame(request: SectorRequest, side: Side, rows: Rows, name: str) -> pd.DataFrame:
    import pandas as pd

    spec = side.catalogue.quantities[name]
    found = side.quantity(name)
    if side.name == "plan":
        values, origin, source = found.values, found.origin, _sources(side)
    else:
        values, origin = _of_zones(found.values, found.origin, side, rows, spec.extensive)
        source = np.full(rows.zones, "", dtype=object)
    keep = np.flatnonzero((origin != UNKNOWN) & np.isfinite(values))
    ids = np.asarray(request.zones.ids, dtype=object)
    words = np.array([ORIGIN_NAMES.get(o, "") for o in range(UNKNOWN + 1)], dtype=object)
    if name == AREA:
        words[FIELD] = "geometry"
    return pd.DataFrame(
        {
            "zone_id": ids[keep],
            "side": side.name,
            "quantity": name,
            "value": values[keep],
            "unit": spec.unit,
            "origin": words[origin[keep]],
            "source": np.where(origin[keep] >= 1, source[keep], ""),
        }
    )


def _sources(side: Side) -> NDArray[np.object_]:
    names = np.array([*(info.source for info in side.infos), ""], dtype=object)
    return np.asarray(names[side.info_of])


def _of_zones(values: Floats, origin: Origins, side: Side, rows: Rows, extensive: bool) -> tuple[Floats, Origins]:
    """Sums of rows by zone (means by area for densities), unknown where a row is; the worst origin stands for all."""
    weight = np.ones(rows.count) if extensive else side.area_m2
    known = np.nan_to_num(values) * weight
    total = np.bincount(rows.zone, weights=known, minlength=rows.zones)
    if not extensive:
        area = np.bincount(rows.zone, weights=weight, minlength=rows.zones)
        total = np.divide(total, area, out=np.full(rows.zones, np.nan), where=area > 0.0)
    worst = np.zeros(rows.zones, dtype=np.int8)
    # A nought is no worse than a figure beside it.
    rank = np.where(origin == ZERO, 0, origin).astype(np.int8)
    np.maximum.at(worst, rows.zone, rank)
    nothing = np.ones(rows.zones, dtype=bool)
    np.logical_and.at(nothing, rows.zone, origin == ZERO)
    worst[nothing] = ZERO
    return np.where(worst == UNKNOWN, np.nan, total), worst
