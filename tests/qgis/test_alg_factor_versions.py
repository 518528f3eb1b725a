"""Algorithms about versions of factor sets: compare, impact, review."""

from __future__ import annotations

import csv
import json

import pytest
from conftest import make_layer, square
from qgis.core import QgsProcessingException

POOLS = {"forest": (30, 90), "cropland": (5, 80), "grassland": (3, 60)}


@pytest.fixture
def versions(user_store):
    """Two versions of a set in the user's store; the second has less soil carbon under cropland."""
    from carbon_planner.factors.user_store import UserStore

    user_store.parent.mkdir(parents=True, exist_ok=True)
    store = UserStore(user_store)
    store.add(pools("1.0.0", "approved"))
    store.add(pools("1.1.0", "reviewed", cropland=30))
    return store


def pools(version, status, **soil):
    from carbon_planner.factors.records import Factor, FactorSet, SetInfo

    rows = []
    for item, (above, ground) in POOLS.items():
        for parameter, value in (("above", above), ("soil", soil.get(item, ground))):
            rows.append(Factor(
                f"{item}_{parameter}", "stock_pool", "generic", item, item, "", parameter, "CN-CQ", value, value - 0.5,
                value + 0.5, "95", "tC/ha", "C", 2024, "own survey 2024", "verified", "text",
            ))  # fmt: skip
    info = SetInfo("mine", version, "land_stock", "generic", region="CN-CQ", year=2024, status=status)
    return FactorSet(info, tuple(rows))


# -- compare ----------------------------------------------------------------------------------------------------------


def test_compare_two_versions(run_alg, versions, rows_of, tmp_path):
    target = tmp_path / "差异.csv"
    found = run_alg("comparefactorsets", OLD_SET="mine@1.0.0", NEW_SET="mine@1.1.0", OUTPUT="memory:", CSV=str(target))
    assert (found["SAME"], found["ADDED"], found["REMOVED"], found["CHANGED"]) == (False, 0, 0, 1)
    rows = [(r["kind"], r["factor_id"], r["field"], r["old"], r["new"]) for r in rows_of(found["OUTPUT"])]
    assert ("changed", "cropland_soil", "value", "80", "30") in rows
    assert ("set", "", "status", "approved", "reviewed") in [(k, i or "", f, o, n) for k, i, f, o, n in rows]
    relative = {r["field"]: r["relative"] for r in rows_of(found["OUTPUT"]) if r["kind"] == "changed"}
    assert relative["value"] == pytest.approx(-50 / 80)
    with target.open(encoding="utf-8-sig", newline="") as handle:
        assert "cropland_soil" in {row["factor_id"] for row in csv.DictReader(handle)}
    assert "1" in found["SUMMARY"]


def test_compare_without_a_table_and_with_itself(run_alg, versions):
    found = run_alg("comparefactorsets", OLD_SET="mine@1.0.0", NEW_SET="mine@1.0.0")
    assert found["SAME"] is True
    assert found["CHANGED"] == 0


def test_compare_as_of_a_day(run_alg, versions):
    with pytest.raises(QgsProcessingException, match=r"2001-01-01"):
        run_alg("comparefactorsets", OLD_SET="mine", NEW_SET="mine", AS_OF="2001-01-01")
    assert run_alg("comparefactorsets", OLD_SET="mine", NEW_SET="mine@1.0.0", AS_OF="2999-01-01")["SAME"] is True


def test_compare_names_a_set_that_is_not_there(run_alg, versions):
    with pytest.raises(QgsProcessingException, match=r"9\.0\.0"):
        run_alg("comparefactorsets", OLD_SET="mine@9.0.0", NEW_SET="mine@1.1.0")


# -- review -----------------------------------------------------------------------------------------------------------


