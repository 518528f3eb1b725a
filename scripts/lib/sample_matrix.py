"""Evaluate the sample plan by qgis_process from GeoJSON, GeoPackage and a GBK shapefile; compare all numbers.

usage: sample_matrix.py LABEL

Results stay in build/test/matrix/LABEL.json. Every format must give the numbers of the first, and every QGIS those of
the label "system", to a relative 1e-9. A run that must fail is also made: it has to end with exit code 1 and a reason.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from osgeo import gdal, ogr
from project import BUILD, ROOT
from run_args import SAMPLE_BASE, SAMPLE_FIELDS, SAMPLE_ZONES

ogr.UseExceptions()
gdal.UseExceptions()
gdal.SetConfigOption("CPL_LOG", "/dev/null")  # field names cut to ten bytes are meant here
TOLERANCE = 1e-9
FIRST = "system"
MATRIX = BUILD / "test" / "matrix"


def convert(source: Path, driver: str, target: Path, *options: str) -> Path:
    """Write a copy in another format."""
    gdal.VectorTranslate(str(target), str(source), format=driver, layerCreationOptions=list(options))
    return target


def inputs(folder: Path) -> dict[str, tuple[Path, Path, dict[str, str]]]:
    """Zones, base and further parameters, for each format."""
    found = {"GeoJSON": (SAMPLE_ZONES, SAMPLE_BASE, {})}
    for driver, suffix, options, more in (
        ("GPKG", ".gpkg", (), {}),
        ("ESRI Shapefile", ".shp", ("ENCODING=GBK",), {"ENCODING": "GBK", "GREEN_RATIO": "green_rati"}),
    ):
        pair = [convert(path, driver, folder / (path.stem + suffix), *options) for path in (SAMPLE_ZONES, SAMPLE_BASE)]
        for path in folder.glob("*.cpg"):
            path.unlink()  # as old Chinese software leaves them: nothing in the file tells the encoding
        found[suffix[1:].upper()] = (pair[0], pair[1], more)
    return found


def process(values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One run of the algorithm."""
    given = [f"{name}={value}" for name, value in values.items()]
    command = [str(ROOT / "scripts" / "qgis_process"), "--json", "run", "carbonplanner:evaluatezones", "--", *given]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def evaluate(zones: Path, base: Path, more: dict[str, str], out: Path) -> dict[str, dict[str, object]]:
    """Numbers and texts of every zone, and the totals under the name "totals"."""
    values = {**SAMPLE_FIELDS, "ZONES": str(zones), "BASE": str(base), "OUTPUT": str(out), "LEDGER": str(out), **more}
    done = process(values)
    if done.returncode:
        raise SystemExit(f"matrix: {zones.name}: exit code {done.returncode}: {done.stderr[-3000:]}")
    results = json.loads(done.stdout[done.stdout.index("{") :])["results"]
    dataset = ogr.Open(str(out))  # kept: a layer does not hold its dataset
    layer = dataset.GetLayerByName("cp_zones")
    rows = {feature["cp_zone_id"]: feature.items() for feature in layer}
    found = {zone: {name: value for name, value in row.items() if name.startswith("cp_")} for zone, row in rows.items()}
    found["totals"] = {name: value for name, value in results.items() if isinstance(value, (int, float))}
    found["names"] = {zone: row.get("name") for zone, row in rows.items()}
    return found


def differences(one: dict[str, dict[str, object]], two: dict[str, dict[str, object]]) -> list[str]:
    """What is not the same."""
    found = [f"zones {sorted(set(one) ^ set(two))}"] if set(one) != set(two) else []
    for zone in sorted(set(one) & set(two)):
        for name in sorted(set(one[zone]) | set(two[zone])):
            a, b = one[zone].get(name), two[zone].get(name)
            numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
            same = math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE) if numbers else a == b  # type: ignore[arg-type]
            if not same and name != "BALANCE_ERROR":
                found.append(f"{zone} {name}: {a!r} and {b!r}")
    return found


def failing_run_is_told(folder: Path) -> list[str]:
    """A field that is not there must give exit code 1 and name it, without a traceback."""
    done = process({"ZONES": str(SAMPLE_ZONES), "ZONE_CLASS": "no_such_field", "OUTPUT": str(folder / "none.gpkg")})
    found = [] if done.returncode == 1 else [f"a wrong field gave exit code {done.returncode}"]
    if "no_such_field" not in done.stderr or "Traceback" in done.stderr:
        found.append(f"a wrong field was told as: {done.stderr[-500:]}")
    return found


def main(args: list[str]) -> int:
    """Command line."""
    label = args[0]
    MATRIX.mkdir(parents=True, exist_ok=True)
    found, first = [], None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, (zones, base, more) in inputs(folder).items():
            result = evaluate(zones, base, more, folder / f"result_{kind}.gpkg")
            first = first or result
            found += [f"GeoJSON and {kind}: {text}" for text in differences(first, result)]
            print(f"matrix: {label} {kind}: net {result['totals'].get('NET_TCO2E')} tCO2e", flush=True)
        found += failing_run_is_told(folder)
    (MATRIX / f"{label}.json").write_text(json.dumps(first, ensure_ascii=False, indent=1), encoding="utf-8")
    reference = MATRIX / f"{FIRST}.json"
    if label != FIRST and reference.exists():
        other = json.loads(reference.read_text(encoding="utf-8"))
        found += [f"{FIRST} and {label}: {text}" for text in differences(other, first or {})]
    for text in found[:40]:
        print("matrix:", text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
