"""What has to be in order before QGIS takes itself apart (decision 0070)."""

from __future__ import annotations

from qgis.core import QgsApplication

# Idle threads end at once. Work that still goes on is waited for this long: the window is gone already, and a fetcher
# of QGIS that hangs on a dead network must not keep the program alive.
_WAIT_MS = 500


def end_pooled_threads() -> None:
    """Let the idle threads of the task manager end while all that they hold on to is still there.

    QGIS 3.40.0 to 3.40.8 ends them after its store of passwords is gone, and crashes where a thread that once asked the
    store has rested and been used again. QGIS up to 3.34 runs tasks in Qt's own pool, which it empties in time.
    """
    pool = getattr(QgsApplication.taskManager(), "threadPool", None)
    if pool is not None:
        pool().waitForDone(_WAIT_MS)
