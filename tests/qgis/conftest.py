"""Shared fixtures: the provider in a real QGIS, a context that is freed before QGIS exits, small layers."""

from __future__ import annotations

import itertools
import struct
import sys

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from team_fixtures import Cases, stored, team, team_database  # noqa: F401 - the fixtures serve all tests

CGCS2000_39 = "EPSG:4527"  # CGCS2000, 3-degree zone 39


class Recorder(QgsProcessingFeedback):
    """Feedback that keeps what is said and can cancel once a share of the progress is reached."""

    def __init__(self, cancel_at: float | None = None) -> None:
        super().__init__(False)
        self.cancel_at = cancel_at
        self.steps: list[float] = []
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.progressChanged.connect(self._step)
        if cancel_at is not None and cancel_at <= 0:
            self.cancel()

    def _step(self, value: float) -> None:
        self.steps.append(value)
        if self.cancel_at is not None and value >= self.cancel_at:
            self.cancel()

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.errors.append(error)


def make_layer(
    rows, fields="id:string,use:string", crs="EPSG:32649", kind="MultiPolygon", name="zones"
) -> QgsVectorLayer:
    """A memory layer from ``(wkt, attribute, attribute, …)`` rows; a WKT of None is a null geometry."""
    parts = [f"crs={crs}"] if crs else []
    parts += [f"field={f.strip()}" for f in fields.split(",") if f.strip()]
    layer = QgsVectorLayer(f"{kind}?" + "&".join(parts), name, "memory")
    assert layer.isValid()
    features = []
    for wkt, *attributes in rows:
        feature = QgsFeature(layer.fields())
        if wkt is not None:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(attributes)
        features.append(feature)
    good, added = layer.dataProvider().addFeatures(features)
    assert good
    assert len(added) == len(rows)
    layer.updateExtents()
    return layer


def square(x: float, y: float, side: float = 100.0) -> str:
    """WKT of a square with its lower left corner at x, y, easting 500000 and northing 3000000 being the origin."""
    return rectangle(x, y, side, side)


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """WKT of a rectangle, coordinates as in :func:`square`."""
    x, y = 500000 + x, 3000000 + y
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
    return "MULTIPOLYGON(((" + ",".join(f"{a!r} {b!r}" for a, b in corners) + ")))"


@pytest.fixture(scope="session")
def provider(qgis_processing):
    """The plugin's provider in the registry of the test application."""
    from carbon_planner.processing.provider import CarbonPlannerProvider

    registry = QgsApplication.processingRegistry()
    present = registry.providerById("carbonplanner")
    if present is not None:  # the tests of another folder have registered it for the session
        yield present
        return
    made = CarbonPlannerProvider()
    assert registry.addProvider(made)
    yield made
    registry.removeProvider(made)


@pytest.fixture
def context(qgis_app):
    """A Processing context whose layers are freed before QGIS exits.

    An exception's traceback keeps the frames of processing.run alive, and with them the context and its layers; freed
    after exitQgis() they crash the interpreter (seen with 3.44).
    """
    made = QgsProcessingContext()
    made.setProject(QgsProject.instance())
    yield made
    made.temporaryLayerStore().removeAllMapLayers()
    QgsProject.instance().removeAllMapLayers()


@pytest.fixture
def recorder() -> type[Recorder]:
    """The feedback class."""
    return Recorder


@pytest.fixture(autouse=True)
def slot_errors(monkeypatch):
    """Turn an exception in a Qt slot into a test failure; PyQt would abort the process."""
    seen: list[tuple] = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: seen.append(args))
    yield seen
    if seen:
        raise seen[0][1]


@pytest.fixture(scope="session")
def run_python(tmp_path_factory):
    """Run a piece of code in a fresh interpreter of the same environment; gives what it printed."""
    import os
    import subprocess
    from pathlib import Path

    root = Path(__file__).parents[2]

    def run(code: str, **env: str) -> str:
        place = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(root), PYTHONWARNINGS="ignore", **env)
        place.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=root, env=place, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


