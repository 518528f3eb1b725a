"""From any code of any class system to a generic class, a cover and a factor."""

import pytest

from carbon_planner.base.errors import ClassError
from carbon_planner.classes.cover import ROLES
from carbon_planner.storage.sqlite import reading

SYSTEMS = [
    "landsea2023",
    "landsea2020",
    "survey3",
    "gbt21010",
    "gb50137",
    "cjjt85",
    "cjjt85_2002",
    "corine",
    "worldcover",
    "clcd",
    "cnlucc",
    "esri10m",
    "fromglc10",
    "globeland30",
    "dynamicworld",
    "ipcc",
    "generic",
]
POOLS = ("above", "below", "dead", "soil")


@pytest.fixture(scope="module")
def pools(shipped_library):
    """(generic class, pool) → (value, notes) of the default stock set."""
    statement = "SELECT item, parameter, value, notes FROM cp_factors WHERE set_id = 'cq_mixed_0_100cm'"
    with reading(shipped_library, immutable=True) as connection:
        return {(item, pool): (value, notes) for item, pool, value, notes in connection.execute(statement)}


def has_stock(classes, pools, generic):
    """Whether a generic class has all pools, itself or by its parents; soil may be stated as not estimated."""
    for pool in POOLS:
        found = [pools[one, pool] for one in classes.generic_chain(generic) if (one, pool) in pools]
        if not found:
            return False
        value, notes = found[0]
        if value is None and not (pool == "soil" and notes.startswith("not estimated")):
            return False
    return True


def test_every_landsea_code_gets_a_result(classes, pools):
    """The promise to the planner: all 175 codes of 2023 reach a generic class, a cover and a stock."""
    system = classes.system("landsea2023")
    assert len(system) == 175
    for code in system.codes():
        match = classes.match("landsea2023", code)
        assert (match.code, match.landsea, match.flags, match.reason) == (code, code, (), None)
        assert match.name_zh and match.name_en
        cover = classes.cover(match)
        assert cover is not None and cover.code == code and cover.generic == match.generic
        assert [share.role for share in cover.shares] == list(ROLES)
        assert sum(share.share for share in cover.shares) == pytest.approx(1.0, abs=1e-9)
        for generic in [match.generic, *(s.generic for s in cover.shares if s.share > 0)]:
            assert has_stock(classes, pools, generic), (code, generic)


def test_cover_modes(classes):
    modes = {}
    for code in classes.system("landsea2023").codes():
        cover = classes.cover(classes.match("landsea2023", code))
        modes.setdefault(cover.mode, []).append(code)
        if cover.mode == "natural":
            assert cover.share("green").share + cover.share("water").share + cover.share("bare").share == 1.0, code
    assert {mode: len(codes) for mode, codes in modes.items()} == {"natural": 69, "mixed": 103, "keep_base": 3}
    assert modes["keep_base"] == ["16", "1804", "2301"]


@pytest.mark.parametrize(
    "system",
    SYSTEMS[1:],
)
def test_every_code_of_the_other_systems_resolves_or_says_why(classes, pools, system):
    for code in classes.system(system).codes():
        match = classes.match(system, code)
        assert match.code == code
        if match.generic is None:
            assert match.reason is not None and match.flags, code
            assert match.reason.text("en") != match.reason.text("zh")
        else:
            assert match.reason is None
            assert has_stock(classes, pools, match.generic), code


def test_which_codes_have_no_class(classes):
    found = {
        info.id: [c for c in classes.system(info.id).codes() if classes.match(info.id, c).generic is None]
        for info in classes.systems()
    }
    assert {system: codes for system, codes in found.items() if codes} == {
        "gb50137": ["E", "E2"],  # cropland, forest or water: nobody can tell
        "cjjt85": ["XG", "EG"],  # inside a host parcel; any kind of green outside the town
        "cjjt85_2002": ["G4"],
        "esri10m": ["0", "10"],  # no data, clouds
        "generic": ["unknown"],
    }


def test_systems_are_those_of_the_interface(classes):
    assert [info.id for info in classes.systems()] == SYSTEMS
    assert all(info.name_en and info.name_zh for info in classes.systems())


def test_an_unknown_system_is_an_error_that_names_the_known(classes):
    with pytest.raises(ClassError) as caught:
        classes.match("GB/T 21010", "0101")
    assert caught.value.message.id == "CLASS_SYSTEM_UNKNOWN"
    assert "gbt21010" in caught.value.text("zh")
    with pytest.raises(ClassError):
        classes.generic("meadow")


