"""Approach 2 of the IPCC Guidelines (2006 vol. 1 ch. 3): Monte Carlo over the factors of a model.

All totals of a run come from the same draws: a factor moves together in every zone, in both variants of a comparison
and in every version of its set. The bits of a result depend on the seed, the number of draws, the factors in a group
and its activities: not on other groups, on block size, threads or the order of anything (:mod:`.exact_product`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Callable, Optional, Protocol, Union

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import Feedback, Silent, check
from .correlation import Correlation
from .draws import PLAIN, Book, Draws, draw
from .exact_product import multiply, width_of
from .grouping import Floats, Grouped, Ints, Matrix
from .monomials import Coefficients, MonomialDraws, Rows, monomials, net, rows_of, with_activities
from .simulation import Simulation, summarise
from .terms import Term

# Bytes of results that one block of groups holds, and entries (group × column) that are expanded at once.
BLOCK_BYTES = 24 << 20
PART = 1 << 19


class ModelLike(Protocol):
    """What is needed of a :class:`~.model.Model`."""

    @property
    def activities(self) -> Matrix:
        """Quantities by row and column."""

    @property
    def terms(self) -> Sequence[Term]:
        """Lines of the coefficients."""

    @property
    def book(self) -> Book:
        """Factors."""


class GroupsLike(Protocol):
    """What is needed of :class:`~.model.Groups`."""

    @property
    def of_row(self) -> Ints:
        """Group of each row, −1 for none."""

    @property
    def size(self) -> int:
        """Number of groups."""


def simulate(
    model: ModelLike,
    groups: GroupsLike,
    draws: Union[int, Draws] = 10_000,
    seed: int = 1,
    *,
    where: Callable[[Term], float] = net,
    sampling: str = PLAIN,
    correlations: Iterable[Correlation] = (),
    activity_factor: Optional[Ints] = None,
    keep: bool = False,
    workers: int = 1,
    feedback: Optional[Feedback] = None,
    grouped: Optional[Grouped] = None,
) -> Simulation:
    """Simulate totals by group.

    ``draws`` is a number, or the draws of an earlier call for the same book (then seed, sampling and correlations are
    theirs). ``where`` weighs terms: by default the net; a sector is ``lambda t: t.net * (t.category == …)``.
    ``activity_factor`` gives, for each entry of the activities, the number of the factor (value 1) by which its
    quantity is uncertain, −1 for none; ``grouped`` is the activities by group, where they are at hand already. ``keep``
    keeps the draws of all groups. Memory: some 100 MB per worker beside
    the draws. Raises what :func:`.draws.draw` does; a cancel raises :class:`Cancelled`.
    """
    feedback = feedback or Silent()
    if isinstance(draws, Draws):
        drawn = draws
    else:
        drawn = draw(model.book, draws, seed, sampling=sampling, correlations=correlations)
    if grouped is None:
        grouped = Grouped(model.activities, groups.of_row, groups.size, activity_factor)
    used = set(grouped.column.tolist())
    terms = [t for t in model.terms if t.column in used]
    coefficients = monomials(terms, int(grouped.column.max(initial=-1)) + 1, where)
    run = _Run(drawn, grouped, coefficients, keep)
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for first, last in grouped.parts(PART):
            check(feedback)
            rows = rows_of(grouped, first, last, coefficients, run.table)
            fill = partial(run.fill, rows, first)
            for _ in (map if workers <= 1 else pool.map)(fill, run.blocks(rows, first)):
                check(feedback)
            feedback.progress(last / max(groups.size, 1))
    mean, sd, low, high = run.summary
    return Simulation(drawn, mean, sd, low, high, run.values)


class _Run:
    """State of one simulation: what blocks read, and the arrays that each fills in its own places."""

    def __init__(self, drawn: Draws, grouped: Grouped, coefficients: Coefficients, keep: bool) -> None:
        self.drawn = drawn
        keys, self.table = with_activities(grouped, coefficients)
        self.constant = keys.index(()) if () in keys else -1
        self.monomials = MonomialDraws(drawn, keys)
        self.summary: tuple[Floats, ...] = tuple(np.zeros(grouped.size) for _ in range(4))
        self.values = np.zeros((grouped.size, drawn.count)) if keep else None

    def settle(self, rows: Rows, offset: int) -> Ints:
        """Note the groups that no factor moves; gives the others."""
        group = np.repeat(np.arange(len(rows.starts) - 1), np.diff(rows.starts))
        constant = rows.monomial == self.constant
        moved = np.zeros(len(rows.starts) - 1, dtype=bool)
        moved[group[~constant]] = True
        plain = np.zeros(len(moved))
        plain[group[constant]] = rows.value[constant]
        still = np.flatnonzero(~moved)
        for found in (self.summary[0], *self.summary[2:]):
            found[offset + still] = plain[still]
        if self.values is not None:
            self.values[offset + still] = plain[still, None]
        return np.flatnonzero(moved)

    def blocks(self, rows: Rows, offset: int) -> list[Ints]:
        """Rows that are evaluated together: alike in their monomials, and few enough for the memory."""
        moved = self.settle(rows, offset)
        count = np.diff(rows.starts)
        width = np.array([width_of(c) for c in count.tolist()], dtype=np.int64)
        head = rows.monomial[rows.starts[moved]]
        order = moved[np.lexsort((_signatures(rows)[moved], count[moved], head, width[moved]))]
        most = max(1, BLOCK_BYTES // (8 * self.drawn.count))
        cuts = np.flatnonzero(np.diff(width[order])) + 1
        return [run[i : i + most] for run in np.split(order, cuts) for i in range(0, len(run), most)]

    def fill(self, rows: Rows, offset: int, block: Ints) -> None:
        """Evaluate the groups ``offset + block`` and note what becomes of them."""
        values, broken = self._evaluate(rows, block)
        where = offset + block
        if self.values is not None:
            self.values[where] = values
            self.values[where[broken]] = np.nan
        for target, found in zip(self.summary, summarise(values)):
            found[broken] = np.nan
            target[where] = found

    def _evaluate(self, rows: Rows, block: Ints) -> tuple[Floats, Ints]:
        """Draws of the groups of a block, shape (block, count), and the places of those that are not finite."""
        count = rows.starts[block + 1] - rows.starts[block]
        row = np.repeat(np.arange(len(block)), count)
        place = np.concatenate([np.arange(rows.starts[b], rows.starts[b + 1]) for b in block.tolist()])
        number, value = rows.monomial[place], rows.value[place]
        plain = np.zeros(len(block))
        constant = number == self.constant
        plain[row[constant]] = value[constant]
        row, number, value = row[~constant], number[~constant], value[~constant]
        which, column = np.unique(number, return_inverse=True)
        left = np.zeros((len(block), len(which)))
        left[row, column.reshape(-1)] = value
        width = width_of(int(count.max(initial=0)))
        result = np.empty((len(block), self.drawn.count))
        step = max(256, BLOCK_BYTES // (16 * max(len(which), 1)))
        for first in range(0, self.drawn.count, step):
            last = min(first + step, self.drawn.count)
            right = self.monomials.stacked(which, width, first, last)
            result[:, first:last] = multiply(left, right, self.monomials.exponent[which], width)
        result += plain[:, None]
        return result, np.unique(row[~self.monomials.finite[number]])


def _signatures(rows: Rows) -> NDArray[np.uint64]:
    """A number for each row that is the same for rows with the same monomials."""
    mixed = (rows.monomial.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    return np.asarray(sums[rows.starts[1:]] - sums[rows.starts[:-1]])
