"""The library against the tables that it was compiled from: nothing lost, nothing changed but what is stated."""

import csv

import pytest

FACTOR_TABLES = (
    "factors_stock_pools.csv",
    "factors_direct_cn_literature.csv",
    "factors_ipcc_afolu.csv",
    "factors_energy.csv",
    "factors_building.csv",
    "factors_transport_waste_industry.csv",
    "gwp.csv",
)
NUMBERS = ("value", "low", "high")
# Changed on purpose, each with its reason in factors/library/README.md.
NOT_ESTIMATED = "s_cqmix_water_soil"


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def source(data_dir):
    """Folder of the source tables."""
    folder = data_dir.parent / "factors"
    if not folder.is_dir():
        pytest.skip("no source tables beside the real test data")
    return folder


@pytest.fixture(scope="module")
def shipped(repository):
    """Rows of a table of the library by file name."""
    folder = repository / "carbon_planner" / "factors" / "library"
    return lambda name: rows_of(folder / name)


@pytest.fixture(scope="module")
def factors(repository):
    """All factors of the library by id; those of composed sets are not among them."""
    folder = repository / "carbon_planner" / "factors" / "library"
    return {row["factor_id"]: row for path in sorted(folder.glob("factors_*.csv")) for row in rows_of(path)}


@pytest.mark.parametrize("table", FACTOR_TABLES)
def test_every_figure_is_as_in_its_source(source, factors, table):
    rows = rows_of(source / table)
    assert rows
    for row in rows:
        mine = factors[row["factor_id"]]
        if row["factor_id"] == NOT_ESTIMATED:
            assert [mine[name] for name in NUMBERS] == ["", "", ""]
            continue
        kept = (*NUMBERS, "unit", "region", "year", "item", "item_zh", "source", "confidence", "evidence", "notes")
        assert {name: mine[name] for name in kept} == {name: row[name] for name in kept}
        if "range_kind" in row:
            assert mine["range_kind"] == row["range_kind"]


# How a figure can have come to its confidence.
EVIDENCE = {
    "verified": {"text", "transcription"},
    "recalled": {"memory"},
    "derived": {"computed", "judgement"},
}


def test_nothing_is_lost_and_new_figures_say_where_they_are_from(source, factors):
    """The library may grow beyond the tables it began with, not without source and evidence."""
    known = {row["factor_id"] for table in FACTOR_TABLES for row in rows_of(source / table)}
    assert known - factors.keys() == set()
    added = factors.keys() - known
    assert added >= {"d_cn_direct_built", "d_cn_direct_wetland"}
    for factor_id in sorted(added):
        row = factors[factor_id]
        assert row["source"], factor_id
        assert row["evidence"] in EVIDENCE[row["confidence"]], factor_id


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ("cover_defaults_by_class.csv", "cover_defaults.csv"),
        ("targets_policy.csv", "targets_policy.csv"),
        ("field_profiles.csv", "field_profiles.csv"),
        ("survey_attribute_codes.csv", "survey_attribute_codes.csv"),
    ],
)
def test_tables_that_were_taken_over_whole(source, shipped, theirs, mine):
    assert shipped(mine) == rows_of(source / theirs)


def test_generic_classes_and_their_crosswalk(source, shipped):
    generic = {row["generic_class"]: row for row in shipped("generic.csv")}
    assert generic == {row["generic_class"]: row for row in rows_of(source / "classes_generic.csv")}
    mine = {r["from_code"]: r["to_code"] for r in shipped("crosswalk_landsea.csv") if r["to_system"] == "generic"}
    theirs = rows_of(source / "crosswalk_landsea_to_generic.csv")
    assert mine == {row["landsea_code"]: row["generic_class"] for row in theirs}


def test_crosswalks_to_landsea(source, shipped):
    names = {
        "GBT21010-2017": "gbt21010",
        "survey3": "survey3",
        "GB50137-2011": "gb50137",
        "CJJT85-2017": "cjjt85",
        "CJJT85-2002": "cjjt85_2002",
    }
    mine = {
        (row["from_system"], row["from_code"]): (row["to_code"], row["alternatives"])
        for name in ("crosswalk_survey.csv", "crosswalk_plan.csv")
        for row in shipped(name)
        if row["to_system"] == "landsea2023"
    }
    theirs = {}
    for table in ("survey_to_landsea", "gb50137_to_landsea2023", "cjjt85_to_landsea2023"):
        for row in rows_of(source / f"crosswalk_{table}.csv"):
            theirs[names[row["scheme"]], row["code"]] = (row["landsea_code"], row["alternatives"])
    assert {key: mine[key] for key in theirs} == theirs
    added = mine.keys() - theirs.keys()
    assert all(len(code) == 2 and system in ("survey3", "gbt21010") for system, code in added)
    assert len(added) == 23  # first-level classes of both surveys, judged by name