class Voice:
    """A feedback that remembers what it was told; ``stop_at`` cancels at the n-th look."""

    def __init__(self, stop_at=None):
        self.told, self.warned, self.shares = [], [], []
        self.looks, self.stop_at = 0, stop_at

    def progress(self, share):
        self.shares.append(share)

    def info(self, message):
        self.told.append(message)

    def warn(self, message):
        self.warned.append(message)

    def cancelled(self):
        self.looks += 1
        return self.stop_at is not None and self.looks >= self.stop_at

    def ids(self):
        return [m.id for m in self.warned]


@pytest.fixture
def voice():
    return Voice()


@pytest.fixture
def make_voice():
    return Voice


@pytest.fixture(name="make_layer")
def layer_factory(qgis_app):
    """Make memory layers that live as long as the test, in CGCS2000 zone 39 unless told otherwise."""
    kept = []

    def make(rows, fields="", crs=CGCS2000_39, name="zones", geometry="MultiPolygon"):
        layer = make_layer(rows, fields, crs, geometry, name)
        kept.append(layer)
        return layer

    yield make
    kept.clear()


@pytest.fixture(name="square")
def square_factory():
    """WKT of squares in CGCS2000 zone 39; the default is one hectare on the central meridian."""

    def square(x=39_500_000.0, y=3_400_000.0, size=100.0):
        ring = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
        return "POLYGON((" + ",".join(f"{a!r} {b!r}" for a, b in ring) + "))"

    return square


@pytest.fixture
def chinese_folder(tmp_path):
    """A folder as planners name it: Chinese, blanks, a full stop, an apostrophe."""
    folder = tmp_path / "国土空间规划 v1.0 '成果'"
    folder.mkdir()
    return folder


