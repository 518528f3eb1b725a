"""Agreement of maps: transition matrix, kappa, quantity and allocation disagreement, figure of merit.

Always beside a null model of *persistence*: where little changes, a map of no change at all agrees well with the truth.
Sources: R. G. Pontius Jr. and M. Millones 2011 (quantity, allocation), Pontius et al. 2008 (figure of merit), van Vliet
et al. 2011 (kappa simulation), Pontius et al. 2004 (budget of components, as in MOLUSCE); known from the literature.
Maps are arrays of class codes of the same shape; ``weights`` are areas, 1 where none are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import SettingsError

Floats = NDArray[np.float64]
Map = NDArray[Any]


@dataclass(frozen=True)
class Transitions:
    """Areas of class i at the first date and class j at the second, with all classes of either date."""

    classes: tuple[Any, ...]
    area: Floats

    @property
    def shares(self) -> Floats:
        """Share of each class of the first date that becomes each class: rows sum to 1.

        The row of a class that exists only at the second date is NaN: nothing is known of what it becomes.
        """
        whole = self.area.sum(axis=1, keepdims=True)
        return np.divide(self.area, whole, out=np.full_like(self.area, np.nan), where=whole > 0)


def transitions(first: Map, second: Map, weights: Optional[Floats] = None) -> Transitions:
    """Transition matrix of two maps. Raises :class:`SettingsError` for maps of different shape."""
    _same_shape(first, second)
    classes, code = np.unique(np.concatenate([np.ravel(first), np.ravel(second)]), return_inverse=True)
    before, after = code.reshape(2, -1)
    return Transitions(tuple(classes.tolist()), _cross(before, after, len(classes), _weights(weights, first)))


def kappa(table: Floats) -> float:
    """Cohen's kappa of a square table of areas: (p_o − p_e)/(1 − p_e); NaN where both maps have one class only."""
    share = table / table.sum()
    observed = float(np.trace(share))
    expected = float(share.sum(axis=1) @ share.sum(axis=0))
    return (observed - expected) / (1.0 - expected) if expected < 1.0 else float("nan")


def disagreement(table: Floats) -> tuple[float, float]:
    """(quantity, allocation) disagreement as shares of the area; they sum to 1 − p_o."""
    share = table / table.sum()
    rows, columns, same = share.sum(axis=1), share.sum(axis=0), np.diag(share)
    quantity = float(np.abs(rows - columns).sum() / 2.0)
    allocation = float(np.minimum(rows - same, columns - same).sum())
    return quantity, allocation


@dataclass(frozen=True)
class Changes:
    """Areas by whether change was observed and simulated. ``wrong`` hits changed in both, to another class."""

    misses: float
    hits: float
    wrong: float
    false_alarms: float
    correct_rejections: float

    @property
    def figure_of_merit(self) -> float:
        """Hits over all change, observed or simulated: 1 is perfect, 0 what persistence reaches; NaN without change."""
        return figure_of_merit(self.misses, self.hits, self.wrong, self.false_alarms)


def figure_of_merit(misses: float, hits: float, wrong: float, false_alarms: float) -> float:
    """FoM = hits/(misses + hits + wrong hits + false alarms); NaN where nothing changes in either."""
    whole = misses + hits + wrong + false_alarms
    return hits / whole if whole > 0 else float("nan")


def changes(initial: Map, observed: Map, simulated: Map, weights: Optional[Floats] = None) -> Changes:
    """Compare observed and simulated change from the same initial map."""
    _same_shape(initial, observed)
    _same_shape(initial, simulated)
    area = _weights(weights, initial)
    moved, predicted, same = (np.ravel(m) for m in (observed != initial, simulated != initial, observed == simulated))
    parts = (
        moved & ~predicted,
        moved & predicted & same,
        moved & predicted & ~same,
        ~moved & predicted,
        ~moved & ~predicted,
    )
    return Changes(*(float(area[part].sum()) for part in parts))


