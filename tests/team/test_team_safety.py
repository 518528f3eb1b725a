"""No password in any text, no text that becomes SQL, errors that name the database and a remedy, speed."""

import logging
import subprocess
import sys
import time
import traceback

import pytest
import team_server
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError, MissingLibrary
from carbon_planner.base.messages import catalogue
from carbon_planner.factors.history import Author
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.storage import postgres
from carbon_planner.storage.postgres import Place, StorageError

PAYLOADS = (
    "x'; DROP TABLE cp_sets; --", 'x"; DROP SCHEMA public CASCADE; --', "' OR '1'='1", "x\\'; SELECT 1; --", "%s",
    "%(x)s", "%", "{columns}", "{0}", "$$; SELECT pg_sleep(9); $$", "$1", "); DELETE FROM cp_factors; --",
    "x' UNION SELECT 1 --",    "\\", "E'\\x41'", "a\tb\nc", "--", "/* */",
    "；‘ OR ’1‘=’1", "x\u202edrop", 'temp", "public', "U&'\\0041'",
)  # fmt: skip


SCHEMAS = (*PAYLOADS[:3], 'temp", "public', "{columns}")


def test_names_of_schemas_and_roles_never_become_statements(server):
    for name in SCHEMAS:
        store = TeamStore(Place(server.conninfo(), name))
        store.set_up(reader=f"r {name}"[:40], editor=f"e {name}"[:40])
        store.add(make_set([factor()]))
        assert TeamStore(store.place).infos()[0].id == "mine"
    made = {row[0] for row in server.ask("SELECT nspname FROM pg_namespace")}
    assert {"public", *SCHEMAS} <= made
    roles = {row[0] for row in server.ask("SELECT rolname FROM pg_roles")}
    assert {f"{kind} {name}"[:40] for kind in "re" for name in SCHEMAS} <= roles


def test_texts_never_become_statements(team, another):
    rows = [
        factor(factor_id=p, item=f"{n} {p}", source=p, notes=p, item_en=p, unit="tC/ha") for n, p in enumerate(PAYLOADS)
    ]
    for number, payload in enumerate(PAYLOADS[::4]):
        about = {"title_zh": payload, "licence": payload, "region": payload}
        wanted = make_set(rows, id=f"set{number}", **about)
        team.add(wanted, author=Author(payload, payload))
        team.add(FactorSet(wanted.info, tuple(rows[:-1])), author=Author(payload, payload))
        team.publish(wanted.info.id, "1.0.0", author=Author(payload, payload))
        assert team.revision(payload, payload) == 0
        assert another().get(wanted.info.id, "1.0.0").factors == tuple(rows[:-1])
        assert another().get(wanted.info.id, "1.0.0").info.title_zh == payload.strip()
    assert len(team.infos()) == len(PAYLOADS[::4])
    assert {c.reason for c in team.log()} == {payload.strip() for payload in PAYLOADS[::4]}
    assert {c.factor_id for c in team.log()} == {"", rows[-1].factor_id}


def test_a_schema_name_that_the_server_reserves(server):
    with pytest.raises(StorageError) as caught:
        TeamStore(Place(server.conninfo(), "pg_plan")).set_up()
    assert caught.value.message.id == "POSTGRES_FAILED"
    assert "pg_plan" in str(caught.value)


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "x" * 64, "规" * 22])
def test_schema_names_that_postgresql_would_cut(name):
    with pytest.raises(StorageError) as caught:
        Place("dbname=x", name)
    assert caught.value.message.id == "POSTGRES_BAD_NAME"


SECRET = team_server.PASSWORD


def every_text(error):
    """All that a user, a log or a traceback shows of an error."""
    chain = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return "\n".join([str(error), repr(error), error.text("zh"), repr(error.message), chain])


