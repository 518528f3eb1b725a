"""``carbonplanner:decomposition``: which factors drive a change between two tables (LMDI-I)."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import BLOCKS, PlannerAlgorithm
from .block_tables import VECTOR, field, frame_of, table_sink, text_of, write_frames
from .tables import Column

translate = QCoreApplication.translate
COLUMNS = (
    Column("part", "text", 120), Column("factor", "text", 80), Column("start", "real"), Column("end", "real"),
    Column("effect", "real"),
)  # fmt: skip


class Decomposition(PlannerAlgorithm):
    """Splits the change of a product into the effects of its factors."""

    ID = "decomposition"
    GROUP = BLOCKS
    ICON = "decomposition.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Decomposition of a change (LMDI)")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        start = translate("CarbonPlanner", "Table at the start")
        self.add(QgsProcessingParameterFeatureSource("START", start, [VECTOR]))
        end = translate("CarbonPlanner", "Table at the end")
        self.add(QgsProcessingParameterFeatureSource("END", end, [VECTOR]))
        self.add(field("FACTORS", translate("CarbonPlanner", "Factors of the product"), "START", many=True))
        self.add(field("KEY", translate("CarbonPlanner", "Field that names the parts"), "START", optional=True))
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Effects")))
        self.addOutput(QgsProcessingOutputNumber("CHANGE", translate("CarbonPlanner", "Change of the product")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..jobs.blocks.tables import PRODUCT, TOTAL, decompose

        voice = ProcessingFeedback(feedback)
        start, end = (frame_of(self, name, parameters, context, voice) for name in ("START", "END"))
        factors = self.parameterAsFields(parameters, "FACTORS", context)
        found = decompose(start, end, text_of(self, "KEY", parameters, context), factors)
        results = write_frames(self, {"OUTPUT": ("cp_effects", COLUMNS, found)}, parameters, context, feedback)
        whole = found[(found["part"] == TOTAL) & (found["factor"] == PRODUCT)]["effect"].iloc[-1]
        return {**results, "CHANGE": None if whole != whole else float(whole)}
