"""What the algorithms about factor sets share: the user's store, class systems, warnings as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language, user_store_path

if TYPE_CHECKING:
    from ..factors.formats import Imported
    from ..factors.records import SetInfo
    from .base import PlannerAlgorithm

translate = QCoreApplication.translate

KINDS = ("all", "land_stock", "land_flux", "other")
PATIENCE_S = 1.5  # how long a window waits for the team's database
IMPORT_KINDS = ("auto", "land_stock", "land_flux", "other")


def connect_store() -> None:
    """Name the stores of the user and the team to the core, so that their sets are found beside the shipped ones."""
    from ..bridge.connections import connect_team
    from ..factors.store import use_store

    use_store(user_store_path())
    connect_team()


def known_sets(patience: float | None = None) -> list[SetInfo]:
    """All factor sets that can be opened by name; ``patience`` (seconds) keeps windows from waiting for a database."""
    from ..factors.store import list_sets

    connect_store()
    return list_sets(patience)


def add_import_outputs(alg: PlannerAlgorithm) -> None:
    """Outputs of the algorithms that store a set."""
    alg.addOutput(QgsProcessingOutputString("FACTOR_SET", translate("CarbonPlanner", "Factor set")))
    alg.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of factors")))
    alg.addOutput(QgsProcessingOutputString("WARNINGS", translate("CarbonPlanner", "Warnings")))


def store(imported: Imported, feedback: QgsProcessingFeedback) -> dict[str, Any]:
    """Store a set that was read and say what was stored and what to look at."""
    from ..factors.store import add_to_store

    connect_store()
    user_store_path().parent.mkdir(parents=True, exist_ok=True)
    found = imported.factor_set
    add_to_store(found)
    texts = warn_all((problem.message for problem in imported.problems), feedback)
    feedback.pushInfo(
        translate("CarbonPlanner", "Stored {ref} with {count} factors in {path}").format(
            ref=found.ref, count=len(found), path=user_store_path()
        )
    )
    return {"FACTOR_SET": found.ref, "COUNT": len(found), "WARNINGS": "\n".join(texts)}


def warn_all(messages: Iterable[Any], feedback: QgsProcessingFeedback) -> list[str]:
    """Show messages as warnings, each text once; returns the texts."""
    texts = list(dict.fromkeys(message.text(language()) for message in messages))
    for text in texts:
        feedback.pushWarning(text)
    return texts
