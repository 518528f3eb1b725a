"""Pair areas when things go wrong: cancel, failing and lying GEOS operations, slivers; and blocks do not matter."""

import math

import numpy as np
import pytest
import shapely
import shapely.affinity
from geometry_cases import GK, M2, METRES, Watch, array, assert_closes, crowd, grid, pair_table, planar, refusal, square
from shapely.errors import GEOSException

from carbon_planner.base.errors import BalanceError, Cancelled
from carbon_planner.geometry import cutting, gaps, land, robust
from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.overlay import pair_areas


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