@pytest.mark.parametrize(
    ("system", "cell", "code", "landsea", "generic", "flags"),
    [
        ("landsea2023", "070199", "0701", "0701", "built_residential", ("PARENT_CODE",)),
        ("landsea2023", "090105", "090105", "090105", "built_commercial", ()),
        ("landsea2023", "090199", "0901", "0901", "built_commercial", ("PARENT_CODE",)),
        ("landsea2023", "07010199", "070101", "070101", "built_residential", ("PARENT_CODE",)),
        ("landsea2023", "0799", "07", "07", "built_residential", ("PARENT_CODE",)),
        ("landsea2023", "07011", "0701", "0701", "built_residential", ("PARENT_CODE",)),
        ("landsea2023", "101", "0101", "0101", "paddy", ("PADDED_CODE",)),
        ("landsea2023", 101.0, "0101", "0101", "paddy", ("PADDED_CODE",)),
        ("landsea2023", 60101, "060101", "060101", "rural_facility", ("PADDED_CODE",)),
        ("landsea2023", 7, "07", "07", "built_residential", ("PADDED_CODE",)),
        ("landsea2023", "城镇住宅用地", "0701", "0701", "built_residential", ("NAME_MATCH",)),
        ("landsea2023", " 城镇 住宅用地 ", "0701", "0701", "built_residential", ("NAME_MATCH",)),
        ("landsea2023", "城镇住宅", "0701", "0701", "built_residential", ("NAME_MATCH",)),
        ("landsea2023", "城镇住宅用地（规划）", "0701", "0701", "built_residential", ("NAME_MATCH",)),
        ("landsea2023", "城镇道路用地", "1207", "1207", "built_transport", ("NAME_MATCH",)),
        ("landsea2023", "PADDY FIELD", "0101", "0101", "paddy", ("NAME_MATCH",)),
        ("landsea2023", "built_residential", "built_residential", None, "built_residential", ("NAME_MATCH",)),
        ("landsea2023", "0701城镇住宅用地", "0701", "0701", "built_residential", ()),
        ("landsea2020", "0204", "0204", "0205", "orchard", ("RECODED_2020",)),
        ("landsea2020", "060102", "060102", "1207", "built_transport", ("RECODED_2020",)),
        ("landsea2020", "2302", "2302", "2303", "grassland", ("RECODED_2020",)),
        ("landsea2020", "1313", "1313", "1312", "built_utility", ("RECODED_2020",)),
        ("landsea2020", "0701", "0701", "0701", "built_residential", ()),
        ("survey3", "0201K", "0201K", "0201", "orchard", ()),
        ("survey3", "0301A", "0301", "0301", "forest", ("PARENT_CODE",)),
        ("survey3", "08H2A", "08H2A", "080401", "built_public", ()),
        ("survey3", "5H1", "05H1", "09", "built_commercial", ("PADDED_CODE",)),
        ("survey3", "0602", "0602", "1002", "built_mining", ()),
        ("survey3", "1203", "1203", "2303", "grassland", ()),
        ("survey3", "0810", "0810", "1401", "green_urban", ("AMBIGUOUS",)),
        ("survey3", "00", "00", "05", "wetland", ("AMBIGUOUS",)),
        ("gbt21010", "0303", "0303", "0507", "wetland", ()),
        ("gbt21010", "05", "05", "09", "built_commercial", ()),
        ("gb50137", "R2", "R2", "070102", "built_residential", ()),
        ("gb50137", "R29", "R2", "070102", "built_residential", ("PARENT_CODE",)),
        ("gb50137", "住宅用地", "R", "0701", "built_residential", ("NAME_MATCH",)),
        ("gb50137", "H11", "H11", None, "built", ("CONTAINER",)),
        ("cjjt85", "G2", "G2", "1402", "green_urban", ()),
        ("cjjt85_2002", "G3", "G3", "1402", "green_urban", ()),
        ("corine", "112", "112", None, "built_residential", ()),
        ("corine", "11", "11", None, "built_residential", ()),
        ("corine", 1, "1", None, "built", ()),
        ("corine", "1121", "112", None, "built_residential", ("PARENT_CODE",)),
        ("corine", "Water bodies", "5", None, "water", ("NAME_MATCH",)),  # level 1 and 512 bear the name
        ("cnlucc", "111", "11", None, "paddy", ("PARENT_CODE",)),
        ("worldcover", 80, "80", None, "water", ()),
        ("worldcover", "Bare / sparse vegetation", "60", None, "bare", ("NAME_MATCH",)),
        ("ipcc", "sl", "SL", None, "built", ()),
        ("generic", "居住用地", "built_residential", None, "built_residential", ("NAME_MATCH",)),
    ],
)
def test_match(classes, system, cell, code, landsea, generic, flags):
    match = classes.match(system, cell)
    assert (match.code, match.landsea, match.generic, match.flags) == (code, landsea, generic, flags)


