"""Golden cases as data (``golden/*.yaml``) through ``processing.run``; see the head of the file for their form."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
import yaml
from conftest import make_layer, rectangle, square
from qgis.core import QgsVectorLayer

FOLDER = Path(__file__).with_name("golden")
WITHIN = 1e-9


def load(name: str) -> dict:
    """One file of cases."""
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


LAND = load("land.yaml")
CASES = {case["name"]: case for case in LAND["cases"]}


def shape(text: str) -> str:
    """``square x y side``, ``rect x y width height`` or WKT."""
    word, *numbers = text.split()
    makers = {"square": square, "rect": rectangle}
    return makers[word](*map(float, numbers)) if word in makers else text


def layers_of(case: dict) -> dict[str, QgsVectorLayer]:
    """The layers of a case, in memory."""
    made = {}
    for name, spec in case["layers"].items():
        rows = [(shape(first), *rest) for first, *rest in spec["rows"]]
        kind = "Polygon" if rows[0][0].startswith("POLYGON") else "MultiPolygon"
        made[name] = make_layer(rows, spec["fields"], spec.get("crs", "EPSG:32649"), kind, name)
    return made


def write_factors(name: str, folder: Path) -> str:
    """A factor table of the file as CSV."""
    table = LAND["factor_tables"][name]
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(table["columns"])
        writer.writerows([["" if cell is None else cell for cell in row] for row in table["rows"]])
    return str(path)


def parameters_of(case: dict, layers: dict, folder: Path) -> dict:
    """Parameters with every ``$name`` replaced by its layer or file."""
    values = {}
    for key, value in case["parameters"].items():
        if isinstance(value, str) and value.startswith("$"):
            value = layers[value[1:]] if value[1:] in layers else write_factors(value[1:], folder)
        values[key] = value
    return values


def same(found, wanted, what: str) -> None:
    """Compare a number to its tolerance, null to null, a flag to the list of flags, a text to a text."""
    within = WITHIN
    if isinstance(wanted, list):
        wanted, within = wanted
    if wanted is None:
        assert found is None, what
    elif isinstance(wanted, (bool, str)):
        assert wanted == found or (isinstance(found, str) and wanted in found.split()), f"{what}: {found!r}"
    else:
        assert found is not None, what
        assert math.isclose(found, wanted, rel_tol=within, abs_tol=1e-9), f"{what}: {found!r} is not {wanted!r}"


def check(case: dict, results: dict, rows: list[dict]) -> None:
    """Compare outputs and rows with what the case expects."""
    for name, wanted in case.get("outputs", {}).items():
        same(results[name], wanted, name)
    for number, expected in enumerate(case.get("rows", [])):
        for name, wanted in expected.items():
            same(rows[number][name], wanted, f"row {number} {name}")


@pytest.mark.golden
@pytest.mark.parametrize("name", CASES)
def test_golden(name, provider, context, recorder, tmp_path, rows_of):
    import processing

    case = CASES[name]
    values = parameters_of(case, layers_of(case), tmp_path)
    feedback = recorder()
    results = processing.run(
        "carbonplanner:evaluatezones", {**values, "OUTPUT": "memory:"}, context=context, feedback=feedback
    )
    check(case, results, rows_of(results["OUTPUT"]))
    assert results["BALANCE_ERROR"] < 1e-8
