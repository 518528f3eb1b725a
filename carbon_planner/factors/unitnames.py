"""Spellings of units in tables, brought to the form that :mod:`base.units` parses: ``tC/ha``, ``tC/(ha·yr)``.

Only spelling is changed (``t C hm-2 a-1`` and ``吨碳/(公顷·年)`` both become ``tC/(ha·yr)``), never the figure.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..base.errors import UnitError
from ..base.units import Unit, parse_unit

_WORDS = (
    ("平方公里", "km2"),
    ("平方千米", "km2"),
    ("平方米", "m2"),
    ("公顷", "ha"),
    ("二氧化碳当量", "CO2e"),
    ("二氧化碳", "CO2"),
    ("千克", "kg"),
    ("公斤", "kg"),
    ("吨", "t"),
    ("碳", "C"),
    ("亩", "mu"),
    ("年", "yr"),
)
_TOKENS = {"hm2": "ha", "hm^2": "ha", "hectare": "ha", "a": "yr", "y": "yr", "year": "yr", "m^2": "m2", "km^2": "km2"}
_MIDDLE_DOTS = str.maketrans({"⋅": "·", "•": "·", "∙": "·", "・": "·", "*": "·", "×": "·", "−": "-", "–": "-"})
_MASS = re.compile(r"(kg|kt|Mg|Mt|Gg|g|t)[\s·]?\(?(CO2[- ]?eq|CO2e|CO2|CH4|N2O|C|N)\)?(?![A-Za-z0-9])")
_PLAIN_MASS = re.compile(r"(?:kg|kt|Mg|Mt|Gg|g|t)(?:CO2e|CO2|CH4|N2O|C|N)?")
_INVERSE = re.compile(r"(km|hm|m|[a-z]+)\^?(2?)-(1|2)")
_KNOWN_BELOW = {"ha", "m2", "km2", "mu", "yr"}


@lru_cache(maxsize=512)
def unit_text(text: str) -> str:
    """A mass per area (and year) in the project's spelling; any other unit comes back as it was, trimmed."""
    clean = unicodedata.normalize("NFKC", text).strip().translate(_MIDDLE_DOTS)
    for word, short in _WORDS:
        clean = clean.replace(word, short)
    clean = _MASS.sub(lambda m: m[1] + re.sub("[- ]?eq", "e", m[2]), clean)
    numerator, _, rest = clean.partition("/")
    head, *inverses = re.split(r"[\s·]+", numerator.strip())
    below = [_upright(part) for part in inverses]
    below += [_TOKENS.get(part, part) for part in re.split(r"[\s·/()]+", rest) if part]
    below.sort(key="yr".__eq__)
    if not below or not _KNOWN_BELOW.issuperset(below) or not _PLAIN_MASS.fullmatch(head):
        return text.strip()
    return f"{head}/{below[0]}" if len(below) == 1 else f"{head}/({'·'.join(below)})"


def _upright(part: str) -> str:
    """``hm-2`` and ``ha-1`` as ``ha``; "" for a factor of the numerator that is no inverse."""
    match = _INVERSE.fullmatch(part)
    if not match:
        return ""
    name = match[1] + ("2" if match[3] == "2" else match[2])
    return _TOKENS.get(name, name)


@lru_cache(maxsize=512)
def try_unit(text: str) -> Unit | None:
    """The parsed unit, or None where the text is no unit."""
    try:
        return parse_unit(text)
    except UnitError:
        return None
