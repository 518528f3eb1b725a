"""Formulas of the rule tables: what is read, what is refused, and units."""

import numpy as np
import pytest

from carbon_planner.accounting.sectors.dimensions import dimension, to_gas, unit_of
from carbon_planner.accounting.sectors.grammar import FormulaError, fold, names, parse, power_of
from carbon_planner.base.units import CO2_PER_C


class Plain:
    """Numbers as numbers."""

    def __init__(self, **values):
        self.values = values

    def number(self, value):
        return value

    def name(self, text):
        return self.values[text]

    def add(self, left, right):
        return left + right

    def subtract(self, left, right):
        return left - right

    def multiply(self, left, right):
        return left * right

    def divide(self, left, right):
        return left / right


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14.0),
        ("(2 + 3) * 4", 20.0),
        ("20 / 4 / 5", 1.0),
        ("2 - 3 - 4", -5.0),
        ("-2 * -3", 6.0),
        ("-(1 + a) * .5", -2.0),
        ("1e3 * a", 3000.0),
        ("a * (1 - b) / c", 3.0 * 0.75 / 2.0),
    ],
)
def test_values(text, value):
    assert fold(parse(text), Plain(a=3.0, b=0.25, c=2.0)) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "msg_id"),
    [
        ("", "FORMULA_EMPTY"),
        ("  ", "FORMULA_EMPTY"),
        ("a b", "FORMULA_SIGN"),
        ("a +", "FORMULA_ENDS"),
        ("(a", "FORMULA_UNCLOSED"),
        ("a)", "FORMULA_SIGN"),
        ("* a", "FORMULA_SIGN"),
        ("a ** 2", "FORMULA_SIGN"),
        ("f(a)", "FORMULA_SIGN"),
        ("a; b", "FORMULA_SIGN"),
        ("1e999", "FORMULA_SIGN"),
        ("a[0]", "FORMULA_SIGN"),
        ("__import__('os')", "FORMULA_SIGN"),
        ("(" * 40 + "a" + ")" * 40, "FORMULA_TOO_DEEP"),
        ("a+" * 300 + "a", "FORMULA_TOO_LONG"),
    ],
)
def test_refusals(text, msg_id):
    with pytest.raises(FormulaError) as error:
        parse(text)
    assert error.value.message.id == msg_id
    assert error.value.text("zh") != error.value.text("en")


def test_ten_thousand_strings_raise_nothing_but_the_typed_error():
    """Random strings of likely and unlikely characters: parsed or refused, never anything else."""
    rng = np.random.default_rng(20260501)
    words = ["floor_area_m2", "1e5", "grid", "**", "//", "\u3000", "é", "\n", "\x00", "％", "))", "(("]
    likely = [*"ab1.2+-*/() ", *words]
    parsed = 0
    for length in rng.integers(0, 24, 10_000):
        text = "".join(rng.choice(likely, int(length)))
        try:
            node = parse(text)
        except FormulaError:
            continue
        parsed += 1
        assert all(name.isidentifier() for name in names(node))
        try:
            value = fold(node, Plain(**dict.fromkeys(names(node), 1.0)))
        except ZeroDivisionError:
            continue
        assert isinstance(value, float)
    assert parsed > 200


def test_which_names_may_be_taken_out():
    node = parse("trips * share / size * (1 - ev) * grid")
    assert [power_of(node, n) for n in ("trips", "size", "ev", "grid", "x")] == [1, -1, None, 1, 0]
    assert power_of(parse("a * a"), "a") == 2
    assert power_of(parse("1 / (b / a)"), "a") == 1


@pytest.mark.parametrize(
    ("unit", "scale", "powers"),
    [
        ("kWh/(m2·yr)", 0.0036, (("GJ", 1), ("m2", -1), ("yr", -1))),
        ("tCO2/10^4Nm3", 1e-4, (("m3", -1), ("t CO2", 1))),
        ("kgCO2/(m2 crown·yr)", 1e-3, (("m2 crown", -1), ("t CO2", 1), ("yr", -1))),
        ("kgCH4/t wet", 1e-3, (("t", -1), ("t CH4", 1))),
        ("kgN2O-N/kgN", 1.0, ()),
        ("%", 0.01, ()),
        ("kWh/vkm", 0.0036, (("GJ", 1), ("km", -1), ("vehicle", -1))),
        ("pkm/vkm", 1.0, (("trip", 1), ("vehicle", -1))),
        ("L/(person·d)", 0.365, (("m3", 1), ("person", -1), ("yr", -1))),
        ("kW", 31.536, (("GJ", 1), ("yr", -1))),
    ],
)
def test_units(unit, scale, powers):
    found = dimension(unit)
    assert found.scale == pytest.approx(scale, rel=1e-12)
    assert found.powers == powers


@pytest.mark.parametrize("unit", ["", "/yr", "kg/", "kg/m2/yr", "furlong", "t/(m2", "kgX"])
def test_unknown_units(unit):
    with pytest.raises(FormulaError) as error:
        dimension(unit)
    assert error.value.message.id == "FORMULA_UNIT"


def test_units_of_formulas():
    units = {"area": "m2", "eui": "kWh/(m2·yr)", "grid": "kgCO2/kWh", "share": "%", "film": "kgC/kg", "mass": "kg"}
    whole = unit_of(parse("area * eui * grid * (1 - share)"), units)
    assert to_gas(whole, "CO2", yearly=True, formula="") == 1.0
    with pytest.raises(FormulaError, match="CO2"):
        to_gas(whole, "CO2e", yearly=True, formula="f")
    with pytest.raises(FormulaError):
        to_gas(whole, "CO2", yearly=False, formula="f")
    assert to_gas(unit_of(parse("mass * film"), units), "CO2", yearly=False, formula="") == CO2_PER_C
    with pytest.raises(FormulaError) as error:
        unit_of(parse("area + eui"), units)
    assert error.value.message.id == "FORMULA_UNITS_ADDED"
    with pytest.raises(FormulaError) as error:
        unit_of(parse("area * volume"), units)
    assert error.value.message.id == "FORMULA_NAME"
    assert unit_of(parse("-1 * area"), units) == dimension("m2")
