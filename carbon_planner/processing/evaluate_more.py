"""Parameters of ``evaluatezones`` beyond the land: what zones state, phases, sectors, gases, draws.

They stand after the older ones and all have defaults that leave the land alone as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from . import choices
from .base import PlannerAlgorithm

if TYPE_CHECKING:
    from ..jobs.fields import MoreFields

translate = QCoreApplication.translate

INTEGER = QgsProcessingParameterNumber.Type.Integer
ANY = QgsProcessingParameterField.DataType.Any
TABLE = QgsProcessing.SourceType.TypeVector

# Field parameters of quantities, by the names of quantities; those of the existing state have a side of their own.
PLAN_QUANTITIES = {
    "FLOOR_AREA": "floor_area_m2", "POPULATION": "population", "JOBS": "jobs", "GDP": "gdp_1e4yuan",
}  # fmt: skip
BASE_QUANTITIES = {"BASE_FLOOR_AREA": "floor_area_m2", "BASE_POPULATION": "population", "BASE_JOBS": "jobs"}
PARCEL_FIELDS = {
    "BASE_GREEN_RATIO": "green_ratio", "BASE_DENSITY": "building_density", "BASE_LIVING_C": "living_tc_ha",
}  # fmt: skip
PHASE_FIELDS = ("PHASE_START", "PHASE_FINISH", "PHASE_DEMOLITION")
MORE_FIELDS = (*PLAN_QUANTITIES, *BASE_QUANTITIES, "USES", "ZONE_REGION", *PHASE_FIELDS)
TEXTS = ("QUANTITIES", "PHASE_CURVE", "SECTORS", "SCENARIO", "BASELINE", "SETTINGS")
LAND_SETTINGS = (
    "plan_system", "base_system", "factor_set", "land_method", "stock_timing", "area_method", "start_year", "end_year",
)  # fmt: skip
MORE_SINKS = {"YEARLY": "cp_yearly", "SECTORS_TABLE": "cp_sectors", "QUANTITIES_TABLE": "cp_quantities"}


def declare_more(alg: PlannerAlgorithm) -> None:
    """Declare the inputs."""
    for name, label in (
        ("FLOOR_AREA", translate("CarbonPlanner", "Floor area field (m²)")),
        ("POPULATION", translate("CarbonPlanner", "Residents field")),
        ("JOBS", translate("CarbonPlanner", "Jobs field")),
        ("GDP", translate("CarbonPlanner", "GDP field (10⁴ yuan/yr)")),
        ("BASE_FLOOR_AREA", translate("CarbonPlanner", "Existing floor area field (m²)")),
        ("BASE_POPULATION", translate("CarbonPlanner", "Existing residents field")),
        ("BASE_JOBS", translate("CarbonPlanner", "Existing jobs field")),
        ("USES", translate("CarbonPlanner", "Mix of uses field")),
        ("ZONE_REGION", translate("CarbonPlanner", "Region field")),
        ("PHASE_START", translate("CarbonPlanner", "Start of construction field")),
        ("PHASE_FINISH", translate("CarbonPlanner", "Finish of construction field")),
        ("PHASE_DEMOLITION", translate("CarbonPlanner", "Demolition field")),
    ):
        rare = name.startswith("BASE_") or name in ("USES", "ZONE_REGION", "PHASE_DEMOLITION")
        alg.add(QgsProcessingParameterField(name, label, None, "ZONES", ANY, False, True), advanced=rare)
    for name, label in (
        ("BASE_GREEN_RATIO", translate("CarbonPlanner", "Green ratio field of the baseline")),
        ("BASE_DENSITY", translate("CarbonPlanner", "Building density field of the baseline")),
        ("BASE_LIVING_C", translate("CarbonPlanner", "Living biomass field of the baseline (t C/ha)")),
    ):
        alg.add(QgsProcessingParameterField(name, label, None, "BASE", ANY, False, True), advanced=True)
    curve = translate("CarbonPlanner", "Curve between start and finish")
    alg.add(_text("PHASE_CURVE", curve, choices.PHASE_CURVE), advanced=True, widget="widget_more.CurveBox")
    alg.add(_text("QUANTITIES", translate("CarbonPlanner", "Further quantities (quantity=field)"), ""), advanced=True)
    alg.add(_text("SECTORS", translate("CarbonPlanner", "Sectors"), choices.SECTORS), widget="widget_more.SectorsBox")
    _methods(alg)


def _methods(alg: PlannerAlgorithm) -> None:
    for name, label, options in (
        ("GWP_SET", translate("CarbonPlanner", "Warming potentials"), choices.GWP_SETS),
        ("VIEW", translate("CarbonPlanner", "View"), choices.VIEWS),
    ):
        # Optional, although it always has a value: a model made before it was there stays valid.
        choice = QgsProcessingParameterEnum(name, label, list(options), False, options[0], True, True)
        alg.add(choice, advanced=True, widget="ChoiceBox")
    for name, label, default in (
        ("REGION", translate("CarbonPlanner", "Region of the factors"), choices.REGION),
        ("CLIMATE_ZONE", translate("CarbonPlanner", "Climate zone"), ""),
        ("GRID_PATH", translate("CarbonPlanner", "Path of the electricity factor"), choices.GRID_PATH),
        ("SCENARIO", translate("CarbonPlanner", "Scenario (JSON or file)"), ""),
        ("BASELINE", translate("CarbonPlanner", "Name of the baseline"), choices.BASELINE),
        ("SETTINGS", translate("CarbonPlanner", "Further settings (name=value)"), ""),
    ):
        alg.add(_text(name, label, default), advanced=True)
    draws = translate("CarbonPlanner", "Draws (0: error propagation)")
    alg.add(
        QgsProcessingParameterNumber("DRAWS", draws, INTEGER, 0, True, 0, choices.MAX_DRAWS),
        advanced=True,
    )
    seed = translate("CarbonPlanner", "Seed of the draws")
    alg.add(QgsProcessingParameterNumber("SEED", seed, INTEGER, choices.SEED, True, 0, choices.MAX_SEED), advanced=True)


def declare_more_outputs(alg: PlannerAlgorithm) -> None:
    """Declare tables and the job file."""
    for name, label in (
        ("YEARLY", translate("CarbonPlanner", "Yearly emissions")),
        ("SECTORS_TABLE", translate("CarbonPlanner", "Effect by sector")),
        ("QUANTITIES_TABLE", translate("CarbonPlanner", "Quantities used")),
    ):
        alg.add(QgsProcessingParameterFeatureSink(name, label, TABLE, None, True, False))
    job = translate("CarbonPlanner", "Job file")
    filter_ = translate("CarbonPlanner", "Job files (*.json)")
    alg.add(QgsProcessingParameterFileDestination("JOB", job, filter_, None, True, False))


def _text(name: str, label: str, default: str) -> QgsProcessingParameterString:
    return QgsProcessingParameterString(name, label, default, False, True)


def words_of(alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, str]:
    """The texts of the parameters of this module, stripped, by name."""
    names = (*MORE_FIELDS, *PARCEL_FIELDS, *TEXTS, "REGION", "CLIMATE_ZONE", "GRID_PATH")
    return {name: str(alg.parameterAsString(parameters, name, context) or "").strip() for name in names}


def more_fields(words: dict[str, str]) -> MoreFields:
    """The fields of quantities, uses, region and phases. Raises :class:`~..base.errors.PlannerError` for bad texts."""
    from ..base.errors import SettingsError
    from ..jobs.fields import MoreFields, parse_curve, parse_quantities

    plan, base = parse_quantities(words["QUANTITIES"])
    for names, side in ((PLAN_QUANTITIES, plan), (BASE_QUANTITIES, base)):
        for parameter, quantity in names.items():
            if words[parameter] and quantity in side:
                raise SettingsError("QUANTITY_TWICE", quantity=quantity)
            if words[parameter]:
                side[quantity] = words[parameter]
    start, finish, demolition = (words[name] for name in PHASE_FIELDS)
    return MoreFields(
        words["USES"], words["ZONE_REGION"], start, finish, demolition,
        parse_curve(words["PHASE_CURVE"]), tuple(sorted(plan.items())), tuple(sorted(base.items())),
    )  # fmt: skip


def more_settings(
    alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, words: dict[str, str]
) -> dict[str, Any]:
    """Arguments of :class:`Settings` from the parameters. Raises :class:`~..base.errors.PlannerError`."""
    from ..jobs.scenario import read_scenario
    from ..jobs.sectors import parse_sectors
    from ..jobs.settings import parse_settings

    scenario, overrides = read_scenario(words["SCENARIO"])
    own: dict[str, Any] = {
        "sectors": parse_sectors(words["SECTORS"]),
        "gwp": alg.parameterAsEnumString(parameters, "GWP_SET", context) or choices.GWP_SETS[0],
        "region": words["REGION"],
        "climate_zone": words["CLIMATE_ZONE"],
        "view": alg.parameterAsEnumString(parameters, "VIEW", context) or choices.VIEWS[0],
        "grid_path": words["GRID_PATH"] or choices.GRID_PATH,
        "draws": alg.parameterAsInt(parameters, "DRAWS", context),
        "seed": alg.parameterAsInt(parameters, "SEED", context),
        "scenario": scenario,
        "overrides": overrides,
        "baseline": words["BASELINE"] or choices.BASELINE,
    }
    return {**own, **parse_settings(words["SETTINGS"], {*own, *LAND_SETTINGS})}
