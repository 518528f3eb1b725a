"""Pair areas: how much of each parcel lies in each zone. The one place where plans meet the land.

Zones may overlap (their union is what totals count), parcels may overlap (each place belongs to one), have gaps, stick
out. Areas are rounded once, to whole square millimetres, and closed, so that the parts of everything add up to it
exactly. Before that, every run measures whether they would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import BalanceError, GeometryError
from ..base.feedback import Feedback, Part, Silent, check
from ..base.messages import message
from .area import AreaMethod, to_mm2, total_mm2
from .closing import close
from .crs import Crs
from .cutting import Cuts, cut
from .fragments import Fragments, fragments_of
from .gaps import Balance, balance
from .measured import Measured
from .overlaps import overlapping_pairs
from .precedence import partition
from .rings import tree_of
from .robust import Overlay
from .validity import polygonal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

LARGEST_IMBALANCE = 1e-6
VALID_BLOCK = 5_000


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
    plan = Measured(_valid(zones, overlay, feedback), crs, geometric, feedback, "LAYER_ZONES")
    parts = fragments_of(plan, overlay, Part(feedback, 0.0, 0.1), zone_keys)
    _hold(parts.partition.imbalance, parts.partition.changed)
    pieces = Measured(parts.geoms, crs, geometric, feedback, "LAYER_ZONES")
    feedback.progress(0.1)
    if parcels is None:
        land = _Land.nothing(len(parts.zone), pieces.all())
    else:
        base = np.asarray(parcels, dtype=object)
        scale = plan.resolvable(parts.zone)
        land = _meet(parts, pieces, scale, base, crs, geometric, overlay, feedback, keep_pieces, parcel_keys)
    if overlay.fallbacks:
        feedback.info(message("OVERLAY_FALLBACK", count=overlay.fallbacks))
    survey = np.asarray(parcel_m2, dtype=np.float64) if field else None
    result = _closed(parts, land, keep_pieces, survey, overlay.fallbacks)
    feedback.progress(1.0)
    return result


@dataclass(frozen=True)
class _Land:
    """What the base gave, measured but not rounded."""

    cuts: Cuts
    balance: Balance
    double_m2: Floats
    parcel_m2: Callable[[], Floats]  # geometric area of each pair's parcel as given, before overlaps were resolved
    bounds: Floats  # box of the parcel of each pair: breaks ties
    imbalance: float

    @classmethod
    def nothing(cls, fragments: int, m2: Floats) -> _Land:
        none, no_area = np.zeros(0, dtype=np.int64), np.zeros(0)
        cuts = Cuts(none, none, no_area, np.zeros(0, dtype=object))
        return cls(cuts, Balance(m2, np.zeros(fragments)), np.zeros(fragments), lambda: no_area, np.zeros((0, 4)), 0.0)


def _meet(
    parts: Fragments,
    pieces: Measured,
    scale_m2: Floats,
    base: Geometries,
    crs: Crs,
    method: AreaMethod,
    overlay: Overlay,
    feedback: Feedback,
    keep: bool,
    keys: Optional[Sequence[str]],
) -> _Land:
    """Resolve the base where fragments touch it, cut it, and take the balance."""
    base = base.copy()
    with np.errstate(invalid="ignore"):
        base[~np.isfinite(shapely.bounds(base)).all(axis=1)] = None
    tree = tree_of(base)
    touched = _touched(tree, parts.geoms, feedback)
    base[touched] = _valid(base[touched], overlay, feedback)
    raw = Measured(base, crs, method, feedback, "LAYER_PARCELS")
    pairs = overlapping_pairs(raw, tree, overlay, feedback, touched, parts.geoms)
    feedback.progress(0.25)
    resolved = partition(raw, pairs, overlay, feedback, keys)
    _hold(resolved.imbalance, resolved.changed, "BALANCE_PARCEL")
    land = Measured(resolved.kept, crs, method, feedback, "LAYER_PARCELS") if len(pairs) else raw
    feedback.progress(0.3)
    cuts = cut(pieces, land, tree, overlay, Part(feedback, 0.3, 0.8), keep)
    state = balance(pieces, land, tree, cuts, scale_m2, overlay, Part(feedback, 0.8, 0.95))
    cuts, state = _retried(parts, pieces, scale_m2, land, tree, cuts, state, overlay, feedback, keep)
    double = np.zeros(len(parts.zone))
    if len(resolved.second):
        second = Measured(resolved.second, crs, method, feedback, "LAYER_PARCELS")
        twice = cut(pieces, second, tree_of(second.geoms), overlay, Part(feedback, 0.95, 0.99), keep=False)
        double += np.bincount(twice.fragment, twice.m2, minlength=len(parts.zone))
    worst = max(_worst(state.imbalance), _worst(resolved.imbalance))
    return _Land(cuts, state, double, lambda: raw.of(cuts.parcel), shapely.bounds(base[cuts.parcel]), worst)


def _retried(
    parts: Fragments,
    pieces: Measured,
    scale_m2: Floats,
    land: Measured,
    tree: shapely.STRtree,
    cuts: Cuts,
    state: Balance,
    overlay: Overlay,
    feedback: Feedback,
    keep: bool,
) -> tuple[Cuts, Balance]:
    """Fragments that do not balance, once more with snap rounding; :class:`BalanceError` if that does not help."""
    bad = np.flatnonzero(~(state.imbalance <= LARGEST_IMBALANCE))
    if not bad.size:
        return cuts, state
    snapping = Overlay(feedback, snap=True)
    few = pieces.some(bad)
    again = cut(few, land, tree, snapping, feedback, keep)
    better = balance(few, land, tree, again, scale_m2[bad], snapping, feedback)
    overlay.fallbacks += snapping.fallbacks
    _hold(better.imbalance, parts.zone[bad])
    again = Cuts(bad[again.fragment], again.parcel, again.m2, again.pieces)
    uncovered, imbalance = state.uncovered_m2.copy(), state.imbalance.copy()
    uncovered[bad], imbalance[bad] = better.uncovered_m2, better.imbalance
    return cuts.without(bad).joined(again), Balance(uncovered, imbalance)


def _touched(tree: shapely.STRtree, fragments: Geometries, feedback: Feedback) -> Ints:
    """Parcels whose box meets the box of a fragment."""
    found = np.zeros(len(tree.geometries), dtype=bool)
    for begin in range(0, len(fragments), 64):
        check(feedback)
        found[tree.query(fragments[begin : begin + 64])[1]] = True
    return np.flatnonzero(found)


def _valid(geoms: Geometries, overlay: Overlay, feedback: Feedback) -> Geometries:
    """The polygons, with those repaired that should have been before."""
    geoms = np.asarray(geoms, dtype=object)
    good = np.ones(len(geoms), dtype=bool)
    for begin in range(0, len(geoms), VALID_BLOCK):
        check(feedback)
        block = geoms[begin : begin + VALID_BLOCK]
        good[begin : begin + VALID_BLOCK] = shapely.is_valid(block) | ~shapely.is_geometry(block)
    good &= np.isin(shapely.get_type_id(geoms), (-1, 3, 6))
    if good.all():
        return geoms
    overlay.fallbacks += int(np.count_nonzero(~good))
    result: Geometries = geoms.copy()
    result[~good] = polygonal(geoms[~good], feedback).geometry
    return result


def _worst(imbalance: Floats) -> float:
    return float(imbalance.max()) if len(imbalance) else 0.0


def _hold(imbalance: Floats, index: Ints, text: str = "BALANCE_ZONE") -> None:
    """Raise :class:`BalanceError` for the worst polygon if it is too bad (a NaN is)."""
    bad = np.flatnonzero(~(imbalance <= LARGEST_IMBALANCE))
    if bad.size:
        worst = int(bad[np.argmax(np.nan_to_num(imbalance[bad], nan=np.inf))])
        first = int(index[worst])
        raise BalanceError(text, index=first, feature=first + 1, share=f"{imbalance[worst]:.2g}")


def _closed(parts: Fragments, land: _Land, keep: bool, survey: Optional[Floats], fallbacks: int) -> PairAreas:
    """Round once, close, and put it together."""
    cuts, m2, missing = land.cuts, land.cuts.m2, None
    if survey is not None:
        known = np.isfinite(survey[cuts.parcel]) & (survey[cuts.parcel] > 0.0)
        missing = np.unique(cuts.parcel[~known])
        m2 = np.where(known, survey[cuts.parcel] * (m2 / land.parcel_m2()), m2)
    mm2, uncovered = to_mm2(m2), to_mm2(land.balance.uncovered_m2)
    zone_mm2, fragment_mm2 = parts.zone_mm2, parts.mm2
    if survey is None:
        mm2, uncovered = close(mm2, cuts.fragment, land.bounds, uncovered, fragment_mm2)
    else:
        fragment_mm2 = uncovered.copy()
        np.add.at(fragment_mm2, cuts.fragment, mm2)
        zone_mm2 = np.zeros(len(zone_mm2), dtype=np.int64)
        np.add.at(zone_mm2, parts.zone, fragment_mm2)
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
        balance_error=max(land.imbalance, _worst(parts.partition.imbalance)),
        pieces=cuts.pieces[some] if keep and cuts.pieces is not None else None,
        survey_missing=missing,
        fallbacks=fallbacks,
    )
