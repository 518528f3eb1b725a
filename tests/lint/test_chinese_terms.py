"""The Chinese texts say the glossary's terms, keep their placeholders and are set as Chinese is."""

from __future__ import annotations

import re
import string

import pytest
from bilingual import bilingual_tables, chinese_pages, everything, glossary, of_table

CJK = "\u3400-\u9fff"
# a comma, colon or bracket of ASCII behind a Chinese sign, but not the access key of a button or a file filter
HALF_WIDTH = re.compile(rf"[{CJK}”）][,;:?!]|[{CJK}”]\((?!&\w\))|[{CJK}]\.(?![a-z0-9])|[{CJK}] [,;:，。；：]")


@pytest.fixture(scope="module")
def pairs():
    return everything()


@pytest.fixture(scope="module")
def chinese(pairs) -> list[tuple[str, str]]:
    """Every Chinese text with its place."""
    return [(pair.where, pair.zh) for pair in pairs] + list(chinese_pages().items())


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_the_glossary_is_consistent():
    terms = glossary()
    assert len(terms) > 100
    assert len({term.en for term in terms}) == len(terms)
    assert [term.en for term in terms if not term.zh] == []
    assert [term.en for term in terms] == sorted((term.en for term in terms), key=str.lower)
    official = [term.zh for term in terms]
    clashes = [(word, zh) for term in terms for word in term.avoid for zh in official if word in zh]
    assert clashes == []


def test_no_variant_is_used_where_there_is_a_term(chinese):
    found = [
        f"{where}: {word} → {term.zh}"
        for term in glossary()
        for word in term.avoid
        for where, text in chinese
        if word in text
    ]
    assert found == []


def test_terms_are_translated_by_the_glossary(pairs):
    """For terms that have one meaning; names of parameters and placeholders are no terms.

    Descriptions of shipped sets are free in their wording.
    """
    wrong = []
    for term in glossary():
        if not term.always:
            continue
        # not inside another word, a name with underscores or a compound with a hyphen
        found = re.compile(rf"(?<![\w-]){re.escape(term.en)}(s|es)?(?![\w-])", re.IGNORECASE)
        for pair in pairs:
            if pair.where.startswith("library/"):
                continue
            if found.search(re.sub(r"\{[^}]*\}|&", "", pair.en)) and term.zh not in re.sub(r"\(&\w\)", "", pair.zh):
                wrong.append(f"{pair.where}: {term.en} → {term.zh}, not: {pair.zh[:60]}")
    assert wrong == []


@pytest.mark.parametrize("path", bilingual_tables(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_tables_have_both_languages_with_the_same_placeholders(path):
    found = of_table(path)
    assert found
    differing = [pair.where for pair in found if placeholders(pair.en) != placeholders(pair.zh)]
    assert differing == []
    assert [pair.where for pair in found if pair.en.strip() and not pair.zh.strip()] == []


def test_punctuation_is_full_width(chinese):
    found = [
        (where, hit.group(), text[max(0, hit.start() - 12) :][:30])
        for where, text in chinese
        for hit in HALF_WIDTH.finditer(text)
    ]
    assert found == []


def test_per_cent_signs_follow_their_number(chinese):
    assert [(where, text[:60]) for where, text in chinese if re.search(r"[\d}] %", text)] == []


def test_quotation_marks_are_chinese_and_paired(chinese):
    assert [(where, text[:60]) for where, text in chinese if re.search(rf'"[{CJK}]|[{CJK}]"', text)] == []
    assert [(where, text[:60]) for where, text in chinese if text.count("“") != text.count("”")] == []


def test_nothing_is_left_in_english(pairs):
    """A Chinese text has Chinese signs unless it is only a name, a code or a placeholder."""
    left = [
        pair
        for pair in pairs
        if not re.search(f"[{CJK}]", pair.zh)
        and re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", re.sub(r"\{[^}]*\}|\([^)]*\)", "", pair.zh))
    ]
    assert left == []


def test_the_chinese_readme_mirrors_the_english_one(repository):
    """As many sections, the same commands and files; a change of one asks for a change of the other."""
    english, chinese = ((repository / name).read_text(encoding="utf-8") for name in ("README.md", "docs/zh/README.md"))

    def parts(text: str) -> tuple[int, int, set[str]]:
        commands = re.findall(r"(?:scripts|dist)/[\w.-]+|--[a-z-]+|cp_\w*|QGIS \d\.\d+", text)
        return text.count("\n## "), len(re.findall(r"^\d\. ", text, re.MULTILINE)), set(commands)

    assert parts(english) == parts(chinese)
    assert "docs/zh/README.md" in english
