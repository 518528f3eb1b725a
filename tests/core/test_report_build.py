"""The page and its twin: complete, self-contained, safe, whole or not at all, with the numbers of the frames."""

import builtins
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from report_cases import evaluation, totals, zone_frame

from carbon_planner.accounting.inputs import Settings
from carbon_planner.base.errors import InputError, MissingLibrary, StorageError
from carbon_planner.base.messages import message
from carbon_planner.report import charts as charts_package
from carbon_planner.report.build import render, write_report
from carbon_planner.report.context import context
from carbon_planner.report.facts import facts

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</td></tr></table><h1>x</h1>",
    "</style><style>*{display:none}</style>",
    "</title><script>1</script>",
    "{{ 7*7 }}{% include 'x' %}",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil.example></iframe>",
    "<!--",
    "]]><x>",
    "&lt;b&gt;&amp;",
    "$x^2$ $\\frac{",
    "a\u202egnp.exe",
    "\x00\x07<b>bold</b>",
)
VOID = {"meta", "img", "br", "hr", "input", "link", "rect", "path", "use", "circle"}


class Outline(HTMLParser):
    """Tags, attributes and open elements of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.ids, self.open, self.broken, self.attributes, self.text = [], [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data):
        self.text.append(data)


def outline(page):
    parser = Outline()
    parser.feed(page)
    parser.close()
    return parser


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report of 24 zones in both languages."""
    folder = tmp_path_factory.mktemp("report")
    case = evaluation()
    made = {}
    for language in ("en", "zh"):
        paths = write_report(
            case, folder / f"report_{language}.html", language=language, title="Plan A", created="2026-11-24T15:29:19Z",
            provenance={
                "software": "Carbon Planner 0.1.0", "base": None,
                "parameters": {"LAND_METHOD": "stock", "encoding": {"zones": "GBK", "base": None}, "factor_set": ""},
            },
        )  # fmt: skip
        made[language] = (paths, paths.html.read_text(encoding="utf-8"), json.loads(paths.json.read_text("utf-8")))
    return case, made


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_is_well_formed_and_accessible(written, language):
    _, page, _ = written[1][language]
    found = outline(page)
    assert found.broken == []
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert ("lang", {"en": "en", "zh": "zh-CN"}[language]) in found.attributes
    assert found.tags.count("table") == found.tags.count("caption")
    assert found.tags.count("h1") == 1
    labels = dict(re.findall(r'<svg [^>]*?aria-label="([^"]+)"[^>]*?viewBox="([^"]+)"', page))
    assert page.count("<svg") == page.count('role="img"') == 5
    assert all(labels)
    targets = {value[1:] for name, value in found.attributes if name in ("href", "aria-labelledby") and value[0] == "#"}
    assert targets <= set(found.ids)


def test_page_asks_nothing_of_the_outside(written):
    for _, page, _ in written[1].values():
        found = outline(page)
        assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(found.tags)
        assert all(v.startswith("#") for name, v in found.attributes if name in ("src", "href", "xlink:href"))
        assert all(target.startswith("#") for target in re.findall(r"url\(\s*['\"]?([^)]+)\)", page))
        assert not [name for name, _ in found.attributes if name.startswith("on")]
        assert "@import" not in page
        assert "default-src 'none'" in page
        assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}


def test_title_says_how_far_the_factors_can_be_trusted(written):
    _, page, _ = written[1]["en"]
    trust = "factors: 12\u00a0% verified, 60\u00a0% derived, 28\u00a0% recalled"
    assert f"<title>Plan A – {trust}</title>" in page
    assert re.search(rf"<h1>Plan A <small>– {trust}</small></h1>", page)
    assert "因子可信度：已核实 12%、推算 60%、凭记忆 28%" in written[1]["zh"][1]


