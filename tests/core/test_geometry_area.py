"""Areas as drawn: against pyproj.Geod, against equal-area planes, published scale factors, and in 56 CRS (G6)."""

import math

import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity
from geometry_cases import METRES, array, geodesic_m2, square
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.base.errors import Cancelled, GeometryError
from carbon_planner.base.feedback import Silent
from carbon_planner.geometry import ellipsoid
from carbon_planner.geometry.area import LARGEST_M2, AreaMethod, Naming, areas_m2, to_mm2, total_mm2
from carbon_planner.geometry.crs import Crs, transform

GK108 = "EPSG:4545"
WGS84_M2 = 510_065_621_724_088.0  # of the whole ellipsoid


def area(shape, crs, method=AreaMethod.ELLIPSOIDAL) -> float:
    return float(areas_m2(array(shape), crs if isinstance(crs, Crs) else Crs.from_text(crs), method)[0])


def star(x, y, size):
    """A figure with long and short edges, none along an axis, and a hole."""
    shell = [(x, y), (x + size, y + 0.1 * size), (x + 0.7 * size, y + size), (x - 0.1 * size, y + 0.6 * size)]
    hole = [(x + 0.3 * size, y + 0.4 * size), (x + 0.5 * size, y + 0.3 * size), (x + 0.45 * size, y + 0.6 * size)]
    return shapely.Polygon(shell, [hole])


PLACES = [
    (GK108, 500_000.0, 3.4e6),
    (GK108, 640_000.0, 3.4e6),
    ("EPSG:3857", 1.2e7, 3.4e6),
    ("EPSG:3857", 1.2e7, 1.1e7),  # 70° N
    ("EPSG:32633", 600_000.0, 8.6e6),  # Svalbard: azimuthal plane
    ("EPSG:32633", 600_000.0, 7.9e6),
    ("EPSG:3035", 4.3e6, 3.0e6),
    ("EPSG:2227", 6.0e6, 2.0e6),  # US survey feet
    ("EPSG:3031", 1.0e6, 1.0e6),
    ("EPSG:3413", 3.0e4, 3.0e4),
    ("EPSG:27572", 6.0e5, 2.2e6),  # Paris meridian
    ("EPSG:2053", 1.0e4, 3.3e6),  # axes to west and south
]
DEGREES = [("EPSG:4490", 108.0, 30.0), ("EPSG:4326", 20.0, -60.0), ("EPSG:4807", 2.0, 52.0), ("EPSG:4490", 179.9, 1.0)]


@pytest.mark.parametrize("metres", [1e4, 1e5, 1e6])
@pytest.mark.parametrize(("text", "x", "y"), PLACES + DEGREES)
def test_equals_geodesic_area_of_densified_edges(text, x, y, metres):
    crs = Crs.from_text(text)
    size = metres / (crs.metres_per_unit if not crs.is_geographic else 111_000.0)
    # short geodesics stand for straight edges: 1/2000 of the figure leaves 1e-8 at 1,000 km, noise is 1e-10 at 10 km
    shape = star(x, y, size)
    assert area(shape, crs) == pytest.approx(geodesic_m2(shape, crs, size / 2000), rel=1e-9 if metres < 1e6 else 1e-8)


@pytest.mark.parametrize("metres", [100.0, 1e3, 1e4, 1e5, 1e6])
@pytest.mark.parametrize(("text", "x", "y"), PLACES + DEGREES)
def test_truncation_error_is_below_1e_10(monkeypatch, text, x, y, metres):
    crs = Crs.from_text(text)
    shape = star(x, y, metres / (crs.metres_per_unit if not crs.is_geographic else 111_000.0))
    normal = area(shape, crs)
    monkeypatch.setattr(ellipsoid, "EDGE_METRES", ellipsoid.EDGE_METRES / 8)
    monkeypatch.setattr(ellipsoid, "EDGE_DEGREES", ellipsoid.EDGE_DEGREES / 8)
    assert normal == pytest.approx(area(shape, crs), rel=1e-10)


