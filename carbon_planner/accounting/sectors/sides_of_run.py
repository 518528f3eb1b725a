"""The two sides of a request: zones of the plan and rows of the baseline, with what they state."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Optional

import numpy as np

from ...base.errors import InputError
from ...base.units import MM2_PER_M2
from ...classes.library import LANDSEA
from ...factors.resolved import OVERRIDDEN
from .catalogue import Catalogue
from .class_info import NATURAL, ClassInfo, ClassReader, Overridden
from .request import Bools, Floats, Ints, SectorRequest
from .side import Side
from .tables import Quantity

BASELINE, PLAN = "baseline", "plan"


def sides(request: SectorRequest, catalogue: Catalogue) -> tuple[Side, Side]:
    """(plan, baseline) of a request. Raises :class:`InputError` for unknown or impossible quantities and uses."""
    reader = ClassReader(catalogue, request.classes, _overridden(request))
    regions, region_of_zone = _regions(request)
    return (
        _plan(request, catalogue, reader, regions, region_of_zone),
        _baseline(request, catalogue, reader, regions, region_of_zone),
    )


def _overridden(request: SectorRequest) -> Overridden:
    """Figures of classes that a scenario or region sets in the place of the defaults."""

    def figure(code: str, name: str) -> Optional[float]:
        found = request.resolver.find(code, name, system=LANDSEA)
        if found is None or OVERRIDDEN not in found.flags:
            return None
        return math.fsum((factor.value or 0.0) * weight for factor, _, weight in found.parts)

    return figure


def _regions(request: SectorRequest) -> tuple[list[str], Ints]:
    """Distinct regions, and the region of each zone; the run's own where a zone names none."""
    default = request.settings.region
    if request.zones.region is None:
        return [default], np.zeros(len(request.zones), dtype=np.int64)
    index: dict[str, int] = {}
    of_zone = [index.setdefault((r or "").strip() or default, len(index)) for r in request.zones.region]
    return list(index), np.array(of_zone, dtype=np.int64)


def _plan(
    request: SectorRequest, catalogue: Catalogue, reader: ClassReader, regions: Sequence[str], region_of: Ints
) -> Side:
    zones = request.zones
    codes: Sequence[Optional[str]] = zones.plan_class if zones.plan_class is not None else [None] * len(zones)
    uses: Sequence[Optional[str]] = zones.uses if zones.uses is not None else [None] * len(zones)
    index: dict[tuple[Optional[str], Optional[str]], int] = {}
    info_of = np.array([index.setdefault(pair, len(index)) for pair in zip(codes, uses)], dtype=np.int64)
    infos = [reader.info(request.plan_system, code, text) for code, text in index]
    _refuse_unreadable(infos, info_of, request, catalogue)
    fields = checked_fields(zones.quantities, catalogue, zones.layer, zones.ids)
    for name, values in (("green_ratio", zones.green_ratio), ("plot_ratio", zones.plot_ratio)):
        if values is not None and name not in fields:
            fields[name] = np.asarray(values, dtype=np.float64)
    area = zone_rows_mm2(request) / MM2_PER_M2
    return Side(PLAN, catalogue, infos, info_of, regions, region_of, area, fields)


def _baseline(
    request: SectorRequest, catalogue: Catalogue, reader: ClassReader, regions: Sequence[str], region_of: Ints
) -> Side:
    infos = [reader.info(request.base_system, code) for code in request.base_code]
    zone = request.zone_of_row
    stated = checked_fields(request.zones.base_quantities, catalogue, request.zones.layer, request.zones.ids)
    # A code that is none (-1) takes the last entry, which knows nothing.
    info_of = np.where(request.base_of_row < 0, len(infos), request.base_of_row).astype(np.int64)
    fields = {}
    for name, values in stated.items():
        spec = catalogue.quantities[name]
        if spec.extensive:
            fields[name] = values[zone] * _shares(request, _may_hold(spec, infos)[info_of])
        else:
            fields[name] = values[zone]
    return Side(BASELINE, catalogue, infos, info_of, regions, region_of[zone], request.mm2 / MM2_PER_M2, fields)


