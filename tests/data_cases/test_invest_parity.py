"""Parity with InVEST's carbon model: its pools table and land-use rasters give its totals and its value, to 1e-9.

Oracle is the documented formula, written out here on pixels with numpy alone (InVEST user guide, Carbon Storage and
Sequestration): stock = Σ pixels (above + below + soil + dead) [t C/ha] × area of a pixel [ha]; change = alternate
− base where both dates have a class; value = change × V/(q − p) × Σ_{t=0}^{q−p−1} 1/[(1 + r)^t (1 + c)^t].
"""

import csv
import math

import numpy as np
import pytest
import shapely
from osgeo import gdal, ogr

from carbon_planner import api
from carbon_planner.accounting.methods.valuation import invest_value
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.classes.library import ClassLibrary
from carbon_planner.factors.exports_invest import invest_table, write_invest
from carbon_planner.factors.store import open_set
from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.cellclasses import class_areas, pairs_from_cells
from carbon_planner.geometry.cells import zone_sums
from carbon_planner.geometry.grid import ArrayCells, grid_of
from carbon_planner.storage.rasters import open_raster, write_classes

POOLS = "carbon_pools_willamette/carbon_pools_willamette.csv"
PRICE, RATE, CHANGE, FIRST, LAST = 43.0, 0.07, 0.02, 2020, 2030
MM2_PER_HA = 1e10
PLANAR = AreaMethod.PLANAR


def densities(path):
    """{lucode: t C/ha}, read by the csv module."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = [{name.lower(): text for name, text in row.items()} for row in csv.DictReader(handle)]
    return {int(r["lucode"]): sum(float(r[f"c_{pool}"]) for pool in ("above", "below", "soil", "dead")) for r in rows}


def documented_value(change, price=PRICE, rate=RATE, price_change=CHANGE, first=FIRST, last=LAST):
    """The guide's formula term by term."""
    years = range(last - first)
    return change * price / (last - first) * sum(1 / ((1 + rate) ** t * (1 + price_change) ** t) for t in years)


def on_pixels(codes, pools, hectares):
    """Stock of every pixel, t C."""
    table = np.full(max(pools) + 1, np.nan)
    table[list(pools)] = list(pools.values())
    return table[codes] * hectares


def read(path):
    """Codes, validity and transform of a raster by GDAL alone."""
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    codes = band.ReadAsArray().astype(np.int64)
    return codes, codes != band.GetNoDataValue(), dataset.GetGeoTransform(), dataset.GetProjectionRef()


def polygonised(codes, valid, transform):
    """Patches of one code as polygons, by GDAL: the vector form of the same land use."""
    rows, cols = codes.shape
    raster = gdal.GetDriverByName("MEM").Create("", cols, rows, 2, gdal.GDT_Int32)
    raster.SetGeoTransform(transform)
    raster.GetRasterBand(1).WriteArray(codes)
    raster.GetRasterBand(2).WriteArray(valid.astype(np.int32))
    source = ogr.GetDriverByName("Memory").CreateDataSource("patches")
    layer = source.CreateLayer("patches", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("code", ogr.OFTInteger))
    gdal.Polygonize(raster.GetRasterBand(1), raster.GetRasterBand(2), layer, 0)
    found = [(bytes(f.GetGeometryRef().ExportToWkb()), f.GetField(0)) for f in layer]
    return shapely.from_wkb(np.array([wkb for wkb, _ in found], dtype=object)), [code for _, code in found]


@pytest.fixture(scope="module")
def pools(data):
    return densities(data(POOLS))


@pytest.fixture(scope="module")
def dates(data):
    """Land use of two dates on one grid (four classes, which the pools table knows), where both dates have a class."""
    base, base_valid, transform, crs = read(data("molusce_lulc/init.tif"))
    later, later_valid, other, _ = read(data("molusce_lulc/final.tif"))
    assert other == transform
    return base, later, base_valid & later_valid, transform, crs


def extent(transform, shape):
    return np.array([grid_of(ArrayCells(np.zeros(shape), transform)).outline(0, 0, *shape)], dtype=object)


