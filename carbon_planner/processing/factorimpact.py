"""``carbonplanner:factorimpact``: which zones, totals and verdicts a new version of factors changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import FACTORS, PlannerAlgorithm
from .evaluate_checks import problem
from .evaluate_more import declare_more
from .evaluate_parameters import declare_inputs
from .tables import Column, PlainTable, write_tables

if TYPE_CHECKING:
    from ..analysis.impact import ImpactReport
    from ..analysis.verdicts import Verdict

translate = QCoreApplication.translate

DOUBLE = QgsProcessingParameterNumber.Type.Double
TABLE = QgsProcessing.SourceType.TypeVector
ZONES = (
    Column("zone_id", "text", 80),
    Column("net_old", "real"),
    Column("net_new", "real"),
    Column("change", "real"),
    Column("relative", "real"),
    Column("lo_old", "real"),
    Column("hi_old", "real"),
    Column("lo_new", "real"),
    Column("hi_new", "real"),
    Column("flips", "int"),
    Column("verdicts", "text", 1000),
)
VERDICTS = (Column("verdict", "text", 80), Column("zone_id", "text", 80), Column("old", "text", 12),
            Column("new", "text", 12))  # fmt: skip
FIGURES = (Column("zone_id", "text", 80), Column("figure", "text", 20), Column("old", "real"), Column("new", "real"),
           Column("change", "real"), Column("relative", "real"))  # fmt: skip


class FactorImpact(PlannerAlgorithm):
    """Evaluates the zones with both versions and compares."""

    ID = "factorimpact"
    GROUP = FACTORS
    ICON = "factor_impact.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Impact of factors")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        declare_inputs(self)
        declare_more(self)
        for name, label in (
            ("OLD_SET", translate("CarbonPlanner", "Old factor set")),
            ("NEW_SET", translate("CarbonPlanner", "New factor set")),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, False), widget="FactorSetBox")
        for name, label in (
            ("NET_CAP", translate("CarbonPlanner", "Cap on the net (tCO2e)")),
            ("NET_HA_LIMIT", translate("CarbonPlanner", "Limit of the net per hectare (tCO2e/ha)")),
        ):
            self.add(QgsProcessingParameterNumber(name, label, DOUBLE, None, True))
        sure = translate("CarbonPlanner", "Judge the cap by the interval")
        self.add(QgsProcessingParameterBoolean("SURE", sure, False), advanced=True)
        for name, label, wanted in (
            ("OUTPUT", translate("CarbonPlanner", "Zones before and after"), True),
            ("VERDICTS", translate("CarbonPlanner", "Verdicts before and after"), False),
            ("FIGURES", translate("CarbonPlanner", "Figures that change"), False),
        ):
            self.add(QgsProcessingParameterFeatureSink(name, label, TABLE, None, True, wanted))
        report = translate("CarbonPlanner", "Impact report")
        filter_ = translate("CarbonPlanner", "JSON (*.json)")
        self.add(QgsProcessingParameterFileDestination("REPORT", report, filter_, None, True, False))
        self._declare_values()

    def _declare_values(self) -> None:
        for name, label in (
            ("ZONE_COUNT", translate("CarbonPlanner", "Number of zones")),
            ("CHANGED", translate("CarbonPlanner", "Zones whose net changes")),
            ("FLIPS", translate("CarbonPlanner", "Verdicts that flip")),
            ("NET_OLD", translate("CarbonPlanner", "Net with the old set (tCO2e)")),
            ("NET_NEW", translate("CarbonPlanner", "Net with the new set (tCO2e)")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(
            QgsProcessingOutputString("IMPACT_HASH", translate("CarbonPlanner", "Hash of the impact report"))
        )
        self.addOutput(QgsProcessingOutputString("SUMMARY", translate("CarbonPlanner", "Summary")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return problem(self, parameters, context)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback

        voice = ProcessingFeedback(feedback)
        report = self._report(parameters, context, voice)
        summary = report.text(voice.lang)
        feedback.pushInfo(summary)
        tables = {
            "OUTPUT": PlainTable("cp_impact", ZONES, _zone_rows(report)),
            "VERDICTS": PlainTable("cp_impact_verdicts", VERDICTS, _rows(report.verdicts, VERDICTS)),
            "FIGURES": PlainTable("cp_impact_figures", FIGURES, _rows(report.figures, FIGURES)),
        }
        results = write_tables(self, tables, parameters, context, feedback)
        target = self.parameterAsFileOutput(parameters, "REPORT", context)
        if target:
            _write(Path(target), report)
        return {**results, "REPORT": target or None, "SUMMARY": summary, **_values(report)}

    def _report(self, parameters: dict[str, Any], context: QgsProcessingContext, voice: Any) -> ImpactReport:
        """Read as *evaluatezones* does, then evaluate with both sets."""
        from ..analysis.impact import impact
        from ..base.feedback import Part
        from .evaluate_run import BASE_READ, read_layers, read_request
        from .factor_sets import connect_store

        request = read_request(self, parameters, context)
        request.settings.check()
        connect_store()
        zones, base = read_layers(
            self, request.zone_fields, request.base_fields, request.encoding, parameters, context, voice
        )
        sets = [self.parameterAsString(parameters, name, context) for name in ("OLD_SET", "NEW_SET")]
        parcels = base.parcels if base is not None else None
        rules, part = self._rules(parameters, context), Part(voice, BASE_READ, 0.95)
        return impact(zones.plan, parcels, request.settings, *sets, verdicts=rules, feedback=part)

    def _rules(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Verdict]:
        from ..analysis.verdicts import at_most, net_sign

        sure = self.parameterAsBoolean(parameters, "SURE", context)
        rules = [net_sign()]
        for name, field, of_interval in (("NET_CAP", "cp_net_t", sure), ("NET_HA_LIMIT", "cp_net_ha", False)):
            if parameters.get(name) is not None:
                limit = self.parameterAsDouble(parameters, name, context)
                rules.append(at_most(field, limit, name=name.lower(), sure=of_interval))
        return rules


def _values(report: ImpactReport) -> dict[str, Any]:
    net = report.totals.set_index("figure").loc["cp_net_t"]
    return {
        "ZONE_COUNT": len(report.zones),
        "CHANGED": report.changed,
        "FLIPS": len(report.flips),
        "NET_OLD": _null(net["old"]),
        "NET_NEW": _null(net["new"]),
        "IMPACT_HASH": report.hash,
    }


def _zone_rows(report: ImpactReport) -> list[list[Any]]:
    """One row per zone; ``verdicts`` names those that flip."""
    flips: dict[Any, list[str]] = {}
    for row in report.flips.itertuples():
        flips.setdefault(row.zone_id, []).append(f"{row.verdict}: {row.old} → {row.new}")
    table = report.zones.assign(verdicts=["; ".join(flips.get(zone, ())) for zone in report.zones["zone_id"]])
    return _rows(table, ZONES)


def _rows(table: Any, columns: tuple[Column, ...]) -> list[list[Any]]:
    names = [column.name for column in columns]
    return [[_null(value) for value in row] for row in table[names].itertuples(index=False, name=None)]


def _null(value: Any) -> Any:
    """None for what is not known; Python's own numbers for the rest."""
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def _write(target: Path, report: ImpactReport) -> None:
    from ..storage.aside import write_whole

    text = json.dumps(report.as_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    write_whole(target, (text + "\n").encode("utf-8"))
