"""``carbonplanner:evaluatefolder``: all files below a folder, evaluated against one baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsProviderRegistry,
)
from qgis.PyQt.QtCore import QCoreApplication

from . import choices
from .base import EVALUATION, PlannerAlgorithm
from .batch_run import declare_run, run_tasks, store_path
from .evaluate_parameters import choice, text

translate = QCoreApplication.translate
POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
ANY = QgsProcessingParameterField.DataType.Any
TEXTS = (
    "ZONE_CLASS", "ZONE_CLASS_SYSTEM", "ZONE_ID", "ZONE_BASE_CLASS", "BASE_CLASS_SYSTEM", "FACTOR_SET", "SECTORS",
    "SETTINGS", "CRS", "ENCODING", "BASE_CLASS",
)  # fmt: skip
CHOICES = ("LAND_METHOD", "STOCK_TIMING", "AREA_METHOD")
YEARS = ("START_YEAR", "END_YEAR")


class EvaluateFolder(PlannerAlgorithm):
    """Makes a task of each file and has them run."""

    ID = "evaluatefolder"
    GROUP = EVALUATION
    ICON = "evaluate_folder.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Evaluate a folder of plans")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.add(QgsProcessingParameterFile("INPUT", translate("CarbonPlanner", "Folder with plans"), folder))
        base = translate("CarbonPlanner", "Existing land use (baseline)")
        self.add(QgsProcessingParameterVectorLayer("BASE", base, [POLYGON], None, True))
        field = translate("CarbonPlanner", "Class field of the existing land use")
        self.add(QgsProcessingParameterField("BASE_CLASS", field, None, "BASE", ANY, False, True))
        system = translate("CarbonPlanner", "Class system of the baseline")
        self.add(text("BASE_CLASS_SYSTEM", system), widget="ClassSystemBox")
        self._fields()
        self._methods()
        declare_run(self)

    def _fields(self) -> None:
        self.add(text("ZONE_CLASS", translate("CarbonPlanner", "Names of the plan class field")))
        system = translate("CarbonPlanner", "Class system of the plan")
        self.add(text("ZONE_CLASS_SYSTEM", system), widget="ClassSystemBox")
        self.add(text("ZONE_BASE_CLASS", translate("CarbonPlanner", "Names of the field of the existing class")))
        self.add(text("ZONE_ID", translate("CarbonPlanner", "Names of the zone id field")), advanced=True)
        crs = translate("CarbonPlanner", "CRS of files that state none")
        self.add(text("CRS", crs), advanced=True)
        encoding = translate("CarbonPlanner", "Text encoding of the source files")
        self.add(text("ENCODING", encoding), advanced=True, widget="EncodingBox")

    def _methods(self) -> None:
        self.add(text("FACTOR_SET", translate("CarbonPlanner", "Factor set")), widget="FactorSetBox")
        for name, label, options in (
            ("LAND_METHOD", translate("CarbonPlanner", "Land method"), choices.LAND_METHODS),
            ("STOCK_TIMING", translate("CarbonPlanner", "Timing of stock changes"), choices.STOCK_TIMINGS),
            ("AREA_METHOD", translate("CarbonPlanner", "Area method"), choices.AREA_METHODS[:2]),
        ):
            self.add(choice(name, label, options), advanced=name != "LAND_METHOD", widget="ChoiceBox")
        for name, label, default in (
            ("START_YEAR", translate("CarbonPlanner", "Start year"), choices.START_YEAR),
            ("END_YEAR", translate("CarbonPlanner", "End year"), choices.END_YEAR),
        ):
            integer = QgsProcessingParameterNumber.Type.Integer
            self.add(QgsProcessingParameterNumber(name, label, integer, default, False, *choices.YEARS))
        self.add(text("SECTORS", translate("CarbonPlanner", "Sectors")), widget="widget_more.SectorsBox")
        self.add(text("SETTINGS", translate("CarbonPlanner", "Further settings (name=value)")), advanced=True)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..jobs.batch import tasks_of_folder
        from ..jobs.batch_words import plan_of

        words = {name: str(self.parameterAsString(parameters, name, context) or "") for name in TEXTS}
        words.update({name: str(self.parameterAsEnumString(parameters, name, context)) for name in CHOICES})
        words.update({name: str(self.parameterAsInt(parameters, name, context)) for name in YEARS})
        words.update(self._base(parameters, context))
        plan, notes = plan_of(words, Path(), store=store_path())
        source = Path(self.parameterAsString(parameters, "INPUT", context)).absolute()
        folder = Path(self.parameterAsString(parameters, "OUTPUT", context)).absolute()
        return run_tasks(self, tasks_of_folder(source, folder, plan), notes, parameters, context, feedback)

    def _base(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, str]:
        """Where the baseline lies. Raises :class:`InputError` where that is no file as a whole."""
        from ..base.errors import InputError

        layer = self.parameterAsVectorLayer(parameters, "BASE", context)
        if layer is None:
            if parameters.get("BASE") not in (None, ""):
                raise InputError("SOURCE_UNREADABLE", parameter="BASE", value=str(parameters["BASE"]))
            return {}
        parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
        if layer.providerType() != "ogr" or not Path(str(parts.get("path", ""))).exists() or layer.subsetString():
            raise InputError("BATCH_BASE_NO_FILE", layer=layer.name())
        crs = layer.crs().authid() if layer.crs().isValid() else ""
        return {"BASE": str(parts["path"]), "BASE_LAYER": str(parts.get("layerName") or ""), "BASE_CRS": crs}
