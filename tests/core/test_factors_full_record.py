"""The rules of the full record, of units and of magnitudes in every sector."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from factor_cases import factor, make_set

from carbon_planner.factors import plausibility
from carbon_planner.factors.formats import read_file, write_file
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.store import open_set, shipped_sets
from carbon_planner.factors.validation import check, check_documented


@pytest.mark.parametrize(
    ("changes", "finding", "field"),
    [
        ({"tier": "4"}, "WORD_UNKNOWN", "tier"),
        ({"scope": "scope 1"}, "WORD_UNKNOWN", "scope"),
        ({"gwp": "AR9"}, "WORD_UNKNOWN", "gwp"),
        ({"status": "published"}, "WORD_UNKNOWN", "status"),
        ({"valid_from": 2030, "valid_to": 2020}, "VALIDITY_REVERSED", "valid_to"),
        ({"valid_from": 1066}, "YEAR_BAD", "valid_from"),
        ({"calc_year": 3000}, "YEAR_BAD", "calc_year"),
        ({"amortise_yr": 0}, "AMORTISATION_BAD", "amortise_yr"),
        ({"distribution": "gaussian"}, "DISTRIBUTION_UNKNOWN", "distribution"),
        ({"params": "mean=2;sd=1"}, "DISTRIBUTION_EMPTY", "distribution"),
        ({"distribution": "normal", "params": "mean=many"}, "PARAMS_BAD", "params"),
        ({"distribution": "normal", "params": "mean=2;sd=-1"}, "DISTRIBUTION_PARAMS", "params"),
        ({"distribution": "lognormal", "params": "gmean=2;gsd=0.5"}, "DISTRIBUTION_PARAMS", "params"),
        ({"distribution": "empirical"}, "DISTRIBUTION_PARAMS", "params"),
        ({"pedigree": "1;2;3"}, "PEDIGREE_BAD", "pedigree"),
        ({"gas_split": "CO2:1"}, "SHARES_UNREADABLE", "gas_split"),
        ({"gas_split": "CO2=0.5;CO2=0.5"}, "SHARES_UNREADABLE", "gas_split"),
        ({"gas_split": "CO2=0.5;CH4=0.6"}, "SHARES_NOT_ONE", "gas_split"),
        ({"accessed": "24.11.2026"}, "DATE_BAD", "accessed"),
        ({"uuid": "f1"}, "UUID_BAD", "uuid"),
    ],
)
def test_errors_of_the_full_record(changes, finding, field):
    assert (("error", finding, field)) in [(p.level, p.id, p.field) for p in problems(factor(**changes))]


def problems(*factors, **info):
    found = make_set(factors, **info)
    return check(found.info, found.factors)


def test_a_full_record_is_good():
    full = factor(
        uuid="0f8fad5b-d9cb-469f-a165-70867728950e", tier="2", method="stock difference", scope="1", stage="A1-A3",
        gas_split="CO2=0.98;CH4=0.02", gwp="AR6", valid_from=2005, valid_to=2030, calc_year=2006,
        distribution="lognormal", params="gmean=90.9;gsd=1.2", pedigree="1;2;2;1;3", link="https://doi.org/x",
        page="99", licence="CC BY 4.0", accessed="2026-11-24", amortise_yr=50, status="reviewed", reviewer="Li",
    )  # fmt: skip
    assert problems(full, system="generic", region="CN-CQ", year=2009) == []


def test_an_unusual_stage_is_pointed_at():
    assert [(p.level, p.id) for p in problems(factor(stage="later"))] == [("warning", "STAGE_UNKNOWN")]


@pytest.mark.parametrize(
    ("one", "two", "kind", "finding"),
    [
        ("tC/ha", "kgC/m2", "land_stock", "AREAS_MIXED"),
        ("tC/(ha·yr)", "kgC/(m2·yr)", "land_flux", "AREAS_MIXED"),
        ("tC/(ha·yr)", "tCO2/(ha·yr)", "land_flux", "SUBSTANCES_MIXED"),
        ("kgCO2/kWh", "kgCO2e/kWh", "other", "SUBSTANCES_MIXED"),
        ("kgC/kg", "kgCO2/kg", "other", "SUBSTANCES_MIXED"),
        ("kgCO2e/m2", "tCO2e/ha", "other", "AREAS_MIXED"),
        ("kgCO2e/kg", "kgC/m2", "other", ""),  # two quantities
        ("kgCO2e/m2", "kgCO2e/t", "other", ""),
    ],
)
def test_units_that_must_not_be_mixed(one, two, kind, finding):
    """Of one quantity: a parameter of a land set; a parameter of one item elsewhere."""
    parameter = {"land_stock": "soil", "land_flux": "net_flux", "other": "emission factor"}[kind]
    plain = {"parameter": parameter, "gas": "", "low": None, "high": None, "range_kind": "none", "value": 1.0}
    second = "forest" if kind == "other" else "bare"
    rows = [factor(unit=one, **plain), factor(factor_id="f2", unit=two, year=2010, item=second, **plain)]
    found = [p.id for p in problems(*rows, kind=kind) if p.level == "error"]
    assert found == ([finding] if finding else [])
    other_item = [rows[0], factor(factor_id="f2", unit=two, item="elsewhere", **plain)]
    if kind == "other":
        assert [p.id for p in problems(*other_item, kind=kind) if p.level == "error"] == []


@pytest.mark.parametrize(
    ("gas", "unit", "good"),
    [
        ("C", "kgCO2/kWh", False), ("CO2", "kgC/GJ", False), ("CO2e", "tC/tce", False),
        ("CO2", "kgCO2e/kg", True), ("CH4", "kgCO2e/kg", True), ("C", "kgC/GJ", True), ("", "kgCO2/kWh", True),
    ],
)  # fmt: skip
def test_a_gas_that_contradicts_its_unit(gas, unit, good):
    row = factor(category="x", parameter="p", gas=gas, unit=unit, value=1.0, low=None, high=None, range_kind="none")
    found = [p.id for p in problems(row, kind="other") if p.level == "error" and p.id == "GAS_NOT_OF_UNIT"]
    assert found == ([] if good else ["GAS_NOT_OF_UNIT"])


SLIPS = [
    # category, parameter, unit, a usual figure
    ("electricity_province", "average CO2 per kWh", "kgCO2/kWh", 0.5227),
    ("electricity_region", "average CO2 per kWh", "gCO2/kWh", 570.3),
    ("operation_public", "constraint value, non-heating", "kWh/(m2·yr)", 90.0),
    ("operation_public_measured", "measured energy use, sum of 12 months", "kWh/(m2·yr)", 100.0),
    ("embodied_new", "materials A1-A3", "kgCO2e/m2", 400.0),
    ("material", "cradle-to-gate factor", "kgCO2e/m3", 295.0),
    ("material_transport", "freight factor", "kgCO2e/(t·km)", 0.129),
    ("transport_mode", "emission factor", "kgCO2e/pkm", 0.139),
    ("waste_generation", "collected per person", "t/(person·yr)", 0.33),
    ("waste_treatment", "GHG without recovery", "tCO2e/t", 1.29614),
    ("water", "supply", "kgCO2e/t", 0.25),
    ("water", "electricity", "kWh/m3", 0.6),
    ("soc_ref", "SOC_REF 0-30 cm", "tC/ha", 88.0),
    ("forest_biomass", "above-ground biomass, natural forest", "t d.m./ha", 150.0),
    ("density", "floor area per person", "m2/person", 38.6),
    ("fuel_cn", "CO2 emission factor", "tCO2/t", 2.0),
    ("standard_coal", "standard coal coefficient", "kgce/kg", 0.7143),
]


@pytest.mark.parametrize(("category", "parameter", "unit", "usual"), SLIPS)
def test_slips_of_ten_are_caught_in_every_sector(category, parameter, unit, usual):
    def finding(value):
        row = factor(
            category=category, parameter=parameter, unit=unit, value=value, gas="", low=None, high=None,
            range_kind="none", system="", item="x",
        )  # fmt: skip
        return [(p.level, p.id) for p in problems(row, kind="other") if p.field == "value"]

    assert finding(usual) == []
    assert finding(usual * 10.0), "ten times too much"
    # where credits make a figure negative, a small one is nothing odd
    assert finding(usual / 1000.0) or category == "waste_treatment", "a thousandth"
    assert finding(usual * 1000.0)[0][0] == "error"


def test_every_bound_is_in_order():
    with (Path(plausibility.__file__).with_name("bounds.csv")).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len({(r["quantity"], r["unit"]) for r in rows}) == len(rows) > 100
    for row in rows:
        limits = [float(row[n]) for n in ("error_low", "warn_low", "warn_high", "error_high")]
        assert limits == sorted(limits), row
        assert row["basis"], row


def test_what_must_be_said_before_review_or_shipping():
    good = factor()
    assert check_documented([good]) == []
    for changes, name in (
        ({"unit": ""}, "unit"),
        ({"source": ""}, "source"),
        ({"year": None, "notes": ""}, "year"),
        ({"confidence": ""}, "confidence"),
        ({"range_kind": ""}, "range_kind"),
        ({"value": None, "low": None, "high": None, "notes": ""}, "notes"),
    ):
        assert [p.field for p in check_documented([good, factor(**changes)])] == [name]
    assert check_documented([factor(year=None, notes="no year in the source")]) == []


@pytest.mark.parametrize("times", [10.0, 0.1])
def test_a_slip_against_the_shipped_figure_of_the_same_item_is_pointed_at(tmp_path, classes, times):
    """Every figure of the sectors, ten times too large or too small, is told at its cell."""
    for name in ("building", "energy", "transport_waste_industry"):
        original = open_set(name)
        kept = [f for f in original.factors if f.value and f.low is None and f.high is None]
        info = replace(original.info, id="mine", status="draft")
        write_file(tmp_path / "x.csv", FactorSet(info, tuple(replace(f, value=f.value * times) for f in kept)))
        try:
            found = read_file(tmp_path / "x.csv", classes=classes).problems
        except InvalidSet as error:
            found = error.problems
        at = {p.row for p in found if p.field == "value" and p.cell}
        missed = [f.factor_id for row, f in enumerate(kept, start=2) if row not in at]
        assert len(missed) <= len(kept) // 50, missed
        write_file(tmp_path / "y.csv", FactorSet(info, tuple(kept)))
        good = read_file(tmp_path / "y.csv", classes=classes).problems
        assert [p for p in good if p.id == "FAR_FROM_DEFAULT"] == []


def test_every_shipped_factor_is_documented():
    """Unit, source, year or why there is none, confidence, kind of range: no factor is shipped without."""
    count = 0
    for info in shipped_sets():
        found = open_set(info.ref)
        assert [p.message.text() for p in check_documented(found.factors)] == [], info.ref
        assert [p.message.text() for p in check(found.info, found.factors) if p.level == "error"] == [], info.ref
        count += len(found)
    assert count >= 500
