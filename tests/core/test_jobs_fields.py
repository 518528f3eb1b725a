"""Texts that name quantities, curves, sectors and scenarios."""

from __future__ import annotations

import numpy as np
import pytest

from carbon_planner.accounting.values import Column
from carbon_planner.base.errors import InputError, PlannerError, SettingsError
from carbon_planner.base.feedback import Silent
from carbon_planner.jobs import fields
from carbon_planner.jobs.scenario import read_scenario
from carbon_planner.jobs.sectors import known_sectors, parse_sectors


def test_quantities():
    plan, base = fields.parse_quantities(" elec_kwh = DL ;heat_gj=RL；base.elec_kwh=DL0;\n")
    assert (plan, base) == ({"elec_kwh": "DL", "heat_gj": "RL"}, {"elec_kwh": "DL0"})
    assert fields.parse_quantities("") == ({}, {})


@pytest.mark.parametrize(
    ("text", "msg_id"),
    [
        ("elec_kwh", "QUANTITY_FORM"),
        ("=DL", "QUANTITY_FORM"),
        ("elec_kwh=A; elec_kwh=B", "QUANTITY_TWICE"),
        ("electricity=A", "QUANTITY_UNKNOWN"),
        ("plot_ratio=A", "QUANTITY_ELSEWHERE"),
    ],
)
def test_quantities_that_cannot_be(text, msg_id):
    with pytest.raises(SettingsError) as caught:
        fields.parse_quantities(text)
    assert caught.value.message.id == msg_id
    assert caught.value.text("zh")


def test_curves():
    assert fields.parse_curve("") == fields.parse_curve(" linear ") == "linear"
    assert fields.parse_curve("scurve") == "scurve"
    assert fields.parse_curve("0 0; 0.4,0.7；1 1") == ((0.0, 0.0), (0.4, 0.7), (1.0, 1.0))
    for text in ("fast", "0 0; 1", "0 0; 0.5 0.9; 1 0.8", "0 0.2; 1 1"):
        with pytest.raises(InputError) as caught:
            fields.parse_curve(text)
        assert caught.value.message.id == "PHASE_CURVE"


def test_sectors():
    assert parse_sectors("") == ("land",)
    assert parse_sectors("transport, land；buildings") == ("land", "buildings", "transport")
    assert parse_sectors("all") == known_sectors()
    with pytest.raises(SettingsError, match="forestry"):
        parse_sectors("land;forestry")


def test_fields_go_to_the_core_and_back():
    more = fields.MoreFields("u", "r", "s", "f", "", "scurve", (("population", "p"),), (("jobs", "j"),))
    used = more.used()
    assert used == {"uses": "u", "zone_region": "r", "phase_start": "s", "phase_finish": "f",
                    "plan.population": "p", "base.jobs": "j"}  # fmt: skip
    assert fields.MoreFields.from_used(used, "scurve") == more
    values = {"u": ["retail:1", None], "r": ["CN", ""], "s": [2030, None], "f": ["2031-06", "2040"],
              "p": ["1,5", None], "j": [0, 3]}  # fmt: skip
    found, told = fields.attributes(
        more, lambda role: Column("z", used[role], ["1", "2"], values[used[role]]), 2, Silent()
    )
    assert found["uses"] == ["retail:1", None]
    assert found["region"] == ["CN", None]
    np.testing.assert_array_equal(found["quantities"]["population"], [1.5, np.nan])
    np.testing.assert_array_equal(found["base_quantities"]["jobs"], [0.0, 3.0])
    np.testing.assert_array_equal(found["phases"].start, [2030.0, np.nan])
    np.testing.assert_allclose(found["phases"].finish, [2031 + 181 / 365, 2041.0])
    assert np.isnan(found["phases"].demolition).all()
    assert found["phases"].curve == "scurve"
    assert set(told) == set(used)


def test_a_quantity_below_nought_is_refused():
    more = fields.MoreFields(plan=(("population", "p"),))
    with pytest.raises(InputError, match="p"):
        fields.attributes(more, lambda role: Column("z", "p", ["1"], [-2]), 1, Silent())


def test_scenarios(tmp_path):
    text = '{"scenario": "绿电", "overrides": [{"item": "elec_mix_national", "parameter": "", "value": 0.3, "low": 0.2,'
    text += ' "high": null, "year": 2040, "reason": "目标"}]}'
    name, overrides = read_scenario(text)
    assert name == "绿电"
    assert (overrides[0].value, overrides[0].low, overrides[0].high, overrides[0].year) == (0.3, 0.2, None, 2040)
    path = tmp_path / "情景.json"
    path.write_text(text, encoding="utf-8")
    assert read_scenario(str(path)) == (name, overrides)
    assert read_scenario("[]") == ("", ())
    assert read_scenario(" ") == ("", ())


@pytest.mark.parametrize(
    ("text", "msg_id"),
    [
        ("{", "SCENARIO_NO_JSON"),
        ("nowhere.json", "SCENARIO_NO_FILE"),
        ('{"overrides": 3}', "SCENARIO_FORM"),
        ('{"name": "x"}', "SCENARIO_KEY"),
        ("[3]", "SCENARIO_ROW"),
        ('[{"item": "a", "parameter": "b", "value": "high", "reason": "r"}]', "SCENARIO_ROW"),
        ('[{"item": "a", "parameter": "b", "value": 1}]', "SCENARIO_OVERRIDE"),
        ('[{"item": "a", "parameter": "b", "value": 1, "reason": "r", "colour": 2}]', "SCENARIO_KEY"),
    ],
)
def test_scenarios_that_cannot_be_read(text, msg_id):
    with pytest.raises(PlannerError) as caught:
        read_scenario(text)
    assert caught.value.message.id == msg_id
