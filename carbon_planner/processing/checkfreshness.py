"""``carbonplanner:checkfreshness``: which results are older than their zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language
from .base import TOOLS, PlannerAlgorithm

if TYPE_CHECKING:
    from ..bridge.freshness import Freshness
    from ..bridge.reading import ZoneFields
    from ..bridge.source import Source
    from ..bridge.tables import Row

translate = QCoreApplication.translate
POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
ANY = QgsProcessingParameterField.DataType.Any
STATE = "cp_state"
CURRENT, STALE, NOT_EVALUATED = "current", "stale", "not evaluated"
# parameter → role of the evaluation
ROLES = {
    "ZONE_CLASS": "plan_class",
    "ZONE_BASE_CLASS": "base_class",
    "GREEN_RATIO": "green_ratio",
    "BUILDING_DENSITY": "building_density",
    "PLOT_RATIO": "plot_ratio",
    "AREA_FIELD": "survey_area",
}


class CheckFreshness(PlannerAlgorithm):
    """Compares the stamps of an evaluation with the zones as they are now."""

    ID = "checkfreshness"
    GROUP = TOOLS
    ICON = "check_freshness.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Check whether results are current")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        zones = translate("CarbonPlanner", "Evaluated zones")
        self.add(QgsProcessingParameterVectorLayer("INPUT", zones, [POLYGON]))
        for name, label in (
            ("ZONE_CLASS", translate("CarbonPlanner", "Plan class field")),
            ("ZONE_BASE_CLASS", translate("CarbonPlanner", "Baseline class as a field of the zones")),
            ("GREEN_RATIO", translate("CarbonPlanner", "Green ratio field")),
            ("BUILDING_DENSITY", translate("CarbonPlanner", "Building density field")),
            ("PLOT_RATIO", translate("CarbonPlanner", "Plot ratio field")),
            ("AREA_FIELD", translate("CarbonPlanner", "Survey area field (m²)")),
        ):
            self.add(QgsProcessingParameterField(name, label, None, "INPUT", ANY, False, True), advanced=True)
        state = translate("CarbonPlanner", "Zones with their state")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", state, POLYGON, None, True))
        for name, label in (
            ("CURRENT", translate("CarbonPlanner", "Current zones")),
            ("STALE", translate("CarbonPlanner", "Stale zones")),
            ("NOT_EVALUATED", translate("CarbonPlanner", "Zones not evaluated")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.freshness import freshness
        from ..bridge.source import open_layer

        voice = ProcessingFeedback(feedback)
        layer = self.parameterAsVectorLayer(parameters, "INPUT", context)
        if layer is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "INPUT"))
        fields = self._fields(parameters, context, layer)
        source = open_layer(layer, voice)
        found = freshness(source, fields, voice)
        counts = {"CURRENT": found.fresh, "STALE": len(found.stale), "NOT_EVALUATED": len(found.unstamped)}
        feedback.pushInfo(
            translate("CarbonPlanner", "{current} zones are current, {stale} stale, {bare} not evaluated").format(
                current=found.fresh, stale=len(found.stale), bare=len(found.unstamped)
            )
        )
        return {"OUTPUT": self._write(source, found, parameters, context, voice), **counts}

    def _fields(self, parameters: dict[str, Any], context: QgsProcessingContext, layer: Any) -> ZoneFields:
        """The fields that were evaluated: as given, else as the layer's metadata say."""
        from ..bridge.metadata import evaluated_fields
        from ..bridge.reading import ZoneFields

        given = {role: self.parameterAsString(parameters, name, context) for name, role in ROLES.items()}
        given = {role: name for role, name in given.items() if name}
        if not given:
            given = evaluated_fields(layer.metadata())
            given.pop("zone_id", None)
        if not given:
            raise QgsProcessingException(
                translate(
                    "CarbonPlanner",
                    "The layer {layer} does not say which fields were evaluated. Set ZONE_CLASS and the other fields "
                    "as in the evaluation.",
                ).format(layer=layer.name())
            )
        return ZoneFields.from_used({**given, "zone_id": "cp_zone_id"})

    def _write(
        self,
        source: Source,
        found: Freshness,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        voice: Any,
    ) -> str | None:
        from ..bridge.loading import load_on_completion
        from ..bridge.publish import Output, publish
        from ..bridge.targets import resolve

        targets = resolve([self.parameterDefinition("OUTPUT")], {"OUTPUT": "cp_state"}, parameters, context)
        outputs = [Output(target, _table(source, found, voice)) for target in targets.values()]
        results = publish(outputs, [], context, voice)
        load_on_completion(results, outputs, context, translate("CarbonPlanner", "Carbon Planner"), {})
        return results.get("OUTPUT")


def _table(source: Source, found: Freshness, voice: Any) -> Any:
    """The zones with their fields and their state."""
    from ..bridge.schema import make_field
    from ..bridge.tables import Table
    from ..bridge.values import plain, text
    from .tables import PLAIN

    fields = QgsFields()
    for spec in source.fields:
        fields.append(QgsField(spec))
    fields.append(make_field(STATE, "text", 16))
    place = source.fields.lookupField("cp_zone_id")
    stale, bare = set(found.stale), set(found.unstamped)
    features = list(source.features(voice))

    def rows() -> Iterator[Row]:
        for feature in features:
            zone = text(feature.attribute(place))
            state = STALE if zone in stale else NOT_EVALUATED if zone in bare else CURRENT
            yield feature.geometry(), [*(plain(value) for value in feature.attributes()), state]

    kind = QgsWkbTypes.multiType(source.wkb_type)
    title = translate("CarbonPlanner", "Zones with their state")
    return Table("cp_state", PLAIN, fields, rows, len(features), kind, source.crs, title=title, lang=language())
