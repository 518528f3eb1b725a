"""Exports of openLCA: impact factors of reference data, exchanges and parameters of a process workbook."""

import pytest

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.distributions import of_factor
from carbon_planner.factors.drafts import ImportOptions
from carbon_planner.factors.openlca import read_openlca
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.storage.xlsx import workbook

GWP = "0f3f4d9b-3bda-3b40-bfd0-f9a6adefc2da"
ACID = "1ec8999c-2051-38c1-a330-fd88616367c6"
CO2 = "8ae4d8bb-3e4b-4825-8325-94696d7a64fd"
CH4 = "e8fbe6ea-f909-4e26-8a7e-e91defa89cf7"
KG = "20aadc24-a391-41cf-b340-3e4529f44bde"
METHOD = "a2b9e7f7-acfb-4a53-9da6-aee10bf791a4"
LAND = "e8787b5e-d927-446d-81a9-f56977bbfeb4"


def write(folder, name, *rows):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    """A small folder as openLCA 2 writes it."""
    data = tmp_path / "refdata"
    write(
        data,
        "lcia_categories.csv",
        "ID,Name,Description,Category,Reference unit",
        f"{GWP},Global warming (GWP100a),Warming over a century,,kg CO2 eq",
        f"{ACID},Acidification,,,kg SO2 eq",
    )
    write(data, "lcia_methods.csv", "ID,Name,Description,Category", f"{METHOD},Guide 2020,,")
    write(data, "lcia_method_categories.csv", "LCIA method,LCIA category", f"{METHOD},{GWP}")
    write(
        data,
        "units.csv",
        "ID,Name,Description,Conversion factor,Synonyms,Unit group",
        f"{KG},kg,Kilogram,1.0,,Units of mass",
    )
    write(
        data,
        "flows.csv",
        "ID,Name,Description,Category,Flow type,CAS number,Chem. formula,Reference flow property",
        f'{CO2},"Carbon dioxide, fossil",,Emission to air/unspecified,elementary,124-38-9,CO2,Mass',
        f"{CH4},Methane,,Emission to air/unspecified,elementary,74-82-8,CH4,Mass",
    )
    write(
        data,
        "locations.csv",
        "ID,Name,Description,Category,Code,Latitude,Longitude",
        f"{LAND},China,,,CN,35.0,105.0",
    )
    head = "LCIA category,Flow,Flow property,Flow unit,Location,Factor"
    write(data, "lcia_factors/0f3f.csv", head, f"{GWP},{CO2},Mass,kg,,1.0", f"{GWP},{CH4},Mass,{KG},China,2.8E1")
    write(data, "lcia_factors/1ec8.csv", head, f"{ACID},{CO2},Mass,kg,,0.5")
    return data


def errors(run):
    with pytest.raises(InvalidSet) as caught:
        run()
    return [p for p in caught.value.problems if p.level == "error"]


# -- reference data --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["", "lcia_categories.csv", "lcia_factors/0f3f.csv"])
def test_impact_factors_of_climate_come_by_default(folder, chosen):
    found = read_openlca(folder / chosen, ImportOptions(licence="CC BY-SA 4.0", source="openLCA Nexus 2.4"))
    one, two = found.factor_set.factors
    assert (one.value, one.unit, one.gas, one.range_kind) == (1.0, "kgCO2e/kg", "CO2e", "none")
    assert (one.item, one.item_en) == ("Carbon dioxide, fossil [Emission to air/unspecified]", "Carbon dioxide, fossil")
    assert (one.category, one.method) == ("Guide 2020 / Global warming (GWP100a)", "Guide 2020")
    assert (two.value, two.unit, two.region) == (28.0, "kgCO2e/kg", "CN")
    assert "openLCA reference data “refdata”" in one.source
    assert "openLCA Nexus 2.4" in one.source
    notes = ("Warming over a century", f"flow: {CO2}", "CAS: 124-38-9", "chemical formula: CO2", "flow property: Mass")
    assert one.notes.splitlines() == list(notes)
    assert found.factor_set.info.licence == "CC BY-SA 4.0"
    assert found.factor_set.info.kind == "other"


def test_other_indicators_are_named(folder):
    by_name = read_openlca(folder, indicators=["acidification"]).factor_set.factors
    by_uuid = read_openlca(folder, indicators=[ACID]).factor_set.factors
    assert [(f.value, f.unit, f.gas) for f in by_name] == [(0.5, "kg SO2 eq/kg", "")]
    assert by_uuid == by_name
    (problem,) = errors(lambda: read_openlca(folder, indicators=["Noise"]))
    assert problem.id == "OLCA_NO_INDICATOR"
    assert "Global warming (GWP100a)" in problem.message.text()


