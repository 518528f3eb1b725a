"""The rules of a factor set: everything at once, with its place."""

import pytest
from factor_cases import factor, make_set

from carbon_planner.factors.problems import InvalidSet, Place
from carbon_planner.factors.records import Factor, FactorSet, SetInfo
from carbon_planner.factors.validation import check, padded, require_valid

INFO = SetInfo("mine", "1.0.0", "land_stock", system="generic")
FLUX = SetInfo("mine", "1.0.0", "land_flux", system="generic")


def ids(info, *factors, **options):
    return [(p.level, p.id, p.field) for p in check(info, factors, **options)]


def test_a_good_factor_has_no_findings():
    assert ids(INFO, factor()) == []


@pytest.mark.parametrize(
    ("changes", "finding", "field"),
    [
        ({"value": 60.0}, "VALUE_BELOW_LOW", "value"),
        ({"value": 120.0}, "VALUE_ABOVE_HIGH", "value"),
        ({"low": 115.0}, "RANGE_REVERSED", "low"),
        ({"value": None, "notes": "n"}, "RANGE_WITHOUT_VALUE", "value"),
        ({"range_kind": "none"}, "RANGE_KIND_NONE", "range_kind"),
        ({"range_kind": "95", "high": None}, "RANGE_NEEDS_BOTH", "range_kind"),
        ({"range_kind": "unknown", "low": None, "high": None}, "RANGE_NEEDS_ONE", "range_kind"),
        ({"range_kind": "sd"}, "WORD_UNKNOWN", "range_kind"),
        ({"confidence": "sure"}, "WORD_UNKNOWN", "confidence"),
        ({"evidence": "hearsay"}, "WORD_UNKNOWN", "evidence"),
        ({"source": ""}, "FIELD_EMPTY", "source"),
        ({"item": ""}, "FIELD_EMPTY", "item"),
        ({"year": 20015}, "YEAR_BAD", "year"),
        ({"unit": ""}, "UNIT_EMPTY", "unit"),
        ({"unit": "tC/ha/yr"}, "UNIT_AMBIGUOUS", "unit"),
        ({"unit": "tC/(ha·yr)"}, "UNIT_NOT_STOCK", "unit"),
        ({"unit": "tCO2/ha", "gas": "CO2"}, "UNIT_NOT_STOCK", "unit"),
        ({"unit": "t d.m./ha", "gas": ""}, "UNIT_NOT_STOCK", "unit"),
        ({"unit": "t/ha", "gas": ""}, "UNIT_NOT_STOCK", "unit"),
        ({"unit": "tC/(ha·tree)"}, "UNIT_NOT_STOCK", "unit"),
        ({"gas": "CO2"}, "GAS_NOT_OF_UNIT", "gas"),
        ({"value": -5.0, "low": None, "high": None, "range_kind": "none"}, "STOCK_NEGATIVE", "value"),
        ({"notes": "x" * 32001}, "TEXT_TOO_LONG", "notes"),
    ],
)
def test_errors(changes, finding, field):
    assert ("error", finding, field) in ids(INFO, factor(**changes))


def test_one_bound_is_enough_for_minmax():
    assert ids(INFO, factor(low=None)) == []


def test_no_value_is_allowed_and_not_zero():
    empty = factor(value=None, low=None, high=None, range_kind="none", notes="")
    assert ids(INFO, empty) == [("warning", "VALUE_EMPTY", "value")]
    assert ids(INFO, factor(value=None, low=None, high=None, range_kind="none", notes="not measured")) == []


@pytest.mark.parametrize(
    ("value", "unit", "level"),
    [
        (1.90e5, "tC/ha", "error"),  # kg/ha entered as t/ha
        (1.90e5, "kgC/ha", None),  # the same figure in its own unit is a forest soil
        (909.0, "tC/ha", "warning"),  # ×10
        (9.09, "kgC/m2", None),
        (90900.0, "kgC/m2", "error"),  # per ha entered as per m2
        (90.9, "kgC/m2", "warning"),
        (0.0909, "tC/ha", "warning"),  # kt for t, or a share
        (0.0, "tC/ha", None),  # zero is a figure
        (6.06, "tC/mu", None),
    ],
)
def test_slips_of_ten_and_thousand(value, unit, level):
    found = check(INFO, [factor(value=value, low=None, high=None, range_kind="none", unit=unit)])
    assert [p.level for p in found] == ([level] if level else [])


