"""Random draws of factors: each from its own counter-based stream, named by seed and factor alone.

Stream: numpy's Philox 4×64 with a key of SHA-256(seed, name). Its raw 64-bit numbers become midpoints of 2^52 equal
slices of (0, 1), and those the factor's values by its quantile function. So draw i of a factor depends on the seed, the
factor and i: not on which other factors, zones or workers there are. A factor's name is ``set/id`` without version, so
that two versions of a set are compared draw by draw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.errors import SettingsError
from ..factors.distributions import of_factor
from ..factors.records import Factor
from ..factors.special import normal_cdf, normal_quantile
from .amounts import Amount, Function, Monomial
from .correlation import Correlation, Loadings, loadings

Floats = NDArray[np.float64]

PLAIN, LATIN, ANTITHETIC = "plain", "latin", "antithetic"
SAMPLINGS = (PLAIN, LATIN, ANTITHETIC)
LIMIT = 1_000_000  # draws at most; beyond it the generator is no longer what limits a result


class Derived(Protocol):
    """A quantity that is a function of amounts."""

    @property
    def inputs(self) -> Sequence[Amount]:
        """What goes in."""

    @property
    def function(self) -> Function:
        """From arrays of draws to an array of draws."""


class Book(Protocol):
    """What is needed of a :class:`~.factor_book.FactorBook`."""

    @property
    def factors(self) -> Sequence[Factor]:
        """Factors by number."""

    @property
    def fset(self) -> Sequence[str]:
        """Set of each factor."""

    @property
    def derived(self) -> Sequence[Derived]:
        """Derived quantities, in order; number k is −1 − k in monomials."""


def key_of(factor: Factor, fset: str) -> str:
    """Name of a factor's stream: ``set/id`` without version and hash."""
    return f"{fset.partition('@')[0]}/{factor.factor_id}"


def uniforms(seed: int, name: str, count: int, sampling: str = PLAIN) -> Floats:
    """``count`` numbers strictly between 0 and 1 from the stream of a name.

    ``latin`` puts one number into each of ``count`` equal slices, ``antithetic`` mirrors the first half.
    """
    digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
    stream = np.random.Philox(key=int.from_bytes(digest[:16], "big"))
    fresh = (count + 1) // 2 if sampling == ANTITHETIC else count
    u = ((stream.random_raw(fresh) >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    if sampling == ANTITHETIC:
        return np.concatenate([u, 1.0 - u[: count - fresh]])
    if sampling == LATIN:
        return _stratified(np.argsort(stream.random_raw(count), kind="stable"), u)
    return np.asarray(u)


def _stratified(slot: NDArray[np.int64], within: Floats) -> Floats:
    return np.asarray(np.minimum((slot + within) / len(slot), 1.0 - 2.0**-53))


@dataclass(frozen=True)
class Draws:
    """Draws of the factors of a book, shape (factors, count), and of its derived quantities, (derived, count).

    ``order`` ranks quantities by content, so that products and sums have one order whatever their numbers;
    ``loads`` holds the correlation groups.
    """

    seed: int
    count: int
    sampling: str
    keys: tuple[str, ...]
    factors: Floats
    loads: Loadings
    derived: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    names: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """How it was made, for fields and reports."""
        extra = {PLAIN: "", LATIN: " LHS", ANTITHETIC: " antithetic"}[self.sampling]
        return f"MC n={self.count} seed={self.seed}{extra}"

    def name(self, number: int) -> str:
        """Name by content of a quantity: of a factor its key, of a derived quantity the hash of its draws."""
        return self.keys[number] if number >= 0 else self.names[-1 - number]

    def product(self, monomial: Monomial, first: int = 0, last: int | None = None) -> Floats:
        """Values of a monomial in draws ``first`` … ``last`` − 1, multiplied in order of names."""
        part = slice(first, last)
        value = np.ones(self.count)[part]
        for number in sorted(monomial, key=self.name):
            value *= self.factors[number, part] if number >= 0 else self.derived[-1 - number, part]
        return value

    def amount(self, amount: Amount) -> Floats:
        """Values of an amount in all draws, added in order of names."""
        value = np.zeros(self.count)
        for monomial in sorted(amount.polynomial, key=lambda m: sorted(map(self.name, m))):
            value += amount.polynomial[monomial] * self.product(monomial)
        return value


def draw(
    book: Book, count: int, seed: int, *, sampling: str = PLAIN, correlations: Iterable[Correlation] = ()
) -> Draws:
    """Draw all factors of a book; those without a distribution keep their value.

    Raises :class:`SettingsError` for a count or a sampling that cannot be, :class:`FactorError` for a distribution
    that cannot be read.
    """
    if not 2 <= count <= LIMIT:
        raise SettingsError("DRAWS_BEYOND_LIMITS", value=count, limit=LIMIT)
    if sampling not in SAMPLINGS:
        raise SettingsError("SETTING_UNKNOWN", parameter="sampling", value=sampling, allowed=", ".join(SAMPLINGS))
    keys = tuple(key_of(f, s) for f, s in zip(book.factors, book.fset))
    loads = loadings(keys, correlations)
    values = np.empty((len(keys), count))
    for number, factor in enumerate(book.factors):
        shape = of_factor(factor)
        if shape is None:
            values[number] = np.nan if factor.value is None else factor.value
        else:
            values[number] = shape.quantile(_numbers(seed, number, keys, loads, count, sampling))
    drawn = Draws(seed, count, sampling, keys, values, loads)
    for quantity in book.derived:
        drawn = _with_derived(drawn, quantity)
    return drawn


def _numbers(seed: int, number: int, keys: Sequence[str], loads: Loadings, count: int, sampling: str) -> Floats:
    """Numbers of a factor between 0 and 1, correlated with those of its group."""
    group, loading = int(loads.group[number]), float(loads.loading[number])
    if group < 0 or loading == 0.0:
        return uniforms(seed, keys[number], count, sampling)
    common = uniforms(seed, loads.groups[group], count, sampling)
    if abs(loading) == 1.0:
        return common if loading > 0.0 else 1.0 - common
    own = uniforms(seed, keys[number], count, sampling)
    score = loading * normal_quantile(common) + np.sqrt(1.0 - loading**2) * normal_quantile(own)
    if sampling == LATIN:
        # Mixing blurs the slices; ranks put one number into each again.
        return _stratified(np.argsort(np.argsort(score, kind="stable"), kind="stable"), own)
    return np.clip(normal_cdf(score), 2.0**-60, 1.0 - 2.0**-53)


def _with_derived(drawn: Draws, quantity: Derived) -> Draws:
    with np.errstate(all="ignore"):  # what is not finite is found when it is used
        made = np.asarray(quantity.function([drawn.amount(a) for a in quantity.inputs]), dtype=np.float64)
    name = f"~{hashlib.sha256(made.tobytes()).hexdigest()[:16]}"
    derived = np.vstack([drawn.derived.reshape(-1, drawn.count), made])
    return Draws(
        drawn.seed, drawn.count, drawn.sampling, drawn.keys, drawn.factors, drawn.loads, derived, (*drawn.names, name)
    )
