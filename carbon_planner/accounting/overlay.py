"""From geometry to rows: the areas of every zone by base class, whole square millimetres that close exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import GeometryError, InputError
from ..base.feedback import Feedback, Part
from ..base.messages import Message, message
from ..base.units import GRAMS_PER_TONNE, MM2_PER_HA
from ..classes.library import ClassLibrary
from ..geometry.area import AreaMethod, areas_m2, total_mm2
from ..geometry.crs import transform
from ..geometry.overlay import PairAreas, pair_areas
from ..geometry.validity import REPAIRED, Z_DROPPED, Checked, GeometryIssue, polygonal
from .inputs import BaseParcels, Codes, PlanZones, Settings
from .parcels import BaseCode, described

Ints = NDArray[np.int64]

# Ground below a millionth of a zone is a sliver along a border: counted, but no remark on the zone.
NOTEWORTHY = 1e-6
# Index of "no base class" in the list of base codes.
NO_CODE = 0
# Planar areas are compared with true ones on so many zones; a projection in its own zone stays within 0.2 %.
PLANE_SAMPLE, PLANE_TOLERANCE = 100, 0.005


@dataclass
class ClassCodes:
    """Distinct codes of a layer, sorted; entry 0 is None."""

    codes: list[Optional[str]] = field(default_factory=lambda: [None])

    @classmethod
    def of(cls, *columns: Codes | None) -> ClassCodes:
        """Collect the codes of columns; the order does not depend on that of features."""
        found = {code for column in columns if column is not None for code in column if code is not None}
        return cls([None, *sorted(found)])

    def index(self, column: Codes) -> Ints:
        """Position of each code, 0 for None."""
        position = {code: i for i, code in enumerate(self.codes)}
        return np.fromiter((position[code] for code in column), dtype=np.int64, count=len(column))


@dataclass
class Overlay:
    """Rows of the accounting: fragment × base code with its area, and what the geometry had to say.

    ``described`` takes the codes apart, in their order; ``living_gc`` is the measured carbon of living biomass of each
    row in grams, as whole numbers, so that no order of parcels can change a sum.
    """

    pairs: PairAreas
    codes: ClassCodes
    fragment: Ints
    code: Ints
    mm2: Ints
    zones: Checked
    base: Optional[Checked]
    warnings: list[Message]
    described: list[BaseCode] = field(default_factory=list)
    living_gc: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def zones_with(self, parcels: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Zones that hold a piece of one of some parcels."""
        found = np.zeros(len(self.pairs.zone_mm2), dtype=bool)
        found[self.pairs.fragment_zone[self.pairs.pair_fragment[parcels[self.pairs.pair_parcel]]]] = True
        return found


def overlay(
    zones: PlanZones,
    base: BaseParcels | None,
    settings: Settings,
    classes: ClassLibrary,
    *,
    keep_pieces: bool,
    feedback: Feedback,
    given: PairAreas | None = None,
) -> Overlay:
    """Measure zones and lay them over the base; ``given`` is what a raster has given already.

    Raises :class:`InputError` where no zone has an area, or the survey-area method has no survey area.
    """
    checked = polygonal(zones.geometry, Part(feedback, 0.0, 0.02))
    warnings = _issues(checked, zones.layer, zones.ids, feedback)
    if not any(g is not None for g in checked.geometry):
        raise InputError("NO_POLYGONS", layer=zones.layer)
    method = AreaMethod(settings.area_method)
    survey = base.survey if base is not None else None
    if method is AreaMethod.FIELD and survey is None and zones.survey_m2 is None:
        raise InputError("NO_SURVEY_AREA", layer=zones.layer if base is None else base.layer)
    if given is not None:
        return _overlaid(given, zones, base, classes, checked, None, warnings)
    parcels = None
    if base is not None:
        geometry = base.geometry if base.crs == zones.crs else transform(base.geometry, base.crs, zones.crs)
        parcels = polygonal(geometry, Part(feedback, 0.02, 0.1))
        warnings += _issues(parcels, base.layer, base.ids, feedback)
    pairs = pair_areas(
        checked.geometry,
        None if parcels is None else parcels.geometry,
        zones.crs,
        method=AreaMethod.ELLIPSOIDAL if method is AreaMethod.FIELD and survey is None else method,
        parcel_m2=survey.gross_m2 if survey is not None and method is AreaMethod.FIELD else None,
        keep_pieces=keep_pieces,
        feedback=Part(feedback, 0.1, 1.0),
        zone_keys=zones.ids,
        # Of two parcels that are the same polygon, the class decides before the order of features does.
        parcel_keys=None if base is None else [f"{c or ''} {i}" for c, i in zip(base.classes, base.ids)],
    )
    if base is not None and pairs.survey_missing is not None and len(pairs.survey_missing):
        warnings.append(_unsurveyed(base, pairs.survey_missing))
    if method is AreaMethod.FIELD and survey is None and zones.survey_m2 is not None:
        pairs = _scaled_to_survey(pairs, zones)
    if method is AreaMethod.PLANAR:
        warnings += _plane_against_ellipsoid(zones, checked.geometry, pairs.zone_mm2)
    return _overlaid(pairs, zones, base, classes, checked, parcels, warnings)


