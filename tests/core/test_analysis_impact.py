"""Impact report: which zones, totals and verdicts a new version of factors changes, and by how much."""

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.analysis.impact import impact
from carbon_planner.analysis.verdicts import (
    EMISSION,
    FAIL,
    NEUTRAL,
    PASS,
    REMOVAL,
    UNDECIDED,
    UNKNOWN,
    at_most,
    net_sign,
)  # fmt: skip
from carbon_planner.base.errors import FactorError, SettingsError
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.factors import store as stores
from carbon_planner.factors.records import Factor, FactorSet, SetInfo
from carbon_planner.factors.review import Decision
from carbon_planner.factors.store import add_to_store, open_set
from carbon_planner.factors.substitutes import substituted
from carbon_planner.factors.user_store import UserStore
from carbon_planner.geometry.crs import Crs

POOLS = {"forest": (30.0, 90.0), "cropland": (5.0, 80.0), "bare": (0.5, 40.0), "grassland": (3.0, 60.0)}
SETTINGS = Settings(plan_system="generic", base_system="generic", area_method="planar")


def land_set(version="1.0.0", **soil):
    rows = []
    for item, (above, below_ground) in POOLS.items():
        for parameter, value in (("above", above), ("soil", soil.get(item, below_ground))):
            rows.append(Factor(
                f"{item}_{parameter}", "stock_pool", "generic", item, item, "", parameter, "CN-CQ", value, value - 0.5,
                value + 0.5, "95", "tC/ha", "C", 2024, "own survey 2024", "verified", "text",
            ))  # fmt: skip
    info = SetInfo("mine", version, "land_stock", "generic", region="CN-CQ", year=2024, status="reviewed")
    return FactorSet(info, tuple(rows))


def zones(*pairs):
    """Squares of one hectare, each with a base class and a planned class."""
    boxes = [shapely.box(500_000 + 200 * n, 3_000_000, 500_100 + 200 * n, 3_000_100) for n in range(len(pairs))]
    return PlanZones(
        layer="zones", ids=[f"Z{n}" for n in range(len(pairs))], geometry=np.array(boxes, dtype=object),
        crs=Crs.from_text("EPSG:4545"), plan_class=[p for _, p in pairs], base_class=[b for b, _ in pairs],
    )  # fmt: skip


PLAN = zones(("forest", "cropland"), ("cropland", "grassland"), ("bare", "bare"), ("grassland", "forest"))


@pytest.fixture
def own(tmp_path):
    stores.use_store(tmp_path)
    add_to_store(land_set())
    add_to_store(land_set("1.1.0", cropland=50.0))
    yield UserStore(tmp_path)
    stores.use_store(None)


def run(old="mine@1.0.0", new="mine@1.1.0", plan=PLAN, settings=SETTINGS, **more):
    return impact(plan, None, settings, old, new, **more)


def test_which_zones_change_and_by_how_much(own):
    found = run()
    table = found.zones.set_index("zone_id")
    # 30 t less soil carbon under cropland: forest to cropland loses it, cropland to grassland never had it
    assert table.loc["Z0", "net_old"] == pytest.approx((25.0 + 10.0) * CO2_PER_C, rel=1e-9)
    assert table.loc["Z0", "change"] == pytest.approx(30.0 * CO2_PER_C, rel=1e-9)
    assert table.loc["Z1", "net_old"] == pytest.approx((2.0 + 20.0) * CO2_PER_C, rel=1e-9)
    assert table.loc["Z1", "change"] == pytest.approx(-30.0 * CO2_PER_C, rel=1e-9)
    assert table.loc["Z1", "relative"] == pytest.approx(-30.0 / 22.0, rel=1e-9)
    assert list(table["changed"]) == [True, True, False, False]
    assert found.changed == 2
    assert list(table["flips"]) == [0, 1, 0, 0]


def test_the_figures_are_those_of_two_runs(own):
    found = run()
    one, two = (evaluate(PLAN, None, replace(SETTINGS, factor_set=f"mine@1.{n}.0")) for n in (0, 1))
    assert list(found.zones["net_old"]) == list(one.zones["cp_net_t"])
    assert list(found.zones["net_new"]) == list(two.zones["cp_net_t"])
    totals = found.totals.set_index("figure")
    assert totals.loc["cp_net_t", "old"] == one.totals.net
    assert totals.loc["cp_net_t", "new"] == two.totals.net
    assert totals.loc["cp_bstk_tc", "change"] == pytest.approx(-30.0)
    long = found.figures.set_index(["zone_id", "figure"])
    assert long.loc[("Z0", "cp_pstk_tc"), "change"] == pytest.approx(-30.0)
    assert not [z for z, _ in long.index if z in ("Z2", "Z3")]


