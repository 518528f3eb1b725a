"""Outputs into PostGIS and results back into it, on a server of its own; left out where PostGIS is not installed."""

import os
import subprocess
import tempfile
from pathlib import Path

import bridge_child
import pytest
from qgis.core import QgsProcessingContext, QgsProviderConnectionException, QgsVectorLayer

from carbon_planner.base.errors import Cancelled, StorageError
from carbon_planner.base.feedback import Silent
from carbon_planner.bridge import layersinks
from carbon_planner.bridge.publish import Output, publish
from carbon_planner.bridge.reading import ZoneFields, read_zones
from carbon_planner.bridge.source import open_layer
from carbon_planner.bridge.tables import LEDGER, ZONES
from carbon_planner.bridge.targets import parse
from carbon_planner.bridge.values import plain
from carbon_planner.bridge.writeback import read_results, write_results

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
READY = BIN is not None and any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
pytestmark = pytest.mark.skipif(
    not READY or os.geteuid() != 0, reason="needs PostGIS (postgresql-*-postgis-3) and root"
)


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server without network, in a folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        subprocess.run(["chown", "postgres", folder], check=True)
        data = Path(folder) / "data"

        def run(*command):
            env = {"PATH": f"{BIN}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
            subprocess.run(command, check=True, user="postgres", cwd=folder, env=env, stdout=subprocess.DEVNULL)

        run("initdb", "-D", str(data), "-A", "trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "-D", str(data), "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            run("createdb", "-h", folder, "plan")
            run("psql", "-q", "-h", folder, "-c", "CREATE EXTENSION postgis", "plan")
            yield folder
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture
def query(server):
    import psycopg2

    connection = psycopg2.connect(host=server, dbname="plan", user="postgres")
    connection.autocommit = True

    def ask(sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None

    ask("DROP SCHEMA IF EXISTS work CASCADE")
    ask("CREATE SCHEMA work")
    yield ask
    connection.close()


@pytest.fixture
def write(server, qgis_app):
    def write_them(number, feedback=None):
        made = bridge_child.outputs(Path("/tmp"), number, formats=("gpkg",))
        where = f"dbname='plan' host={server} user='postgres'"
        places = {
            ZONES: parse("OUTPUT", f'postgis:{where} table="work"."碳影响" (geom)', ZONES),
            LEDGER: parse("LEDGER", f'postgres:{where} table="work"."ledger"', LEDGER),
        }
        outputs = [Output(places[o.table.kind], o.table) for o in made]
        return publish(outputs, [], QgsProcessingContext(), feedback or Silent())

    return write_them


def tables(query):
    return sorted(r[0] for r in query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'work'"))


def rounds(query):
    return query('SELECT DISTINCT cp_method FROM work."碳影响"'), query("SELECT DISTINCT method FROM work.ledger")


def test_written_and_overwritten(write, query):
    for number in (1, 2):
        results = write(number)
        name = f"round {number}"
        assert rounds(query) == ([(name,)], [(name,)])
        assert tables(query) == ["ledger", "碳影响"]
    assert query('SELECT count(*), min(ST_SRID(geom)) FROM work."碳影响"') == [(400, 4527)]
    layer = QgsVectorLayer(results["OUTPUT"], "z", "postgres")
    assert layer.isValid()
    assert layer.featureCount() == 400
    assert query('SELECT count(*) FROM work."碳影响" WHERE cp_bstk_tc IS NULL') == [(400,)]


@pytest.mark.parametrize("stop_at", [2, 5, 8])
def test_cancel_leaves_the_old_tables(write, query, make_voice, stop_at):
    write(1)
    with pytest.raises(Cancelled):
        write(2, make_voice(stop_at))
    assert rounds(query) == ([("round 1",)], [("round 1",)])
    assert tables(query) == ["ledger", "碳影响"]


def test_failure_of_the_last_step_leaves_the_old_tables(write, query, monkeypatch):
    write(1)
    real = layersinks.ProviderOutput._rename

    def failing(self, old, new):
        if new == "ledger" and old.startswith("cp_new"):
            raise QgsProviderConnectionException("no more")
        real(self, old, new)

    monkeypatch.setattr(layersinks.ProviderOutput, "_rename", failing)
    with pytest.raises(StorageError, match="no more"):
        write(2)
    monkeypatch.undo()
    assert rounds(query) == ([("round 1",)], [("round 1",)])
    assert tables(query) == ["ledger", "碳影响"]


def test_a_view_on_the_old_table_keeps_it(write, query):
    write(1)
    query('CREATE VIEW work.seen AS SELECT cp_method FROM work."碳影响"')
    write(2)
    assert rounds(query)[0] == [("round 2",)]


def test_no_rights(write, query):
    query("DROP SCHEMA work CASCADE")
    with pytest.raises(StorageError, match="could not be written"):
        write(1)


def test_results_back_into_a_table(server, query, voice, context):
    query("CREATE TABLE work.plan (gid serial PRIMARY KEY, id text, geom geometry(MultiPolygon, 4527))")
    ring = "MULTIPOLYGON(((%d 3400000,%d 3400000,%d 3400100,%d 3400000)))"
    for i in range(3):
        x = 39_500_000 + 200 * i
        wkt = ring % (x, x + 100, x + 100, x)
        query(f"INSERT INTO work.plan (id, geom) VALUES ('Z{i}', ST_GeomFromText('{wkt}', 4527))")
    uri = f"dbname='plan' host={server} user='postgres' key='gid' table=\"work\".\"plan\" (geom)"
    layer = QgsVectorLayer(uri, "plan", "postgres")
    zones = read_zones(open_layer(layer, voice), ZoneFields("id"), voice)
    assert zones.plan.ids == ["Z0", "Z1", "Z2"]
    results_layer = context.getMapLayer(_publish(zones, context, voice))
    results = read_results(open_layer(results_layer, voice), voice)
    done = write_results(layer, "id", results, voice, commit=True)
    assert done.changed == 3
    assert query("SELECT id, cp_net_t, cp_flags FROM work.plan ORDER BY 1") == [
        ("Z0", None, "A"), ("Z1", 2.5, "A"), ("Z2", 5.0, "A"),
    ]  # fmt: skip
    assert [plain(f["cp_net_t"]) for f in layer.getFeatures()] == [None, 2.5, 5.0]


def _publish(zones, context, voice):
    import pandas as pd

    from carbon_planner.base.fields import zone_fields
    from carbon_planner.bridge.tables import zones_table

    frame = pd.DataFrame({s.name: [None] * len(zones.plan.ids) for s in zone_fields()})
    frame["cp_zone_id"], frame["cp_flags"] = zones.plan.ids, "A"
    frame["cp_net_t"] = [float("nan"), 2.5, 5.0]
    output = Output(parse("OUTPUT", "memory:", ZONES), zones_table(zones, frame))
    return publish([output], [], context, voice)["OUTPUT"]