def _overlaid(
    pairs: PairAreas,
    zones: PlanZones,
    base: BaseParcels | None,
    classes: ClassLibrary,
    checked: Checked,
    parcels: Checked | None,
    warnings: list[Message],
) -> Overlay:
    of_parcel = [] if base is None else described(base, classes)
    codes, fragment, code, mm2, living = _rows(pairs, zones, base, of_parcel)
    by_text = {d.text: d for d in of_parcel}
    apart = [by_text.get(c, BaseCode(c)) for c in codes.codes]
    return Overlay(pairs, codes, fragment, code, mm2, checked, parcels, warnings, apart, living)


def _rows(
    pairs: PairAreas, zones: PlanZones, base: BaseParcels | None, of_parcel: Sequence[BaseCode]
) -> tuple[ClassCodes, Ints, Ints, Ints, Ints]:
    if base is None:
        codes = ClassCodes.of(zones.base_class)
        every = np.arange(len(pairs.fragment_zone), dtype=np.int64)
        of_zone = np.zeros(len(zones), np.int64) if zones.base_class is None else codes.index(zones.base_class)
        return codes, every, of_zone[pairs.fragment_zone], pairs.fragment_mm2, np.zeros(len(every), np.int64)
    survey = base.survey
    texts = [d.text for d in of_parcel]
    codes = ClassCodes.of(texts, survey.deducted_class if survey is not None else None)
    fragment, code, mm2 = pairs.pair_fragment, codes.index(texts)[pairs.pair_parcel], pairs.pair_mm2
    living = np.zeros(len(mm2), dtype=np.int64)
    if survey is not None and survey.deducted_m2 is not None and survey.deducted_class is not None:
        # Rule 10: a clipped piece takes the deduction pro rata of its area; the parts add up to the piece exactly.
        share = np.nan_to_num(survey.deducted_m2) / np.where(survey.gross_m2 > 0, survey.gross_m2, np.inf)
        taken = np.rint(mm2 * np.clip(share, 0.0, 1.0)[pairs.pair_parcel]).astype(np.int64)
        ridge = codes.index(survey.deducted_class)[pairs.pair_parcel]
        fragment = np.concatenate([fragment, fragment])
        code, mm2 = np.concatenate([code, ridge]), np.concatenate([mm2 - taken, taken])
        living = np.zeros(len(mm2), dtype=np.int64)
    if base.living_tc_ha is not None:
        ha = mm2[: len(pairs.pair_mm2)] / MM2_PER_HA
        grams = np.nan_to_num(base.living_tc_ha)[pairs.pair_parcel] * ha * GRAMS_PER_TONNE
        living[: len(ha)] = np.rint(grams).astype(np.int64)
    bare = np.arange(len(pairs.fragment_zone), dtype=np.int64)
    fragment = np.concatenate([fragment, bare])
    code = np.concatenate([code, np.full(len(bare), NO_CODE, dtype=np.int64)])
    mm2 = np.concatenate([mm2, pairs.uncovered_mm2])
    living = np.concatenate([living, np.zeros(len(bare), dtype=np.int64)])
    return (codes, *_sum_by(fragment, code, mm2, living, len(codes.codes)))


