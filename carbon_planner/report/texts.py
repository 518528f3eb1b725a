"""Wording of the report in both languages, from ``texts.csv``; warnings and errors live in ``messages.csv``."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from ..base.messages import LANGUAGES, load_texts

TEXTS = Path(__file__).with_name("texts.csv")
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
TAGS = {"en": "en", "zh": "zh-CN"}  # values of the lang attribute


class Texts:
    """The texts of one language; an unknown id is a programming error and raises KeyError."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.tag = TAGS[self.language]
        self._table = load_texts(TEXTS)

    def __call__(self, text_id: str, **params: Any) -> str:
        """The text with its placeholders filled; it stays plain text, escaping is the template's business."""
        template = self._table[text_id][self.language]
        return template.format(**params) if params else template

    def get(self, text_id: str, fallback: str) -> str:
        """As a call, for ids that come from data (flags, units, methods): ``fallback`` where there is no text."""
        entry = self._table.get(text_id)
        return entry[self.language] if entry else fallback


def plain(value: Any) -> str:
    """Text from data without control characters and direction overrides, which could reorder what stands beside it."""
    return "".join("\ufffd" if unicodedata.category(c) in _UNSEEN else c for c in str(value))
