"""Global warming potentials by gas and assessment report."""

import pytest

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.gwp import REPORTS, GwpTable


@pytest.fixture(scope="module")
def table():
    return GwpTable.shipped()


@pytest.mark.parametrize(
    ("gas", "report", "value"),
    [
        ("CO2", "AR4", 1), ("CO2", "AR5", 1), ("CO2", "AR6", 1),
        ("CH4", "AR4", 25), ("CH4", "AR5", 28), ("CH4", "AR6", 27.9),
        ("N2O", "AR4", 298), ("N2O", "AR5", 265), ("N2O", "AR6", 273),
        ("SF6", "AR6", 25200), ("HFC134a", "AR5", 1300),
        ("CH4 fossil", "AR6", 29.8), ("CH4 non-fossil", "AR6", 27.0),
    ],
)  # fmt: skip
def test_figures_of_the_reports(table, gas, report, value):
    found = table.of(gas, report)
    assert found.value == value
    assert found.factor.unit == "kgCO2e/kg"
    assert found.fset.startswith("gwp@")


def test_ar6_is_the_default_and_tells_the_origin_of_methane(table):
    assert table.of("CH4").report == "AR6"
    assert (table.of("CH4", fossil=True).value, table.of("CH4", fossil=False).value) == (29.8, 27.0)
    assert table.of("CH4", fossil=True).flags == ()
    older = table.of("CH4", "AR5", fossil=True)
    assert (older.value, older.flags) == (28, ("GWP_NOT_SPLIT",))
    assert table.of("N2O", fossil=True).value == 273


@pytest.mark.parametrize(
    ("gas", "report", "expected"),
    [
        ("CH4 fossil", "AR5", "GWP_UNKNOWN"),
        ("XYZ", "AR6", "GWP_UNKNOWN"),
        ("CO2", "AR7", "GWP_REPORT_UNKNOWN"),
        ("C", "AR6", "GWP_NEEDS_MOLECULE"),
        ("N2O-N", "AR6", "GWP_NEEDS_MOLECULE"),
    ],
)
def test_unknown_combinations_are_refused(table, gas, report, expected):
    with pytest.raises(FactorError) as caught:
        table.of(gas, report)
    assert caught.value.message.id == expected
    assert "{" not in caught.value.text("zh")


def test_each_report_holds_the_same_gases_but_for_the_split(table):
    plain = {report: set(table.gases(report)) - {"CH4 fossil", "CH4 non-fossil"} for report in REPORTS}
    assert plain["AR4"] == plain["AR5"] == plain["AR6"]
    assert len(plain["AR6"]) == 17
