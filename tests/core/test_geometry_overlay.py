"""Pair areas: cases whose numbers follow from squares, methods of area, fallbacks, cancel, size."""

import math

import numpy as np
import pytest
import shapely
import shapely.affinity
from geometry_cases import METRES, array, assert_closes, grid, pair_table, square
from shapely.errors import GEOSException

from carbon_planner.base.errors import BalanceError, Cancelled, GeometryError
from carbon_planner.base.feedback import Silent
from carbon_planner.geometry import cutting, gaps, land, robust
from carbon_planner.geometry.area import AreaMethod, areas_m2, total_mm2
from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.overlay import pair_areas

M2 = 1_000_000
GK = Crs.from_text("EPSG:4545")


def planar(zones, parcels, **options):
    result = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR, **options)
    assert_closes(result)
    assert result.balance_error < 1e-9
    return result


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


def refusal(*args, **options):
    with pytest.raises(GeometryError) as caught:
        pair_areas(*args, **options)
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value.message


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


class Watch(Silent):
    """Feedback that records, and wants to stop after some questions."""

    def __init__(self, after=10**9):
        self.left, self.shares, self.told = after, [], []

    def progress(self, share):
        self.shares.append(share)

    def info(self, message):
        self.told.append(message)

    def cancelled(self):
        self.left -= 1
        return self.left < 0


def crowd(seed=4, count=120, zones=14):
    """Overlapping zones on parcels that overlap and leave gaps."""
    rng = np.random.default_rng(seed)
    parcels = array(*grid(12, 10, 10.0))[:count]
    parcels[::7] = [shapely.affinity.translate(p, 3, 2) for p in parcels[::7]]
    parcels[5::11] = None
    centres = rng.uniform(10, 100, (zones, 2))
    return array(*(shapely.Point(*c).buffer(r, 9) for c, r in zip(centres, rng.uniform(3, 30, zones)))), parcels


def test_progress_grows_to_the_whole():
    watch = Watch()
    planar(*crowd(), feedback=watch)
    assert watch.shares == sorted(watch.shares)
    assert watch.shares[-1] == 1.0
    assert watch.shares[0] < 0.3


def test_cancel_at_any_question():
    watch = Watch()
    zones, parcels = crowd()
    pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR, feedback=watch)
    questions = 10**9 - watch.left
    assert questions > 50
    for after in range(0, questions, 7):
        with pytest.raises(Cancelled):
            pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR, feedback=Watch(after))


SAME = ("zone_mm2", "fragment_zone", "fragment_counted", "fragment_mm2", "pair_fragment", "pair_parcel", "pair_mm2",
        "uncovered_mm2", "double_mm2", "zone_overlap_mm2")  # fmt: skip


def test_results_do_not_depend_on_block_sizes(monkeypatch):
    zones, parcels = crowd()
    one = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR)
    for module, name, value in (
        (cutting, "CANDIDATES", 5), (cutting, "TEST_VERTICES", 40), (cutting, "CUT_VERTICES", 60),
        (land, "VALID_VERTICES", 9), (land, "BOXES", 2), (gaps, "TOGETHER", 6), (robust, "UNION_VERTICES", 50),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    two = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR)
    for name in SAME:
        if name in ("uncovered_mm2", "double_mm2", "pair_mm2"):  # unions in other blocks round differently
            assert np.abs(getattr(one, name) - getattr(two, name)).max() <= 1
        else:
            assert np.array_equal(getattr(one, name), getattr(two, name)), name


def failing(real, times):
    """A GEOS operation that fails the first times it is asked."""
    left = [times]

    def operation(*args, **options):
        if left[0] > 0:
            left[0] -= 1
            raise GEOSException("TopologyException: made up")
        return real(*args, **options)

    return operation


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("name", ["intersection", "difference", "union_all", "coverage_union_all"])
def test_geos_failures_are_worked_around_and_counted(monkeypatch, name, times):
    zones, parcels = crowd()
    expected = planar(zones, parcels)
    monkeypatch.setattr(shapely, name, failing(getattr(shapely, name), times))
    watch = Watch()
    result = planar(zones, parcels, feedback=watch)
    assert np.array_equal(result.zone_mm2, expected.zone_mm2)
    for key, mm2 in pair_table(result).items():
        assert mm2 == pytest.approx(pair_table(expected)[key], abs=100)
    if name != "coverage_union_all" and times > 1:
        assert result.fallbacks > 0
        assert [m.id for m in watch.told] == ["OVERLAY_FALLBACK"]


def test_geos_that_always_fails_is_an_error(monkeypatch):
    monkeypatch.setattr(shapely, "intersection", failing(shapely.intersection, 10**9))
    assert refusal(array(square(5, 5)), grid(2, 2, 10.0), METRES, method=AreaMethod.PLANAR).id == "OVERLAY_FAILED"