def test_gross_stands_before_net_and_null_is_said(written):
    case, made = written
    text = " ".join(outline(made["en"][1]).text)
    assert 0 < text.index("Gross emissions") < text.index("Gross removals") < text.index("Net carbon impact")
    assert text.count("not evaluated") >= 5  # three sectors, two changes of class with one side unknown
    for _, page, _ in made.values():
        assert re.search(r"\b(nan|NaN|None|inf)\b", " ".join(outline(page).text)) is None
        assert case.zones["cp_bldg_t"].isna().all()
        assert "Undefined" not in page


def test_every_factor_and_rule_is_printed(written):
    case, made = written
    text = " ".join(outline(made["en"][1]).text)
    for row in case.factors.to_dict("records"):
        assert row["factor_id"] in text
        assert row["source"] in text
    for expected in (
        case.factor_set.ref, case.factor_set.content_hash, "Existing land use at the survey date", "Ellipsoidal area",
        "2026–2040, 15 years", "3.1\u00a0×\u00a010⁻¹⁴", "Carbon Planner 0.1.0", "LAND_METHOD = stock", "CC-BY-4.0",
        "2026-11-24 15:29 UTC", "encoding = zones: GBK, base: not stated", "factor_set = not stated",
        "Z007", "60 – 140", "min–max", "kind not stated", "no range stated", "COVER_CLASS",
        "Cover shares are the defaults of the class",
    ):  # fmt: skip
        assert expected in text, expected


def test_twin_holds_the_numbers_of_the_frames(written):
    case, made = written
    _, _, twin = made["en"]
    assert twin == {**made["zh"][2]}
    assert (twin["schema"], twin["schema_version"]) == ("carbon-planner-report", "1.1")
    names = [f["name"] for f in twin["zones"]["fields"]]
    assert names == list(case.zones.columns)
    for name, column in zip(names, zip(*twin["zones"]["rows"])):
        expected = [None if v is None or v != v else v for v in case.zones[name].tolist()]
        assert list(column) == expected, name
    exact = ("net", "low", "high", "emissions", "removals", "committed", "area_ha", "balance_error", "covered_share")
    for name in exact:
        assert twin["totals"][name] == getattr(case.totals, name), name
    nets = [None if v != v else v for v in case.totals.by_class["net_tco2e"].tolist()]
    assert [row["net_tco2e"] for row in twin["by_class"]] == nets
    assert [f["weight_t"] for f in twin["factors"]] == case.factors["weight_t"].tolist()
    assert twin["flags"] == {"COVER_CLASS": 24, "PARTIAL_RANGE": 8}
    others = ("buildings", "transport", "waste", "sinks", "other")
    assert twin["sectors"] == {"land": True, **dict.fromkeys(others, False)}


def test_by_year_closes_to_net_and_committed(written):
    _, _, twin = written[1]["en"]
    years = {y["year"]: sum(p["emission"] + p["removal"] for p in y["parts"].values()) for y in twin["time_line"]}
    assert list(years) == list(range(2026, 2046))
    assert sum(v for y, v in years.items() if y <= 2040) == pytest.approx(4000.0 * (0.9 + 0.18 - 0.14))
    assert sum(v for y, v in years.items() if y > 2040) == pytest.approx(4000.0 * 0.06)
    assert twin["time_line"][0]["parts"]["lost"] == {"emission": 3600.0, "removal": 0.0}
    assert twin["stocks"][0] == {"pool": "above", "baseline": 310.0, "plan": 180.0}