@pytest.mark.parametrize("metres", [10.0, 100.0, 1e3, 1e4, 1e5, 1e6])
@pytest.mark.parametrize("text", ["EPSG:3035", "EPSG:6933", "EPSG:3410"])
def test_equals_the_plane_of_equal_area_projections(text, metres):
    crs = Crs.from_text(text)
    x, y = crs.from_lonlat(12.0, 48.0)
    shape = star(float(x), float(y), metres)
    noise = 1e-8 * metres  # coordinates end at a nanometre
    assert area(shape, crs) == pytest.approx(area(shape, crs, AreaMethod.PLANAR), rel=1e-9, abs=noise)


@pytest.mark.parametrize("degrees", [1e-4, 1e-2, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("south", [-90.0, -0.03, 29.56, 79.0])
def test_equals_the_formula_of_a_graticule_cell(south, degrees):
    crs = Crs.from_text("EPSG:4490")
    a, b = crs.ellipsoid
    e2 = 1 - (b / a) ** 2
    nodes, weights = np.polynomial.legendre.leggauss(24)
    lat = np.radians(south + degrees * (nodes + 1) / 2)
    width = (1 - e2) * a * a * np.cos(lat) / (1 - e2 * np.sin(lat) ** 2) ** 2  # of a strip, per radian²
    expected = (width * weights).sum() / 2 * math.radians(degrees) ** 2
    assert area(square(108, south, degrees), crs) == pytest.approx(expected, rel=1e-9, abs=2e-6)


def test_web_mercator_at_chongqing():
    crs = Crs.from_text("EPSG:3857")
    x, y = crs.from_lonlat(106.55, 29.56)
    shape = shapely.Point(float(x), float(y)).buffer(500)
    factor = area(shape, crs, AreaMethod.PLANAR) / area(shape, crs)
    # the textbook's 1.32167 is 1/cos² φ, true on a sphere; against the ellipsoid it is 0.35 % more
    assert 1 / math.cos(math.radians(29.56)) ** 2 == pytest.approx(1.32167, abs=5e-6)
    a, b = crs.ellipsoid
    e2, sin2 = 1 - (b / a) ** 2, math.sin(math.radians(29.56)) ** 2
    assert factor == pytest.approx(1.32624, abs=5e-6)
    assert factor == pytest.approx(1.3216706 * (1 - e2 * sin2) ** 2 / (1 - e2), rel=2e-5)


def test_gauss_kruger_at_the_edge_of_its_zone():
    crs = Crs.from_text(GK108)
    factors = []
    for lon in (108.0, 109.5):
        x, y = crs.from_lonlat(lon, 29.56)
        shape = shapely.Point(float(x), float(y)).buffer(500)
        factors.append(area(shape, crs, AreaMethod.PLANAR) / area(shape, crs) - 1)
    assert factors[0] == pytest.approx(0.0, abs=1e-8)
    assert factors[1] == pytest.approx(0.00052, abs=5e-6)


CHINA = [*range(4513, 4555), *range(4491, 4502)]


def central_meridian(code: int) -> float:
    if code <= 4501:
        return 75.0 + 6 * (code - 4491)
    return 75.0 + 3 * ((code - 4513) % 21)


def plan(lon, lat):
    """Blocks of a plan of some square kilometres, with a block's worth of detail, in degrees."""
    rng = np.random.default_rng(7)
    shapes = [shapely.Point(lon + dx, lat + dy).buffer(0.004, 5) for dx, dy in rng.uniform(-0.03, 0.03, (8, 2))]
    return array(shapely.box(lon - 0.04, lat - 0.03, lon + 0.05, lat + 0.02), *shapes)


@pytest.mark.parametrize("code", [*CHINA, 4490, 4326, 3857])
def test_same_plan_in_every_crs(code):
    """G6: within 1e-6 of the geodesic area in all CGCS2000 zones, at their edges, in degrees and in Web Mercator."""
    crs, degrees = Crs.from_text(f"EPSG:{code}"), Crs.from_text("EPSG:4490")
    lon = central_meridian(code) + (1.5 if code > 4501 else 3.0) if code in CHINA else 106.55
    shapes = shapely.segmentize(plan(lon, 29.56), 0.001)
    moved = array(*(shapely.transform(s, lambda xy: np.column_stack(crs.from_lonlat(*xy.T))) for s in shapes))
    geodesic = [geodesic_m2(shape, degrees, 0.001) for shape in shapes]
    assert areas_m2(moved, crs) == pytest.approx(geodesic, rel=1e-6)
    assert areas_m2(moved, crs)[0] == pytest.approx(geodesic[0], rel=1e-8)


@pytest.mark.parametrize("code", [4527, 4548, 4498, 3857, 4326])
def test_reprojecting_keeps_areas(code):
    """Invariant 5: below 1e-6, here for one plan in one place and its neighbours' zones."""
    source, target = Crs.from_text(GK108), Crs.from_text(f"EPSG:{code}")
    shapes = shapely.segmentize(array(square(5.0e5, 3.27e6, 2e3), star(5.1e5, 3.28e6, 5e3)), 50)
    assert areas_m2(transform(shapes, source, target), target) == pytest.approx(areas_m2(shapes, source), rel=1e-8)


def test_whole_earth_and_hemispheres_as_drawn():
    crs = Crs.from_text("EPSG:4326")
    world = shapely.box(-180, -90, 180, 90)
    assert area(world, crs) == pytest.approx(WGS84_M2, rel=1e-10)
    assert area(shapely.box(-180, 0, 180, 90), crs) == pytest.approx(WGS84_M2 / 2, rel=1e-10)
    assert area(shapely.Polygon([(0, 90), (0, 0), (90, 0)]), crs) < area(shapely.box(0, 0, 90, 90), crs)


def test_antimeridian_as_drawn():
    degrees, pacific, mercator = Crs.from_text("EPSG:4326"), Crs.from_text("EPSG:3832"), Crs.from_text("EPSG:3857")
    fiji = area(shapely.box(177, -19, 183, -16), degrees)  # drawn beyond 180°
    assert fiji == pytest.approx(area(shapely.box(57, -19, 63, -16), degrees), rel=1e-12)
    assert area(shapely.box(-180, -19, 180, -16), degrees) == pytest.approx(60 * fiji, rel=1e-12)
    (x0, x1), (y0, y1) = pacific.from_lonlat([177, -177], [-19, -16])
    assert x1 > x0
    assert area(shapely.box(x0, y0, x1, y1), pacific) == pytest.approx(fiji, rel=1e-10)
    edge = 20037508.342789244
    y0, y1 = mercator.from_lonlat([0, 0], [-19, -16])[1]
    assert area(shapely.box(edge - 1e5, y0, edge + 1e5, y1), mercator) == pytest.approx(
        area(shapely.box(-1e5, y0, 1e5, y1), mercator), rel=1e-10
    )
    assert area(shapely.box(-edge, y0, edge, y1), mercator) == pytest.approx(60 * fiji, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "pole"), [("EPSG:3031", -90), ("EPSG:3413", 90), ("EPSG:3575", 90), ("EPSG:3409", -90)]
)
@pytest.mark.parametrize("radius", [1e3, 1e5, 3e6, 8e6])
def test_round_a_pole(text, pole, radius):
    """Polar projections: figures that hold the pole, touch it, pass it closely."""
    crs = Crs.from_text(text)
    disc = shapely.Point(0, 0).buffer(radius, 64)
    shapes = array(
        disc,
        shapely.difference(disc, shapely.Point(0, 0).buffer(radius / 2)),
        shapely.box(0, 0, radius, radius),  # a corner on the pole
        shapely.box(-radius / 2, -radius / 2, radius, 0),  # an edge through it
        shapely.box(-radius, -radius, radius, -1.0),
    )
    step = radius / 200
    fine = areas_m2(shapely.segmentize(shapes, step), crs)
    # a metre from the pole PROJ's inverse is no better than a tenth of a millimetre
    close = 1e-6 if radius < 1e4 else 1e-9
    assert areas_m2(shapes, crs) == pytest.approx(fine, rel=close)
    lat = crs.to_lonlat([radius], [0.0])[1][0]
    assert abs(lat) < 90
    cap = shapely.box(-180, min(lat, pole), 180, max(lat, pole))
    gon = math.sin(2 * math.pi / 256) / (2 * math.pi / 256)  # of the 256-gon to its circle, in the plane
    longlat = Crs.from_text("+proj=longlat +a={} +b={}".format(*crs.ellipsoid))
    assert fine[0] == pytest.approx(area(cap, longlat) * gon, rel=2e-3 if radius > 1e6 else 1e-5)
    if text in ("EPSG:3575", "EPSG:3409"):  # equal-area: the plane knows
        assert fine == pytest.approx(shapely.area(shapes), rel=close)


def test_units():
    feet, metres = Crs.from_text("EPSG:2227"), Crs.from_text("EPSG:26943")  # the same zone
    per_foot = 1200 / 3937
    inside = star(6.1e6, 2.1e6, 1000.0)
    in_metres = shapely.transform(inside, lambda xy: xy * per_foot)
    assert area(inside, feet, AreaMethod.PLANAR) == pytest.approx(shapely.area(in_metres), rel=1e-12)
    assert area(inside, feet) == pytest.approx(area(in_metres, metres), rel=1e-9)
    assert area(square(0, 0), METRES, AreaMethod.PLANAR) == 100.0


def test_nothing_has_no_area():
    shapes = array(
        None, "POLYGON EMPTY", "POINT (1 1)", "LINESTRING (0 0, 1 1)", "GEOMETRYCOLLECTION EMPTY", "MULTIPOLYGON EMPTY"
    )
    for method in AreaMethod:
        assert areas_m2(shapes, Crs.from_text(GK108), method).tolist() == [0.0] * 6
    assert areas_m2(np.zeros(0, dtype=object), METRES, AreaMethod.PLANAR).shape == (0,)


def test_empty_holes():
    shape = shapely.from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), EMPTY, (1 1, 2 1, 2 2, 1 2, 1 1))")
    assert area(shape, "EPSG:3035") == pytest.approx(
        area(shapely.normalize(square(0, 0, 4)), "EPSG:3035") * 15 / 16, rel=1e-6
    )


