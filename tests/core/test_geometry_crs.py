"""Coordinate reference systems: reading, units, longitudes, transformation, and the search for PROJ's data."""

import math
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pyproj
import pyproj.datadir
import pytest
import shapely
from geometry_cases import METRES, array, square

from carbon_planner.base.errors import GeometryError, MissingLibrary
from carbon_planner.geometry import proj
from carbon_planner.geometry.crs import Crs, transform

GK = "EPSG:4545"


def refused(call, *args):
    """Id of the message with which a call is refused."""
    with pytest.raises(GeometryError) as caught:
        call(*args)
    for lang in ("en", "zh"):
        assert caught.value.text(lang)
        assert "{" not in caught.value.text(lang)
    return caught.value.message.id


@pytest.mark.parametrize("text", [GK, "epsg:4545", f"  {GK}\n"])
def test_reads_codes(text):
    crs = Crs.from_text(text)
    assert crs.name == "CGCS2000 / 3-degree Gauss-Kruger CM 108E"
    assert not crs.is_geographic
    assert crs.metres_per_unit == 1.0
    assert crs.ellipsoid == pytest.approx((6378137.0, 6356752.314140), abs=1e-5)


def test_reads_wkt_and_proj_text_alike():
    by_code = Crs.from_text(GK)
    for text in (by_code.wkt, "+proj=tmerc +lat_0=0 +lon_0=108 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"):
        assert np.allclose(Crs.from_text(text).to_lonlat(6e5, 3.3e6), by_code.to_lonlat(6e5, 3.3e6), rtol=0, atol=1e-9)
    esri = (
        'PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert np.allclose(Crs.from_text(esri).to_lonlat(6e5, 3.3e6), by_code.to_lonlat(6e5, 3.3e6), rtol=0, atol=1e-9)


def test_is_a_value():
    one, two = Crs.from_text(GK), Crs.from_text(GK)
    assert one == two
    assert len({one, two, Crs.from_text("EPSG:4490")}) == 2
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(AttributeError):
        one.wkt = ""


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ("", "CRS_MISSING"),
        ("   ", "CRS_MISSING"),
        ("EPSG:999999", "CRS_UNREADABLE"),
        ("no such thing", "CRS_UNREADABLE"),
        ("USER:100001", "CRS_UNREADABLE"),
        ('PROJCS["half', "CRS_UNREADABLE"),
        ("+proj=nothing", "CRS_UNREADABLE"),
        ("EPSG:4978", "CRS_NOT_PLANE"),  # geocentric
        ("EPSG:5773", "CRS_NOT_PLANE"),  # heights
    ],
)
def test_refuses_with_a_remedy(text, message_id):
    assert refused(Crs.from_text, text) == message_id


@pytest.mark.parametrize(
    ("text", "geographic", "unit"),
    [
        ("EPSG:4490", True, math.nan),
        ("EPSG:4979", True, math.nan),  # 3D
        ("EPSG:4807", True, math.nan),  # grads from Paris
        ("EPSG:2227", False, 1200 / 3937),  # US survey feet
        ("EPSG:2222", False, 0.3048),  # international feet
        ("EPSG:7415", False, 1.0),  # compound: with heights
        ("EPSG:2053", False, 1.0),  # axes to west and south
        ("+proj=tmerc +lon_0=108 +ellps=krass +towgs84=1,2,3 +units=km", False, 1000.0),  # bound
        ("+init=epsg:3857", False, 1.0),
    ],
)
def test_units_and_kinds(text, geographic, unit):
    crs = Crs.from_text(text)
    assert crs.is_geographic is geographic
    assert crs.metres_per_unit == pytest.approx(unit, rel=1e-12, nan_ok=True)


def test_lonlat_of_a_projected_crs_has_no_datum_shift():
    # Pulkovo 1942 / Gauss-Kruger CM 105E lies on Krassovsky; its central meridian is 105° there, whatever WGS 84 says
    crs = Crs.from_text("EPSG:28418")
    assert crs.ellipsoid[0] == 6378245.0
    lon, lat = crs.to_lonlat(18_500_000.0, 0.0)
    assert lon == pytest.approx(105.0, abs=1e-10)
    assert lat == pytest.approx(0.0, abs=1e-10)


def test_lonlat_of_geographic_crs_takes_x_as_longitude():
    for text in ("EPSG:4490", "EPSG:4326", "EPSG:4979", "OGC:CRS84"):
        lon, lat = Crs.from_text(text).to_lonlat([116.3, 190.0], [39.9, -10.0])
        assert lon.tolist() == [116.3, 190.0]
        assert lat.tolist() == [39.9, -10.0]


