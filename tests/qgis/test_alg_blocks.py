"""Building blocks as algorithms: the same numbers as their functions, sinks and refusals."""

from __future__ import annotations

import pytest
from algorithm_cases import effects, evaluated, factors, table, totals, values
from qgis.core import QgsProcessingException


def test_areas_by_class(run_alg, plan, rows_of):
    found = run_alg("areasbyclass", ZONES=plan["ZONES"], ZONE_ID="id", ZONE_CLASS="plan", BASE=plan["BASE"],
                    BASE_CLASS="dlbm", AREA_METHOD="planar", OUTPUT="memory:")  # fmt: skip
    rows = {(row["zone_id"], row["base_class"]): row for row in rows_of(found["OUTPUT"])}
    assert rows["z1", "0301"]["area_ha"] == pytest.approx(1.0)
    assert rows["z2", "0103"]["area_ha"] == pytest.approx(2.0)
    assert rows["z2", "0103"]["plan_class"] == "0601"
    assert {row["share"] for row in rows.values()} == {1.0}
    assert found["AREA_HA"] == pytest.approx(3.0)
    with pytest.raises(QgsProcessingException, match="belong together"):
        run_alg("areasbyclass", ZONES=plan["ZONES"], BASE=plan["BASE"], BASE_CLASS="dlbm", AREA_METHOD="field",
                OUTPUT="memory:")  # fmt: skip


def test_activities_are_what_the_evaluation_multiplies(run_alg, plan, rows_of):
    found = run_alg("activities", **plan, SECTORS="land;buildings", OUTPUT="memory:")
    rows = rows_of(found["OUTPUT"])
    assert found["COUNT"] == len(rows)
    land = [row for row in rows if row["kind"] == "activity" and row["sector"] == "land"]
    assert sum(row["value"] for row in land) == pytest.approx(3.0, rel=1e-3)
    floor = next(r for r in rows if (r["zone_id"], r["side"], r["item"]) == ("z1", "plan", "floor_area_m2"))
    assert floor["origin"] in ("class", "derived")
    assert floor["unit"] == "m2"


def test_apply_factors(run_alg, tmp_path, rows_of):
    case = factors(None, tmp_path)
    found = run_alg("applyfactors", **case, OUTPUT="memory:")
    rows = rows_of(found["OUTPUT"])
    assert [row["tco2e"] for row in rows] == pytest.approx([400.0, 800.0])
    assert rows[0]["hi"] > rows[0]["tco2e"] > rows[0]["lo"]
    assert (found["COUNT"], found["TCO2E"], found["TCO2E_YR"]) == (2, pytest.approx(1200.0), None)
    one = run_alg("applyfactors", **{**case, "FACTOR_FIELD": None, "FACTOR": "emb_res_rc"}, OUTPUT="memory:")
    assert one["TCO2E"] == found["TCO2E"]
    with pytest.raises(QgsProcessingException, match="kWh times kgCO2e/m2"):
        run_alg("applyfactors", **{**case, "UNIT": "kWh"}, OUTPUT="memory:")
    with pytest.raises(QgsProcessingException, match="Give UNIT, or the field UNIT_FIELD"):
        run_alg("applyfactors", **{**case, "UNIT": ""}, OUTPUT="memory:")


def test_uncertainty_of_rows(run_alg, tmp_path, rows_of):
    ledger = run_alg("applyfactors", **factors(None, tmp_path), OUTPUT=str(tmp_path / "ledger.gpkg"))["OUTPUT"]
    found = run_alg("uncertainty", LEDGER=ledger, GROUP="group", OUTPUT="memory:", FACTORS="memory:")
    rows = {row["group"] or "": row for row in rows_of(found["OUTPUT"])}
    assert found["TCO2E"] == rows[""]["tco2e"] == pytest.approx(1200.0)
    up = {name: row["hi"] - row["tco2e"] for name, row in rows.items()}
    assert up[""] == pytest.approx(up["a"] + up["b"])  # one factor, one source of error
    assert found["FIRST"] == "emb_res_rc"
    assert rows_of(found["FACTORS"])[0]["share"] == pytest.approx(1.0)
    drawn = run_alg("uncertainty", LEDGER=ledger, DRAWS=2000, SEED=7, OUTPUT="memory:")
    again = run_alg("uncertainty", LEDGER=ledger, DRAWS=2000, SEED=7, OUTPUT="memory:")
    assert drawn["METHOD"] == "MC n=2000 seed=7"
    assert (drawn["LOW"], drawn["HIGH"]) == (again["LOW"], again["HIGH"])


