"""The answer to "which factor serves here": its parts, their weights, and the reasons, for and against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..base.messages import Message, message
from .candidates import CONFIDENCE_TEXTS, Query, Rejected
from .records import Factor
from .series import YEAR_BEFORE, YEAR_BETWEEN, YEAR_FROZEN, published

PARENT_FACTOR = "PARENT_FACTOR"
SERIES_FALLBACK = "SERIES_FALLBACK"
REGION_PROXY = "REGION_PROXY"
NOT_ESTIMATED = "NOT_ESTIMATED"
OVERRIDDEN = "OVERRIDDEN"
PATH_ASSUMED = "PATH_ASSUMED"
FLAGS = (
    PARENT_FACTOR, SERIES_FALLBACK, REGION_PROXY, NOT_ESTIMATED, OVERRIDDEN, PATH_ASSUMED, YEAR_FROZEN, YEAR_BEFORE,
    YEAR_BETWEEN,
)  # fmt: skip
Part = tuple[Factor, str, float]


@dataclass(frozen=True)
class Resolved:
    """The factor that serves, as parts (factor, reference of its set, weight).

    The value is the weighted sum of the parts, so a coefficient stays linear in the factors. Weights sum to 1, except
    where a path that the user assumes scales a factor (flag ``PATH_ASSUMED``). ``tried`` are the keys or classes that
    were asked in vain before ``key`` served; ``where`` is the region that served, ``series`` the series, ``rule`` the
    interpolation rule; ``remarks`` are sentences about assumptions and overrides.
    """

    parts: tuple[Part, ...]
    query: Query
    key: str
    where: str = ""
    series: str = ""
    rule: str = ""
    flags: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    remarks: tuple[Message, ...] = ()

    @property
    def value(self) -> float | None:
        """The figure in the unit of the factors; None where it is not estimated."""
        values = [(factor.value, weight) for factor, _, weight in self.parts]
        if any(value is None for value, _ in values):
            return None
        return math.fsum(value * weight for value, weight in values if value is not None)

    @property
    def unit(self) -> str:
        """Unit of the figure."""
        return self.factor.unit

    @property
    def factor(self) -> Factor:
        """The factor with the greatest weight, the first of equals."""
        return max(self.parts, key=lambda part: part[2])[0]

    @property
    def fset(self) -> str:
        """Reference of the set of :attr:`factor`."""
        return max(self.parts, key=lambda part: part[2])[1]

    def explain(self) -> list[Message]:
        """Why this figure: what serves, what was tried, what was assumed, and each rejected factor with its reason."""
        lines = [_served(part) for part in self.parts]
        if self.tried:
            lines.append(message("RESOLVED_AFTER", key=self.key, tried=", ".join(self.tried)))
        if self.series:
            lines.append(message("RESOLVED_SERIES", series=self.series))
        lines += [_flag_text(self, flag) for flag in self.flags if flag in _FLAG_TEXTS]
        lines += self.remarks
        lines += [
            message("RESOLVED_REJECTED", factor=r.factor.factor_id, set=r.fset or "-", reason=r.reason)
            for r in self.rejected
        ]
        return lines


_FLAG_TEXTS = {
    YEAR_FROZEN: "RESOLVED_FROZEN",
    YEAR_BEFORE: "RESOLVED_BEFORE",
    YEAR_BETWEEN: "RESOLVED_BETWEEN",
    SERIES_FALLBACK: "RESOLVED_SERIES_FALLBACK",
    REGION_PROXY: "RESOLVED_PROXY",
}


def _served(part: Part) -> Message:
    factor, fset, weight = part
    params = {
        "factor": factor.factor_id, "set": fset, "value": "-" if factor.value is None else factor.value,
        "unit": factor.unit, "region": factor.region or "-", "year": published(factor) or "-",
        "confidence": message(CONFIDENCE_TEXTS[factor.confidence]), "source": factor.source,
    }  # fmt: skip
    if factor.value is None:
        return message("RESOLVED_NOT_ESTIMATED", notes=factor.notes or "-", **params)
    if weight == 1.0:
        return message("RESOLVED_BY", **params)
    return message("RESOLVED_PART", weight=f"{weight:.4g}", **params)


def _flag_text(found: Resolved, flag: str) -> Message:
    years = _years(found.parts)
    return message(
        _FLAG_TEXTS[flag], year=found.query.year or "-", years=years, rule=found.rule or "-",
        series=found.series or "-", region=found.factor.region, asked=found.query.region,
    )  # fmt: skip


def _years(parts: Sequence[Part]) -> str:
    return ", ".join(str(published(factor) or "-") for factor, _, _ in parts)
