"""Which factor serves a class, and that every 用地用海 code is served."""

import pytest
from factor_cases import factor, make_set

from carbon_planner.factors.lookup import Lookup
from carbon_planner.factors.records import POOLS
from carbon_planner.factors.store import open_set


def pool(item, parameter, value, system="generic"):
    return factor(factor_id=f"{system}:{item}:{parameter}", system=system, item=item, parameter=parameter, value=value,
                  low=None, high=None, range_kind="none", notes="n")  # fmt: skip


def lookup(classes, *factors):
    return Lookup(make_set(factors), classes)


def values(found):
    return {name: hit.factor.value for name, hit in found.items()}


def test_the_exact_code_goes_first(classes):
    look = lookup(
        classes,
        pool("0301", "soil", 1.0, "landsea2023"),
        pool("03", "soil", 2.0, "landsea2023"),
        pool("forest", "soil", 3.0),
    )
    exact = look.find(classes.match("landsea2023", "0301"), "soil")
    assert (exact.factor.value, exact.flags, exact.tried) == (1.0, (), ())
    parent = look.find(classes.match("landsea2023", "0302"), "soil")
    assert (parent.factor.value, parent.flags) == (2.0, ("PARENT_FACTOR",))
    assert parent.tried == (("landsea2023", "0302"),)


def test_codes_of_another_system_reach_by_the_crosswalk(classes):
    look = lookup(classes, pool("0301", "soil", 1.0, "landsea2023"), pool("03", "soil", 2.0, "landsea2023"))
    survey = look.find(classes.match("survey3", "0301"), "soil")
    assert (survey.factor.value, survey.flags) == (1.0, ())  # the same class in the other system is no parent
    assert look.find(classes.match("survey3", "0307"), "soil").flags == ("PARENT_FACTOR",)


def test_the_generic_chain_comes_last(classes):
    look = lookup(classes, pool("built", "soil", 60.0))
    house = look.find(classes.match("landsea2023", "0701"), "soil")
    assert (house.factor.value, house.key, house.flags) == (60.0, ("generic", "built"), ("PARENT_FACTOR",))
    assert house.tried == (("landsea2023", "0701"), ("landsea2023", "07"), ("generic", "built_residential"))
    assert look.find("built", "soil").flags == ()
    assert look.find("built_residential", "soil").flags == ("PARENT_FACTOR",)


def test_the_way_is_explained(classes):
    look = lookup(classes, pool("built", "soil", 60.0))
    text = look.find("plaza", "soil").explain()
    assert "generic:built" in text.text()
    assert "generic:plaza" in text.text()
    assert "generic:plaza" in text.text("zh")
    assert look.find("built", "soil").explain().id == "FOUND_OWN"
    assert look.tried("plaza") == (("generic", "plaza"), ("generic", "built"))


def test_nothing_found_is_none(classes):
    look = lookup(classes, pool("built", "soil", 60.0))
    assert look.find("forest", "soil") is None
    assert look.find(classes.match("landsea2023", "9999"), "soil") is None
    assert look.pools("unknown") == {}


def test_no_value_stops_the_search(classes):
    """Soil under the sea is not estimated: the parent's figure must not stand in for it."""
    look = lookup(classes, pool("sea", "soil", None), pool("water", "soil", 5.0), pool("water", "above", 0.0))
    found = look.find("sea", "soil")
    assert (found.factor.value, found.flags) == (None, ())
    assert look.find("sea", "above").factor.value == 0.0


def test_above_and_below_or_their_sum_never_both(classes):
    both = lookup(
        classes, pool("forest", "above", 20.0), pool("forest", "below", 5.0), pool("forest", "vegetation", 25.0)
    )
    assert values(both.pools("forest")) == {"above": 20.0, "below": 5.0}
    assert both.find("forest", "vegetation") is None
    partly = lookup(classes, pool("forest", "above", 20.0), pool("forest", "vegetation", 25.0))
    assert values(partly.pools("forest")) == {"vegetation": 25.0}
    assert partly.find("forest", "above") is None
    alone = lookup(classes, pool("forest", "above", 20.0))
    assert values(alone.pools("forest")) == {"above": 20.0}


