"""Pair areas: cases whose numbers follow from squares, survey areas, refusals, size."""

import math

import numpy as np
import pytest
import shapely
import shapely.affinity
from geometry_cases import GK, M2, METRES, array, assert_closes, grid, pair_table, planar, refusal, square

from carbon_planner.geometry.area import AreaMethod, areas_m2, total_mm2
from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.overlay import pair_areas


def test_one_zone_over_four_parcels():
    result = planar(array(square(5, 5)), grid(2, 2, 10.0))
    assert result.zone_mm2.tolist() == [100 * M2]
    assert pair_table(result) == {(0, i): 25 * M2 for i in range(4)}
    assert result.uncovered_mm2.tolist() == [0]
    assert result.double_mm2.tolist() == [0]
    assert result.zone_overlap_mm2 == 0
    assert result.pieces is None
    assert result.survey_missing is None
    assert result.fallbacks == 0


def test_parcel_inside_zone_inside_parcel_and_the_same():
    zones = array(square(0, 0), square(100, 0, 2), square(200, 0))
    parcels = array(square(2, 2, 3), square(95, -5, 20), square(200, 0))
    result = planar(zones, parcels)
    assert pair_table(result) == {(0, 0): 9 * M2, (1, 1): 4 * M2, (2, 2): 100 * M2}
    assert result.uncovered_mm2.tolist() == [91 * M2, 0, 0]


def test_touching_is_not_overlapping():
    result = planar(array(square(0, 0)), array(square(10, 0), square(10, 10), square(0, -10)))
    assert len(result.pair_mm2) == 0
    assert result.uncovered_mm2.tolist() == [100 * M2]


def test_zones_without_base():
    result = planar(array(square(0, 0), square(5, 5, 20), None), None)
    assert result.zone_mm2.tolist() == [100 * M2, 400 * M2, 0]
    assert len(result.pair_mm2) == 0
    assert result.fragment_zone.tolist() == [0, 1, 1]
    assert result.fragment_counted.tolist() == [True, True, False]
    assert result.fragment_mm2.tolist() == [100 * M2, 375 * M2, 25 * M2]
    assert result.uncovered_mm2.tolist() == result.fragment_mm2.tolist()
    assert result.zone_overlap_mm2 == 25 * M2


def test_smaller_zone_has_precedence_and_the_larger_keeps_its_whole():
    zones = array(square(0, 0, 20), square(15, 0, 10))
    result = planar(zones, array(square(0, 0, 17, 20), square(17, 0, 20)))
    assert result.zone_mm2.tolist() == [400 * M2, 100 * M2]
    assert result.fragment_zone.tolist() == [0, 0, 1]
    assert result.fragment_counted.tolist() == [True, False, True]
    assert result.fragment_mm2.tolist() == [350 * M2, 50 * M2, 100 * M2]
    # the zone's own row is complete: both its fragments meet the parcels
    assert pair_table(result) == {(0, 0): 340 * M2, (0, 1): 60 * M2, (1, 0): 20 * M2, (1, 1): 80 * M2}
    counted = result.fragment_counted[result.pair_fragment]
    assert result.pair_mm2[counted].sum() == 450 * M2  # the union


def test_identical_zones_count_once():
    zones = array(square(0, 0), square(0, 0), square(0, 0))
    result = planar(zones, None, zone_keys=["b", "a", "c"])
    assert result.fragment_counted.tolist() == [False, True, False]
    assert result.zone_overlap_mm2 == 200 * M2


def test_zone_wholly_covered_by_smaller_ones_has_no_counted_part():
    result = planar(array(square(0, 0, 20), *grid(2, 2, 10.0)), None)
    assert result.fragment_zone.tolist() == [0, 1, 2, 3, 4]
    assert result.fragment_counted.tolist() == [False, True, True, True, True]
    assert result.zone_overlap_mm2 == 400 * M2


