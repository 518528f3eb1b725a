"""What no parcel covers, measured from shapes, and the balance of every fragment that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .cutting import Cuts
from .measured import Measured
from .robust import Overlay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COVERED_SHARE = 1e-10  # a remainder below this share of a fragment is rounding: the fragment is covered


@dataclass(frozen=True)
class Balance:
    """Uncovered m² of each fragment, and its relative imbalance |fragment − Σ pieces − uncovered| / zone."""

    uncovered_m2: Floats
    imbalance: Floats


def balance(
    fragments: Measured, parcels: Measured, cuts: Cuts, scale_m2: Floats, overlay: Overlay, feedback: Feedback
) -> Balance:
    """Take the balance of each fragment, relative to the area ``scale_m2`` of its zone.

    Where the pieces fill the fragment up to rounding, that is the check. Where they do not, the uncovered part is built
    as a shape (fragment without the union of its parcels) and measured by itself. Raises Cancelled.
    """
    whole = fragments.all()
    remainder = whole - np.bincount(cuts.fragment, cuts.m2, minlength=len(whole))
    begin = np.searchsorted(cuts.fragment, np.arange(len(whole) + 1))
    uncovered = np.where(np.diff(begin) == 0, whole, 0.0)
    open_ones = np.flatnonzero((np.diff(begin) > 0) & (np.abs(remainder) > COVERED_SHARE * whole))
    for number, f in enumerate(open_ones.tolist()):
        check(feedback)
        cover = overlay.union(parcels.geoms[cuts.parcel[begin[f] : begin[f + 1]]])
        gap = overlay.difference(fragments.geoms[[f]], np.array([cover], dtype=object))
        uncovered[f] = fragments.measure(gap, np.array([f]))[0]
        feedback.progress((number + 1) / len(open_ones))
    return Balance(uncovered, np.abs(remainder - uncovered) / scale_m2)