def wrong(real, times):
    """An intersection that loses every second result, the first times it is asked."""
    left = [times]

    def operation(*args, **options):
        result = real(*args, **options)
        if left[0] > 0:
            left[0] -= 1
            if np.ndim(args[0]):
                result[::2] = None
            else:
                result = None
        return result

    return operation


def test_imbalance_is_noticed_and_done_again(monkeypatch):
    monkeypatch.setattr(shapely, "intersection", wrong(shapely.intersection, 2))  # the test for overlaps, then the cut
    result = pair_areas(array(square(5, 5)), grid(2, 2, 10.0), METRES, method=AreaMethod.PLANAR)
    assert_closes(result)
    assert pair_table(result) == {(0, i): pytest.approx(25 * M2, abs=1) for i in range(4)}
    assert 0.0 < result.balance_error < 1e-8  # of the grid
    assert result.fallbacks > 0


def test_fragments_done_again_bring_their_pieces(monkeypatch):
    zones = array(square(5, 5), square(100, 100))
    parcels = array(*grid(2, 2, 10.0), square(90, 90, 15))
    monkeypatch.setattr(cutting, "CANDIDATES", 1)
    monkeypatch.setattr(shapely, "intersection", wrong(shapely.intersection, 2))
    result = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR, keep_pieces=True)
    assert_closes(result)
    assert result.fallbacks > 0
    assert pair_table(result) == {(0, i): pytest.approx(25 * M2, abs=1) for i in range(4)} | {(1, 4): 25 * M2}
    assert shapely.area(result.pieces).tolist() == pytest.approx([25.0] * 5)


def test_gaps_of_very_many_parcels_are_not_taken_one_by_one(monkeypatch):
    monkeypatch.setattr(gaps, "TOGETHER", 3)
    monkeypatch.setattr(gaps, "EXACT_SHARE", -1.0)
    result = planar(array(square(0, 0, 45)), grid(4, 4, 10.0))
    assert result.uncovered_mm2.tolist() == [425 * M2]


def test_lasting_imbalance_is_an_error(monkeypatch):
    monkeypatch.setattr(shapely, "intersection", wrong(shapely.intersection, 10**9))
    with pytest.raises(BalanceError) as caught:
        pair_areas(array(None, square(5, 5)), grid(2, 2, 10.0), METRES, method=AreaMethod.PLANAR)
    assert caught.value.message.id == "BALANCE_ZONE"
    assert caught.value.message.params["index"] == 1
    assert "zone no. 2" in caught.value.text()


def test_imbalance_of_overlapping_parcels_is_an_error(monkeypatch):
    monkeypatch.setattr("carbon_planner.geometry.precedence._apart", lambda *shapes: False)
    real = shapely.difference
    monkeypatch.setattr(shapely, "difference", lambda a, b, **options: real(a, shapely.buffer(b, 1.0), **options))
    with pytest.raises(BalanceError) as caught:
        pair_areas(array(square(5, 5)), array(square(0, 0, 20), square(5, 5)), METRES, method=AreaMethod.PLANAR)
    assert caught.value.message.id == "BALANCE_PARCEL"


def test_slivers_are_no_imbalance():
    """Zones that nearly coincide, at the size of national coordinates: their remainders are micrometres wide."""
    rng = np.random.default_rng(2)
    outline = shapely.get_coordinates(shapely.Point(5.0e5, 3.27e6).buffer(400, 40))[:-1]
    zones = array(*(shapely.polygons(outline + rng.normal(0, s, outline.shape)) for s in (0, 1e-6, 1e-4, 1e-3, 1e-2)))
    result = pair_areas(zones, zones[::-1], GK)
    assert_closes(result)
    assert result.balance_error < 1e-8


def test_more_parcels_in_one_point_than_are_looked_at_together(monkeypatch):
    """Sectors of a circle: however often the zone is divided, all meet in one part."""
    monkeypatch.setattr(gaps, "TOGETHER", 10)
    turn = np.linspace(0, 2 * math.pi, 41)
    rim = np.stack([np.cos(turn), np.sin(turn)], axis=1) * 10.0
    sectors = array(*(shapely.polygons([(0, 0), rim[i], rim[i + 1]]) for i in range(40)))
    result = planar(array(square(-3, -4, 20)), sectors)
    inside = shapely.area(shapely.intersection(shapely.union_all(sectors), square(-3, -4, 20)))
    assert result.pair_mm2.sum() / M2 == pytest.approx(inside, abs=1e-4)
    assert result.uncovered_mm2.sum() / M2 == pytest.approx(400 - inside, abs=1e-4)


def test_large_zone_of_many_parcels_with_gaps():
    """Blocks and merging of unions: a checkerboard, of which every black field is missing."""
    parcels = grid(40, 40, 10.0)[::2]
    result = planar(array(square(0, 0, 400)), parcels)
    assert result.pair_mm2.sum() == 80_000 * M2
    assert result.uncovered_mm2.tolist() == [80_000 * M2]
