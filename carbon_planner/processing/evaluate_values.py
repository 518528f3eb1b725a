"""Numbers and texts that ``evaluatezones`` gives beside its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingOutputBoolean,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)
from qgis.PyQt.QtCore import QCoreApplication

if TYPE_CHECKING:
    from .evaluate_run import Outcome

translate = QCoreApplication.translate

APPROACH_1 = "A1"
# Effects by sector, by the names of zone fields.
NET_BY_SECTOR = {
    "NET_LAND": "cp_land_t", "NET_BUILDINGS": "cp_bldg_t", "NET_TRANSPORT": "cp_tran_t", "NET_WASTE": "cp_wast_t",
    "NET_SINKS": "cp_sink_t", "NET_OTHER": "cp_oth_t", "EMISSION_END": "cp_pyr_t", "BASE_EMISSION_END": "cp_byr_t",
}  # fmt: skip


def declared() -> tuple[QgsProcessingOutputDefinition, ...]:
    """The outputs, the older first."""
    return (
        QgsProcessingOutputString("STATUS", translate("CarbonPlanner", "Status")),
        QgsProcessingOutputBoolean("HAS_NET", translate("CarbonPlanner", "Has a net impact")),
        QgsProcessingOutputString("WARNINGS", translate("CarbonPlanner", "Warnings")),
        QgsProcessingOutputNumber("ZONE_COUNT", translate("CarbonPlanner", "Number of zones")),
        QgsProcessingOutputNumber("AREA_HA", translate("CarbonPlanner", "Area (ha)")),
        QgsProcessingOutputNumber("ZONE_OVL_HA", translate("CarbonPlanner", "Area covered by several zones (ha)")),
        QgsProcessingOutputNumber("NET_TCO2E", translate("CarbonPlanner", "Net carbon impact (tCO2e)")),
        QgsProcessingOutputNumber("NET_LOW", translate("CarbonPlanner", "Net, lower bound (tCO2e)")),
        QgsProcessingOutputNumber("NET_HIGH", translate("CarbonPlanner", "Net, upper bound (tCO2e)")),
        QgsProcessingOutputNumber("BALANCE_ERROR", translate("CarbonPlanner", "Area balance error (relative)")),
        QgsProcessingOutputNumber("NET_LAND", translate("CarbonPlanner", "Net of land (tCO2e)")),
        QgsProcessingOutputNumber("NET_BUILDINGS", translate("CarbonPlanner", "Net of buildings and supply (tCO2e)")),
        QgsProcessingOutputNumber("NET_TRANSPORT", translate("CarbonPlanner", "Net of transport (tCO2e)")),
        QgsProcessingOutputNumber("NET_WASTE", translate("CarbonPlanner", "Net of waste and water (tCO2e)")),
        QgsProcessingOutputNumber("NET_SINKS", translate("CarbonPlanner", "Net of added sinks (tCO2e)")),
        QgsProcessingOutputNumber("NET_OTHER", translate("CarbonPlanner", "Net of other sectors (tCO2e)")),
        QgsProcessingOutputNumber(
            "EMISSION_END", translate("CarbonPlanner", "Planned emission of the end year (tCO2e/yr)")
        ),
        QgsProcessingOutputNumber(
            "BASE_EMISSION_END", translate("CarbonPlanner", "Baseline emission of the end year (tCO2e/yr)")
        ),
        QgsProcessingOutputNumber("COVERED_SHARE", translate("CarbonPlanner", "Share of the net with a range")),
        QgsProcessingOutputString("UNCERTAINTY", translate("CarbonPlanner", "Method of the interval")),
        QgsProcessingOutputNumber("DRAWS_USED", translate("CarbonPlanner", "Draws used")),
    )


def status(outcome: Outcome) -> str:
    """``ok``, ``warnings``, ``partial``, ``plan_only`` or ``baseline_only``."""
    plan, totals = outcome.evaluation.inputs, outcome.evaluation.totals
    if plan.plan_class is None:
        return "baseline_only"
    if outcome.base is None and plan.base_class is None:
        return "plan_only"
    if totals.unknown_ha > 0 or not totals.has_net:
        return "partial"
    return "warnings" if outcome.warnings else "ok"


def number(value: float) -> float | None:
    """A figure as output of an algorithm: null for NaN, never nought."""
    return None if value != value else float(value)


def values(outcome: Outcome, lang: str) -> dict[str, Any]:
    """The number, text and boolean outputs."""
    totals = outcome.evaluation.totals
    net = (totals.net, totals.low, totals.high) if totals.has_net else (float("nan"),) * 3
    return {
        "STATUS": status(outcome),
        "HAS_NET": bool(totals.has_net),
        "WARNINGS": "\n".join(message.text(lang) for message in outcome.warnings),
        "ZONE_COUNT": int(totals.zone_count),
        "AREA_HA": number(totals.area_ha),
        "ZONE_OVL_HA": number(totals.zone_overlap_ha),
        "NET_TCO2E": number(net[0]),
        "NET_LOW": number(net[1]),
        "NET_HIGH": number(net[2]),
        "BALANCE_ERROR": number(totals.balance_error),
        **_by_sector(outcome),
        **_interval(outcome),
    }


def _by_sector(outcome: Outcome) -> dict[str, float | None]:
    """Effects by sector; null for sectors that the run has not evaluated."""
    totals = outcome.evaluation.totals
    figures = totals.figures or {"cp_land_t": totals.net if totals.has_net else float("nan")}
    return {name: number(figures.get(field, float("nan"))) for name, field in NET_BY_SECTOR.items()}


def _interval(outcome: Outcome) -> dict[str, Any]:
    evaluation = outcome.evaluation
    told = evaluation.zones["cp_unc"].dropna() if "cp_unc" in evaluation.zones else ()
    method = str(told.iloc[0]) if len(told) else APPROACH_1
    drawn = not method.startswith(APPROACH_1)
    return {
        "COVERED_SHARE": number(evaluation.totals.covered_share) if evaluation.totals.has_net else None,
        "UNCERTAINTY": method if evaluation.totals.has_net else "",
        "DRAWS_USED": evaluation.settings.draws if drawn else 0,
    }
