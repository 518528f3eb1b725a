"""``carbonplanner:activities``: what the zones hold and what is multiplied by factors, as a long table."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber
from qgis.PyQt.QtCore import QCoreApplication

from .base import BLOCKS, PlannerAlgorithm
from .block_tables import table_sink, write_frames
from .evaluate_checks import problem
from .evaluate_more import declare_more
from .evaluate_parameters import declare_inputs
from .tables import Column

translate = QCoreApplication.translate
COLUMNS = (
    Column("zone_id", "text", 80), Column("side", "text", 16), Column("kind", "text", 16),
    Column("sector", "text", 24), Column("item", "text", 120), Column("value", "real"), Column("unit", "text", 24),
    Column("origin", "text", 16), Column("source", "text", 200),
)  # fmt: skip


class Activities(PlannerAlgorithm):
    """Reads zones as ``evaluatezones`` does and lists quantities with their origin, and activities."""

    ID = "activities"
    GROUP = BLOCKS
    ICON = "activities.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Activities of zones")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        declare_inputs(self)
        declare_more(self)
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Quantities and activities")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of rows")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return problem(self, parameters, context)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..jobs.blocks.areas import activities
        from .evaluate_run import run

        outcome = run(self, parameters, context, ProcessingFeedback(feedback), keep_pieces=False)
        found = activities(outcome.evaluation)
        results = write_frames(self, {"OUTPUT": ("cp_activities", COLUMNS, found)}, parameters, context, feedback)
        return {**results, "COUNT": len(found)}
