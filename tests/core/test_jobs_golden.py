"""The golden table of the self-test: complete in both languages, called by name, and true."""

import dataclasses

import pytest

from carbon_planner.jobs import golden


@pytest.mark.parametrize("answer", list(golden.answers()), ids=lambda a: a.case.id)
def test_the_number_comes_out(answer):
    assert answer.good, (answer.case.expected, answer.found)


def test_cases_are_unique_and_told_in_both_languages():
    cases = golden.cases()
    assert len({case.id for case in cases}) == len(cases)
    assert {case.section for case in cases} >= {"4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "4.10"}
    for case in cases:
        assert case.call in golden.calls()
        assert case.texts["en"].isprintable()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in case.texts["zh"]), case.id


def test_a_wrong_number_is_found():
    answer = next(golden.answers())
    assert not dataclasses.replace(answer, found=answer.found * (1 + 1e-6)).good
