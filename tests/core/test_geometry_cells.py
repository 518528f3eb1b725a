"""Rasters and zones: what cells give is what they give as polygons; nothing is lost either way; nodata is not zero."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.base.errors import Cancelled, GeometryError
from carbon_planner.base.feedback import Silent
from carbon_planner.geometry import cellareas, cellpieces
from carbon_planner.geometry.area import AreaMethod, areas_m2
from carbon_planner.geometry.cellareas import CellAreas
from carbon_planner.geometry.cellclasses import class_areas, pairs_from_cells
from carbon_planner.geometry.cells import spread, zone_means, zone_sums
from carbon_planner.geometry.crs import Crs, transform
from carbon_planner.geometry.grid import ArrayCells, Grid, grid_of
from carbon_planner.geometry.measured import Measured
from carbon_planner.geometry.overlay import pair_areas
from carbon_planner.geometry.placed import Placed

METRES, GK, LONLAT, UTM = (
    Crs.local_metres(), Crs.from_text("EPSG:4545"), Crs.from_text("EPSG:4490"), Crs.from_text("EPSG:32648"),
)  # fmt: skip
PLANAR, TRUE = AreaMethod.PLANAR, AreaMethod.ELLIPSOIDAL
M2 = 1_000_000


def refusal(run):
    with pytest.raises(GeometryError) as caught:
        run()
    return caught.value


NORTH_UP = (0.0, 10.0, 0.0, 40.0, 0.0, -10.0)  # 10 m cells, 4 rows, origin at the lower left corner


def zones(*shapes):
    return np.array(shapes, dtype=object)


def small(values, nodata=None):
    return ArrayCells(np.array(values), NORTH_UP, nodata=nodata)


FOUR = small([[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 0, 0], [3, 3, 0, 4]], nodata=0)


def by_class(found, zone=0):
    return dict(zip(found.classes.tolist(), found.mm2[zone].tolist()))


# -- numbers that follow from squares --------------------------------------------------------------------


def test_a_cell_covered_in_part_counts_with_its_part():
    found = class_areas(FOUR, zones(shapely.box(5, 15, 25, 38)), METRES, method=PLANAR)
    # columns 5–10, 10–20, 20–25; rows from the top 30–38, 20–30, 15–20
    assert by_class(found) == {1: 15 * 18 * M2, 2: 5 * 18 * M2, 3: 15 * 5 * M2}
    assert found.uncovered_mm2.tolist() == [5 * 5 * M2]  # the nodata cell below
    assert found.zone_mm2.tolist() == [20 * 23 * M2]
    assert found.covered[0] == pytest.approx(1 - 25 / 460, abs=1e-12)


def test_a_zone_inside_one_cell_over_the_edge_and_far_away():
    shapes = zones(shapely.box(1, 31, 3, 33), shapely.box(-10, 0, 10, 10), shapely.box(500, 500, 510, 510), None)
    found = class_areas(FOUR, shapes, METRES, method=PLANAR)
    assert by_class(found) == {1: 4 * M2, 3: 0}
    assert by_class(found, 1) == {1: 0, 3: 100 * M2}
    assert found.uncovered_mm2.tolist() == [0, 100 * M2, 100 * M2, 0]
    assert found.covered.tolist()[:3] == [1.0, 0.5, 0.0]
    assert math.isnan(found.covered[3])


def test_a_hole_and_parts_are_heard():
    ring = shapely.box(0, 0, 40, 40).difference(shapely.box(10, 10, 30, 30))
    both = shapely.union(ring, shapely.box(12, 12, 13, 13))
    found = class_areas(small([[1] * 4] * 4), zones(both), METRES, method=PLANAR)
    assert by_class(found) == {1: 1201 * M2}


def test_outlines_on_cell_edges_take_whole_cells():
    found = class_areas(FOUR, zones(shapely.box(10, 10, 30, 40)), METRES, method=PLANAR)
    assert by_class(found) == {1: 200 * M2, 2: 200 * M2, 3: 100 * M2}
    assert found.uncovered_mm2.tolist() == [100 * M2]


def test_zones_that_overlap_are_cut_by_precedence_and_counted_in_each():
    two = zones(shapely.box(0, 20, 20, 40), shapely.box(10, 20, 20, 30))
    pairs = pairs_from_cells(FOUR, two, METRES, method=PLANAR).pairs
    assert pairs.zone_overlap_mm2 == 100 * M2
    assert int(pairs.pair_mm2[pairs.fragment_counted[pairs.pair_fragment]].sum()) == 400 * M2
    assert class_areas(FOUR, two, METRES, method=PLANAR).mm2[:, 0].tolist() == [400 * M2, 100 * M2]


def test_means_are_weighted_by_area_and_nodata_is_not_zero():
    square = zones(shapely.box(10, 0, 40, 20), shapely.box(20, 10, 30, 20), shapely.box(5, 35, 25, 40))
    found = zone_means(FOUR, square, METRES, method=PLANAR)
    assert found.value[0] == pytest.approx((3 * 200 + 4 * 100) / 300, rel=1e-15)
    assert found.covered[0] == pytest.approx(0.5, abs=1e-12)
    assert math.isnan(found.value[1])
    assert found.covered[1] == 0.0
    assert found.value[2] == pytest.approx((1 * 15 + 2 * 5) / 20, rel=1e-15)
    assert found.covered[2] == 1.0


def test_not_a_number_is_no_value_either():
    cells = small([[1.5, np.nan, 2.0, 2.0]] * 4, nodata=2.0)
    found = zone_means(cells, zones(shapely.box(0, 0, 40, 40)), METRES, method=PLANAR)
    assert found.value.tolist() == [1.5]
    assert found.covered[0] == pytest.approx(0.25, abs=1e-12)


def test_single_precision_nodata_is_recognised():
    nodata = -3.4028234663852886e38
    cells = small(np.array([[nodata, 1.0]] * 4, dtype=np.float32), nodata=nodata)
    assert zone_means(cells, zones(shapely.box(0, 0, 20, 40)), METRES, method=PLANAR).value.tolist() == [1.0]


# -- the same as polygons --------------------------------------------------------------------------------


def starlike(random, count, x, y, width, height):
    """Polygons around random centres; they overlap, stick out and are small or large."""
    shapes = []
    for _ in range(count):
        corners = random.integers(3, 12)
        angle = np.sort(random.random(corners)) * 2 * np.pi
        radius = (0.02 + 0.5 * random.random(corners)) * min(width, height)
        at = np.array([x + width * random.random(), y + height * random.random()])
        shape = shapely.Polygon(at + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
        shapes.append(shapely.make_valid(shape))
    return zones(*(s for s in shapes if s.geom_type.endswith("Polygon")))


def as_polygons(cells, cells_crs, crs):
    """Cells with a value as parcels in ``crs``, and their values."""
    values, good = cells.window(0, 0, cells.rows, cells.cols)
    row, col = np.nonzero(good)
    boxes = grid_of(cells).boxes(row, col)
    return (boxes if cells_crs is None else transform(boxes, cells_crs, crs)), values[row, col]


def tables(pairs, code):
    found = {}
    for fragment, parcel, mm2 in zip(pairs.pair_fragment.tolist(), pairs.pair_parcel.tolist(), pairs.pair_mm2.tolist()):
        found[fragment, int(code[parcel])] = found.get((fragment, int(code[parcel])), 0) + mm2
    return found, pairs.uncovered_mm2.tolist(), pairs.fragment_mm2.tolist(), pairs.zone_overlap_mm2


CASES = {
    "projected": (GK, None, (500_000.0, 30.0, 0.0, 3_300_600.0, 0.0, -30.0), TRUE),
    "planar": (GK, None, (500_000.0, 30.0, 0.0, 3_300_600.0, 0.0, -30.0), PLANAR),
    "not square": (GK, None, (500_000.0, 37.123, 0.0, 3_300_600.0, 0.0, -22.9), TRUE),
    "rotated": (GK, None, (500_000.0, 28.0, 3.0, 3_300_600.0, 4.0, -31.0), TRUE),
    "south up": (GK, None, (500_000.0, 30.0, 0.0, 3_300_000.0, 0.0, 30.0), TRUE),
    "geographic": (LONLAT, None, (106.5, 3e-4, 0.0, 29.506, 0.0, -3e-4), TRUE),
    "geographic below projected": (GK, LONLAT, (106.5, 3e-4, 0.0, 29.506, 0.0, -3e-4), TRUE),
    "other zone": (GK, UTM, (645_000.0, 30.0, 0.0, 3_265_000.0, 0.0, -30.0), TRUE),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_cells_agree_with_their_polygons_to_the_square_millimetre(name, seed):
    crs, cells_crs, place, method = CASES[name]
    random = np.random.default_rng(seed)
    values = random.integers(1, 6, (20, 27))
    values[random.random(values.shape) < 0.1] = 0
    cells = ArrayCells(values, place, nodata=0)
    frame = shapely.bounds(grid_of(cells).outline(0, 0, 20, 27))
    shapes = starlike(random, 5, frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1])
    if cells_crs is not None:
        shapes = transform(shapes, cells_crs, crs)
    parcels, code = as_polygons(cells, cells_crs, crs)
    expected = tables(pair_areas(shapes, parcels, crs, method=method), code)
    for band in (0, 200, 1):
        got = pairs_from_cells(cells, shapes, crs, cells_crs=cells_crs, method=method, per_cell=True, band_cells=band)
        assert tables(got.pairs, got.classes) == expected, band
        assert got.pairs.balance_error < 1e-9
    once = [
        tables(found.pairs, found.classes)
        for found in (
            pairs_from_cells(cells, shapes, crs, cells_crs=cells_crs, method=method, band_cells=band)
            for band in (0, 200, 1)
        )
    ]
    assert once[0] == once[1] == once[2]
    apart = [abs(once[0][0].get(key, 0) - mm2) for key, mm2 in expected[0].items()]
    assert max(apart) <= 0.5 * values.size + 1  # half a square millimetre for each cell
    assert once[0][2:] == expected[2:]


def test_polygons_of_many_corners_are_divided_first_and_stay_exact(monkeypatch):
    angle = np.linspace(0.0, 2 * np.pi, 4000, endpoint=False)
    radius = 900.0 + 60.0 * np.sin(40 * angle)
    shape = shapely.Polygon(np.column_stack([501_000 + radius * np.cos(angle), 3_301_000 + radius * np.sin(angle)]))
    values = np.random.default_rng(3).integers(1, 4, (200, 200))
    cells = ArrayCells(values, (500_000.0, 10.0, 0.0, 3_302_000.0, 0.0, -10.0))
    divided = class_areas(cells, zones(shape), GK)
    monkeypatch.setattr(cellpieces, "MANY_VERTICES", 10**9)
    whole = class_areas(cells, zones(shape), GK)
    assert np.abs(divided.mm2 - whole.mm2).max() <= 100  # of 1e12: the last digits of cut points
    assert divided.uncovered_mm2.tolist() == [0]
    assert int(divided.mm2.sum()) == int(divided.zone_mm2[0]) == int(whole.mm2.sum())


def test_many_small_cells_leave_no_bias():
    """A cell of 0.7 mm × 0.7 mm, by itself, is rounded to nothing."""
    cells = ArrayCells(np.ones((300, 300), dtype=np.int64), (0.0, 7e-4, 0.0, 0.21, 0.0, -7e-4))
    found = class_areas(cells, zones(shapely.box(0, 0, 0.21, 0.21)), METRES, method=PLANAR)
    assert found.mm2.tolist() == [[44_100]]
    assert found.uncovered_mm2.tolist() == [0]
    mean = zone_means(cells, zones(shapely.box(0, 0, 0.21, 0.21)), METRES, method=PLANAR)
    assert (mean.value.tolist(), mean.covered.tolist()) == ([pytest.approx(1.0, rel=1e-12)], [1.0])


def test_bands_of_any_height_give_the_same_bits():
    random = np.random.default_rng(4)
    cells = ArrayCells(random.normal(size=(60, 70)), (106.5, 3e-4, 0.0, 29.518, 0.0, -3e-4))
    shapes = starlike(random, 12, 106.5, 29.5, 0.021, 0.018)
    means = [zone_means(cells, shapes, LONLAT, band_cells=band).value for band in (0, 5000, 71, 1)]
    sums = [zone_sums(cells, shapes, LONLAT, band_cells=band).value for band in (0, 300, 1)]
    for other in means[1:]:
        assert other.tobytes() == means[0].tobytes()
    for other in sums[1:]:
        assert other.tobytes() == sums[0].tobytes()


# -- both ways -------------------------------------------------------------------------------------------


def mosaic(random, x, y, width, height, count):
    """A plan that fills a rectangle: Voronoi cells cut to it."""
    points = shapely.MultiPoint(np.column_stack([x + width * random.random(count), y + height * random.random(count)]))
    frame = shapely.box(x, y, x + width, y + height)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    return shapely.intersection(cells, frame)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.sampled_from([GK, LONLAT]))
def test_grid_to_zones_to_grid_keeps_the_total(seed, count, crs):
    random = np.random.default_rng(seed)
    step, x, y = (30.0, 500_000.0, 3_300_000.0) if crs is GK else (3e-4, 106.5, 29.5)
    people = random.gamma(0.5, 40.0, (15, 22))
    cells = ArrayCells(people, (x, step, 0.0, y + 15 * step, 0.0, -step))
    plan = mosaic(random, x, y, 22 * step, 15 * step, count)
    there = zone_sums(cells, plan, crs)
    assert there.value.sum() == pytest.approx(people.sum(), rel=1e-9)
    for weighted in (False, True):
        back = spread(there.value, plan, crs, cells, weighted=weighted)
        assert back.values.sum() + back.left.sum() == pytest.approx(people.sum(), rel=1e-9)
        assert back.left.tolist() == [0.0] * len(plan)
        again = zone_sums(ArrayCells(back.values, cells.transform), plan, crs)
        assert again.value.sum() == pytest.approx(people.sum(), rel=1e-9)
    assert np.allclose(back.values[back.values > 0].sum(), people.sum(), rtol=1e-9)


def test_a_zone_gets_back_what_it_gave_where_it_owns_whole_cells():
    shapes = zones(shapely.box(0, 20, 40, 40), shapely.box(0, 0, 40, 20))
    people = small(np.arange(16.0).reshape(4, 4))
    back = spread(np.array([28.0, 92.0]), shapes, METRES, people, weighted=True, method=PLANAR)
    assert back.values == pytest.approx(np.arange(16.0).reshape(4, 4), rel=1e-12)
    flat = spread(np.array([28.0, np.nan]), shapes, METRES, people, method=PLANAR)
    assert flat.values == pytest.approx(np.array([[3.5] * 4] * 2 + [[0.0] * 4] * 2), rel=1e-12)


def test_what_finds_no_cell_is_left_not_lost():
    shapes = zones(shapely.box(0, 30, 20, 40), shapely.box(20, 0, 30, 20), shapely.box(900, 0, 910, 10))
    back = spread(np.array([10.0, 20.0, 30.0]), shapes, METRES, FOUR, weighted=True, method=PLANAR)
    assert back.left.tolist() == [0.0, 20.0, 30.0]
    assert back.values.sum() == pytest.approx(10.0, rel=1e-12)


def test_sums_say_how_much_they_cover():
    found = zone_sums(FOUR, zones(shapely.box(20, 0, 40, 20), shapely.box(20, 10, 30, 20)), METRES, method=PLANAR)
    assert found.value[0] == 4.0
    assert found.covered[0] == pytest.approx(0.25, abs=1e-12)
    assert math.isnan(found.value[1])


# -- areas of cells --------------------------------------------------------------------------------------


def test_areas_of_a_geographic_raster_are_those_of_the_ellipsoid():
    cells = ArrayCells(np.ones((40, 40), dtype=np.int64), (106.0, 0.01, 0.0, 29.8, 0.0, -0.01))
    whole = grid_of(cells).outline(0, 0, 40, 40)
    found = class_areas(cells, zones(shapely.buffer(whole, 0.5)), LONLAT)
    assert found.mm2[0, 0] / 1e6 == pytest.approx(areas_m2(zones(whole), LONLAT)[0], rel=1e-9)
    # a cell at the top is smaller than one at the bottom
    top, bottom = (class_areas(cells, zones(shapely.box(106.2, y, 106.21, y + 0.01)), LONLAT).mm2[0, 0]
                   for y in (29.79, 29.40))  # fmt: skip
    assert top / bottom == pytest.approx(math.cos(math.radians(29.795)) / math.cos(math.radians(29.405)), rel=1e-4)


def test_zones_far_larger_than_the_raster_and_rasters_far_larger_than_the_zones():
    cells = ArrayCells(np.ones((20, 30), dtype=np.int64), (500_000.0, 30.0, 0.0, 3_300_600.0, 0.0, -30.0))
    raster_m2 = areas_m2(transform(zones(grid_of(cells).outline(0, 0, 20, 30)), GK, LONLAT), LONLAT)[0]
    large = zones(shapely.box(90, 20, 115, 40), shapely.box(-110, -40, -100, 10))
    found = class_areas(cells, large, LONLAT, cells_crs=GK)
    assert found.mm2[0, 0] / 1e6 == pytest.approx(raster_m2, rel=1e-9)
    assert found.mm2[1, 0] == 0
    world = ArrayCells(np.ones((360, 720), dtype=np.int64), (-180.0, 0.5, 0.0, 90.0, 0.0, -0.5))
    square = zones(shapely.box(500_000, 3_300_000, 501_000, 3_301_000))
    found = class_areas(world, square, GK, cells_crs=LONLAT)
    assert found.mm2[0, 0] == found.zone_mm2[0]


def test_zones_without_area_and_no_zones_at_all():
    for shapes in (zones(None, shapely.Polygon()), zones()):
        found = class_areas(FOUR, shapes, METRES, method=PLANAR)
        assert found.mm2.shape == (len(shapes), 0)
        assert len(zone_means(FOUR, shapes, METRES, method=PLANAR).value) == len(shapes)
        assert spread(np.ones(len(shapes)), shapes, METRES, FOUR, method=PLANAR).left.tolist() == [1.0] * len(shapes)


@pytest.mark.parametrize(
    ("crs", "cells_crs", "place", "measured"),
    [
        (GK, None, (500_000.0, 30.0, 0.0, 3_309_000.0, 0.0, -30.0), False),
        (GK, LONLAT, (106.5, 3e-4, 0.0, 29.59, 0.0, -3e-4), False),
        (GK, None, (500_000.0, 1.0, 0.0, 3_309_000.0, 0.0, -1.0), False),
        (LONLAT, None, (106.5, 1e-3, 0.0, 29.59, 0.0, -1e-3), False),
        (LONLAT, None, (106.5, 1e-2, 0.0, 29.9, 0.0, -1e-2), True),  # over 64 cells of 1 km no quadratic is that good
        (LONLAT, None, (0.0, 0.5, 0.0, 80.0, 0.0, -0.5), True),
    ],
)
def test_areas_of_cells_between_those_measured(crs, cells_crs, place, measured, monkeypatch):
    grid = Grid(place, 150, 140)
    there = areas_m2(grid.boxes(np.array([0]), np.array([0])), cells_crs or crs)
    placed = Placed(Measured(zones(shapely.box(0, 0, 1, 1)), crs, TRUE, Silent()), crs, grid, cells_crs or crs, None)
    row, col = np.indices((150, 140)).reshape(2, -1)
    asked = []
    monkeypatch.setattr(cellareas, "areas_m2", lambda *args: asked.append(len(args[0])) or areas_m2(*args))
    smooth = CellAreas(placed, TRUE).m2(row, col)
    assert (sum(asked) >= len(row)) == measured
    # a single cell of 1 m is measured to some 1e-8, for its corners have no more digits; all together are exact
    np.testing.assert_allclose(smooth, CellAreas(placed, TRUE, exact=True).m2(row, col), rtol=2e-8)
    whole = transform(zones(grid.outline(0, 0, 150, 140)), cells_crs or crs, crs)
    assert smooth.sum() == pytest.approx(areas_m2(whole, crs)[0], rel=1e-10)
    assert smooth[0] == pytest.approx(there[0], rel=1e-2)


# -- refusals --------------------------------------------------------------------------------------------


def test_values_that_are_no_classes_are_refused():
    square = zones(shapely.box(0, 0, 20, 40))
    error = refusal(
        lambda: class_areas(small([[1.0, 1.5]] * 4), zones(shapely.box(0, 0, 20, 40)), METRES, method=PLANAR)
    )
    assert error.message.id == "CELLS_NOT_CLASSES"
    assert "1.5" in error.text("zh")
    whole = class_areas(small([[1.0, 7.0]] * 4), square, METRES, method=PLANAR)
    assert by_class(whole) == {1: 400 * M2, 7: 400 * M2}


@pytest.mark.parametrize("place", [(0, 0, 0, 0, 0, 0), (0, 1, 1, 0, 1, 1), (0, math.nan, 0, 0, 0, -1)])
def test_grids_without_area_are_refused(place):
    with pytest.raises(GeometryError) as caught:
        Grid(place, 2, 2)
    assert caught.value.message.id == "GRID_BAD"


def test_negative_weights_and_survey_areas_are_refused():
    square = zones(shapely.box(0, 0, 20, 40))
    error = refusal(lambda: spread(np.ones(1), square, METRES, small([[-1.0, 1.0]] * 4), weighted=True, method=PLANAR))
    assert error.message.id == "WEIGHT_NEGATIVE"
    for run in (class_areas, zone_means):
        error = refusal(lambda run=run: run(FOUR, square, METRES, method=AreaMethod.FIELD))
        assert error.message.id == "FIELD_AREAS_MISSING"


def test_a_cancel_is_heard():
    class Stop:
        def progress(self, share):
            pass

        def info(self, message):
            pass

        def warn(self, message):
            pass

        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        zone_means(FOUR, zones(shapely.box(0, 0, 20, 40)), METRES, method=PLANAR, feedback=Stop())


def test_the_example_of_the_documentation_runs():
    page = (Path(__file__).parents[2] / "docs" / "interop.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "interop.md", "exec"), {})
