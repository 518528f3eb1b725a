"""Results in the project: names, groups, styles, metadata, properties; stale handles after an exchange."""

import pytest
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import Settings
from carbon_planner.bridge.loading import load_on_completion
from carbon_planner.bridge.metadata import describe_table, evaluated_fields, group_name
from carbon_planner.bridge.publish import Output, publish
from carbon_planner.bridge.reading import ZoneFields, read_zones
from carbon_planner.bridge.source import open_layer
from carbon_planner.bridge.tables import LEDGER, PIECES, ZONES, ledger_table, pieces_table, zones_table
from carbon_planner.bridge.targets import resolve

NAMES = {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER}
ROLES = ZoneFields("id", "plan", "base", "green", "bd")


@pytest.fixture
def zones(make_layer, square, voice):
    rows = [
        (square(), "A", "0701", "0101", 0.35, 0.25),
        (square(39_500_200.0), "B", "0301", "0101", None, None),
        (square(39_500_400.0), "C", None, "0101", None, None),
    ]
    layer = make_layer(rows, "id:string,plan:string,base:string,green:double,bd:double", name="规划分区")
    return read_zones(open_layer(layer, voice), ROLES, voice)


@pytest.fixture
def evaluation(zones, voice):
    return evaluate(zones.plan, None, Settings(plan_system="landsea2023", base_system="landsea2023"), feedback=voice)


class Writer(QgsProcessingAlgorithm):
    """Publishes an evaluation as the real algorithm does."""

    def __init__(self, zones=None, evaluation=None, voice=None):
        super().__init__()
        self.given = zones, evaluation, voice

    def createInstance(self):
        return Writer(*self.given)

    def name(self):
        return "writer"

    def displayName(self):
        return "Writer"

    def initAlgorithm(self, configuration=None):
        for name in ("OUTPUT", "LEDGER"):
            self.addParameter(QgsProcessingParameterFeatureSink(name, f"label of {name}", optional=True))

    def processAlgorithm(self, parameters, context, feedback):
        zones, evaluation, voice = self.given
        targets = resolve([self.parameterDefinition(n) for n in ("OUTPUT", "LEDGER")], NAMES, parameters, context)
        made = {"OUTPUT": zones_table(zones, evaluation.zones, "zh"), "LEDGER": ledger_table(evaluation.ledger, "zh")}
        outputs = [
            Output(
                t, describe_table(made[n], evaluation, zones, {"software": "Carbon Planner 0.1"}, "2026-01-01T00:00")
            )
            for n, t in targets.items()
        ]
        results = publish(outputs, [], context, voice)
        properties = {"created": "2026-01-01T00:00", "report": ""}
        load_on_completion(results, outputs, context, group_name(zones.source.name, "zh"), properties)
        return results


@pytest.fixture
def run(zones, evaluation, voice, context, qgis_processing, monkeypatch):
    from processing.gui import Postprocessing
    from processing.gui.Postprocessing import handleAlgorithmResults

    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)

    algorithm = Writer(zones, evaluation, voice)
    algorithm.initAlgorithm()

    def run_it(**destinations):
        project = QgsProject.instance()
        parameters = {n: QgsProcessingOutputLayerDefinition(str(d), project) for n, d in destinations.items()}
        results, ok = algorithm.run(parameters, context, QgsProcessingFeedback())
        assert ok
        assert handleAlgorithmResults(algorithm, context, QgsProcessingFeedback(), parameters)
        return results

    yield run_it
    QgsProject.instance().layerTreeRoot().removeAllChildren()


@pytest.mark.parametrize("destination", ["成果.gpkg", "成果.shp", "成果.geojson", "memory:", "TEMPORARY_OUTPUT"])
def test_loaded_layer_is_styled_named_grouped_described(run, tmp_path, destination):
    run(OUTPUT=tmp_path / destination if "." in destination else destination)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.name() == "碳影响 – 规划分区"
    assert QgsProject.instance().layerTreeRoot().findLayer(layer.id()).parent().name() == "碳规划 – 规划分区"
    legend = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert legend[0] == "净碳影响 (tCO2e)"
    assert legend[-1] == "未评估"
    assert len(legend) == 9
    assert layer.attributeDisplayName(layer.fields().lookupField("cp_net_t")) == "净碳影响 (tCO2e)"
    assert layer.editFormConfig().readOnly(layer.fields().lookupField("cp_net_t"))
    assert layer.customProperty("carbon_planner/created") == "2026-01-01T00:00"
    assert set(layer.styleManager().styles()) == {
        "净碳影响 (tCO2e)",
        "单位面积净值 (tCO2e/ha)",
        "储量变化排放量 (tCO2)",
        "基线碳储量 (t C)",
    }
    assert layer.styleManager().currentStyle() == "净碳影响 (tCO2e)"
    assert evaluated_fields(layer.metadata())["green_ratio"] == "green"
    assert layer.metadata().crs().authid() == "EPSG:4527"


