"""Pair areas: how much of each parcel lies in each zone. The one place where plans meet the land.

Zones may overlap (their union is what totals count), parcels may overlap (each place belongs to one), have gaps, stick
out. Areas are rounded once, to whole square millimetres, and closed, so that the parts of everything add up to it
exactly. Before that, every run measures whether they would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import GeometryError
from ..base.feedback import Feedback, Part, Silent, check, pause
from ..base.messages import message
from .area import AreaMethod, to_mm2, total_mm2
from .closing import close
from .crs import Crs
from .fragments import Fragments, fragments_of
from .land import Land, LandOverlay, hold, largest, valid
from .measured import Measured
from .robust import Overlay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class PairAreas:
    """Zones, their fragments, and the pairs of fragment and parcel; all areas in mm².

    A fragment is a part of a zone: what counts in totals (``fragment_counted``), and what another zone, being smaller,
    has taken. Exactly: Σ ``fragment_mm2`` of a zone = ``zone_mm2``; Σ ``pair_mm2`` of a fragment + ``uncovered_mm2`` =
    ``fragment_mm2``; Σ of counted fragments = union of all zones = Σ ``zone_mm2`` − ``zone_overlap_mm2``. Sums over
    zones may exceed 64 bits: take :func:`~.area.total_mm2`.
    """

    zone_mm2: Ints
    fragment_zone: Ints
    fragment_counted: NDArray[np.bool_]
    fragment_mm2: Ints
    pair_fragment: Ints
    pair_parcel: Ints
    pair_mm2: Ints
    uncovered_mm2: Ints  # of each fragment: in no parcel
    double_mm2: Ints  # of each fragment: in more than one parcel as given; in its pairs this part is counted once
    zone_overlap_mm2: int  # sum of zones − union of zones
    balance_error: float  # largest relative imbalance, measured before the integers were closed
    pieces: Optional[Geometries] = None  # of each pair, where asked for
    survey_missing: Optional[Ints] = None  # parcels without a survey area, taken ellipsoidal; None unless by field
    fallbacks: int = 0  # overlays that needed repaired or snapped geometry


def pair_areas(
    zones: Geometries,
    parcels: Optional[Geometries],
    crs: Crs,
    *,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    parcel_m2: Optional[Floats] = None,
    keep_pieces: bool = False,
    feedback: Feedback = Silent(),
    zone_keys: Optional[Sequence[str]] = None,
    parcel_keys: Optional[Sequence[str]] = None,
) -> PairAreas:
    """Overlay zones with the parcels of the base, both in ``crs``; None and empty geometries have no area.

    Zones and parcels come from :func:`~.validity.polygonal`; what is invalid nevertheless is repaired here (and counted
    in ``fallbacks``). With ``AreaMethod.FIELD`` a piece of a parcel has ``parcel_m2`` × ellipsoidal(piece) /
    ellipsoidal(parcel), a zone the sum of its pieces and of the ellipsoidal area that no parcel covers. Precedence
    among overlapping polygons: the smaller one, then normalised WKB, then the keys (say, class and id), then the order
    of features.

    Raises :class:`GeometryError` as :func:`~.area.areas_m2` and :func:`~.area.to_mm2` do, ``FIELD_AREAS_MISSING`` and
    ``FIELD_AREAS_COUNT`` for missing survey areas, :class:`BalanceError` where parts and whole differ by more than
    1e-6, Cancelled.
    """
    field = method is AreaMethod.FIELD and parcels is not None
    if field and parcel_m2 is None:
        raise GeometryError("FIELD_AREAS_MISSING")
    if field and len(np.asarray(parcel_m2)) != len(np.asarray(parcels)):
        raise GeometryError("FIELD_AREAS_COUNT", areas=len(np.asarray(parcel_m2)), parcels=len(np.asarray(parcels)))
    geometric = AreaMethod.ELLIPSOIDAL if method is AreaMethod.FIELD else method
    overlay = Overlay(feedback)
    plan = Measured(valid(zones, overlay, feedback), crs, geometric, feedback, "LAYER_ZONES")
    parts = fragments_of(plan, overlay, feedback, zone_keys)
    hold(parts.partition.imbalance, parts.partition.changed)
    feedback.progress(0.1)
    if parcels is None:
        land = Land.none(parts.m2)
    else:
        run = LandOverlay(parts, plan.resolvable(parts.zone), crs, geometric, overlay, Part(feedback, 0.1, 0.99))
        land = run.run(np.asarray(parcels, dtype=object), keep_pieces, parcel_keys)
    if overlay.fallbacks:
        feedback.info(message("OVERLAY_FALLBACK", count=overlay.fallbacks))
    survey = np.asarray(parcel_m2, dtype=np.float64) if field else None
    check(feedback)
    result = _closed(parts, land, keep_pieces, survey, overlay.fallbacks)
    feedback.progress(1.0)
    return result


def _closed(parts: Fragments, land: Land, keep: bool, survey: Optional[Floats], fallbacks: int) -> PairAreas:
    """Round once, close, and put it together."""
    cuts, m2, missing = land.cuts, land.cuts.m2, None
    if survey is not None:
        known = np.isfinite(survey[cuts.parcel]) & (survey[cuts.parcel] > 0.0)
        missing = np.unique(cuts.parcel[~known])
        m2 = np.where(known, survey[cuts.parcel] * (m2 / land.parcel_m2()), m2)
    mm2, uncovered = to_mm2(m2), to_mm2(land.balance.uncovered_m2)
    zone_mm2, fragment_mm2 = parts.zone_mm2, parts.mm2
    pause()
    if survey is None:
        mm2, uncovered = close(mm2, cuts.fragment, land.bounds, uncovered, fragment_mm2)
    else:
        fragment_mm2 = uncovered.copy()
        np.add.at(fragment_mm2, cuts.fragment, mm2)
        zone_mm2 = np.zeros(len(zone_mm2), dtype=np.int64)
        np.add.at(zone_mm2, parts.zone, fragment_mm2)
    pause()
    some = mm2 > 0
    return PairAreas(
        zone_mm2=zone_mm2,
        fragment_zone=parts.zone,
        fragment_counted=parts.counted,
        fragment_mm2=fragment_mm2,
        pair_fragment=cuts.fragment[some],
        pair_parcel=cuts.parcel[some],
        pair_mm2=mm2[some],
        uncovered_mm2=uncovered,
        double_mm2=np.minimum(to_mm2(land.double_m2), fragment_mm2),
        zone_overlap_mm2=total_mm2(fragment_mm2[~parts.counted]),
        balance_error=max(land.imbalance, largest(parts.partition.imbalance)),
        pieces=cuts.pieces[some] if keep and cuts.pieces is not None else None,
        survey_missing=missing,
        fallbacks=fallbacks,
    )
