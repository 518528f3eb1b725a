"""Factor packs: folders of data that third parties register without code."""

import csv
import json
import shutil

import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.opening import open_resolver
from carbon_planner.factors.pack_reading import read_pack
from carbon_planner.factors.packs import find_packs, packs, use_packs
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.store import list_sets, open_set, reserved, use_store
from carbon_planner.factors.user_store import UserStore

FACTORS = """factor_id,category,item,parameter,region,value,low,high,range_kind,unit,gas,year,source,confidence,evidence
x_grid,provincial,grid.electricity,average,CN-CQ,0.5302,0.52,0.54,95,kgCO2/kWh,CO2,2024,City bureau 2025,verified,text
x_office,operation,office,use,500112,71,60,82,95,kWh/(m2·yr),,2024,Survey of 120 offices 2024,verified,text
"""
KEYS = """key,parent,set_id,category,item,parameter,unit,rule,name_en,name_zh
building.operation.office.electricity,building.operation.public.electricity,yubei_energy,,office,use,kWh/(m2·yr),hold,Office,办公
"""
REGIONS = """code,parent,kind,name_en,name_zh
500112-LJ,500112,area,Liangjiang,两江新区
"""
ABOUT = {
    "format": "carbon planner pack 1", "id": "yubei", "version": "1.0.0", "title_en": "Yubei", "title_zh": "渝北区",
    "licence": "CC BY 4.0", "keys": "keys.csv", "regions": "regions.csv", "sectors": "sectors",
    "sets": [
        {"file": "factors.csv", "id": "yubei_energy", "title_en": "Energy of Yubei", "title_zh": "渝北能源",
         "description_en": "Measured.", "description_zh": "实测。", "region": "500112", "year": 2024},
    ],
}  # fmt: skip


@pytest.fixture
def pack(tmp_path):
    """A valid pack in a folder of packs; gives the folder of the pack."""
    folder = tmp_path / "packs" / "yubei"
    (folder / "sectors").mkdir(parents=True)
    (folder / "pack.json").write_text(json.dumps(ABOUT, ensure_ascii=False), encoding="utf-8")
    (folder / "factors.csv").write_text(FACTORS, encoding="utf-8")
    (folder / "keys.csv").write_text(KEYS, encoding="utf-8")
    (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
    return folder


@pytest.fixture
def in_use(tmp_path):
    """The user store of the folder in use, so that its packs are found."""
    use_store(tmp_path)
    yield tmp_path
    use_store(None)


def change(folder, **changes):
    about = {**ABOUT, **changes}
    (folder / "pack.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def texts(folder):
    with pytest.raises(InvalidSet) as caught:
        read_pack(folder)
    return [p.message.text("en") for p in caught.value.problems if p.level == "error"]


def test_a_pack_is_read_whole(pack):
    found = read_pack(pack)
    assert (found.id, found.version, found.title("zh"), found.licence) == ("yubei", "1.0.0", "渝北区", "CC BY 4.0")
    info = found.sets[0].info
    assert (info.ref, info.kind, info.status, info.licence) == ("yubei_energy@1.0.0", "other", "published", "CC BY 4.0")
    assert (info.region, info.year, info.description_zh) == ("500112", 2024, "实测。")
    assert len(found.sets[0]) == 2
    assert found.sectors == pack / "sectors"
    assert [r.code for r in found.regions] == ["500112-LJ"]


def test_sets_of_packs_are_listed_opened_and_reserved(pack, in_use):
    assert [info.id for info in list_sets() if info.id == "yubei_energy"] == ["yubei_energy"]
    assert open_set("yubei_energy").ref == open_set("yubei_energy@1.0.0").ref
    assert reserved("yubei_energy")
    with pytest.raises(FactorError):
        open_set("yubei_energy@2.0.0")
    assert packs().sectors() == (pack / "sectors",)
    use_packs(None)
    assert packs().packs == ()


def test_a_run_uses_factors_keys_and_regions_of_a_pack(pack, in_use):
    resolver = open_resolver(region="500112-LJ")
    assert [resolver.find("grid.electricity", year=y).value for y in (2023, 2024, 2030)] == [0.5581, 0.5302, 0.5302]
    assert resolver.find("grid.electricity", year=2024).series == "provincial"
    office = resolver.find("building.operation.office.electricity", year=2030)
    assert (office.value, office.where, office.fset[:18]) == (71, "500112", "yubei_energy@1.0.0")
    elsewhere = resolver.find("building.operation.office.electricity", region="500113")
    assert elsewhere.value == 85.3


def test_the_sectors_of_a_pack_are_in_force_while_it_is_there(pack, in_use):
    from test_sectors_tables import write

    from carbon_planner.accounting.sectors import SectorError, current, shipped

    with pytest.raises(SectorError):
        current()  # an empty folder is no sector
    write(pack / "sectors")
    found = current()
    assert set(found.sectors) - set(shipped().sectors) == {"cemeteries"}
    assert current() is found
    write(pack / "sectors", **{"rules.csv": "sector\n"})
    with pytest.raises(SectorError):
        current()
    use_packs(None)
    assert current() is shipped()


def test_a_changed_file_is_read_again_and_a_removed_pack_is_gone(pack, in_use):
    assert open_set("yubei_energy").factors[1].value == 71
    (pack / "factors.csv").write_text(FACTORS.replace(",71,", ",72.5,"), encoding="utf-8")
    assert open_set("yubei_energy").factors[1].value == 72.5
    shutil.rmtree(pack)
    with pytest.raises(FactorError):
        open_set("yubei_energy")


def test_a_description_in_csv_says_the_same(pack):
    one = read_pack(pack)
    rows = [{f"pack_{k}": v for k, v in ABOUT.items() if isinstance(v, str) and k != "format"}]
    rows[0].update(ABOUT["sets"][0])
    (pack / "pack.json").unlink()
    with (pack / "pack.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    two = read_pack(pack)
    assert two.sets[0].ref == one.sets[0].ref
    assert (two.keys, two.regions, two.sectors) == (one.keys, one.regions, one.sectors)


def test_a_set_may_lie_in_several_files(pack):
    second = (
        FACTORS.splitlines()[0] + "\nx_shop,operation,shop,use,CN-CQ,90,,,none,kWh/(m2·yr),,2024,Survey,verified,text\n"
    )
    (pack / "more.csv").write_text(second, encoding="utf-8")
    change(pack, sets=[{**ABOUT["sets"][0], "file": ["factors.csv", "more.csv"]}])
    assert [f.factor_id for f in read_pack(pack).sets[0].factors] == ["x_grid", "x_office", "x_shop"]
    (pack / "more.csv").write_text(FACTORS, encoding="utf-8")
    assert any("x_office" in text for text in texts(pack))


def test_all_findings_come_at_once_with_file_and_cell(pack):
    (pack / "factors.csv").write_text(
        FACTORS.replace("kgCO2/kWh", "kgCO2/furlong^").replace("Survey of 120 offices 2024", ""), encoding="utf-8"
    )
    change(pack, version="", sectors="nowhere", typo=1, keys="../keys.csv")
    found = texts(pack)
    assert any(t.startswith("factors.csv: ") and "M3" in t and "source" in t for t in found)
    assert any("nowhere" in t for t in found)
    assert any("typo" in t for t in found)
    assert any(t.startswith("../keys.csv: ") and "outside" in t for t in found)
    assert any("version" in t for t in found)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"format": "something"}, "carbon planner pack 1"),
        ({"sets": []}, "no factor set"),
        ({"sets": "x"}, "no factor set"),
        ({"sets": [{"file": "none.csv", "id": "a"}]}, "missing"),
        ({"sets": [{"id": "a"}]}, "lacks an id or a file"),
        ({"sets": [{**ABOUT["sets"][0], "title_zh": ""}]}, "title_zh"),
        ({"sets": [{**ABOUT["sets"][0], "colour": "red"}]}, "colour"),
        ({"sets": [ABOUT["sets"][0], ABOUT["sets"][0]]}, "twice"),
        ({"licence": ""}, "licence"),
        ({"id": "a b"}, "a b"),
    ],
)
def test_bad_descriptions_are_refused(pack, changes, part):
    change(pack, **changes)
    assert any(part in text for text in texts(pack))