def test_verdicts_flip(own):
    verdicts = [net_sign(), at_most("cp_net_t", 200.0, name="cap"), at_most("cp_net_ha", 500.0, name="intensity")]
    found = run(verdicts=verdicts)
    assert len(found.verdicts) == 3 * (4 + 1)
    flips = {(r.verdict, r.zone_id): (r.old, r.new) for r in found.flips.itertuples()}
    assert flips == {
        ("net_sign", "Z1"): (EMISSION, REMOVAL),
        ("cap", "Z0"): (PASS, FAIL),
    }
    assert [r.old for r in found.verdicts.itertuples() if r.zone_id == "Z2" and r.verdict == "net_sign"] == [NEUTRAL]


def test_the_factors_behind_it(own):
    found = run().factors
    assert list(found["factor_id"]) == ["cropland_soil"] * 3
    assert list(found["field"]) == ["value", "low", "high"]
    weights = evaluate(PLAN, None, replace(SETTINGS, factor_set="mine@1.0.0")).factors.set_index("factor_id")[
        "weight_t"
    ]
    assert found["weight_old_t"].iloc[0] == weights["cropland_soil"] > 0
    assert found["weight_new_t"].iloc[0] > 0
    assert found["relative"].iloc[0] == pytest.approx(-30.0 / 80.0)


def test_a_changed_factor_that_no_zone_uses_weighs_nothing(own):
    add_to_store(land_set("1.2.0", bare=45.0))
    found = run(new="mine@1.2.0", plan=zones(("forest", "cropland")))
    assert found.changed == 0
    assert list(found.factors["weight_new_t"]) == [0.0, 0.0, 0.0]
    assert found.figures.empty
    assert "0 of 1 zone(s)" in found.text()


def test_the_same_version_changes_nothing(own):
    found = run(new="mine@1.0.0")
    assert found.used
    assert found.changed == 0
    assert found.flips.empty
    assert found.changes.same


def test_hash_and_json(own):
    found, again = run(), run()
    assert found.hash == again.hash
    assert len(found.hash) == 64
    assert run(new="mine@1.0.0").hash != found.hash
    assert run(verdicts=[at_most("cp_net_t", 1.0)]).hash != found.hash
    content = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert content["hash"] == found.hash
    assert content["old"] == ["mine@1.0.0", open_set("mine@1.0.0").content_hash]
    assert [row["zone_id"] for row in content["zones"]] == ["Z0", "Z1", "Z2", "Z3"]


def test_a_null_that_appears_is_a_change(own):
    rows = tuple(
        replace(f, value=None, low=None, high=None, range_kind="none", notes="not estimated")
        if f.factor_id.startswith("cropland")
        else f
        for f in land_set().factors
    )
    add_to_store(FactorSet(replace(land_set().info, version="1.3.0"), rows))
    found = run(new="mine@1.3.0")
    plan = found.figures[found.figures["zone_id"].isna()].set_index("figure")
    assert np.isnan(plan.loc["cp_pstk_tc", "new"])
    assert plan.loc["cp_pstk_tc", "old"] == plan.loc["cp_pstk_tc", "old"]


def test_area_that_drops_out_is_said(own):
    """A version without a class makes sums smaller, which is no improvement."""
    fewer = tuple(f for f in land_set().factors if not f.factor_id.startswith("grassland"))
    add_to_store(FactorSet(replace(land_set().info, version="1.4.0"), fewer))
    found = run(new="mine@1.4.0")
    assert found.totals.set_index("figure").loc["cp_unk_ha", "change"] == pytest.approx(2.0)
    assert "Area that is not evaluated: 0 → 2 ha" in found.text()
    assert "未评估面积：0 → 2 ha" in found.text("zh")
    assert "not evaluated" not in run().text()


def test_words(own):
    found = run()
    english, chinese = found.text().splitlines(), found.text("zh").splitlines()
    assert "2 of 4 zone(s) change their net, 1 verdict(s) flip." in english
    assert "Zone “Z1”, net_sign: net emission → net removal" in english
    assert "分区“Z1”，net_sign：净排放 → 净清除" in chinese
    assert english[-1].endswith(found.hash)
    assert any(line.startswith("Zone “Z0”: 128.333 → 238.333") for line in english)


def test_approval_with_the_hash_of_the_report(own):
    found = run()
    decision = Decision("approved", "Wang", "two zones, one flip: accepted", impact=found.hash)
    approved = own.decide("mine", "1.1.0", decision)
    assert approved.info.status == "approved"
    assert own.log()[-1].evidence == f"impact:{found.hash}"