def test_texts_from_data_stay_text(tmp_path):
    frame = zone_frame(len(PAYLOADS), cp_zone_id=np.array(PAYLOADS, dtype=object))
    frame["cp_flags"] = "<b>FLAG</b>"
    factors = evaluation().factors
    for column in ("factor_id", "item_en", "item_zh", "parameter", "unit", "source", "region"):
        factors[column] = [PAYLOADS[i % len(PAYLOADS)] for i in range(len(factors))]
    by_class = totals(frame).by_class
    by_class["base_class"] = [PAYLOADS[i] for i in range(len(by_class))]
    case = evaluation(
        zones=frame,
        factors=factors,
        totals=totals(frame, by_class=by_class),
        warnings=[message("ZONES_OVERLAP", layer=p, area=p, count=1, zones=p) for p in PAYLOADS],
        settings=Settings(baseline=PAYLOADS[0]),
    )
    plain = outline(write_and_read(evaluation(len(PAYLOADS)), tmp_path / "plain.html"))
    for language in ("en", "zh"):
        page = write_and_read(
            case, tmp_path / f"{language}.html", language=language, title=PAYLOADS[5], created=PAYLOADS[1],
            provenance={PAYLOADS[0]: PAYLOADS[3], "parameters": {PAYLOADS[1]: PAYLOADS[2]}, "zones": [PAYLOADS[8]]},
        )  # fmt: skip
        found = outline(page)
        assert found.broken == []
        assert found.open == []
        assert set(found.tags) == set(plain.tags)
        assert found.tags.count("h1") == 1
        assert found.tags.count("style") == 1
        assert not [name for name, _ in found.attributes if name.startswith("on")]
        assert "<script>alert(1)</script>" in "".join(found.text)
        assert "{{ 7*7 }}" in "".join(found.text)
        assert "\u202e" not in page
        assert "\x00" not in page


@pytest.fixture
def no_charts(monkeypatch):
    """Leave the charts out where a test is not about them: they take most of the time."""
    monkeypatch.setattr("carbon_planner.report.build.draw_charts", lambda known, language: {})


def write_and_read(case, path, **options):
    return write_report(case, path, **options).html.read_text(encoding="utf-8")


def test_null_net_of_a_zone_is_never_a_zero(tmp_path, no_charts):
    frame = zone_frame(6)
    result = ("cp_net", "cp_emis", "cp_rem", "cp_land", "cp_cmt")
    frame.loc[2, [c for c in frame.columns if c.startswith(result)]] = np.nan
    page = write_and_read(evaluation(zones=frame), tmp_path / "r.html")
    row = re.search(r'<tr><th scope="row">Z003</th>.*?</tr>', page, re.DOTALL)[0]
    assert row.count("not evaluated") == 6
    assert "Z003: not evaluated</title>" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_net_the_state_is_shown_and_no_figure_of_a_change(tmp_path, no_charts, language):
    frame = zone_frame(6)
    change = ("cp_net", "cp_emis", "cp_rem", "cp_land", "cp_cmt", "cp_stke", "cp_pstk")
    frame.loc[:, [c for c in frame.columns if c.startswith(change)]] = np.nan
    frame["cp_conf"] = None
    case = evaluation(
        zones=frame,
        plan_system="",
        totals=totals(frame, has_net=False, net=0.0, low=0.0, high=0.0, plan_stock_tc=np.nan, confidence={}),
    )
    case.model.terms[:] = [t for t in case.model.terms if t.stage == "baseline"]
    page = write_and_read(case, tmp_path / "r.html", language=language)
    found = outline(page)
    words = "not evaluated" if language == "en" else "未评估"
    assert words in "".join(found.text)
    assert "chart-net" not in found.ids
    assert "chart-time" not in found.ids
    known = facts(case)
    assert known["totals"]["net"] is None
    assert known["totals"]["plan_stock_tc"] is None
    assert known["time_line"] == []
    shown = context(case, language=language)
    assert [row["figure"].null for row in shown["headline"]] == [False, True, True]
    assert ("factors by number: 3 derived, 3 verified" in page) == (language == "en") or "3 verified, 3 derived" in page


def test_flux_method_prints_its_own_rules(no_charts):
    text = " ".join(outline(render(facts(evaluation(settings=Settings(land_method="flux"))), language="en")).text)
    assert "pulse of carbon at conversion is not in it" in text
    assert "Yearly flux in the baseline" in text
    assert "Biomass and dead matter leave" not in text