def changes_by_block(initial: Map, observed: Map, simulated: Map, size: int) -> Changes:
    """As :func:`changes`, at a coarser resolution: change may lie anywhere within blocks of ``size`` × ``size`` cells.

    Within a block and an initial class, change agrees as far as both maps have the same amounts of it (lulcc). Cells at
    the border form smaller blocks.
    """
    rows, columns = np.indices(initial.shape)
    block = (rows // size) * (initial.shape[1] // size + 1) + columns // size
    codes = np.unique(np.concatenate([np.ravel(m) for m in (initial, observed, simulated)]))
    start, seen, made = (np.searchsorted(codes, np.ravel(m)) for m in (initial, observed, simulated))
    _, group = np.unique(np.ravel(block) * len(codes) + start, return_inverse=True)
    group = np.reshape(group, -1)
    count = int(group.max()) + 1 if group.size else 0
    real, model = (_by_class(group, target, count, len(codes)) for target in (seen, made))
    own = np.zeros((count, len(codes)), dtype=bool)
    own[group, start] = True
    moved, predicted = (np.where(own, 0.0, table).sum(axis=1) for table in (real, model))
    hits = np.where(own, 0.0, np.minimum(real, model)).sum(axis=1)
    both = np.minimum(moved, predicted)
    total = real.sum(axis=1)
    return Changes(
        misses=float((moved - both).sum()),
        hits=float(hits.sum()),
        wrong=float((both - hits).sum()),
        false_alarms=float((predicted - both).sum()),
        correct_rejections=float((total - np.maximum(moved, predicted)).sum()),
    )


def kappa_simulation(initial: Map, observed: Map, simulated: Map, weights: Optional[Floats] = None) -> float:
    """Kappa that expects the agreement of random change with the same transitions (van Vliet et al. 2011).

    0 is no better than change placed at random, persistence included. NaN where the expected agreement is 1.
    """
    area = _weights(weights, initial)
    classes, code = np.unique(np.stack([np.ravel(m) for m in (initial, observed, simulated)]), return_inverse=True)
    start, seen, made = code.reshape(3, -1)
    real, model = (_cross(start, target, len(classes), area) for target in (seen, made))
    whole = real.sum(axis=1)
    expected = float(np.divide((real * model).sum(axis=1), whole, out=np.zeros_like(whole), where=whole > 0).sum())
    expected /= area.sum()
    agreed = float(area[seen == made].sum() / area.sum())
    return (agreed - expected) / (1.0 - expected) if expected < 1.0 else float("nan")


def budget(table: Floats) -> dict[str, float]:
    """Agreement by what the model knows of quantity and location: NoNo, NoMed, MedMed, MedPer, PerPer.

    From a uniform guess over the right amounts at random places and the model itself to the model's amounts at their
    best places and the truth.
    """
    share = table / table.sum()
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    return {
        "NoNo": 1.0 / len(table),
        "NoMed": float(rows @ columns),
        "MedMed": float(np.trace(share)),
        "MedPer": float(np.minimum(rows, columns).sum()),
        "PerPer": 1.0,
    }


@dataclass(frozen=True)
class Measures:
    """Measures of one map against the observed one."""

    agreement: float
    kappa: float
    quantity: float
    allocation: float
    figure_of_merit: float
    kappa_simulation: float


@dataclass(frozen=True)
class Validation:
    """A simulated map and the persistence null model (the initial map), both against the observed map."""

    model: Measures
    persistence: Measures

    @property
    def better_than_persistence(self) -> bool:
        """Whether the model agrees with the observed map on more area than no change would."""
        return self.model.agreement > self.persistence.agreement


def validate(initial: Map, observed: Map, simulated: Map, weights: Optional[Floats] = None) -> Validation:
    """All measures of a simulation beside those of persistence."""
    model, null = (_measures(initial, observed, made, weights) for made in (simulated, initial))
    return Validation(model, null)


def _measures(initial: Map, observed: Map, made: Map, weights: Optional[Floats]) -> Measures:
    table = transitions(made, observed, weights).area
    quantity, allocation = disagreement(table)
    return Measures(
        agreement=float(np.trace(table) / table.sum()),
        kappa=kappa(table),
        quantity=quantity,
        allocation=allocation,
        figure_of_merit=changes(initial, observed, made, weights).figure_of_merit,
        kappa_simulation=kappa_simulation(initial, observed, made, weights),
    )


def _weights(weights: Optional[Floats], like: Map) -> Floats:
    if weights is None:
        return np.ones(np.size(like))
    _same_shape(weights, like)
    return np.ravel(weights).astype(np.float64)


def _same_shape(one: Map, other: Map) -> None:
    if np.shape(one) != np.shape(other):
        raise SettingsError("MAPS_DIFFER", one=str(np.shape(one)), other=str(np.shape(other)))


def _cross(rows: NDArray[Any], columns: NDArray[Any], size: int, area: Floats) -> Floats:
    flat = np.bincount(np.ravel(rows) * size + np.ravel(columns), area, minlength=size * size)
    return np.asarray(flat.reshape(size, size), dtype=np.float64)


def _by_class(group: NDArray[Any], target: NDArray[Any], groups: int, classes: int) -> Floats:
    flat = np.bincount(group * classes + target, minlength=groups * classes)
    return np.asarray(flat.reshape(groups, classes), dtype=np.float64)