def test_no_password_in_any_text(server, place, team, caplog, capfd, monkeypatch):
    """S12: every way to fail, with the messages, the tracebacks, the log and the server's own log."""
    caplog.set_level(logging.DEBUG)
    team.add(make_set([factor()], status="published"))
    good = place.conninfo
    assert SECRET in good
    bad_login = server.conninfo(password=SECRET + "x")
    cases = [
        (bad_login, "POSTGRES_LOGIN"),
        (server.conninfo(user="niemand"), "POSTGRES_LOGIN"),
        (server.conninfo(database="keine"), "POSTGRES_NO_DATABASE"),
        (good.replace(str(server.port), "1"), "POSTGRES_NO_CONNECTION"),
        (good.replace("127.0.0.1", "no.such.host.invalid"), "POSTGRES_NO_CONNECTION"),
        (f"host=127.0.0.1 password='{SECRET}", "POSTGRES_BAD_CONNECTION"),
        (f"nonsense password={SECRET}", "POSTGRES_BAD_CONNECTION"),
        (f"postgresql://a:{SECRET}@127.0.0.1:{server.port}/x?no=1", "POSTGRES_BAD_CONNECTION"),
        (f"postgresql://cp_admin:{SECRET}x@127.0.0.1:{server.port}/postgres", "POSTGRES_LOGIN"),
        (good + " sslmode=require", "POSTGRES_NO_CONNECTION"),
    ]
    texts = [repr(place), place.shown, str(vars(team))]
    for conninfo, msg_id in cases:
        wrong = TeamStore(Place(conninfo, place.schema, "规划院"))
        with pytest.raises(StorageError) as caught:
            wrong.infos()
        assert caught.value.message.id == msg_id, (msg_id, caught.value)
        assert "规划院" in str(caught.value)
        texts += [every_text(caught.value), repr(wrong.listed()), wrong.place.shown]
    for step in (lambda: team.add(make_set([factor(value=91.0)])), lambda: team.remove("mine", "1.0.0")):
        with pytest.raises(FactorError) as caught:
            step()
        texts.append(every_text(caught.value))
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "STATEMENT_SECONDS", 0.02)
        with pytest.raises(StorageError) as caught, postgres.reading(place) as cursor:
            cursor.execute("SELECT pg_sleep(5)")
    texts += [every_text(caught.value), caplog.text, *capfd.readouterr()]
    texts.append((server.folder / "log").read_text(encoding="utf-8", errors="replace"))
    texts += [str(row) for row in team.log()]
    assert [text for text in texts if SECRET in text] == []


def test_missing_driver_says_how_to_get_it(place, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "psycopg2"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(MissingLibrary) as caught:
        TeamStore(place).infos()
    assert "python3-psycopg2" in str(caught.value)
    assert "pip install" in caught.value.text("zh")


def test_nothing_imports_the_driver_before_it_is_needed(repository):
    code = (
        "import sys\n"
        "import carbon_planner.factors.store, carbon_planner.factors.team_store\n"
        "from carbon_planner.storage.postgres import Place\n"
        "Place('dbname=x', 's')\n"
        "print('psycopg2' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_messages_are_worded_in_both_languages():
    ids = {*postgres._BY_STATE.values(), *(msg_id for _, msg_id in postgres._BY_WORDS)}
    ids |= {"POSTGRES_LOST", "POSTGRES_LOST_SAVING", "POSTGRES_NO_CONNECTION", "POSTGRES_FAILED"}
    assert ids <= set(catalogue())
    for msg_id in ids:
        assert "{place}" in catalogue()[msg_id]["zh"]


def test_a_server_that_does_not_answer_is_given_up(monkeypatch):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        with pytest.raises(StorageError) as caught:
            TeamStore(Place(f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=x connect_timeout=2")).infos()
        assert time.monotonic() - start < 5
    assert caught.value.message.id == "POSTGRES_NO_CONNECTION"


def test_a_read_only_server(team, server, place):
    server.ask(f'ALTER DATABASE "{team_server.DATABASE}" SET default_transaction_read_only = on')
    try:
        assert team.infos() == ()
        with pytest.raises(StorageError) as caught:
            team.add(make_set([factor()]))
        assert caught.value.message.id == "POSTGRES_READ_ONLY"
    finally:
        reset = f'ALTER DATABASE "{team_server.DATABASE}" RESET default_transaction_read_only'
        server.ask(reset, database="postgres")


def test_five_thousand_factors(team, another):
    """Loose bounds: tens of times what an idle machine needs."""
    rows = [factor(factor_id=f"f{n}", item=f"地类{n}", value=90.0 + n / 1000) for n in range(5000)]
    start = time.monotonic()
    team.add(make_set(rows))
    added = time.monotonic()
    found = another().get("mine", "1.0.0")
    read = time.monotonic()
    rows[7] = factor(factor_id="f7", item="地类7", value=91.0)
    team.add(make_set(rows))
    replaced = time.monotonic()
    assert found.factors[4999].value == 94.999
    assert added - start < 30
    assert read - added < 10
    assert replaced - read < 40
    assert [(c.factor_id, c.old, c.new) for c in team.log() if c.field == "value"] == [("f7", "90.007", "91")]