def test_lonlat_in_grads_from_paris():
    crs = Crs.from_text("EPSG:4807")
    lon, lat = crs.to_lonlat(0.0, 54.0)  # the Paris meridian, 54 grads north
    assert lon == pytest.approx(2.33722917, abs=1e-7)
    assert lat == pytest.approx(48.6, abs=1e-12)
    lambert = Crs.from_text("EPSG:27572")
    lon, lat = lambert.to_lonlat(600_000.0, 2_200_000.0)  # its origin: 52 grads on the Paris meridian
    assert lon == pytest.approx(2.33722917, abs=1e-7)
    assert lat == pytest.approx(46.8, abs=1e-9)


def test_lonlat_of_a_rotated_pole():
    crs = Crs.from_text("+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +lon_0=18 +o_lon_p=0 +R=6371229")
    assert crs.is_geographic
    lon, lat = crs.to_lonlat([0.0], [0.0])
    assert lon[0] == pytest.approx(18.0, abs=1e-9)
    assert lat[0] == pytest.approx(50.75, abs=1e-9)


def test_axes_to_west_and_south():
    # Lo29: x grows to the west, y to the south, as in the data of South African surveyors
    lon, lat = Crs.from_text("EPSG:2053").to_lonlat(10_000.0, 3_000_000.0)
    assert lon < 29.0
    assert lat < 0.0


@pytest.mark.parametrize("text", [GK, "EPSG:4807", "EPSG:27572", "EPSG:3857", "EPSG:3031", "EPSG:4490"])
def test_from_lonlat_is_the_reverse(text):
    crs = Crs.from_text(text)
    lon, lat = np.array([107.3, 108.9]), np.array([-70.0, 29.0])
    back = crs.to_lonlat(*crs.from_lonlat(lon, lat))
    assert np.allclose(back, (lon, lat), rtol=0, atol=1e-9)


def test_local_grid():
    assert not METRES.is_geographic
    assert METRES.metres_per_unit == 1.0
    assert Crs.local_metres() == METRES
    assert Crs.from_text(METRES.wkt).metres_per_unit == 1.0
    for call in (lambda: METRES.ellipsoid, lambda: METRES.to_lonlat(1.0, 1.0), lambda: METRES.from_lonlat(1.0, 1.0)):
        assert refused(call) == "CRS_NO_ELLIPSOID"
    feet = Crs.from_text('LOCAL_CS["site grid",UNIT["foot",0.3048]]')
    assert feet.metres_per_unit == 0.3048
    assert Crs.from_text('LOCAL_CS["Undefined Cartesian SRS"]').metres_per_unit == 1.0  # what GeoPackages hold as −1


def test_same_place_by_code_and_by_wkt():
    by_code = Crs.from_text("EPSG:4490")
    old = Crs.from_text(
        'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,'
        'AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
        'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]'
    )
    assert by_code != old
    assert by_code.same_as(old)
    assert not by_code.same_as(Crs.from_text(GK))
    shapes = array(square(108, 29))
    assert transform(shapes, by_code, old) is shapes


def test_transform_moves_vertices_only():
    source, target = Crs.from_text("EPSG:4490"), Crs.from_text(GK)
    given = array("POLYGON Z ((108 29 7, 108.1 29 7, 108.1 29.1 7, 108 29 7))", None, "MULTIPOLYGON EMPTY", math.nan)
    before = shapely.to_wkb(given[:3])
    moved = transform(given, source, target)
    assert shapely.get_num_coordinates(moved[0]) == 4
    assert not shapely.has_z(moved[0])
    assert moved[1] is None
    assert shapely.is_empty(moved[2])
    assert moved[3] is None
    assert shapely.get_coordinates(moved[0])[0] == pytest.approx(target.from_lonlat(108.0, 29.0), abs=1e-6)
    assert (shapely.to_wkb(given[:3]) == before).all()
    back = transform(moved, target, source)
    assert np.allclose(shapely.get_coordinates(back[0]), shapely.get_coordinates(given[0])[:, :2], rtol=0, atol=1e-11)


def test_transform_shifts_datums():
    # New Beijing / Beijing 1954 and CGCS2000 differ by tens of metres; NAD27 → WGS 84 likewise
    moved = transform(array("POINT(-80 36)"), Crs.from_text("EPSG:4267"), Crs.from_text("EPSG:4326"))
    lon, lat = shapely.get_coordinates(moved)[0]
    assert 1e-5 < abs(lon + 80) < 1e-3
    assert abs(lat - 36) < 1e-3


def test_transform_names_what_fails():
    shapes = array(square(108, 29, 0.1), square(108, 95, 0.1))
    with pytest.raises(GeometryError) as caught:
        transform(shapes, Crs.from_text("EPSG:4326"), Crs.from_text(GK))
    assert caught.value.message.id == "TRANSFORM_FAILED"
    assert caught.value.message.params["index"] == 1
    assert "no. 2" in caught.value.text()
    assert refused(transform, shapes, METRES, Crs.from_text(GK)) == "CRS_NO_TRANSFORM"


