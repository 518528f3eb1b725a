"""The wording is complete: every text in both languages, every text used, no English left on a Chinese page."""

import re
from html.parser import HTMLParser
from string import Formatter

import pytest
from report_cases import evaluation

from carbon_planner.accounting.sectors import current
from carbon_planner.base.messages import load_texts
from carbon_planner.factors.store import open_set, shipped_sets
from carbon_planner.report.build import render
from carbon_planner.report.factor_table import PARAMETERS
from carbon_planner.report.facts import facts
from carbon_planner.report.texts import TEXTS, Texts, plain

PACKAGE = TEXTS.parent
TABLE = load_texts(TEXTS)
# Latin words that a Chinese page may hold: names, units, codes of classes, factors and flags, file formats.
LATIN = {
    "Carbon", "Planner", "tCO", "e", "ha", "a", "t", "C", "tC", "km", "m", "JSON", "json", "CSV", "QGIS", "SHA", "IPCC",
    "CN", "CQ", "CC", "BY", "CO", "min", "max", "EPSG", "schema", "carbon", "planner", "report", "cp", "unk", "flags",
    "COVER", "CLASS", "PARTIAL", "RANGE", "ZONE", "s", "cq", "mixed", "cm", "Z", "Matplotlib", "Python",
}  # fmt: skip
CHINESE = re.compile("[\u4e00-\u9fff]")


class Words(HTMLParser):
    """Visible text, labels and titles of a page, without styles."""

    def __init__(self):
        super().__init__()
        self.found, self._style = [], 0

    def handle_starttag(self, tag, attrs):
        self._style += tag in ("style", "defs")
        self.found += [value for name, value in attrs if name in ("aria-label", "title", "alt")]

    def handle_endtag(self, tag):
        self._style -= tag in ("style", "defs")

    def handle_data(self, data):
        if not self._style:
            self.found.append(data)


def words(page):
    parser = Words()
    parser.feed(page)
    return [w for w in parser.found if w.strip()]


def placeholders(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def used_ids():
    """Ids in calls t("…"), texts("…") of code and templates; families as prefixes."""
    ids, prefixes = set(), set()
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.j2")]:
        source = path.read_text(encoding="utf-8")
        ids |= set(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"', source))
        prefixes |= set(re.findall(r'f"([A-Z]+(?:_[A-Z]+)*_)\{', source))
    return ids, prefixes


def test_every_text_in_both_languages_with_the_same_placeholders():
    for text_id, entry in TABLE.items():
        if text_id == "EVIDENCE_":
            continue
        assert entry["en"], text_id
        assert entry["zh"] or text_id == "SENTENCE_SEPARATOR", text_id
        assert placeholders(entry["en"]) == placeholders(entry["zh"]), text_id
        assert CHINESE.search(entry["en"]) is None, text_id


def test_every_text_is_used_and_no_id_stands_twice():
    ids, prefixes = used_ids()
    lower = {
        "AREA_METHOD_",
        "BASELINE_",
        "METHOD_",
        "TIMING_",
        "RULE_CLASSES_",
        "BASELINE_STOCK",
        "PLAN_STOCK",
        "PLAN_FLUX",
    }
    families = tuple(prefixes | lower)
    assert [i for i in TABLE if i not in ids and not i.startswith(families)] == []
    lines = TEXTS.read_text(encoding="utf-8").splitlines()
    assert len(lines) - 1 == len(TABLE)


def test_every_call_finds_its_text():
    calls = set()
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.j2")]:
        calls |= set(re.findall(r'\b(?:t|texts)\("([A-Z0-9_]+)"', path.read_text(encoding="utf-8")))
    assert len(calls) > 80
    assert sorted(calls - set(TABLE)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_speaks_one_language(language):
    case = evaluation(provenance={})
    known = facts(case, title="" if language == "en" else "规划", provenance={"software": "Carbon Planner 0.1.0"})
    for factor in known["factors"]:
        factor["source"] = "source" if language == "en" else "来源"
    for warning in known["warnings"]:
        warning["texts_en"] = [w.replace("规划分区", "zones") for w in warning["texts_en"]]
    found = words(render(known, language=language))
    assert len(found) > 300
    if language == "en":
        assert [w for w in found if CHINESE.search(w)] == []
        return
    hashes = re.compile(f"{known['factor_set']['content_hash']}|{re.escape(known['factor_set']['ref'])}")
    latin = {w for text in found for w in re.findall(r"[A-Za-z]+", hashes.sub("", text))}
    assert sorted(latin - LATIN) == []


def test_unknown_text_is_an_error_and_unknown_data_shows_itself():
    texts = Texts("zh")
    with pytest.raises(KeyError):
        texts("NO_SUCH_TEXT")
    assert texts.get("POOL_PEAT", "peat") == "peat"
    assert texts.get("POOL_SOIL", "soil") == "土壤"
    assert (texts.tag, Texts("en").tag, Texts("de").tag) == ("zh-CN", "en", "en")


def test_plain_text_has_no_hidden_characters():
    assert plain("a\u202eb\x00c\ud800") == "a\ufffdb\ufffdc\ufffd"
    assert plain("地块 7\u3000甲") == "地块 7\u3000甲"


def test_every_parameter_of_the_library_is_named_in_both_languages():
    named = load_texts(PARAMETERS)
    wanted = {f.parameter for info in shipped_sets() for f in open_set(info.id).factors}
    wanted |= {f.parameter for f in current().factors.factors}
    assert len(wanted) > 100
    assert sorted(p for p in wanted if p not in named and f"POOL_{p.upper()}" not in TABLE) == []
    for name, entry in named.items():
        assert name == "value" or (entry["en"] and CHINESE.search(entry["zh"])), name
        assert CHINESE.search(entry["en"]) is None, name
