"""``carbonplanner:selftest``: known answers, computed on this installation."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..base.errors import Cancelled
from ..bridge.settings import language
from .base import TOOLS, PlannerAlgorithm
from .pages import page, write_page
from .provenance import software
from .tables import Column, PlainTable, write_tables

translate = QCoreApplication.translate
CASES = Path(__file__).with_suffix(".csv")


COLUMNS = (
    Column("section", "text", 16), Column("id", "text", 40), Column("case", "text", 254), Column("expected", "real"),
    Column("computed", "real"), Column("unit", "text", 24), Column("tolerance", "real"), Column("ok", "int"),
)  # fmt: skip
EVALUATION = "evaluation"
TABLE = QgsProcessing.SourceType.TypeVector


@dataclass(frozen=True)
class Answer:
    """One case: section, id, what it is about in the user's language, the expected and the computed number."""

    section: str
    id: str
    text: str
    expected: float
    found: float
    tolerance: float
    unit: str

    @property
    def good(self) -> bool:
        """Whether both agree within the tolerance."""
        limit = max(self.tolerance, 1e-15)
        return math.isclose(self.found, self.expected, rel_tol=limit, abs_tol=limit)

    def row(self) -> tuple[Any, ...]:
        """As in :data:`COLUMNS`."""
        return (self.section, self.id, self.text, self.expected, self.found, self.unit, self.tolerance, int(self.good))


class SelfTest(PlannerAlgorithm):
    """Computes golden numbers of the field and evaluates the cases of ``selftest.csv``, without any layer."""

    ID = "selftest"
    GROUP = TOOLS
    ICON = "selftest.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Self-test")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Page of the self-test")
        filter_ = translate("CarbonPlanner", "Web pages (*.html)")
        self.add(QgsProcessingParameterFileDestination("HTML", label, filter_, None, True))
        table = translate("CarbonPlanner", "Expected and computed numbers")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", table, TABLE, None, True, False))
        self.addOutput(QgsProcessingOutputBoolean("PASSED", translate("CarbonPlanner", "Passed")))
        self.addOutput(QgsProcessingOutputNumber("CASES", translate("CarbonPlanner", "Number of cases")))
        self.addOutput(QgsProcessingOutputNumber("FAILED", translate("CarbonPlanner", "Number of failures")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        answers = []
        for share, answer in _answers(language()):
            if feedback.isCanceled():
                raise Cancelled
            feedback.setProgress(100.0 * share)
            line = translate("CarbonPlanner", "{text}: expected {expected:.9g}, computed {found:.9g}").format(
                text=answer.text, expected=answer.expected, found=answer.found
            )
            (feedback.pushInfo if answer.good else feedback.pushWarning)(line)
            answers.append(answer)
        failed = sum(not answer.good for answer in answers)
        for line in versions():
            feedback.pushInfo(line)
        table = PlainTable("cp_selftest", COLUMNS, [answer.row() for answer in answers])
        results = write_tables(self, {"OUTPUT": table}, parameters, context, feedback)
        target = self.parameterAsFileOutput(parameters, "HTML", context)
        if target:
            write_page(target, _page(answers, failed))
        return {**results, "HTML": target or None, "PASSED": failed == 0, "CASES": len(answers), "FAILED": failed}


def _answers(lang: str) -> Iterator[tuple[float, Answer]]:
    """(share done, answer) of every case: golden numbers of the field first, then small evaluations."""
    from ..jobs import golden

    with CASES.open(encoding="utf-8", newline="") as handle:
        own = list(csv.DictReader(handle))
    count = len(golden.cases()) + len(own)
    for number, one in enumerate(golden.answers(), start=1):
        case = one.case
        text, unit = case.texts[lang], case.unit
        yield number / count, Answer(case.section, case.id, text, case.expected, one.found, case.tolerance, unit)
    for number, row in enumerate(own, start=1):
        expected, tolerance = float(row["net_tco2e"]), float(row["tolerance"])
        answer = Answer(EVALUATION, row["id"], row[lang], expected, _net(row), tolerance, "tCO2e")
        yield (count - len(own) + number) / count, answer


def _net(case: dict[str, str]) -> float:
    """Net of one square zone on the plane."""
    import numpy as np
    import shapely

    from ..accounting.evaluate import evaluate
    from ..accounting.inputs import PlanZones, Settings
    from ..geometry.crs import Crs

    side = math.sqrt(float(case["area_ha"]) * 1e4)
    square = np.empty(1, dtype=object)
    square[0] = shapely.box(500000.0, 3000000.0, 500000.0 + side, 3000000.0 + side)
    zones = PlanZones(
        layer="selftest",
        ids=[case["id"]],
        geometry=square,
        crs=Crs.from_text("EPSG:32649"),
        plan_class=[case["plan_class"]],
        base_class=[case["base_class"]],
        green_ratio=_ratio(case["green_ratio"]),
        building_density=_ratio(case["building_density"]),
    )
    settings = Settings(
        plan_system=case["system"],
        base_system="generic",
        factor_set=case["factor_set"],
        land_method=case["land_method"],
        stock_timing=case["stock_timing"],
        area_method="planar",
        start_year=int(case["start_year"]),
        end_year=int(case["end_year"]),
    )
    return float(evaluate(zones, None, settings).totals.net)


def _ratio(text: str) -> Any:
    import numpy as np

    return np.array([float(text)]) if text else None


def versions() -> list[str]:
    """Versions of everything that takes part in a number, as lines."""
    made = software()
    listed = ", ".join(f"{name} {version}" for name, version in made["libraries"].items())
    return [f"{made['software']}, QGIS {made['qgis']}", listed]


def _page(answers: list[Answer], failed: int) -> str:
    verdict = (
        translate("CarbonPlanner", "{count} cases do not give the expected number.").format(count=failed)
        if failed
        else translate("CarbonPlanner", "All cases give the expected numbers.")
    )
    header = [
        translate("CarbonPlanner", "Case"),
        translate("CarbonPlanner", "Expected"),
        translate("CarbonPlanner", "Computed"),
        translate("CarbonPlanner", "Unit"),
        translate("CarbonPlanner", "Result"),
    ]
    words = {True: translate("CarbonPlanner", "agrees"), False: translate("CarbonPlanner", "DIFFERS")}
    rows = [(f"{a.section} {a.text}", a.expected, a.found, a.unit, words[a.good]) for a in answers]
    return page(translate("CarbonPlanner", "Self-test"), [verdict, *versions()], header, rows, language())
