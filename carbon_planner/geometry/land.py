"""Fragments of zones laid over the base: what each parcel gives, what none gives, and whether it adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import BalanceError
from ..base.feedback import Feedback, Part, check
from .area import AreaMethod
from .crs import Crs
from .cutting import Cuts, cut
from .fragments import Fragments
from .gaps import Balance, balance
from .measured import Measured
from .overlaps import overlapping_pairs
from .precedence import partition
from .rings import POLYGON, tree_of, vertex_blocks
from .robust import Overlay
from .validity import MULTIPOLYGON, polygonal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

LARGEST_IMBALANCE = 1e-6
VALID_VERTICES = 200_000
BOXES = 64


@dataclass(frozen=True)
class Land:
    """What the base gives to each fragment, measured."""

    cuts: Cuts
    balance: Balance
    double_m2: Floats  # of each fragment: in more than one parcel
    parcel_m2: Callable[[], Floats]  # geometric area of each pair's parcel as given, before overlaps were resolved
    bounds: Floats  # box of each pair's parcel: breaks ties
    imbalance: float

    @classmethod
    def none(cls, m2: Floats) -> Land:
        """No base at all: every fragment is uncovered."""
        nothing, no_area = np.zeros(0, dtype=np.int64), np.zeros(0)
        cuts = Cuts(nothing, nothing, no_area, np.zeros(0, dtype=object))
        state = Balance(m2, np.zeros(len(m2)))
        return cls(cuts, state, np.zeros(len(m2)), lambda: no_area, np.zeros((0, 4)), 0.0)


class LandOverlay:
    """One overlay of fragments with a base; holds what all its steps need."""

    def __init__(
        self, parts: Fragments, scale_m2: Floats, crs: Crs, method: AreaMethod, overlay: Overlay, feedback: Feedback
    ) -> None:
        self._parts, self._scale_m2 = parts, scale_m2
        self._crs, self._method = crs, method
        self._overlay, self._feedback = overlay, feedback
        self._pieces = self._measured(parts.geoms, "LAYER_ZONES")

    def run(self, base: Geometries, keep: bool, keys: Optional[Sequence[str]]) -> Land:
        """Resolve the base where fragments touch it, cut it, and take the balance. Progress from 0 to 1."""
        feedback, overlay = self._feedback, self._overlay
        base = base.copy()
        with np.errstate(invalid="ignore"):
            base[~np.isfinite(shapely.bounds(base)).all(axis=1)] = None
        tree = tree_of(base)
        touched = self._touched(tree)
        base[touched] = valid(base[touched], overlay, feedback)
        raw = self._measured(base, "LAYER_PARCELS")
        pairs = overlapping_pairs(raw, tree, overlay, feedback, touched, self._parts.geoms)
        feedback.progress(0.15)
        resolved = partition(raw, pairs, overlay, feedback, keys)
        hold(resolved.imbalance, resolved.changed, "BALANCE_PARCEL")
        land = self._measured(resolved.kept, "LAYER_PARCELS") if len(pairs) else raw
        feedback.progress(0.2)
        cuts = cut(self._pieces, land, tree, overlay, Part(feedback, 0.2, 0.8), keep)
        state = balance(self._pieces, land, tree, cuts, self._scale_m2, overlay, Part(feedback, 0.8, 0.95))
        cuts, state = self._retried(land, tree, cuts, state, keep)
        double = self._double(resolved.second)
        worst = max(largest(state.imbalance), largest(resolved.imbalance))
        return Land(cuts, state, double, lambda: raw.of(cuts.parcel), shapely.bounds(base[cuts.parcel]), worst)

    def _measured(self, geoms: Geometries, layer: str) -> Measured:
        return Measured(geoms, self._crs, self._method, self._feedback, layer)

    def _touched(self, tree: shapely.STRtree) -> Ints:
        """Parcels whose box meets the box of a fragment."""
        found = np.zeros(len(tree.geometries), dtype=bool)
        for begin in range(0, len(self._parts.geoms), BOXES):
            check(self._feedback)
            found[tree.query(self._parts.geoms[begin : begin + BOXES])[1]] = True
        return np.flatnonzero(found)

    def _retried(
        self, land: Measured, tree: shapely.STRtree, cuts: Cuts, state: Balance, keep: bool
    ) -> tuple[Cuts, Balance]:
        """Fragments that do not balance, once more with snap rounding; :class:`BalanceError` if that does not help."""
        bad = np.flatnonzero(~(state.imbalance <= LARGEST_IMBALANCE))
        if not bad.size:
            return cuts, state
        snapping = Overlay(self._feedback, snap=True)
        few = self._pieces.some(bad)
        again = cut(few, land, tree, snapping, self._feedback, keep)
        better = balance(few, land, tree, again, self._scale_m2[bad], snapping, self._feedback)
        self._overlay.fallbacks += snapping.fallbacks
        hold(better.imbalance, self._parts.zone[bad])
        again = Cuts(bad[again.fragment], again.parcel, again.m2, again.pieces)
        uncovered, imbalance = state.uncovered_m2.copy(), state.imbalance.copy()
        uncovered[bad], imbalance[bad] = better.uncovered_m2, better.imbalance
        return cuts.without(bad).joined(again), Balance(uncovered, imbalance)

    def _double(self, second: Geometries) -> Floats:
        """Area of each fragment inside the (disjoint) parts of the base that are covered more than once, m²."""
        double = np.zeros(len(self._parts.zone))
        if len(second):
            layer, feedback = self._measured(second, "LAYER_PARCELS"), Part(self._feedback, 0.95, 1.0)
            twice = cut(self._pieces, layer, tree_of(second), self._overlay, feedback, keep=False)
            double += np.bincount(twice.fragment, twice.m2, minlength=len(double))
        return double


def valid(geoms: Geometries, overlay: Overlay, feedback: Feedback) -> Geometries:
    """The polygons, with those repaired that should have been before (counted as fallbacks)."""
    geoms = np.asarray(geoms, dtype=object)
    good = np.ones(len(geoms), dtype=bool)
    for block in vertex_blocks(geoms, VALID_VERTICES):
        check(feedback)
        good[block] = shapely.is_valid(geoms[block]) | ~shapely.is_geometry(geoms[block])
    good &= np.isin(shapely.get_type_id(geoms), (-1, POLYGON, MULTIPOLYGON))
    if good.all():
        return geoms
    overlay.fallbacks += int(np.count_nonzero(~good))
    result: Geometries = geoms.copy()
    result[~good] = polygonal(geoms[~good], Part(feedback, 0.0, 0.0)).geometry
    return result


def largest(imbalance: Floats) -> float:
    """The largest imbalance, 0 of none."""
    return float(imbalance.max()) if len(imbalance) else 0.0


def hold(imbalance: Floats, index: Ints, text: str = "BALANCE_ZONE") -> None:
    """Raise :class:`BalanceError` for the worst polygon if it is too bad (a NaN is)."""
    bad = np.flatnonzero(~(imbalance <= LARGEST_IMBALANCE))
    if bad.size:
        worst = int(bad[np.argmax(np.nan_to_num(imbalance[bad], nan=np.inf))])
        first = int(index[worst])
        raise BalanceError(text, index=first, feature=first + 1, share=f"{imbalance[worst]:.2g}")
