"""Own figures of a scenario in the place of pools and fluxes of land."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.base.errors import FactorError
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.classes.library import ClassLibrary
from carbon_planner.factors.overrides import Override
from carbon_planner.factors.store import open_set
from carbon_planner.geometry.crs import Crs

RUN = Settings(plan_system="generic", base_system="generic", stock_timing="pulse")


def zones(base="forest", plan="cropland"):
    square = shapely.box(500_000, 3_270_000, 500_200, 3_270_100)
    return PlanZones("z", ["a"], np.array([square], dtype=object), Crs.from_text("EPSG:32648"), [plan], [base])


def own(item="forest", parameter="above", value=100.0, **more):
    return Override(item=item, parameter=parameter, value=value, reason="district inventory 2024", **more)


def test_a_pool_of_a_scenario_takes_the_place_of_the_stored_one():
    plain = evaluate(zones(), None, RUN)
    stored = open_set("").get("generic", "forest", "above").value
    found = evaluate(zones(), None, replace(RUN, overrides=(own(),)))
    gained = (100.0 - stored) * plain.totals.area_ha * CO2_PER_C
    assert found.totals.net - plain.totals.net == pytest.approx(gained, rel=1e-9)
    assert found.zones.cp_fset[0].endswith("+scenario")
    assert found.factor_set.ref == plain.factor_set.ref
    (row,) = found.factors[found.factors.factor_id.str.startswith("scenario")].to_dict("records")
    assert (row["source"], row["confidence"]) == ("district inventory 2024", "recalled")
    told = [m for m in found.warnings if m.id == "OVERRIDE_USED"]
    assert told[0].params["replaced"] == "s_cqmix_forest_above"


def test_a_class_without_a_figure_of_its_own_can_get_one():
    items = {f.item for f in open_set("").factors}
    classes = ClassLibrary.shipped()
    name = next(g.id for g in classes.generics() if g.id not in items and g.parent in items and not g.built_up)
    generic = zones(base=name)
    found = evaluate(generic, None, replace(RUN, overrides=(own(name, "above", 200.0, unit="tC/ha"),)))
    plain = evaluate(generic, None, RUN)
    served = plain.ledger[plain.ledger.item.str.endswith("above lost")].tco2e.sum()
    lost = found.ledger[found.ledger.item.str.endswith("above lost")].tco2e.sum()
    assert lost == pytest.approx(200.0 * plain.totals.area_ha * CO2_PER_C, rel=1e-9)
    assert lost != pytest.approx(served)


def test_scenario_goes_before_region_and_the_region_must_hold_the_run():
    both = (own(value=90.0, level="region", region="CN-CQ"), own(value=100.0))
    elsewhere = (own(value=90.0, level="region", region="CN-BJ"),)
    plain = evaluate(zones(), None, RUN).totals.net
    assert evaluate(zones(), None, replace(RUN, overrides=both)).totals.net == pytest.approx(
        evaluate(zones(), None, replace(RUN, overrides=(own(),))).totals.net, rel=1e-12
    )
    assert evaluate(zones(), None, replace(RUN, overrides=elsewhere)).totals.net == plain


def test_fluxes_are_overridden_too_and_what_changes_nothing_is_told():
    flux = replace(RUN, land_method="flux")
    changed = evaluate(
        zones(plan="forest", base="bare"), None, replace(flux, overrides=(own("forest", "net_flux", -1.0),))
    )
    plain = evaluate(zones(plan="forest", base="bare"), None, flux)
    stored = open_set("", "flux").get("generic", "forest", "net_flux").value
    difference = (-1.0 - stored) * CO2_PER_C * plain.totals.area_ha * 35
    assert changed.totals.net - plain.totals.net == pytest.approx(difference, rel=1e-9)
    idle = evaluate(zones(), None, replace(RUN, overrides=(own("forest", "net_flux", -1.0),)))
    assert "OVERRIDE_MISSED" in [m.id for m in idle.warnings]


def test_unknown_classes_and_other_units_are_refused():
    with pytest.raises(FactorError, match="woods"):
        evaluate(zones(), None, replace(RUN, overrides=(own("woods", "above"),)))
    with pytest.raises(FactorError, match="tCO2/ha"):
        evaluate(zones(), None, replace(RUN, overrides=(own(unit="tCO2/ha"),)))


def test_ranges_of_own_figures_reach_the_interval():
    wide = evaluate(zones(), None, replace(RUN, overrides=(own(low=50.0, high=150.0),))).totals
    narrow = evaluate(zones(), None, replace(RUN, overrides=(own(low=99.0, high=101.0),))).totals
    assert wide.high - wide.low > narrow.high - narrow.low
