"""How the report writes figures: digits by uncertainty, words for what is unknown, never nan or a false 0."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon_planner.report.numbers import MINUS, Numbers, place_of

EN, ZH = Numbers("en", "not evaluated"), Numbers("zh", "未评估")


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (575.1166666667, None, None, "575"),
        (575.1166666667, 363.0, 787.0, "580"),  # ± 212: tens
        (575.1166666667, 573.0, 577.0, "575.1"),  # ± 2.0: tenths
        (1234567.0, 1.0e6, 1.4e6, "1,230,000"),
        (-8433.3333, None, None, f"{MINUS}8,430"),
        (-8433.3333, -9000.0, -7900.0, f"{MINUS}8,430"),
        (3.2, -500.0, 500.0, "3.2"),  # small against its interval, and still not 0
        (0.0, -5.0, 5.0, "0.0"),
        (0.0, None, None, "0"),
        (-0.0, None, None, "0"),
        (9.996, None, None, "10.0"),
        (0.00012345, None, None, "0.000123"),
    ],
)
def test_digits_follow_the_interval(value, low, high, text):
    assert EN.quantity(value, low, high).text == text


@pytest.mark.parametrize("unknown", [None, math.nan, np.nan, pd.NA, math.inf, -math.inf, "?", np.float64("nan")])
def test_unknown_is_said_in_words(unknown):
    for numbers, words in ((EN, "not evaluated"), (ZH, "未评估")):
        for name in ("quantity", "stock", "area", "percent", "count", "factor", "scientific"):
            shown = getattr(numbers, name)(unknown)
            assert (shown.text, shown.null) == (words, True)
        assert numbers.with_unit(numbers.quantity(unknown), "tCO2e").text == words
        assert numbers.interval(unknown, 3.0).null
        assert numbers.column([unknown, 5.0])[0].text == words


def test_interval_shares_the_place_of_its_value():
    assert EN.interval(363.2, 787.4).text == "360 to 790"
    assert ZH.interval(-1.234, 0.5).text == f"{MINUS}1.23 至 0.50"


def test_coinciding_bounds_are_no_interval_unless_nothing_changes():
    assert EN.interval(5.0, 5.0).null
    assert EN.interval(0.0, 0.0).text == "0"


def test_column_has_one_place_and_keeps_small_figures():
    shown = [s.text for s in EN.column([3648.2, -37.33, 0.0, None, 0.412])]
    assert shown == ["3,648", f"{MINUS}37", "0", "not evaluated", "0.41"]
    assert [s.text for s in EN.column([])] == []


def test_areas_percent_counts_and_units():
    assert EN.area(12964.7659).text == "12,964.77"
    assert EN.area(0.0).text == "0"
    assert EN.area(0.0001234).text == "0.00012"
    assert EN.percent(0.28).text == "28\u00a0%"
    assert ZH.percent(0.28).text == "28%"
    assert EN.percent(0.001).text == "<1\u00a0%"
    assert EN.percent(0.9996).text == ">99\u00a0%"
    assert EN.percent(0.0).text == "0\u00a0%"
    assert EN.percent(1.0).text == "100\u00a0%"
    assert EN.count(5000).text == "5,000"
    assert EN.unit("tCO2e/(ha·yr)") == "tCO₂e/(ha·yr)"
    assert ZH.unit("kgCO2/(m2·yr)") == "kgCO₂/(m²·a)"
    assert EN.years(2026, 2060) == "2026–2060"
    assert ZH.years(2026, 2060) == "2026—2060"
    assert EN.years(2026, 2026) == "2026"


def test_factor_keeps_the_digits_of_its_source():
    assert EN.factor(91.8).text == "91.8"
    assert EN.factor(-0.644).text == f"{MINUS}0.644"
    assert EN.factor(0.0).text == "0"
    assert EN.factor(0.1 + 0.2).text == "0.3"
    assert EN.factor(3.2e-7).text == "3.2e-07"


def test_scientific():
    assert EN.scientific(1.5977e-11).text == "1.6\u00a0×\u00a010⁻¹¹"
    assert EN.scientific(0.0).text == "0"


@pytest.mark.parametrize("value", [1e-9, 0.0999, 0.1, 0.999, 1.0, 9.95, 99.96, 1e3, 123456.0, 1e12])
def test_place_gives_the_number_of_digits(value):
    place = place_of(value, 3)
    assert 100 <= round(value / 10.0**place) <= 999


@pytest.mark.parametrize(
    ("unit", "english", "chinese"),
    [
        ("tCO2e/(person·yr)", "tCO₂e/(person·yr)", "tCO₂e/(人·a)"),
        ("tCO2e/10^4yuan", "tCO₂e/10⁴\u00a0yuan", "tCO₂e/万元"),
        ("tCO2/10^4Nm3", "tCO₂/10⁴\u00a0Nm³", "tCO₂/10⁴\u00a0Nm³"),
        ("kWh/(m2·yr)", "kWh/(m²·yr)", "kWh/(m²·a)"),
        ("m3/(household·yr)", "m³/(household·yr)", "m³/(户·a)"),
        ("vkm/yr", "vkm/yr", "vkm/a"),
    ],
)
def test_units_as_they_are_printed(unit, english, chinese):
    assert EN.unit(unit) == english
    assert ZH.unit(unit) == chinese


def test_what_is_left_of_rounding_is_nought():
    assert EN.quantity(3e-14, -2e-13, 4e-13).text == "0"
    assert EN.interval(-2e-13, 4e-13).text == "0"
    assert EN.quantity(3e-14, -5.0, 5.0).text == "0.0"
    assert EN.with_unit(EN.quantity(0.35), "").text == "0.350"
