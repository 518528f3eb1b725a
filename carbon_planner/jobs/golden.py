"""Golden numbers of the field on this installation: published results, computed by the code of the product.

Cases are rows of ``golden.csv``: what is called, with which arguments (JSON; lists become arrays), which part of the
answer is meant, and what must come out.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Callable

import numpy as np

from ..accounting.factor_book import FactorBook
from ..accounting.methods import allocation, buildings, decay, decomposition, growth, ipcc, transport, valuation
from ..accounting.methods.dual_control import dual_control
from ..accounting.phasing import Phases, patterns
from ..accounting.uncertainty import half_widths
from ..analysis.agreement import figure_of_merit, kappa
from ..base.units import CO2_PER_C, parse_unit
from ..factors.distributions import Pert
from ..factors.pedigree import gsd_squared
from ..factors.records import Factor
from ..geometry.area import AreaMethod, areas_m2
from ..geometry.crs import Crs

CASES = Path(__file__).with_name("golden.csv")


@dataclass(frozen=True)
class Case:
    """One published number: section of the reference, texts, expected value, relative tolerance, unit."""

    id: str
    section: str
    call: str
    arguments: tuple[Any, ...]
    part: str
    expected: float
    tolerance: float
    unit: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A case and what this installation gives."""

    case: Case
    found: float

    @property
    def good(self) -> bool:
        """Whether both agree within the tolerance of the case."""
        limit = max(self.case.tolerance, 1e-15)
        return math.isclose(self.found, self.case.expected, rel_tol=limit, abs_tol=limit)


def cases() -> list[Case]:
    """All cases in the order of the reference."""
    with CASES.open(encoding="utf-8", newline="") as handle:
        return [
            Case(
                row["id"], row["section"], row["call"], tuple(json.loads(row["arguments"])), row["part"],
                float(row["expected"]), float(row["tolerance"]), row["unit"], {"en": row["en"], "zh": row["zh"]},
            )
            for row in csv.DictReader(handle)
        ]  # fmt: skip


def answers() -> Iterator[Answer]:
    """Each case with what comes out here."""
    for case in cases():
        given = [np.array(one, dtype=np.float64) if isinstance(one, list) else one for one in case.arguments]
        found = calls()[case.call](*given)
        yield Answer(case, float(np.asarray(found)[int(case.part)] if case.part else found))


@cache
def calls() -> Mapping[str, Callable[..., Any]]:
    """What the cases may call."""
    direct: list[Callable[..., Any]] = [
        valuation.invest_factor, valuation.invest_value, valuation.net_present_value, decay.released_in_year,
        ipcc.soil_carbon, ipcc.soil_change_rate, ipcc.soil_path, ipcc.below_ground_mokany, ipcc.biomass_carbon,
        decay.warmed_rate, growth.two_periods, buildings.renewals, buildings.grid_path, buildings.annualised,
        buildings.operation, transport.distance_travelled, decomposition.logarithmic_mean, decomposition.lmdi,
        decomposition.dynamic_degree, decomposition.cumulative_decline, allocation.printed_parts, kappa,
        co2_per_c, per_ha, added_share, dual_intensity, dual_passes, per_cent_of_product, per_cent_of_sum,
        per_cent_of_copies, pert_mean, plane_over_ellipsoid, figure_of_merit,
    ]  # fmt: skip
    found = {function.__name__: function for function in direct}
    found["gsd_squared"] = lambda factors: gsd_squared(factors.tolist())
    return found


def co2_per_c() -> float:
    """Tonnes of CO2 per tonne of carbon."""
    return CO2_PER_C


def per_ha(unit: str) -> float:
    """Tonnes per hectare of one in a unit."""
    return parse_unit(unit).tonnes_per_ha()


def added_share(start: float, finish: float, first: int, last: int) -> tuple[float, ...]:
    """Share of a change made in each year, by start and finish in decimal years."""
    one = [np.array([value]) for value in (start, finish, math.nan)]
    return patterns(Phases(one[0], one[1], one[2]), first, last)[0][0].added


def dual_intensity(*given: float) -> float:
    """Intensity after a change, as dual control judges it."""
    return float(dual_control(*given[:4], cap=given[4], decline=given[5]).intensity)


def dual_passes(*given: float) -> float:
    """1 where total and intensity both pass."""
    return float(bool(dual_control(*given[:4], cap=given[4], decline=given[5]).passes))


def per_cent_of_product(one: Any, other: Any) -> float:
    """Half-width of a product in per cent; factors are (value, half-width in per cent)."""
    book, amounts = _book(one, other)
    return _per_cent(book, amounts[0].times(amounts[1]))


def per_cent_of_sum(one: Any, other: Any) -> float:
    """Half-width of a sum of independent factors in per cent."""
    book, amounts = _book(one, other)
    return _per_cent(book, amounts[0].plus(amounts[1]))


def per_cent_of_copies(one: Any, count: int) -> float:
    """Half-width of the sum of one factor, used many times."""
    book, amounts = _book(one)
    return _per_cent(book, amounts[0].scaled(float(count)))


def pert_mean(low: float, mode: float, high: float) -> float:
    """Mean of a PERT distribution."""
    return float(Pert(low, mode, high).mean)


def plane_over_ellipsoid(crs: str, lon: float, lat: float) -> float:
    """Planar over ellipsoidal area of a circle of 500 m around a place."""
    import shapely

    grid = Crs.from_text(crs)
    x, y = grid.from_lonlat(lon, lat)
    shape = np.array([shapely.Point(float(x), float(y)).buffer(500)], dtype=object)
    return float(areas_m2(shape, grid, AreaMethod.PLANAR)[0] / areas_m2(shape, grid, AreaMethod.ELLIPSOIDAL)[0])


def _book(*figures: Any) -> tuple[FactorBook, list[Any]]:
    book, amounts = FactorBook(), []
    for number, (value, width) in enumerate((float(v), float(w)) for v, w in figures):
        low, high = value * (1.0 - width / 100.0), value * (1.0 + width / 100.0)
        factor = Factor(
            f"f{number}", "x", "", "x", "", "", "x", "", value, low, high, "95", "1", "", None, "-", "verified"
        )
        amounts.append(book.amount(factor, "selftest@1"))
    return book, amounts


def _per_cent(book: FactorBook, amount: Any) -> float:
    gradient = np.array([amount.gradient.get(i, 0.0) for i in range(len(book.factors))])
    low, high, _ = book.half_widths()
    return 100.0 * float(half_widths(gradient, low, high)[1]) / abs(float(amount.value))
