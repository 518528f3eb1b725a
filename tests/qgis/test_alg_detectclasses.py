"""``detectclasses``: which class system the codes of a layer belong to."""

from __future__ import annotations

import pytest
from conftest import make_layer, square
from qgis.core import QgsProcessingException

SURVEY = (("0103", "旱地"), ("0301", "乔木林地"), ("0702", "农村宅基地"), ("1101", "河流水面"), ("1003", "公路用地"))


def layer(rows):
    shapes = [square(200.0 * i, 0) for i in range(len(rows))]
    return make_layer([(s, f"p{i}", *row) for i, (s, row) in enumerate(zip(shapes, rows))],
                      "bsm:string,DLBM:string,DLMC:string", name="DLTB")  # fmt: skip


def test_survey_codes(run_alg, rows_of):
    found = run_alg("detectclasses", INPUT=layer(SURVEY), CLASS_FIELD="DLBM", NAME_FIELD="DLMC", OUTPUT="memory:")
    assert found["CLASS_SYSTEM"] == "survey3"
    assert found["FIELD"] == "DLBM"
    assert found["SCORE"] == pytest.approx(1.0)
    assert found["CONFLICT_COUNT"] == 0
    rows = rows_of(found["OUTPUT"])
    assert [row["field"] for row in rows] == ["DLBM"]
    assert rows[0]["system"] == "survey3"
    assert rows[0]["unknown"] == 0


def test_all_fields_are_looked_at(run_alg):
    found = run_alg("detectclasses", INPUT=layer(SURVEY), OUTPUT="memory:")
    assert found["FIELD"] in ("DLBM", "DLMC")
    assert found["CLASS_SYSTEM"] == "survey3"


def test_codes_and_names_that_disagree(run_alg, rows_of):
    rows = [*SURVEY, ("0301", "水田")]
    found = run_alg("detectclasses", INPUT=layer(rows), CLASS_FIELD="DLBM", NAME_FIELD="DLMC",
                    OUTPUT="memory:", CONFLICTS="memory:")  # fmt: skip
    assert found["CONFLICT_COUNT"] == 1
    conflict = rows_of(found["CONFLICTS"])[0]
    assert (conflict["code"], conflict["name"], conflict["features"]) == ("0301", "水田", 1)


def test_nothing_fits(run_alg):
    rows = [("alpha", "x"), ("beta", "y"), ("gamma", "z")]
    found = run_alg("detectclasses", INPUT=layer(rows), CLASS_FIELD="DLBM", OUTPUT="memory:")
    assert found["CLASS_SYSTEM"] == ""


def test_a_field_that_is_not_there(run_alg):
    with pytest.raises(QgsProcessingException, match="bsm, DLBM, DLMC"):
        run_alg("detectclasses", INPUT=layer(SURVEY), CLASS_FIELD="KIND")
