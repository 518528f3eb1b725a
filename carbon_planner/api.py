"""The public Python interface: evaluate plan zones without a desktop.

Everything listed in ``__all__`` keeps its name and meaning within a major version; what is to go is marked in the
changelog one minor version ahead and warns until then. All else in the package may change. ``docs/api.md`` has examples
that the tests run.

    from pathlib import Path
    from carbon_planner import api
    result = api.evaluate_files(Path("zones.gpkg"), zone_class="class_code", base=Path("dltb.shp"), base_class="DLBM")
    result.zones[["cp_zone_id", "cp_net_t", "cp_net_lo", "cp_net_hi"]]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Optional, Union

from .accounting.cells import BaseCells, with_biomass
from .accounting.evaluate import Evaluation, evaluate
from .accounting.inputs import BaseParcels, PlanZones, Settings, SurveyAreas
from .accounting.phasing import LINEAR, Curve, Phases
from .base.errors import InputError, PlannerError
from .base.feedback import Feedback, Silent
from .base.messages import Message
from .factors.overrides import Override
from .factors.store import list_sets, open_set
from .geometry.crs import Crs
from .geometry.grid import ArrayCells
from .jobs.diff import Difference
from .jobs.diff import compare_evaluations as compare
from .jobs.fields import MoreFields, check_quantities
from .jobs.files import FileSource, Inputs, read_inputs
from .jobs.job import PYTHON, Job
from .jobs.replay import Replay
from .jobs.replay import replay as run_again
from .jobs.scenario import read_scenario
from .jobs.sources import BASE, ZONES

__all__ = [
    "ArrayCells",
    "BaseCells",
    "BaseParcels",
    "Crs",
    "Difference",
    "Evaluation",
    "Feedback",
    "FileEvaluation",
    "Job",
    "Override",
    "Phases",
    "PlanZones",
    "PlannerError",
    "Replay",
    "Settings",
    "SurveyAreas",
    "compare",
    "evaluate",
    "evaluate_files",
    "list_sets",
    "open_set",
    "read_scenario",
    "replay",
    "with_biomass",
]


@dataclass
class FileEvaluation(Evaluation):
    """An evaluation of files, which knows where it read from."""

    given: Optional[Inputs] = field(default=None, repr=False)

    @cached_property
    def job(self) -> Job:
        """The run as data, for a job file: sources with content hashes, settings, factor sets, versions, results."""
        given = self.given
        if given is None:
            return Job.from_evaluation(self)
        return Job.from_evaluation(
            self, base=given.base, base_geometry=given.base_geometry, sources=given.sources, route=PYTHON
        )


def evaluate_files(
    zones: Path,
    *,
    zone_id: str = "",
    zone_class: str = "",
    zone_base_class: str = "",
    green_ratio: str = "",
    building_density: str = "",
    plot_ratio: str = "",
    area_field: str = "",
    zones_layer: str = "",
    zones_crs: str = "",
    base: Optional[Path] = None,
    base_class: str = "",
    base_layer: str = "",
    base_crs: str = "",
    encoding: str = "",
    settings: Optional[Settings] = None,
    keep_pieces: bool = False,
    feedback: Optional[Feedback] = None,
    quantities: Optional[Mapping[str, str]] = None,
    base_quantities: Optional[Mapping[str, str]] = None,
    uses: str = "",
    zone_region: str = "",
    phase_start: str = "",
    phase_finish: str = "",
    phase_demolition: str = "",
    phase_curve: Curve = LINEAR,
    base_green_ratio: str = "",
    base_building_density: str = "",
    base_living_carbon: str = "",
) -> FileEvaluation:
    """Evaluate zones from any file that GDAL reads; arguments name fields, "" means the plan has none.

    Ratios are shares of 1 or per cent, as for the algorithm *Evaluate plan zones*; ``area_field`` is the survey area
    (m²) of the base or, without one, of the zones, for the area method ``field``. ``zones_crs`` and ``base_crs`` say in
    which CRS a file without one is (``EPSG:4490``); they never overrule a file. ``quantities`` and ``base_quantities``
    map quantities of the plan and of the existing state (``floor_area_m2``, ``population`` …) to fields; phases are
    fields of years or dates, ``phase_curve`` is ``linear``, ``scurve`` or points (share of time, share in place). A
    base may state ratios of its plots and living biomass (t C/ha). Needs GDAL's Python module. Raises
    :class:`PlannerError` with a message that names layer, feature and remedy.
    """
    voice = _Voice(feedback or Silent())
    plan_quantities, existing = dict(quantities or {}), dict(base_quantities or {})
    check_quantities([*plan_quantities, *existing])
    more = MoreFields(
        uses, zone_region, phase_start, phase_finish, phase_demolition, phase_curve,
        tuple(sorted(plan_quantities.items())), tuple(sorted(existing.items())),
    )  # fmt: skip
    roles = {
        "zone_id": zone_id, "plan_class": zone_class, "base_class": zone_base_class if base is None else "",
        "green_ratio": green_ratio, "building_density": building_density, "plot_ratio": plot_ratio,
        "survey_area": area_field if base is None else "",
    }  # fmt: skip
    given = read_inputs(
        FileSource(zones, zones_layer, zones_crs, encoding),
        {**{role: name for role, name in roles.items() if name}, **more.used()},
        None if base is None else FileSource(base, base_layer, base_crs, encoding),
        {
            "classes": base_class,
            "survey_area": area_field,
            "green_ratio": base_green_ratio,
            "building_density": base_building_density,
            "living_tc_ha": base_living_carbon,
        },
        voice,
        phase_curve,
    )
    run = evaluate(given.zones, given.base, settings or Settings(), keep_pieces=keep_pieces, feedback=voice)
    values = {spec.name: getattr(run, spec.name) for spec in fields(Evaluation)}
    return FileEvaluation(**{**values, "warnings": [*voice.warnings, *run.warnings]}, given=given)


def replay(
    job: Union[Job, Path],
    *,
    zones: Optional[Path] = None,
    base: Optional[Path] = None,
    feedback: Optional[Feedback] = None,
) -> Replay:
    """Run a job (or a job file) again from its files, or from ``zones`` and ``base`` where these have moved.

    Raises :class:`PlannerError` that names what has changed: sources or factor sets whose content hash is another, a
    source that was no file.
    """
    known = Job.read(job) if isinstance(job, Path) else job
    records = known.sources
    sources: dict[str, FileSource] = {}
    for name, moved in ((ZONES, zones), (BASE, base)):
        if name not in records:
            continue
        record = records[name]
        if moved is None and not record.location:
            raise InputError("JOB_LOCATION", layer=record.layer, parameter=name)
        where = Path(record.location) if moved is None else moved
        layer = record.table if moved is None else ""
        sources[name] = FileSource(where, layer, record.crs, record.encoding, record.selection)
    curve = known.curve or LINEAR
    given = read_inputs(
        sources[ZONES],
        records[ZONES].fields,
        sources.get(BASE),
        records[BASE].fields if BASE in records else {},
        feedback or Silent(),
        curve if isinstance(curve, str) else tuple((float(x), float(y)) for x, y in curve),
    )
    return run_again(known, given.zones, given.base, base_geometry=given.base_geometry, feedback=feedback)


class _Voice:
    """A feedback that keeps what it is warned of, for the result."""

    def __init__(self, whole: Feedback) -> None:
        self._whole = whole
        self.warnings: list[Message] = []
        self.progress, self.info, self.cancelled = whole.progress, whole.info, whole.cancelled

    def warn(self, message: Message) -> None:
        """Keep and pass on."""
        self.warnings.append(message)
        self._whole.warn(message)