def test_every_feature_has_a_symbol(run, zones):
    run(OUTPUT="memory:")
    (layer,) = QgsProject.instance().mapLayers().values()
    renderer, drawing = layer.renderer().clone(), QgsRenderContext()
    renderer.startRender(drawing, layer.fields())
    found = {f["cp_zone_id"]: renderer.originalSymbolsForFeature(f, drawing) for f in layer.getFeatures()}
    renderer.stopRender(drawing)
    assert all(len(symbols) == 1 for symbols in found.values())
    assert found["A"][0].color().name() in ("#8c510a", "#d8b365", "#f6e8c3")  # cropland paved: emission
    assert found["B"][0].color().name() in ("#01665e", "#5ab4ac", "#c7eae5")  # forest planted: removal
    assert found["C"][0].symbolLayerCount() == 2  # hatched


def test_metadata_in_the_file_say_everything(run, tmp_path, evaluation):
    results = run(OUTPUT=tmp_path / "a.gpkg", LEDGER=tmp_path / "a.gpkg")
    for kind, name in (("OUTPUT", "碳影响 – 规划分区"), ("LEDGER", "碳台账 – 规划分区")):
        layer = QgsVectorLayer(results[kind], "again", "ogr")
        metadata = layer.metadata()
        assert metadata.title() == name
        text = metadata.abstract()
        assert evaluation.factor_set.content_hash in text
        assert all(part.text("zh") in text for part in evaluation.statement)
        assert "Carbon Planner 0.1" in metadata.history()[0]
        assert metadata.licenses()
        assert metadata.rights()


def test_rerun_shows_the_new_data_in_the_loaded_layer(run, tmp_path, zones, voice):
    path = tmp_path / "a.gpkg"
    run(OUTPUT=path)
    (layer,) = QgsProject.instance().mapLayers().values()
    before = {f["cp_zone_id"]: f["cp_net_t"] for f in layer.getFeatures()}
    run(OUTPUT=path)
    layers = list(QgsProject.instance().mapLayers().values())
    for each in layers:
        assert {f["cp_zone_id"]: f["cp_net_t"] for f in each.getFeatures()} == before


def test_a_style_of_the_user_is_shown(run, tmp_path):
    path = tmp_path / "a.gpkg"
    run(OUTPUT=path)
    (layer,) = QgsProject.instance().mapLayers().values()
    from qgis.core import QgsSingleSymbolRenderer

    from carbon_planner.bridge.styles import fill

    layer.setRenderer(QgsSingleSymbolRenderer(fill("#123456")))
    layer.saveStyleToDatabase("mine", "", True, "")
    QgsProject.instance().removeAllMapLayers()
    run(OUTPUT=path)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.renderer().symbol().color().name() == "#123456"


def test_pieces_are_coloured_by_class(zones, context, voice, make_layer, square):
    from qgis.core import QgsCoordinateTransformContext

    from carbon_planner.bridge.reading import BaseFields, read_base
    from carbon_planner.bridge.targets import parse

    base = read_base(
        open_layer(make_layer([(square(size=500.0), "0101")], "c:string", name="base"), voice),
        BaseFields("c"), zones, QgsCoordinateTransformContext(), voice,
    )  # fmt: skip
    settings = Settings(plan_system="landsea2023", base_system="landsea2023")
    found = evaluate(zones.plan, base.parcels, settings, keep_pieces=True, feedback=voice)
    table = describe_table(pieces_table(found.pieces, zones.crs, "zh"), found, zones, {}, "2026")
    results = publish([Output(parse("PIECES", "memory:", PIECES), table)], [], context, voice)
    layer = context.getMapLayer(results["PIECES"])
    assert layer.name() == "变化图斑 – 规划分区"
    labels = [c.label() for c in layer.renderer().categories()]
    assert labels == ["0301 乔木林地", "0701 城镇住宅用地", "无地类"]
    assert sum(f["area_ha"] for f in layer.getFeatures()) == pytest.approx(3.0, rel=1e-3)