def test_uncertainty_of_a_result(run_alg, plan, tmp_path, rows_of):
    first = evaluated({"evaluatezones": plan}, tmp_path)
    where = {"ZONES": plan["ZONES"], "BASE": plan["BASE"]}
    found = run_alg("uncertainty", INPUT=first["OUTPUT"], **where, OUTPUT="memory:", FACTORS="memory:")
    assert (found["TCO2E"], found["LOW"], found["HIGH"]) == tuple(
        first[n] for n in ("NET_TCO2E", "NET_LOW", "NET_HIGH")
    )
    zones = {row["cp_zone_id"]: row for row in rows_of(first["OUTPUT"])}
    for row in rows_of(found["OUTPUT"])[:-1]:
        assert row["lo"] == pytest.approx(zones[row["group"]]["cp_net_lo"])
    assert sum(row["share"] for row in rows_of(found["FACTORS"])) == pytest.approx(1.0)
    assert found["METHOD"] == "A1"
    with pytest.raises(QgsProcessingException, match="GROUP is a field of LEDGER"):
        run_alg("uncertainty", INPUT=first["OUTPUT"], GROUP="x", OUTPUT="memory:")


def test_decomposition(run_alg, tmp_path, rows_of):
    found = run_alg("decomposition", **effects(None, tmp_path), OUTPUT="memory:")
    rows = {(row["part"], row["factor"]): row["effect"] for row in rows_of(found["OUTPUT"])}
    assert rows["a", "activity"] == pytest.approx(19.480544, abs=5e-7)
    assert rows["a", "intensity"] == pytest.approx(-5.480544, abs=5e-7)
    assert found["CHANGE"] == pytest.approx(14.0)


def test_valuation(run_alg, tmp_path, rows_of):
    case = values(None, tmp_path)
    found = run_alg("valuation", **case, GROUP="zone", OUTPUT="memory:")
    assert found["VALUE"] == pytest.approx(-74325.646941, abs=5e-7)
    assert rows_of(found["OUTPUT"]) == [
        {"group": "a", "years": 10, "amount": -2300.0, "value": pytest.approx(-74325.646941, abs=5e-7)}
    ]
    path = table(tmp_path, "flows", "y,r,c", *(f"{y},100,{300 if y == 2026 else 50}" for y in range(2026, 2031)))
    flows = {"INPUT": path, "AMOUNT": "r", "COST": "c", "RATE": 5.0, "CONVENTION": "npv", "FIRST_YEAR": 2026}
    found = run_alg("valuation", **flows, YEAR="y", OUTPUT="memory:")
    assert found["VALUE"] == pytest.approx(-22.7024748, abs=5e-8)
    with pytest.raises(QgsProcessingException, match="set YEAR"):
        run_alg("valuation", **flows, OUTPUT="memory:")


def test_calibration(run_alg, tmp_path, rows_of):
    found = run_alg("calibrate", **totals(None, tmp_path), OUTPUT="memory:", SECTORS="memory:")
    assert [row["calibrated"] for row in rows_of(found["OUTPUT"])] == pytest.approx([72.0, 48.0])
    sector = rows_of(found["SECTORS"])[0]
    assert (sector["residual"], sector["factor"]) == (pytest.approx(20.0), pytest.approx(1.2))
    assert (found["RESIDUAL"], found["UNALLOCATED"]) == (pytest.approx(20.0), 0.0)
