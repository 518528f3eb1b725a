"""The Chinese translation of the user interface is complete, current and well formed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess

import pytest
from bilingual import CONTEXT, PACKAGE, TS, place, translated_calls, ts_messages

MNEMONIC = re.compile(r"&(\w)")


@pytest.fixture(scope="module")
def current(repository, tmp_path_factory):
    """The translation as scripts/update_translations would leave it."""
    copy = tmp_path_factory.mktemp("i18n") / TS.name
    shutil.copyfile(repository / TS, copy)
    subprocess.run([repository / "scripts" / "update_translations", str(copy)], check=True, capture_output=True)
    return ts_messages(copy)


@pytest.fixture(scope="module")
def texts(current) -> dict[str, str]:
    """Chinese by English."""
    return {source: message.findtext("translation") or "" for (_, source), message in current.items()}


def test_every_text_of_the_code_is_there_and_no_other(repository, current):
    kept = ts_messages(repository / TS)
    assert sorted(set(current) - set(kept)) == []
    assert sorted(set(kept) - set(current)) == []


def test_no_text_escapes_the_tool(current):
    """Read from the syntax tree: pylupdate5 knows less of Python than Python does."""
    in_code = {
        node.args[1].value
        for path in PACKAGE.rglob("*.py")
        for node in translated_calls(path)
        if len(node.args) >= 2 and isinstance(node.args[1], ast.Constant)
    }
    assert {source for _, source in current} == in_code


def test_every_call_names_the_context_and_a_plain_literal():
    wrong = [
        place(path, node)
        for path in PACKAGE.rglob("*.py")
        for node in translated_calls(path)
        if len(node.args) != 2
        or not all(isinstance(arg, ast.Constant) and isinstance(arg.value, str) for arg in node.args)
        or node.args[0].value != CONTEXT
    ]
    assert wrong == []


def test_every_text_is_translated(current):
    missing = [
        source
        for (_, source), message in current.items()
        if not (message.findtext("translation") or "").strip()
        or (message.find("translation") is not None and message.find("translation").get("type"))
    ]
    assert missing == []


def test_placeholders_are_kept(texts):
    wrong = [
        source
        for source, chinese in texts.items()
        if sorted(re.findall(r"\{[^}]*\}", source)) != sorted(re.findall(r"\{[^}]*\}", chinese))
    ]
    assert wrong == []


def test_one_context_and_no_spoilt_escapes(current):
    assert {context for context, _ in current} <= {CONTEXT}
    assert [source for _, source in current if re.search(r"\bu[0-9a-f]{4}\b", source)] == []


def test_access_keys_stand_behind_the_chinese_text(texts):
    """``&File…`` becomes ``文件(&F)…``: the same key, so that keys that differ in English differ in Chinese."""
    wrong = []
    for source, chinese in texts.items():
        keys = [key.upper() for key in MNEMONIC.findall(source.replace("&&", ""))]
        kept = re.findall(r"\(&([A-Z])\)", chinese) == keys and chinese.count("&") == len(keys)
        behind = not keys or re.search(r"\(&[A-Z]\)(…|：)?$", chinese)
        if not (kept and behind):
            wrong.append((source, chinese))
    assert wrong == []


def test_ellipses_and_full_stops_are_those_of_the_source(texts):
    def end(text: str) -> str:
        last = text.rstrip()[-1:]
        return {"。": ".", "：": ":", "？": "?", "！": "!", "，": ","}.get(last, last if last in ".…:?!," else "")

    assert [(source, chinese) for source, chinese in texts.items() if end(source) != end(chinese)] == []
    assert [text for pair in texts.items() for text in pair if "..." in text] == []


def test_file_filters_keep_their_patterns(texts):
    wrong = [
        source
        for source, chinese in texts.items()
        if "(*." in source
        and re.findall(r"\([^)]*\*\.[^)]*\)|;;", source) != re.findall(r"\([^)]*\*\.[^)]*\)|;;", chinese)
    ]
    assert wrong == []
