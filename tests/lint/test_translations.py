"""The Chinese translation is complete and current."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

TS = Path("i18n", "carbon_planner_zh_CN.ts")


def messages(path: Path) -> dict[tuple[str, str], ET.Element]:
    """Translation elements by context and source text."""
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in ET.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


@pytest.fixture(scope="module")
def current(repository, tmp_path_factory) -> dict[tuple[str, str], ET.Element]:
    """The translation as scripts/update_translations would leave it."""
    copy = tmp_path_factory.mktemp("i18n") / TS.name
    shutil.copyfile(repository / TS, copy)
    subprocess.run([repository / "scripts" / "update_translations", str(copy)], check=True, capture_output=True)
    return messages(copy)


def test_every_text_of_the_code_is_there_and_no_other(repository, current):
    kept = messages(repository / TS)
    assert sorted(set(current) - set(kept)) == []
    assert sorted(set(kept) - set(current)) == []


def test_every_text_is_translated(current):
    missing = [
        source
        for (_, source), message in current.items()
        if not (message.findtext("translation") or "").strip()
        or (message.find("translation") is not None and message.find("translation").get("type"))
    ]
    assert missing == []


def test_placeholders_are_kept(current):
    wrong = [
        source
        for (_, source), message in current.items()
        if sorted(re.findall(r"\{[^}]*\}", source))
        != sorted(re.findall(r"\{[^}]*\}", message.findtext("translation") or ""))
    ]
    assert wrong == []


def test_one_context_and_no_spoilt_escapes(current):
    assert {context for context, _ in current} <= {"CarbonPlanner"}
    assert [source for _, source in current if re.search(r"\bu[0-9a-f]{4}\b", source)] == []