def test_sets_of_other_kinds_are_refused(own):
    with pytest.raises(SettingsError) as caught:
        run(new="cn_direct")
    assert caught.value.message.id == "IMPACT_KINDS"
    with pytest.raises(FactorError):
        run(new="mine@9.9.9")


def test_a_set_of_a_sector_stands_in_by_its_id(tmp_path):
    """Whatever opens *energy* while the new version is evaluated gets the new one, also under a version."""
    energy = open_set("energy")
    changed = tuple(replace(f, notes=f"{f.notes}; checked") for f in energy.factors)
    stores.use_store(tmp_path)
    try:
        add_to_store(FactorSet(replace(energy.info, id="my_energy", version="2.0.0", status="draft"), changed))
        with substituted({"energy": "my_energy@2.0.0"}):
            for name in ("energy", energy.info.ref):
                assert open_set(name).info.ref == "energy@2.0.0"  # found by whatever is keyed by the id
                assert open_set(name).content_hash == open_set("my_energy").content_hash
            assert open_set("building").info.id == "building"
        assert open_set("energy") == energy
        found = impact(zones(("cropland", "cropland")), None, SETTINGS, "energy", "my_energy@2.0.0")
        assert found.changed == 0
        assert len(found.changes.changed_ids) == len(energy)
        assert not found.used  # the land alone takes nothing from it, and the report says so
        assert "No factor of" in found.text()
        assert "未用到" in found.text("zh")
    finally:
        stores.use_store(None)


@pytest.mark.parametrize(
    ("figures", "word", "sure_word"),
    [
        ({"cp_net_t": 5.0, "cp_net_lo": 4.0, "cp_net_hi": 6.0}, PASS, PASS),
        ({"cp_net_t": 9.0, "cp_net_lo": 4.0, "cp_net_hi": 11.0}, PASS, UNDECIDED),
        ({"cp_net_t": 12.0, "cp_net_lo": 9.0, "cp_net_hi": 13.0}, FAIL, UNDECIDED),
        ({"cp_net_t": 12.0, "cp_net_lo": 11.0, "cp_net_hi": 13.0}, FAIL, FAIL),
        ({"cp_net_t": float("nan")}, UNKNOWN, UNKNOWN),
        ({}, UNKNOWN, UNKNOWN),
        ({"cp_net_t": 10.0}, PASS, PASS),
    ],
)
def test_a_limit_with_and_without_its_interval(figures, word, sure_word):
    assert at_most("cp_net_t", 10.0).judge(figures) == word
    assert at_most("cp_net_t", 10.0, sure=True).judge(figures) == sure_word


def test_a_new_grid_factor_moves_the_buildings_that_use_it(tmp_path):
    energy = open_set("energy")
    dearer = tuple(
        replace(f, value=f.value * 1.1, low=None, high=None, range_kind="none", distribution="", params="")
        if f.category.startswith("electricity") and f.value
        else f
        for f in energy.factors
    )
    plan = replace(zones(("0103", "0701"), ("0103", "0103")), quantities={"floor_area_m2": np.array([15_000.0, 0.0])})
    settings = replace(SETTINGS, plan_system="landsea2023", base_system="landsea2023", sectors=("land", "buildings"))
    stores.use_store(tmp_path)
    try:
        add_to_store(FactorSet(replace(energy.info, id="my_energy", version="2.0.0", status="draft"), dearer))
        found = impact(plan, None, settings, "energy", "my_energy@2.0.0")
        totals = found.totals.set_index("figure")
        assert totals.loc["cp_land_t", "change"] == 0.0
        assert 0.0 < totals.loc["cp_bldg_t", "relative"] < 0.1 + 1e-9  # gas and materials are in it, too
        assert list(found.zones["changed"]) == [True, False]
        used = found.factors[(found.factors["weight_new_t"] > 0) & (found.factors["field"] == "value")]
        assert list(used["factor_id"]) == ["grid_2023_cn_cq"]
        assert found.used
    finally:
        stores.use_store(None)


def test_the_example_of_the_documentation_runs(tmp_path, repository, monkeypatch, capsys):
    text = (repository / "docs" / "factor-review.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stores").mkdir()
    store = UserStore(tmp_path / "stores")
    store.add(land_set())
    store.add(FactorSet(replace(land_set("1.1.0", cropland=50.0).info, status="draft"), land_set("1.1.0").factors))
    try:
        exec(compile(code, "factor-review.md", "exec"), {"zones": PLAN, "base": None, "settings": SETTINGS})
    finally:
        stores.use_store(None)
    assert store.get("mine", "1.1.0").info.status == "approved"
    assert "0 of 4 zone(s) change their net" in capsys.readouterr().out
