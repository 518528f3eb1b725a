"""``mergeplans`` in a real QGIS: precedence, coordinate reference systems, messages."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingException

FIELDS = "id:string,use:string"


def run(run_alg, layers, **more):
    return run_alg("mergeplans", LAYERS=layers, OUTPUT="memory:", CONFLICTS="memory:", **more)


def test_the_first_layer_keeps_its_ground(run_alg, rows_of, make_layer, square):
    detailed = make_layer([(square(39_500_000.0 + 50), "d1", "0701")], FIELDS, name="detailed")
    general = make_layer([(square(), "g1", "1401")], FIELDS, name="general")
    found = run(run_alg, [detailed, general], CLASS_FIELDS="use")
    merged = rows_of(found["OUTPUT"])
    assert [(r["plan"], r["rank"], r["class"]) for r in merged] == [("detailed", 1, "0701"), ("general", 2, "1401")]
    assert merged[0]["area_ha"] == pytest.approx(merged[0]["given_ha"], rel=1e-12)
    assert merged[1]["area_ha"] == pytest.approx(merged[1]["given_ha"] / 2, rel=1e-6)
    (conflict,) = rows_of(found["CONFLICTS"])
    assert (conflict["plan"], conflict["over_plan"], conflict["over_class"]) == ("detailed", "general", "1401")
    assert found["OVERLAP_COUNT"] == 1
    assert found["OVERLAP_HA"] == pytest.approx(conflict["area_ha"], rel=1e-9)
    assert found["AREA_HA"] == pytest.approx(sum(r["area_ha"] for r in merged), rel=1e-12)


def test_one_class_field_for_each_layer(run_alg, rows_of, make_layer, square):
    one = make_layer([(square(), "a", "0701")], FIELDS, name="one")
    two = make_layer([(square(39_500_000.0 + 200), "b", "R2")], fields="id:string,code:string", name="two")
    merged = rows_of(run(run_alg, [one, two], CLASS_FIELDS="use;code")["OUTPUT"])
    assert [r["class"] for r in merged] == ["0701", "R2"]


def test_wrong_number_of_class_fields_is_told(run_alg, make_layer, square):
    layers = [make_layer([(square(), "a", "x")], FIELDS, name=name) for name in ("one", "two")]
    with pytest.raises(QgsProcessingException, match="3 class fields are named for 2 layers"):
        run(run_alg, layers, CLASS_FIELDS="a;b;c")


def test_a_layer_without_crs_is_refused(run_alg, make_layer, square):
    layer = make_layer([(square(), "a", "x")], FIELDS, crs="", name="bare")
    with pytest.raises(QgsProcessingException, match="bare"):
        run(run_alg, [layer])