def test_transform_without_a_way(monkeypatch):
    def fails(*args, **options):
        raise pyproj.exceptions.ProjError("no operation found")

    monkeypatch.setattr(pyproj.Transformer, "from_crs", fails)
    monkeypatch.setattr(proj, "_CACHE", proj._Cache())
    found = refused(transform, array(square(108, 29)), Crs.from_text("EPSG:4490"), Crs.from_text("EPSG:4610"))
    assert found == "CRS_NO_TRANSFORM"


def test_transform_leaves_what_is_not_a_number():
    shapes = array("LINESTRING(0 0, 1 1)", shapely.linestrings([(0.0, math.nan), (1.0, math.inf)]))
    moved = transform(shapes, Crs.from_text("EPSG:4326"), Crs.from_text("EPSG:3857"))
    assert np.isfinite(shapely.get_coordinates(moved[0])).all()
    assert not np.isfinite(shapely.get_coordinates(moved[1])[:, 1]).any()


def test_threads_get_their_own_objects():
    crs, seen, ids = Crs.from_text(GK), [], []

    def work():
        seen.append(crs.to_lonlat(500_000.0, 3e6)[0])
        ids.append(id(proj.parse(crs.wkt)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.allclose(seen, 108.0)
    assert id(proj.parse(crs.wkt)) not in ids


def test_cache_stays_small(monkeypatch):
    monkeypatch.setattr(proj, "_CACHE_SIZE", 3)
    monkeypatch.setattr(proj, "_CACHE", proj._Cache())
    for zone in range(4513, 4520):
        Crs.from_text(f"EPSG:{zone}").to_lonlat(5e5, 3e6)
    assert len(proj._CACHE.crs) <= 3
    assert len(proj._CACHE.pipelines) <= 3


def test_missing_pyproj_says_what_to_do(monkeypatch):
    proj.pyproj.cache_clear()
    monkeypatch.setitem(sys.modules, "pyproj", None)
    try:
        with pytest.raises(MissingLibrary) as caught:
            proj.pyproj()
        assert caught.value.message.id == "PYPROJ_MISSING"
        assert "pyproj" in caught.value.text("zh")
    finally:
        proj.pyproj.cache_clear()


def test_missing_database_says_what_to_do(monkeypatch):
    proj.pyproj.cache_clear()
    monkeypatch.setattr(proj, "_usable", lambda module: False)
    monkeypatch.setattr(proj, "DATABASE", "no such file")
    try:
        with pytest.raises(MissingLibrary) as caught:
            proj.pyproj()
        assert caught.value.message.id == "PROJ_DATA_MISSING"
    finally:
        proj.pyproj.cache_clear()


def test_tries_folders_until_one_fits(monkeypatch, tmp_path):
    """A folder of an older PROJ (as PostGIS installs it) is passed over."""
    folders = [tmp_path / name for name in ("none", "old", "good", "never")]
    for folder in folders[1:]:
        folder.mkdir()
        (folder / proj.DATABASE).touch()
    tried = []
    proj.pyproj.cache_clear()
    monkeypatch.setattr(proj, "data_dirs", lambda: iter(folders))
    monkeypatch.setattr(pyproj.datadir, "set_data_dir", tried.append)
    monkeypatch.setattr(proj, "_usable", lambda module: tried[-1:] == [str(tmp_path / "good")])
    try:
        assert proj.pyproj() is pyproj
        assert tried == [str(tmp_path / "old"), str(tmp_path / "good")]
    finally:
        proj.pyproj.cache_clear()


def test_usable_means_that_codes_are_found(monkeypatch):
    assert proj._usable(pyproj)

    def fails(code):
        raise pyproj.exceptions.CRSError("no database context specified")

    monkeypatch.setattr(pyproj.CRS, "from_epsg", fails)
    assert not proj._usable(pyproj)


def test_finds_proj_data_by_itself(repository, tmp_path):
    """In a virtual environment on a system pyproj the database is not where pyproj looks; nothing may be printed."""
    script = (
        "import sys; sys.prefix = sys.argv[1]\n"
        "from carbon_planner.geometry.crs import Crs\n"
        "print(Crs.from_text('EPSG:4545').name)\n"
    )
    env = {k: v for k, v in os.environ.items() if k not in ("PROJ_DATA", "PROJ_LIB", "PATH")}
    env.update(PYTHONPATH=str(repository), PATH=str(tmp_path))
    command = [sys.executable, "-W", "always", "-c", script, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, env=env, check=False, cwd=repository)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "CGCS2000 / 3-degree Gauss-Kruger CM 108E"
    assert "PROJ" not in run.stderr


def test_data_dirs_start_with_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PROJ_DATA", os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))
    monkeypatch.setenv("OSGEO4W_ROOT", str(tmp_path / "osgeo"))
    found = list(proj.data_dirs())
    assert found[:2] == [tmp_path / "a", tmp_path / "b"]
    assert tmp_path / "osgeo" / "share" / "proj" in found
