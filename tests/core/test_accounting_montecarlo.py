"""Monte Carlo: the same bits however it is computed, and the right distributions."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertainty_cases import activities, factor, groups, one_total, random_plan, term

from carbon_planner.accounting import monomials as monomials_module
from carbon_planner.accounting import montecarlo
from carbon_planner.accounting.amounts import Amount
from carbon_planner.accounting.draws import draw, key_of, uniforms
from carbon_planner.accounting.exact_product import exponents, multiply, stacked, width_of
from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.model import Model
from carbon_planner.accounting.monomials import monomials
from carbon_planner.accounting.montecarlo import simulate
from carbon_planner.base.errors import Cancelled, SettingsError
from carbon_planner.base.feedback import Silent
from carbon_planner.factors.special import Z95

REPOSITORY = Path(__file__).resolve().parents[2]
FIGURES = ("mean", "sd", "low", "high")


def bits(simulation):
    return {name: getattr(simulation, name).tolist() for name in FIGURES}


def picked(simulation, places):
    return {name: getattr(simulation, name)[places].tolist() for name in FIGURES}


# --- streams


def test_streams_are_what_they_were():
    """Golden: a change here changes every simulation that was ever published."""
    assert uniforms(1, "set/a", 4).tolist() == [
        0.3048590602534892, 0.698834391902608, 0.9780903140793161, 0.37737054426690964,
    ]  # fmt: skip
    assert key_of(factor("a", 1.0), "set@3#0123456789ab") == "set/a"


def test_streams_are_independent_of_count_and_of_each_other():
    long, short = uniforms(7, "set/a", 20_000), uniforms(7, "set/a", 500)
    assert long[:500].tolist() == short.tolist()
    for other in (uniforms(8, "set/a", 20_000), uniforms(7, "set/b", 20_000)):
        assert abs(np.corrcoef(long, other)[0, 1]) < 0.03
    assert long.min() > 0 and long.max() < 1
    assert long.mean() == pytest.approx(0.5, abs=0.01)
    assert long.var() == pytest.approx(1 / 12, abs=0.002)


def test_other_samplings():
    latin = uniforms(7, "set/a", 1000, "latin")
    assert sorted(np.floor(latin * 1000).astype(int).tolist()) == list(range(1000))
    mirrored = uniforms(7, "set/a", 999, "antithetic")
    assert (mirrored[:499] + mirrored[500:]).tolist() == pytest.approx([1.0] * 499)


# --- exact products


def test_products_are_exact_for_numbers_that_fit():
    rng = np.random.default_rng(0)
    left = rng.integers(-(2**30), 2**30, (7, 90)).astype(float)
    right = rng.integers(-(2**30), 2**30, (90, 33)).astype(float) * 2.0 ** rng.integers(-9, 9, (90, 1))
    exact = [[sum(int(a * 512) * int(b * 512) for a, b in zip(row, col)) for col in right.T] for row in left]
    exponent = exponents(np.abs(right).max(axis=1))
    got = multiply(left, stacked(right, exponent, 21), exponent, 21)
    error = np.abs(got - np.array(exact, dtype=float) / 512**2)
    largest = (np.abs(left) * np.abs(right).max(axis=1)).max(axis=1)
    assert (error <= 90 * 2.0**-42 * largest[:, None]).all()


@pytest.mark.parametrize("count", [1, 2048, 2049, 5000])
def test_products_do_not_depend_on_blocks_or_order(count):
    rng = np.random.default_rng(count)
    left = rng.normal(size=(6, count)) * 10.0 ** rng.uniform(-6, 6, count)
    right = rng.normal(size=(count, 50)) * 10.0 ** rng.uniform(-6, 6, (count, 1))
    exponent, width = exponents(np.abs(right).max(axis=1)), width_of(count)
    whole = multiply(left, stacked(right, exponent, width), exponent, width)
    order = rng.permutation(count)
    shuffled = multiply(
        left[:, order], np.asfortranarray(stacked(right[order], exponent[order], width)), exponent[order], width
    )
    assert (shuffled == whole).all()
    for row in range(6):
        for part in (slice(0, 1), slice(13, 31), slice(0, 50)):
            alone = multiply(left[row : row + 1], stacked(right[:, part], exponent, width), exponent, width)
            assert (alone == whole[row : row + 1, part]).all()
    largest = (np.abs(left) * np.abs(right).max(axis=1)).max(axis=1)
    plain = left.astype(np.longdouble) @ right.astype(np.longdouble)
    assert (np.abs(whole - plain) <= count * 2.0 ** (-2 * width) * largest[:, None]).all()


# --- the same bits


def test_bits_do_not_depend_on_blocks_workers_or_memory(monkeypatch):
    model, zones = random_plan(1).model()
    expected = bits(simulate(model, zones, 700, 3))
    assert bits(simulate(model, zones, 700, 3, workers=3)) == expected
    for block, part in ((1, 1), (8 * 700 * 2, 50), (8 * 700 * 1000, 1 << 19)):
        monkeypatch.setattr(montecarlo, "BLOCK_BYTES", block)
        monkeypatch.setattr(montecarlo, "PART", part)
        assert bits(simulate(model, zones, 700, 3)) == expected, (block, part)
    monkeypatch.setattr(monomials_module, "KEPT_BYTES", 0)
    assert bits(simulate(model, zones, 700, 3)) == expected


def test_bits_do_not_depend_on_other_zones():
    plan = random_plan(2)
    model, zones = plan.model()
    whole = simulate(model, zones, 500, 3)
    for chosen in ([5], [7, 3, 41], list(range(59, -1, -1))):
        some, few = plan.model(zones=chosen)
        assert bits(simulate(some, few, 500, 3)) == picked(whole, chosen)


def test_bits_do_not_depend_on_any_order_nor_on_unused_factors():
    plan = random_plan(3)
    expected = bits(simulate(*plan.model(), 500, 3))
    rng = np.random.default_rng(1)
    shuffled = [str(name) for name in rng.permutation(list(plan.factors))]
    assert bits(simulate(*plan.model(factor_order=shuffled), 500, 3)) == expected
    assert bits(simulate(*plan.model(entry_order=rng), 500, 3)) == expected
    assert bits(simulate(*plan.model(factor_order=shuffled, entry_order=rng, extra=5), 500, 3)) == expected


def test_totals_do_not_depend_on_the_order_of_zones():
    plan = random_plan(4)
    order = list(np.random.default_rng(0).permutation(60))
    (model, zones), (other, _) = plan.model(), plan.model(zones=order)
    total = simulate(model, groups(np.zeros(60), 1), 500, 3, keep=True)
    again = simulate(other, groups(np.zeros(60), 1), 500, 3, keep=True)
    assert (total.values == again.values).all()
    each = simulate(model, zones, 500, 3, keep=True)
    assert each.values.sum(axis=0) == pytest.approx(total.values[0], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_bits_do_not_depend_on_threads_of_the_blas(threads):
    script = (
        "import sys; sys.path[:0] = ['tests/core', '.']\n"
        "import hashlib\nfrom uncertainty_cases import random_plan\n"
        "from carbon_planner.accounting.montecarlo import simulate\n"
        "s = simulate(*random_plan(5, 80, 120, 300).model(), 2000, 3)\n"
        "print(hashlib.sha256(b''.join(v.tobytes() for v in (s.mean, s.sd, s.low, s.high))).hexdigest())\n"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    model, zones = random_plan(5, 80, 120, 300).model()
    mine = simulate(model, zones, 2000, 3)
    import hashlib

    assert (
        told.stdout.strip()
        == hashlib.sha256(b"".join(v.tobytes() for v in (mine.mean, mine.sd, mine.low, mine.high))).hexdigest()
    )


# --- distributions


def test_linear_model_has_the_moments_and_quantiles_of_its_formula():
    """Normal factors: mean Σ a·v, sd √Σ (a·s)², interval ±1.96 sd; and Approach 1 says the same."""
    book = FactorBook()
    first = book.amount(factor("a", 100.0, 80.0, 120.0), "s", 1.0)
    second = book.amount(factor("b", 50.0, 30.0, 70.0), "s", 1.0)
    model, whole = one_total(book, [term(0, first), term(1, second)], (1.0, 1.0))
    found = simulate(model, whole, 100_000, 11)
    sd = np.hypot(20 / Z95, 20 / Z95)
    assert found.mean[0] == pytest.approx(150.0, abs=4 * sd / np.sqrt(100_000))
    assert found.sd[0] == pytest.approx(sd, rel=0.01)
    assert 100 * found.half_width[0] / 150 == pytest.approx(18.8562, rel=0.01)  # formulas 4.9
    assert found.cv[0] == pytest.approx(sd / 150, rel=0.01)
    assert found.method == "MC n=100000 seed=11"


def test_product_of_factors():
    """Independent product: mean v·w, variance v²t² + w²s² + s²t²."""
    book = FactorBook()
    product = book.amount(factor("a", 2.0, 1.0, 3.0), "s", 1.0).times(book.amount(factor("b", 3.0, 1.0, 5.0), "s", 1.0))
    found = simulate(*one_total(book, [term(0, product)]), 200_000, 5)
    s, t = 1 / Z95, 2 / Z95
    assert found.mean[0] == pytest.approx(6.0, rel=0.005)
    assert found.sd[0] == pytest.approx(np.sqrt(4 * t**2 + 9 * s**2 + s**2 * t**2), rel=0.01)


@given(st.integers(0, 10_000), st.floats(0.01, 100.0))
@settings(max_examples=25, deadline=None)
def test_invariants_on_random_plans(seed, scale):
    plan = random_plan(seed, 12, 15, 10)
    model, zones = plan.model()
    base = simulate(model, zones, 200, 1)
    bigger = Model(
        activities(model.activities.row, model.activities.col, model.activities.qty * scale, 15),
        model.terms, model.book, "stock",
    )  # fmt: skip
    scaled = simulate(bigger, zones, 200, 1)
    # Products round at 10⁻¹² of a zone's largest term (here below 10⁹ tonnes).
    for name in FIGURES:
        assert getattr(scaled, name) == pytest.approx(scale * getattr(base, name), rel=1e-9, abs=1e-2 * 1e-3 * scale)
    mirrored = [term(t.column, t.amount.scaled(-1.0), t.net) for t in model.terms]
    opposite = simulate(Model(model.activities, mirrored, model.book, "stock"), zones, 200, 1)
    assert (opposite.mean == -base.mean).all()
    assert opposite.low == pytest.approx(-base.high, rel=1e-12)


@pytest.mark.parametrize("scale", [0.5, 3.0, 1e-3])
def test_scaling_all_factors_scales_results(scale):
    plan = random_plan(12, 20, 20, 30)
    plan.columns = [(names[:1], by, net) for names, by, net in plan.columns]
    base = simulate(*plan.model(), 500, 1)
    plan.factors = {
        n: replace(f, value=f.value * scale, low=f.low * scale, high=f.high * scale) for n, f in plan.factors.items()
    }
    scaled = simulate(*plan.model(), 500, 1)
    largest = max(np.abs(base.low).max(), np.abs(base.high).max())
    for name in FIGURES:
        assert getattr(scaled, name) == pytest.approx(
            scale * getattr(base, name), rel=1e-9, abs=1e-12 * scale * largest
        )


def test_splitting_a_zone_never_changes_the_total():
    plan = random_plan(13)
    whole = simulate(plan.model()[0], groups(np.zeros(60), 1), 500, 1)
    plan.zones = [[(c, q * share) for c, q in zone] for zone in plan.zones for share in (0.3, 0.7)]
    parts = simulate(plan.model()[0], groups(np.zeros(120), 1), 500, 1)
    for name in FIGURES:
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-9)


def test_mean_of_linear_models_is_that_of_the_expected_factors():
    """The deterministic figure where distributions are symmetric, else the figure of the factors' means."""
    plan = random_plan(9, 20, 20, 30)
    plan.columns = [(names[:1], scale, net) for names, scale, net in plan.columns]
    model, zones = plan.model()
    found = simulate(model, zones, 20_000, 2, sampling="latin")
    drawn = found.draws.factors.mean(axis=1)
    vector = model.coefficient(lambda t: t.net * sum(g * drawn[f] for f, g in t.amount.gradient.items()))
    assert found.mean == pytest.approx(model.total(vector, zones), rel=1e-9, abs=1e-6)
    from carbon_planner.factors.distributions import of_factor

    expected = np.array([of_factor(f).mean for f in model.book.factors])
    vector = model.coefficient(lambda t: t.net * sum(g * expected[f] for f, g in t.amount.gradient.items()))
    assert np.abs(found.mean - model.total(vector, zones)).max() < 2e-4 * np.abs(found.sd).max()


