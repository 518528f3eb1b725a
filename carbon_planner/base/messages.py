"""Texts of the core, in English and Chinese, from the ``messages.csv`` that lies beside the code that raises them.

The core knows no Qt and thus no Qt translator: a message travels as an id with parameters and becomes text where it is
shown, in the language asked for. The tests hold the tables complete: every id stands once, has both languages and the
same placeholders in both.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def load_texts(path: Path) -> dict[str, dict[str, str]]:
    """Read a table with the columns ``id,en,zh`` as {id: {language: text}}."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {row["id"]: {lang: row[lang] for lang in LANGUAGES} for row in csv.DictReader(handle)}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All messages of the plugin: the ``messages.csv`` of every package, merged."""
    merged: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parents[1].glob("*/messages.csv")):
        merged.update(load_texts(path))
    return merged


def language_of(locale: str) -> str:
    """The table's language for a locale name: ``zh`` for Simplified Chinese in any spelling, else ``en``."""
    name = locale.replace("-", "_")
    traditional = name.startswith(("zh_Hant", "zh_TW", "zh_HK", "zh_MO"))
    return "zh" if name.split("_")[0] == "zh" and not traditional else "en"


@dataclass(frozen=True)
class Message:
    """One thing to tell the user: an id of a ``messages.csv`` and the values of its placeholders.

    Values may be messages themselves.
    """

    id: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)

    def text(self, lang: str = "en") -> str:
        """The message in a language; an unknown id shows itself with its values rather than hiding them."""
        template = catalogue().get(self.id, {}).get(lang, "")
        params = {k: v.text(lang) if isinstance(v, Message) else v for k, v in self.params.items()}
        return template.format(**params) if template else f"{self.id} {params or ''}".rstrip()

    def __str__(self) -> str:
        return self.text()


def message(msg_id: str, **params: Any) -> Message:
    """Short form of :class:`Message`."""
    return Message(msg_id, params)