def test_formulas_are_not_estimated_and_kept(folder):
    write(folder, "lcia_factors/0f3f.csv", "LCIA category,Flow,Flow property,Flow unit,Location,Factor",
          f"{GWP},{CO2},Mass,kg,,2*gwp_co2", f"{GWP},{CH4},Mass,kg,,28")  # fmt: skip
    found = read_openlca(folder)
    assert found.factor_set.factors[0].value is None
    assert "formula: 2*gwp_co2" in found.factor_set.factors[0].notes
    (told,) = [p for p in found.problems if p.id == "OLCA_FORMULA"]
    assert (told.row, told.cell) == (2, "F2")
    assert "lcia_factors/0f3f.csv" in told.message.text()


def test_references_that_lead_nowhere_are_errors_with_their_cells(folder):
    write(folder, "lcia_factors/0f3f.csv", "LCIA category,Flow,Flow property,Flow unit,Location,Factor",
          f"{GWP},{ACID},Mass,kg,,1", f"{GWP},{CH4},Mass,stone,,28", f"{GWP},{CH4},Mass,kg,Atlantis,28")  # fmt: skip
    found = errors(lambda: read_openlca(folder))
    unknown = {(p.cell, p.id) for p in found if p.id == "OLCA_UNKNOWN_REFERENCE"}
    assert unknown == {(cell, "OLCA_UNKNOWN_REFERENCE") for cell in ("B2", "D3", "E4")}


def test_the_form_of_openlca_1_has_semicolons_and_no_headers(tmp_path):
    data = tmp_path / "old"
    write(data, "lcia_categories.csv", f"{GWP};GWP 100a;;kg CO2-Eq.;{METHOD}")
    write(data, "lcia_methods.csv", f"{METHOD};Old guide;;")
    write(data, "categories.csv", f"{LAND};air;;FLOW;")
    write(data, "units.csv", f"{KG};kg;;1.0;;{METHOD}")
    write(data, "flows.csv", f"{CH4};Methane;;{LAND};ELEMENTARY_FLOW;74-82-8;CH4;{METHOD}")
    write(data, "lcia_factors.csv", f"{GWP};{CH4};{METHOD};{KG};25.0")
    (factor,) = read_openlca(data).factor_set.factors
    assert (factor.value, factor.unit, factor.item) == (25.0, "kgCO2e/kg", "Methane [air]")
    assert factor.category == "Old guide / GWP 100a"


def test_a_folder_without_climate_says_what_there_is(folder):
    write(
        folder,
        "lcia_categories.csv",
        "ID,Name,Description,Category,Reference unit",
        f"{ACID},Acidification,,,kg SO2 eq",
    )
    (problem,) = errors(lambda: read_openlca(folder))
    assert problem.id == "OLCA_NO_CLIMATE"
    assert "Acidification" in problem.message.text("zh")


# -- process workbooks -----------------------------------------------------------------------------------

HEAD = (
    "Is reference?", "Flow", "Category", "Amount", "Unit", "Costs/Revenues", "Currency", "Uncertainty",
    "(G)Mean | Mode", "SD | GSD", "Minimum", "Maximum", "Is avoided?", "Provider", "Data quality entry", "Location",
    "Description",
)  # fmt: skip
AIR = "Emission to air/high population density"
UUID = "3b30d058-02ef-4ed2-b357-5fc1a45c63e7"


def exchange(flow, amount, unit, *, category="", reference="", shape=("", "", "", "", ""), provider="", quality="",
             location="", description=""):  # fmt: skip
    return (reference, flow, category, amount, unit, "", "", *shape, "", provider, quality, location, description)