def test_review_and_approve(run_alg, versions, rows_of):
    asked = {"FACTOR_SET": "mine@1.1.0", "STATE": "approved", "REVIEWER": "王工", "REASON": "同意"}
    with pytest.raises(QgsProcessingException):
        run_alg("reviewfactorset", **asked)  # neither impact report nor statement
    assert versions.get("mine", "1.1.0").info.status == "reviewed"
    found = run_alg("reviewfactorset", **asked, IMPACT="ab" * 32, LOG="memory:")
    assert found["STATUS"] == "approved"
    assert found["REF"].startswith("mine@1.1.0#")
    rows = rows_of(found["LOG"])
    assert found["COUNT"] == len(rows)
    assert found["LOG_HEAD"] == versions.log()[-1].hash
    assert {(r["who"], r["evidence"]) for r in rows if r["action"] == "approve"} == {("王工", "impact:" + "ab" * 32)}
    assert versions.get("mine", "1.0.0").info.status == "superseded"
    assert versions.get("mine", "1.0.0").info.replaced_by == "mine@1.1.0"
    listed = {r["ref"]: r for r in rows_of(run_alg("listfactorsets", OUTPUT="memory:")["OUTPUT"])}
    assert (listed["mine@1.1.0"]["status"], listed["mine@1.1.0"]["reviewer"]) == ("approved", "王工")
    assert (listed["mine@1.0.0"]["status"], listed["mine@1.0.0"]["replaced_by"]) == ("superseded", "mine@1.1.0")


def test_a_statement_and_single_factors(run_alg, versions):
    common = {
        "FACTOR_SET": "mine@1.1.0",
        "REVIEWER": "Li",
        "REASON": "read again",
        "FACTORS": "forest_soil，grassland_soil",
    }
    run_alg("reviewfactorset", STATE="reviewed", **common)
    run_alg("reviewfactorset", STATE="approved", NO_IMPACT="value unchanged since 1.0.0", **common)
    states = {f.factor_id: f.status for f in versions.get("mine", "1.1.0").factors}
    assert (states["forest_soil"], states["grassland_soil"], states["cropland_soil"]) == ("approved", "approved", "")
    with pytest.raises(QgsProcessingException, match="nothing_such"):
        run_alg("reviewfactorset", STATE="reviewed", **{**common, "FACTORS": "nothing_such"})


def test_shipped_sets_cannot_be_reviewed(run_alg, versions):
    with pytest.raises(QgsProcessingException, match="cn_direct"):
        run_alg("reviewfactorset", FACTOR_SET="cn_direct", STATE="reviewed", REVIEWER="x", REASON="y")


# -- impact -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def zones():
    rows = [
        (square(0, 0), "z1", "cropland", "forest"),
        (square(200, 0), "z2", "grassland", "cropland"),
        (square(400, 0), "z3", "grassland", "forest"),
    ]
    return make_layer(rows, "id:string,plan:string,now:string")


PARAMETERS = {
    "ZONE_ID": "id", "ZONE_CLASS": "plan", "ZONE_BASE_CLASS": "now", "ZONE_CLASS_SYSTEM": "generic",
    "BASE_CLASS_SYSTEM": "generic", "AREA_METHOD": "planar",
}  # fmt: skip


def test_impact_of_a_version(run_alg, versions, zones, rows_of, tmp_path):
    report = tmp_path / "impact.json"
    found = run_alg("factorimpact", ZONES=zones, **PARAMETERS, OLD_SET="mine@1.0.0", NEW_SET="mine@1.1.0",
                    NET_CAP=400.0, OUTPUT="memory:", VERDICTS="memory:", REPORT=str(report))  # fmt: skip
    rows = {r["zone_id"]: r for r in rows_of(found["OUTPUT"])}
    assert rows["z1"]["change"] == pytest.approx(50 * 44 / 12, rel=1e-9)
    assert rows["z2"]["change"] == pytest.approx(-50 * 44 / 12, rel=1e-9)
    assert rows["z3"]["change"] == pytest.approx(0.0, abs=1e-9)
    assert (rows["z2"]["verdicts"], rows["z2"]["flips"]) == ("net_sign: emission → removal", 1)
    assert found["ZONE_COUNT"] == 3
    assert found["CHANGED"] == 2
    assert found["NET_NEW"] == pytest.approx(found["NET_OLD"], rel=1e-9)
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["hash"] == found["IMPACT_HASH"]
    assert len(found["IMPACT_HASH"]) == 64
    verdicts = [(r["verdict"], r["zone_id"], r["old"], r["new"]) for r in rows_of(found["VERDICTS"])]
    assert ("net_sign", "z2", "emission", "removal") in verdicts
    assert found["FLIPS"] == len([v for v in verdicts if v[2] != v[3]])