def test_bounds_of_ranges_are_checked_too():
    assert ("error", "VALUE_IMPOSSIBLE", "high") in ids(INFO, factor(high=110000.0))


@pytest.mark.parametrize(
    ("value", "unit", "finding"),
    [
        (-0.644, "tC/(ha·yr)", None),
        (-644.0, "tC/(ha·yr)", "VALUE_IMPOSSIBLE"),
        (-64.4, "tC/(ha·yr)", "VALUE_UNUSUAL"),
        (-2.361, "tCO2/(ha·yr)", None),
        (-0.0644, "kgC/(m2·yr)", None),
        (-0.644, "tC/ha", "UNIT_NOT_FLUX"),
        (1.2, "kgCH4/(ha·yr)", "UNIT_NOT_FLUX"),
    ],
)
def test_fluxes(value, unit, finding):
    flux = factor(parameter="net_flux", value=value, low=None, high=None, range_kind="none", unit=unit, gas="")
    assert [p.id for p in check(FLUX, [flux])] == ([finding] if finding else [])


def fluxes(**units):
    shared = {"parameter": "net_flux", "value": -1.0, "low": None, "high": None, "range_kind": "none", "gas": ""}
    return [factor(factor_id=f"f_{item}", item=item, unit=unit, **shared) for item, unit in units.items()]


def test_carbon_and_co2_are_never_mixed_in_a_parameter():
    carbon, co2 = "tC/(ha·yr)", "tCO2/(ha·yr)"
    found = check(FLUX, fluxes(forest=carbon, paddy=carbon, wetland=co2, water=co2))
    assert [(p.level, p.id) for p in found] == [("error", "SUBSTANCES_MIXED")]
    assert "f_wetland" in found[0].message.text()
    assert "44/12" in found[0].message.text()


def test_co2_and_co2e_are_not_the_same():
    found = check(FLUX, fluxes(forest="tCO2/(ha·yr)", paddy="tCO2e/(ha·yr)"))
    assert [p.id for p in found] == ["SUBSTANCES_MIXED"]


def test_repeats_name_the_first_place():
    places = [Place(2, {"item": "code"}, {"item": "A2"}), Place(7, {"item": "code"}, {"item": "A7"})]
    found = check(INFO, [factor(), factor(value=91.0)], places)
    assert [(p.level, p.id, p.row) for p in found] == [("error", "ID_TWICE", 7), ("error", "KEY_TWICE", 7)]
    assert found[1].cell == "A7"
    assert "A2" in found[1].message.text()
    assert found[1].message.text("zh").startswith("第7行“code”列（单元格A7）：")


def test_other_sets_may_hold_regions_and_years():
    info = SetInfo("grid", "1.0.0", "other")
    rows = [
        factor(factor_id=f"g{y}", system="", item="electricity", parameter="ef", unit="kgCO2/kWh", gas="CO2", year=y,
               value=0.5, low=None, high=None, range_kind="none")
        for y in (2021, 2022)
    ]  # fmt: skip
    assert ids(info, *rows) == []
    assert ("warning", "KEY_TWICE", "item") in ids(info, rows[0], factor(**{**vars(rows[0]), "factor_id": "again"}))


def test_missing_region_and_year_are_counted_once():
    rows = [factor(factor_id=f"f{n}", item=f"i{n}", region="", year=None) for n in range(30)]
    found = check(INFO, rows)
    assert [(p.level, p.id) for p in found] == [("warning", "REGION_EMPTY"), ("warning", "YEAR_EMPTY")]
    assert "30" in found[0].message.text()


def known(system, item):
    return item in {"0101", "01", "0701", "R2"} if system == "landsea2023" else None


def test_codes_are_checked_where_the_system_is_known():
    rows = [factor(factor_id=i, system="landsea2023", item=i) for i in ("0101", "101", "9999")]
    rows.append(factor(factor_id="own", system="table:x", item="whatever"))
    found = check(INFO, rows, known=known)
    assert [(p.level, p.id) for p in found] == [("error", "CODE_LOST_ZERO"), ("warning", "CODE_UNKNOWN")]
    assert "0101" in found[0].message.text()


