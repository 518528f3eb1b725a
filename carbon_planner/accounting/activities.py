"""Activities: hectares of each change of cover. The matrix A of the accounting, as triplets.

A row is the part of a zone's fragment that one base class covers; zones, classes and totals are groups of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from ..base.units import MM2_PER_HA
from .columns import Column, Pattern, Transition
from .covers import Cover, Mix

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Rows handled at once: (rows × covers²) doubles stay near 30 MB, and a cancel is answered between blocks.
BLOCK = 8192


@dataclass(frozen=True)
class Activities:
    """Sparse matrix rows × columns in the unit of each column; land comes first, sorted by row."""

    row: Ints
    col: Ints
    qty: Floats
    columns: tuple[Column, ...]

    def dot(self, coefficient: Floats, groups: Ints, size: int) -> Floats:
        """A @ c summed over groups of rows (``groups[row]``; −1 is left out), shape (size,)."""
        group = groups[self.row]
        keep = group >= 0
        total = np.bincount(group[keep], weights=(self.qty * coefficient[self.col])[keep], minlength=size)
        return np.asarray(total, dtype=np.float64)


@dataclass(frozen=True)
class Rows:
    """Areas by fragment and base class; ``base`` and ``plan`` index the lists of mixes given to :func:`build`.

    ``pattern`` indexes the patterns in which the plan is built; None where all of it is there from the start.
    """

    fragment: Ints
    mm2: Ints
    base: Ints
    plan: Ints
    pattern: Optional[Ints] = None


def build(
    rows: Rows,
    base: Sequence[Mix],
    plan: Sequence[Mix],
    feedback: Feedback,
    patterns: Sequence[Optional[Pattern]] = (None,),
) -> Activities:
    """Split areas by cover on both sides.

    What is on both sides stays (the smaller share of each cover); the rest of the old covers becomes the rest of the
    new ones in proportion, so that nothing changes where the plan repeats the baseline.
    """
    covers = list(dict.fromkeys(cover for mix in (*base, *plan) for cover, _ in mix.shares))
    before, after = _matrix(base, covers), _matrix(plan, covers)
    keep_base = np.array([mix.keep_base for mix in plan], dtype=bool)
    size = len(covers) + 1
    hectares = rows.mm2 / MM2_PER_HA
    place = {cover: number for number, cover in enumerate(covers)}
    variants = [(i, place[c.plain]) for c, i in place.items() if c.plain != c and c.plain in place]
    parts: list[tuple[Ints, Ints, Floats]] = []
    for start in range(0, len(rows.fragment), BLOCK):
        check(feedback)
        feedback.progress(start / max(len(rows.fragment), 1))
        block = slice(start, start + BLOCK)
        old, new = before[rows.base[block]], after[rows.plan[block]]
        # Reserve land keeps what is there; its own shares serve only where nothing is known of the baseline.
        keeps = keep_base[rows.plan[block]] & (old[:, -1] < 1.0)
        new = np.where(keeps[:, None], old, new)
        shares = _transition_shares(old, _kept_variants(old, new, variants))
        flat = shares.reshape(len(shares), size * size)
        index, cell = np.nonzero(flat > 0)
        of_row = np.zeros(len(index), np.int64) if rows.pattern is None else rows.pattern[block][index]
        parts.append((start + index, of_row * size * size + cell, flat[index, cell] * hectares[block][index]))
    return _collect(parts, [*covers, None], patterns)


def _matrix(mixes: Sequence[Mix], covers: list[Cover]) -> Floats:
    """Shares of covers, one row per mix; the last column is what is unknown."""
    index = {cover: i for i, cover in enumerate(covers)}
    matrix = np.zeros((len(mixes), len(covers) + 1))
    for row, mix in enumerate(mixes):
        for cover, share in mix.shares:
            matrix[row, index[cover]] += share
        # Exact complement, so that shares given in decimals leave no crumb of unknown area.
        rest = 1.0 - matrix[row].sum()
        matrix[row, -1] = rest if rest > 1e-9 else 0.0
    return matrix


def _kept_variants(old: Floats, new: Floats, variants: Sequence[tuple[int, int]]) -> Floats:
    """Planned shares where ground that stays what it is keeps what a survey found on it.

    A plan names the class, not the biomass that was measured there: forest stays the forest that it was.
    """
    if not variants:
        return new
    kept = new.copy()
    for variant, plain in variants:
        stays = np.minimum(kept[:, plain], np.maximum(old[:, variant] - kept[:, variant], 0.0))
        kept[:, plain] -= stays
        kept[:, variant] += stays
    return kept


def _transition_shares(old: Floats, new: Floats) -> Floats:
    """Shares (rows, from, to), each row summing to 1."""
    stay = np.minimum(old, new)
    leave, arrive = old - stay, new - stay
    moved = leave.sum(axis=1)
    scale = np.divide(1.0, moved, out=np.zeros_like(moved), where=moved > 1e-12)
    shares: Floats = leave[:, :, None] * arrive[:, None, :] * scale[:, None, None]
    diagonal = np.arange(old.shape[1])
    shares[:, diagonal, diagonal] += stay
    return shares


def _collect(
    parts: list[tuple[Ints, Ints, Floats]], covers: list[Optional[Cover]], patterns: Sequence[Optional[Pattern]]
) -> Activities:
    size = len(covers)
    row = np.concatenate([p[0] for p in parts]) if parts else np.zeros(0, np.int64)
    cell = np.concatenate([p[1] for p in parts]) if parts else np.zeros(0, np.int64)
    ha = np.concatenate([p[2] for p in parts]) if parts else np.zeros(0)
    cells, col = np.unique(cell, return_inverse=True)
    columns = tuple(
        Transition(covers[c // size % size], covers[c % size], patterns[c // size // size]) for c in cells.tolist()
    )
    return Activities(row, col.reshape(-1).astype(np.int64), ha, columns)
