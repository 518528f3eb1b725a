"""The page of a run with all sectors: one language, every factor, conventions, draws, figures of the user."""

import json
import re

import pandas as pd
import pytest
from report_sector_cases import evaluated, words

from carbon_planner.factors.overrides import Override
from carbon_planner.report.build import compose, render
from carbon_planner.report.charts.canvas import available
from carbon_planner.report.charts.pathway import pathway
from carbon_planner.report.facts import facts
from carbon_planner.report.numbers import Numbers
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


def test_every_factor_is_listed_once_under_its_sector(result):
    text, _ = compose(result)
    page = text.decode("utf-8")
    table = page[page.index('<section id="factors"') : page.index('<section id="method"')]
    ids = re.findall(r"<code>([^<]+)</code>", table)
    assert sorted(ids) == sorted(result.factors["factor_id"])
    for sector in ("Carbon held", "Buildings", "Transport", "Waste", "Water"):
        assert sector == "Carbon held" or re.search(rf'rowgroup" colspan="6">{sector} – ', table), sector


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_speaks_one_language(result, language):
    known = facts(result)
    for factor in known["factors"]:
        factor["source"] = "source" if language == "en" else "来源"
    for group in known["warnings"] + known["statement"]:
        group[f"texts_{language}"] = [t.replace("zones", "").replace("base", "") for t in group[f"texts_{language}"]]
    found = words(render(known, language=language))
    if language == "en":
        assert [w for w in found if CHINESE.search(w)] == []
        return
    names = {"Carbon Planner"}
    latin = [w for w in found if re.search(r"[A-Za-z]{4,}", re.sub(r"CO₂e?|[A-Z]-\d+|kWh|https?\S+", "", w))]
    known_codes = re.compile(
        r"^[A-Z_ 0-9]+$|@|SHA|GPL|AR6|CN-|IPCC|tCO|vkm|pkm|BOD|cp_|CSV|QGIS|carbon-planner|DOCf|kgC"
    )
    assert [w for w in latin if not known_codes.search(w) and w not in names] == []


def test_parts_of_the_page_that_an_approver_needs(result):
    page = " ".join(words(compose(result)[0].decode("utf-8")))
    for expected in (
        "scopes 1 and 2 of what the plan uses", "Views are never added", "100-year potentials of AR6",
        "Which factor to measure next", "The interval is partial", "Factors overridden", "Chongqing (CN-CQ)",
        "error propagation (IPCC approach 1)", "Removals (", "read the gross emissions", "series provincial",
        "Zones with a net", "in no net", "Net of each zone by sector", "Grey intervals are partial",
    ):  # fmt: skip
        assert expected in page, expected
    assert "nan" not in page.lower().split()


def test_draws_are_told_with_seed_and_convergence():
    run = evaluated(draws=400, seed=7)
    known = facts(run)
    found = known["uncertainty"]
    assert (found["method"], found["draws"], found["seed"]) == ("MC n=400 seed=7", 400, 7)
    assert found["convergence"]["counts"] == [50.0, 100.0, 200.0, 400.0]
    assert "400" in found["convergence"]["text_zh"]
    page = " ".join(words(render(known)))
    assert "Monte Carlo, 400 draws, seed 7" in page
    assert "2.5 % and 97.5 % quantiles" in page
    assert found["convergence"]["text_en"] in page
    assert json.loads(compose(run)[1])["uncertainty"] == json.loads(json.dumps(found))


def test_figures_of_the_user_are_marked_with_their_reason():
    own = Override("grid.electricity", "", 0.4, 0.35, 0.45, reason="contract of the park, 2026", confidence="verified")
    run = evaluated(overrides=(own,))
    known = facts(run)
    marked = [f for f in known["factors"] if f["overridden"]]
    assert [f["value"] for f in marked] == [0.4]
    page = " ".join(words(render(known)))
    assert "contract of the park, 2026" in page
    assert "figure of the user, in place of grid_" in page
    assert known["sector_detail"]["overrides"][0]["reason"] == "contract of the park, 2026"


def test_links_and_pages_of_sources_are_printed(known):
    case = json.loads(json.dumps(known))
    case["factors"][0].update(link="https://example.org/a?b=1&c=2", page="12")
    case["factors"][1].update(link="javascript:alert(1)", page="")
    page = render(case)
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">link</a>' in page
    assert "p. 12" in page
    assert "javascript:" not in page


def test_sectors_of_others_go_by_their_own_names(known):
    case = json.loads(json.dumps(known))
    foreign = {"sector": "ports", "name_en": "Ports", "name_zh": "港口", "field": "other", "net_tco2e": 12.0}
    case["sector_detail"]["by_sector"].append({**foreign, "low": 3.0, "high": 20.0, "zones": 2})
    case["sector_detail"]["evaluated"].append("ports")
    case["factors"][0]["sectors"] = ["ports"]
    assert any(r["name"] == "Ports" and r["part"] for r in sector_page(case, *EN)["effects"])
    page = render(case, language="zh")
    assert "港口" in page
    assert "ports" not in " ".join(words(page))


def test_other_view_is_worded():
    page = " ".join(
        words(compose(evaluated(view="territorial", sectors=("land", "buildings", "transport")))[0].decode())
    )
    assert "territorial (scope 1)" in page
    assert "power plants included" in page
    assert "Not included: Energy supply on site, Waste, Water, Industry, Agriculture" in page


@pytest.mark.skipif(not available(), reason="needs Matplotlib")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pathway_chart_of_made_years(language):
    t, n = Texts(language), Numbers(language, "")
    parts = {"land": -300.0, "buildings": 900.0, "transport": 200.0, "waste": 90.0, "sinks": -40.0, "other": 5.0}
    years = [
        {"year": 2026 + i, "net": sum(parts.values()), "low": 500.0 if i % 5 == 4 else None,
         "high": 1200.0 if i % 5 == 4 else None, "sectors": parts}
        for i in range(15)
    ]  # fmt: skip
    chart = pathway(years, t, n)
    assert "2026" in chart.label
    assert "2040" in chart.label
    assert chart.svg.count("<path") > 90
    assert pathway([], t, n) is None
    assert pathway([{**years[0], "sectors": {"land": 0.0}}], t, n) is None


def test_land_alone_has_none_of_it():
    run = evaluated(sectors=("land",))
    known = facts(run)
    assert known["uncertainty"] is None
    assert known["sector_detail"]["by_sector"] == known["sector_detail"]["pathway"] == []
    assert all("sectors" not in f for f in known["factors"])
    page = render(known)
    for part in ('id="sectors"', 'id="measure"', 'zones by-sector"', 'class="wide"', "Removals ("):
        assert part not in page
    assert isinstance(run.totals.sectors, pd.DataFrame)