def test_collections_and_parts_add_up():
    crs = Crs.from_text(GK108)
    one, two = square(5e5, 3e6, 100), square(5.01e5, 3e6, 70)
    multi = shapely.multipolygons([one, two])
    nested = shapely.geometrycollections([shapely.geometrycollections([multi]), shapely.Point(0, 0)])
    assert area(multi, crs) == pytest.approx(area(one, crs) + area(two, crs), rel=1e-14)
    assert area(nested, crs) == area(multi, crs)
    assert area(shapely.reverse(one), crs) == pytest.approx(area(one, crs), rel=1e-13)


def test_field_method_measures_on_the_ellipsoid():
    shape = square(5e5, 3e6)
    assert area(shape, GK108, AreaMethod.FIELD) == area(shape, GK108)


def message_of(call, *args, **kwargs):
    with pytest.raises(GeometryError) as caught:
        call(*args, **kwargs)
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value.message


def test_refusals_name_feature_and_remedy():
    degrees, grid = Crs.from_text("EPSG:4490"), Crs.from_text(GK108)
    assert message_of(areas_m2, array(square(0, 0)), degrees, AreaMethod.PLANAR).id == "PLANAR_GEOGRAPHIC"
    assert message_of(areas_m2, array(square(0, 0)), METRES).id == "CRS_NO_ELLIPSOID"
    metres_as_degrees = array(square(108, 29), square(5e5, 3e6))
    found = message_of(areas_m2, metres_as_degrees, degrees)
    assert (found.id, found.params["index"]) == ("OUTSIDE_CRS", 1)
    assert "no. 2" in found.text()
    named = message_of(areas_m2, metres_as_degrees, degrees, naming=Naming("rivers", np.array([5, 9])))
    assert (named.params["index"], named.params["layer"]) == (9, "rivers")
    assert message_of(areas_m2, array(square(108, 89.9, 0.2)), degrees).id == "OUTSIDE_CRS"
    assert message_of(areas_m2, array(square(1e9, 0)), grid).id == "OUTSIDE_CRS"
    assert message_of(areas_m2, array(square(5e5, 3e7)), Crs.from_text("EPSG:3035")).id == "OUTSIDE_CRS"
    assert message_of(areas_m2, array(shapely.Polygon([(0, 0), (1, math.nan), (1, 1)])), grid).id == "OUTSIDE_CRS"


