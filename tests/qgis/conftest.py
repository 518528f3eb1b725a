"""Fixtures for tests against a real QGIS: a clean context, layers from WKT, shapefiles in any encoding, odd folders."""

import struct
import sys

import pytest

CGCS2000_39 = "EPSG:4527"  # CGCS2000, 3-degree zone 39


@pytest.fixture(autouse=True)
def slot_errors(monkeypatch):
    """Turn an exception in a Qt slot into a test failure; PyQt would abort the process."""
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: seen.append(args))
    yield seen
    if seen:
        raise seen[0][1]


@pytest.fixture
def context(qgis_app):
    """A Processing context whose layers are freed before QGIS exits.

    An exception's traceback keeps the frames of processing.run alive, and with them the context and its OGR layers;
    freed after exitQgis() they crash the interpreter (seen with 3.44).
    """
    from qgis.core import QgsProcessingContext, QgsProject

    ctx = QgsProcessingContext()
    ctx.setProject(QgsProject.instance())
    yield ctx
    ctx.temporaryLayerStore().removeAllMapLayers()
    QgsProject.instance().removeAllMapLayers()


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


@pytest.fixture
def make_layer(qgis_app):
    """Make a memory layer: ``make_layer([(wkt, value, …), …], "id:string, code:string", crs=…, name=…)``."""
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    kept = []

    def make(rows, fields="", crs=CGCS2000_39, name="zones", geometry="MultiPolygon"):
        uri = geometry + (f"?crs={crs}" if crs else "?")
        uri += "".join(f"&field={f.strip()}" for f in fields.split(",") if f.strip())
        layer = QgsVectorLayer(uri, name, "memory")
        assert layer.isValid(), uri
        features = []
        for wkt, *values in rows:
            feature = QgsFeature(layer.fields())
            if wkt is not None:
                feature.setGeometry(QgsGeometry.fromWkt(wkt))
            feature.setAttributes(list(values))
            features.append(feature)
        ok, _ = layer.dataProvider().addFeatures(features)
        assert ok
        layer.updateExtents()
        kept.append(layer)
        return layer

    yield make
    kept.clear()


def square(x=39_500_000.0, y=3_400_000.0, size=100.0):
    """WKT of a square; the default is one hectare on the central meridian of zone 39."""
    ring = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
    return "POLYGON((" + ",".join(f"{a!r} {b!r}" for a, b in ring) + "))"


@pytest.fixture(name="square")
def square_fixture():
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
    records, index, at = b"", b"", 50
    for number, shape in enumerate(shapes, 1):
        records += struct.pack(">ii", number, len(shape) // 2) + shape
        index += struct.pack(">ii", at, len(shape) // 2)
        at += 4 + len(shape) // 2

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
    body = b""
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