@pytest.mark.parametrize(
    ("system", "cell", "reason"),
    [
        ("landsea2023", None, "CLASS_EMPTY"),
        ("landsea2023", "99", "CLASS_NOT_IN_SYSTEM"),
        ("landsea2023", "5101070010203", "CLASS_NOT_IN_SYSTEM"),
        ("landsea2023", "住宅區", "CLASS_NOT_IN_SYSTEM"),
        ("landsea2023", "199", "CLASS_SEVERAL_READINGS"),
        ("gb50137", "E2", "CLASS_CONTAINER"),
        ("cjjt85", "XG", "CLASS_CONTAINER"),
        ("corine", "999", "CLASS_NOT_IN_SYSTEM"),
        ("cnlucc", "999", "CLASS_NOT_IN_SYSTEM"),
        ("worldcover", "101", "CLASS_NOT_IN_SYSTEM"),
        ("esri10m", "10", "CLASS_NO_DATA"),
    ],
)
def test_no_class_says_why_and_never_raises(classes, system, cell, reason):
    match = classes.match(system, cell)
    assert match.generic is None
    assert match.flags == (("CONTAINER",) if reason == "CLASS_CONTAINER" else ("UNKNOWN_CLASS",))
    assert match.reason.id == reason
    assert "{" not in match.reason.text("en") + match.reason.text("zh")


def test_two_readings_are_offered_and_none_taken(classes):
    match = classes.match("landsea2023", "199")
    assert (match.code, match.suggestions) == (None, ("01", "19"))


def test_chain_runs_from_the_code_over_parents_to_landsea(classes):
    assert classes.match("survey3", "0201K").chain == (
        ("survey3", "0201K"),
        ("survey3", "0201"),
        ("survey3", "02"),
        ("landsea2023", "0201"),
        ("landsea2023", "02"),
    )
    assert classes.match("landsea2023", "070199").chain == (
        ("landsea2023", "070199"),
        ("landsea2023", "0701"),
        ("landsea2023", "07"),
    )
    assert classes.match("landsea2023", "xyz").chain == (("landsea2023", "xyz"),)  # a user's own factor may know it


def test_mixed_code_gives_its_parts_and_by_itself_the_largest(classes):
    match = classes.match("landsea2023", "0701/0901(3:7)")
    assert (match.code, match.flags, match.requested) == ("0901", ("MIXED_CODE",), "0701/0901(3:7)")
    parts = classes.parts("landsea2023", "0701/0901(3:7)")
    assert [(part.code, share, part.flags) for part, share in parts] == [
        ("0701", 0.3, ("MIXED_CODE",)),
        ("0901", 0.7, ("MIXED_CODE",)),
    ]
    assert [(m.code, s) for m, s in classes.parts("gb50137", "R2B1")] == [("R2", 0.5), ("B1", 0.5)]
    names = classes.parts("landsea2023", "城镇住宅用地/商业用地(6:4)")
    assert [(m.code, s) for m, s in names] == [("0701", 0.6), ("0901", 0.4)]
    assert [(m.code, s) for m, s in classes.parts("worldcover", "Bare / sparse vegetation")] == [("60", 1.0)]
    assert [(m.code, s) for m, s in classes.parts("landsea2023", "0701")] == [("0701", 1.0)]


def test_cover_only_where_a_landsea_code_is_reached(classes):
    cover = classes.cover(classes.match("gb50137", "R2"))
    assert (cover.code, cover.mode) == ("070102", "mixed")
    value, low, high = cover.plot_ratio
    assert low < value < high
    assert classes.cover(classes.match("survey3", "0101")).mode == "natural"
    assert classes.cover(classes.match("corine", "112")) is None
    assert classes.cover(classes.match("landsea2023", "nothing")) is None
    with pytest.raises(KeyError):
        cover.share("roof")


def test_generic_classes(classes):
    assert classes.generic_chain("built_residential") == ("built_residential", "built")
    assert classes.generic_chain("sea") == ("sea", "water")
    green = classes.generic("green_urban")
    assert (green.built_up, green.ipcc_category, green.parent) == (True, "Settlements", "grassland")
    assert classes.generic("paddy").ipcc_category == "Cropland"


def test_names_in_both_languages(classes):
    assert classes.name("landsea2023", "0701", "zh") == "城镇住宅用地"
    assert classes.name("landsea2023", "0701") == classes.match("landsea2023", "0701").name("en") != ""
    assert classes.name("corine", "112", "zh") == "不连续城镇建成区"
    assert classes.name("landsea2020", "060102", "zh") == "村庄内部道路用地"
    assert classes.name("landsea2023", "zz", "zh") == "ZZ"
    for info in classes.systems():
        for record in classes.system(info.id).records():
            assert record.name_en and record.name_zh, (info.id, record.code)


def test_hierarchy_of_a_system(classes):
    system = classes.system("landsea2023")
    assert system.ancestors("070102") == ("0701", "07")
    assert len(system.children()) == 24
    assert [r.code for r in system.children("0701")] == ["070101", "070102", "070103"]
    assert "0701" in system and "070199" not in system


def test_matches_are_shared_and_cannot_be_changed(classes):
    first = classes.match("landsea2023", "0701")
    assert classes.match("landsea2023", "0701") is first
    with pytest.raises(AttributeError):
        first.code = "0702"
    assert first == classes.match("landsea2023", "0701")
    assert hash(first)
