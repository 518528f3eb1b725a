"""The worked example is what the program gives, and its numbers can be followed."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def example():
    loader = importlib.machinery.SourceFileLoader("make_example", str(ROOT / "scripts" / "make_example"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_example", loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def result(example):
    return example.evaluated()


def test_pages_are_up_to_date(example, result):
    for lang, path in example.PAGES.items():
        assert path.read_text(encoding="utf-8") == example.page(result, lang), "run scripts/make_example"


def test_lines_add_up_to_the_net(example, result):
    lines = example.lines_of(result)
    sign = lines.stage.map({"baseline": -1.0, "plan": 1.0, "change": 1.0}).fillna(0.0)
    assert (lines.tonnes * sign).sum() == pytest.approx(result.totals.net, rel=1e-12)


def test_every_factor_of_a_line_stands_with_its_source(example, result):
    lines = example.lines_of(result)
    text = example.page(result, "en")
    listed = set(re.findall(r"^\| `([^`]+)` \|", text[text.index("## Factors and their sources") :], re.MULTILINE))
    used = {factor for ids in lines.factor_id for factor in ids if factor}
    assert used <= listed
    for row in example.factor_rows(result, lines, "en"):
        assert row[6], f"{row[0]} has no source"
        assert row[7] in ("verified", "derived", "recalled")
