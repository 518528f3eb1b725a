"""Real rasters under real and random zones: exact against cell-by-cell intersection, whole against published counts."""

import numpy as np
import pytest
import shapely

from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.cellclasses import class_areas
from carbon_planner.geometry.cells import zone_means
from carbon_planner.geometry.crs import Crs, transform
from carbon_planner.geometry.grid import grid_of
from carbon_planner.storage.rasters import open_raster
from carbon_planner.storage.vectors import read_vectors

# Pixel centres in the park, counted by GDAL (README of the data).
CENTRES = {2: 4205, 3: 98285, 4: 298299, 5: 203701, 6: 235, 7: 62, 8: 679}


def polygons(path):
    table = read_vectors(path, [])
    return shapely.from_wkb(np.array(table.wkb, dtype=object)), Crs.from_text(table.crs)


def test_land_cover_of_a_national_park(data):
    park, crs = polygons(data("zion_nlcd/zion.gpkg"))
    with open_raster(data("zion_nlcd/nlcd.tif")) as raster:
        cells_crs = Crs.from_text(raster.crs)
        found = class_areas(raster, park, crs, cells_crs=cells_crs)
        again = class_areas(raster, park, crs, cells_crs=cells_crs, band_cells=30_000)
        names = [raster.classes[int(code)] for code in found.classes]
        pixel = abs(raster.transform[1] * raster.transform[5])
    assert names == ["Developed", "Barren", "Forest", "Shrubland", "Herbaceous", "Cultivated", "Wetlands"]
    assert int(found.mm2.sum()) + int(found.uncovered_mm2[0]) == int(found.zone_mm2[0])
    assert found.uncovered_mm2.tolist() == [0]
    assert again.mm2.tolist() == found.mm2.tolist()
    # at 1.5° from the central meridian the plane is 2e-4 too large; the rest is centres against parts
    counted = dict(zip(found.classes.tolist(), found.mm2[0] / 1e6 / pixel))
    for code, centres in CENTRES.items():
        assert counted[code] == pytest.approx(centres, rel=1e-3, abs=8.0), code


@pytest.mark.parametrize("count", [60, pytest.param(1200, marks=pytest.mark.long)])
def test_shares_of_zones_are_those_of_cell_by_cell_intersection(data, count):
    """Zones of 25 m to 1 km, turned at random; the largest difference of a share stays below 1e-9."""
    random = np.random.default_rng(5)
    with open_raster(data("zion_nlcd/nlcd.tif")) as raster:
        crs, grid = Crs.from_text(raster.crs), grid_of(raster)
        x0, y0, x1, y1 = grid.outline(0, 0, grid.rows, grid.cols).bounds
        side = np.exp(random.uniform(np.log(25.0), np.log(1000.0), count))
        at = np.column_stack([random.uniform(x0 + 2000, x1 - 2000, count), random.uniform(y0 + 2000, y1 - 2000, count)])
        turn = random.uniform(0, np.pi, count)[:, None] + np.arange(4) * np.pi / 2
        corners = at[:, None, :] + side[:, None, None] / np.sqrt(2) * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
        zones = shapely.polygons(corners)
        values, _ = raster.window(0, 0, raster.rows, raster.cols)
        for zone in np.arange(count):
            found = class_areas(raster, zones[zone : zone + 1], crs, method=AreaMethod.PLANAR)
            low, high = np.sort(grid.to_cells(shapely.get_coordinates(zones[zone])), axis=0)[[0, -1]]
            row, col = np.mgrid[int(low[1]) : int(high[1]) + 1, int(low[0]) : int(high[0]) + 1].reshape(2, -1)
            part = shapely.area(shapely.intersection(grid.boxes(row, col), zones[zone]))
            expected = np.bincount(values[row, col], part, minlength=10) / shapely.area(zones[zone])
            got = np.zeros(10)
            got[found.classes] = found.mm2[0] / found.zone_mm2[0]
            assert np.abs(got - expected).max() < 1e-9


def test_heights_under_zones_of_another_system(data):
    """Zones in WGS 84 on a raster of ED50: means lie within the cells they meet, and cover is told."""
    zones, crs = polygons(data("qgis_zonal_cases/small_polys.shp"))
    with open_raster(data("qgis_zonal_cases/raster.tif")) as raster:
        cells_crs = Crs.from_text(raster.crs)
        own = zone_means(raster, zones, crs, cells_crs=cells_crs)
        world = Crs.from_text("EPSG:4258")
        moved = zone_means(raster, transform(zones, crs, world), world, cells_crs=cells_crs)
        values, good = raster.window(0, 0, raster.rows, raster.cols)
    met = ~np.isnan(own.value)
    assert met.any()
    assert (own.value[met] >= values[good].min()).all()
    assert (own.value[met] <= values[good].max()).all()
    np.testing.assert_allclose(moved.value[met], own.value[met], rtol=1e-6)
    np.testing.assert_allclose(moved.covered[met], own.covered[met], atol=1e-6)
