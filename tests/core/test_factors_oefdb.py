"""CSV of the Open Emission Factors Database in each of its forms: figures, doubts, refusals with their cells."""

import csv

import pytest

from carbon_planner.factors.drafts import ImportOptions
from carbon_planner.factors.io_csv import read_grid
from carbon_planner.factors.oefdb import Choice, is_oefdb, read_oefdb
from carbon_planner.factors.problems import InvalidSet

V2021 = (
    "sector,category,id,name,unit,factor,uncertainty,source,year,region,date_accessed,description,source_link,activity"
)
V2022 = (
    "sector,category,activity_id,name,activity_unit,kgCO2e-AR5,kgCO2e-AR4,kgCO2,kgCH4,kgN2O,kgCO2e-OtherGHGs-AR5,"
    "kgCO2e-OtherGHGs-AR4,uncertainty,scope,lca_activity,source,year_released,years_valid,years_calculated_from,region,"
    "data_quality,contributor,date_accessed,description,source_link"
)
V2023 = (
    "uuid,sector,category,activity_id,name,activity_unit,kgCO2e-AR5,kgCO2e-AR4,kgCO2,kgCH4,kgN2O,kgCO2e-OtherGHGs-AR5,"
    "kgCO2e-OtherGHGs-AR4,uncertainty,scope,lca_activity,source,dataset,year_released,year_valid_from,"
    "years_calculated_from,region,data_quality,contributor,date_accessed,description,source_link"
)
LINK = "https://example.org/factors"
TRUCK = (
    "Transport,Road Transport,freight_vehicle-vehicle_type_truck,Road freight truck,kg-CO2e/tkm,0.135,70,MfE,2020,NZ,"
    f"2021/09/10,Road freight. Average value.,{LINK},fuel_combustion"
)
GRID = (
    "Energy,Electricity,electricity-energy_source_grid_mix,Grid mix,kWh,0.25,0.26,0.24,0.0001,0.00002,not-supplied,,"
    f"5,2,electricity_generation,BEIS,2021,2020-2021,2018-2019,GB,,Climatiq,2022/03/17,Grid mix.,{LINK}"
)


