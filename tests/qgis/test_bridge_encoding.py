"""Text of shapefiles: detected from declarations and bytes, repaired on reading, refused where it cannot be read."""

import os
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer

from carbon_planner.base.errors import InputError, SettingsError
from carbon_planner.bridge.reading import ZoneFields, read_zones
from carbon_planner.storage.encoding import canonical_name, chosen_encoding, detect_dbf_encoding

NAMES = ["城镇住宅用地", "商业用地", "公园绿地", "水田"]
RARE = {"GB18030": "㐂用地𠮷"}
RIGHT = {"GBK": "GBK", "GB2312": "GB2312", "GB18030": "GB18030", "UTF-8": "UTF-8"}
WRONG = {"GBK": "UTF-8", "GB2312": "ISO-8859-1", "GB18030": "UTF-8", "UTF-8": "GBK"}


def shapefile(make_shapefile, folder, encoding, cpg="absent", ldid=0, names=None):
    rows = []
    for i, name in enumerate(names or [*NAMES, *([RARE[encoding]] if encoding in RARE else [])]):
        x = 39_500_000.0 + 200 * i
        ring = [(x, 3_400_000.0), (x, 3_400_100.0), (x + 100, 3_400_100.0), (x + 100, 3_400_000.0)]
        rows.append((ring, f"Z{i}", name, 35.0))
    fields = [("ID", "C", 8, 0), ("用地名称", "C", 40, 0), ("绿地率", "N", 6, 2)]
    if encoding == "UTF-8":
        fields[1] = ("用地名", "C", 40, 0)  # three characters are all that ten bytes of UTF-8 hold
    return make_shapefile(folder / "规划分区", fields, rows, encoding, cpg, ldid), fields, [row[2] for row in rows]


@pytest.mark.parametrize("ldid", [0, 0x4D])
@pytest.mark.parametrize("cpg", ["absent", "right", "wrong"])
@pytest.mark.parametrize("encoding", ["GBK", "GB2312", "GB18030", "UTF-8"])
def test_every_declaration_right_or_wrong(make_shapefile, chinese_folder, source_of, voice, encoding, cpg, ldid):
    text = {"absent": "absent", "right": RIGHT[encoding], "wrong": WRONG[encoding]}[cpg]
    path, fields, names = shapefile(make_shapefile, chinese_folder, encoding, text, ldid)
    zones = read_zones(source_of(str(path)), ZoneFields("ID", fields[1][0], "", fields[2][0]), voice)
    assert [f.name() for f in zones.kept_fields()] == [name for name, *_ in fields]
    assert list(zones.plan.plan_class) == names
    assert zones.plan.green_ratio.tolist() == [0.35] * len(names)
    expected = {"GB2312": "GBK"}.get(encoding, encoding)
    assert zones.source.encoding == expected


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_one_name_is_enough(make_shapefile, tmp_path, encoding, name):
    path, _, _ = shapefile(make_shapefile, tmp_path, encoding, names=[name])
    assert detect_dbf_encoding(str(path)).encoding == encoding


def test_names_chosen_while_garbled_are_found(make_shapefile, tmp_path, source_of, voice):
    path, _fields, names = shapefile(make_shapefile, tmp_path, "GBK")
    layer = QgsVectorLayer(str(path), "garbled", "ogr")
    QgsProject.instance().addMapLayer(layer, False)
    garbled = layer.fields()[1].name()
    assert "\ufffd" in garbled
    zones = read_zones(source_of(layer), ZoneFields(plan_class=garbled), voice)
    assert list(zones.plan.plan_class) == names
    assert layer.fields()[1].name() == garbled  # the layer of the project is left as it is


def test_selection_of_a_garbled_layer(make_shapefile, tmp_path, source_of, voice):
    from qgis.core import QgsProcessingFeatureSourceDefinition

    path, _fields, names = shapefile(make_shapefile, tmp_path, "GBK")
    layer = QgsVectorLayer(str(path), "garbled", "ogr")
    QgsProject.instance().addMapLayer(layer, False)
    layer.selectByIds([1, 3])
    zones = read_zones(source_of(QgsProcessingFeatureSourceDefinition(layer.id(), True)), ZoneFields("ID"), voice)
    assert zones.plan.ids == ["Z1", "Z3"]
    assert zones.rows.column(zones.source.index("用地名称")) == [names[1], names[3]]


def test_the_parameter_overrules(make_shapefile, tmp_path, source_of, voice):
    path, _fields, names = shapefile(make_shapefile, tmp_path, "GBK", "UTF-8")
    zones = read_zones(source_of(str(path), encoding="cp936"), ZoneFields(plan_class="用地名称"), voice)
    assert list(zones.plan.plan_class) == names


def test_a_wrong_parameter_is_refused_by_the_text(make_shapefile, tmp_path, source_of, voice):
    path, _fields, _ = shapefile(make_shapefile, tmp_path, "GBK")
    source = source_of(str(path), encoding="UTF-8")
    with pytest.raises(InputError, match="Give its encoding in ENCODING"):
        read_zones(source, ZoneFields(plan_class=source.fields[1].name()), voice)


def test_garbled_text_in_a_field_that_is_not_used_is_said(make_shapefile, tmp_path, source_of, voice):
    path, _, _ = shapefile(make_shapefile, tmp_path, "GBK")
    read_zones(source_of(str(path), encoding="UTF-8"), ZoneFields("ID"), voice)
    assert "TEXT_DAMAGED" in voice.ids()


