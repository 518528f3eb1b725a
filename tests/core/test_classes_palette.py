"""Colours of classes."""

import re

import pytest

from carbon_planner.classes.palette import NO_CLASS, class_colour, palette, rgb


def test_every_class_that_means_something_has_a_colour(classes):
    for info in classes.systems():
        for code in classes.system(info.id).codes():
            colour = class_colour(info.id, code)
            assert re.fullmatch("#[0-9a-f]{6}", colour)
            if classes.match(info.id, code).generic is not None:
                assert colour != NO_CLASS, (info.id, code)


def test_rows_belong_to_classes_and_name_their_source(classes):
    for (system, code), entry in palette().items():
        assert code in classes.system(system)
        assert entry.confidence in ("recalled", "judgement") and entry.source


@pytest.mark.parametrize(
    ("system", "code", "like"),
    [
        ("landsea2023", "070102", "0701"),
        ("gb50137", "M2", "10"),
        ("survey3", "0101", "01"),
        ("landsea2020", "2302", "2303"),
    ],
)
def test_a_class_takes_the_colour_of_its_parent_or_counterpart(system, code, like):
    assert class_colour(system, code) == class_colour("landsea2023", like)


def test_first_level_classes_differ(classes):
    first = [record.code for record in classes.system("landsea2023").children()]
    assert len({class_colour("landsea2023", code) for code in first}) == len(first) == 24


def test_unknown_code_is_grey():
    assert class_colour("landsea2023", "zz") == NO_CLASS
    assert rgb(NO_CLASS) == (240, 240, 240)
