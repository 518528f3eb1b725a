"""Work that is handed to a thread of Python's own."""

from __future__ import annotations

import _thread
import threading

import pytest

from carbon_planner.base.threads import aside, started_by_python


def foreign(function):
    """Call in a thread that ``threading`` does not know, as those of QGIS's tasks."""
    box, done = [], threading.Event()

    def work():
        try:
            box.append((True, function()))
        except ValueError as error:
            box.append((False, error))
        done.set()

    _thread.start_new_thread(work, ())
    assert done.wait(20)
    return box[0]


@aside
def where(fail=False):
    if fail:
        raise ValueError("told")
    return threading.current_thread().name, started_by_python()


def test_own_threads_work_themselves():
    assert where() == (threading.current_thread().name, True)
    names = []
    thread = threading.Thread(target=lambda: names.append(where()), name="mine")
    thread.start()
    thread.join()
    assert names == [("mine", True)]


def test_foreign_threads_hand_over():
    assert foreign(started_by_python) == (True, False)
    good, (first, own) = foreign(where)
    assert good
    assert own
    assert first.startswith("carbon_planner")
    assert foreign(where)[1][0] == first  # always the same one


def test_exceptions_come_through():
    good, error = foreign(lambda: where(fail=True))
    assert not good
    with pytest.raises(ValueError, match="told"):
        raise error


def test_nested_calls_do_not_wait_for_themselves():
    outer = aside(lambda: where())
    assert foreign(outer)[0]


def test_crs_from_foreign_threads():
    """What crashed QGIS: a reference system in one task after another."""
    from carbon_planner.geometry.crs import Crs

    for _ in range(5):
        good, lonlat = foreign(lambda: Crs.from_text("EPSG:4545").to_lonlat([400000.0], [3289000.0]))
        assert good
        assert lonlat[1][0] == pytest.approx(29.7, abs=0.1)