def test_totals_of_both_dates_from_the_rasters(data, pools):
    for name in ("init", "final"):
        path = data(f"molusce_lulc/{name}.tif")
        codes, valid, transform, _ = read(path)
        hectares = abs(transform[1] * transform[5]) / 1e4
        expected = math.fsum(on_pixels(codes[valid], pools, hectares))
        with open_raster(path) as raster:
            found = class_areas(raster, extent(transform, codes.shape), api.Crs.from_text(raster.crs), method=PLANAR)
        got = sum(pools[c] * mm2 / MM2_PER_HA for c, mm2 in zip(found.classes.tolist(), found.mm2[0].tolist()))
        assert got == pytest.approx(expected, rel=1e-9), name
        assert found.uncovered_mm2[0] / 1e6 == pytest.approx((~valid).sum() * hectares * 1e4, rel=1e-9)


def test_change_and_value_of_zones_on_the_rasters(pools, dates):
    """Zones that cut through pixels share the change of each by area; together they have the documented total."""
    base, later, both, transform, crs = dates
    hectares = abs(transform[1] * transform[5]) / 1e4
    change = np.where(both, on_pixels(np.where(both, later, 1), pools, hectares), 0.0)
    change -= np.where(both, on_pixels(np.where(both, base, 1), pools, hectares), 0.0)
    expected = math.fsum(change.ravel())
    whole = extent(transform, base.shape)[0]
    x0, y0, x1, y1 = whole.bounds
    random = np.random.default_rng(7)
    points = shapely.MultiPoint(np.column_stack([random.uniform(x0, x1, 40), random.uniform(y0, y1, 40)]))
    zones = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=whole)), whole)
    pairs = ArrayCells(base * 1000 + later, transform, valid=both)
    found = class_areas(pairs, zones, api.Crs.from_text(crs), method=PLANAR)
    before, after = found.classes // 1000, found.classes % 1000
    gain = np.array([pools[int(b)] - pools[int(a)] for a, b in zip(before, after)])
    by_zone = (found.mm2 / MM2_PER_HA) @ gain
    assert by_zone.sum() == pytest.approx(expected, rel=1e-9)
    summed = zone_sums(ArrayCells(change, transform), zones, api.Crs.from_text(crs), method=PLANAR)
    np.testing.assert_allclose(by_zone, summed.value, rtol=1e-9, atol=1e-6)
    value = invest_value(by_zone, PRICE, RATE, CHANGE, FIRST, LAST).sum()
    assert value == pytest.approx(documented_value(expected), rel=1e-9)


def test_the_same_land_use_as_polygons_through_the_evaluation(data, pools, dates):
    """Plan = patches of the later date, base = patches of the earlier one: net is −Δ × 44/12, stocks are the totals."""
    window = np.s_[100:140, 150:200]
    base, later, both, transform, crs = dates
    base, later, both = base[window], later[window], both[window]
    place = (transform[0] + 150 * transform[1], transform[1], 0.0, transform[3] + 100 * transform[5], 0.0, transform[5])
    hectares = abs(place[1] * place[5]) / 1e4
    stock_before = math.fsum(on_pixels(base[both], pools, hectares))
    stock_after = math.fsum(on_pixels(later[both], pools, hectares))
    zones, plan = polygonised(later, both, place)
    parcels, now = polygonised(base, both, place)
    assert len(zones) > 20
    there = api.Crs.from_text(crs)
    result = api.evaluate(
        api.PlanZones("later", [f"z{i}" for i in range(len(zones))], zones, there, [str(c) for c in plan]),
        api.BaseParcels("earlier", [f"b{i}" for i in range(len(parcels))], parcels, there, [str(c) for c in now]),
        api.Settings(factor_set=str(data(POOLS)), area_method="planar"),
    )
    assert result.zones["cp_bstk_tc"].sum() == pytest.approx(stock_before, rel=1e-9)
    assert result.zones["cp_pstk_tc"].sum() == pytest.approx(stock_after, rel=1e-9)
    assert result.totals.net == pytest.approx(-(stock_after - stock_before) * CO2_PER_C, rel=1e-9)
    change = -result.totals.net / CO2_PER_C
    value = float(invest_value(change, PRICE, RATE, CHANGE, FIRST, LAST))
    assert value == pytest.approx(documented_value(stock_after - stock_before), rel=1e-9)
    # and the raster gives the evaluation's own stocks, zone by zone
    cells = ArrayCells(base, place, valid=both)
    found = pairs_from_cells(cells, zones, there, method=PLANAR)
    stocks = np.zeros(len(zones))
    index = [pools[int(c)] for c in found.classes]
    zone = found.pairs.fragment_zone[found.pairs.pair_fragment]
    np.add.at(stocks, zone, found.pairs.pair_mm2 / MM2_PER_HA * np.array(index)[found.pairs.pair_parcel])
    np.testing.assert_allclose(stocks, result.zones["cp_bstk_tc"], rtol=1e-9, atol=1e-8)


