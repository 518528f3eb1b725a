"""``carbonplanner:uncertainty``: intervals of totals, and which factor to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from . import choices
from .base import BLOCKS, PlannerAlgorithm
from .block_tables import POLYGON, VECTOR, field, frame_of, table_sink, text_of, whole, write_frames
from .evaluate_values import number
from .factor_sets import connect_store
from .tables import Column

if TYPE_CHECKING:
    from ..bridge.feedback import ProcessingFeedback
    from ..jobs.blocks.intervals import Found

translate = QCoreApplication.translate
INTERVALS = (
    Column("group", "text", 120), Column("tco2e", "real"), Column("lo", "real"), Column("hi", "real"),
    Column("cv", "real"), Column("method", "text", 40), Column("covered", "real"),
)  # fmt: skip
FACTORS = (
    Column("factor_id", "text", 120), Column("fset", "text", 120), Column("name_en", "text", 160),
    Column("name_zh", "text", 160), Column("value", "real"), Column("unit", "text", 40), Column("share", "real"),
    Column("first_order", "real"), Column("confidence", "text", 16),
)  # fmt: skip


class Uncertainty(PlannerAlgorithm):
    """Propagates errors through ledger rows, or through a run that is computed again from its job."""

    ID = "uncertainty"
    GROUP = BLOCKS
    ICON = "uncertainty.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Uncertainty and factor contributions")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        rows = translate("CarbonPlanner", "Ledger rows")
        self.add(QgsProcessingParameterFeatureSource("LEDGER", rows, [VECTOR], None, True))
        self.add(field("GROUP", translate("CarbonPlanner", "Group field"), "LEDGER", optional=True))
        result = translate("CarbonPlanner", "Result layer")
        self.add(QgsProcessingParameterVectorLayer("INPUT", result, [VECTOR], None, True))
        job, filter_ = translate("CarbonPlanner", "Job file"), translate("CarbonPlanner", "Job files (*.json)")
        behaviour = QgsProcessingParameterFile.Behavior.File
        self.add(QgsProcessingParameterFile("JOB", job, behaviour, "", None, True, filter_))
        for name, label in (
            ("ZONES", translate("CarbonPlanner", "Plan zones, where they have moved")),
            ("BASE", translate("CarbonPlanner", "Existing land use, where it has moved")),
        ):
            self.add(QgsProcessingParameterFeatureSource(name, label, [POLYGON], None, True), advanced=True)
        draws = translate("CarbonPlanner", "Draws (0: error propagation)")
        self.add(whole("DRAWS", draws, 0, 0, choices.MAX_DRAWS))
        self.add(whole("SEED", translate("CarbonPlanner", "Seed of the draws"), choices.SEED, 0, choices.MAX_SEED))
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Intervals")))
        self.add(table_sink("FACTORS", translate("CarbonPlanner", "Contributions of factors"), optional=True))
        for name, label in (
            ("TCO2E", translate("CarbonPlanner", "Sum (tCO2e)")),
            ("LOW", translate("CarbonPlanner", "Lower bound (tCO2e)")),
            ("HIGH", translate("CarbonPlanner", "Upper bound (tCO2e)")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString("METHOD", translate("CarbonPlanner", "Method of the interval")))
        self.addOutput(QgsProcessingOutputString("FIRST", translate("CarbonPlanner", "Factor to measure next")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback

        connect_store()
        found = self._found(parameters, context, ProcessingFeedback(feedback))
        frames = {
            "OUTPUT": ("cp_intervals", INTERVALS, found.intervals),
            "FACTORS": ("cp_contributions", FACTORS, found.factors),
        }
        results = write_frames(self, frames, parameters, context, feedback)
        total = found.intervals.iloc[-1]
        first = found.factors["factor_id"].iloc[0] if len(found.factors) else ""
        if first:
            feedback.pushInfo(
                translate("CarbonPlanner", "Largest share of the variance: {factor} ({share:.0%})").format(
                    factor=first, share=found.factors["share"].iloc[0]
                )
            )
        figures = {name: number(float(total[key])) for name, key in (("TCO2E", "tco2e"), ("LOW", "lo"), ("HIGH", "hi"))}
        return {**results, **figures, "METHOD": str(total["method"]), "FIRST": str(first)}

    def _found(self, parameters: dict[str, Any], context: QgsProcessingContext, voice: ProcessingFeedback) -> Found:
        """Intervals of the ledger, or of the run of the job."""
        from ..jobs.blocks.intervals import of_evaluation, of_ledger
        from ..jobs.replay import replay
        from .job_layers import given_job, read_job

        draws, seed = (self.parameterAsInt(parameters, name, context) for name in ("DRAWS", "SEED"))
        if parameters.get("LEDGER") not in (None, ""):
            table = frame_of(self, "LEDGER", parameters, context, voice)
            return of_ledger(table, text_of(self, "GROUP", parameters, context), draws, seed, voice)
        if text_of(self, "GROUP", parameters, context):
            raise QgsProcessingException(translate("CarbonPlanner", "GROUP is a field of LEDGER, which is not given."))
        job = given_job(self, parameters, context)
        zones, base = read_job(self, job, parameters, context, voice)
        again = replay(
            job,
            zones.plan,
            None if base is None else base.parcels,
            base_geometry=None if base is None else base.geometry,
            feedback=voice,
        )
        return of_evaluation(again.evaluation, draws, seed, voice)
