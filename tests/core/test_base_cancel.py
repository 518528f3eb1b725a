"""Cancelling deep in a computation, and returning before everything is freed."""

from __future__ import annotations

import threading
import time
from typing import ClassVar

import numpy as np
import pytest

from carbon_planner.accounting.grouping import summed
from carbon_planner.base.errors import Cancelled
from carbon_planner.base.feedback import heard, pause
from carbon_planner.base.letting_go import let_go_later


def test_pause_asks_who_is_heard():
    asked = []
    pause()  # nobody
    with heard(lambda: bool(asked.append(1))):
        pause()
        with heard(lambda: True), pytest.raises(Cancelled):
            pause()
        pause()
    pause()
    assert len(asked) == 2


def test_pause_is_of_its_own_thread():
    failed = []

    def other():
        try:
            pause()
        except Cancelled:
            failed.append(True)

    with heard(lambda: True):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert failed == []


def test_sums_hear_a_cancel():
    with heard(lambda: True), pytest.raises(Cancelled):
        summed(np.array([1, 1]), np.array([1.0, 2.0]))


class Thing:
    """Notes the thread in which it dies."""

    died: ClassVar[list[str]] = []

    def __del__(self):
        Thing.died.append(threading.current_thread().name)


class Holder:
    def __init__(self, things):
        self.things = things


Holder.__module__ = "carbon_planner.somewhere"  # as an object of the plugin


def cancelled_run(count):
    plain = [Thing() for _ in range(count)]
    array = np.array([Thing() for _ in range(count)], dtype=object)
    holder = Holder([Thing() for _ in range(count)])
    single = Thing()
    if plain and len(array) and holder and single:
        raise Cancelled


@pytest.mark.parametrize(("count", "later"), [(20_000, 60_000), (50, 0)])
def test_large_things_die_in_another_thread(count, later):
    Thing.died = []
    try:
        cancelled_run(count)
    except Cancelled as error:
        let_go_later(error)
    here = threading.current_thread().name
    assert set(Thing.died) == {here}
    assert len(Thing.died) == 3 * count + 1 - later
    end = time.monotonic() + 20
    while len(Thing.died) < 3 * count + 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert Thing.died.count("carbon_planner freeing") == later
