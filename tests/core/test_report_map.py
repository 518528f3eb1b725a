"""The map picture: what is drawn where, in which colour, at which scale."""

import re

import numpy as np
import pytest
import shapely
from report_cases import quads

from carbon_planner.geometry.crs import Crs
from carbon_planner.report.map_frame import WIDTH, Theme, fit, measure
from carbon_planner.report.map_paths import View, polygon_paths
from carbon_planner.report.map_svg import LABELLED, SINGLE, TITLED, draw_map
from carbon_planner.report.numbers import Numbers
from carbon_planner.report.ramp import DIVERGING, classify, diverging, round_top, sequential
from carbon_planner.report.texts import Texts

TEXTS, NUMBERS = Texts("en"), Numbers("en", "not evaluated")
PLAIN = View(0.0, 100.0, 1.0, 1.0, 0.0, 0.0)


def theme(values):
    values = np.asarray(values, dtype=float)
    return Theme(values, diverging(values), "Net carbon impact", "tCO2e/ha", "removal", "emission")


def picture(geometries, values=None, ids=None, crs="EPSG:4545"):
    values = np.linspace(-200, 300, len(geometries)) if values is None else values
    ids = [f"Z{i}" for i in range(len(geometries))] if ids is None else ids
    return draw_map(geometries, ids, theme(values), crs and Crs.from_text(crs), TEXTS, NUMBERS)


def points(data, grid=1.0):
    """Corners of a path made of M, l (relative), h, v, z."""
    found = []
    for x, y, rest in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", data):
        at = np.array([int(x), int(y)])
        steps = np.array(re.findall(r"-?\d+", rest), dtype=int).reshape(-1, 2)
        found.append((np.vstack([at, at + np.cumsum(steps, axis=0)]) * grid).tolist())
    return found


def test_path_is_the_polygon_with_its_hole():
    shape = shapely.box(10, 10, 60, 50).difference(shapely.box(20, 20, 30, 30))
    paths = polygon_paths(np.array([shape], dtype=object), PLAIN)
    outer, inner = points(paths.data[0], paths.grid)
    assert shapely.Polygon(outer).equals(shapely.box(10, 50, 60, 90))  # y runs down
    assert shapely.Polygon(inner).equals(shapely.box(20, 70, 30, 80))


def test_neighbours_keep_their_common_border_however_coarse_the_grid():
    mesh = quads(40)
    shifted = shapely.transform(mesh, lambda a: (a - [463_000.0, 3_268_000.0]) / 20.0)
    paths = polygon_paths(shifted, PLAIN, budget=10)
    assert paths.grid > 0.1
    shapes = [shapely.Polygon(points(data, paths.grid)[0]) for data in paths.data]
    union = shapely.union_all(shapes)
    assert union.area == pytest.approx(sum(s.area for s in shapes), rel=1e-12)
    assert len(union.interiors) == 0


def test_points_on_a_straight_run_and_repeated_points_go():
    line = [(0, 0), (10, 0), (20, 0), (20.01, 0), (20, 20), (0, 20), (0, 0)]
    paths = polygon_paths(np.array([shapely.Polygon(line)], dtype=object), PLAIN)
    assert len(points(paths.data[0])[0]) == 4


def test_a_speck_stays_visible_and_a_tiny_hole_goes():
    speck = shapely.box(5.0, 5.0, 5.01, 5.01)
    pierced = (
        shapely.box(20, 20, 40, 40).difference(speck.buffer(0).envelope).difference(shapely.box(30, 30, 30.01, 30.01))
    )
    paths = polygon_paths(np.array([speck, pierced], dtype=object), PLAIN)
    assert re.fullmatch(r"M\d+ \d+h1v1h-1z", paths.data[0])
    assert paths.data[1].count("M") == 1


def test_colours_are_symmetric_and_zero_is_in_the_middle():
    classes = diverging(np.array([-30.0, 5.0, 180.0]))
    bounds = [c.high for c in classes[:-1]]
    assert bounds == pytest.approx([-120.0, -60.0, -20.0, 20.0, 60.0, 120.0])
    assert [c.colour for c in classes] == list(DIVERGING)
    assert classify(np.array([-500.0, -20.0, 0.0, 19.99, 20.0, 1e9, np.nan]), classes).tolist() == [
        0,
        3,
        3,
        3,
        4,
        6,
        -1,
    ]


def test_breaks_without_any_value():
    assert len(diverging(np.array([np.nan]))) == 7
    assert classify(np.array([np.nan]), sequential(np.array([np.nan]))).tolist() == [-1]


@pytest.mark.parametrize(("value", "top"), [(0.0, 1.0), (1.0, 1.0), (1.01, 2.0), (4.2, 5.0), (5.1, 10.0), (0.03, 0.05)])
def test_round_top(value, top):
    assert round_top(value) == pytest.approx(top)


