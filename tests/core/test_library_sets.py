"""The factor sets of the library: which there are, the two defaults, and what was composed or left open."""

import pytest

from carbon_planner.storage.sqlite import reading

POOLS = {"above", "below", "dead", "soil"}


@pytest.fixture(scope="module")
def sets(shipped_library):
    with reading(shipped_library, immutable=True) as connection:
        return {row["set_id"]: dict(row) for row in connection.execute("SELECT * FROM cp_sets")}


@pytest.fixture(scope="module")
def factors(shipped_library):
    """Factors of a set by (item, parameter)."""

    def of(set_id):
        with reading(shipped_library, immutable=True) as connection:
            rows = connection.execute("SELECT * FROM cp_factors WHERE set_id = ? ORDER BY fid", (set_id,)).fetchall()
        return {(row["item"], row["parameter"]): dict(row) for row in rows}

    return of


def test_which_sets_there_are(sets):
    kinds = {}
    for set_id, row in sets.items():
        kinds.setdefault(row["kind"], set()).add(set_id)
    assert kinds["land_stock"] == {
        "cq_mixed_0_100cm",
        "tgr_forest_2009",
        "zhejiang_forest_2012",
        "cn_national_2018",
        "cn_invest_circulating",
        "invest_guide_example",
    }
    assert kinds["land_flux"] == {
        "cn_direct",
        "cn_common",
        "hu2025_xinjiang",
        "su2011_shaanxi",
        "cq_variant",
        "gd_lulucf_2018",
    }
    assert kinds["other"] >= {"energy", "building", "transport_waste_industry", "ipcc_afolu", "gwp", "agri_inputs_cn"}


def test_one_default_for_each_land_method(sets):
    assert {row["default_for"]: set_id for set_id, row in sets.items() if row["default_for"]} == {
        "stock": "cq_mixed_0_100cm",
        "flux": "cn_direct",
    }


def test_every_set_is_described_in_both_languages_and_has_factors(sets, factors):
    for set_id, row in sets.items():
        assert all(row[name] for name in ("title_en", "title_zh", "description_en", "description_zh", "licence"))
        assert any("\u4e00" <= c <= "\u9fff" for c in row["title_zh"]), set_id
        assert factors(set_id), set_id


def test_what_is_no_data_says_so(sets):
    assert sets["invest_guide_example"]["status"] == "example"
    assert sets["cn_invest_circulating"]["status"] == "comparison"
    assert sets["cn_xu_2018"]["kind"] == "other"
    assert "not for results" in sets["cn_invest_circulating"]["description_en"].lower()


def test_default_stock_set_is_complete_but_for_soil_under_water(factors):
    rows = factors("cq_mixed_0_100cm")
    assert len(rows) == 48
    assert {parameter for _, parameter in rows} == POOLS
    assert [key for key, row in rows.items() if row["value"] is None] == [("water", "soil")]
    water = rows["water", "soil"]
    assert (water["low"], water["high"], water["range_kind"]) == (None, None, "none")
    assert water["notes"].startswith("not estimated")
    assert rows["forest", "soil"]["value"] == 90.9
    assert (rows["cropland", "soil"]["low"], rows["cropland", "soil"]["high"]) == (65.0, 110.0)


def test_default_flux_set_is_composed_and_says_so(sets, factors):
    rows = factors("cn_direct")
    assert {key: (row["value"], row["unit"], row["factor_id"]) for key, row in rows.items()} == {
        ("cropland", "net_flux"): (0.422, "tC/(ha·yr)", "d_cn_common_cropland"),
        ("forest", "net_flux"): (-0.644, "tC/(ha·yr)", "d_cn_common_forest"),
        ("grassland", "net_flux"): (-0.021, "tC/(ha·yr)", "d_cn_common_grassland"),
        ("water", "net_flux"): (-0.253, "tC/(ha·yr)", "d_cn_common_water"),
        ("bare", "net_flux"): (-0.005, "tC/(ha·yr)", "d_cn_common_unused"),
        ("wetland", "net_flux"): (-0.16363636363636364, "tC/(ha·yr)", "d_cn_direct_wetland"),
        ("built", "net_flux"): (0.0, "tC/(ha·yr)", "d_cn_direct_built"),
    }
    built = rows["built", "net_flux"]
    assert (built["confidence"], built["evidence"], built["range_kind"]) == ("derived", "judgement", "none")
    assert "by definition" in built["source"]
    info = sets["cn_direct"]
    assert "composed" in info["title_en"].lower() and "综合" in info["title_zh"]
    assert "gd_lulucf_2018" in rows["wetland", "net_flux"]["notes"]


def test_members_of_a_composed_set_are_copies(factors):
    common, composed = factors("cn_common"), factors("cn_direct")
    kept = ("factor_id", "value", "low", "high", "unit", "gas", "source", "confidence", "evidence", "range_kind")
    for key, row in common.items():
        assert {k: composed[key][k] for k in kept} == {k: row[k] for k in kept}


def test_land_factors_are_keyed_by_generic_classes(factors, classes):
    known = {generic.id for generic in classes.generics()}
    for set_id in ("cq_mixed_0_100cm", "cn_direct", "cn_national_2018", "gd_lulucf_2018"):
        for (item, _), row in factors(set_id).items():
            assert (row["system"] == "generic") == (item in known), (set_id, item)
    assert {row["system"] for row in factors("invest_guide_example").values()} == {""}


def test_every_generic_class_reaches_both_default_sets(factors, classes):
    stock, flux = factors("cq_mixed_0_100cm"), factors("cn_direct")
    for generic in classes.generics():
        chain = classes.generic_chain(generic.id)
        if generic.id == "unknown":
            assert chain == ("unknown",)
            continue
        for pool in POOLS:
            row = next(stock[one, pool] for one in chain if (one, pool) in stock)
            assert row["value"] is not None or (pool == "soil" and "not estimated" in row["notes"]), generic.id
        assert any((one, "net_flux") in flux for one in chain), generic.id