def test_what_does_not_change_has_no_interval():
    """A → A gives 0 ± 0: netted per factor before anything is drawn."""
    book = FactorBook()
    amount = book.amount(factor("a", 10.0, 8.0, 12.0), "s", 1.0)
    model, whole = one_total(book, [term(0, amount), term(0, amount, -1)])
    found = simulate(model, whole, 100, 1)
    assert [getattr(found, name)[0] for name in FIGURES] == [0.0] * 4
    assert monomials(model.terms, 1).keys == ()


def test_constants_and_factors_without_a_range_do_not_scatter():
    book = FactorBook()
    bare = book.amount(factor("a", 0.1, None, None, "none"), "s", 1.0)
    found = simulate(*one_total(book, [term(0, bare.plus(Amount.constant(3.0)))], (7.0,)), 100, 1)
    assert found.mean[0] == pytest.approx(21.7, rel=1e-12)
    assert found.sd[0] == 0.0
    assert found.low[0] == found.high[0]


def test_groups_without_activities_are_nought():
    book = FactorBook()
    model, _ = one_total(book, [term(0, book.amount(factor("a", 1.0, 0.0, 2.0), "s", 1.0))])
    found = simulate(model, groups([1], 3), 100, 1)
    assert found.sd[[0, 2]].tolist() == [0.0, 0.0]
    assert found.sd[1] > 0


