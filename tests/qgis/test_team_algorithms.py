"""The team's sets travel both ways, serve evaluations, are reviewed; two editors; no password anywhere."""

from __future__ import annotations

import pytest
from conftest import make_layer, square
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingException,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer
from team_database import EDITOR_PASSWORD

from carbon_planner.bridge import connections


def test_from_own_store_to_the_team_and_back(team, provider, run_alg, user_store, every_algorithm, rows_of, tmp_path):
    assert team() == {"VERSION": 2, "COUNT": 0}
    mine = run_alg("importfactorset", **every_algorithm["importfactorset"])["FACTOR_SET"]
    sent = run_alg("publishfactorset", FACTOR_SET="mine", SET_ID="team_set", VERSION="2.0.0", REASON="初稿")
    assert (sent["COUNT"], sent["REVISION"]) == (2, 1)
    assert sent["REF"] == "team_set@2.0.0#" + mine.split("#")[1]
    again = run_alg("publishfactorset", FACTOR_SET="mine", SET_ID="team_set", VERSION="2.0.0")
    assert again["REVISION"] == 1
    got = run_alg("pullfactorset", FACTOR_SET="team_set")
    assert got == sent
    done = run_alg("publishfactorset", FACTOR_SET="team:team_set@2.0.0", PUBLISH=True)
    assert done["REVISION"] == 2
    assert run_alg("pullfactorset", FACTOR_SET="team:team_set")["REVISION"] == 2
    listed = {row["ref"]: row["status"] for row in rows_of(run_alg("listfactorsets", OUTPUT="memory:")["OUTPUT"])}
    assert listed["team_set@2.0.0"] == "published"
    assert run_alg("setupteamstore", CONNECTION=team.admin, ROLES=False)["COUNT"] == 1


def test_two_editors_in_two_sessions(team, provider, run_alg, user_store, tmp_path, recorder):
    team()
    header = "item,item_en,parameter,value,unit,source,confidence\n"

    def table(value):
        path = tmp_path / f"soil_{value}.csv"
        path.write_text(f"{header}forest,Forest,soil,{value},tC/ha,own survey,verified\n", encoding="utf-8")
        return {"FACTOR_SET": str(path), "SET_ID": "shared", "VERSION": "1.0.0"}

    assert run_alg("publishfactorset", **table(90))["REVISION"] == 1
    assert run_alg("publishfactorset", **table(91))["REVISION"] == 2  # the same session knows what it wrote
    connections._Known.key = None  # another session knows nothing
    with pytest.raises(QgsProcessingException, match=r"soil.*91|91.*soil"):
        run_alg("publishfactorset", **table(92))
    with pytest.raises(QgsProcessingException, match="revision 1"):
        run_alg("publishfactorset", **table(92), BASE_REVISION=1)
    assert run_alg("publishfactorset", **table(92), BASE_REVISION=2)["REVISION"] == 3
    assert run_alg("pullfactorset", FACTOR_SET="shared")["REVISION"] == 3
    run_alg("importfactorset", INPUT=table(80)["FACTOR_SET"], SET_ID="shared2", VERSION="1.0.0")
    own = run_alg("publishfactorset", **table(93))
    assert own["REVISION"] == 4
    with pytest.raises(QgsProcessingException, match=r"shared@1\.0\.0"):  # the own draft is of revision 3
        run_alg("pullfactorset", FACTOR_SET="shared")
    assert run_alg("pullfactorset", FACTOR_SET="shared", OVERWRITE=True)["REVISION"] == 4


def test_zones_in_postgis_with_a_set_of_the_team(team, team_database, provider, run_alg, rows_of, tmp_path):
    team()
    path = tmp_path / "pools.csv"
    path.write_text("item,item_en,parameter,value,unit,source,confidence\n"
                    "forest,Forest,soil,90,tC/ha,own survey,verified\n"
                    "built,Built-up,soil,60,tC/ha,own survey,verified\n", encoding="utf-8")  # fmt: skip
    run_alg("publishfactorset", FACTOR_SET=str(path), SET_ID="pools", VERSION="1.0.0", PUBLISH=True)
    ring = square(0, 0)
    server = team_database.server
    server.ask(f'CREATE TABLE "{team.schema}".zones (gid serial PRIMARY KEY, id text, plan text, now text, '
               "geom geometry(MultiPolygon, 32649))")  # fmt: skip
    server.ask(f'INSERT INTO "{team.schema}".zones (id, plan, now, geom) VALUES (\'z1\', \'built\', \'forest\', '
               "ST_GeomFromText(%s, 32649))", ring)  # fmt: skip
    uri = f'{server.conninfo()} key=\'gid\' table="{team.schema}"."zones" (geom)'
    layer = QgsVectorLayer(uri, "zones", "postgres")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    found = run_alg("evaluatezones", ZONES=layer, ZONE_ID="id", ZONE_CLASS="plan", ZONE_BASE_CLASS="now",
                    ZONE_CLASS_SYSTEM="generic", BASE_CLASS_SYSTEM="generic", FACTOR_SET="team:pools",
                    AREA_METHOD="planar", OUTPUT="memory:")  # fmt: skip
    assert found["NET_TCO2E"] == pytest.approx(30 * 44 / 12, rel=1e-9)
    assert rows_of(found["OUTPUT"])[0]["cp_fset"].startswith("pools@1.0.0#")


