"""What was used of each zone, with its origin: the table behind a sector's figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import UNKNOWN, ZERO, Origins
from .request import Floats, Ints, SectorRequest
from .rows import Rows
from .side import AREA, ORIGIN_NAMES, Side
from .sides_of_run import PLAN

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("zone_id", "side", "quantity", "value", "unit", "origin", "source")
GEOMETRY = "geometry"
FIELD_ORIGINS = 0  # place of "field" among the words
ALWAYS = ("floor_area_m2", "population", "gdp_1e4yuan")


def quantities_table(request: SectorRequest, plan: Side, base: Side, rows: Rows, used: Iterable[str]) -> pd.DataFrame:
    """One row for each zone, side and quantity that is known: value, unit, origin and the class behind a default."""
    import pandas as pd

    names = [n for n in plan.catalogue.quantities if n in {*used, *ALWAYS, *plan.named, *base.named}]
    wanted = [(side, name) for side in (plan, base) for name in names if not side.silent(name)]
    found = [part for side, name in wanted if len((part := _known(side, rows, name)).zone)]
    if not found:
        return pd.DataFrame({name: [] for name in COLUMNS})
    ids = np.asarray(request.zones.ids, dtype=object)
    count = [len(part.zone) for part in found]
    origins = [*ORIGIN_NAMES.values(), GEOMETRY]

    def words(texts: Sequence[str]) -> pd.Categorical:
        """One text for each part, as a column that holds each text once."""
        return pd.Categorical(np.repeat(np.asarray(texts, dtype=object), count))

    return pd.DataFrame(
        {
            "zone_id": ids[np.concatenate([part.zone for part in found])],
            "side": words([part.side for part in found]),
            "quantity": words([part.name for part in found]),
            "value": np.concatenate([part.value for part in found]),
            "unit": words([plan.catalogue.quantities[part.name].unit for part in found]),
            "origin": _coded([part.origin for part in found], origins),
            "source": _source_column(found, plan),
        }
    )


@dataclass(frozen=True)
class _Known:
    """Zones in which a quantity of a side is known; ``origin`` is an index into the words of the column."""

    side: str
    name: str
    zone: Ints
    value: Floats
    origin: Ints


def _known(side: Side, rows: Rows, name: str) -> _Known:
    found = side.quantity(name)
    values, origin = found.values, found.origin
    if side.name != PLAN:
        values, origin = _of_zones(values, origin, side, rows, side.catalogue.quantities[name].extensive)
    keep = np.flatnonzero((origin != UNKNOWN) & np.isfinite(values))
    places = np.array([list(ORIGIN_NAMES).index(o) if o in ORIGIN_NAMES else 0 for o in range(UNKNOWN + 1)])
    word = places[origin[keep]] if name != AREA else np.full(len(keep), len(ORIGIN_NAMES))
    return _Known(side.name, name, keep, values[keep], word.astype(np.int64))


def _source_column(found: Sequence[_Known], plan: Side) -> pd.Categorical:
    """The class behind a default of the plan, "" elsewhere."""
    texts = list(dict.fromkeys(["", *(info.source for info in plan.infos)]))
    of_info = np.array([*(texts.index(info.source) for info in plan.infos), 0], dtype=np.int64)
    defaults = [part.origin > FIELD_ORIGINS for part in found]
    codes = [
        np.where(of_class & (part.origin < len(ORIGIN_NAMES)), of_info[plan.info_of[part.zone]], 0)
        if part.side == PLAN
        else np.zeros(len(part.zone), dtype=np.int64)
        for part, of_class in zip(found, defaults)
    ]
    return _coded(codes, texts)


def _coded(codes: Sequence[Ints], texts: Sequence[str]) -> pd.Categorical:
    """A column of texts by their places."""
    import pandas as pd

    places: Any = np.concatenate(codes)
    return pd.Categorical.from_codes(places, categories=pd.Index(texts))


def _of_zones(values: Floats, origin: Origins, side: Side, rows: Rows, extensive: bool) -> tuple[Floats, Origins]:
    """Sums of rows by zone (means by area for densities), unknown where a row is; the worst origin stands for all."""
    weight = np.ones(rows.count) if extensive else side.area_m2
    known = np.nan_to_num(values) * weight
    total = np.bincount(rows.zone, weights=known, minlength=rows.zones)
    if not extensive:
        area = np.bincount(rows.zone, weights=weight, minlength=rows.zones)
        total = np.divide(total, area, out=np.full(rows.zones, np.nan), where=area > 0.0)
    # A nought is no worse than a figure beside it.
    worst = rows.largest(np.where(origin == ZERO, 0, origin).astype(np.int8))
    worst[(rows.largest((origin != ZERO).astype(np.int8)) == 0) & rows.filled] = ZERO
    return np.where(worst == UNKNOWN, np.nan, total), worst
