"""``qgis --code`` script: a thread of the task manager asks the store of passwords, rests, serves the plugin; quit."""

import os
from pathlib import Path

import qgis.utils
from qgis.core import QgsApplication, QgsProject, QgsTask
from qgis.PyQt.QtCore import QThreadPool, QTimer

RESULT = "QUIT_RESULT"
tasks = []


def pool():
    """The pool in which tasks run: Qt's own before QGIS had one for its task manager."""
    own = getattr(QgsApplication.taskManager(), "threadPool", None)
    return own() if own is not None else QThreadPool.globalInstance()


def ask():
    """As the fetcher of QGIS's news does for each request."""
    pool().setExpiryTimeout(100)
    task = QgsTask.fromFunction(
        "ask", lambda _task: QgsApplication.authManager().configIds(), on_finished=lambda *_: rest()
    )
    tasks.append(task)
    QgsApplication.taskManager().addTask(task)


def rest():
    """The thread ends for want of work; the next task starts it again."""
    QTimer.singleShot(1500, check_libraries)


def check_libraries():
    """A task of the plugin; the thread then waits for more when QGIS quits."""
    pool().setExpiryTimeout(30000)
    assert qgis.utils.reloadPlugin("carbon_planner") is not False  # what it watches for must survive that
    windows = qgis.utils.plugins["carbon_planner"].shell.windows
    windows.show_libraries()
    windows.open["libraries"].checked.connect(leave)
    windows.open["libraries"].check_again()


def leave():
    """Quit as a user does."""
    Path(os.environ[RESULT]).write_text(str(len(tasks)), encoding="utf-8")
    QgsProject.instance().setDirty(False)
    QTimer.singleShot(200, qgis.utils.iface.actionExit().trigger)


QTimer.singleShot(1500, ask)
