"""Parameters and outputs of ``evaluatezones``. Their names are frozen: models, scripts and job files hold them."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from . import choices
from .base import PlannerAlgorithm
from .evaluate_more import declare_more, declare_more_outputs
from .evaluate_values import declared

translate = QCoreApplication.translate

POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
TABLE = QgsProcessing.SourceType.TypeVector
NUMERIC = QgsProcessingParameterField.DataType.Numeric
ANY = QgsProcessingParameterField.DataType.Any
INTEGER = QgsProcessingParameterNumber.Type.Integer


def field(name: str, label: str, layer: str, kind: QgsProcessingParameterField.DataType = ANY):
    """An optional field parameter; a field that is not there is told by the checks, QGIS itself lets it pass."""
    return QgsProcessingParameterField(name, label, None, layer, kind, False, True)


def choice(name: str, label: str, options: tuple[str, ...]) -> QgsProcessingParameterEnum:
    """A choice of constant values, the first being the default."""
    return QgsProcessingParameterEnum(name, label, list(options), False, options[0], False, True)


def text(name: str, label: str) -> QgsProcessingParameterString:
    """An optional text; empty means detect, or take the default."""
    return QgsProcessingParameterString(name, label, "", False, True)


def declare(alg: PlannerAlgorithm) -> None:
    """Declare all parameters and outputs."""
    declare_inputs(alg)
    _destinations(alg)
    declare_more(alg)
    declare_more_outputs(alg)
    for output in declared():
        alg.addOutput(output)


def declare_inputs(alg: PlannerAlgorithm) -> None:
    """Declare layers, fields and methods of the land."""
    _zones(alg)
    _base(alg)
    _methods(alg)


def _zones(alg: PlannerAlgorithm) -> None:
    alg.add(QgsProcessingParameterFeatureSource("ZONES", translate("CarbonPlanner", "Plan zones"), [POLYGON]))
    alg.add(field("ZONE_ID", translate("CarbonPlanner", "Zone id field"), "ZONES"))
    alg.add(field("ZONE_CLASS", translate("CarbonPlanner", "Plan class field"), "ZONES"))
    alg.add(text("ZONE_CLASS_SYSTEM", translate("CarbonPlanner", "Class system of the plan")), widget="ClassSystemBox")
    alg.add(field("GREEN_RATIO", translate("CarbonPlanner", "Green ratio field"), "ZONES"))
    alg.add(field("BUILDING_DENSITY", translate("CarbonPlanner", "Building density field"), "ZONES"))
    alg.add(field("PLOT_RATIO", translate("CarbonPlanner", "Plot ratio field"), "ZONES"))


def _base(alg: PlannerAlgorithm) -> None:
    source = QgsProcessingParameterFeatureSource(
        "BASE", translate("CarbonPlanner", "Existing land use (baseline)"), [POLYGON], None, True
    )
    alg.add(source)
    alg.add(field("BASE_CLASS", translate("CarbonPlanner", "Class field of the existing land use"), "BASE"))
    alg.add(
        text("BASE_CLASS_SYSTEM", translate("CarbonPlanner", "Class system of the baseline")), widget="ClassSystemBox"
    )
    alg.add(field("ZONE_BASE_CLASS", translate("CarbonPlanner", "Baseline class as a field of the zones"), "ZONES"))


def _methods(alg: PlannerAlgorithm) -> None:
    alg.add(text("FACTOR_SET", translate("CarbonPlanner", "Factor set")), widget="FactorSetBox")
    method = choice("LAND_METHOD", translate("CarbonPlanner", "Land method"), choices.LAND_METHODS)
    alg.add(method, widget="ChoiceBox")
    timing = choice("STOCK_TIMING", translate("CarbonPlanner", "Timing of stock changes"), choices.STOCK_TIMINGS)
    alg.add(timing, advanced=True, widget="ChoiceBox")
    area = choice("AREA_METHOD", translate("CarbonPlanner", "Area method"), choices.AREA_METHODS)
    alg.add(area, advanced=True, widget="ChoiceBox")
    area_field = field("AREA_FIELD", translate("CarbonPlanner", "Survey area field (m²)"), "BASE", NUMERIC)
    alg.add(area_field, advanced=True, widget="AreaFieldBox")
    for name, label, default in (
        ("START_YEAR", translate("CarbonPlanner", "Start year"), choices.START_YEAR),
        ("END_YEAR", translate("CarbonPlanner", "End year"), choices.END_YEAR),
    ):
        alg.add(QgsProcessingParameterNumber(name, label, INTEGER, default, False, *choices.YEARS))
    alg.add(
        text("ENCODING", translate("CarbonPlanner", "Text encoding of the source files")),
        advanced=True,
        widget="EncodingBox",
    )
    language = choice(
        "REPORT_LANGUAGE", translate("CarbonPlanner", "Language of report and aliases"), choices.REPORT_LANGUAGES
    )
    alg.add(language, advanced=True, widget="ChoiceBox")


def _destinations(alg: PlannerAlgorithm) -> None:
    alg.add(QgsProcessingParameterFeatureSink("OUTPUT", translate("CarbonPlanner", "Evaluated zones"), POLYGON))
    for name, label, kind in (
        ("PIECES", translate("CarbonPlanner", "Pieces of change"), POLYGON),
        ("LEDGER", translate("CarbonPlanner", "Carbon ledger"), TABLE),
    ):
        alg.add(QgsProcessingParameterFeatureSink(name, label, kind, None, True, False))
    page = translate("CarbonPlanner", "Report")
    html = translate("CarbonPlanner", "Web pages (*.html)")
    alg.add(QgsProcessingParameterFileDestination("REPORT", page, html, None, True, False))
