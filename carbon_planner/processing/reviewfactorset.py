"""``carbonplanner:reviewfactorset``: review, approve or supersede a factor set or single factors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import FACTORS, PlannerAlgorithm
from .factor_sets import connect_store
from .tables import Column, PlainTable, write_tables

if TYPE_CHECKING:
    from ..factors.history import Change
    from ..factors.team_store import TeamStore
    from ..factors.user_store import UserStore

translate = QCoreApplication.translate

STATES = ("reviewed", "approved", "superseded")
COLUMNS = (
    Column("at", "text", 20),
    Column("who", "text", 80),
    Column("action", "text", 12),
    Column("set_id", "text", 64),
    Column("version", "text", 40),
    Column("factor_id", "text", 120),
    Column("field", "text", 40),
    Column("old", "text", 2000),
    Column("new", "text", 2000),
    Column("reason", "text", 1000),
    Column("evidence", "text", 1000),
    Column("hash", "text", 64),
)
TABLE = QgsProcessing.SourceType.TypeVector
_SEPARATORS = re.compile(r"[,;，；\s]+")


class ReviewFactorSet(PlannerAlgorithm):
    """Writes one decision, with reviewer, reason and evidence, into the store and its change log."""

    ID = "reviewfactorset"
    GROUP = FACTORS
    ICON = "review_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Review factor set")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Factor set")
        self.add(QgsProcessingParameterString("FACTOR_SET", label), widget="FactorSetBox")
        state = translate("CarbonPlanner", "New state")
        self.add(
            QgsProcessingParameterEnum("STATE", state, list(STATES), False, STATES[0], False, True), widget="ChoiceBox"
        )
        for name, label, optional in (
            ("REVIEWER", translate("CarbonPlanner", "Reviewer"), False),
            ("REASON", translate("CarbonPlanner", "Reason"), False),
            ("IMPACT", translate("CarbonPlanner", "Hash of the impact report"), True),
            ("NO_IMPACT", translate("CarbonPlanner", "Why no impact report applies"), True),
            ("REPLACED_BY", translate("CarbonPlanner", "Superseded by"), True),
            ("FACTORS", translate("CarbonPlanner", "Only these factors (ids)"), True),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, optional))
        table = translate("CarbonPlanner", "Change log")
        self.add(QgsProcessingParameterFeatureSink("LOG", table, TABLE, None, True, False))
        self.addOutput(QgsProcessingOutputString("REF", translate("CarbonPlanner", "Reference of the set")))
        self.addOutput(QgsProcessingOutputString("STATUS", translate("CarbonPlanner", "Status")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of rows in the log")))
        self.addOutput(QgsProcessingOutputString("LOG_HEAD", translate("CarbonPlanner", "Hash of the log's last row")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.review import Decision
        from ..factors.store import TEAM, open_set

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        connect_store()
        decision = Decision(
            state=self.parameterAsEnumString(parameters, "STATE", context),
            reviewer=text("REVIEWER"),
            reason=text("REASON"),
            impact=text("IMPACT").lower(),
            no_impact=text("NO_IMPACT"),
            replaced_by=text("REPLACED_BY"),
        )
        spec = text("FACTOR_SET")
        info = open_set(spec).info
        store = _store(spec.startswith(TEAM))
        names = [name for name in _SEPARATORS.split(text("FACTORS")) if name]
        found = store.decide(info.id, info.version, decision, names)
        whole = store.log()
        log = [row for row in whole if (row.set_id, row.version) == (info.id, info.version)]
        feedback.pushInfo(
            translate("CarbonPlanner", "{ref} is {status}; the log has {count} rows about it.").format(
                ref=found.ref, status=found.info.status, count=len(log)
            )
        )
        table = PlainTable("cp_changes", COLUMNS, [_row(change) for change in log])
        results = write_tables(self, {"LOG": table}, parameters, context, feedback)
        about = {"REF": found.ref, "STATUS": found.info.status, "COUNT": len(log), "LOG_HEAD": whole[-1].hash}
        return {**results, **about}


def _store(team: bool) -> UserStore | TeamStore:
    """The store that holds the set: the team's where its name says so, else the user's."""
    from ..base.errors import FactorError
    from ..factors.store import team_store, user_store

    store = team_store() if team else user_store()
    if store is None:
        raise FactorError("NO_TEAM_STORE" if team else "NO_STORE")
    return store


def _row(change: Change) -> list[str]:
    return [str(getattr(change, column.name)) for column in COLUMNS]
