"""``carbonplanner:detectclasses``: to which class system the codes of a layer belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language
from .base import FACTORS, PlannerAlgorithm
from .tables import Column, PlainTable, write_tables

if TYPE_CHECKING:
    from ..bridge.source import Source
    from ..classes.detect import Detection

translate = QCoreApplication.translate
TABLE = QgsProcessing.SourceType.TypeVector
ANY = QgsProcessingParameterField.DataType.Any
MANY = 2000  # distinct values beyond which a field holds no classes

FIELDS = (
    Column("field", "text", 80),
    Column("system", "text", 24),
    Column("score", "real"),
    Column("runner_up", "text", 24),
    Column("values", "int"),
    Column("unknown", "int"),
    Column("conflicts", "int"),
    Column("remark", "text", 1000),
)
CONFLICTS = (
    Column("field", "text", 80),
    Column("code", "text", 80),
    Column("name", "text", 160),
    Column("expected", "text", 160),
    Column("features", "int"),
    Column("remark", "text", 1000),
)


@dataclass(frozen=True)
class Found:
    """The detection of one field; ``values`` is its number of distinct values."""

    field: str
    values: int
    detection: Detection


class DetectClasses(PlannerAlgorithm):
    """Looks at one field, or at all that may hold classes."""

    ID = "detectclasses"
    GROUP = FACTORS
    ICON = "detect_classes.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Detect class system")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        self.add(QgsProcessingParameterFeatureSource("INPUT", translate("CarbonPlanner", "Layer"), [TABLE]))
        for name, label in (
            ("CLASS_FIELD", translate("CarbonPlanner", "Class field")),
            ("NAME_FIELD", translate("CarbonPlanner", "Name field")),
        ):
            self.add(QgsProcessingParameterField(name, label, None, "INPUT", ANY, False, True))
        encoding = translate("CarbonPlanner", "Text encoding of the source file")
        self.add(
            QgsProcessingParameterString("ENCODING", encoding, "", False, True), advanced=True, widget="EncodingBox"
        )
        fields = translate("CarbonPlanner", "Class systems found")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", fields, TABLE, None, True))
        conflicts = translate("CarbonPlanner", "Codes and names that disagree")
        self.add(QgsProcessingParameterFeatureSink("CONFLICTS", conflicts, TABLE, None, True, False))
        self.addOutput(QgsProcessingOutputString("CLASS_SYSTEM", translate("CarbonPlanner", "Class system")))
        self.addOutput(QgsProcessingOutputString("FIELD", translate("CarbonPlanner", "Field")))
        self.addOutput(QgsProcessingOutputNumber("SCORE", translate("CarbonPlanner", "Score")))
        self.addOutput(QgsProcessingOutputNumber("CONFLICT_COUNT", translate("CarbonPlanner", "Number of conflicts")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.source import open_source

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        voice = ProcessingFeedback(feedback)
        definition = self.parameterDefinition("INPUT")
        source = open_source(definition, parameters, context, voice, text("ENCODING"))
        found = _detect(source, text("CLASS_FIELD"), text("NAME_FIELD"), voice)
        best = max((f for f in found if f.detection.system), key=lambda f: f.detection.score, default=None)
        for item in found:
            voice.info(item.detection.message)
            for note in item.detection.notes:
                voice.warn(note)
        conflicts = [row for item in found for row in _conflict_rows(item)]
        results: dict[str, Any] = {
            "CLASS_SYSTEM": best.detection.system if best else "",
            "FIELD": best.field if best else "",
            "SCORE": best.detection.score if best else None,
            "CONFLICT_COUNT": len(conflicts),
        }
        tables = {
            "OUTPUT": PlainTable("cp_class_systems", FIELDS, [_field_row(item) for item in found]),
            "CONFLICTS": PlainTable("cp_class_conflicts", CONFLICTS, conflicts),
        }
        results.update(write_tables(self, tables, parameters, context, feedback))
        return results


def _detect(source: Source, class_field: str, name_field: str, voice: Any) -> list[Found]:
    """Detections of the field asked for, or of all fields with few enough distinct values that fit a system."""
    from ..bridge.values import text
    from ..classes.detect import detect

    places = [source.index(class_field)] if class_field else source.kept_fields()
    names_at = source.index(name_field) if name_field else -1
    places = [place for place in places if place != names_at]
    values: dict[int, list[str | None]] = {place: [] for place in places}
    names: list[str | None] = []
    for feature in source.features(voice):
        for place in places:
            values[place].append(text(feature.attribute(place)))
        if names_at >= 0:
            names.append(text(feature.attribute(names_at)))
    found = []
    for place in places:
        distinct = len(set(values[place]))
        field = source.fields.at(place).name()
        if distinct > MANY and not class_field:
            continue
        detection = detect(values[place], names or None, field, layer=source.name)
        if detection.system or class_field:
            found.append(Found(field, distinct, detection))
    return sorted(found, key=lambda item: -item.detection.score)


def _field_row(item: Found) -> list[Any]:
    found = item.detection
    return [
        item.field,
        found.system or None,
        found.score,
        found.runner_up.system if found.runner_up else None,
        item.values,
        len(found.unknown),
        len(found.conflicts),
        found.message.text(language()),
    ]


def _conflict_rows(item: Found) -> list[list[Any]]:
    lang = language()
    return [
        [item.field, one.code, one.name, one.expected.text(lang), one.count, one.message.text(lang)]
        for one in item.detection.conflicts
    ]