def test_no_password_in_settings_logs_and_messages(team, provider, run_alg, recorder, tmp_path, user_store, capfd):
    """S12: after runs that succeed and fail, nothing that the plugin wrote holds the password."""
    team()
    told = []
    log = QgsApplication.messageLog()
    log.messageReceived[str, str, Qgis.MessageLevel].connect(lambda text, tag, level: told.append(text))
    feedback = recorder()
    path = tmp_path / "pools.csv"
    path.write_text("item,item_en,parameter,value,unit,source,confidence\n"
                    "forest,Forest,soil,90,tC/ha,own survey,verified\n", encoding="utf-8")  # fmt: skip
    run_alg("publishfactorset", feedback, FACTOR_SET=str(path), SET_ID="pools", VERSION="1.0.0", PUBLISH=True)
    run_alg("pullfactorset", feedback, FACTOR_SET="pools")
    for wrong in ({"FACTOR_SET": "nothing"}, {"FACTOR_SET": "pools", "SCHEMA": "no such"}):
        with pytest.raises(QgsProcessingException) as caught:
            run_alg("pullfactorset", feedback, **wrong)
        told.append(str(caught.value))
    zones = make_layer([(square(0, 0), "z1", "forest")], "id:string,now:string")
    page, layer = tmp_path / "report.html", tmp_path / "zones.gpkg"
    run_alg("evaluatezones", feedback, ZONES=zones, ZONE_BASE_CLASS="now", BASE_CLASS_SYSTEM="generic",
            FACTOR_SET="team:pools", OUTPUT=str(layer), REPORT=str(page))  # fmt: skip
    project = tmp_path / "plan.qgs"
    QgsProject.instance().addMapLayer(zones)
    QgsProject.instance().write(str(project))
    told += [*feedback.infos, *feedback.warnings, *feedback.errors, *capfd.readouterr()]
    settings = QgsSettings()
    told += [str(settings.value(key)) for key in settings.allKeys() if key.startswith("carbon_planner")]
    told += [p.read_bytes().decode("utf-8", "replace") for p in (page, layer, project)]
    secrets = (EDITOR_PASSWORD, EDITOR_PASSWORD.replace("'", "\\'"), "s3cret-Geheim")
    assert [text[:200] for text in told if any(secret in text for secret in secrets)] == []


def test_a_stopped_server_is_told_of_and_hides_nothing(team, team_database, provider, run_alg, rows_of, user_store):
    team()
    team_database.server.stop("fast")
    try:
        connections._Known.key = None
        assert run_alg("listfactorsets", OUTPUT="memory:")["COUNT"] >= 10
        with pytest.raises(QgsProcessingException, match="No connection to the database 规划院"):
            run_alg("pullfactorset", FACTOR_SET="x")
    finally:
        team_database.server.start()


def test_review_in_the_team(team, provider, run_alg, rows_of, tmp_path):
    team()
    path = tmp_path / "pools.csv"
    path.write_text("item,item_en,parameter,value,low,high,range_kind,unit,year,source,confidence\n"
                    "forest,Forest,soil,90,80,100,95,tC/ha,2024,own survey,verified\n", encoding="utf-8")  # fmt: skip
    run_alg("publishfactorset", FACTOR_SET=str(path), SET_ID="pools", VERSION="1.0.0")
    seen = {"FACTOR_SET": "team:pools@1.0.0", "REVIEWER": "李工", "REASON": "已核对原始表"}
    assert run_alg("reviewfactorset", **seen, STATE="reviewed")["STATUS"] == "reviewed"
    done = run_alg("reviewfactorset", **seen, STATE="approved", NO_IMPACT="尚无任何成果引用该因子集", LOG="memory:")
    assert done["STATUS"] == "approved"
    assert {row["who"] for row in rows_of(done["LOG"])} >= {"李工"}
    path.write_text(path.read_text(encoding="utf-8").replace("soil,90", "soil,91"), encoding="utf-8")
    with pytest.raises(QgsProcessingException, match=r"pools@1\.0\.0"):  # approved: the content stays
        run_alg("publishfactorset", FACTOR_SET=str(path), SET_ID="pools", VERSION="1.0.0", BASE_REVISION=3)


def test_in_a_task_of_qgis(team, provider, run_alg, context, recorder, tmp_path):
    """The database is asked from a thread that Python did not start."""
    team()
    run_alg("publishfactorset", FACTOR_SET="cq_mixed_0_100cm", SET_ID="copy", PUBLISH=True)
    alg = QgsApplication.processingRegistry().createAlgorithmById("carbonplanner:exportfactorset")
    for number in range(3):
        target, done, loop, feedback = tmp_path / f"{number}.json", [], QEventLoop(), recorder()
        task = QgsProcessingAlgRunnerTask(alg, {"FACTOR_SET": "team:copy", "OUTPUT": str(target)}, context, feedback)
        task.executed.connect(lambda good, results, done=done, loop=loop: (done.append(good), loop.quit()))
        QTimer.singleShot(30_000, loop.quit)
        QgsApplication.taskManager().addTask(task)
        loop.exec()
        assert done == [True], feedback.errors
        assert target.is_file()
