"""What openLCA says of an amount's uncertainty and substance: distribution, pedigree, greenhouse gas.

Distributions have these parameters there: normal (mean, SD), log-normal (geometric mean, GSD), triangular (minimum,
mode, maximum), uniform (minimum, maximum).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..base.errors import FactorError
from ..base.messages import message
from .cells import write_number
from .foreign import Line, said
from .pedigree import parse_scores
from .problems import ERROR, Problem, at

_GASES = {"124-38-9": "CO2", "74-82-8": "CH4", "10024-97-2": "N2O"}
_NAMED = (
    (re.compile(r"carbon dioxide(?:,.*| \(.*\))?", re.IGNORECASE), "CO2"),
    (re.compile(r"methane(?:, (?:fossil|biogenic|non-fossil|land transformation)| \(.*\))?", re.IGNORECASE), "CH4"),
    (re.compile(r"dinitrogen monoxide|nitrous oxide", re.IGNORECASE), "N2O"),
)
_MASSES = ("g", "kg", "t", "Mg", "kt", "Gg", "Mt")
# What a distribution is called here, and which of its parameters stand in which column; GSD alone has no unit.
_SHAPES = {
    "normal": ("normal", (("mean", "mean"), ("sd", "sd"))),
    "log-normal": ("lognormal", (("gmean", "mean"), ("gsd", "sd"))),
    "lognormal": ("lognormal", (("gmean", "mean"), ("gsd", "sd"))),
    "triangular": ("triangular", (("min", "minimum"), ("mode", "mean"), ("max", "maximum"))),
    "triangle": ("triangular", (("min", "minimum"), ("mode", "mean"), ("max", "maximum"))),
    "uniform": ("uniform", (("min", "minimum"), ("max", "maximum"))),
}


def distribution_of(line: Line, per: float, problems: list[Problem]) -> tuple[str, str]:
    """Name and parameters of the distribution of an amount, divided by ``per``; "" where none is stated."""
    word = line.text("uncertainty").strip().lower()
    if not word or word in ("none", "no distribution"):
        return "", ""
    if word not in _SHAPES:
        known = ", ".join(sorted(_SHAPES))
        finding = message(
            "DISTRIBUTION_UNKNOWN", factor=line.text("flow") or line.text("name"), value=word, known=known
        )
        problems.append(at(ERROR, line.place, "uncertainty", finding))
        return "", ""
    name, columns = _SHAPES[word]
    numbers = {key: line.number(column, problems, known="params") for key, column in columns}
    scaled = {key: n if key == "gsd" else n / per for key, n in numbers.items() if n is not None}
    if per < 0.0:
        scaled = _turned(scaled)
    return name, "; ".join(f"{key}={write_number(number)}" for key, number in scaled.items())


def _turned(scaled: dict[str, float]) -> dict[str, float]:
    """Parameters of a distribution that was multiplied by a negative number."""
    turned = {key: abs(number) if key == "sd" else number for key, number in scaled.items()}
    if "min" in turned and "max" in turned:
        turned["min"], turned["max"] = turned["max"], turned["min"]
    return turned


def pedigree_of(line: Line) -> tuple[str, str]:
    """The pedigree of a data quality entry such as ``(2;1;3;3;1)``; what is no such entry stays a note."""
    text = line.text("quality")
    if not text:
        return "", ""
    try:
        return ";".join(map(str, parse_scores(text))), ""
    except FactorError:
        return "", said("data quality entry", text)


def gas_of(flow: str, category: str, unit: str, cas: Mapping[str, str]) -> str:
    """The greenhouse gas of an emission in a unit of mass, by CAS number (``cas``: by flow name), else by name."""
    if "emission" not in category.lower() or unit not in _MASSES:
        return ""
    number = cas.get(flow, "").lstrip("0")
    if number:
        return _GASES.get(number, "")
    return next((gas for pattern, gas in _NAMED if pattern.fullmatch(flow.strip())), "")
