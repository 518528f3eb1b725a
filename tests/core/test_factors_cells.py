"""Numbers, formulas and units as people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_planner.factors.cells import NumberStyle, guard, number_style, unguard, write_number
from carbon_planner.factors.unitnames import unit_text

POINT, COMMA = NumberStyle(), NumberStyle(comma=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.422", 0.422),
        ("-0.644", -0.644),
        ("−0.644", -0.644),  # U+2212
        ("－０．６４４", -0.644),
        (" 1.90e5 ", 190000.0),
        (".5", 0.5),
        ("12.", 12.0),
        ("+3", 3.0),
        ("", None),
        ("-", None),
        ("—", None),
        ("NA", None),
        ("NaN", None),
        ("无", None),
    ],
)
def test_numbers(text, expected):
    assert POINT.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["1,234", "12 t", "75%", "inf", "-inf", "1_000", "0x10", "1e999", "1.2.3", "~5", "5-7", "<1"]
)
def test_no_numbers(text):
    with pytest.raises(ValueError, match=r".*"):
        POINT.parse(text)


def test_decimal_comma():
    assert COMMA.parse("-0,644") == -0.644
    assert COMMA.parse("1,5e-3") == 0.0015
    assert COMMA.parse("12") == 12.0


@pytest.mark.parametrize(
    ("texts", "separator", "comma"),
    [
        (["0,42", "1"], ";", True),
        (["0,42", "1"], ",", True),
        (["1,234", "5,678"], ";", True),  # no thousands in a file separated by semicolons
        (["1,234", "5,678"], ",", False),  # could be thousands: stays unreadable, and is reported
        (["0,123"], ",", True),
        (["0,42", "1.5"], ";", False),  # both signs: no decision
        (["1.5", "2"], ",", False),
        ([], ";", False),
    ],
)
def test_decimal_comma_is_decided_once_per_file(texts, separator, comma):
    assert number_style(texts, separator).comma is comma


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_back_as_the_same_double(value):
    assert POINT.parse(write_number(value)) == value


def test_written_numbers_are_short():
    assert [write_number(v) for v in (0.422, 12.0, 0.0, None, -0.644, 1e-7)] == [
        "0.422",
        "12",
        "0",
        "",
        "-0.644",
        "1e-07",
    ]
    assert write_number(0.1 + 0.2) == "0.30000000000000004"


LIVE = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    '=HYPERLINK("http://x")',
    "-",
    "+",
    "'=1",
]


@pytest.mark.parametrize("text", LIVE)
def test_formulas_are_disarmed(text):
    assert guard(text).startswith("'")
    assert unguard(guard(text)) == text.strip()


@pytest.mark.parametrize("text", ["-0.644", "+3", "-1e5", "0101", "forest", "a=b", "'quoted'", ""])
def test_numbers_and_plain_texts_stay(text):
    assert guard(text) == text
    assert unguard(text) == text


@given(st.text())
def test_guarding_loses_nothing_and_leaves_nothing_live(text):
    from carbon_planner.factors.canonical import clean

    stored = clean(text)
    cell = guard(stored)
    assert unguard(cell) == stored
    live = cell[:1] in set("=+-@\t\r＝＋－＠")
    assert not live or math.isfinite(float(cell))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tC/ha", "tC/ha"),
        ("t C/hm²", "tC/ha"),
        ("t C hm-2 a-1", "tC/(ha·yr)"),
        ("tC·hm⁻²·a⁻¹", "tC/(ha·yr)"),
        ("吨碳/(公顷·年)", "tC/(ha·yr)"),
        ("吨C/亩", "tC/mu"),
        ("tC/ha/yr", "tC/(ha·yr)"),
        ("tC/(a·ha)", "tC/(ha·yr)"),
        ("Mg C ha-1", "MgC/ha"),
        ("kgC·m-2", "kgC/m2"),
        ("t CO2-eq ha^-1 yr^-1", "tCO2e/(ha·yr)"),
        ("tCO₂/(hm²·a)", "tCO2/(ha·yr)"),
        ("t/hm2", "t/ha"),
        # other units are none of its business
        ("t d.m./ha", "t d.m./ha"),
        ("kgCO2/(m2 crown·yr)", "kgCO2/(m2 crown·yr)"),
        ("kWh/(m2·yr)", "kWh/(m2·yr)"),
        ("trips/(100 m2·peak h)", "trips/(100 m2·peak h)"),
        ("%", "%"),
        ("", ""),
    ],
)
def test_spellings_of_units(text, expected):
    assert unit_text(text) == expected


@given(st.text(max_size=40))
def test_unit_text_never_fails(text):
    unit_text(text)