def test_results_do_not_depend_on_blocks(monkeypatch):
    crs, rng = Crs.from_text(GK108), np.random.default_rng(3)
    shapes = array(*(star(5e5 + x, 3e6 + y, s) for x, y, s in rng.uniform(1, 2e4, (60, 3))))
    whole = areas_m2(shapes, crs)
    monkeypatch.setattr("carbon_planner.geometry.area.BLOCK_VERTICES", 20)
    assert np.array_equal(areas_m2(shapes, crs), whole)
    order = rng.permutation(60)
    assert np.array_equal(areas_m2(shapes[order], crs), whole[order])


class Impatient(Silent):
    def __init__(self, after):
        self.left, self.shares = after, []

    def progress(self, share):
        self.shares.append(share)

    def cancelled(self):
        self.left -= 1
        return self.left < 0


def test_cancel_and_progress(monkeypatch):
    monkeypatch.setattr("carbon_planner.geometry.area.BLOCK_VERTICES", 10)
    shapes = array(*(square(i, 0) for i in range(10)))
    patient = Impatient(99)
    areas_m2(shapes, METRES, AreaMethod.PLANAR, patient)
    assert patient.shares == sorted(patient.shares)
    assert patient.shares[-1] == 1.0
    with pytest.raises(Cancelled):
        areas_m2(shapes, METRES, AreaMethod.PLANAR, Impatient(3))


