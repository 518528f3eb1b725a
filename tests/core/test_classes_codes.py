"""Codes as they stand in real layers."""

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from carbon_planner.classes.codes import (
    normalise,
    pad_candidates,
    shares_stated,
    split_code_name,
    split_mixed,
    split_names,
)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0701", "0701"),
        ("0701 ", "0701"),
        ("\t0701\u3000", "0701"),
        ("０７０１", "0701"),
        (701.0, "701"),
        (np.float64(101), "101"),
        (np.int32(7), "7"),
        (Decimal("701"), "701"),
        ("701.0", "701"),
        ("0701.00", "0701"),
        ("0701城镇住宅用地", "0701"),
        ("0701 城镇住宅用地", "0701"),
        ("0701-城镇住宅用地", "0701"),
        ("0701　城镇住宅用地", "0701"),
        (" R2 ", "R2"),
        ("r2", "R2"),
        ("Ｒ２", "R2"),
        ("R2二类居住用地", "R2"),
        ("R 居住用地", "R"),
        ("0201k", "0201K"),
        ("08h2a", "08H2A"),
        ("05H1商业服务业设施用地", "05H1"),
        ("112 Discontinuous urban fabric", "112"),
        ("fl", "FL"),
        ("城镇住宅用地", "城镇住宅用地"),
        ("built_residential", "built_residential"),
        ("Tree cover", "Tree cover"),
        ("Snow/Ice", "Snow/Ice"),
        ("城乡、工矿、居民用地", "城乡、工矿、居民用地"),
        ("3号地块", "3号地块"),
        ("110kV变电站", "110kV变电站"),
        ("0701/0901(7:3)", "0701/0901(7:3)"),
    ],
)
def test_normalise(cell, code):
    assert normalise(cell) == code


@pytest.mark.parametrize(
    "cell", [None, "", "  ", "NULL", "<Null>", "nan", "-", "无", math.nan, np.nan, pd.NA, pd.NaT, True]
)
def test_nothing_is_none(cell):
    assert normalise(cell) is None


def test_code_and_name_in_one_cell():
    assert split_code_name("0701城镇住宅用地") == ("0701", "城镇住宅用地")
    assert split_code_name("R2 二类居住用地") == ("R2", "二类居住用地")
    assert split_code_name("112 - Discontinuous urban fabric") == ("112", "Discontinuous urban fabric")
    assert split_code_name("0701") == ("0701", "")
    assert split_code_name("水田") == ("", "水田")
    assert split_code_name(None) == ("", "")


@pytest.mark.parametrize(
    ("code", "candidates"),
    [("101", ("0101",)), ("1", ("01",)), ("60101", ("060101",)), ("5H1", ("05H1",)), ("201K", ("0201K",))],
)
def test_a_lost_zero_is_offered(code, candidates):
    assert pad_candidates(code) == candidates


@pytest.mark.parametrize("code", ["0101", "1001", "12", "010", "R2", "水田", ""])
def test_no_zero_is_offered_where_none_can_be_lost(code):
    assert pad_candidates(code) == ()


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("0701/0901(7:3)", {"0701": 0.7, "0901": 0.3}),
        ("0701／0901（7：3）", {"0701": 0.7, "0901": 0.3}),
        ("0701+0901 6:4", {"0701": 0.6, "0901": 0.4}),
        ("0701(70%)/0901(30%)", {"0701": 0.7, "0901": 0.3}),
        ("0701(70%)0901(30%)", {"0701": 0.7, "0901": 0.3}),
        ("R2(0.7)B1(0.3)", {"R2": 0.7, "B1": 0.3}),
        ("R2B1(7:3)", {"R2": 0.7, "B1": 0.3}),
        ("R2/B1/B2(5:3:2)", {"R2": 0.5, "B1": 0.3, "B2": 0.2}),
        ("0701城镇住宅用地/0901商业用地(6:4)", {"0701": 0.6, "0901": 0.4}),
    ],
)
def test_mixed_codes_with_shares(cell, parts):
    assert dict(split_mixed(cell)) == pytest.approx(parts)
    assert shares_stated(cell)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("R2B1", ["R2", "B1"]),
        ("R21B11", ["R21", "B11"]),
        ("R2+B1", ["R2", "B1"]),
        ("r2 b1", ["R2", "B1"]),
        ("RB", ["R", "B"]),
        ("0701/0901", ["0701", "0901"]),
        ("0701、0901、1401", ["0701", "0901", "1401"]),
        ("0701/0901(7:3:1)", ["0701", "0901"]),  # shares that do not fit the parts are not used
        ("0701/0901(0:0)", ["0701", "0901"]),
    ],
)
def test_mixed_codes_without_shares_are_split_equally(cell, codes):
    assert split_mixed(cell) == tuple((code, 1 / len(codes)) for code in codes)
    assert not shares_stated(cell)


@pytest.mark.parametrize("cell", ["0701", "R22", "XG", "EG11", "G131", "05H1", "08H2A", "FL", "0201K", "110101"])
def test_single_codes_are_not_split(cell):
    assert split_mixed(cell) == ((cell, 1.0),)


@pytest.mark.parametrize(
    "cell",
    [
        "Bare / sparse vegetation",
        "Snow/Ice",
        "城乡、工矿、居民用地",
        "裸地/稀疏植被",
        "2018-01-01",
        "RR",
        "城镇住宅用地",
    ],
)
def test_names_are_not_taken_for_mixed_codes(cell):
    assert split_mixed(cell) == ((cell, 1.0),)


def test_the_same_code_twice_is_one_code():
    assert split_mixed("0701/0701") == (("0701", 1.0),)


def test_empty_cells_have_no_parts():
    assert split_mixed(None) == ()
    assert split_mixed(" ") == ()


def test_names_split_by_form_only():
    assert split_names("城镇住宅用地/商业用地(6:4)") == (("城镇住宅用地", 0.6), ("商业用地", 0.4))
    assert split_names("水田") == (("水田", 1.0),)


@pytest.mark.parametrize("cell", ["0701/0901(7:3)", "R2B1C2", "a/b", "0701/0901/1401", "0101(20%)0103(80%)"])
def test_shares_always_sum_to_one(cell):
    assert math.fsum(share for _, share in split_mixed(cell)) == pytest.approx(1.0, abs=1e-12)