def test_the_nearest_class_decides_how_biomass_is_given(classes):
    look = lookup(
        classes, pool("bamboo", "vegetation", 24.0), pool("forest", "above", 20.0), pool("forest", "below", 5.0),
        pool("forest", "soil", 90.0),
    )  # fmt: skip
    assert values(look.pools("bamboo")) == {"vegetation": 24.0, "soil": 90.0}
    assert look.find("bamboo", "soil").flags == ("PARENT_FACTOR",)
    assert look.find("bamboo", "vegetation").flags == ()


def test_a_missing_part_may_come_from_the_parent(classes):
    look = lookup(classes, pool("bamboo", "above", 19.5), pool("forest", "above", 20.0), pool("forest", "below", 5.0))
    assert values(look.pools("bamboo")) == {"above": 19.5, "below": 5.0}
    below = look.find("bamboo", "below")
    assert (below.flags, below.tried) == (("PARENT_FACTOR",), (("generic", "bamboo"),))


def test_total_only_where_no_part_is_known(classes):
    parts = lookup(classes, pool("forest", "total", 120.0), pool("forest", "soil", 90.0))
    assert values(parts.pools("forest")) == {"soil": 90.0}
    assert parts.find("forest", "total") is None
    alone = lookup(classes, pool("forest", "total", 120.0))
    assert values(alone.pools("forest")) == {"total": 120.0}


def test_litter_only_without_dead(classes):
    both = lookup(classes, pool("forest", "dead", 3.0), pool("forest", "litter", 2.0))
    assert values(both.pools("forest")) == {"dead": 3.0}
    assert values(lookup(classes, pool("forest", "litter", 2.0)).pools("forest")) == {"litter": 2.0}


def test_the_national_set_counts_each_tonne_once(classes):
    look = Lookup(open_set("cn_national_2018"), classes)
    forest = values(look.pools("forest"))
    assert forest == {"vegetation": 55.7, "dead": 2.0, "soil": 106.1}
    assert sum(forest.values()) == pytest.approx(163.8)  # the printed total, which is not added to its parts


def test_find_code_leaves_the_generic_classes_out(classes):
    look = lookup(classes, pool("0301", "soil", 1.0, "landsea2023"), pool("forest", "dead", 3.0))
    match = classes.match("survey3", "0301")
    assert look.find_code(match, "soil").factor.value == 1.0
    assert look.find_code(match, "dead") is None
    assert look.find(match, "dead").factor.value == 3.0


def test_other_parameters_are_found_the_same_way(classes):
    look = Lookup(open_set("", "flux"), classes)
    paddy = look.find("paddy", "net_flux")
    assert (paddy.factor.value, paddy.flags) == (0.422, ("PARENT_FACTOR",))
    assert look.find("wetland", "net_flux").factor.unit == "tC/(ha·yr)"


def test_answers_are_the_same_object(classes):
    look = lookup(classes, pool("forest", "soil", 90.0))
    assert look.find("forest", "soil") is look.find("forest", "soil")
    assert look.pools("forest") is look.pools("forest")


def test_an_own_class_system_is_served_by_its_codes(classes):
    from carbon_planner.classes.match import ClassMatch

    look = lookup(classes, pool("61", "soil", 150.0, "table:x"))
    match = ClassMatch("table:x", "61", "61", chain=(("table:x", "61"),))
    assert look.find(match, "soil").factor.value == 150.0
    assert look.find(match, "soil").flags == ()


@pytest.mark.parametrize("method", ["stock", "flux"])
def test_every_land_and_sea_use_code_is_served(classes, method):
    """All 175 codes of 2023 reach the default set, by their own class, a parent or a generic class."""
    look = Lookup(open_set("", method), classes)
    codes = classes.system("landsea2023").codes()
    assert len(codes) == 175
    unserved = []
    for code in codes:
        match = classes.match("landsea2023", code)
        cover = classes.cover(match)
        generics = [share.generic for share in cover.shares if share.generic] if cover else []
        targets = [match] if match.generic else generics
        wanted = ("soil", "above", "below", "dead") if method == "stock" else ("net_flux",)
        if not targets or any(look.find(target, name) is None for target in targets for name in wanted):
            unserved.append(code)
    assert unserved == []


def test_pools_come_in_one_order(classes):
    names = list(Lookup(open_set(""), classes).pools("forest"))
    assert names == [name for name in POOLS if name in names] == ["above", "below", "dead", "soil"]
