"""What the algorithms about the team's factor store share: connection, schema, outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterProviderConnection,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.connections import PROVIDER, require_team
from .factor_sets import connect_store

if TYPE_CHECKING:
    from ..factors.records import FactorSet
    from ..factors.team_store import TeamStore
    from .base import PlannerAlgorithm

translate = QCoreApplication.translate


def add_place(alg: PlannerAlgorithm) -> None:
    """Parameters for the place of the store; empty ones mean those of the options."""
    label = translate("CarbonPlanner", "PostgreSQL connection")
    alg.add(QgsProcessingParameterProviderConnection("CONNECTION", label, PROVIDER, None, True))
    schema = translate("CarbonPlanner", "Schema of the team store")
    alg.add(QgsProcessingParameterString("SCHEMA", schema, "", False, True), advanced=True)


def add_outputs(alg: PlannerAlgorithm) -> None:
    """Outputs of the algorithms that copy a set."""
    alg.addOutput(QgsProcessingOutputString("REF", translate("CarbonPlanner", "Reference of the set")))
    alg.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of factors")))
    alg.addOutput(QgsProcessingOutputNumber("REVISION", translate("CarbonPlanner", "Revision in the team store")))


def outputs(found: FactorSet, revision: int) -> dict[str, Any]:
    """Values of :func:`add_outputs`."""
    return {"REF": found.ref, "COUNT": len(found), "REVISION": revision}


def team_of(alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> TeamStore:
    """The team's store that the parameters name, told to the core. Raises :class:`~..base.errors.SettingsError`."""
    connect_store()
    name = alg.parameterAsConnectionName(parameters, "CONNECTION", context)
    return require_team(name, alg.parameterAsString(parameters, "SCHEMA", context))
