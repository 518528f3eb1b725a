"""The page on factors: its examples run and print what they say."""

import contextlib
import io
import re
import runpy
import tempfile

import pytest

from carbon_planner.factors.pack_reading import read_pack
from carbon_planner.factors.resolved import FLAGS
from carbon_planner.factors.series import RULES
from carbon_planner.factors.store import shipped_sets, use_store

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
PRINTED = re.compile(r"print\(.*\)  # (.*)")


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "factors.md").read_text(encoding="utf-8")


def test_every_example_runs_and_prints_what_it_says(page, repository, tmp_path, monkeypatch):
    blocks = BLOCK.findall(page)
    assert len(blocks) == 5
    monkeypatch.chdir(repository)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for number, block in enumerate(blocks):
        script = tmp_path / f"example_{number}.py"
        script.write_text(block, encoding="utf-8")
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output):
                runpy.run_path(str(script))
        finally:
            use_store(None)
        lines = output.getvalue().splitlines()
        for said in PRINTED.findall(block):
            expected = said.partition(", of the pack")[0]
            if expected != 'or "zh"':
                assert expected in lines, (number, said, lines)


def test_the_example_pack_is_valid_and_says_that_it_is_no_data(repository):
    pack = read_pack(repository / "docs" / "examples" / "factor_pack")
    assert pack.sets[0].info.status == "example"
    assert {f.source for f in pack.sets[0].factors} == {"hypothetical example"}


def test_the_page_names_all_flags_rules_and_the_number_of_sets(page):
    for word in (*FLAGS, *RULES):
        assert f"`{word}`" in page, word
    assert f"in {len(shipped_sets())} sets" in page
