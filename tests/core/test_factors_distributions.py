"""Distributions of factors: quantiles against the standard library, rules for ranges, stated ones, pedigree."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.distributions import (
    Empirical,
    Lognormal,
    Normal,
    Pert,
    SplitNormal,
    Triangular,
    Truncated,
    Uniform,
    factor_half_widths,
    has_range,
    of_factor,
    of_range,
    parse_params,
)
from carbon_planner.factors.pedigree import gsd, gsd_squared, matrices, parse_scores
from carbon_planner.factors.records import Factor
from carbon_planner.factors.special import Z95, beta_cdf, beta_quantile, normal_cdf, normal_quantile

TAILS = np.array([0.025, 0.5, 0.975])
GRID = (np.arange(200_000) + 0.5) / 200_000
SHAPES = [
    Normal(3.0, 2.0),
    SplitNormal(3.0, 1.0, 4.0),
    Lognormal(2.0, 1.5),
    Lognormal(-2.0, 1.5),
    Uniform(1.0, 2.0, 6.0),
    Triangular(0.0, 1.0, 4.0),
    Triangular(0.0, 0.0, 4.0),
    Pert(0.0, 1.0, 4.0),
    Pert(2.0, 2.0, 3.0),
    Empirical((3.0, 1.0, 7.0, 4.0)),
    Truncated(Normal(1.0, 1.0), at_least=0.0),
]


def factor(value, low=None, high=None, kind="95", **more):
    return Factor(
        factor_id="f", category="", system="generic", item="i", item_en="", item_zh="", parameter="above", region="",
        value=value, low=low, high=high, range_kind=kind, unit="tC/ha", gas="C", year=2024, source="test",
        confidence="verified", **more,
    )  # fmt: skip


def test_normal_quantile_is_that_of_the_standard_library():
    u = np.array([1e-300, 1e-17, 1e-9, 0.001, 0.024, 0.075, 0.3, 0.5, 0.7, 0.93, 0.99999, 1 - 1e-15])
    expected = [NormalDist().inv_cdf(p) for p in u.tolist()]
    assert normal_quantile(u) == pytest.approx(expected, rel=1e-14, abs=1e-16)
    assert NormalDist().inv_cdf(0.975) == pytest.approx(Z95, rel=1e-15)
    assert normal_cdf(normal_quantile(u)) == pytest.approx(u, rel=1e-12)


def test_beta_has_closed_forms_to_agree_with():
    x = np.linspace(0.0, 1.0, 11)
    assert beta_cdf(x, 1.0, 3.0) == pytest.approx(1 - (1 - x) ** 3, abs=1e-14)
    assert beta_cdf(x, 2.0, 2.0) == pytest.approx(3 * x**2 - 2 * x**3, abs=1e-14)
    u = np.array([1e-12, 0.01, 0.3, 0.5, 0.9, 1 - 1e-9])
    for a, b in ((1.0, 5.0), (5.0, 1.0), (2.6, 3.4), (3.0, 3.0)):
        assert beta_cdf(beta_quantile(u, a, b), a, b) == pytest.approx(u, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: f"{s.name} {s}")
def test_moments_and_distribution_function_follow_from_the_quantiles(shape):
    values = shape.quantile(GRID)
    assert np.all(np.diff(values) >= 0)
    assert shape.mean == pytest.approx(values.mean(), rel=2e-4, abs=2e-4)
    assert shape.sd == pytest.approx(values.std(), rel=2e-3)
    for u in (0.01, 0.2, 0.5, 0.77, 0.999):
        assert shape.cdf(float(shape.quantile(np.array([u]))[0])) == pytest.approx(u, abs=1e-9)
    assert (shape.cdf(-math.inf), shape.cdf(math.inf)) == (0.0, 1.0)


def test_symmetric_95_range_is_normal():
    shape = of_range(10.0, 8.0, 12.0, "95")
    assert shape == Normal(10.0, 2.0 / Z95)
    assert shape.quantile(TAILS) == pytest.approx([8.0, 10.0, 12.0])
    assert of_range(10.0, 8.0, 12.0, "unknown") == shape


def test_geometric_95_range_is_lognormal():
    """Net calorific value of coke oven gas, 38.7 (19.6 to 77.0) TJ/Gg: IPCC 2006 vol. 2 table 1.2."""
    shape = of_range(38.7, 19.6, 77.0, "95")
    assert shape.name == "lognormal"
    assert shape.quantile(TAILS) == pytest.approx([19.6, math.sqrt(19.6 * 77.0), 77.0])
    mirrored = of_range(-38.7, -77.0, -19.6, "95")
    assert mirrored.quantile(TAILS) == pytest.approx([-77.0, -math.sqrt(19.6 * 77.0), -19.6])


def test_other_95_ranges_keep_their_bounds_and_their_median():
    for value, low, high in ((43.0, 41.4, 43.3), (0.004, 0.0, 0.029), (25.0, 10.0, 58.0), (5.0, 5.0, 9.0)):
        shape = of_range(value, low, high, "95")
        assert shape.quantile(TAILS) == pytest.approx([low, value, high], abs=1e-12), (value, low, high)


def test_min_max_is_uniform():
    assert of_range(10.0, 8.0, 12.0, "minmax").quantile(TAILS) == pytest.approx([8.1, 10.0, 11.9])
    skewed = of_range(10.0, 9.0, 13.0, "minmax")
    assert skewed.quantile(np.array([1e-16, 0.25, 0.5, 0.75, 1 - 1e-16])) == pytest.approx([9, 9.5, 10, 11.5, 13])
    assert factor_half_widths(factor(10.0, 9.0, 13.0, "minmax")) == (
        pytest.approx(1.1315857), pytest.approx(3 * 1.1315857, abs=1e-5), True,
    )  # fmt: skip


def test_one_bound_is_half_known_and_no_range_gives_nothing():
    assert factor_half_widths(factor(10.0, None, 12.0)) == (pytest.approx(0.0), pytest.approx(2.0), False)
    assert of_factor(factor(10.0, None, None, "none")) is None
    assert of_factor(factor(None, None, None, "none")) is None
    assert factor_half_widths(factor(10.0, None, None, "none")) == (0.0, 0.0, False)


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("normal", "mean=2; sd=0.1", Normal(2.0, 0.1)),
        ("normal", "sd=0.1", Normal(10.0, 0.1)),
        ("lognormal", "gmean=2;gsd=1.2", Lognormal(2.0, 1.2)),
        ("triangular", "min=1;mode=2;max=4", Triangular(1.0, 2.0, 4.0)),
        ("triangular", "", Triangular(8.0, 10.0, 13.0)),
        ("uniform", "min=1;max=3", Uniform(1.0, 2.0, 3.0)),
        ("PERT", "min=1;mode=2;max=4", Pert(1.0, 2.0, 4.0)),
        ("empirical", "values=1,2 3", Empirical((1.0, 2.0, 3.0))),
        ("normal", "mean=1;sd=1;at_least=0", Truncated(Normal(1.0, 1.0), 0.0)),
    ],
)
def test_stated_distributions(name, params, expected):
    assert of_factor(factor(10.0, 8.0, 13.0, distribution=name, params=params)) == expected
    assert has_range(factor(10.0, distribution=name, params=params, kind="none"))


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("cauchy", "", "DISTRIBUTION_UNKNOWN"),
        ("normal", "mean=2;sd=-1", "DISTRIBUTION_PARAMS"),
        ("lognormal", "gmean=0;gsd=2", "DISTRIBUTION_PARAMS"),
        ("triangular", "min=1;max=3;mode=4", "DISTRIBUTION_PARAMS"),
        ("uniform", "min=3;max=1", "DISTRIBUTION_PARAMS"),
        ("uniform", "min=3", "DISTRIBUTION_PARAMS"),
        ("empirical", "values=1", "DISTRIBUTION_PARAMS"),
        ("normal", "mean two", "PARAMS_BAD"),
        ("normal", "mean=nan;sd=1", "PARAMS_BAD"),
    ],
)
def test_what_does_not_fit_is_refused(name, params, message):
    with pytest.raises(FactorError) as caught:
        of_factor(factor(2.0, distribution=name, params=params, kind="none"))
    assert caught.value.message.id == message
    assert "f" in caught.value.text("zh")


def test_nothing_is_cut_off_unless_the_record_says_so():
    free = of_factor(factor(0.004, 0.0, 0.029))
    assert free.quantile(np.array([0.001]))[0] < 0
    cut = of_factor(factor(0.004, 0.0, 0.029, params="at_least=0"))
    assert cut.quantile(GRID).min() >= 0
    assert cut.cdf(0.0) == 0.0


def test_pert_mean():
    """(min + 4 mode + max)/6."""
    assert Pert(2.0, 3.0, 10.0).mean == pytest.approx((2 + 12 + 10) / 6)
    assert Pert(2.0, 3.0, 10.0).quantile(GRID).mean() == pytest.approx(4.0, abs=1e-4)


def test_lognormal_95_is_gmean_times_gsd_to_the_1_96():
    assert Lognormal(5.0, 1.3).quantile(TAILS) == pytest.approx([5 / 1.3**Z95, 5.0, 5 * 1.3**Z95])


def test_bounded_shapes_give_approach_1_their_variance():
    for shape, value in ((Triangular(0.0, 1.0, 4.0), 1.0), (Pert(0.0, 1.0, 4.0), 1.0), (Uniform(1.0, 2.0, 6.0), 2.0)):
        down, up = shape.half_widths(value)
        about_value = shape.sd**2 + (shape.mean - value) ** 2
        assert (down**2 + up**2) / 2 == pytest.approx(Z95**2 * about_value, rel=1e-4)


def test_pedigree_golden():
    """exp √Σ ln²(f) = 1.1267298 (formulas 4.9): here scores 2, 1, 3, 3, 1 with a basic uncertainty of 1.05."""
    assert gsd_squared([1.05, 1, 1.1, 1.02, 1, 1.05]) == pytest.approx(1.1267298, abs=5e-8)
    assert gsd(parse_scores("2;1;3;3;1"), basic=1.05) ** 2 == pytest.approx(1.1267298, abs=5e-8)
    assert gsd((1, 1, 1, 1, 1)) == 1.0
    assert {name: len(table) for name, table in matrices().items()} == {"ecoinvent2": 5, "ciroth2016": 5}


def test_pedigree_serves_where_no_range_is_stated():
    scored = factor(-4.0, kind="none", pedigree="(2, 1, 3, 3, 1)")
    assert of_factor(scored) == Lognormal(-4.0, gsd((2, 1, 3, 3, 1)))
    assert has_range(scored)
    assert of_factor(replace(scored, low=-5.0, high=-3.0, range_kind="95")) == Normal(-4.0, 1.0 / Z95)
    with pytest.raises(FactorError) as caught:
        parse_scores("2;1;6;3;1")
    assert caught.value.message.id == "PEDIGREE_BAD"


def test_parameters_as_text():
    assert parse_params(" min=1 ; max=2;") == {"min": (1.0,), "max": (2.0,)}
    assert parse_params("") == {}


SHIPPED = ("cq_mixed_0_100cm", "cn_direct", "ipcc_afolu", "energy", "building", "transport_waste_industry")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_range_becomes_a_distribution(name):
    """The value lies within the middle half of its distribution, and Approach 1 has widths where there are bounds."""
    from carbon_planner.factors.store import open_set

    factors = [f for f in open_set(name).factors if f.value is not None]
    for f in factors:
        shape, (down, up, _) = of_factor(f), factor_half_widths(f)
        assert (shape is None) == (f.range_kind == "none" and not f.pedigree), f.factor_id
        if shape is not None:
            low, high = shape.quantile(np.array([0.25, 0.75]))
            assert low - 1e-9 <= f.value <= high + 1e-9, f.factor_id
            assert (down > 1e-12 or up > 1e-12) == (f.low != f.high), f.factor_id
