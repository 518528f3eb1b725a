"""Texts of the factor package: every id that the code names is there, in both languages, with the same placeholders."""

import re
import string

import pytest

from carbon_planner.base.messages import catalogue, load_texts
from carbon_planner.factors.resolved import FLAGS

ID = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"')
NO_MESSAGES = {"PARENT_FACTOR", "PARENT_CODE", "PADDED_CODE", "GWP_NOT_SPLIT", *FLAGS}  # flags


@pytest.fixture(scope="module")
def package(repository):
    return repository / "carbon_planner" / "factors"


@pytest.fixture(scope="module")
def named(package):
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    return set(ID.findall(code)) - NO_MESSAGES


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_named_text_exists(named):
    assert named - set(catalogue()) == set()


def test_no_text_is_left_over(named, package):
    assert set(load_texts(package / "messages.csv")) - named - {"LINES"} == set()


def test_both_languages_say_the_same(package):
    for name, texts in load_texts(package / "messages.csv").items():
        assert placeholders(texts["en"]) == placeholders(texts["zh"]), name
        assert re.search("[\u4e00-\u9fff]", texts["zh"]) or name == "AT_PLACE"