def table(tmp_path, header, *rows, encoding="utf-8", name="OpenEmissionFactorsDB.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def by_parameter(imported):
    return {factor.parameter: factor for factor in imported.factor_set.factors}


def ids(problems):
    return [problem.id for problem in problems]


def test_the_form_of_2022_gives_a_factor_for_each_gas(tmp_path):
    found = read_oefdb(table(tmp_path, V2022, GRID), ImportOptions(licence="CC BY 4.0"))
    factors = by_parameter(found)
    assert {name: (f.value, f.unit, f.gas, f.gwp) for name, f in factors.items()} == {
        "CO2e AR5": (0.25, "kgCO2e/kWh", "CO2e", "AR5"),
        "CO2e AR4": (0.26, "kgCO2e/kWh", "CO2e", "AR4"),
        "CO2": (0.24, "kgCO2/kWh", "CO2", ""),
        "CH4": (0.0001, "kgCH4/kWh", "CH4", ""),
        "N2O": (0.00002, "kgN2O/kWh", "N2O", ""),
    }
    one = factors["CO2e AR5"]
    assert (one.low, one.high, one.range_kind) == (pytest.approx(0.2375), pytest.approx(0.2625), "unknown")
    assert (one.item, one.item_en, one.region, one.scope) == (
        "electricity-energy_source_grid_mix", "Grid mix", "GB", "2",
    )  # fmt: skip
    assert (one.year, one.valid_from, one.valid_to, one.calc_year) == (2021, 2020, 2021, 2019)
    assert one.category == "Energy / Electricity / electricity_generation"
    assert (one.source, one.link, one.accessed) == ("BEIS", LINK, "2022-03-17")
    assert one.notes.splitlines()[0] == "Grid mix."
    assert "uncertainty: 5" in one.notes
    assert "contributor: Climatiq" in one.notes
    info = found.factor_set.info
    assert (info.kind, info.licence, info.id, info.region) == ("other", "CC BY 4.0", "OpenEmissionFactorsDB", "GB")
    assert "FOREIGN_NO_LICENCE" not in ids(found.problems)
    assert "CONFIDENCE_ASSUMED" in ids(found.problems)


def test_what_is_not_supplied_is_not_zero(tmp_path):
    row = GRID.replace(",0.24,0.0001,0.00002,not-supplied,", ",not-supplied,,0,not-supplied,")
    factors = by_parameter(read_oefdb(table(tmp_path, V2022, row)))
    assert set(factors) == {"CO2e AR5", "CO2e AR4", "N2O"}
    assert factors["N2O"].value == 0.0


def test_the_form_of_2021_has_its_unit_before_the_activity(tmp_path):
    found = read_oefdb(table(tmp_path, V2021, TRUCK))
    factor = found.factor_set.factors[0]
    assert (factor.value, factor.unit, factor.gas, factor.gwp) == (0.135, "kgCO2e/(t·km)", "CO2e", "")
    assert factor.low == pytest.approx(0.135 * 0.3)
    assert factor.category == "Transport / Road Transport / fuel_combustion"
    assert "FOREIGN_NO_LICENCE" in ids(found.problems)


def test_spaces_in_headers_as_they_were_for_some_weeks(tmp_path):
    header = V2022.replace("kgCO2e-AR4", "kgCO2e-AR4 ").replace("kgCH4", " kgCH4").replace("scope", "Scope")
    assert len(read_oefdb(table(tmp_path, header, GRID)).factor_set) == 5


def test_the_form_with_uuid_and_dataset(tmp_path):
    row = (
        "684228d9-637c-4fa0-b93f-353681cb0234,Energy,Electricity,electricity-supplier_mix,Total supplier mix,kWh,"
        "not-supplied,0.19266,not-supplied,not-supplied,not-supplied,not-supplied,not-supplied,,1|2|3,"
        f"electricity_generation,AIB,Residual mix 2021,2022,2022,2021,GLOBAL,p,Climatiq,2022/10/01,CO2 only.,{LINK}"
    )
    found = read_oefdb(table(tmp_path, V2023, row))
    factor = found.factor_set.factors[0]
    assert factor.factor_id == "684228d9-637c-4fa0-b93f-353681cb0234|CO2e_AR4"
    assert factor.source == "AIB; Residual mix 2021"
    assert (factor.valid_from, factor.valid_to, factor.calc_year) == (2022, None, 2021)
    assert (factor.region, factor.scope, factor.range_kind) == ("World", "", "none")
    assert "scope: 1|2|3" in factor.notes
    assert "data_quality: p" in factor.notes
    (flagged,) = [p for p in found.problems if p.id == "OEFDB_FLAGGED"]
    assert "CO2 alone" in flagged.message.text()
    assert "不完整因子" in flagged.message.text("zh")


def test_columns_that_are_not_known_stay_in_the_notes(tmp_path):
    found = read_oefdb(table(tmp_path, V2022 + ",biogenic_note", GRID + ",wood only"))
    assert "biogenic_note: wood only" in found.factor_set.factors[0].notes


@pytest.mark.parametrize(
    ("life", "stage"), [("cradle_to_gate", "A1-A3"), ("well_to_tank", "WTT"), ("end_of_life", "C1-C4"), ("unknown", "")]
)
def test_stages_are_taken_where_they_mean_the_same(life, stage, tmp_path):
    row = GRID.replace("electricity_generation", life)
    assert read_oefdb(table(tmp_path, V2022, row)).factor_set.factors[0].stage == stage


def test_rows_are_chosen_by_region_and_sector(tmp_path):
    french = GRID.replace(",GB,", ",FR,")
    waste = GRID.replace("Energy,Electricity,electricity-", "Waste,Solid Waste,waste-")
    path = table(tmp_path, V2022, GRID, french, waste)
    assert len(read_oefdb(path).factor_set) == 15
    assert {f.region for f in read_oefdb(path, choice=Choice(regions=("fr",))).factor_set.factors} == {"FR"}
    assert len(read_oefdb(path, choice=Choice(regions=("GB",), sectors=("Energy",))).factor_set) == 5
    with pytest.raises(InvalidSet) as caught:
        read_oefdb(path, choice=Choice(regions=("CN",)))
    assert [p.id for p in caught.value.problems if p.level == "error"] == ["OEFDB_NOTHING_CHOSEN"]


def test_all_mistakes_come_at_once_with_their_cells(tmp_path):
    rows = [
        GRID,
        GRID.replace(",0.25,", ",much,").replace(",GB,", ",FR,"),
        GRID.replace(",2021,2020", ",20x1,2020").replace(",GB,", ",DE,"),
        GRID.replace(",5,2,", ",five,2,").replace(",GB,", ",IT,"),
        GRID.replace("BEIS", "").replace(",GB,", ",ES,"),
        GRID.replace("2022/03/17", "17.3.2022").replace(",GB,", ",PT,"),
        GRID,
    ]
    with pytest.raises(InvalidSet) as caught:
        read_oefdb(table(tmp_path, V2022, *rows))
    found = {(p.cell, p.id) for p in caught.value.problems if p.level == "error"}
    assert {("F3", "NUMBER_UNREADABLE"), ("Q4", "NUMBER_UNREADABLE"), ("M5", "NUMBER_UNREADABLE")} <= found
    assert ("P6", "FIELD_EMPTY") in found
    assert {row for row, name in ((p.row, p.id) for p in caught.value.problems) if name == "DATE_BAD"} == {7}
    assert {p.row for p in caught.value.problems if p.id == "ID_TWICE"} == {8}
    assert "kgCO2e-AR5" in caught.value.text()


def test_rows_without_a_figure_are_counted(tmp_path):
    empty = GRID.replace("0.25,0.26,0.24,0.0001,0.00002,not-supplied,", "not-supplied,,,,,,").replace("GB", "FR")
    found = read_oefdb(table(tmp_path, V2022, GRID, empty))
    (told,) = [p for p in found.problems if p.id == "OEFDB_NO_FIGURE"]
    assert told.message.params == {"count": 1}


def test_another_table_is_refused_by_its_missing_columns(tmp_path):
    path = table(tmp_path, "item,value,unit", "forest,3,tC/ha")
    assert not is_oefdb(read_grid(path))
    with pytest.raises(InvalidSet, match="lacks activity_id, source, region, year_released, kgCO2e-AR5"):
        read_oefdb(path)


def test_it_is_told_by_its_header(tmp_path):
    for header, row in ((V2021, TRUCK), (V2022, GRID)):
        assert is_oefdb(read_grid(table(tmp_path, header, row)))


def test_the_general_import_knows_it_too(tmp_path):
    from carbon_planner.factors.formats import read_file

    path = table(tmp_path, V2022, GRID)
    assert read_file(path).factor_set.content_hash == read_oefdb(path).factor_set.content_hash


def test_quotes_byte_order_mark_and_semicolons_in_texts(tmp_path):
    row = GRID.replace("Grid mix.", '"Grid mix; all, of it."')
    found = read_oefdb(table(tmp_path, V2022, row, encoding="utf-8-sig"))
    assert found.factor_set.factors[0].notes.startswith("Grid mix; all, of it.")


def test_a_set_of_it_goes_out_and_in_again_without_loss(tmp_path):
    from carbon_planner.factors.formats import read_file, write_file

    found = read_oefdb(table(tmp_path, V2022, GRID), ImportOptions(licence="x")).factor_set
    for suffix in ("csv", "json", "xlsx"):
        write_file(tmp_path / f"out.{suffix}", found)
        assert read_file(tmp_path / f"out.{suffix}").factor_set.content_hash == found.content_hash, suffix


def test_fixtures_have_as_many_cells_as_headers():
    for header, row in ((V2021, TRUCK), (V2022, GRID)):
        assert len(next(csv.reader([header]))) == len(next(csv.reader([row])))
