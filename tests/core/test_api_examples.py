"""The examples of docs/api.md run as they stand."""

import doctest
from pathlib import Path

import pytest

pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_examples_of_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > 25


def test_every_public_name_is_there_and_told_of():
    from carbon_planner import api

    text = PAGE.read_text(encoding="utf-8")
    for name in api.__all__:
        assert getattr(api, name).__doc__ or name in text
    for name in ("evaluate", "evaluate_files", "replay", "compare", "read_scenario", "Settings", "PlanZones"):
        assert f"api.{name}" in text, name
