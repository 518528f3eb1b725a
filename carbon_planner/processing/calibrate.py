"""``carbonplanner:calibrate``: bottom-up figures meet official totals; the residual stays visible."""

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
ROWS = (
    Column("zone", "text", 120), Column("sector", "text", 80), Column("value", "real"), Column("calibrated", "real"),
)  # fmt: skip
SECTORS = (
    Column("sector", "text", 80), Column("bottom_up", "real"), Column("official", "real"), Column("residual", "real"),
    Column("factor", "real"), Column("applied", "int"), Column("unallocated", "real"),
)  # fmt: skip


class Calibrate(PlannerAlgorithm):
    """Adjusts figures of zones to the totals of an inventory, sector by sector."""

    ID = "calibrate"
    GROUP = BLOCKS
    ICON = "calibrate.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Calibrate to official totals")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        table = translate("CarbonPlanner", "Bottom-up figures by zone and sector")
        self.add(QgsProcessingParameterFeatureSource("INPUT", table, [VECTOR]))
        self.add(field("ZONE", translate("CarbonPlanner", "Zone id field"), "INPUT"))
        self.add(field("SECTOR", translate("CarbonPlanner", "Sector field"), "INPUT"))
        self.add(field("VALUE", translate("CarbonPlanner", "Figure field"), "INPUT"))
        spread = translate("CarbonPlanner", "Half-width field of the figures")
        self.add(field("SPREAD", spread, "INPUT", optional=True))
        official = translate("CarbonPlanner", "Official totals by sector")
        self.add(QgsProcessingParameterFeatureSource("OFFICIAL", official, [VECTOR]))
        self.add(field("OFFICIAL_SECTOR", translate("CarbonPlanner", "Sector field of the totals"), "OFFICIAL"))
        self.add(field("OFFICIAL_VALUE", translate("CarbonPlanner", "Figure field of the totals"), "OFFICIAL"))
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Calibrated figures")))
        self.add(table_sink("SECTORS", translate("CarbonPlanner", "Residuals and factors by sector"), optional=True))
        self.addOutput(QgsProcessingOutputNumber("RESIDUAL", translate("CarbonPlanner", "Sum of the residuals")))
        self.addOutput(
            QgsProcessingOutputNumber("UNALLOCATED", translate("CarbonPlanner", "Official figures without a zone"))
        )

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..jobs.blocks.tables import calibrate

        voice = ProcessingFeedback(feedback)
        names = ("ZONE", "SECTOR", "VALUE", "SPREAD", "OFFICIAL_SECTOR", "OFFICIAL_VALUE")
        words = {name: text_of(self, name, parameters, context) for name in names}
        table, official = (frame_of(self, name, parameters, context, voice) for name in ("INPUT", "OFFICIAL"))
        rows, sectors = calibrate(
            table, words["ZONE"], words["SECTOR"], words["VALUE"],
            official, words["OFFICIAL_SECTOR"], words["OFFICIAL_VALUE"], words["SPREAD"],
        )  # fmt: skip
        frames = {"OUTPUT": ("cp_calibrated", ROWS, rows), "SECTORS": ("cp_residuals", SECTORS, sectors)}
        results = write_frames(self, frames, parameters, context, feedback)
        for row in sectors.to_dict("records"):
            if row["residual"] == row["residual"] and row["residual"]:
                feedback.pushInfo(
                    translate("CarbonPlanner", "{sector}: residual {residual:,.4g}, factor {factor:.6g}").format(**row)
                )
        return {
            **results,
            "RESIDUAL": float(sectors["residual"].sum()),
            "UNALLOCATED": float(sectors["unallocated"].sum()),
        }
