"""Readers read, editors save, nobody changes what is published: the database itself holds it, whoever asks."""

import psycopg2
import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.storage.postgres import Place, StorageError


def ask(store, sql, *values):
    """A statement of a user, past the plugin."""
    connection = psycopg2.connect(store.place.conninfo)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (store.place.schema,))
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else cursor.rowcount
    finally:
        connection.close()


def test_readers_read_and_are_told_when_they_write(team, as_user):
    team.add(make_set([factor()]))
    reader = as_user("carbon_reader")
    assert reader.get("mine", "1.0.0").factors[0].value == 90.9
    assert len(reader.log()) == 1
    writes = (
        lambda: reader.add(make_set([factor(value=95.0)])),
        lambda: reader.publish("mine", "1.0.0"),
        lambda: reader.remove("mine", "1.0.0"),
        lambda: reader.add(make_set([factor()], id="new")),
        reader.set_up,
    )
    for write in writes:
        with pytest.raises(StorageError) as caught:
            write()
        assert caught.value.message.id == "POSTGRES_NO_RIGHTS"
        assert reader.user in str(caught.value)
        assert "carbon_editor" in caught.value.text("zh")
    assert team.get("mine", "1.0.0").info.status == "draft"
    assert len(team.infos()) == 1


def test_editors_save_publish_and_are_named(team, as_user):
    editor = as_user("carbon_editor")
    assert editor.add(make_set([factor()])) == 1
    assert editor.add(make_set([factor(value=95.0)])) == 2
    assert editor.publish("mine", "1.0.0").info.status == "published"
    assert {r.who for r in team.revisions("mine", "1.0.0")} == {editor.user}
    assert {c.who for c in team.log()} == {editor.user}
    editor.add(make_set([factor()], version="2.0.0"))
    editor.remove("mine", "2.0.0")
    assert [info.version for info in team.infos()] == ["1.0.0"]


def test_users_without_a_role_and_absent_schemas(team, as_user, server):
    stranger = as_user()
    with pytest.raises(StorageError) as caught:
        stranger.infos()
    assert caught.value.message.id == "POSTGRES_NO_RIGHTS"
    assert "carbon_reader" in str(caught.value)
    elsewhere = TeamStore(Place(server.conninfo(), "nowhere"))
    for step in (elsewhere.infos, lambda: elsewhere.add(make_set([factor()]))):
        with pytest.raises(StorageError) as caught:
            step()
        assert caught.value.message.id == "POSTGRES_NO_STORE"


@pytest.mark.parametrize("role", ["carbon_editor", "administrator"])
def test_the_database_keeps_what_is_published(team, as_user, role):
    team.add(make_set([factor()], status="published"))
    user = team if role == "administrator" else as_user(role)
    attempts = (
        "UPDATE cp_sets SET title_zh = 'x'",
        "UPDATE cp_sets SET status = 'draft'",
        "UPDATE cp_sets SET content_hash = 'x'",
        "UPDATE cp_sets SET set_id = 'x'",
        "DELETE FROM cp_sets",
        "UPDATE cp_factors SET value = 1",
        "UPDATE cp_factors SET source = 'x', reviewer = 'y'",
        "DELETE FROM cp_factors",
        "CREATE TEMP TABLE t AS SELECT * FROM cp_factors; UPDATE t SET fid = 9; INSERT INTO cp_factors SELECT * FROM t",
    )
    for sql in attempts:
        with pytest.raises(psycopg2.DatabaseError) as caught:
            ask(user, sql)
        assert caught.value.pgcode == "CP001", sql
        assert "mine@1.0.0" in str(caught.value)
    for sql in ("TRUNCATE cp_factors", "TRUNCATE cp_sets CASCADE", "DELETE FROM cp_revisions",
                "UPDATE cp_changes SET who = 'somebody else'", "DELETE FROM cp_changes"):  # fmt: skip
        with pytest.raises(psycopg2.DatabaseError) as caught:
            ask(user, sql)
        assert caught.value.pgcode == ("CP001" if role == "administrator" else "42501"), sql
    assert team.get("mine", "1.0.0").factors[0].value == 90.9
    assert len(team.log()) == 1


