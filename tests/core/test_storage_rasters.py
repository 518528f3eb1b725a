"""Raster bands through GDAL: what is a value, what lies where, and rasters of classes written whole or not at all."""

import numpy as np
import pytest
import shapely
from osgeo import gdal, osr

from carbon_planner.base.errors import InputError, StorageError
from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.cellclasses import class_areas
from carbon_planner.geometry.cells import zone_means
from carbon_planner.geometry.crs import Crs
from carbon_planner.storage.rasters import NO_CLASS, open_raster, write_classes

PLACE = (500_000.0, 10.0, 0.0, 3_300_040.0, 0.0, -10.0)
GK = Crs.from_text("EPSG:4545")
PLANAR = AreaMethod.PLANAR
DRIVER = gdal.GetDriverByName("GTiff")


def put(band, values):
    """Write cells as bytes: GDAL's own arrays are compiled against one NumPy."""
    kind, dtype = (gdal.GDT_Float64, np.float64) if values.dtype.kind == "f" else (gdal.GDT_Int32, np.int32)
    rows, cols = values.shape
    band.WriteRaster(0, 0, cols, rows, values.astype(dtype).tobytes(), buf_type=kind)


def make(path, values, *, nodata=None, place=PLACE, crs=4545, kind=None, names=None, mask=None, scale=None, table=None):
    values = np.asarray(values)
    rows, cols = values.shape
    kind = kind or (gdal.GDT_Float64 if values.dtype.kind == "f" else gdal.GDT_Int32)
    dataset = DRIVER.Create(str(path), cols, rows, 1, kind)
    if place is not None:
        dataset.SetGeoTransform(place)
    if crs:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(crs)
        dataset.SetProjection(reference.ExportToWkt())
    band = dataset.GetRasterBand(1)
    put(band, values)
    if nodata is not None:
        band.SetNoDataValue(nodata)
    if names:
        band.SetCategoryNames(names)
    if scale:
        band.SetScale(scale[0])
        band.SetOffset(scale[1])
    if table is not None:
        band.SetDefaultRAT(table)
    if mask is not None:
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        put(band.GetMaskBand(), np.where(mask, 255, 0))
    dataset.FlushCache()
    return path


def refusal(run, kind=InputError):
    with pytest.raises(kind) as caught:
        run()
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value.message.id


def test_grid_values_and_names(tmp_path):
    path = make(tmp_path / "a.tif", [[1, 2], [3, 9]], nodata=9, names=["", "Forest", "Urban", "Water"])
    with open_raster(path) as raster:
        assert (raster.transform, raster.rows, raster.cols, raster.nodata) == (PLACE, 2, 2, 9.0)
        assert raster.classes == {1: "Forest", 2: "Urban", 3: "Water"}
        assert raster.whole
        assert Crs.from_text(raster.crs).same_as(GK)
        values, good = raster.window(0, 1, 2, 1)
        assert values.tolist() == [[2], [9]]
        assert good.tolist() == [[True], [False]]


def test_names_of_an_attribute_table_go_first(tmp_path):
    table = gdal.RasterAttributeTable()
    table.CreateColumn("VALUE", gdal.GFT_Integer, gdal.GFU_MinMax)
    table.CreateColumn("Class", gdal.GFT_String, gdal.GFU_Name)
    table.SetRowCount(2)
    for row, (value, name) in enumerate([(41, "乔木林地"), (21, "Developed")]):
        table.SetValueAsInt(row, 0, value)
        table.SetValueAsString(row, 1, name)
    path = make(tmp_path / "a.tif", [[41, 21]], table=table, names=["zero"])
    with open_raster(path) as raster:
        assert raster.classes == {41: "乔木林地", 21: "Developed"}


@pytest.mark.parametrize(
    ("values", "options", "good"),
    [
        ([[1.0, np.nan, np.inf]], {}, [True, False, False]),
        ([[1.0, np.nan, 3.0]], {"nodata": np.nan}, [True, False, True]),
        ([[0, 1, 2]], {"mask": [[True, False, True]]}, [True, False, True]),
        ([[0, 1, 2]], {"nodata": 0}, [False, True, True]),
        ([[0, 1, 2]], {}, [True, True, True]),
    ],
)
def test_what_is_no_value_is_said(values, options, good, tmp_path):
    with open_raster(make(tmp_path / "a.tif", values, **options)) as raster:
        assert raster.window(0, 0, 1, 3)[1].tolist() == [good]


def test_nodata_counts_for_nothing_in_zones(tmp_path):
    path = make(
        tmp_path / "a.tif", [[10.0, -9999.0], [30.0, 20.0]], nodata=-9999.0, place=(*PLACE[:3], 3_300_020.0, 0.0, -10.0)
    )
    zone = np.array([shapely.box(500_000, 3_300_000, 500_020, 3_300_020)], dtype=object)
    with open_raster(path) as raster:
        found = zone_means(raster, zone, GK, method=PLANAR)
    assert found.value[0] == pytest.approx(20.0, rel=1e-14)
    assert found.covered[0] == pytest.approx(0.75, rel=1e-12)


