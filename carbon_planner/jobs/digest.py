"""Content hashes of what a run read and gave, the same whatever file or order the content came in.

Zones are hashed in the order of their ids, parcels as an unordered heap: a database may give them in any order. Only
parcels that touch the extent of the zones count, because readers fetch no more than a box. Formats start rings
elsewhere and turn polygons into multipolygons: :mod:`.edge_hash` does not mind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from ..accounting.inputs import BaseParcels, PlanZones
from ..base.feedback import pause
from ..base.hashing import content_hash
from . import edge_hash
from .fields import BASE, PLAN

if TYPE_CHECKING:
    import pandas as pd

Geometries = NDArray[np.object_]
_PART = b"\x1f"
_LOOK = 100_000  # parts between two looks at the cancel button, about 0.05 s
_STAMP = "cp_stamp"  # of layers only: plain Python makes none


def of_zones(plan: PlanZones) -> dict[str, str]:
    """Hash by role of what the zones state (``ids``, ``geometry``, ``plan_class``, ``plan.population`` …)."""
    order = np.array(sorted(range(len(plan)), key=lambda i: plan.ids[i]), dtype=np.int64)
    texts = {"ids": plan.ids, "plan_class": plan.plan_class, "base_class": plan.base_class,
             "uses": plan.uses, "zone_region": plan.region}  # fmt: skip
    numbers = {"green_ratio": plan.green_ratio, "building_density": plan.building_density,
               "plot_ratio": plan.plot_ratio, "survey_area": plan.survey_m2}  # fmt: skip
    numbers.update({PLAN + name: values for name, values in plan.quantities.items()})
    numbers.update({BASE + name: values for name, values in plan.base_quantities.items()})
    found = {"geometry": _of_hashes(edge_hash.polygons(plan.geometry[order]))}
    if plan.phases is not None:
        for role in ("start", "finish", "demolition"):
            numbers[f"phase_{role}"] = getattr(plan.phases, role)
        found["phase_curve"] = content_hash(plan.phases.curve)
    found.update({role: _sum(_texts([given[i] for i in order])) for role, given in texts.items() if given is not None})
    found.update({role: _sum(_reals(given[order])) for role, given in numbers.items() if given is not None})
    return found


def of_parcels(parcels: BaseParcels, zones: PlanZones, original: Optional[Geometries] = None) -> dict[str, str]:
    """Hash of the parcels around the zones: ``geometry``, ``rows`` (geometry with all that a parcel states).

    ``original`` is the geometry in the CRS of its source, where the parcels were transformed: what another version of
    PROJ makes of it is no change of the source.
    """
    near = np.flatnonzero(_near(parcels.geometry, zones.geometry))
    shapes = edge_hash.polygons((parcels.geometry if original is None else original)[near])
    texts = [parcels.classes, *(parcels.attributes[name] for name in sorted(parcels.attributes))]
    numbers = [parcels.green_ratio, parcels.building_density, parcels.living_tc_ha]
    if parcels.survey is not None:
        numbers += [parcels.survey.gross_m2, parcels.survey.deducted_m2]
        texts += [parcels.survey.deducted_class] if parcels.survey.deducted_class is not None else []
    columns = [shapes, *(edge_hash.texts([given[i] for i in near]) for given in texts)]
    columns += [edge_hash.reals(given[near]) for given in numbers if given is not None]
    return {"geometry": _of_hashes(_heap(shapes)), "rows": _of_hashes(_heap(edge_hash.rows(columns)))}


def _heap(hashes: edge_hash.Hashes) -> edge_hash.Hashes:
    """The rows in an order of their own."""
    pause()
    return np.asarray(hashes[np.lexsort((hashes[:, 1], hashes[:, 0]))], dtype=np.uint64)


def _of_hashes(hashes: edge_hash.Hashes) -> str:
    return hashlib.sha256(np.ascontiguousarray(hashes, dtype="<u8").tobytes()).hexdigest()


def of_table(table: pd.DataFrame) -> str:
    """Hash of the evaluated zones: all columns but the stamp, in the order of the zone ids."""
    order = np.argsort(table["cp_zone_id"].astype(str).to_numpy(), kind="stable")
    parts: list[bytes] = []
    for name in table.columns:
        if name == _STAMP:
            continue
        values = table[name].to_numpy()[order]
        parts.append(str(name).encode())
        parts += _reals(values) if values.dtype.kind == "f" else _texts([_word(v) for v in values])
    return _sum(parts)


def _near(parcels: Geometries, zones: Geometries) -> NDArray[np.bool_]:
    bounds = shapely.bounds(zones)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return np.zeros(len(parcels), dtype=bool)
    box = shapely.box(*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist())
    shapely.prepare(box)
    try:
        return np.asarray(shapely.intersects(box, parcels), dtype=bool)
    except GEOSException:  # one that GEOS cannot handle: then each by itself, by its extent
        edges = shapely.bounds(parcels)
        low, high = shapely.bounds(box)[:2], shapely.bounds(box)[2:]
        return np.asarray((edges[:, :2] <= high).all(axis=1) & (edges[:, 2:] >= low).all(axis=1))


def _reals(values: Any) -> list[bytes]:
    """Doubles as bytes: one NaN for all NaN, one nought for both noughts."""
    pause()
    clean = np.asarray(values, dtype="<f8") + 0.0
    clean[np.isnan(clean)] = np.nan
    return [row.tobytes() for row in clean]


def _texts(values: Sequence[Optional[str]]) -> list[bytes]:
    pause()
    return [b"\x00" if value is None else b"\x01" + value.encode("utf-8", "surrogatepass") for value in values]


def _word(value: Any) -> Optional[str]:
    return None if value is None or value != value else str(value)


def _digest(parts: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for number, part in enumerate(parts):
        if number % _LOOK == 0:
            pause()
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def _sum(parts: Iterable[bytes]) -> str:
    return _digest(parts).hex()
