"""From the sample to a result, as a user goes: load, evaluate, find the result and its report."""

from __future__ import annotations

import pytest
from conftest import pump
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtGui import QDesktopServices

EVALUATE = "carbonplanner:evaluatezones"


@pytest.mark.smoke
def test_sample_to_report(shell, project, iface, until, shot, tmp_path, monkeypatch):
    from qgis.core import QgsApplication

    if QgsApplication.processingRegistry().algorithmById(EVALUATE) is None:
        pytest.skip("evaluatezones is not registered")
    shell.actions["sample"].trigger()
    until(lambda: shell.actions["evaluate"].isEnabled())
    shell.actions["evaluate"].trigger()
    until(lambda: shell.windows.running)
    (dialog,) = shell.windows.running.values()
    until(dialog.isVisible)
    page = tmp_path / "报告.html"
    values = dialog.createProcessingParameters()
    values.update(REPORT=str(page), OUTPUT=str(tmp_path / "结果.gpkg"))
    dialog.setParameters(values)
    shot("evaluate")
    dialog.runButton().click()
    until(lambda: shell.actions["results"].isEnabled(), 90)
    until(page.is_file)
    shot("evaluate_log")
    dialog.close()
    pump(200)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shell.windows.running  # the dialog has deleted itself
    pump(800)
    until(lambda: not iface.mapCanvas().isDrawing())
    shot("evaluated")
    shell.actions["results"].trigger()
    until(lambda: "results" in shell.windows.open)
    window = shell.windows.open["results"]
    result = window.current()
    assert result.zones == result.layer.featureCount()
    assert result.low < result.net < result.high
    assert result.created.isValid()
    assert result.factor_set.startswith("cq_mixed_0_100cm@")
    assert result.report is not None
    assert result.report.name == "报告.html"
    shot("results_of_sample")
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    window.report.click()
    assert opened == [str(page)]
    window.attributes.click()
    pump(500)
    shot("attribute_table")
    window.close()
    from qgis.PyQt.QtWidgets import QApplication

    for widget in QApplication.topLevelWidgets():
        if widget.objectName().startswith("QgsAttributeTableDialog") or "AttributeTable" in type(widget).__name__:
            widget.close()


@pytest.mark.smoke
def test_again_in_the_background(shell, project, until, tmp_path):
    """Several runs, each in a task of its own: libraries must not keep what belonged to the task before.

    pyproj 3.7 keeps a context per thread of the system, which dies with Python's idea of the thread at the end of a
    task; the second run crashed QGIS.
    """
    from qgis.core import QgsApplication, QgsProcessingAlgRunnerTask, QgsProcessingContext, QgsProcessingFeedback

    shell.actions["sample"].trigger()
    from carbon_planner.gui.evaluate import parameters

    for run in range(3):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(EVALUATE)
        context, feedback, done = QgsProcessingContext(), QgsProcessingFeedback(), []
        context.setProject(project)
        values = {**parameters(project, shell.iface.activeLayer()), "OUTPUT": str(tmp_path / f"{run}.gpkg")}
        values["REPORT"] = str(tmp_path / f"{run}.html")
        task = QgsProcessingAlgRunnerTask(algorithm, values, context, feedback)
        task.executed.connect(lambda *result, done=done: done.append(result))
        QgsApplication.taskManager().addTask(task)
        until(lambda done=done: done, 90)
        good, results = done[0]
        assert good
        assert results["ZONE_COUNT"] == 20