def test_padding_is_offered_only_for_codes_that_exist():
    assert padded("landsea2023", "101", known) == "0101"
    assert padded("landsea2023", "1", known) == "01"
    assert padded("landsea2023", "0101", known) is None
    assert padded("landsea2023", "102", known) is None
    assert padded("table:x", "101", known) is None


def test_a_stock_far_from_the_default_is_pointed_at():
    default = factor(factor_id="ref", value=90.9)
    slip = factor(value=9.09, low=None, high=None, range_kind="none")
    found = check(INFO, [slip], reference=lambda f: default)
    assert [(p.level, p.id) for p in found] == [("warning", "FAR_FROM_DEFAULT")]
    assert check(INFO, [factor(value=9.09, unit="kgC/m2", low=None, high=None, range_kind="none")],
                 reference=lambda f: default) == []  # fmt: skip
    assert check(INFO, [factor(value=40.0, low=None, high=None, range_kind="none")], reference=lambda f: default) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"id": ""}, "SET_ID_BAD"),
        ({"id": "a@b"}, "SET_ID_BAD"),
        ({"id": "../x"}, "SET_ID_BAD"),
        ({"id": "a|b"}, "SET_ID_BAD"),
        ({"id": "x" * 65}, "SET_ID_BAD"),
        ({"version": "1"}, "SET_VERSION_BAD"),
        ({"version": "one"}, "SET_VERSION_BAD"),
        ({"kind": "stock"}, "SET_KIND_BAD"),
        ({"kind": "mixed"}, "SET_MIXES_METHODS"),
        ({"status": "new"}, "SET_STATUS_BAD"),
    ],
)
def test_set_information(changes, finding):
    info = SetInfo(**{"id": "mine", "version": "1.0.0", "kind": "land_stock", **changes})
    assert finding in [p.id for p in check(info, [factor()])]


def test_good_set_names():
    for name in ("cq_mixed_0_100cm", "重庆碳密度2024", "a.b-c_1"):
        assert check(SetInfo(name, "1.10.0-rc.1", "land_stock"), [factor()]) == []


def test_an_empty_set_is_refused():
    assert [p.id for p in check(INFO, [])] == ["SET_EMPTY"]


def test_all_errors_come_in_one_exception_in_both_languages():
    sourceless, unitless = factor(factor_id="f2", item="paddy", source=""), factor(factor_id="f3", item="x", unit="")
    bad = make_set([factor(value=60.0), sourceless, unitless])
    with pytest.raises(InvalidSet) as caught:
        require_valid(bad)
    assert [p.id for p in caught.value.problems] == ["VALUE_BELOW_LOW", "FIELD_EMPTY", "UNIT_EMPTY"]
    english, chinese = caught.value.text(), caught.value.text("zh")
    assert "3 error(s)" in english
    assert english.count("\n") == 3
    assert "有3处错误" in chinese
    assert "数值60.0小于下限70.0" in chinese


def test_a_long_list_is_cut_in_the_text_only():
    rows = [factor(factor_id=f"f{n}", item=f"i{n}", source="") for n in range(500)]
    with pytest.raises(InvalidSet) as caught:
        require_valid(make_set(rows))
    assert len(caught.value.problems) == 500
    assert "and 300 more" in caught.value.text()


def test_shipped_land_sets_are_in_order():
    """Every shipped set keeps the rules of the store; what is said about it are warnings only."""
    from carbon_planner.factors.store import list_sets, open_set

    errors = {}
    for info in list_sets():
        found = open_set(info.id)
        bad = [p.message.text() for p in check(found.info, found.factors) if p.level == "error"]
        if bad:
            errors[info.id] = bad
    assert errors == {}


def test_one_factor_is_shown_by_its_id_outside_tables():
    found = check(INFO, [factor(source="")])
    assert found[0].message.text() == "factor “f1”, field “source”: “source” is empty. Fill it in."
    assert isinstance(FactorSet(INFO, (factor(),)).factors[0], Factor)