def test_a_factor_of_an_unknown_region_is_refused(pack):
    (pack / "factors.csv").write_text(FACTORS.replace("500112", "Yubei New Town"), encoding="utf-8")
    assert any("Yubei New Town" in text for text in texts(pack))


def test_broken_descriptions_are_told(pack):
    (pack / "pack.json").write_text("{", encoding="utf-8")
    assert any("pack.json" in text for text in texts(pack))
    (pack / "pack.json").unlink()
    (pack / "pack.csv").write_text("pack_id,file\na\n", encoding="utf-8")
    assert any("pack.csv" in text for text in texts(pack))
    (pack / "pack.csv").unlink()
    assert any("missing" in text for text in texts(pack))


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("keys.csv", KEYS.replace("kWh/(m2·yr)", "MJ/(m2·yr)"), "MJ/(m2·yr)"),
        ("keys.csv", KEYS.replace("building.operation.public.electricity", "no.such.key"), "no.such.key"),
        ("keys.csv", KEYS.replace(",office,use", ",cinema,use"), "finds no factor"),
        ("keys.csv", KEYS.replace(",hold,", ",guess,"), "guess"),
        (
            "keys.csv",
            KEYS.replace("parent,set_id", "parent,region,set_id").replace("city,yubei", "city,Atlantis,yubei"),
            "Atl",
        ),
        ("regions.csv", REGIONS.replace("500112,area", "999999,area"), "999999"),
        ("regions.csv", REGIONS.replace("code,", "kode,"), "columns"),
        ("regions.csv", REGIONS.replace("500112-LJ", "CN-CQ"), "twice"),
    ],
)
def test_bad_tables_are_refused(pack, name, text, part):
    (pack / name).write_text(text, encoding="utf-8")
    assert any(t.startswith((name, "building.")) and part in t for t in texts(pack))


def test_duplicate_ids_are_refused_and_the_other_packs_work_on(pack, tmp_path):
    twin = pack.with_name("zz_twin")
    shutil.copytree(pack, twin)
    taken = pack.with_name("shipped")
    shutil.copytree(pack, taken)
    change(taken, id="other", sets=[{**ABOUT["sets"][0], "id": "energy"}])
    found = find_packs(tmp_path / "packs")
    assert [p.folder.name for p in found.packs] == ["yubei"]
    assert [b.folder.name for b in found.broken] == ["shipped", "zz_twin"]
    assert "“energy”" in found.broken[0].error.text("en")
    assert "因子包" in found.broken[1].error.text("zh")


def test_the_id_of_a_set_in_the_users_store_is_taken(pack, in_use):
    from factor_cases import BASE

    UserStore(in_use).add(make_set([factor(**{**BASE, "factor_id": "a"})], id="yubei_energy"))
    assert packs().packs == ()
    assert "yubei_energy" in packs().broken[0].error.text("en")
    assert open_set("yubei_energy").info.kind == "land_stock"


def test_folders_that_are_no_packs_are_passed_over(tmp_path):
    (tmp_path / "packs" / "notes").mkdir(parents=True)
    assert find_packs(tmp_path / "packs") == find_packs(tmp_path / "none")
