"""What has to be in order before QGIS takes itself apart (decision 0070)."""

from __future__ import annotations

from qgis.core import QgsApplication

_WAIT_MS = 100  # for work that is about to end; idle threads end at once


def end_pooled_threads() -> None:
    """Let the idle threads of the task manager end while all that they hold on to is still there.

    QGIS 3.40.0 to 3.40.8 ends them after its store of passwords is gone, and crashes where a thread that once asked the
    store has rested and been used again. QGIS up to 3.34 runs tasks in Qt's own pool, which it empties in time. In the
    middle of a session this does no harm: the pool starts threads as it needs them.
    """
    pool = getattr(QgsApplication.taskManager(), "threadPool", None)
    if pool is not None:
        pool().waitForDone(_WAIT_MS)
