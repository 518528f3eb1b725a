"""The shipped tables and those of third parties: complete, sourced, with every problem told at once."""

import csv
import shutil

import pytest
from sector_cases import amounts, build

from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.sectors import (
    SectorError,
    register_sector_folder,
    registered_folders,
    registered_hashes,
    shipped,
    unregister_all,
)
from carbon_planner.accounting.sectors.catalogue import HERE
from carbon_planner.accounting.sectors.factor_source import FactorSource
from carbon_planner.factors.opening import open_resolver
from carbon_planner.factors.records import CONFIDENCES, EVIDENCES, RANGE_KINDS
from carbon_planner.factors.validation import check


@pytest.fixture(autouse=True)
def _forget():
    yield
    unregister_all()


def test_shipped_tables_are_whole():
    tables = shipped()
    assert set(tables.sectors) == {
        "buildings", "supply", "transport", "waste", "water", "industry", "agriculture", "sinks",
    }  # fmt: skip
    assert len(tables.compiled) >= 90
    assert all(q.name_en and q.name_zh for q in tables.quantities.values())
    used = {name for rule in tables.compiled for name in rule.quantities}
    used |= {r.quantity for rule in tables.compiled for r in rule.replaced}
    used |= {name for q in tables.quantities.values() for name in ("plot_ratio", "green_ratio") if name in q.derive}
    silent = set(tables.quantities) - used - {"household_size", "sealed_share", "gdp_1e4yuan", "pv_self_share"}
    assert silent == set()
    assert {s for rule in tables.compiled for s in (*rule.symbols, *filter(None, [rule.years_symbol]))} == set(
        tables.symbols
    )


def test_every_symbol_finds_a_factor_of_its_unit():
    """For Chongqing, every use of every rule has a coefficient: no name leads nowhere, no unit is mixed."""
    finder = open_resolver(region="CN-CQ")
    source = FactorSource(shipped(), finder, FactorBook(), Settings(start_year=2029, end_year=2030))
    without = set()
    for rule in shipped().compiled:
        for use in rule.uses or ("",):
            found = source.coefficient(rule, use, "CN-CQ")
            if not found.estimated:
                without.add((rule.rule.key, use, found.missing))
    assert without == set()


def test_defaults_of_the_tables_are_sourced_and_marked():
    """No figure without source and reason: judgement says so, what is recalled says that it is to be checked."""
    factors = shipped().factors
    assert [p.message.text() for p in check(factors.info, factors.factors) if p.level == "error"] == []
    for factor in factors.factors:
        assert factor.value is not None
        assert factor.source
        assert factor.confidence in CONFIDENCES
        assert (factor.confidence == "verified") == (factor.evidence == "transcription")
        assert factor.evidence in EVIDENCES
        assert factor.range_kind in RANGE_KINDS
        assert factor.low is not None
        assert factor.low <= factor.value <= factor.high
        if factor.evidence == "judgement":
            assert factor.notes, factor.factor_id
        if factor.evidence == "memory":
            assert "recalled" in factor.notes or "checked" in factor.notes or "rule" in factor.notes, factor.factor_id


