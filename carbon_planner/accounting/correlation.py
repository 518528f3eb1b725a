"""Correlation groups: factors that err together although they are not the same factor.

A factor with ``rho`` follows its group: in standard normal scores z = ±√|ρ|·g + √(1 − |ρ|)·e, with g common to the
group and e its own (one-factor Gaussian copula). Two members correlate by ±√|ρ₁ρ₂|, so by ρ where both have ρ; ρ = 1
makes them move as one, a negative ρ against the group.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError
from ..factors.records import Factor

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Correlation:
    """Membership of a factor in a group. ``factor`` is its id, or ``set/id`` where two sets share an id."""

    factor: str
    group: str
    rho: float = 1.0


@dataclass(frozen=True)
class Loadings:
    """For each factor its group (−1: none) and loading ±√|ρ|; ``groups`` names the streams of the groups' draws."""

    group: Ints
    loading: Floats
    groups: tuple[str, ...]


def read_correlations(path: Path) -> list[Correlation]:
    """A table with columns ``factor,group,rho`` (CSV, UTF-8).

    Raises :class:`InputError` for a missing column and for what is no correlation.
    """
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [_entry(path.name, row) for row in csv.DictReader(handle)]


def _entry(table: str, row: Mapping[str, Optional[str]]) -> Correlation:
    factor, group = (row.get("factor") or "").strip(), (row.get("group") or "").strip()
    try:
        rho = float(row.get("rho") or 1.0)
    except ValueError:
        rho = math.nan
    if not factor or not group or math.isnan(rho):
        raise InputError("CORRELATION_UNREADABLE", layer=table, row=", ".join(str(v) for v in row.values()))
    return Correlation(factor, group, rho)


def loadings(keys: Sequence[str], correlations: Iterable[Correlation]) -> Loadings:
    """Loadings of factors with the given keys (``set/id``). Versions of one factor share its key and move as one.

    Raises :class:`InputError` for a correlation beyond ±1 and for a factor in two groups.
    """
    group = np.full(len(keys), -1, dtype=np.int64)
    loading = np.zeros(len(keys))
    names: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        places.setdefault(key, []).append(number)
        places.setdefault(key.partition("/")[2], []).append(number)
    for entry in correlations:
        if not abs(entry.rho) <= 1.0:
            raise InputError("CORRELATION_BEYOND_ONE", factor=entry.factor, value=entry.rho)
        for number in places.get(entry.factor, ()):
            if group[number] >= 0:
                raise InputError("CORRELATION_TWICE", factor=entry.factor)
            group[number] = names.setdefault(f"group:{entry.group}", len(names))
            loading[number] = math.copysign(math.sqrt(abs(entry.rho)), entry.rho)
    for key, numbers in places.items():
        if len(numbers) > 1 and key in keys and (group[numbers] < 0).all():
            group[numbers], loading[numbers] = names.setdefault(key, len(names)), 1.0
    return Loadings(group, loading, tuple(names))


def same_series(factors: Sequence[Factor], fset: Sequence[str], rho: float = 1.0) -> list[Correlation]:
    """Groups for figures of one quantity in several years: same set, item, parameter and region."""
    series: dict[tuple[str, ...], list[Factor]] = {}
    for factor, name in zip(factors, fset):
        series.setdefault((name, factor.system, factor.item, factor.parameter, factor.region), []).append(factor)
    return [
        Correlation(f"{key[0].partition('@')[0]}/{factor.factor_id}", "series " + "/".join(key[1:]), rho)
        for key, members in series.items()
        if len(members) > 1
        for factor in members
    ]
