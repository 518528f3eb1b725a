"""Terms of the sectors as functions of their factors: value, gradient and draws agree."""

import numpy as np
import pytest
from sector_cases import ALL, request

from carbon_planner.accounting.factor_book import evaluate_polynomial
from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.phasing import Phases, patterns
from carbon_planner.accounting.sectors import build_sectors
from carbon_planner.base.fields import ledger_fields

SETTINGS = Settings(sectors=ALL, start_year=2025, end_year=2060)
STATED = {
    "floor_area_m2": [np.nan, 5000.0, np.nan], "pv_kw": [100.0, np.nan, np.nan], "it_kw": [np.nan, 50.0, np.nan],
    "street_trees": [30.0, np.nan, np.nan], "ind_gas_m3": [np.nan, np.nan, 1e5], "car_share": [0.2, np.nan, np.nan],
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    """A plan of three zones in phases, with most lines of the tables in it."""
    phases = Phases(np.array([2026.2, np.nan, 2028.0]), np.array([2030.7, np.nan, 2031.0]), np.full(3, np.nan))
    found, of = patterns(phases, SETTINGS.start_year, SETTINGS.end_year)
    rows = [(0, "0101", 3.0), (0, "0701", 1.0), (1, "0301", 2.0), (2, "1001", 2.0)]
    base = {"ind_gas_m3": [np.nan, np.nan, 2e5]}
    plan = ["0701/0901(7:3)", "0902", "1001"]
    asked = request(plan, rows, settings=SETTINGS, quantities=STATED, base_quantities=base, patterns=found,
                    pattern_of_zone=of)  # fmt: skip
    return asked, build_sectors(asked)


def test_draws_at_the_values_give_the_values(made):
    asked, part = made
    values = asked.book.values()[None, :]
    derived = asked.book.draw_quantities(values)
    assert len(part.terms) > 300
    for term in part.terms:
        drawn = evaluate_polynomial(term.amount, values, derived)[0]
        assert drawn == pytest.approx(term.amount.value, rel=1e-9, abs=1e-12), term.item


def test_gradients_are_those_of_the_draws(made):
    """Each derivative against a central difference over the draws."""
    asked, part = made
    values = asked.book.values()
    for number in range(len(values)):
        step = 1e-4 * max(abs(values[number]), 1e-3)
        points = np.stack([values, values])
        points[0, number] -= step
        points[1, number] += step
        derived = asked.book.draw_quantities(points)
        for term in part.terms[:: 1 + len(part.terms) // 60]:
            low, high = evaluate_polynomial(term.amount, points, derived)
            slope = term.amount.gradient.get(number, 0.0)
            scale = abs(term.amount.value) / max(abs(values[number]), 1e-9)
            assert (high - low) / (2 * step) == pytest.approx(slope, rel=1e-4, abs=1e-5 * scale + 1e-15), term.item


def test_scaling_all_emission_factors_scales_the_sector(made):
    """4.13: a term that is linear in a factor doubles with it; one that does not use it stays."""
    asked, part = made
    grid = next(n for n, f in enumerate(asked.book.factors) if f.factor_id == "grid_2023_cn_cq")
    values = np.stack([asked.book.values()] * 2)
    values[1, grid] *= 2.0
    derived = asked.book.draw_quantities(values)
    for term in part.terms:
        one, two = evaluate_polynomial(term.amount, values, derived)
        assert two == pytest.approx(2 * one if grid in term.amount.gradient else one, rel=1e-12)


def test_keys_of_terms_are_unique(made):
    from carbon_planner.accounting.ledger import check_keys

    check_keys(made[1].terms)


def test_unused_factors_are_not_in_the_book(made):
    asked, part = made
    used = {n for term in part.terms for n in term.amount.gradient}
    assert {f.factor_id for n, f in enumerate(asked.book.factors) if n not in used} == set()


def test_each_term_says_what_it_is(made):
    widths = {field.name: field.width for field in ledger_fields()}
    for term in made[1].terms:
        assert len(made[0].book.ids(term.amount)) <= widths["factor_id"], term.item
        assert len(term.fset) <= widths["fset"], term.fset
        assert term.category in ALL
        assert term.scope in ("1", "2", "3")
        assert term.stage in ("baseline", "plan", "committed", "avoided", "displaced")
        assert term.yr_from <= term.yr_to
        assert len(term.method) <= widths["method"]
        assert len(term.item) <= widths["item"]
        assert term.fset or not term.amount.gradient
        assert (term.gas == "CO2e") == (term.mass is None)
        assert term.net in (-1, 0, 1)
        assert term.net == 0 or "INFO" not in term.flags
