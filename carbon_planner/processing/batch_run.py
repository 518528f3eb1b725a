"""What the algorithms of batches share: who does the work, outputs, words on the log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import PlannerAlgorithm

if TYPE_CHECKING:
    from ..base.messages import Message
    from ..jobs.batch import Report, Runner, Task

translate = QCoreApplication.translate
TABLE = QgsProcessing.SourceType.TypeVector
MOST_WORKERS = 64
FEW = 4  # files for which starting processes takes longer than the work


def declare_run(alg: PlannerAlgorithm) -> None:
    """Declare the output folder, the number of processes, and the outputs."""
    folder = QgsProcessingParameterFile.Behavior.Folder
    alg.add(QgsProcessingParameterFile("OUTPUT", translate("CarbonPlanner", "Output folder"), folder))
    workers = translate("CarbonPlanner", "Child processes (0: as many as there are cores)")
    integer = QgsProcessingParameterNumber.Type.Integer
    alg.add(QgsProcessingParameterNumber("WORKERS", workers, integer, 0, True, 0, MOST_WORKERS), advanced=True)
    for name, label in (
        ("SUMMARY", translate("CarbonPlanner", "Summary")),
        ("ERRORS", translate("CarbonPlanner", "Errors and warnings")),
    ):
        alg.addOutput(QgsProcessingOutputVectorLayer(name, label, TABLE))
    alg.addOutput(QgsProcessingOutputFile("MAPPING", translate("CarbonPlanner", "Mappings")))
    for name, label in (
        ("FILES", translate("CarbonPlanner", "Number of files")),
        ("FAILED", translate("CarbonPlanner", "Files with errors")),
        ("REUSED", translate("CarbonPlanner", "Files finished before")),
    ):
        alg.addOutput(QgsProcessingOutputNumber(name, label))


def run_tasks(
    alg: PlannerAlgorithm,
    tasks: Sequence[Task],
    notes: Sequence[Message],
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    broken: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Run a batch and give the outputs; a cancelled one gives none, and keeps what is finished."""
    from ..base.errors import Cancelled
    from ..bridge.feedback import ProcessingFeedback
    from ..jobs.batch import run_batch

    voice = ProcessingFeedback(feedback)
    folder = Path(alg.parameterAsString(parameters, "OUTPUT", context)).absolute()
    try:
        runner = _runner(alg.parameterAsInt(parameters, "WORKERS", context), tasks, voice)
        report = run_batch(folder, tasks, runner, voice, notes, broken)
    except Cancelled:
        feedback.pushInfo(
            translate("CarbonPlanner", "Cancelled. What is finished stays in the output folder; run again to go on.")
        )
        return {}
    return _outputs(report)


def store_path() -> str:
    """Place of the user's factor sets, for child processes."""
    from ..bridge.settings import user_store_path
    from .factor_sets import connect_store

    connect_store()
    path = user_store_path()
    return str(path) if path else ""


def _runner(workers: int, tasks: Sequence[Task], voice: Any) -> Runner:
    """Child processes where they help and can be started, else this one; the reason is told."""
    from ..base.errors import MissingLibrary
    from ..base.messages import message
    from ..bridge.interpreter import interpreter
    from ..bridge.workers import Workers
    from ..jobs.batch import in_place

    count = min(workers or (os.cpu_count() or 1), len(tasks))
    reason = None
    if workers == 1:
        reason = message("BATCH_ASKED")
    elif count < 2 or (not workers and len(tasks) <= FEW):
        reason = message("BATCH_FEW")
    elif _of_team(tasks):
        reason = message("BATCH_TEAM_SET")
    else:
        try:
            interpreter()
        except MissingLibrary as error:
            reason = error.message
    if reason is not None:
        voice.info(message("BATCH_IN_PLACE", reason=reason))
        return in_place
    voice.info(message("BATCH_WORKERS", count=count, files=len(tasks)))
    return Workers(count)


def _of_team(tasks: Sequence[Task]) -> bool:
    """Whether a factor set is only in the team's database: child processes get no passwords."""
    from ..factors.store import list_sets, use_team_store
    from .factor_sets import connect_store

    named = {str(task.settings.get("factor_set", "")).partition("@")[0] for task in tasks} - {""}
    if not named:
        return False
    use_team_store(None)
    known = {info.id for info in list_sets()}
    connect_store()
    return bool(named - known) and not all(Path(name).exists() for name in named - known)


def _outputs(report: Report) -> dict[str, Any]:
    return {
        "OUTPUT": str(report.folder),
        "SUMMARY": f"{report.tables}|layername=cp_batch_summary",
        "ERRORS": f"{report.tables}|layername=cp_batch_errors",
        "MAPPING": str(report.folder / "mapping.json"),
        "FILES": len(report.outcomes),
        "FAILED": report.failed,
        "REUSED": report.reused,
    }
