"""Pedigree scores to a geometric standard deviation, as life-cycle databases do.

Each of five indicators has a score from 1 (best) to 5, each score an uncertainty factor; they combine as
GSD² = exp √Σ ln²(f). GSD² is the factor by which a lognormal figure may be too high or too low at 95 %.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ..base.errors import FactorError

_FILE = Path(__file__).with_name("pedigree.csv")
DEFAULT_MATRIX = "ecoinvent2"
INDICATORS = (
    "reliability",
    "completeness",
    "temporal correlation",
    "geographical correlation",
    "further technological correlation",
)
_SCORES = re.compile(r"[1-5](?:\s*[;,/|\s]\s*[1-5]){4}")


@lru_cache(maxsize=1)
def matrices() -> dict[str, dict[str, tuple[float, ...]]]:
    """Uncertainty factors {matrix: {indicator: factors of scores 1–5}}; sources stand in ``pedigree.csv``."""
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            factors = tuple(float(row[f"score{score}"]) for score in range(1, 6))
            found.setdefault(row["matrix"], {})[row["indicator"]] = factors
    return found


def parse_scores(text: str) -> tuple[int, ...]:
    """Five scores from text such as ``2;1;3;3;1`` in the order of :data:`INDICATORS`.

    Raises :class:`FactorError` for anything else.
    """
    clean = text.strip().strip("()[]")
    if not _SCORES.fullmatch(clean):
        raise FactorError("PEDIGREE_BAD", value=text)
    return tuple(int(score) for score in re.findall(r"[1-5]", clean))


def gsd_squared(factors: Iterable[float]) -> float:
    """GSD² of uncertainty factors: exp √Σ ln²(f)."""
    return math.exp(math.sqrt(math.fsum(math.log(f) ** 2 for f in factors)))


def gsd(scores: Iterable[int], *, basic: float = 1.0, matrix: str = DEFAULT_MATRIX) -> float:
    """Geometric standard deviation of five scores and a basic uncertainty factor: the root of GSD²."""
    table = matrices()[matrix]
    factors = [table[name][score - 1] for name, score in zip(INDICATORS, scores)]
    return math.sqrt(gsd_squared([basic, *factors]))
