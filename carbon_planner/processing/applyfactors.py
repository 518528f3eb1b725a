"""``carbonplanner:applyfactors``: activity × factor, as ledger rows with checked units."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from . import choices
from .base import BLOCKS, PlannerAlgorithm
from .block_tables import VECTOR, field, frame_of, table_sink, text_of, write_frames
from .factor_sets import connect_store
from .tables import Column

translate = QCoreApplication.translate
COLUMNS = (
    Column("row", "int"), Column("group", "text", 120), Column("item", "text", 120), Column("act_qty", "real"),
    Column("act_unit", "text", 40), Column("factor_id", "text", 120), Column("fset", "text", 120),
    Column("factor", "real"), Column("factor_unit", "text", 40), Column("gas", "text", 8), Column("gas_t", "real"),
    Column("tco2e", "real"), Column("lo", "real"), Column("hi", "real"), Column("unit", "text", 16),
    Column("confidence", "text", 16), Column("source", "text", 254),
)  # fmt: skip


class ApplyFactors(PlannerAlgorithm):
    """Multiplies each row of a table by a factor of a set."""

    ID = "applyfactors"
    GROUP = BLOCKS
    ICON = "apply_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Apply factors")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Table of activities")
        self.add(QgsProcessingParameterFeatureSource("INPUT", label, [VECTOR]))
        self.add(field("VALUE", translate("CarbonPlanner", "Quantity field"), "INPUT"))
        for name, label in (
            ("UNIT", translate("CarbonPlanner", "Unit of all rows")),
            ("FACTOR", translate("CarbonPlanner", "Factor of all rows")),
            ("PARAMETER", translate("CarbonPlanner", "Parameter of the factor")),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, True))
        for name, label in (
            ("UNIT_FIELD", translate("CarbonPlanner", "Unit field")),
            ("FACTOR_FIELD", translate("CarbonPlanner", "Factor field")),
            ("PARAMETER_FIELD", translate("CarbonPlanner", "Parameter field")),
        ):
            self.add(field(name, label, "INPUT", optional=True))
        self.add(field("GROUP", translate("CarbonPlanner", "Group field"), "INPUT", optional=True))
        factors = translate("CarbonPlanner", "Factor set")
        self.add(QgsProcessingParameterString("FACTOR_SET", factors, None), widget="FactorSetBox")
        gwp = translate("CarbonPlanner", "Warming potentials")
        options = list(choices.GWP_SETS)
        self.add(
            QgsProcessingParameterEnum("GWP_SET", gwp, options, False, options[0], True, True),
            advanced=True,
            widget="ChoiceBox",
        )
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Ledger rows")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of rows")))
        self.addOutput(QgsProcessingOutputNumber("TCO2E", translate("CarbonPlanner", "Sum (tCO2e)")))
        self.addOutput(QgsProcessingOutputNumber("TCO2E_YR", translate("CarbonPlanner", "Sum of a year (tCO2e/yr)")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        for name in ("UNIT", "FACTOR"):
            if not any(text_of(self, one, parameters, context) for one in (name, f"{name}_FIELD")):
                return translate("CarbonPlanner", "Give {parameter}, or the field {parameter}_FIELD.").format(
                    parameter=name
                )
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..factors.store import open_set
        from ..jobs.blocks.apply import Fields, apply_factors

        connect_store()
        voice = ProcessingFeedback(feedback)
        names = ("VALUE", "UNIT", "UNIT_FIELD", "FACTOR", "FACTOR_FIELD", "PARAMETER", "PARAMETER_FIELD", "GROUP")
        fields = Fields(**{name.lower(): text_of(self, name, parameters, context) for name in names})
        table = frame_of(self, "INPUT", parameters, context, voice)
        gwp = self.parameterAsEnumString(parameters, "GWP_SET", context) or choices.GWP_SETS[0]
        found = apply_factors(table, fields, open_set(text_of(self, "FACTOR_SET", parameters, context)), gwp)
        results = write_frames(self, {"OUTPUT": ("cp_ledger_rows", COLUMNS, found)}, parameters, context, feedback)
        sums = {unit: float(rows["tco2e"].sum()) for unit, rows in found.groupby("unit")}
        skipped = len(table) - len(found)
        if skipped:
            feedback.pushWarning(
                translate("CarbonPlanner", "{count} rows without a quantity were left out").format(count=skipped)
            )
        return {**results, "COUNT": len(found), "TCO2E": sums.get("tCO2e"), "TCO2E_YR": sums.get("tCO2e/yr")}