def test_scale_and_offset_of_the_band_are_applied(tmp_path):
    path = make(tmp_path / "a.tif", [[100, 255]], nodata=255, scale=(0.5, 2.0))
    with open_raster(path) as raster:
        values, good = raster.window(0, 0, 1, 2)
    assert values[good].tolist() == [52.0]


def test_a_rotated_raster_keeps_its_place(tmp_path):
    place = (500_000.0, 8.0, 2.0, 3_300_040.0, 1.0, -9.0)
    path = make(tmp_path / "a.tif", np.ones((4, 5), dtype=np.int32), place=place)
    with open_raster(path) as raster:
        everywhere = np.array([shapely.box(499_000, 3_299_000, 501_000, 3_301_000)], dtype=object)
        found = class_areas(raster, everywhere, GK, method=PLANAR)
    assert found.mm2[0, 0] == 20 * (8 * 9 + 2 * 1) * 1_000_000


def test_refusals_say_what_to_do(tmp_path):
    def opened(path, band=1):
        with open_raster(path, band):
            pass

    assert refusal(lambda: opened(tmp_path / "none.tif")) == "RASTER_UNREADABLE"
    (tmp_path / "text.tif").write_text("no raster")
    assert refusal(lambda: opened(tmp_path / "text.tif")) == "RASTER_UNREADABLE"
    assert refusal(lambda: opened(make(tmp_path / "a.tif", [[1]]), 2)) == "RASTER_NO_BAND"
    assert refusal(lambda: opened(make(tmp_path / "b.tif", [[1]], place=None))) == "RASTER_NOT_PLACED"


def test_a_file_cut_short_is_told_when_it_is_read(tmp_path):
    path = make(tmp_path / "a.tif", np.random.default_rng(1).integers(0, 9, (200, 200)))
    path.write_bytes(path.read_bytes()[:80_000])

    def read():
        with open_raster(path) as raster:
            raster.window(0, 0, raster.rows, raster.cols)

    assert refusal(read) in ("RASTER_BROKEN", "RASTER_UNREADABLE")


def squares(*corners, side=20.0):
    return [shapely.box(x, y, x + side, y + side).wkb for x, y in corners]


def codes_of(path):
    dataset = gdal.Open(str(path))
    raw = dataset.GetRasterBand(1).ReadRaster(buf_type=gdal.GDT_Int32)
    codes = np.frombuffer(raw, dtype=np.int32).reshape(dataset.RasterYSize, dataset.RasterXSize)
    return codes, dataset.GetGeoTransform(), dataset.GetRasterBand(1).GetNoDataValue()


def test_classes_are_written_on_multiples_of_the_cell(tmp_path):
    path = tmp_path / "lulc.tif"
    shapes = [*squares((500_007, 3_300_000), (500_020, 3_300_000)), None]
    assert write_classes(path, shapes, [301, 103, 7], GK.wkt, 10.0) == (2, 4)
    codes, place, nodata = codes_of(path)
    assert place == (500_000.0, 10.0, 0.0, 3_300_020.0, 0.0, -10.0)
    assert nodata == NO_CLASS
    assert codes.tolist() == [[NO_CLASS, 301, 103, 103]] * 2  # by the centre; of two the last one
    with open_raster(path) as raster:
        assert Crs.from_text(raster.crs).same_as(GK)
        assert raster.window(0, 0, 2, 4)[1].tolist() == [[False, True, True, True]] * 2


def test_what_was_there_stays_where_writing_fails(tmp_path):
    path = tmp_path / "lulc.tif"
    write_classes(path, squares((0, 0)), [1], GK.wkt, 10.0)
    before = path.read_bytes()
    assert refusal(lambda: write_classes(path, [None], [1], GK.wkt, 10.0)) == "RASTER_NOTHING"
    assert refusal(lambda: write_classes(path, squares((0, 0)), [1], GK.wkt, 1e-6)) == "RASTER_TOO_LARGE"
    assert refusal(lambda: write_classes(path, squares((0, 0)), [1], Crs.from_text("EPSG:4490").wkt, 10.0)) == (
        "RASTER_DEGREES"
    )
    missing = tmp_path / "none" / "lulc.tif"
    assert refusal(lambda: write_classes(missing, squares((0, 0)), [1], GK.wkt, 10.0), StorageError) == (
        "STORAGE_NO_FOLDER"
    )
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["lulc.tif"]


def test_a_layer_without_a_system_is_written_without_one(tmp_path):
    path = tmp_path / "lulc.tif"
    write_classes(path, squares((0, 0)), [5], "", 10.0)
    assert codes_of(path)[0].tolist() == [[5, 5], [5, 5]]
