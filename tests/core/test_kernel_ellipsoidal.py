"""Square metres of pieces, against pieces that Shapely cuts and the ellipsoidal area measures; and the error bound."""

import numpy as np
import pytest
import shapely
from kernel_cases import array, fabric

from carbon_planner.base.errors import Cancelled, GeometryError
from carbon_planner.base.feedback import Silent
from carbon_planner.geometry.area import areas_m2
from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.kernel import Base, Rings, areas_over, cross_areas
from carbon_planner.geometry.kernel.ellipsoidal import PIECE_ERROR, ellipsoidal_density

# CRS, lower left corner of half a degree, metres → units
PLACES = {
    "EPSG:4545 east of 108°": ("EPSG:4545", 650_000.0, 3_200_000.0, 1.0),
    "EPSG:4545 west of 108°": ("EPSG:4545", 330_000.0, 3_200_000.0, 1.0),
    "EPSG:4523, zone number": ("EPSG:4523", 35_600_000.0, 3_200_000.0, 1.0),
    "EPSG:4490, degrees": ("EPSG:4490", 106.5, 29.5, 1e-5),
    "EPSG:4490, far north": ("EPSG:4490", 121.0, 53.0, 1e-5),
    "EPSG:32648, Siberia": ("EPSG:32648", 200_000.0, 6_800_000.0, 1.0),
    "EPSG:3857, Mercator": ("EPSG:3857", 11_800_000.0, 3_400_000.0, 1.0),
}


def layout(place, metres, count=25):
    """Parcels with a hole, of a size, all over half a degree; and zones that cut a corner off each."""
    _, x0, y0, unit = PLACES[place]
    size = metres * unit
    corner = np.random.default_rng(1).random((count, 2)) * 50_000.0 * unit + [x0, y0]
    parcels, zones = [], []
    for x, y in corner.tolist():
        hole = shapely.box(x + 0.02 * size, y + 0.3 * size, x + 0.2 * size, y + 0.4 * size)
        parcels.append(shapely.box(x, y, x + size, y + 0.8 * size).difference(hole))
        ring = [(-0.1, -0.1), (0.15, -0.1), (0.11, 0.35), (-0.1, 0.2)]
        zones.append(shapely.Polygon([(x + a * size, y + b * size) for a, b in ring]))
    return array(*zones), array(*parcels)


def deviations(place, metres):
    """Largest relative errors of pieces: with the density, with one ratio for each parcel; and the bounds of both."""
    crs = Crs.from_text(PLACES[place][0])
    zones, parcels = layout(place, metres)
    rings = Rings.of(parcels)
    density = ellipsoidal_density(rings, crs)
    zone, parcel, m2 = cross_areas(Rings.of(zones), rings, density=density)
    _, _, plain = cross_areas(Rings.of(zones), rings)
    truth = areas_m2(shapely.intersection(zones[zone], parcels[parcel]), crs)
    ratio = (areas_m2(parcels, crs) / shapely.area(parcels))[parcel]
    # the truth is measured too, with places rounded to some nanometres
    slack = 4e-9 * np.sqrt(8.0 * np.pi / truth)
    error, coarse = np.abs(m2 / truth - 1.0) - slack, np.abs(plain * ratio / truth - 1.0)
    assert len(zone) >= len(zones)
    assert (error <= density.error[parcel]).all()
    assert (coarse <= density.spread[parcel] + slack).all()
    return error.max(), coarse.max(), density.error.max(), density.spread.max()


@pytest.mark.parametrize("metres", [10.0, 100.0, 1_000.0, 3_000.0])
@pytest.mark.parametrize("place", PLACES)
def test_pieces_of_parcels_up_to_kilometres(place, metres):
    error, coarse, bound, spread = deviations(place, metres)
    assert error < 5e-10
    assert bound < (2e-9 if metres < 100.0 else PIECE_ERROR)  # places are rounded, which a small parcel feels
    assert coarse > 100.0 * max(error, 2e-10) or metres < 100.0
    assert spread < 3e-7 * metres


@pytest.mark.parametrize("place", PLACES)
def test_larger_parcels_say_so(place):
    assert deviations(place, 10_000.0)[0] < PIECE_ERROR
    assert deviations(place, 40_000.0)[2] > PIECE_ERROR


@pytest.mark.parametrize(("code", "origin", "cell"), [("EPSG:4545", (620_000.0, 3_200_000.0), 300.0)])
def test_balance_on_the_ellipsoid(code, origin, cell):
    """Whole parcels have their own area, and the parts of a parcel add up to it."""
    crs = Crs.from_text(code)
    parcels = fabric(3, cell=cell, origin=origin)
    other = fabric(4, side=13, cell=1.3 * cell, origin=(origin[0] - cell, origin[1] - cell))
    rings = Rings.of(parcels)
    base = Base(rings, ellipsoidal_density(rings, crs))
    truth = areas_m2(parcels, crs)
    assert np.abs(base.area / truth - 1.0).max() < 1e-14
    _, parcel, m2 = areas_over(base, Rings.of(other))
    inside = shapely.covers(shapely.coverage_union_all(other), parcels)
    assert inside.sum() > 100
    total = np.bincount(parcel, m2, minlength=len(parcels))
    assert np.abs(total[inside] / truth[inside] - 1.0).max() < 1e-12
    whole = areas_over(base, Rings.of(array(shapely.box(*shapely.buffer(shapely.box(*origin, *origin), 9e5).bounds))))
    assert whole[2].tobytes() == base.area.tobytes()


def test_empty_parcels_and_places_off_the_earth():
    crs = Crs.from_text("EPSG:4545")
    odd = array(None, shapely.Polygon(), shapely.box(5e5, 3e6, 5.1e5, 3.01e6))
    density = ellipsoidal_density(Rings.of(odd), crs)
    assert density.coefficients[:2].tolist() == [[0.0] * 6] * 2
    assert Base(Rings.of(odd), density).area.tolist() == pytest.approx([0.0, 0.0, areas_m2(odd, crs)[2]], rel=1e-14)
    with pytest.raises(GeometryError) as caught:
        ellipsoidal_density(Rings.of(array(*odd, shapely.box(1e9, 0.0, 1.1e9, 1.0))), crs)
    assert caught.value.message.params["feature"] == 4
    with pytest.raises(GeometryError):
        ellipsoidal_density(Rings.of(odd), Crs.local_metres())


def test_cancel():
    class Stop(Silent):
        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        ellipsoidal_density(Rings.of(fabric()), Crs.from_text("EPSG:4545"), Stop())