def write_shapefile(path, fields, rows, encoding="GBK", cpg="absent", ldid=0, crs=CGCS2000_39):
    """Write a shapefile byte by byte, with any declaration of its encoding, right or wrong.

    ``fields`` are (name, type, width, decimals), ``rows`` are (ring or None, values …) with rings as lists of points;
    ``cpg`` is "absent" or the text of the file.
    """
    shapes = [_shape(ring) for ring, *_ in rows]
    points = [p for ring, *_ in rows for p in (ring or [])] or [(0.0, 0.0)]
    box = (min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points))
    heads = [struct.pack(">ii", number, len(shape) // 2) for number, shape in enumerate(shapes, 1)]
    starts = [50, *itertools.accumulate((4 + len(shape) // 2 for shape in shapes), initial=50)][1:-1]
    records = b"".join(head + shape for head, shape in zip(heads, shapes))
    index = b"".join(struct.pack(">ii", at, len(shape) // 2) for at, shape in zip(starts, shapes))

    def head(words):
        return struct.pack(">iiiiiii", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<ii8d", 1000, 5, *box, 0, 0, 0, 0)

    path.with_suffix(".shp").write_bytes(head(50 + len(records) // 2) + records)
    path.with_suffix(".shx").write_bytes(head(50 + len(index) // 2) + index)
    path.with_suffix(".dbf").write_bytes(_table(fields, rows, encoding, ldid))
    if cpg != "absent":
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    if crs:
        from qgis.core import QgsCoordinateReferenceSystem as Crs

        wkt = Crs(crs).toWkt(Crs.WktVariant.WKT1_ESRI)
        path.with_suffix(".prj").write_text(wkt, encoding="ascii")
    return path.with_suffix(".shp")


def _shape(ring):
    if ring is None:
        return struct.pack("<i", 0)
    points = [*ring, ring[0]]
    box = (min(p[0] for p in ring), min(p[1] for p in ring), max(p[0] for p in ring), max(p[1] for p in ring))
    body = b"".join(struct.pack("<dd", *p) for p in points)
    return struct.pack("<i4diii", 5, *box, 1, len(points), 0) + body


def _table(fields, rows, encoding, ldid):
    widths = [width for _, _, width, _ in fields]
    head = struct.pack("<BBBBIHH", 3, 126, 11, 24, len(rows), 33 + 32 * len(fields), 1 + sum(widths))
    head += bytes(17) + bytes([ldid]) + bytes(2)
    for name, kind, width, decimals in fields:
        raw = name.encode(encoding)[:10].ljust(11, b"\0")
        head += raw + kind.encode() + bytes(4) + bytes([width, decimals]) + bytes(14)
    body = bytearray()
    for _, *values in rows:
        body += b" "
        for (_, kind, width, decimals), value in zip(fields, values):
            if value is None:
                raw = b""
            elif kind == "C":
                raw = str(value).encode(encoding)
            else:
                raw = f"{value:.{decimals}f}".encode()
            body += raw[:width].ljust(width) if kind == "C" else raw.rjust(width)
    return head + b"\r" + body + b"\x1a"


@pytest.fixture
def make_shapefile(qgis_app):
    return write_shapefile


@pytest.fixture
def source_of(context, voice):
    """Open a layer or a path as the algorithms do: through a Processing parameter."""
    from qgis.core import QgsProcessing, QgsProcessingParameterFeatureSource

    from carbon_planner.bridge.source import open_source

    def open_it(value, feedback=voice, encoding=""):
        kind = QgsProcessing.SourceType.TypeVectorPolygon
        definition = QgsProcessingParameterFeatureSource("ZONES", "Plan zones", [kind])
        return open_source(definition, {"ZONES": value}, context, feedback, encoding)

    return open_it


@pytest.fixture(scope="session")
def rows_of():
    """Rows of a layer, or of a layer file or source that OGR reads, as dicts in feature order; NULL becomes None."""
    from carbon_planner.bridge.values import plain

    def rows(source) -> list[dict]:
        layer = source if isinstance(source, QgsVectorLayer) else QgsVectorLayer(str(source), "read", "ogr")
        assert layer.isValid(), source
        names = layer.fields().names()
        return [dict(zip(names, map(plain, feature.attributes()))) for feature in layer.getFeatures()]

    return rows


@pytest.fixture
def run_alg(provider, context):
    """Run an algorithm of the plugin: ``run_alg("evaluatezones", ZONES=…)``; the context lives as long as the test."""
    import processing

    def run(name: str, feedback=None, **parameters):
        quiet = Recorder() if feedback is None else feedback
        return processing.run(f"carbonplanner:{name}", parameters, context=context, feedback=quiet)

    return run


@pytest.fixture
def plan():
    """Two zones of 1 ha and 2 ha, and existing land use below them; the keys are parameters of ``evaluatezones``."""
    zones = make_layer(
        [(square(0, 0), "z1", "0701", "forest"), (rectangle(100, 0, 200, 100), "z2", "0601", "cropland")],
        "id:string,plan:string,now:string",
    )
    base = make_layer(
        [(rectangle(-50, -50, 150, 300), "0301"), (rectangle(100, -50, 400, 300), "0103")], "dlbm:string", name="base"
    )
    return {
        "ZONES": zones,
        "ZONE_ID": "id",
        "ZONE_CLASS": "plan",
        "ZONE_CLASS_SYSTEM": "landsea2023",
        "BASE": base,
        "BASE_CLASS": "dlbm",
        "BASE_CLASS_SYSTEM": "survey3",
    }


@pytest.fixture
def user_store(tmp_path_factory):
    """A user store of its own for the test."""
    from carbon_planner.bridge.settings import USER_STORE

    path = tmp_path_factory.mktemp("store") / "因子库" / "factors.gpkg"
    before = USER_STORE.get()
    USER_STORE.set(str(path))
    yield path
    USER_STORE.set(before)


def stored_set(path):
    """Put a set into the user's store that can be reviewed; gives its name."""
    from dataclasses import replace

    from carbon_planner.factors.records import FactorSet
    from carbon_planner.factors.store import open_set
    from carbon_planner.factors.user_store import UserStore

    path.parent.mkdir(parents=True, exist_ok=True)
    shipped = open_set("tgr_forest_2009")
    UserStore(path).add(FactorSet(replace(shipped.info, id="to_review", status="draft"), shipped.factors))
    return "to_review@1.0.0"


def write_oefdb(folder):
    """A row of the Open Emission Factors Database."""
    path = folder / "OpenEmissionFactorsDB.csv"
    path.write_text(
        "sector,category,activity_id,name,activity_unit,kgCO2e-AR5,kgCO2e-AR4,kgCO2,kgCH4,kgN2O,kgCO2e-OtherGHGs-AR5,"
        "kgCO2e-OtherGHGs-AR4,uncertainty,scope,lca_activity,source,year_released,years_valid,years_calculated_from,"
        "region,data_quality,contributor,date_accessed,description,source_link\n"
        "Energy,Electricity,electricity-grid_mix,Grid mix,kWh,0.25,not-supplied,0.24,,,,,5,2,electricity_generation,"
        "BEIS,2021,2020-2021,2019,GB,,Climatiq,2022/03/17,Grid mix.,https://example.org/factors\n",
        encoding="utf-8",
    )
    return path


def write_openlca(folder):
    """Outputs of a process of openLCA."""
    path = folder / "outputs.csv"
    path.write_text(
        "Is reference?,Flow,Category,Amount,Unit,Costs/Revenues,Currency,Uncertainty,(G)Mean | Mode,SD | GSD,Minimum,"
        "Maximum,Is avoided?,Provider,Data quality entry,Location,Description\n"
        "x,heat,,2.0,MJ,,,,,,,,,,,,\n"
        ",Methane,Emission to air,0.004,kg,,,log-normal,0.004,1.2,,,,,(2;1;3;3;1),CN,stack\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def every_algorithm(plan, user_store, tmp_path_factory, request):
    """Parameters without destinations with which each algorithm of the plugin runs, by its name."""
    folder = tmp_path_factory.mktemp("inputs")
    factors = folder / "my_factors.csv"
    factors.write_text(
        "item,item_en,parameter,value,unit,source,confidence\n"
        "forest,Forest,above,20,tC/ha,own survey,verified\nforest,Forest,soil,90,tC/ha,own survey,verified\n",
        encoding="utf-8",
    )
    pools = folder / "pools.csv"
    pools.write_text("lucode,LULC_name,c_above,c_below,c_soil,c_dead\n1,Forest,140,70,35,12\n2,Urban,5,5,15,2\n")
    results = make_layer([(square(0, 0), "z1", "z1", "0123")], "id:string,cp_zone_id:string,cp_stamp:string")
    cases = {
        "evaluatezones": plan,
        "writeresults": {"TARGET": plan["ZONES"], "KEY": "id", "RESULTS": results},
        "checkfreshness": {"INPUT": results, "ZONE_CLASS": "id"},
        "listfactorsets": {},
        "importfactorset": {"INPUT": str(factors), "CLASS_SYSTEM": "generic", "SET_ID": "mine", "VERSION": "1.0.0"},
        "importinvestpools": {"INPUT": str(pools), "SET_ID": "invest", "VERSION": "1.0.0", "SOURCE": "manual"},
        "importoefdb": {"INPUT": str(write_oefdb(folder)), "SET_ID": "oefdb", "VERSION": "1.0.0"},
        "importopenlca": {"INPUT": str(write_openlca(folder)), "SET_ID": "openlca", "VERSION": "1.0.0"},
        "exportinvest": {},
        "exportfactorset": {},
        "comparefactorsets": {"OLD_SET": "cq_mixed_0_100cm", "NEW_SET": "tgr_forest_2009"},
        "factorimpact": {**plan, "OLD_SET": "cq_mixed_0_100cm", "NEW_SET": "tgr_forest_2009"},
        "reviewfactorset": {
            "FACTOR_SET": stored_set(user_store),
            "STATE": "reviewed",
            "REVIEWER": "Li",
            "REASON": "read again",
        },
        "detectclasses": {"INPUT": plan["BASE"]},
        "selftest": {},
    }
    return Cases(cases, request)