def test_cut_tables_say_so(tmp_path, no_charts):
    case = evaluation(700)
    page = write_and_read(case, tmp_path / "r.html")
    assert "The 500 zones with the largest net of 700 are listed." in page
    assert page.count('<tr><th scope="row">Z') == 500 + 20
    assert len(json.loads((tmp_path / "r.json").read_text("utf-8"))["zones"]["rows"]) == 700


def test_five_thousand_zones_stay_below_three_megabytes(tmp_path):
    paths = write_report(evaluation(5000), tmp_path / "r.html")
    assert paths.html.stat().st_size < 3_000_000
    assert paths.json.stat().st_size < 3_000_000


def test_page_without_matplotlib_has_tables_and_a_message(monkeypatch):
    real = builtins.__import__

    def blocked(name, *args, **kwargs):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", blocked)
    for language, words in (("en", "Matplotlib is not installed"), ("zh", "未安装 Matplotlib")):
        page = render(facts(evaluation()), language=language)
        assert words in page
        assert "<svg" not in page
        assert page.count("<table") == 8
        assert outline(page).broken == []


def test_missing_jinja2_is_named(monkeypatch):
    real = builtins.__import__

    def blocked(name, *args, **kwargs):
        if name.split(".")[0] == "jinja2":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", blocked)
    with pytest.raises(MissingLibrary, match="Jinja2"):
        render(facts(evaluation()))


def test_charts_leave_the_settings_of_matplotlib_alone():
    matplotlib = pytest.importorskip("matplotlib")
    before = dict(matplotlib.rcParams)
    render(facts(evaluation()), language="zh")
    assert dict(matplotlib.rcParams) == before
    charts = Path(charts_package.__file__).parent
    assert not [p.name for p in charts.glob("*.py") if "import pyplot" in p.read_text("utf-8")]


def test_same_input_gives_the_same_bytes(tmp_path):
    first = write_report(evaluation(), tmp_path / "a.html", language="zh")
    second = write_report(evaluation(), tmp_path / "b.html", language="zh")
    assert first.html.read_bytes() == second.html.read_bytes()
    assert first.json.read_bytes() == second.json.read_bytes()


@pytest.mark.parametrize(
    "picture",
    [
        "<svg><script>1</script></svg>", "<svg onload='x'></svg>", "<svg><image href='http://x'/></svg>",
        "<svg><a href='javascript:1'/></svg>", "<svg fill='url(http://x)'/>", "<svg><foreignObject/></svg>",
    ],
)  # fmt: skip
def test_a_foreign_map_is_refused(tmp_path, picture):
    with pytest.raises(InputError, match="map picture"):
        write_report(evaluation(), tmp_path / "r.html", map_svg=picture)
    assert list(tmp_path.iterdir()) == []


def test_map_can_be_given_or_left_out(tmp_path, no_charts):
    own = '<svg viewBox="0 0 1 1" role="img" aria-label="own"><path id="mine"/><use href="#mine"/></svg>'
    assert own in write_and_read(evaluation(), tmp_path / "own.html", map_svg=own)
    assert "There is no geometry to draw." in write_and_read(evaluation(), tmp_path / "none.html", map_svg="")


def test_names_that_cannot_be_written_leave_what_was_there(tmp_path, no_charts):
    with pytest.raises(InputError, match=r"\.json"):
        write_report(evaluation(), tmp_path / "report.JSON")
    with pytest.raises(StorageError):
        write_report(evaluation(), tmp_path / "missing" / "report.html")
    page = tmp_path / "report.html"
    page.write_text("old", encoding="utf-8")
    (tmp_path / "report.json").mkdir()  # a folder stands where the twin belongs
    with pytest.raises(StorageError):
        write_report(evaluation(), page)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_broken_text_can_still_be_written(tmp_path, no_charts):
    frame = zone_frame(2, cp_zone_id=np.array(["\ud83d", "地块"], dtype=object))
    page = write_and_read(evaluation(zones=frame), tmp_path / "r.html")
    assert "地块" in page
