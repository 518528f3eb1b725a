"""A folder of plans as they come: mixed formats, systems, encodings, CRS; and the ways in which files are damaged."""

from __future__ import annotations

import random
import zipfile

from osgeo import ogr, osr

from carbon_planner.api import Settings

X, Y = 500_000.0, 3_300_000.0
SETTINGS = Settings()
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}
SEA, SURVEY = ("0701", "0702", "1401", "1207", "0803"), ("0701", "0602", "0301", "1003", "0101")
NAMES = {
    "0701": "城镇住宅用地", "0702": "城镇社区服务设施用地", "1401": "公园绿地", "1207": "城镇村道路用地",
    "0803": "文化用地",
}  # fmt: skip


def square(x=0.0, y=0.0, side=100.0):
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return "POLYGON((" + ",".join(f"{X + x + a} {Y + y + b}" for a, b in corners) + "))"


def write(path, rows, fields, *, layers=("zones",), crs=4545, kind=ogr.wkbPolygon, encoding="UTF-8"):
    """A file with the same rows in each layer; ``fields`` are names of text fields."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset = ogr.GetDriverByName(DRIVERS[path.suffix]).CreateDataSource(str(path))
    reference = None
    if crs:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(crs)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    local = osr.SpatialReference()
    local.ImportFromEPSG(4545)
    local.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    change = osr.CoordinateTransformation(local, reference) if crs not in (4545, None) else None
    options = [f"ENCODING={encoding}"] if path.suffix == ".shp" else []
    for name in layers:
        layer = dataset.CreateLayer(name if path.suffix != ".shp" else path.stem, reference, kind, options)
        for field in fields:
            layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
        for wkt, *values in rows:
            feature = ogr.Feature(layer.GetLayerDefn())
            if wkt is not None:
                shape = ogr.CreateGeometryFromWkt(wkt)
                if change is not None:
                    shape.Transform(change)
                feature.SetGeometry(shape)
            for place, value in enumerate(values):
                if value is not None:
                    feature.SetField(place, value)
            layer.CreateFeature(feature)
    del dataset
    return path


def rows(seed, codes, count=6):
    """Squares side by side, each with an id and a class."""
    dice = random.Random(seed)
    return [(square(120.0 * i, 40.0 * dice.random()), f"z{i}", dice.choice(codes)) for i in range(count)]


def base(folder):
    """Existing land use under all plans, in degrees."""
    grid = [(square(250.0 * i, -50.0, 250.0), SURVEY[i % len(SURVEY)]) for i in range(4)]
    return write(folder / "dltb.gpkg", grid, ("DLBM",), layers=("DLTB",), crs=4490)


def good(folder, count=40):
    """Files that are all right, in subfolders; gives {name: arguments of a single evaluation}."""
    known = {}
    for number in range(count):
        kind = number % 5
        sub = f"县{number % 3}" if number % 2 else f"area{number % 3}"
        if kind == 0:
            name, field, crs = f"{sub}/plan{number}.shp", "YDYHFLDM", 4545
            write(folder / name, rows(number, SEA), ("DKBH", field), crs=crs)
        elif kind == 1:
            name, field, crs = f"{sub}/规划{number}.shp", "用地代码", 4545
            named = [(*row, NAMES[row[2]]) for row in rows(number, SEA)]
            write(folder / name, named, ("DKBH", field, "YDMC"), encoding="GBK")
            (folder / name).with_suffix(".cpg").unlink(missing_ok=True)
        elif kind == 2:
            name, field = f"{sub}/p{number}.gpkg", "GHDLBM"
            write(folder / name, rows(number, SEA), ("BSM", field), crs=4490)
        elif kind == 3:
            name, field = f"{sub}/p{number}.geojson", "land_use"
            write(folder / name, rows(number, SEA), ("zone_id", field), crs=4326)
        else:
            name, field = f"{sub}/same.shp" if number < 15 else f"{sub}/s{number}.shp", "DLBM"
            write(folder / name, rows(number, SURVEY), ("BSM", field), crs=4546 if number % 3 else 4545)
        known[name] = field
    return known


def cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def bowtie(x=0.0):
    return f"POLYGON(({X + x} {Y},{X + x + 100} {Y + 100},{X + x + 100} {Y},{X + x} {Y + 100},{X + x} {Y}))"


def damaged(folder):
    """Twenty files that are not all right; gives {name: id of the message that names the reason}."""
    fields = ("DKBH", "YDYHFLDM")
    plain = rows(0, SEA)
    made = {}

    def shp(name, because, lines=plain, names=fields, **more):
        made[f"bad/{name}.shp"] = because
        return write(folder / "bad" / f"{name}.shp", lines, names, **more)

    cut(shp("cut_shp", "SHAPEFILE_CUT"), 0.5)
    cut(shp("cut_dbf", "SHAPEFILE_CUT").with_suffix(".dbf"), 0.6)
    cut(shp("cut_shx", "SHAPEFILE_CUT").with_suffix(".shx"), 0.5)
    shp("no_dbf", "SHAPEFILE_PART").with_suffix(".dbf").unlink()
    shp("lost", "SHAPEFILE_PART").unlink()
    other = shp("mixed", "SHAPEFILE_ROWS").with_suffix(".dbf")
    other.write_bytes(write(folder / "x" / "y.shp", plain[:3], fields).with_suffix(".dbf").read_bytes())
    for part in (folder / "x").iterdir():
        part.unlink()
    (folder / "x").rmdir()
    text = shp("encoding", "ENCODING_FOUND", [(wkt, "地块编号", code) for wkt, _, code in plain]).with_suffix(".dbf")
    text.write_bytes(
        text.read_bytes().replace("地块编号".encode(), b"\x81\x20\xff\xfe\x8d\xff\x20\x81\xff\xa0\xff\x7f")
    )
    text.with_suffix(".cpg").unlink(missing_ok=True)
    shp("no_crs", "LAYER_WITHOUT_CRS", crs=None)
    shp("empty", "BATCH_EMPTY", [])
    shp("null", "BATCH_NO_GEOMETRY", [(None, name, code) for _, name, code in plain])
    shp("some_null", "GEOMETRY_NULL", [*plain, (None, "z9", "0701")])
    shp("no_field", "BATCH_NO_CLASSES", [(wkt, name, "?") for wkt, name, _ in plain], ("DKBH", "remark"))
    shp("环自交", "GEOMETRY_REPAIRED", [*plain, (bowtie(900), "z9", "0701")])
    shp("points", "BATCH_NO_POLYGONS", [(f"POINT({X} {Y})", "z", "0701")], kind=ogr.wkbPoint)
    (folder / "bad" / "zero.gpkg").touch()
    (folder / "bad" / "text.gpkg").write_text("this is no layer", encoding="utf-8")
    (folder / "bad" / "half.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": ', "utf-8")
    (folder / "bad" / "link.gpkg").symlink_to(folder / "bad" / "gone.gpkg")
    with zipfile.ZipFile(folder / "bad" / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(120_000_000))
    with zipfile.ZipFile(folder / "bad" / "slip.zip", "w") as archive:
        archive.writestr("../evil.shp", b"x")
    return {
        **made, "bad/zero.gpkg": "BATCH_ZERO_BYTES", "bad/text.gpkg": "VECTOR_UNREADABLE",
        "bad/half.geojson": "VECTOR_UNREADABLE", "bad/link.gpkg": "BATCH_NOT_READABLE",
        "bad/bomb.zip": "ARCHIVE_TOO_LARGE", "bad/slip.zip": "ARCHIVE_UNSAFE",
    }  # fmt: skip


def contents(folder):
    """{name: bytes} of everything that must not depend on how a batch was run; times stand in the journal only."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".journal" not in path.parts and path.name not in (".lock",)
    }