def test_derived_quantities_are_evaluated_per_draw():
    book = FactorBook()
    top, bottom = (book.amount(factor(n, v, v - 1, v + 1), "s", 1.0) for n, v in (("t", 10.0), ("b", 5.0)))
    quotient = book.function("share", [top, bottom], lambda x: x[0] / x[1])
    model, whole = one_total(book, [term(0, quotient.times(top))], (2.0,))
    found = simulate(model, whole, 5000, 1, keep=True)
    t, b = found.draws.factors
    assert found.values[0] == pytest.approx(2 * t * t / b, rel=1e-9)
    assert model.book.draw_quantities(found.draws.factors.T)[:, 0] == pytest.approx(found.draws.derived[0])


def test_draws_that_are_not_finite_leave_the_interval_null():
    book = FactorBook()
    bottom = book.amount(factor("b", 1.0, 0.0, 2.0), "s", 1.0)
    wild = book.function("log", [bottom], lambda x: np.log(x[0]))
    fine = book.amount(factor("c", 1.0, 0.0, 2.0), "s", 1.0)
    model = Model(activities([0, 1], [0, 1], [1.0, 1.0], 2), [term(0, wild), term(1, fine)], book, "stock")
    found = simulate(model, groups([0, 1]), 1000, 1)
    assert np.isnan(found.mean[0]) and np.isnan(found.low[0])
    assert found.mean[1] == pytest.approx(1.0, abs=0.1)


