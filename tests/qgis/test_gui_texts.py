"""Texts of the desktop: each is seen by the extractor, each help page exists in both languages."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "carbon_planner"
HELP = PACKAGE / "resources" / "help"
SOURCES = sorted([*(PACKAGE / "gui").rglob("*.py"), PACKAGE / "plugin.py"])


def calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "translate":
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_literals(path):
    """Context and text are literals, and no trailing comma hides the call from pylupdate5."""
    text = path.read_text(encoding="utf-8").splitlines()
    for call in calls(path):
        context, source = call.args
        assert isinstance(context, ast.Constant), call.lineno
        assert context.value == "CarbonPlanner"
        assert isinstance(source, ast.Constant), call.lineno
        assert isinstance(source.value, str)
        tail = text[source.end_lineno - 1].encode("utf-8")[source.end_col_offset :].decode("utf-8")
        assert not tail.startswith(","), (path.name, call.lineno)


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]


def pages(lang):
    return {path.name: path.read_text(encoding="utf-8") for path in (HELP / lang).glob("*.html")}


def test_same_pages():
    assert set(pages("en")) == set(pages("zh"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages(lang):
    """Links lead to pages beside them, nothing is fetched, all pages are reached from the first."""
    found = {name: Page(text) for name, text in pages(lang).items()}
    for name, page in found.items():
        assert not {"script", "img", "link", "iframe"} & set(page.tags), name
        assert set(page.links) <= set(found), name
    reached, new = set(), {"index.html"}
    while new:
        reached |= new
        new = {link for name in new for link in found[name].links} - reached
    assert reached == set(found)


@pytest.mark.parametrize("name", sorted(path.name for path in (HELP / "en").glob("*.html")))
def test_same_structure(name):
    """The Chinese page says what the English one says: as many headings, terms and list items."""
    count = {
        lang: [Page(pages(lang)[name]).tags.count(tag) for tag in ("h1", "h2", "dt", "li")] for lang in ("en", "zh")
    }
    assert count["en"] == count["zh"]


def test_chinese_is_chinese():
    for name, text in pages("zh").items():
        assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 60, name