def test_to_mm2():
    assert to_mm2(np.array([0.0, 1.0, 2.5e-6, 3.5e-6, -1e-6, 1234.5678901])).tolist() == [
        0, 1_000_000, 2, 4, -1, 1234567890,
    ]  # fmt: skip
    assert to_mm2(np.array([LARGEST_M2])).tolist() == [9 * 10**18]
    found = message_of(to_mm2, np.array([1.0, 9.1e12]))
    assert (found.id, found.params["index"]) == ("AREA_TOO_LARGE", 1)
    assert "9000000 km²" in found.text()
    assert message_of(to_mm2, np.array([math.nan])).id == "AREA_NOT_FINITE"
    assert message_of(to_mm2, np.array([math.inf])).id == "AREA_NOT_FINITE"


def test_total_mm2_does_not_overflow():
    values = np.full(1000, 9 * 10**18, dtype=np.int64)
    assert total_mm2(values) == 9 * 10**21
    assert total_mm2(np.zeros(0, dtype=np.int64)) == 0
    assert total_mm2(np.array([5, -7, 2**62, 2**62])) == 2**63 - 2


@settings(max_examples=60, deadline=None)
@given(
    lon=st.floats(-170, 170),
    lat=st.floats(-80, 80),
    metres=st.floats(20, 5e4),
    turn=st.floats(0, 2 * math.pi),
    cut=st.floats(0.1, 0.9),
)
def test_any_figure_anywhere(lon, lat, metres, turn, cut):
    """A transverse Mercator of its own at any place: as Geod has it, and the halves make the whole."""
    crs = Crs.from_text(f"+proj=tmerc +lon_0={lon:.9f} +lat_0={lat:.9f} +x_0=500000 +ellps=GRS80")
    shape = shapely.affinity.rotate(star(5e5, 0, metres), turn, origin=(5e5, 0), use_radians=True)
    whole = area(shape, crs)
    geod = pyproj.Geod(ellps="GRS80")
    lonlat = [crs.to_lonlat(*shapely.get_coordinates(r).T) for r in shapely.get_rings(shape)]
    rough = [abs(geod.polygon_area_perimeter(*ring)[0]) for ring in lonlat]
    assert whole == pytest.approx(rough[0] - rough[1], rel=(metres / 6e6) ** 2, abs=0.02)  # geodesic edges
    x0, y0, x1, y1 = shape.bounds
    middle = x0 + cut * (x1 - x0)
    left, right = shapely.box(x0 - 1, y0 - 1, middle, y1 + 1), shapely.box(middle, y0 - 1, x1 + 1, y1 + 1)
    parts = areas_m2(shapely.intersection(array(left, right), shape), crs)
    assert parts.sum() == pytest.approx(whole, rel=1e-10, abs=1e-6 * metres / 20)
