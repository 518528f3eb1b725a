"""A raster of land classes as baseline: zones over its cells give the same rows as zones over parcels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..base.errors import InputError
from ..base.feedback import Feedback, Part
from ..geometry.area import AreaMethod
from ..geometry.cellclasses import pairs_from_cells
from ..geometry.cells import zone_means
from ..geometry.crs import Crs
from ..geometry.grid import Cells
from ..geometry.overlay import PairAreas
from ..geometry.validity import polygonal
from .inputs import BaseParcels, PlanZones, Settings


@dataclass(frozen=True)
class BaseCells:
    """Land use before the plan as a raster of whole numbers.

    ``names`` turns values into codes of the class system where they are not the codes themselves. Cells without a value
    (nodata, masked) are ground of which nothing is known; they never count as a class.
    """

    layer: str
    cells: Cells
    crs: Crs
    names: Mapping[int, str] = field(default_factory=dict)


def laid_over_cells(
    zones: PlanZones, base: BaseCells, settings: Settings, feedback: Feedback
) -> tuple[BaseParcels, PairAreas]:
    """(the classes met, each as one parcel without geometry; the areas of zones by them).

    Cells are cut exactly where a zone ends. Raises :class:`InputError` for survey areas, which a raster does not state,
    and as :func:`~carbon_planner.geometry.cellclasses.pairs_from_cells`.
    """
    method = AreaMethod(settings.area_method)
    if method is AreaMethod.FIELD:
        raise InputError("NO_SURVEY_AREA", layer=base.layer)
    checked = polygonal(zones.geometry, Part(feedback, 0.0, 0.1))
    found = pairs_from_cells(
        base.cells, checked.geometry, zones.crs, cells_crs=base.crs, method=method, zone_keys=zones.ids,
        feedback=Part(feedback, 0.1, 1.0),
    )  # fmt: skip
    codes = [base.names.get(value, str(value)) for value in found.classes.tolist()]
    nothing = np.full(len(codes), None, dtype=object)
    return BaseParcels(base.layer, [str(v) for v in found.classes.tolist()], nothing, zones.crs, codes), found.pairs


def with_biomass(
    base: BaseParcels, cells: Cells, crs: Crs, feedback: Feedback, *, least_covered: float = 0.5
) -> BaseParcels:
    """Parcels with the carbon of living biomass that a raster (t C/ha) gives them: the mean of each parcel by area.

    A parcel of which less than ``least_covered`` lies on cells with values keeps the mean of its class, and so does one
    whose biomass was stated already. Raises as :func:`~carbon_planner.geometry.cells.zone_means`.
    """
    checked = polygonal(base.geometry, Part(feedback, 0.0, 0.1))
    found = zone_means(cells, checked.geometry, base.crs, cells_crs=crs, feedback=Part(feedback, 0.1, 1.0))
    measured = np.where(found.covered >= least_covered, found.value, np.nan)
    stated = base.living_tc_ha
    return replace(base, living_tc_ha=measured if stated is None else np.where(np.isfinite(stated), stated, measured))
