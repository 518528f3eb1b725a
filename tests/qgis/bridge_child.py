"""A process that publishes, to be killed, starved or stripped of rights by test_bridge_faults.

usage: bridge_child.py FOLDER ROUNDS [KILL_AT_STEP]
FOLDER receives plan.gpkg (three tables), set.shp and ledger.csv; each round writes its number into cp_method.
"""

import os
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsProcessingContext, QgsVectorLayer


def setup():
    app = QgsApplication([], False)
    app.initQgis()
    return app


def zone_layer(count=400):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4527&field=id:string&field=名称:string", "zones", "memory")
    features = []
    for i in range(count):
        x, y = 39_500_000 + 20 * (i % 40), 3_400_000 + 20 * (i // 40)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(
            QgsGeometry.fromWkt(f"POLYGON(({x} {y},{x + 20} {y},{x + 20} {y + 20},{x} {y + 20},{x} {y}))")
        )
        feature.setAttributes([f"Z{i}", "住宅用地" * 5])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def outputs(folder, number, formats=("gpkg", "shp", "csv")):
    import pandas as pd

    from carbon_planner.base.feedback import Silent
    from carbon_planner.base.fields import ledger_fields, zone_fields
    from carbon_planner.bridge.publish import Output
    from carbon_planner.bridge.reading import ZoneFields, read_zones
    from carbon_planner.bridge.source import open_layer
    from carbon_planner.bridge.tables import LEDGER, ZONES, ledger_table, zones_table
    from carbon_planner.bridge.targets import parse

    zones = read_zones(open_layer(zone_layer(), Silent()), ZoneFields("id"), Silent())
    frame = pd.DataFrame({s.name: [None] * len(zones.plan.ids) for s in zone_fields()})
    frame["cp_zone_id"], frame["cp_net_t"], frame["cp_method"] = zones.plan.ids, float(number), f"round {number}"
    ledger = pd.DataFrame({s.name: [None] * 50 for s in ledger_fields()})
    ledger["zone_id"], ledger["method"] = "Z1", f"round {number}"
    made = []
    if "gpkg" in formats:
        path = str(folder / "plan.gpkg")
        made.append(Output(parse("OUTPUT", path, ZONES), zones_table(zones, frame)))
        made.append(Output(parse("LEDGER", path, LEDGER), ledger_table(ledger)))
    if "shp" in formats:
        made.append(Output(parse("OUTPUT", str(folder / "set.shp"), ZONES), zones_table(zones, frame)))
    if "csv" in formats:
        made.append(Output(parse("LEDGER", str(folder / "ledger.csv"), LEDGER), ledger_table(ledger)))
    return made


def write(folder, number, **kwargs):
    from carbon_planner.base.feedback import Silent
    from carbon_planner.bridge.publish import publish

    publish(outputs(folder, number, **kwargs), [], QgsProcessingContext(), Silent())


def die_at(step):
    """Kill this process at the n-th exchange of a file."""
    from carbon_planner.bridge import exchange

    swap, count = exchange.swap, 0

    def counting(*args):
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        swap(*args)

    exchange.swap = counting


def starve(folder, number):
    """Publish under growing limits of file size; prints how many attempts failed with a message."""
    from carbon_planner.base.errors import StorageError

    failed, limit = 0, 4096
    while True:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        try:
            write(folder, number)
            break
        except StorageError:
            failed += 1
        limit = int(limit * 1.35)
    resource.setrlimit(resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE)[1:] * 2)
    print("failed", failed, flush=True)


def main():
    folder, task = Path(sys.argv[1]), sys.argv[2]
    app = setup()
    if task == "starve":
        starve(folder, 2)
    elif task == "nobody":
        from carbon_planner.base.errors import StorageError
        from carbon_planner.base.feedback import Silent
        from carbon_planner.bridge.publish import check_targets

        made = outputs(folder, 2)
        os.setgid(65534)
        os.setuid(65534)
        for act in (lambda: check_targets([o.target for o in made], [], Silent()), lambda: write(folder, 2)):
            try:
                act()
                print("written", flush=True)
            except StorageError as error:
                print(error.message.id, flush=True)
    else:
        if len(sys.argv) > 3:
            die_at(int(sys.argv[3]))
        print("ready", flush=True)
        for number in range(2, 2 + int(task)):
            write(folder, number)
            print("round", number, flush=True)
    app.exitQgis()


if __name__ == "__main__":
    main()
