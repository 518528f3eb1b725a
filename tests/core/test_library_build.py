"""The shipped factor library as a file: reproducible, a valid GeoPackage, complete and consistent."""

import csv
import re
from pathlib import Path

import pytest

from carbon_planner.base.units import parse_unit
from carbon_planner.storage import schema
from carbon_planner.storage.geopackage import APPLICATION_ID, schema_version
from carbon_planner.storage.record_columns import FACTOR_COLUMNS
from carbon_planner.storage.sqlite import check_integrity, reading

COVER_CLASSES = (
    "SELECT DISTINCT green_class FROM cp_cover_defaults",
    "SELECT DISTINCT building_class FROM cp_cover_defaults",
    "SELECT DISTINCT other_sealed_class FROM cp_cover_defaults",
    "SELECT DISTINCT water_class FROM cp_cover_defaults",
    "SELECT DISTINCT bare_class FROM cp_cover_defaults",
)


@pytest.fixture(scope="module")
def query(shipped_library):
    """Run a statement on the library and give all rows."""

    def run(statement, *parameters):
        with reading(shipped_library, immutable=True) as connection:
            return [tuple(row) for row in connection.execute(statement, parameters)]

    return run


def source_files(shipped_library):
    return sorted(Path(shipped_library).parent.glob("*.csv"))


