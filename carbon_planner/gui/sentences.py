"""Longer texts are translated sentence by sentence: pylupdate5 does not see a call that ends with a trailing comma."""

from __future__ import annotations

from ..bridge.settings import language


def sentences(*parts: str) -> str:
    """Join sentences as the language does: Chinese puts no space between them."""
    return ("" if language() == "zh" else " ").join(parts)


def listing(parts: list[str]) -> str:
    """A list within a sentence."""
    return ("、" if language() == "zh" else ", ").join(parts)
