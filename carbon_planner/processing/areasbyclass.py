"""``carbonplanner:areasbyclass``: hectares of each existing class in each zone."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
)
from qgis.PyQt.QtCore import QCoreApplication

from . import choices
from .base import BLOCKS, PlannerAlgorithm
from .block_tables import POLYGON, field, table_sink, text_of, write_frames
from .tables import Column

translate = QCoreApplication.translate
COLUMNS = (
    Column("zone_id", "text", 80), Column("plan_class", "text", 80), Column("base_class", "text", 80),
    Column("area_ha", "real"), Column("share", "real"), Column("counted_ha", "real"),
)  # fmt: skip


class AreasByClass(PlannerAlgorithm):
    """Reads zones and baseline and measures their overlay."""

    ID = "areasbyclass"
    GROUP = BLOCKS
    ICON = "areas_by_class.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Areas by class")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        zones = translate("CarbonPlanner", "Plan zones")
        self.add(QgsProcessingParameterFeatureSource("ZONES", zones, [POLYGON]))
        self.add(field("ZONE_ID", translate("CarbonPlanner", "Zone id field"), "ZONES", optional=True))
        self.add(field("ZONE_CLASS", translate("CarbonPlanner", "Plan class field"), "ZONES", optional=True))
        base = translate("CarbonPlanner", "Existing land use (baseline)")
        self.add(QgsProcessingParameterFeatureSource("BASE", base, [POLYGON]))
        self.add(field("BASE_CLASS", translate("CarbonPlanner", "Class field of the existing land use"), "BASE"))
        area = translate("CarbonPlanner", "Area method")
        methods = list(choices.AREA_METHODS)
        self.add(
            QgsProcessingParameterEnum("AREA_METHOD", area, methods, False, methods[0], False, True),
            advanced=True,
            widget="ChoiceBox",
        )
        label = translate("CarbonPlanner", "Survey area field (m²)")
        self.add(field("AREA_FIELD", label, "BASE", optional=True), advanced=True)
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Areas by zone and class")))
        self.addOutput(QgsProcessingOutputNumber("AREA_HA", translate("CarbonPlanner", "Area (ha)")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        field_given = bool(text_of(self, "AREA_FIELD", parameters, context))
        if (self.parameterAsEnumString(parameters, "AREA_METHOD", context) == "field") != field_given:
            return translate(
                "CarbonPlanner", "AREA_METHOD = field and AREA_FIELD belong together: set both, or neither."
            )
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..accounting.inputs import Settings
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.reading import BaseFields, ZoneFields
        from ..jobs.blocks.areas import areas_by_class
        from .evaluate_run import read_layers

        voice = ProcessingFeedback(feedback)
        words = {
            n: text_of(self, n, parameters, context) for n in ("ZONE_ID", "ZONE_CLASS", "BASE_CLASS", "AREA_FIELD")
        }
        zone_fields = ZoneFields(zone_id=words["ZONE_ID"], plan_class=words["ZONE_CLASS"])
        base_fields = BaseFields(words["BASE_CLASS"], words["AREA_FIELD"])
        zones, base = read_layers(self, zone_fields, base_fields, "", parameters, context, voice)
        settings = Settings(area_method=self.parameterAsEnumString(parameters, "AREA_METHOD", context))
        found = areas_by_class(zones.plan, None if base is None else base.parcels, settings, voice)
        results = write_frames(self, {"OUTPUT": ("cp_areas", COLUMNS, found)}, parameters, context, feedback)
        return {**results, "AREA_HA": float(found["counted_ha"].sum())}