def test_overlapping_parcels_count_once_and_are_reported():
    parcels = array(square(0, 0, 20), square(5, 5, 10), square(8, 8, 4))
    result = planar(array(square(0, 0, 20), square(10, 0, 5, 20)), parcels)
    counted = dict(zip(result.fragment_zone[result.fragment_counted], np.flatnonzero(result.fragment_counted)))
    assert pair_table(result)[(0, 0)] == 300 * M2
    assert pair_table(result)[(0, 1)] == 84 * M2
    assert pair_table(result)[(0, 2)] == 16 * M2
    assert result.uncovered_mm2.sum() == 0
    assert result.double_mm2[counted[1]] == 50 * M2  # once, though the middle is covered three times
    assert result.double_mm2[counted[0]] == 50 * M2
    assert result.double_mm2.sum() == 150 * M2


def test_a_moved_parcel_leaves_a_gap_and_a_double():
    parcels = grid(5, 5, 10.0)
    parcels[12] = shapely.affinity.translate(parcels[12], 2.0, 0.0)
    result = planar(array(square(0, 0, 50)), parcels)
    assert result.uncovered_mm2.tolist() == [20 * M2]
    assert result.double_mm2.tolist() == [20 * M2]


def test_nothing_gives_nothing():
    for zones in (array(None), array("POLYGON EMPTY"), array("LINESTRING (0 0, 1 1)"), np.zeros(0, dtype=object)):
        result = planar(zones, grid(2, 2, 10.0))
        assert result.zone_mm2.tolist() == [0] * len(zones)
        assert len(result.fragment_zone) == len(result.pair_mm2) == 0
        assert result.balance_error == 0.0
    for parcels in (array(None, None), array("POLYGON EMPTY"), np.zeros(0, dtype=object), array("POINT (5 5)")):
        result = planar(array(square(0, 0), None), parcels)
        assert result.zone_mm2.tolist() == [100 * M2, 0]
        assert result.uncovered_mm2.tolist() == [100 * M2]


def test_pieces_are_what_the_areas_say():
    zones, parcels = array(square(5, 5, 20), square(15, 15, 20), square(40, 40, 3)), grid(6, 6, 10.0)
    parcels[0] = shapely.union(square(0, 0, 10), square(8, 8, 4))
    result = planar(zones, parcels, keep_pieces=True)
    assert np.rint(shapely.area(result.pieces) * M2).astype(int).tolist() == result.pair_mm2.tolist()
    assert set(shapely.get_type_id(result.pieces)) <= {3, 6}
    assert shapely.is_valid(result.pieces).all()
    counted = result.fragment_counted[result.pair_fragment]
    covered = shapely.union_all(result.pieces[counted]).area
    assert covered == pytest.approx(result.pair_mm2[counted].sum() / M2, rel=1e-12)
    for fragment, parcel, piece in zip(result.pair_fragment, result.pair_parcel, result.pieces):
        assert shapely.difference(piece, parcels[parcel]).area < 1e-9
        assert shapely.difference(piece, zones[result.fragment_zone[fragment]]).area < 1e-9


def test_piece_that_touches_with_a_line_is_only_its_polygon():
    zone = shapely.union_all([square(0, 0), square(10, 3, 10, 4)])
    parcel = shapely.union_all([square(5, -5, 5), square(10, 7, 5)])
    result = planar(array(zone), array(parcel), keep_pieces=True)
    assert result.pair_mm2.tolist() == [] or set(shapely.get_type_id(result.pieces)) <= {3, 6}
    mixed = shapely.union_all([square(8, 2, 4, 20), square(-10, 10, 15, 3)])
    result = planar(array(square(0, 0)), array(mixed), keep_pieces=True)
    assert shapely.get_type_id(result.pieces).tolist() == [3]
    assert result.pair_mm2.tolist() == [16 * M2]