def test_the_impact_is_that_of_two_evaluations(run_alg, versions, zones, rows_of):
    found = run_alg("factorimpact", ZONES=zones, **PARAMETERS, OLD_SET="mine@1.0.0", NEW_SET="mine@1.1.0",
                    OUTPUT="memory:")  # fmt: skip
    rows = rows_of(found["OUTPUT"])
    for column, version in (("net_old", "1.0.0"), ("net_new", "1.1.0")):
        one = run_alg("evaluatezones", ZONES=zones, **PARAMETERS, FACTOR_SET=f"mine@{version}", OUTPUT="memory:")
        assert [r[column] for r in rows] == [r["cp_net_t"] for r in rows_of(one["OUTPUT"])]


def test_the_parameters_are_those_of_an_evaluation(provider):
    """Whatever both algorithms have is the same: name, type, default, optional or not."""
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    mine, theirs = (registry.createAlgorithmById(f"carbonplanner:{n}") for n in ("factorimpact", "evaluatezones"))
    own = {d.name(): d for d in mine.parameterDefinitions()}
    inputs = [d for d in theirs.parameterDefinitions() if not d.isDestination()]
    assert len(inputs) > 20
    for other in inputs:
        same = own[other.name()]
        for what in ("type", "description", "defaultValue", "flags"):
            assert getattr(same, what)() == getattr(other, what)(), (other.name(), what)


def test_the_hash_serves_an_approval(run_alg, versions, zones):
    found = run_alg("factorimpact", ZONES=zones, **PARAMETERS, OLD_SET="mine@1.0.0", NEW_SET="mine@1.1.0")
    again = run_alg("factorimpact", ZONES=zones, **PARAMETERS, OLD_SET="mine@1.0.0", NEW_SET="mine@1.1.0")
    assert again["IMPACT_HASH"] == found["IMPACT_HASH"]
    done = run_alg("reviewfactorset", FACTOR_SET="mine@1.1.0", STATE="approved", REVIEWER="Wang", REASON="agreed",
                   IMPACT=found["IMPACT_HASH"])  # fmt: skip
    assert done["STATUS"] == "approved"


def test_impact_refuses_sets_of_other_kinds_and_bad_parameters(run_alg, versions, zones):
    with pytest.raises(QgsProcessingException, match="land_flux"):
        run_alg("factorimpact", ZONES=zones, **PARAMETERS, OLD_SET="mine@1.0.0", NEW_SET="cn_direct")
    with pytest.raises(QgsProcessingException):
        run_alg("factorimpact", ZONES=zones, **{**PARAMETERS, "ZONE_CLASS": "", "ZONE_BASE_CLASS": ""},
                OLD_SET="mine@1.0.0", NEW_SET="mine@1.1.0")  # fmt: skip


# -- from a table to an approved version ------------------------------------------------------------------------------


def test_a_draft_is_changed_reviewed_and_approved(run_alg, user_store, tmp_path):
    from carbon_planner.factors.user_store import UserStore

    header = ["item", "item_en", "parameter", "value", "unit", "year", "source", "confidence"]

    def imported(value, **more):
        path = tmp_path / "草稿.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(header)
            writer.writerow(["forest", "Forest", "soil", value, "tC/ha", 2024, "自有调查", "verified"])
        return run_alg(
            "importfactorset", INPUT=str(path), SET_ID="mine", VERSION="1.0.0", CLASS_SYSTEM="generic", **more
        )

    imported(90, AS_DRAFT=True)
    imported(95, AS_DRAFT=True)
    store = UserStore(user_store)
    assert store.get("mine", "1.0.0").info.status == "draft"
    assert ("value", "90", "95") in {(c.field, c.old, c.new) for c in store.log()}
    common = {"FACTOR_SET": "mine@1.0.0", "REVIEWER": "Li", "REASON": "read again"}
    run_alg("reviewfactorset", STATE="reviewed", **common)
    with pytest.raises(QgsProcessingException, match=r"mine@1\.0\.0"):
        imported(96, AS_DRAFT=True)
    run_alg("reviewfactorset", STATE="approved", NO_IMPACT="first version of the set", **common)
    exported = tmp_path / "x.json"
    run_alg("exportfactorset", FACTOR_SET="mine", OUTPUT=str(exported))
    run_alg("importfactorset", INPUT=str(exported), SET_ID="copy", VERSION="1.0.0")
    copy = store.get("copy", "1.0.0").info
    assert (copy.status, copy.reviewer, copy.released) == ("published", "", "")  # an approval does not travel in a file
