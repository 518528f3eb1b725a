"""The message tables: every id once, both languages, same placeholders; every id that the code speaks of is there."""

import re
import string
from collections import Counter
from pathlib import Path

import pytest

from carbon_planner.base.messages import LANGUAGES, catalogue, load_texts

PACKAGE = Path(__file__).parents[2] / "carbon_planner"
TABLES = sorted(PACKAGE.glob("*/messages.csv"))
RAISED = re.compile(r"(?:Error|MissingLibrary|message|Invalid\w+|refus\w+)\(\s*\"([A-Z][A-Z0-9_]*[A-Z0-9])\"")
# ids put together from a part that is fixed and one that varies
MADE = {
    "carbon_planner/accounting/overlay.py": [
        f"GEOMETRY_{kind}" for kind in ("NULL", "EMPTY", "REPAIRED", "NOT_POLYGON", "NOT_FINITE")
    ],
    "carbon_planner/geometry/validity.py": [
        f"GEOM_{kind}" for kind in ("NULL", "EMPTY", "REPAIRED", "NOT_POLYGON", "NOT_FINITE", "Z_DROPPED")
    ],
}


def placeholders(text: str) -> set:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_id_stands_twice():
    ids = Counter(msg_id for path in TABLES for msg_id in load_texts(path))
    assert [msg_id for msg_id, count in ids.items() if count > 1] == []
    assert len(ids) == len(catalogue())


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.parent.name)
def test_both_languages_say_the_same(path):
    for msg_id, texts in load_texts(path).items():
        assert all(texts[lang].strip() for lang in LANGUAGES), msg_id
        assert placeholders(texts["en"]) == placeholders(texts["zh"]), msg_id
        # a few texts are only signs and placeholders
        assert texts["en"] != texts["zh"] or not re.search("[A-Za-z]{3}", re.sub(r"{\w+}", "", texts["en"])), msg_id


def test_every_id_has_a_text():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for msg_id in RAISED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(msg_id, path.name)
    assert len(found) > 100
    assert {msg_id: name for msg_id, name in found.items() if msg_id not in catalogue()} == {}
    assert [msg_id for ids in MADE.values() for msg_id in ids if msg_id not in catalogue()] == []


def test_reasons_are_worded():
    from carbon_planner.accounting.remarks import REASONS

    assert [flag for flag in REASONS if f"REASON_{flag}" not in catalogue()] == []
