"""scripts/run: its command line and its table."""

from __future__ import annotations

import pytest
import run_args
import run_table


@pytest.fixture
def layers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("zones.shp", "base.gpkg"):
        (tmp_path / name).touch()
    return tmp_path


def test_without_arguments_the_sample_is_evaluated():
    values = run_args.parameters(run_args.parse([]))
    assert values["ZONES"] == str(run_args.SAMPLE_ZONES)
    assert values["BASE"] == str(run_args.SAMPLE_BASE)
    assert values["ZONE_CLASS"] == "class_code"
    assert values["START_YEAR"] == "2025"
    assert values["END_YEAR"] == "2060"
    assert "PIECES" not in values
    assert "FACTOR_SET" not in values


def test_options_become_parameters(layers):
    text = (
        "zones.shp base.gpkg|layername=b --zone-class Z --base-class B --land-method flux --out o --factor-set s@1.0.0"
    )
    values = run_args.parameters(run_args.parse(text.split()))
    assert values["ZONES"] == str(layers / "zones.shp")
    assert values["BASE"] == f"{layers / 'base.gpkg'}|layername=b"
    assert values["LAND_METHOD"] == "flux"
    assert values["FACTOR_SET"] == "s@1.0.0"
    assert values["OUTPUT"] == values["LEDGER"] == str(layers / "o" / "carbon_planner.gpkg")
    assert values["REPORT"] == str(layers / "o" / "report.html")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("missing.shp --zone-class A", "there is no file missing.shp"),
        ("zones.shp", "nothing to evaluate"),
        ("zones.shp base.gpkg --zone-class A", "BASE needs --base-class"),
        ("zones.shp --zone-class A --start-year 2060", "--end-year must be later"),
        ("zones.shp --zone-class A --land-method both", "invalid choice"),
    ],
)
def test_wrong_usage_ends_with_two_and_a_reason(layers, capsys, line, words):
    with pytest.raises(SystemExit) as ended:
        run_args.parse(line.split())
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_chinese_takes_two_columns():
    assert run_table.width("碳a") == 3
    assert run_table.pad("碳", 4, right=True) == "  碳"
    assert run_table.width(run_table.shorten("碳" * 50)) <= run_table.MAX_WIDTH


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(None, 1, "–"), (1234.56, 1, "1,234.6"), (-2.0, 1, "−2.0"), (-0.001, 1, "0.0"), ("a", None, "a")],
)
def test_cells(value, decimals, text):
    assert run_table.cell(value, decimals) == text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_table_is_aligned_and_totals_come_from_the_run(language):
    zones = [
        ["甲地块", 1.5, 10.0, 5.0, 18.3, 10.0, 30.0, "SOIL_NE"],
        ["B", 20.25, None, None, None, None, None, "NO_BASE"],
    ]
    totals = {"HAS_NET": True, "AREA_HA": 21.0, "NET_TCO2E": 18.3, "NET_LOW": 10.0, "NET_HIGH": 30.0}
    lines = run_table.table(zones, totals, language).splitlines()
    assert len(lines) == 7
    assert "21.00" in lines[-1]
    assert "18.3" in lines[-1]
    columns = [run_table.width(line[: line.rstrip().rfind("18.3")]) for line in lines if "18.3" in line]
    assert len(set(columns)) == 1
    without = run_table.table(zones, {**totals, "HAS_NET": False}, language).splitlines()[-1]
    assert "18.3" not in without
