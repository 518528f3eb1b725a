"""``carbonplanner:listfactorsets``: which factor sets there are."""

from __future__ import annotations

from collections import Counter
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language
from .base import FACTORS, PlannerAlgorithm
from .factor_sets import KINDS, connect_store, known_sets
from .pages import page, write_page
from .tables import Column, PlainTable, write_tables

translate = QCoreApplication.translate

COLUMNS = (
    Column("ref", "text", 120),
    Column("kind", "text", 16),
    Column("system", "text", 24),
    Column("title", "text", 160),
    Column("region", "text", 40),
    Column("year", "int"),
    Column("factors", "int"),
    Column("verified", "int"),
    Column("derived", "int"),
    Column("recalled", "int"),
    Column("status", "text", 16),
    Column("licence", "text", 160),
    Column("hash", "text", 64),
    Column("about", "text", 1000),
    Column("released", "text", 10),
    Column("reviewer", "text", 80),
    Column("replaced_by", "text", 120),
)
TABLE = QgsProcessing.SourceType.TypeVector


class ListFactorSets(PlannerAlgorithm):
    """The sets of the library and of the user as table and page."""

    ID = "listfactorsets"
    GROUP = FACTORS
    ICON = "factor_sets.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "List factor sets")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        kind = QgsProcessingParameterEnum(
            "KIND", translate("CarbonPlanner", "Kind of set"), list(KINDS), False, KINDS[0], False, True
        )
        self.add(kind, widget="ChoiceBox")
        table = translate("CarbonPlanner", "Table of factor sets")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", table, TABLE, None, True))
        web = translate("CarbonPlanner", "Web pages (*.html)")
        title = translate("CarbonPlanner", "Page of factor sets")
        self.add(QgsProcessingParameterFileDestination("HTML", title, web, None, True))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of sets")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.store import team_sets

        kind = self.parameterAsEnumString(parameters, "KIND", context)
        rows = _rows(kind)
        results: dict[str, Any] = {"COUNT": len(rows)}
        tables = {"OUTPUT": PlainTable("cp_factor_sets", COLUMNS, rows)}
        results.update(write_tables(self, tables, parameters, context, feedback))
        target = self.parameterAsFileOutput(parameters, "HTML", context)
        if target:
            header = [column.name for column in COLUMNS]
            write_page(target, page(self.displayName(), [], header, rows, language()))
        results["HTML"] = target or None
        _, problem = team_sets()
        if problem is not None:
            feedback.pushWarning(problem.text(language()))
        return results


def _rows(kind: str) -> list[list[Any]]:
    """One row per set, columns as in :data:`COLUMNS`."""
    from ..factors.store import open_set

    connect_store()
    lang, rows = language(), []
    for info in known_sets():
        if kind not in ("all", info.kind):
            continue
        found = open_set(info.ref)
        confidence = Counter(factor.confidence for factor in found.factors)
        about = info.description_zh if lang == "zh" else info.description_en
        rows.append(
            [info.ref, info.kind, info.system, info.title(lang), info.region, info.year, len(found)]
            + [confidence[level] for level in ("verified", "derived", "recalled")]
            + [info.status, info.licence, found.content_hash, about]
            + [info.released, info.reviewer, info.replaced_by]
        )
    return rows
