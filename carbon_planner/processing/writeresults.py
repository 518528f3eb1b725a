"""``carbonplanner:writeresults``: evaluated zones back into the layer they came from."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterVectorLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import TOOLS, PlannerAlgorithm

translate = QCoreApplication.translate
POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
VECTOR = QgsProcessing.SourceType.TypeVector
ANY = QgsProcessingParameterField.DataType.Any


class WriteResults(PlannerAlgorithm):
    """Joins results by a key, as one edit command."""

    ID = "writeresults"
    GROUP = TOOLS
    ICON = "write_results.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Write results into the source layer")

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        """Edits a layer of the project, which belongs to the main thread."""
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        target = translate("CarbonPlanner", "Source layer")
        self.add(QgsProcessingParameterVectorLayer("TARGET", target, [POLYGON]))
        key = translate("CarbonPlanner", "Key field")
        self.add(QgsProcessingParameterField("KEY", key, None, "TARGET", ANY, False, True))
        results = translate("CarbonPlanner", "Evaluated zones")
        self.add(QgsProcessingParameterFeatureSource("RESULTS", results, [VECTOR]))
        self.add(QgsProcessingParameterBoolean("SAVE", translate("CarbonPlanner", "Save the edit at once"), False))
        self.addOutput(QgsProcessingOutputVectorLayer("OUTPUT", target))
        for name, label in (
            ("WRITTEN", translate("CarbonPlanner", "Features changed")),
            ("UNMATCHED", translate("CarbonPlanner", "Features without a result")),
            ("LOST", translate("CarbonPlanner", "Results without a feature")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.source import open_source
        from ..bridge.writeback import read_results, write_results

        voice = ProcessingFeedback(feedback)
        layer = self.parameterAsVectorLayer(parameters, "TARGET", context)
        if layer is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "TARGET"))
        source = open_source(self.parameterDefinition("RESULTS"), parameters, context, voice)
        results = read_results(source, voice)
        # A layer that was opened for this run goes away with it, and an open edit with the layer.
        project = context.project()
        held = isinstance(parameters["TARGET"], QgsVectorLayer) or (
            project is not None and project.mapLayer(layer.id()) is not None
        )
        save = self.parameterAsBoolean(parameters, "SAVE", context) or not held
        key = self.parameterAsString(parameters, "KEY", context)
        done = write_results(layer, key, results, voice, lang=voice.lang, commit=save)
        feedback.pushInfo(
            translate("CarbonPlanner", "{count} features changed; fields added: {fields}").format(
                count=done.changed, fields=", ".join(done.added) or "–"
            )
        )
        if not done.committed:
            feedback.pushInfo(translate("CarbonPlanner", "The layer is in edit mode: save its edits, or undo them."))
        return {
            "OUTPUT": layer.id() if held else layer.source(),
            "WRITTEN": done.changed,
            "UNMATCHED": done.without_result,
            "LOST": done.without_feature,
        }