def test_a_layer_set_right_by_hand_is_believed(make_shapefile, tmp_path, source_of, voice):
    path, _, names = shapefile(make_shapefile, tmp_path, "GBK")
    layer = QgsVectorLayer(str(path), "set by hand", "ogr")
    layer.setProviderEncoding("GBK")
    QgsProject.instance().addMapLayer(layer, False)
    source = source_of(layer)
    assert not source.repaired
    assert voice.told == voice.warned == []
    assert list(read_zones(source, ZoneFields(plan_class="用地名称"), voice).plan.plan_class) == names


def test_edits_of_a_garbled_layer_are_not_lost(make_shapefile, tmp_path, source_of):
    path, _, _ = shapefile(make_shapefile, tmp_path, "GBK")
    layer = QgsVectorLayer(str(path), "edited", "ogr")
    QgsProject.instance().addMapLayer(layer, False)
    layer.startEditing()
    layer.changeAttributeValue(0, 0, "new")
    with pytest.raises(InputError, match="being edited"):
        source_of(layer)
    layer.rollBack()


def test_western_text(make_shapefile, tmp_path):
    names = ["Zürich", "Genève", "Köln Süd"]
    path, _, _ = shapefile(make_shapefile, tmp_path, "UTF-8", names=names)
    dbf = path.with_suffix(".dbf")
    data = dbf.read_bytes().replace("用地名".encode(), b"NAME5678\0"[:9]).replace("绿地率".encode(), b"GREEN\0\0\0\0")
    for name in names:
        data = data.replace(name.encode().ljust(40), name.encode("cp1252").ljust(40))
    dbf.write_bytes(data)
    found = detect_dbf_encoding(str(path))
    assert (found.encoding, found.guessed) == ("windows-1252", True)


def test_plain_ascii_needs_no_word(make_shapefile, tmp_path, source_of, voice):
    ring = [(39_500_000.0, 0.0), (39_500_000.0, 9.0), (39_500_009.0, 9.0)]
    path = make_shapefile(tmp_path / "a", [("CODE", "C", 5, 0)], [(ring, "0701")])
    read_zones(source_of(str(path)), ZoneFields(plan_class="CODE"), voice)
    assert voice.warned == voice.told == []


def test_a_character_cut_at_the_end_of_a_field_is_forgiven(make_shapefile, tmp_path):
    path, _, _ = shapefile(make_shapefile, tmp_path, "GBK", names=["a" + "城镇住宅用地" * 5])  # 61 bytes into 40
    assert detect_dbf_encoding(str(path)).encoding == "GBK"


def test_one_chinese_row_among_many_is_found(make_shapefile, tmp_path):
    ring = [(39_500_000.0, 0.0), (39_500_000.0, 9.0), (39_500_009.0, 9.0)]
    rows = [(ring, "0701")] * 30_000 + [(ring, "住宅用地")]
    path = make_shapefile(tmp_path / "a", [("NAME", "C", 60, 0)], rows)
    assert detect_dbf_encoding(str(path)).encoding == "GBK"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("UTF-8", "UTF-8"), ("utf8", "UTF-8"), ("65001", "UTF-8"), ("936", "GBK"), ("CP936", "GBK"), ("GB2312", "GBK"),
        ("ANSI 936", "GBK"), ("gb18030", "GB18030"), ("950", "Big5"), ("CP950", "Big5"), ("8859-1", "ISO-8859-1"),
        ("88591", "ISO-8859-1"), ("ISO-8859-1", "ISO-8859-1"), ("1252", "windows-1252"),
        ("windows-1252", "windows-1252"),
        ("System", ""), ("nonsense", ""), ("", ""),
    ],
)  # fmt: skip
def test_spellings(name, known):
    assert canonical_name(name) == known


def test_unknown_parameter_is_refused():
    with pytest.raises(SettingsError, match="GBKK"):
        chosen_encoding("GBKK")


FORMATS = Path(os.environ.get("CARBON_PLANNER_DATA") or Path(__file__).parents[3] / "shared" / "data")
REAL = {
    "big5_ldid": ("Big5", "高速公路豐原交流道附近特定區計畫"),
    "gbk_ldid_only": ("GBK", "台南市安平港歷史風貌園區特定區計畫"),
    "gbk_undeclared": ("GBK", "高速公路斗南交流道附近特定區計畫"),
    "gbk_with_cpg": ("GBK", "頭份交流道附近特定區計畫"),
    "utf8_undeclared_no_prj": ("UTF-8", "高速公路中壢及內壢交流道附近特定區計畫"),
}


@pytest.mark.parametrize("folder", sorted(REAL))
def test_real_zoning(folder, source_of, voice):
    place = FORMATS / "tw_zoning_formats" / folder
    if not place.is_dir():
        pytest.skip(f"no data: {place}")
    encoding, plan = REAL[folder]
    path = next(place.glob("*.shp"))
    assert detect_dbf_encoding(str(path)).encoding == encoding
    source = source_of(str(path))
    names = [f.name() for f in source.fields]
    assert {"計畫區", "使用分", "建蔽率"} <= set(names)
    row = next(iter(source.features(voice)))
    assert plan in [v for v in row.attributes() if isinstance(v, str)]