def _sum_by(fragment: Ints, code: Ints, mm2: Ints, living: Ints, size: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Sum areas and grams over fragment × code as integers, so that no order of parcels can change them."""
    key, inverse = np.unique(fragment * size + code, return_inverse=True)
    total, carbon = np.zeros(len(key), dtype=np.int64), np.zeros(len(key), dtype=np.int64)
    np.add.at(total, inverse.reshape(-1), mm2)
    np.add.at(carbon, inverse.reshape(-1), living)
    keep = total > 0
    return (key // size)[keep], (key % size)[keep], total[keep], carbon[keep]


def _scaled_to_survey(pairs: PairAreas, zones: PlanZones) -> PairAreas:
    """Scale the parts of each zone to its survey area; a zone without one keeps its ellipsoidal area."""
    measured = pairs.zone_mm2.astype(np.float64)
    survey = np.asarray(zones.survey_m2, dtype=np.float64) * 1e6
    ratio = np.where(np.isfinite(survey) & (measured > 0), survey / np.where(measured > 0, measured, 1.0), 1.0)
    by_fragment = ratio[pairs.fragment_zone]
    pair = np.rint(pairs.pair_mm2 * by_fragment[pairs.pair_fragment]).astype(np.int64)
    uncovered = np.rint(pairs.uncovered_mm2 * by_fragment).astype(np.int64)
    fragment = uncovered.copy()
    np.add.at(fragment, pairs.pair_fragment, pair)
    zone = np.zeros(len(pairs.zone_mm2), dtype=np.int64)
    np.add.at(zone, pairs.fragment_zone, fragment)
    return replace(
        pairs,
        zone_mm2=zone,
        fragment_mm2=fragment,
        pair_mm2=pair,
        uncovered_mm2=uncovered,
        double_mm2=np.rint(pairs.double_mm2 * by_fragment).astype(np.int64),
        zone_overlap_mm2=total_mm2(fragment[~pairs.fragment_counted]),
    )


def _plane_against_ellipsoid(zones: PlanZones, geometry: NDArray[np.object_], mm2: Ints) -> list[Message]:
    """A warning where planar areas, taken because they were asked for, are far from the true ones (Web Mercator)."""
    largest = np.argsort(-mm2, kind="stable")[:PLANE_SAMPLE]
    try:
        true = float(areas_m2(geometry[largest], zones.crs).sum())
    except GeometryError:  # a local grid lies nowhere on the earth
        return []
    off = float(mm2[largest].sum()) / 1e6 / true - 1.0 if true > 0.0 else 0.0
    if abs(off) <= PLANE_TOLERANCE:
        return []
    return [message("PLANAR_AREAS_OFF", layer=zones.layer, crs=zones.crs.name, percent=f"{100.0 * off:+.1f}")]


def _unsurveyed(base: BaseParcels, parcels: Ints) -> Message:
    names = listed([base.ids[i] for i in parcels])
    return message("SURVEY_AREA_MISSING", layer=base.layer, count=len(parcels), features=names)


def _issues(checked: Checked, layer: str, ids: Sequence[str], feedback: Feedback) -> list[Message]:
    """One message per kind of geometry problem, with the first features by id and the count."""
    by_kind: dict[str, list[GeometryIssue]] = {}
    for issue in checked.issues:
        by_kind.setdefault(issue.kind, []).append(issue)
    for issue in by_kind.pop(Z_DROPPED, []):
        feedback.info(issue.message(layer, ids[issue.index]))  # what everybody expects is no warning
    messages = []
    for kind, found in sorted(by_kind.items()):
        params = {"layer": layer, "count": len(found), "features": listed([ids[issue.index] for issue in found])}
        if kind == REPAIRED:
            params["change"] = f"{max(_change(issue) for issue in found):.4f}"
        messages.append(message(f"GEOMETRY_{kind}", **params))
    return messages


def _change(issue: GeometryIssue) -> float:
    """By how much of the larger one the areas before and after a repair differ, in per cent."""
    larger = max(issue.area_before, issue.area_after)
    return 100.0 * abs(issue.area_after - issue.area_before) / larger if larger > 0.0 else 0.0


def listed(names: Sequence[str], count: int = 5) -> str:
    """The first names, for a message."""
    return ", ".join(names[:count]) + (", …" if len(names) > count else "")