@pytest.mark.parametrize("text", ["EPSG:4545", "EPSG:3857", "EPSG:4490", "EPSG:2227", "EPSG:32649"])
def test_ellipsoidal_areas_close_in_any_crs(text):
    crs = Crs.from_text(text)
    x, y = crs.from_lonlat(108.3, 29.5) if text != "EPSG:2227" else (6.1e6, 2.1e6)
    unit = 1e-5 if crs.is_geographic else 1.0
    parcels = shapely.transform(grid(8, 8, 100.0), lambda xy: xy * unit + [float(x), float(y)])
    zones = array(square(50, 70, 333), square(250, 250, 400), shapely.Point(420, 420).buffer(190))
    zones = shapely.transform(zones, lambda xy: xy * unit + [float(x), float(y)])
    result = pair_areas(zones, parcels, crs)
    assert_closes(result)
    assert result.balance_error < 1e-9
    assert result.uncovered_mm2.sum() == 0
    assert result.zone_mm2.tolist() == np.rint(areas_m2(zones, crs) * M2).astype(int).tolist()
    union = areas_m2(array(shapely.union_all(zones)), crs)[0]
    assert result.fragment_mm2[result.fragment_counted].sum() / M2 == pytest.approx(union, rel=1e-9)


def field(zones, parcels, survey, **options):
    result = pair_areas(zones, parcels, GK, method=AreaMethod.FIELD, parcel_m2=np.array(survey, dtype=float), **options)
    assert_closes(result)
    return result


def test_survey_areas():
    """TBMJ × ellipsoidal share of the piece; what no parcel covers is ellipsoidal (rule 10)."""
    place = [500_000.0, 3_270_000.0]
    parcels = shapely.transform(grid(2, 1, 100.0), lambda xy: xy + place)
    zones = shapely.transform(array(square(0, 0, 100), square(150, 0, 100, 50)), lambda xy: xy + place)
    result = field(zones, parcels, [10_007.0, 9_000.0])
    assert result.survey_missing.tolist() == []
    assert pair_table(result)[(0, 0)] == 10_007 * M2  # wholly inside: the survey's figure to the square millimetre
    quarter = pair_table(result)[(1, 1)]
    assert quarter == pytest.approx(2_250 * M2, rel=1e-7)  # a quarter of the parcel on the ellipsoid, nearly
    gap = areas_m2(shapely.difference(zones[1:], parcels[1]), GK)[0] * M2
    assert result.uncovered_mm2.tolist() == [0, round(gap)]
    assert result.zone_mm2.tolist() == [10_007 * M2, quarter + round(gap)]


def test_survey_areas_of_a_divided_parcel_add_up():
    place = [500_000.0, 3_270_000.0]
    parcels = shapely.transform(array(square(0, 0, 90)), lambda xy: xy + place)
    zones = shapely.transform(grid(3, 3, 30.0), lambda xy: xy + place)
    result = field(zones, parcels, [8_123.45])
    assert int(result.zone_mm2.sum()) == pytest.approx(8_123.45 * M2, abs=5)


def test_missing_survey_areas_fall_back_and_are_named():
    place = [500_000.0, 3_270_000.0]
    parcels = shapely.transform(grid(5, 1, 100.0), lambda xy: xy + place)
    zones = shapely.transform(array(square(0, 0, 400, 100)), lambda xy: xy + place)
    result = field(zones, parcels, [math.nan, 0.0, -1.0, 10_500.0, math.nan])
    assert result.survey_missing.tolist() == [0, 1, 2]  # the fifth is in no zone
    true = np.rint(areas_m2(parcels, GK) * M2).astype(int)
    assert result.pair_mm2.tolist() == [*true[:3], 10_500 * M2]


def test_survey_areas_of_overlapping_parcels():
    place = [500_000.0, 3_270_000.0]
    parcels = shapely.transform(array(square(0, 0, 100), square(50, 0, 50)), lambda xy: xy + place)
    zones = shapely.transform(array(square(0, 0, 100)), lambda xy: xy + place)
    result = field(zones, parcels, [20_000.0, 2_600.0])
    assert pair_table(result)[(0, 1)] == 2_600 * M2
    assert pair_table(result)[(0, 0)] == pytest.approx(15_000 * M2, rel=1e-7)  # three quarters are left of it
    assert result.double_mm2.tolist() == [pytest.approx(2_500 * M2, rel=1e-3)]