def _may_hold(spec: Quantity, infos: Sequence[ClassInfo]) -> Bools:
    """Which classes may hold a quantity; the last entry stands for ground of which nothing is known."""
    return np.array(
        [
            not (spec.natural_zero and info.kind == NATURAL)
            and (not spec.uses or not info.known or any(info.uses.get(use, 0.0) > 0.0 for use in spec.uses))
            for info in infos
        ]
        + [True],
        dtype=bool,
    )


def _shares(request: SectorRequest, may_hold: Bools) -> Floats:
    """Share of a zone's figure by row: by area over the rows that may hold it, over all where none may; else NaN.

    What is stated of a zone's baseline stands on its villages, not on its fields.
    """
    zone = request.zone_of_row
    held = np.where(may_hold, request.mm2, 0).astype(np.float64)
    of_zone = np.bincount(zone, weights=held, minlength=len(request.zones))
    everywhere = (of_zone == 0.0)[zone]
    held = np.where(everywhere, request.mm2, held)
    whole = np.bincount(zone, weights=held, minlength=len(request.zones))[zone]
    share = np.divide(held, whole, out=np.zeros(len(zone)), where=whole > 0.0)
    return np.where(may_hold | everywhere, share, np.nan)


def zone_rows_mm2(request: SectorRequest) -> Floats:
    """Area of the rows of each zone, in mm²: what a zone states is spread over them whole."""
    sums = np.bincount(request.zone_of_row, weights=request.mm2, minlength=len(request.zones))
    return np.asarray(sums, dtype=np.float64)


def checked_fields(
    fields: Mapping[str, Floats], catalogue: Catalogue, layer: str, ids: Sequence[str]
) -> dict[str, Floats]:
    """Stated quantities by name. Raises :class:`InputError` for names that are none and values out of range."""
    found: dict[str, Floats] = {}
    for name, values in fields.items():
        spec = catalogue.quantities.get(name)
        if spec is None:
            raise InputError("SECTOR_QUANTITY_UNKNOWN", layer=layer, name=name, known=", ".join(catalogue.quantities))
        array = np.asarray(values, dtype=np.float64)
        low = -np.inf if spec.low is None else spec.low
        high = np.inf if spec.high is None else spec.high
        bad = np.flatnonzero((array < low) | (array > high) | np.isinf(array))
        if bad.size:
            shown = ", ".join(f"{ids[i]} = {array[i]:g}" for i in bad[:5])
            raise InputError(
                "SECTOR_QUANTITY_RANGE", layer=layer, name=name, count=int(bad.size), zones=shown,
                low="-" if spec.low is None else f"{spec.low:g}", high="-" if spec.high is None else f"{spec.high:g}",
            )  # fmt: skip
        if np.isfinite(array).any():
            found[name] = array
    _check_wholes(found, catalogue, layer, ids)
    return found


def _check_wholes(fields: Mapping[str, Floats], catalogue: Catalogue, layer: str, ids: Sequence[str]) -> None:
    """Refuse shares of one whole that sum to more than 1."""
    wholes: dict[str, list[str]] = {}
    for name in fields:
        if whole := catalogue.quantities[name].whole:
            wholes.setdefault(whole, []).append(name)
    for names in wholes.values():
        total = np.sum([np.nan_to_num(fields[name]) for name in names], axis=0)
        bad = np.flatnonzero(total > 1.0 + 1e-9)
        if bad.size:
            shown = ", ".join(f"{ids[i]} = {total[i]:g}" for i in bad[:5])
            raise InputError(
                "SECTOR_SHARES_SUM", layer=layer, names=" + ".join(names), count=int(bad.size), zones=shown
            )


def _refuse_unreadable(infos: Sequence[ClassInfo], info_of: Ints, request: SectorRequest, catalogue: Catalogue) -> None:
    bad = np.array([not info.readable for info in infos], dtype=bool)
    zones = np.flatnonzero(bad[info_of]) if len(infos) else np.zeros(0, np.int64)
    if zones.size:
        texts = request.zones.uses or []
        shown = ", ".join(f"{request.zones.ids[i]}: {texts[i]}" for i in zones[:5])
        raise InputError(
            "SECTOR_USES_UNREADABLE", layer=request.zones.layer, count=int(zones.size), zones=shown,
            known=", ".join(catalogue.use_types),
        )  # fmt: skip