def test_golden_numbers_of_the_guide(tmp_path):
    """formulas.md 4.1 and 4.2: 10 ha forest → urban is −2300 t C, worth −74 325.646941 at 43 per t and 7 %."""
    table = tmp_path / "pools.csv"
    table.write_text("lucode,LULC_name,c_above,c_below,c_soil,c_dead\n1,Forest,140,70,35,12\n2,Urban,5,5,15,2\n")
    place = (500_000.0, 100.0, 0.0, 3_300_200.0, 0.0, -100.0)
    there = api.Crs.from_text("EPSG:32648")
    forest = np.ones((2, 5), dtype=np.int64)
    square = extent(place, forest.shape)
    pools = densities(table)
    found = class_areas(ArrayCells(forest * 1000 + 2, place), square, there, method=PLANAR)
    assert found.mm2.tolist() == [[10 * int(MM2_PER_HA)]]
    change = 10.0 * (pools[2] - pools[1])
    assert change == -2300.0
    parcels, now = polygonised(forest, forest > 0, place)
    result = api.evaluate(
        api.PlanZones("plan", ["a"], square, there, ["2"]),
        api.BaseParcels("now", ["b"], parcels, there, [str(c) for c in now]),
        api.Settings(factor_set=str(table), area_method="planar"),
    )
    assert -result.totals.net == pytest.approx(-8433.333333333334, rel=1e-12)
    assert float(invest_value(change, 43.0, 0.07, 0.0, 2020, 2030)) == pytest.approx(-74325.646941, rel=1e-10)
    assert documented_value(change, price_change=0.0) == pytest.approx(-74325.646941, rel=1e-10)


def test_what_is_exported_gives_invest_the_evaluations_stocks(tmp_path):
    """Pools and LULC written for InVEST, put through the documented formula, against the evaluation of the polygons."""
    place = (499_980.0, 30.0, 0.0, 3_300_600.0, 0.0, -30.0)  # on multiples of the cell, as the raster written will be
    there = api.Crs.from_text("EPSG:4545")
    codes = ["0101", "0201", "0301", "0404", "1104"]  # no construction land: that has cover shares here
    random = np.random.default_rng(11)
    blocks = np.kron(random.integers(0, 5, (5, 6)), np.ones((4, 3), dtype=np.int64))
    parcels, patches = polygonised(blocks, blocks >= 0, place)
    classes = [codes[number] for number in patches]
    table = invest_table(open_set("cq_mixed_0_100cm"), ClassLibrary.shipped(), "survey3", codes)
    write_invest(tmp_path, table)
    target = tmp_path / "lulc.tif"
    size = write_classes(target, [g.wkb for g in parcels], [table.lucode[c] for c in classes], there.wkt, 30.0)
    assert size == blocks.shape
    raster, valid, transform, _ = read(target)
    assert valid.all()
    assert transform == place
    expected = math.fsum(on_pixels(raster.ravel(), densities(tmp_path / "carbon_pools.csv"), 0.09))
    result = api.evaluate(
        api.PlanZones("zone", ["all"], extent(place, blocks.shape), there, None),
        api.BaseParcels("now", [f"b{i}" for i in range(len(parcels))], parcels, there, classes),
        api.Settings(factor_set="cq_mixed_0_100cm", base_system="survey3", area_method="planar"),
    )
    row = result.zones.iloc[0]
    assert row["cp_bstk_tc"] == pytest.approx(expected, rel=1e-9)