def test_weights_choose_terms():
    book = FactorBook()
    terms = [
        term(0, book.amount(factor("a", 10.0, 9.0, 11.0), "s", 1.0)),
        term(0, book.amount(factor("b", 5.0, 4.0, 6.0), "s", 1.0), category="transport"),
    ]
    model, whole = one_total(book, terms)
    drawn = draw(book, 2000, 1)
    all_of_it = simulate(model, whole, drawn, keep=True)
    parts = [
        simulate(model, whole, drawn, where=lambda t, c=c: t.net * (t.category == c), keep=True)
        for c in ("land_stock", "transport")
    ]
    assert parts[0].values + parts[1].values == pytest.approx(all_of_it.values, rel=1e-9)
    assert parts[1].mean[0] == pytest.approx(5.0, abs=0.1)


# --- limits


def test_what_cannot_be_is_refused():
    model, zones = random_plan(1, 3, 3, 3).model()
    for wrong in ({"draws": 1}, {"draws": 10**7}, {"sampling": "sobol"}):
        with pytest.raises(SettingsError):
            simulate(model, zones, **{"draws": 10, **wrong})


def test_a_cancel_is_answered():
    class Stop(Silent):
        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        simulate(*random_plan(1, 3, 3, 3).model(), 100, 1, feedback=Stop())
