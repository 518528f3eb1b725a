"""``carbonplanner:valuation``: what a change of carbon is worth today, by two conventions."""

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
from .block_tables import VECTOR, field, frame_of, number, table_sink, text_of, whole, write_frames
from .tables import Column

translate = QCoreApplication.translate
CONVENTIONS = ("invest", "npv")
COLUMNS = (Column("group", "text", 120), Column("years", "int"), Column("amount", "real"), Column("value", "real"))


class Valuation(PlannerAlgorithm):
    """Values a stock change of zones (InVEST) or yearly figures (net present value)."""

    ID = "valuation"
    GROUP = BLOCKS
    ICON = "valuation.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Valuation of carbon")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        table = translate("CarbonPlanner", "Zones with a stock change, or yearly table")
        self.add(QgsProcessingParameterFeatureSource("INPUT", table, [VECTOR]))
        convention = translate("CarbonPlanner", "Convention")
        options = list(CONVENTIONS)
        self.add(
            QgsProcessingParameterEnum("CONVENTION", convention, options, False, options[0], False, True),
            widget="ChoiceBox",
        )
        self.add(field("AMOUNT", translate("CarbonPlanner", "Amount field"), "INPUT"))
        before = translate("CarbonPlanner", "Amount field of the earlier state")
        self.add(field("BEFORE", before, "INPUT", optional=True))
        self.add(field("YEAR", translate("CarbonPlanner", "Year field"), "INPUT", optional=True))
        self.add(field("COST", translate("CarbonPlanner", "Cost field"), "INPUT", optional=True))
        self.add(field("GROUP", translate("CarbonPlanner", "Group field"), "INPUT", optional=True))
        self.add(number("PRICE", translate("CarbonPlanner", "Price per tonne"), 1.0))
        self.add(number("RATE", translate("CarbonPlanner", "Discount rate (% a year)"), 7.0))
        change = translate("CarbonPlanner", "Change of the price (% a year)")
        self.add(number("PRICE_CHANGE", change, 0.0), advanced=True)
        first = translate("CarbonPlanner", "First year")
        self.add(whole("FIRST_YEAR", first, choices.START_YEAR, *choices.YEARS))
        self.add(whole("LAST_YEAR", translate("CarbonPlanner", "Last year"), choices.END_YEAR, *choices.YEARS))
        self.add(table_sink("OUTPUT", translate("CarbonPlanner", "Values")))
        self.addOutput(QgsProcessingOutputNumber("VALUE", translate("CarbonPlanner", "Value of all rows")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of rows")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        invest = self.parameterAsEnumString(parameters, "CONVENTION", context) == CONVENTIONS[0]
        if not invest and not text_of(self, "YEAR", parameters, context):
            return translate("CarbonPlanner", "The convention npv values yearly rows: set YEAR.")
        first, last = (self.parameterAsInt(parameters, name, context) for name in ("FIRST_YEAR", "LAST_YEAR"))
        if invest and last <= first:
            return translate("CarbonPlanner", "The last year {last} must be later than the first {first}.").format(
                last=last, first=first
            )
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback

        table = frame_of(self, "INPUT", parameters, context, ProcessingFeedback(feedback))
        invest = self.parameterAsEnumString(parameters, "CONVENTION", context) == CONVENTIONS[0]
        found = (self._stock if invest else self._yearly)(table, parameters, context)
        results = write_frames(self, {"OUTPUT": ("cp_values", COLUMNS, found)}, parameters, context, feedback)
        total = float(found["value"].to_numpy().sum())
        return {**results, "VALUE": None if total != total else total, "COUNT": len(found)}

    def _share(self, name: str, parameters: dict[str, Any], context: QgsProcessingContext) -> float:
        return self.parameterAsDouble(parameters, name, context) / 100.0

    def _stock(self, table: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """One row for each row of the table: amount less the earlier one, spread evenly over the years."""
        import pandas as pd

        from ..jobs.blocks.tables import column, value_stock_change

        before, group = (text_of(self, name, parameters, context) for name in ("BEFORE", "GROUP"))
        amount = column(table, text_of(self, "AMOUNT", parameters, context))
        amount = amount - column(table, before) if before else amount
        first, last = (self.parameterAsInt(parameters, name, context) for name in ("FIRST_YEAR", "LAST_YEAR"))
        value = value_stock_change(
            amount, self.parameterAsDouble(parameters, "PRICE", context), self._share("RATE", parameters, context),
            self._share("PRICE_CHANGE", parameters, context), first, last,
        )  # fmt: skip
        labels = [str(i + 1) for i in range(len(table))] if not group else [str(v) for v in table[group].tolist()]
        return pd.DataFrame({"group": labels, "years": last - first, "amount": amount, "value": value})

    def _yearly(self, table: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """One row for each group: amounts times the price of their year, less costs, discounted to the first year."""
        from ..jobs.blocks.tables import column, present_values

        words = {name: text_of(self, name, parameters, context) for name in ("AMOUNT", "YEAR", "COST", "GROUP")}
        amount, year = column(table, words["AMOUNT"]), column(table, words["YEAR"])
        price = self.parameterAsDouble(parameters, "PRICE", context)
        first = self.parameterAsInt(parameters, "FIRST_YEAR", context)
        growth = 1.0 + self._share("PRICE_CHANGE", parameters, context)
        table["cp_revenue"], table["cp_amount"] = amount * price * growth ** (year - first), amount
        rate = self._share("RATE", parameters, context)
        found = present_values(table, words["YEAR"], "cp_revenue", words["COST"], rate, first, words["GROUP"])
        sums = table.assign(group=table[words["GROUP"]].astype(str) if words["GROUP"] else "total")
        amounts = sums.groupby("group")["cp_amount"].sum()
        return found.assign(amount=amounts.reindex(found["group"]).to_numpy()).rename(columns={"npv": "value"})