def test_two_builds_are_byte_equal(tmp_path, shipped_library, build_library):
    first, second = tmp_path / "一" / "库 1.gpkg", tmp_path / "b.gpkg"
    first.parent.mkdir()
    build_library("--force", "--out", str(first))
    build_library("--force", "--out", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() == Path(shipped_library).read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.gpkg", "一"]  # no partial file is left


def test_an_up_to_date_library_is_left_alone(tmp_path, build_library):
    target = tmp_path / "library.gpkg"
    build_library("--out", str(target))
    before = target.stat().st_mtime_ns
    assert "up to date" in build_library("--out", str(target)).stdout
    assert target.stat().st_mtime_ns == before


def test_a_damaged_library_is_built_again(tmp_path, shipped_library, build_library):
    target = tmp_path / "library.gpkg"
    target.write_bytes(b"not a database")
    assert "wrote" in build_library("--out", str(target)).stdout
    assert target.read_bytes() == Path(shipped_library).read_bytes()


def test_is_a_geopackage_of_attribute_tables(query, shipped_library):
    assert query("PRAGMA application_id") == [(APPLICATION_ID,)]
    assert query("PRAGMA user_version")[0][0] >= 10200
    assert {row[0] for row in query("SELECT srs_id FROM gpkg_spatial_ref_sys")} == {-1, 0, 4326}
    contents = query("SELECT table_name, data_type, last_change FROM gpkg_contents")
    assert {row[0] for row in contents} == {table.name for table in schema.LIBRARY_TABLES}
    assert {row[1:] for row in contents} == {("attributes", "2025-01-01T00:00:00.000Z")}
    for name, *_ in contents:
        keys = query("SELECT name, type FROM pragma_table_info(?) WHERE pk = 1", name)
        assert keys == [("fid", "INTEGER")], name
    check_integrity(shipped_library)
    assert schema_version(shipped_library) == schema.SCHEMA_VERSION


def test_gdal_lists_every_table(shipped_library):
    ogr = pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")
    source = ogr.Open(str(shipped_library))
    names = [source.GetLayer(i).GetName() for i in range(source.GetLayerCount())]
    assert names == [table.name for table in schema.LIBRARY_TABLES]
    factors = source.GetLayerByName("cp_factors")
    assert factors.GetFeatureCount() == 1873
    factors.SetAttributeFilter("factor_id = 's_cqmix_forest_soil'")
    assert factors.GetNextFeature().GetField("value") == 90.9


def test_counts(query):
    counts = dict(query("SELECT system, COUNT(*) FROM cp_classes GROUP BY system"))
    assert counts == {
        "landsea2023": 175,
        "landsea2020": 169,
        "gbt21010": 85,
        "survey3": 81,
        "gb50137": 111,
        "cjjt85": 31,
        "cjjt85_2002": 29,
        "corine": 64,
        "worldcover": 11,
        "clcd": 9,
        "cnlucc": 32,
        "esri10m": 12,
        "fromglc10": 10,
        "globeland30": 11,
        "dynamicworld": 9,
        "ipcc": 6,
    }
    levels = dict(query("SELECT level, COUNT(*) FROM cp_classes WHERE system = 'landsea2023' GROUP BY level"))
    assert levels == {1: 24, 2: 111, 3: 40}
    assert query("SELECT COUNT(*) FROM cp_cover_defaults") == [(175,)]
    assert query("SELECT COUNT(*) FROM cp_generic") == [(28,)]


def test_every_class_has_a_crosswalk_and_every_end_exists(query):
    known = set(query("SELECT system, code FROM cp_classes"))
    known |= {("generic", code) for (code,) in query("SELECT generic_class FROM cp_generic")}
    links = query("SELECT from_system, from_code, to_system, to_code, alternatives FROM cp_crosswalks")
    for from_system, from_code, to_system, to_code, alternatives in links:
        assert (from_system, from_code) in known
        ends = [code for code in (to_code, *alternatives.split("|")) if code]
        assert all((to_system, code) in known for code in ends), (from_system, from_code, ends)
    linked = {link[:2] for link in links}
    assert {key for key in known if key[0] != "generic"} - linked == set()


def test_parents_exist_and_lead_to_the_first_level(query):
    rows = {(s, c): (p, level) for s, c, p, level in query("SELECT system, code, parent, level FROM cp_classes")}
    for (system, code), (parent, level) in rows.items():
        steps = 0
        while parent:
            parent, level = rows[system, parent]
            steps += 1
            assert steps < 4, (system, code)
        assert level == 1 or (system, code) == ("cnlucc", "99")  # the sea stands outside the six classes


def test_cover_shares_sum_to_one_within_their_ranges(query):
    known = {code for (code,) in query("SELECT generic_class FROM cp_generic")}
    for statement in COVER_CLASSES:
        assert {name for (name,) in query(statement)} - known <= {""}
    for code, *shares in query(
        "SELECT code, green_share, building_share, other_sealed_share, water_share, bare_share FROM cp_cover_defaults"
    ):
        assert sum(shares) == pytest.approx(1.0, abs=1e-9), code
    assert _outside(query) == []


def _outside(query):
    return query(
        """SELECT code FROM cp_cover_defaults WHERE green_share NOT BETWEEN green_share_low AND green_share_high
        OR building_share NOT BETWEEN building_share_low AND building_share_high
        OR other_sealed_share NOT BETWEEN other_sealed_share_low AND other_sealed_share_high
        OR water_share NOT BETWEEN water_share_low AND water_share_high
        OR bare_share NOT BETWEEN bare_share_low AND bare_share_high
        OR plot_ratio NOT BETWEEN plot_ratio_low AND plot_ratio_high"""
    )


def test_factors_carry_what_a_figure_needs(query):
    rows = query("SELECT factor_id, unit, source, region, confidence, evidence, range_kind, low, high FROM cp_factors")
    for factor_id, unit, source, region, confidence, evidence, range_kind, low, high in rows:
        assert unit and source and region, factor_id
        assert (confidence, evidence) in {
            ("verified", "text"),
            ("verified", "transcription"),
            ("recalled", "memory"),
            ("derived", "computed"),
            ("derived", "judgement"),
        }, factor_id
        assert (low is None and high is None) == (range_kind == "none") or range_kind == "minmax", factor_id


def test_ranges_hold_their_value(query):
    outside = query("SELECT factor_id FROM cp_factors WHERE value < low OR value > high")
    assert outside == []


def test_land_factors_parse_as_carbon_per_hectare(query):
    rows = query(
        """SELECT f.factor_id, f.unit, f.gas, s.kind FROM cp_factors f JOIN cp_sets s USING (set_id)
        WHERE s.kind IN ('land_stock', 'land_flux')"""
    )
    assert len(rows) == 112 + 29
    for factor_id, text, gas, kind in rows:
        unit = parse_unit(text)
        assert unit.substance == gas and gas in ("C", "CO2"), factor_id
        assert unit.tonnes_per_ha() == 1.0
        assert unit.yearly == (kind == "land_flux" and not factor_id.endswith("forest2built")), factor_id


def test_gas_is_read_off_the_unit(query):
    rows = dict(query("SELECT factor_id, gas FROM cp_factors WHERE set_id IN ('energy', 'ipcc_afolu', 'gwp')"))
    assert rows["ipcc_cc_anthracite"] == "C"
    assert rows["gwp_ar4_ch4"] == "CH4"
    assert rows["ipcc_ncv_anthracite"] == ""


def test_shipped_texts_hold_no_secret_like_strings(shipped_library):
    hexadecimal = re.compile(r"\b[0-9a-fA-F]{24,}\b")
    for path in source_files(shipped_library):
        assert hexadecimal.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_source_files_are_clean(shipped_library):
    for path in source_files(shipped_library):
        raw = path.read_bytes()
        assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\n"), path.name
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.reader(handle))
        assert len({len(row) for row in rows}) == 1, path.name
        assert len(rows[0]) == len(set(rows[0])), path.name


def test_what_the_files_leave_out_is_empty_in_the_store(query):
    """Columns of the full record that no CSV file has: texts empty, numbers unknown, never 0."""
    later = [c for c in FACTOR_COLUMNS if c.since > 1]
    with_text = query("SELECT count(*) FROM cp_factors WHERE status <> '' OR reviewer <> '' OR replaced_by <> ''")
    assert with_text == [(0,)]  # shipped factors stand where their set stands
    assert {c.kind for c in later} == {"TEXT", "INTEGER"}
    assert query("SELECT count(*) FROM cp_factors WHERE valid_from = 0 OR valid_to = 0 OR calc_year = 0") == [(0,)]
    assert query("SELECT count(*) FROM cp_factors WHERE tier IS NULL OR params IS NULL OR link IS NULL") == [(0,)]
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", row[0]) for row in query("SELECT DISTINCT released FROM cp_sets"))
    assert query("SELECT count(*) FROM cp_changes") == [(0,)]