def test_field_method_without_base_is_ellipsoidal():
    zones = array(square(500_000, 3_270_000, 100))
    assert pair_areas(zones, None, GK, method=AreaMethod.FIELD).zone_mm2 == pair_areas(zones, None, GK).zone_mm2


def test_refusals():
    one, two = array(square(5e5, 3e6)), grid(2, 1, 10.0)
    assert refusal(one, two, GK, method=AreaMethod.FIELD).id == "FIELD_AREAS_MISSING"
    assert refusal(one, two, GK, method=AreaMethod.FIELD, parcel_m2=np.ones(3)).id == "FIELD_AREAS_COUNT"
    assert refusal(one, two, Crs.from_text("EPSG:4490"), method=AreaMethod.PLANAR).id == "PLANAR_GEOGRAPHIC"
    assert refusal(one, two, METRES).id == "CRS_NO_ELLIPSOID"
    zones = refusal(array(square(5e5, 3e6), square(5e5, 3e9)), two, GK)
    assert zones.id == "OUTSIDE_CRS"
    assert zones.text().startswith("Plan zones: feature no. 2 ")
    assert zones.text("zh").startswith("规划分区：第 2 个要素")
    degrees = Crs.from_text("EPSG:4490")
    parcels = array(square(100, 20, 1), None, square(108, 85, 20), square(108, 85, 3))
    wrong = refusal(array(square(108, 86, 4), square(108, 86, 1)), parcels, degrees)
    assert wrong.id == "OUTSIDE_CRS"
    assert wrong.text().startswith("Base parcels: feature no. 3 ")


def test_areas_beyond_64_bits():
    """9.2 million km² is all that fits: a larger zone is refused, many smaller ones are summed in Python's integers."""
    large = array(square(0, 0, 1000), square(0, 0, 3.1e6))
    found = refusal(large, None, METRES, method=AreaMethod.PLANAR)
    assert (found.id, found.params["index"]) == ("AREA_TOO_LARGE", 1)
    zones = array(*(square(i * 3e6, 0, 3e6) for i in range(4)), square(-1e6, 0, 12e6, 5e5))
    result = planar(zones, array(square(-1e6, -1e6, 14e6)))
    assert total_mm2(result.zone_mm2) == 42 * 10**18
    assert result.zone_overlap_mm2 == 55 * 10**17
    assert result.uncovered_mm2.sum() == 0


def test_input_is_left_as_it_is():
    zones, parcels = array(square(5, 5), "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"), array(*grid(3, 3, 10.0), square(3, 3))
    before = [shapely.to_wkb(zones).tolist(), shapely.to_wkb(parcels).tolist()]
    objects = [list(zones), list(parcels)]
    pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR)
    assert [shapely.to_wkb(zones).tolist(), shapely.to_wkb(parcels).tolist()] == before
    assert all(a is b for kept, now in zip(objects, (zones, parcels)) for a, b in zip(kept, now))


def test_read_only_arrays():
    zones, parcels = array(square(5, 5)), array(*grid(3, 3, 10.0), square(3, 3))
    zones.flags.writeable = parcels.flags.writeable = False
    assert planar(zones, parcels).zone_mm2.tolist() == [100 * M2]


def test_large_zone_of_many_parcels_with_gaps():
    """Blocks and merging of unions: a checkerboard, of which every black field is missing."""
    parcels = grid(40, 40, 10.0)[::2]
    result = planar(array(square(0, 0, 400)), parcels)
    assert result.pair_mm2.sum() == 80_000 * M2
    assert result.uncovered_mm2.tolist() == [80_000 * M2]
