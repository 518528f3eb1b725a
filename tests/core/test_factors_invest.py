"""InVEST carbon pools tables (golden numbers of formulas 4.1)."""

import pytest

from carbon_planner.base.units import CO2_PER_C, parse_unit
from carbon_planner.factors.drafts import ImportOptions
from carbon_planner.factors.formats import read_file
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.store import open_set

SAMPLE = "lucode,LULC_name,c_above,c_below,c_soil,c_dead\n1,Forest,140,70,35,12\n4,Urban,5,5,15,2\n"


@pytest.fixture
def table(tmp_path):
    def put(text, name="pools.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def density(found, code):
    pools = [found.get(found.info.system, code, pool) for pool in ("above", "below", "soil", "dead")]
    return sum(f.value * parse_unit(f.unit).carbon_tonnes_per_ha() for f in pools)


@pytest.mark.golden
def test_ten_hectares_of_forest_become_urban(table):
    found = read_file(table(SAMPLE), ImportOptions(source="InVEST user guide")).factor_set
    change = 10.0 * (density(found, "4") - density(found, "1"))
    assert (density(found, "1"), density(found, "4")) == (257.0, 27.0)
    assert change == -2300.0
    assert -change * CO2_PER_C == pytest.approx(8433.333333333334, rel=1e-15)


@pytest.mark.parametrize(
    "header",
    [
        "lucode,LULC_name,c_above,c_below,c_soil,c_dead",
        "lucode,LULC_Name,C_above,C_below,C_soil,C_dead",
        "LUCODE,lulc_name,C_ABOVE,C_BELOW,C_SOIL,C_DEAD",
        "﻿lucode , LULC_name, c_above ,c_below,c_soil,c_dead",
    ],
)
def test_spellings_of_the_header(table, header):
    found = read_file(table(SAMPLE.replace(SAMPLE.splitlines()[0], header)), ImportOptions(source="guide")).factor_set
    assert density(found, "1") == 257.0
    assert {f.item_en for f in found.factors} == {"Forest", "Urban"}


def test_the_table_is_a_class_system_of_its_own(table):
    found = read_file(table(SAMPLE, "my table.csv"), ImportOptions(source="guide 2024", region="US-OR"))
    info, first = found.factor_set.info, found.factor_set.factors[0]
    assert (info.id, info.kind, info.system, info.region) == ("my_table", "land_stock", "table:my_table", "US-OR")
    assert (first.unit, first.gas, first.range_kind, first.low, first.high) == ("tC/ha", "C", "none", None, None)
    assert first.source == "InVEST table my table.csv; guide 2024"


def test_a_missing_citation_is_asked_for(table):
    found = read_file(table(SAMPLE))
    assert "INVEST_NO_CITATION" in [p.id for p in found.problems]
    assert found.factor_set.factors[0].source == "InVEST table pools.csv"


def test_blanks_are_refused_with_their_cell(table):
    text = SAMPLE.replace("140,70", "140,").replace("15,2", ",2")
    with pytest.raises(InvalidSet) as caught:
        read_file(table(text))
    errors = [(p.id, p.row, p.column, p.cell) for p in caught.value.problems if p.level == "error"]
    assert errors == [("POOL_BLANK", 2, "c_below", "D2"), ("POOL_BLANK", 3, "c_soil", "E3")]
    assert "（单元格D2）" in caught.value.text("zh")


def test_zero_is_a_figure(table):
    found = read_file(table(SAMPLE.replace("5,5,15,2", "0,0,0,0"))).factor_set
    assert density(found, "4") == 0.0


def test_all_four_pools_are_wanted(table):
    with pytest.raises(InvalidSet) as caught:
        read_file(table("lucode,LULC_name,c_above,c_below\n1,Forest,140,70\n"))
    assert "c_soil, c_dead" in str(caught.value)


def test_other_errors_come_together(table):
    text = SAMPLE.replace("140", "abc").replace("4,Urban,5", "1,Urban,-5")
    with pytest.raises(InvalidSet) as caught:
        read_file(table(text))
    errors = {(p.id, p.cell or p.row) for p in caught.value.problems if p.level == "error"}
    assert {("NUMBER_UNREADABLE", "C2"), ("STOCK_NEGATIVE", "C3"), ("KEY_TWICE", "A3")} <= errors


def test_a_path_opens_as_a_set(table):
    found = open_set(str(table(SAMPLE)))
    assert found.info.ref == "pools@file"
    assert density(found, "1") == 257.0


def test_the_willamette_table(data_dir):
    path = data_dir / "carbon_pools_willamette" / "carbon_pools_willamette.csv"
    found = open_set(str(path))
    assert len(found) == 4 * 66
    assert found.info.system == "table:carbon_pools_willamette"
    assert density(found, "61") == 375 + 250 + 150 + 100
    assert found.get(found.info.system, "56", "dead").value == 2.5
    assert {f.item for f in found.factors} >= {"1", "49", "102"}


@pytest.mark.golden
def test_zones_with_the_codes_of_the_table_are_evaluated(table):
    """Ten hectares of forest become urban, through the whole evaluation: −2300 t C = +8433.33 tCO2."""
    import shapely

    from carbon_planner.accounting.evaluate import evaluate
    from carbon_planner.accounting.inputs import PlanZones, Settings
    from carbon_planner.geometry.crs import Crs

    zones = PlanZones(
        layer="plan",
        ids=["z"],
        geometry=shapely.box([500000], [3300000], [500316.2277660168], [3300316.2277660168]),
        crs=Crs.from_text("EPSG:4523"),
        plan_class=["4"],
        base_class=["1"],
    )
    settings = Settings(factor_set=str(table(SAMPLE)), area_method="planar")
    found = evaluate(zones, None, settings)
    assert (found.plan_system, found.base_system) == ("table:pools", "table:pools")
    assert found.totals.area_ha == pytest.approx(10.0, rel=1e-9)
    assert found.totals.plan_stock_tc - found.totals.baseline_stock_tc == pytest.approx(-2300.0, rel=1e-9)
    assert found.totals.net == pytest.approx(8433.333333333334, rel=1e-9)


def test_codes_that_the_table_does_not_hold_are_unknown(table):
    from carbon_planner.classes.library import ClassLibrary
    from carbon_planner.factors.lookup import Lookup

    classes, found = ClassLibrary.shipped(), open_set(str(table(SAMPLE)))
    look = Lookup(found, classes)
    assert look.find(classes.match("table:pools", 1), "soil").factor.value == 35.0
    assert look.find(classes.match("table:pools", "1.0"), "soil").factor.value == 35.0
    assert look.pools(classes.match("table:pools", "7")) == {}
    assert classes.match("table:pools", "1").flags == ()