OUTPUTS = (
    HEAD,
    exchange("heat, district", 2.0, "MJ", reference="x"),
    exchange("Carbon dioxide, fossil", 0.2, "kg", category=AIR, shape=("log-normal", 0.2, 1.1, "", ""),
             quality="(2;1;3;3;1)", description="stack"),
    exchange("Methane, fossil", 0.0004, "kg", category=AIR, shape=("triangular", 0.0004, "", 0.0002, 0.0008)),
    exchange("Methane, bromo-, Halon 1001", 1e-9, "kg", category=AIR),
    exchange("Dinitrogen monoxide", 1e-6, "kg", category=AIR, shape=("normal", 1e-6, 2e-7, "", "")),
)  # fmt: skip
INPUTS = (
    HEAD,
    exchange("natural gas", 0.06, "m3", shape=("uniform", "", "", 0.05, 0.07), provider="gas grid", quality="n.a.",
             location="Europe"),
    exchange("electricity", "share*0.1", "kWh"),
)  # fmt: skip
SCALARS = ("Name", "Value", "Uncertainty", "(G)Mean | Mode", "SD | GSD", "Minimum", "Maximum", "Description")
SHEETS = [
    ("General information", (
        ("General information",), ("UUID", UUID), ("Name", "heat production"), ("Version", "01.02.003"), (),
        ("Time",), ("Valid from", "2018-01-01"), ("Valid until", "2022-12-31"), (), ("Geography",),
        ("Location", "China"),
    )),
    ("Documentation", (("Copyright", "false"), ("Access and use restrictions", "free for use"))),
    ("Inputs", INPUTS),
    ("Outputs", OUTPUTS),
    ("Parameters", (
        ("Global input parameters",), SCALARS,
        ("eta", 0.9, "triangular", 0.9, "", 0.85, 0.95, "efficiency"), (),
        ("Global calculated parameters",), ("Name", "Formula", "Description"), ("loss", "1-eta", ""), (),
        ("Input parameters",), SCALARS,
        ("share", 0.3, "", "", "", "", "", ""),
    )),
]  # fmt: skip


def process(tmp_path, sheets=SHEETS, name="heat.xlsx"):
    path = tmp_path / name
    path.write_bytes(workbook([(title, [list(row) for row in rows]) for title, rows in sheets]))
    return path


def by_parameter(found):
    return {f.parameter if f.parameter != "parameter" else f.item: f for f in found.factor_set.factors}


def test_exchanges_are_divided_by_the_reference_flow(tmp_path):
    found = read_openlca(process(tmp_path))
    factors = by_parameter(found)
    assert {name: (f.value, f.unit, f.gas) for name, f in factors.items()} == {
        "output: Carbon dioxide, fossil": (0.1, "kgCO2/MJ", "CO2"),
        "output: Methane, fossil": (0.0002, "kgCH4/MJ", "CH4"),
        "output: Methane, bromo-, Halon 1001": (5e-10, "kg/MJ", ""),
        "output: Dinitrogen monoxide": (5e-7, "kgN2O/MJ", "N2O"),
        "input: natural gas": (0.03, "m3/MJ", ""),
        "input: electricity": (None, "kWh/MJ", ""),
        "eta": (0.9, "1", ""),
        "share": (0.3, "1", ""),
    }
    co2 = factors["output: Carbon dioxide, fossil"]
    assert (co2.item, co2.region, co2.year, co2.valid_from, co2.valid_to) == (
        "heat production",
        "China",
        2022,
        2018,
        2022,
    )
    assert (co2.distribution, co2.params, co2.pedigree) == ("lognormal", "gmean=0.1; gsd=1.1", "2;1;3;3;1")
    assert "stack" in co2.notes
    assert f"process: {UUID}" in co2.notes
    assert co2.source == "openLCA process heat production 01.02.003; heat.xlsx"
    assert found.factor_set.info.licence == "free for use"
    assert "OLCA_NO_UNIT" in [p.id for p in found.problems]


def test_distributions_keep_their_meaning(tmp_path):
    factors = by_parameter(read_openlca(process(tmp_path)))
    low, middle, high = of_factor(factors["output: Carbon dioxide, fossil"]).quantile([0.025, 0.5, 0.975])
    assert middle == pytest.approx(0.1, rel=1e-12)
    assert high / middle == pytest.approx(1.1**1.959963984540054, rel=1e-12)  # formulas.md 4.9: gmean ×/÷ gsd^1.96
    assert middle / low == pytest.approx(high / middle, rel=1e-12)
    normal = of_factor(factors["output: Dinitrogen monoxide"])
    assert normal.quantile([0.8413447460685429])[0] == pytest.approx(6e-7, rel=1e-9)
    triangle = of_factor(factors["output: Methane, fossil"]).quantile([0.0, 1.0])
    assert list(triangle) == pytest.approx([0.0001, 0.0004], rel=1e-12)
    assert list(of_factor(factors["input: natural gas"]).quantile([0.0, 0.5, 1.0])) == pytest.approx(
        [0.025, 0.03, 0.035]
    )
    assert "data quality entry: n.a." in factors["input: natural gas"].notes
    assert "provider: gas grid" in factors["input: natural gas"].notes
    assert factors["input: natural gas"].region == "Europe"
    assert "formula: share*0.1" in factors["input: electricity"].notes