def test_a_draft_is_not_published_while_a_factor_of_it_is_being_changed(team, as_user, monkeypatch):
    from carbon_planner.storage import postgres

    team.add(make_set([factor()]))
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.2)
    editor = as_user("carbon_editor")
    connection = psycopg2.connect(editor.place.conninfo)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (editor.place.schema,))
        cursor.execute("UPDATE cp_factors SET value = 95")
        with pytest.raises(StorageError) as caught:
            team.publish("mine", "1.0.0")
        assert caught.value.message.id == "POSTGRES_BUSY"
        connection.rollback()
    finally:
        connection.close()
    assert team.publish("mine", "1.0.0").factors[0].value == 90.9


def test_editors_cannot_forge_revisions_and_chain(team, as_user):
    team.add(make_set([factor()]))
    editor = as_user("carbon_editor")
    ask(editor, "UPDATE cp_sets SET revision = 77, changed_by = 'somebody else', title_en = 'x'")
    assert ask(editor, "SELECT revision, changed_by FROM cp_sets") == [(2, editor.user)]
    with pytest.raises(psycopg2.DatabaseError):
        ask(editor, "INSERT INTO cp_revisions (who, action, set_id, version, revision, status, content_hash) "
                    "VALUES ('x', 'add', 'mine', '1.0.0', 9, 'draft', '')")  # fmt: skip
    with pytest.raises(psycopg2.DatabaseError) as caught:
        ask(editor, "INSERT INTO cp_changes (set_id, version, previous, hash) VALUES ('mine', '1.0.0', 'x', 'y')")
    assert caught.value.pgcode == "CP001"
    with pytest.raises(psycopg2.DatabaseError):
        ask(editor, "UPDATE cp_meta SET value = '0'")
    assert len(team.log()) == 1


def test_a_change_behind_the_plugin_is_noticed(team, as_user, another):
    team.add(make_set([factor()]))
    ask(as_user("carbon_editor"), "UPDATE cp_factors SET value = 1")
    with pytest.raises(FactorError) as caught:
        another().get("mine", "1.0.0")
    assert caught.value.message.id == "TEAM_SET_CHANGED"
    another().remove("mine", "1.0.0")
    assert team.infos() == ()


def test_roles_with_other_names_and_none(server, place):
    store = TeamStore(place)
    store.set_up(reader="", editor='规划 "编辑"')
    assert server.ask("SELECT rolcanlogin FROM pg_roles WHERE rolname = '规划 \"编辑\"'") == [(False,)]
    store.add(make_set([factor()]))
    for name in ("", "x" * 64, "é" * 32, "a\0b"):
        with pytest.raises(StorageError) as caught:
            TeamStore(Place(place.conninfo, place.schema)).set_up(reader=name or " ")
        assert caught.value.message.id == "POSTGRES_BAD_NAME"


def test_an_owner_who_is_no_superuser(server, place):
    """A schema's owner without the right to create roles grants existing ones."""
    server.ask("CREATE USER 规划师 PASSWORD 'Planer-1'")
    server.ask(f'CREATE SCHEMA "{place.schema}" AUTHORIZATION 规划师')
    own = TeamStore(Place(server.conninfo("规划师", "Planer-1"), place.schema))
    assert own.set_up(reader="", editor="") == 2
    with pytest.raises(StorageError) as caught:
        own.set_up(reader="carbon_absent")
    assert caught.value.message.id == "POSTGRES_NO_RIGHTS"
    own.add(make_set([factor()]))
    server.ask("DO $$ BEGIN CREATE ROLE carbon_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    assert own.set_up(editor="") == 2
