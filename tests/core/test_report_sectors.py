"""What the report knows of a run with all sectors closes to its totals and hides nothing unknown."""

import re

import pytest
from report_sector_cases import evaluated

from carbon_planner.accounting.flags import table as flag_table
from carbon_planner.accounting.sectors import current
from carbon_planner.report.facts import facts
from carbon_planner.report.numbers import Numbers
from carbon_planner.report.sector_facts import listed_years
from carbon_planner.report.sectors import sector_page
from carbon_planner.report.texts import Texts

CHINESE = re.compile(r"[\u4e00-\u9fff]")
EN = (Texts("en"), Numbers("en", "not evaluated"))


@pytest.fixture(scope="module")
def result():
    return evaluated()


@pytest.fixture(scope="module")
def known(result):
    return facts(result)


def test_years_close_to_net_gross_and_committed(result, known):
    totals, end = result.totals, result.settings.end_year
    inside = [p for y in known["time_line"] if y["year"] <= end for p in y["parts"].values()]
    after = [p for y in known["time_line"] if y["year"] > end for p in y["parts"].values()]
    assert sum(p["emission"] + p["removal"] for p in inside) == pytest.approx(totals.net, rel=1e-9)
    assert sum(p["emission"] for p in inside) == pytest.approx(totals.emissions, rel=1e-9)
    assert sum(p["removal"] for p in inside) == pytest.approx(totals.removals, rel=1e-9, abs=1e-6)
    assert sum(p["emission"] + p["removal"] for p in after) == pytest.approx(totals.committed, rel=1e-9)


def test_path_and_sectors_close_to_the_net(result, known):
    detail, totals = known["sector_detail"], result.totals
    assert sum(y["net"] for y in detail["pathway"]) == pytest.approx(totals.net, rel=1e-9)
    for year in detail["pathway"]:
        assert sum(year["sectors"].values()) == pytest.approx(year["net"], rel=1e-9)
        assert year["net"] == pytest.approx(year["plan"] - year["baseline"] + year["change"], rel=1e-12)
    listed = [y["year"] for y in detail["pathway"] if y["low"] is not None]
    assert listed == [2026, 2030, 2035, 2040, 2045] == listed_years([y["year"] for y in detail["pathway"]])
    assert all(y["low"] < y["net"] < y["high"] for y in detail["pathway"] if y["low"] is not None)
    by_field = {e["sector"]: e for e in detail["effects"]}
    for name, effect in by_field.items():
        members = [m for m in detail["by_sector"] if m["field"] == name]
        assert sum(m["net_tco2e"] or 0.0 for m in members) == pytest.approx(effect["net_tco2e"] or 0.0, rel=1e-9)
    assert sum(e["net_tco2e"] or 0.0 for e in by_field.values()) == pytest.approx(totals.net, rel=1e-9)


def test_unknown_is_told_and_never_nought(known):
    rows = {r["name"]: r for r in sector_page(known, *EN)["effects"] if not r["part"]}
    assert rows["Buildings"]["zones"].text == "12 / 12"
    others = rows["Industry, agriculture and others"]
    zones = {m["sector"]: m["zones"] for m in known["sector_detail"]["by_sector"]}
    assert others["gap"]
    assert others["zones"].text == f"{zones['industry']} / 12"
    assert zones["industry"] < 12
    page = sector_page(known, *EN)
    assert page["gaps"]


def test_lines_outside_the_net_say_why(result, known):
    rows = {(r["sector"], r["line"]): r for r in known["sector_detail"]["information"]}
    materials = rows["buildings", "materials"]
    assert (materials["scope"], materials["name_en"]) == ("3", "Materials, A1-A3")
    assert materials["name_zh"].startswith("建材生产")
    assert materials["plan"] > 0.0
    assert rows["sinks", "green_added"]["plan"] < 0.0
    yearly = result.totals.yearly
    rest = yearly[(yearly["in_net"] == 0) & (yearly["scope"] == "3") & (yearly["stage"] == "plan")]
    third = sum(r["plan"] for r in rows.values() if r["scope"] == "3")
    assert third == pytest.approx(rest["tco2e"].sum(), rel=1e-9)
    page = {r["line"]: r for r in sector_page(known, *EN)["information"]}
    assert page["Materials, A1-A3"]["scope"] == "scope 3, embodied and elsewhere"
    assert page["Materials, A1-A3"]["why"] == "outside the view of this run"
    assert page["Green area added"]["why"].startswith("Green area on the ground is counted by the land cover")
    assert not rows["buildings", "embodied_year"]["in_some_view"]
    assert page["Car trips to work, by jobs"]["why"].startswith("a second estimate")


def test_intensive_quantities_have_no_sum(known):
    rows = {(r["side"], r["quantity"]): r for r in known["sector_detail"]["quantities"]}
    ratio, floor = rows["plan", "plot_ratio"], rows["plan", "floor_area_m2"]
    assert ratio["total"] is None
    assert ratio["largest"] >= 2.0
    assert floor["total"] > 0.0
    assert all(count > 0 for row in rows.values() for count in row["origins"].values())
    page = {(r["side"], r["quantity"]): r for r in sector_page(known, *EN)["quantities"]}
    assert " – " in page["Plan", "Plot ratio"]["figure"].text
    assert page["Plan", "Floor area"]["figure"].text.endswith("m²")
    assert "stated" in page["Plan", "Plot ratio"]["origins"]


def test_confidence_of_the_title_weighs_all_sectors(result, known):
    weights = result.factors.groupby("confidence")["weight_t"].sum()
    assert known["confidence"]["verified"] == pytest.approx(weights["verified"] / weights.sum(), rel=1e-9)
    heaviest = known["factors"][0]
    assert heaviest["sectors"][0] == "buildings"
    beyond = [f for f in known["factors"] if f["weight_t"] and "land" not in f["sectors"]]
    assert sum(f["weight_t"] for f in beyond) > 0.5 * weights.sum()


def test_contributors_name_their_factors(result, known):
    found = known["uncertainty"]
    assert (found["method"], found["approach"], found["draws"], found["convergence"]) == ("A1", 1, None, None)
    shares = [c["share"] for c in found["contributors"]]
    assert shares == sorted(shares, reverse=True)
    assert 0.0 < sum(shares) <= 1.0 + 1e-9
    ids = {(f["factor_id"], f["fset"]) for f in known["factors"]}
    assert {(c["factor_id"], c["fset"]) for c in found["contributors"] + found["without_range"]} <= ids
    without = {f["factor_id"]: f["weight"] for f in found["without_range"]}
    assert any(name.startswith("grid_") for name in without)
    ranges = {f["factor_id"]: f["range_kind"] for f in known["factors"]}
    assert all(ranges[c["factor_id"]] != "none" for c in found["contributors"])


def test_sectors_of_the_tables_and_flags_have_words_in_both_languages(result):
    for info in [*current().sectors.values(), *current().quantities.values()]:
        assert info.name_en
        assert CHINESE.search(info.name_zh) or info.name_zh
    flags = {f for text in result.zones["cp_flags"] for f in text.split()}
    assert {"NULL_NET", "ACT_DEFAULT"} <= flags
    assert flags <= set(flag_table())