def test_the_same_from_a_sheet_saved_as_csv(tmp_path):
    rows = [",".join(f'"{cell}"' if cell != "" else "" for cell in row) for row in OUTPUTS]
    path = write(tmp_path, "outputs.csv", *rows)
    found = read_openlca(path, ImportOptions(region="CN", licence="x"))
    factors = by_parameter(found)
    assert factors["output: Carbon dioxide, fossil"].value == pytest.approx(0.1)
    assert factors["output: Carbon dioxide, fossil"].item == "heat, district"
    assert factors["output: Methane, fossil"].params == "min=0.0001; mode=0.0002; max=0.0004"


def test_a_sheet_of_parameters_alone(tmp_path):
    rows = [",".join(str(cell) for cell in row) for row in SHEETS[4][1][1:3]]
    (factor,) = read_openlca(write(tmp_path, "p.csv", *rows), ImportOptions(unit="kg/kg")).factor_set.factors
    assert (factor.item, factor.value, factor.unit, factor.notes) == ("eta", 0.9, "kg/kg", "efficiency")


def test_by_cas_number_where_the_flows_are_there(tmp_path):
    flows = (
        "Flows",
        (("UUID", "Name", "CAS"), ("x", "Biogas carbon", "000124-38-9"), ("y", "Methane, fossil", "74-87-3")),
    )
    outputs = ("Outputs", (HEAD, OUTPUTS[1], exchange("Biogas carbon", 1.0, "kg", category=AIR), OUTPUTS[3]))
    factors = by_parameter(read_openlca(process(tmp_path, [outputs, flows])))
    assert factors["output: Biogas carbon"].unit == "kgCO2/MJ"
    assert factors["output: Methane, fossil"].gas == ""


def test_waste_treatment_has_a_negative_reference(tmp_path):
    outputs = (HEAD, exchange("sludge", -2.0, "kg", reference="x"),
               exchange("Methane, fossil", 0.4, "kg", category=AIR, shape=("uniform", "", "", 0.2, 0.6)))  # fmt: skip
    (factor,) = read_openlca(process(tmp_path, [("Outputs", outputs)])).factor_set.factors
    assert (factor.value, factor.params) == (-0.2, "min=-0.3; max=-0.1")


@pytest.mark.parametrize("references", [(), ("x", "x")])
def test_one_reference_flow_is_needed(tmp_path, references):
    outputs = (HEAD, *(exchange(f"product {i}", 1.0, "kg", reference=r) for i, r in enumerate(references)), OUTPUTS[2])
    (problem,) = errors(lambda: read_openlca(process(tmp_path, [("Outputs", outputs)])))
    assert problem.id == "OLCA_NO_REFERENCE"
    assert problem.message.params["count"] == len(references)


def test_all_mistakes_of_a_process_come_at_once(tmp_path):
    outputs = (HEAD, OUTPUTS[1],
               exchange("Carbon dioxide, fossil", 0.2, "kg", category=AIR, shape=("log-normal", 0.2, 0.9, "", "")),
               exchange("Methane, fossil", 0.2, "kg", category=AIR, shape=("wobbly", 0.2, 1.1, "", "")),
               exchange("Dinitrogen monoxide", 1.0, "kg", category=AIR, shape=("normal", "some", 0.1, "", "")),
    )  # fmt: skip
    found = errors(lambda: read_openlca(process(tmp_path, [("Outputs", outputs)])))
    assert {(p.row, p.id) for p in found} >= {
        (3, "DISTRIBUTION_PARAMS"), (4, "DISTRIBUTION_UNKNOWN"), (5, "NUMBER_UNREADABLE"),
    }  # fmt: skip
    assert any(p.cell == "I5" for p in found)


def test_a_reference_of_nothing_is_refused(tmp_path):
    outputs = (HEAD, exchange("heat", 0.0, "MJ", reference="x"), OUTPUTS[2])
    found = errors(lambda: read_openlca(process(tmp_path, [("Outputs", outputs)])))
    assert [p.id for p in found] == ["OLCA_REFERENCE_ZERO"]


@pytest.mark.parametrize("name", ["none.csv", "table.csv", "book.xlsx", "folder"])
def test_what_is_no_export_is_refused(tmp_path, name):
    path = tmp_path / name
    if name == "table.csv":
        write(tmp_path, name, "item,value,unit", "forest,1,tC/ha")
    elif name == "book.xlsx":
        process(tmp_path, [("Sheet1", (("a", "b"),))], name)
    elif name == "folder":
        path.mkdir()
    with pytest.raises(FactorError) as caught:
        read_openlca(path)
    assert caught.value.message.id == ("SET_FILE_MISSING" if name == "none.csv" else "OLCA_NOT_RECOGNISED")
    assert caught.value.text("zh") != caught.value.text("en")