@pytest.mark.parametrize(
    ("crs", "x", "y", "metres_x", "metres_y"),
    [
        ("EPSG:4545", 500_000.0, 3_270_000.0, 1.0, 1.0),
        ("EPSG:3857", 11_876_000.0, 3_448_000.0, 0.8704, 0.8666),  # 29.6° N: a map metre is 0.87 m on the ground
        ("EPSG:4490", 106.68, 29.56, 96_900.0, 110_860.0),
        ("EPSG:2263", 1_000_000.0, 200_000.0, 0.3048, 0.3048),  # US survey feet
    ],
)
def test_ground_is_measured_at_the_centre(crs, x, y, metres_x, metres_y):
    size = 0.01 if crs == "EPSG:4490" else 1000.0
    ground = measure(Crs.from_text(crs), np.array([x - size, y - size, x + size, y + size]))
    assert ground.x == pytest.approx(metres_x, rel=2e-3)
    assert ground.y == pytest.approx(metres_y, rel=2e-3)


def test_north_arrow_turns_with_the_grid():
    """Three degrees east of the central meridian at 30° N the grid's up points 1.5° east of north (sin φ · Δλ)."""
    centre = Crs.from_text("EPSG:32648")
    x, y = 789_411.0, 3_323_000.0
    east = measure(centre, np.array([x - 500, y - 500, x + 500, y + 500]))
    assert east.north == pytest.approx(-1.5, abs=0.02)
    assert measure(centre, np.array([499_500, y, 500_500, y + 1000])).north == pytest.approx(0.0, abs=0.01)


def test_degrees_are_drawn_as_wide_as_they_are_on_the_ground():
    bounds = np.array([106.0, 29.5, 106.1, 29.6])
    view, _ = fit(bounds, measure(Crs.from_text("EPSG:4490"), bounds), degrees=True)
    assert view.x_scale / view.y_scale == pytest.approx(0.8735, abs=1e-3)


@pytest.mark.parametrize(("crs", "label"), [("EPSG:4545", "200\u00a0m"), ("EPSG:3857", "200\u00a0m"), (None, None)])
def test_scale_bar_has_the_length_it_says(crs, label):
    mesh = quads(24)
    if crs == "EPSG:3857":
        mesh = shapely.transform(mesh, lambda a: a - [463_000.0, 3_268_000.0] + np.array([11_876_000.0, 3_448_000.0]))
    svg = picture(mesh, crs=crs)
    found = re.search(r"v5h([\d.]+)v-5.*?>(\d+\u00a0k?m)</text>", svg)
    if label is None:
        assert found is None
        assert "rotate(45)" in svg
        return
    assert found[2] == label
    bounds = shapely.total_bounds(mesh)
    ground = measure(Crs.from_text(crs), bounds)
    view, _ = fit(bounds, ground, degrees=False)
    assert float(found[1]) == pytest.approx(200.0 / ground.x * view.x_scale, abs=0.06)


def test_a_local_grid_has_a_scale_but_no_north():
    svg = draw_map(quads(4), list("abcd"), theme([1, 2, 3, 4]), Crs.local_metres(), TEXTS, NUMBERS)
    assert "\u00a0m</text>" in svg
    assert ">N</text>" not in svg


def test_labels_stand_where_they_fit():
    zones = np.array([shapely.box(0, 0, 1000, 800), shapely.box(1000, 0, 1010, 800)], dtype=object)
    svg = picture(zones, ids=["wide", "narrow"])
    labels = re.search(r'<g text-anchor="middle".*?</g>', svg)[0]
    assert ">wide</text>" in labels
    assert "narrow" not in labels
    assert "narrow: " in svg  # as a tooltip


def test_null_is_hatched_and_named():
    svg = picture(quads(3), values=[12.0, np.nan, -4.0])
    assert svg.count('fill="url(#map-null)"') == 2  # the zone and the legend
    assert "not evaluated" in svg
    assert "nan" not in svg


def test_text_from_data_stays_text():
    svg = picture(quads(2), ids=["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>\u202e'])
    assert "<script" not in svg
    assert "<img" not in svg
    assert "\u202e" not in svg
    assert "&lt;script&gt;" in svg


@pytest.mark.parametrize("nothing", [[None], [shapely.Polygon()], []])
def test_nothing_to_draw(nothing):
    assert picture(np.array(nothing, dtype=object), values=np.zeros(len(nothing))) == ""


def test_null_geometry_is_left_out():
    zones = quads(3)
    zones[1] = None
    assert picture(zones).count("<title>") == 2


@pytest.mark.parametrize("count", [5_000, SINGLE + 1])
def test_many_zones_stay_small(count):
    svg = picture(quads(count))
    assert len(svg) < 1_500_000
    assert svg.count("<title>") == (count if count <= TITLED else 0)
    assert svg.count("</text>") < LABELLED + 20
    assert f'viewBox="0 0 {WIDTH:g}' in svg