def test_uses_of_classes_say_where_they_come_from():
    with (HERE / "uses.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            assert row["source"]
            assert row["confidence"] in CONFIDENCES
            assert row["evidence"] in EVIDENCES


def test_views_and_scopes_of_the_shipped_rules():
    """Scope 2 is in no territorial view, scope 3 in no view but the life cycle (carbon rule 12)."""
    for rule in shipped().rules:
        if rule.scope == "2":
            assert "territorial" not in rule.views, rule.key
        if rule.scope == "3":
            assert set(rule.views) <= {"lifecycle"}, rule.key
        if rule.role != "net":
            assert rule.views == (), rule.key


PACK = {
    "sectors.csv": "sector,name_en,name_zh\ncemeteries,Cemeteries,殡葬\n",
    "quantities.csv": (
        "quantity,unit,kind,name_en,name_zh,low,natural_zero,added,missing\n"
        "cremations,person/yr,extensive,Cremations,火化人次,0,y,n,none\n"
        "cremation_gas,m3/person,intensive,Gas per cremation,单次火化用气量,0,n,n,none\n"
    ),
    "symbols.csv": (
        "symbol,unit,use,key,override,name_en,name_zh\n"
        "gas_per_case,m3/person,,cemeteries.gas,cremation_gas,Gas per cremation,单次火化用气量\n"
    ),
    "factors.csv": (
        "set_id,factor_id,category,system,item,item_en,item_zh,parameter,region,value,low,high,range_kind,unit,gas,"
        "year,source,confidence,evidence,notes\n"
        "own,own_gas,own,,cemeteries.gas,gas per cremation,单次火化用气量,value,CN,30,20,40,minmax,m3/person,,2024,"
        "test,derived,judgement,test\n"
    ),
    "rules.csv": (
        "sector,line,choice,name_en,name_zh,uses,split,activity,unit,part,sides,coefficient,gas,scope,views,timing,role\n"
        "cemeteries,cremation,1,Cremation,火化,,zone,cremations,person/yr,all,both,gas_per_case * gas_ef,CO2,1,"
        "responsibility|territorial,yearly,net\n"
    ),
}


def write(folder, **changes):
    """A folder with the tables of a sector, some of them changed."""
    folder.mkdir(exist_ok=True)
    for name, text in {**PACK, **changes}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_adds_a_sector_without_code(tmp_path):
    assert register_sector_folder(write(tmp_path / "pack")) == ("cemeteries",)
    assert [f.name for f in registered_folders()] == ["pack"]
    (content,) = registered_hashes().values()
    (tmp_path / "pack" / "rules.csv").write_text(PACK["rules.csv"].replace("\n", "\r\n"), encoding="utf-8-sig")
    assert set(registered_hashes().values()) == {content}
    (tmp_path / "pack" / "rules.csv").write_text(PACK["rules.csv"] + "\n", encoding="utf-8")
    assert set(registered_hashes().values()) != {content}
    settings = Settings(sectors=("land", "cemeteries"), start_year=2029, end_year=2030)
    part = build(["1506", "1506"], [(0, "0103", 1.0), (1, "0103", 1.0)], settings=settings,
                 quantities={"cremations": [1000.0, 1000.0], "cremation_gas": [float("nan"), 15.0]})  # fmt: skip
    held = {}
    for term in part.terms:
        held[term.column] = term.amount.value
    totals = sorted(q * held[c] for q, c in zip(part.qty, part.col))
    per_m3 = 21.6502 / 1e4
    assert totals == pytest.approx([1000 * 15 * per_m3, 1000 * 30 * per_m3])
    assert part.flags["OWN_FIGURE"].tolist() == [False, True]
    assert amounts(part, category="cemeteries")
    unregister_all()
    assert "cemeteries" not in shipped().sectors


def test_all_problems_of_a_folder_come_at_once(tmp_path):
    rules = (
        "sector,line,choice,name_en,name_zh,uses,split,activity,unit,part,sides,coefficient,gas,scope,views,timing,role\n"
        "cemeteries,a,1,A,甲,,zone,cremations,person/yr,all,both,gas_per_case * grid,CO2,1,territorial,yearly,net\n"
        "cemeteries,b,1,B,,,zone,cremation,person/yr,all,both,gas_per_case,CO2,4,territorial,sometimes,net\n"
        "cemeteries,c,1,C,丙,villa,floor,cremations,person,all,both,gas_per_case +,CO2,1,territorial,renewal,net\n"
        "cemetery,d,1,D,丁,,zone,cremations,person/yr,all,both,2 * mystery,SF6,1,territorial,yearly,net\n"
        "buildings,electricity,9,E,戊,,zone,cremations,person/yr,all,both,gas_per_case * gas_ef,CO2,1,x,yearly,net\n"
    )
    with pytest.raises(SectorError) as error:
        register_sector_folder(write(tmp_path / "bad", **{"rules.csv": rules}))
    text = error.value.text()
    for part in (
        "rules.csv:2", "rules.csv:3", "rules.csv:4", "rules.csv:5", "sometimes", "villa", "mystery", "SF6", "cemetery",
        "buildings.electricity", "cremation ", "years",
    ):  # fmt: skip
        assert part in text, part
    assert len(error.value.problems) >= 10
    assert all(p.text("zh") for p in error.value.problems)
    assert registered_folders() == ()


def test_units_are_checked_when_tables_are_read(tmp_path):
    """Electricity × gas factor, CO2 for CO2e, a yearly figure for a thing done once: refused before any run."""
    head = PACK["rules.csv"].splitlines()[0]
    for cells in (
        "cremations,person/yr,all,both,gas_per_case * grid,CO2,1,territorial,yearly,net",
        "cremations,person/yr,all,both,gas_per_case * gas_ef,CO2e,1,territorial,yearly,net",
        "cremations,person/yr,all,both,gas_per_case * gas_ef,CO2,1,territorial,once_build,net",
        "cremations,m2,all,both,gas_per_case * gas_ef,CO2,1,territorial,yearly,net",
        "cremations,person/yr,all,both,gas_per_case * gas_ef + 1,CO2,1,territorial,yearly,net",
    ):
        row = f"cemeteries,cremation,1,Cremation,火化,,zone,{cells}"
        with pytest.raises(SectorError) as error:
            register_sector_folder(write(tmp_path / "pack", **{"rules.csv": f"{head}\n{row}\n"}))
        assert len(error.value.problems) == 1, cells
        assert "rules.csv:2" in error.value.text()


def test_a_folder_may_not_change_what_is_shipped(tmp_path):
    with pytest.raises(SectorError) as error:
        register_sector_folder(
            write(tmp_path / "pack", **{"sectors.csv": "sector,name_en,name_zh\nbuildings,Mine,我的\n"})
        )
    assert "buildings" in error.value.text()
    with pytest.raises(SectorError):
        register_sector_folder(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SectorError):
        register_sector_folder(empty)


def test_what_a_zone_replaces_may_only_multiply(tmp_path):
    head, row = PACK["rules.csv"].splitlines()
    changed = row.replace("gas_per_case * gas_ef", "(gas_per_case + gas_per_case) * gas_ef")
    with pytest.raises(SectorError) as error:
        register_sector_folder(write(tmp_path / "pack", **{"rules.csv": f"{head}\n{changed}\n"}))
    assert "gas_per_case" in error.value.text()


def test_circular_quantities_are_refused(tmp_path):
    text = PACK["quantities.csv"].replace("natural_zero", "derive,natural_zero").replace(",0,", ",0,,")
    text += "one,m2,extensive,One,一,0,two * 1,n,n,none\ntwo,m2,extensive,Two,二,0,one * 1,n,n,none\n"
    with pytest.raises(SectorError) as error:
        register_sector_folder(write(tmp_path / "pack", **{"quantities.csv": text}))
    assert error.value.text().count("derived from itself") == 2


def test_a_copy_of_the_shipped_folder_reads_the_same(tmp_path):
    from carbon_planner.accounting.sectors.catalogue import _read_folder

    copy = tmp_path / "copy"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert [r.key for r in _read_folder(copy).rules] == [r.key for r in shipped().rules]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rules.csv", b"\xff\xfe\x00\x01sector,line"),
        ("quantities.csv", b"quantity,unit\n\x00,\x00\n"),
        ("factors.csv", PACK["factors.csv"].replace(",2024,", ",twenty,").encode()),
        ("factors.csv", PACK["factors.csv"].replace(",30,20,40,", ",inf,20,40,").encode()),
        ("factors.csv", b"item,value,unit\ncemeteries.gas,x,furlong\n"),
        ("symbols.csv", b"symbol\ngas_per_case\n"),
        ("rules.csv", b"one,two\n1,2\n"),
        (
            "sectors.csv",
            b"sector,name_en,name_zh,need_uses,need_any,need_flag\ncemeteries,C,D,office,cremations,MY_FLAG\n",
        ),
        ("uses.csv", b"system,code,use,share\nlandsea2023,1506,villa,x\n"),
    ],
)
def test_whatever_a_folder_holds_is_told_and_nothing_breaks(tmp_path, name, content):
    folder = write(tmp_path / "pack")
    (folder / name).write_bytes(content)
    with pytest.raises(SectorError) as error:
        register_sector_folder(folder)
    assert error.value.problems
    assert all(p.text("zh") and p.text("en") for p in error.value.problems)
    assert registered_folders() == ()
